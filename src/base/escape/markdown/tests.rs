use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};

use super::*;
use crate::base::escape::terminal_line;

/// What scanners wrote to be taken for something else, and what a renderer could take for something.
const HOSTILE: &[&str] = &[
    // Markup
    "![pixel](http://127.0.0.1:9/seen.png)",
    "[the report](javascript:alert(1)) and [a][b]",
    "[a]: http://evil.example",
    "[^1]: a footnote",
    "text[^1] [[wiki]] [ ] [x] task",
    "| x | y |\n|---|---|\n| **PASS** | 0 |",
    "a \\| b \\\\| c |",
    "``` sh\n# PASS\n```",
    "~~~\n~~gone~~ **loud** __loud__ *soft* _soft_ ==mark== ^up^",
    "# PASS",
    "PASS\n====",
    "PASS\n---",
    "1. one",
    "1) one",
    "- one\n* two\n+ three",
    "> quoted\n> [!NOTE]",
    ": a definition",
    "    indented",
    "\tindented",
    "---",
    "***",
    "a  \nb\\\nc",
    "\\`not code\\` \\@acme",
    "$`x`$ and $$x$$ and $x$",
    "{+ in +} {- out -} [TOC] [[_TOC_]] %{name} ${{ secrets.TOKEN }}",
    // HTML
    "<!-- relgate:report -->",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script><b>PASS</b>",
    "</details></td></tr></table><h1>PASS</h1>",
    "&lt;b&gt; &#x40;acme &commat;acme &copy",
    "]]><x/><![CDATA[ <?php ?> <!DOCTYPE html>",
    // References
    "@acme/security approve this, fixes #1 and GH-1, see acme/pay#7, acme/pay@4f2c1ab",
    "4f2c1ab9d3 4f2c1ab9d3e07c5a8812f00dcafe4f2c1ab9d3e0 1234567 (deadbeef)",
    "!12 $12 ~bug %1.0 &3 ^alert#1 [issue:1] PROJ-12 *iteration:1",
    "www.evil.example http://evil.example https://user:pw@evil.example/ ftp://evil.example <http://evil.example>",
    "www. (www.) WWW. www.,",
    "root@evil.example mailto:root@evil.example xmpp:root@evil.example (www.evil.example)",
    ":smile: (:+1:) :shipit:",
    "/close\n/assign @acme",
    "@dependabot merge",
    // Terminals and runners
    "x\n::set-output name=verdict::pass",
    "##[error]x ##vso[task.complete result=Succeeded;]",
    "\u{1b}[2J\u{1b}]8;;http://evil.example\u{7}click\u{1b}]8;;\u{7}",
    "blocked\rPASS\u{8}\u{8}\u{85}a\u{2028}b\u{2029}c",
    "safe\u{202e} evil \u{2066}x\u{2069} D\u{200b}S\u{feff} tag\u{e0041}",
    "e\u{336}\u{336}\u{336}\u{336} 👨‍👩‍👧 @ａｃｍｅ ＠acme",
    "=HYPERLINK(\"http://evil.example\",\"x\")",
    "$(touch x) `id` ; rm -rf x '\"",
    "%s%n {0} {{7*7}} x%0Ay",
    // Signs that end a code span or a cell
    "`",
    "``",
    " ` ",
    "`a",
    "a`",
    "`` `",
    "|",
    "||",
    " | ",
    "\\|",
    "`|`",
    "a`|`b",
    "\\",
    "a\\",
    "\\`",
    "   ",
];

fn plain(text: &str) -> String {
    markdown(Untrusted::new(text), usize::MAX)
}

fn code(text: &str) -> String {
    markdown_code(Untrusted::new(text), usize::MAX)
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a reader sees of a paragraph, a list or a table, in which there is nothing but text and code.
fn seen(document: &str) -> String {
    // Everything that a renderer might know, but that quotes are made round.
    let options = Options::all() - Options::ENABLE_SMART_PUNCTUATION;
    let mut text = String::new();
    for event in Parser::new_ext(document, options) {
        let frame = matches!(
            event,
            Event::End(_)
                | Event::Start(
                    Tag::Paragraph | Tag::List(None) | Tag::Item | Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell
                )
        );
        if let Event::Text(part) = &event {
            check_text(part, document);
        }
        if let Event::Text(part) | Event::Code(part) = &event {
            text.push_str(part);
        } else {
            assert!(frame, "{event:?} in {document:?}");
        }
    }
    text
}

/// Holds that no filter behind the parser finds what it looks for in a text: a link, a mention, a reference, an emoji.
fn check_text(text: &str, document: &str) {
    let harmless = |c: char| c.is_ascii_alphanumeric() || !c.is_ascii() || " ()\"'.,;:!?-|`".contains(c);
    // The sign in front of a word that makes an emoji or a link of it.
    let leads = |sign| text.split(sign).skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-'));
    let commit = |run: &str| run.len() >= COMMIT;
    let found = !text.chars().all(harmless)
        || [':', '.', '!', '?', ';'].into_iter().any(leads)
        || text.to_ascii_lowercase().contains("www.")
        || text.split(|c: char| !c.is_ascii_hexdigit()).any(commit);
    assert!(!found, "{text:?} in {document:?}");
}

/// Where a text may stand, and what a reader sees then.
const SHAPES: &[(&str, &str)] = &[
    ("{}", "{}"),
    ("Says {} here", "Says {} here"),
    ("- {}", "{}"),
    ("| a | b |\n|---|---|\n| {} | {} |\n| c | d |\n", "ab{}{}cd"),
    ("| {} | {}, {} |\n|---|---|\n", "{}{}, {}"),
];

/// Holds that an encoded text shows as `shown` wherever it stands.
fn check(encoded: &str, shown: &str) {
    assert!(!encoded.contains(['\n', '\r']), "{encoded:?}");
    assert_eq!(terminal_line(encoded), encoded, "no hidden character, and no command of a runner");
    for (shape, around) in SHAPES {
        let document = shape.replace("{}", encoded);
        assert_eq!(words(&seen(&document)), words(&around.replace("{}", shown)), "{document:?}");
    }
}

#[test]
fn hostile_text_is_shown_and_does_nothing() {
    for text in HOSTILE {
        check(&plain(text), &words(&terminal_line(text)));
        check(&code(text), &terminal_line(text));
    }
}

#[test]
fn words_stay_words_and_all_else_is_code() {
    for (text, encoded) in [
        ("User input reaches the query; bind the parameter.", "User input reaches the query; bind the parameter."),
        ("Don't use \"eval\" (it's well-known)!", "Don't use \"eval\" (it's well-known)!"),
        ("Überprüfung 第1章、続き — naïve…", "Überprüfung 第1章、続き — naïve…"),
        ("See @acme, or (http://a.example/b).", "See `@acme`, or (`http://a.example/b`)."),
        ("run a/b c/d. e/f in 2021.", "run `a/b c/d`. `e/f` in 2021."),
        ("1. one 2. two", "`1`. one 2. two"),
        ("1) one", "`1`) one"),
        ("10 findings block", "10 findings block"),
        ("www. (WWW.) www", "`www`. (`WWW`.) `www`"),
        ("GH-1 effaced defaced", "`GH-1 effaced defaced`"),
        ("12 1234567 sha256 v2", "12 `1234567 sha256 v2`"),
        ("a`b|c", "`a`&#96;`b`&#124;`c`"),
        ("... :: !", "`... : : !`"),
        ("a\nb\u{202e}", "`a⏎b\\u{202e}`"),
        ("\n", "⏎"),
        ("", ""),
    ] {
        assert_eq!(plain(text), encoded, "{text:?}");
    }
}

#[test]
fn code_is_one_span_where_that_is_possible() {
    for (text, encoded) in [
        ("@babel/core", "`@babel/core`"),
        ("  a ", "`   a  `"),
        ("a ", "`a `"),
        ("  ", "`  `"),
        ("|", "&#124;"),
        ("`x` | y", "&#96;`x`&#96;` `&#124;` y`"),
        ("a\r\nb", "`a⏎b`"),
        ("", ""),
    ] {
        assert_eq!(code(text), encoded, "{text:?}");
    }
}

#[test]
fn what_is_shown_has_a_limit_in_characters() {
    let long = Untrusted::new("a|b|c and so on");
    assert_eq!(markdown_code(long, 5), "`a`&#124;`b`&#124;`…`");
    assert_eq!(markdown(Untrusted::new("one two three"), 9), "one two …");
    assert_eq!((markdown(long, 0), markdown_code(long, 0)), (String::new(), String::new()));
}

/// Text in which everything that must not come out is likely.
fn hostile() -> impl Strategy<Value = String> {
    let whole = prop::sample::select(HOSTILE.to_vec()).prop_map(str::to_owned);
    let signs: Vec<String> = "`|\\<>&@#!$~^*_-+=[](){}:;.,/%'\" \n\t1a".chars().map(String::from).collect();
    let sign = prop::sample::select(signs);
    let bits = prop::sample::select(vec![
        "www.", " www. ", "http://", "deadbee", "GH-1", "&#", "&lt;", "<!--", "-->", "**", "\\|", "a.b", "x@y.zz",
    ]);
    let bit = prop_oneof![4 => sign, 2 => bits.prop_map(str::to_owned), 1 => whole, 1 => any::<char>().prop_map(String::from)];
    prop::collection::vec(bit, 0..24).prop_map(|bits| bits.concat())
}

proptest! {
    #[test]
    fn whatever_is_written_is_shown_and_does_nothing(text in hostile()) {
        check(&plain(&text), &words(&terminal_line(&text)));
        check(&code(&text), &terminal_line(&text));
    }

    #[test]
    fn no_more_is_shown_than_there_is_room_for(text in hostile(), max in 0_usize..40) {
        let text = Untrusted::new(&text);
        for encoded in [markdown(text, max), markdown_code(text, max)] {
            prop_assert!(seen(&format!("x{encoded}")).chars().count() <= max + 1, "{encoded:?}");
        }
    }

    #[test]
    fn plain_words_stay(text in "[g-vG-V]{1,12}( [g-vG-V]{1,12}){0,4}[.!?]?") {
        prop_assert_eq!(plain(&text), text);
    }
}

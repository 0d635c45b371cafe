//! Terminals and CI logs: one line, nothing invisible, nothing that a terminal or a CI runner obeys.

use crate::base::text::Untrusted;

/// Encodes text for one place in a line, in at most `max_chars` characters, the last one `…` if something was cut.
///
/// - A line end (LF, CR, CRLF, NEL, U+2028, U+2029) becomes `⏎`, a tab a space.
/// - Other control characters, bidi controls, zero-width, format and tag characters become `\u{1b}`, with their number.
/// - Runners act on `##[` anywhere and on `::` or `##` where a line starts. A space parts every `##`, and every `::` at
///   the start of a word, since a word may be where a line is wrapped.
#[must_use]
pub fn terminal(text: Untrusted<'_>, max_chars: usize) -> String {
    if text.as_data().len() <= max_chars && is_plain(text.as_data()) {
        return text.as_data().to_owned();
    }
    let mut line = Line { text: String::new(), chars: 0, max_chars, cut: 0 };
    let mut last = ' ';
    let mut rest = text.as_data().chars().peekable();
    while let Some(c) = rest.next() {
        let fits = match c {
            '\r' if rest.peek() == Some(&'\n') => continue,
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => line.push(['⏎']),
            '\t' => line.push([' ']),
            '#' if last == '#' => line.push([' ', '#']),
            ':' if rest.peek() == Some(&':') && (last.is_whitespace() || last == '⏎') => line.push([':', ' ']),
            c if is_hidden(c) => line.push(c.escape_unicode()),
            c => line.push([c]),
        };
        if !fits {
            break;
        }
        last = line.text.chars().next_back().unwrap_or(' ');
    }
    line.text
}

/// Whether a text shows as it is: ASCII that can be seen, without what a runner could take for the start of a command.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().all(|byte| (b' '..=b'~').contains(byte) && *byte != b'#') && !bytes.windows(2).any(|two| two == b"::")
}

/// Encodes a whole line, whose words may name files and quote reports, without a limit.
#[must_use]
pub fn terminal_line(line: &str) -> String {
    terminal(Untrusted::new(line), usize::MAX)
}

/// A line that has room for so many characters.
struct Line {
    text: String,
    chars: usize,
    max_chars: usize,
    /// Where the text ends, in bytes, if `…` must follow.
    cut: usize,
}

impl Line {
    /// Adds what stands for one character, whole; cuts the line and answers `false` if there is no room for it.
    fn push(&mut self, piece: impl IntoIterator<Item = char>) -> bool {
        for c in piece {
            if self.chars == self.max_chars {
                self.text.truncate(self.cut);
                if self.max_chars > 0 {
                    self.text.push('…');
                }
                return false;
            }
            self.text.push(c);
            self.chars += 1;
        }
        if self.chars < self.max_chars {
            self.cut = self.text.len();
        }
        true
    }
}

/// Whether a character shows nothing of itself, or changes how others are shown: the control characters and what
/// Unicode calls default-ignorable (`DerivedCoreProperties.txt`), with the interlinear annotation marks.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_kind_of_character_has_its_sign() {
        for (text, shown) in [
            ("a\nb\rc\r\nd\u{2028}e\u{2029}f\u{85}g", "a⏎b⏎c⏎d⏎e⏎f⏎g"),
            ("a\r\r\n\nb", "a⏎⏎⏎b"),
            ("a\tb", "a b"),
            ("\u{1b}[31mred\u{7}\0\u{7f}\u{9b}", "\\u{1b}[31mred\\u{7}\\u{0}\\u{7f}\\u{9b}"),
            ("\u{202e}gpj.exe\u{200b}\u{feff}\u{e0041}", "\\u{202e}gpj.exe\\u{200b}\\u{feff}\\u{e0041}"),
            ("naïve 日本語 🦀 std::string::String", "naïve 日本語 🦀 std::string::String"),
        ] {
            assert_eq!(terminal_line(text), shown, "{text:?}");
        }
    }

    #[test]
    fn no_runner_finds_its_command() {
        for (text, shown) in [
            ("##[error]x", "# #[error]x"),
            ("x ##vso[task.complete]", "x # #vso[task.complete]"),
            ("a##teamcity[b]", "a# #teamcity[b]"),
            ("###[", "# # #["),
            ("::error::x", ": :error::x"),
            (" \u{a0}:::set-output", " \u{a0}: : :set-output"),
            ("a\n::error", "a⏎: :error"),
            ("a ::b", "a : :b"),
        ] {
            assert_eq!(terminal_line(text), shown, "{text:?}");
        }
    }

    #[test]
    fn what_shows_as_it_is_is_encoded_the_same_either_way() {
        for text in ["a b.py:3", "a:b", "# x", "a::b", " :: ", "~", "\u{7f}", "", "::", "x ##"] {
            let slow = terminal(Untrusted::new(&format!("{text}é")), 40);
            assert_eq!(Some(terminal(Untrusted::new(text), 40).as_str()), slow.strip_suffix('é'), "{text:?}");
        }
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        for (text, max, shown) in [
            ("abcd", 4, "abcd"),
            ("abcde", 4, "abc…"),
            ("日本語だ", 3, "日本…"),
            ("abc\0", 8, "abc\\u{0}"),
            ("abc\0", 7, "abc…"),
            ("\0", 3, "…"),
            ("ab", 1, "…"),
            ("ab", 0, ""),
            ("", 0, ""),
        ] {
            assert_eq!(terminal(Untrusted::new(text), max), shown, "{text:?} in {max}");
        }
    }

    /// Text in which everything that must not come out is likely.
    fn hostile() -> impl Strategy<Value = String> {
        let bits = prop::sample::select(vec![
            "#",
            "##",
            "##[",
            "##vso[",
            "##teamcity[",
            ":",
            "::",
            " ",
            "\t",
            "\r",
            "\n",
            "\u{1b}[0m",
            "\u{2028}",
            "\u{200b}",
            "\u{a0}",
            "\u{1c}",
            "[",
            "vso[",
            "é",
            "…",
            "⏎",
        ]);
        prop::collection::vec(prop_oneof![bits.prop_map(str::to_owned), any::<char>().prop_map(String::from), ".{0,4}"], 0..24)
            .prop_map(|bits| bits.concat())
    }

    /// The characters that the hostile corpus forbids in a log, newline and tab included.
    fn forbidden(c: char) -> bool {
        matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
    }

    proptest! {
        #[test]
        fn nothing_forbidden_comes_out(text in hostile(), max in 0_usize..40) {
            let shown = terminal(Untrusted::new(&text), max);
            prop_assert!(!shown.contains(forbidden), "{shown:?}");
            prop_assert!(shown.chars().count() <= max);
        }

        #[test]
        fn no_command_stands_anywhere(text in hostile()) {
            let shown = terminal_line(&text);
            prop_assert!(!shown.contains("##"), "{shown:?}");
            prop_assert!(shown.split(char::is_whitespace).all(|word| !word.starts_with("::")), "{shown:?}");
        }

        #[test]
        fn encoding_again_changes_nothing(text in hostile()) {
            let shown = terminal_line(&text);
            prop_assert_eq!(terminal_line(&shown), shown);
        }

        #[test]
        fn plain_words_stay(text in "[a-zA-Z0-9_./-]{0,12}( [a-zA-Z0-9_./-]{1,12}){0,4}") {
            prop_assert_eq!(terminal_line(&text), text);
        }
    }
}

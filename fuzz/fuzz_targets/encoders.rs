//! Any text through every encoder: what comes out stays in its place, says the same, and is obeyed by nothing that shows it.
//!
//! The first number is how many characters may be shown.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pulldown_cmark::{Event, Options, Parser, Tag};
use relgate::base::escape::{command_message, command_property, csv, markdown, markdown_code, terminal, terminal_line, uri_path, xml};
use relgate::base::text::Untrusted;

/// What shows nothing of itself or turns what stands around it.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

/// Holds that a line is one, without what a terminal or a runner obeys.
fn check_line(shown: &str) {
    assert!(!shown.contains(is_hidden), "{shown:?}");
    assert!(!shown.contains("##"), "{shown:?}");
    assert!(shown.split(char::is_whitespace).all(|word| !word.starts_with("::")), "{shown:?}");
}

fn check_terminal(text: &str, most: usize) {
    let shown = terminal(Untrusted::new(text), most);
    check_line(&shown);
    assert!(shown.chars().count() <= most);
    let all = terminal_line(text);
    check_line(&all);
    assert_eq!(terminal_line(&all), all, "encoding again changes it");
    assert!(all.chars().count() > most || shown == all, "{shown:?} was cut");
    let kept = shown.strip_suffix('…').unwrap_or(&shown);
    assert!(all.starts_with(kept), "{shown:?} is no part of {all:?}");
}

fn check_command(text: &str, most: usize) {
    let message = command_message(Untrusted::new(text), most);
    check_line(&message);
    // Only what the runner decodes is left of the sign.
    assert!(message.split('%').skip(1).all(|rest| rest.starts_with("25")), "{message:?}");
    assert_eq!(message.replace("%25", "%"), terminal(Untrusted::new(text), most));
    let property = command_property(Untrusted::new(text), most);
    assert!(!property.contains([':', ',', '\n', '\r']), "{property:?}");
    assert_eq!(property.replace("%3A", ":").replace("%2C", ","), message);
}

fn check_csv(text: &str, most: usize) {
    let cell = csv(Untrusted::new(text), most);
    let shown = terminal(Untrusted::new(text), most);
    let inner = cell.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let read = inner.map_or_else(|| cell.clone(), |inner| inner.replace("\"\"", "\""));
    assert!(inner.map_or(!cell.contains(['"', ',', ';', '\n', '\r']), |inner| !inner.replace("\"\"", "").contains('"')), "{cell:?}");
    assert!(read == shown || read.strip_prefix('\'') == Some(&shown), "{cell:?} says another thing than {shown:?}");
    assert!(!read.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{cell:?} is calculated");
    check_line(&cell);
}

fn check_xml(text: &str, most: usize) {
    let encoded = xml(Untrusted::new(text), most);
    check_line(&encoded);
    assert!(!encoded.contains(['<', '>', '"', '\'', '\u{fffe}', '\u{ffff}']), "{encoded:?}");
    let references = ["&lt;", "&gt;", "&quot;", "&apos;", "&amp;"];
    assert!(encoded.match_indices('&').all(|(at, _)| references.iter().any(|known| encoded[at..].starts_with(known))), "{encoded:?}");
    let decoded = references.iter().zip(["<", ">", "\"", "'", "&"]).fold(encoded, |text, (from, to)| text.replace(from, to));
    let shown = terminal(Untrusted::new(text), most);
    assert_eq!(decoded, shown.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}"));
}

fn check_uri(text: &str) {
    let uri = uri_path(Untrusted::new(text));
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~/%".contains(c);
    assert!(uri.chars().all(is_plain) && !uri.starts_with('/'), "{uri:?}");
    let mut bytes = Vec::new();
    let mut rest = uri.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let escaped = after.first_chunk::<2>().filter(|_| byte == b'%');
        bytes.push(escaped.map_or(byte, |two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap()));
        rest = if escaped.is_some() { &after[2..] } else { after };
    }
    assert_eq!(String::from_utf8(bytes).as_deref(), Ok(text.trim_start_matches('/')));
}

/// What a reader sees of a document of text and code; anything else is a mistake.
fn seen(document: &str) -> String {
    let mut text = String::new();
    for event in Parser::new_ext(document, Options::all() - Options::ENABLE_SMART_PUNCTUATION) {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            Event::End(_) | Event::Start(Tag::Paragraph | Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell) => {}
            other => panic!("{other:?} in {document:?}"),
        }
    }
    words(&text)
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn check_markdown(text: &str, most: usize) {
    let shown = terminal(Untrusted::new(text), most);
    let plain = (markdown(Untrusted::new(text), most), words(&shown));
    for (encoded, shown) in [plain, (markdown_code(Untrusted::new(text), most), shown)] {
        check_line(&encoded);
        assert_eq!(seen(&encoded), words(&shown), "{encoded:?}");
        assert_eq!(seen(&format!("| {encoded} |\n|---|\n| {encoded} |\n")), words(&format!("{shown}{shown}")), "{encoded:?}");
    }
}

fuzz_target!(|input: (u8, &str)| {
    let (most, text) = input;
    let most = if most == 0 { usize::MAX } else { usize::from(most) };
    check_terminal(text, most);
    check_command(text, most);
    check_csv(text, most);
    check_xml(text, most);
    check_uri(text);
    check_markdown(text, most);
});

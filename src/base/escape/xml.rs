//! XML 1.0, for one place in a text or an attribute in double quotes.

use super::terminal;
use crate::base::text::Untrusted;

/// Encodes text in at most `max_chars` characters as they are shown: what [`terminal()`] shows, so that line ends, hidden characters
/// and the commands of runners are dealt with once, with references for what XML has a use for. What is no character of XML is `U+FFFD`.
#[must_use]
pub fn xml(text: Untrusted<'_>, max_chars: usize) -> String {
    let shown = terminal(text, max_chars);
    if !shown.contains(['&', '<', '>', '"', '\'', '\u{fffe}', '\u{ffff}']) {
        return shown;
    }
    let mut encoded = String::with_capacity(shown.len() + 16);
    for c in shown.chars() {
        match c {
            '&' => encoded.push_str("&amp;"),
            '<' => encoded.push_str("&lt;"),
            '>' => encoded.push_str("&gt;"),
            '"' => encoded.push_str("&quot;"),
            '\'' => encoded.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => encoded.push('\u{fffd}'),
            c => encoded.push(c),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_the_place_it_stands_in() {
        let encoded = xml(Untrusted::new("a\"b'<c>&amp;]]>\n\u{1b}[31m\u{ffff}##[x"), 100);
        assert_eq!(encoded, "a&quot;b&apos;&lt;c&gt;&amp;amp;]]&gt;⏎\\u{1b}[31m\u{fffd}# #[x");
        assert_eq!(xml(Untrusted::new("<<<<"), 3), "&lt;&lt;…");
    }
}

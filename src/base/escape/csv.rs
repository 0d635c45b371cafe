//! A cell of CSV: a text that is only a text, whatever reads it.

use super::terminal;
use crate::base::text::Untrusted;

/// Encodes a cell in at most `max_chars` characters as they are shown: what [`terminal()`] shows, in quotes where it needs them, and behind
/// a `'` where a spreadsheet would calculate.
#[must_use]
pub fn csv(text: Untrusted<'_>, max_chars: usize) -> String {
    let calculates = text.as_data().trim_start().starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let shown = terminal(text, max_chars);
    let shown = if calculates { format!("'{shown}") } else { shown };
    if shown.contains([',', ';', '"', '\'']) || shown.starts_with(' ') || shown.ends_with(' ') {
        format!("\"{}\"", shown.replace('"', "\"\""))
    } else {
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_calculated_or_ends_its_line() {
        let cell = |text| csv(Untrusted::new(text), 4000);
        for (text, expected) in [
            ("plain words", "plain words"),
            ("a, b", "\"a, b\""),
            ("the \"other\"", "\"the \"\"other\"\"\""),
            ("=HYPERLINK(1)", "\"'=HYPERLINK(1)\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@SUM", "\"'@SUM\""),
            (" =1", "\"' =1\""),
            (";=1", "\";=1\""),
            ("", ""),
        ] {
            assert_eq!(cell(text), expected, "{text}");
        }
        for text in ["\t=1", "\r=1", "\n=1", "two\nlines\r\n::error::x"] {
            let cell = cell(text);
            assert!(!cell.contains(['\n', '\r', '\t']) && !cell.starts_with(['=', ':']), "{cell}");
        }
    }
}

//! Limits and line breaks.

use std::fmt::{self, Write};

use crate::report::words;

/// Columns that prose is broken at.
const WIDTH: usize = 100;

/// How much a section may hold.
pub(super) struct Limit {
    pub(super) items: usize,
    pub(super) bytes: usize,
}

/// Writes the items that fit, each of whole lines, and how many of `total` are missing.
pub(super) fn list(page: &mut String, limit: &Limit, total: u64, noun: &str, items: impl Iterator<Item = String>) -> fmt::Result {
    let mut left = limit.bytes;
    let mut missing = total;
    for item in items.take(limit.items) {
        match left.checked_sub(item.len()) {
            Some(rest) => left = rest,
            None => break,
        }
        page.write_str(&item)?;
        missing = missing.saturating_sub(1);
    }
    match missing {
        0 => Ok(()),
        _ => writeln!(page, "{}", words::more(missing, noun)),
    }
}

/// `lead` and the text, broken between words; further lines begin with `indent` and `| `.
pub(super) fn prose(lead: &str, indent: &str, text: &str) -> String {
    let mut lines = lead.to_owned();
    let mut column = lead.chars().count();
    for (i, word) in text.split(' ').enumerate() {
        let length = word.chars().count();
        if i > 0 && column + 1 + length > WIDTH {
            lines.push('\n');
            lines.push_str(indent);
            lines.push_str("| ");
            column = indent.len() + 2;
        } else if i > 0 {
            lines.push(' ');
            column += 1;
        }
        lines.push_str(word);
        column += length;
    }
    lines.push('\n');
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_ends_at_its_limits_and_says_how_many_are_missing() -> fmt::Result {
        let items = || (0..9).map(|n| format!("{n}\n"));
        let mut page = String::new();
        list(&mut page, &Limit { items: 2, bytes: 99 }, 9, "ticket", items())?;
        list(&mut page, &Limit { items: 9, bytes: 17 }, 9, "ticket", items().skip(6))?;
        list(&mut page, &Limit { items: 9, bytes: 3 }, 2, "ticket", items())?;
        assert_eq!(
            page,
            "0\n1\n7 more tickets in the JSON report\n6\n7\n8\n6 more tickets in the JSON report\n0\n1 more ticket in the JSON report\n"
        );
        Ok(())
    }

    #[test]
    fn broken_lines_begin_with_a_mark_of_ours() {
        let text = format!("{} ::error::x", "word ".repeat(18));
        let lines = prose("says: ", "  ", &text);
        assert!(lines.lines().all(|line| line.chars().count() <= WIDTH && (line.starts_with("says") || line.starts_with("  | "))));
        assert_eq!(lines.lines().count(), 2);
    }
}

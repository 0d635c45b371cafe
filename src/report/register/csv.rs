//! The register for auditors: CSV as RFC 4180 has it, a line for each record.
//!
//! A cell shows what a terminal would show, so that no record makes a line of its own, and none that a spreadsheet would calculate: what
//! begins like a formula has a `'` in front (OWASP, "CSV Injection").

use std::io::{self, Write};

use super::{Register, about};
use crate::base::escape;
use crate::base::text::Untrusted;
use crate::model::exception::Exception;

/// Longer texts are cut.
const CELL: usize = 4000;

const HEAD: [&str; 20] = [
    "id",
    "title",
    "type",
    "status",
    "state",
    "matches",
    "effect",
    "reason",
    "requester",
    "accountable",
    "role",
    "ticket",
    "approved",
    "expires",
    "days_left",
    "renewals",
    "fix_by",
    "residual_severity",
    "file",
    "line",
];

/// Writes a head and a line for each record.
pub(super) fn render(register: &Register<'_>, out: &mut dyn Write) -> io::Result<()> {
    line(out, &HEAD.map(str::to_owned))?;
    register.records.iter().try_for_each(|record| line(out, &cells(register, record)))
}

fn cells(register: &Register<'_>, record: &Exception) -> [String; HEAD.len()] {
    let accountable = record.accountable.as_ref();
    let date = |date: Option<jiff::civil::Date>| date.map_or_else(String::new, |date| date.to_string());
    let text = |text: Option<&str>| text.map_or_else(String::new, cell);
    [
        cell(&record.id),
        text(record.title.as_deref()),
        record.kind.word().to_owned(),
        record.status.word().to_owned(),
        register.state(record).word().to_owned(),
        cell(&about(&record.matches)),
        record.effect.word().to_owned(),
        cell(&record.reason),
        cell(record.requester.as_str()),
        text(accountable.map(|told| told.email.as_str())),
        text(accountable.map(|told| told.role.as_str())),
        text(record.ticket.as_deref()),
        date(record.approved),
        date(Some(record.expires)),
        // A number of ours, which begins with `-` once the last day is past.
        register.left(record).to_string(),
        record.renewals.len().to_string(),
        date(record.fix_by),
        record.residual_severity.map_or_else(String::new, |severity| severity.word().to_owned()),
        cell(register.file(record)),
        record.place.line.to_string(),
    ]
}

fn line(out: &mut dyn Write, cells: &[String; HEAD.len()]) -> io::Result<()> {
    write!(out, "{}\r\n", cells.join(","))
}

/// A text that is only a text, whatever reads it.
fn cell(text: &str) -> String {
    let calculates = text.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let shown = escape::terminal(Untrusted::new(text), CELL);
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

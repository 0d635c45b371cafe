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

/// A text of a record.
fn cell(text: &str) -> String {
    escape::csv(Untrusted::new(text), CELL)
}

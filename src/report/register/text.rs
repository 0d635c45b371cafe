//! The register for a terminal: a line for each record.

use std::io::{self, Write};

use super::{Register, about};
use crate::base::escape;
use crate::base::text::Untrusted;
use crate::report::grid;

/// Writes the records as lines.
pub(super) fn render(register: &Register<'_>, out: &mut dyn Write) -> io::Result<()> {
    let rows = register.records.iter().map(|record| {
        let accountable = record.accountable.as_ref().map_or("-", |accountable| accountable.email.as_str());
        let cells = [
            record.id.as_str(),
            &register.state_told(record),
            record.kind.word(),
            accountable,
            &record.expires.to_string(),
            record.effect.word(),
            &about(&record.matches),
            &register.place(record),
        ];
        cells.map(|cell| escape::terminal(Untrusted::new(cell), 80))
    });
    for line in grid::lines(rows) {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "{}", register.summary())
}

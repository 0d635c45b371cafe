//! The register in Markdown, for an issue or the summary of a job: what ends, when, and who is asked.

use std::io::{self, Write};

use super::{Register, about};
use crate::report::pen::MARKDOWN;
use crate::report::words;

/// More records than this are counted only: GitHub refuses a text above 65,536 characters.
const SHOWN: usize = 100;

const HEAD: &str = "| exception | state | until | accountable | what is left | about | ticket |\n|---|---|---|---|---|---|---|\n";

/// Writes the records as a table.
pub(super) fn render(register: &Register<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## {}\n", MARKDOWN.prose(&register.summary(), 300))?;
    if register.records.is_empty() {
        return writeln!(out, "There is none.");
    }
    write!(out, "{HEAD}")?;
    for record in register.records.iter().take(SHOWN) {
        let accountable = record.accountable.as_ref().map_or_else(
            || "nobody yet".to_owned(),
            |told| format!("{} {}", MARKDOWN.code(told.email.as_str(), 80), MARKDOWN.prose(&told.role, 40)),
        );
        let ticket = record.ticket.as_ref().map_or_else(String::new, |ticket| MARKDOWN.code(ticket, 80));
        writeln!(
            out,
            "| {} {} | {} | {} | {accountable} | {} | {} | {ticket} |",
            MARKDOWN.code(&record.id, 64),
            record.kind.word().replace('_', " "),
            register.state_told(record),
            record.expires,
            record.effect.word(),
            MARKDOWN.code(&about(&record.matches), 120),
        )?;
    }
    match register.records.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => writeln!(out, "\n{} in the formats csv and json.", words::count(more as u64, "more exception")),
    }
}

//! The report in a terminal or a log, for a developer whose pipeline went red on a Friday evening.
//!
//! The verdict first, then what stands in the way and how to get through, then the rest in one line each. Every section has
//! a limit of its own, so that the whole stays under 100 kB whatever comes in; what does not fit is counted. No line begins
//! with a scanner's words.

use std::fmt::{self, Write as _};
use std::io::{self, Write};

mod evidence;
mod exceptions;
mod findings;
mod headline;
mod page;

use crate::model::report::Report;
use crate::report::pen::TERMINAL;
use crate::report::{command, way};

/// Writes the report.
pub(super) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(page(report).map_err(io::Error::other)?.as_bytes())
}

fn page(report: &Report) -> Result<String, fmt::Error> {
    let mut page = String::new();
    headline::write(&mut page, report)?;
    findings::blockers(&mut page, report)?;
    evidence::budgets(&mut page, report)?;
    evidence::blocking(&mut page, report)?;
    evidence::missing(&mut page, report)?;
    writeln!(page, "{}", way::through(report, TERMINAL))?;
    if let Some(escalation) = TERMINAL.escalation(report) {
        writeln!(page, "{escalation}")?;
    }
    findings::tickets(&mut page, report)?;
    exceptions::all(&mut page, report)?;
    evidence::scans(&mut page, report)?;
    evidence::feeds(&mut page, report)?;
    evidence::baseline(&mut page, report)?;
    evidence::warnings(&mut page, report)?;
    writeln!(page, "\nReproduce: {}", command::reproduce(report))?;
    Ok(page)
}

#[cfg(test)]
mod tests;

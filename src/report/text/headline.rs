//! The first lines: the verdict and its reason.

use std::fmt::{self, Write};

use super::page::prose;
use crate::model::report::Report;
use crate::report::pen::TERMINAL;
use crate::report::words;

/// `BLOCK  payments-api @4f2c1ab, release: 2 block, 11 tickets. Policy payments, appsec@acme.example`, and the reason.
pub(super) fn write(page: &mut String, report: &Report) -> fmt::Result {
    let counts = &report.counts;
    write!(page, "{}  ", words::verdict(report))?;
    match TERMINAL.subject(report) {
        subject if subject.is_empty() => {}
        subject => write!(page, "{subject}: ")?,
    }
    write!(page, "{} block, {}", counts.block, words::count(counts.ticket, "ticket"))?;
    if counts.excepted > 0 {
        write!(page, ", {} excepted", counts.excepted)?;
    }
    if counts.vex > 0 {
        write!(page, ", {} excused by VEX", counts.vex)?;
    }
    writeln!(page, ". {}", TERMINAL.policy(report))?;
    page.write_str(&prose("Reason: ", "", &TERMINAL.prose(&report.verdict.reason, 400)))
}

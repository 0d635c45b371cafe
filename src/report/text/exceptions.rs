//! The exceptions: which findings they lower, which are in force, and which are none any more.

use std::fmt::{self, Write};

use super::page::{Limit, list, prose};
use crate::model::decision::Decision;
use crate::model::finding::Finding;
use crate::model::report::Report;
use crate::report::pen::TERMINAL;
use crate::report::{lists, records, words};

const EXCEPTED: Limit = Limit { items: 50, bytes: 10_000 };
const IN_FORCE: Limit = Limit { items: 50, bytes: 10_000 };
const OTHERS: Limit = Limit { items: 30, bytes: 6_000 };

/// Beside a blocker: the exceptions that nearly hold for it.
pub(super) fn near_misses(report: &Report, decision: &Decision) -> String {
    records::near_misses(report, decision).map(|told| prose("    near miss: ", "    ", &TERMINAL.prose(&told, 300))).collect()
}

/// The findings that exceptions lower, the exceptions in force, always, and those that are in force no more or not yet.
pub(super) fn all(page: &mut String, report: &Report) -> fmt::Result {
    let total = report.counts.excepted + report.counts.vex;
    if total > 0 {
        writeln!(page, "\nExcepted: {total}")?;
        let items = lists::lowered(report).map(|(finding, decision)| lowered(report, finding, decision));
        list(page, &EXCEPTED, total, "excepted finding", items)?;
    }
    if report.exceptions.records.is_empty() {
        return Ok(());
    }
    let in_force = lists::in_force(report).count() as u64;
    writeln!(page, "\nExceptions in force: {in_force}")?;
    let items = lists::in_force(report).map(|(record, standing)| line(&records::in_force(report, record, standing)));
    list(page, &IN_FORCE, in_force, "exception", items)?;
    let others = lists::not_in_force(report).count() as u64;
    if others > 0 {
        writeln!(page, "Not in force: {others}")?;
    }
    let items = lists::not_in_force(report).map(|(record, standing)| line(&records::not_in_force(report, record, standing)));
    list(page, &OTHERS, others, "exception", items)
}

fn lowered(report: &Report, finding: &Finding, decision: &Decision) -> String {
    let severity = words::severity(decision);
    let name = TERMINAL.name(&report.evidence, finding, 40);
    let place = TERMINAL.place(&report.evidence, finding, 60);
    let by = TERMINAL.prose(&records::lowered_by(report, decision).unwrap_or_default(), 300);
    format!("- {severity:<8}  {name}  {place}  {}\n    {by}\n", finding.id)
}

fn line(text: &str) -> String {
    prose("- ", "  ", &TERMINAL.prose(text, 400))
}

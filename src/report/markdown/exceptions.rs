//! The exceptions: which findings they lower, which are in force, and which are none any more.

use super::page::{List, Piece};
use crate::model::decision::Decision;
use crate::model::finding::Finding;
use crate::model::report::Report;
use crate::report::pen::MARKDOWN;
use crate::report::{grants, lists, records, words};

/// Beside a blocker: the exceptions that nearly hold for it, and who may grant one.
pub(super) fn beside(report: &Report, finding: &Finding, decision: &Decision) -> String {
    let near = records::near_misses(report, decision).map(|told| format!("; near miss: {}", MARKDOWN.prose(&told, 300)));
    let grant = grants::grants(report, finding, decision).map(|told| format!("; exception: {}", MARKDOWN.prose(&told, 300)));
    near.chain(grant).collect()
}

/// The exceptions that are in force: always shown, whatever the verdict.
pub(super) fn in_force(report: &Report) -> Option<Piece<'_>> {
    let total = lists::in_force(report).count() as u64;
    let items = lists::in_force(report).map(|(record, standing)| item(&records::in_force(report, record, standing)));
    (total > 0).then(|| List::open(format!("**Exceptions in force: {total}**\n\n"), "exception", total, items))
}

/// The findings that exceptions lower.
pub(super) fn lowered(report: &Report) -> Option<Piece<'_>> {
    let total = report.counts.excepted + report.counts.vex;
    let items = lists::lowered(report).map(|(finding, decision)| {
        let name = MARKDOWN.name(&report.evidence, finding, 80);
        let place = MARKDOWN.place(&report.evidence, finding, 120);
        let by = MARKDOWN.prose(&records::lowered_by(report, decision).unwrap_or_default(), 300);
        format!("- **{}** {name} at {place} `{}`: {by}\n", words::severity(decision), finding.id)
    });
    (total > 0).then(|| List::folded(&format!("Excepted: {total}"), "", "excepted finding", total, items))
}

/// The exceptions that are in force no more or not yet.
pub(super) fn others(report: &Report) -> Option<Piece<'_>> {
    let total = lists::not_in_force(report).count() as u64;
    let items = lists::not_in_force(report).map(|(record, standing)| item(&records::not_in_force(report, record, standing)));
    (total > 0).then(|| List::folded(&format!("Exceptions not in force: {total}"), "", "exception", total, items))
}

fn item(text: &str) -> String {
    format!("- {}\n", MARKDOWN.prose(text, 400))
}

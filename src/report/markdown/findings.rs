//! What blocks, what becomes a ticket, and why each finding was decided as it was.

use super::exceptions;
use super::page::{List, Piece};
use crate::model::decision::Decision;
use crate::model::finding::{Finding, State};
use crate::model::policy::Action;
use crate::model::report::Report;
use crate::report::pen::MARKDOWN;
use crate::report::{lists, records, words};

/// More blockers than this are folded away, so that the way through stays on the first screens.
const FIRST: usize = 20;

/// Characters of a message in a table, and in a detail.
const MESSAGE: (usize, usize) = (300, 1000);

const BLOCKERS: &str = "| # | severity | finding | where | seen by | decided by |\n|--:|---|---|---|---|---|\n";
const TICKETS: &str = "| severity | finding | where | seen by | decided by |\n|---|---|---|---|---|\n";

/// The first findings that block, numbered.
pub(super) fn blockers(report: &Report) -> Option<Piece<'_>> {
    let total = report.counts.block.min(FIRST as u64);
    (total > 0).then(|| List::open(BLOCKERS.to_owned(), "blocker", total, numbered(report).take(FIRST)))
}

/// The other findings that block.
pub(super) fn more_blockers(report: &Report) -> Option<Piece<'_>> {
    let total = report.counts.block.saturating_sub(FIRST as u64);
    let title = format!("Blockers from {} on: {total}", FIRST + 1);
    (total > 0).then(|| List::folded(&title, BLOCKERS, "blocker", total, numbered(report).skip(FIRST)))
}

/// The findings to ticket.
pub(super) fn tickets(report: &Report) -> Option<Piece<'_>> {
    let total = report.counts.ticket;
    let items = lists::with(report, Action::Ticket).map(|(finding, decision)| format!("| {}\n", row(report, finding, decision, "")));
    (total > 0).then(|| List::folded(&format!("Tickets: {total}"), TICKETS, "ticket", total, items))
}

/// Every finding with the rules that fired and what its severity rests on.
pub(super) fn trace(report: &Report) -> Option<Piece<'_>> {
    let total = report.order.len() as u64;
    let items = report.findings().map(|(finding, decision)| step(report, finding, decision));
    let title = format!("Why: the decision on {}", words::count(total, "finding"));
    (total > 0).then(|| List::folded(&title, "", "decision", total, items))
}

fn numbered(report: &Report) -> impl Iterator<Item = String> {
    let blockers = lists::with(report, Action::Block).zip(1_u64..);
    blockers.map(|((finding, decision), number)| {
        let beside = exceptions::beside(report, finding, decision);
        format!("| {number} | {}\n", row(report, finding, decision, &beside))
    })
}

/// The cells of a finding; `beside` stands behind what decided.
fn row(report: &Report, finding: &Finding, decision: &Decision, beside: &str) -> String {
    let evidence = &report.evidence;
    let owners = MARKDOWN.owners(report, decision).map_or_else(String::new, |owners| format!("; {owners}"));
    let message = MARKDOWN.message(evidence, finding, MESSAGE.0).map_or_else(String::new, |message| format!(": {message}"));
    format!(
        "**{}**, {}{}{} | {}{}{message} `{}` | {}{} | {}{}{}{}{owners} | {}{beside} |",
        words::severity(decision),
        words::state(evidence, finding),
        words::in_change(evidence, finding),
        due(report, decision),
        MARKDOWN.name(evidence, finding, 80),
        check(report, finding),
        finding.id,
        MARKDOWN.place(evidence, finding, 120),
        words::places(finding),
        MARKDOWN.tools(evidence, finding),
        MARKDOWN.also(evidence, finding),
        words::suppressed(finding),
        words::exploited(evidence, finding),
        MARKDOWN.decided_by(report, decision),
    )
}

/// Until when it may stay, behind what it is.
fn due(report: &Report, decision: &Decision) -> String {
    let then = MARKDOWN.once_overdue(report, decision);
    let told = words::due(report, decision).into_iter().chain(then).chain(words::due_note(decision).map(str::to_owned));
    told.fold(String::new(), |line, one| format!("{line}, {one}"))
}

/// The scanner's check, if the finding is not called by it.
fn check(report: &Report, finding: &Finding) -> String {
    let check = MARKDOWN.check(&report.evidence, finding, 80);
    let check = check.filter(|check| *check != MARKDOWN.name(&report.evidence, finding, 80));
    check.map_or_else(String::new, |check| format!(" ({check})"))
}

/// How a finding was decided, and the whole message where the table cuts it.
fn step(report: &Report, finding: &Finding, decision: &Decision) -> String {
    let evidence = &report.evidence;
    let rules: Vec<String> = report.rules(decision).map(|rule| MARKDOWN.rule(report, rule)).collect();
    let because = match finding.state {
        State::Pass => "not judged, as its tool says that there is nothing to fix".to_owned(),
        State::Open if rules.is_empty() => words::DEFAULT.to_owned(),
        State::Open => rules.join(", "),
    };
    let excepted = records::lowered_by(report, decision).map_or_else(String::new, |by| format!("; {}", MARKDOWN.prose(&by, 300)));
    let due = words::due(report, decision).map_or_else(String::new, |due| {
        let because = report.due_because(finding, decision).unwrap_or_default();
        format!("; {due}: {}", MARKDOWN.prose(&because, 200))
    });
    let said = MARKDOWN.message(evidence, finding, MESSAGE.1);
    let said = said.filter(|said| MARKDOWN.message(evidence, finding, MESSAGE.0).as_ref() != Some(said));
    format!(
        "- `{}` {} at {}: **{}**, {because}{excepted}; {}: {}{due}{}\n",
        finding.id,
        MARKDOWN.name(evidence, finding, 80),
        MARKDOWN.place(evidence, finding, 120),
        decision.action.word(),
        words::severity(decision),
        MARKDOWN.prose(&report.severity_because(finding, decision), 200),
        said.map_or_else(String::new, |said| format!("; says: {said}")),
    )
}

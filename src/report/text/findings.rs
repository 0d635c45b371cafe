//! What blocks, told whole, and what becomes a ticket, a line each.

use std::fmt::{self, Write};

use super::exceptions;
use super::page::{Limit, list, prose};
use crate::model::decision::Decision;
use crate::model::finding::Finding;
use crate::model::policy::Action;
use crate::model::report::Report;
use crate::report::pen::TERMINAL;
use crate::report::{grants, lists, words};

const BLOCKERS: Limit = Limit { items: 50, bytes: 36_000 };
const TICKETS: Limit = Limit { items: 100, bytes: 20_000 };

/// The findings that block, numbered.
pub(super) fn blockers(page: &mut String, report: &Report) -> fmt::Result {
    let items = lists::with(report, Action::Block).zip(1..);
    let items = items.map(|((finding, decision), number)| blocker(report, finding, decision, number));
    list(page, &BLOCKERS, report.counts.block, "blocker", items)
}

/// The findings to ticket.
pub(super) fn tickets(page: &mut String, report: &Report) -> fmt::Result {
    if report.counts.ticket == 0 {
        return Ok(());
    }
    writeln!(page, "\nTickets: {}", report.counts.ticket)?;
    let items = lists::with(report, Action::Ticket).map(|(finding, decision)| ticket(report, finding, decision));
    list(page, &TICKETS, report.counts.ticket, "ticket", items)
}

fn blocker(report: &Report, finding: &Finding, decision: &Decision, number: u32) -> String {
    let evidence = &report.evidence;
    let severity = words::severity(decision);
    let name = TERMINAL.name(evidence, finding, 80);
    let place = TERMINAL.place(evidence, finding, 120);
    let owners = TERMINAL.owners(report, decision).map_or_else(String::new, |owners| format!("; {owners}"));
    let why = format!(
        "{}{}{}{}{owners}; {}; {}{}",
        TERMINAL.tools(evidence, finding),
        TERMINAL.also(evidence, finding),
        words::suppressed(finding),
        words::exploited(evidence, finding),
        TERMINAL.decided_by(report, decision),
        report.severity_because(finding, decision),
        words::places(finding)
    );
    let state = format!("{}{}", words::state(evidence, finding), words::in_change(evidence, finding));
    let head = format!("{number} x {severity}  {name}  {place}   {state}   {}\n", finding.id);
    let near = exceptions::near_misses(report, decision);
    [head, prose("    by ", "    ", &why), said(report, finding), due(report, finding, decision), near, mend(report, finding, decision)]
        .concat()
}

/// Until when it may stay, and what says so; no line where no date is known and nothing else is asked.
fn due(report: &Report, finding: &Finding, decision: &Decision) -> String {
    let due = words::due(report, decision);
    let because = report.due_because(finding, decision).filter(|_| due.is_some());
    let due = due.map(|due| because.map_or(due.clone(), |because| format!("{due}: {because}")));
    let told = due.into_iter().chain(TERMINAL.once_overdue(report, decision)).chain(words::due_note(decision).map(str::to_owned));
    let told: Vec<String> = told.collect();
    if told.is_empty() { String::new() } else { prose("    ", "    ", &TERMINAL.prose(&told.join("; "), 300)) }
}

/// What mends it, and who may grant an exception.
fn mend(report: &Report, finding: &Finding, decision: &Decision) -> String {
    let fix = TERMINAL.fix(&report.evidence, finding).map(|fix| format!("fix: {fix}"));
    let grant = grants::grants(report, finding, decision).map(|grant| format!("exception: {}", TERMINAL.prose(&grant, 300)));
    let told: Vec<String> = fix.into_iter().chain(grant).collect();
    if told.is_empty() { String::new() } else { prose("    ", "    ", &told.join("; ")) }
}

/// The scanner's check and what it says; no line where it names and says nothing.
fn said(report: &Report, finding: &Finding) -> String {
    let check = TERMINAL.check(&report.evidence, finding, 80);
    let message = TERMINAL.message(&report.evidence, finding, 300);
    match (check, message) {
        (Some(check), Some(message)) => prose("    check ", "    ", &format!("{check}: {message}")),
        (Some(check), None) => prose("    check ", "    ", &check),
        (None, Some(message)) => prose("    says: ", "    ", &message),
        (None, None) => String::new(),
    }
}

fn ticket(report: &Report, finding: &Finding, decision: &Decision) -> String {
    let severity = words::severity(decision);
    let name = TERMINAL.name(&report.evidence, finding, 40);
    let place = TERMINAL.place(&report.evidence, finding, 60);
    let due = words::due(report, decision).map_or_else(String::new, |due| format!("  {due}"));
    let then = TERMINAL.once_overdue(report, decision).map_or_else(String::new, |then| format!(", {then}"));
    let note = words::due_note(decision).map_or_else(String::new, |note| format!("; {note}"));
    let owners = TERMINAL.owners(report, decision).map_or_else(String::new, |owners| format!("; {owners}"));
    let also = TERMINAL.also(&report.evidence, finding);
    format!("- {severity:<8}  {name}  {place}  {}{owners}  {}{also}{due}{then}{note}\n", TERMINAL.decided_by(report, decision), finding.id)
}

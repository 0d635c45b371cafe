//! What a ticket says to people: a title of plain words, and Markdown that quotes scanners and does nothing.

use super::plan::{Fix, Kind, Ticket};
use crate::model::decision::Decision;
use crate::model::finding::Finding;
use crate::model::identity::Category;
use crate::model::report::Report;
use crate::report::pen::{MARKDOWN, Pen, TERMINAL};
use crate::report::{records, words};

/// So many findings are told one by one.
const FINDINGS: usize = 50;

/// So many ids stand in a sentence.
const IDS: usize = 20;

/// One line: `Upgrade lodash to 4.17.21 in services/pay/package-lock.json (5 findings)`.
pub(super) fn title(report: &Report, ticket: &Ticket<'_>) -> String {
    let many = ticket.findings.len();
    let many = if many > 1 { format!(" ({many} findings)") } else { String::new() };
    format!("{}{many}", work(TERMINAL, report, ticket))
}

/// When it is done.
pub(super) fn acceptance(ticket: &Ticket<'_>) -> String {
    let named = ticket.findings.iter().take(IDS).map(|(finding, _)| finding.id.to_string());
    let more = ticket.findings.len().saturating_sub(IDS);
    let ids: Vec<String> = named.chain((more > 0).then(|| format!("{more} more"))).collect();
    format!("Done when a run over complete evidence has these no more: {}", words::and(&ids))
}

/// What is to be done, until when, by whom, and each finding with its rule, place and words; the key, by which a search finds it.
pub(super) fn body(report: &Report, ticket: &Ticket<'_>) -> String {
    let many = words::count(ticket.findings.len() as u64, "finding");
    let severity = ticket.severity().word().to_uppercase();
    let head = format!("**{severity}**, {}: {many}{}", ticket.action().word(), when(report, ticket));
    let first = ticket.findings.first().map(|(_, decision)| *decision);
    let owners = first.and_then(|decision| MARKDOWN.owners(report, decision)).map(|owners| format!("For: {owners}"));
    let lines = ticket.findings.iter().take(FINDINGS).map(|(finding, decision)| line(report, finding, decision));
    let more = ticket.findings.len().saturating_sub(FINDINGS);
    let more = (more > 0).then(|| format!("- {}", words::more(more as u64, "finding")));
    let list = lines.chain(more).collect::<Vec<_>>().join("\n");
    let parts = [Some(format!("{}.", work(MARKDOWN, report, ticket))), Some(head), owners, Some(list)];
    let end = [format!("{}.", acceptance(ticket)), format!("Key: `{}`\n", ticket.key)];
    parts.into_iter().flatten().chain(end).collect::<Vec<_>>().join("\n\n")
}

/// `; due 2026-12-01, 3 days left`, of what is due first.
fn when(report: &Report, ticket: &Ticket<'_>) -> String {
    let first = ticket.findings.iter().map(|(_, decision)| *decision).filter(|decision| decision.deadline.due.is_some());
    let first = first.min_by_key(|decision| decision.deadline.due);
    first.and_then(|decision| words::due(report, decision)).map_or_else(String::new, |due| format!("; {due}"))
}

/// A finding: what it is, where, who saw it, why it wants a ticket, until when, what excepts it, and the scanner's words.
fn line(report: &Report, finding: &Finding, decision: &Decision) -> String {
    let evidence = &report.evidence;
    let due = words::due(report, decision).map_or_else(String::new, |due| format!("; {due}"));
    let then = MARKDOWN.once_overdue(report, decision).map_or_else(String::new, |then| format!(", {then}"));
    let note = words::due_note(decision).map_or_else(String::new, |note| format!("; {note}"));
    let excepted = records::lowered_by(report, decision).map_or_else(String::new, |by| format!("; {}", MARKDOWN.prose(&by, 300)));
    let message = MARKDOWN.message(evidence, finding, 300).map_or_else(String::new, |message| format!(": {message}"));
    format!(
        "- `{}` **{}** {} at {}; {}; {}{due}{then}{note}{}{excepted}{message}",
        finding.id,
        words::severity(decision),
        MARKDOWN.name(evidence, finding, 80),
        MARKDOWN.place(evidence, finding, 120),
        MARKDOWN.tools(evidence, finding),
        MARKDOWN.decided_by(report, decision),
        words::exploited(evidence, finding),
    )
}

/// What is to be done: `Upgrade lodash to 4.17.21 in services/pay/package-lock.json`.
fn work(pen: Pen, report: &Report, ticket: &Ticket<'_>) -> String {
    let (evidence, fix) = (&report.evidence, &ticket.fix);
    // Of a group the one that the ticket is called after.
    let own = ticket.findings.iter().find(|(finding, _)| Fix::of(evidence, finding) == *fix);
    let Some((first, _)) = own.or(ticket.findings.first()) else { return String::new() };
    let component = pen.component_name(evidence, first).unwrap_or_default();
    let place = if fix.path.is_empty() { fix.target } else { fix.path };
    let place = if place.is_empty() { String::new() } else { format!(" in {}", pen.code(place, 120)) };
    let name = pen.name(evidence, first, 80);
    let fixable = |(finding, _): &(&Finding, &Decision)| evidence.detail(finding).and_then(|detail| detail.fix_available);
    let is_fixed = ticket.findings.iter().any(|finding| fixable(finding) == Some(true));
    let is_unfixed = ticket.findings.iter().all(|finding| fixable(finding) == Some(false));
    match fix.kind {
        Kind::Upgrade if !ticket.versions.is_empty() => {
            let versions: Vec<String> = ticket.versions.iter().take(3).map(|version| pen.code(version, 40)).collect();
            format!("Upgrade {component} to {}{place}", versions.join(" or "))
        }
        Kind::Upgrade if is_fixed => format!("Upgrade {component}{place}"),
        Kind::Upgrade if is_unfixed => format!("Find a way without {component}{place}, of which no fixed version is known"),
        Kind::Upgrade => format!("Upgrade or replace {component}{place}"),
        Kind::Remove => format!("Remove {component}{place}"),
        Kind::Replace if first.category == Category::License => format!("Settle the license of {component}{place}"),
        Kind::Replace => format!("Replace {component}{place}"),
        Kind::Rotate => format!("Rotate what {name} found{place}, and take it out"),
        Kind::Change => format!("Fix {name}{place}"),
    }
}

//! What blocks, told whole, and what becomes a ticket, a line each.

use std::fmt::{self, Write};

use super::page::{Limit, list, prose};
use crate::base::escape;
use crate::base::text::Text;
use crate::model::decision::Decision;
use crate::model::finding::Finding;
use crate::model::policy::{Action, Newness};
use crate::model::raw::Suppression;
use crate::model::report::Report;
use crate::report::words;

const BLOCKERS: Limit = Limit { items: 50, bytes: 36_000 };
const TICKETS: Limit = Limit { items: 100, bytes: 20_000 };

/// At most this many tools are named for one finding.
const TOOLS: usize = 6;

/// The findings that block, numbered. Without a baseline every one of them is new.
pub(super) fn blockers(page: &mut String, report: &Report) -> fmt::Result {
    let items = with(report, Action::Block).zip(1..).map(|((finding, decision), number)| blocker(report, finding, decision, number));
    list(page, &BLOCKERS, report.counts.block, "blocker", items)
}

/// The findings to ticket.
pub(super) fn tickets(page: &mut String, report: &Report) -> fmt::Result {
    if report.counts.ticket == 0 {
        return Ok(());
    }
    writeln!(page, "\nTickets: {}", report.counts.ticket)?;
    let items = with(report, Action::Ticket).map(|(finding, decision)| ticket(report, finding, decision));
    list(page, &TICKETS, report.counts.ticket, "ticket", items)
}

fn with(report: &Report, action: Action) -> impl Iterator<Item = (&Finding, &Decision)> {
    report.findings().filter(move |(_, decision)| decision.action == action)
}

fn blocker(report: &Report, finding: &Finding, decision: &Decision, number: u32) -> String {
    let evidence = &report.evidence;
    let severity = severity(report, finding);
    let name = words::name(evidence, finding, 80);
    let place = words::place(evidence, finding, 120);
    let suppressed = match finding.suppressed {
        Suppression::None => "",
        Suppression::InSource => "; suppressed in source",
        Suppression::External => "; suppressed by the scan",
    };
    let tools = tools(report, finding);
    let why = format!("{tools}{suppressed}; {}; {}{}", rule(report, decision), report.severity_because(finding), places(finding));
    let head = format!("{number} x {severity}  {name}  {place}   {}   {}\n", Newness::New.word(), finding.id);
    [head, prose("    by ", "    ", &why), said(report, finding)].concat()
}

/// The scanner's check and what it says; no line where it names and says nothing.
fn said(report: &Report, finding: &Finding) -> String {
    let check = report.evidence.rule_id(finding).map(|id| escape::terminal(id, 80));
    let message = finding.message.map(|message| words::text(&report.evidence, Some(message), 300));
    match (check, message) {
        (Some(check), Some(message)) => prose("    check ", "    ", &format!("{check}: {message}")),
        (Some(check), None) => prose("    check ", "    ", &check),
        (None, Some(message)) => prose("    says: ", "    ", &message),
        (None, None) => String::new(),
    }
}

fn ticket(report: &Report, finding: &Finding, decision: &Decision) -> String {
    let severity = severity(report, finding);
    let name = words::name(&report.evidence, finding, 40);
    let place = words::place(&report.evidence, finding, 60);
    format!("- {severity:<8}  {name}  {place}  {}  {}\n", rule(report, decision), finding.id)
}

fn severity(report: &Report, finding: &Finding) -> String {
    report.severity(finding).map_or("unrated", |severity| severity.word()).to_uppercase()
}

fn places(finding: &Finding) -> String {
    match finding.locations.len() {
        0 | 1 => String::new(),
        2 => "; in 1 more place".to_owned(),
        all => format!("; in {} more places", all - 1),
    }
}

/// `rule new-code standard.yaml:11`, the strictest of those that fired.
fn rule(report: &Report, decision: &Decision) -> String {
    let Some(rule) = report.rules(decision).next() else {
        return "default action of the policy".to_owned();
    };
    let file = report.policy.as_ref().and_then(|policy| policy.file(&rule.place)).map_or("policy", |file| file.name.as_str());
    format!("rule {} {}:{}", words::plain(&rule.id, 64), words::plain(file, 64), rule.place.line)
}

/// `semgrep x2, trivy`: who saw it, and how often if more than once.
fn tools(report: &Report, finding: &Finding) -> String {
    let mut seen: Vec<(Text, u64)> = Vec::new();
    let mut others = 0_u64;
    for sighting in report.evidence.sightings.get(finding.sightings) {
        let Some(scan) = report.evidence.scan(sighting) else { continue };
        if let Some((_, all)) = seen.iter_mut().find(|(tool, _)| *tool == scan.tool) {
            *all += 1;
        } else if seen.len() < TOOLS {
            seen.push((scan.tool, 1));
        } else {
            others += 1;
        }
    }
    let named = seen.iter().map(|&(tool, times)| {
        let tool = words::text(&report.evidence, Some(tool), 40);
        if times == 1 { tool } else { format!("{tool} x{times}") }
    });
    let rest = (others > 0).then(|| format!("{others} more sightings by others"));
    named.chain(rest).collect::<Vec<_>>().join(", ")
}

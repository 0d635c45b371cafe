//! What the verdict rests on: what is missing, what was read, what looks wrong.

use std::fmt::{self, Write};

use super::page::{Limit, list, prose};
use crate::base::date::format_instant;
use crate::model::problem::{Problem, Weight};
use crate::model::report::Report;
use crate::model::scan::{Input, Scan};
use crate::report::feeds::cells;
use crate::report::pen::TERMINAL;
use crate::report::{grid, lists, words};

const MISSING: Limit = Limit { items: 50, bytes: 12_000 };
const SCANS: Limit = Limit { items: 50, bytes: 12_000 };
const WARNINGS: Limit = Limit { items: 30, bytes: 8_000 };

/// What blocks beside findings, with what to do.
pub(super) fn blocking(page: &mut String, report: &Report) -> fmt::Result {
    let items = lists::blocking(report).map(|(code, problem)| line(&format!("x {code}  "), problem));
    list(page, &MISSING, lists::blocking(report).count() as u64, "problem", items)
}

/// The budgets that are exceeded, with the first of the findings that count; the others in the same line each.
pub(super) fn budgets(page: &mut String, report: &Report) -> fmt::Result {
    let total = report.budgets().count() as u64;
    let items = report.budgets().map(|(budget, spent)| {
        let lead = if spent.exceeded { format!("x budget {}: ", budget.id) } else { format!("- budget {}: ", budget.id) };
        let counted = Some(words::counted(report, spent)).filter(|counted| spent.exceeded && !counted.is_empty());
        let counted = counted.map_or_else(String::new, |counted| format!("; {counted}"));
        prose(&lead, "    ", &format!("{}; {}{counted}", words::budget(budget, spent), TERMINAL.place_of(report, budget.place)))
    });
    list(page, &MISSING, total, "budget", items)
}

/// What leaves the run undecided, or would if nothing blocked, numbered, with what to do.
pub(super) fn missing(page: &mut String, report: &Report) -> fmt::Result {
    let total = lists::gaps(report).count();
    if total == 0 {
        return Ok(());
    }
    writeln!(page, "{}", words::gaps(report.verdict.outcome))?;
    let items = lists::gaps(report).zip(1..).map(|((code, problem), number)| line(&format!("{number} ! {code}  "), problem));
    list(page, &MISSING, total as u64, "problem", items)
}

/// What was read, a line a scan.
pub(super) fn scans(page: &mut String, report: &Report) -> fmt::Result {
    let total = lists::unread(report).count() + report.evidence.scans.len();
    writeln!(page, "\nEvidence: {}", words::evidence(report))?;
    let rows = lists::unread(report).map(unread_row).chain(report.evidence.scans.iter().map(|scan| scan_row(report, scan)));
    let lines = grid::lines(rows.take(SCANS.items)).into_iter().map(|line| line + "\n");
    list(page, &SCANS, total as u64, "scan", lines)
}

/// The feeds of the policy, a line each.
pub(super) fn feeds(page: &mut String, report: &Report) -> fmt::Result {
    let feeds = &report.evidence.feeds;
    if feeds.is_empty() {
        return Ok(());
    }
    writeln!(page, "Feeds:")?;
    let lines = grid::lines(feeds.iter().map(|feed| cells(TERMINAL, feed, report.now)));
    lines.iter().try_for_each(|line| writeln!(page, "{line}"))
}

/// The baseline, what it came to, and who answers for it.
pub(super) fn baseline(page: &mut String, report: &Report) -> fmt::Result {
    let (Some(baseline), Some(known)) = (&report.evidence.baseline, words::known(report)) else { return Ok(()) };
    let reason = baseline.adoption.as_ref().map_or_else(String::new, |adoption| format!(": {}", TERMINAL.prose(&adoption.reason, 300)));
    let digest =
        baseline.sha256.as_deref().and_then(|digest| digest.get(..12)).map_or_else(String::new, |digest| format!(" sha256 {digest}"));
    let from = format!("{} of {}{digest}", TERMINAL.code(&baseline.path, 120), format_instant(baseline.created));
    page.write_str(&prose("Baseline: ", "  ", &format!("{known}{reason}; {from}")))
}

/// What is legal but dangerous, or contradicts itself.
pub(super) fn warnings(page: &mut String, report: &Report) -> fmt::Result {
    let total = lists::of(report, Weight::Warning).count();
    if total == 0 {
        return Ok(());
    }
    writeln!(page)?;
    list(page, &WARNINGS, total as u64, "warning", lists::of(report, Weight::Warning).map(|problem| line("warning: ", problem)))
}

fn line(lead: &str, problem: &Problem) -> String {
    prose(lead, "    ", &TERMINAL.prose(&problem.to_string(), 600))
}

fn scan_row(report: &Report, scan: &Scan) -> [String; 7] {
    let [state, path, format, tool, category] = TERMINAL.scan(&report.evidence, scan);
    [state, path, format, tool, category, words::count(scan.sightings, "sighting"), why(&scan.incomplete_because)]
}

fn unread_row(input: &Input) -> [String; 7] {
    let none = String::new;
    let state = words::completeness_of(input).to_owned();
    [
        state,
        TERMINAL.code(&input.path, 60),
        input.format.clone().unwrap_or_else(|| "-".to_owned()),
        none(),
        none(),
        "no scan".to_owned(),
        why(&input.problems),
    ]
}

fn why(problems: &[Problem]) -> String {
    problems.first().map_or_else(String::new, |problem| TERMINAL.prose(&problem.message, 80))
}

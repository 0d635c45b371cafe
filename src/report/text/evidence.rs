//! What the verdict rests on: what is missing, what was read, what looks wrong.

use std::fmt::{self, Write};

use super::page::{Limit, list, prose};
use crate::model::decision::Outcome;
use crate::model::problem::{Problem, Weight};
use crate::model::report::Report;
use crate::model::scan::{Input, Scan};
use crate::report::{grid, words};

const MISSING: Limit = Limit { items: 50, bytes: 12_000 };
const SCANS: Limit = Limit { items: 50, bytes: 12_000 };
const WARNINGS: Limit = Limit { items: 30, bytes: 8_000 };

/// What leaves the run undecided, or would if nothing blocked, numbered, with what to do.
pub(super) fn missing(page: &mut String, report: &Report) -> fmt::Result {
    let synthetics = report.synthetics.iter().map(|synthetic| (synthetic.rule_id, &synthetic.problem));
    let problems = of(report, Weight::Undecided).map(|problem| (problem.code, problem));
    let total = report.synthetics.len() + of(report, Weight::Undecided).count();
    if total == 0 {
        return Ok(());
    }
    match report.verdict.outcome {
        Outcome::Block => writeln!(page, "Evidence is incomplete as well:")?,
        Outcome::Undecided | Outcome::Ticket | Outcome::Pass => writeln!(page, "Undecided because:")?,
    }
    let items = synthetics.chain(problems).zip(1..).map(|((code, problem), number)| line(&format!("{number} ! {code}  "), problem));
    list(page, &MISSING, total as u64, "problem", items)
}

/// What was read, a line a scan.
pub(super) fn scans(page: &mut String, report: &Report) -> fmt::Result {
    let evidence = &report.evidence;
    let unread = evidence.inputs.iter().enumerate().filter(|&(index, _)| evidence.scans_of(index).is_empty());
    let unread: Vec<_> = unread.map(|(_, input)| input).collect();
    let total = unread.len() + evidence.scans.len();
    let counts = &report.counts;
    write!(page, "\nEvidence: {} in {}", words::count(counts.sightings, "sighting"), words::count(counts.findings, "finding"))?;
    if counts.suppressed > 0 {
        write!(page, "; {} suppressed by their scans", counts.suppressed)?;
    }
    if counts.passed > 0 {
        write!(page, "; {} with nothing to fix", counts.passed)?;
    }
    writeln!(page)?;
    let rows = unread.iter().map(|input| unread_row(input)).chain(evidence.scans.iter().map(|scan| scan_row(report, scan)));
    let lines = grid::lines(rows.take(SCANS.items)).into_iter().map(|line| line + "\n");
    list(page, &SCANS, total as u64, "scan", lines)
}

/// What is legal but dangerous, or contradicts itself.
pub(super) fn warnings(page: &mut String, report: &Report) -> fmt::Result {
    let total = of(report, Weight::Warning).count();
    if total == 0 {
        return Ok(());
    }
    writeln!(page)?;
    list(page, &WARNINGS, total as u64, "warning", of(report, Weight::Warning).map(|problem| line("warning: ", problem)))
}

fn of(report: &Report, weight: Weight) -> impl Iterator<Item = &Problem> {
    report.problems.iter().filter(move |problem| problem.weight == weight)
}

fn line(lead: &str, problem: &Problem) -> String {
    prose(lead, "    ", &words::plain(&problem.to_string(), 600))
}

fn scan_row(report: &Report, scan: &Scan) -> [String; 7] {
    let [state, path, format, tool, category] = words::scan(&report.evidence, scan);
    [state, path, format, tool, category, words::count(scan.sightings, "sighting"), why(&scan.incomplete_because)]
}

fn unread_row(input: &Input) -> [String; 7] {
    let none = String::new;
    let state = words::completeness(input.complete).to_owned();
    [
        state,
        words::plain(&input.path, 60),
        input.format.unwrap_or("-").to_owned(),
        none(),
        none(),
        "no scan".to_owned(),
        why(&input.problems),
    ]
}

fn why(problems: &[Problem]) -> String {
    problems.first().map_or_else(String::new, |problem| words::plain(&problem.message, 80))
}

//! What the verdict rests on: what is missing, what was read, what looks wrong.

use super::page::{List, Piece};
use crate::base::date::format_instant;
use crate::model::problem::{Problem, Weight};
use crate::model::report::Report;
use crate::report::feeds::cells;
use crate::report::pen::MARKDOWN;
use crate::report::{lists, words};

const SCANS: &str = "| | report | format | tool | category | read | why |\n|---|---|---|---|---|---|---|\n";

const FEEDS: &str = "| | feed | path | of when | read |\n|---|---|---|---|---|\n";

/// What blocks beside findings, with what to do.
pub(super) fn blocking(report: &Report) -> Option<Piece<'_>> {
    let total = lists::blocking(report).count() as u64;
    let items = lists::blocking(report).map(|(code, problem)| format!("- {}\n", told(code, problem)));
    (total > 0).then(|| List::open("Blocks as well:\n\n".to_owned(), "problem", total, items))
}

/// The budgets, with the first of the findings that count where one is exceeded.
pub(super) fn budgets(report: &Report) -> Option<Piece<'_>> {
    let total = report.budgets().count() as u64;
    let items = report.budgets().map(|(budget, spent)| {
        let counted = Some(words::counted(report, spent)).filter(|counted| spent.exceeded && !counted.is_empty());
        let counted = counted.map_or_else(String::new, |counted| format!(": {counted}"));
        let (id, place) = (MARKDOWN.code(&budget.id, 64), MARKDOWN.place_of(report, budget.place));
        let mark = if spent.exceeded { "**" } else { "" };
        format!("- {mark}{id}{mark}: {}, {place}{counted}\n", words::budget(budget, spent))
    });
    (total > 0).then(|| List::open("Budgets:\n\n".to_owned(), "budget", total, items))
}

/// What leaves the run undecided, or would if nothing blocked, numbered, with what to do.
pub(super) fn gaps(report: &Report) -> Option<Piece<'_>> {
    let total = lists::gaps(report).count();
    let items = lists::gaps(report).zip(1..).map(|((code, problem), number)| format!("{number}. {}\n", told(code, problem)));
    let head = format!("{}\n\n", words::gaps(report.verdict.outcome));
    (total > 0).then(|| List::open(head, "problem", total as u64, items))
}

/// What was read, a row a scan.
pub(super) fn scans(report: &Report) -> Option<Piece<'_>> {
    let evidence = &report.evidence;
    let total = lists::unread(report).count() + evidence.scans.len();
    let unread = lists::unread(report).map(|input| {
        let path = MARKDOWN.code(&input.path, 120);
        let state = words::completeness_of(input);
        format!("| {state} | {path} | {} | | | no scan | {} |\n", input.format.as_deref().unwrap_or("-"), why(&input.problems))
    });
    let scans = evidence.scans.iter().map(|scan| {
        let cells = MARKDOWN.scan(evidence, scan).join(" | ");
        format!("| {cells} | {} | {} |\n", words::count(scan.sightings, "sighting"), why(&scan.incomplete_because))
    });
    let title = format!("Evidence: {}", words::evidence(report));
    (total > 0).then(|| List::folded(&title, SCANS, "scan", total as u64, unread.chain(scans)))
}

/// The feeds of the policy, a row each.
pub(super) fn feeds(report: &Report) -> Option<Piece<'_>> {
    let feeds = &report.evidence.feeds;
    let rows = feeds.iter().map(|feed| format!("| {} |\n", cells(MARKDOWN, feed, report.now).join(" | ")));
    let title = format!("Feeds: {}", words::and(&feeds.iter().map(|feed| feed.kind.word().to_owned()).collect::<Vec<_>>()));
    (!feeds.is_empty()).then(|| List::folded(&title, FEEDS, "feed", feeds.len() as u64, rows))
}

/// The baseline, what it came to, and who answers for it.
pub(super) fn baseline(report: &Report) -> Option<Piece<'_>> {
    let (baseline, known) = (report.evidence.baseline.as_ref()?, words::known(report)?);
    let reason = baseline.adoption.as_ref().map_or_else(String::new, |adoption| format!(": {}", MARKDOWN.prose(&adoption.reason, 300)));
    let digest = baseline.sha256.as_deref().map_or_else(String::new, |digest| format!(", sha256 `{digest}`"));
    let from = format!("{} of {}{digest}", MARKDOWN.code(&baseline.path, 120), format_instant(baseline.created));
    Some(Piece::Whole(format!("Baseline: {}{reason}; {from}\n\n", MARKDOWN.prose(&known, 300))))
}

/// What is legal but dangerous or contradicts itself, and details that could not be read.
pub(super) fn problems(report: &Report) -> Option<Piece<'_>> {
    let of = |weight| lists::of(report, weight);
    let [warnings, notes] = [Weight::Warning, Weight::Note].map(|weight| of(weight).count() as u64);
    let items = of(Weight::Warning).chain(of(Weight::Note));
    let items = items.map(|problem| format!("- {}: {}\n", problem.weight.word(), told(problem.code, problem)));
    let title = [(warnings, "warning"), (notes, "note")].into_iter().filter(|(number, _)| *number > 0);
    let title: Vec<String> = title.map(|(number, noun)| words::count(number, noun)).collect();
    (warnings + notes > 0).then(|| List::folded(&title.join(", "), "", "problem", warnings + notes, items))
}

fn told(code: &str, problem: &Problem) -> String {
    format!("`{code}` {}", MARKDOWN.prose(&problem.to_string(), 600))
}

fn why(problems: &[Problem]) -> String {
    problems.first().map_or_else(String::new, |problem| MARKDOWN.prose(&problem.message, 300))
}

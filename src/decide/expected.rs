//! What of a run is not as a test of its policy says.

use std::collections::BTreeSet;

use crate::model::decision::Decision;
use crate::model::finding::{Evidence, Finding};
use crate::model::policy::{Action, Place, Rule};
use crate::model::problem::Weight;
use crate::model::report::Report;
use crate::model::suite::{DueDay, Expect, Failure};

/// So many findings that are not as they should be are told one by one.
const TOLD: usize = 5;

/// Everything that is not as it must be.
#[must_use]
pub fn failures(report: &Report, expect: &Expect) -> Vec<Failure> {
    let mut failures = Vec::new();
    let mut fail = |place: Place, message: String| failures.push(Failure { place, message });
    if let Some((action, place)) = expect.action {
        told(report, action, "every finding", &mut |message| fail(place, message), |_| true);
    }
    for (name, action, place) in &expect.actions {
        let of_name = |finding: &Finding| report.evidence.is_called(finding, name);
        told(report, *action, &format!("`{name}`"), &mut |message| fail(*place, message), of_name);
    }
    if let Some((wanted, place)) = &expect.causes {
        let wanted: BTreeSet<&str> = wanted.iter().map(String::as_str).collect();
        let found: BTreeSet<&str> =
            report.findings().flat_map(|(_, decision)| causes(report, decision)).map(|rule| rule.id.as_str()).collect();
        if wanted != found {
            fail(*place, format!("causes: expected {}, got {}", list(&wanted), list(&found)));
        }
    }
    if let Some((wanted, place)) = expect.due {
        due(report, wanted, &mut |message| fail(place, message));
    }
    if let Some((wanted, place)) = expect.verdict
        && wanted != report.verdict.outcome
    {
        let why = undecided(report).map_or_else(|| report.verdict.reason.clone(), |why| format!("{}; {why}", report.verdict.reason));
        fail(place, format!("verdict: expected {}, got {}: {why}", wanted.word(), report.verdict.outcome.word()));
    }
    failures
}

/// Tells the findings of some kind that come to another action.
fn told(report: &Report, action: Action, what: &str, fail: &mut dyn FnMut(String), is_meant: impl Fn(&Finding) -> bool) {
    let meant: Vec<(&Finding, &Decision)> = report.findings().filter(|(finding, _)| is_meant(finding)).collect();
    if meant.is_empty() {
        let why = undecided(report).map_or_else(String::new, |why| format!(": {why}"));
        fail(format!("{what}: expected {}, and there is no such finding{why}", action.word()));
    }
    let wrong: Vec<_> = meant.into_iter().filter(|(_, decision)| decision.action != action).collect();
    for (finding, decision) in wrong.iter().take(TOLD) {
        let (name, got) = (name(&report.evidence, finding), decision.action.word());
        fail(format!("{name}: expected {}, got {got} by {}", action.word(), by(report, decision)));
    }
    if let Some(more) = wrong.len().checked_sub(TOLD).filter(|more| *more > 0) {
        fail(format!("{what}: {more} more come to another action than {}", action.word()));
    }
}

/// Tells the findings that are due on another day.
fn due(report: &Report, wanted: DueDay, fail: &mut dyn FnMut(String)) {
    if report.order.is_empty() {
        fail(format!("expected to be due {}, and there is no finding", day(wanted)));
    }
    let wrong: Vec<_> = report.findings().filter(|(_, decision)| due_day(report, decision) != wanted).collect();
    for (finding, decision) in wrong.iter().take(TOLD) {
        let because = report.due_because(finding, decision).map_or_else(String::new, |because| format!(": {because}"));
        let (name, got) = (name(&report.evidence, finding), day(due_day(report, decision)));
        fail(format!("{name}: expected to be due {}, and is due {got}{because}", day(wanted)));
    }
    if let Some(more) = wrong.len().checked_sub(TOLD).filter(|more| *more > 0) {
        fail(format!("{more} more are not due {}", day(wanted)));
    }
}

/// When a finding is due. Only where nothing sets days for it, and nothing that is unknown may, it never is.
fn due_day(report: &Report, decision: &Decision) -> DueDay {
    let Some(policy) = &report.policy else { return DueDay::Unknown };
    let may_be_due = policy.due.as_ref().is_some_and(|due| decision.deadline.by.is_some_and(|by| due.hours(by).is_some()));
    decision.deadline.due.map_or(if may_be_due { DueDay::Unknown } else { DueDay::Never }, DueDay::On)
}

fn day(due: DueDay) -> String {
    match due {
        DueDay::On(day) => day.to_string(),
        DueDay::Never => "never".to_owned(),
        DueDay::Unknown => "on a day that is unknown".to_owned(),
    }
}

/// The rules that decide.
fn causes<'r>(report: &'r Report, decision: &'r Decision) -> impl Iterator<Item = &'r Rule> {
    report.rules(decision).filter(|rule| rule.action == decision.without_exceptions)
}

/// What decided: `new-code (standard.yaml:41)`, and the exception that lowered it.
fn by(report: &Report, decision: &Decision) -> String {
    let place = |rule: &Rule| {
        let file = report.policy.as_ref().and_then(|policy| policy.file(rule.place)).map_or("", |file| file.name.as_str());
        format!("{} ({file}:{})", rule.id, rule.place.line)
    };
    let rules: Vec<String> = causes(report, decision).map(place).collect();
    let rules = if rules.is_empty() { "the default action".to_owned() } else { rules.join(", ") };
    let by_vex = report.excused_by(decision).map(|(_, document)| format!("VEX of {}", document.author));
    let by = by_vex.or_else(|| report.lowered_by(decision).map(|record| record.id.clone()));
    by.map_or_else(|| rules.clone(), |by| format!("{rules}, lowered by {by}"))
}

/// What people call a finding: its first advisory, else the check, else its id.
fn name(evidence: &Evidence, finding: &Finding) -> String {
    let advisory = evidence.words.get(finding.ids).first().map(|id| evidence.text(*id));
    advisory.or_else(|| evidence.rule_id(finding)).map_or_else(|| finding.id.to_string(), |name| name.as_data().to_owned())
}

/// Why the run is undecided, or would be.
fn undecided(report: &Report) -> Option<String> {
    let gaps = report.synthetics.iter().map(|synthetic| &synthetic.problem);
    let first = gaps.chain(report.problems.iter().filter(|problem| problem.weight == Weight::Undecided)).next();
    first.map(ToString::to_string)
}

fn list(ids: &BTreeSet<&str>) -> String {
    if ids.is_empty() { "none".to_owned() } else { ids.iter().copied().collect::<Vec<_>>().join(", ") }
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::exceptions::sample::{Row, day, evidence, policy, record};
    use crate::decide::sample;
    use crate::model::decision::{Outcome, Synthetic};
    use crate::model::due::{Clock, Days, Due};
    use crate::model::exception::Exceptions;
    use crate::model::policy::Policy;
    use crate::model::policy::sample::place;
    use crate::model::severity::Severity;

    /// The report of findings of the check `sqli`, of these severities.
    fn report(severities: &[Severity], due: Option<Due>, exceptions: Exceptions) -> Report {
        let row = |severity: &Severity| Row { severity: *severity, ..Row::code("sqli", "src/a.py") };
        let rows: Vec<Row> = severities.iter().map(row).collect();
        sample::report(evidence(&rows), Policy { due, ..policy() }, exceptions, None)
    }

    fn critical(count: usize) -> Report {
        report(&vec![Severity::Critical; count], None, Exceptions::default())
    }

    fn told(report: &Report, expect: &Expect) -> Vec<String> {
        failures(report, expect).into_iter().map(|failure| failure.message).collect()
    }

    fn action(action: Action) -> Expect {
        Expect { action: Some((action, place(4))), ..Expect::default() }
    }

    #[test]
    fn every_finding_must_come_to_the_action_that_is_expected() {
        assert_eq!(told(&critical(2), &action(Action::Block)), [""; 0]);
        let got = "sqli: expected ticket, got block by grave (p.yaml:1)";
        assert_eq!(told(&critical(5), &action(Action::Ticket)), [got; 5]);
        let more = |number: usize| format!("every finding: {number} more come to another action than ticket");
        assert_eq!(told(&critical(6), &action(Action::Ticket)).last(), Some(&more(1)));
        assert_eq!(told(&critical(8), &action(Action::Ticket)).last(), Some(&more(3)));
        assert_eq!(told(&critical(0), &action(Action::Pass)), ["every finding: expected pass, and there is no such finding"]);
        let by_default = report(&[Severity::Low], None, Exceptions::default());
        assert_eq!(told(&by_default, &action(Action::Block)), ["sqli: expected block, got pass by the default action"]);
        let excepted = Exceptions { files: Vec::new(), records: record("EXC-1").into_iter().collect() };
        let lowered = report(&[Severity::Critical], None, excepted);
        assert_eq!(told(&lowered, &action(Action::Block)), ["sqli: expected block, got ticket by grave (p.yaml:1), lowered by EXC-1"]);
    }

    #[test]
    fn findings_are_expected_by_their_names() {
        let of = |name: &str, action| Expect { actions: vec![(name.to_owned(), action, place(4))], ..Expect::default() };
        assert_eq!(told(&critical(1), &of("sqli", Action::Block)), [""; 0]);
        assert_eq!(told(&critical(1), &of("sqli", Action::Pass)), ["sqli: expected pass, got block by grave (p.yaml:1)"]);
        let mut undecided = critical(1);
        assert_eq!(told(&undecided, &of("xss", Action::Block)), ["`xss`: expected block, and there is no such finding"]);
        undecided.synthetics.push(Synthetic { rule_id: "relgate/failed-run", problem: sample::undecided("failed", "a.sarif") });
        let why = "`xss`: expected block, and there is no such finding: a.sarif: ";
        assert!(told(&undecided, &of("xss", Action::Block)).iter().all(|told| told.starts_with(why.trim_end())));
    }

    #[test]
    fn the_rules_that_decide_must_be_just_those_that_are_expected() {
        let of = |ids: &[&str]| Expect { causes: Some((ids.iter().map(|id| (*id).to_owned()).collect(), place(4))), ..Expect::default() };
        let both = report(&[Severity::Critical, Severity::Medium], None, Exceptions::default());
        assert_eq!(told(&both, &of(&["medium", "grave"])), [""; 0]);
        assert_eq!(told(&both, &of(&["grave"])), ["causes: expected grave, got grave, medium"]);
        assert_eq!(told(&critical(0), &of(&[])), [""; 0]);
        assert_eq!(told(&critical(1), &of(&[])), ["causes: expected none, got grave"]);
    }

    #[test]
    fn every_finding_must_be_due_on_the_day_that_is_expected() {
        let of = |due| Expect { due: Some((due, place(4))), ..Expect::default() };
        let days =
            |hours| Some(Due { place: place(1), own: Days { clock: Clock::FirstSeen, kev_hours: None, hours }, presets: Vec::new() });
        let dated = |count: usize| {
            let mut report = report(&vec![Severity::Critical; count], days([Some(24); 5]), Exceptions::default());
            let late = |decision: &Decision| {
                let mut decision = *decision;
                decision.deadline.due = Some(day("2026-08-02"));
                decision
            };
            report.decisions = report.decisions.iter().map(late).collect();
            report
        };
        assert_eq!(told(&dated(2), &of(DueDay::On(day("2026-08-02")))), [""; 0]);
        let wrong = told(&dated(1), &of(DueDay::On(day("2026-08-03"))));
        assert!(
            wrong.len() == 1
                && wrong.iter().all(|told| told.starts_with("sqli: expected to be due 2026-08-03, and is due 2026-08-02: 1d for critical")),
            "{wrong:?}"
        );
        assert_eq!(told(&dated(5), &of(DueDay::Never)).len(), 5);
        assert_eq!(told(&dated(7), &of(DueDay::Never)).last().map(String::as_str), Some("2 more are not due never"));
        assert_eq!(told(&dated(0), &of(DueDay::Never)), ["expected to be due never, and there is no finding"]);
        // Days are set, and nobody knows from when they count; or none are.
        let undated = report(&[Severity::Critical], days([Some(24); 5]), Exceptions::default());
        assert_eq!(told(&undated, &of(DueDay::Unknown)), [""; 0]);
        assert_eq!(told(&undated, &of(DueDay::Never)).len(), 1);
        let unset = report(&[Severity::Critical], days([None; 5]), Exceptions::default());
        assert_eq!(told(&unset, &of(DueDay::Never)), [""; 0]);
        assert_eq!(told(&critical(1), &of(DueDay::Unknown)), ["sqli: expected to be due on a day that is unknown, and is due never"]);
    }

    #[test]
    fn the_verdict_must_be_the_one_that_is_expected() {
        let of = |outcome| Expect { verdict: Some((outcome, place(4))), ..Expect::default() };
        let mut report = critical(1);
        report.verdict.reason = "because".to_owned();
        assert_eq!(told(&report, &of(Outcome::Pass)), [""; 0]);
        assert_eq!(told(&report, &of(Outcome::Block)), ["verdict: expected block, got pass: because"]);
        report.problems.push(crate::model::problem::Problem { weight: Weight::Warning, ..sample::undecided("odd", "a.sarif") });
        assert_eq!(told(&report, &of(Outcome::Block)), ["verdict: expected block, got pass: because"]);
        report.problems.push(sample::undecided("failed", "b.sarif"));
        assert!(
            told(&report, &of(Outcome::Block)).iter().all(|told| told.starts_with("verdict: expected block, got pass: because; b.sarif"))
        );
    }
}

//! Whether the evidence suffices: each gap is a finding of relgate's own, which nothing can except.
//!
//! A gap is told once. A scan that failed also leaves the requirement unmet that it would meet; only the failure is told
//! then, and likewise for a scan without a date.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use crate::base::fault::{Fault, Position};
use crate::decide::{Run, feeds, origin, requirement};
use crate::model::decision::Synthetic;
use crate::model::finding::Evidence;
use crate::model::policy::{Place, Policy};
use crate::model::problem::{Problem, Weight};
use crate::model::scan::{Input, Scan};

/// How far the run's instant may lie before the end of a scan.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_hours(24);

/// Every gap in the evidence. The problem of a `relgate/failed-run` is the one that the scan or the input has itself.
#[must_use]
pub fn synthetics(evidence: &Evidence, policy: &Policy, run: &Run) -> Vec<Synthetic> {
    let unread = unread(evidence);
    let mut gaps: Vec<Synthetic> = failed_runs(evidence, &unread).collect();
    if evidence.scans.is_empty() && unread.is_empty() {
        gaps.push(nothing_read(evidence, policy));
    } else {
        gaps.extend(requirement::unmet(evidence, policy, run, &unread));
    }
    gaps.extend(requirement::unknown_ages(evidence, policy, run));
    gaps.extend(origin::wrong(evidence, run.subject));
    gaps.extend(clock(evidence, run.now));
    gaps.extend(committed(evidence, run.now));
    gaps.extend(feeds::too_old(evidence, policy, run));
    gaps
}

/// A gap that a scan leaves, told at its report.
pub(super) fn of_scan(evidence: &Evidence, scan: &Scan, rule_id: &'static str, code: &'static str, what: String, help: &str) -> Synthetic {
    let fault = Fault { code, position: Position::Pointer(scan.pointer.clone()), message: what, help: help.to_owned() };
    Synthetic { rule_id, problem: Problem::of_fault(Weight::Undecided, Some(path(evidence, scan).to_owned()), fault) }
}

/// A gap, told at the place of the policy that asks for what is missing.
pub(super) fn gap_at(policy: &Policy, place: Place, rule_id: &'static str, code: &'static str, message: String, help: String) -> Synthetic {
    let fault = Fault { code, position: place.position(), message, help };
    // Nobody can write there what is missing in an embedded policy.
    match policy.file(place).filter(|file| !file.is_builtin()) {
        Some(file) => Synthetic { rule_id, problem: Problem::of_fault(Weight::Undecided, Some(file.path.clone()), fault) },
        None => Synthetic { rule_id, problem: Problem::of_fault(Weight::Undecided, None, Fault { position: Position::Whole, ..fault }) },
    }
}

/// The report of a scan.
pub(super) fn path<'e>(evidence: &'e Evidence, scan: &Scan) -> &'e str {
    evidence.input(scan).map_or("", |input| input.path.as_str())
}

/// The inputs that are not complete, though none of their scans says why.
fn unread(evidence: &Evidence) -> Vec<&Input> {
    let told: HashSet<usize> = evidence.scans.iter().filter(|s| !s.complete()).map(|s| s.input as usize).collect();
    evidence.inputs.iter().enumerate().filter(|(i, input)| !input.complete && !told.contains(i)).map(|(_, input)| input).collect()
}

fn failed_runs<'e>(evidence: &'e Evidence, unread: &[&'e Input]) -> impl Iterator<Item = Synthetic> {
    let scans = evidence.scans.iter().filter_map(|scan| scan.incomplete_because.first().cloned());
    let inputs = unread.iter().map(|input| {
        let told = input.problems.iter().find(|p| p.weight == Weight::Undecided).cloned();
        told.unwrap_or_else(|| {
            let fault = Fault {
                code: "not-read",
                position: Position::Whole,
                message: "the report was not read whole".to_owned(),
                help: "write it again".to_owned(),
            };
            Problem::of_fault(Weight::Undecided, Some(input.path.clone()), fault)
        })
    });
    scans.chain(inputs).map(|problem| Synthetic { rule_id: "relgate/failed-run", problem })
}

fn nothing_read(evidence: &Evidence, policy: &Policy) -> Synthetic {
    let message = match evidence.inputs.as_slice() {
        [] => "no report was given".to_owned(),
        [_, ..] => "no report holds a scan".to_owned(),
    };
    let help = "give the reports that the scanners wrote, or name them under `inputs.reports`".to_owned();
    gap_at(policy, policy.place, "relgate/missing-scan", "missing-scan", message, help)
}

/// A clock that was set back would revive what has expired.
fn clock(evidence: &Evidence, now: Timestamp) -> Option<Synthetic> {
    let dated = evidence.scans.iter().filter_map(|scan| Some((scan.ended.at()?, scan)));
    let (ended, scan) = dated.max_by_key(|(ended, _)| *ended)?;
    if ended.duration_since(now) <= CLOCK_SLACK {
        return None;
    }
    let what = format!("the scan ended at {ended}, more than 24 hours after the run's time {now}");
    let help = "correct the clock or `--now`, or scan again";
    Some(of_scan(evidence, scan, "relgate/clock", "clock", what, help))
}

/// Nor is a commit judged before there is one.
fn committed(evidence: &Evidence, now: Timestamp) -> Option<Synthetic> {
    let committed = evidence.change.committed.filter(|committed| committed.duration_since(now) > CLOCK_SLACK)?;
    let message = format!("the commit that is judged is of {committed}, more than 24 hours after the run's time {now}");
    let help = "correct the clock or `--now`, or the date of the commit".to_owned();
    let fault = Fault { code: "clock", position: Position::Whole, message, help };
    Some(Synthetic { rule_id: "relgate/clock", problem: Problem::of_fault(Weight::Undecided, None, fault) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::sample::{self, gaps, hours_ago, one_scan, told};
    use crate::model::identity::Category;
    use crate::model::policy::Requirement;
    use crate::model::report::{Fact, Subject};

    const COMMIT: &str = "4f2c1ab89d3e5f60718293a4b5c6d7e8f9012345";

    #[test]
    fn without_a_scan_nothing_is_a_pass() {
        let help = "give the reports that the scanners wrote, or name them under `inputs.reports`";
        let mut evidence = Evidence::default();
        assert_eq!(told(&evidence, sample::requirement("any")), [format!("missing-scan p.yaml:1:1: no report was given; {help}")]);
        evidence.inputs.push(sample::input("a.sarif"));
        assert_eq!(told(&evidence, sample::requirement("any")), [format!("missing-scan p.yaml:1:1: no report holds a scan; {help}")]);
    }

    #[test]
    fn a_failed_scan_is_told_once() {
        let failed = one_scan(|scan| scan.incomplete_because = vec![sample::undecided("a", "a.sarif"), sample::undecided("b", "a.sarif")]);
        assert_eq!(told(&failed, sample::requirement("any")), ["failed-run a.sarif: "]);
        let two = Requirement { min: 2, ..sample::requirement("any") };
        assert_eq!(
            told(&failed, two),
            [
                "failed-run a.sarif: ",
                "missing-scan a.sarif: /runs/0: `any` (p.yaml:7) requires 2 scans, found 0; a.sarif did not complete; run the scan and give its report",
            ]
        );
    }

    #[test]
    fn an_input_that_was_not_read_is_told_once() {
        let mut evidence = Evidence::default();
        let problems = vec![sample::undecided("json", "b.json")];
        evidence.inputs.push(Input { complete: false, problems, ..sample::input("b.json") });
        assert_eq!(told(&evidence, sample::requirement("any")), ["failed-run b.json: "]);
        let sca = Requirement { category: Some(Category::Sca), ..sample::requirement("sca") };
        assert_eq!(
            told(&evidence, sca),
            [
                "failed-run b.json: ",
                "missing-scan p.yaml:7:1: `sca` requires 1 scan of category sca, found 0; b.json could not be read; run the scan and give its report",
            ]
        );
    }

    #[test]
    fn a_clock_before_the_scans_is_told() {
        assert_eq!(told(&one_scan(|scan| scan.ended = hours_ago(-24)), sample::requirement("any")), [""; 0]);
        assert_eq!(
            told(&one_scan(|scan| scan.ended = hours_ago(-25)), sample::requirement("any")),
            [
                "clock a.sarif: /runs/0: the scan ended at 2026-08-02T01:00:00Z, more than 24 hours after the run's time 2026-08-01T00:00:00Z; correct the clock or `--now`, or scan again"
            ]
        );
    }

    #[test]
    fn a_report_whose_scan_says_why_it_failed_is_not_told_as_unread_too() {
        let mut evidence = one_scan(|scan| scan.incomplete_because = vec![sample::undecided("a", "a.sarif")]);
        evidence.inputs.iter_mut().for_each(|input| input.complete = false);
        assert_eq!(told(&evidence, sample::requirement("any")), ["failed-run a.sarif: "]);
        // Another scan of the same report does not say what became of the rest.
        let mut evidence = one_scan(|_| {});
        evidence.inputs.iter_mut().for_each(|input| input.complete = false);
        assert_eq!(told(&evidence, sample::requirement("any")), ["failed-run a.sarif: the report was not read whole; write it again"]);
    }

    #[test]
    fn a_clock_before_the_commit_is_told() {
        let told = |hours| {
            let mut evidence = one_scan(|_| {});
            evidence.change.committed = hours_ago(hours).at();
            told(&evidence, sample::requirement("any"))
        };
        assert_eq!((told(1), told(-24)), (Vec::new(), Vec::new()));
        assert_eq!(
            told(-25),
            [
                "clock the commit that is judged is of 2026-08-02T01:00:00Z, more than 24 hours after the run's time 2026-08-01T00:00:00Z; correct the clock or `--now`, or the date of the commit"
            ]
        );
    }

    #[test]
    fn what_an_embedded_policy_asks_for_is_told_without_a_place() {
        let mut policy = sample::policy(Vec::new(), vec![sample::requirement("any")]);
        let position = |policy: &Policy| {
            let gaps = synthetics(&Evidence::default(), policy, &sample::run(&Subject::default()));
            gaps.into_iter().map(|gap| (gap.problem.file, gap.problem.position)).collect::<Vec<_>>()
        };
        assert_eq!(position(&policy), [(Some("p.yaml".to_owned()), Position::Line(1, 1))]);
        policy.files.iter_mut().for_each(|file| file.path = "builtin:standard".to_owned());
        assert_eq!(position(&policy), [(None, Position::Whole)]);
    }

    #[test]
    fn another_commit_or_repository_is_told() {
        let fact = |value: &str| Some(Fact { value: value.to_owned(), source: "flag".into() });
        let evidence = |commit: &str, repository: &str| {
            let mut evidence = one_scan(|_| {});
            let (commit, repository) = (evidence.texts.intern(commit), evidence.texts.intern(repository));
            evidence.scans.iter_mut().for_each(|s| (s.commit, s.repository) = (Some(commit), Some(repository)));
            evidence
        };
        let both = Subject { commit: fact(COMMIT), repository: fact("https://github.com/acme/pay"), ..Subject::default() };
        let commit_only = Subject { repository: None, ..both.clone() };
        let same = evidence("4F2C1AB", "git@github.com:acme/pay.git");
        assert_eq!(gaps(&same, None, &both), [""; 0]);
        assert_eq!(gaps(&same, None, &Subject::default()), [""; 0]);
        assert_eq!(
            gaps(&same, None, &commit_only),
            [
                "wrong-commit a.sarif: /runs/0: the scan is of github.com/acme/pay, and the run's repository is not known; give `--repository`"
            ]
        );
        assert_eq!(
            gaps(&evidence("0000000", "https://t:secret@github.com/evil/pay"), None, &both),
            [
                format!("wrong-commit a.sarif: /runs/0: the scan is of commit 0000000, not {COMMIT}; scan the commit that is judged"),
                "wrong-commit a.sarif: /runs/0: the scan is of github.com/evil/pay, not github.com/acme/pay; scan the repository that is judged"
                    .to_owned(),
            ]
        );
    }
}

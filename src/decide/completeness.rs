//! Whether the evidence suffices: each gap is a finding of relgate's own, which nothing can except.
//!
//! A gap is told once. A scan that failed also leaves the requirement unmet that it would meet; only the failure is told
//! then, and likewise for a scan without a date.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use crate::base::fault::{Fault, Position};
use crate::decide::{Run, origin};
use crate::model::decision::Synthetic;
use crate::model::finding::Evidence;
use crate::model::policy::{Policy, Requirement};
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
        gaps.push(nothing_read(evidence));
    } else {
        gaps.extend(policy.require.iter().filter_map(|row| missing(row, evidence, policy, run, &unread)));
    }
    gaps.extend(unknown_ages(evidence, policy, run));
    gaps.extend(origin::wrong(evidence, run.subject));
    gaps.extend(clock(evidence, run.now));
    gaps
}

/// A gap that a scan leaves, told at its report.
pub(super) fn of_scan(evidence: &Evidence, scan: &Scan, rule_id: &'static str, code: &'static str, what: String, help: &str) -> Synthetic {
    gap(rule_id, code, Some(path(evidence, scan).to_owned()), what, help.to_owned())
}

fn gap(rule_id: &'static str, code: &'static str, file: Option<String>, message: String, help: String) -> Synthetic {
    let fault = Fault { code, position: Position::Whole, message, help };
    Synthetic { rule_id, problem: Problem::of_fault(Weight::Undecided, file, fault) }
}

fn path<'e>(evidence: &'e Evidence, scan: &Scan) -> &'e str {
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

fn nothing_read(evidence: &Evidence) -> Synthetic {
    let message = match evidence.inputs.as_slice() {
        [] => "no report was given".to_owned(),
        [_, ..] => "no report holds a scan".to_owned(),
    };
    gap("relgate/missing-scan", "missing-scan", None, message, "give the reports that the scanners wrote".to_owned())
}

/// What a scan is worth for a requirement that it matches.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Counts,
    /// Its tool's name could be made to look like another's.
    NotPlain,
    /// Told as `relgate/failed-run`.
    Failed,
    /// Told as `relgate/unknown-age`.
    Undated,
    Old,
}

fn standing(scan: &Scan, row: &Requirement, now: Timestamp) -> Standing {
    if !scan.tool_is_plain {
        return Standing::NotPlain;
    }
    if !scan.complete() {
        return Standing::Failed;
    }
    match (row.max_age_hours, scan.ended) {
        (Some(_), None) if !row.allow_undated => Standing::Undated,
        (Some(hours), Some(ended)) if now.duration_since(ended) > SignedDuration::from_hours(hours.into()) => Standing::Old,
        (Some(_) | None, Some(_) | None) => Standing::Counts,
    }
}

/// The scans of the category and tools that a requirement asks for, with what they are worth.
fn candidates<'e>(row: &Requirement, evidence: &'e Evidence, now: Timestamp) -> Vec<(&'e Scan, Standing)> {
    let right_tool = |scan: &Scan| {
        let tool = evidence.text(scan.tool).as_data();
        row.tools.is_empty() || row.tools.iter().any(|t| t == tool)
    };
    let right = |scan: &&Scan| row.category.is_none_or(|category| category == scan.category) && right_tool(scan);
    evidence.scans.iter().filter(right).map(|scan| (scan, standing(scan, row, now))).collect()
}

fn missing(row: &Requirement, evidence: &Evidence, policy: &Policy, run: &Run, unread: &[&Input]) -> Option<Synthetic> {
    let candidates = candidates(row, evidence, run.now);
    let of = |wanted: Standing| candidates.iter().filter(|(_, standing)| *standing == wanted).count();
    let counting = of(Standing::Counts);
    // A report that could not be read could have met a requirement that asks for nothing in particular.
    let could_be_any = if row.category.is_none() && row.tools.is_empty() { unread.len() } else { 0 };
    let told = of(Standing::Failed) + of(Standing::Undated) + could_be_any;
    if counting + told >= row.min as usize {
        return None;
    }
    let category = row.category.map(|c| format!(" of category {}", c.word())).unwrap_or_default();
    let tools = if row.tools.is_empty() { String::new() } else { format!(" by {}", row.tools.join(" or ")) };
    let mut notes: Vec<String> = candidates.iter().filter_map(|(scan, standing)| note(path(evidence, scan), *standing)).collect();
    notes.extend(unread.iter().map(|input| format!("{} could not be read", input.path)));
    let more = if notes.len() > 3 { format!(" and {} more", notes.len() - 3) } else { String::new() };
    notes.truncate(3);
    let but = if notes.is_empty() { String::new() } else { format!("; {}{more}", notes.join(", ")) };
    let message = format!(
        "`{}` ({}) requires {}{category}{tools}, found {counting}{but}",
        row.id,
        place(row, policy),
        if row.min == 1 { "1 scan".to_owned() } else { format!("{} scans", row.min) }
    );
    Some(gap("relgate/missing-scan", "missing-scan", None, message, "run the scan and give its report".to_owned()))
}

/// Why a scan does not count.
fn note(path: &str, standing: Standing) -> Option<String> {
    match standing {
        Standing::Counts => None,
        Standing::NotPlain => Some(format!("{path} does not name its tool plainly")),
        Standing::Failed => Some(format!("{path} did not complete")),
        Standing::Undated => Some(format!("{path} has no date")),
        Standing::Old => Some(format!("{path} is too old")),
    }
}

/// `standard.yaml:19`.
fn place(row: &Requirement, policy: &Policy) -> String {
    let file = policy.files.get(row.place.file as usize).map_or("", |file| file.name.as_str());
    format!("{file}:{}", row.place.line)
}

/// Each scan whose age a requirement asks for and nobody knows, once.
fn unknown_ages(evidence: &Evidence, policy: &Policy, run: &Run) -> Vec<Synthetic> {
    let mut told = HashSet::new();
    let mut gaps = Vec::new();
    for row in &policy.require {
        for (scan, standing) in candidates(row, evidence, run.now) {
            if standing == Standing::Undated && told.insert(std::ptr::from_ref(scan)) {
                let what = format!("the report tells no date, and `{}` ({}) limits its age", row.id, place(row, policy));
                let help = "let the scanner write its end time, or say `allow_undated: true` there";
                gaps.push(of_scan(evidence, scan, "relgate/unknown-age", "unknown-age", what, help));
            }
        }
    }
    gaps
}

/// A clock that was set back would revive what has expired.
fn clock(evidence: &Evidence, now: Timestamp) -> Option<Synthetic> {
    let dated = evidence.scans.iter().filter_map(|scan| Some((scan.ended?, scan)));
    let (ended, scan) = dated.max_by_key(|(ended, _)| *ended)?;
    if ended.duration_since(now) <= CLOCK_SLACK {
        return None;
    }
    let what = format!("the scan ended at {ended}, more than 24 hours after the run's time {now}");
    let help = "correct the clock or `--now`, or scan again";
    Some(of_scan(evidence, scan, "relgate/clock", "clock", what, help))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::sample;
    use crate::model::identity::Category;
    use crate::model::report::{Fact, Subject};

    const COMMIT: &str = "4f2c1ab89d3e5f60718293a4b5c6d7e8f9012345";

    fn told_of(evidence: &Evidence, row: Option<Requirement>, subject: &Subject) -> Vec<String> {
        let policy = sample::policy(Vec::new(), row.into_iter().collect());
        let gaps = synthetics(evidence, &policy, &sample::run(subject));
        gaps.iter().map(|s| format!("{} {}", s.rule_id.trim_start_matches("relgate/"), s.problem)).collect()
    }

    fn told(evidence: &Evidence, row: Requirement) -> Vec<String> {
        told_of(evidence, Some(row), &Subject::default())
    }

    fn of(change: impl FnOnce(&mut Scan)) -> Evidence {
        let mut evidence = Evidence::default();
        if let Some(scan) = sample::scan(&mut evidence, "a.sarif", "semgrep", Category::Sast) {
            change(scan);
        }
        evidence
    }

    fn hours_ago(hours: i64) -> Option<Timestamp> {
        sample::run(&Subject::default()).now.checked_sub(SignedDuration::from_hours(hours)).ok()
    }

    #[test]
    fn without_a_scan_nothing_is_a_pass() {
        let help = "give the reports that the scanners wrote";
        let mut evidence = Evidence::default();
        assert_eq!(told(&evidence, sample::requirement("any")), [format!("missing-scan no report was given; {help}")]);
        evidence.inputs.push(sample::input("a.sarif"));
        assert_eq!(told(&evidence, sample::requirement("any")), [format!("missing-scan no report holds a scan; {help}")]);
    }

    #[test]
    fn a_requirement_is_met_only_by_what_it_asks_for() {
        let any = || sample::requirement("any");
        let evidence = of(|_| {});
        assert_eq!(told(&evidence, any()), [""; 0]);
        assert_eq!(told(&evidence, Requirement { category: Some(Category::Sast), tools: vec!["semgrep".to_owned()], ..any() }), [""; 0]);
        let help = "run the scan and give its report";
        assert_eq!(
            told(&evidence, Requirement { category: Some(Category::Sca), ..any() }),
            [format!("missing-scan `any` (p.yaml:7) requires 1 scan of category sca, found 0; {help}")]
        );
        let tools = vec!["trivy".to_owned(), "grype".to_owned()];
        assert_eq!(
            told(&evidence, Requirement { tools, ..any() }),
            [format!("missing-scan `any` (p.yaml:7) requires 1 scan by trivy or grype, found 0; {help}")]
        );
        assert_eq!(
            told(&evidence, Requirement { min: 2, ..any() }),
            [format!("missing-scan `any` (p.yaml:7) requires 2 scans, found 1; {help}")]
        );
        assert_eq!(
            told(&of(|scan| scan.tool_is_plain = false), any()),
            [format!("missing-scan `any` (p.yaml:7) requires 1 scan, found 0; a.sarif does not name its tool plainly; {help}")]
        );
    }

    #[test]
    fn a_failed_scan_is_told_once() {
        let failed = of(|scan| scan.incomplete_because = vec![sample::undecided("a", "a.sarif"), sample::undecided("b", "a.sarif")]);
        assert_eq!(told(&failed, sample::requirement("any")), ["failed-run a.sarif: "]);
        let two = Requirement { min: 2, ..sample::requirement("any") };
        assert_eq!(
            told(&failed, two),
            [
                "failed-run a.sarif: ",
                "missing-scan `any` (p.yaml:7) requires 2 scans, found 0; a.sarif did not complete; run the scan and give its report",
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
                "missing-scan `sca` (p.yaml:7) requires 1 scan of category sca, found 0; b.json could not be read; run the scan and give its report",
            ]
        );
    }

    #[test]
    fn age_needs_a_date_and_has_a_limit() {
        let row = |allow_undated| Requirement { max_age_hours: Some(24), allow_undated, ..sample::requirement("any") };
        assert_eq!(told(&of(|scan| scan.ended = hours_ago(24)), row(false)), [""; 0]);
        assert_eq!(
            told(&of(|scan| scan.ended = hours_ago(25)), row(true)),
            ["missing-scan `any` (p.yaml:7) requires 1 scan, found 0; a.sarif is too old; run the scan and give its report"]
        );
        assert_eq!(told(&of(|_| {}), row(true)), [""; 0]);
        assert_eq!(
            told(&of(|_| {}), row(false)),
            [
                "unknown-age a.sarif: the report tells no date, and `any` (p.yaml:7) limits its age; let the scanner write its end time, or say `allow_undated: true` there"
            ]
        );
    }

    #[test]
    fn a_clock_before_the_scans_is_told() {
        assert_eq!(told(&of(|scan| scan.ended = hours_ago(-24)), sample::requirement("any")), [""; 0]);
        assert_eq!(
            told(&of(|scan| scan.ended = hours_ago(-25)), sample::requirement("any")),
            [
                "clock a.sarif: the scan ended at 2026-08-02T01:00:00Z, more than 24 hours after the run's time 2026-08-01T00:00:00Z; correct the clock or `--now`, or scan again"
            ]
        );
    }

    #[test]
    fn another_commit_or_repository_is_told() {
        let fact = |value: &str| Some(Fact { value: value.to_owned(), source: "flag" });
        let evidence = |commit: &str, repository: &str| {
            let mut evidence = of(|_| {});
            let (commit, repository) = (evidence.texts.intern(commit), evidence.texts.intern(repository));
            evidence.scans.iter_mut().for_each(|s| (s.commit, s.repository) = (Some(commit), Some(repository)));
            evidence
        };
        let both = Subject { commit: fact(COMMIT), repository: fact("https://github.com/acme/pay"), ..Subject::default() };
        let commit_only = Subject { repository: None, ..both.clone() };
        let same = evidence("4F2C1AB", "git@github.com:acme/pay.git");
        assert_eq!(told_of(&same, None, &both), [""; 0]);
        assert_eq!(told_of(&same, None, &Subject::default()), [""; 0]);
        assert_eq!(
            told_of(&same, None, &commit_only),
            ["wrong-commit a.sarif: the scan is of github.com/acme/pay, and the run's repository is not known; give `--repository`"]
        );
        assert_eq!(
            told_of(&evidence("0000000", "https://t:secret@github.com/evil/pay"), None, &both),
            [
                format!("wrong-commit a.sarif: the scan is of commit 0000000, not {COMMIT}; scan the commit that is judged"),
                "wrong-commit a.sarif: the scan is of github.com/evil/pay, not github.com/acme/pay; scan the repository that is judged"
                    .to_owned(),
            ]
        );
    }
}

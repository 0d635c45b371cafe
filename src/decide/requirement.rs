//! Which of the scans that the policy requires are there.

use std::collections::HashSet;

use jiff::SignedDuration;

use crate::decide::Run;
use crate::decide::completeness::{gap_at, of_scan, path};
use crate::decide::origin;
use crate::model::decision::Synthetic;
use crate::model::finding::Evidence;
use crate::model::policy::{Policy, Requirement};
use crate::model::scan::{Ended, Input, Scan};

/// The requirements that are not met, but for those whose gap is told at a scan or an input.
pub(super) fn unmet(evidence: &Evidence, policy: &Policy, run: &Run, unread: &[&Input]) -> Vec<Synthetic> {
    policy.require.iter().filter_map(|row| missing(row, evidence, policy, run, unread)).collect()
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
    /// It does not tell that it is of the commit that is judged.
    Elsewhere,
}

fn standing(evidence: &Evidence, scan: &Scan, row: &Requirement, run: &Run) -> Standing {
    let now = run.now;
    if !scan.tool_is_plain {
        return Standing::NotPlain;
    }
    if !scan.complete() {
        return Standing::Failed;
    }
    if row.same_commit && !origin::is_of_commit(evidence, scan, run.subject) {
        return Standing::Elsewhere;
    }
    match (row.max_age_hours, scan.ended) {
        (Some(_), Ended::Unreadable) => Standing::Undated,
        (Some(_), Ended::NotTold) if !row.allow_undated => Standing::Undated,
        (Some(hours), Ended::At(ended)) if now.duration_since(ended) > SignedDuration::from_hours(hours.into()) => Standing::Old,
        (Some(_) | None, Ended::NotTold | Ended::Unreadable | Ended::At(_)) => Standing::Counts,
    }
}

/// The scans of the category and tools that a requirement asks for, with what they are worth.
fn candidates<'e>(row: &Requirement, evidence: &'e Evidence, run: &Run) -> Vec<(&'e Scan, Standing)> {
    let right_tool = |scan: &Scan| {
        let tool = evidence.text(scan.tool).as_data();
        row.tools.is_empty() || row.tools.iter().any(|t| t == tool)
    };
    let right = |scan: &&Scan| row.category.is_none_or(|category| scan.categories.contains(&category)) && right_tool(scan);
    evidence.scans.iter().filter(right).map(|scan| (scan, standing(evidence, scan, row, run))).collect()
}

fn missing(row: &Requirement, evidence: &Evidence, policy: &Policy, run: &Run, unread: &[&Input]) -> Option<Synthetic> {
    let candidates = candidates(row, evidence, run);
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
    // A name that could be made to look like the one that is asked for is told, though it is another one.
    let looking_alike = evidence.scans.iter().filter(|scan| !scan.tool_is_plain && !row.tools.is_empty());
    notes.extend(looking_alike.filter_map(|scan| note(path(evidence, scan), Standing::NotPlain)));
    notes.extend(unread.iter().map(|input| format!("{} could not be read", input.path)));
    let more = if notes.len() > 3 { format!(" and {} more", notes.len() - 3) } else { String::new() };
    notes.truncate(3);
    let but = if notes.is_empty() { String::new() } else { format!("; {}{more}", notes.join(", ")) };
    let scans = if row.min == 1 { "scan" } else { "scans" };
    let asked = format!("{} {scans}{category}{tools}", row.min);
    let requires = format!("requires {asked}, found {counting}{but}");
    let help = "run the scan and give its report";
    // Where one scan falls short, the gap is told at its report.
    if let [(scan, _)] = candidates.as_slice() {
        let message = format!("`{}` ({}) {requires}", row.id, place(row, policy));
        return Some(of_scan(evidence, scan, "relgate/missing-scan", "missing-scan", message, help));
    }
    let message = format!("`{}` {requires}", row.id);
    Some(gap_at(policy, row.place, "relgate/missing-scan", "missing-scan", message, help.to_owned()))
}

/// Why a scan does not count.
fn note(path: &str, standing: Standing) -> Option<String> {
    match standing {
        Standing::Counts => None,
        Standing::NotPlain => Some(format!("{path} does not name its tool plainly")),
        Standing::Failed => Some(format!("{path} did not complete")),
        Standing::Undated => Some(format!("{path} has no date")),
        Standing::Old => Some(format!("{path} is too old")),
        Standing::Elsewhere => Some(format!("{path} does not tell that it is of the commit that is judged")),
    }
}

/// `standard.yaml:19`.
fn place(row: &Requirement, policy: &Policy) -> String {
    let file = policy.files.get(row.place.file as usize).map_or("", |file| file.name.as_str());
    format!("{file}:{}", row.place.line)
}

/// Each scan whose age a requirement asks for and nobody knows, once.
pub(super) fn unknown_ages(evidence: &Evidence, policy: &Policy, run: &Run) -> Vec<Synthetic> {
    let mut told = HashSet::new();
    let mut gaps = Vec::new();
    for row in &policy.require {
        for (scan, standing) in candidates(row, evidence, run) {
            if standing == Standing::Undated && told.insert(std::ptr::from_ref(scan)) {
                let unreadable = scan.ended == Ended::Unreadable;
                let told = if unreadable { "a date that cannot be read" } else { "no date" };
                let what = format!("the report tells {told}, and `{}` ({}) limits its age", row.id, place(row, policy));
                let help = if unreadable {
                    "let the scanner write its end time as 2026-11-23T10:00:00Z"
                } else {
                    "let the scanner write its end time, or say `allow_undated: true` there"
                };
                gaps.push(of_scan(evidence, scan, "relgate/unknown-age", "unknown-age", what, help));
            }
        }
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::sample::{self, gaps, hours_ago, one_scan, told};
    use crate::model::identity::Category;
    use crate::model::report::{Fact, Subject};

    #[test]
    fn a_requirement_is_met_only_by_what_it_asks_for() {
        let any = || sample::requirement("any");
        let evidence = one_scan(|_| {});
        assert_eq!(told(&evidence, any()), [""; 0]);
        assert_eq!(told(&evidence, Requirement { category: Some(Category::Sast), tools: vec!["semgrep".to_owned()], ..any() }), [""; 0]);
        let help = "run the scan and give its report";
        assert_eq!(
            told(&evidence, Requirement { category: Some(Category::Sca), ..any() }),
            [format!("missing-scan p.yaml:7:1: `any` requires 1 scan of category sca, found 0; {help}")]
        );
        // What its tool can report, a scan stands for, whichever comes first.
        let several = one_scan(|scan| scan.categories = vec![Category::Sca, Category::Iac, Category::Secret]);
        for category in [Category::Sca, Category::Secret] {
            assert_eq!(told(&several, Requirement { category: Some(category), ..any() }), [""; 0]);
        }
        assert_eq!(told(&several, Requirement { category: Some(Category::Sast), ..any() }).len(), 1);
        let tools = vec!["trivy".to_owned(), "grype".to_owned()];
        assert_eq!(
            told(&evidence, Requirement { tools, ..any() }),
            [format!("missing-scan p.yaml:7:1: `any` requires 1 scan by trivy or grype, found 0; {help}")]
        );
        assert_eq!(
            told(&evidence, Requirement { min: 2, ..any() }),
            [format!("missing-scan a.sarif: /runs/0: `any` (p.yaml:7) requires 2 scans, found 1; {help}")]
        );
        assert_eq!(
            told(&one_scan(|scan| scan.tool_is_plain = false), any()),
            [format!(
                "missing-scan a.sarif: /runs/0: `any` (p.yaml:7) requires 1 scan, found 0; a.sarif does not name its tool plainly; {help}"
            )]
        );
    }

    #[test]
    fn age_needs_a_date_and_has_a_limit() {
        let row = |allow_undated| Requirement { max_age_hours: Some(24), allow_undated, ..sample::requirement("any") };
        assert_eq!(told(&one_scan(|scan| scan.ended = hours_ago(24)), row(false)), [""; 0]);
        assert_eq!(
            told(&one_scan(|scan| scan.ended = hours_ago(25)), row(true)),
            [
                "missing-scan a.sarif: /runs/0: `any` (p.yaml:7) requires 1 scan, found 0; a.sarif is too old; run the scan and give its report"
            ]
        );
        assert_eq!(told(&one_scan(|_| {}), row(true)), [""; 0]);
        assert_eq!(
            told(&one_scan(|_| {}), row(false)),
            [
                "unknown-age a.sarif: /runs/0: the report tells no date, and `any` (p.yaml:7) limits its age; let the scanner write its end time, or say `allow_undated: true` there"
            ]
        );
    }

    #[test]
    fn a_scan_that_must_be_of_the_commit_says_so_itself() {
        let row = || Requirement { same_commit: true, ..sample::requirement("any") };
        let commit = "4f2c1ab89d3e5f60718293a4b5c6d7e8f9012345";
        let fact = Some(Fact { value: commit.to_owned(), source: "flag".into() });
        let subject = Subject { commit: fact, ..Subject::default() };
        let mut evidence = one_scan(|_| {});
        let elsewhere = [
            "missing-scan a.sarif: /runs/0: `any` (p.yaml:7) requires 1 scan, found 0; a.sarif does not tell that it is of the commit that is judged; run the scan and give its report",
        ];
        assert_eq!(gaps(&evidence, Some(row()), &subject), elsewhere);
        let commit = evidence.texts.intern(commit);
        evidence.scans.iter_mut().for_each(|scan| scan.commit = Some(commit));
        assert_eq!(gaps(&evidence, Some(row()), &subject), [""; 0]);
        assert_eq!(gaps(&evidence, Some(row()), &Subject::default()), elsewhere, "nobody knows which commit is judged");
    }

    #[test]
    fn of_many_scans_that_do_not_count_three_are_named() {
        let old = |paths: &[&str]| {
            let mut evidence = Evidence::default();
            for path in paths {
                sample::scan(&mut evidence, path, "semgrep", Category::Sast).unwrap().ended = hours_ago(25);
            }
            told(&evidence, Requirement { max_age_hours: Some(24), ..sample::requirement("any") })
        };
        let line =
            |notes: &str| [format!("missing-scan p.yaml:7:1: `any` requires 1 scan, found 0; {notes}; run the scan and give its report")];
        assert_eq!(old(&["a", "b", "c"]), line("a is too old, b is too old, c is too old"));
        assert_eq!(old(&["a", "b", "c", "d", "e"]), line("a is too old, b is too old, c is too old and 2 more"));
    }
}

//! Errors of scanners that the team knows about: they are told, and do not make a scan incomplete.

use crate::base::date::date_of;
use crate::decide::Run;
use crate::model::finding::Evidence;
use crate::model::policy::{AcceptedError, Policy};
use crate::model::problem::{Problem, Weight};
use crate::model::scan::{ERROR_NOTIFICATION, TOOL_ERROR};

/// Takes accepted errors off the scans, as warnings that name who answers for them. Only what a tool notified is accepted, never that
/// it failed; and where a report has more errors than are kept, none of them is.
pub fn accept(evidence: &mut Evidence, policy: &Policy, run: &Run) -> Vec<Problem> {
    let mut accepted = Vec::new();
    let today = date_of(run.now);
    let live: Vec<&AcceptedError> = policy.accept_partial.iter().filter(|entry| today <= entry.expires).collect();
    for scan in evidence.scans.iter_mut().filter(|_| !live.is_empty()) {
        let tool = evidence.texts.get(scan.tool).as_data();
        let by = |problem: &Problem| {
            let said = problem.message.strip_prefix(TOOL_ERROR)?.trim_start_matches(": ");
            let is_one = problem.code == ERROR_NOTIFICATION && problem.more == 0 && scan.tool_is_plain;
            live.iter().find(|entry| is_one && entry.tool.matches(tool) && entry.notification.matches(said))
        };
        scan.incomplete_because.retain(|problem| {
            let Some(entry) = by(problem) else { return true };
            let file = policy.file(entry.place).map_or("", |file| file.name.as_str());
            let message = format!(
                "{}; accepted by {} until {} ({file}:{}): {}",
                problem.message, entry.accountable, entry.expires, entry.place.line, entry.reason
            );
            accepted.push(Problem { weight: Weight::Warning, code: "accepted-error", message, help: String::new(), ..problem.clone() });
            false
        });
    }
    accepted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::pattern::Glob;
    use crate::decide::exceptions::sample::{day, person};
    use crate::decide::sample;
    use crate::model::policy::sample::place;
    use crate::model::report::Subject;
    use crate::model::scan::Scan;

    /// That semgrep cannot parse a file, which Dana answers for until this day.
    fn accepted(expires: &str) -> Option<AcceptedError> {
        let (tool, notification) = (Glob::parse("sem*").ok()?, Glob::parse("cannot parse *").ok()?);
        let (reason, accountable) = ("generated code".to_owned(), person("dana")?);
        Some(AcceptedError { place: place(5), tool, notification, reason, accountable, expires: day(expires) })
    }

    fn error(said: &str) -> Problem {
        Problem {
            message: format!("{TOOL_ERROR}: {said}"),
            help: "scan again".to_owned(),
            ..sample::undecided(ERROR_NOTIFICATION, "a.sarif")
        }
    }

    /// What a changed scan is incomplete because of afterwards, and what is told.
    fn left(expires: &str, change: impl FnMut(&mut Scan)) -> (Vec<String>, Vec<Problem>) {
        let mut evidence = sample::one_scan(|scan| scan.incomplete_because = vec![error("cannot parse x.py")]);
        evidence.scans.iter_mut().for_each(change);
        let policy = Policy { accept_partial: accepted(expires).into_iter().collect(), ..sample::policy(Vec::new(), Vec::new()) };
        let subject = Subject::default();
        let told = accept(&mut evidence, &policy, &sample::run(&subject));
        let left = evidence.scans.iter().flat_map(|scan| &scan.incomplete_because).map(|problem| problem.message.clone());
        (left.collect(), told)
    }

    #[test]
    fn an_accepted_error_is_told_and_leaves_the_scan_complete() {
        let (left, told) = left("2026-08-01", |_| {});
        assert_eq!(left, [""; 0]);
        let told: Vec<_> =
            told.iter().map(|problem| (problem.weight, problem.code, problem.message.as_str(), problem.help.as_str())).collect();
        let message =
            "the tool reports an error: cannot parse x.py; accepted by dana@acme.example until 2026-08-01 (p.yaml:5): generated code";
        assert_eq!(told, [(Weight::Warning, "accepted-error", message, "")], "nothing is to be done");
    }

    #[test]
    fn what_is_not_what_was_accepted_leaves_the_scan_incomplete() {
        let kept = |expires: &str, change: fn(&mut Scan)| {
            let (left, told) = left(expires, change);
            assert_eq!(told, []);
            left.len()
        };
        assert_eq!(kept("2026-07-31", |_| {}), 1, "the day is past");
        assert_eq!(kept("2026-08-01", |scan| scan.tool_is_plain = false), 1, "the name could be made to look like another");
        assert_eq!(kept("2026-08-01", |scan| scan.incomplete_because = vec![error("out of memory")]), 1, "another error");
        assert_eq!(kept("2026-08-01", |scan| scan.incomplete_because.iter_mut().for_each(|problem| problem.more = 1)), 1, "there are more");
        let failed = |scan: &mut Scan| scan.incomplete_because.iter_mut().for_each(|problem| problem.code = "tool-failed");
        assert_eq!(kept("2026-08-01", failed), 1, "that it failed is never accepted");
        let (left, told) = left("2026-08-01", |scan| scan.incomplete_because.push(error("out of memory")));
        assert_eq!((left, told.len()), (vec![format!("{TOOL_ERROR}: out of memory")], 1), "one does not take another with it");
    }

    #[test]
    fn an_error_of_another_tool_is_not_accepted() {
        let mut evidence = sample::one_scan(|scan| scan.incomplete_because = vec![error("cannot parse x.py")]);
        let trivy = evidence.texts.intern("trivy");
        evidence.scans.first_mut().into_iter().for_each(|scan| scan.tool = trivy);
        let policy = Policy { accept_partial: accepted("2026-08-01").into_iter().collect(), ..sample::policy(Vec::new(), Vec::new()) };
        let subject = Subject::default();
        assert_eq!(accept(&mut evidence, &policy, &sample::run(&subject)), []);
        assert!(evidence.scans.iter().all(|scan| !scan.complete()));
    }
}

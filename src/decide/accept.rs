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

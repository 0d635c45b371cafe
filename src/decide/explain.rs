//! Why a finding is decided as it is: the phases of a decision once more for one finding, with all that they looked at.

use crate::decide::Run;
use crate::decide::budgets::is_counted;
use crate::decide::exceptions::{considered, matched};
use crate::decide::matching::Judge;
use crate::model::explanation::Explanation;
use crate::model::finding::State;
use crate::model::policy::Policy;
use crate::model::report::Report;

/// Explains the decision about the finding at a place of the evidence; `None` where there is no such, or no policy judged it.
#[must_use]
pub fn explain(report: &Report, place: u32) -> Option<Explanation<'_>> {
    let policy: &Policy = report.policy.as_ref()?;
    let (finding, decision) = (report.evidence.findings.get(place as usize)?, report.decisions.get(place as usize)?);
    let run = Run { now: report.now, subject: &report.subject, dry_run: report.dry_run, observed: !policy.enforced, ticket_exit_code: 0 };
    let matched = matched(&report.evidence, policy, &report.exceptions, &run);
    let mut tried = Judge::with(&report.evidence, policy, &run, &matched).tried(policy, place, finding);
    if finding.state == State::Pass {
        // What there is nothing to fix about is not judged.
        (tried.rules, tried.default.counted) = (Vec::new(), false);
    }
    if !is_counted(finding, decision) {
        tried.budgets.iter_mut().for_each(|tried| tried.counted = false);
    }
    Some(Explanation {
        overrides: tried.overrides,
        rules: tried.rules,
        without_exceptions: decision.without_exceptions,
        default: tried.default,
        budgets: tried.budgets,
        exceptions: report.exceptions.records.len(),
        considered: considered(report, policy, &run, finding, decision),
    })
}

#[cfg(test)]
mod tests;

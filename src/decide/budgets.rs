//! Budgets: how much of something there is, after exceptions, and whether that is more than the policy allows.
//!
//! A finding counts where the condition holds or may hold, unless an exception lets it pass. A budget never lowers anything.

use hashbrown::HashMap;

use crate::base::date::date_of;
use crate::decide::facts::Facts;
use crate::decide::matching::Judge;
use crate::decide::{Matched, Run};
use crate::model::decision::{Decision, Spent};
use crate::model::decisions::Decisions;
use crate::model::exception::Exceptions;
use crate::model::finding::{Evidence, Finding, State};
use crate::model::policy::{Action, Counted, Policy};
use crate::model::severity::Severity;

/// So many of the findings that count are named.
const NAMED: usize = 5;

/// What each budget of the policy came to, in the same order. `order` is that of reports.
#[must_use]
pub fn budgets(
    evidence: &Evidence,
    policy: &Policy,
    exceptions: &Exceptions,
    run: &Run,
    matched: &Matched,
    decisions: &Decisions,
    order: &[u32],
) -> Vec<Spent> {
    let mut spent = vec![Spent::default(); policy.budgets.len()];
    let mut judge = Judge::with(evidence, policy, run, matched);
    let active = exceptions.records.iter().filter(|record| record.is_live(date_of(run.now))).count() as u64;
    // Of each combination of facts and severity, the budgets that count it.
    let mut known: HashMap<(Facts, Severity), Vec<usize>> = HashMap::new();
    let asks = policy.budgets.iter().any(|budget| matches!(budget.counts, Counted::Findings(_)));
    let places = if asks { order } else { &[][..] };
    for &place in places {
        let (Some(finding), Some(decision)) = (evidence.findings.get(place as usize), decisions.get(place as usize)) else { continue };
        if !is_counted(finding, decision) {
            continue;
        }
        let ((facts, _), severity) = (judge.facts(place, finding), decision.severity);
        let counting = known.entry((facts, severity)).or_insert_with(|| judge.counting(&facts, severity));
        for &number in &*counting {
            let Some(spent) = spent.get_mut(number) else { continue };
            spent.count += 1;
            if spent.first.len() < NAMED {
                spent.first.push(place);
            }
        }
    }
    for (budget, spent) in policy.budgets.iter().zip(&mut spent) {
        if matches!(budget.counts, Counted::ActiveExceptions) {
            spent.count = active;
        }
        spent.exceeded = spent.count > u64::from(budget.max);
    }
    spent
}

/// Whether a finding is one that budgets count: there is something to fix, and no exception lets it pass.
pub(super) fn is_counted(finding: &Finding, decision: &Decision) -> bool {
    let is_excepted = decision.action == Action::Pass && decision.without_exceptions > Action::Pass;
    finding.state == State::Open && !is_excepted
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;

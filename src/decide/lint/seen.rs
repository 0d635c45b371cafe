//! What of a policy has nothing to do with the findings of some reports.

use crate::decide::Run;
use crate::decide::matching::Judge;
use crate::model::finding::Evidence;
use crate::model::policy::Policy;
use crate::model::problem::{Problem, Weight};

/// Overrides that match no finding, and rules that none makes fire.
#[must_use]
pub fn unseen(evidence: &Evidence, policy: &Policy, run: &Run) -> Vec<Problem> {
    let seen = Judge::new(evidence, policy, run).seen();
    let idle = |met: &[bool]| -> Vec<usize> { met.iter().enumerate().filter(|(_, met)| !**met).map(|(place, _)| place).collect() };
    let overrides = idle(&seen.overrides).into_iter().filter_map(|place| {
        let entry = policy.overrides.get(place)?;
        let message = "the override matches nothing in these reports".to_owned();
        Some(super::told(policy, entry.place, "lint-unused-override", message, "correct what it names, or remove it"))
    });
    let rules = idle(&seen.rules).into_iter().filter_map(|place| {
        let rule = policy.rules.get(place).filter(|rule| policy.file(rule.place).is_none_or(|file| !file.is_builtin()))?;
        let message = format!("the rule `{}` fires on nothing in these reports", rule.id);
        Some(rule.place.problem(&policy.files, Weight::Note, "lint-idle-rule", message, "that is as it should be, or its `when` is wrong"))
    });
    overrides.chain(rules).collect()
}

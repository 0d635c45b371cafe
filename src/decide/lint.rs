//! What is legal in a policy and does not do what it looks like: told by `policy check`, and by nothing that judges.
//!
//! Everything told here is proved, not guessed: a rule is told to be dead or covered only where no finding could make it otherwise.

mod cover;
mod inputs;
mod owners;
mod reach;
mod seen;

use crate::model::policy::{Place, Policy};
use crate::model::problem::{Problem, Weight};
use crate::model::profile::Profiles;

pub use seen::unseen;

/// What the text of a policy shows: rules that never fire, rules that others cover, the same of rows of `ownership`, required scans that no known tool makes.
#[must_use]
pub fn lint(policy: &Policy, profiles: &Profiles) -> Vec<Problem> {
    let dead = reach::dead(policy);
    let mut problems = cover::covered(policy, &dead);
    problems.extend(dead.into_iter().filter_map(|(place, why)| {
        let rule = policy.rules.get(place)?;
        let message = format!("the rule `{}` can never fire: {why}", rule.id);
        Some(told(policy, rule.place, "lint-dead-rule", message, "mend its `when`, or remove it"))
    }));
    problems.extend(inputs::impossible(policy, profiles));
    problems.extend(owners::covered(policy));
    // Nobody mends what is part of the program.
    problems.retain(|problem| problem.file.as_deref().is_none_or(|file| !file.starts_with("builtin:")) || only_builtin(policy));
    problems
}

/// Whether no file of the policy is somebody's.
fn only_builtin(policy: &Policy) -> bool {
    policy.files.iter().all(crate::model::policy::ConfigFile::is_builtin)
}

/// A warning at a place of the policy.
fn told(policy: &Policy, place: Place, code: &'static str, message: String, help: &str) -> Problem {
    place.problem(&policy.files, Weight::Warning, code, message, help)
}

#[cfg(test)]
mod tests;

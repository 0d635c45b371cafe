//! What only trying shows of a policy: that nothing would block a grave finding on the day of the run.

use crate::base::date::{date_of, days_between};
use crate::decide::Run;
use crate::decide::matching::Judge;
use crate::model::finding::Evidence;
use crate::model::identity::Category;
use crate::model::policy::{Action, Place, Policy};
use crate::model::problem::{Problem, Weight};

/// What a gate is for.
const PROBES: [Category; 6] = [Category::Sast, Category::Sca, Category::Secret, Category::Iac, Category::Dast, Category::Malware];

/// An error of a scanner that is accepted for more days is told.
const LONG_DAYS: i64 = 365;

/// Everything loud that depends on the day, and what reading the policy found.
#[must_use]
pub fn loud(policy: &Policy, run: &Run) -> Vec<Problem> {
    let nothing = Evidence::default();
    let judge = Judge::new(&nothing, policy, run);
    let passing: Vec<&str> = PROBES.into_iter().filter(|category| judge.probe(*category) < Action::Block).map(Category::word).collect();
    let told = |place: Place, code: &'static str, message: String, help: &str| Problem {
        weight: Weight::Warning,
        code,
        file: policy.file(place).map(|file| file.path.clone()),
        position: place.position(),
        message,
        help: help.to_owned(),
        more: 0,
    };
    let mut problems = policy.loud.clone();
    if !passing.is_empty() {
        let message = format!("no rule that is in force would block a critical finding of {}", passing.join(", "));
        let place = policy.rules.first().map_or(policy.place, |rule| Place { column: 1, ..rule.place });
        problems.push(told(
            place,
            "loud-nothing-blocks",
            message,
            "add a rule that does, or look at `effective_on`, `on_unknown: skip` and the ranges",
        ));
    }
    for entry in policy.accept_partial.iter().filter(|entry| days_between(date_of(run.now), entry.expires) > LONG_DAYS) {
        let message = format!("the error is accepted until {}, more than a year", entry.expires);
        problems.push(told(entry.place, "loud-accept-partial", message, "let it end sooner, and look again then"));
    }
    problems
}

//! What only trying shows of a policy: that nothing would block a grave finding on the day of the run.

use jiff::civil::Date;

use crate::base::date::{date_of, days_between};
use crate::base::fault::{Fault, Position};
use crate::decide::Run;
use crate::decide::matching::Judge;
use crate::model::baseline::{Adoption, BaselineCounts};
use crate::model::decisions::Decisions;
use crate::model::finding::Evidence;
use crate::model::identity::Category;
use crate::model::policy::{Action, Place, Policy};
use crate::model::problem::{Problem, Weight};

/// What a gate is for.
const PROBES: [Category; 6] = [Category::Sast, Category::Sca, Category::Secret, Category::Iac, Category::Dast, Category::Malware];

/// An error of a scanner that is accepted for more days is told.
const LONG_DAYS: i64 = 365;

/// A rule that does not count for more days is told.
const FAR_DAYS: i64 = 90;

/// The overrides that lowered findings, each with how many and who answers for it.
#[must_use]
pub fn lowered(evidence: &Evidence, policy: &Policy, decisions: &Decisions) -> Vec<Problem> {
    let mut counts = vec![0_u64; policy.overrides.len()];
    for (finding, decision) in evidence.findings.iter().zip(decisions.iter()) {
        let is_lower = decision.severity < finding.severity.unwrap_or(policy.unrated_as);
        if let Some(count) = decision.overridden.filter(|_| is_lower).and_then(|at| counts.get_mut(usize::from(at))) {
            *count += 1;
        }
    }
    let lowering = policy.overrides.iter().zip(counts).filter(|(_, count)| *count > 0);
    let told = lowering.map(|(entry, count)| {
        let findings = if count == 1 { "1 finding counts".to_owned() } else { format!("{count} findings count") };
        let message = format!("{findings} as {} only, {}: {}", entry.severity.word(), entry.owner, entry.reason);
        entry.place.problem(&policy.files, Weight::Warning, "severity-override", message, "")
    });
    told.collect()
}

/// That the baseline made findings milder, with how many and who answers for it.
#[must_use]
pub fn adopted(evidence: &Evidence, counts: &BaselineCounts) -> Option<Problem> {
    let baseline = evidence.baseline.as_ref().filter(|_| counts.lowered > 0)?;
    let adoption = baseline.adoption.as_ref()?;
    let findings = if counts.lowered == 1 { "1 finding is".to_owned() } else { format!("{} findings are", counts.lowered) };
    let Adoption { accountable, approved, reason } = adoption;
    let message = format!("{findings} judged more mildly than new ones: adopted by {accountable} on {approved}: {reason}");
    let fault = Fault { code: "baseline-lowers", position: Position::Whole, message, help: String::new() };
    Some(Problem::of_fault(Weight::Warning, Some(baseline.path.clone()), fault))
}

/// Everything loud that depends on the day, and what reading the policy found.
#[must_use]
pub fn loud(policy: &Policy, run: &Run) -> Vec<Problem> {
    let nothing = Evidence::default();
    let judge = Judge::new(&nothing, policy, run);
    let passing: Vec<&str> = PROBES.into_iter().filter(|category| judge.probe(*category) < Action::Block).map(Category::word).collect();
    let told =
        |place: Place, code: &'static str, message: String, help: &str| place.problem(&policy.files, Weight::Warning, code, message, help);
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
    let is_far = |day: Date| days_between(date_of(run.now), day) > FAR_DAYS;
    for (rule, day) in policy.rules.iter().filter_map(|rule| Some((rule, rule.effective_on.filter(|day| is_far(*day))?))) {
        let message = format!("the rule `{}` does not count before {day}, more than {FAR_DAYS} days from now", rule.id);
        problems.push(told(rule.place, "loud-effective-on", message, "let it count sooner"));
    }
    for entry in policy.accept_partial.iter().filter(|entry| days_between(date_of(run.now), entry.expires) > LONG_DAYS) {
        let message = format!("the error is accepted until {}, more than a year", entry.expires);
        problems.push(told(entry.place, "loud-accept-partial", message, "let it end sooner, and look again then"));
    }
    problems
}

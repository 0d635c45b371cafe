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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::exceptions::sample::{day, person};
    use crate::decide::sample;
    use crate::model::baseline::Baseline;
    use crate::model::decision::Decision;
    use crate::model::policy::sample::{place, rule};
    use crate::model::policy::{AcceptedError, Condition, Override, Rule};
    use crate::model::report::Subject;
    use crate::model::severity::Severity;

    fn told(policy: &Policy) -> Vec<String> {
        let subject = Subject::default();
        loud(policy, &sample::run(&subject)).iter().map(|problem| format!("{} {}", problem.code, problem.message)).collect()
    }

    fn all(action: Action) -> Rule {
        rule("all", Condition::All(Vec::new()), action)
    }

    #[test]
    fn what_a_policy_would_not_block_is_told() {
        let of = |rules| told(&sample::policy(rules, Vec::new()));
        assert_eq!(of(vec![all(Action::Block)]), [""; 0]);
        let nothing =
            "loud-nothing-blocks no rule that is in force would block a critical finding of sast, sca, secret, iac, dast, malware";
        assert_eq!(of(vec![all(Action::Ticket)]), [nothing]);
        assert_eq!(of(Vec::new()), [nothing]);
        let but_sca = rule("most", Condition::Not(Box::new(Condition::Category(vec![Category::Sca]))), Action::Block);
        assert_eq!(of(vec![but_sca]), ["loud-nothing-blocks no rule that is in force would block a critical finding of sca"]);
        // It is about all of the rules, and stands at the line of the first.
        let place_of = |rules| {
            let (policy, subject) = (Policy { place: place(1), ..sample::policy(rules, Vec::new()) }, Subject::default());
            loud(&policy, &sample::run(&subject)).into_iter().map(|problem| problem.position).collect::<Vec<_>>()
        };
        let first = Rule { place: Place { column: 5, ..place(9) }, ..all(Action::Ticket) };
        assert_eq!((place_of(vec![first]), place_of(Vec::new())), (vec![Position::Line(9, 1)], vec![Position::Line(1, 1)]));
    }

    #[test]
    fn what_counts_only_in_a_while_and_what_is_accepted_for_long_is_told() -> anyhow::Result<()> {
        let later = |day_of: &str| Rule { id: "later".to_owned(), effective_on: Some(day(day_of)), ..all(Action::Block) };
        let with = |rule| told(&sample::policy(vec![all(Action::Block), rule], Vec::new()));
        assert_eq!(with(later("2026-10-30")), [""; 0], "in 90 days");
        let far = "loud-effective-on the rule `later` does not count before 2026-10-31, more than 90 days from now";
        assert_eq!(with(later("2026-10-31")), [far]);
        let glob = |text: &str| crate::base::pattern::Glob::parse(text).map_err(anyhow::Error::msg);
        let accepted = |expires: &str| -> anyhow::Result<Vec<String>> {
            let accountable = person("dana").ok_or_else(|| anyhow::anyhow!("no address"))?;
            let (tool, notification, reason) = (glob("t")?, glob("x")?, String::new());
            let entry = AcceptedError { place: place(5), tool, notification, reason, accountable, expires: day(expires) };
            Ok(told(&Policy { accept_partial: vec![entry], ..sample::policy(vec![all(Action::Block)], Vec::new()) }))
        };
        assert_eq!(accepted("2027-08-01")?, [""; 0], "365 days");
        assert_eq!(accepted("2027-08-02")?, ["loud-accept-partial the error is accepted until 2027-08-02, more than a year"]);
        Ok(())
    }

    #[test]
    fn overrides_that_lower_are_told_with_how_many_and_who_answers() -> anyhow::Result<()> {
        let mut evidence = Evidence::default();
        for severity in [Some(Severity::Critical), Some(Severity::Low), None] {
            sample::finding(&mut evidence, Category::Sast, severity, 1);
        }
        let owner = || person("dana").ok_or_else(|| anyhow::anyhow!("no address"));
        let entry = |severity, owner| {
            let (when, reason) = (Condition::All(Vec::new()), "test code".to_owned());
            Override { place: place(5), when, severity, reason, owner, only_raises: false }
        };
        let overrides = vec![entry(Severity::Medium, owner()?), entry(Severity::Low, owner()?)];
        let policy = Policy { overrides, ..sample::policy(Vec::new(), Vec::new()) };
        let decision = |overridden, severity| Decision { severity, overridden, ..Decision::default() };
        let told = |decisions: &[Decision]| {
            lowered(&evidence, &policy, &decisions.iter().copied().collect())
                .iter()
                .map(|problem| problem.message.clone())
                .collect::<Vec<_>>()
        };
        let medium = decision(Some(0), Severity::Medium);
        assert_eq!(
            told(&[medium, decision(Some(0), Severity::Medium), decision(None, Severity::Low)]),
            ["1 finding counts as medium only, dana@acme.example: test code"],
            "the second is raised, and nothing overrides the third"
        );
        assert_eq!(
            told(&[medium, decision(Some(1), Severity::Low), medium]),
            ["2 findings count as medium only, dana@acme.example: test code"],
            "the unrated counts as high, and what stays as it is is not lowered"
        );
        Ok(())
    }

    #[test]
    fn a_baseline_that_lowers_is_told_with_who_adopted_it() -> anyhow::Result<()> {
        let accountable = person("dana").ok_or_else(|| anyhow::anyhow!("no address"))?;
        let adoption = Some(Adoption { accountable, approved: day("2026-07-01"), reason: "as it was".to_owned() });
        let evidence = Evidence { baseline: Some(Baseline { adoption, ..Baseline::default() }), ..Evidence::default() };
        let told = |lowered| adopted(&evidence, &BaselineCounts { lowered, ..BaselineCounts::default() }).map(|problem| problem.message);
        let by = "judged more mildly than new ones: adopted by dana@acme.example on 2026-07-01: as it was";
        assert_eq!(told(0), None);
        assert_eq!(told(1), Some(format!("1 finding is {by}")));
        assert_eq!(told(2), Some(format!("2 findings are {by}")));
        Ok(())
    }
}

//! Which rules fire for which finding.
//!
//! A finding is judged on a handful of facts, and a million findings have only a few hundred different combinations of
//! them: each combination is judged once, and all findings that share it share its list of rules.

use std::cmp::Reverse;

use hashbrown::HashMap;

use crate::base::pool::{Pool, Span};
use crate::decide::Run;
use crate::decide::truth::Truth;
use crate::model::decision::Decision;
use crate::model::finding::{Evidence, Finding, State};
use crate::model::identity::Category;
use crate::model::policy::{Action, Condition, Newness, Policy, Rule};
use crate::model::raw::Suppression;
use crate::model::severity::Severity;

/// The decisions, one per finding in the order of the evidence, and the rules that fired.
pub struct Judged {
    /// One per finding.
    pub decisions: Vec<Decision>,
    /// The lists of the decisions.
    pub fired: Pool<u16>,
}

/// What the rules look at in one finding.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Facts {
    category: Category,
    severity: Severity,
    suppressed: Suppression,
    /// Whether it is exploited, as far as reports tell.
    kev: Truth,
    fix_available: Truth,
    newness: Newness,
}

/// Judges every finding by the rules of the policy.
#[must_use]
pub fn judge(evidence: &Evidence, policy: &Policy, run: &Run) -> Judged {
    let mut fired = Pool::default();
    let mut known: HashMap<Facts, Decision> = HashMap::new();
    let passed = Decision { action: Action::Pass, without_exceptions: Action::Pass, fired: Span::default() };
    let decisions = evidence
        .findings
        .iter()
        .map(|finding| match finding.state {
            State::Pass => passed,
            State::Open => {
                let facts = Facts::of(finding, evidence, policy);
                *known.entry(facts).or_insert_with(|| decide(facts, policy, run, &mut fired))
            }
        })
        .collect();
    Judged { decisions, fired }
}

/// Tries every rule on one combination of facts.
fn decide(facts: Facts, policy: &Policy, run: &Run, fired: &mut Pool<u16>) -> Decision {
    let mut rules: Vec<(usize, &Rule)> = policy.rules.iter().enumerate().filter(|(_, rule)| fires(rule, facts, run)).collect();
    rules.sort_by_key(|(_, rule)| Reverse(rule.action));
    let action = rules.first().map_or(policy.default_action, |(_, rule)| rule.action);
    // A policy file is too short to hold 65,536 rules.
    let places = rules.iter().map(|&(place, _)| u16::try_from(place).unwrap_or(u16::MAX));
    Decision { action, without_exceptions: action, fired: fired.add(places) }
}

fn fires(rule: &Rule, facts: Facts, run: &Run) -> bool {
    match facts.holds(&rule.when, run) {
        Truth::True => true,
        Truth::Unknown => rule.fires_on_unknown,
        Truth::False => false,
    }
}

impl Facts {
    fn of(finding: &Finding, evidence: &Evidence, policy: &Policy) -> Self {
        let detail = evidence.detail(finding);
        let is_component = matches!(finding.category, Category::Sca | Category::Malware);
        let told = |fact: Option<bool>| fact.map_or(Truth::Unknown, Truth::from);
        let is_cve = |id: &_| evidence.text(*id).as_data().starts_with("CVE-");
        // What has no CVE cannot be listed.
        let could_be_listed = is_component && evidence.words.get(finding.ids).iter().any(is_cve);
        let kev = detail.and_then(|detail| detail.kev);
        Self {
            category: finding.category,
            severity: finding.severity.unwrap_or(policy.unrated_as),
            suppressed: finding.suppressed,
            kev: if could_be_listed || kev == Some(true) { told(kev) } else { Truth::False },
            // Only components are fixed by an upgrade.
            fix_available: if is_component { told(detail.and_then(|detail| detail.fix_available)) } else { Truth::False },
            // Without a baseline everything is new.
            newness: Newness::New,
        }
    }

    fn holds(self, condition: &Condition, run: &Run) -> Truth {
        match condition {
            Condition::All(all) => Truth::all(all.iter().map(|c| self.holds(c, run))),
            Condition::Any(any) => Truth::any(any.iter().map(|c| self.holds(c, run))),
            Condition::Not(not) => !self.holds(not, run),
            Condition::Category(list) => list.contains(&self.category).into(),
            Condition::Severity(list) => list.contains(&self.severity).into(),
            Condition::Suppressed(list) => list.contains(&self.suppressed).into(),
            Condition::State(list) => list.contains(&self.newness).into(),
            Condition::Stage(list) => run.subject.stage.as_ref().map_or(Truth::Unknown, |stage| list.contains(&stage.value).into()),
            Condition::Kev(wanted) => self.kev.is(*wanted),
            Condition::FixAvailable(wanted) => self.fix_available.is(*wanted),
            // Nothing tells what a change touched, or when a finding was first seen.
            Condition::InChange(_) | Condition::Overdue(_) => Truth::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::sample;
    use crate::model::finding::Detail;
    use crate::model::raw::DetailId;
    use crate::model::report::{Fact, Subject};

    /// The action and fired rules for one finding, with a stage if given.
    fn judged(evidence: &Evidence, policy: &Policy, stage: Option<&str>) -> Option<(Action, Vec<u16>)> {
        let stage = stage.map(|s| Fact { value: s.to_owned(), source: "flag" });
        let subject = Subject { stage, ..Subject::default() };
        let Judged { decisions, fired } = judge(evidence, policy, &sample::run(&subject));
        decisions.first().map(|d| (d.action, fired.get(d.fired).to_vec()))
    }

    fn of(category: Category, severity: Option<Severity>) -> Evidence {
        let mut evidence = Evidence::default();
        sample::finding(&mut evidence, category, severity, 1);
        evidence
    }

    #[test]
    fn the_strictest_of_the_rules_that_fire_decides_and_all_are_told() {
        let category = |list: &[Category]| Condition::Category(list.to_vec());
        let policy = sample::policy(
            vec![
                sample::rule("a", category(&[Category::Sast]), Action::Ticket),
                sample::rule("b", category(&[Category::Sast, Category::Sca]), Action::Block),
                sample::rule("c", category(&[Category::Iac]), Action::Block),
                sample::rule("d", category(&[Category::Sast]), Action::Pass),
            ],
            Vec::new(),
        );
        assert_eq!(judged(&of(Category::Sast, None), &policy, None), Some((Action::Block, vec![1, 0, 3])));
        assert_eq!(judged(&of(Category::Sca, None), &policy, None), Some((Action::Block, vec![1])));
        assert_eq!(judged(&of(Category::Dast, None), &policy, None), Some((Action::Pass, vec![])));
        let strict = Policy { default_action: Action::Ticket, ..policy };
        assert_eq!(judged(&of(Category::Dast, None), &strict, None), Some((Action::Ticket, vec![])));
    }

    #[test]
    fn what_a_tool_found_nothing_wrong_with_is_not_judged() {
        let mut evidence = of(Category::Sast, Some(Severity::Critical));
        evidence.findings.iter_mut().for_each(|f| f.state = State::Pass);
        let policy = sample::policy(vec![sample::rule("all", Condition::All(Vec::new()), Action::Block)], Vec::new());
        assert_eq!(judged(&evidence, &policy, None), Some((Action::Pass, vec![])));
    }

    #[test]
    fn each_predicate_is_true_false_or_unknown() {
        // Whether a rule fires that takes unknown for true, and one that skips it.
        let fires = |evidence: &Evidence, when: Condition, stage: Option<&str>| {
            let rule = sample::rule("r", when, Action::Block);
            let skipping = Rule { fires_on_unknown: false, ..rule.clone() };
            let blocks = |rule| judged(evidence, &sample::policy(vec![rule], Vec::new()), stage).is_some_and(|(a, _)| a == Action::Block);
            (blocks(rule), blocks(skipping))
        };
        let (yes, no, unknown) = ((true, true), (false, false), (true, false));
        let sast = of(Category::Sast, None);
        let sca = of(Category::Sca, Some(Severity::Low));
        let mut cve = of(Category::Sca, Some(Severity::Low));
        let id = cve.texts.intern("CVE-2021-44228");
        let ids = cve.words.add([id]);
        cve.findings.iter_mut().for_each(|f| f.ids = ids);
        let told = |fact: bool| {
            let mut told = of(Category::Sca, Some(Severity::Low));
            told.details.push(Detail { kev: Some(fact), fix_available: Some(fact), ..Detail::default() });
            told.findings.iter_mut().for_each(|f| f.detail = Some(DetailId::at(0)));
            told
        };

        assert_eq!(fires(&sast, Condition::Severity(vec![Severity::High]), None), yes, "unrated counts as high");
        assert_eq!(fires(&sca, Condition::Severity(vec![Severity::High]), None), no);
        assert_eq!(fires(&sast, Condition::Suppressed(vec![Suppression::None]), None), yes);
        assert_eq!(fires(&sast, Condition::Suppressed(vec![Suppression::InSource]), None), no);
        assert_eq!(fires(&sast, Condition::State(vec![Newness::New]), None), yes);
        assert_eq!(fires(&sast, Condition::State(vec![Newness::Existing, Newness::Unknown]), None), no);
        for wanted in [true, false] {
            let against = if wanted { no } else { yes };
            assert_eq!(fires(&sast, Condition::InChange(wanted), None), unknown);
            assert_eq!(fires(&sast, Condition::Overdue(wanted), None), unknown);
            assert_eq!(fires(&sast, Condition::Kev(wanted), None), against);
            assert_eq!(fires(&sca, Condition::Kev(wanted), None), against, "no CVE");
            assert_eq!(fires(&cve, Condition::Kev(wanted), None), unknown);
            assert_eq!(fires(&sast, Condition::FixAvailable(wanted), None), against);
            assert_eq!(fires(&sca, Condition::FixAvailable(wanted), None), unknown);
            for fact in [true, false] {
                let expected = if wanted == fact { yes } else { no };
                assert_eq!(fires(&told(fact), Condition::FixAvailable(wanted), None), expected);
                assert_eq!(fires(&told(fact), Condition::Kev(wanted), None), expected);
            }
        }
        let release = || Condition::Stage(vec!["release".to_owned()]);
        assert_eq!(fires(&sast, release(), None), unknown);
        assert_eq!(fires(&sast, release(), Some("release")), yes);
        assert_eq!(fires(&sast, release(), Some("pull_request")), no);
        assert_eq!(fires(&sast, Condition::Not(Box::new(release())), None), unknown);
        assert_eq!(fires(&sast, Condition::Any(vec![Condition::InChange(true), release()]), Some("release")), yes);
        assert_eq!(fires(&sast, Condition::All(vec![Condition::InChange(true), release()]), Some("nightly")), no);
    }

    #[test]
    fn findings_with_the_same_facts_share_their_list() {
        let mut evidence = of(Category::Sast, Some(Severity::High));
        sample::finding(&mut evidence, Category::Sast, Some(Severity::High), 2);
        sample::finding(&mut evidence, Category::Sca, Some(Severity::High), 3);
        let policy = sample::policy(vec![sample::rule("r", Condition::Category(vec![Category::Sast]), Action::Block)], Vec::new());
        let subject = Subject::default();
        let judged = judge(&evidence, &policy, &sample::run(&subject));
        let actions: Vec<_> = judged.decisions.iter().map(|d| (d.action, d.without_exceptions, judged.fired.get(d.fired))).collect();
        let block = (Action::Block, Action::Block, &[0][..]);
        assert_eq!(actions, [block, block, (Action::Pass, Action::Pass, &[][..])]);
    }
}

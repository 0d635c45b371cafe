//! Which rules fire for which finding.

mod tried;

use std::cmp::Reverse;

use hashbrown::{HashMap, HashSet};
use jiff::civil::Date;

use crate::base::date::date_of;
use crate::base::order::Order as _;
use crate::base::pool::Pool;
use crate::decide::facts::{Facted, Facts, Meets, Test};
use crate::decide::owners::Owning;
use crate::decide::truth::Truth;
use crate::decide::{Matched, Run};
use crate::model::decision::Decision;
use crate::model::decisions::Decisions;
use crate::model::finding::{Evidence, Finding, State};
use crate::model::identity::Category;
use crate::model::owner::Owners;
use crate::model::policy::{Action, Counted, Override, Policy, Rule};
use crate::model::severity::Severity;

/// The decisions, one per finding in the order of the evidence, and the rules that fired.
#[derive(Default)]
pub struct Judged {
    /// One per finding.
    pub decisions: Decisions,
    /// The lists of the decisions.
    pub fired: Pool<u16>,
    /// Who owns the findings.
    pub owners: Owners,
}

/// Judges every finding by the rules of the policy; `matched` tells which due dates exceptions put off.
#[must_use]
pub fn judge(evidence: &Evidence, policy: &Policy, run: &Run, matched: &Matched) -> Judged {
    let mut judge = Judge::with(evidence, policy, run, matched);
    let mut decisions = Decisions::with_capacity(evidence.findings.len());
    for (place, finding) in (0..).zip(evidence.findings.iter()) {
        decisions.push(judge.decide(place, finding));
    }
    let owners = judge.owning.map(Owning::finish).unwrap_or_default();
    Judged { decisions, fired: judge.fired, owners }
}

/// The rules of a policy, ready to be tried.
pub(super) struct Judge<'a> {
    policy: &'a Policy,
    today: Date,
    facted: Facted<'a>,
    /// Where anything says who owns what.
    owning: Option<Owning<'a>>,
    rules: Vec<(u16, &'a Rule, Test<'a>)>,
    overrides: Vec<Test<'a>>,
    /// By the place of the budget, of those that count findings.
    budgets: Vec<(usize, Test<'a>)>,
    /// Of each combination of facts, what was decided.
    known: HashMap<Facts, Decision>,
    /// Of each combination of facts and another severity, the action.
    known_as: HashMap<(Facts, Severity), Action>,
    pub(super) fired: Pool<u16>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(evidence: &'a Evidence, policy: &'a Policy, run: &'a Run<'a>) -> Self {
        Self::of(Facted::new(evidence, policy, run), policy, run)
    }

    /// The same with due dates that exceptions put off.
    pub(super) fn with(evidence: &'a Evidence, policy: &'a Policy, run: &'a Run<'a>, matched: &'a Matched) -> Self {
        Self::of(Facted::new(evidence, policy, run).with(&matched.graces), policy, run)
    }

    fn of(mut facted: Facted<'a>, policy: &'a Policy, run: &'a Run<'a>) -> Self {
        // A policy file is too short to hold 65,536 rules.
        let rules = (0..).zip(&policy.rules).map(|(place, rule)| (place, rule, facted.test(&rule.when))).collect();
        let overrides = policy.overrides.iter().map(|entry| facted.test(&entry.when)).collect();
        let mut budgets = Vec::new();
        for (number, budget) in policy.budgets.iter().enumerate() {
            if let Counted::Findings(when) = &budget.counts {
                budgets.push((number, facted.test(when)));
            }
        }
        let owning = Owning::new(&mut facted, policy);
        facted.finish();
        Self {
            policy,
            today: date_of(run.now),
            facted,
            owning,
            rules,
            overrides,
            budgets,
            known: HashMap::new(),
            known_as: HashMap::new(),
            fired: Pool::default(),
        }
    }
}

impl Judge<'_> {
    /// The facts of a finding, which stands at this place of the evidence, and who owns it.
    pub(super) fn facts(&mut self, place: u32, finding: &Finding) -> (Facts, Option<u32>) {
        let facts = self.facted.of(place, finding);
        let Some(owning) = &mut self.owning else { return (facts, None) };
        let (owners, facts) = owning.of(&mut self.facted, self.policy, finding, facts);
        (facts, Some(owners))
    }

    /// The decision about a finding, which stands at this place of the evidence, before exceptions.
    pub(super) fn decide(&mut self, place: u32, finding: &Finding) -> Decision {
        let (facts, owners) = self.facts(place, finding);
        if finding.state == State::Pass {
            let (action, severity) = (Action::Pass, facts.severity);
            return Decision { action, without_exceptions: action, if_new: action, severity, owners, ..Decision::default() };
        }
        let decision = self.decision(facts);
        let if_new = facts.as_new().map_or(decision.action, |facts| self.decision(facts).action);
        Decision { if_new, deadline: self.facted.deadline(place, finding, &facts, decision.severity), owners, ..decision }
    }

    /// The decision about any finding with these facts, of which another may have had them before.
    fn decision(&mut self, facts: Facts) -> Decision {
        match self.known.get(&facts) {
            Some(known) => *known,
            None => self.decide_facts(facts),
        }
    }

    /// The decision about any finding with these facts.
    fn decide_facts(&mut self, facts: Facts) -> Decision {
        let (severity, overridden) = self.severity(&facts);
        let (fired, later) = self.fired_as(&facts, severity);
        let action = self.strictest(&fired);
        let (once_overdue, _) = self.fired_as(&facts.as_overdue(), severity);
        let once_overdue = once_overdue.first().copied().filter(|_| self.strictest(&once_overdue) > action);
        let (fired, later) = (self.fired.add(fired), self.fired.add(later));
        let decision =
            Decision { action, without_exceptions: action, severity, overridden, fired, later, once_overdue, ..Decision::default() };
        self.known.insert(facts, decision);
        decision
    }

    /// Which rules and overrides have to do with any of the findings; a rule also before its day.
    pub(super) fn seen(&mut self) -> Seen {
        let mut seen = Seen { rules: vec![false; self.rules.len()], overrides: vec![false; self.overrides.len()] };
        let mut known = HashSet::new();
        let evidence = self.facted.evidence();
        let open = (0..).zip(evidence.findings.iter()).filter(|(_, finding)| finding.state == State::Open);
        for (place, finding) in open {
            let (facts, _) = self.facts(place, finding);
            if !known.insert(facts) {
                continue;
            }
            let (severity, _) = self.severity(&facts);
            let (fired, later) = self.fired_as(&facts, severity);
            fired.into_iter().chain(later).for_each(|place| mark(&mut seen.rules, usize::from(place)));
            for (place, (entry, test)) in self.policy.overrides.iter().zip(&self.overrides).enumerate() {
                if self.overrides(entry, test, &facts) {
                    mark(&mut seen.overrides, place);
                }
            }
        }
        seen
    }

    /// The budgets that count what has these facts and is judged by this severity: what is not known counts.
    pub(super) fn counting(&self, facts: &Facts, severity: Severity) -> Vec<usize> {
        let counts = |test: &Test<'_>| self.facted.holds(test, facts, severity, Meets::One) != Truth::False;
        self.budgets.iter().filter(|(_, test)| counts(test)).map(|(number, _)| *number).collect()
    }

    /// The severity by which a finding is judged.
    pub(super) fn severity_of(&mut self, place: u32, finding: &Finding) -> Severity {
        let (facts, _) = self.facts(place, finding);
        self.severity(&facts).0
    }

    /// What would be done about a finding, were it of this severity.
    pub(super) fn action_as(&mut self, place: u32, finding: &Finding, severity: Severity) -> Action {
        let (facts, _) = self.facts(place, finding);
        if let Some(known) = self.known_as.get(&(facts, severity)) {
            return *known;
        }
        let (fired, _) = self.fired_as(&facts, severity);
        let action = self.strictest(&fired);
        self.known_as.insert((facts, severity), action);
        action
    }

    /// The action of the first of the rules that fired.
    fn strictest(&self, fired: &[u16]) -> Action {
        let first = fired.first().and_then(|&place| self.policy.rules.get(usize::from(place))).map(|rule| rule.action);
        // A layer that adds a milder rule may not undo the default of what lies under it.
        let replaces = fired.iter().any(|&place| usize::from(place) < self.policy.default_over);
        match first {
            Some(action) if replaces => action,
            Some(action) => action.max(self.policy.default_action),
            None => self.policy.default_action,
        }
    }

    /// What would be done about a critical finding of a category of which nothing else is known.
    pub(super) fn probe(&self, category: Category) -> Action {
        let (fired, _) = self.fired_as(&Facts::unknown(category, Severity::Critical), Severity::Critical);
        self.strictest(&fired)
    }

    /// The rules that fire, strictest first; and those that would, had their day come.
    fn fired_as(&self, facts: &Facts, severity: Severity) -> (Vec<u16>, Vec<u16>) {
        let fires = |rule: &Rule, test: &Test<'_>| match self.facted.holds(test, facts, severity, Meets::One) {
            Truth::True => true,
            Truth::Unknown => rule.fires_on_unknown,
            Truth::False => false,
        };
        let all = self.rules.iter().filter(|(_, rule, test)| fires(rule, test));
        let (mut now, later): (Vec<_>, Vec<_>) = all.partition(|(_, rule, _)| rule.effective_on.is_none_or(|day| day <= self.today));
        // By their ids where they are as strict: the order in the file says nothing.
        now.order_by(|(_, a, _), (_, b, _)| b.action.cmp(&a.action).then_with(|| a.id.cmp(&b.id)));
        let places = |rules: Vec<&(u16, &Rule, Test<'_>)>| rules.into_iter().map(|(place, ..)| *place).collect();
        (places(now), places(later))
    }

    /// Whether an override is about a finding.
    fn overrides(&self, entry: &Override, test: &Test<'_>, facts: &Facts) -> bool {
        // What may lower is about every file, tool and CVE of the finding; what only raises is about one of them.
        let meets = if entry.only_raises { Meets::One } else { Meets::Each };
        self.facted.holds(test, facts, facts.severity, meets) == Truth::True
    }

    /// The severity that is judged, and the override that settled it. Of several the gravest counts.
    fn severity(&self, facts: &Facts) -> (Severity, Option<u16>) {
        let all = (0_u16..).zip(&self.policy.overrides).zip(&self.overrides);
        let holding = all.filter(|((_, entry), test)| self.overrides(entry, test, facts)).map(|(entry, _)| entry);
        let (raising, setting): (Vec<_>, Vec<_>) = holding.partition(|(_, entry)| entry.only_raises);
        let set = setting.into_iter().max_by_key(|(place, entry)| (entry.severity, Reverse(*place)));
        let base = set.map_or(facts.severity, |(_, entry)| entry.severity);
        let raised =
            raising.into_iter().filter(|(_, entry)| entry.severity > base).max_by_key(|(place, entry)| (entry.severity, Reverse(*place)));
        raised.or(set).map_or((facts.severity, None), |(place, entry)| (entry.severity, Some(place)))
    }
}

/// What has to do with any finding, by place.
pub(super) struct Seen {
    pub(super) rules: Vec<bool>,
    pub(super) overrides: Vec<bool>,
}

fn mark(seen: &mut [bool], place: usize) {
    seen.get_mut(place).into_iter().for_each(|seen| *seen = true);
}

#[cfg(test)]
#[path = "../../benches/rules.rs"]
mod bench;

#[cfg(test)]
mod tests;

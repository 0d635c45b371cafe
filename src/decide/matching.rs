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
mod tests {
    use super::*;
    use crate::decide::sample;
    use crate::model::finding::Detail;
    use crate::model::identity::Category;
    use crate::model::policy::{Condition, Newness};
    use crate::model::raw::DetailId;
    use crate::model::raw::Suppression;
    use crate::model::report::{Fact, Subject};

    /// The action and fired rules for one finding, with a stage if given.
    fn judged(evidence: &Evidence, policy: &Policy, stage: Option<&str>) -> Option<(Action, Vec<u16>)> {
        let stage = stage.map(|s| Fact { value: s.to_owned(), source: "flag".into() });
        let subject = Subject { stage, ..Subject::default() };
        let Judged { decisions, fired, .. } = judge(evidence, policy, &sample::run(&subject), &Matched::default());
        decisions.get(0).map(|d| (d.action, fired.get(d.fired).to_vec()))
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
        let accountable = crate::decide::exceptions::sample::person("dana");
        let row = accountable.map(|accountable| crate::model::policy::Ownership {
            place: crate::model::policy::sample::place(5),
            matches: Condition::All(Vec::new()),
            owner: "team".to_owned(),
            accountable,
            contact: None,
            escalate_to: Vec::new(),
            route: None,
        });
        let policy = Policy { ownership: row.into_iter().collect(), ..policy };
        let subject = Subject::default();
        let judged = judge(&evidence, &policy, &sample::run(&subject), &Matched::default());
        let told = judged.decisions.first().map(|it| (it.without_exceptions, it.if_new, it.severity, it.owners.is_some(), it.deadline.due));
        assert_eq!(told, Some((Action::Pass, Action::Pass, Severity::Critical, true, None)));
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
        let judged = judge(&evidence, &policy, &sample::run(&subject), &Matched::default());
        let actions: Vec<_> = judged.decisions.iter().map(|d| (d.action, d.without_exceptions, judged.fired.get(d.fired))).collect();
        let block = (Action::Block, Action::Block, &[0][..]);
        assert_eq!(actions, [block, block, (Action::Pass, Action::Pass, &[][..])]);
    }

    /// The severity that is judged and the override that settled it, of one finding of this severity.
    fn settled(severity: Severity, overrides: &[(Severity, bool)]) -> Option<(Severity, Option<u16>)> {
        let entry = |&(severity, only_raises): &(Severity, bool)| {
            let (place, when) = (crate::model::policy::sample::place(5), Condition::Tool(vec!["semgrep".to_owned()]));
            let owner = crate::decide::exceptions::sample::person("dana")?;
            Some(Override { place, when, severity, reason: String::new(), owner, only_raises })
        };
        let policy = Policy { overrides: overrides.iter().filter_map(entry).collect(), ..sample::policy(Vec::new(), Vec::new()) };
        let mut evidence = Evidence::default();
        sample::scan(&mut evidence, "a.sarif", "semgrep", Category::Sast);
        sample::finding(&mut evidence, Category::Sast, Some(severity), 1);
        let subject = Subject::default();
        let judged = judge(&evidence, &policy, &sample::run(&subject), &Matched::default());
        judged.decisions.get(0).map(|decision| (decision.severity, decision.overridden))
    }

    #[test]
    fn of_several_overrides_the_gravest_counts_and_what_only_raises_never_lowers() {
        use Severity::{Critical, High, Low, Medium};
        for (overrides, wanted) in [
            (&[][..], (High, None)),
            (&[(Low, false)], (Low, Some(0))),
            (&[(Low, false), (Medium, false)], (Medium, Some(1))),
            (&[(Medium, false), (Medium, false)], (Medium, Some(0))),
            (&[(Medium, true)], (High, None)),
            (&[(High, true)], (High, None)),
            (&[(Critical, true)], (Critical, Some(0))),
            (&[(Low, false), (Medium, true)], (Medium, Some(1))),
            (&[(Medium, true), (Medium, false)], (Medium, Some(1))),
            (&[(High, true), (Critical, true), (Low, false), (Critical, true)], (Critical, Some(1))),
        ] {
            assert_eq!(settled(High, overrides), Some(wanted), "{overrides:?}");
        }
    }

    #[test]
    fn a_rule_of_a_layer_takes_the_place_of_no_default() {
        let all = |action| sample::rule("r", Condition::All(Vec::new()), action);
        let of = |rules: Vec<Rule>, default_over, default_action| {
            let policy = Policy { default_action, default_over, ..sample::policy(rules, Vec::new()) };
            judged(&of(Category::Sast, None), &policy, None).map(|(action, _)| action)
        };
        assert_eq!(of(vec![all(Action::Pass)], 1, Action::Ticket), Some(Action::Pass));
        assert_eq!(of(vec![all(Action::Pass)], 0, Action::Ticket), Some(Action::Ticket));
        assert_eq!(of(vec![all(Action::Block)], 0, Action::Ticket), Some(Action::Block));
        assert_eq!(of(vec![all(Action::Pass), all(Action::Ticket)], 1, Action::Block), Some(Action::Ticket));
    }

    #[test]
    fn a_rule_counts_from_its_day_on() {
        let from = |day: &str| {
            let day = Some(crate::decide::exceptions::sample::day(day));
            let rule = Rule { effective_on: day, ..sample::rule("r", Condition::All(Vec::new()), Action::Block) };
            let subject = Subject::default();
            let evidence = of(Category::Sast, None);
            let Judged { decisions, fired, .. } =
                judge(&evidence, &sample::policy(vec![rule], Vec::new()), &sample::run(&subject), &Matched::default());
            decisions.get(0).map(|decision| (decision.action, fired.get(decision.fired).len(), fired.get(decision.later).len()))
        };
        assert_eq!(from("2026-08-01"), Some((Action::Block, 1, 0)));
        assert_eq!(from("2026-08-02"), Some((Action::Pass, 0, 1)));
    }

    #[test]
    fn what_would_be_done_once_it_is_late_and_were_it_new_is_told() {
        let rule = |id, when, action| sample::rule(id, when, action);
        let late = rule("late", Condition::Overdue(true), Action::Block);
        let new = rule("new", Condition::State(vec![Newness::New]), Action::Ticket);
        let days = crate::model::due::Days { clock: crate::model::due::Clock::FirstSeen, kev_hours: None, hours: [Some(240); 5] };
        let due = crate::model::due::Due { place: crate::model::policy::sample::place(1), own: days, presets: Vec::new() };
        let policy = Policy { due: Some(due), ..sample::policy(vec![late, new], Vec::new()) };
        let told = |first_seen: &str, is_known: bool| {
            let mut evidence = of(Category::Sast, None);
            let first_seen = crate::decide::exceptions::sample::day(first_seen);
            evidence.details.push(Detail { first_seen: Some(first_seen), ..Detail::default() });
            evidence.findings.iter_mut().for_each(|finding| finding.detail = Some(DetailId::at(0)));
            if is_known {
                let names = [("loc".to_owned(), crate::model::policy::sample::place(1))];
                let id = evidence.findings.get(0).map(|finding| finding.id.to_string()).unwrap_or_default();
                let (tool, names) = (evidence.texts.intern("t"), names.map(|(_, place)| (id.clone(), place)));
                evidence.rules.push(crate::model::finding::Rule { tool, rule_id: None, title: None });
                crate::decide::adopt(&mut evidence, &names, jiff::Timestamp::UNIX_EPOCH);
            }
            let subject = Subject::default();
            let judged = judge(&evidence, &policy, &sample::run(&subject), &Matched::default());
            judged.decisions.get(0).map(|it| (it.action, it.once_overdue, it.if_new, it.deadline.overdue))
        };
        assert_eq!(told("2026-07-30", false), Some((Action::Ticket, Some(0), Action::Ticket, Some(false))));
        assert_eq!(told("2026-07-01", false), Some((Action::Block, None, Action::Block, Some(true))), "it is late");
        assert_eq!(told("2026-07-30", true), Some((Action::Pass, Some(0), Action::Ticket, Some(false))), "it was adopted");
    }

    #[test]
    fn a_rule_is_seen_that_any_open_finding_meets() {
        let rule = |category: Category| sample::rule(category.word(), Condition::Category(vec![category]), Action::Block);
        let rules = [Category::Sca, Category::Sast, Category::Iac].map(rule).to_vec();
        let (policy, subject) = (sample::policy(rules, Vec::new()), Subject::default());
        let mut evidence = of(Category::Sast, None);
        for category in [Category::Sast, Category::Sca, Category::Iac] {
            sample::finding(&mut evidence, category, None, 2);
        }
        evidence.findings.get_mut(3).into_iter().for_each(|finding| finding.state = State::Pass);
        assert_eq!(Judge::new(&evidence, &policy, &sample::run(&subject)).seen().rules, [true, true, false]);
    }
}

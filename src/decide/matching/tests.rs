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
    let mut evidence = of(Category::Sast, Some(Severity::Low));
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
    let told = judged.decisions.get(0).map(|it| (it.without_exceptions, it.if_new, it.severity, it.owners.is_some(), it.deadline.due));
    assert_eq!(told, Some((Action::Pass, Action::Pass, Severity::Low, true, None)));
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

#[test]
fn an_override_that_lowers_is_about_all_of_a_finding_and_one_that_raises_about_any_of_it() {
    let judged = |globs: &[&str], severity, only_raises| {
        let mut evidence = Evidence::default();
        sample::scan(&mut evidence, "a.sarif", "semgrep", Category::Sast);
        sample::finding(&mut evidence, Category::Sast, Some(Severity::High), 1);
        let paths = ["src/a.py", "tests/a.py"].map(|path| Some(evidence.texts.intern(path)));
        let places = paths.map(|path| crate::model::location::Location { path, ..Default::default() });
        let locations = evidence.locations.add(places);
        evidence.findings.iter_mut().for_each(|finding| finding.locations = locations);
        let owner = crate::decide::exceptions::sample::person("dana")?;
        let (place, when) = (crate::model::policy::sample::place(5), Condition::Path(crate::decide::exceptions::sample::globs(globs)));
        let entry = Override { place, when, severity, reason: String::new(), owner, only_raises };
        let policy = Policy { overrides: vec![entry], ..sample::policy(Vec::new(), Vec::new()) };
        let subject = Subject::default();
        let judged = judge(&evidence, &policy, &sample::run(&subject), &Matched::default());
        judged.decisions.get(0).map(|decision| decision.severity)
    };
    assert_eq!(judged(&["tests/**"], Severity::Low, false), Some(Severity::High), "it is also in src");
    assert_eq!(judged(&["tests/**", "src/**"], Severity::Low, false), Some(Severity::Low));
    assert_eq!(judged(&["tests/**"], Severity::Critical, true), Some(Severity::Critical));
    assert_eq!(judged(&["lib/**"], Severity::Critical, true), Some(Severity::High));
    assert_eq!(judged(&["lib/**"], Severity::Low, false), Some(Severity::High));
}

/// What is explained of a finding in code: what came of the rules, whether the default counted, and which budgets count it.
fn explained(policy: &Policy) -> (Vec<&'static str>, bool, Vec<bool>) {
    let (evidence, subject) = (of(Category::Sast, None), Subject::default());
    let run = sample::run(&subject);
    let tried = Judge::new(&evidence, policy, &run).tried(policy, 0, evidence.findings.get(0).unwrap());
    let rules = tried.rules.iter().map(|tried| tried.outcome.word()).collect();
    (rules, tried.default.counted, tried.budgets.iter().map(|tried| tried.counted).collect())
}

#[test]
fn what_is_explained_of_a_rule_begins_on_its_day_too() {
    let from = |day: &str| {
        let day = Some(crate::decide::exceptions::sample::day(day));
        let rule = Rule { effective_on: day, ..sample::rule("r", Condition::All(Vec::new()), Action::Block) };
        explained(&sample::policy(vec![rule], Vec::new())).0
    };
    assert_eq!((from("2026-08-01"), from("2026-08-02")), (vec!["fires"], vec!["later"]));
}

#[test]
fn the_default_counts_without_a_rule_or_where_it_is_stricter_than_those_of_layers() {
    let counted = |actions: &[Action], default_over| {
        let rules = actions.iter().map(|action| sample::rule("r", Condition::All(Vec::new()), *action)).collect();
        explained(&Policy { default_action: Action::Ticket, default_over, ..sample::policy(rules, Vec::new()) }).1
    };
    assert!(counted(&[], 0));
    assert!(counted(&[Action::Pass], 0));
    assert!(!counted(&[Action::Pass], 1), "the rule stands beside the default");
    assert!(!counted(&[Action::Ticket], 0), "the rule says the same");
    assert!(!counted(&[Action::Block], 0));
}

#[test]
fn a_budget_counts_what_meets_it_or_may() {
    let budget = |when: Condition| {
        let (id, place) = (when.key().to_owned(), crate::model::policy::sample::place(6));
        crate::model::policy::Budget { id, place, counts: Counted::Findings(when), max: 0, action: Action::Block }
    };
    let conditions = [Condition::Category(vec![Category::Sast]), Condition::Category(vec![Category::Sca]), Condition::InChange(true)];
    let policy = Policy { budgets: conditions.map(budget).into(), ..sample::policy(Vec::new(), Vec::new()) };
    assert_eq!(explained(&policy).2, [true, false, true]);
}

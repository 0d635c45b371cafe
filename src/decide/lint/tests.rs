use jiff::civil::date;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::cover::Prover;
use super::*;
use crate::base::pattern::Glob;
use crate::decide::{judge, sample};
use crate::model::exception::ExceptionType;
use crate::model::finding::{Detail, Epss, Evidence};
use crate::model::identity::Category;
use crate::model::location::Location;
use crate::model::policy::{Action, Condition, Context, Exposure, Newness, Rule, Waivable};
use crate::model::profile::{Profile, Shelf};
use crate::model::raw::{DetailId, Suppression};
use crate::model::report::Subject;
use crate::model::severity::Severity;

fn category(list: &[Category]) -> Condition {
    Condition::Category(list.to_vec())
}

fn at_least(least: Severity) -> Condition {
    Condition::Severity(Severity::ALL.into_iter().filter(|severity| *severity >= least).collect())
}

fn path(glob: &str) -> Condition {
    Condition::Path(Glob::parse(glob).into_iter().collect())
}

fn not(part: Condition) -> Condition {
    Condition::Not(Box::new(part))
}

fn skipping(rule: Rule) -> Rule {
    Rule { fires_on_unknown: false, ..rule }
}

/// Why a rule can never fire.
fn dead(rule: Rule, exposure: Option<Exposure>) -> Option<String> {
    let policy = Policy { context: Context { exposure, ..Context::default() }, ..sample::policy(vec![rule], Vec::new()) };
    reach::dead(&policy).pop().map(|(_, why)| why)
}

#[test]
fn a_rule_that_no_finding_meets_is_told_with_why() {
    let block = |when| sample::rule("r", when, Action::Block);
    let low = Condition::Severity(vec![Severity::Low, Severity::Info]);
    let public = || Condition::Exposure(vec![Exposure::Public]);
    let fixed = || Condition::FixAvailable(true);
    for (rule, why) in [
        (block(Condition::All(vec![at_least(Severity::High), low.clone()])), Some("no finding meets both `severity` and `severity`")),
        (block(Condition::All(vec![category(&[Category::Sast]), fixed()])), Some("no finding meets both `category` and `fix_available`")),
        (block(Condition::All(vec![category(&[Category::Sast, Category::Sca]), fixed()])), None),
        (block(not(at_least(Severity::Info))), Some("no finding meets `not`")),
        (block(Condition::Any(vec![not(at_least(Severity::Info)), public()])), None),
        (
            skipping(block(Condition::All(vec![category(&[Category::Secret]), fixed()]))),
            Some("no finding is known to meet both `category` and `fix_available`"),
        ),
        // Code may be a known weakness, too.
        (skipping(block(Condition::All(vec![category(&[Category::Sast]), Condition::Kev(true)]))), None),
        // Two tools may see the same; what is unknown fires.
        (block(Condition::All(vec![Condition::Tool(vec!["a".to_owned()]), Condition::Tool(vec!["b".to_owned()])])), None),
        (block(Condition::All(vec![category(&[Category::Sca]), Condition::Kev(true), Condition::Kev(false)])), None),
        (block(Condition::All(vec![category(&[Category::Sast]), Condition::State(vec![Newness::Existing])])), None),
    ] {
        assert_eq!(dead(rule.clone(), None).as_deref(), why, "{rule:?}");
    }
    assert_eq!(dead(block(public()), Some(Exposure::Unknown)), None);
    let internal = dead(block(public()), Some(Exposure::Internal));
    assert_eq!(internal.as_deref(), Some("no finding meets `exposure`, as `context.exposure` is internal"));
}

#[test]
fn a_rule_that_another_one_covers_is_told_with_it() {
    let rule = |id: &str, parts: Vec<Condition>, action| sample::rule(id, Condition::All(parts), action);
    let wide = || rule("wide", vec![category(&[Category::Sast, Category::Iac]), at_least(Severity::Medium), path("a/**")], Action::Block);
    let covered = |rules: Vec<Rule>| {
        let problems = cover::covered(&sample::policy(rules, Vec::new()), &[]);
        problems.iter().map(|problem| problem.message.split('`').nth(1).unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let narrow = |action| rule("narrow", vec![category(&[Category::Iac]), path("a/b.tf"), at_least(Severity::High)], action);
    assert_eq!(covered(vec![narrow(Action::Block), wide()]), ["narrow"]);
    assert_eq!(covered(vec![wide(), narrow(Action::Ticket)]), ["narrow"]);
    // Said in another way, and twice.
    let same = rule(
        "same",
        vec![
            path("a/**"),
            not(category(&[Category::Sca, Category::Secret])),
            not(category(&[Category::Dast, Category::License, Category::Malware, Category::Quality, Category::Other])),
            at_least(Severity::Medium),
        ],
        Action::Block,
    );
    assert_eq!(covered(vec![wide(), same]), ["same"]);
    assert_eq!(covered(vec![wide(), Rule { id: "twin".to_owned(), ..wide() }]), ["twin"]);
    // Each of these makes a difference.
    let milder = |change: &dyn Fn(&mut Rule)| {
        let mut wide = wide();
        change(&mut wide);
        covered(vec![wide, narrow(Action::Block)])
    };
    assert_eq!(milder(&|_| {}), ["narrow"]);
    let none: [String; 0] = [];
    assert_eq!(milder(&|wide| wide.action = Action::Ticket), none);
    assert_eq!(milder(&|wide| wide.effective_on = Some(date(2030, 1, 1))), none);
    assert_eq!(milder(&|wide| wide.fires_on_unknown = false), none);
    assert_eq!(covered(vec![Rule { waivable: Waivable::Never, ..narrow(Action::Block) }, wide()]), none);
    assert_eq!(covered(vec![Rule { controls: vec!["RA-5".to_owned()], ..narrow(Action::Block) }, wide()]), none);
    let rotated = Waivable::Only { types: vec![ExceptionType::Rotated], vex: false };
    assert_eq!(
        covered(vec![Rule { waivable: rotated, ..narrow(Action::Block) }, Rule { waivable: Waivable::Never, ..wide() }]),
        ["narrow"]
    );
}

#[test]
fn a_required_scan_that_no_tool_makes_is_told() {
    let profile = |id: &str, categories: &[Category]| Profile { id: id.to_owned(), categories: categories.to_vec(), ..Profile::default() };
    let profiles = vec![profile("semgrep", &[Category::Sast, Category::Secret]), profile("grype", &[Category::Sca])];
    let profiles = Profiles::new(vec![Shelf::new(Vec::new(), Box::new(move || profiles))], Vec::new());
    let told = |category: Option<Category>, tools: &[&str]| {
        let tools = tools.iter().map(|&tool| tool.to_owned()).collect();
        let row = crate::model::policy::Requirement { category, tools, ..sample::requirement("r") };
        inputs::impossible(&sample::policy(Vec::new(), vec![row]), &profiles).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let none: [String; 0] = [];
    assert_eq!(told(Some(Category::Sast), &["semgrep"]), none);
    assert_eq!(told(None, &["acme"]), none);
    assert_eq!(told(Some(Category::Other), &[]), none);
    assert_eq!(
        told(Some(Category::Sast), &["grype", "semgrep"]),
        ["p.yaml:7:1: `r` asks `grype` for sast, and it reports sca; name a tool that reports it, or another category"]
    );
    assert_eq!(told(None, &["semgrp"]), ["p.yaml:7:1: `r` asks for `semgrp`, and no profile knows that tool; did you mean `semgrep`?"]);
    assert!(told(Some(Category::Dast), &["acme"]).concat().contains("write a profile"));
    assert!(told(Some(Category::Malware), &[]).concat().contains("no profile of a tool reports that"));
}

fn leaf() -> impl Strategy<Value = Condition> {
    let suppressions = vec![Suppression::None, Suppression::InSource, Suppression::External];
    prop_oneof![
        subsequence(Category::ALL.to_vec(), 1..=9).prop_map(Condition::Category),
        subsequence(Severity::ALL.to_vec(), 1..=5).prop_map(Condition::Severity),
        subsequence(suppressions, 1..=3).prop_map(Condition::Suppressed),
        subsequence(vec!["src/a.py", "src/**", "lib/**"], 1..=2)
            .prop_map(|globs| Condition::Path(globs.into_iter().filter_map(|glob| Glob::parse(glob).ok()).collect())),
        any::<bool>().prop_map(Condition::Kev),
        any::<bool>().prop_map(Condition::FixAvailable),
        any::<bool>().prop_map(Condition::Verified),
        any::<bool>().prop_map(Condition::InChange),
        (0_u32..3).prop_map(|n| Condition::Epss(n * 100_000)),
        select(vec![Exposure::Public, Exposure::Internal]).prop_map(|one| Condition::Exposure(vec![one])),
        select(vec!["release", "dev"]).prop_map(|stage| Condition::Stage(vec![stage.to_owned()])),
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    leaf().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..4).prop_map(Condition::All),
            vec(inner.clone(), 1..4).prop_map(Condition::Any),
            inner.prop_map(not),
        ]
    })
}

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    let rule = (condition(), any::<bool>(), select(Action::ALL.to_vec()));
    vec(rule, 1..5).prop_map(|rules| {
        let named = rules.into_iter().enumerate();
        named
            .map(|(n, (when, fires_on_unknown, action))| Rule { fires_on_unknown, ..sample::rule(&format!("r{n}"), when, action) })
            .collect()
    })
}

/// Findings of every category and severity, with facts by turns.
fn findings() -> Evidence {
    let mut evidence = Evidence::default();
    sample::scan(&mut evidence, "a.sarif", "semgrep", Category::Sast);
    let mut turn = 0_usize;
    let mut next = |of: usize| {
        turn += 1;
        turn / of.max(1) % of
    };
    for category in Category::ALL {
        for severity in Severity::ALL {
            for (n, suppressed) in
                [Suppression::None, Suppression::InSource, Suppression::External, Suppression::None].into_iter().enumerate()
            {
                let told = |n: usize| [None, Some(true), Some(false)].get(n).copied().flatten();
                let detail = Detail {
                    kev: told(next(3)),
                    epss: told(next(3)).map(|likely| Epss(if likely { 300_000 } else { 0 })),
                    fix_available: told(next(3)),
                    verified: told(next(3)),
                    ..Detail::default()
                };
                let id = DetailId::at(evidence.details.len());
                evidence.details.push(detail);
                let paths = [vec!["src/a.py"], vec!["src/b.py", "lib/a.py"], Vec::new(), vec!["x"]];
                let paths: Vec<_> = paths.get(n).into_iter().flatten().map(|path| evidence.texts.intern(path)).collect();
                let places = evidence.locations.add(paths.into_iter().map(|path| Location { path: Some(path), ..Location::default() }));
                if let Some(finding) = sample::finding(&mut evidence, category, Some(severity), 1) {
                    (finding.suppressed, finding.detail, finding.locations) = (suppressed, Some(id), places);
                }
            }
        }
    }
    evidence
}

proptest! {
    /// What is told to be dead never fires, and what is told to cover another rule fires whenever that does.
    #[test]
    fn what_is_told_is_so(rules in rules()) {
        let evidence = findings();
        let policy = sample::policy(rules, Vec::new());
        let subject = Subject::default();
        let judged = judge(&evidence, &policy, &sample::run(&subject), &crate::decide::Matched::default());
        let fired: Vec<&[u16]> = judged.decisions.iter().map(|decision| judged.fired.get(decision.fired)).collect();
        let fires = |place: usize, fired: &[u16]| fired.iter().any(|rule| usize::from(*rule) == place);
        for (place, why) in reach::dead(&policy) {
            prop_assert!(!fired.iter().any(|fired| fires(place, fired)), "{place} {why} {policy:?}");
        }
        for (place, rule) in policy.rules.iter().enumerate() {
            for (other_place, other) in policy.rules.iter().enumerate() {
                if Prover::new().covers(&policy, (place, rule), (other_place, other)) {
                    prop_assert!(!fired.iter().any(|fired| fires(other_place, fired) && !fires(place, fired)), "{rule:?}\n{other:?}");
                }
            }
        }
    }
}

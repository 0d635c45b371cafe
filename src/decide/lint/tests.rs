use jiff::civil::date;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::cover::Prover;
use super::*;
use crate::base::pattern::Glob;
use crate::decide::{judge, sample};
use crate::model::due::{Adopted, Clock, Days, Due, DueRow, Preset, Risk};
use crate::model::exception::ExceptionType;
use crate::model::finding::{Detail, Epss, Evidence};
use crate::model::identity::Category;
use crate::model::intel::TechnicalImpact;
use crate::model::location::Location;
use crate::model::policy::sample::place;
use crate::model::policy::{Action, Condition, ConfigFile, Context, Exposure, Newness, Override, Rule, Waivable};
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
    let public = dead(block(Condition::Exposure(vec![Exposure::Internal])), None);
    assert_eq!(public.as_deref(), Some("no finding meets `exposure`, as `context.exposure` counts as public"));
}

#[test]
fn a_fact_that_could_not_be_is_met_by_nothing_and_what_a_report_may_tell_by_anything() {
    let license = || Condition::License(vec!["MIT".to_owned()]);
    for (one, of, is_dead) in [
        (Category::License, license(), false),
        (Category::Sast, license(), true),
        (Category::Malware, Condition::FixAvailable(true), false),
        (Category::Dast, Condition::FixAvailable(false), false),
        (Category::Dast, Condition::FixAvailable(true), true),
        (Category::Sast, Condition::Verified(true), false),
        (Category::Sast, not(category(&[Category::Sca])), false),
        (Category::Sast, not(Condition::Any(vec![at_least(Severity::Info), path("a")])), true),
        (Category::Sast, Condition::Any(vec![category(&[Category::Sca]), not(category(&[Category::Iac]))]), false),
    ] {
        let rule = sample::rule("r", Condition::All(vec![category(&[one]), of]), Action::Block);
        assert_eq!(dead(rule.clone(), None).is_some(), is_dead, "{rule:?}");
    }
}

#[test]
fn what_has_no_days_is_never_overdue() {
    let days = |kev_hours, critical| Days { clock: Clock::FirstSeen, kev_hours, hours: [critical, None, None, None, None] };
    let worst = Risk { kev: true, exposed: true, automatable: true, technical_impact: TechnicalImpact::Total };
    let row = DueRow { risk: worst, hours: Some(72), forensics: false };
    let of = |own, preset: Option<(Days, Vec<DueRow>)>, severity| {
        let rule = sample::rule("r", Condition::All(vec![Condition::Severity(vec![severity]), Condition::Overdue(true)]), Action::Block);
        let preset = preset.map(|(days, table)| Adopted {
            place: place(2),
            preset: Preset { id: "p".to_owned(), title: String::new(), source: String::new(), days, table },
        });
        let due = Some(Due { place: place(1), own, presets: preset.into_iter().collect() });
        reach::dead(&Policy { due, ..sample::policy(vec![rule], Vec::new()) }).pop().map(|(_, why)| why)
    };
    let none = || days(None, None);
    let (grave, low) = (Severity::Critical, Severity::Low);
    assert_eq!(of(days(None, Some(24)), None, grave), None);
    assert_eq!(of(days(None, Some(24)), None, low).as_deref(), Some("no finding meets both `severity` and `overdue`"));
    assert_eq!(of(days(Some(24), None), None, low), None, "a report may say of anything that it is exploited");
    assert_eq!(of(none(), Some((days(None, Some(24)), Vec::new())), grave), None);
    assert_eq!(of(none(), Some((none(), vec![row])), low), None, "the table has days for a vulnerability");
    let never = of(none(), Some((none(), Vec::new())), low);
    assert_eq!(never.as_deref(), Some("no finding meets `overdue`, as `due` gives no days for it"));
}

#[test]
fn all_that_is_odd_about_a_policy_is_told_but_for_what_is_part_of_the_program() {
    let narrow = Condition::All(vec![at_least(Severity::High), path("a")]);
    let rules = vec![
        sample::rule("dead", not(at_least(Severity::Info)), Action::Block),
        sample::rule("narrow", narrow, Action::Block),
        sample::rule("wide", at_least(Severity::High), Action::Block),
    ];
    let owner = crate::decide::exceptions::sample::person("dana").unwrap();
    let row = |team: &str, glob: &str| crate::model::policy::Ownership {
        place: place(5),
        matches: path(glob),
        owner: team.to_owned(),
        accountable: owner.clone(),
        contact: None,
        escalate_to: Vec::new(),
        route: None,
    };
    let require = crate::model::policy::Requirement { category: Some(Category::Dast), ..sample::requirement("r") };
    let policy = Policy { ownership: vec![row("all", "a/**"), row("some", "a/b")], ..sample::policy(rules, vec![require]) };
    let told = |files: &[&str]| {
        let files = files.iter().map(|path| ConfigFile { path: (*path).to_owned(), name: (*path).to_owned(), ..policy.files[0].clone() });
        let policy = Policy { files: files.collect(), ..policy.clone() };
        lint(&policy, &Profiles::new(Vec::new(), Vec::new()))
            .iter()
            .map(|problem| format!("{} {problem}", problem.code))
            .collect::<Vec<_>>()
    };
    let lines = [
        "lint-covered-rule p.yaml:1:1: the rule `narrow` changes nothing: `wide` (p.yaml:1) fires whenever it does, and is as strict; remove it, or make it stricter",
        "lint-dead-rule p.yaml:1:1: the rule `dead` can never fire: no finding meets `not`; mend its `when`, or remove it",
        "lint-required-input p.yaml:7:1: `r` asks for dast, and no profile of a tool reports that; write a profile of the tool that does, unless its reports say so themselves",
        "lint-covered-owner p.yaml:5:1: the row of `some` never counts: the row of `all` (p.yaml:5) stands before it and matches whatever it does; put it first, or remove it",
    ];
    assert_eq!(told(&["p.yaml"]), lines);
    assert_eq!(told(&["builtin:strict", "q.yaml"]), [""; 0], "nobody mends that");
    assert_eq!(told(&["builtin:strict"]).len(), 4, "there is nothing else");
}

#[test]
fn what_has_to_do_with_no_finding_of_some_reports_is_told() {
    let mut evidence = Evidence::default();
    sample::finding(&mut evidence, Category::Sast, Some(Severity::High), 1);
    let in_file = |file, rule: Rule| Rule { place: crate::model::policy::Place { file, ..rule.place }, ..rule };
    let rule = |category: Category| sample::rule(category.word(), Condition::Category(vec![category]), Action::Block);
    let rules = vec![rule(Category::Sast), rule(Category::Sca), in_file(1, rule(Category::Iac))];
    let entry = |line, category: Category| {
        let owner = crate::decide::exceptions::sample::person("dana").unwrap();
        let (place, when, reason) = (place(line), Condition::Category(vec![category]), String::new());
        Override { place, when, severity: Severity::Low, reason, owner, only_raises: false }
    };
    let mut policy = Policy { overrides: vec![entry(5, Category::Sast), entry(6, Category::Sca)], ..sample::policy(rules, Vec::new()) };
    policy.files.push(ConfigFile { path: "builtin:strict".to_owned(), ..policy.files[0].clone() });
    let subject = Subject::default();
    let told = unseen(&evidence, &policy, &sample::run(&subject));
    let told: Vec<_> = told.iter().map(|problem| (problem.weight, problem.to_string())).collect();
    let (unused, idle) = (
        "p.yaml:6:1: the override matches nothing in these reports; correct what it names, or remove it",
        "p.yaml:1:1: the rule `sca` fires on nothing in these reports; that is as it should be, or its `when` is wrong",
    );
    assert_eq!(told, [(Weight::Warning, unused.to_owned()), (Weight::Note, idle.to_owned())]);
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
    assert_eq!(told(Some(Category::Other), &["acme"]), none);
    assert_eq!(told(Some(Category::Secret), &[]), none);
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
        any::<bool>().prop_map(Condition::Overdue),
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
        // Days for what is critical, and for what is exploited.
        let own = Days { clock: Clock::FirstSeen, kev_hours: Some(24), hours: [Some(24), None, None, None, None] };
        let due = Some(Due { place: place(1), own, presets: Vec::new() });
        let policy = Policy { due, ..sample::policy(rules, Vec::new()) };
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

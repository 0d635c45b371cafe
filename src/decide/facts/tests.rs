//! Conditions against an oracle that looks at each finding by itself, with every table written out.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::Config;

use super::*;
use crate::base::pattern::{Glob, Pattern};
use crate::base::text::Text;
use crate::decide::Matched;
use crate::decide::matching::judge;
use crate::decide::sample;
use crate::model::finding::{Detail, Epss, Package, Rule as Check, RuleId};
use crate::model::intel::{Exploitation, TechnicalImpact};
use crate::model::location::Location;
use crate::model::policy::SsvcRange;
use crate::model::policy::{Action, Condition, Exposure, Rule};
use crate::model::raw::DetailId;
use crate::model::report::{Fact, Subject};

const PATHS: [&str; 5] = ["src/a.rs", "src/b/a.rs", "tests/a.rs", "deploy/x.tf", "a"];
const GLOBS: [&str; 6] = ["src/**", "src/*.rs", "**/a.rs", "tests/a.rs", "*", "{deploy,tests}/**"];
const IDS: [&str; 4] = ["CVE-2020-1", "CVE-2021-2", "GHSA-aaaa", "SNYK-1"];
const CHECKS: [&str; 4] = ["sql.injection", "sql.tainted", "xss", "a/b"];
const CHECK_GLOBS: [&str; 4] = ["sql.*", "xss", "*", "a/*"];
const MESSAGES: [&str; 3] = ["SQL injection here", "weak hash", "token=1"];
const PATTERNS: [&str; 3] = ["(?i)sql", "hash$", "^token="];
const PURLS: [&str; 3] = ["pkg:npm/lodash", "pkg:npm/%40a/b", "pkg:pypi/django"];
const PURL_GLOBS: [&str; 4] = ["pkg:npm/*", "pkg:npm/lodash@4.*", "pkg:pypi/django", "pkg:*/**"];
const TOOLS: [&str; 2] = ["semgrep", "trivy"];

/// A finding as the oracle sees it.
#[derive(Clone, Debug)]
struct Told {
    category: Category,
    severity: Option<Severity>,
    suppressed: Suppression,
    tool: usize,
    check: Option<usize>,
    message: Option<usize>,
    ids: Vec<usize>,
    cwes: Vec<u32>,
    paths: Vec<Option<usize>>,
    package: Option<usize>,
    facts: [Option<bool>; 6],
    epss: Option<u32>,
    epss_is_least: bool,
    ssvc: Option<Ssvc>,
}

fn told() -> impl Strategy<Value = Told> {
    let fact = || proptest::option::of(any::<bool>());
    let index = |n: usize| proptest::option::of(0..n);
    let first = (
        prop::sample::select(Category::ALL.to_vec()),
        proptest::option::of(prop::sample::select(Severity::ALL.to_vec())),
        prop::sample::select(vec![Suppression::None, Suppression::InSource, Suppression::External]),
        0..TOOLS.len(),
        index(CHECKS.len()),
        index(MESSAGES.len()),
    );
    let second = (
        prop::collection::vec(0..IDS.len(), 0..3),
        prop::collection::vec(prop::sample::select(vec![79, 89, 798]), 0..3),
        prop::collection::vec(index(PATHS.len()), 0..3),
        index(PURLS.len()),
        [fact(), fact(), fact(), fact(), fact(), fact()],
        proptest::option::of(0_u32..1_000_000),
        any::<bool>(),
        proptest::option::of(ssvc()),
    );
    (first, second).prop_map(
        |((category, severity, suppressed, tool, check, message), (ids, cwes, paths, package, facts, epss, epss_is_least, ssvc))| Told {
            category,
            severity,
            suppressed,
            tool,
            check,
            message,
            ids,
            cwes,
            paths,
            package,
            facts,
            epss,
            epss_is_least,
            ssvc,
        },
    )
}

fn ssvc() -> impl Strategy<Value = Ssvc> {
    let exploitation = proptest::option::of(prop::sample::select(Exploitation::ALL.to_vec()));
    let impact = proptest::option::of(prop::sample::select(TechnicalImpact::ALL.to_vec()));
    (exploitation, proptest::option::of(any::<bool>()), impact).prop_map(|(exploitation, automatable, technical_impact)| Ssvc {
        exploitation,
        automatable,
        technical_impact,
    })
}

fn pick(all: &'static [&'static str]) -> impl Strategy<Value = Vec<&'static str>> {
    prop::collection::vec(prop::sample::select(all.to_vec()), 1..3)
}

fn globs(all: &'static [&'static str]) -> impl Strategy<Value = Vec<Glob>> {
    pick(all).prop_map(|texts| texts.into_iter().map(|text| Glob::parse(text).unwrap()).collect())
}

fn words(all: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    pick(all).prop_map(|texts| texts.into_iter().map(str::to_owned).collect())
}

fn condition() -> impl Strategy<Value = Condition> {
    let plain = prop_oneof![
        prop::collection::vec(prop::sample::select(Category::ALL.to_vec()), 1..4).prop_map(Condition::Category),
        prop::collection::vec(prop::sample::select(Severity::ALL.to_vec()), 1..4).prop_map(Condition::Severity),
        prop::sample::subsequence(vec![Suppression::None, Suppression::InSource, Suppression::External], 1..3)
            .prop_map(Condition::Suppressed),
        prop::sample::subsequence(Newness::ALL.to_vec(), 1..3).prop_map(Condition::State),
        words(&TOOLS).prop_map(Condition::Tool),
        globs(&CHECK_GLOBS).prop_map(Condition::RuleId),
        prop::sample::select(PATTERNS.to_vec()).prop_map(|text| Condition::Message(Pattern::parse(text).unwrap())),
        prop::collection::vec(prop::sample::select(vec![79, 89, 20]), 1..3).prop_map(Condition::Cwe),
        words(&IDS).prop_map(Condition::Vulnerability),
        (0_u32..1_000_000).prop_map(Condition::Epss),
        (
            prop::sample::subsequence(Exploitation::ALL.to_vec(), 0..3),
            proptest::option::of(any::<bool>()),
            prop::sample::subsequence(TechnicalImpact::ALL.to_vec(), 0..2)
        )
            .prop_map(|(exploitation, automatable, technical_impact)| Condition::Ssvc(SsvcRange {
                exploitation,
                automatable,
                technical_impact
            })),
        globs(&PURL_GLOBS).prop_map(Condition::Package),
        globs(&GLOBS).prop_map(Condition::Path),
    ];
    let flags = prop_oneof![
        any::<bool>().prop_map(Condition::Kev),
        any::<bool>().prop_map(Condition::FixAvailable),
        any::<bool>().prop_map(Condition::Direct),
        any::<bool>().prop_map(Condition::DevDependency),
        any::<bool>().prop_map(Condition::Reachable),
        any::<bool>().prop_map(Condition::Verified),
        any::<bool>().prop_map(Condition::InChange),
        any::<bool>().prop_map(Condition::Overdue),
        prop::sample::subsequence(vec!["release".to_owned(), "nightly".to_owned()], 1..2).prop_map(Condition::Stage),
        globs(&["main", "release/*"]).prop_map(Condition::Branch),
        prop::sample::subsequence(Exposure::ALL.to_vec(), 1..3).prop_map(Condition::Exposure),
    ];
    prop_oneof![plain, flags].prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Condition::All),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Condition::Any),
            inner.prop_map(|part| Condition::Not(Box::new(part))),
        ]
    })
}

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    let rule = (condition(), prop::sample::select(Action::ALL.to_vec()), any::<bool>());
    prop::collection::vec(rule, 0..5).prop_map(|rules| {
        let numbered = rules.into_iter().enumerate();
        numbered
            .map(|(n, (when, action, fires_on_unknown))| Rule { fires_on_unknown, ..sample::rule(&format!("r{n}"), when, action) })
            .collect()
    })
}

/// The findings as evidence.
fn evidence(all: &[Told]) -> Evidence {
    let mut evidence = Evidence::default();
    for tool in TOOLS {
        sample::scan(&mut evidence, &format!("{tool}.json"), tool, Category::Other);
    }
    for (n, told) in all.iter().enumerate() {
        sample::finding(&mut evidence, told.category, told.severity, u8::try_from(n).unwrap());
        let tool = u32::try_from(told.tool).unwrap();
        let rule_id = told.check.map(|check| evidence.texts.intern(CHECKS[check]));
        let tool_text = evidence.texts.intern(TOOLS[told.tool]);
        evidence.rules.push(Check { tool: tool_text, rule_id, title: None });
        let message = told.message.map(|message| evidence.texts.intern(MESSAGES[message]));
        let ids: Vec<Text> = told.ids.iter().map(|&id| evidence.texts.intern(IDS[id])).collect();
        let paths: Vec<Option<Text>> = told.paths.iter().map(|path| path.map(|path| evidence.texts.intern(PATHS[path]))).collect();
        let package = told.package.map(|package| {
            let component = evidence.texts.intern(PURLS[package]);
            let purl = Some(evidence.texts.intern(&format!("{}@4.17.15", PURLS[package])));
            Package { purl, component, ecosystem: None, name: component, is_os: false }
        });
        let [kev, fix_available, direct, dev, reachable, verified] = told.facts;
        evidence.details.push(Detail {
            package,
            kev,
            fix_available,
            direct,
            dev,
            reachable,
            verified,
            epss: told.epss.map(Epss),
            epss_is_least: told.epss_is_least,
            ssvc: told.ssvc,
            ..Detail::default()
        });
        let finding = evidence.findings.get_mut(n).unwrap();
        finding.suppressed = told.suppressed;
        finding.rule = RuleId(u32::try_from(n).unwrap());
        finding.message = message;
        finding.ids = evidence.words.add(ids);
        finding.cwes = evidence.cwes.add(told.cwes.iter().copied());
        finding.locations = evidence.locations.add(paths.into_iter().map(|path| Location { path, start_line: None, end_line: None }));
        finding.detail = Some(DetailId::at(n));
        let sightings = evidence.sightings.get(finding.sightings).to_vec();
        finding.sightings = evidence
            .sightings
            .add(sightings.into_iter().map(|s| crate::model::finding::Sighting { scan: crate::model::scan::ScanId(tool), ..s }));
    }
    evidence
}

/// Kleene's tables.
const AND: [[Truth; 3]; 3] = [
    [Truth::False, Truth::False, Truth::False],
    [Truth::False, Truth::Unknown, Truth::Unknown],
    [Truth::False, Truth::Unknown, Truth::True],
];
const OR: [[Truth; 3]; 3] =
    [[Truth::False, Truth::Unknown, Truth::True], [Truth::Unknown, Truth::Unknown, Truth::True], [Truth::True, Truth::True, Truth::True]];
const NOT: [Truth; 3] = [Truth::True, Truth::Unknown, Truth::False];

/// Whether a condition holds for a finding, by the words of the language alone.
fn oracle(told: &Told, condition: &Condition, stage: Option<&str>, branch: Option<&str>, turned: bool) -> Truth {
    let again = |part: &Condition| oracle(told, part, stage, branch, turned);
    let is = |fact: Option<bool>, applies: bool, wanted: bool| match fact {
        Some(fact) => (fact == wanted).into(),
        None if applies => Truth::Unknown,
        None => (!wanted).into(),
    };
    let any_of = |values: Vec<String>, holds: &dyn Fn(&str) -> bool, without: Truth| {
        if values.is_empty() { without } else { values.iter().any(|value| holds(value)).into() }
    };
    // What only some of several values meet is not known where it is turned.
    let some_of = |values: Vec<String>, holds: &dyn Fn(&str) -> bool, without: Truth| {
        let met = values.iter().filter(|value| holds(value)).count();
        if turned && met > 0 && met < values.len() { Truth::Unknown } else { any_of(values, holds, without) }
    };
    let texts = |list: &[usize], all: &[&str]| list.iter().map(|&n| all[n].to_owned()).collect::<Vec<_>>();
    let component = matches!(told.category, Category::Sca | Category::Malware);
    let unknown_if = |applies: bool| if applies { Truth::Unknown } else { Truth::False };
    let [kev, fix, direct, dev, reachable, verified] = told.facts;
    let listable = component && told.ids.iter().any(|&id| IDS[id].starts_with("CVE-"));
    let one = |globs: &[Glob], value: &str| globs.iter().any(|glob| glob.matches(value));
    match condition {
        Condition::All(parts) => parts.iter().fold(Truth::True, |all, part| AND[all as usize][again(part) as usize]),
        Condition::Any(parts) => parts.iter().fold(Truth::False, |any, part| OR[any as usize][again(part) as usize]),
        Condition::Not(part) => NOT[oracle(told, part, stage, branch, !turned) as usize],
        Condition::Category(list) => list.contains(&told.category).into(),
        Condition::Severity(list) => list.contains(&told.severity.unwrap_or(Severity::High)).into(),
        Condition::Suppressed(list) => list.contains(&told.suppressed).into(),
        Condition::State(list) => list.contains(&Newness::New).into(),
        Condition::Tool(list) => list.iter().any(|tool| tool == TOOLS[told.tool]).into(),
        Condition::RuleId(globs) => {
            any_of(texts(&told.check.into_iter().collect::<Vec<_>>(), &CHECKS), &|id| one(globs, id), unknown_if(told.ids.is_empty()))
        }
        Condition::Message(pattern) => {
            any_of(texts(&told.message.into_iter().collect::<Vec<_>>(), &MESSAGES), &|text| pattern.matches(text), Truth::Unknown)
        }
        Condition::Cwe(list) => {
            any_of(told.cwes.iter().map(u32::to_string).collect(), &|cwe| list.iter().any(|n| n.to_string() == cwe), Truth::Unknown)
        }
        Condition::Vulnerability(list) => {
            let named = |id: &str| list.iter().any(|one| one == id);
            let cves: BTreeSet<String> = texts(&told.ids, &IDS).into_iter().filter(|id| id.starts_with("CVE-")).collect();
            let any = any_of(texts(&told.ids, &IDS), &named, unknown_if(component));
            let several = told.ids.iter().filter(|&&id| IDS[id].starts_with("CVE-")).count() > 1;
            if turned && several && any == Truth::True && !cves.iter().all(|id| named(id)) { Truth::Unknown } else { any }
        }
        Condition::Epss(least) => match told.epss {
            Some(epss) if epss >= *least => Truth::True,
            Some(_) if told.epss_is_least => Truth::Unknown,
            Some(_) => Truth::False,
            None => unknown_if(listable),
        },
        Condition::Ssvc(range) => {
            let points = told.ssvc.unwrap_or_default();
            let one = |asked: bool, met: Option<bool>| match met {
                _ if !asked => Truth::True,
                Some(met) => met.into(),
                None => Truth::Unknown,
            };
            let parts = [
                one(!range.exploitation.is_empty(), points.exploitation.map(|told| range.exploitation.contains(&told))),
                one(range.automatable.is_some(), points.automatable.map(|told| range.automatable == Some(told))),
                one(!range.technical_impact.is_empty(), points.technical_impact.map(|told| range.technical_impact.contains(&told))),
            ];
            if told.ssvc.is_none() && !listable {
                Truth::False
            } else {
                parts.iter().fold(Truth::True, |all, part| AND[all as usize][*part as usize])
            }
        }
        Condition::Package(globs) => {
            let purls = told.package.map_or_else(Vec::new, |n| vec![PURLS[n].to_owned(), format!("{}@4.17.15", PURLS[n])]);
            any_of(purls, &|purl| one(globs, purl), unknown_if(component))
        }
        Condition::Path(globs) => {
            some_of(texts(&told.paths.iter().flatten().copied().collect::<Vec<_>>(), &PATHS), &|path| one(globs, path), Truth::Unknown)
        }
        Condition::Kev(wanted) => match kev {
            Some(true) => (*wanted).into(),
            Some(false) => (!wanted).into(),
            None => is(None, listable, *wanted),
        },
        Condition::FixAvailable(wanted) => is(fix.filter(|_| component), component, *wanted),
        Condition::Direct(wanted) => is(direct, component || told.package.is_some(), *wanted),
        Condition::DevDependency(wanted) => is(dev, component || told.package.is_some(), *wanted),
        Condition::Reachable(wanted) => is(reachable, component, *wanted),
        Condition::Verified(wanted) => is(verified, told.category == Category::Secret, *wanted),
        Condition::Stage(list) => stage.map_or(Truth::Unknown, |stage| list.iter().any(|one| one == stage).into()),
        Condition::Branch(globs) => branch.map_or(Truth::Unknown, |branch| one(globs, branch).into()),
        Condition::Exposure(list) => list.contains(&Exposure::Public).into(),
        // These are not made.
        Condition::InChange(_)
        | Condition::Overdue(_)
        | Condition::Cvss(..)
        | Condition::Ecosystem(_)
        | Condition::License(_)
        | Condition::Age(_)
        | Condition::Owner(_)
        | Condition::Tag(_) => Truth::Unknown,
    }
}

/// Whether a condition holds for the first finding.
pub(super) fn truth(evidence: &Evidence, condition: &Condition, meets: Meets) -> Truth {
    let (policy, subject) = (sample::policy(Vec::new(), Vec::new()), Subject::default());
    let run = sample::run(&subject);
    let mut facted = Facted::new(evidence, &policy, &run);
    let test = facted.test(condition);
    facted.finish();
    let facts = facted.of(0, evidence.findings.get(0).unwrap());
    facted.holds(&test, &facts, facts.severity, meets)
}

#[test]
fn each_version_of_a_component_has_a_name_of_its_own() {
    let mut evidence = Evidence::default();
    sample::finding(&mut evidence, Category::Sca, Some(Severity::High), 1);
    let [component, old, new] =
        ["pkg:npm/lodash", "pkg:npm/lodash@4.17.15", "pkg:npm/lodash@5.0.0"].map(|purl| evidence.texts.intern(purl));
    let purls = evidence.words.add([old, new]);
    let package = Package { purl: Some(component), component, ecosystem: None, name: component, is_os: false };
    evidence.details.push(Detail { package: Some(package), purls, ..Detail::default() });
    evidence.findings.iter_mut().for_each(|finding| finding.detail = Some(DetailId::at(0)));
    for (glob, one, each) in [
        ("pkg:npm/lodash", Truth::True, Truth::True),
        ("pkg:npm/lodash@4.*", Truth::True, Truth::False),
        ("pkg:npm/lodash@*", Truth::True, Truth::True),
        ("pkg:npm/lodash@6.*", Truth::False, Truth::False),
    ] {
        let condition = Condition::Package(vec![Glob::parse(glob).unwrap()]);
        let holds = [Meets::One, Meets::Each].map(|meets| truth(&evidence, &condition, meets));
        assert_eq!(holds, [one, each], "{glob}");
    }
}

#[test]
fn what_is_about_a_vulnerability_is_about_each_of_its_cves_by_any_of_their_names() {
    for (ids, asked, [one, turned, each]) in [
        (&["CVE-1", "CVE-2", "GHSA-1"][..], &["CVE-1"][..], [Truth::True, Truth::Unknown, Truth::False]),
        (&["CVE-1", "CVE-2", "GHSA-1"], &["CVE-1", "CVE-2"], [Truth::True; 3]),
        (&["CVE-1", "CVE-2", "GHSA-1"], &["GHSA-1"], [Truth::True, Truth::Unknown, Truth::False]),
        (&["CVE-1", "GHSA-1"], &["GHSA-1"], [Truth::True; 3]),
        (&["GHSA-1", "SNYK-1"], &["SNYK-1"], [Truth::True; 3]),
        (&["CVE-1"], &["CVE-2"], [Truth::False; 3]),
        (&[], &["CVE-1"], [Truth::Unknown; 3]),
    ] {
        let mut evidence = Evidence::default();
        sample::finding(&mut evidence, Category::Sca, None, 1);
        let texts: Vec<Text> = ids.iter().map(|id| evidence.texts.intern(id)).collect();
        let words = evidence.words.add(texts);
        evidence.findings.iter_mut().for_each(|finding| finding.ids = words);
        let condition = Condition::Vulnerability(asked.iter().map(|id| (*id).to_owned()).collect());
        let holds = [Meets::One, Meets::Turned, Meets::Each].map(|meets| truth(&evidence, &condition, meets));
        assert_eq!(holds, [one, turned, each], "{ids:?} {asked:?}");
    }
}

#[test]
fn only_a_finding_about_licenses_has_one() {
    for (category, rule_id, wanted) in [
        (Category::License, Some("GPL-3.0-only"), Truth::True),
        (Category::License, Some("MIT"), Truth::False),
        (Category::License, None, Truth::Unknown),
        (Category::Sast, Some("GPL-3.0-only"), Truth::False),
        (Category::Sast, None, Truth::False),
    ] {
        let mut evidence = Evidence::default();
        sample::finding(&mut evidence, category, None, 1);
        let (tool, rule_id) = (evidence.texts.intern("t"), rule_id.map(|id| evidence.texts.intern(id)));
        evidence.rules.push(Check { tool, rule_id, title: None });
        let condition = Condition::License(vec!["GPL-3.0-only".to_owned()]);
        assert_eq!(truth(&evidence, &condition, Meets::One), wanted, "{category:?} {rule_id:?}");
    }
}

#[test]
fn of_a_finding_of_which_nothing_else_is_known_what_cannot_apply_is_false() {
    let of = |condition: &Condition| {
        [Category::Secret, Category::Sast, Category::Sca]
            .map(|category| Facts::unknown(category, Severity::High).hold(condition, Severity::High))
    };
    assert_eq!(of(&Condition::Verified(true)), [Truth::Unknown, Truth::False, Truth::False]);
    assert_eq!(of(&Condition::FixAvailable(true)), [Truth::False, Truth::False, Truth::Unknown]);
    assert_eq!(of(&Condition::Epss(0)), [Truth::False, Truth::False, Truth::Unknown]);
}

fn subject(stage: Option<&str>, branch: Option<&str>) -> Subject {
    let fact = |value: Option<&str>| value.map(|value| Fact { value: value.to_owned(), source: "flag".into() });
    Subject { stage: fact(stage), branch: fact(branch), ..Subject::default() }
}

proptest! {
    #![proptest_config(Config::with_cases(10_000))]

    #[test]
    fn every_condition_is_what_the_tables_say(all in prop::collection::vec(told(), 1..6), conditions in prop::collection::vec(condition(), 1..5), facts in 0..4_usize) {
        let (stage, branch) = ([None, Some("release")][facts % 2], [None, Some("release/1")][facts / 2]);
        let (evidence, policy, subject) = (evidence(&all), sample::policy(Vec::new(), Vec::new()), subject(stage, branch));
        let run = sample::run(&subject);
        let mut facted = Facted::new(&evidence, &policy, &run);
        let tests: Vec<Test<'_>> = conditions.iter().map(|condition| facted.test(condition)).collect();
        facted.finish();
        for ((told, place), finding) in all.iter().zip(0..).zip(evidence.findings.iter()) {
            let facts = facted.of(place, finding);
            for (condition, test) in conditions.iter().zip(&tests) {
                prop_assert_eq!(facted.holds(test, &facts, facts.severity, Meets::One), oracle(told, condition, stage, branch, false), "{:?} {:?}", told, condition);
            }
        }
    }

    #[test]
    fn a_layers_rule_never_lowers_and_the_order_of_rules_says_nothing(all in prop::collection::vec(told(), 1..6), rules in rules(), more in rules()) {
        let (evidence, subject) = (evidence(&all), Subject::default());
        let run = sample::run(&subject);
        let own = rules.len();
        let told = |rules: Vec<Rule>| {
            let policy = Policy { default_action: Action::Ticket, default_over: own, ..sample::policy(rules, Vec::new()) };
            let judged = judge(&evidence, &policy, &run, &Matched::default());
            let fired = |span| judged.fired.get(span).iter().map(|&place| policy.rules[usize::from(place)].id.clone()).collect::<Vec<_>>();
            judged.decisions.iter().map(|decision| (decision.action, fired(decision.fired))).collect::<Vec<_>>()
        };
        let before = told(rules.clone());
        let mut turned = rules.clone();
        turned.reverse();
        prop_assert_eq!(&told(turned), &before);
        let named = more.into_iter().map(|rule| Rule { id: format!("more-{}", rule.id), ..rule });
        let after = told(rules.into_iter().chain(named).collect());
        for ((before, _), (after, _)) in before.iter().zip(&after) {
            prop_assert!(after >= before);
        }
    }
}

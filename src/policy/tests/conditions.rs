//! `when`: each predicate is read as what it says, and its bounds are where they are said to be.

use super::*;
use crate::base::pattern::{Glob, Pattern};
use crate::model::intel::{Exploitation, TechnicalImpact};
use crate::model::policy::{Exposure, SsvcRange};
use crate::model::raw::Suppression;

/// The condition of a rule in a policy that has every feed.
fn condition(when: &str) -> Result<Condition, Vec<String>> {
    let feeds = "feeds: {kev: {path: k, max_age: 1d}, epss: {path: e, max_age: 1d}, ssvc: {path: s, max_age: 1d}}";
    let rules = format!("rules: [{{id: r, when: {{{when}}}, action: block}}]");
    let policy = with(&[("p.yaml", &format!("{HEAD}{LIMITS}{feeds}\ndue: {{clock: first_seen, low: 1d}}\n{rules}\n"))])?;
    policy.rules.into_iter().next().map(|rule| rule.when).ok_or_else(Vec::new)
}

#[test]
fn each_predicate_is_read_as_what_it_says() -> Tested {
    let globs = |text: &str| Glob::parse(text).map(|glob| vec![glob]);
    let texts = |text: &str| vec![text.to_owned()];
    let ssvc = |exploitation: &[Exploitation], automatable, technical_impact: &[TechnicalImpact]| {
        Condition::Ssvc(SsvcRange { exploitation: exploitation.to_vec(), automatable, technical_impact: technical_impact.to_vec() })
    };
    for (when, wanted) in [
        ("suppressed: [none, external]", Condition::Suppressed(vec![Suppression::None, Suppression::External])),
        ("suppressed: [in_source]", Condition::Suppressed(vec![Suppression::InSource])),
        ("tool: [semgrep]", Condition::Tool(texts("semgrep"))),
        ("rule_id: [\"a*\"]", Condition::RuleId(globs("a*")?)),
        ("message: \"^a\"", Condition::Message(Pattern::parse("^a")?)),
        ("cwe: [79, CWE-89]", Condition::Cwe(vec![79, 89])),
        ("vulnerability: [CVE-1]", Condition::Vulnerability(texts("CVE-1"))),
        ("cvss: {at_least: 7}", Condition::Cvss(70, 100)),
        ("cvss: {at_most: \"6.9\"}", Condition::Cvss(0, 69)),
        ("cvss: {at_least: \"9.8\", at_most: \"9.8\"}", Condition::Cvss(98, 98)),
        ("kev: true", Condition::Kev(true)),
        ("epss: {at_least: \"0.5\"}", Condition::Epss(500_000)),
        ("fix_available: false", Condition::FixAvailable(false)),
        ("direct: true", Condition::Direct(true)),
        ("dev_dependency: false", Condition::DevDependency(false)),
        ("reachable: true", Condition::Reachable(true)),
        ("verified: true", Condition::Verified(true)),
        ("package: [\"pkg:npm/a*\"]", Condition::Package(globs("pkg:npm/a*")?)),
        ("ecosystem: [npm]", Condition::Ecosystem(texts("npm"))),
        ("path: [\"src/**\"]", Condition::Path(globs("src/**")?)),
        ("license: [GPL-3.0-only]", Condition::License(texts("GPL-3.0-only"))),
        ("license: [LicenseRef-own]", Condition::License(texts("LicenseRef-own"))),
        ("exposure: [public]", Condition::Exposure(vec![Exposure::Public])),
        ("stage: [release]", Condition::Stage(texts("release"))),
        ("branch: [main]", Condition::Branch(globs("main")?)),
        ("in_change: true", Condition::InChange(true)),
        ("overdue: true", Condition::Overdue(true)),
        ("age: {older_than: 2d}", Condition::Age(48)),
        ("ssvc: {exploitation: active}", ssvc(&[Exploitation::Active], None, &[])),
        ("ssvc: {automatable: yes, technical_impact: [total]}", ssvc(&[], Some(true), &[TechnicalImpact::Total])),
        ("ssvc: {automatable: no}", ssvc(&[], Some(false), &[])),
        ("ssvc: {automatable: false}", ssvc(&[], Some(false), &[])),
        ("owner: [\"team-*\"]", Condition::Owner(globs("team-*")?)),
        ("tag: [crypto]", Condition::Tag(texts("crypto"))),
        ("any: [{kev: true}, {direct: true}]", Condition::Any(vec![Condition::Kev(true), Condition::Direct(true)])),
        ("all: [{kev: true}, {direct: true}]", Condition::All(vec![Condition::Kev(true), Condition::Direct(true)])),
        ("kev: true, direct: true", Condition::All(vec![Condition::Kev(true), Condition::Direct(true)])),
        ("not: {kev: true}", Condition::Not(Box::new(Condition::Kev(true)))),
    ] {
        assert_eq!(condition(when), Ok(wanted), "{when}");
    }
    Ok(())
}

#[test]
fn a_range_of_severities_has_both_its_ends() {
    use Severity::{Critical, High, Info, Low, Medium};
    for (range, wanted) in [
        ("{at_least: medium}", vec![Critical, High, Medium]),
        ("{at_most: medium}", vec![Medium, Low, Info]),
        ("{at_least: low, at_most: high}", vec![High, Medium, Low]),
        ("{at_least: low, at_most: low}", vec![Low]),
        ("{in: [low, critical]}", vec![Critical, Low]),
        ("{in: [low, critical], at_least: medium}", vec![Critical]),
    ] {
        assert_eq!(condition(&format!("severity: {range}")), Ok(Condition::Severity(wanted)), "{range}");
    }
}

#[test]
fn what_is_nothing_of_its_kind_is_refused() {
    for wrong in [
        "cwe: [0]",
        "cwe: [-79]",
        "cwe: [CWE-0]",
        "cwe: [CWE-+79]",
        "cwe: [cwe-79]",
        "cwe: [\"79\"]",
        "cwe: [true]",
        "package: [\"npm/a\"]",
        "package: [\"pkg:npm\"]",
        "license: [gpl-3.0-only]",
        "license: [GPL]",
        "cvss: {at_least: \"9.85\"}",
        "cvss: {at_least: \"10.1\"}",
        "epss: {at_least: \"1.1\"}",
        "epss: {at_least: \"-0.1\"}",
        "ssvc: {automatable: \"true\"}",
        "ssvc: {technical_impact: [some]}",
        "age: {}",
        "tag: [a, a]",
    ] {
        assert_eq!(condition(wrong).map_err(|told| told.len()), Err(1), "{wrong}");
    }
}

#[test]
fn conditions_nest_eight_deep_whatever_they_nest_in() {
    for (open, close) in [("not: {", "}"), ("any: [{", "}]"), ("all: [{", "}]")] {
        let nested = |n: usize| condition(&format!("{open}{}in_change: true{}{close}", "not: {".repeat(n), "}".repeat(n)));
        assert!(nested(6).is_ok(), "{open}");
        let told = nested(7).map_err(|told| told.iter().map(|told| told.contains("conditions nest deeper than 8")).collect());
        assert_eq!(told, Err(vec![true]), "{open}");
    }
}

//! What is said to each condition about findings made by hand.

use super::*;
use crate::base::pattern::Pattern;
use crate::decide::exceptions::sample::{day, globs};
use crate::decide::sample;
use crate::model::change::Files;
use crate::model::due::{Clock, Days, Due};
use crate::model::finding::{Detail, Epss, Package, Rule};
use crate::model::policy::sample::place;
use crate::model::policy::{Policy, SsvcRange};
use crate::model::raw::{DetailId, Suppression};
use crate::model::report::Subject;
use crate::model::severity::{Assessment, CvssVersion, Kind, Score, Source};

/// One finding, and what it is judged by.
struct Case {
    evidence: Evidence,
    policy: Policy,
    subject: Subject,
    severity: Severity,
    owners: Option<&'static str>,
}

impl Case {
    /// A high finding of which nothing is known but its category and a tool.
    fn new(category: Category) -> Self {
        let mut evidence = Evidence::default();
        sample::scan(&mut evidence, "a.json", "grype", category);
        sample::finding(&mut evidence, category, Some(Severity::High), 1);
        let policy = sample::policy(Vec::new(), Vec::new());
        Self { evidence, policy, subject: Subject::default(), severity: Severity::High, owners: None }
    }

    fn with_detail(category: Category, detail: impl FnOnce(&mut Evidence) -> Detail) -> Self {
        let mut case = Self::new(category);
        let detail = detail(&mut case.evidence);
        case.evidence.details.push(detail);
        case.finding().detail = Some(DetailId::at(0));
        case
    }

    fn finding(&mut self) -> &mut Finding {
        self.evidence.findings.get_mut(0).unwrap()
    }

    /// What is said to a condition.
    fn told(&self, condition: &Condition) -> String {
        let run = sample::run(&self.subject);
        let mut facted = Facted::new(&self.evidence, &self.policy, &run);
        let test = facted.test(condition);
        facted.finish();
        let finding = self.evidence.findings.get(0).unwrap();
        let facts = facted.of(0, finding);
        let known = Known { place: 0, finding, facts: &facts, owners: self.owners };
        facted.tried((condition, &test), &known, self.severity, Meets::One).fact.unwrap_or_default()
    }
}

fn texts_of(evidence: &mut Evidence, texts: &[&str]) -> Vec<Text> {
    texts.iter().map(|text| evidence.texts.intern(text)).collect()
}

fn flag(value: &str) -> Fact {
    Fact { value: value.to_owned(), source: "flag".into() }
}

/// One condition of each key, with what is told of a finding of which nobody tells anything.
fn nothing_known(of_component: &'static str, fact: &'static str) -> Vec<(Condition, &'static str)> {
    vec![
        (Condition::All(Vec::new()), ""),
        (Condition::Suppressed(Vec::new()), "none"),
        (Condition::State(Vec::new()), "new"),
        (Condition::Tool(Vec::new()), "grype"),
        (Condition::RuleId(Vec::new()), NOBODY),
        (Condition::Message(Pattern::parse("x").unwrap()), NOBODY),
        (Condition::Cwe(Vec::new()), NOBODY),
        (Condition::Vulnerability(Vec::new()), of_component),
        (Condition::Cvss(0, 100), of_component),
        // Without a CVE nobody could tell them.
        (Condition::Epss(0), "none"),
        (Condition::Ssvc(SsvcRange::default()), "none"),
        (Condition::Package(Vec::new()), of_component),
        (Condition::Ecosystem(Vec::new()), of_component),
        (Condition::Path(Vec::new()), "src/a.py"),
        (Condition::License(Vec::new()), "none"),
        (Condition::Exposure(Vec::new()), "unknown, judged as public"),
        (Condition::Stage(Vec::new()), "nobody tells (--stage)"),
        (Condition::Branch(Vec::new()), "nobody tells (--branch)"),
        (Condition::InChange(true), "nobody tells (--commit and --config-ref)"),
        (Condition::Age(24), NOBODY),
        (Condition::Tag(Vec::new()), NOBODY),
        (Condition::Owner(Vec::new()), NOBODY),
        (Condition::Kev(true), "false: that does not apply to such a finding"),
        (Condition::FixAvailable(true), fact),
        (Condition::Direct(true), fact),
        (Condition::DevDependency(true), fact),
        (Condition::Reachable(true), fact),
        (Condition::Verified(true), "false: that does not apply to such a finding"),
    ]
}

#[test]
fn where_nothing_is_known_it_is_said_whether_there_could_be_anything() {
    let does_not_apply = "false: that does not apply to such a finding";
    for (category, rows) in [
        (Category::Sast, nothing_known("none", does_not_apply)),
        (Category::Sca, nothing_known(NOBODY, NOBODY)),
        (Category::Malware, nothing_known(NOBODY, NOBODY)),
    ] {
        let case = Case::new(category);
        assert_eq!(case.told(&Condition::Category(Vec::new())), category.word());
        for (condition, wanted) in rows {
            assert_eq!(case.told(&condition), wanted, "{} {}", category.word(), condition.key());
        }
    }
    assert_eq!(Case::new(Category::License).told(&Condition::License(Vec::new())), NOBODY);
    assert_eq!(Case::new(Category::Secret).told(&Condition::Verified(true)), NOBODY);
    // What has a CVE could be listed.
    let mut listable = Case::new(Category::Sca);
    let ids = texts_of(&mut listable.evidence, &["CVE-1", "GHSA-1"]);
    listable.finding().ids = listable.evidence.words.add(ids);
    for (condition, wanted) in [
        (Condition::Vulnerability(Vec::new()), "CVE-1, GHSA-1"),
        (Condition::RuleId(Vec::new()), "none: an advisory is no check"),
        (Condition::Epss(0), NOBODY),
        (Condition::Ssvc(SsvcRange::default()), NOBODY),
        (Condition::Kev(true), NOBODY),
    ] {
        assert_eq!(listable.told(&condition), wanted, "{}", condition.key());
    }
}

#[test]
fn what_is_known_is_told_as_it_is() {
    let mut case = Case::with_detail(Category::License, |evidence| Detail {
        kev: Some(true),
        direct: Some(true),
        dev: Some(false),
        verified: Some(false),
        epss: Some(Epss(250_000)),
        ssvc: Some(Ssvc {
            exploitation: Some(Exploitation::Poc),
            automatable: Some(false),
            technical_impact: Some(TechnicalImpact::Total),
        }),
        package: Some(Package {
            purl: None,
            component: evidence.texts.intern("pkg:npm/a"),
            ecosystem: Some(evidence.texts.intern("npm")),
            name: evidence.texts.intern("a"),
            is_os: false,
        }),
        first_seen: Some(day("2026-07-01")),
        ..Detail::default()
    });
    let [tool, rule_id, message, tag] = ["grype", "GPL-3.0-only", "not allowed", "legal"].map(|text| case.evidence.texts.intern(text));
    case.evidence.rules.push(Rule { tool, rule_id: Some(rule_id), title: None });
    let score = Score::from_tenths(75);
    let assessment = Assessment {
        source: Source::Tool,
        kind: Kind::Cvss(CvssVersion::V3),
        score,
        severity: Some(Severity::High),
        told: None,
        vector: None,
    };
    let (cwes, tags) = (case.evidence.cwes.add([79, 89]), case.evidence.words.add([tag]));
    let assessments = case.evidence.assessments.add([assessment]);
    let finding = case.finding();
    (finding.message, finding.suppressed) = (Some(message), Suppression::External);
    (finding.cwes, finding.tags, finding.assessments) = (cwes, tags, assessments);
    case.policy.context.exposure = Some(Exposure::Internal);
    case.subject = Subject { stage: Some(flag("release")), branch: Some(flag("main")), ..Subject::default() };
    case.owners = Some("pay, web");
    for (condition, wanted) in [
        (Condition::Suppressed(Vec::new()), "external"),
        (Condition::RuleId(Vec::new()), "GPL-3.0-only"),
        (Condition::License(Vec::new()), "GPL-3.0-only"),
        (Condition::Message(Pattern::parse("x").unwrap()), "not allowed"),
        (Condition::Cwe(Vec::new()), "CWE-79, CWE-89"),
        (Condition::Cvss(0, 100), "7.5"),
        (Condition::Epss(0), "0.25"),
        (Condition::Ssvc(SsvcRange::default()), "exploitation poc, automatable false, technical impact total"),
        (Condition::Package(Vec::new()), "pkg:npm/a"),
        (Condition::Ecosystem(Vec::new()), "npm"),
        (Condition::Exposure(Vec::new()), "internal"),
        (Condition::Stage(Vec::new()), "release"),
        (Condition::Branch(Vec::new()), "main"),
        (Condition::Age(24), "since 2026-07-01, 31 days"),
        (Condition::Tag(Vec::new()), "legal"),
        (Condition::Owner(Vec::new()), "pay, web"),
        (Condition::Kev(true), "true"),
        (Condition::Direct(true), "true"),
        (Condition::DevDependency(true), "false"),
        (Condition::Verified(true), "false"),
    ] {
        assert_eq!(case.told(&condition), wanted, "{}", condition.key());
    }
    case.owners = Some("");
    assert_eq!(case.told(&Condition::Owner(globs(&["*"]))), "nobody owns it");
    case.evidence.details.get_mut(0).unwrap().epss_is_least = true;
    assert_eq!(case.told(&Condition::Epss(0)), "at least 0.25");
}

#[test]
fn a_severity_is_told_with_where_it_comes_from() {
    let mut case = Case::new(Category::Sast);
    let told = |case: &Case| case.told(&Condition::Severity(Vec::new()));
    assert_eq!(told(&case), "high (nothing told)");
    case.severity = Severity::Low;
    assert_eq!(told(&case), "low (nothing told, replaced by an override)");
    case.finding().severity = None;
    assert_eq!(told(&case), "low (nothing told, unrated, judged as high, replaced by an override)");
    case.severity = Severity::High;
    assert_eq!(told(&case), "high (nothing told, unrated, judged as high)");
}

#[test]
fn a_component_is_told_by_its_versions_or_else_by_its_own_name() {
    let told = |purl: Option<&str>, purls: &[&str]| {
        let case = Case::with_detail(Category::Sca, |evidence| {
            let [component, name] = ["pkg:npm/a", "a"].map(|text| evidence.texts.intern(text));
            let purl = purl.map(|purl| evidence.texts.intern(purl));
            let purls = texts_of(evidence, purls);
            let purls = evidence.words.add(purls);
            Detail { package: Some(Package { purl, component, ecosystem: None, name, is_os: false }), purls, ..Detail::default() }
        });
        case.told(&Condition::Package(Vec::new()))
    };
    assert_eq!(told(None, &[]), "pkg:npm/a");
    assert_eq!(told(Some("pkg:npm/a@1"), &[]), "pkg:npm/a@1");
    assert_eq!(told(Some("pkg:npm/a"), &["pkg:npm/a@1", "pkg:npm/a@2"]), "pkg:npm/a@1, pkg:npm/a@2");
    assert_eq!(told(None, &["pkg:npm/a@1", "pkg:npm/a@2"]), "pkg:npm/a@1, pkg:npm/a@2");
}

#[test]
fn of_many_texts_each_is_told_once_and_only_the_first_eight() {
    let told = |texts: &[&str]| {
        let mut case = Case::new(Category::Sast);
        let texts = texts_of(&mut case.evidence, texts);
        case.finding().tags = case.evidence.words.add(texts);
        case.told(&Condition::Tag(Vec::new()))
    };
    assert_eq!(told(&["a", "b", "a", "b"]), "a, b");
    assert_eq!(told(&["a", "b", "c", "d", "e", "f", "g", "h"]), "a, b, c, d, e, f, g, h");
    assert_eq!(told(&["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]), "a, b, c, d, e, f, g, h, and 2 more");
    let mut case = Case::new(Category::Sast);
    case.finding().message = Some(case.evidence.texts.intern(&"é".repeat(201)));
    assert_eq!(case.told(&Condition::Message(Pattern::parse("x").unwrap())), "é".repeat(200));
}

#[test]
fn what_the_change_does_to_the_files_is_told() {
    let told = |touched: Option<Truth>| {
        let mut case = Case::new(Category::Sast);
        let mut files = Files::default();
        let path = case.evidence.texts.intern("src/a.py");
        if let Some(touched) = touched {
            files.of.set(path, touched);
        }
        case.evidence.change.files = Some(files);
        case.told(&Condition::InChange(true))
    };
    assert_eq!(told(Some(Truth::True)), "the change touches its files");
    assert_eq!(told(Some(Truth::False)), "the change touches none of its files");
    assert_eq!(told(None), "not all of its files are in the repository");
}

#[test]
fn a_due_day_is_told_or_why_there_is_none() {
    let told = |category, first_seen: Option<&str>, kev_hours, severity| {
        let first_seen = first_seen.map(day);
        let mut case = Case::with_detail(category, |_| Detail { first_seen, ..Detail::default() });
        let ids = texts_of(&mut case.evidence, &["CVE-1"]);
        case.finding().ids = case.evidence.words.add(ids);
        let hours = [Some(240), Some(960), None, None, None];
        let own = Days { clock: Clock::FirstSeen, kev_hours, hours };
        case.policy.due = Some(Due { place: place(1), own, presets: Vec::new() });
        case.severity = severity;
        case.told(&Condition::Overdue(true))
    };
    let seen = Some("2026-07-01");
    assert_eq!(told(Category::Sast, seen, None, Severity::Critical), "due 2026-07-11");
    assert_eq!(told(Category::Sast, seen, None, Severity::High), "due 2026-08-10");
    assert_eq!(told(Category::Sast, seen, None, Severity::Low), "never: the policy sets no days for it");
    assert_eq!(told(Category::Sast, None, None, Severity::High), "nobody tells since when it is there");
    assert_eq!(told(Category::Sca, seen, Some(48), Severity::High), "due 2026-08-10, and sooner if it is exploited");
}

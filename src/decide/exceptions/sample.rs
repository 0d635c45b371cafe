//! Findings, records and limits made by hand, for the tests of exceptions.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::base::address::Address;
use crate::base::date::parse_date;
use crate::base::pattern::Glob;
use crate::decide::sample;
use crate::model::exception::{Accountable, Exception, ExceptionType, Match, Scope, Status, Versions};
use crate::model::finding::{Detail, Evidence, Package, Rule, RuleId};
use crate::model::identity::{Category, Fingerprint, Scheme};
use crate::model::location::Location;
use crate::model::policy::sample::place;
use crate::model::policy::{Action, Condition, Emergency, ExceptionRules, Limit, Policy, Unused};
use crate::model::raw::DetailId;
use crate::model::severity::Severity;

/// A day; the first one where there is no such day.
pub(in crate::decide) fn day(text: &str) -> Date {
    parse_date(text).unwrap_or_default()
}

pub(in crate::decide) fn person(name: &str) -> Option<Address> {
    Address::parse(&format!("{name}@acme.example"))
}

/// What a finding is made of.
#[derive(Clone, Debug)]
pub(in crate::decide) struct Row {
    pub(in crate::decide) ids: Vec<String>,
    pub(in crate::decide) package: Option<String>,
    pub(in crate::decide) versions: Vec<String>,
    pub(in crate::decide) paths: Vec<String>,
    pub(in crate::decide) rule: String,
    pub(in crate::decide) severity: Severity,
    pub(in crate::decide) known: Option<bool>,
    pub(in crate::decide) is_secret: bool,
}

impl Row {
    /// A critical finding of a scanner for code.
    pub(in crate::decide) fn code(rule: &str, path: &str) -> Self {
        let (rule, paths) = (rule.to_owned(), vec![path.to_owned()]);
        Self {
            ids: Vec::new(),
            package: None,
            versions: Vec::new(),
            paths,
            rule,
            severity: Severity::Critical,
            known: None,
            is_secret: false,
        }
    }

    /// A critical finding of a component.
    pub(in crate::decide) fn component(ids: &[&str], version: &str) -> Self {
        let ids = ids.iter().map(|id| (*id).to_owned()).collect();
        let package = Some("pkg:npm/lodash".to_owned());
        Self { ids, package, versions: vec![version.to_owned()], ..Self::code("", "package-lock.json") }
    }
}

/// Evidence with these findings, each with a key of its own.
pub(in crate::decide) fn evidence(rows: &[Row]) -> Evidence {
    let mut evidence = Evidence::default();
    let mut rules: BTreeMap<String, RuleId> = BTreeMap::new();
    for (number, row) in (0_u32..).zip(rows) {
        let tool = evidence.texts.intern("semgrep");
        let rule = *rules.entry(row.rule.clone()).or_insert_with(|| {
            let rule_id = (!row.rule.is_empty()).then(|| evidence.texts.intern(&row.rule));
            evidence.rules.push(Rule { tool, rule_id, title: None });
            RuleId(u32::try_from(evidence.rules.len() - 1).unwrap_or_default())
        });
        let intern = |evidence: &mut Evidence, texts: &[String]| {
            let texts: Vec<_> = texts.iter().map(|text| evidence.texts.intern(text)).collect();
            evidence.words.add(texts)
        };
        let (ids, versions) = (intern(&mut evidence, &row.ids), intern(&mut evidence, &row.versions));
        let package = row.package.as_ref().map(|package| {
            let component = evidence.texts.intern(package);
            Package { purl: None, component, ecosystem: None, name: component, is_os: false }
        });
        evidence.details.push(Detail {
            package,
            versions,
            fix_available: row.known,
            kev: row.known,
            reachable: row.known,
            ..Detail::default()
        });
        let paths: Vec<_> =
            row.paths.iter().map(|path| Location { path: Some(evidence.texts.intern(path)), ..Location::default() }).collect();
        let locations = evidence.locations.add(paths);
        let key = key(number);
        let fingerprints = evidence.fingerprints.add([key]);
        let category = match &row.package {
            Some(_) => Category::Sca,
            None if row.is_secret => Category::Secret,
            None => Category::Sast,
        };
        sample::finding(&mut evidence, category, Some(row.severity), 0);
        let finding = evidence.findings.get_mut(number as usize);
        if let Some(finding) = finding {
            (finding.id, finding.rule, finding.ids, finding.locations) = (key.into(), rule, ids, locations);
            (finding.fingerprints, finding.detail) = (fingerprints, Some(DetailId::at(number as usize)));
        }
    }
    evidence
}

/// The key of the n-th finding.
pub(in crate::decide) fn key(number: u32) -> Fingerprint {
    let mut digest = [0; 16];
    digest.iter_mut().zip(number.to_be_bytes()).for_each(|(to, byte)| *to = byte);
    Fingerprint { scheme: Scheme::Ctx, digest }
}

pub(in crate::decide) fn globs(texts: &[&str]) -> Vec<Glob> {
    texts.iter().filter_map(|text| Glob::parse(text).ok()).collect()
}

/// An accepted risk: `semgrep`'s rule `sqli`, from July 20 to August 9, by Dana, the security lead.
pub(in crate::decide) fn record(id: &str) -> Option<Exception> {
    Some(Exception {
        id: id.to_owned(),
        place: place(3),
        title: None,
        kind: ExceptionType::RiskAcceptance,
        status: Status::Approved,
        matches: Match {
            vulnerability: None,
            fingerprint: None,
            rule_id: Some("sqli".to_owned()),
            package: None,
            versions: Versions::NotTold,
            paths: Vec::new(),
        },
        scope: Scope::default(),
        effect: Action::Ticket,
        residual_severity: None,
        justification: None,
        evidence: None,
        until: Vec::new(),
        max_findings: 20,
        reason: "the input is validated upstream".to_owned(),
        compensating_controls: Vec::new(),
        requester: person("ola")?,
        accountable: Some(Accountable { email: person("dana")?, role: "security-lead".to_owned() }),
        informed: Vec::new(),
        ticket: Some("PAY-881".to_owned()),
        fix_by: None,
        created: None,
        approved: Some(day("2026-07-20")),
        expires: day("2026-08-09"),
        renewals: Vec::new(),
        review: None,
    })
}

/// One of a vulnerability in any version.
pub(in crate::decide) fn of_vulnerability(id: &str, vulnerability: &str) -> Option<Exception> {
    let record = record(id)?;
    let matches = Match { vulnerability: Some(vulnerability.to_owned()), rule_id: None, versions: Versions::Any, ..record.matches };
    Some(Exception { matches, ..record })
}

/// Up to 30 days, renewed once, by the security lead or the ciso, never below a ticket.
pub(in crate::decide) fn limit() -> Limit {
    Limit {
        place: place(9),
        types: Vec::new(),
        severities: Severity::ALL.to_vec(),
        max_lifetime_hours: 30 * 24,
        max_renewals: 1,
        approver_roles: vec!["security-lead".to_owned(), "ciso".to_owned()],
        floor: Action::Ticket,
    }
}

/// What is critical or high blocks, medium gets a ticket; emergencies last three days.
pub(in crate::decide) fn policy() -> Policy {
    let severities =
        |id: &str, list: &[Severity], action| crate::model::policy::sample::rule(id, Condition::Severity(list.to_vec()), action);
    let rules = vec![
        severities("grave", &[Severity::Critical, Severity::High], Action::Block),
        severities("medium", &[Severity::Medium], Action::Ticket),
    ];
    let held = [("security-lead", "dana"), ("ciso", "kim"), ("commander", "ivan")];
    let held = held.map(|(role, name)| (role.to_owned(), person(name).into_iter().collect()));
    let policy = sample::policy(rules, Vec::new());
    let exceptions = ExceptionRules {
        roles: held.into(),
        limits: vec![vec![limit()]],
        unused: Unused::Ignore,
        emergency: Some(Emergency {
            roles: vec!["commander".to_owned()],
            max_days: 3,
            severity_at_most: Severity::High,
            review_within_hours: 7 * 24,
        }),
        ..policy.exceptions
    };
    Policy { exceptions, ..policy }
}

//! Laws of exceptions, over random findings and records.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::index::{Index, meets};
use super::sample::{self, Row, globs, key, person, record};
use super::*;
use crate::decide::{Excepted, judge};
use crate::model::exception::{Accountable, ExceptionType, Match, Until, Versions};
use crate::model::policy::Limit;
use crate::model::report::{Fact, Subject};
use crate::model::severity::Severity;

const IDS: [&str; 5] = ["CVE-1", "CVE-2", "CVE-3", "GHSA-1", "GHSA-2"];
const PACKAGES: [&str; 2] = ["pkg:npm/a", "pkg:npm/b"];
const VERSIONS: [&str; 3] = ["1", "2", "3"];
const PATHS: [&str; 5] = ["src/a.py", "src/b/a.py", "src/b/c/a.py", "lib/a.py", "a.py"];
const GLOBS: [&str; 8] = ["src/a.py", "src/**", "src/b/**", "**/a.py", "lib/*", "*.py", "src/*/a.py", "{lib,src}/a.py"];
const RULES: [&str; 3] = ["sqli", "xss", "r"];

pub(in crate::decide) fn rows() -> impl Strategy<Value = Vec<Row>> {
    let some = |from: &'static [&'static str], most: usize| subsequence(from.to_vec(), 0..=most);
    let row = (some(&IDS, 3), proptest::option::of(select(&PACKAGES[..])), some(&VERSIONS, 2), some(&PATHS, 2), select(&RULES[..]));
    let row = (row, select(&Severity::ALL[..]), any::<Option<bool>>());
    let row = row.prop_map(|((ids, package, versions, paths, rule), severity, known)| {
        let owned = |list: Vec<&str>| list.into_iter().map(str::to_owned).collect();
        let (ids, versions, paths) = (owned(ids), owned(versions), owned(paths));
        Row { ids, package: package.map(str::to_owned), versions, paths, rule: rule.to_owned(), severity, known, is_secret: false }
    });
    vec(row, 1..8)
}

fn matches() -> impl Strategy<Value = Match> {
    let versions = prop_oneof![
        Just(Versions::NotTold),
        Just(Versions::Any),
        subsequence(VERSIONS.to_vec(), 1..=3).prop_map(|list| Versions::These(list.into_iter().map(str::to_owned).collect())),
    ];
    let rule = prop_oneof![select(&RULES[..]).prop_map(str::to_owned), select(&RULES[..]).prop_map(|rule| format!("semgrep:{rule}"))];
    let key = proptest::option::weighted(0.1, (0_u32..8).prop_map(key));
    let id = proptest::option::of(select(&IDS[..]));
    let package = proptest::option::weighted(0.3, select(&PACKAGES[..]));
    let paths = prop_oneof![Just(Vec::new()), subsequence(GLOBS.to_vec(), 1..=2)];
    (key, id, rule, any::<bool>(), package, versions, paths).prop_map(|(fingerprint, id, rule, with_rule, package, versions, paths)| {
        Match {
            vulnerability: id.map(str::to_owned),
            rule_id: (with_rule || fingerprint.is_none() && id.is_none()).then_some(rule),
            fingerprint,
            package: package.map(str::to_owned),
            versions,
            paths: globs(&paths),
        }
    })
}

/// Records of which no two are about the same: a record removed is then no renewal that was not counted.
pub(in crate::decide) fn records() -> impl Strategy<Value = Vec<Exception>> {
    let kinds = [ExceptionType::RiskAcceptance, ExceptionType::FalsePositive, ExceptionType::RiskAdjustment];
    let who = select(vec![("dana", "security-lead"), ("kim", "ciso"), ("dana", "ciso"), ("ivan", "commander")]);
    let status = prop_oneof![8 => Just(Status::Approved), 1 => Just(Status::Proposed), 1 => Just(Status::Revoked)];
    let dates =
        (select(vec!["2026-06-20", "2026-07-20", "2026-07-31"]), select(vec!["2026-07-31", "2026-08-01", "2026-08-09", "2026-09-30"]));
    let bounds =
        (1_u32..4, select(vec![Action::Ticket, Action::Pass]), select(&Severity::ALL[..]), subsequence(Until::ALL.to_vec(), 0..=1));
    let one =
        (matches(), select(kinds.to_vec()), who, status, dates, bounds, proptest::option::weighted(0.2, select(vec!["release", "dev"])));
    let one = one.prop_filter_map("people have addresses", |(matches, kind, (name, role), status, (approved, expires), bounds, stage)| {
        let (max_findings, effect, severity, until) = bounds;
        let mut record = record("")?;
        record.accountable = Some(Accountable { email: person(name)?, role: role.to_owned() });
        record.residual_severity = (kind == ExceptionType::RiskAdjustment).then_some(severity);
        record.scope.stages = stage.map(str::to_owned).into_iter().collect();
        (record.approved, record.expires) = (Some(sample::day(approved)), sample::day(expires));
        Some(Exception { kind, status, matches, effect, until, max_findings, ..record })
    });
    vec(one, 0..24).prop_map(|records| {
        let mut distinct: Vec<Exception> = Vec::new();
        for record in records {
            if !distinct.iter().any(|known| known.matches == record.matches) {
                distinct.push(record);
            }
        }
        distinct
            .into_iter()
            .zip(0..)
            .map(|(record, number): (Exception, u32)| Exception { id: format!("EXC-{number:02}"), ..record })
            .collect()
    })
}

pub(in crate::decide) fn policy() -> Policy {
    let mut policy = sample::policy();
    let typed = Limit { types: vec![ExceptionType::FalsePositive], floor: Action::Pass, max_lifetime_hours: 100 * 24, ..sample::limit() };
    policy.exceptions.limits = vec![vec![sample::limit(), typed], vec![Limit { floor: Action::Pass, ..sample::limit() }]];
    policy
}

pub(in crate::decide) fn run(evidence: &Evidence, records: Vec<Exception>) -> (Judged, Excepted, Exceptions) {
    let stage = Some(Fact { value: "release".to_owned(), source: "flag".into() });
    let subject = Subject { stage, ..Subject::default() };
    let (policy, run) = (policy(), crate::decide::sample::run(&subject));
    let exceptions = Exceptions { files: Vec::new(), records };
    let matched = matched(evidence, &policy, &exceptions, &run);
    let mut judged = judge(evidence, &policy, &run, &matched);
    let excepted = except(evidence, &policy, &exceptions, &run, &matched, &mut judged);
    (judged, excepted, exceptions)
}

/// The action, the records that hold, and those that nearly do with the reason.
type Shown = (Action, Vec<String>, Vec<(String, String)>);

/// What is decided and noted of each finding, the records by their ids.
fn shown(judged: &Judged, excepted: &Excepted, exceptions: &Exceptions) -> Vec<Shown> {
    let id = |place: u32| exceptions.records.get(place as usize).map(|record| record.id.clone()).unwrap_or_default();
    let one = |decision: &Decision| {
        let noted = decision.noted.and_then(|place| excepted.noted.get(place as usize)).cloned().unwrap_or_default();
        let mut missed: Vec<_> = noted.missed.into_iter().map(|miss| (id(miss.exception), miss.why)).collect();
        missed.sort();
        (decision.action, noted.applied.into_iter().map(id).collect(), missed)
    };
    judged.decisions.iter().map(one).collect()
}

fn strictest(judged: &Judged) -> Option<Action> {
    judged.decisions.iter().map(|decision| decision.action).max()
}

proptest! {
    #[test]
    fn the_index_finds_what_trying_each_record_finds(rows in rows(), records in records(), times in 1_usize..4) {
        let evidence = sample::evidence(&rows);
        // More than a few under a key are filed by their paths.
        let records: Vec<Exception> = records.iter().cycle().take(records.len() * times).cloned().collect();
        let exceptions = Exceptions { files: Vec::new(), records };
        let mut index = Index::of(&exceptions, &evidence);
        for finding in evidence.findings.iter() {
            let tried = (0..).zip(&exceptions.records).filter_map(|(place, record)| Some((place, meets(&evidence, finding, record)?)));
            prop_assert_eq!(index.matching(finding), tried.collect::<Vec<_>>());
        }
    }

    #[test]
    fn removing_an_exception_never_lowers_the_strictest_action(rows in rows(), records in records(), which in any::<prop::sample::Index>()) {
        prop_assume!(!records.is_empty());
        let evidence = sample::evidence(&rows);
        let mut fewer = records.clone();
        fewer.remove(which.index(records.len()));
        let (with, ..) = run(&evidence, records);
        let (without, ..) = run(&evidence, fewer);
        prop_assert!(strictest(&without) >= strictest(&with));
        prop_assert!(with.decisions.iter().all(|decision| decision.action <= decision.without_exceptions));
    }

    #[test]
    fn an_exception_changes_no_finding_that_it_does_not_match(rows in rows(), records in records(), which in any::<prop::sample::Index>()) {
        prop_assume!(!records.is_empty());
        let evidence = sample::evidence(&rows);
        let mut fewer = records.clone();
        let removed = fewer.remove(which.index(records.len()));
        let (judged, ..) = run(&evidence, records);
        let (others, ..) = run(&evidence, fewer);
        for (finding, (decision, other)) in evidence.findings.iter().zip(judged.decisions.iter().zip(others.decisions.iter())) {
            if meets(&evidence, finding, &removed) != Some(Met::Whole) {
                prop_assert_eq!(decision.action, other.action);
            }
        }
    }

    #[test]
    fn the_order_of_records_changes_nothing(rows in rows(), records in records(), turn in any::<prop::sample::Index>()) {
        let evidence = sample::evidence(&rows);
        let mut turned = records.clone();
        turned.reverse();
        if !turned.is_empty() {
            let by = turn.index(turned.len());
            turned.rotate_left(by);
        }
        let (one, excepted, exceptions) = run(&evidence, records);
        let (other, excepted_other, exceptions_other) = run(&evidence, turned);
        prop_assert_eq!(shown(&one, &excepted, &exceptions), shown(&other, &excepted_other, &exceptions_other));
    }
}

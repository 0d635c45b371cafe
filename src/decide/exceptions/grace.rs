//! Which due dates exceptions put off: while a record is valid and matches a finding, whatever the rules then say of it, the finding
//! need not be gone before the record's last day.
//!
//! A finding of several vulnerabilities is put off only as far as each of them is, and a record puts off no more findings than it may
//! cover: the gravest ones.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use hashbrown::HashMap;

use super::admission::Bar;
use super::cover;
use super::index::Met;
use crate::decide::due::Grace;
use crate::decide::matching::Judge;
use crate::decide::{Run, order};
use crate::model::exception::{Exception, Exceptions};
use crate::model::finding::{Evidence, Finding, State};
use crate::model::policy::{Action, Policy};
use crate::model::severity::Severity;

/// The due dates that are put off, by the place of the finding.
pub(super) fn graces(
    evidence: &Evidence,
    policy: &Policy,
    exceptions: &Exceptions,
    run: &Run,
    bar: &Bar<'_>,
    met: &BTreeMap<u32, Vec<(u32, Met)>>,
) -> HashMap<u32, Grace> {
    let mut judge = Judge::new(evidence, policy, run);
    // Of each finding its severity and the records that are valid for it.
    let mut valid: BTreeMap<u32, (Severity, Vec<u32>)> = BTreeMap::new();
    for (&place, met) in met {
        let Some(finding) = evidence.findings.get(place as usize).filter(|finding| finding.state == State::Open) else { continue };
        let severity = judge.severity_of(place, finding);
        let whole = met.iter().filter(|(_, met)| *met == Met::Whole).map(|(record, _)| *record);
        let is_valid = |number: &u32| {
            let record = exceptions.records.get(*number as usize);
            record.is_some_and(|record| bar.is_valid(*number, record, evidence, finding, severity))
        };
        let records: Vec<u32> = whole.filter(is_valid).collect();
        if !records.is_empty() {
            valid.insert(place, (severity, records));
        }
    }
    let mut left: Vec<u32> = exceptions.records.iter().map(|record| record.max_findings).collect();
    let mut graces = HashMap::new();
    for place in
        order::sorted_by(evidence, valid.keys().copied(), |place| valid.get(&place).map(|(severity, _)| (Action::Block, *severity)))
    {
        let (Some(finding), Some((_, records))) = (evidence.findings.get(place as usize), valid.get(&place)) else { continue };
        let mut within = Vec::new();
        for &number in records {
            if let Some(left) = left.get_mut(number as usize).filter(|left| **left > 0) {
                *left -= 1;
                within.push(number);
            }
        }
        if let Some(grace) = grace(evidence, exceptions, finding, &within) {
            graces.insert(place, grace);
        }
    }
    graces
}

/// How far some records put a finding off.
fn grace(evidence: &Evidence, exceptions: &Exceptions, finding: &Finding, records: &[u32]) -> Option<Grace> {
    let told = || records.iter().filter_map(|&number| Some((number, exceptions.records.get(number as usize)?)));
    // The latest, and of several that end then the first by its id.
    let latest = |about: &dyn Fn(&Exception) -> bool| {
        let about = told().filter(|(_, record)| about(record));
        let latest = about.min_by_key(|(_, record)| (Reverse(record.expires), &record.id));
        latest.map(|(exception, record)| Grace { exception, until: record.expires })
    };
    match cover::cves(evidence, finding) {
        cves if cves.len() < 2 => latest(&|_| true),
        cves => {
            let each: Option<Vec<Grace>> = cves.iter().map(|cve| latest(&|record| cover::names(record, cve))).collect();
            each?.into_iter().min_by_key(|grace| grace.until)
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;

    use super::super::matched;
    use super::super::sample::{self, Row, day, limit, of_vulnerability, person, record};
    use super::*;
    use crate::model::due::{Clock, Days, Due};
    use crate::model::exception::{Accountable, ExceptionType, Scope, Status, Until, Versions};
    use crate::model::policy::Limit;
    use crate::model::policy::sample::place;
    use crate::model::report::Subject;

    /// A policy that gives every finding one day.
    fn policy() -> Policy {
        let own = Days { clock: Clock::FirstSeen, kev_hours: None, hours: [Some(24); 5] };
        Policy { due: Some(Due { place: place(1), own, presets: Vec::new() }), ..sample::policy() }
    }

    /// Until when the findings are put off, each by its place, the record and the day.
    fn put_off(evidence: &Evidence, policy: &Policy, records: Vec<Option<Exception>>) -> Vec<(u32, String, Date)> {
        let exceptions = Exceptions { files: Vec::new(), records: records.into_iter().flatten().collect() };
        let subject = Subject::default();
        let graces = matched(evidence, policy, &exceptions, &crate::decide::sample::run(&subject)).graces;
        let id = |grace: &Grace| exceptions.records.get(grace.exception as usize).map(|record| record.id.clone()).unwrap_or_default();
        let mut all: Vec<_> = graces.iter().map(|(place, grace)| (*place, id(grace), grace.until)).collect();
        all.sort();
        all
    }

    /// The same for one critical finding of the record's check.
    fn one(policy: &Policy, records: Vec<Option<Exception>>) -> Option<(String, Date)> {
        put_off(&sample::evidence(&[Row::code("sqli", "src/a.py")]), policy, records).into_iter().next().map(|(_, id, until)| (id, until))
    }

    fn changed(id: &str, change: impl FnOnce(&mut Exception)) -> Option<Exception> {
        let mut record = record(id)?;
        change(&mut record);
        Some(record)
    }

    #[test]
    fn a_valid_record_puts_the_day_off_to_its_last() {
        assert_eq!(one(&policy(), vec![record("EXC-1")]), Some(("EXC-1".to_owned(), day("2026-08-09"))));
        assert_eq!(one(&sample::policy(), vec![record("EXC-1")]), None, "no day is asked for");
    }

    #[test]
    fn a_record_that_does_not_hold_puts_nothing_off() {
        let with = |change: &dyn Fn(&mut Exception)| one(&policy(), vec![changed("EXC-1", change)]);
        assert_eq!(with(&|record| record.status = Status::Proposed), None);
        assert_eq!(with(&|record| record.status = Status::Revoked), None);
        assert_eq!(with(&|record| record.expires = day("2026-07-31")), None);
        assert_eq!(with(&|record| record.scope = Scope { stages: vec!["dev".to_owned()], ..Scope::default() }), None);
        assert_eq!(with(&|record| record.expires = day("2026-09-30")), None, "longer than the limits let it hold");
        let commander = person("ivan").map(|email| Accountable { email, role: "commander".to_owned() });
        assert_eq!(with(&|record| record.accountable.clone_from(&commander)), None, "a role that may not approve it");
        assert_eq!(with(&|record| record.matches.rule_id = Some("xss".to_owned())), None);
        let mut medium = policy();
        medium.exceptions.limits = vec![vec![Limit { severities: vec![Severity::Medium], ..limit() }]];
        assert_eq!(one(&medium, vec![record("EXC-1")]), None, "the limits are asked for the severity of the finding");
        let emergency = |record: &mut Exception| {
            (record.kind, record.approved, record.expires) = (ExceptionType::Emergency, Some(day("2026-07-30")), day("2026-08-02"));
            record.accountable.clone_from(&commander);
        };
        assert_eq!(with(&emergency), None, "an emergency covers high findings at most");
    }

    #[test]
    fn a_finding_that_a_record_nearly_matches_is_not_put_off() {
        let evidence = |known| sample::evidence(&[Row { known, ..Row::component(&["CVE-1"], "1") }]);
        let with = |known, change: &dyn Fn(&mut Exception)| {
            let mut one = of_vulnerability("EXC-1", "CVE-1");
            one.iter_mut().for_each(change);
            put_off(&evidence(known), &policy(), vec![one]).len()
        };
        assert_eq!(with(None, &|_| {}), 1);
        assert_eq!(with(None, &|record| record.matches.versions = Versions::These(vec!["2".to_owned()])), 0);
        assert_eq!(with(Some(true), &|record| record.until = vec![Until::Kev]), 0);
        let mut passed = evidence(None);
        passed.findings.get_mut(0).into_iter().for_each(|finding| finding.state = State::Pass);
        assert_eq!(put_off(&passed, &policy(), vec![of_vulnerability("EXC-1", "CVE-1")]), [], "there is nothing to put off");
    }

    #[test]
    fn of_several_records_the_last_day_counts_then_the_first_id() {
        let until = |id: &str, path: &str, expires: &str| {
            changed(id, |record| (record.expires, record.matches.paths) = (day(expires), sample::globs(&["src/a.py", path])))
        };
        let (a, b, c) = (until("A", "a", "2026-08-05"), until("B", "b", "2026-08-07"), until("C", "c", "2026-08-07"));
        assert_eq!(one(&policy(), vec![c, b, a]), Some(("B".to_owned(), day("2026-08-07"))));
    }

    #[test]
    fn a_finding_of_several_vulnerabilities_is_put_off_as_far_as_each_of_them() {
        let of = |id: &str, vulnerability: &str, expires: &str| {
            of_vulnerability(id, vulnerability).map(|record| Exception { expires: day(expires), ..record })
        };
        let both = sample::evidence(&[Row::component(&["CVE-1", "CVE-2", "GHSA-1"], "1")]);
        let told = |records| put_off(&both, &policy(), records).into_iter().map(|(_, id, until)| (id, until)).collect::<Vec<_>>();
        assert_eq!(told(vec![of("A", "CVE-1", "2026-08-09")]), []);
        assert_eq!(told(vec![of("A", "GHSA-1", "2026-08-09")]), []);
        let two = vec![of("A", "CVE-1", "2026-08-09"), of("B", "CVE-2", "2026-08-05")];
        assert_eq!(told(two), [("B".to_owned(), day("2026-08-05"))]);
    }

    #[test]
    fn a_record_puts_off_no_more_findings_than_it_may_cover_and_the_gravest_ones() {
        let row = |severity| Row { severity, ..Row::code("sqli", "src/a.py") };
        let evidence = sample::evidence(&[row(Severity::Low), row(Severity::High), row(Severity::Critical)]);
        let most = |most| put_off(&evidence, &policy(), vec![changed("EXC-1", |record| record.max_findings = most)]);
        let places = |most_findings| most(most_findings).into_iter().map(|(place, ..)| place).collect::<Vec<_>>();
        assert_eq!((places(0), places(1), places(2), places(3)), (vec![], vec![2], vec![1, 2], vec![0, 1, 2]));
    }
}

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

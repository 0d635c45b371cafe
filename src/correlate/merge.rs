//! Merging by key.
//!
//! Findings whose strongest key, place and message agree become one with all their sightings. A tool's own key that stands at
//! several places of one scan proves nothing (placeholders, hashes of a constant): there the next weaker key counts. What then
//! still shares a key and is not the same, such as two messages at one line, is told apart by its order: messages are sorted, so
//! neither the order of the inputs nor that of the results matters.

use std::num::NonZero;

use hashbrown::{HashMap, HashTable};

use crate::base::pages::Pages;
use crate::model::finding::{Evidence, Finding, Sighting, State};
use crate::model::identity::{Fingerprint, Keys, Scheme};

/// Merges the findings of the evidence; the number of sightings that joined another one's finding.
pub fn merge(evidence: &mut Evidence) -> u64 {
    let mut waiting: Vec<u32> = (0..u32::try_from(evidence.findings.len()).unwrap_or(u32::MAX)).collect();
    let mut index = Index::default();
    let mut gone = Vec::new();
    while !waiting.is_empty() {
        let groups = index.group(evidence, &waiting);
        waiting.clear();
        for group in groups {
            waiting.extend(settle(evidence, &mut index, group, &mut gone));
        }
    }
    if gone.is_empty() {
        return 0;
    }
    gone.sort_unstable();
    let findings = std::mem::take(&mut evidence.findings);
    let mut dropped = gone.iter().copied().peekable();
    let mut kept = Pages::default();
    for (number, finding) in (0_u32..).zip(findings) {
        if dropped.next_if_eq(&number).is_none() {
            kept.push(finding);
        }
    }
    evidence.findings = kept;
    gone.len() as u64
}

/// The first finding of each key.
#[derive(Default)]
struct Index(HashTable<u32>);

impl Index {
    /// Enters findings; the groups of those that share a key, with the one that was there before.
    fn group(&mut self, evidence: &Evidence, numbers: &[u32]) -> Vec<Vec<u32>> {
        let mut groups: HashMap<u32, Vec<u32>> = HashMap::new();
        let mut firsts = Vec::new();
        let key = |number: u32| evidence.findings.get(number as usize).and_then(|finding| strongest(evidence, finding));
        self.0.reserve(numbers.len(), |&other| hash(key(other)));
        for &number in numbers {
            let own = key(number);
            let own_hash = hash(own);
            if let Some(&first) = self.0.find(own_hash, |&other| key(other) == own) {
                groups
                    .entry(first)
                    .or_insert_with(|| {
                        firsts.push(first);
                        vec![first]
                    })
                    .push(number);
            } else {
                self.0.insert_unique(own_hash, number, |&other| hash(key(other)));
            }
        }
        firsts.iter().filter_map(|first| groups.remove(first)).collect()
    }

    fn forget(&mut self, evidence: &Evidence, number: u32) {
        let key = evidence.findings.get(number as usize).and_then(|finding| strongest(evidence, finding));
        if let Ok(entry) = self.0.find_entry(hash(key), |&other| other == number) {
            entry.remove();
        }
    }
}

/// A fingerprint is a digest: any part of it is as good as a hash of it.
fn hash(key: Option<Fingerprint>) -> u64 {
    key.and_then(|key| key.digest.first_chunk().copied()).map_or(0, u64::from_le_bytes)
}

/// Settles a group that shares a key: the numbers of findings that got a weaker key and have to be grouped again.
fn settle(evidence: &mut Evidence, index: &mut Index, group: Vec<u32>, gone: &mut Vec<u32>) -> Vec<u32> {
    let finding = |evidence: &Evidence, number: u32| evidence.findings.get(number as usize).copied();
    let scheme = group.first().and_then(|&first| strongest(evidence, &finding(evidence, first)?)).map(|key| key.scheme);
    let place = |number| finding(evidence, number).and_then(|f| evidence.location(&f)).map(|at| (at.path, at.start_line));
    let one_place = group.iter().skip(1).all(|&number| Some(place(number)) == group.first().map(|&first| place(first)));
    if !one_place && scheme != Some(Scheme::Loc) {
        for &number in &group {
            index.forget(evidence, number);
            weaken(evidence, number);
        }
        return group;
    }
    let mut group = group;
    // What is unrated counts as what the policy says, which is not known here: it stays apart from what is rated.
    let nature = |evidence: &Evidence, number| finding(evidence, number).map(|f| (f.message, f.severity.is_none()));
    group.sort_by_cached_key(|&number| {
        let (message, unrated) = nature(evidence, number).unwrap_or_default();
        (message.map(|text| evidence.text(text).as_data().to_owned()), unrated, number)
    });
    let mut rest = group.as_slice();
    let mut ordinal = 0;
    while let Some(&first) = rest.first() {
        let same = rest.iter().take_while(|&&number| nature(evidence, number) == nature(evidence, first)).count();
        let (run, others) = rest.split_at(same);
        renumber(evidence, first, ordinal);
        join(evidence, run);
        gone.extend(run.iter().skip(1));
        (rest, ordinal) = (others, ordinal + 1);
    }
    Vec::new()
}

fn strongest(evidence: &Evidence, finding: &Finding) -> Option<Fingerprint> {
    evidence.fingerprints.get(finding.fingerprints).first().copied()
}

/// Drops the strongest key; a finding that has no other gets the one of its place.
fn weaken(evidence: &mut Evidence, number: u32) {
    let Some(finding) = evidence.findings.get(number as usize).copied() else { return };
    let mut keys: Vec<Fingerprint> = evidence.fingerprints.get(finding.fingerprints).iter().skip(1).copied().collect();
    if keys.is_empty() {
        let text = |text: Option<_>| text.map_or("", |text| evidence.text(text).as_data());
        let rule = evidence.rule(&finding);
        let at = evidence.location(&finding).unwrap_or_default();
        let (tool, rule_id) = (text(rule.map(|rule| rule.tool)), text(rule.and_then(|rule| rule.rule_id)));
        keys.push(Keys::of(tool, rule_id).by_location(text(at.path), at.start_line.map_or(0, NonZero::get)));
    }
    set_keys(evidence, number, keys);
}

/// Tells a finding apart from others with its key.
fn renumber(evidence: &mut Evidence, number: u32, ordinal: u32) {
    if ordinal == 0 {
        return;
    }
    let Some(finding) = evidence.findings.get(number as usize).copied() else { return };
    let keys = evidence.fingerprints.get(finding.fingerprints).iter().map(|key| key.nth(ordinal)).collect();
    set_keys(evidence, number, keys);
}

fn set_keys(evidence: &mut Evidence, number: u32, keys: Vec<Fingerprint>) {
    let first = keys.first().copied();
    let span = evidence.fingerprints.add(keys);
    if let Some((finding, key)) = evidence.findings.get_mut(number as usize).zip(first) {
        (finding.fingerprints, finding.id) = (span, key.into());
    }
}

/// Makes the first of some findings the one of all their sightings. What is graver counts: the severity, that it is open, that it
/// is not suppressed.
fn join(evidence: &mut Evidence, numbers: &[u32]) {
    let findings: Vec<Finding> = numbers.iter().filter_map(|&number| evidence.findings.get(number as usize)).copied().collect();
    let (Some(&first), [kept, _, ..]) = (numbers.first(), findings.as_slice()) else { return };
    let sightings: Vec<Sighting> = findings.iter().flat_map(|finding| evidence.sightings.get(finding.sightings)).copied().collect();
    let gravity = |finding: &&Finding| (finding.state == State::Open, finding.severity);
    let gravest = findings.iter().rev().max_by_key(gravity).unwrap_or(kept);
    let suppressed = findings.iter().map(|finding| finding.suppressed).min().unwrap_or(kept.suppressed);
    let joined =
        Finding { sightings: evidence.sightings.add(sightings), suppressed, fingerprints: kept.fingerprints, id: kept.id, ..*gravest };
    if let Some(finding) = evidence.findings.get_mut(first as usize) {
        *finding = joined;
    }
}

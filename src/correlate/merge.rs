//! Merging by key.
//!
//! 1. **Each finding settles on a key**: the strongest one that proves something. A key (`tool/1`, `line/1`) that stands at several
//!    places, among all findings of the run that go by it, proves nothing (placeholders, hashes of a constant): they all fall back
//!    to their next key, and in the end to that of their place, which always counts. What falls back may meet others there, so this
//!    is repeated until nothing changes: keys only get weaker, so the third round is the last.
//! 2. **Findings that share a key, the message and whether they are rated are one**, with all their sightings ([`join`]). What is
//!    unrated counts as what the policy says, which is not known here: it stays apart.
//! 3. **What still shares a key** is told apart by its ordinal among the messages, sorted: the first keeps the key, the others get
//!    the n-th of it.
//!
//! Places, messages and keys say nothing about where a result was read: neither the order of the inputs nor that of the results
//! matters, and a report given twice leads to the same findings as once.
//!
//! Findings are grouped by sorting: eight bytes each, the beginning of the key and the finding's number. Nothing else is stored or
//! rewritten where no key repeats.

use std::cmp::Ordering;
use std::mem;
use std::num::{NonZero, NonZeroU32};

use crate::base::pages::Pages;
use crate::base::text::{Text, Untrusted};
use crate::correlate::components;
use crate::correlate::join::{join, set_keys};
use crate::model::finding::{Evidence, Finding};
use crate::model::identity::{Fingerprint, Keys, Scheme};

/// Merges the findings of the evidence; how many of them joined another one. The others keep their order.
pub fn merge(evidence: &mut Evidence) -> u64 {
    let mut entries = settle(evidence);
    let mut gone = Vec::new();
    let mut rest = entries.as_mut_slice();
    while let Some((group, others)) = split_run(rest, |a, b| by_key(evidence, a, b).is_eq()) {
        if group.len() > 1 {
            tell_apart(evidence, group, &mut gone);
        }
        rest = others;
    }
    drop(entries);
    components::join_all(evidence, &mut gone);
    remove(evidence, gone)
}

/// A finding in the order of keys: the first four bytes of its key, which is a digest, so that two keys hardly ever begin alike;
/// then its place in the evidence.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry(u64);

impl Entry {
    fn of(key: Option<Fingerprint>, number: u32) -> Self {
        let prefix = key.and_then(|key| key.digest.first_chunk().copied()).map_or(0, u32::from_be_bytes);
        Self(u64::from(prefix) << 32 | u64::from(number))
    }

    fn prefix(self) -> u64 {
        self.0 >> 32
    }

    fn number(self) -> u32 {
        // What is masked fits.
        u32::try_from(self.0 & u64::from(u32::MAX)).unwrap_or(u32::MAX)
    }

    fn finding(self, evidence: &Evidence) -> Option<&Finding> {
        evidence.findings.get(self.number() as usize)
    }
}

/// Gives each finding the strongest key that stands at one place; the findings sorted by it.
fn settle(evidence: &mut Evidence) -> Vec<Entry> {
    let keyless = |(number, finding): (u32, &Finding)| finding.fingerprints.is_empty().then_some(number);
    let mut weak: Vec<u32> = (0..).zip(evidence.findings.iter()).filter_map(keyless).collect();
    loop {
        for number in weak {
            weaken(evidence, number);
        }
        let entries = sorted(evidence);
        let groups = entries.chunk_by(|&a, &b| by_key(evidence, a, b).is_eq()).filter(|group| proves_nothing(evidence, group));
        weak = groups.flatten().map(|entry| entry.number()).collect();
        if weak.is_empty() {
            return entries;
        }
    }
}

fn sorted(evidence: &Evidence) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(evidence.findings.len());
    // Components have an identity of their own.
    let code = (0..).zip(evidence.findings.iter()).filter(|(_, finding)| !components::is_component(evidence, finding));
    entries.extend(code.map(|(number, finding)| Entry::of(strongest(evidence, finding), number)));
    entries.sort_unstable();
    // Only what begins alike is worth a look at the whole key.
    for alike in entries.chunk_by_mut(|a, b| a.prefix() == b.prefix()).filter(|alike| alike.len() > 1) {
        alike.sort_by(|&a, &b| by_key(evidence, a, b));
    }
    entries
}

/// The order of keys.
fn by_key(evidence: &Evidence, a: Entry, b: Entry) -> Ordering {
    let key = |entry: Entry| strongest(evidence, entry.finding(evidence)?);
    a.prefix().cmp(&b.prefix()).then_with(|| key(a).cmp(&key(b)))
}

fn strongest(evidence: &Evidence, finding: &Finding) -> Option<Fingerprint> {
    evidence.fingerprints.get(finding.fingerprints).first().copied()
}

/// Whether these findings stand at several places, and their key is one that proves nothing then.
fn proves_nothing(evidence: &Evidence, group: &[Entry]) -> bool {
    let [first, others @ ..] = group else { return false };
    let at = |entry: &Entry| entry.finding(evidence).map(|finding| place(evidence, finding));
    let scheme = || first.finding(evidence).and_then(|first| strongest(evidence, first)).map(|key| key.scheme);
    // A key that is made of the place, or that may stand at several as it is, and has an ordinal then.
    let is_enough =
        || matches!(scheme(), None | Some(Scheme::Loc | Scheme::Text | Scheme::Ctx | Scheme::Secret | Scheme::Iac | Scheme::Sca));
    !others.is_empty() && !is_enough() && others.iter().any(|other| at(other) != at(first))
}

fn place(evidence: &Evidence, finding: &Finding) -> (Option<Text>, Option<NonZeroU32>) {
    let at = evidence.location(finding).unwrap_or_default();
    (at.path, at.start_line)
}

/// Drops the strongest key; a finding that has no other gets the one of its place.
fn weaken(evidence: &mut Evidence, number: u32) {
    let Some(finding) = evidence.findings.get(number as usize).copied() else { return };
    let mut keys: Vec<Fingerprint> = evidence.fingerprints.get(finding.fingerprints).iter().skip(1).copied().collect();
    if keys.first().is_none_or(|key| key.scheme == Scheme::Text) {
        let text = |text: Option<Text>| text.map_or("", |text| evidence.text(text).as_data());
        let rule = evidence.rule(&finding);
        let (path, line) = place(evidence, &finding);
        let mut of_rule = Keys::of(text(rule.map(|rule| rule.tool)), text(rule.and_then(|rule| rule.rule_id)));
        keys.insert(0, of_rule.by_location(text(path), line.map_or(0, NonZero::get)));
    }
    set_keys(evidence, number, keys);
}

/// Makes one finding of those in the group that are the same, and gives each a key of its own; adds to `gone` what joined another.
fn tell_apart(evidence: &mut Evidence, group: &mut [Entry], gone: &mut Vec<u32>) {
    let by_nature = |evidence: &Evidence, a: Entry, b: Entry| nature(evidence, a).cmp(&nature(evidence, b));
    group.sort_unstable_by(|&a, &b| by_nature(evidence, a, b).then(a.cmp(&b)));
    let mut rest = group;
    let mut ordinal = 0;
    while let Some((same, others)) = split_run(rest, |a, b| by_nature(evidence, a, b).is_eq()) {
        let mut numbers = same.iter().map(|entry| entry.number());
        if let Some(first) = numbers.next() {
            let before = gone.len();
            gone.extend(numbers);
            join(evidence, first, gone.get(before..).unwrap_or_default(), ordinal);
        }
        (rest, ordinal) = (others, ordinal + 1);
    }
}

/// The line, the message, and whether the finding is unrated: what tells apart the findings of a key.
type Nature<'e> = (Option<NonZeroU32>, Option<Untrusted<'e>>, bool);

fn nature(evidence: &Evidence, entry: Entry) -> Option<Nature<'_>> {
    let finding = entry.finding(evidence)?;
    let (_, line) = place(evidence, finding);
    Some((line, finding.message.map(|message| evidence.text(message)), finding.severity.is_none()))
}

/// The entries at the beginning that are the same as the first one, and the others.
fn split_run(entries: &mut [Entry], same: impl Fn(Entry, Entry) -> bool) -> Option<(&mut [Entry], &mut [Entry])> {
    let first = *entries.first()?;
    let others = entries.iter().skip(1).take_while(|&&other| same(first, other)).count();
    Some(entries.split_at_mut(1 + others))
}

/// Takes findings out of the evidence; how many there were.
fn remove(evidence: &mut Evidence, mut gone: Vec<u32>) -> u64 {
    if gone.is_empty() {
        return 0;
    }
    gone.sort_unstable();
    let mut next = gone.iter().copied().peekable();
    let mut kept = Pages::default();
    for (number, finding) in (0_u32..).zip(mem::take(&mut evidence.findings)) {
        if next.next_if_eq(&number).is_none() {
            kept.push(finding);
        }
    }
    evidence.findings = kept;
    gone.len() as u64
}

#[cfg(test)]
mod tests;

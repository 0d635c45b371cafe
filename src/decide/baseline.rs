//! What the baseline came to: how many of what.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::base::date::date_of;
use crate::base::text::Text;
use crate::model::baseline::{Baseline, BaselineCounts, Entry, EntryId, Proof, Recalled, Standing};
use crate::model::decisions::Decisions;
use crate::model::due::Clock;
use crate::model::finding::{Evidence, State};
use crate::model::policy::{Newness, Place};

/// Counts findings that are new and known, and entries that are gone.
#[must_use]
pub fn baseline_counts(evidence: &Evidence, decisions: &Decisions, gone: &BTreeSet<usize>) -> BaselineCounts {
    let mut counts = BaselineCounts::default();
    let judged = evidence.findings.iter().zip(decisions.iter()).filter(|(finding, _)| finding.state == State::Open);
    for (finding, decision) in judged {
        match evidence.newness(finding) {
            Newness::Existing => counts.existing += 1,
            Newness::New | Newness::Unknown => counts.new += 1,
        }
        counts.moved += u64::from(evidence.entry(finding).and_then(|entry| entry.recalled).is_some_and(|recalled| recalled.moved));
        counts.lowered += u64::from(decision.without_exceptions < decision.if_new);
    }
    let entries = evidence.baseline.iter().flat_map(|baseline| &baseline.entries).enumerate();
    for (place, entry) in entries.filter(|(_, entry)| entry.recalled.is_none()) {
        match entry.standing {
            _ if !gone.contains(&place) => counts.not_scanned += 1,
            Standing::Adopted => counts.gone += 1,
            Standing::Seen => counts.gone_seen += 1,
        }
    }
    counts
}

/// The tools all of whose scans in the run are complete.
fn scanned(evidence: &Evidence) -> BTreeSet<&str> {
    let name = |tool: Text| evidence.text(tool).as_data();
    let broken: BTreeSet<&str> = evidence.scans.iter().filter(|scan| !scan.complete()).map(|scan| name(scan.tool)).collect();
    evidence.scans.iter().map(|scan| name(scan.tool)).filter(|tool| !broken.contains(tool)).collect()
}

/// The entries that a complete scan of their tool does not find any more, by their places.
#[must_use]
pub fn gone(evidence: &Evidence) -> BTreeSet<usize> {
    let scanned = scanned(evidence);
    let is_gone = |entry: &Entry| entry.recalled.is_none() && scanned.contains(evidence.text(entry.tool).as_data());
    let entries = evidence.baseline.iter().flat_map(|baseline| &baseline.entries);
    entries.enumerate().filter(|(_, entry)| is_gone(entry)).map(|(place, _)| place).collect()
}

/// Takes the findings that are called so as adopted on a day, for a test of a policy; the names that none has.
pub fn adopt<'n>(evidence: &mut Evidence, names: &'n [(String, Place)], created: Timestamp) -> Vec<&'n (String, Place)> {
    let mut missing: Vec<&(String, Place)> = names.iter().collect();
    let mut baseline = Baseline { created, ..Baseline::default() };
    for place in 0..evidence.findings.len() {
        let Some(finding) = evidence.findings.get(place).filter(|finding| finding.state == State::Open) else { continue };
        let is_meant = |name: &&(String, Place)| evidence.is_called(finding, &name.0);
        let Some(rule) = evidence.rule(finding).filter(|_| names.iter().any(|name| is_meant(&name))) else { continue };
        missing.retain(|name| !is_meant(name));
        baseline.entries.push(Entry {
            standing: Standing::Adopted,
            id: finding.id,
            keys: baseline.keys.add(evidence.fingerprints.get(finding.fingerprints).iter().copied()),
            tool: rule.tool,
            rule_id: None,
            path: None,
            start_line: None,
            vulnerability: None,
            package: None,
            first_seen: evidence.date(finding, Clock::FirstSeen).unwrap_or_else(|| date_of(created)),
            recalled: Some(Recalled { by: Proof::Nearby, moved: false }),
        });
        let entry = EntryId::at(baseline.entries.len() - 1);
        evidence.findings.get_mut(place).into_iter().for_each(|finding| finding.entry = Some(entry));
    }
    evidence.baseline = Some(baseline).filter(|_| !names.is_empty());
    missing
}

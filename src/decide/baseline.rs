//! What the baseline came to: how many of what.

use std::collections::BTreeSet;

use crate::base::text::Text;
use crate::model::baseline::{BaselineCounts, Entry, Standing};
use crate::model::decision::Decision;
use crate::model::finding::{Evidence, State};
use crate::model::policy::Newness;

/// Counts findings that are new and known, and entries that are gone.
#[must_use]
pub fn baseline_counts(evidence: &Evidence, decisions: &[Decision]) -> BaselineCounts {
    let mut counts = BaselineCounts::default();
    let judged = evidence.findings.iter().zip(decisions).filter(|(finding, _)| finding.state == State::Open);
    for (finding, decision) in judged {
        match evidence.newness(finding) {
            Newness::Existing => counts.existing += 1,
            Newness::New | Newness::Unknown => counts.new += 1,
        }
        counts.moved += u64::from(evidence.entry(finding).and_then(|entry| entry.recalled).is_some_and(|recalled| recalled.moved));
        counts.lowered += u64::from(decision.without_exceptions < decision.if_new);
    }
    let scanned = scanned(evidence);
    for entry in evidence.baseline.iter().flat_map(|baseline| &baseline.entries).filter(|entry| entry.recalled.is_none()) {
        match entry.standing {
            _ if !scanned.contains(evidence.text(entry.tool).as_data()) => counts.not_scanned += 1,
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

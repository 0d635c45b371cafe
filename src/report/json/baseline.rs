//! The baseline of a run as JSON: what it is, who answers for it, and what it came to; and the entry of a finding.

use serde::Serialize;

use super::value::Shown;
use crate::model::baseline::{Adoption, Baseline, BaselineCounts, Entry, Standing};

#[derive(Serialize)]
pub(super) struct BaselineView<'a, S> {
    path: &'a str,
    sha256: Option<&'a str>,
    created: S,
    accountable: Option<&'a str>,
    approved: Option<String>,
    reason: Option<&'a str>,
    adopted: u64,
    seen: u64,
    new: u64,
    existing: u64,
    moved: u64,
    gone: u64,
    gone_seen: u64,
    not_scanned: u64,
    lowered: u64,
}

impl<'a> BaselineView<'a, ()> {
    pub(super) fn of(baseline: &'a Baseline, counts: &BaselineCounts) -> impl Serialize + use<'a> {
        let adoption = baseline.adoption.as_ref();
        let BaselineCounts { new, existing, moved, gone, gone_seen, not_scanned, lowered } = *counts;
        BaselineView {
            path: &baseline.path,
            sha256: baseline.sha256.as_deref(),
            created: Shown(baseline.created),
            accountable: adoption.map(|adoption| adoption.accountable.as_str()),
            approved: adoption.map(|Adoption { approved, .. }| approved.to_string()),
            reason: adoption.map(|adoption| adoption.reason.as_str()),
            adopted: baseline.of(Standing::Adopted).count() as u64,
            seen: baseline.of(Standing::Seen).count() as u64,
            new,
            existing,
            moved,
            gone,
            gone_seen,
            not_scanned,
            lowered,
        }
    }
}

/// What a finding was known by.
#[derive(Serialize)]
pub(super) struct EntryView {
    standing: &'static str,
    by: Option<&'static str>,
    moved: Option<bool>,
}

impl EntryView {
    pub(super) fn of(entry: &Entry) -> Self {
        Self {
            standing: entry.standing.word(),
            by: entry.recalled.map(|recalled| recalled.by.word()),
            moved: entry.recalled.map(|recalled| recalled.moved),
        }
    }
}

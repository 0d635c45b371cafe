//! The summary of a report, held against its list.

use crate::base::json::{Reader, Result, ValueKind};
use crate::ingest::health::Reasons;
use crate::ingest::{Item, Sink};
use crate::model::severity::Kind;

/// The counts of a report by severity, and what they must equal.
#[derive(Default)]
pub(super) struct Counts {
    told: [Option<u64>; 5],
    listed: [u64; 5],
}

/// The members of a summary, and what they count. `noneCount` is of packages.
const LEVELS: [(&str, &str); 5] =
    [("criticalCount", "CRITICAL"), ("highCount", "HIGH"), ("mediumCount", "MEDIUM"), ("lowCount", "LOW"), ("unknownCount", "UNKNOWN")];

impl Counts {
    pub(super) fn read(&mut self, r: &mut Reader<'_>, reasons: &mut Reasons, at: &str) -> Result<()> {
        if !reasons.expect(r, ValueKind::Object, || at.to_owned())? {
            return Ok(());
        }
        r.entries(|r, key| {
            match self.told.iter_mut().zip(LEVELS).find(|(_, (member, _))| *member == key) {
                Some((told, _)) => *told = reasons.count(r, || format!("{at}/{key}"))?,
                None => r.skip()?,
            }
            Ok(())
        })?;
        // All reports count these; only those on vulnerabilities count what is unknown.
        let missing = self.told.iter().zip(LEVELS).find(|(told, (_, level))| told.is_none() && *level != "UNKNOWN");
        if let Some((_, (member, _))) = missing {
            reasons.unreadable("a count", "none", || format!("{at}/{member}"));
        }
        Ok(())
    }

    /// Counts a result; what passed is not counted.
    pub(super) fn note(&mut self, sink: &Sink, item: &Item) {
        let label = item.claims.iter().find(|claim| claim.kind == Kind::Label);
        let word = label.map_or("", |label| sink.report.texts.get(label.told).as_data());
        if let Some((listed, _)) = self.listed.iter_mut().zip(LEVELS).find(|(_, (_, level))| *level == word) {
            *listed += 1;
        }
    }

    pub(super) fn hold(&self, reasons: &mut Reasons, at: &str) {
        for ((told, listed), (member, level)) in self.told.into_iter().zip(self.listed).zip(LEVELS) {
            reasons.counted(&format!("results of severity {level}"), told, listed, || format!("{at}/{member}"));
        }
    }
}

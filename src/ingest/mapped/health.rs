//! What a report tells of its scan: who scanned, and whether the scan is whole.

use crate::base::json::{Reader, Result, Scalar, ValueKind};
use crate::base::text::Text;
use crate::ingest::Sink;
use crate::ingest::health::Reasons;
use crate::ingest::mapped::astray;
use crate::ingest::mapped::tree::Want;
use crate::ingest::sink::instant_of;
use crate::model::identity::Category;
use crate::model::mapping::{Mapping, Tool};
use crate::model::raw::RawScan;
use crate::model::scan::Ended;

/// What was told so far.
pub(super) struct Health {
    reasons: Reasons,
    /// What each count of the mapping says, and how many there are of what it counts.
    counts: Vec<(Option<u64>, u64)>,
    /// Whether the scan was completed, where that is told.
    completed: Option<bool>,
    /// Whether what the tool says of an error may quote a secret.
    is_mute: bool,
    tool: Option<Text>,
    version: Option<Text>,
    commit: Option<Text>,
    ended: Ended,
}

impl Health {
    pub(super) fn of(mapping: &Mapping) -> Self {
        Self {
            reasons: Reasons::default(),
            counts: vec![(None, 0); mapping.claimed.len()],
            completed: None,
            is_mute: mapping.categories.contains(&Category::Secret),
            tool: None,
            version: None,
            commit: None,
            ended: Ended::NotTold,
        }
    }

    /// Notes an error that the tool tells of itself.
    pub(super) fn error(&mut self, text: Option<&str>, at: impl FnOnce() -> String) {
        self.reasons.error(at, text.filter(|_| !self.is_mute));
    }

    /// Notes a list around results that is empty.
    pub(super) fn empty(&mut self, at: impl FnOnce() -> String) {
        self.reasons.add("nothing-scanned", at, "the list is empty: nothing was looked at");
    }

    /// Takes what a value says of the scan.
    pub(super) fn take(&mut self, want: Want, value: Scalar<'_>, sink: &mut Sink, mapping: &Mapping, at: impl FnOnce() -> String) {
        match want {
            Want::Claim(number) => {
                let told = self.reasons.count_of(value, at);
                if let Some((known, _)) = self.counts.get_mut(number) {
                    *known = told.map(|told| told.saturating_add(known.unwrap_or(0))).or(*known);
                }
            }
            Want::Counted(number) => self.counts.iter_mut().skip(number).take(1).for_each(|(_, counted)| *counted += 1),
            Want::Complete => {
                let is_word = |words: &[String]| match value {
                    Scalar::Text(told) | Scalar::Number(told) => words.iter().any(|word| word == told),
                    Scalar::Bool(told) => words.iter().any(|word| *word == told.to_string()),
                    Scalar::Null | Scalar::Array | Scalar::Object => false,
                };
                let is_well = mapping.complete.as_ref().is_some_and(|sign| is_word(&sign.is));
                self.completed = Some(is_well && self.completed != Some(false));
                if !is_well {
                    self.reasons.add("scan-failed", at, "the tool says that the scan was not completed");
                }
            }
            Want::Tool => self.tool = self.tool.or(text(value, sink, at)),
            Want::Version => self.version = self.version.or(text(value, sink, at)),
            Want::Commit => self.commit = self.commit.or(text(value, sink, at)),
            Want::Ended => self.ended = earlier(self.ended, instant_of(value)),
            Want::Source(..) | Want::Error | Want::ErrorItem | Want::Unread => {}
        }
    }

    /// Keeps the scan, of which there are some results.
    pub(super) fn finish(self, r: &Reader<'_>, sink: &mut Sink, scan: RawScan, mapping: &Mapping, rows: u64) -> Result<()> {
        let Self { mut reasons, counts, completed, tool, version, commit, ended, .. } = self;
        let (category, more) = mapping.categories.split_first().map(|(first, more)| (*first, more.to_vec())).unzip();
        let mut scan = RawScan { tool_version: version, commit, ended, category, more_categories: more.unwrap_or_default(), ..scan };
        scan.tool = match &mapping.tool {
            Some(Tool::Told(way)) => tool.ok_or_else(|| astray::lacks(r, mapping, "the report", &way.to_string()))?,
            Some(Tool::Id(id)) => sink.intern(id),
            None => scan.tool,
        };
        for (count, (told, counted)) in mapping.claimed.iter().zip(counts) {
            let at = || count.at.to_string();
            let (what, listed) = count.counts.as_ref().map_or_else(|| ("results".to_owned(), rows), |way| (format!("`{way}`"), counted));
            if told.is_none() {
                reasons.add("count-missing", at, format!("the report does not tell how many {what} there are"));
            }
            reasons.counted(&what, told, listed, at);
            if count.counts.is_none() {
                scan.claimed = told;
            }
        }
        if let Some(sign) = mapping.complete.as_ref().filter(|_| completed.is_none()) {
            reasons.add("scan-failed", || sign.at.to_string(), "the report does not say that the scan was completed");
        }
        sink.finish(scan, reasons);
        Ok(())
    }
}

/// A text that may be written as a number; an empty one is none.
fn text(value: Scalar<'_>, sink: &mut Sink, at: impl FnOnce() -> String) -> Option<Text> {
    match value {
        Scalar::Text("") => None,
        Scalar::Text(told) | Scalar::Number(told) => Some(sink.intern(told)),
        Scalar::Bool(_) | Scalar::Null | Scalar::Array | Scalar::Object => {
            sink.wrong_type(ValueKind::Text, value.kind(), at);
            None
        }
    }
}

/// Of two ends of scans the one that makes the evidence older; one that cannot be read makes it of no age that is known.
fn earlier(one: Ended, other: Ended) -> Ended {
    match (one, other) {
        (Ended::NotTold, told) | (told, Ended::NotTold) => told,
        (Ended::Unreadable, _) | (_, Ended::Unreadable) => Ended::Unreadable,
        (Ended::At(one), Ended::At(other)) => Ended::At(one.min(other)),
    }
}

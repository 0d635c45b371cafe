//! What both shapes of `npm audit --json` have in common: advisories of one database, and counts of what they list.

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Item, Sink};
use crate::model::severity::Source;

/// The words for severity, gravest last, as npm counts them.
pub(super) const LEVELS: [&str; 5] = ["info", "low", "moderate", "high", "critical"];

/// What `metadata.vulnerabilities` counts.
#[derive(Clone, Copy, Default)]
pub(super) struct Totals {
    /// In the order of [`LEVELS`].
    levels: [u64; 5],
    total: Option<u64>,
}

impl Totals {
    /// Reads `metadata`; `None` where it cannot be read, which is a reason.
    pub(super) fn read(r: &mut Reader<'_>, reasons: &mut Reasons) -> Result<Option<Self>> {
        let mut totals = None;
        let mut told = false;
        if reasons.item(r, ValueKind::Object, || "/metadata".to_owned())? {
            members!(r, {
                "vulnerabilities" => {
                    told = true;
                    if reasons.item(r, ValueKind::Object, || "/metadata/vulnerabilities".to_owned())? {
                        let mut counted = Self::default();
                        r.entries(|r, key| counted.count(r, reasons, key))?;
                        totals = Some(counted);
                    }
                },
            });
            if !told {
                return Err(lacks(r, "`metadata`", "vulnerabilities"));
            }
        }
        Ok(totals)
    }

    fn count(&mut self, r: &mut Reader<'_>, reasons: &mut Reasons, key: &str) -> Result<()> {
        let level = self.levels.iter_mut().zip(LEVELS).find(|(_, level)| *level == key).map(|(count, _)| count);
        if level.is_none() && key != "total" {
            return r.skip();
        }
        let value = r.scalar()?;
        match (value.number().and_then(|number| number.parse().ok()), level) {
            (Some(number), Some(count)) => *count = number,
            (Some(number), None) => self.total = Some(number),
            (None, _) => reasons.unreadable("a count", value.kind().word(), || format!("/metadata/vulnerabilities/{key}")),
        }
        Ok(())
    }

    /// All of them.
    pub(super) fn all(&self) -> u64 {
        let sum = self.levels.iter().fold(0_u64, |sum, &count| sum.saturating_add(count));
        self.total.unwrap_or(0).max(sum)
    }

    /// The first level of which some are counted and none is listed.
    pub(super) fn unlisted(&self, listed: &[&str]) -> Option<(&'static str, u64)> {
        let counted = LEVELS.into_iter().zip(self.levels).rev();
        counted.into_iter().find(|(level, count)| *count > 0 && !listed.contains(level))
    }
}

/// What an advisory says about severity and weakness, beside its ids.
#[derive(Default)]
pub(super) struct Rating {
    pub(super) severity: Option<Text>,
    score: Option<Text>,
    vector: Option<Text>,
    cwes: Vec<Text>,
}

impl Rating {
    /// Reads `cvss`: `{"score": 0, "vectorString": null}` and `{}` are none.
    pub(super) fn cvss(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<()> {
        if sink.expect(r, ValueKind::Object, || format!("{}/cvss", at()))? {
            members!(r, {
                "score" => self.score = sink.number(r, || format!("{}/cvss/score", at()))?,
                "vectorString" => self.vector = sink.name(r, || format!("{}/cvss/vectorString", at()))?,
            });
        }
        Ok(())
    }

    /// Reads `cwe`: a list, or one string that holds one.
    pub(super) fn cwes(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<()> {
        let mut told = Vec::new();
        sink.texts(r, &mut told, &|| format!("{}/cwe", at()))?;
        for words in told {
            let words = sink.report.texts.get(words).as_data().to_owned();
            let words = words.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').filter(|word| !word.is_empty());
            self.cwes.extend(words.map(|word| sink.intern(word)));
        }
        Ok(())
    }

    /// Puts it into a result. The severity is npm's own word; the score is quoted from GitHub's database.
    pub(super) fn rate(&self, sink: &mut Sink, item: &mut Item) {
        item.label(Source::Tool, self.severity);
        let database = Source::By(sink.intern("ghsa"));
        item.vector(sink, database, self.score, self.vector);
        item.tags.clone_from(&self.cwes);
    }
}

//! What the shapes of `npm audit --json` and `yarn audit --json` have in common: advisories of one database, and counts of what they
//! list.

pub(super) mod advisory;

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Item, Sink};
use crate::model::severity::Source;

/// The words for severity, gravest last, as npm counts them.
pub(super) const LEVELS: [&str; 5] = ["info", "low", "moderate", "high", "critical"];

/// Where npm counts.
pub(super) const METADATA: &str = "/metadata/vulnerabilities";

/// The word of [`LEVELS`] that a text is, if it is one.
pub(super) fn level(sink: &Sink, told: Option<Text>) -> Option<&'static str> {
    let word = told.map_or("", |told| sink.report.texts.get(told).as_data());
    LEVELS.into_iter().find(|level| *level == word)
}

/// npm's own number of an advisory. It gets a new one when the advisory changes.
pub(super) fn numbered(sink: &mut Sink, number: Option<Text>) -> Option<Text> {
    let id = format!("NPM-{}", sink.report.texts.get(number?).as_data());
    Some(sink.intern(&id))
}

/// What `vulnerabilities` counts, in `metadata` or what Yarn makes of it.
#[derive(Clone, Copy, Default)]
pub(super) struct Totals {
    /// In the order of [`LEVELS`].
    levels: [u64; 5],
    total: Option<u64>,
}

impl Totals {
    /// Reads the `vulnerabilities` of `metadata`.
    pub(super) fn of_metadata(r: &mut Reader<'_>, reasons: &mut Reasons) -> Result<Option<Self>> {
        let mut totals = None;
        if reasons.item(r, ValueKind::Object, || "/metadata".to_owned())? {
            members!(r, { "vulnerabilities" => totals = Some(Self::read(r, reasons, METADATA)?) });
            if totals.is_none() {
                return Err(lacks(r, "`metadata`", "vulnerabilities"));
            }
        }
        Ok(totals.flatten())
    }

    /// Reads the counts at a JSON pointer; `None` where they cannot be read, which is a reason.
    pub(super) fn read(r: &mut Reader<'_>, reasons: &mut Reasons, at: &str) -> Result<Option<Self>> {
        if !reasons.item(r, ValueKind::Object, || at.to_owned())? {
            return Ok(None);
        }
        let mut totals = Self::default();
        r.entries(|r, key| totals.count(r, reasons, at, key))?;
        Ok(Some(totals))
    }

    fn count(&mut self, r: &mut Reader<'_>, reasons: &mut Reasons, at: &str, key: &str) -> Result<()> {
        let level = self.levels.iter_mut().zip(LEVELS).find(|(_, level)| *level == key).map(|(count, _)| count);
        let value = r.scalar()?;
        match (value.number().and_then(|number| number.parse().ok()), level) {
            (Some(number), Some(count)) => *count = number,
            (Some(number), None) if key == "total" => self.total = Some(number),
            (Some(0), None) => {}
            (Some(number), None) => {
                let what = format!("the report counts {number} of a severity that is not known");
                reasons.add("count-mismatch", || at.to_owned(), what);
            }
            (None, _) => reasons.unreadable("a count", value.kind().word(), || format!("{at}/{key}")),
        }
        Ok(())
    }

    /// All of them.
    pub(super) fn all(&self) -> u64 {
        let sum = self.levels.iter().fold(0_u64, |sum, &count| sum.saturating_add(count));
        self.total.unwrap_or(0).max(sum)
    }

    /// Holds them against the levels of which some is listed: that of one level is counted and none is listed is a reason. How many
    /// are counted says no more: it is paths in one program and advisories in another.
    pub(super) fn compare(&self, listed: &[&str], reasons: &mut Reasons, at: &str) {
        let mut counted = LEVELS.into_iter().zip(self.levels).rev();
        if let Some((level, count)) = counted.find(|(level, count)| *count > 0 && !listed.contains(level)) {
            let what = format!("the report counts {count} of severity {level} and lists none");
            reasons.add("count-mismatch", || at.to_owned(), what);
        }
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
                "score" => self.score = sink.score(r, || format!("{}/cvss/score", at()))?,
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

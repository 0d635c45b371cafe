//! What a row says of how grave it is, and who says it.

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::{Item, Sink, advisory};
use crate::model::severity::Source;

#[derive(Default)]
pub(super) struct Rating {
    pub(super) severity: Option<Text>,
    /// What it was before a policy changed it.
    pub(super) original: Option<Text>,
    /// Whether the severity is what a Linux distribution says (Snyk's documentation, "Severity of Linux vulnerabilities").
    pub(super) is_of_distribution: bool,
    pub(super) nvd: Option<Text>,
    pub(super) score: Option<Text>,
    pub(super) vector: Option<Text>,
    of_others: Vec<OfOther>,
}

/// What somebody says.
struct OfOther {
    source: Source,
    severity: Option<Text>,
    score: Option<Text>,
    vector: Option<Text>,
}

impl Rating {
    /// Reads who says what; old versions name the members after the version of CVSS.
    pub(super) fn sources(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<()> {
        if !sink.expect(r, ValueKind::Array, at)? {
            return Ok(());
        }
        r.array(|r, index| {
            let at = || format!("{}/{index}", at());
            if !sink.object(r, at)? {
                return Ok(());
            }
            let (mut assigner, mut severity, mut score, mut vector) = (None, None, None, None);
            members!(r, {
                "assigner" => assigner = r.scalar()?.text().map(str::to_owned),
                "severity" => severity = sink.name(r, at)?,
                "cvssV3BaseScore" => score = score.or(sink.score(r, at)?),
                "cvssV3Vector" => vector = vector.or(sink.name(r, at)?),
                "baseScore" => score = score.or(sink.score(r, at)?),
                "vector" => vector = vector.or(sink.name(r, at)?),
            });
            let source = assigner.map_or(Source::Tool, |assigner| advisory::database(sink, &assigner));
            self.of_others.push(OfOther { source, severity, score, vector });
            Ok(())
        })
    }

    /// Puts it into a result.
    pub(super) fn tell(self, sink: &mut Sink, item: &mut Item) {
        item.label(Source::Tool, self.severity);
        item.label(Source::Tool, self.original);
        if let Some(manager) = item.detail.package.ecosystem.filter(|_| self.is_of_distribution) {
            // `debian:11`
            let manager = sink.report.texts.get(manager).as_data();
            let distribution = manager.split_once(':').map_or(manager, |(name, _)| name).to_owned();
            let distribution = advisory::database(sink, &distribution);
            item.label(distribution, self.severity);
        }
        let nvd = advisory::database(sink, "nvd");
        item.label(nvd, self.nvd);
        item.vector(sink, Source::Tool, self.score, self.vector);
        for OfOther { source, severity, score, vector } in self.of_others {
            item.label(source, severity);
            item.vector(sink, source, score, vector);
        }
    }
}

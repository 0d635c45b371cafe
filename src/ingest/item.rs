//! One result while it is read, for the formats that are no SARIF: filled in as its members come, kept when it is whole.

use crate::base::pool::Span;
use crate::base::text::Text;
use crate::ingest::Sink;
use crate::model::location::Pointer;
use crate::model::raw::{Claim, DetailId, RawDetail, RawFinding, RawLocation, RawScan, Suppression};
use crate::model::severity::{CvssVersion, Kind, Source};

/// A result of a native format, in the tool's words. What its fields mean is told at [`RawFinding`] and [`RawDetail`].
#[derive(Clone, Default)]
pub struct Item {
    /// The tool's name for the rule; advisories are no rules, their ids go into `ids`.
    pub rule_id: Option<Text>,
    /// What the tool says.
    pub message: Option<Text>,
    /// What is said about severity, the tool's own statement first.
    pub claims: Vec<Claim>,
    /// Places, the first one first.
    pub locations: Vec<RawLocation>,
    /// CWE ids and other tags.
    pub tags: Vec<Text>,
    /// The ids of one vulnerability, the tool's own first.
    pub ids: Vec<Text>,
    /// Versions that have it no more.
    pub fixed_versions: Vec<Text>,
    /// The scan's own suppression.
    pub suppressed: Suppression,
    /// The rest; its lists are those above.
    pub detail: RawDetail,
}

impl Item {
    /// A severity word, as told.
    pub fn label(&mut self, source: Source, told: Option<Text>) {
        self.claims.extend(told.map(|told| Claim::new(source, Kind::Label, told)));
    }

    /// A CVSS score, its vector, or both. Neither says nothing.
    pub fn cvss(&mut self, source: Source, version: CvssVersion, score: Option<Text>, vector: Option<Text>) {
        self.claims.extend(score.or(vector).map(|told| Claim { source, kind: Kind::Cvss(version), told, vector }));
    }

    /// A file in which it is, as told.
    pub fn place(&mut self, uri: Option<Text>) {
        self.locations.extend(uri.map(|uri| RawLocation { uri: Some(uri), ..RawLocation::default() }));
    }

    /// Keeps the result as the next one of a scan; `list` is the JSON pointer of the list it stands in.
    pub fn keep(self, sink: &mut Sink, scan: &mut RawScan, list: Text, index: u32) {
        let report = &mut sink.report;
        let detail = RawDetail { ids: report.words.add(self.ids), fixed_versions: report.words.add(self.fixed_versions), ..self.detail };
        report.details.push(detail);
        scan.results.push(RawFinding {
            pointer: Pointer { list, index },
            rule_id: self.rule_id,
            rule: None,
            message: self.message,
            claims: report.claims.add(self.claims),
            locations: report.locations.add(self.locations),
            tags: report.words.add(self.tags),
            tool_print: Span::default(),
            line_print: Span::default(),
            code_print: Span::default(),
            suppressed: self.suppressed,
            detail: Some(DetailId::at(report.details.len() - 1)),
        });
    }
}

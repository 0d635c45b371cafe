//! One result while it is read, for the formats that are no SARIF: filled in as its members come, kept when it is whole.

use std::num::NonZeroU32;

use crate::base::json::{Reader, Result, ValueKind};
use crate::base::pool::Span;
use crate::base::text::Text;
use crate::ingest::Sink;
use crate::model::identity::Category;
use crate::model::location::Pointer;
use crate::model::raw::{BaselineState, Claim, DetailId, RawDetail, RawFinding, RawLocation, RawPackage, RawScan, Suppression};
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
    /// Places that it shares with other results, where it has none of its own.
    pub shared_locations: Span<RawLocation>,
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

/// What came out of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It failed, or nobody knows what its status means.
    Open,
    /// It passed.
    Passed,
    /// It only informs, or is left to people.
    Informs,
    /// It failed, and the tool was told to hold that back.
    Suppressed,
}

impl Verdict {
    /// That of a status in the words of Prowler, OCSF and kube-bench, whatever their case.
    #[must_use]
    pub fn of_word(status: &str) -> Self {
        match status.to_ascii_uppercase().as_str() {
            "PASS" => Self::Passed,
            "INFO" | "MANUAL" => Self::Informs,
            "MUTED" => Self::Suppressed,
            _ => Self::Open,
        }
    }

    /// The same of a value, which is open where it is no text.
    pub fn of(r: &mut Reader<'_>) -> Result<Self> {
        Ok(r.scalar()?.text().map_or(Self::Open, Self::of_word))
    }
}

impl Item {
    /// A result of a category that says nothing more yet.
    pub fn is_of(&mut self, category: Category) {
        self.detail.category = Some(category);
    }

    /// Says that the tool looked and found nothing wrong.
    pub fn passes(&mut self, sink: &mut Sink) {
        self.claims = vec![Claim::new(Source::Result, Kind::ResultKind, sink.intern("pass"))];
    }

    /// Says that the tool found nothing that is wrong in itself: it only informs, or leaves the check to people.
    pub fn informs(&mut self, sink: &mut Sink) {
        self.claims = vec![Claim::new(Source::Result, Kind::ResultKind, sink.intern("informational"))];
    }

    /// Says what came out of a check; to be said behind the severity.
    pub fn is(&mut self, verdict: Verdict, sink: &mut Sink) {
        match verdict {
            Verdict::Open => {}
            Verdict::Passed => self.passes(sink),
            Verdict::Informs => self.informs(sink),
            Verdict::Suppressed => self.suppressed = Suppression::External,
        }
    }

    /// A severity word, as told.
    pub fn label(&mut self, source: Source, told: Option<Text>) {
        self.claims.extend(told.map(|told| Claim::new(source, Kind::Label, told)));
    }

    /// Reads a severity word of the tool, as told; `null` is none.
    pub fn severity(&mut self, r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
        if r.kind()? == ValueKind::Null {
            return r.skip();
        }
        let told = sink.told(r)?;
        self.label(Source::Tool, Some(told));
        Ok(())
    }

    /// A CVSS score, its vector, or both. Neither says nothing.
    pub fn cvss(&mut self, source: Source, version: CvssVersion, score: Option<Text>, vector: Option<Text>) {
        self.claims.extend(Claim::cvss(source, version, score, vector));
    }

    /// A CVSS vector, which names its version, and the score that is told beside it. A score of 0 without a vector stands for none.
    pub fn vector(&mut self, sink: &Sink, source: Source, score: Option<Text>, vector: Option<Text>) {
        let told = |text: Text| sink.report.texts.get(text).as_data();
        let score = score.filter(|&score| told(score).parse() != Ok(0.0));
        let version = vector.map_or(CvssVersion::Unknown, |vector| cvss_version(told(vector)));
        self.cvss(source, version, score, vector);
    }

    /// A file in which it is, as told.
    pub fn place(&mut self, uri: Option<Text>) {
        self.locations.extend(uri.map(|uri| RawLocation { uri: Some(uri), ..RawLocation::default() }));
    }

    /// An optional number of a weakness, with or without `CWE-` in front; below 1 it is none.
    pub fn cwe(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<()> {
        if let Some(told) = sink.number(r, at)? {
            self.weakness(sink, told);
        }
        Ok(())
    }

    /// The same of a text that was read.
    pub(super) fn weakness(&mut self, sink: &mut Sink, told: Text) {
        let number = sink.report.texts.get(told).as_data();
        let tag = number.parse::<u32>().is_ok().then(|| format!("CWE-{number}"));
        self.tags.push(tag.map_or(told, |tag| sink.intern(&tag)));
    }

    /// A place in a file, as told; nothing of none.
    pub fn lines(&mut self, uri: Option<Text>, (start_line, end_line): (Option<NonZeroU32>, Option<NonZeroU32>)) {
        let place = RawLocation { uri, start_line, end_line, ..RawLocation::default() };
        self.locations.extend((place != RawLocation::default()).then_some(place));
    }

    /// Keeps the result as the next one of a scan; `list` is the JSON pointer of the list it stands in.
    pub fn keep(self, sink: &mut Sink, scan: &mut RawScan, list: Text, index: u32) {
        self.into_row(sink).keep(sink, scan, list, index);
    }

    /// Keeps a result that is about several components, once for each of them, and once if none is told.
    pub(super) fn keep_for(mut self, parts: Vec<Part>, sink: &mut Sink, scan: &mut RawScan, list: Text, index: u32) {
        self.fixed_versions.clear();
        let mut row = self.into_row(sink);
        if parts.is_empty() {
            row.keep(sink, scan, list, index);
        }
        for Part { package, fixed_versions, fix_available, path } in parts {
            row.detail.package = package;
            row.detail.fixed_versions = sink.report.words.add(fixed_versions);
            row.detail.fix_available = fix_available;
            row.locations = sink.report.locations.add(path.map(|uri| RawLocation { uri: Some(uri), ..RawLocation::default() }));
            row.keep(sink, scan, list, index);
        }
    }

    /// The result with its lists kept: for one that stands in a report once and is about many components.
    pub fn into_row(self, sink: &mut Sink) -> Row {
        let Self { rule_id, message, claims, locations, shared_locations, tags, ids, fixed_versions, suppressed, detail } = self;
        let report = &mut sink.report;
        let [ids_kept, fixed_kept, tags_kept] = [&ids, &fixed_versions, &tags].map(|list| report.words.add_slices(&[list]));
        let row = Row {
            rule_id,
            message,
            claims: report.claims.add(&claims),
            locations: if locations.is_empty() { shared_locations } else { report.locations.add_slices(&[&locations]) },
            tags: tags_kept,
            suppressed,
            detail: RawDetail { ids: ids_kept, fixed_versions: fixed_kept, ..detail },
        };
        sink.spare = Self {
            claims: cleared(claims),
            locations: cleared(locations),
            tags: cleared(tags),
            ids: cleared(ids),
            fixed_versions: cleared(fixed_versions),
            ..Self::default()
        };
        row
    }
}

/// Keeps results that were read by [`Sink::items`](super::sink::Sink), in their order.
pub(super) fn keep_all(items: Vec<Item>, sink: &mut Sink, scan: &mut RawScan, at: &str) {
    let list = sink.intern(at);
    for (index, item) in (0..).zip(items) {
        item.keep(sink, scan, list, index);
    }
}

fn cleared<T>(mut list: Vec<T>) -> Vec<T> {
    list.clear();
    list
}

/// One of the components that a result is about, and what is told of it alone.
#[derive(Default)]
pub(super) struct Part {
    pub(super) package: RawPackage,
    /// As [`Item::fixed_versions`].
    pub(super) fixed_versions: Vec<Text>,
    /// As [`RawDetail::fix_available`].
    pub(super) fix_available: Option<bool>,
    /// The file it was found in.
    pub(super) path: Option<Text>,
}

/// An [`Item`] whose lists are kept, which other rows may share.
#[derive(Clone, Copy)]
pub struct Row {
    rule_id: Option<Text>,
    message: Option<Text>,
    claims: Span<Claim>,
    locations: Span<RawLocation>,
    tags: Span<Text>,
    suppressed: Suppression,
    /// The rest, which may differ from row to row.
    pub detail: RawDetail,
}

impl Row {
    /// The same result at a place of its own.
    pub fn at(self, sink: &mut Sink, place: RawLocation) -> Self {
        Self { locations: sink.report.locations.add_slices(&[&[place]]), ..self }
    }

    /// Keeps the result as the next one of a scan; `list` is the JSON pointer of the list it stands in.
    pub fn keep(self, sink: &mut Sink, scan: &mut RawScan, list: Text, index: u32) {
        let details = &mut sink.report.details;
        details.push(self.detail);
        scan.results.push(RawFinding {
            pointer: Pointer { list, index },
            rule_id: self.rule_id,
            rule: None,
            message: self.message,
            claims: self.claims,
            locations: self.locations,
            tags: self.tags,
            tool_print: Span::default(),
            line_print: Span::default(),
            code_print: Span::default(),
            suppressed: self.suppressed,
            baseline_state: BaselineState::NotTold,
            detail: Some(DetailId::at(details.len() - 1)),
        });
    }
}

/// The version of CVSS by the beginning of a vector. Those of version 2 have no such beginning.
fn cvss_version(vector: &str) -> CvssVersion {
    match vector.split_once('/').map(|(start, _)| start) {
        Some("CVSS:4.0") => CvssVersion::V4,
        Some("CVSS:3.0" | "CVSS:3.1") => CvssVersion::V3,
        Some(start) if start.starts_with("AV:") || start.starts_with("(AV:") => CvssVersion::V2,
        Some(_) | None => CvssVersion::Unknown,
    }
}

//! Inputs and their scans as JSON.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::problem::ProblemView;
use super::value::{List, Shown, text};
use crate::base::text::Text;
use crate::model::finding::Evidence;
use crate::model::scan::{Input, Scan};

/// One report. `tool` and `tool_version` are null when its scans differ in them.
pub(super) struct InputView<'a> {
    pub(super) evidence: &'a Evidence,
    pub(super) input: &'a Input,
    /// The place in the list of inputs.
    pub(super) index: usize,
}

impl InputView<'_> {
    /// What all scans agree on.
    fn shared(&self, fact: impl Fn(&Scan) -> Option<Text>) -> Option<Text> {
        let (first, rest) = self.evidence.scans_of(self.index).split_first()?;
        fact(first).filter(|first| rest.iter().all(|scan| fact(scan) == Some(*first)))
    }
}

impl Serialize for InputView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { evidence, input, .. } = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("path", &input.path)?;
        map.serialize_entry("sha256", &input.sha256)?;
        map.serialize_entry("bytes", &input.bytes)?;
        map.serialize_entry("format", &input.format)?;
        map.serialize_entry("tool", &text(evidence, self.shared(|scan| Some(scan.tool))))?;
        map.serialize_entry("tool_version", &text(evidence, self.shared(|scan| scan.tool_version)))?;
        map.serialize_entry("complete", &input.complete)?;
        map.serialize_entry("problems", &List(|| input.problems.iter().map(ProblemView::of)))?;
        map.serialize_entry("sightings", &input.sightings)?;
        map.serialize_entry("scans", &List(|| evidence.scans_of(self.index).iter().map(|scan| ScanView { evidence, scan })))?;
        map.end()
    }
}

struct ScanView<'a> {
    evidence: &'a Evidence,
    scan: &'a Scan,
}

impl Serialize for ScanView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        facts(&mut map, self.evidence, self.scan)?;
        map.end()
    }
}

/// What a scan says about itself, as entries of an object.
pub(in crate::report) fn facts<M: SerializeMap>(map: &mut M, evidence: &Evidence, scan: &Scan) -> Result<(), M::Error> {
    map.serialize_entry("tool", &text(evidence, Some(scan.tool)))?;
    map.serialize_entry("tool_version", &text(evidence, scan.tool_version))?;
    map.serialize_entry("category", scan.category().word())?;
    map.serialize_entry("categories", &List(|| scan.categories.iter().map(|category| category.word())))?;
    map.serialize_entry("complete", &scan.complete())?;
    map.serialize_entry("incomplete_because", &List(|| scan.incomplete_because.iter().map(|problem| &problem.message)))?;
    map.serialize_entry("sightings", &scan.sightings)?;
    map.serialize_entry("suppressed", &scan.suppressed)?;
    map.serialize_entry("claimed", &scan.claimed)?;
    map.serialize_entry("commit", &text(evidence, scan.commit))?;
    map.serialize_entry("ended", &scan.ended.at().map(Shown))
}

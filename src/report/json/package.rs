//! The component of a finding, and what else is known of it, as JSON.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::value::{text, texts};
use crate::model::finding::{Detail, Epss, Evidence, Finding};
use crate::model::intel::{Exploitation, Listed, TechnicalImpact};

/// A component of one sighting.
#[derive(Serialize)]
pub(in crate::report) struct PackageView<'a> {
    purl: Option<&'a str>,
    ecosystem: Option<&'a str>,
    name: Option<&'a str>,
    version: Option<&'a str>,
}

impl<'a> PackageView<'a> {
    pub(in crate::report) fn of(evidence: &'a Evidence, detail: &Detail) -> Option<Self> {
        let package = detail.package?;
        Some(Self {
            purl: text(evidence, package.purl),
            ecosystem: text(evidence, package.ecosystem),
            name: text(evidence, Some(package.name)),
            version: text(evidence, evidence.words.get(detail.versions).first().copied()),
        })
    }
}

/// What findings about a component or a secret have beside a rule and a place, as entries of the finding's object; null where nobody
/// tells.
pub(super) fn facts<M: SerializeMap>(map: &mut M, evidence: &Evidence, finding: &Finding, detail: &Detail) -> Result<(), M::Error> {
    map.serialize_entry("fix", &FixView::of(evidence, detail))?;
    map.serialize_entry("target", &text(evidence, detail.target))?;
    map.serialize_entry("reachable", &detail.reachable)?;
    map.serialize_entry("dev", &detail.dev)?;
    map.serialize_entry("direct", &detail.direct)?;
    map.serialize_entry("verified", &detail.verified)?;
    map.serialize_entry("intel", &IntelView::of(evidence.listed(finding), detail))
}

/// A component with all versions in which it was seen.
pub(super) struct ComponentView<'a> {
    evidence: &'a Evidence,
    detail: &'a Detail,
}

impl<'a> ComponentView<'a> {
    /// `None` for what is none.
    pub(super) fn of(evidence: &'a Evidence, detail: &'a Detail) -> Option<Self> {
        detail.package.map(|_| Self { evidence, detail })
    }
}

impl Serialize for ComponentView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { evidence, detail } = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("purl", &text(evidence, detail.package.and_then(|package| package.purl)))?;
        map.serialize_entry("ecosystem", &text(evidence, detail.package.and_then(|package| package.ecosystem)))?;
        map.serialize_entry("name", &text(evidence, detail.package.map(|package| package.name)))?;
        map.serialize_entry("versions", &texts(evidence, evidence.words.get(detail.versions)))?;
        map.end()
    }
}

struct FixView<'a> {
    evidence: &'a Evidence,
    detail: &'a Detail,
    available: bool,
}

impl<'a> FixView<'a> {
    fn of(evidence: &'a Evidence, detail: &'a Detail) -> Option<Self> {
        detail.fix_available.map(|available| Self { evidence, detail, available })
    }
}

impl Serialize for FixView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let versions = || texts(self.evidence, self.evidence.words.get(self.detail.fixed_versions));
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("available", &self.available)?;
        map.serialize_entry("versions", &versions())?;
        map.end()
    }
}

#[derive(Serialize)]
struct IntelView {
    kev: Option<bool>,
    kev_added: Option<String>,
    kev_due: Option<String>,
    epss: Option<f64>,
    epss_is_least: bool,
    ssvc: Option<SsvcView>,
}

#[derive(Serialize)]
struct SsvcView {
    exploitation: Option<&'static str>,
    automatable: Option<bool>,
    technical_impact: Option<&'static str>,
}

impl IntelView {
    fn of(listed: Option<Listed>, detail: &Detail) -> Self {
        Self {
            kev: detail.kev,
            kev_added: listed.map(|listed| listed.added.to_string()),
            kev_due: listed.and_then(|listed| listed.due).map(|due| due.to_string()),
            epss: detail.epss.map(Epss::number),
            epss_is_least: detail.epss_is_least,
            ssvc: detail.ssvc.map(|points| SsvcView {
                exploitation: points.exploitation.map(Exploitation::word),
                automatable: points.automatable,
                technical_impact: points.technical_impact.map(TechnicalImpact::word),
            }),
        }
    }
}

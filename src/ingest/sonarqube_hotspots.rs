//! `SonarQube` and `SonarCloud`: the answer of `api/hotspots/search` (its description under "Web API" of the server).
//!
//! A hotspot is code that somebody has to look at. `vulnerabilityProbability` orders the looking, and says nothing of how grave a
//! weakness would be.

use crate::base::json::{Reader, Result, members};
use crate::base::text::Text;
use crate::ingest::health::lacks;
use crate::ingest::sonarqube::{Place, is_page, page};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::{Claimed, Suppression};

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "sonarqube-hotspots",
    title: "SonarQube security hotspots (web API)",
    recognized: "`hotspots` beside `paging`",
    reads: "Each hotspot, under its `ruleKey`, or its `securityCategory` where old versions tell no rule. What was reviewed as `FIXED` is told as fixed, as `SAFE` it is suppressed; `ACKNOWLEDGED` is open",
    severity: "none is told: `vulnerabilityProbability` is the order of review",
    incomplete: "`total` is not what `hotspots` lists, as on one page of several. What the query left out is not told",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    is_page(probe, "/hotspots")
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    page(r, sink, "hotspots", hotspot)
}

fn hotspot(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<Place> {
    let mut place = Place::default();
    let (mut kind, mut status, mut resolution, mut line) = (None, None, None, None);
    item.is_of(Category::Sast);
    members!(r, {
        "key" => item.detail.mark = sink.name(r, at)?,
        "ruleKey" => item.rule_id = sink.name(r, at)?,
        "securityCategory" => kind = sink.name(r, at)?,
        "status" => status = sink.name(r, at)?,
        "resolution" => resolution = sink.name(r, at)?,
        "component" => place.component = sink.name(r, at)?,
        "project" => place.project = sink.name(r, at)?,
        "creationDate" => item.detail.first_seen = sink.day(r, || format!("{}/creationDate", at()))?,
        "line" => line = sink.line_or_zero(r, || format!("{}/line", at()))?,
        "message" => item.message = sink.prose(r, || format!("{}/message", at()))?,
    });
    item.rule_id = item.rule_id.or(kind);
    if item.rule_id.is_none() {
        return Err(lacks(r, "a hotspot", "ruleKey"));
    }
    let word = |text: Option<Text>| text.map(|text| sink.report.texts.get(text).as_data());
    match (word(status), word(resolution)) {
        (Some("REVIEWED"), Some("FIXED")) => item.detail.claim = Claimed::Fixed,
        (Some("REVIEWED"), Some("SAFE")) => item.suppressed = Suppression::External,
        (Some(_) | None, Some(_) | None) => {}
    }
    item.lines(None, (line, None));
    Ok(place)
}

//! `SonarQube` and `SonarCloud`: the answer of `api/issues/search` (its description under "Web API" of the server).

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::lacks;
use crate::ingest::sonarqube::{Place, is_page, page};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::{Claimed, Suppression};
use crate::model::severity::Source;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "sonarqube-issues",
    title: "SonarQube issues (web API)",
    recognized: "`issues` beside `paging`, or beside `total`, `p` and `ps`",
    reads: "Each issue. `VULNERABILITY`, and what has an impact on `SECURITY`, is category sast, `BUG` and `CODE_SMELL` are quality, and rules of `secrets` secret. What is resolved or closed as `FIXED` is told as fixed, otherwise it is suppressed",
    severity: "`severity`, and that of the `impacts` on what the issue is about; the gravest counts",
    incomplete: "`total` is not what `issues` lists, as on one page of several. What the query left out is not told",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    is_page(probe, "/issues")
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    page(r, sink, "issues", issue)
}

/// Lists of an issue that say nothing of what it is.
const BESIDE: [&str; 7] = ["actions", "codeVariants", "comments", "flows", "internalTags", "messageFormattings", "transitions"];

/// Qualities of software other than security; one that is not known is taken for it.
const OTHER_QUALITIES: [&str; 2] = ["MAINTAINABILITY", "RELIABILITY"];

/// What an issue says of its end.
#[derive(Default)]
struct State {
    status: Option<Text>,
    resolution: Option<Text>,
    issue_status: Option<Text>,
}

fn issue(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<Place> {
    let (mut place, mut state, mut impacts) = (Place::default(), State::default(), Vec::new());
    let (mut kind, mut line, mut end) = (None, None, None);
    r.entries(|r, key| {
        let of = || format!("{}/{key}", at());
        match key {
            "key" => item.detail.mark = sink.name(r, of)?,
            "rule" => item.rule_id = sink.name(r, of)?,
            "severity" => {
                let told = sink.told(r)?;
                item.label(Source::Tool, Some(told));
            }
            "type" => kind = sink.name(r, of)?,
            "impacts" if sink.expect(r, ValueKind::Array, of)? => r.array(|r, _| {
                impacts.push(impact(r, sink)?);
                Ok(())
            })?,
            "status" => state.status = sink.name(r, of)?,
            "resolution" => state.resolution = sink.name(r, of)?,
            "issueStatus" => state.issue_status = sink.name(r, of)?,
            "component" => place.component = sink.name(r, of)?,
            "project" => place.project = sink.name(r, of)?,
            "subProject" => place.module = sink.name(r, of)?,
            "line" => line = sink.line_or_zero(r, of)?,
            "textRange" if sink.object(r, of)? => {
                members!(r, { "endLine" => end = sink.line_or_zero(r, of)? });
            }
            "creationDate" => item.detail.first_seen = sink.day(r, of)?,
            "message" => item.message = sink.prose(r, of)?,
            "tags" => sink.texts(r, &mut item.tags, &of)?,
            // Those of another type were passed over with a problem.
            "impacts" | "textRange" => {}
            _ if BESIDE.contains(&key) => r.skip()?,
            _ => sink.unknown(r, key, at)?,
        }
        Ok(())
    })?;
    let Some(rule) = item.rule_id else { return Err(lacks(r, "an issue", "rule")) };
    let word = |text: Text| sink.report.texts.get(text).as_data();
    let is_of_security = |quality: Text| !OTHER_QUALITIES.contains(&word(quality));
    let is_security = impacts.iter().any(|(quality, _)| is_of_security(*quality));
    // What is of no kind that is known is taken for what matters more.
    item.detail.category = Some(match kind.map(word) {
        _ if word(rule).starts_with("secrets:") => Category::Secret,
        Some("BUG" | "CODE_SMELL") if !is_security => Category::Quality,
        None if !is_security && !impacts.is_empty() => Category::Quality,
        Some(_) | None => Category::Sast,
    });
    for (_, severity) in impacts.iter().filter(|(quality, _)| !is_security || is_of_security(*quality)) {
        item.label(Source::Tool, Some(*severity));
    }
    state.settle(item, sink);
    // The line of a closed issue is known no more, where its text was is told all the same.
    item.lines(None, (line, line.and(end)));
    Ok(place)
}

/// The quality on which an issue has an impact, and how grave that is.
fn impact(r: &mut Reader<'_>, sink: &mut Sink) -> Result<(Text, Text)> {
    let (mut quality, mut severity) = (None, None);
    members!(r, {
        "softwareQuality" => quality = Some(sink.told(r)?),
        "severity" => severity = Some(sink.told(r)?),
    });
    let Some(quality) = quality else { return Err(lacks(r, "an impact", "softwareQuality")) };
    let Some(severity) = severity else { return Err(lacks(r, "an impact", "severity")) };
    Ok((quality, severity))
}

impl State {
    fn settle(&self, item: &mut Item, sink: &Sink) {
        let word = |text: Option<Text>| text.map(|text| sink.report.texts.get(text).as_data());
        // One that is open again is open, whatever it was.
        if !matches!(word(self.status), Some("RESOLVED" | "CLOSED") | None) {
            return;
        }
        match word(self.resolution).or(word(self.issue_status)) {
            Some("FIXED") => item.detail.claim = Claimed::Fixed,
            Some("FALSE-POSITIVE" | "FALSE_POSITIVE" | "WONTFIX" | "ACCEPTED" | "REMOVED") => item.suppressed = Suppression::External,
            Some(_) | None => {}
        }
    }
}

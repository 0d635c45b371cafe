//! GitLab's code quality report: a list of issues as Code Climate writes them (GitLab's documentation, "Code Quality report format").
//!
//! Many tools write it and none is named in it, so that it stands for no scan but that of quality.

use crate::base::json::{Reader, Result, members};
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "gitlab-code-quality",
    title: "GitLab code quality report",
    recognized: "a list of items with `check_name`, `fingerprint` and `location`",
    reads: "Each issue, under its `check_name`. It is category quality, but sast where its `categories` has `Security`. Who wrote the report is not told in it: the tool is `code-quality`",
    severity: "`severity`: `blocker` is critical, `major` is medium, `minor` is low",
    incomplete: "",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    ["/0/check_name", "/0/fingerprint", "/0/location"].iter().all(|key| probe.has(key))
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut scan = sink.scan("code-quality");
    sink.rows(r, &mut scan, "", issue)?;
    sink.finish(scan, Reasons::default());
    Ok(())
}

fn issue(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let (mut categories, mut has_place) = (Vec::new(), false);
    members!(r, {
        "check_name" => item.rule_id = sink.name(r, at)?,
        "description" => item.message = sink.prose(r, at)?,
        "severity" => item.severity(r, sink)?,
        "fingerprint" => item.detail.mark = sink.name(r, at)?,
        "categories" => sink.texts(r, &mut categories, at)?,
        "location" => has_place = location(r, sink, item, at)?,
    });
    if let Some((member, _)) = [("check_name", item.rule_id.is_some()), ("location", has_place)].into_iter().find(|(_, told)| !told) {
        return Err(lacks(r, "an issue", member));
    }
    let is_security = categories.into_iter().any(|category| sink.report.texts.get(category).as_data() == "Security");
    item.is_of(if is_security { Category::Sast } else { Category::Quality });
    Ok(())
}

/// Reads where it is, by lines or by positions in them; whether that is told.
fn location(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<bool> {
    let (mut path, mut lines) = (None, (None, None));
    if !sink.object(r, || format!("{}/location", at()))? {
        return Ok(false);
    }
    members!(r, {
        "path" => path = sink.name(r, at)?,
        "lines" => if sink.object(r, at)? {
            members!(r, {
                "begin" => lines.0 = sink.line_or_zero(r, at)?,
                "end" => lines.1 = sink.line_or_zero(r, at)?,
            });
        },
        "positions" => if sink.object(r, at)? {
            members!(r, {
                "begin" => if sink.object(r, at)? { members!(r, { "line" => lines.0 = sink.line_or_zero(r, at)? }) },
                "end" => if sink.object(r, at)? { members!(r, { "line" => lines.1 = sink.line_or_zero(r, at)? }) },
            });
        },
    });
    item.lines(path, lines);
    Ok(path.is_some())
}

//! Nuclei: `-jsonl` and `-json-export`, versions 2 and 3 (`pkg/output/output.go` of its source).
//!
//! Requests, responses and what was extracted from them are not read: they may hold tokens.

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::RawScan;
use crate::model::severity::Source;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "nuclei",
    title: "Nuclei JSON Lines",
    recognized: "an object, or a list of them, with `template-id` or `templateID` and `info`",
    reads: "Each match, under the id of its template; the CVE of the template is its id. A record with `matcher-status` false has passed. Addresses are read without their query; requests, responses and what was extracted are not read. A file of no bytes is what Nuclei writes for nothing found",
    severity: "`info.severity`, and the CVSS score and vector of `info.classification`",
    incomplete: "",
    ends: Ends::Anywhere,
    blank: true,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    let is_match =
        |at: &str| probe.has(&format!("{at}/info")) && ["template-id", "templateID"].iter().any(|key| probe.has(&format!("{at}/{key}")));
    is_match("") || is_match("/0")
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut scan = sink.scan("nuclei");
    sink.records(r, &mut scan, record)?;
    sink.finish(scan, Reasons::default());
    Ok(())
}

fn record(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let (mut old_id, mut place, mut old_place, mut matcher) = (None, None, None, None);
    let (mut missed, mut has_info) = (false, false);
    item.is_of(Category::Dast);
    members!(r, {
        "template-id" => item.rule_id = sink.name(r, at)?,
        "templateID" => old_id = sink.name(r, at)?,
        "info" => if r.kind()? == ValueKind::Object { has_info = true; info(r, sink, item, at)? } else { r.skip()? },
        "host" => item.detail.target = sink.address(r, at)?,
        "matched-at" => place = sink.address(r, at)?,
        "matched" => old_place = sink.address(r, at)?,
        "matcher-name" => matcher = sink.name(r, at)?,
        "matcher-status" => missed = sink.flag(r, || format!("{}/matcher-status", at()))? == Some(false),
        "timestamp" => scan.ended = scan.ended.later(sink.instant_of_go(r)?),
    });
    item.rule_id = item.rule_id.or(old_id);
    if let Some((member, _)) = [("template-id", item.rule_id.is_some()), ("info", has_info)].into_iter().find(|(_, told)| !told) {
        return Err(lacks(r, "a record", member));
    }
    let address = place.or(old_place);
    item.place(address);
    // One template looks for several things at one address.
    item.detail.mark = matcher.and_then(|matcher| sink.joined(" ", &[address.or(item.detail.target), Some(matcher)]));
    if missed {
        item.passes(sink);
    }
    Ok(())
}

fn info(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let (mut score, mut vector) = (None, None);
    members!(r, {
        "name" => item.detail.title = sink.prose(r, at)?,
        "description" => item.message = sink.prose(r, at)?,
        "severity" => item.severity(r, sink)?,
        "classification" => if sink.object(r, || format!("{}/info/classification", at()))? {
            members!(r, {
                "cve-id" => sink.texts(r, &mut item.ids, at)?,
                "cwe-id" => sink.texts(r, &mut item.tags, at)?,
                "cvss-score" => score = sink.score(r, at)?,
                "cvss-metrics" => vector = sink.name(r, at)?,
                "epss-score" => item.detail.epss = sink.number(r, at)?,
            });
        },
    });
    item.vector(sink, Source::Tool, score, vector);
    Ok(())
}

//! tfsec: `--format json`, of all versions since rules have a provider (`FlatResult` of the library behind it, and `pkg/result` of
//! tfsec before 1.0).
//!
//! What passed or was ignored is listed only with `--include-passed` and `--include-ignored`.

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::Suppression;
use crate::model::severity::Source;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "tfsec",
    title: "tfsec JSON",
    recognized: "`results` with `rule_id` and `rule_provider` or `long_id`. `results` that is `null` or empty is what tfsec writes for nothing found: name the format",
    reads: "Each result, under its `long_id`, else its `rule_id`; what passed, and what a comment ignores",
    severity: "`severity`",
    incomplete: "",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    probe.has("/results/0/rule_id") && ["rule_provider", "long_id"].iter().any(|key| probe.has(&format!("/results/0/{key}")))
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut scan = sink.scan("tfsec");
    let mut listed = false;
    members!(r, {
        "results" => {
            listed = true;
            // A list of Go that nothing was added to.
            if r.kind()? == ValueKind::Null { r.skip()? } else { sink.rows(r, &mut scan, "/results", result)?; }
        },
    });
    if !listed {
        return Err(lacks(r, "the report", "results"));
    }
    sink.finish(scan, Reasons::default());
    Ok(())
}

fn result(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let (mut long_id, mut status, mut passed) = (None, None, None);
    item.is_of(Category::Iac);
    members!(r, {
        "rule_id" => item.rule_id = sink.name(r, at)?,
        "long_id" => long_id = sink.name(r, at)?,
        "rule_description" => item.detail.title = sink.prose(r, at)?,
        "description" => item.message = sink.prose(r, at)?,
        "severity" => { let told = sink.told(r)?; item.label(Source::Tool, Some(told)) },
        "status" => status = Some(sink.told(r)?),
        "passed" => passed = sink.flag(r, || format!("{}/passed", at()))?,
        "resource" => item.detail.mark = sink.name(r, at)?,
        "location" => if sink.object(r, || format!("{}/location", at()))? { location(r, sink, item, at)? },
    });
    item.rule_id = long_id.or(item.rule_id);
    if item.rule_id.is_none() {
        return Err(lacks(r, "a result", "rule_id"));
    }
    tell(sink, item, status, passed);
    Ok(())
}

/// Says what became of a result: by a number since 1.0, by a word or `passed` before.
fn tell(sink: &mut Sink, item: &mut Item, status: Option<Text>, passed: Option<bool>) {
    // What has passed it writes as INFO: a graver word contradicts that, and counts.
    let is_graver = item.claims.iter().any(|claim| sink.report.texts.get(claim.told).as_data() != "INFO");
    match status.map(|status| sink.report.texts.get(status).as_data()) {
        Some("1" | "passed") => item.passes(sink),
        Some("2" | "ignored") => item.suppressed = Suppression::InSource,
        None if passed == Some(true) && !is_graver => item.passes(sink),
        Some(_) | None => {}
    }
}

fn location(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let (mut path, mut first, mut last) = (None, None, None);
    members!(r, {
        "filename" => path = sink.name(r, at)?,
        "start_line" => first = sink.line_or_zero(r, || format!("{}/location/start_line", at()))?,
        "end_line" => last = sink.line_or_zero(r, || format!("{}/location/end_line", at()))?,
    });
    item.lines(path, (first, last));
    Ok(())
}

//! The violations that Xray's user interface exports: `data` and `total_count`, as the importers of other
//! programs read them.

use super::{category, component, cves, fixed, name};
use crate::base::json::{Reader, Result, ValueKind, members};
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::severity::Source;

/// The row of this format.
pub(in crate::ingest) const FORMAT: Format = Format {
    id: "xray-violations",
    title: "JFrog Xray violations (JSON)",
    recognized: "`total_count` and `data` with `source_comp_id` or `component_versions`",
    reads: "Each item, under its `id` and its CVEs, or its summary where it has neither. The component and its version are those of `source_comp_id`",
    severity: "`severity`, and each CVSS score and vector",
    incomplete: "`total_count` is not the number of items: there are more pages",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    probe.has("/total_count") && (probe.has("/data/0/source_comp_id") || probe.has("/data/0/component_versions"))
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let (mut scan, mut reasons) = (sink.scan("jfrog-xray"), Reasons::default());
    let (mut listed, mut has_total) = (None, false);
    members!(r, {
        "total_count" => {
            has_total = true;
            scan.claimed = reasons.count(r, || "/total_count".to_owned())?;
        },
        "data" => listed = Some(sink.rows(r, &mut scan, "/data", violation)?),
    });
    let Some(listed) = listed else { return Err(lacks(r, "the report", "data")) };
    if !has_total {
        return Err(lacks(r, "the report", "total_count"));
    }
    reasons.counted("violations", scan.claimed, listed, || "/total_count".to_owned());
    sink.finish(scan, reasons);
    Ok(())
}

fn violation(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let (mut issue, mut ids, mut summary, mut versions) = (None, Vec::new(), None, Vec::new());
    let (mut of, mut short, mut kind) = (None, None, None);
    members!(r, {
        "id" => issue = sink.name(r, at)?,
        "summary" => summary = sink.prose(r, at)?,
        "severity" => { let told = sink.told(r)?; item.label(Source::Tool, Some(told)); },
        "issue_type" => kind = Some(category(r.scalar()?.text())),
        "source_comp_id" => of = sink.name(r, at)?,
        "component" => short = sink.name(r, at)?,
        "component_versions" => if sink.object(r, || format!("{}/component_versions", at()))? {
            members!(r, {
                "fixed_versions" => sink.texts(r, &mut versions, &|| format!("{}/component_versions/fixed_versions", at()))?,
                "more_details" => if sink.object(r, || format!("{}/component_versions/more_details", at()))? {
                    members!(r, { "cves" => if sink.expect(r, ValueKind::Array, || format!("{}/component_versions/more_details/cves", at()))? {
                        ids = cves(r, sink, item, &|| format!("{}/component_versions/more_details/cves", at()))?;
                    }});
                },
            });
        },
    });
    let Some(of) = of.or(short) else { return Err(lacks(r, "a violation", "source_comp_id")) };
    item.is_of(kind.unwrap_or(category(None)));
    item.detail.package = component(sink, of);
    fixed(sink, &versions, &mut item.fixed_versions);
    name(item, issue, ids, summary);
    Ok(())
}

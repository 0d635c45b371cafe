//! The vulnerabilities report of Xray (the documentation of its REST API, "Vulnerabilities Report Content").

use super::{component, cves, fixed, name, reachable};
use crate::base::json::{Reader, Result, ValueKind, members};
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::severity::Source;

/// The row of this format.
pub(in crate::ingest) const FORMAT: Format = Format {
    id: "xray-unified",
    title: "JFrog Xray vulnerabilities report (JSON)",
    recognized: "`total_rows` and `rows` with `vulnerable_component`",
    reads: "Each row, under its `issue_id` and its CVEs. The artifact is the target; `applicability_result` tells whether the code can be reached. An empty report must be named, as other reports of Xray are empty in the same way",
    severity: "`severity`, the word of `external_advisory_source`, and each CVSS score and vector",
    incomplete: "`total_rows` is not the number of rows: there are more pages",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    probe.has("/total_rows") && probe.has("/rows/0/vulnerable_component")
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let (mut scan, mut reasons) = (sink.scan("jfrog-xray"), Reasons::default());
    scan.category = Some(Category::Sca);
    let (mut listed, mut has_total) = (None, false);
    members!(r, {
        "total_rows" => {
            has_total = true;
            scan.claimed = reasons.count(r, || "/total_rows".to_owned())?;
        },
        "rows" => listed = Some(sink.rows(r, &mut scan, "/rows", row)?),
    });
    let Some(listed) = listed else { return Err(lacks(r, "the report", "rows")) };
    if !has_total {
        return Err(lacks(r, "the report", "total_rows"));
    }
    reasons.counted("rows", scan.claimed, listed, || "/total_rows".to_owned());
    sink.finish(scan, reasons);
    Ok(())
}

fn row(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    item.is_of(Category::Sca);
    let (mut issue, mut ids, mut summary, mut of, mut versions) = (None, Vec::new(), None, None, Vec::new());
    let (mut artifact, mut advisor, mut advised) = (None, None, None);
    members!(r, {
        "issue_id" => issue = sink.name(r, at)?,
        "cves" => if sink.expect(r, ValueKind::Array, || format!("{}/cves", at()))? {
            ids = cves(r, sink, item, &|| format!("{}/cves", at()))?;
        },
        "summary" => summary = sink.prose(r, at)?,
        "severity" => { let told = sink.told(r)?; item.label(Source::Tool, Some(told)); },
        "external_advisory_source" => advisor = sink.name(r, at)?,
        "external_advisory_severity" => advised = sink.name(r, at)?,
        "vulnerable_component" => of = sink.name(r, at)?,
        "impacted_artifact" => artifact = sink.name(r, at)?,
        "fixed_versions" => sink.texts(r, &mut versions, &|| format!("{}/fixed_versions", at()))?,
        "applicability_result" => item.detail.reachable = reachable(r.scalar()?.text()),
    });
    let Some(of) = of else { return Err(lacks(r, "a row", "vulnerable_component")) };
    item.detail.package = component(sink, of);
    item.detail.target = artifact;
    let advisor = advisor.map(|advisor| sink.lower(advisor));
    item.label(advisor.map_or(Source::Tool, Source::By), advised);
    fixed(sink, &versions, &mut item.fixed_versions);
    name(item, issue, ids, summary);
    Ok(())
}

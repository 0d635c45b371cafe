//! The list of scans that `jf scan` and Xray's on-demand scanning write (`xray/services/scan.go` of `jfrog-client-go`).

use super::{category, component, cves, fixed, name};
use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::item::Part;
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::RawScan;
use crate::model::severity::Source;

/// The row of this format.
pub(in crate::ingest) const FORMAT: Format = Format {
    id: "xray-ondemand",
    title: "JFrog Xray on-demand scan (JSON)",
    recognized: "a list of scans with `component_id` and `package_type`",
    reads: "Each of `vulnerabilities` and of `violations`, for each of its `components`. The artifact that was scanned is the target. Its list of licenses is an inventory and not read",
    severity: "`severity`, and each CVSS score and vector",
    incomplete: "a scan has another `status` than `completed`; the list is empty",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    ["/0/component_id", "/0/package_type"].iter().all(|key| probe.has(key))
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let (mut scan, mut reasons) = (sink.scan("jfrog-xray"), Reasons::default());
    scan.category = Some(Category::Sca);
    let mut is_empty = true;
    r.array(|r, index| {
        is_empty = false;
        artifact(r, sink, &mut scan, &mut reasons, &format!("/{index}"))
    })?;
    if is_empty {
        reasons.nothing_scanned("", "the list is empty: no artifact was scanned");
    }
    sink.finish(scan, reasons);
    Ok(())
}

fn artifact(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan, reasons: &mut Reasons, at: &str) -> Result<()> {
    let first = sink.report.details.len();
    let (mut target, mut status) = (None, None);
    r.entries(|r, key| match key {
        "component_id" => {
            target = sink.name(r, || format!("{at}/component_id"))?;
            Ok(())
        }
        "status" => {
            status = Some(sink.told(r)?);
            Ok(())
        }
        "vulnerabilities" | "violations" if r.kind()? != ValueKind::Null => {
            let list = sink.intern(&format!("{at}/{key}"));
            r.array(|r, index| {
                let (item, components) = issue(r, sink, &|| format!("{at}/{key}/{index}"))?;
                item.keep_for(components, sink, scan, list, index);
                Ok(())
            })
        }
        // An inventory, and no result.
        "licenses" => r.skip(),
        _ => sink.unknown(r, key, &|| at.to_owned()),
    })?;
    if target.is_none() {
        return Err(lacks(r, "a scan", "component_id"));
    }
    let Some(status) = status else { return Err(lacks(r, "a scan", "status")) };
    let word = sink.report.texts.get(status).as_data();
    if word != "completed" {
        reasons.add("status", || format!("{at}/status"), format!("the scan is `{word}` and not `completed`"));
    }
    sink.name_target(first..sink.report.details.len(), target);
    Ok(())
}

fn issue(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<(Item, Vec<Part>)> {
    let (mut item, mut components, mut is_told) = (sink.item(), Vec::new(), false);
    let (mut id, mut ids, mut summary, mut kind, mut license): (_, _, _, _, Option<Text>) = (None, Vec::new(), None, None, None);
    members!(r, {
        "issue_id" => id = sink.name(r, at)?,
        "summary" => summary = sink.prose(r, at)?,
        "severity" => { let told = sink.told(r)?; item.label(Source::Tool, Some(told)); },
        "type" => kind = Some(category(r.scalar()?.text())),
        "license_key" => license = sink.name(r, at)?,
        "cves" => if sink.expect(r, ValueKind::Array, || format!("{}/cves", at()))? {
            ids = cves(r, sink, &mut item, &|| format!("{}/cves", at()))?;
        },
        "components" => if sink.object(r, || format!("{}/components", at()))? {
            is_told = true;
            r.entries(|r, key| {
                let (of, mut told, mut versions) = (sink.intern(key), Vec::new(), Vec::new());
                members!(r, { "fixed_versions" => sink.texts(r, &mut told, &|| format!("{}/components", at()))? });
                fixed(sink, &told, &mut versions);
                components.push(Part { package: component(sink, of), fixed_versions: versions, ..Part::default() });
                Ok(())
            })?;
        },
    });
    if !is_told {
        return Err(lacks(r, "an issue", "components"));
    }
    item.is_of(kind.unwrap_or(category(None)));
    if item.detail.category == Some(Category::License) {
        (item.rule_id, item.message) = (license, summary);
    } else {
        name(&mut item, id, ids, summary);
    }
    Ok((item, components))
}

//! The summary of artifacts that Xray's REST API gives (`xray/services/summary.go` of `jfrog-client-go`).
//!
//! An issue is about several components: newer versions of Xray list them, older ones tell them only by the paths on which they were
//! found. Each of them is a sighting, and an issue that tells none is one.

use super::{category, component, cves, fixed, name};
use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::item::Part;
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::{RawPackage, RawScan};
use crate::model::severity::Source;

/// The row of this format.
pub(in crate::ingest) const FORMAT: Format = Format {
    id: "xray-summary",
    title: "JFrog Xray summary of artifacts (JSON)",
    recognized: "`artifacts` with `general`, or `artifacts` beside `errors` with `identifier`",
    reads: "Each issue of an artifact, for each of its `components`, else for each end of its impact paths, whose ecosystem is not told. The artifact is the target. Its list of licenses is an inventory and not read",
    severity: "`severity`, and each CVSS score and vector",
    incomplete: "`errors` is not empty, as for an artifact that is not indexed; no artifact is listed",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    probe.has("/artifacts/0/general") || probe.kind("/artifacts") == Some(ValueKind::Array) && probe.has("/errors/0/identifier")
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let (mut scan, mut reasons) = (sink.scan("jfrog-xray"), Reasons::default());
    scan.category = Some(Category::Sca);
    let mut artifacts = None;
    r.entries(|r, key| match key {
        "artifacts" => {
            let mut listed = 0_u64;
            r.array(|r, index| {
                listed += 1;
                artifact(r, sink, &mut scan, &format!("/artifacts/{index}"))
            })?;
            artifacts = Some(listed);
            Ok(())
        }
        "errors" => reasons.errors(r, "/errors", &["error"]),
        _ => sink.unknown(r, key, &String::new),
    })?;
    match artifacts {
        None => return Err(lacks(r, "the report", "artifacts")),
        Some(0) => reasons.nothing_scanned("/artifacts", "no artifact is listed: Xray tells of nothing that it scanned"),
        Some(_) => {}
    }
    sink.finish(scan, reasons);
    Ok(())
}

fn artifact(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan, at: &str) -> Result<()> {
    let first = sink.report.details.len();
    let (mut target, mut has_general, mut has_issues) = (None, false, false);
    r.entries(|r, key| match key {
        "general" => {
            has_general = true;
            let mut names = [None; 2];
            let [path, id] = &mut names;
            members!(r, {
                "path" => *path = sink.name(r, || format!("{at}/general/path"))?,
                "component_id" => *id = sink.name(r, || format!("{at}/general/component_id"))?,
            });
            target = names.into_iter().flatten().next();
            Ok(())
        }
        "issues" => {
            has_issues = true;
            let list = sink.intern(&format!("{at}/issues"));
            r.array(|r, index| {
                let (item, components) = issue(r, sink, &|| format!("{at}/issues/{index}"))?;
                item.keep_for(components, sink, scan, list, index);
                Ok(())
            })
        }
        // An inventory, and no result.
        "licenses" | "operational_risks" => r.skip(),
        _ => sink.unknown(r, key, &|| at.to_owned()),
    })?;
    if let Some((member, _)) = [("general", has_general), ("issues", has_issues)].into_iter().find(|(_, told)| !told) {
        return Err(lacks(r, "an artifact", member));
    }
    sink.name_target(first..sink.report.details.len(), target);
    Ok(())
}

fn issue(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<(Item, Vec<Part>)> {
    let (mut item, mut components, mut paths) = (sink.item(), Vec::new(), Vec::new());
    let (mut id, mut ids, mut summary, mut kind) = (None, Vec::new(), None, None);
    r.entries(|r, key| {
        match key {
            "issue_id" => id = sink.name(r, at)?,
            "summary" => summary = sink.prose(r, at)?,
            "severity" => {
                let told = sink.told(r)?;
                item.label(Source::Tool, Some(told));
            }
            "issue_type" => kind = Some(category(r.scalar()?.text())),
            "cves" => {
                if sink.expect(r, ValueKind::Array, || format!("{}/cves", at()))? {
                    ids = cves(r, sink, &mut item, &|| format!("{}/cves", at()))?;
                }
            }
            "impact_path" => sink.texts(r, &mut paths, &|| format!("{}/impact_path", at()))?,
            "components" => {
                if sink.expect(r, ValueKind::Array, || format!("{}/components", at()))? {
                    r.array(|r, index| {
                        components.push(part(r, sink, &|| format!("{}/components/{index}", at()))?);
                        Ok(())
                    })?;
                }
            }
            "component_physical_paths" => r.skip()?,
            _ => sink.unknown(r, key, at)?,
        }
        Ok(())
    })?;
    if components.is_empty() {
        components.extend(paths.into_iter().map(|path| Part { package: at_end(sink, path), ..Part::default() }));
    }
    item.is_of(kind.unwrap_or(category(None)));
    name(&mut item, id, ids, summary);
    Ok((item, components))
}

fn part(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<Part> {
    let (mut of, mut told, mut part) = (None, Vec::new(), Part::default());
    members!(r, {
        "component_id" => of = sink.name(r, at)?,
        "fixed_versions" => sink.texts(r, &mut told, at)?,
    });
    let Some(of) = of else { return Err(lacks(r, "a component", "component_id")) };
    part.package = component(sink, of);
    fixed(sink, &told, &mut part.fixed_versions);
    Ok(part)
}

/// What lies at the end of an impact path, whose type is not told: a component without it, `3.12:openssl:1.1.1k-r0`, or a file.
fn at_end(sink: &mut Sink, path: Text) -> RawPackage {
    let told = sink.report.texts.get(path).as_data();
    let end = told.rsplit_once('/').map_or(told, |(_, end)| end);
    let (name, version) = end.rsplit_once(':').map_or((end, None), |(name, version)| (name, Some(version.to_owned())));
    let name = name.to_owned();
    RawPackage { name: Some(sink.intern(&name)), version: version.map(|version| sink.intern(&version)), ..RawPackage::default() }
}

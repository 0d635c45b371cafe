//! OWASP Dependency-Check: `--format JSON` (`core/src/main/resources/templates/jsonReport.vsl` of its source).

mod vulnerability;

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::item::keep_all;
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::raw::{RawPackage, RawScan, Suppression};

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "dependency-check",
    title: "OWASP Dependency-Check JSON",
    recognized: "`scanInfo.engineVersion` beside `dependencies`",
    reads: "Each vulnerability of a dependency, at its `filePath`, and each of `suppressedVulnerabilities` as suppressed. The component is the first purl of `packages`, else the `fileName`. A range that matched and tells its end tells a fixed version",
    severity: "`severity`, and the CVSS scores of its `source`; the gravest counts",
    incomplete: "`scanInfo.analysisExceptions` is not empty; `dependencies` is empty",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

/// Lists of a dependency that hold no vulnerabilities.
const BESIDE: [&str; 6] =
    ["includedBy", "packages", "projectReferences", "relatedDependencies", "suppressedVulnerabilityIds", "vulnerabilityIds"];

fn sniff(probe: &Probe) -> bool {
    probe.has("/scanInfo/engineVersion") && probe.has("/dependencies")
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let (mut scan, mut reasons) = (sink.scan("dependency-check"), Reasons::default());
    let (mut listed, mut told, mut dated) = (None, false, false);
    r.entries(|r, key| {
        match key {
            "scanInfo" => {
                told = true;
                scan_info(r, sink, &mut scan, &mut reasons)?;
            }
            "projectInfo" if sink.object(r, || "/projectInfo".to_owned())? => {
                members!(r, { "reportDate" => {
                    dated = true;
                    scan.ended = sink.instant(r)?;
                }});
            }
            "dependencies" => {
                let mut count = 0_u64;
                r.array(|r, index| {
                    count += 1;
                    dependency(r, sink, &mut scan, &format!("/dependencies/{index}"))
                })?;
                listed = Some(count);
            }
            // One of another type was passed over with a problem.
            "projectInfo" => {}
            _ => sink.unknown(r, key, &String::new)?,
        }
        Ok(())
    })?;
    for (member, told) in [("dependencies", listed.is_some()), ("scanInfo", told), ("projectInfo/reportDate", dated)] {
        if !told {
            return Err(lacks(r, "the report", member));
        }
    }
    if listed == Some(0) {
        reasons.nothing_scanned("/dependencies", "Dependency-Check found no file that it could look at");
    }
    sink.finish(scan, reasons);
    Ok(())
}

fn scan_info(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan, reasons: &mut Reasons) -> Result<()> {
    if !reasons.item(r, ValueKind::Object, || "/scanInfo".to_owned())? {
        return Ok(());
    }
    r.entries(|r, key| {
        match key {
            "engineVersion" => scan.tool_version = sink.name(r, || "/scanInfo/engineVersion".to_owned())?,
            "analysisExceptions" => exceptions(r, reasons)?,
            "dataSource" => r.skip()?,
            _ => sink.unknown(r, key, &|| "/scanInfo".to_owned())?,
        }
        Ok(())
    })
}

/// What went wrong: objects with the message inside `exception`.
fn exceptions(r: &mut Reader<'_>, reasons: &mut Reasons) -> Result<()> {
    const LIST: &str = "/scanInfo/analysisExceptions";
    if !reasons.expect(r, ValueKind::Array, || LIST.to_owned())? {
        return Ok(());
    }
    r.array(|r, index| {
        let mut message = None;
        if r.kind()? == ValueKind::Object {
            members!(r, { "exception" => if r.kind()? == ValueKind::Object {
                members!(r, { "message" => message = r.scalar()?.text().map(str::to_owned) });
            } else {
                r.skip()?;
            }});
        } else {
            r.skip()?;
        }
        reasons.error(|| format!("{LIST}/{index}"), message.as_deref());
        Ok(())
    })
}

fn dependency(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan, at: &str) -> Result<()> {
    let (mut file, mut path, mut purl) = (None, None, None);
    let mut found: Vec<(String, Vec<Item>)> = Vec::new();
    r.entries(|r, key| {
        let place = || format!("{at}/{key}");
        match key {
            "fileName" => file = sink.name(r, place)?,
            "filePath" => path = sink.name(r, place)?,
            "packages" => purl = first_purl(r, sink, &place)?,
            "vulnerabilities" | "suppressedVulnerabilities" => {
                let mut items = sink.items(r, &place, vulnerability::read)?;
                if key != "vulnerabilities" {
                    for item in &mut items {
                        item.suppressed = Suppression::External;
                    }
                }
                found.push((place(), items));
            }
            _ if BESIDE.contains(&key) => r.skip()?,
            _ => sink.unknown(r, key, &|| at.to_owned())?,
        }
        Ok(())
    })?;
    if file.is_none() {
        return Err(lacks(r, "a dependency", "fileName"));
    }
    for (list, mut items) in found {
        for item in &mut items {
            item.detail.package = RawPackage { purl, name: file, ..RawPackage::default() };
            item.place(path);
        }
        keep_all(items, sink, scan, &list);
    }
    Ok(())
}

/// The first of the identifiers that is a purl; others are Maven coordinates of old versions, or names.
fn first_purl(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<Option<Text>> {
    let mut purl = None;
    if sink.expect(r, ValueKind::Array, at)? {
        r.array(|r, index| {
            let at = || format!("{}/{index}", at());
            let mut id = None;
            if sink.object(r, at)? {
                members!(r, { "id" => id = sink.name(r, at)? });
            }
            purl = purl.or(id.filter(|&id| sink.report.texts.get(id).as_data().starts_with("pkg:")));
            Ok(())
        })?;
    }
    Ok(purl)
}

//! `CycloneDX` 1.0 to 1.7 as JSON, with vulnerabilities (ECMA-424, and <https://cyclonedx.org/docs/1.6/json/>).
//!
//! A vulnerability names the components it affects by reference, and they may stand anywhere in the document, nested too: so its
//! rows are kept without their components, and get them when the document ends.

mod component;
mod tools;
mod vulnerability;

use crate::base::fault::{Fault, Position};
use crate::base::json::{Halt, Reader, Result, ValueKind, members};
use crate::ingest::{Ends, Format, Probe, Sink};
use crate::model::identity::Category;
use crate::model::problem::{Problems, Weight};
use crate::model::raw::RawScan;
use crate::model::scan::Ended;
use component::Components;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "cyclonedx",
    title: "CycloneDX (JSON)",
    recognized: "`bomFormat`",
    reads: "Each component that a vulnerability affects is a sighting. Nested components are walked; a reference may be a `bom-ref`, a purl, a UUID or a BOM-Link. `analysis.state` is what the report itself holds of it. Without `vulnerabilities` it is an inventory, which says nothing about them",
    severity: "all ratings, each with its source, method and vector",
    incomplete: "there is no `vulnerabilities`: an inventory is no scan",
    ends: Ends::Bracket,
    blank: false,
    endings: &[".cdx.json"],
    sniff,
    parse,
};

/// The versions whose shape is known.
const VERSIONS: [&str; 8] = ["1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7"];

fn sniff(probe: &Probe) -> bool {
    probe.text("/bomFormat").is_some_and(|format| format == "CycloneDX")
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut version = None;
    let mut components = Components::default();
    let mut affected = Vec::new();
    let (mut tool, mut ended) = (None, Ended::NotTold);
    let fallback = sink.intern("cyclonedx");
    let mut scan = RawScan { category: Some(Category::Sca), ..RawScan::new(String::new(), fallback) };
    let mut has_vulnerabilities = false;
    members!(r, {
        "specVersion" => version = r.scalar()?.text().map(str::to_owned),
        "metadata" => if sink.expect(r, ValueKind::Object, || "/metadata".to_owned())? {
            members!(r, {
                "timestamp" => ended = sink.instant(r)?,
                "tools" => tool = tools::read(r, sink)?,
                "component" => components.read(r, sink, &|| "/metadata/component".to_owned())?,
            });
        },
        "components" => components.read_all(r, sink, &|| "/components".to_owned())?,
        "vulnerabilities" => {
            has_vulnerabilities = true;
            vulnerability::read_all(r, sink, &mut scan, &mut affected)?;
        },
    });
    match version.as_deref() {
        Some(known) if VERSIONS.contains(&known) => {}
        told => {
            let message =
                told.map_or_else(|| "the version is missing".to_owned(), |told| format!("version {told:?} is not one from 1.0 to 1.7"));
            let help = "let the tool write a version that is known".to_owned();
            return Err(Halt::of(Fault { code: "version", position: Position::Whole, message, help }).inside("specVersion"));
        }
    }
    for row in &affected {
        components.settle(sink, row);
    }
    if let Some((name, version)) = tool {
        (scan.tool, scan.tool_version) = (name, version);
    }
    scan.ended = ended;
    // Trivy writes an empty list into every inventory too: `--format cyclonedx` alone looks for nothing.
    let is_trivy = sink.report.texts.get(scan.tool).as_data().eq_ignore_ascii_case("trivy");
    let is_inventory = !has_vulnerabilities || is_trivy && scan.results.is_empty();
    if is_inventory {
        let mut reasons = Problems::default();
        let what = if has_vulnerabilities {
            "`vulnerabilities` is empty, as Trivy writes it without having looked too: it may be an inventory, and no scan"
        } else {
            "the bill of materials has no `vulnerabilities`: it is an inventory, and no scan"
        };
        reasons.add(Weight::Undecided, "inventory", || "/vulnerabilities".to_owned(), what, "let a scanner look for vulnerabilities in it");
        scan.incomplete_because = reasons.into_list();
    }
    sink.report.scans.push(scan);
    Ok(())
}

#[cfg(test)]
mod tests;

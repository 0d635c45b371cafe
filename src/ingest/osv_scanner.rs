//! OSV-Scanner 1 and 2: `--format json` (its documentation, "Output", and the OSV schema for the records in it).
//!
//! A result is a source, such as a lockfile, with the packages in it; a package has the records that match it and groups of records
//! that tell of one vulnerability. Only a whole package says what its records mean: they are held until it ends. The place of a
//! result is put in when its source was read, before or after its packages.

mod group;
mod package;
mod record;
mod versions;

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::pool::Span;
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Probe, Sink};
use crate::model::raw::{RawLocation, RawScan};
use package::Package;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "osv-scanner",
    title: "OSV-Scanner JSON",
    recognized: "`results` with `source` and `packages`, or `experimental_config`",
    reads: "Each record of a package is a sighting, at the path of its source, or with an image as the target. Records of one group share its names, unless the group has several CVE ids: a distribution's advisory groups different vulnerabilities. The fix is that of the range around the version in use, where both are plain numbers; else every fix of the package. Call analysis of a group is `reachable`. `license_violations` are sightings of category license; `MAL-` ids of category malware",
    severity: "the database's word (`ghsa` for GHSA ids, else `osv`) and its CVSS vectors; the group's `max_severity` is the tool's own score",
    incomplete: "`results` is null; a group names a record that is not there",
    ends: Ends::Bracket,
    blank: true,
    endings: &[],
    sniff,
    parse,
};

/// `{"results": []}` alone is what tfsec writes as well.
fn sniff(probe: &Probe) -> bool {
    let beside = ["/experimental_config", "/image_metadata", "/license_summary"];
    ["/results/0/source", "/results/0/packages"].iter().all(|key| probe.has(key))
        || probe.has("/results") && beside.iter().any(|key| probe.has(key))
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut report =
        Report { scan: sink.scan("osv-scanner"), reasons: Reasons::default(), places: Span::default(), known: Known::new(sink) };
    // Before version 1.8 it wrote nothing where it found nothing.
    if !r.has_more()? {
        sink.finish(report.scan, report.reasons);
        return Ok(());
    }
    let mut listed = false;
    members!(r, {
        "results" => {
            listed = true;
            if r.kind()? == ValueKind::Null {
                r.skip()?;
                report.reasons.add("no-results", || "/results".to_owned(), "`results` is null: nothing was scanned");
            } else {
                r.array(|r, index| report.result(r, sink, &format!("/results/{index}")))?;
            }
        },
    });
    if !listed {
        return Err(lacks(r, "the report", "results"));
    }
    let Report { scan, reasons, .. } = report;
    sink.finish(scan, reasons);
    Ok(())
}

/// The report while it is read.
struct Report {
    scan: RawScan,
    reasons: Reasons,
    /// Where the packages of the result are that is being read.
    places: Span<RawLocation>,
    known: Known,
}

/// Words that every record is held against.
struct Known {
    /// Those whose databases rate what they publish.
    ghsa: Text,
    osv: Text,
    ubuntu: Text,
}

impl Known {
    fn new(sink: &mut Sink) -> Self {
        Self { ghsa: sink.intern("ghsa"), osv: sink.intern("osv"), ubuntu: sink.intern("ubuntu") }
    }
}

impl Report {
    fn result(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<()> {
        self.places = sink.report.locations.add([RawLocation::default()]);
        let first = sink.report.details.len();
        let (mut path, mut kind) = (None, None);
        let mut listed = false;
        members!(r, {
            "source" => if sink.expect(r, ValueKind::Object, || format!("{at}/source"))? {
                members!(r, {
                    "path" => path = sink.name(r, || format!("{at}/source/path"))?,
                    "type" => kind = sink.name(r, || format!("{at}/source/type"))?,
                });
            },
            "packages" => {
                listed = true;
                if r.kind()? == ValueKind::Null {
                    r.skip()?;
                } else {
                    r.array(|r, index| Package::read(r, sink, self, &format!("{at}/packages/{index}")))?;
                }
            },
        });
        if !listed {
            return Err(lacks(r, "a result", "packages"));
        }
        let is_image = kind.is_some_and(|kind| sink.report.texts.get(kind).as_data() == "docker");
        if is_image {
            for detail in first..sink.report.details.len() {
                if let Some(detail) = sink.report.details.get_mut(detail) {
                    detail.target = path;
                }
            }
        } else if let Some(place) = sink.report.locations.get_mut(self.places).first_mut() {
            place.uri = path;
        }
        Ok(())
    }
}

//! Kubescape: `--format json`, version 2 of its format (`reporthandling/results/v1` of `opa-utils`).
//!
//! `results` has the controls that were tried on each resource, `summaryDetails` how grave each control is, and `resources` the file
//! of each resource: so rows are settled at the end.

mod control;

use hashbrown::HashMap;

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::item::Verdict;
use crate::ingest::{Ends, Format, Probe, Sink};
use crate::model::problem::Weight;
use crate::model::raw::{Claim, RawLocation, RawScan};
use crate::model::severity::{Kind, Source};

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "kubescape",
    title: "Kubescape JSON",
    recognized: "`summaryDetails` beside `results`, `resources` or `paginationInfo`",
    reads: "Each control of each resource; the resource is the target, and its file the path. `passed` has passed, `skipped`, `irrelevant` and `ignored` are no findings, and what an exception covers is suppressed. Any other status is open",
    severity: "`scoreFactor` of the control in `summaryDetails`: from 9 critical, from 7 high, from 4 medium, from 1 low, else unrated",
    incomplete: "there is no result at all, or `summaryDetails` counts more failed resources than are listed",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    probe.has("/summaryDetails") && ["/results", "/resources", "/paginationInfo"].iter().any(|key| probe.has(key))
}

/// What is read of a report beside its rows.
#[derive(Default)]
struct Report {
    reasons: Reasons,
    /// The word for how grave each control is.
    severities: HashMap<Text, Text>,
    /// The file of each resource.
    files: HashMap<Text, Text>,
    /// The control and the resource of each row.
    rows: Vec<(Text, Option<Text>)>,
    failed_resources: u64,
    counted: Option<u64>,
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let (mut scan, mut report) = (sink.scan("kubescape"), Report::default());
    let mut has_summary = false;
    r.entries(|r, key| match key {
        "generationTime" => {
            scan.ended = sink.instant_of_go(r)?;
            Ok(())
        }
        "metadata" => metadata(r, sink, &mut scan),
        "summaryDetails" => {
            has_summary = true;
            report.summary(r, sink)
        }
        "results" if report.reasons.expect(r, ValueKind::Array, || "/results".to_owned())? => {
            r.array(|r, index| report.result(r, sink, &mut scan, &format!("/results/{index}")))
        }
        "resources" if sink.expect(r, ValueKind::Array, || "/resources".to_owned())? => r.array(|r, _| report.resource(r, sink)),
        "results" | "resources" => Ok(()),
        _ => sink.unknown(r, key, &String::new),
    })?;
    if !has_summary {
        return Err(lacks(r, "the report", "summaryDetails"));
    }
    report.settle(sink, &mut scan);
    sink.finish(scan, report.reasons);
    Ok(())
}

fn metadata(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan) -> Result<()> {
    if sink.object(r, || "/metadata".to_owned())? {
        members!(r, { "scanMetadata" => if sink.object(r, || "/metadata/scanMetadata".to_owned())? {
            members!(r, { "kubescapeVersion" => scan.tool_version = sink.name(r, || "/metadata/scanMetadata/kubescapeVersion".to_owned())? });
        }});
    }
    Ok(())
}

impl Report {
    fn summary(&mut self, r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
        let at = || "/summaryDetails".to_owned();
        members!(r, {
            "controls" => if sink.object(r, at)? {
                r.entries(|r, id| {
                    let mut word = None;
                    if sink.object(r, at)? {
                        members!(r, { "scoreFactor" => word = grave(r)? });
                    }
                    if let Some(word) = word {
                        self.severities.insert(sink.intern(id), sink.intern(word));
                    }
                    Ok(())
                })?;
            },
            "ResourceCounters" => if self.reasons.expect(r, ValueKind::Object, at)? {
                members!(r, { "failedResources" => self.counted = self.reasons.count(r, at)? });
            },
        });
        Ok(())
    }

    /// A resource, with its file.
    fn resource(&mut self, r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
        let at = || "/resources".to_owned();
        let (mut id, mut file) = (None, None);
        if sink.object(r, at)? {
            members!(r, {
                "resourceID" => id = sink.name(r, at)?,
                "source" => if sink.object(r, at)? { members!(r, { "relativePath" => file = sink.name(r, at)? }) },
            });
        }
        if let (Some(id), Some(file)) = (id, file) {
            self.files.insert(id, file);
        }
        Ok(())
    }

    fn result(&mut self, r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan, at: &str) -> Result<()> {
        let (first, mut resource, mut has_failed) = (self.rows.len(), None, false);
        let rows = &mut self.rows;
        let mut raw = Self::default();
        r.entries(|r, key| {
            match key {
                "resourceID" => resource = sink.name(r, || format!("{at}/resourceID"))?,
                "rawResource" => raw.resource(r, sink)?,
                "controls" => {
                    if self.reasons.expect(r, ValueKind::Array, || format!("{at}/controls"))? {
                        sink.rows(r, scan, &format!("{at}/controls"), |r, sink, item, at| {
                            let (control, verdict) = control::read(r, sink, item, at)?;
                            has_failed |= verdict == Verdict::Open;
                            rows.push((control, None));
                            Ok(())
                        })?;
                    }
                }
                _ => sink.unknown(r, key, &|| at.to_owned())?,
            }
            Ok(())
        })?;
        let Some(resource) = resource else { return Err(lacks(r, "a result", "resourceID")) };
        self.rows.iter_mut().skip(first).for_each(|(_, of)| *of = Some(resource));
        self.files.extend(raw.files.into_values().map(|file| (resource, file)));
        self.failed_resources += u64::from(has_failed);
        Ok(())
    }

    /// Tells the rows what stands elsewhere. Each detail is that of the row with its number.
    fn settle(&mut self, sink: &mut Sink, scan: &mut RawScan) {
        if self.rows.is_empty() {
            self.reasons.add("no-results", || "/results".to_owned(), "no control was tried on any resource");
        }
        if self.counted.is_some_and(|counted| counted > self.failed_resources) {
            let at = || "/summaryDetails/ResourceCounters/failedResources".to_owned();
            self.reasons.counted("failed resources", self.counted, self.failed_resources, at);
        }
        let report = &mut sink.report;
        for (number, &(control, resource)) in self.rows.iter().enumerate() {
            let Some(row) = scan.results.get_mut(number) else { continue };
            if let Some(detail) = report.details.get_mut(number) {
                (detail.target, detail.mark) = (resource, resource);
            }
            if let Some(&file) = resource.and_then(|resource| self.files.get(&resource)) {
                row.locations = report.locations.add([RawLocation { uri: Some(file), ..RawLocation::default() }]);
            }
            let has_passed = !report.claims.get(row.claims).is_empty();
            if has_passed {
                continue;
            }
            if let Some(&word) = self.severities.get(&control) {
                row.claims = report.claims.add(&[Claim::new(Source::Tool, Kind::Label, word)]);
            } else {
                let at = || format!("{}/{}", report.texts.get(row.pointer.list).as_data(), row.pointer.index);
                let what = "`summaryDetails` does not tell how grave the control is: the finding is unrated";
                report.problems.add(Weight::Note, "no-severity", at, what, "");
            }
        }
    }
}

/// The word that Kubescape has for how grave a control is (`ControlSeverityToString` of `opa-utils`).
fn grave(r: &mut Reader<'_>) -> Result<Option<&'static str>> {
    let value = r.scalar()?;
    let factor = value.number().and_then(|number| number.parse::<f64>().ok());
    Ok(factor.map(|factor| match factor {
        9.0.. => "Critical",
        7.0.. => "High",
        4.0.. => "Medium",
        1.0.. => "Low",
        _ => "Unknown",
    }))
}

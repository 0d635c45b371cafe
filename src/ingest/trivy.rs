//! Trivy's own JSON, schema version 2 (Trivy 0.20 and later; `pkg/types/report.go` of its source).
//!
//! A document has one result for each target: the packages of an image, a lock file, a configuration file. Its name and type may
//! stand behind the lists they are about, and that of the artifact behind all of them: so what rows need of these is filled in when
//! the object around them ends.

pub(super) mod result;
pub(super) mod row;

use std::ops::Range;

use crate::base::fault::{Fault, Position};
use crate::base::json::{Halt, Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::Reasons;
use crate::ingest::{Ends, Format, Probe, Sink};
use crate::model::problem::Weight;
use crate::model::raw::RawScan;
use result::Told;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "trivy",
    title: "Trivy (JSON)",
    recognized: "`SchemaVersion` beside `Results` or `ArtifactName`",
    reads: "Vulnerabilities, misconfigurations, secrets and licenses of each result. Targets are paths, but of packages of an operating system and of images, where they are inside the artifact. What was ignored (`--show-suppressed`) is suppressed; a misconfiguration with status PASS has passed",
    severity: "Trivy's word, the word of each vendor, and each CVSS score",
    incomplete: "`Results` is absent or empty: nothing was scanned",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    probe.has("/SchemaVersion") && (probe.has("/Results") || probe.has("/ArtifactName"))
}

/// What was scanned.
#[derive(Default)]
struct Artifact {
    name: Option<Text>,
    kind: Option<Text>,
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut scan = sink.scan("trivy");
    let mut version = None;
    let mut artifact = Artifact::default();
    let mut results = None;
    members!(r, {
        "SchemaVersion" => version = Some(r.scalar()?.number().map_or_else(|| "of another type".to_owned(), str::to_owned)),
        "Trivy" => if sink.expect(r, ValueKind::Object, || "/Trivy".to_owned())? {
            members!(r, { "Version" => scan.tool_version = sink.name(r, || "/Trivy/Version".to_owned())? });
        },
        "CreatedAt" => scan.ended = sink.instant_of_go(r)?,
        "ArtifactName" => artifact.name = sink.name(r, || "/ArtifactName".to_owned())?,
        "ArtifactType" => artifact.kind = sink.name(r, || "/ArtifactType".to_owned())?,
        "Metadata" => if sink.expect(r, ValueKind::Object, || "/Metadata".to_owned())? {
            metadata(r, sink, &mut scan)?;
        },
        "Results" => results = read_results(r, sink, &mut scan)?,
    });
    match version.as_deref() {
        Some("2") => {}
        told => {
            let message = format!("schema version {} is not 2", told.unwrap_or("(none)"));
            let help = "let a Trivy of version 0.20 or later write it, or SARIF".to_owned();
            return Err(Halt::of(Fault { code: "version", position: Position::Whole, message, help }).inside("SchemaVersion"));
        }
    }
    let mut reasons = Reasons::default();
    if results.is_none() {
        reasons.nothing_scanned("/Results", "`Results` is absent or empty: Trivy found nothing that it could scan");
    }
    artifact.name_targets(&results.unwrap_or_default(), sink);
    sink.finish(scan, reasons);
    Ok(())
}

fn metadata(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan) -> Result<()> {
    members!(r, {
        "RepoURL" => scan.repository = sink.name(r, || "/Metadata/RepoURL".to_owned())?,
        "Commit" => scan.commit = sink.name(r, || "/Metadata/Commit".to_owned())?,
        "OS" => if sink.expect(r, ValueKind::Object, || "/Metadata/OS".to_owned())? {
            members!(r, { "EOSL" => if sink.flag(r, || "/Metadata/OS/EOSL".to_owned())? == Some(true) {
                let what = "the distribution is past its end of life: nobody reports its vulnerabilities any more";
                sink.problem(Weight::Warning, "end-of-life", || "/Metadata/OS/EOSL".to_owned(), what, "upgrade the base image");
            }});
        },
    });
    Ok(())
}

/// The rows of packages of the operating system, which are in the artifact as a whole; `None` where nothing was scanned.
type OfSystem = Vec<Range<usize>>;

fn read_results(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan) -> Result<Option<OfSystem>> {
    if r.kind()? == ValueKind::Null {
        r.skip()?;
        return Ok(None);
    }
    let (mut of_system, mut is_empty) = (OfSystem::new(), true);
    r.array(|r, index| {
        is_empty = false;
        let Told { rows, is_system, .. } = result::read(r, sink, scan, &format!("/Results/{index}"))?;
        of_system.extend(is_system.then_some(rows));
        Ok(())
    })?;
    Ok((!is_empty).then_some(of_system))
}

impl Artifact {
    /// Tells the rows what was scanned: all of them in an image, else those of the operating system.
    fn name_targets(&self, of_system: &[Range<usize>], sink: &mut Sink) {
        let is_image = self.kind.is_some_and(|kind| matches!(sink.report.texts.get(kind).as_data(), "container_image" | "vm"));
        if is_image {
            sink.report.details.iter_mut().for_each(|detail| detail.target = self.name);
            return;
        }
        for rows in of_system {
            sink.name_target(rows.clone(), self.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::ingest::read;

    /// How many rows there are, and whether the scan is whole; `None` of what is refused.
    fn rows(members: &str) -> Option<(usize, bool)> {
        let text = format!(r#"{{"SchemaVersion": 2, {members}}}"#);
        let (_, report) = read(&mut text.as_bytes(), Some(&super::FORMAT), &[]).ok()?;
        let scan = report.scans.first()?;
        Some((scan.results.len(), scan.incomplete_because.is_empty()))
    }

    #[test]
    fn without_results_nothing_was_scanned() {
        for results in ["null", "[]"] {
            assert_eq!(rows(&format!(r#""Results": {results}"#)), Some((0, false)), "{results}");
        }
        assert_eq!(rows(r#""ArtifactName": ".""#), Some((0, false)));
        assert_eq!(rows(r#""Results": [{"Target": "a", "Vulnerabilities": null}]"#), Some((0, true)));
    }

    #[test]
    fn lists_of_another_type_are_refused_and_empty_rows_are_rows() {
        let lists = ["Vulnerabilities", "Misconfigurations", "Secrets", "Licenses", "ExperimentalModifiedFindings", "ModifiedFindings"];
        for list in lists {
            for value in ["{}", r#""x""#, "1", "[null]", r#"["x"]"#, "[[]]"] {
                assert_eq!(rows(&format!(r#""Results": [{{"{list}": {value}}}]"#)), None, "{list}: {value}");
            }
            assert_eq!(rows(&format!(r#""Results": [{{"{list}": []}}, {{"{list}": [{{}}, {{}}]}}]"#)), Some((2, true)), "{list}");
            assert_eq!(rows(&format!(r#""Results": [{{"{list}": [], "{list}": []}}]"#)), None, "{list}");
        }
        for results in ["{}", r#""x""#, "[null]", r#"["x"]"#, "[[]]"] {
            assert_eq!(rows(&format!(r#""Results": {results}"#)), None, "{results}");
        }
    }

    #[test]
    fn a_list_that_is_not_known_is_told() {
        for (list, told) in [
            (r#""Vulnerabilitys": [{}]"#, &["unknown-list"][..]),
            (r#""Vulnerabilitys": []"#, &[]),
            (r#""Packages": [{}], "MisconfSummary": {"Failures": 1}"#, &[]),
        ] {
            let text = format!(r#"{{"SchemaVersion": 2, "Results": [{{{list}}}]}}"#);
            let problems = read(&mut text.as_bytes(), Some(&super::FORMAT), &[]).map(|(_, report)| report.problems.into_list()).ok();
            let codes = problems.map(|problems| problems.iter().map(|problem| problem.code).collect::<Vec<_>>());
            assert_eq!(codes.as_deref(), Some(told), "{list}");
        }
    }
}

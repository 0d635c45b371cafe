//! Trivy's JSON before version 0.20: the bare list of what are the `Results` of a report now (`pkg/report/writer.go` of its source
//! at 0.19).
//!
//! Nothing but the target of an operating system's packages tells what was scanned, and only images and root file systems have one.

use crate::base::json::{Reader, Result, ValueKind};
use crate::ingest::health::Reasons;
use crate::ingest::trivy::result::{self, Told};
use crate::ingest::{Ends, Format, Probe, Sink};

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "trivy-v1",
    title: "Trivy (JSON before 0.20)",
    recognized: "a list of results with `Target` and `Type`, `Class`, `Vulnerabilities` or `Misconfigurations`",
    reads: "As in `trivy`. Where a target names an operating system, as in `redis:6 (debian 10.4)`, what stands before it is the target of all results",
    severity: "Trivy's word, the word of each vendor, and each CVSS score",
    incomplete: "the list is empty or `null`: nothing was scanned",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    let members = ["/0/Type", "/0/Class", "/0/Vulnerabilities", "/0/Misconfigurations"];
    probe.has("/0/Target") && members.iter().any(|key| probe.has(key))
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut scan = sink.scan("trivy");
    let (mut artifact, mut is_empty) = (None, true);
    if r.kind()? == ValueKind::Null {
        r.skip()?;
    } else {
        r.array(|r, index| {
            is_empty = false;
            let Told { target, is_system, .. } = result::read(r, sink, &mut scan, &format!("/{index}"))?;
            artifact = artifact.or(target.filter(|_| is_system));
            Ok(())
        })?;
    }
    let told = artifact.and_then(|target| result::artifact(sink.report.texts.get(target).as_data()));
    if let Some(name) = told.map(|(name, _)| name.to_owned()) {
        artifact = Some(sink.intern(&name));
    }
    sink.report.details.iter_mut().for_each(|detail| detail.target = artifact);
    let mut reasons = Reasons::default();
    if is_empty {
        reasons.nothing_scanned("", "the list is empty: Trivy found nothing that it could scan");
    }
    sink.finish(scan, reasons);
    Ok(())
}

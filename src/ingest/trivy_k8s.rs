//! Trivy's JSON of a cluster: `trivy k8s --format json` (`pkg/k8s/report/report.go` of its source).
//!
//! A report lists the objects of the cluster, each with results as an artifact has them: all of them under `Resources`, the summary
//! under `Findings`, and Trivy before 0.37 under `Vulnerabilities` and `Misconfigurations`.

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::trivy::result;
use crate::ingest::{Ends, Format, Probe, Sink};
use crate::model::problem::Weight;
use crate::model::raw::RawScan;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "trivy-k8s",
    title: "Trivy of a cluster (JSON)",
    recognized: "`ClusterName` beside `Resources`, `Findings`, `Vulnerabilities` or `Misconfigurations`",
    reads: "The results of each object, as in `trivy`. The object is the target: `Namespace/Kind/Name`, without a namespace `Kind/Name`",
    severity: "Trivy's word, the word of each vendor, and each CVSS score",
    incomplete: "an object has an `Error`; no object is listed: nothing was scanned",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    let lists = ["/Resources", "/Findings", "/Vulnerabilities", "/Misconfigurations"];
    probe.has("/ClusterName") && lists.iter().any(|list| probe.has(list))
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let (mut scan, mut reasons) = (sink.scan("trivy"), Reasons::default());
    let (mut is_cluster, mut objects) = (false, 0_u64);
    r.entries(|r, key| match key {
        "ClusterName" => {
            is_cluster = true;
            r.skip()
        }
        "Resources" | "Findings" | "Vulnerabilities" | "Misconfigurations" if r.kind()? != ValueKind::Null => r.array(|r, index| {
            objects += 1;
            object(r, sink, &mut scan, &mut reasons, &format!("/{key}/{index}"))
        }),
        _ => sink.unknown(r, key, &String::new),
    })?;
    if !is_cluster {
        return Err(lacks(r, "the report", "ClusterName"));
    }
    if objects == 0 {
        reasons.nothing_scanned("", "no object of the cluster is listed: Trivy found nothing that it could scan");
    }
    sink.finish(scan, reasons);
    Ok(())
}

fn object(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan, reasons: &mut Reasons, at: &str) -> Result<()> {
    let first = sink.report.details.len();
    let (mut namespace, mut kind, mut name, mut is_told) = (None, None, None, false);
    members!(r, {
        "Namespace" => namespace = sink.name(r, || format!("{at}/Namespace"))?,
        "Kind" => kind = sink.name(r, || format!("{at}/Kind"))?,
        "Name" => name = sink.name(r, || format!("{at}/Name"))?,
        "Results" => if r.kind()? == ValueKind::Null {
            r.skip()?;
        } else {
            is_told = true;
            r.array(|r, index| result::read(r, sink, scan, &format!("{at}/Results/{index}")).map(drop))?;
        },
        "Error" => {
            is_told = true;
            reasons.told_error(r, || format!("{at}/Error"))?;
        },
    });
    let Some(kind) = kind else { return Err(lacks(r, "an object", "Kind")) };
    if !is_told {
        // As of an image without packages: that is no error, and no result.
        sink.problem(Weight::Note, "no-results", || at.to_owned(), "Trivy found nothing in this object that it could scan", "");
    }
    let target = sink.joined("/", &[namespace, Some(kind), name]);
    sink.name_target(first..sink.report.details.len(), target);
    Ok(())
}

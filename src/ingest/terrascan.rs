//! Terrascan: `-o json` (`ViolationStore` in `pkg/results/types.go` of its source).
//!
//! It is written in Go: a list that nothing was added to is `null`.

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::{RawScan, Suppression};
use crate::model::severity::{CvssVersion, Source};

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "terrascan",
    title: "Terrascan JSON",
    recognized: "`results` with `violations` and `scan_summary`",
    reads: "Each violation, under its `rule_id`; those that a comment skips; rules that passed, with `--show-passed`; vulnerabilities of images, with `--find-vuln`",
    severity: "`severity`; of a vulnerability also its CVSS scores and vectors",
    incomplete: "`scan_errors` is not empty, as where `-i all` meets a folder without files of one kind: name the kind with `-i`; no policy was validated; counts and lists disagree",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    probe.has("/results/violations") && probe.kind("/results") == Some(ValueKind::Object)
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let (mut scan, mut reasons) = (sink.scan("terrascan"), Reasons::default());
    let mut has_results = false;
    members!(r, {
        "results" => {
            has_results = true;
            results(r, sink, &mut scan, &mut reasons)?;
        },
    });
    if !has_results {
        return Err(lacks(r, "the report", "results"));
    }
    sink.finish(scan, reasons);
    Ok(())
}

fn results(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan, reasons: &mut Reasons) -> Result<()> {
    let (mut violations, mut found, mut counts) = (None, 0, None);
    r.entries(|r, key| {
        let at = format!("/results/{key}");
        match key {
            "violations" => violations = Some(list(r, sink, scan, &at, violation)?),
            "skipped_violations" => {
                list(r, sink, scan, &at, |r, sink, item, at| {
                    violation(r, sink, item, at)?;
                    item.suppressed = Suppression::InSource;
                    Ok(())
                })?;
            }
            "passed_rules" => {
                list(r, sink, scan, &at, |r, sink, item, at| {
                    violation(r, sink, item, at)?;
                    item.passes(sink);
                    Ok(())
                })?;
            }
            "vulnerabilities" => found = list(r, sink, scan, &at, vulnerability)?,
            "scan_errors" => reasons.errors(r, &at, &["errMsg"])?,
            "scan_summary" => counts = Some(Counts::read(r, reasons)?),
            _ => sink.unknown(r, key, &|| "/results".to_owned())?,
        }
        Ok(())
    })?;
    let Some(violations) = violations else { return Err(lacks(r, "`results`", "violations")) };
    let Some(counts) = counts else { return Err(lacks(r, "`results`", "scan_summary")) };
    let Some(validated) = counts.validated else { return Err(lacks(r, "`scan_summary`", "policies_validated")) };
    if counts.violated.is_none() {
        return Err(lacks(r, "`scan_summary`", "violated_policies"));
    }
    if validated == 0 {
        reasons.nothing_scanned("/results/scan_summary/policies_validated", "Terrascan validated no policy");
    }
    scan.claimed = counts.violated;
    reasons.counted("violations", counts.violated, violations, || "/results/scan_summary/violated_policies".to_owned());
    reasons.counted("vulnerabilities", counts.found, found, || "/results/scan_summary/vulnerabilities".to_owned());
    Ok(())
}

/// Reads a list of results, or `null`. How many there are.
fn list(
    r: &mut Reader<'_>,
    sink: &mut Sink,
    scan: &mut RawScan,
    at: &str,
    read: impl FnMut(&mut Reader<'_>, &mut Sink, &mut Item, &dyn Fn() -> String) -> Result<()>,
) -> Result<u64> {
    if r.kind()? == ValueKind::Null {
        return r.skip().map(|()| 0);
    }
    sink.rows(r, scan, at, read)
}

/// What `scan_summary` counts.
#[derive(Default)]
struct Counts {
    validated: Option<u64>,
    violated: Option<u64>,
    found: Option<u64>,
}

impl Counts {
    fn read(r: &mut Reader<'_>, reasons: &mut Reasons) -> Result<Self> {
        let mut counts = Self::default();
        let at = |key: &str| format!("/results/scan_summary/{key}");
        members!(r, {
            "policies_validated" => counts.validated = reasons.count(r, || at("policies_validated"))?,
            "violated_policies" => counts.violated = reasons.count(r, || at("violated_policies"))?,
            "vulnerabilities" => counts.found = reasons.count(r, || at("vulnerabilities"))?,
        });
        Ok(counts)
    }
}

fn violation(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let (mut path, mut line, mut name, mut kind) = (None, None, None, None);
    item.is_of(Category::Iac);
    members!(r, {
        "rule_id" => item.rule_id = sink.name(r, at)?,
        "rule_name" => item.detail.title = sink.prose(r, at)?,
        "description" => item.message = sink.prose(r, at)?,
        "severity" => { let told = sink.told(r)?; item.label(Source::Tool, Some(told)) },
        "resource_name" => name = sink.name(r, at)?,
        "resource_type" => kind = sink.name(r, at)?,
        "file" => path = sink.name(r, at)?,
        "line" => line = sink.line_or_zero(r, || format!("{}/line", at()))?,
    });
    if item.rule_id.is_none() {
        return Err(lacks(r, "a violation", "rule_id"));
    }
    item.lines(path, (line, None));
    item.detail.mark = sink.joined(" ", &[kind, name]);
    Ok(())
}

/// A vulnerability of an image that a file names.
fn vulnerability(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let (mut path, mut line) = (None, None);
    let [mut score, mut vector, mut old_score, mut old_vector] = [None; 4];
    item.is_of(Category::Sca);
    members!(r, {
        "vulnerability_id" => item.ids.extend(sink.name(r, at)?),
        "image" => item.detail.target = sink.name(r, at)?,
        "package" => item.detail.package.name = sink.name(r, at)?,
        "installed_version" => item.detail.package.version = sink.name(r, at)?,
        "description" => item.message = sink.prose(r, at)?,
        "severity" => { let told = sink.told(r)?; item.label(Source::Tool, Some(told)) },
        "cvss_score" => if sink.object(r, || format!("{}/cvss_score", at()))? {
            members!(r, {
                "v3_score" => score = sink.score(r, at)?,
                "v3_vector" => vector = sink.name(r, at)?,
                "v2_score" => old_score = sink.score(r, at)?,
                "v2_vector" => old_vector = sink.name(r, at)?,
            });
        },
        "file" => path = sink.name(r, at)?,
        "line" => line = sink.line_or_zero(r, || format!("{}/line", at()))?,
    });
    if item.ids.is_empty() {
        return Err(lacks(r, "a vulnerability", "vulnerability_id"));
    }
    item.cvss(Source::Tool, CvssVersion::V3, score, vector);
    item.cvss(Source::Tool, CvssVersion::V2, old_score, old_vector);
    item.lines(path, (line, None));
    Ok(())
}

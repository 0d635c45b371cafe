//! Safety 2: `safety check --output json` (`formatters/json.py` and `models/vulnerabilities.py` of its source).

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::ingest::advisory::nothing_audited;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::{RawPackage, RawScan, Suppression};
use crate::model::scan::Ended;
use crate::model::severity::Source;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "safety",
    title: "Safety 2 JSON",
    recognized: "`report_meta.safety_version`",
    reads: "Each vulnerability, under `SAFETY-` and its number, and its CVE. What stands in `ignored_vulnerabilities` is suppressed. A time without a time zone is none: how old the report is, is then not known",
    severity: "`base_severity`, and the CVSS scores and vectors",
    incomplete: "more vulnerabilities are counted than listed, or fewer",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    probe.has("/report_meta/safety_version")
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let (mut scan, mut reasons) = (sink.scan("safety"), Reasons::default());
    let (mut counts, mut open, mut ignored) = (None, None, 0);
    r.entries(|r, key| {
        match key {
            "report_meta" => counts = Some(meta(r, sink, &mut scan, &mut reasons)?),
            "vulnerabilities" => open = Some(sink.rows(r, &mut scan, "/vulnerabilities", vulnerability)?),
            "ignored_vulnerabilities" => {
                ignored = sink.rows(r, &mut scan, "/ignored_vulnerabilities", |r, sink, item, at| {
                    item.suppressed = Suppression::External;
                    vulnerability(r, sink, item, at)
                })?;
            }
            "announcements" => r.skip()?,
            _ => sink.unknown(r, key, &String::new)?,
        }
        Ok(())
    })?;
    let Some(counts) = counts else { return Err(lacks(r, "the report", "report_meta")) };
    let Some(open) = open else { return Err(lacks(r, "the report", "vulnerabilities")) };
    scan.claimed = counts.found;
    reasons.counted("vulnerabilities", counts.found, open, || "/report_meta/vulnerabilities_found".to_owned());
    reasons.counted("ignored vulnerabilities", counts.ignored, ignored, || "/report_meta/vulnerabilities_ignored".to_owned());
    if counts.packages == Some(0) {
        nothing_audited(sink, "Safety");
    }
    sink.finish(scan, reasons);
    Ok(())
}

/// What the report counts.
#[derive(Default)]
struct Counts {
    packages: Option<u64>,
    found: Option<u64>,
    ignored: Option<u64>,
}

fn meta(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan, reasons: &mut Reasons) -> Result<Counts> {
    let (mut counts, mut is_counted) = (Counts::default(), false);
    let at = |key: &str| format!("/report_meta/{key}");
    members!(r, {
        "safety_version" => scan.tool_version = sink.name(r, || at("safety_version"))?,
        // Most versions write a time of nobody knows which zone, and so no instant.
        "timestamp" => scan.ended = sink.instant(r)?.at().map_or(Ended::NotTold, Ended::At),
        "packages_found" => counts.packages = reasons.count(r, || at("packages_found"))?,
        "vulnerabilities_found" => {
            is_counted = true;
            counts.found = reasons.count(r, || at("vulnerabilities_found"))?;
        },
        "vulnerabilities_ignored" => counts.ignored = reasons.count(r, || at("vulnerabilities_ignored"))?,
    });
    if is_counted { Ok(counts) } else { Err(lacks(r, "`report_meta`", "vulnerabilities_found")) }
}

fn vulnerability(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let (mut id, mut cve, mut is_ignored) = (None, None, None);
    let at = |key: &str| format!("{}/{key}", at());
    item.is_of(Category::Sca);
    item.detail.package = RawPackage { ecosystem: Some(sink.intern("PyPI")), ..RawPackage::default() };
    members!(r, {
        "vulnerability_id" => id = sink.number(r, || at("vulnerability_id"))?,
        "CVE" => cve = sink.name(r, || at("CVE"))?,
        "package_name" => item.detail.package.name = sink.name(r, || at("package_name"))?,
        "analyzed_version" => item.detail.package.version = sink.name(r, || at("analyzed_version"))?,
        "fixed_versions" => sink.texts(r, &mut item.fixed_versions, &|| at("fixed_versions"))?,
        "advisory" => item.message = sink.prose(r, || at("advisory"))?,
        "is_transitive" => item.detail.direct = sink.flag(r, || at("is_transitive"))?.map(|is_transitive| !is_transitive),
        "ignored" => is_ignored = sink.flag(r, || at("ignored"))?,
        "severity" => if sink.expect(r, ValueKind::Object, || at("severity"))? {
            members!(r, {
                "cvssv2" => score(r, sink, item, &|| at("severity/cvssv2"))?,
                "cvssv3" => score(r, sink, item, &|| at("severity/cvssv3"))?,
            });
        },
    });
    let Some(id) = id else { return Err(lacks(r, "a vulnerability", "vulnerability_id")) };
    if item.detail.package.name.is_none() {
        return Err(lacks(r, "a vulnerability", "package_name"));
    }
    let own = format!("SAFETY-{}", sink.report.texts.get(id).as_data());
    item.ids = vec![sink.intern(&own)];
    item.ids.extend(cve);
    if is_ignored == Some(true) {
        item.suppressed = Suppression::External;
    }
    Ok(())
}

/// A score, its vector, and the word for it.
fn score(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let (mut score, mut vector, mut word) = (None, None, None);
    if sink.object(r, at)? {
        members!(r, {
            "base_score" => score = sink.score(r, at)?,
            "vector_string" => vector = sink.name(r, at)?,
            "base_severity" => word = sink.name(r, at)?,
        });
    }
    item.label(Source::Tool, word);
    item.vector(sink, Source::Tool, score, vector);
    Ok(())
}

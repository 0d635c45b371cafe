//! Checkov: `-o json`, one object for each framework that found something to check (`common/output/report.py` of its source).
//!
//! With `--quiet` only the list of failed checks is written, and the rest is counted. Where nothing was found to check, Checkov
//! writes an object of counts instead.

mod record;

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Probe, Sink};
use crate::model::identity::Category;
use crate::model::problem::Weight;
use crate::model::raw::RawScan;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "checkov",
    title: "Checkov JSON",
    recognized: "an object, or a list of them, with `check_type` and `results`; or the object of counts that is written where nothing was checked",
    reads: "Each check, a scan for each framework: what passed, what failed, what a comment skipped. Vulnerable packages by their advisory, licenses by their name, secrets without their hash",
    severity: "`severity`, which is told only with an API key, and the CVSS score and vector of a vulnerable package",
    incomplete: "a file could not be parsed; counts and lists disagree; nothing was checked",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

/// The members that only the object of counts has at its top.
const COUNTS: [&str; 4] = ["passed", "failed", "skipped", "checkov_version"];

fn sniff(probe: &Probe) -> bool {
    let has = |at: &str, keys: &[&str]| keys.iter().all(|key| probe.has(&format!("{at}/{key}")));
    has("", &["check_type", "results"]) || has("/0", &["check_type", "results"]) || has("", &COUNTS)
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    if r.kind()? != ValueKind::Array {
        return report(r, sink, "");
    }
    let mut reports = 0;
    r.array(|r, index| {
        reports += 1;
        report(r, sink, &format!("/{index}"))
    })?;
    if reports == 0 {
        nothing_checked(sink, "", None);
    }
    Ok(())
}

fn nothing_checked(sink: &mut Sink, at: &str, version: Option<Text>) {
    let scan = RawScan { pointer: at.to_owned(), tool_version: version, ..sink.scan("checkov") };
    let mut reasons = Reasons::default();
    reasons.nothing_scanned(at, "Checkov found nothing that it could check");
    sink.finish(scan, reasons);
}

/// What the lists of a report hold, where it has them.
#[derive(Default)]
struct Listed {
    passed: Option<u64>,
    failed: Option<u64>,
    skipped: Option<u64>,
}

/// Reads what one framework found. Its name must stand in front, as Checkov writes it and sorted keys have it: of secrets less is read.
fn report(r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<()> {
    let mut scan = RawScan { pointer: at.to_owned(), ..sink.scan("checkov") };
    let mut reasons = Reasons::default();
    let (mut listed, mut has_summary, mut counts, mut version) = (None, false, 0, None);
    members!(r, {
        "check_type" => scan.category = r.text()?.map(category).map_or_else(|| r.skip().map(|()| None), |category| Ok(Some(category)))?,
        "results" => {
            let Some(category) = scan.category else { return Err(lacks(r, "what stands in front of `results`", "check_type")) };
            listed = Some(results(r, sink, &mut scan, &mut reasons, category)?);
        },
        "summary" => {
            let Some(listed) = &listed else { return Err(lacks(r, "what stands in front of `summary`", "results")) };
            has_summary = true;
            summary(r, sink, &mut scan, &mut reasons, listed)?;
        },
        "passed" => { counts += 1; r.skip()? },
        "failed" => { counts += 1; r.skip()? },
        "skipped" => { counts += 1; r.skip()? },
        "checkov_version" => { counts += 1; version = sink.name(r, || format!("{at}/checkov_version"))? },
    });
    if listed.is_none() && scan.category.is_none() && counts == COUNTS.len() {
        nothing_checked(sink, at, version);
        return Ok(());
    }
    for (member, told) in [("check_type", scan.category.is_some()), ("results", listed.is_some()), ("summary", has_summary)] {
        if !told {
            return Err(lacks(r, "a report", member));
        }
    }
    sink.finish(scan, reasons);
    Ok(())
}

/// What a framework looks for, by its name (`CheckType` in `report.py`): most of them check infrastructure.
fn category(framework: &str) -> Category {
    match framework {
        "secrets" => Category::Secret,
        "sca_package" | "sca_image" => Category::Sca,
        _ if framework.starts_with("sast") => Category::Sast,
        _ => Category::Iac,
    }
}

fn results(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan, reasons: &mut Reasons, of: Category) -> Result<Listed> {
    let mut listed = Listed::default();
    let inside = format!("{}/results", scan.pointer);
    r.entries(|r, key| {
        let at = format!("{inside}/{key}");
        let mut rows = |r: &mut Reader<'_>, state: record::State| {
            sink.rows(r, scan, &at, |r, sink, item, at| record::read(r, sink, item, of, state, at)).map(Some)
        };
        match key {
            "passed_checks" => listed.passed = rows(r, record::State::Passed)?,
            "failed_checks" => listed.failed = rows(r, record::State::Failed)?,
            "skipped_checks" => listed.skipped = rows(r, record::State::Skipped)?,
            "parsing_errors" => reasons.errors(r, &at, &[])?,
            _ => sink.unknown(r, key, &|| inside.clone())?,
        }
        Ok(())
    })?;
    if listed.failed.is_none() {
        return Err(lacks(r, "`results`", "failed_checks"));
    }
    Ok(listed)
}

/// Holds the counts against the lists.
fn summary(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan, reasons: &mut Reasons, listed: &Listed) -> Result<()> {
    let inside = format!("{}/summary", scan.pointer);
    let at = |key: &str| format!("{inside}/{key}");
    let [mut passed, mut failed, mut skipped, mut errors] = [None; 4];
    members!(r, {
        "passed" => passed = reasons.count(r, || at("passed"))?,
        "failed" => failed = reasons.count(r, || at("failed"))?,
        "skipped" => skipped = reasons.count(r, || at("skipped"))?,
        "parsing_errors" => errors = reasons.count(r, || at("parsing_errors"))?,
        "checkov_version" => scan.tool_version = sink.name(r, || at("checkov_version"))?,
    });
    let counts = [
        ("passed", "passed checks", passed, listed.passed),
        ("failed", "failed checks", failed, listed.failed),
        ("skipped", "skipped checks", skipped, listed.skipped),
        ("parsing_errors", "files could not be parsed", errors, None),
    ];
    for (key, what, counted, listed) in counts {
        let Some(counted) = counted else { return Err(lacks(r, "`summary`", key)) };
        match (key, listed) {
            (_, Some(listed)) => reasons.counted(what, Some(counted), listed, || at(key)),
            // With `--quiet` nothing names them.
            ("parsing_errors", None) if counted > 0 => reasons.error(|| at(key), Some(&format!("{counted} {what}"))),
            ("skipped", None) if counted > 0 => {
                let what = format!("comments or options skip {counted} checks: the report does not list them");
                sink.problem(Weight::Note, "scanner-ignores", || at(key), what, "let Checkov write the report without `--quiet`");
            }
            (_, None) => {}
        }
    }
    Ok(())
}

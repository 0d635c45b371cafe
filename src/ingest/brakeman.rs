//! Brakeman: `-f json` (`report_json.rb` and `warning.rb` of its source).
//!
//! It tells how sure it is of a warning, and not how bad that is. Neither the code nor what a user may put in is read.

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::{RawScan, Suppression};

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "brakeman",
    title: "Brakeman JSON",
    recognized: "`scan_info` and `warnings`",
    reads: "Each warning, under its `check_name`, with its fingerprint; those of `ignored_warnings` are suppressed. The code is not read",
    severity: "none is told: the confidence is no severity",
    incomplete: "`errors` is not empty; `scan_info` counts another number of warnings than is listed",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    probe.has("/scan_info") && probe.has("/warnings")
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let (mut scan, mut reasons) = (sink.scan("brakeman"), Reasons::default());
    let (mut listed, mut told_errors) = (None, false);
    r.entries(|r, key| {
        match key {
            "scan_info" => {
                if sink.object(r, || "/scan_info".to_owned())? {
                    scan_info(r, sink, &mut scan, &mut reasons)?;
                }
            }
            "warnings" => listed = Some(sink.rows(r, &mut scan, "/warnings", warning)?),
            "ignored_warnings" => drop(sink.rows(r, &mut scan, "/ignored_warnings", |r, sink, item, at| {
                item.suppressed = Suppression::External;
                warning(r, sink, item, at)
            })?),
            "errors" => {
                told_errors = true;
                reasons.errors(r, "/errors", &["error"])?;
            }
            // Fingerprints that are ignored and were not found again.
            "obsolete" => r.skip()?,
            _ => sink.unknown(r, key, &String::new)?,
        }
        Ok(())
    })?;
    let Some(listed) = listed else { return Err(lacks(r, "the report", "warnings")) };
    if !told_errors {
        return Err(lacks(r, "the report", "errors"));
    }
    reasons.counted("warnings", scan.claimed, listed, || "/scan_info/security_warnings".to_owned());
    sink.finish(scan, reasons);
    Ok(())
}

fn scan_info(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan, reasons: &mut Reasons) -> Result<()> {
    members!(r, {
        "brakeman_version" => scan.tool_version = sink.name(r, || "/scan_info/brakeman_version".to_owned())?,
        "security_warnings" => scan.claimed = reasons.count(r, || "/scan_info/security_warnings".to_owned())?,
        "end_time" => scan.ended = sink.instant_of_ruby(r)?,
    });
    Ok(())
}

fn warning(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let (mut path, mut line) = (None, None);
    item.is_of(Category::Sast);
    members!(r, {
        "check_name" => item.rule_id = sink.name(r, at)?,
        "warning_type" => item.detail.title = sink.prose(r, at)?,
        "message" => item.message = sink.prose(r, at)?,
        "fingerprint" => item.detail.mark = sink.name(r, at)?,
        "cwe_id" => if sink.expect(r, ValueKind::Array, || format!("{}/cwe_id", at()))? {
            r.array(|r, _| item.cwe(r, sink, at))?;
        },
        "file" => path = sink.name(r, at)?,
        "line" => line = sink.line_or_zero(r, || format!("{}/line", at()))?,
    });
    if item.rule_id.is_none() {
        return Err(lacks(r, "a warning", "check_name"));
    }
    item.lines(path, (line, None));
    Ok(())
}

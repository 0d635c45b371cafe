//! trufflehog 2 (`--json`, and `--json-legacy` of version 3) and the Rusty Hogs, which write lists of the same records.
//!
//! The strings that were found, the change they stand in and the message of its commit are not read: they hold the secret.

use crate::base::json::{Reader, Result, members};
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::RawScan;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "trufflehog-v2",
    title: "trufflehog 2 and Rusty Hog JSON",
    recognized: "an object, or a list of them, with `stringsFound` and `reason`",
    reads: "Each record, under its `reason`, with its path and line; where it has no path, the page or issue is the target. What was found and the code around it are not read. A file of no bytes is what trufflehog writes for nothing found",
    severity: "none is told",
    incomplete: "",
    ends: Ends::Anywhere,
    blank: true,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    ["", "/0"].iter().any(|at| probe.has(&format!("{at}/stringsFound")) && probe.has(&format!("{at}/reason")))
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut scan = sink.scan("trufflehog");
    sink.records(r, &mut scan, record)?;
    sink.finish(scan, Reasons::default());
    Ok(())
}

fn record(r: &mut Reader<'_>, sink: &mut Sink, _: &mut RawScan, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let (mut path, mut url) = (None, None);
    let [mut line, mut new_line, mut old_line] = [None; 3];
    item.is_of(Category::Secret);
    members!(r, {
        "reason" => item.rule_id = sink.name(r, at)?,
        "path" => path = sink.name(r, at)?,
        "url" => url = sink.name(r, at)?,
        "linenum" => line = sink.line_or_zero(r, || format!("{}/linenum", at()))?,
        "new_line_num" => new_line = sink.line_or_zero(r, || format!("{}/new_line_num", at()))?,
        "old_line_num" => old_line = sink.line_or_zero(r, || format!("{}/old_line_num", at()))?,
    });
    if item.rule_id.is_none() {
        return Err(lacks(r, "a record", "reason"));
    }
    if path.is_none() {
        item.detail.target = url;
    }
    item.lines(path, (line.or(new_line).or(old_line), None));
    Ok(())
}

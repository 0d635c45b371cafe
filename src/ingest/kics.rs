//! KICS: `--report-formats json` (`Summary` in `pkg/model/summary.go` of its source).
//!
//! A result is a file of a query. Values that were searched for, found or expected are not read: they may be secrets.

use crate::base::json::{Reader, Result, members};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::{RawLocation, RawScan};
use crate::model::severity::Source;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "kics",
    title: "KICS JSON",
    recognized: "`queries`, `files_scanned` and `files_failed_to_scan`",
    reads: "Each file of each query, under the `query_id`. The `similarity_id` is kept but for secrets, where it changes with the line. The bill of materials is an inventory and not read",
    severity: "`severity` of the query",
    incomplete: "files failed to scan, queries failed to run, no file was scanned, or `total_counter` disagrees with the files that are listed",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

/// What the names of the queries begin with that look for secrets (`assets/queries/common/passwords_and_secrets`).
const SECRETS: &str = "Passwords And Secrets";

fn sniff(probe: &Probe) -> bool {
    ["/queries", "/files_scanned", "/files_failed_to_scan"].iter().all(|key| probe.has(key))
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let (mut scan, mut reasons) = (sink.scan("kics"), Reasons::default());
    let (mut listed, mut files, mut failed_files, mut failed_queries) = (None, None, None, None);
    r.entries(|r, key| {
        let at = || format!("/{key}");
        match key {
            "kics_version" => scan.tool_version = sink.name(r, at)?,
            "end" => scan.ended = sink.instant_of_go(r)?,
            "files_scanned" => files = reasons.count(r, at)?,
            "files_failed_to_scan" => failed_files = reasons.count(r, at)?,
            "queries_failed_to_execute" => failed_queries = reasons.count(r, at)?,
            "total_counter" => scan.claimed = reasons.count(r, at)?,
            "queries" => listed = Some(queries(r, sink, &mut scan)?),
            "paths" | "bill_of_materials" => r.skip()?,
            _ => sink.unknown(r, key, &String::new)?,
        }
        Ok(())
    })?;
    let Some(listed) = listed else { return Err(lacks(r, "the report", "queries")) };
    let counts = [
        ("files_scanned", files, ""),
        ("files_failed_to_scan", failed_files, "files failed to scan"),
        ("queries_failed_to_execute", failed_queries, "queries failed to run"),
        ("total_counter", scan.claimed, ""),
    ];
    for (key, count, failure) in counts {
        let Some(count) = count else { return Err(lacks(r, "the report", key)) };
        if count > 0 && !failure.is_empty() {
            reasons.error(|| format!("/{key}"), Some(&format!("{count} {failure}")));
        }
    }
    reasons.counted("results", scan.claimed, listed, || "/total_counter".to_owned());
    if files == Some(0) {
        reasons.nothing_scanned("/files_scanned", "KICS scanned no file");
    }
    sink.finish(scan, reasons);
    Ok(())
}

/// Reads the queries that found something. How many files they list.
fn queries(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan) -> Result<u64> {
    let mut listed = 0;
    r.array(|r, index| {
        listed += query(r, sink, scan, &format!("/queries/{index}"))?;
        Ok(())
    })?;
    Ok(listed)
}

fn query(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan, at: &str) -> Result<u64> {
    let told_at = &|| at.to_owned();
    let mut item = sink.item();
    let (mut places, mut is_secret) = (None, false);
    item.is_of(Category::Iac);
    members!(r, {
        "query_id" => item.rule_id = sink.name(r, told_at)?,
        "query_name" => {
            item.detail.title = sink.prose(r, told_at)?;
            is_secret = item.detail.title.is_some_and(|title| sink.report.texts.get(title).as_data().starts_with(SECRETS));
        },
        "description" => item.message = sink.prose(r, told_at)?,
        "severity" => { let told = sink.told(r)?; item.label(Source::Tool, Some(told)) },
        "cwe" => item.cwe(r, sink, told_at)?,
        "files" => places = Some(files(r, sink, told_at)?),
    });
    if item.rule_id.is_none() {
        return Err(lacks(r, "a query", "query_id"));
    }
    let Some(places) = places else { return Err(lacks(r, "a query", "files")) };
    let (row, list) = (item.into_row(sink), sink.intern(&format!("{at}/files")));
    let mut listed = 0;
    for (index, (place, mark)) in (0..).zip(places) {
        let mut row = row.at(sink, place);
        row.detail.mark = mark.filter(|_| !is_secret);
        row.keep(sink, scan, list, index);
        listed += 1;
    }
    Ok(listed)
}

/// The places of a query, each with its fingerprint: path, query and the key that was looked for, without the line.
fn files(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<Vec<(RawLocation, Option<Text>)>> {
    let mut places = Vec::new();
    r.array(|r, index| {
        let at = || format!("{}/files/{index}", at());
        let (mut place, mut mark) = (RawLocation::default(), None);
        members!(r, {
            "file_name" => place.uri = sink.name(r, at)?,
            "line" => place.start_line = sink.line_or_zero(r, at)?,
            "similarity_id" => mark = sink.name(r, at)?,
        });
        places.push((place, mark));
        Ok(())
    })?;
    Ok(places)
}

//! trufflehog 3: `--json` (`pkg/output/json.go` and `proto/source_metadata.proto` of its source), with its log where that is mixed in.
//!
//! `Raw`, `RawV2`, `Redacted` and what a detector adds are not read: they hold the secret.

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "trufflehog-v3",
    title: "trufflehog 3 JSON Lines",
    recognized: "an object, or a list of them, with `SourceMetadata` and `DetectorName`, or a line of its log",
    reads: "Each record, under its `DetectorName`, with the file and line of its source; where it has no file, the link, page or bucket is the target. A secret whose verification failed is neither verified nor refuted. No secret is read. A file of no bytes is what trufflehog writes for nothing found",
    severity: "none is told",
    incomplete: "a line of the log is of a level that is not `debug`, `info` or `warn`, counts another number of secrets than there are, or only the verified or the unverified ones; there are lines of the log, and none says that the scan is finished",
    ends: Ends::Anywhere,
    blank: true,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    ["", "/0"].iter().any(|at| {
        probe.has(&format!("{at}/SourceMetadata")) && probe.has(&format!("{at}/DetectorName"))
            || probe.text(&format!("{at}/logger")) == Some("trufflehog") && probe.has(&format!("{at}/msg"))
    })
}

/// What the lines of the log say.
#[derive(Default)]
struct Log {
    is_there: bool,
    finished: bool,
    counted: Option<u64>,
    reasons: Reasons,
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let (mut scan, mut log) = (sink.scan("trufflehog"), Log::default());
    let (list, mut listed) = (sink.intern(""), 0);
    r.list_or_stream(|r, index| {
        let mut item = sink.item();
        if record(r, sink, &mut item, &mut log, &|| format!("/{index}"))? {
            listed += 1;
            item.keep(sink, &mut scan, list, index);
        }
        Ok(())
    })?;
    if log.is_there && !log.finished {
        log.reasons.cut_off(FINISHED);
    }
    scan.claimed = log.counted;
    log.reasons.counted("secrets", log.counted, listed, String::new);
    sink.finish(scan, log.reasons);
    Ok(())
}

const FINISHED: &str = "finished scanning";

/// Reads a secret, or a line of the log; whether it was a secret.
fn record(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, log: &mut Log, at: &dyn Fn() -> String) -> Result<bool> {
    let (mut verified, mut failed, mut has_source) = (None, Reasons::default(), false);
    let (mut level, mut said) = (None, None);
    let [mut found, mut unverified] = [None; 2];
    members!(r, {
        "DetectorName" => item.rule_id = sink.name(r, at)?,
        "SourceMetadata" => {
            has_source = true;
            if sink.object(r, || format!("{}/SourceMetadata", at()))? {
                members!(r, { "Data" => source(r, sink, item, &|| format!("{}/SourceMetadata/Data", at()))? });
            }
        },
        "Verified" => verified = sink.flag(r, || format!("{}/Verified", at()))?,
        "VerificationError" => failed.told_error(r, at)?,
        "level" => level = r.scalar()?.text().map(str::to_owned),
        "msg" => said = r.scalar()?.text().map(str::to_owned),
        "verified_secrets" => found = log.reasons.count(r, || format!("{}/verified_secrets", at()))?,
        "unverified_secrets" => unverified = log.reasons.count(r, || format!("{}/unverified_secrets", at()))?,
    });
    if let (Some(level), Some(said), false, None) = (level, said, has_source, item.rule_id) {
        // The levels of `zap`, where those that tell of less end in how little they tell: `info-0`.
        if !["debug", "info", "warn"].iter().any(|harmless| level.starts_with(harmless)) {
            log.reasons.error(at, Some(&said));
        }
        log.is_there = true;
        log.finished |= said == FINISHED;
        if found.is_some() != unverified.is_some() {
            log.reasons.add("count-missing", at, "of the verified and the unverified secrets only the one is counted");
        }
        log.counted = found.zip(unverified).map(|(found, unverified)| found.saturating_add(unverified)).or(log.counted);
        return Ok(false);
    }
    if let Some((member, _)) =
        [("DetectorName", item.rule_id.is_some()), ("SourceMetadata", has_source)].into_iter().find(|(_, told)| !told)
    {
        return Err(lacks(r, "a record", member));
    }
    item.is_of(Category::Secret);
    let is_known = verified == Some(true) || failed.into_list().is_empty();
    item.detail.verified = verified.filter(|_| is_known);
    Ok(true)
}

/// Where the secret was found: one member, named after the kind of the source.
fn source(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    if !sink.object(r, at)? {
        return Ok(());
    }
    r.entries(|r, _kind| if r.kind()? == ValueKind::Object { place(r, sink, item, at) } else { r.skip() })
}

fn place(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let [mut file, mut name, mut path, mut address, mut image, mut bucket, mut page, mut issue]: [Option<Text>; 8] = [None; 8];
    let mut line = None;
    members!(r, {
        "file" => file = sink.name(r, at)?,
        "filename" => name = sink.name(r, at)?,
        "path" => path = sink.name(r, at)?,
        "link" => address = sink.name(r, at)?,
        "image" => image = sink.name(r, at)?,
        "bucket" => bucket = sink.name(r, at)?,
        "page" => page = sink.name(r, at)?,
        "issue" => issue = sink.name(r, at)?,
        "line" => line = sink.line_or_zero(r, || format!("{}/line", at()))?,
    });
    let file = file.or(name).or(path);
    item.detail.target = image.or(bucket).or(if file.is_none() { address.or(page).or(issue) } else { None });
    item.lines(file, (line, None));
    Ok(())
}

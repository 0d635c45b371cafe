//! CISA's decision points (SSVC): records of CVEs, JSON 5, in a folder such as a checkout of CISA's Vulnrichment.
//!
//! Only the container that CISA adds as an authorized data publisher counts, whatever others say about themselves. Only the records of
//! the CVEs that are wanted are opened, and a few of the newest: a folder says of no date of its own, unless whoever mirrors it writes
//! one to the file `updated`, so it is taken to be of the newest date in what was read.

mod record;
mod records;

use std::fmt::Write as _;
use std::io::Read as _;

use jiff::Timestamp;

use crate::base::date::parse_instant;
use crate::base::digest::sha256_hex;
use crate::base::fault::{Fault, Position};
use crate::base::json::Reader;
use crate::base::source::fault_of;
use crate::enrich::feeds::{Loaded, Misread, Told, Wanted, Within, digest, has, implausible, misread, open};
use crate::model::intel::{FeedContent, FeedSource, Ssvc};
use record::Record;
use records::Records;

/// Where a mirror says of when it is.
const UPDATED: &str = "updated";

/// The longest text that says of when it is.
const LINE: u64 = 64;

/// Reads the records: of the CVEs that are wanted, what CISA says of them.
pub(super) fn read(source: &FeedSource, root: Within<'_>, wanted: &Wanted<'_>) -> Loaded<Ssvc> {
    let folder = source.path.as_str();
    let mut ids: Vec<&str> = wanted.keys().copied().collect();
    ids.sort_unstable();
    let Records { found, newest } = records::find(folder, root, &ids)?;
    let (mut told, mut sums, mut newest_date) = (Told::new(), Vec::new(), None);
    for (id, path) in &found {
        let (record, sha256) = one(path, root)?;
        if record.id.as_deref() != Some(id) {
            return Err(at(path, "/cveMetadata/cveId", &format!("this is not the record of {id}")));
        }
        if let (Some(text), Some(points)) = (wanted.get(id), record.points) {
            told.insert(*text, points);
        }
        newest_date = newest_date.max(dated(&record, path));
        sums.push((path.clone(), sha256));
    }
    for path in newest.iter().filter(|path| !found.iter().any(|(_, known)| known == *path)) {
        // Nothing is judged by it: one that is odd has no date.
        let Ok((record, sha256)) = one(path, root) else { continue };
        newest_date = newest_date.max(dated(&record, path));
        sums.push((path.clone(), sha256));
    }
    let written = updated(folder, root)?;
    let Some((date, file, position)) = written.or_else(|| newest_date.map(|(date, path)| (date, path, "/containers/adp".to_owned())))
    else {
        let message = "no record here has a date of CISA's, and there is no file `updated`";
        return Err(Misread { file: None, fault: implausible(message) });
    };
    let position = if position.is_empty() { Position::Line(1, 1) } else { Position::Pointer(position) };
    sums.sort();
    let lines = sums.iter().fold(String::new(), |mut lines, (path, sha256)| {
        let name = path.strip_prefix(folder).unwrap_or(path).trim_start_matches('/');
        writeln!(lines, "{sha256}  {name}").ok();
        lines
    });
    let content = FeedContent {
        sha256: sha256_hex(lines.as_bytes()),
        date,
        dated_at: (file, position),
        entries: found.len() as u64,
        used: told.len() as u64,
    };
    Ok((content, told))
}

/// A record and the digest of its file.
fn one(path: &str, root: Within<'_>) -> Result<(Record, String), Misread> {
    let mut opened = open(path, root)?;
    let record = record::read(&mut Reader::new(&mut opened)).map_err(|halt| misread(path, halt.into_fault()))?;
    Ok((record, digest(path, opened)?))
}

fn dated(record: &Record, path: &str) -> Option<(Timestamp, String)> {
    record.date.map(|date| (date, path.to_owned()))
}

/// What the file `updated` says, where there is one.
fn updated(folder: &str, root: Within<'_>) -> Result<Option<(Timestamp, String, String)>, Misread> {
    let path = format!("{folder}/{UPDATED}");
    if !has(&path, root) {
        return Ok(None);
    }
    let mut text = String::new();
    open(&path, root)?.take(LINE).read_to_string(&mut text).map_err(|error| misread(&path, fault_of(&error)))?;
    if let Some(date) = parse_instant(text.trim()) {
        return Ok(Some((date, path, String::new())));
    }
    let fault = implausible("this is no instant such as 2026-11-23T00:00:00Z");
    Err(misread(&path, Fault { position: Position::Line(1, 1), ..fault }))
}

fn at(path: &str, pointer: &str, message: &str) -> Misread {
    misread(path, Fault { position: Position::Pointer(pointer.to_owned()), ..implausible(message) })
}

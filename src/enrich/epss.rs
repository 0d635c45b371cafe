//! FIRST's probabilities of exploitation: `epss_scores-current.csv.gz`, or unpacked.
//!
//! `#model_version:…,score_date:…`, then the names of the columns, then a line for each CVE. All lines are checked, those that are
//! wanted are kept.

use std::io::{BufRead, BufReader, Read as _};

use jiff::Timestamp;

use crate::base::date::parse_instant;
use crate::base::fault::{Fault, Position};
use crate::base::source::fault_of;
use crate::enrich::feeds::{Loaded, Told, Wanted, Within, digest, implausible, misread, open};
use crate::model::finding::Epss;
use crate::model::intel::{FeedContent, FeedSource, is_cve};

/// The longest line.
const LINE: u64 = 1024;

/// How much is read at once.
const STEP: usize = 128 * 1024;

/// Reads the scores: of the CVEs that are wanted, how probable it is that they will be exploited.
pub(super) fn read(source: &FeedSource, root: Within<'_>, wanted: &Wanted<'_>) -> Loaded<Epss> {
    let mut opened = open(&source.path, root)?;
    let (date, entries, told) =
        scores(&mut BufReader::with_capacity(STEP, &mut opened), wanted).map_err(|fault| misread(&source.path, fault))?;
    let sha256 = digest(&source.path, opened)?;
    let dated_at = (source.path.clone(), Position::Line(1, 1));
    Ok((FeedContent { sha256, date, dated_at, entries, used: told.len() as u64 }, told))
}

fn scores(input: &mut impl BufRead, wanted: &Wanted<'_>) -> Result<(Timestamp, u64, Told<Epss>), Fault> {
    let mut lines = Lines { input, line: Vec::new(), number: 0 };
    let date = lines.next()?.and_then(|line| date(std::str::from_utf8(line).ok()?));
    let date = date.ok_or_else(|| lines.wrong("this is no line `#model_version:…,score_date:…`, with which an EPSS feed begins"))?;
    let columns = lines.next()?.and_then(Columns::of);
    let columns = columns.ok_or_else(|| lines.wrong("the columns are not `cve,epss,percentile`"))?;
    let (mut entries, mut told) = (0, Told::new());
    while let Some(line) = lines.next()? {
        let Some((id, score)) = columns.row(line) else {
            return Err(lines.wrong("this is no line of a CVE, its probability and its percentile, both from 0 to 1"));
        };
        entries += 1;
        if let Some(&text) = wanted.get(id)
            && told.insert(text, score).is_some()
        {
            return Err(lines.wrong("the feed has this CVE twice"));
        }
    }
    if entries == 0 {
        return Err(lines.wrong("the feed has no score"));
    }
    Ok((date, entries, told))
}

/// The lines of a text, one at a time.
struct Lines<'r, R> {
    input: &'r mut R,
    line: Vec<u8>,
    number: u64,
}

impl<R: BufRead> Lines<'_, R> {
    /// The next line without its end, which each must have: without it the file was cut off.
    fn next(&mut self) -> Result<Option<&[u8]>, Fault> {
        self.line.clear();
        self.number += 1;
        let read = (&mut *self.input).take(LINE).read_until(b'\n', &mut self.line);
        if read.map_err(|error| fault_of(&error))? == 0 {
            return Ok(None);
        }
        if self.line.pop() != Some(b'\n') {
            return Err(self.wrong("the line has no end: the file was cut off, or is none of lines"));
        }
        Ok(Some(self.line.strip_suffix(b"\r").unwrap_or(&self.line)))
    }

    /// Something about the line that was read last.
    fn wrong(&self, message: &str) -> Fault {
        Fault { position: Position::Line(self.number, 1), ..implausible(message) }
    }
}

/// The day of the scores: `score_date` of the first line, whose offset may be written `+0000`.
fn date(line: &str) -> Option<Timestamp> {
    let told = line.strip_prefix('#')?.split(',').find_map(|part| part.strip_prefix("score_date:"))?;
    parse_instant(told).or_else(|| {
        let (civil, zone) = told.split_at_checked(told.len().checked_sub(4)?)?;
        let (hours, minutes) = zone.split_at_checked(2)?;
        parse_instant(&format!("{civil}{hours}:{minutes}"))
    })
}

/// Which column is which.
struct Columns {
    id: usize,
    score: usize,
    percentile: usize,
    count: usize,
}

impl Columns {
    /// The columns that a line names, each once.
    fn of(line: &[u8]) -> Option<Self> {
        let names: Vec<&[u8]> = line.split(|&byte| byte == b',').collect();
        let place = |wanted: &[u8]| {
            let mut places = names.iter().enumerate().filter(|(_, name)| **name == wanted).map(|(place, _)| place);
            places.next().filter(|_| places.next().is_none())
        };
        Some(Self { id: place(b"cve")?, score: place(b"epss")?, percentile: place(b"percentile")?, count: names.len() })
    }

    /// A CVE and its probability.
    fn row<'l>(&self, line: &'l [u8]) -> Option<(&'l str, Epss)> {
        let line = std::str::from_utf8(line).ok()?;
        let (mut id, mut score, mut percentile, mut count) = (None, None, None, 0);
        for (place, cell) in line.split(',').enumerate() {
            count += 1;
            if place == self.id {
                id = Some(cell).filter(|cell| is_cve(cell));
            } else if place == self.score {
                score = probability(cell);
            } else if place == self.percentile {
                percentile = probability(cell);
            }
        }
        percentile.filter(|_| count == self.count)?;
        Some((id?, score?))
    }
}

/// A number from 0 to 1, in digits.
fn probability(told: &str) -> Option<Epss> {
    let is_plain =
        told.starts_with(|c: char| c.is_ascii_digit()) && told.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'-'));
    let number = told.parse::<f64>().ok().filter(|number| is_plain && (0.0..=1.0).contains(number))?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to a million")]
    Some(Epss((number * 1e6).round() as u32))
}

#[cfg(test)]
#[path = "../../benches/epss.rs"]
mod bench;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_of_the_scores_is_read_in_each_spelling() {
        let told = |text: &str| date(&format!("#model_version:v2025.03.14,score_date:{text}")).map(|date| date.to_string());
        for text in ["2026-11-22T00:00:00+0000", "2026-11-22T00:00:00Z", "2026-11-22T01:00:00+01:00"] {
            assert_eq!(told(text).as_deref(), Some("2026-11-22T00:00:00Z"), "{text}");
        }
        for text in ["", "2026-11-22", "2026-11-22T00:00:00", "é000", "+0000"] {
            assert_eq!(told(text), None, "{text}");
        }
        assert_eq!(date("score_date:2026-11-22T00:00:00Z"), None);
    }

    #[test]
    fn only_probabilities_are() {
        assert_eq!(
            (probability("0.97"), probability("1"), probability("0"), probability("1.2e-4")),
            (Some(Epss(970_000)), Some(Epss(1_000_000)), Some(Epss(0)), Some(Epss(120)))
        );
        for wrong in ["", "1.1", "-0.1", "+0.1", ".5", "NaN", "inf", "0x1", "=0.97", "\"0.97", " 0.97", "0,97", "1e5", "high", "97%"] {
            assert_eq!(probability(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn columns_go_by_their_names() {
        let row = |head: &str, line: &str| Columns::of(head.as_bytes())?.row(line.as_bytes()).map(|(id, score)| (id.to_owned(), score.0));
        let told = Some(("CVE-2021-44228".to_owned(), 500_000));
        assert_eq!(row("cve,epss,percentile", "CVE-2021-44228,0.5,0.9"), told);
        assert_eq!(row("cve,percentile,new,epss", "CVE-2021-44228,0.9,x,0.5"), told);
        for (head, line) in [
            ("cve,epss", "CVE-2021-44228,0.5"),
            ("cve,epss,epss,percentile", "CVE-2021-44228,0.5,0.5,0.9"),
            ("cve,epss,percentile", "CVE-2021-44228,0,5,0.9"),
            ("cve,epss,percentile", "CVE-2021-44228,0.5"),
            ("cve,epss,percentile", "CVE-2021-44228,0.5,9"),
            ("cve,epss,percentile", "cve-2021-44228,0.5,0.9"),
            ("cve,epss,percentile", ""),
        ] {
            assert_eq!(row(head, line), None, "{head}: {line}");
        }
    }
}

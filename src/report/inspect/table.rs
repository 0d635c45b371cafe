//! The same, to read.

use std::io::{self, Write};

use super::{Finding, Sighting, state};
use crate::base::escape;
use crate::base::text::Untrusted;
use crate::model::finding::Evidence;
use crate::model::scan::Scan;
use crate::report::{grid, words};

/// At most this many rows are shown of each.
const ROWS: usize = 200;

/// Writes a table of the scans and one of the sightings, each cut at 200 rows.
pub fn table(evidence: &Evidence, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "Scans: {}", evidence.scans.len())?;
    write_rows(out, evidence.scans.iter().map(|scan| scan_row(evidence, scan)), evidence.scans.len())?;
    writeln!(out, "\nSightings: {}", evidence.findings.len())?;
    let sightings = evidence.findings.iter().filter_map(|finding| {
        let sighting = evidence.sightings.get(finding.sightings).first()?;
        Some(sighting_row(evidence, finding, sighting))
    });
    write_rows(out, sightings, evidence.findings.len())
}

fn write_rows<const N: usize>(out: &mut dyn Write, rows: impl Iterator<Item = [String; N]>, total: usize) -> io::Result<()> {
    for line in grid::lines(rows.take(ROWS)) {
        writeln!(out, "{line}")?;
    }
    match total.saturating_sub(ROWS) {
        0 => Ok(()),
        more => writeln!(out, "{more} more; use --json"),
    }
}

fn scan_row(evidence: &Evidence, scan: &Scan) -> [String; 6] {
    let sightings = match scan.suppressed {
        0 => words::count(scan.sightings, "sighting"),
        suppressed => format!("{}, {suppressed} suppressed", words::count(scan.sightings, "sighting")),
    };
    let [state, path, format, tool, category] = words::scan(evidence, scan);
    [state, path, format, tool, category, sightings]
}

fn sighting_row(evidence: &Evidence, finding: &Finding, sighting: &Sighting) -> [String; 5] {
    [
        finding.severity.map_or("unrated", |severity| severity.word()).to_owned(),
        state(finding, sighting).to_owned(),
        evidence.rule_id(finding).map_or_else(|| "-".to_owned(), |id| escape::terminal(id, 40)),
        words::place(evidence, finding, 60),
        escape::terminal(finding.message.map_or(Untrusted::new(""), |message| evidence.text(message)), 80),
    ]
}

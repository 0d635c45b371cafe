//! A baseline as its file, `relgate.baseline/v1`, and what a run made of one, for people and programs.
//!
//! The file has one entry a line, in the order of their ids, which stay what they are: the difference of two of them is the findings
//! that came and went. Nothing stands in it that a scanner says of a finding but which check, component and place it is.

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::json::layout;
use super::json::value::{List, Shown, text};
use crate::base::escape;
use crate::model::baseline::{Adoption, Baseline, Entry, SCHEMA, Standing};
use crate::model::due::Clock;
use crate::model::finding::{Evidence, Finding, State};
use crate::model::policy::Newness;
use crate::model::report::Report;
use crate::report::pen::TERMINAL;
use crate::report::{grid, words};

/// So many findings of each list are shown to people.
const SHOWN: usize = 50;

/// Writes the file; the texts are those of the evidence.
pub fn file(evidence: &Evidence, baseline: &Baseline, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    layout::document(&mut out, &FileView { evidence, baseline })?;
    out.flush()
}

struct FileView<'a> {
    evidence: &'a Evidence,
    baseline: &'a Baseline,
}

impl Serialize for FileView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { evidence, baseline } = *self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", SCHEMA)?;
        map.serialize_entry("created", &crate::base::date::format_instant(baseline.created))?;
        if let Some(Adoption { accountable, approved, reason }) = &baseline.adoption {
            map.serialize_entry("accountable", accountable.as_str())?;
            map.serialize_entry("approved", &Shown(approved))?;
            map.serialize_entry("reason", reason)?;
        }
        for standing in Standing::ALL {
            let entries = || baseline.of(standing).map(|entry| EntryView { evidence, baseline, entry });
            map.serialize_entry(standing.word(), &List(entries))?;
        }
        map.end()
    }
}

/// An entry; what does not apply is left out.
struct EntryView<'a> {
    evidence: &'a Evidence,
    baseline: &'a Baseline,
    entry: &'a Entry,
}

impl Serialize for EntryView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { evidence, baseline, entry } = *self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &Shown(entry.id))?;
        map.serialize_entry("keys", &List(|| baseline.keys.get(entry.keys).iter().map(Shown)))?;
        map.serialize_entry("tool", &text(evidence, Some(entry.tool)))?;
        for (key, told) in [("rule_id", entry.rule_id), ("path", entry.path)] {
            if let Some(told) = text(evidence, told).filter(|told| !told.is_empty()) {
                map.serialize_entry(key, told)?;
            }
        }
        if let Some(line) = entry.start_line {
            map.serialize_entry("start_line", &line)?;
        }
        for (key, told) in [("vulnerability", entry.vulnerability), ("package", entry.package)] {
            if let Some(told) = text(evidence, told).filter(|told| !told.is_empty()) {
                map.serialize_entry(key, told)?;
            }
        }
        map.serialize_entry("first_seen", &Shown(entry.first_seen))?;
        if let Some(ticket) = baseline.tickets.get(&entry.id) {
            map.serialize_entry("ticket", &Shown(ticket))?;
        }
        map.end()
    }
}

/// What a run made of its baseline: what is new, what is known, what moved, what is gone.
struct Lists<'a> {
    report: &'a Report,
}

impl<'a> Lists<'a> {
    fn findings(&self, newness: Newness) -> impl Iterator<Item = &'a Finding> + use<'a> {
        let evidence = &self.report.evidence;
        let open = evidence.findings.iter().filter(|finding| finding.state == State::Open);
        sorted(open.filter(move |finding| evidence.newness(finding) == newness).collect())
    }

    fn moved(&self) -> impl Iterator<Item = &'a Finding> + use<'a> {
        let evidence = &self.report.evidence;
        let moved = |finding: &&Finding| evidence.entry(finding).and_then(|entry| entry.recalled).is_some_and(|recalled| recalled.moved);
        sorted(evidence.findings.iter().filter(moved).collect())
    }

    /// The entries that no finding is: those that are gone, or those whose tool was not run, or not to its end.
    fn lost(&self, gone: bool) -> impl Iterator<Item = &'a Entry> + use<'a> {
        let report = self.report;
        let entries = report.evidence.baseline.iter().flat_map(|baseline| &baseline.entries).enumerate();
        let lost = entries.filter(|(_, entry)| entry.recalled.is_none());
        lost.filter(move |(place, _)| report.gone.contains(place) == gone).map(|(_, entry)| entry)
    }
}

fn sorted(mut findings: Vec<&Finding>) -> std::vec::IntoIter<&Finding> {
    findings.sort_by_key(|finding| finding.id);
    findings.into_iter()
}

/// Writes what a run made of its baseline, for people.
pub fn diff(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let lists = Lists { report };
    let known = words::known(report).unwrap_or_else(|| format!("no baseline: {} new", report.known.new));
    writeln!(out, "{}", TERMINAL.prose(&known, 400))?;
    let finding = |finding: &Finding| {
        let evidence = &report.evidence;
        let since = evidence.date(finding, Clock::FirstSeen).map_or_else(|| "-".to_owned(), |since| format!("since {since}"));
        [finding.id.to_string(), since, TERMINAL.name(evidence, finding, 60), TERMINAL.place(evidence, finding, 100)]
    };
    section(out, "New", lists.findings(Newness::New).map(finding))?;
    section(out, "Moved", lists.moved().map(finding))?;
    section(out, "Existing", lists.findings(Newness::Existing).map(finding))?;
    section(out, "Gone", lists.lost(true).map(|entry| self::entry(report, entry)))?;
    section(out, "Not scanned", lists.lost(false).map(|entry| self::entry(report, entry)))
}

fn section(out: &mut dyn Write, title: &str, rows: impl Iterator<Item = [String; 4]>) -> io::Result<()> {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return Ok(());
    }
    writeln!(out, "\n{title}:")?;
    let shown: Vec<[String; 4]> = rows.by_ref().take(SHOWN).collect();
    for line in grid::lines(shown.into_iter()) {
        writeln!(out, "- {line}")?;
    }
    match rows.count() as u64 {
        0 => Ok(()),
        more => writeln!(out, "… and {more} more; `--json` lists them all"),
    }
}

fn entry(report: &Report, entry: &Entry) -> [String; 4] {
    let evidence = &report.evidence;
    let show = |told| escape::terminal(evidence.text(told), 60);
    let name = entry.vulnerability.or(entry.rule_id).unwrap_or(entry.tool);
    let line = entry.start_line.map_or_else(String::new, |line| format!(":{line}"));
    let place = entry.path.map_or_else(|| "-".to_owned(), |path| format!("{}{line}", escape::terminal(evidence.text(path), 100)));
    [entry.id.to_string(), format!("since {}", entry.first_seen), show(name), place]
}

/// Writes the same as JSON, for programs.
pub fn diff_json(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let lists = Lists { report };
    let evidence = &report.evidence;
    let view = |finding| FindingView { evidence, finding };
    let entries = |gone| {
        let baseline = evidence.baseline.as_ref();
        lists.lost(gone).filter_map(move |entry| Some(EntryView { evidence, baseline: baseline?, entry }))
    };
    let mut out = BufWriter::with_capacity(1 << 16, out);
    let known = &report.known;
    let document = Diff {
        new: List(|| lists.findings(Newness::New).map(view)),
        existing: List(|| lists.findings(Newness::Existing).map(view)),
        gone: List(|| entries(true)),
        not_scanned: List(|| entries(false)),
        counts: Counts {
            new: known.new,
            existing: known.existing,
            moved: known.moved,
            gone: known.gone,
            gone_seen: known.gone_seen,
            not_scanned: known.not_scanned,
        },
    };
    layout::document(&mut out, &document)?;
    out.flush()
}

#[derive(Serialize)]
struct Diff<N, E, G, S> {
    new: N,
    existing: E,
    gone: G,
    not_scanned: S,
    counts: Counts,
}

#[derive(Serialize)]
struct Counts {
    new: u64,
    existing: u64,
    moved: u64,
    gone: u64,
    gone_seen: u64,
    not_scanned: u64,
}

/// A finding, as far as an entry would have it, with the entry that it is.
struct FindingView<'a> {
    evidence: &'a Evidence,
    finding: &'a Finding,
}

impl Serialize for FindingView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { evidence, finding } = *self;
        let at = evidence.location(finding).unwrap_or_default();
        let entry = evidence.entry(finding);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &Shown(finding.id))?;
        map.serialize_entry("rule_id", &text(evidence, evidence.rule(finding).and_then(|rule| rule.rule_id)))?;
        map.serialize_entry("vulnerability", &text(evidence, evidence.words.get(finding.ids).first().copied()))?;
        map.serialize_entry("path", &text(evidence, at.path))?;
        map.serialize_entry("start_line", &at.start_line)?;
        map.serialize_entry("first_seen", &evidence.date(finding, Clock::FirstSeen).map(Shown))?;
        map.serialize_entry("seen", &entry.is_some_and(|entry| entry.standing == Standing::Seen))?;
        map.serialize_entry("by", &entry.and_then(|entry| entry.recalled).map(|recalled| recalled.by.word()))?;
        map.serialize_entry("moved", &entry.and_then(|entry| entry.recalled).is_some_and(|recalled| recalled.moved))?;
        map.end()
    }
}

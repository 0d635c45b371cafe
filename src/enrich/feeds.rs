//! Feeds: facts about vulnerabilities, from files that lie beside the policy.
//!
//! Each feed is read once, front to back, and only what the findings ask for is kept. One that is not plausible (a count that is
//! wrong, a number that is no probability, a file that was cut off, a date that is yet to come) tells nothing at all: what it does not
//! list would otherwise read as harmless.

use std::collections::HashMap;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use crate::base::fault::{Fault, Position};
use crate::base::source::{Committed, Opened, is_file, list_inside, open_inside};
use crate::base::text::Text;
use crate::enrich::{epss, kev, ssvc};
use crate::model::finding::{Detail, Epss, Evidence, Finding};
use crate::model::intel::{Feed, FeedContent, FeedKind, FeedSource, Listed, Ssvc, is_cve};
use crate::model::policy::Policy;
use crate::model::problem::{Problem, Weight};
use crate::model::raw::DetailId;

/// The longest feed that is read, in bytes: a few times the largest of today.
const MAX_BYTES: u64 = 64 << 20;

/// How far the run's instant may lie before the date of a feed.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_hours(24);

/// The code of what is wrong with a feed.
const CODE: &str = "feed";

/// The CVEs that findings have, by their names.
pub(super) type Wanted<'e> = HashMap<&'e str, Text>;

/// What a feed tells of the CVEs that were wanted.
pub(super) type Told<T> = HashMap<Text, T>;

/// A feed that was read, and what it tells.
pub(super) type Loaded<T> = Result<(FeedContent, Told<T>), Misread>;

/// What the files of feeds belong to.
#[derive(Clone, Copy, Default)]
pub(super) struct Within<'a> {
    /// The folder below which they must lie.
    root: Option<&'a Path>,
    /// The commit that they are read from.
    commit: Option<&'a Committed>,
}

/// What is wrong in which file; in none where the feed is not there at all.
pub(super) struct Misread {
    pub(super) file: Option<String>,
    pub(super) fault: Fault,
}

/// What the feeds tell; `None` where there is no such feed.
#[derive(Default)]
struct Tables {
    listed: Option<Told<Listed>>,
    likely: Option<Told<Epss>>,
    points: Option<Told<Ssvc>>,
}

/// Reads the feeds of a policy, and tells each finding what they say of its CVEs.
///
/// They are those of a commit, where it has them.
pub fn feeds(evidence: &mut Evidence, policy: &Policy, now: Timestamp, commit: Option<&Committed>) {
    let root = policy.folder();
    let mut tables = Tables::default();
    let wanted = wanted(evidence);
    let mut feeds = Vec::new();
    for (&kind, source) in &policy.feeds {
        // What a pipeline mirrors at the time of the run is in no commit.
        let commit = commit.filter(|commit| commit.is_there(Path::new(&source.path)));
        let root = Within { root: root.as_deref(), commit };
        let content = match kind {
            FeedKind::Kev => take(kev::read(source, root, &wanted), now, &mut tables.listed),
            FeedKind::Epss => take(epss::read(source, root, &wanted), now, &mut tables.likely),
            FeedKind::Ssvc => take(ssvc::read(source, root, &wanted), now, &mut tables.points),
        };
        let content = content.map_err(|misread| problem(policy, kind, source, misread));
        feeds.push(Feed { kind, source: source.clone(), content });
    }
    drop(wanted);
    tables.tell(evidence);
    evidence.listed = tables.listed.unwrap_or_default();
    evidence.feeds = feeds;
}

/// The CVEs of all findings.
fn wanted(evidence: &Evidence) -> Wanted<'_> {
    let ids = evidence.findings.iter().flat_map(|finding| evidence.words.get(finding.ids));
    ids.map(|id| (evidence.text(*id).as_data(), *id)).filter(|(id, _)| is_cve(id)).collect()
}

/// Keeps what a feed tells, unless it is of a day that is yet to come.
fn take<T>(read: Loaded<T>, now: Timestamp, kept: &mut Option<Told<T>>) -> Result<FeedContent, Misread> {
    let (content, told) = read?;
    if content.date.duration_since(now) <= CLOCK_SLACK {
        *kept = Some(told);
        return Ok(content);
    }
    let message = format!("the feed is of {}, more than 24 hours after the run's time {now}", content.date);
    let (file, position) = content.dated_at;
    Err(Misread { file: Some(file), fault: Fault { position, help: "correct the clock or `--now`".to_owned(), ..implausible(&message) } })
}

/// What is wrong with a feed, where whoever mends it looks: in its file, or at the line that names a file that is not there.
fn problem(policy: &Policy, kind: FeedKind, source: &FeedSource, misread: Misread) -> Problem {
    let Misread { file, fault } = misread;
    let by = policy.file(source.place);
    let word = kind.word();
    if let Some(file) = file {
        let named = by.map_or_else(String::new, |by| format!(", or correct `{word}` at {}:{}", by.name, source.place.line));
        let help = if fault.help.is_empty() { "mirror the feed again" } else { &fault.help };
        Problem::of_fault(Weight::Undecided, Some(file), Fault { code: CODE, help: format!("{help}{named}"), ..fault })
    } else {
        let message = format!("the feed `{}`: {}", source.path, fault.message);
        let help = "mirror it there before the run, or correct the path".to_owned();
        let fault = Fault { code: CODE, position: source.place.position(), message, help };
        Problem::of_fault(Weight::Undecided, by.map(|by| by.path.clone()), fault)
    }
}

/// A fault of a feed that can be read and cannot be right; whoever finds it adds where.
pub(super) fn implausible(message: &str) -> Fault {
    Fault { code: CODE, position: Position::Whole, message: message.to_owned(), help: String::new() }
}

/// Opens a file of a feed.
pub(super) fn open(path: &str, within: Within<'_>) -> Result<Opened, Misread> {
    let opened = match within.commit {
        Some(commit) => commit.open_file(Path::new(path), within.root, MAX_BYTES),
        None => open_inside(Path::new(path), within.root, MAX_BYTES),
    };
    opened.map_err(|fault| match fault.position {
        Position::Whole => Misread { file: None, fault },
        Position::Line(..) | Position::Pointer(_) | Position::Byte(_) if fault.code == "config-outside" => Misread { file: None, fault },
        Position::Line(..) | Position::Pointer(_) | Position::Byte(_) => misread(path, fault),
    })
}

/// The names in a folder of a feed, and whether each is a folder itself.
pub(super) fn list(path: &str, within: Within<'_>) -> Result<Vec<(String, bool)>, Fault> {
    match within.commit {
        Some(commit) => commit.list(Path::new(path), within.root),
        None => list_inside(Path::new(path), within.root),
    }
}

/// Whether a feed has a file of this name.
pub(super) fn has(path: &str, within: Within<'_>) -> bool {
    within.commit.map_or_else(|| is_file(Path::new(path)), |commit| commit.is_there(Path::new(path)))
}

/// What is wrong in a file; what its reader advises is about reports.
pub(super) fn misread(path: &str, fault: Fault) -> Misread {
    let help = if fault.code == CODE { fault.help } else { String::new() };
    Misread { file: Some(path.to_owned()), fault: Fault { help, ..fault } }
}

/// The digest of a file that was read to its end.
pub(super) fn digest(path: &str, opened: Opened) -> Result<String, Misread> {
    let stored = opened.finish().map_err(|fault| misread(path, fault))?;
    // It was asked for when the file was opened.
    stored.sha256.ok_or_else(|| misread(path, implausible("the feed has no digest")))
}

impl Tables {
    /// Tells each finding that has a CVE.
    fn tell(&self, evidence: &mut Evidence) {
        if self.listed.is_none() && self.likely.is_none() && self.points.is_none() {
            return;
        }
        for place in 0..evidence.findings.len() {
            let Some(finding) = evidence.findings.get(place) else { continue };
            let Some(detail) = self.detail(evidence, finding) else { continue };
            // Of its own: two findings may share what a report said once of both.
            evidence.details.push(detail);
            let own = DetailId::at(evidence.details.len() - 1);
            evidence.findings.get_mut(place).into_iter().for_each(|finding| finding.detail = Some(own));
        }
    }

    /// What is known of a finding now; `None` where it has no CVE. Of several CVEs the worst counts, and what one of them could make
    /// worse is unknown.
    fn detail(&self, evidence: &Evidence, finding: &Finding) -> Option<Detail> {
        let ids = evidence.words.get(finding.ids).iter();
        let cves: Vec<Text> = ids.filter(|id| is_cve(evidence.text(**id).as_data())).copied().collect();
        let (first, rest) = cves.split_first()?;
        let mut detail = evidence.detail(finding).copied().unwrap_or_default();
        if let Some(listed) = &self.listed {
            // A report that says so knows of an exploitation that is not in the catalog yet.
            detail.kev = Some(detail.kev == Some(true) || cves.iter().any(|cve| listed.contains_key(cve)));
        }
        if let Some(likely) = &self.likely {
            let told = cves.iter().filter_map(|cve| likely.get(cve)).copied().max();
            detail.epss_is_least = cves.iter().any(|cve| !likely.contains_key(cve));
            // What the feed does not have may be greater than what a report tells of it, and not smaller.
            detail.epss = if detail.epss_is_least { told.max(detail.epss) } else { told };
        }
        if let Some(points) = &self.points {
            let of = |cve: &Text| points.get(cve).copied().unwrap_or_default();
            detail.ssvc = Some(rest.iter().map(of).fold(of(first), Ssvc::worse)).filter(|points| !points.is_empty());
        }
        Some(detail)
    }
}

#[cfg(test)]
mod tests;

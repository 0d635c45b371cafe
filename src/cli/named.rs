//! The finding that a name on the command line means, and what is told where it means none or several.

use anyhow::{Context as _, Result};

use crate::cli::stderr;
use crate::model::report::Report;
use crate::model::saved::SavedFinding;
use crate::pipeline::{self, Choice};
use crate::report::explain;

/// So many of the findings that a name may mean are listed.
const CANDIDATES: usize = 20;

/// The place of the one that a name means among those of a run; `None`, which is told, where it means none or several.
pub(super) fn one_of(report: &Report, name: &str) -> Result<Option<u32>> {
    match pipeline::choose(report, name) {
        Choice::One(place) => Ok(Some(place)),
        Choice::Several(places) => {
            let some: Vec<SavedFinding> = places.iter().take(CANDIDATES).map(|&place| saved(report, place)).collect::<Result<_>>()?;
            several(name, places.len(), some.iter());
            Ok(None)
        }
        Choice::None(help) => {
            stderr::fatal(&help);
            Ok(None)
        }
    }
}

/// The one that a name means among those of a saved report; `None`, which is told, where it means none or several.
pub(super) fn one_of_saved<'a>(findings: &'a [SavedFinding], name: &str) -> Option<&'a SavedFinding> {
    let at = |&place: &u32| findings.get(place as usize);
    match pipeline::choose_saved(findings, name) {
        Choice::One(place) => at(&place),
        Choice::Several(places) => {
            several(name, places.len(), places.iter().take(CANDIDATES).filter_map(at));
            None
        }
        Choice::None(help) => {
            stderr::fatal(&help);
            None
        }
    }
}

/// A finding of a run as a report says it.
pub(super) fn saved(report: &Report, place: u32) -> Result<SavedFinding> {
    let of_place = report.evidence.findings.get(place as usize).zip(report.decisions.get(place as usize));
    let (finding, decision) = of_place.context("nothing was judged")?;
    explain::saved(report, finding, decision).context("internal error: a finding cannot be read back; report this as a bug")
}

fn several<'a>(name: &str, all: usize, some: impl Iterator<Item = &'a SavedFinding>) {
    let mut lines = explain::candidates(some);
    let more = all.saturating_sub(lines.len());
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    stderr::choice(&format!("`{name}` may be {all} findings; name one by its id"), &lines);
}

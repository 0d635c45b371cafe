//! Which finding an exception is to be about: from reports, or from a saved one.

use anyhow::{Context as _, Result};
use jiff::Timestamp;

use crate::cli::args::{Judging, Reading};
use crate::cli::governing::Governed;
use crate::cli::{clone, discovered, governing, inspect, stderr};
use crate::model::report::{Report, Subject};
use crate::model::saved::SavedFinding;
use crate::pipeline::{self, BaselinePlaces, Choice, Places, Question, VexPlaces};
use crate::report::explain;

/// So many of the findings that a name may mean are listed.
const CANDIDATES: usize = 20;

/// The reports that are judged, and by what.
pub(super) struct Asked<'a> {
    /// Named by the caller; else those of the policy.
    pub(super) reports: &'a [String],
    pub(super) reading: &'a Reading,
    pub(super) judging: &'a Judging,
}

impl Asked<'_> {
    /// The run of the reports; `None`, which is told, where nothing was read or, as `whole` asks, not all of it.
    pub(super) fn judge(&self, governed: &Governed, now: Timestamp, whole: bool) -> Result<Option<Report>> {
        let tools = inspect::tools(None)?;
        let found = pipeline::find(governing::reports(self.reports, Some(governed)), &tools.mappings);
        let collected = pipeline::collect(inspect::sources(self.reading, found, tools, false)?)?;
        if collected.is_empty() || whole && collected.gaps().any(|problem| problem.weight == crate::model::problem::Weight::Undecided) {
            stderr::problems(collected.gaps());
            if collected.is_empty() {
                stderr::fatal("no report was read; name some, or let the policy name them under `inputs.reports`");
            }
            return Ok(None);
        }
        let checkout = clone::checkout();
        let question = Question {
            policy: governed.policy.clone(),
            flags: Vec::new(),
            repository: &discovered::repository(),
            vex: VexPlaces { named: &self.judging.vex, commit: None },
            exceptions: Places { named: &self.judging.exceptions, beside: governed.exceptions.as_deref(), commit: None },
            baseline: BaselinePlaces { named: None, beside: governed.baseline.as_deref(), commit: None, is_written: false },
            checkout: checkout.as_ref(),
            proposed: Vec::new(),
            subject: Subject::default(),
            now,
            dry_run: true,
            ticket_exit_code: 0,
        };
        pipeline::judge(collected, question).map(Some)
    }

    /// The finding that a name means; `None`, which is told, where it means none or several.
    pub(super) fn finding(&self, name: &str, governed: &Governed, now: Timestamp) -> Result<Option<SavedFinding>> {
        let Some(report) = self.judge(governed, now, false)? else { return Ok(None) };
        if report.decisions.is_empty() {
            stderr::problems(report.synthetics.iter().map(|synthetic| &synthetic.problem).chain(&report.problems));
        }
        let saved = |place: u32| {
            let of_place = report.evidence.findings.get(place as usize).zip(report.decisions.get(place as usize));
            let (finding, decision) = of_place.context("nothing was judged")?;
            explain::saved(&report, finding, decision).context("internal error: a finding cannot be read back; report this as a bug")
        };
        match pipeline::choose(&report, name) {
            Choice::One(place) => saved(place).map(Some),
            Choice::Several(places) => {
                let findings: Vec<SavedFinding> = places.iter().take(CANDIDATES).map(|&place| saved(place)).collect::<Result<_>>()?;
                Ok(ambiguous(name, places.len(), findings.iter()))
            }
            Choice::None(help) => Ok(none(&help)),
        }
    }

    /// The finding of a saved report that a name means; `None`, which is told, where it means none or several.
    pub(super) fn saved(&self, name: &str, path: &str) -> Result<Option<SavedFinding>> {
        let (saved, _) = pipeline::read_saved(path, self.reading.max_input_bytes)?;
        let at = |&place: &u32| saved.findings.get(place as usize);
        Ok(match pipeline::choose_saved(&saved.findings, name) {
            Choice::One(place) => at(&place).cloned(),
            Choice::Several(places) => ambiguous(name, places.len(), places.iter().take(CANDIDATES).filter_map(at)),
            Choice::None(help) => none(&help),
        })
    }
}

fn none(help: &str) -> Option<SavedFinding> {
    stderr::fatal(help);
    None
}

fn ambiguous<'a>(name: &str, all: usize, findings: impl Iterator<Item = &'a SavedFinding>) -> Option<SavedFinding> {
    let mut lines = explain::candidates(findings);
    let more = all.saturating_sub(lines.len());
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    stderr::choice(&format!("`{name}` may be {all} findings; name one by its id"), &lines);
    None
}

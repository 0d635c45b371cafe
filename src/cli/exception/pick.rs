//! Which finding an exception is to be about: from reports, or from a saved one.

use anyhow::Result;
use jiff::Timestamp;

use crate::cli::args::{Judging, Reading};
use crate::cli::governing::Governed;
use crate::cli::{clone, discovered, governing, inspect, named, stderr};
use crate::model::report::{Report, Subject};
use crate::model::saved::SavedFinding;
use crate::pipeline::{self, BaselinePlaces, Places, Question, VexPlaces};

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
        named::one_of(&report, name)?.map(|place| named::saved(&report, place)).transpose()
    }

    /// The finding of a saved report that a name means; `None`, which is told, where it means none or several.
    pub(super) fn saved(&self, name: &str, path: &str) -> Result<Option<SavedFinding>> {
        let (saved, _) = pipeline::read_saved(path, self.reading.max_input_bytes)?;
        Ok(named::one_of_saved(&saved.findings, name).cloned())
    }
}

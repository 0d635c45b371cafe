//! `relgate explain`: all that led to the decision about one finding.

use std::io;

use crate::model::decision::Decision;
use crate::model::explanation::Explanation;
use crate::model::finding::Finding;
use crate::model::report::Report;
use crate::model::saved::SavedFinding;

mod json;
mod sections;
mod text;
mod tree;

pub use json::render as json;
pub use text::render as text;

/// What is told of a finding.
pub struct Page<'a> {
    /// The finding as a report says it.
    pub finding: &'a SavedFinding,
    /// The run that it was decided in, and what was asked about it; `None` where that cannot be done again.
    pub again: Option<(&'a Report, &'a Explanation<'a>)>,
    /// Why a saved report could not be judged again; empty where nothing was saved, or it was.
    pub not_again: &'a [String],
}

/// A finding as a report says it.
pub fn saved(report: &Report, finding: &Finding, decision: &Decision) -> io::Result<SavedFinding> {
    super::json::one(report, finding, decision)
}

/// The findings that a name may mean, a line each, for who must choose: `F-0f95581867bb  HIGH  local.eval-use  js/a.js:6`.
#[must_use]
pub fn candidates<'a>(findings: impl Iterator<Item = &'a SavedFinding>) -> Vec<String> {
    let rows = findings.map(|finding| {
        [
            sections::code(&finding.id, 20),
            finding.severity.effective.to_uppercase(),
            sections::name(finding),
            sections::place(finding),
            finding.decision.action.clone(),
        ]
    });
    super::grid::lines(rows)
}

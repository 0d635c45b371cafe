//! What several formats list, in the order in which they do.

use crate::model::decision::{Decision, Spent};
use crate::model::exception::Exception;
use crate::model::finding::Finding;
use crate::model::policy::{Action, Budget};
use crate::model::problem::{Problem, Weight};
use crate::model::report::Report;
use crate::model::scan::Input;
use crate::model::severity::Severity;
use crate::model::standing::Standing;

/// The findings with an action.
pub(super) fn with(report: &Report, action: Action) -> impl Iterator<Item = (&Finding, &Decision)> {
    report.findings().filter(move |(_, decision)| decision.action == action)
}

/// How many findings have each action (by [`Action::ALL`]) and each severity (by [`Severity::ALL`]).
pub(super) type Grid = [[u64; Severity::ALL.len()]; Action::ALL.len()];

/// Counts them.
pub(super) fn grid(report: &Report) -> Grid {
    let mut cells = Grid::default();
    for (_, decision) in report.findings() {
        let row = Action::ALL.into_iter().position(|action| action == decision.action).unwrap_or_default();
        let column = Severity::ALL.into_iter().position(|severity| severity == decision.severity).unwrap_or_default();
        cells.get_mut(row).and_then(|row| row.get_mut(column)).into_iter().for_each(|cell| *cell += 1);
    }
    cells
}

/// The findings that exceptions lower.
pub(super) fn lowered(report: &Report) -> impl Iterator<Item = (&Finding, &Decision)> {
    report.findings().filter(|(_, decision)| decision.action < decision.without_exceptions)
}

/// The exceptions that are in force, whether or not anything is left to them.
pub(super) fn in_force(report: &Report) -> impl Iterator<Item = (&Exception, Standing)> {
    report.exceptions().filter(|(_, standing)| standing.fate.is_live())
}

/// The others.
pub(super) fn not_in_force(report: &Report) -> impl Iterator<Item = (&Exception, Standing)> {
    report.exceptions().filter(|(_, standing)| !standing.fate.is_live())
}

/// The budgets that are exceeded and have an action.
pub(super) fn exceeded(report: &Report, action: Action) -> impl Iterator<Item = (&Budget, &Spent)> {
    report.budgets().filter(move |(budget, spent)| spent.exceeded && budget.action == action)
}

/// What blocks beside findings, each with its code.
pub(super) fn blocking(report: &Report) -> impl Iterator<Item = (&'static str, &Problem)> {
    report.synthetics.iter().filter(|synthetic| synthetic.blocks()).map(|synthetic| (synthetic.rule_id, &synthetic.problem))
}

/// What leaves the run undecided, or would if nothing blocked, each with its code.
pub(super) fn gaps(report: &Report) -> impl Iterator<Item = (&'static str, &Problem)> {
    let synthetics =
        report.synthetics.iter().filter(|synthetic| !synthetic.blocks()).map(|synthetic| (synthetic.rule_id, &synthetic.problem));
    synthetics.chain(of(report, Weight::Undecided).map(|problem| (problem.code, problem)))
}

/// The problems of a weight.
pub(super) fn of(report: &Report, weight: Weight) -> impl Iterator<Item = &Problem> {
    report.problems.iter().filter(move |problem| problem.weight == weight)
}

/// The reports in which no scan was read.
pub(super) fn unread(report: &Report) -> impl Iterator<Item = &Input> {
    let evidence = &report.evidence;
    evidence.inputs.iter().enumerate().filter(|&(index, _)| evidence.scans_of(index).is_empty()).map(|(_, input)| input)
}

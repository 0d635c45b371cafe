//! What several formats list, in the order in which they do.

use crate::model::decision::Decision;
use crate::model::finding::Finding;
use crate::model::policy::Action;
use crate::model::problem::{Problem, Weight};
use crate::model::report::Report;
use crate::model::scan::Input;

/// The findings with an action.
pub(super) fn with(report: &Report, action: Action) -> impl Iterator<Item = (&Finding, &Decision)> {
    report.findings().filter(move |(_, decision)| decision.action == action)
}

/// What leaves the run undecided, or would if nothing blocked, each with its code.
pub(super) fn gaps(report: &Report) -> impl Iterator<Item = (&'static str, &Problem)> {
    let synthetics = report.synthetics.iter().map(|synthetic| (synthetic.rule_id, &synthetic.problem));
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

//! The baseline that comes after a run.

use anyhow::{Result, bail, ensure};

use crate::act::baseline::{Change, Known, Next, next};
use crate::model::problem::Weight;
use crate::model::report::Report;
use crate::report::tickets;

/// The baseline after a run, for a file. Refused where the evidence has gaps: what a scan missed would be called gone, and what it never
/// looked for would be called all there is.
pub fn next_baseline(report: &Report, path: &str, change: &Change) -> Result<Next> {
    ensure!(is_complete(report), "nothing was written: the evidence is not complete, and a baseline of half of it would be wrong");
    ensure!(report.policy.is_some(), "nothing was written: there is no policy that says what evidence is complete");
    let by = report.policy.as_ref().and_then(|policy| policy.baseline.as_ref());
    if let Some(by) = by.filter(|by| by.adopt.is_some()) {
        let taken = by.path().map_or("what tools report".to_owned(), |path| format!("{path}, a report whose findings are adopted"));
        bail!("nothing was written: the policy takes its baseline from {taken}");
    }
    let last = report.evidence.baseline.as_ref();
    if let (Change::Adopt(_), Some(adoption)) = (change, last.and_then(|last| last.adoption.as_ref())) {
        bail!(
            "nothing was written: {path} was adopted on {} by {}, and what is adopted may only shrink; add what came since by an exception, or remove the file and let somebody answer for all of it again",
            adoption.approved,
            adoption.accountable
        );
    }
    let known = Known { gone: &report.gone, tickets: &tickets::keys(report) };
    Ok(next(&report.evidence, path, report.now, change, &known))
}

/// Whether nothing leaves a run undecided, or would if nothing blocked.
#[must_use]
pub fn is_complete(report: &Report) -> bool {
    let has_gap = report.synthetics.iter().any(|synthetic| !synthetic.blocks());
    !has_gap && report.problems.iter().all(|problem| problem.weight != Weight::Undecided)
}

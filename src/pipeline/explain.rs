//! Which finding somebody means, and why it is decided as it is.

mod choose;

use anyhow::{Context as _, ensure};

pub use choose::{Choice, choose, choose_saved};

use crate::decide;
use crate::model::explanation::Explanation;
use crate::model::report::Report;

/// What led to the decision about the finding at a place of the evidence.
pub fn explain(report: &Report, place: u32) -> anyhow::Result<Explanation<'_>> {
    let explanation = decide::explain(report, place).context("nothing was judged: there is no policy, or no such finding")?;
    let decision = report.decisions.get(place as usize).context("internal error: no decision; report this as a bug")?;
    let mut decided: Vec<&str> = report.rules(decision).map(|rule| rule.id.as_str()).collect();
    let mut explained: Vec<&str> =
        explanation.rules.iter().filter(|tried| tried.outcome.fires()).map(|tried| tried.rule.id.as_str()).collect();
    decided.sort_unstable();
    explained.sort_unstable();
    ensure!(decided == explained, "internal error: what is explained is not what was decided; report this as a bug");
    Ok(explanation)
}

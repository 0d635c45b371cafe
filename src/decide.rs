//! From evidence and policy to the verdict: data in, decisions out. Nothing here reads a file, a clock or the environment,
//! so every decision can be made again from its report.
//!
//! [`matched`] finds the exceptions that match findings, and what due dates they put off; [`judge`] decides each finding, [`except`] applies the exceptions and [`vex()`] what vendors and the team state, [`budgets()`] counts what is left, [`synthetics`] asks whether the evidence suffices, [`counts`] and [`order()`] prepare what
//! is shown, and [`verdict()`] answers for the run.

mod accept;
mod asked;
mod baseline;
mod budgets;
mod changes;
mod completeness;
mod due;
mod exceptions;
mod expected;
mod explain;
mod facts;
mod feeds;
mod lint;
mod loud;
mod matching;
mod order;
mod origin;
mod owners;
mod requirement;
mod verdict;
mod vex;

#[cfg(test)]
mod sample;

use jiff::Timestamp;

use crate::model::report::Subject;
use crate::model::truth;

pub use accept::accept;
pub use baseline::{adopt, baseline_counts, gone};
pub use budgets::budgets;
pub use changes::changes;
pub use completeness::synthetics;
pub use due::without_future;
pub use exceptions::{Excepted, Matched, except, matched};
pub use expected::failures;
pub use explain::explain;
pub use feeds::{aged, too_old};
pub use lint::{lint, unseen};
pub use loud::{adopted, loud, lowered};
pub use matching::{Judged, judge};
pub use order::order;
pub use owners::unowned;
pub use verdict::{counts, verdict};
pub use vex::vex;

/// What holds for the run as a whole.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    /// The run's one instant.
    pub now: Timestamp,
    /// What is judged.
    pub subject: &'a Subject,
    /// Whether this is only a rehearsal.
    pub dry_run: bool,
    /// Whether the policy only observes: what blocks is told, and does not stop anything.
    pub observed: bool,
    /// What the process exits with on tickets: 0 unless the caller asked for another.
    pub ticket_exit_code: u8,
}

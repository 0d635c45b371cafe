//! The report in Markdown, for the summary of a CI job or a comment on a pull or merge request.
//!
//! The first screen is for a developer whose pipeline is red: the verdict, how many of what, what blocks and how to get through.
//! All else is folded away below it. The whole keeps to a budget in bytes: see [`page::write`]. No line begins with a scanner's
//! words, and the only HTML is the marker by which a comment is found again, and what folds.

use std::io::{self, Write};

mod evidence;
mod exceptions;
mod findings;
mod headline;
pub(super) mod page;

use self::page::Piece;
use crate::model::decision::Outcome;
use crate::model::report::Report;
use crate::report::pen::MARKDOWN;
use crate::report::{command, way};

/// The first line of every report.
const MARKER: &str = "<!-- relgate:report -->";

/// GitHub drops the summary of a step above 1 MiB.
const SUMMARY: usize = 900_000;

/// GitHub refuses a comment above 65,536 characters.
const COMMENT: usize = 60_000;

/// Writes the report for a summary.
pub(super) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(page(report, SUMMARY).as_bytes())
}

/// Writes the report for a comment.
pub(super) fn render_comment(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(page(report, COMMENT).as_bytes())
}

fn page(report: &Report, budget: usize) -> String {
    let escalation = MARKDOWN.escalation(report).map_or_else(String::new, |escalation| format!("{escalation}\n\n"));
    let through = Some(Piece::Whole(format!("**{}.**\n\n{escalation}", way::through(report, MARKDOWN))));
    let (blocking, gaps) = (evidence::blocking(report), evidence::gaps(report));
    let (counts, blockers, budgets) = (headline::counts(report), findings::blockers(report), evidence::budgets(report));
    let first = match report.verdict.outcome {
        Outcome::Undecided => [gaps, through, counts, blockers, budgets, blocking],
        Outcome::Pass | Outcome::Ticket | Outcome::Block => [counts, blockers, budgets, blocking, gaps, through],
    };
    let rest = [
        exceptions::in_force(report),
        findings::more_blockers(report),
        findings::tickets(report),
        exceptions::lowered(report),
        exceptions::others(report),
        evidence::scans(report),
        evidence::feeds(report),
        evidence::baseline(report),
        evidence::problems(report),
        findings::trace(report),
        Some(Piece::Whole(format!("Reproduce:\n\n```sh\n{}\n```\n", command::reproduce(report)))),
    ];
    let verdict = Some(Piece::Whole(headline::verdict(report)));
    let pieces = [verdict].into_iter().chain(first).chain(rest).flatten().collect();
    page::write(pieces, budget)
}

#[cfg(test)]
mod tests;

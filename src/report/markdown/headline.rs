//! The verdict, its reason, and how many of what.

use super::MARKER;
use super::page::Piece;
use crate::model::decision::Outcome;
use crate::model::policy::Action;
use crate::model::report::Report;
use crate::model::severity::Severity;
use crate::report::pen::MARKDOWN;
use crate::report::{lists, words};

/// `## BLOCK: payments-api @4f2c1ab, release`, and why.
pub(super) fn verdict(report: &Report) -> String {
    let sign = match report.verdict.outcome {
        Outcome::Pass => "✅",
        Outcome::Ticket => "🎫",
        Outcome::Block => "🛑",
        Outcome::Undecided => "❓",
    };
    let subject = MARKDOWN.subject(report);
    let colon = if subject.is_empty() { "" } else { ": " };
    let reason = MARKDOWN.prose(&report.verdict.reason, 400);
    let policy = MARKDOWN.policy(report);
    format!("{MARKER}\n\n## {sign} {}{colon}{subject}\n\n{reason}. {policy}.\n\n", words::verdict(report))
}

/// A table of actions by severity; nothing where nothing was found.
pub(super) fn counts(report: &Report) -> Option<Piece<'static>> {
    let counts = &report.counts;
    if counts.findings == 0 {
        return None;
    }
    let head = Severity::ALL.map(|severity| format!(" {} |", severity.word())).concat();
    let rows = Action::ALL.into_iter().zip(lists::grid(report)).map(|(action, row)| {
        let row = row.map(|cell| format!(" {cell} |")).concat();
        format!("| {} |{row} {} |\n", action.word(), counts.of(action))
    });
    let rows: String = rows.collect();
    let excepted = if counts.excepted > 0 { format!("{} excepted.\n\n", counts.excepted) } else { String::new() };
    let excused = if counts.vex > 0 { format!("{} excused by VEX.\n\n", counts.vex) } else { String::new() };
    Some(Piece::Whole(format!("| |{head} all |\n|---|{}\n{rows}\n{excepted}{excused}", "--:|".repeat(Severity::ALL.len() + 1))))
}

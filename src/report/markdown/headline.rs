//! The verdict, its reason, and how many of what.

use super::MARKER;
use super::page::Piece;
use crate::model::decision::Outcome;
use crate::model::policy::Action;
use crate::model::report::Report;
use crate::model::severity::Severity;
use crate::report::pen::MARKDOWN;
use crate::report::words;

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
    let severities = || Severity::ALL.into_iter().map(Some).chain([None]);
    let place = |severity: Option<Severity>| severities().position(|other| other == severity).unwrap_or_default();
    let mut cells = [[0_u64; Severity::ALL.len() + 1]; Action::ALL.len()];
    for (_, decision) in report.findings() {
        let row = Action::ALL.into_iter().position(|action| action == decision.action).unwrap_or_default();
        if let Some(cell) = cells.get_mut(row).and_then(|row| row.get_mut(place(Some(decision.severity)))) {
            *cell += 1;
        }
    }
    // Only without a policy nobody says what an unrated finding counts as.
    let width = if report.policy.is_some() { Severity::ALL.len() } else { Severity::ALL.len() + 1 };
    let names = severities().take(width).map(|severity| severity.map_or("unrated", Severity::word));
    let head = names.fold("| |".to_owned(), |row, name| row + &format!(" {name} |"));
    let rows = Action::ALL.into_iter().zip(cells).map(|(action, row)| {
        let row = row.into_iter().take(width).fold(String::new(), |line, cell| line + &format!(" {cell} |"));
        format!("| {} |{row} {} |\n", action.word(), counts.of(action))
    });
    let rows: String = rows.collect();
    let excepted = if counts.excepted > 0 { format!("{} excepted.\n\n", counts.excepted) } else { String::new() };
    let excused = if counts.vex > 0 { format!("{} excused by VEX.\n\n", counts.vex) } else { String::new() };
    Some(Piece::Whole(format!("{head} all |\n|---|{}\n{rows}\n{excepted}{excused}", "--:|".repeat(width + 1))))
}

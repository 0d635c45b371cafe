//! The comparison for a terminal or a log.

use std::fmt::Write as _;
use std::io;

use super::{because, gaps, name, summary, verdict};
use crate::base::escape;
use crate::base::text::Untrusted;
use crate::model::comparison::{Comparison, Group};
use crate::model::report::Report;
use crate::report::pen::TERMINAL;
use crate::report::{grid, words};

/// So many groups, and findings of each, are shown.
const SHOWN: (usize, usize) = (40, 10);

/// So many reports that are not whole are named.
const GAPS: usize = 10;

/// Writes the comparison.
pub(super) fn render(comparison: &Comparison, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = String::new();
    write(comparison, &mut page).map_err(io::Error::other)?;
    out.write_all(page.as_bytes())
}

fn write(comparison: &Comparison, page: &mut String) -> std::fmt::Result {
    let sides = [("before", &comparison.before), ("after", &comparison.after)];
    for line in grid::lines(sides.into_iter().map(|(word, report)| side(word, report))) {
        writeln!(page, "{line}")?;
    }
    writeln!(page, "\n{}", summary(comparison))?;
    let changes = comparison.changes();
    let rows = changes.iter().map(|(change, count)| [format!("  {} -> {}", change.from.word(), change.to.word()), count.to_string()]);
    grid::lines(rows).iter().try_for_each(|line| writeln!(page, "{line}"))?;
    comparison.groups.iter().take(SHOWN.0).try_for_each(|one| group(comparison, one, page))?;
    if let Some(more) = comparison.groups.len().checked_sub(SHOWN.0).filter(|more| *more > 0) {
        writeln!(page, "\n… and {} in the JSON output", words::count(more as u64, "more group"))?;
    }
    let gaps = gaps(comparison);
    if !gaps.is_empty() {
        let all = words::count(comparison.after.evidence.inputs.len() as u64, "report");
        writeln!(page, "\n{} of {all} could not be read or are not whole; what is missing is not compared:", gaps.len())?;
    }
    for (input, why) in gaps.iter().take(GAPS) {
        writeln!(page, "  {}: {}", escape::terminal(Untrusted::new(&input.path), 120), escape::terminal(Untrusted::new(why), 160))?;
    }
    match gaps.len().saturating_sub(GAPS) {
        0 => Ok(()),
        more => writeln!(page, "  … and {more} more in the JSON output"),
    }
}

fn side(word: &str, report: &Report) -> [String; 4] {
    [word.to_owned(), TERMINAL.code(name(report), 80), verdict(report), TERMINAL.prose(&report.verdict.reason, 200)]
}

fn group(comparison: &Comparison, group: &Group, page: &mut String) -> std::fmt::Result {
    let change = group.change;
    let why = because(TERMINAL, comparison, group.cause, change.to > change.from);
    let count = words::count(group.findings.len() as u64, "finding");
    writeln!(page, "\n{} -> {} {why}: {count}", change.from.word(), change.to.word())?;
    let evidence = &comparison.after.evidence;
    let rows = comparison.findings(group).take(SHOWN.1).map(|(finding, [_, decision])| {
        [
            format!("  {}", words::severity(decision)),
            finding.id.to_string(),
            TERMINAL.name(evidence, finding, 60),
            TERMINAL.place(evidence, finding, 100),
            TERMINAL.tools(evidence, finding),
        ]
    });
    grid::lines(rows).iter().try_for_each(|line| writeln!(page, "{line}"))?;
    match group.findings.len().saturating_sub(SHOWN.1) {
        0 => Ok(()),
        more => writeln!(page, "  … and {more} more"),
    }
}

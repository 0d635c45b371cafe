//! The comparison in Markdown, for a pull or merge request that changes a policy: at most 60 kB.

use std::io;

use super::{because, gaps, name, summary, verdict};
use crate::model::comparison::{Comparison, Group};
use crate::report::markdown::page::{self, List, Piece};
use crate::report::pen::MARKDOWN;
use crate::report::words;

/// The first line, by which a comment is found again.
const MARKER: &str = "<!-- relgate:policy-diff -->";

/// GitHub refuses a comment above 65,536 characters.
const BUDGET: usize = 60_000;

/// Groups with fewer findings stand open, the others are folded; so many findings of each are shown at most.
const SHOWN: (usize, usize) = (11, 50);

/// So many groups have a list of their own.
const GROUPS: usize = 30;

const FINDINGS: &str = "| severity | finding | where | seen by |\n|---|---|---|---|\n";

/// Writes the comparison.
pub(super) fn render(comparison: &Comparison, out: &mut dyn io::Write) -> io::Result<()> {
    let mut pieces = vec![Piece::Whole(head(comparison))];
    pieces.extend(comparison.groups.iter().take(GROUPS).map(|one| group(comparison, one)));
    if let Some(more) = comparison.groups.len().checked_sub(GROUPS).filter(|more| *more > 0) {
        pieces.push(Piece::Whole(format!("{} in the JSON output.\n\n", words::count(more as u64, "more group"))));
    }
    pieces.extend(unread(comparison));
    out.write_all(page::write(pieces, BUDGET).as_bytes())
}

/// Both verdicts, how many findings change in which way, and why.
fn head(comparison: &Comparison) -> String {
    let row = |word: &str, report| {
        let (policy, reason) = (MARKDOWN.code(name(report), 80), MARKDOWN.prose(&report.verdict.reason, 200));
        format!("| {word} | {policy} | {} | {reason} |\n", verdict(report))
    };
    let verdicts = [row("before", &comparison.before), row("after", &comparison.after)].concat();
    let mut page = format!(
        "{MARKER}\n\n## What the policy changes: {}\n\n| | policy | verdict | why |\n|---|---|---|---|\n{verdicts}\n",
        summary(comparison)
    );
    if comparison.groups.is_empty() {
        return page;
    }
    page.push_str("| change | findings | |\n|---|--:|---|\n");
    for one in comparison.groups.iter().take(GROUPS) {
        let (change, count) = (arrow(one), one.findings.len());
        let why = because(MARKDOWN, comparison, one.cause, stricter(one));
        page.extend(["| ", &change, " | ", &count.to_string(), " | ", &why, " |\n"]);
    }
    page.push('\n');
    page
}

fn stricter(group: &Group) -> bool {
    group.change.to > group.change.from
}

fn arrow(group: &Group) -> String {
    format!("{} → {}", group.change.from.word(), group.change.to.word())
}

/// The findings of a group.
fn group<'c>(comparison: &'c Comparison, group: &'c Group) -> Piece<'c> {
    let evidence = &comparison.after.evidence;
    let items = comparison.findings(group).take(SHOWN.1).map(|(finding, [_, decision])| {
        format!(
            "| **{}** | {} `{}` | {}{} | {} |\n",
            words::severity(decision),
            MARKDOWN.name(evidence, finding, 80),
            finding.id,
            MARKDOWN.place(evidence, finding, 120),
            words::places(finding),
            MARKDOWN.tools(evidence, finding),
        )
    });
    let total = group.findings.len() as u64;
    let title =
        format!("{} {}: {}", arrow(group), because(MARKDOWN, comparison, group.cause, stricter(group)), words::count(total, "finding"));
    if group.findings.len() < SHOWN.0 {
        return List::open(format!("### {title}\n\n{FINDINGS}"), "finding", total, items);
    }
    // The title of what folds is HTML: ours alone, and the reason stands below it.
    let head = format!("{}\n\n{FINDINGS}", because(MARKDOWN, comparison, group.cause, stricter(group)));
    List::folded(&format!("{}: {}", arrow(group), words::count(total, "finding")), &head, "finding", total, items)
}

/// The reports that are not whole.
fn unread(comparison: &Comparison) -> Option<Piece<'_>> {
    let gaps = gaps(comparison);
    let total = gaps.len() as u64;
    let title = format!("Reports that could not be read or are not whole: {total}");
    let items = gaps.into_iter().map(|(input, why)| format!("- {}: {}\n", MARKDOWN.code(&input.path, 120), MARKDOWN.prose(why, 160)));
    (total > 0).then(|| List::folded(&title, "What is missing is not compared.\n\n", "report", total, items))
}

//! The first lines: the verdict and its reason.

use std::fmt::{self, Write};

use super::page::prose;
use crate::model::decision::Outcome;
use crate::model::report::{Fact, Report};
use crate::report::words;

/// `BLOCK  payments-api @4f2c1ab, release: 2 block, 11 tickets. Policy payments, appsec@acme.example`, and the reason.
pub(super) fn write(page: &mut String, report: &Report) -> fmt::Result {
    let counts = &report.counts;
    write!(page, "{}  {}{} block, {}", verdict(report), subject(report), counts.block, words::count(counts.ticket, "ticket"))?;
    if counts.excepted > 0 {
        write!(page, ", {} excepted", counts.excepted)?;
    }
    match &report.policy {
        Some(policy) => writeln!(page, ". Policy {}, {}", words::plain(&policy.name, 60), words::plain(&policy.owner, 60))?,
        None => writeln!(page, ". No policy could be read")?,
    }
    page.write_str(&prose("Reason: ", "", &words::plain(&report.verdict.reason, 400)))
}

fn verdict(report: &Report) -> String {
    let word = report.verdict.outcome.word().to_uppercase();
    match (report.dry_run, report.verdict.outcome) {
        (false, _) => word,
        (true, Outcome::Undecided) => format!("dry run: {word}"),
        (true, Outcome::Pass | Outcome::Ticket | Outcome::Block) => format!("dry run: would {word}"),
    }
}

/// `payments-api @4f2c1ab, release: `, as far as it is known.
fn subject(report: &Report) -> String {
    let shown = |fact: &Option<Fact>, max_chars| fact.as_ref().map(|fact| words::plain(&fact.value, max_chars));
    let subject = &report.subject;
    let name = shown(&subject.service, 60).or_else(|| shown(&subject.repository, 60));
    let commit = subject.commit.as_ref().map(|fact| format!("@{}", words::plain(&short(&fact.value), 8)));
    let what: Vec<_> = name.into_iter().chain(commit).collect();
    let parts: Vec<_> = [what.join(" ")].into_iter().filter(|part| !part.is_empty()).chain(shown(&subject.stage, 40)).collect();
    if parts.is_empty() { String::new() } else { format!("{}: ", parts.join(", ")) }
}

fn short(commit: &str) -> String {
    commit.chars().take(7).collect()
}

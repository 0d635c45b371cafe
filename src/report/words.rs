//! Phrases for people that quote nobody, and those that every table of findings shares.

use crate::model::baseline::{Adoption, BaselineCounts, Standing};
use crate::model::decision::{Decision, Outcome, Spent};
use crate::model::due::Clock;
use crate::model::finding::{Evidence, Finding};
use crate::model::policy::Budget;
use crate::model::raw::Suppression;
use crate::model::report::Report;
use crate::model::scan::{Input, Scan};
use crate::model::truth::Truth;
use crate::report::pen;

/// What decided where no rule fired.
pub(super) const DEFAULT: &str = "default action of the policy";

/// `7d`, `36h`, as policies write it.
pub(super) fn duration(hours: u32) -> String {
    if hours.is_multiple_of(24) { format!("{}d", hours / 24) } else { format!("{hours}h") }
}

/// `new`, `new, seen since 2026-06-01`, `existing since 2026-06-01, moved`.
pub(super) fn state(evidence: &Evidence, finding: &Finding) -> String {
    let word = evidence.newness(finding).word();
    let Some(entry) = evidence.entry(finding) else { return word.to_owned() };
    let seen = if entry.standing == Standing::Seen { ", seen" } else { "" };
    let since = evidence.date(finding, Clock::FirstSeen).map_or_else(String::new, |since| format!(" since {since}"));
    let moved = if entry.recalled.is_some_and(|recalled| recalled.moved) { ", moved" } else { "" };
    format!("{word}{seen}{since}{moved}")
}

/// `3 new, 12 existing (2 moved), 1 gone; adopted by dana@acme.example on 2026-11-01`, of a run with a baseline.
pub(super) fn known(report: &Report) -> Option<String> {
    let baseline = report.evidence.baseline.as_ref()?;
    let BaselineCounts { new, existing, moved, gone, gone_seen, not_scanned, lowered } = report.known;
    let some = |number: u64, told: String| (number > 0).then_some(told);
    let counts = [
        Some(format!("{new} new")),
        Some(format!("{existing} existing")),
        some(moved, format!("{moved} moved")),
        some(gone + gone_seen, format!("{} gone", gone + gone_seen)),
        some(not_scanned, format!("{not_scanned} not looked for")),
        some(lowered, format!("{lowered} milder than if new")),
    ];
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    let adoption =
        baseline.adoption.as_ref().map(|Adoption { accountable, approved, .. }| format!("; adopted by {accountable} on {approved}"));
    Some(format!("{}{}", counts.join(", "), adoption.unwrap_or_default()))
}

/// `; known exploited since 2021-12-10`, where that is known.
pub(super) fn exploited(evidence: &Evidence, finding: &Finding) -> String {
    let since = evidence.listed(finding).map_or_else(String::new, |listed| format!(" since {}", listed.added));
    let is_known = evidence.detail(finding).is_some_and(|detail| detail.kev == Some(true));
    if is_known { format!("; known exploited{since}") } else { String::new() }
}

/// `, in this change`, where that is known.
pub(super) fn in_change(evidence: &Evidence, finding: &Finding) -> &'static str {
    match evidence.in_change(finding) {
        Truth::True => ", in this change",
        Truth::False => ", not in this change",
        Truth::Unknown => "",
    }
}

/// `1 sighting`, `2 sightings`.
pub(super) fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// `1`, `1 and 2`, `1, 2 and 3`.
pub(super) fn and(items: &[String]) -> String {
    match items.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// What a list says of the items that it had no room for.
pub(super) fn more(missing: u64, noun: &str) -> String {
    let plural = if missing == 1 { "" } else { "s" };
    format!("{missing} more {noun}{plural} in the JSON report")
}

/// [`pen::Pen::place`] for a terminal.
pub(super) fn place(evidence: &Evidence, finding: &Finding, max_chars: usize) -> String {
    pen::TERMINAL.place(evidence, finding, max_chars)
}

/// [`pen::Pen::scan`] for a terminal.
pub(super) fn scan(evidence: &Evidence, scan: &Scan) -> [String; 5] {
    pen::TERMINAL.scan(evidence, scan)
}

/// A word for it.
pub(super) const fn completeness(complete: bool) -> &'static str {
    if complete { "complete" } else { "INCOMPLETE" }
}

/// The same of a report without a scan: what no format claims, and nobody named, is passed over.
pub(super) fn completeness_of(input: &Input) -> &'static str {
    if input.complete && input.format.is_none() { "passed over" } else { completeness(input.complete) }
}

/// `BLOCK`, or `dry run: would BLOCK`, or `not enforced: would BLOCK` under a policy that only observes; `PASS (emergency)`.
pub(super) fn verdict(report: &Report) -> String {
    let emergency = if report.is_emergency() { " (emergency)" } else { "" };
    let only = if report.verdict.configuration_only { " (configuration only)" } else { "" };
    let word = format!("{}{emergency}{only}", report.verdict.outcome.word().to_uppercase());
    let lead = match (report.dry_run, report.verdict.enforced) {
        (true, _) => "dry run",
        (false, false) => "not enforced",
        (false, true) => return word,
    };
    match report.verdict.outcome {
        Outcome::Undecided => format!("{lead}: {word}"),
        Outcome::Pass | Outcome::Ticket | Outcome::Block => format!("{lead}: would {word}"),
    }
}

/// The severity that was judged, in capitals.
pub(super) fn severity(decision: &Decision) -> String {
    decision.severity.word().to_uppercase()
}

/// `due 2026-12-01, 3 days left`, or `overdue since 2026-12-01`; `None` where no date is known.
pub(super) fn due(report: &Report, decision: &Decision) -> Option<String> {
    let (due, left) = (decision.deadline.due?, report.days_until_due(decision)?);
    Some(match left {
        ..0 => format!("overdue since {due}"),
        0 => format!("due {due}, today"),
        1 => format!("due {due}, 1 day left"),
        left => format!("due {due}, {left} days left"),
    })
}

/// What a preset asks beside a day.
pub(super) fn due_note(decision: &Decision) -> Option<&'static str> {
    decision.deadline.forensics.then_some("look for traces of an attack")
}

/// `23 findings of at most 20`, and what is done about it.
pub(super) fn budget(budget: &Budget, spent: &Spent) -> String {
    let counted = count(spent.count, budget.counts.noun());
    let word = if spent.exceeded { "exceeded" } else { "kept" };
    format!("{counted}, {} at most; {word} ({})", budget.max, budget.action.word())
}

/// The first of the findings that a budget counts, by their ids.
pub(super) fn counted(report: &Report, spent: &Spent) -> String {
    let ids = spent.first.iter().filter_map(|&place| report.evidence.findings.get(place as usize)).map(|finding| finding.id.to_string());
    let more = spent.count.saturating_sub(spent.first.len() as u64);
    let more = (more > 0 && !spent.first.is_empty()).then(|| format!("{more} more"));
    ids.chain(more).collect::<Vec<_>>().join(", ")
}

/// What a scan did to the finding itself, if anything.
pub(super) const fn suppressed(finding: &Finding) -> &'static str {
    match finding.suppressed {
        Suppression::None => "",
        Suppression::InSource => "; suppressed in source",
        Suppression::External => "; suppressed by the scan",
    }
}

/// In how many places besides the one that is told.
pub(super) fn places(finding: &Finding) -> String {
    match finding.locations.len() {
        0 | 1 => String::new(),
        2 => "; in 1 more place".to_owned(),
        all => format!("; in {} more places", all - 1),
    }
}

/// What the evidence amounts to.
pub(super) fn evidence(report: &Report) -> String {
    let counts = &report.counts;
    let read = format!("{} in {}", count(counts.sightings, "sighting"), count(counts.findings, "finding"));
    let suppressed = (counts.suppressed > 0).then(|| format!("; {} suppressed by their scans", counts.suppressed));
    let passed = (counts.passed > 0).then(|| format!("; {} with nothing to fix", counts.passed));
    [Some(read), suppressed, passed].into_iter().flatten().collect()
}

/// What stands above the gaps.
pub(super) const fn gaps(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Block => "Evidence is incomplete as well:",
        Outcome::Undecided | Outcome::Ticket | Outcome::Pass => "Undecided because:",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_counts_read_like_prose() {
        let numbers = ["1", "2", "3"].map(str::to_owned);
        assert_eq!(and(&numbers), "1, 2 and 3");
        assert_eq!(and(numbers.get(..2).unwrap_or_default()), "1 and 2");
        assert_eq!(and(numbers.get(..1).unwrap_or_default()), "1");
        assert_eq!((count(1, "ticket"), count(0, "ticket")), ("1 ticket".to_owned(), "0 tickets".to_owned()));
        assert_eq!((more(1, "gap"), more(2, "gap")), ("1 more gap in the JSON report".into(), "2 more gaps in the JSON report".into()));
    }
}

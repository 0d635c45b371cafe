//! What another policy would do: the findings whose action changes, grouped by what makes the difference, and both verdicts.

use std::io;

use crate::model::comparison::{By, Cause, Comparison, Side};
use crate::model::decision::Outcome;
use crate::model::policy::Policy;
use crate::model::report::Report;
use crate::model::scan::Input;
use crate::report::pen::{Pen, TERMINAL};
use crate::report::{policy, words};

mod json;
mod markdown;
mod text;

/// One format.
pub struct Format {
    /// The word of `--format`.
    pub id: &'static str,
    /// Writes the whole comparison.
    pub render: fn(&Comparison, &mut dyn io::Write) -> io::Result<()>,
}

/// Every format.
pub static FORMATS: &[Format] = &[
    Format { id: "text", render: text::render },
    Format { id: "markdown", render: markdown::render },
    Format { id: "json", render: json::render },
];

/// `builtin:strict`, or the file that was named.
fn name(report: &Report) -> &str {
    report.policy.as_ref().and_then(uppermost).unwrap_or("no policy")
}

fn uppermost(policy: &Policy) -> Option<&str> {
    policy.file(policy.place).map(|file| file.path.as_str())
}

/// So many groups that loosen are told, and so many findings of each.
const LOOSENED: (usize, usize) = (20, 5);

/// What the second side would answer, and each loosening with its cause: whole sentences, which may quote scanners.
#[must_use]
pub fn preview(comparison: &Comparison) -> Vec<String> {
    let (before, after) = (&comparison.before, &comparison.after);
    let counts = |report: &Report| format!("{} block, {}", report.counts.block, words::count(report.counts.ticket, "ticket"));
    // That it ships no code excuses the change, and nothing after it.
    let is_excused = after.verdict.configuration_only && after.verdict.outcome == Outcome::Ticket;
    let merged = if is_excused { word(after, Outcome::Block) } else { verdict(after) };
    let now = if before.verdict.configuration_only { " (configuration only)" } else { "" };
    let (then, counted) = (counts(after), counts(before));
    let lead = format!("once the change is merged, the same is {merged}, {then}; now it is {}{now}, {counted}", verdict(before));
    let digest = |report: &Report| report.policy.as_ref().map(policy::digest);
    let edited =
        "the change edits what the policy comes to, also where none of these findings shows it: compare `relgate policy show` of both";
    let edited = (digest(before) != digest(after)).then(|| edited.to_owned());
    let loosened: Vec<_> = comparison.groups.iter().filter(|group| group.change.to < group.change.from).collect();
    let told = loosened.iter().take(LOOSENED.0).map(|group| {
        let (from, to) = (group.change.from.word(), group.change.to.word());
        let ids: Vec<String> = comparison.findings(group).take(LOOSENED.1).map(|(finding, _)| finding.id.to_string()).collect();
        let more = group.findings.len().saturating_sub(LOOSENED.1);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let because = because(TERMINAL, comparison, group.cause, false);
        format!(
            "the change loosens {} from {from} to {to}, {because}: {}{more}",
            words::count(group.findings.len() as u64, "finding"),
            ids.join(", ")
        )
    });
    let more = loosened.len().saturating_sub(LOOSENED.0);
    let more = (more > 0).then(|| format!("the change loosens in {} as well", words::count(more as u64, "more way")));
    [lead].into_iter().chain(edited).chain(told).chain(more).collect()
}

/// `BLOCK`, or `BLOCK (not enforced)` under a policy that only observes.
fn verdict(report: &Report) -> String {
    word(report, report.verdict.outcome)
}

fn word(report: &Report, outcome: Outcome) -> String {
    let word = outcome.word().to_uppercase();
    let enforced = report.policy.as_ref().is_none_or(|policy| policy.enforced);
    if enforced { word } else { format!("{word} (not enforced)") }
}

/// `by rule strict-code strict.yaml:17`, `without rule new-code standard.yaml:50`.
fn because(pen: Pen, comparison: &Comparison, cause: Cause, is_stricter: bool) -> String {
    let report = comparison.on(cause.side);
    // It is there on the side that it is told of.
    let lead = if cause.side == Side::After { "by" } else { "without" };
    match cause.by {
        By::Rule(place) => {
            let rule = report.policy.as_ref().and_then(|policy| policy.rules.get(usize::from(place)));
            rule.map_or_else(String::new, |rule| format!("{lead} {}", pen.rule(report, rule)))
        }
        By::Default if is_stricter => format!("{lead} the {}, as no rule fires", words::DEFAULT),
        By::Default => format!("{lead} the {}", words::DEFAULT),
        By::Exception(place) => {
            let id = report.exception(place).map_or("", |(record, _)| record.id.as_str());
            format!("{lead} exception {}", pen.code(id, 64))
        }
    }
}

/// The reports that are not whole, each with why: what is not read is not compared.
fn gaps(comparison: &Comparison) -> Vec<(&Input, &str)> {
    let evidence = &comparison.after.evidence;
    let incomplete = evidence.inputs.iter().enumerate().filter(|(_, input)| !input.complete);
    let with_why = incomplete.map(|(place, input)| {
        let of_scans = evidence.scans_of(place).iter().flat_map(|scan| &scan.incomplete_because);
        let first = input.problems.iter().chain(of_scans).min_by_key(|problem| problem.weight);
        (input, first.map_or("it is not whole", |problem| problem.message.as_str()))
    });
    with_why.collect()
}

/// `12 of 40 findings change`; and whether anything is enforced no more.
fn summary(comparison: &Comparison) -> String {
    let all = words::count(comparison.after.counts.findings, "finding");
    let changes = match comparison.changed() {
        0 => format!("nothing changes for {all}"),
        changed => format!("{changed} of {all} change"),
    };
    let enforces = |report: &Report| report.policy.as_ref().is_none_or(|policy| policy.enforced);
    match (enforces(&comparison.before), enforces(&comparison.after)) {
        (true, false) => format!("{changes}; nothing is enforced any more"),
        (false, true) => format!("{changes}; from now on it is enforced"),
        (true, true) | (false, false) => changes,
    }
}

//! What another policy would do: the findings whose action changes, grouped by what makes the difference, and both verdicts.

use std::io;

use crate::model::comparison::{By, Cause, Comparison, Side};
use crate::model::policy::Policy;
use crate::model::report::Report;
use crate::model::scan::Input;
use crate::report::pen::Pen;
use crate::report::words;

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

/// `BLOCK`, or `BLOCK (not enforced)` under a policy that only observes.
fn verdict(report: &Report) -> String {
    let word = report.verdict.outcome.word().to_uppercase();
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

//! What to do now, and how to see the same again.

use std::fmt::{self, Write};

use crate::model::decision::Outcome;
use crate::model::problem::Weight;
use crate::model::report::{Fact, Report};
use crate::report::words;

/// More blockers than this are not numbered one by one.
const NUMBERED: u64 = 9;

/// More reports than this are not named on the command line.
const NAMED: usize = 8;

/// One sentence: what must happen for the next run to pass the gate.
pub(super) fn get_through(page: &mut String, report: &Report) -> fmt::Result {
    let gaps = !report.synthetics.is_empty() || report.problems.iter().any(|problem| problem.weight == Weight::Undecided);
    let fix = match report.counts.block {
        block @ ..=NUMBERED => words::and(&(1..=block).map(|number| number.to_string()).collect::<Vec<_>>()),
        block => format!("all {block}"),
    };
    match report.verdict.outcome {
        Outcome::Block if gaps => writeln!(page, "To get through: fix {fix}, and provide the evidence that is missing"),
        Outcome::Block => writeln!(page, "To get through: fix {fix}"),
        Outcome::Undecided => {
            writeln!(page, "To get through: do what these lines say and check again; `relgate inspect REPORT` shows what is read")
        }
        Outcome::Ticket => writeln!(page, "The release goes on; the findings below want a ticket each"),
        Outcome::Pass => writeln!(page, "Nothing to do"),
    }
}

/// The command line that judges the same.
pub(super) fn reproduce(page: &mut String, report: &Report) -> fmt::Result {
    write!(page, "Reproduce: relgate check")?;
    let subject = &report.subject;
    for (flag, fact) in [
        ("stage", &subject.stage),
        ("branch", &subject.branch),
        ("commit", &subject.commit),
        ("repository", &subject.repository),
        ("service", &subject.service),
        ("artifact", &subject.artifact),
    ] {
        if let Some(value) = fact.as_ref().and_then(given) {
            write!(page, " --{flag} {}", word(value, flag))?;
        }
    }
    let inputs = &report.evidence.inputs;
    if inputs.len() > NAMED {
        return writeln!(page, " REPORT...");
    }
    inputs.iter().try_for_each(|input| write!(page, " {}", word(&input.path, "report")))?;
    writeln!(page)
}

/// What must be said on the command line, because no policy says it.
fn given(fact: &Fact) -> Option<&str> {
    (fact.source != "policy").then_some(fact.value.as_str())
}

/// A value as a word of a shell; the name of the flag in capitals where no harmless word says the same.
fn word(value: &str, flag: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._/:@+,=-".contains(c);
    if value.is_empty() || value.starts_with('-') || value.contains('\'') || words::plain(value, 120) != value {
        flag.to_uppercase()
    } else if value.chars().all(plain) {
        value.to_owned()
    } else {
        format!("'{value}'")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_one_word_of_a_shell_or_left_to_the_reader() {
        for (value, expected) in [
            ("main", "main"),
            ("https://github.com/acme/pay", "https://github.com/acme/pay"),
            ("a b;$(x)", "'a b;$(x)'"),
            ("it's", "BRANCH"),
            ("-x", "BRANCH"),
            ("", "BRANCH"),
            ("a\nb", "BRANCH"),
            ("a\u{202e}b", "BRANCH"),
        ] {
            assert_eq!(word(value, "branch"), expected, "{value:?}");
        }
    }
}

//! The command line that judges the same again.

use crate::model::report::{Fact, Report};
use crate::model::scan::Input;
use crate::report::pen::TERMINAL;

/// More reports than this are not named on the command line.
const NAMED: usize = 8;

/// One line, encoded for a terminal: whoever copies it gets words of a shell.
pub(super) fn reproduce(report: &Report) -> String {
    let subject = &report.subject;
    let facts = [
        ("stage", &subject.stage),
        ("branch", &subject.branch),
        ("commit", &subject.commit),
        ("config-ref", &subject.config_ref),
        ("repository", &subject.repository),
        ("release", &subject.release),
        ("service", &subject.service),
        ("artifact", &subject.artifact),
    ];
    let flags = facts.into_iter().filter_map(|(flag, fact)| {
        let value = fact.as_ref().and_then(given)?;
        Some(format!("--{flag} {}", word(value, flag)))
    });
    let by = report.flags.iter().map(|(flag, value)| format!("--{flag} {}", word(value, flag)));
    let inputs = &report.evidence.inputs;
    let reports = match inputs.len() {
        ..=NAMED => inputs.iter().map(|input| word(&as_named(input), "report")).collect(),
        _ => vec!["REPORT...".to_owned()],
    };
    let rehearsed = report.dry_run.then(|| "--dry-run".to_owned());
    let words = ["relgate check".to_owned()].into_iter().chain(rehearsed).chain(by).chain(flags).chain(reports);
    words.collect::<Vec<_>>().join(" ")
}

/// `FORMAT:PATH`, where that was said.
fn as_named(input: &Input) -> String {
    input.named.as_ref().map_or_else(|| input.path.clone(), |format| format!("{format}:{}", input.path))
}

/// What must be said on the command line, because no policy says it.
fn given(fact: &Fact) -> Option<&str> {
    (fact.source != "policy").then_some(fact.value.as_str())
}

/// A value as a word of a shell; the name of the flag in capitals where no harmless word says the same.
fn word(value: &str, flag: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._/:@+,=-".contains(c);
    if value.is_empty() || value.starts_with('-') || value.contains('\'') || TERMINAL.code(value, 120) != value {
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

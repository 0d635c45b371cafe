//! Lines for the person who looks at the log. Each is one line, whatever a file is called. Where nobody can be told (a full
//! disk, a closed pipe), the exit code stands all the same.

use std::io::{self, Write as _};

use crate::base::escape;
use crate::base::order::Order as _;
use crate::model::problem::{Problem, Weight};

/// More problems than this are not told one by one.
const LINES: usize = 200;

/// What ended the run, in one line.
pub(super) fn fatal(message: &str) {
    line(&format!("undecided: {}", escape::terminal_line(message)));
}

/// What went wrong and changes nothing.
pub(super) fn warning(message: &str) {
    line(&format!("warning: {}", escape::terminal_line(message)));
}

/// What ended the run, and the lines, encoded already, that help to go on.
pub(super) fn choice(message: &str, lines: &[String]) {
    fatal(message);
    for text in lines {
        line(&format!("  {text}"));
    }
}

/// Why the command line is refused, in the lines of its parser, whose words are ours: see [`super::usage`].
pub(super) fn usage(text: &str) {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    fatal(lines.next().unwrap_or("internal error"));
    lines.for_each(|text| line(&escape::terminal_line(text)));
}

/// The problems that make the run undecided, then the loud ones; notes are in the report.
pub(super) fn problems<'a>(problems: impl Iterator<Item = &'a Problem>) {
    with_notes(problems.filter(|problem| problem.weight != Weight::Note));
}

/// The same with the notes behind them, where no report has them.
pub(super) fn with_notes<'a>(problems: impl Iterator<Item = &'a Problem>) {
    for text in lines(problems) {
        line(&text);
    }
}

fn lines<'a>(problems: impl Iterator<Item = &'a Problem>) -> Vec<String> {
    let mut told: Vec<&Problem> = problems.collect();
    told.order_by_key(|problem| problem.weight);
    let shown = |problem: &&Problem| format!("{}: {}", problem.weight.word(), escape::terminal_line(&problem.to_string()));
    let mut lines: Vec<String> = told.iter().take(LINES).map(shown).collect();
    if let Some(next) = told.get(LINES) {
        let (word, more) = (next.weight.word(), told.len() - LINES);
        lines.push(format!("{word}: … and {more} more; `relgate check --output json=PATH` lists them all"));
    }
    lines
}

fn line(text: &str) {
    // There is nobody left to tell that nobody can be told.
    writeln!(io::stderr().lock(), "{text}").ok();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fault::{Fault, Position};

    fn problem(weight: Weight, message: &str) -> Problem {
        let (message, help) = (message.to_owned(), "mend it".to_owned());
        Problem::of_fault(weight, Some("a\nb".to_owned()), Fault { code: "odd", position: Position::Whole, message, help })
    }

    #[test]
    fn a_problem_is_one_line_and_the_gravest_come_first() {
        let problems = [problem(Weight::Warning, "odd"), problem(Weight::Note, "hm"), problem(Weight::Undecided, "bad\n::error::")];
        let expected = ["undecided: a⏎b: bad⏎: :error::; mend it", "warning: a⏎b: odd; mend it", "note: a⏎b: hm; mend it"];
        assert_eq!(lines(problems.iter()), expected);
    }

    #[test]
    fn what_is_too_much_to_tell_is_counted() {
        let many = |count| vec![problem(Weight::Undecided, "bad"); count];
        assert_eq!(lines(many(LINES).iter()).len(), LINES);
        let lines = lines(many(LINES + 7).iter());
        assert_eq!(lines.len(), LINES + 1);
        let last = "undecided: … and 7 more; `relgate check --output json=PATH` lists them all";
        assert_eq!(lines.last().map(String::as_str), Some(last));
    }
}

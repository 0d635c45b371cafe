//! Lines for the person who looks at the log. Each is one line, whatever a file is called.

use crate::base::escape;
use crate::model::problem::{Problem, Weight};

/// What ended the run.
pub(super) fn fatal(message: &str) {
    let mut lines = message.lines().filter(|line| !line.trim().is_empty());
    eprintln!("undecided: {}", escape::terminal_line(lines.next().unwrap_or("internal error")));
    lines.for_each(|line| eprintln!("{}", escape::terminal_line(line)));
}

/// A problem that makes the run undecided, or a loud one; notes are in the report.
pub(super) fn problem(problem: &Problem) {
    match problem.weight {
        Weight::Undecided | Weight::Warning => eprintln!("{}: {}", problem.weight.word(), escape::terminal_line(&problem.to_string())),
        Weight::Note => {}
    }
}

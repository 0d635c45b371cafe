//! What is wrong with files of the configuration, for who mends them: each mistake with its line and a mark below it.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io;

use crate::base::escape;
use crate::base::fault::Position;
use crate::base::order::Order as _;
use crate::base::text::Untrusted;
use crate::model::problem::{Problem, Weight};

/// More mistakes than this are counted only.
const SHOWN: usize = 200;

/// Longer lines are shown around the mark.
const WIDTH: usize = 100;

/// Writes the problems, the gravest first; `text` gives a file's text again, if it can.
pub fn render<'p>(
    problems: impl Iterator<Item = &'p Problem>,
    text: &dyn Fn(&str) -> Option<String>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut files: HashMap<&str, Option<String>> = HashMap::new();
    let mut sorted: Vec<&Problem> = problems.collect();
    sorted.order_by_key(|problem| (problem.weight, &problem.file, &problem.position));
    for problem in sorted.iter().take(SHOWN) {
        let word = match problem.weight {
            Weight::Block | Weight::Undecided => "error",
            Weight::Warning | Weight::Note => problem.weight.word(),
        };
        writeln!(out, "{word}: {}", escape::terminal_line(&problem.to_string()))?;
        if let (Some(file), Position::Line(line, column)) = (&problem.file, &problem.position) {
            let known = files.entry(file.as_str()).or_insert_with(|| text(file));
            let shown = known.as_deref().and_then(|text| excerpt(text, *line, *column));
            write!(out, "{}", shown.unwrap_or_default())?;
        }
    }
    match sorted.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => writeln!(out, "… and {more} more"),
    }
}

/// The line with its number, and a mark below the column.
fn excerpt(text: &str, line: u64, column: u64) -> Option<String> {
    let told = text.lines().nth(usize::try_from(line).ok()?.checked_sub(1)?)?;
    let column = usize::try_from(column).ok()?.checked_sub(1)?;
    let first = column.saturating_sub(WIDTH / 2);
    // A tab is one column in a position, and so it is here.
    let shown: String = told.chars().skip(first).take(WIDTH).map(|c| if c == '\t' { ' ' } else { c }).collect();
    let number = line.to_string();
    let mut lines = String::new();
    writeln!(lines, "  {number} | {}", escape::terminal(Untrusted::new(&shown), WIDTH)).ok()?;
    writeln!(lines, "  {} | {}^", " ".repeat(number.len()), " ".repeat(column - first)).ok()?;
    Some(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_has_its_line_and_a_mark() {
        assert_eq!(excerpt("a: 1\nb: blok\n", 2, 4).as_deref(), Some("  2 | b: blok\n    |    ^\n"));
        assert_eq!(excerpt("a: 1\n", 2, 1), None);
        let long = format!("{}x", "é".repeat(300));
        let shown = excerpt(&long, 1, 301).unwrap_or_default();
        let lines: Vec<&str> = shown.lines().collect();
        let mark = |line: &&str| line.chars().position(|c| c == '^' || c == 'x');
        assert_eq!(lines.iter().filter_map(mark).collect::<Vec<_>>(), [56, 56]);
    }
}

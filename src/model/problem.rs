//! What went wrong or looks wrong, as a value that a report shows; what ends the run is an error instead.

use std::fmt;

use crate::base::fault::{Fault, Position};

/// What a problem does to the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// It blocks, as a finding does.
    Block,
    /// Evidence is missing: nothing that blocks means undecided.
    Undecided,
    /// Legal but dangerous, or a contradiction: told in every output.
    Warning,
    /// A detail that could not be read and changed no decision for the better.
    Note,
}

impl Weight {
    /// The word in reports, and the start of the line on stderr.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Undecided => "undecided",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// One problem. The texts may hold scanner text: encoders treat them as untrusted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// What it does to the run.
    pub weight: Weight,
    /// Stable, kebab-case.
    pub code: &'static str,
    /// The file as it was named; `None` for the run as a whole.
    pub file: Option<String>,
    /// Where in the file.
    pub position: Position,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// How many more of this code the file has that are not listed.
    pub more: u64,
}

impl Problem {
    /// A fault of a file, as a problem of the run.
    #[must_use]
    pub fn of_fault(weight: Weight, file: Option<String>, fault: Fault) -> Self {
        let Fault { code, position, message, help } = fault;
        Self { weight, code, file, position, message, help, more: 0 }
    }
}

/// How many problems of one code a file keeps; of the rest, the number.
const KEPT_OF_A_CODE: usize = 5;

/// The problems of one file, a few of each code: a report with a million mistakes must not make a million problems.
#[derive(Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Notes a problem at a JSON pointer, which is made only if the problem is kept.
    pub fn add(&mut self, weight: Weight, code: &'static str, at: impl FnOnce() -> String, message: impl Into<String>, help: &str) {
        self.add_at(weight, code, || Position::Pointer(at()), message, help);
    }

    /// Notes a problem at any place, which is made only if the problem is kept.
    pub fn add_at(&mut self, weight: Weight, code: &'static str, at: impl FnOnce() -> Position, message: impl Into<String>, help: &str) {
        if self.is_kept(weight, code) {
            self.keep(weight, code, at(), message.into(), help);
        }
    }

    // The next two are not made for each caller, of whom there are hundreds.
    #[inline(never)]
    fn keep(&mut self, weight: Weight, code: &'static str, position: Position, message: String, help: &str) {
        self.0.push(Problem { weight, code, file: None, position, message, help: help.to_owned(), more: 0 });
    }

    /// Whether the next problem of a code is kept, and not only counted.
    #[inline(never)]
    fn is_kept(&mut self, weight: Weight, code: &str) -> bool {
        let mut same = self.0.iter_mut().filter(|known| known.code == code && known.weight == weight);
        same.nth(KEPT_OF_A_CODE - 1).map(|last| last.more += 1).is_none()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes over the problems of a part.
    pub fn absorb(&mut self, part: Self) {
        for problem in part.0 {
            let mut same = self.0.iter_mut().filter(|known| known.code == problem.code && known.weight == problem.weight);
            match same.nth(KEPT_OF_A_CODE - 1) {
                Some(last) => last.more += 1 + problem.more,
                None => self.0.push(problem),
            }
        }
    }

    /// The problems, in the order in which they were found, of no file yet.
    #[must_use]
    pub fn into_list(self) -> Vec<Problem> {
        self.0
    }

    /// The problems, in the order in which they were found, as those of a file.
    pub fn of_file(self, file: &str) -> impl Iterator<Item = Problem> {
        self.0.into_iter().map(move |problem| Problem { file: Some(file.to_owned()), ..problem })
    }
}

impl fmt::Display for Problem {
    /// `FILE:LINE:COL: what; what to do`: one logical line, to be encoded for its sink.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}")?;
            match &self.position {
                Position::Whole => {}
                Position::Line(line, column) => write!(f, ":{line}:{column}")?,
                Position::Pointer(pointer) if pointer.is_empty() => write!(f, ": /")?,
                Position::Pointer(pointer) => write!(f, ": {pointer}")?,
                Position::Byte(byte) => write!(f, ": byte {byte}")?,
            }
            write!(f, ": ")?;
        }
        write!(f, "{}", self.message)?;
        if !self.help.is_empty() {
            write!(f, "; {}", self.help)?;
        }
        if self.more > 0 {
            write!(f, " (and {} more like it)", self.more)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_of_a_code_are_counted_past_the_first_few() {
        let mut problems = Problems::default();
        (0..9).for_each(|n| problems.add(Weight::Note, "odd", || format!("/{n}"), "odd", "mend"));
        let lines: Vec<_> = problems.of_file("a.sarif").map(|problem| problem.to_string()).collect();
        assert_eq!(lines.len(), 5);
        assert_eq!(lines.last().map(String::as_str), Some("a.sarif: /4: odd; mend (and 4 more like it)"));
    }

    #[test]
    fn problems_of_a_part_are_counted_with_the_others() {
        let of = |count: usize| {
            let mut problems = Problems::default();
            (0..count).for_each(|n| problems.add(Weight::Note, "odd", || format!("/{n}"), "odd", "mend"));
            problems
        };
        let mut all = of(3);
        all.absorb(of(9));
        let list = all.into_list();
        assert_eq!((list.len(), list.iter().map(|problem| problem.more).sum::<u64>()), (5, 7));
    }
}

//! What is wrong with a text and where: the error of everything on floor 0 that reads.

use std::fmt;

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Position {
    /// Nowhere in particular: the file as a whole, or no file.
    Whole,
    /// Line and column, both from 1, the column in characters.
    Line(u64, u64),
    /// A JSON pointer (RFC 6901).
    Pointer(String),
    /// Bytes from the start of the decoded text.
    Byte(u64),
}

/// A mistake in a text that was read. It may quote the text: encoders treat it as untrusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Stable, kebab-case.
    pub code: &'static str,
    /// Where.
    pub position: Position,
    /// What is wrong: a lower-case fragment.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message, self.help)
    }
}

impl std::error::Error for Fault {}

//! What is wrong with a document, at the place where reading stopped.

use super::skip::{Next, Skip};
use super::{DEPTH_LIMIT, Reader};
use crate::base::fault::{Fault, Position};
use crate::base::json::{Halt, ValueKind};

/// What to do about text that is not JSON.
pub(super) const BROKEN: &str = "the file is not JSON or was damaged: let the scanner write it again";

/// What to do about JSON that is not what its format asks for.
pub(super) const WRONG_SHAPE: &str =
    "the JSON has the wrong shape for its format: let the scanner write it again, or name the right format";

impl Reader<'_> {
    /// The place that was read last, for a mistake that does not stop the reader.
    #[cold]
    #[must_use]
    pub fn position(&self) -> Position {
        self.window.position(self.window.pos)
    }

    /// Refuses the document at the place that was read last.
    #[cold]
    #[must_use]
    pub fn refuse(&self, code: &'static str, message: &str, help: &str) -> Halt {
        let position = self.window.position(self.window.pos);
        Halt::of(Fault { code, position, message: message.to_owned(), help: help.to_owned() })
    }

    /// What is wrong at the place where skipping stopped.
    #[cold]
    pub(super) fn explain(&mut self, skip: &Skip) -> Halt {
        let inner = match (skip.next, self.window.bytes().get(self.window.pos)) {
            (Next::Value | Next::Item | Next::Key | Next::Member, Some(b'"')) => self.inside_string().err(),
            (Next::Value | Next::Item, Some(b'-' | b'0'..=b'9')) => self.number().err(),
            (Next::Value | Next::Item, Some(b't' | b'f' | b'n')) => self.word().err(),
            (Next::Value | Next::Item | Next::Key | Next::Member | Next::Colon | Next::After, _) => None,
        };
        let wanted = match skip.next {
            Next::Value => "a value",
            Next::Item => "a value or `]`",
            Next::Member => "a string or `}`",
            Next::Key => "a string",
            Next::Colon => "`:`",
            Next::After if skip.in_object() => "`,` or `}`",
            Next::After => "`,` or `]`",
        };
        let byte = self.window.bytes().get(self.window.pos).copied();
        inner.unwrap_or_else(|| self.unexpected(byte, wanted))
    }

    #[cold]
    pub(super) fn unexpected(&self, byte: Option<u8>, wanted: &str) -> Halt {
        match byte {
            None => self.cut_off(),
            Some(byte) if byte.is_ascii_graphic() => {
                self.refuse("bad-json", &format!("expected {wanted}, found `{}`", char::from(byte)), BROKEN)
            }
            Some(byte) => self.refuse("bad-json", &format!("expected {wanted}, found byte {byte:#04x}"), BROKEN),
        }
    }

    #[cold]
    pub(super) fn cut_off(&self) -> Halt {
        let end = self.window.bytes().len();
        Halt::of(Fault {
            code: "truncated",
            position: self.window.position(end),
            message: format!("the document ends too early, at byte {}", self.window.offset(end)),
            help: "the scanner was stopped or the disk was full: run it again".to_owned(),
        })
    }

    /// What is wrong where a value of another kind was wanted.
    #[cold]
    pub(super) fn another(&mut self, wanted: ValueKind) -> Halt {
        match self.kind() {
            Ok(kind) => self.refuse("wrong-type", &format!("expected {}, found {}", wanted.word(), kind.word()), WRONG_SHAPE),
            Err(halt) => halt,
        }
    }

    #[cold]
    pub(super) fn too_deep(&self) -> Halt {
        self.refuse(
            "too-deep",
            &format!("arrays and objects nest deeper than {DEPTH_LIMIT}"),
            "no scanner writes this: look where the file comes from",
        )
    }

    #[cold]
    pub(super) fn too_long(&self) -> Halt {
        self.refuse("too-long", "there are over four billion items", "split the report")
    }

    #[cold]
    pub(super) fn repeated(&self, key: &str) -> Halt {
        let key: String = key.chars().take(100).collect();
        self.refuse(
            "repeated-key",
            &format!("the key {key:?} stands twice in one object"),
            "readers disagree on which one counts: let the scanner write it once",
        )
    }
}

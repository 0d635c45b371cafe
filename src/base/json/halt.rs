//! Why a document is refused, and where: the pointer is put together while the error travels up.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;

use crate::base::fault::{Fault, Position};

/// Why a document is refused.
#[derive(Debug)]
pub struct Halt(Box<Inner>);

#[derive(Debug)]
struct Inner {
    fault: Fault,
    /// Innermost first.
    path: Vec<String>,
}

impl Halt {
    /// A document refused for a reason of its format.
    #[must_use]
    pub fn of(fault: Fault) -> Self {
        Self(Box::new(Inner { fault, path: Vec::new() }))
    }

    pub(super) fn of_io(error: &io::Error) -> Self {
        let own = error.get_ref().and_then(|inner| inner.downcast_ref::<Fault>()).cloned();
        Self::of(own.unwrap_or_else(|| Fault {
            code: "unreadable",
            position: Position::Whole,
            message: format!("cannot be read: {error}"),
            help: "check the file and its permissions".to_owned(),
        }))
    }

    /// Adds the member or index around the mistake.
    #[must_use]
    #[cold]
    #[inline(never)]
    pub fn inside(mut self, step: &str) -> Self {
        self.0.path.push(step.to_owned());
        self
    }

    /// The fault, its message with the JSON pointer.
    #[must_use]
    pub fn into_fault(self) -> Fault {
        let Inner { mut fault, path } = *self.0;
        let pointer = pointer(path.iter().rev().map(String::as_str));
        match fault.position {
            Position::Line(..) | Position::Byte(_) if !pointer.is_empty() => {
                let _infallible = write!(fault.message, ", at {pointer}");
            }
            // A mistake that was found only at the end of the document has no line any more.
            Position::Whole if fault.code != "unreadable" => fault.position = Position::Pointer(pointer),
            Position::Line(..) | Position::Whole | Position::Pointer(_) | Position::Byte(_) => {}
        }
        fault
    }
}

/// The JSON pointer (RFC 6901) of a path.
#[must_use]
pub fn pointer<'a>(path: impl Iterator<Item = &'a str>) -> String {
    path.fold(String::new(), |mut pointer, step| {
        pointer.push('/');
        pointer.push_str(&escaped(&step.chars().take(100).collect::<String>()));
        pointer
    })
}

/// A step of a JSON pointer as it is written.
#[must_use]
pub fn escaped(step: &str) -> Cow<'_, str> {
    if step.contains(['~', '/']) { Cow::Owned(step.replace('~', "~0").replace('/', "~1")) } else { Cow::Borrowed(step) }
}

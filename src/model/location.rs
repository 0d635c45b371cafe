//! Where a finding is.

use std::num::NonZeroU32;

use crate::base::text::Text;

/// A place in a file of the project, an image, or a URL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Location {
    /// The normalized path: `/` between folders, percent-decoded once, `..` kept. `None` when the report names no file.
    pub path: Option<Text>,
    /// First line, from 1.
    pub start_line: Option<NonZeroU32>,
    /// Last line, from 1.
    pub end_line: Option<NonZeroU32>,
}

/// A JSON pointer into a report: that of a list, and the place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pointer {
    /// The pointer of the list, `/runs/0/results`.
    pub list: Text,
    /// The item's place in it.
    pub index: u32,
}

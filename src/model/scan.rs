//! Reports and the scans in them.

use crate::base::text::Text;
use crate::model::identity::Category;
use crate::model::problem::Problem;

/// One report: a file that was read.
#[derive(Clone, Debug)]
pub struct Input {
    /// As it was named or found.
    pub path: String,
    /// Of the bytes as they were stored, in hex; `None` where no output shows it, or the report could not be read.
    pub sha256: Option<String>,
    /// As stored.
    pub bytes: u64,
    /// The id of the format or mapping that claimed it; `None` when none did.
    pub format: Option<String>,
    /// The id that stood in front of the path, where one did.
    pub named: Option<String>,
    /// Whether it was read whole and every scan in it is complete.
    pub complete: bool,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
    /// Results read, of all its scans.
    pub sightings: u64,
}

impl Input {
    /// A report of which only the path is known: nothing was read, and it is not complete.
    #[must_use]
    pub const fn unread(path: String) -> Self {
        Self { path, sha256: None, bytes: 0, format: None, named: None, complete: false, problems: Vec::new(), sightings: 0 }
    }
}

/// A handle on a [`Scan`]: its place in the list of scans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScanId(pub u32);

/// One run of one tool, as a report tells it (a SARIF `run`).
#[derive(Clone, Debug)]
pub struct Scan {
    /// The report's place in the list of inputs.
    pub input: u32,
    /// Where the scan stands in the report: a JSON pointer.
    pub pointer: String,
    /// The tool's id: its profile's, else the driver's name in lower case with `-` for spaces.
    pub tool: Text,
    /// Whether the name is plain enough to satisfy a requirement.
    pub tool_is_plain: bool,
    /// The tool's version as told.
    pub tool_version: Option<Text>,
    /// What it can report; the first is what a finding is unless something says otherwise.
    pub categories: Vec<Category>,
    /// Why the scan is not complete; empty when it is.
    pub incomplete_because: Vec<Problem>,
    /// Results in it.
    pub sightings: u64,
    /// Results that the scan itself marks as suppressed.
    pub suppressed: u64,
    /// How many results the report itself says there are, where it does.
    pub claimed: Option<u64>,
    /// The commit that was scanned, as told.
    pub commit: Option<Text>,
    /// The repository that was scanned, as told.
    pub repository: Option<Text>,
    /// When the scan ended, as told.
    pub ended: Ended,
}

/// The code of the problem that a tool notified an error.
pub const ERROR_NOTIFICATION: &str = "error-notification";

/// How its message begins; what the tool says follows.
pub const TOOL_ERROR: &str = "the tool reports an error";

/// What a report tells of the end of a scan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ended {
    /// Nothing.
    #[default]
    NotTold,
    /// Something that is no instant: the age of the scan cannot be known.
    Unreadable,
    /// The instant.
    At(jiff::Timestamp),
}

impl Ended {
    /// The later of two that are told of one scan; one that cannot be read leaves it open.
    #[must_use]
    pub fn later(self, other: Self) -> Self {
        match (self, other) {
            (Self::At(one), Self::At(other)) => Self::At(one.max(other)),
            (Self::Unreadable, _) | (_, Self::Unreadable) => Self::Unreadable,
            (Self::NotTold, told) | (told, Self::NotTold) => told,
        }
    }

    /// The instant, where it is known.
    #[must_use]
    pub const fn at(self) -> Option<jiff::Timestamp> {
        match self {
            Self::At(instant) => Some(instant),
            Self::NotTold | Self::Unreadable => None,
        }
    }
}

impl Scan {
    /// What a finding of it is unless something says otherwise.
    #[must_use]
    pub fn category(&self) -> Category {
        self.categories.first().copied().unwrap_or(Category::Other)
    }

    /// Whether the scan can be relied on to have looked at everything it was asked to.
    #[must_use]
    pub fn complete(&self) -> bool {
        self.incomplete_because.is_empty()
    }
}

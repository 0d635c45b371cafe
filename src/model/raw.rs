//! What a reader found in a report, in the tool's own words: nothing is judged, rated or cleaned here.
//!
//! Readers in `ingest` make these, `normalize` turns them into findings. Rows are compact: a large report holds a million.

use std::num::NonZeroU32;

use crate::base::pages::Pages;
use crate::base::pool::{Pool, Span};
use crate::base::text::{Text, Texts};
use crate::model::location::Pointer;
use crate::model::problem::{Problem, Problems};
use crate::model::scan::Ended;
use crate::model::severity::{Kind, Source};

/// Everything one report says.
#[derive(Default)]
pub struct RawReport {
    /// The texts that all handles below refer to.
    pub texts: Texts,
    /// In the order of the document.
    pub scans: Vec<RawScan>,
    /// Of all scans; [`RawFinding::rule`] is a place in it.
    pub rules: Vec<RawRule>,
    /// Statements about severity.
    pub claims: Pool<Claim>,
    /// Places.
    pub locations: Pool<RawLocation>,
    /// Lists of tags.
    pub words: Pool<Text>,
    /// Details that could not be read, and contradictions; a few of each kind, with a count of the rest.
    pub problems: Problems,
}

/// One scan of a report.
pub struct RawScan {
    /// The JSON pointer of the scan.
    pub pointer: String,
    /// The driver's name.
    pub tool: Text,
    /// Its version.
    pub tool_version: Option<Text>,
    /// Why the scan cannot be relied on to be whole.
    pub incomplete_because: Vec<Problem>,
    /// How many results the report says there are, where it does.
    pub claimed: Option<u64>,
    /// The commit that was scanned.
    pub commit: Option<Text>,
    /// The repository that was scanned.
    pub repository: Option<Text>,
    /// When the scan ended, or began if only that is told.
    pub ended: Ended,
    /// Bases of relative URIs: name, and the URI it stands for as far as the report defines it.
    pub bases: Vec<(Text, Option<Text>)>,
    /// Its results, in order.
    pub results: Pages<RawFinding>,
    /// The bytes of the tool's fingerprints; [`RawFinding::tool_print`] and [`RawFinding::line_print`] are lists in it.
    pub prints: Pool<u8>,
}

/// One rule of a tool.
#[derive(Clone, Default)]
pub struct RawRule {
    /// A few words that name it.
    pub title: Option<Text>,
    /// What it says about severity.
    pub claims: Vec<Claim>,
    /// Its name, tags and relations, CWE and advisory ids among them: `external/cwe/cwe-089`, `CVE-2021-44228`.
    pub tags: Vec<Text>,
}

/// One statement about severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Claim {
    /// Who said it.
    pub source: Source,
    /// What kind of statement.
    pub kind: Kind,
    /// The words or number; a value of another JSON type as `(null)`, `(array)`, ….
    pub told: Text,
}

/// One result.
#[derive(Clone, Copy)]
pub struct RawFinding {
    /// Where it stands in the report.
    pub pointer: Pointer,
    /// The tool's name for the rule.
    pub rule_id: Option<Text>,
    /// The rule's metadata: a place in [`RawReport::rules`].
    pub rule: Option<u32>,
    /// What the tool says, cut at [`MESSAGE_LIMIT`].
    pub message: Option<Text>,
    /// What the result itself says about severity.
    pub claims: Span<Claim>,
    /// Places, the first one first.
    pub locations: Span<RawLocation>,
    /// As [`RawRule::tags`], of this result alone.
    pub tags: Span<Text>,
    /// The pairs of the tool's full `fingerprints`, each `key=value` with its length in front, sorted.
    pub tool_print: Span<u8>,
    /// `primaryLocationLineHash`.
    pub line_print: Span<u8>,
    /// Whether the scan itself marks it as not to be reported.
    pub suppressed: Suppression,
}

/// Messages are kept up to this many bytes; the rest is in the report itself.
pub const MESSAGE_LIMIT: usize = 1_000;

/// A place, as told.
#[derive(Clone, Copy, Default)]
pub struct RawLocation {
    /// A URI reference or path.
    pub uri: Option<Text>,
    /// The name of what a relative one is relative to: see [`RawScan::bases`].
    pub base: Option<Text>,
    /// First line, from 1.
    pub start_line: Option<NonZeroU32>,
    /// Last line, from 1.
    pub end_line: Option<NonZeroU32>,
}

/// Whether and how a scan suppressed a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Suppression {
    /// It did not, or the suppression was rejected or is under review.
    None,
    /// By a comment in the source.
    InSource,
    /// By a file or a service outside the source.
    External,
}

impl Suppression {
    /// The word in policies and reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::InSource => "in_source",
            Self::External => "external",
        }
    }
}

//! What a reader found in a report, in the tool's own words: nothing is judged, rated or cleaned here.
//!
//! Readers in `ingest` make these, `normalize` turns them into findings. Rows are compact: a large report holds a million.

use std::num::NonZeroU32;

use jiff::civil::Date;

use crate::base::pages::Pages;
use crate::base::pool::{Distinct, Pool, Span};
use crate::base::text::{Text, Texts};
use crate::model::identity::Category;
use crate::model::location::Pointer;
use crate::model::problem::{Problem, Problems};
use crate::model::scan::Ended;
use crate::model::severity::{CvssVersion, Kind, Source};

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
    pub claims: Distinct<Claim>,
    /// Places.
    pub locations: Pool<RawLocation>,
    /// Lists of tags, ids and versions.
    pub words: Pool<Text>,
    /// Lists of properties.
    pub properties: Pool<Property>,
    /// What only some results have; [`RawFinding::detail`] names a place in it.
    pub details: Pages<RawDetail>,
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
    /// What the scan looks for, where the report tells; else what its tool mostly finds.
    pub category: Option<Category>,
    /// What else it looks for, where the report tells its category.
    pub more_categories: Vec<Category>,
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
    /// The bytes that keys are made of; [`RawFinding::tool_print`], [`RawFinding::line_print`] and [`RawFinding::code_print`] are lists
    /// in it.
    pub prints: Pool<u8>,
    /// Properties of results that profiles of tools look at, by the place of the result; only of results that have some.
    pub properties: Vec<(u32, Span<Property>)>,
}

impl RawScan {
    /// A scan of a tool without results; nothing more is known of it.
    #[must_use]
    pub fn new(pointer: String, tool: Text) -> Self {
        Self {
            pointer,
            tool,
            tool_version: None,
            category: None,
            more_categories: Vec::new(),
            incomplete_because: Vec::new(),
            claimed: None,
            commit: None,
            repository: None,
            ended: Ended::NotTold,
            bases: Vec::new(),
            results: Pages::default(),
            prints: Pool::default(),
            properties: Vec::new(),
        }
    }
}

/// A property, as told; a list of words is as many properties of one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Property {
    /// Its key.
    pub key: Text,
    /// The words or number; a value of another JSON type as `(boolean)`, `(object)`, `(too long)`.
    pub told: Text,
}

/// One rule of a tool.
#[derive(Clone, Copy, Default)]
pub struct RawRule {
    /// Its name, which is no id: `OsPackageVulnerability`.
    pub name: Option<Text>,
    /// Properties that profiles of tools look at.
    pub properties: Span<Property>,
    /// A few words that name it.
    pub title: Option<Text>,
    /// What it says about severity.
    pub claims: Span<Claim>,
    /// Its name, tags and relations, CWE and advisory ids among them: `external/cwe/cwe-089`, `CVE-2021-44228`.
    pub tags: Span<Text>,
}

/// One statement about severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Claim {
    /// Who said it.
    pub source: Source,
    /// What kind of statement.
    pub kind: Kind,
    /// The words or number; a value of another JSON type as `(null)`, `(array)`, …. Of a [`Kind::Cvss`] the score, or where none is
    /// stated the vector.
    pub told: Text,
    /// The CVSS vector behind it.
    pub vector: Option<Text>,
}

impl Claim {
    /// A word or number.
    #[must_use]
    pub const fn new(source: Source, kind: Kind, told: Text) -> Self {
        Self { source, kind, told, vector: None }
    }

    /// A CVSS score, its vector, or both; of neither, nothing.
    #[must_use]
    pub fn cvss(source: Source, version: CvssVersion, score: Option<Text>, vector: Option<Text>) -> Option<Self> {
        score.or(vector).map(|told| Self { source, kind: Kind::Cvss(version), told, vector })
    }
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
    /// The pairs of the tool's full `fingerprints`, each `key=value` with its length in front, sorted; none where a placeholder stands
    /// for them.
    pub tool_print: Span<u8>,
    /// `primaryLocationLineHash`.
    pub line_print: Span<u8>,
    /// The code at its first place, without white space, where there is none of the other two.
    pub code_print: Span<u8>,
    /// Whether the scan itself marks it as not to be reported.
    pub suppressed: Suppression,
    /// What the tool says by a baseline of its own.
    pub baseline_state: BaselineState,
    /// What results of this kind have beside a rule and a place.
    pub detail: Option<DetailId>,
}

/// A handle on a [`RawDetail`]: its place in [`RawReport::details`], in four bytes even where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DetailId(NonZeroU32);

impl DetailId {
    /// The handle of the item at a place.
    #[must_use]
    pub fn at(index: usize) -> Self {
        Self(NonZeroU32::MIN.saturating_add(u32::try_from(index).unwrap_or(u32::MAX)))
    }

    /// The place.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// What a result about a component, a secret or a piece of infrastructure has beside a rule and a place. What is not told is unknown.
#[derive(Clone, Copy, Default)]
pub struct RawDetail {
    /// What kind of thing it is, where the report tells; else what its tool mostly finds.
    pub category: Option<Category>,
    /// A few words that name it.
    pub title: Option<Text>,
    /// The ids of one and the same vulnerability, the tool's own first; never those of others that are only related to it.
    pub ids: Span<Text>,
    /// The component.
    pub package: RawPackage,
    /// Versions of the component that have no such vulnerability, one each; ranges as told.
    pub fixed_versions: Span<Text>,
    /// Whether a fixed version exists, where the tool says so without naming one, or says that there is none.
    pub fix_available: Option<bool>,
    /// What was scanned, where that is no file of the project: an image, a host.
    pub target: Option<Text>,
    /// Whether the vulnerable code can be reached.
    pub reachable: Option<bool>,
    /// Whether the component is for development only.
    pub dev: Option<bool>,
    /// Whether the project names the component itself.
    pub direct: Option<bool>,
    /// Whether the secret was tried and works.
    pub verified: Option<bool>,
    /// Whether the report lists the vulnerability as exploited.
    pub kev: Option<bool>,
    /// The probability of exploitation that the report tells (EPSS), as told.
    pub epss: Option<Text>,
    /// When it was first seen.
    pub first_seen: Option<Date>,
    /// When the vulnerability was published.
    pub published: Option<Date>,
    /// When the first version came out that has it no more.
    pub fix_released: Option<Date>,
    /// The tool's own fingerprint, or the name of the resource in infrastructure. Never one that changes when a line moves or the tool
    /// runs again, and of a secret none that could tell it.
    pub mark: Option<Text>,
    /// What the report itself holds of it. Anything but open is the scan's own suppression: it is judged all the same.
    pub claim: Claimed,
}

/// A component, in the tool's words.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct RawPackage {
    /// The purl.
    pub purl: Option<Text>,
    /// What it comes from: `PyPI`, `npm`, `Debian:12`, `gomod`, ….
    pub ecosystem: Option<Text>,
    /// Its name.
    pub name: Option<Text>,
    /// The version that is in use.
    pub version: Option<Text>,
}

/// What a report holds of a result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Claimed {
    /// There is something to fix.
    #[default]
    Open,
    /// The component is in use, the vulnerability does not affect it.
    NotAffected,
    /// It was fixed.
    Fixed,
}

/// Messages are kept up to this many bytes; the rest is in the report itself.
pub const MESSAGE_LIMIT: usize = 1_000;

/// A place, as told.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
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

/// What a tool says of a result by comparing it with an earlier run (SARIF 2.1.0 §3.27.24).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BaselineState {
    /// Nothing, or what no version of SARIF knows.
    #[default]
    NotTold,
    /// It was not there before.
    New,
    /// It was there, and is the same.
    Unchanged,
    /// It was there, and something of it is another.
    Updated,
    /// It was there, and is there no more.
    Absent,
}

impl BaselineState {
    /// All that can be told.
    pub const TOLD: [Self; 4] = [Self::New, Self::Unchanged, Self::Updated, Self::Absent];

    /// The word in SARIF; none where nothing is told.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotTold => "",
            Self::New => "new",
            Self::Unchanged => "unchanged",
            Self::Updated => "updated",
            Self::Absent => "absent",
        }
    }
}

/// Whether and how a scan suppressed a result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Suppression {
    /// It did not, or the suppression was rejected or is under review.
    #[default]
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

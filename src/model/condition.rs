//! What a rule asks about a finding and a run.

use crate::base::pattern::{Glob, Pattern};
use crate::model::identity::Category;
use crate::model::intel::{Exploitation, TechnicalImpact};
use crate::model::raw::Suppression;
use crate::model::severity::Severity;

/// A condition over the facts of one finding and one run, in three-valued logic (Kleene). A list means "one of these".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Every one holds.
    All(Vec<Condition>),
    /// At least one holds.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// The category is one of these.
    Category(Vec<Category>),
    /// The severity is one of these; a range in the file is the list of what it holds.
    Severity(Vec<Severity>),
    /// The scan's own suppression is one of these.
    Suppressed(Vec<Suppression>),
    /// The finding is new, or existing, or not known to be either.
    State(Vec<Newness>),
    /// A tool with one of these ids saw it.
    Tool(Vec<String>),
    /// The tool's name for the check.
    RuleId(Vec<Glob>),
    /// What the tool says.
    Message(Pattern),
    /// One of its weaknesses.
    Cwe(Vec<u32>),
    /// One of its advisory ids.
    Vulnerability(Vec<String>),
    /// The gravest CVSS score that anybody states, in tenths, from and to.
    Cvss(u16, u16),
    /// The probability of exploitation (EPSS), in millionths, is at least this.
    Epss(u32),
    /// Each decision point of SSVC that it names is one of those that it names.
    Ssvc(SsvcRange),
    /// The component's purl, with or without its version.
    Package(Vec<Glob>),
    /// The component's ecosystem: the purl type.
    Ecosystem(Vec<String>),
    /// One of its files.
    Path(Vec<Glob>),
    /// The license that is not allowed: its SPDX id.
    License(Vec<String>),
    /// Who can reach the service.
    Exposure(Vec<Exposure>),
    /// The stage is one of these.
    Stage(Vec<String>),
    /// The branch.
    Branch(Vec<Glob>),
    /// The change that is judged touches the finding's files.
    InChange(bool),
    /// The vulnerability is known to be exploited.
    Kev(bool),
    /// A fixed version exists.
    FixAvailable(bool),
    /// The project names the component itself.
    Direct(bool),
    /// The component is for development only.
    DevDependency(bool),
    /// The vulnerable code can be reached.
    Reachable(bool),
    /// The secret was tried and works.
    Verified(bool),
    /// The due date is past.
    Overdue(bool),
    /// It was first seen more than so many hours ago.
    Age(u32),
    /// The team that must fix it.
    Owner(Vec<Glob>),
    /// A word that its kind is marked with.
    Tag(Vec<String>),
}

impl Condition {
    /// The key that it has in a policy.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::All(_) => "all",
            Self::Any(_) => "any",
            Self::Not(_) => "not",
            Self::Category(_) => "category",
            Self::Severity(_) => "severity",
            Self::Suppressed(_) => "suppressed",
            Self::State(_) => "state",
            Self::Tool(_) => "tool",
            Self::RuleId(_) => "rule_id",
            Self::Message(_) => "message",
            Self::Cwe(_) => "cwe",
            Self::Vulnerability(_) => "vulnerability",
            Self::Cvss(..) => "cvss",
            Self::Epss(_) => "epss",
            Self::Ssvc(_) => "ssvc",
            Self::Package(_) => "package",
            Self::Ecosystem(_) => "ecosystem",
            Self::Path(_) => "path",
            Self::License(_) => "license",
            Self::Exposure(_) => "exposure",
            Self::Stage(_) => "stage",
            Self::Branch(_) => "branch",
            Self::InChange(_) => "in_change",
            Self::Kev(_) => "kev",
            Self::FixAvailable(_) => "fix_available",
            Self::Direct(_) => "direct",
            Self::DevDependency(_) => "dev_dependency",
            Self::Reachable(_) => "reachable",
            Self::Verified(_) => "verified",
            Self::Overdue(_) => "overdue",
            Self::Age(_) => "age",
            Self::Owner(_) => "owner",
            Self::Tag(_) => "tag",
        }
    }

    /// Brings the parts of `all` and `any` into an order that says the same for any order in which they were written.
    pub fn sort(&mut self) {
        if let Self::All(parts) | Self::Any(parts) = self {
            parts.iter_mut().for_each(Self::sort);
            parts.sort_by_cached_key(|part| format!("{part:?}"));
        } else if let Self::Not(part) = self {
            part.sort();
        }
    }

    /// The conditions that it is made of, itself included.
    pub fn visit<'c>(&'c self, seen: &mut impl FnMut(&'c Self)) {
        seen(self);
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.visit(seen)),
            Self::Not(part) => part.visit(seen),
            Self::Category(_)
            | Self::Severity(_)
            | Self::Suppressed(_)
            | Self::State(_)
            | Self::Tool(_)
            | Self::RuleId(_)
            | Self::Message(_)
            | Self::Cwe(_)
            | Self::Vulnerability(_)
            | Self::Cvss(..)
            | Self::Epss(_)
            | Self::Package(_)
            | Self::Ecosystem(_)
            | Self::Path(_)
            | Self::License(_)
            | Self::Exposure(_)
            | Self::Stage(_)
            | Self::Branch(_)
            | Self::InChange(_)
            | Self::Kev(_)
            | Self::FixAvailable(_)
            | Self::Direct(_)
            | Self::DevDependency(_)
            | Self::Reachable(_)
            | Self::Verified(_)
            | Self::Overdue(_)
            | Self::Ssvc(_)
            | Self::Age(_)
            | Self::Owner(_)
            | Self::Tag(_) => {}
        }
    }
}

/// Decision points of SSVC, each one of these; an empty list asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SsvcRange {
    /// How far exploitation has come.
    pub exploitation: Vec<Exploitation>,
    /// Whether an attack can be made by a machine alone.
    pub automatable: Option<bool>,
    /// How much an attacker gets.
    pub technical_impact: Vec<TechnicalImpact>,
}

/// Whether a finding was known before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Newness {
    /// It was not.
    New,
    /// It is in the baseline.
    Existing,
    /// It cannot be told.
    Unknown,
}

impl Newness {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::New, Self::Existing, Self::Unknown];

    /// The word in policies and reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Existing => "existing",
            Self::Unknown => "unknown",
        }
    }
}

/// Who can reach a service. What is not known is judged as public.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exposure {
    /// Anybody.
    Public,
    /// Who is inside.
    Internal,
    /// Nobody says.
    Unknown,
}

impl Exposure {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Public, Self::Internal, Self::Unknown];

    /// The word in policies and reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
            Self::Unknown => "unknown",
        }
    }
}

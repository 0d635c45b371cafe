//! Exceptions: approved, dated, scoped records that cap the action of the findings they match, and for which somebody answers.

use std::hash::Hash;

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::base::address::Address;
use crate::base::date::days_between;
use crate::base::pattern::Glob;
use crate::model::identity::{Category, Fingerprint};
use crate::model::policy::{Action, ConfigFile, Emergency, Place};
use crate::model::severity::Severity;
use crate::model::vex::Justification;

/// Every record that was read.
#[derive(Clone, Debug, Default)]
pub struct Exceptions {
    /// The files, in the order in which they were named.
    pub files: Vec<ConfigFile>,
    /// The records, in the order of the files; ids are unique.
    pub records: Vec<Exception>,
}

impl Exceptions {
    /// The file of a record.
    #[must_use]
    pub fn file(&self, record: &Exception) -> Option<&ConfigFile> {
        self.files.get(record.place.file as usize)
    }
}

/// One record.
#[derive(Clone, Debug)]
pub struct Exception {
    /// Its name.
    pub id: String,
    /// Where it stands: a place in [`Exceptions::files`].
    pub place: Place,
    /// What it is about, for people.
    pub title: Option<String>,
    /// Why there may be one.
    pub kind: ExceptionType,
    /// How far it got.
    pub status: Status,
    /// Which findings.
    pub matches: Match,
    /// Where it holds.
    pub scope: Scope,
    /// The action that is left: ticket or pass.
    pub effect: Action,
    /// What the findings are judged as, in a risk adjustment.
    pub residual_severity: Option<Severity>,
    /// Why a finding of a component is none: a VEX justification.
    pub justification: Option<Justification>,
    /// Where it can be seen that a secret was rotated.
    pub evidence: Option<String>,
    /// What ends it before its day: it no longer holds for a finding of which one of these is known.
    pub until: Vec<Until>,
    /// How many findings it may cover.
    pub max_findings: u32,
    /// Why it does no harm.
    pub reason: String,
    /// What is done instead.
    pub compensating_controls: Vec<CompensatingControl>,
    /// Who asked.
    pub requester: Address,
    /// Who answers for it; there is one when it is approved.
    pub accountable: Option<Accountable>,
    /// Who is told.
    pub informed: Vec<Address>,
    /// Where the work is tracked: a URL or a key.
    pub ticket: Option<String>,
    /// When it will be fixed.
    pub fix_by: Option<Date>,
    /// When it was written.
    pub created: Option<Date>,
    /// When it was approved; there is a date when it is.
    pub approved: Option<Date>,
    /// The last day on which it holds.
    pub expires: Date,
    /// How it was prolonged, in order; the last one ends on `expires`.
    pub renewals: Vec<Renewal>,
    /// Who looked at it afterwards; of an emergency somebody must.
    pub review: Option<Review>,
}

impl Exception {
    /// When it was approved last: by the last renewal, or at first.
    #[must_use]
    pub fn last_approved(&self) -> Option<Date> {
        self.renewals.last().map_or(self.approved, |renewal| Some(renewal.approved))
    }

    /// How many days the last approval lasts.
    #[must_use]
    pub fn lifetime_days(&self) -> Option<i64> {
        self.last_approved().map(|approved| days_between(approved, self.expires))
    }

    /// The last day on which an emergency may go without a review.
    #[must_use]
    pub fn review_due(&self, emergency: &Emergency) -> Date {
        let days = i64::from(emergency.review_within_hours / 24);
        self.expires.saturating_add(days.days())
    }

    /// Whether it is approved and has not ended.
    #[must_use]
    pub fn is_live(&self, today: Date) -> bool {
        self.status == Status::Approved && today <= self.expires
    }
}

/// Why there may be an exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExceptionType {
    /// The finding is none.
    FalsePositive,
    /// The secret is worth nothing any more.
    Rotated,
    /// Somebody lives with it.
    RiskAcceptance,
    /// Something else keeps it from doing harm.
    CompensatingControl,
    /// It cannot be changed while the service runs.
    OperationalRequirement,
    /// Only a supplier can mend it.
    VendorDependency,
    /// It is less grave here.
    RiskAdjustment,
    /// There was no time.
    Emergency,
}

impl ExceptionType {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::FalsePositive,
        Self::Rotated,
        Self::RiskAcceptance,
        Self::CompensatingControl,
        Self::OperationalRequirement,
        Self::VendorDependency,
        Self::RiskAdjustment,
        Self::Emergency,
    ];

    /// The word in policies, records and reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::FalsePositive => "false_positive",
            Self::Rotated => "rotated",
            Self::RiskAcceptance => "risk_acceptance",
            Self::CompensatingControl => "compensating_control",
            Self::OperationalRequirement => "operational_requirement",
            Self::VendorDependency => "vendor_dependency",
            Self::RiskAdjustment => "risk_adjustment",
            Self::Emergency => "emergency",
        }
    }

    /// Whether it can be said of findings of a category: only a secret is rotated.
    #[must_use]
    pub const fn is_of(self, category: Category) -> bool {
        !matches!(self, Self::Rotated) || matches!(category, Category::Secret)
    }
}

/// How far a record got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Asked for.
    Proposed,
    /// Somebody answers for it.
    Approved,
    /// Taken back.
    Revoked,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Proposed, Self::Approved, Self::Revoked];

    /// The word in records and reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Approved => "approved",
            Self::Revoked => "revoked",
        }
    }
}

/// What ends an exception before its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Until {
    /// There is a version that has it no more.
    FixAvailable,
    /// It is known to be exploited.
    Kev,
    /// The vulnerable code can be reached.
    Reachable,
}

impl Until {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::FixAvailable, Self::Kev, Self::Reachable];

    /// The word in records.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::FixAvailable => "fix_available",
            Self::Kev => "kev",
            Self::Reachable => "reachable",
        }
    }
}

/// Which findings a record is about: everything given must hold, and one of vulnerability, fingerprint and rule is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// An advisory id, by any of its aliases.
    pub vulnerability: Option<String>,
    /// A key of the finding.
    pub fingerprint: Option<Fingerprint>,
    /// `rule_id`, or `tool:rule_id`.
    pub rule_id: Option<String>,
    /// A canonical purl without version.
    pub package: Option<String>,
    /// Which versions of the component.
    pub versions: Versions,
    /// Globs, in the order of the alphabet.
    pub paths: Vec<Glob>,
}

impl Match {
    /// What is the same for two records about the same.
    #[must_use]
    pub fn key(&self) -> impl Hash + Eq + '_ {
        let Self { vulnerability, fingerprint, rule_id, package, versions, paths } = self;
        let paths: Vec<&str> = paths.iter().map(Glob::as_str).collect();
        (vulnerability, fingerprint, rule_id, package, versions, paths)
    }
}

/// Which versions of a component a record is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Versions {
    /// Nothing is said.
    NotTold,
    /// Whichever it is, and somebody said so.
    Any,
    /// These, in the order of the alphabet.
    These(Vec<String>),
}

/// Where a record holds: each list that is given must hold, and what is not known never does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Names of services.
    pub services: Vec<String>,
    /// URLs of repositories.
    pub repositories: Vec<String>,
    /// Branches.
    pub branches: Vec<Glob>,
    /// Stages.
    pub stages: Vec<String>,
    /// Releases.
    pub releases: Vec<Glob>,
}

/// What keeps a finding from doing harm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompensatingControl {
    /// What it is.
    pub control: String,
    /// Where it can be seen.
    pub evidence: String,
    /// When somebody looked.
    pub validated: Date,
}

/// Who answers for a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accountable {
    /// The person.
    pub email: Address,
    /// In which role.
    pub role: String,
}

/// A record, prolonged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renewal {
    /// When.
    pub approved: Date,
    /// Until when.
    pub expires: Date,
    /// By whom.
    pub by: Address,
    /// Why.
    pub reason: String,
}

/// What somebody found who looked at an emergency afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Who.
    pub by: Address,
    /// When.
    pub date: Date,
    /// What.
    pub outcome: String,
}

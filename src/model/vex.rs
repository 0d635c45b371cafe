//! VEX: what a vendor or the team states of a vulnerability in a product (`OpenVEX` 0.2, CSAF 2.0 profile 5, `CycloneDX` analysis).

use jiff::Timestamp;

use crate::model::policy::Place;

/// What a policy says of VEX.
#[derive(Clone, Debug, Default)]
pub struct VexRules {
    /// Whose statements count.
    pub sources: Vec<VexSource>,
    /// The justifications for which a component is not affected.
    pub accepted: Vec<Justification>,
    /// Whether a product without a version stands for each of its versions.
    pub allow_versionless: bool,
}

/// Files of statements, and by whom they count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VexSource {
    /// Where the policy says so.
    pub place: Place,
    /// A file or glob, relative to the current folder.
    pub path: String,
    /// The authors, compared exactly.
    pub authors: Vec<String>,
}

/// What is stated; the later is worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VexStatus {
    /// The vulnerability does no harm in the product.
    NotAffected,
    /// The product has it no more.
    Fixed,
    /// Nobody knows yet.
    UnderInvestigation,
    /// It does.
    Affected,
}

impl VexStatus {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::NotAffected, Self::Fixed, Self::UnderInvestigation, Self::Affected];

    /// Whether a finding may be excused by it.
    #[must_use]
    pub fn may_excuse(self) -> bool {
        self <= Self::Fixed
    }

    /// The word in `OpenVEX` and in reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotAffected => "not_affected",
            Self::Fixed => "fixed",
            Self::UnderInvestigation => "under_investigation",
            Self::Affected => "affected",
        }
    }
}

/// Why a product is not affected (`OpenVEX` 0.2, "Status Justifications"; CSAF 2.0 §3.2.3.5 has the same).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Justification {
    /// The component is not in the product.
    ComponentNotPresent,
    /// Its vulnerable code is not.
    VulnerableCodeNotPresent,
    /// It is, and is never run.
    VulnerableCodeNotInExecutePath,
    /// It is run, and nobody can make it do harm.
    VulnerableCodeCannotBeControlledByAdversary,
    /// Something else keeps it from doing harm.
    InlineMitigationsAlreadyExist,
}

impl Justification {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::ComponentNotPresent,
        Self::VulnerableCodeNotPresent,
        Self::VulnerableCodeNotInExecutePath,
        Self::VulnerableCodeCannotBeControlledByAdversary,
        Self::InlineMitigationsAlreadyExist,
    ];

    /// Those that count where a policy names none: each of them can be looked up in the product.
    pub const ACCEPTED: [Self; 3] = [Self::ComponentNotPresent, Self::VulnerableCodeNotPresent, Self::VulnerableCodeNotInExecutePath];

    /// The word in VEX, policies and records.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::ComponentNotPresent => "component_not_present",
            Self::VulnerableCodeNotPresent => "vulnerable_code_not_present",
            Self::VulnerableCodeNotInExecutePath => "vulnerable_code_not_in_execute_path",
            Self::VulnerableCodeCannotBeControlledByAdversary => "vulnerable_code_cannot_be_controlled_by_adversary",
            Self::InlineMitigationsAlreadyExist => "inline_mitigations_already_exist",
        }
    }
}

/// A component as a statement names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// As [`crate::model::finding::Package::component`].
    pub component: String,
    /// As tools agree on it.
    pub version: Option<String>,
    /// Whether the purl says more: qualifiers or a subpath. No finding tells these.
    pub is_narrower: bool,
}

/// A product of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// The purl, as told.
    pub purl: String,
    /// What it names.
    pub named: Named,
    /// Which of its components the statement is about; all of it where none is told.
    pub subcomponents: Option<Vec<Named>>,
}

/// One statement.
#[derive(Clone, Debug)]
pub struct Statement {
    /// A place in [`Vex::documents`].
    pub document: u32,
    /// Where it stands, a JSON pointer.
    pub pointer: String,
    /// The vulnerability, by the ids that the statement itself gives it.
    pub ids: Vec<String>,
    /// The products that it is about and that can be compared.
    pub products: Vec<Product>,
    /// What is stated.
    pub status: VexStatus,
    /// Whether it excuses nothing, whatever it states: there is a later version of its document.
    pub is_outdated: bool,
    /// Why a product is not affected.
    pub justification: Option<Justification>,
    /// Since when.
    pub timestamp: Timestamp,
}

/// One document that was read.
#[derive(Clone, Debug)]
pub struct VexDocument {
    /// The file, as it was named or found.
    pub path: String,
    /// The SHA-256 of its bytes.
    pub sha256: Option<String>,
    /// `openvex`, `csaf`, `cyclonedx`.
    pub format: &'static str,
    /// Who states it.
    pub author: String,
    /// How many statements it has.
    pub statements: u64,
}

/// Everything that was stated by those who are listened to.
#[derive(Clone, Debug, Default)]
pub struct Vex {
    /// The documents, in the order of their paths.
    pub documents: Vec<VexDocument>,
    /// Their statements, in that order.
    pub statements: Vec<Statement>,
}

impl Vex {
    /// The document of a statement.
    #[must_use]
    pub fn document(&self, statement: &Statement) -> Option<&VexDocument> {
        self.documents.get(statement.document as usize)
    }
}

/// A statement that is about a finding and does not count for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VexMiss {
    /// A place in [`Vex::statements`].
    pub statement: u32,
    /// Why not: a lower-case fragment.
    pub why: String,
}

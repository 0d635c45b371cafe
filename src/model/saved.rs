//! A JSON report (`relgate.report/v1`), read back: of its keys those that something is made of again. Its texts may be a scanner's.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A report.
#[derive(Debug, Deserialize)]
pub struct SavedReport {
    /// The answer.
    pub verdict: SavedVerdict,
    /// The run's instant, RFC 3339.
    pub now: String,
    /// What was judged.
    pub subject: SavedSubject,
    /// By which version.
    pub engine: SavedEngine,
    /// By what it was judged; `None` where no policy could be read.
    pub policy: Option<SavedPolicy>,
    /// The reports of scanners that were read.
    pub inputs: Vec<SavedInput>,
    /// What was found.
    pub findings: Vec<SavedFinding>,
}

/// The answer.
#[derive(Debug, Deserialize)]
pub struct SavedVerdict {
    /// Whether the exit code carries it.
    pub enforced: bool,
    /// What the process exited with.
    pub exit_code: u8,
}

/// What was judged.
#[derive(Debug, Default, Deserialize)]
pub struct SavedSubject {
    /// The facts.
    #[serde(flatten)]
    pub facts: SavedFacts,
    /// Who said them.
    pub sources: SavedFacts,
}

/// The facts of a run, or one thing about each of them.
#[derive(Debug, Default, Deserialize)]
pub struct SavedFacts {
    /// The repository's URL.
    pub repository: Option<String>,
    /// The full hash.
    pub commit: Option<String>,
    /// The commit that the configuration is from.
    #[serde(default)]
    pub config_ref: Option<String>,
    /// The branch.
    pub branch: Option<String>,
    /// The stage.
    pub stage: Option<String>,
    /// The release.
    pub release: Option<String>,
    /// The service.
    pub service: Option<String>,
    /// The image or archive.
    pub artifact: Option<String>,
}

/// The program that judged.
#[derive(Debug, Deserialize)]
pub struct SavedEngine {
    /// Its version.
    pub version: String,
    /// The digest of everything embedded that judges.
    pub digest: String,
}

/// The policy that judged.
#[derive(Debug, Deserialize)]
pub struct SavedPolicy {
    /// What it is called.
    pub name: String,
    /// Who is accountable for it.
    pub owner: String,
    /// Its files, each before those that it stands on.
    pub files: Vec<SavedFile>,
    /// Of all that it comes to.
    pub effective_sha256: Option<String>,
}

/// A file.
#[derive(Debug, Deserialize)]
pub struct SavedFile {
    /// As it was named.
    pub path: String,
    /// Of its bytes.
    pub sha256: String,
}

/// A report of a scanner.
#[derive(Debug, Deserialize)]
pub struct SavedInput {
    /// As it was named or found.
    pub path: String,
    /// Of its bytes; `None` where it could not be read.
    pub sha256: Option<String>,
    /// The id of its format.
    pub format: Option<String>,
}

/// A finding with its decision.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct SavedFinding {
    /// What people call it.
    pub id: String,
    /// What kind of thing it is.
    pub category: String,
    /// The tool's name for the check.
    pub rule_id: Option<String>,
    /// Advisory ids.
    pub ids: Vec<String>,
    /// CWE numbers.
    pub cwes: Vec<u32>,
    /// A few words that name it.
    pub title: Option<String>,
    /// What the tool says.
    pub message: Option<String>,
    /// How grave it is.
    pub severity: SavedSeverity,
    /// The component.
    pub package: Option<SavedPackage>,
    /// Where it is.
    pub locations: Vec<SavedLocation>,
    /// The keys that it is known by: the digits of each scheme.
    #[serde(default, skip_serializing)]
    pub fingerprints: BTreeMap<String, String>,
    /// The smallest id of the findings of several tools that are about the same thing in the code, itself among them.
    pub group: Option<String>,
    /// What mends it.
    pub fix: Option<SavedFix>,
    /// What was scanned, where that is no file of the project.
    pub target: Option<String>,
    /// Who must fix it, the primary one first; `None` where nothing says who owns what.
    pub owners: Option<Vec<String>>,
    /// Who answers for the service.
    pub accountable: Option<String>,
    /// Whom to ask.
    pub contact: Option<String>,
    /// New or existing; or `pass`, not judged.
    pub state: String,
    /// Whether the change touches one of its files; `None` where that is not known.
    #[serde(default)]
    pub in_change: Option<bool>,
    /// When it was first seen.
    pub first_seen: Option<String>,
    /// The last day on which it is in time.
    pub due: Option<String>,
    /// What sets that day, or would.
    pub due_because: Option<String>,
    /// Whether it is past.
    pub overdue: Option<bool>,
    /// The results it was merged from.
    pub sightings: Vec<SavedSighting>,
    /// What is done about it.
    pub decision: SavedDecision,
}

/// How grave a finding is.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct SavedSeverity {
    /// What it was judged as.
    pub effective: String,
    /// Why.
    pub because: String,
    /// Everything that was said.
    pub assessments: Vec<SavedAssessment>,
}

/// What somebody said about the severity.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct SavedAssessment {
    /// Who, or where.
    pub source: String,
    /// What kind of statement it is.
    pub kind: String,
    /// The version of CVSS.
    #[serde(default)]
    pub version: Option<String>,
    /// The score.
    pub score: Option<f64>,
    /// The severity; `None` is unrated.
    pub severity: Option<String>,
    /// The tool's own word.
    pub told: Option<String>,
    /// The CVSS vector.
    pub vector: Option<String>,
    /// Whether it decided.
    pub chosen: bool,
}

/// A component.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct SavedPackage {
    /// Canonical.
    pub purl: Option<String>,
    /// The purl type, else the tool's word.
    pub ecosystem: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Those in which it was seen.
    pub versions: Vec<String>,
}

/// A place.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct SavedLocation {
    /// The file.
    pub path: Option<String>,
    /// From 1.
    pub start_line: Option<u32>,
    /// From 1.
    pub end_line: Option<u32>,
}

/// What mends a finding.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct SavedFix {
    /// Whether there is a version that has it no more.
    pub available: bool,
    /// Those that are told.
    pub versions: Vec<String>,
}

/// One result of one scan.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct SavedSighting {
    /// The tool's id.
    pub tool: Option<String>,
    /// The report.
    pub input: Option<String>,
    /// Where it stands there.
    pub pointer: String,
    /// The tool's own word for the severity.
    pub severity_as_told: Option<String>,
    /// How the scan itself suppressed it.
    pub suppressed: Option<String>,
}

/// What is done about a finding.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct SavedDecision {
    /// What is done.
    pub action: String,
    /// What would be done without exceptions.
    pub without_exceptions: String,
    /// The rules that fired, strictest first.
    pub rules: Vec<SavedRule>,
    /// What settled it.
    pub cause: String,
    /// The exceptions that hold, the one that decided first.
    pub exceptions: Vec<SavedException>,
    /// What is stated of it: what excuses it, then what does not.
    #[serde(default)]
    pub vex: Vec<SavedStatement>,
    /// Those that nearly do.
    pub near_misses: Vec<SavedMiss>,
}

/// A VEX statement about a finding.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct SavedStatement {
    /// The document.
    pub file: String,
    /// Where it stands there.
    pub pointer: String,
    /// Who states it.
    pub author: String,
    /// What.
    pub status: String,
    /// Why a product is not affected.
    pub justification: Option<String>,
    /// Since when.
    pub timestamp: String,
    /// Whether it excuses the finding.
    pub applied: bool,
    /// Why it does not.
    pub why: Option<String>,
}

/// A rule of the policy.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct SavedRule {
    /// Its name.
    pub id: String,
    /// Where it stands.
    pub file: Option<String>,
    /// From 1.
    pub line: u64,
}

/// An exception that holds.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct SavedException {
    /// Its name.
    pub id: String,
    /// Where it stands.
    pub file: Option<String>,
    /// From 1.
    pub line: u64,
    /// Who answers for it.
    pub accountable: Option<String>,
    /// The last day on which it holds.
    pub expires: String,
}

/// An exception that does not hold.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct SavedMiss {
    /// Its name.
    pub id: String,
    /// Where it stands.
    pub file: Option<String>,
    /// From 1.
    pub line: u64,
    /// Why not.
    pub why: String,
}

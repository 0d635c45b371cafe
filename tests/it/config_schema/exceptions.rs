//! The keys of a file of exceptions.
#![expect(dead_code, reason = "only their schema is asked for")]

use schemars::JsonSchema;

use super::words::{Address, Date, ExceptionType, Id, Reason, Severity, Text};

/// Exceptions: records that lower what the policy does about the findings that they match, until a day. `.relgate/exceptions/*.yaml`.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Exceptions {
    /// What the file is.
    schema: SchemaId,
    /// The records.
    exceptions: Vec<Record>,
}

#[derive(JsonSchema)]
enum SchemaId {
    #[serde(rename = "relgate.exceptions/v1")]
    V1,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Record {
    /// Its name, one for all files.
    id: Id,
    /// What it is about, for people.
    title: Option<Text>,
    /// Why there may be an exception. Some types ask for keys of their own.
    r#type: ExceptionType,
    /// How far it got. An approved one also needs `accountable`, `ticket` and `approved`.
    status: Status,
    /// Which findings: everything that is given must hold.
    r#match: Match,
    /// Where it holds: everything that is given must hold, and what is not known never does.
    scope: Option<Scope>,
    /// The action that is left, never below the floor of the policy's limits.
    effect: Effect,
    /// What the findings are judged as. Of `risk_adjustment`, which needs it.
    residual_severity: Option<Severity>,
    /// Why a finding of a component is none. Of `false_positive`, which needs it for vulnerabilities of components.
    justification: Option<Justification>,
    /// Where it can be seen that the secret was rotated. Of `rotated`, which needs it.
    evidence: Option<Link>,
    /// When one of these becomes true, the exception stops applying.
    #[schemars(length(min = 1))]
    until: Option<Vec<Until>>,
    /// How many findings it may cover; the rest stay uncovered. Default: 20.
    #[schemars(range(min = 1, max = 100_000))]
    max_findings: Option<u32>,
    /// Why it does no harm, in a sentence. Of `emergency` it begins with `production-down:`, `security-fix:`, `legal-deadline:` or `other:`.
    reason: Reason,
    /// What keeps the findings from doing harm. `compensating_control` needs one.
    #[schemars(length(min = 1))]
    compensating_controls: Option<Vec<CompensatingControl>>,
    /// Who asked for it.
    requester: Address,
    /// The one who approved it and answers for it. Not the requester.
    accountable: Option<Accountable>,
    /// Who is told.
    #[schemars(length(min = 1))]
    informed: Option<Vec<Address>>,
    /// Where the work is tracked.
    ticket: Option<Link>,
    /// When it will be mended, no later than `expires`.
    fix_by: Option<Date>,
    /// When it was written.
    created: Option<Date>,
    /// When it was approved first.
    approved: Option<Date>,
    /// The last day on which it holds.
    expires: Date,
    /// How it was prolonged, in order; the last one ends on `expires`. Nothing is taken out of this list.
    renewals: Option<Vec<Renewal>>,
    /// What was found afterwards. Of `emergency`.
    review: Option<Review>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Status {
    Proposed,
    Approved,
    Revoked,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Effect {
    Ticket,
    Pass,
}

/// At least one of `vulnerability`, `fingerprint`, `rule_id`. Everything but `path` is exact.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("anyOf" = [{"required": ["vulnerability"]}, {"required": ["fingerprint"]}, {"required": ["rule_id"]}]))]
struct Match {
    /// A CVE, or another id, through all its aliases. Needs `versions` or `allow_any_version`.
    vulnerability: Option<Text>,
    /// A package URL without version: `pkg:npm/lodash`. Needs `versions` or `allow_any_version`.
    package: Option<Package>,
    /// The versions of the component, each of which must be listed.
    #[schemars(length(min = 1))]
    versions: Option<Vec<Text>>,
    /// Instead of `versions`: whichever it is.
    allow_any_version: Option<True>,
    /// Globs of files, from the root of the repository.
    #[schemars(length(min = 1))]
    path: Option<Vec<Text>>,
    /// A key of the finding as reports show it, but for `loc/1`.
    fingerprint: Option<Fingerprint>,
    /// The check of a scanner: `rule_id`, or `tool:rule_id`.
    rule_id: Option<Text>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
struct Scope {
    /// Names of services.
    #[schemars(length(min = 1))]
    services: Option<Vec<Text>>,
    /// URLs of repositories.
    #[schemars(length(min = 1))]
    repositories: Option<Vec<Text>>,
    /// Globs of branches.
    #[schemars(length(min = 1))]
    branches: Option<Vec<Text>>,
    /// Stages.
    #[schemars(length(min = 1))]
    stages: Option<Vec<Text>>,
    /// Globs of releases.
    #[schemars(length(min = 1))]
    releases: Option<Vec<Text>>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Justification {
    ComponentNotPresent,
    VulnerableCodeNotPresent,
    VulnerableCodeNotInExecutePath,
    VulnerableCodeCannotBeControlledByAdversary,
    InlineMitigationsAlreadyExist,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Until {
    FixAvailable,
    Kev,
    Reachable,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct CompensatingControl {
    /// What it is.
    control: Text,
    /// Where it can be seen.
    evidence: Link,
    /// When somebody looked.
    validated: Date,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Accountable {
    /// The person.
    email: Address,
    /// In which role of the policy.
    role: Id,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Renewal {
    /// When.
    approved: Date,
    /// The last day on which it holds then.
    expires: Date,
    /// Who approved it. Not the requester.
    by: Address,
    /// Why.
    reason: Text,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Review {
    /// Who looked.
    by: Address,
    /// When.
    date: Date,
    /// What came of it.
    outcome: Text,
}

/// A package URL without version: `pkg:npm/lodash`.
#[derive(JsonSchema)]
#[schemars(inline, extend("pattern" = "^pkg:[a-z][a-z0-9.+-]*/[^@?#]+$"))]
struct Package(String);

#[derive(JsonSchema)]
#[schemars(inline, extend("pattern" = "^(tool|line|ctx|sca|secret|iac)/1:[0-9a-f]{32}$"))]
struct Fingerprint(String);

/// An http(s) URL, or a key such as `PAY-881`.
#[derive(JsonSchema)]
#[schemars(inline, extend("pattern" = r"^(https?://\S+|[A-Z][A-Z0-9_]+-[1-9][0-9]*)$"))]
struct Link(String);

#[derive(JsonSchema)]
#[schemars(inline, extend("const" = true))]
struct True(bool);

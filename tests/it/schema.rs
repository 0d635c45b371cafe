//! The shape of the JSON report, and `schemas/report.v1.json` made from it.
//!
//! The structs below say what the report is, apart from the code that writes it. A key that they do not know, or that is missing,
//! is a difference: [`check`] reads a report into them and writes it again. The schema allows keys that are added later.

use std::collections::BTreeMap;
use std::fs;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::support::{NOW, Room, in_repository, repository};

const SCHEMA: &str = "schemas/report.v1.json";
const SAMPLE: &str = "fixtures/reports/demo.json";

/// Everything that is known about a run. See docs/report.md.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Report {
    schema: SchemaId,
    verdict: Verdict,
    subject: Subject,
    /// The run's one instant, RFC 3339 in UTC.
    now: String,
    engine: Engine,
    /// Null when no policy could be read.
    policy: Option<Policy>,
    inputs: Vec<Input>,
    feeds: Vec<Feed>,
    /// The VEX documents whose statements count.
    vex: Vec<VexDocument>,
    /// What was known before; null without a baseline.
    baseline: Option<Baseline>,
    findings: Vec<Finding>,
    exceptions: Exceptions,
    budgets: Vec<Budget>,
    problems: Vec<Problem>,
    counts: Counts,
}

#[derive(Serialize, Deserialize, JsonSchema)]
enum SchemaId {
    #[serde(rename = "relgate.report/v1")]
    V1,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Verdict {
    action: Outcome,
    /// One sentence.
    reason: String,
    /// False in a dry run.
    enforced: bool,
    /// Whether an emergency let something through.
    emergency: bool,
    /// Whether the change edits the configuration alone, so that what would block does not.
    configuration_only: bool,
    exit_code: u8,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    Pass,
    Ticket,
    Block,
    Undecided,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Subject {
    #[serde(flatten)]
    facts: Facts,
    /// Who said each.
    sources: Facts,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Facts {
    repository: Option<String>,
    commit: Option<String>,
    config_ref: Option<String>,
    branch: Option<String>,
    stage: Option<String>,
    release: Option<String>,
    service: Option<String>,
    artifact: Option<String>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Engine {
    version: String,
    /// SHA-256 of the embedded policies.
    digest: String,
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Policy {
    name: String,
    owner: String,
    files: Vec<PolicyFile>,
    effective_sha256: Option<String>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct PolicyFile {
    path: String,
    source: PolicySource,
    /// The commit that it was read from; null of what lies in the work tree, or is embedded.
    commit: Option<String>,
    sha256: String,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum PolicySource {
    Builtin,
    File,
    /// It says who owns the files, where the policy asks for it.
    Codeowners,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Input {
    path: String,
    /// Of the bytes as stored.
    sha256: Option<String>,
    bytes: u64,
    /// Null when no format claims it.
    format: Option<String>,
    /// Null when its scans differ in it.
    tool: Option<String>,
    tool_version: Option<String>,
    complete: bool,
    problems: Vec<Problem>,
    sightings: u64,
    scans: Vec<Scan>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Scan {
    tool: String,
    tool_version: Option<String>,
    /// What a finding is unless something says otherwise.
    category: Category,
    /// What the tool can report, by its profile.
    categories: Vec<Category>,
    complete: bool,
    incomplete_because: Vec<String>,
    sightings: u64,
    suppressed: u64,
    /// How many results the report itself says there are.
    claimed: Option<u64>,
    commit: Option<String>,
    ended: Option<String>,
}

/// What only its content tells is null where it could not be read.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Feed {
    id: FeedId,
    path: String,
    /// Of the bytes as stored; of a folder, over a line `DIGEST  FILE` for each record that was read.
    sha256: Option<String>,
    /// RFC 3339 in UTC.
    date: Option<String>,
    age_hours: Option<u64>,
    /// How old the policy lets it be.
    max_age: String,
    on_stale: OnStale,
    /// Whether it is older than that.
    stale: Option<bool>,
    /// How many vulnerabilities were read in it; of a folder those that were needed.
    entries: Option<u64>,
    /// How many CVEs of the findings it tells of.
    used: Option<u64>,
    /// Why it tells nothing.
    problem: Option<Problem>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Baseline {
    path: String,
    /// Of the bytes as stored.
    sha256: Option<String>,
    /// When it was written, RFC 3339 in UTC.
    created: String,
    /// Who answers for what was adopted; null where nothing ever was.
    accountable: Option<String>,
    approved: Option<String>,
    reason: Option<String>,
    /// How many of its entries make a finding existing.
    adopted: u64,
    /// How many only tell since when a finding is known.
    seen: u64,
    /// Findings to judge that are not adopted.
    new: u64,
    /// Findings that are.
    existing: u64,
    /// Known findings in another file or on another line than they were.
    moved: u64,
    /// Adopted entries that a complete scan of their tool finds no more.
    gone: u64,
    /// The same of entries that were only seen.
    gone_seen: u64,
    /// Entries without a finding, of tools without a complete scan.
    not_scanned: u64,
    /// Findings whose action would be stricter were they new.
    lowered: u64,
}

/// What a finding was known by.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Known {
    standing: Standing,
    /// The kind of key, `nearby`, `renamed`, or `told` by the tool.
    by: Option<String>,
    moved: Option<bool>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Standing {
    Adopted,
    Seen,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum FeedId {
    Kev,
    Epss,
    Ssvc,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum OnStale {
    Undecided,
    Warn,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Category {
    Sast,
    Sca,
    Secret,
    Iac,
    Dast,
    License,
    Malware,
    Quality,
    Other,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Finding {
    /// `F-` and twelve hexadecimal digits.
    #[schemars(regex(pattern = "^F-[0-9a-f]{12}$"))]
    id: String,
    /// By scheme, strongest first.
    fingerprints: BTreeMap<String, String>,
    category: Category,
    rule_id: Option<String>,
    ids: Vec<String>,
    cwes: Vec<u32>,
    title: Option<String>,
    message: Option<String>,
    severity: Severity,
    package: Option<Package>,
    locations: Vec<Location>,
    /// What it shares with the findings of other tools that are about the same thing in the code: the smallest of their ids; null where
    /// it stands alone.
    group: Option<String>,
    /// Null where nobody says whether there is a fix.
    fix: Option<Fix>,
    /// What was scanned, where that is no file of the project: an image, a host.
    target: Option<String>,
    /// Whether the vulnerable code can be reached.
    reachable: Option<bool>,
    /// Whether the component is for development only.
    dev: Option<bool>,
    /// Whether the project names the component itself.
    direct: Option<bool>,
    /// Whether the secret was tried and works.
    verified: Option<bool>,
    intel: Intel,
    /// The primary owner, who must fix it; null where nobody owns it, or nothing says who owns what.
    owner: Option<String>,
    /// All owners, the primary one first; null where nothing says who owns what.
    owners: Option<Vec<String>>,
    /// Who answers for what the primary owner has, by the policy.
    accountable: Option<String>,
    /// Whom to ask.
    contact: Option<String>,
    /// Whom a block is told to, in order, after those whom the policy names for all.
    escalate_to: Vec<String>,
    /// Where a ticket goes: `jira:PAY`.
    route: Option<String>,
    state: State,
    /// The entry of the baseline; null where there is none.
    known: Option<Known>,
    /// Whether the change from `config_ref` to `commit` touches one of its files; null where that is not known.
    in_change: Option<bool>,
    /// As the reports and the baseline tell; null where none does.
    first_seen: Option<String>,
    /// When the vulnerability was published.
    published: Option<String>,
    /// When the first version came out that has it no more.
    fix_released: Option<String>,
    /// The last day on which it is in time; null where no days are set for it, or no date is known from which they count.
    due: Option<String>,
    /// What sets the day, or would.
    due_because: Option<String>,
    /// What a preset asks beside a day.
    due_note: Option<String>,
    /// Null where it cannot be told.
    overdue: Option<bool>,
    /// The rule by which more is done from the day after the due date on; null where none does, and of what is overdue.
    once_overdue: Option<Rule>,
    sightings: Vec<Sighting>,
    decision: Decision,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct VexDocument {
    path: String,
    sha256: Option<String>,
    format: VexFormat,
    author: String,
    statements: u64,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum VexFormat {
    Openvex,
    Csaf,
    Cyclonedx,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct VexStatement {
    file: String,
    /// A JSON pointer.
    pointer: String,
    author: String,
    status: VexStatus,
    /// In the words of `OpenVEX`.
    justification: Option<String>,
    timestamp: String,
    applied: bool,
    /// Why it does not count.
    why: Option<String>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum VexStatus {
    NotAffected,
    Fixed,
    UnderInvestigation,
    Affected,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Budget {
    id: String,
    counts: Counted,
    count: u64,
    max: u32,
    action: Action,
    exceeded: bool,
    /// The first of the findings that count.
    findings: Vec<String>,
    file: Option<String>,
    line: u64,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Counted {
    Findings,
    ActiveExceptions,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Severity {
    /// What it was judged as.
    effective: Option<Level>,
    because: String,
    assessments: Vec<Assessment>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Level {
    Critical,
    High,
    Medium,
    Low,
    Info,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Assessment {
    source: String,
    kind: String,
    /// Of CVSS: `2`, `3` or `4`, where it is told.
    version: Option<String>,
    score: Option<f64>,
    /// Null is unrated.
    severity: Option<Level>,
    /// The tool's own word.
    told: Option<String>,
    /// CVSS.
    vector: Option<String>,
    chosen: bool,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Location {
    path: Option<String>,
    start_line: Option<u32>,
    end_line: Option<u32>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Package {
    /// Canonical; with the version, where it was seen in one.
    purl: Option<String>,
    /// The purl type, else the tool's word.
    ecosystem: Option<String>,
    name: String,
    versions: Vec<String>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Fix {
    available: bool,
    /// As told.
    versions: Vec<String>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Intel {
    /// Whether it is known to be exploited, as the feed or a report tells.
    kev: Option<bool>,
    /// Since when it is in CISA's catalog, as the feed tells.
    kev_added: Option<String>,
    /// CISA's date for it.
    kev_due: Option<String>,
    /// A probability from 0 to 1, as the feed tells, else a report; of several vulnerabilities the greatest.
    epss: Option<f64>,
    /// Whether it may be greater: the feed does not have one of the vulnerabilities.
    epss_is_least: bool,
    /// As the feed tells; of several vulnerabilities the worst of each.
    ssvc: Option<Ssvc>,
}

/// CISA's decision points.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Ssvc {
    exploitation: Option<Exploitation>,
    automatable: Option<bool>,
    technical_impact: Option<TechnicalImpact>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Exploitation {
    None,
    Poc,
    Active,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum TechnicalImpact {
    Partial,
    Total,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum State {
    New,
    Existing,
    Pass,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Sighting {
    tool: String,
    input: String,
    /// A JSON pointer into that report.
    pointer: String,
    severity_as_told: Option<String>,
    suppressed: Option<Suppressed>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Suppressed {
    InSource,
    External,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Decision {
    action: Action,
    without_exceptions: Action,
    /// Without exceptions, if it were new.
    if_new: Action,
    /// Those that fired, strictest first.
    rules: Vec<Rule>,
    cause: Cause,
    /// Those that hold, the one that decided first.
    exceptions: Vec<Applied>,
    /// What is stated of it: what excuses it, then what does not.
    vex: Vec<VexStatement>,
    /// Those that match and do not hold.
    near_misses: Vec<NearMiss>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Action {
    Pass,
    Ticket,
    Block,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Rule {
    id: String,
    file: String,
    line: u64,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Cause {
    Rule,
    DefaultAction,
    Exception,
    Vex,
    NotJudged,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Exceptions {
    /// Each record stands in one of these.
    applied: Vec<Record>,
    /// They match findings and hold for none of them, each of which says why.
    near_miss: Vec<Record>,
    unused: Vec<Record>,
    expired: Vec<Record>,
    proposed: Vec<Record>,
    revoked: Vec<Record>,
    /// Those in force that end soon, once more.
    expiring: Vec<Record>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Record {
    id: String,
    file: String,
    line: u64,
    r#type: ExceptionType,
    title: Option<String>,
    reason: String,
    requester: String,
    /// Null in a record that nobody approved.
    accountable: Option<String>,
    role: Option<String>,
    ticket: Option<String>,
    /// The last day, a civil date in UTC.
    expires: String,
    /// Negative when it has ended.
    days_left: i64,
    /// The findings that it holds for; where it holds for none, those that it matches.
    findings: u32,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum ExceptionType {
    FalsePositive,
    Rotated,
    RiskAcceptance,
    CompensatingControl,
    OperationalRequirement,
    VendorDependency,
    RiskAdjustment,
    Emergency,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Applied {
    id: String,
    file: String,
    line: u64,
    r#type: ExceptionType,
    accountable: Option<String>,
    expires: String,
    days_left: i64,
    /// What a risk adjustment has the finding judged as.
    residual_severity: Option<Level>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct NearMiss {
    id: String,
    file: String,
    line: u64,
    /// Why it does not hold.
    why: String,
}

/// The place is `line` and `column`, `pointer`, or `byte`; the others are null.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(crate) struct Problem {
    weight: Weight,
    /// Stable, in kebab-case; of a finding about the evidence its rule id, `relgate/…`.
    code: String,
    file: Option<String>,
    line: Option<u64>,
    column: Option<u64>,
    pointer: Option<String>,
    byte: Option<u64>,
    message: String,
    help: String,
    /// How many of the same kind in that file are not listed.
    more: u64,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Weight {
    Block,
    Undecided,
    Warning,
    Note,
}

/// `sightings = findings + merged`.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Counts {
    by_action: ByAction,
    by_severity: BySeverity,
    by_category: ByCategory,
    by_state: ByState,
    findings: u64,
    sightings: u64,
    merged: u64,
    suppressed: u64,
    excepted: u64,
    /// Lowered by VEX.
    vex: u64,
    /// Blockers and tickets that nobody owns, where the policy says who owns what.
    unowned: u64,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct ByAction {
    pass: u64,
    ticket: u64,
    block: u64,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct BySeverity {
    critical: u64,
    high: u64,
    medium: u64,
    low: u64,
    info: u64,
    unrated: u64,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct ByCategory {
    sast: u64,
    sca: u64,
    secret: u64,
    iac: u64,
    dast: u64,
    license: u64,
    malware: u64,
    quality: u64,
    other: u64,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct ByState {
    new: u64,
    existing: u64,
    pass: u64,
}

fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<Report>();
    schema.insert("title".to_owned(), "relgate.report/v1".into());
    schema.to_value()
}

/// Panics unless the report is what the structs above say, key by key, and what the committed schema says.
#[track_caller]
pub(crate) fn check(report: &Value) {
    let read: Report = serde_json::from_value(report.clone()).unwrap_or_else(|error| panic!("{error}: {report}"));
    let written = serde_json::to_value(&read).unwrap();
    assert!(written == *report, "the report has keys that tests/it/schema.rs does not know:\n{report}\n{written}");
    let validator = jsonschema::validator_for(&committed(SCHEMA)).unwrap();
    let faults: Vec<String> = validator.iter_errors(report).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

pub(crate) fn committed(file: &str) -> Value {
    let text = fs::read_to_string(in_repository(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    serde_json::from_str(&text).unwrap()
}

/// Holds a committed file against what it should be; `UPDATE=1` in the environment writes it instead.
#[track_caller]
pub(crate) fn hold(file: &str, expected: &str) {
    let path = in_repository(file);
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, expected).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == expected, "{file} is not what the code says; run the tests with UPDATE=1 and look at the difference");
}

#[test]
fn the_committed_schema_is_that_of_the_report() {
    hold(SCHEMA, &format!("{:#}\n", schema()));
}

#[test]
fn the_sample_report_is_the_demos() {
    let args = ["check", "fixtures/demo", "--output", "json=-", "--now", NOW, "--dry-run"];
    let done = Room::new().relgate(&args).cwd(repository()).run().exits(1);
    hold(SAMPLE, &done.stdout);
    check(&done.json());
}

#[test]
fn a_report_that_says_something_else_is_refused() {
    let validator = jsonschema::validator_for(&committed(SCHEMA)).unwrap();
    let sample = committed(SAMPLE);
    assert!(validator.is_valid(&sample));
    let damaged = |pointer: &str, value: Option<Value>| {
        let mut damaged = sample.clone();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let parent = damaged.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        match value {
            Some(value) => parent.insert(key.to_owned(), value),
            None => parent.remove(key),
        };
        validator.is_valid(&damaged)
    };
    for (pointer, value) in [
        ("/schema", Some("relgate.report/v2".into())),
        ("/verdict/action", Some("allow".into())),
        ("/verdict/exit_code", Some(256.into())),
        ("/findings/0/id", Some("F-1".into())),
        ("/findings/0/message", None),
        ("/findings/0/decision/action", None),
        ("/inputs/0/bytes", Some((-1).into())),
        ("/policy", None),
        ("/subject/commit", None),
        ("/subject/sources/commit", None),
        ("/counts/merged", Some("0".into())),
    ] {
        assert!(!damaged(pointer, value.clone()), "{pointer} as {value:?} is let through");
    }
    assert!(damaged("/policy", Some(Value::Null)), "no policy could be read");
    assert!(damaged("/added", Some(1.into())), "keys may be added within v1");
}

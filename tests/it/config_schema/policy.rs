//! The keys of a policy.
#![expect(dead_code, reason = "only their schema is asked for")]

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::words::{Address, Category, Date, Duration, ExceptionType, Id, Reason, Severity, Text};

#[derive(JsonSchema)]
enum SchemaId {
    #[serde(rename = "relgate.policy/v1")]
    V1,
}

/// What relgate judges by: `.relgate/policy.yaml`, or a layer of it. docs/policy.md explains every key.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Policy {
    /// What the file is.
    schema: SchemaId,
    /// What the policy is called in reports. Of several layers the uppermost counts.
    name: Text,
    /// The mail address of the one who is accountable for the policy. Of several layers the uppermost counts.
    owner: Owner,
    /// The policies that this one stands on: `builtin:standard`, `builtin:strict`, `builtin:ratchet`, `builtin:regulated`, `builtin:observe`, or files below this folder. It may only tighten them.
    #[schemars(length(min = 1))]
    extends: Option<Vec<Text>>,
    /// Whether the exit code carries the verdict. Default: enforce.
    enforcement: Option<Enforcement>,
    /// What is known about the service that is judged.
    context: Option<Context>,
    /// Whom a block is told to, in order.
    #[schemars(length(min = 1))]
    escalation: Option<Vec<Address>>,
    /// Which reports are read, and which scans must be there. Required, with `require`, in a policy that stands on no other.
    inputs: Option<Inputs>,
    /// What unrated findings count as, and severities that the team knows better.
    severity: Option<SeverityKeys>,
    /// What is done about which findings: the strictest action of the rules that fire. Required in a policy that stands on no other.
    rules: Option<Vec<Rule>>,
    /// The action where no rule fires. Required in a policy that stands on no other.
    default_action: Option<Action>,
    /// Files that tell which vulnerabilities are exploited. docs/feeds.md says how to get them.
    feeds: Option<Feeds>,
    /// Whose VEX statements count. docs/vex.md says what they do.
    vex: Option<Vex>,
    /// Which findings were known before. docs/baseline.md says how to make the file.
    baseline: Option<Baseline>,
    /// How long findings may stay.
    due: Option<Due>,
    /// How much of something may be there: what is more is answered for by the run. A layer adds budgets, and redefines none.
    budgets: Option<Vec<Budget>>,
    /// Which exceptions count. Required, with `limits`, in a policy that stands on no other.
    exceptions: Option<Exceptions>,
    /// Who must fix what: of each file of a finding the first row that matches counts. What lies under a layer comes first.
    #[schemars(length(min = 1))]
    ownership: Option<Vec<Ownership>>,
    /// Whether the repository's CODEOWNERS says who owns what no row matches. Default: false.
    use_codeowners: Option<bool>,
}

/// What vendors and the team state of vulnerabilities.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
struct Vex {
    /// Which documents, and by whom they count. A layer may only listen to fewer.
    #[schemars(length(min = 1))]
    sources: Option<Vec<VexSource>>,
    /// The justifications for which a component is not affected. Default: the first three.
    #[schemars(length(min = 1))]
    accept_justifications: Option<Vec<Justification>>,
    /// Whether a product without a version stands for each of its versions. Default: false.
    allow_versionless: Option<bool>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct VexSource {
    /// A file or glob, below this folder.
    path: Text,
    /// As the documents name them, compared exactly: the `author`, the `publisher.name`, the supplier, manufacturer or first author.
    #[schemars(length(min = 1))]
    authors: Vec<Text>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Justification {
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

/// A file that the gate writes, `relgate baseline adopt` and `write`; or what tools report.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
struct Baseline {
    /// The file, below this folder. Required where no policy under this one names it, and nothing is `reported_by` tools.
    path: Option<Text>,
    /// The tools whose `baselineState` (SARIF 2.1.0 §3.27.24) counts: what it calls unchanged or updated is adopted, what is absent is
    /// not judged. It needs `adopt`, and goes without `path` and `on_missing`.
    #[schemars(length(min = 1))]
    reported_by: Option<Vec<Text>>,
    /// What it means that it is not there. Default: `all_new`.
    on_missing: Option<OnMissing>,
    /// Who answers for it, where the file is a JSON report of an earlier run, or tools report: what these found is adopted.
    adopt: Option<Adopt>,
}

/// Who adopts what a report found.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Adopt {
    /// Who answers for it.
    accountable: Address,
    /// The day on which somebody looked at it. A report that is the baseline is no younger.
    approved: Date,
    /// Why what it found may stay.
    reason: Reason,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum OnMissing {
    /// Every finding is new.
    AllNew,
    /// The run is undecided.
    Undecided,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Ownership {
    /// Which findings.
    r#match: OwnershipMatch,
    /// The team that must fix them.
    owner: Line,
    /// The mail address of the one who answers for the service; for one owner always the same.
    accountable: Address,
    /// Whom to ask: a channel, a name.
    contact: Option<Line>,
    /// Whom a block is told to, in order, after the policy's `escalation`.
    #[schemars(length(min = 1))]
    escalate_to: Option<Vec<Address>>,
    /// Where a ticket goes: a tracker and a place in it, `jira:PAY`.
    route: Option<Route>,
}

/// Predicates, all of which must hold. A list means one of these. What is not known does not hold.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
struct OwnershipMatch {
    /// Globs of one file, from the root of the repository.
    #[schemars(length(min = 1))]
    path: Option<Vec<Text>>,
    /// Globs of package URLs: `pkg:npm/lodash*`.
    #[schemars(length(min = 1))]
    package: Option<Vec<Package>>,
    /// Types of package URLs: `npm`.
    #[schemars(length(min = 1))]
    ecosystem: Option<Vec<Text>>,
    /// What kind of finding it is.
    #[schemars(length(min = 1))]
    category: Option<Vec<Category>>,
    /// One of the tools that report it, as `relgate inspect` names them.
    #[schemars(length(min = 1))]
    tool: Option<Vec<Tool>>,
    /// Globs of the rule that the tool names.
    #[schemars(length(min = 1))]
    rule_id: Option<Vec<Text>>,
    /// Words that its kind is marked with.
    #[schemars(length(min = 1))]
    tag: Option<Vec<Id>>,
    /// One of these holds.
    #[schemars(length(min = 1))]
    any: Option<Vec<OwnershipMatch>>,
    /// Each of these holds.
    #[schemars(length(min = 1))]
    all: Option<Vec<OwnershipMatch>>,
    /// This does not hold.
    not: Option<Box<OwnershipMatch>>,
}

/// One line of at most 200 characters, without spaces around it.
#[derive(JsonSchema)]
#[schemars(inline, extend("maxLength" = 200, "pattern" = r"^\S([^\r\n]*\S)?$"))]
struct Line(String);

/// A tracker and a place in it: `jira:PAY`.
#[derive(JsonSchema)]
#[schemars(inline, extend("maxLength" = 200, "pattern" = r"^[a-z0-9-]+:(?!//)[^\r\n]*\S$"))]
struct Route(String);

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Enforcement {
    /// A block exits 1.
    Enforce,
    /// A block and a ticket exit 0 and every output says so. What leaves the run undecided still exits 2.
    Observe,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
struct Context {
    /// The service, where no flag names it.
    service: Option<Text>,
    /// The repository's URL, where no flag names it.
    repository: Option<Text>,
    /// Who can reach the service. Unknown is judged as public.
    exposure: Option<Exposure>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Exposure {
    Public,
    Internal,
    Unknown,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
struct Inputs {
    /// Scans that must be there: one that is missing, failed or too old leaves the run undecided. `[]` is legal and loud.
    require: Option<Vec<Requirement>>,
    /// What `relgate check` reads when it is told nothing else: files, folders or globs, with `FORMAT:` in front if need be, relative to the folder that holds `.relgate`.
    #[schemars(length(min = 1))]
    reports: Option<Vec<Text>>,
    /// Errors that a scanner reports of itself and that the team knows about: they do not leave its scan incomplete.
    #[schemars(length(min = 1))]
    accept_partial: Option<Vec<AcceptedError>>,
}

/// It names a category, tools, or both.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Requirement {
    id: Id,
    /// What the scan must be able to report.
    category: Option<Category>,
    /// The tools that count, as `relgate inspect` names them. Default: any.
    #[schemars(length(min = 1))]
    tools: Option<Vec<Tool>>,
    /// How many such scans. Default: 1.
    #[schemars(range(min = 1, max = 1000))]
    min: Option<u32>,
    /// How old the scan may be.
    max_age: Option<Duration>,
    /// Whether `max_age` lets in a report that carries no date. Default: false.
    allow_undated: Option<bool>,
    /// Whether the report must name the commit that is judged. Default: false.
    same_commit: Option<bool>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct AcceptedError {
    /// A glob of tools.
    tool: Text,
    /// A glob of what the tool says; `*` stands for anything in it.
    notification: Text,
    /// Why the error does no harm, in a sentence.
    reason: Reason,
    /// Who answers for it.
    accountable: Address,
    /// The last day on which it counts.
    expires: Date,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
struct SeverityKeys {
    /// Which rating counts where several differ.
    strategy: Option<Strategy>,
    /// Whom a rating of an operating system's package is believed, first to last. No other order is supported yet.
    source_order: Option<SourceOrder>,
    /// What a finding counts as that nobody rated. Default: high.
    unrated_as: Option<Severity>,
    /// Severities that the team knows better than the tool. In a layer they only raise.
    #[schemars(length(min = 1))]
    overrides: Option<Vec<Override>>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
struct Strategy {
    /// Packages of an operating system.
    os_packages: Option<VendorFirst>,
    /// Everything else.
    default: Option<Highest>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum VendorFirst {
    VendorFirst,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Highest {
    Highest,
}

#[derive(JsonSchema)]
#[schemars(extend("const" = ["vendor", "ghsa", "osv", "nvd", "tool"]))]
struct SourceOrder(Vec<String>);

/// Everything that is given must hold; at least one of `tool`, `rule_id`, `vulnerability`, `package`, `path`.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Override {
    /// What the findings are.
    severity: Severity,
    /// Why, in a sentence.
    reason: Reason,
    /// Who answers for it.
    owner: Address,
    /// A tool, as `relgate inspect` names it.
    tool: Option<Tool>,
    /// A glob of rules.
    rule_id: Option<Text>,
    /// A CVE, or another id.
    vulnerability: Option<Text>,
    /// A glob of package URLs.
    package: Option<Text>,
    /// A glob of files, or a list of them.
    path: Option<OneOrMore>,
}

#[derive(JsonSchema)]
#[serde(untagged)]
enum OneOrMore {
    One(Text),
    More(#[schemars(length(min = 1))] Vec<Text>),
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Rule {
    id: Id,
    /// Why the rule is there; shown beside its findings.
    description: Option<Text>,
    /// When it fires.
    when: Condition,
    /// What it does where the condition cannot be known. Default: match, it fires.
    on_unknown: Option<OnUnknown>,
    /// What is done about the findings.
    action: Action,
    /// What may lower it: true, anything that the limits admit; false, nothing; or the types of exceptions, and `vex`. Default: true.
    waivable: Option<Waivable>,
    /// The controls that it serves, as your standards name them.
    #[schemars(length(min = 1))]
    controls: Option<Vec<Text>>,
    /// Before this day the rule is tried and told, and does not count.
    effective_on: Option<Date>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum OnUnknown {
    Match,
    Skip,
}

#[derive(JsonSchema)]
#[serde(untagged)]
enum Waivable {
    All(bool),
    Only(#[schemars(length(min = 1))] Vec<Waiver>),
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Waiver {
    FalsePositive,
    Rotated,
    RiskAcceptance,
    CompensatingControl,
    OperationalRequirement,
    VendorDependency,
    RiskAdjustment,
    Emergency,
    Vex,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Ages {
    older_than: Duration,
}

/// Decision points; each that is named must be so.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
struct Ssvc {
    /// How far exploitation has come.
    exploitation: Option<WordOrWords<Exploitation>>,
    /// Whether an attack can be made by a machine alone.
    automatable: Option<Automatable>,
    /// How much an attacker gets.
    technical_impact: Option<WordOrWords<TechnicalImpact>>,
}

#[derive(JsonSchema)]
#[serde(untagged)]
enum WordOrWords<T> {
    One(T),
    More(#[schemars(length(min = 1))] Vec<T>),
}

#[derive(JsonSchema)]
#[serde(untagged)]
enum Automatable {
    Flag(bool),
    Word(Word),
}

/// As CISA writes it.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Word {
    Yes,
    No,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Exploitation {
    None,
    Poc,
    Active,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum TechnicalImpact {
    Partial,
    Total,
}

/// Predicates, all of which must hold. A list means one of these.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
struct Condition {
    /// What kind of finding it is.
    #[schemars(length(min = 1))]
    category: Option<Vec<Category>>,
    /// What it is rated, or counts as.
    severity: Option<Severities>,
    /// What the scanner was told to overlook: in the source, or elsewhere.
    #[schemars(length(min = 1))]
    suppressed: Option<Vec<Suppressed>>,
    /// Whether the baseline has it.
    #[schemars(length(min = 1))]
    state: Option<Vec<State>>,
    /// One of the tools that report it, as `relgate inspect` names them.
    #[schemars(length(min = 1))]
    tool: Option<Vec<Tool>>,
    /// Globs of the rule that the tool names.
    #[schemars(length(min = 1))]
    rule_id: Option<Vec<Text>>,
    /// A regular expression that the message contains.
    message: Option<Text>,
    /// Weaknesses: `79` or `CWE-79`.
    #[schemars(length(min = 1))]
    cwe: Option<Vec<Cwe>>,
    /// Ids of vulnerabilities, through all their aliases.
    #[schemars(length(min = 1))]
    vulnerability: Option<Vec<Text>>,
    /// The highest CVSS score.
    cvss: Option<Scores>,
    /// Whether it is known to be exploited. Needs `on_unknown: skip`, for only reports tell it.
    kev: Option<bool>,
    /// The probability that it will be exploited. Needs `on_unknown: skip`, for only reports tell it.
    epss: Option<Probabilities>,
    /// Whether an upgrade mends it.
    fix_available: Option<bool>,
    /// Whether the project names the component itself.
    direct: Option<bool>,
    /// Whether the component is for development only.
    dev_dependency: Option<bool>,
    /// Whether the vulnerable code can be reached.
    reachable: Option<bool>,
    /// Whether the secret was tried and works.
    verified: Option<bool>,
    /// Globs of package URLs: `pkg:npm/lodash*`.
    #[schemars(length(min = 1))]
    package: Option<Vec<Package>>,
    /// Types of package URLs: `npm`.
    #[schemars(length(min = 1))]
    ecosystem: Option<Vec<Text>>,
    /// Globs of its files, from the root of the repository.
    #[schemars(length(min = 1))]
    path: Option<Vec<Text>>,
    /// SPDX ids of licenses.
    #[schemars(length(min = 1))]
    license: Option<Vec<Text>>,
    /// What the policy's context says.
    #[schemars(length(min = 1))]
    exposure: Option<Vec<Exposure>>,
    /// What `--stage` says.
    #[schemars(length(min = 1))]
    stage: Option<Vec<Id>>,
    /// Globs of what `--branch` says.
    #[schemars(length(min = 1))]
    branch: Option<Vec<Text>>,
    /// Whether the change touches it. Nothing tells yet: it is unknown.
    in_change: Option<bool>,
    /// Whether its due date is past. Needs `due`.
    overdue: Option<bool>,
    /// How long ago it was first seen.
    age: Option<Ages>,
    /// What CISA's SSVC says of it. Needs `on_unknown: skip` without the feed.
    ssvc: Option<Ssvc>,
    /// Globs of the team that must fix it.
    #[schemars(length(min = 1))]
    owner: Option<Vec<Text>>,
    /// Words that its kind is marked with.
    #[schemars(length(min = 1))]
    tag: Option<Vec<Text>>,
    /// One of these conditions holds.
    #[schemars(length(min = 1))]
    any: Option<Vec<Condition>>,
    /// Each of these conditions holds.
    #[schemars(length(min = 1))]
    all: Option<Vec<Condition>>,
    /// This condition does not hold.
    not: Option<Box<Condition>>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
struct Severities {
    at_least: Option<Severity>,
    at_most: Option<Severity>,
    #[schemars(length(min = 1))]
    r#in: Option<Vec<Severity>>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Suppressed {
    None,
    InSource,
    External,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum State {
    New,
    Existing,
    Unknown,
}

#[derive(JsonSchema)]
#[serde(untagged)]
enum Cwe {
    Number(#[schemars(range(min = 1))] u32),
    Id(#[schemars(regex(pattern = "^CWE-[1-9][0-9]*$"))] String),
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
struct Scores {
    at_least: Option<Score>,
    at_most: Option<Score>,
}

/// From 0.0 to 10.0, with one digit behind the point.
#[derive(JsonSchema)]
#[serde(untagged)]
enum Score {
    Number(#[schemars(range(min = 0, max = 10))] f64),
    Text(#[schemars(regex(pattern = r"^(10(\.0)?|[0-9](\.[0-9])?)$"))] String),
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Probabilities {
    at_least: Probability,
}

/// From 0.0 to 1.0.
#[derive(JsonSchema)]
#[serde(untagged)]
enum Probability {
    Number(#[schemars(range(min = 0, max = 1))] f64),
    Text(#[schemars(regex(pattern = r"^(1(\.0*)?|0(\.[0-9]*)?)$"))] String),
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
struct Feeds {
    /// CISA's catalog of known exploited vulnerabilities, as JSON.
    kev: Option<Feed>,
    /// FIRST's probabilities of exploitation, as CSV, packed with gzip or not.
    epss: Option<Feed>,
    /// CISA's decision points (SSVC): a folder of CVE records.
    ssvc: Option<Feed>,
}

/// A policy must say `path` and `max_age`, in whichever layer.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
struct Feed {
    /// The file or folder, below that of this policy.
    path: Option<Text>,
    /// How old it may be.
    max_age: Option<Duration>,
    /// What an older one does. Default: undecided.
    on_stale: Option<OnStale>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum OnStale {
    /// It leaves the run undecided.
    Undecided,
    /// It is told, and used.
    Warn,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
struct Due {
    /// From which day: when it was first seen, when a fix was released, when it was published. The policy must have one, in whichever layer.
    clock: Option<Clock>,
    /// Days that somebody else has published. Days beside it may only be shorter; of several layers' presets each counts.
    preset: Option<Preset>,
    /// What is known to be exploited.
    kev: Option<Duration>,
    critical: Option<Duration>,
    high: Option<Duration>,
    medium: Option<Duration>,
    low: Option<Duration>,
}

#[derive(JsonSchema)]
enum Preset {
    /// CISA's Binding Operational Directive 26-04, by what is known of a vulnerability.
    #[serde(rename = "cisa-bod-26-04")]
    Cisa,
    /// FedRAMP Rev. 5, by severity, from the day it was first seen.
    #[serde(rename = "fedramp-rev5")]
    Fedramp,
    /// PCI DSS 4.0.1, requirement 6.3.3, by severity, from the release of a fix.
    #[serde(rename = "pci-dss-4.0.1")]
    Pci,
}

/// With `when` it counts findings, with `count` exceptions; it has one of both.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Budget {
    id: Id,
    /// Findings for which this holds or may hold count, but for those that an exception lets pass.
    when: Option<Condition>,
    /// Exceptions that are approved and have not ended.
    count: Option<Count>,
    /// So many may be there.
    #[schemars(range(max = 1_000_000_000))]
    max: u32,
    /// What is done about the run when there are more; `pass` is loud.
    action: Action,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Count {
    ActiveExceptions,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Clock {
    FirstSeen,
    FixReleased,
    Published,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
struct Exceptions {
    /// Globs of the files that hold the records, relative to this file.
    #[schemars(length(min = 1))]
    files: Option<Vec<Text>>,
    /// Who is in which role.
    #[schemars(extend("minProperties" = 1))]
    roles: Option<BTreeMap<Id, People>>,
    /// An exception counts within what some row admits; of several layers, of each that has rows.
    #[schemars(length(min = 1))]
    limits: Option<Vec<Limit>>,
    /// Whether nobody approves what they asked for themselves. Default: true; false is loud.
    separation_of_duties: Option<bool>,
    /// Who may let something through at once. Without it nobody may.
    emergency: Option<Emergency>,
    /// How long before its end an exception is told to end. Default: 14d.
    warn_before_expiry: Option<Duration>,
    /// What an exception that matches nothing does. Default: warn.
    unused: Option<Unused>,
}

#[derive(JsonSchema)]
#[schemars(extend("minItems" = 1))]
struct People(Vec<Address>);

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Limit {
    /// The types of exceptions. Default: all.
    #[schemars(length(min = 1))]
    types: Option<Vec<ExceptionType>>,
    /// The severities of the findings.
    severity: Severities,
    /// How long one approval may last.
    max_lifetime: Duration,
    /// How often it may be renewed.
    #[schemars(range(min = 0, max = 1000))]
    max_renewals: u32,
    /// Who may approve: roles of `roles`.
    #[schemars(length(min = 1))]
    approver_roles: Vec<Id>,
    /// The action below which no exception goes; `block` forbids them.
    floor: Action,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
struct Emergency {
    /// Who may approve: roles of `roles`. The policy must have them, in whichever layer.
    #[schemars(length(min = 1))]
    roles: Option<Vec<Id>>,
    /// How many days after the approval it may end. Default: 3.
    #[schemars(range(min = 1, max = 3650))]
    max_days: Option<u32>,
    /// The gravest finding that it may cover. Default: high.
    severity_at_most: Option<Severity>,
    /// How long after its end it must have been reviewed. Default: 7d.
    review_within: Option<Duration>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Unused {
    Undecided,
    Warn,
    Ignore,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Action {
    Block,
    Ticket,
    Pass,
}

/// A glob of package URLs: `pkg:npm/lodash*`.
#[derive(JsonSchema)]
#[schemars(inline, extend("pattern" = "^pkg:.*/"))]
struct Package(String);

/// One plain mail address. Only embedded policies have `unassigned`.
#[derive(JsonSchema)]
#[schemars(inline, extend("pattern" = r"^([^\s@<>]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+|unassigned)$"))]
struct Owner(String);

/// The id of a tool, as `relgate inspect` shows it.
#[derive(JsonSchema)]
#[schemars(inline, extend("pattern" = r"^[^\sA-Z*?\[\]{}]+$"))]
struct Tool(String);

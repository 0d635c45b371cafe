//! The keys of a file of tests of a policy, and a test that holds them against those that the program knows.
#![expect(dead_code, reason = "only their schema is asked for")]

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;

use super::words::{Category, Date, Id, Severity, Text};
use super::{SUITE, quoted};
use crate::schema::committed;
use crate::support::Room;

/// Tests of a policy: what is given, and what must come of it. `.relgate/*.test.yaml`; docs/policy-tests.md explains every key.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Suite {
    /// What the file is.
    schema: SchemaId,
    /// The policy that is tested: a file, relative to this one, or `builtin:NAME`.
    policy: Text,
    /// The instant that is judged at: `2026-11-23T12:00:00Z`.
    now: Instant,
    /// What is known of the run in all tests.
    subject: Option<Subject>,
    /// The tests.
    #[schemars(length(min = 1))]
    tests: Vec<Test>,
}

#[derive(JsonSchema)]
enum SchemaId {
    #[serde(rename = "relgate.policy-test/v1")]
    V1,
}

/// What is known of the run, as the flags of `relgate check` tell it.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
struct Subject {
    repository: Option<Text>,
    commit: Option<Text>,
    branch: Option<Text>,
    release: Option<Text>,
    stage: Option<Text>,
    service: Option<Text>,
    artifact: Option<Text>,
}

/// Either `findings` or `reports`.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [{"required": ["findings"]}, {"required": ["reports"]}]))]
struct Test {
    /// What it shows.
    name: Text,
    /// Findings, in the words of the findings document. Nothing is asked of the evidence then.
    findings: Option<Vec<Finding>>,
    /// Reports: files and globs, relative to this file.
    #[schemars(length(min = 1))]
    reports: Option<Vec<Text>>,
    /// What the findings are called that the baseline adopted: by their id, one of their advisories', or that of the check. Default: none.
    #[schemars(length(min = 1))]
    adopted: Option<Vec<Text>>,
    /// Files and globs of the exceptions that there are, relative to this file. Default: none.
    #[schemars(length(min = 1))]
    exceptions: Option<Vec<Text>>,
    /// What is known of the run in this test, beside what is known in all.
    subject: Option<Subject>,
    /// The instant that is judged at in this test.
    now: Option<Instant>,
    /// What must come of it. What is not said may be anything.
    expect: Expect,
}

/// A finding; docs/findings-document.md explains every key. It has at least a `rule_id`, `ids` or a `message`.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Finding {
    /// The tool that reports it.
    tool: Option<Text>,
    category: Option<Category>,
    rule_id: Option<Text>,
    ids: Option<Vec<Text>>,
    cwes: Option<Vec<u32>>,
    severity: Option<Severity>,
    score: Option<Number>,
    vectors: Option<Vec<Text>>,
    package: Option<Package>,
    fixed_versions: Option<Vec<Text>>,
    path: Option<Text>,
    #[schemars(range(min = 1))]
    start_line: Option<u32>,
    target: Option<Text>,
    message: Option<Text>,
    state: Option<State>,
    suppressed: Option<Suppression>,
    reachable: Option<bool>,
    dev: Option<bool>,
    direct: Option<bool>,
    verified: Option<bool>,
    fix_available: Option<bool>,
    kev: Option<bool>,
    epss: Option<Number>,
    /// When it was first seen.
    first_seen: Option<Date>,
    /// When the vulnerability was published.
    published: Option<Date>,
    /// When the first version came out that has it no more.
    fix_released: Option<Date>,
    /// Not read.
    severity_because: Option<Text>,
    /// Not read.
    severity_as_told: Option<Text>,
    /// Not read.
    fingerprints: Option<BTreeMap<String, String>>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Package {
    purl: Option<Text>,
    ecosystem: Option<Text>,
    name: Option<Text>,
    version: Option<Text>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum State {
    Open,
    Suppressed,
    NotAffected,
    Fixed,
    Pass,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Suppression {
    None,
    InSource,
    External,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
struct Expect {
    /// The action of every finding.
    action: Option<Action>,
    /// The action of the findings that are called so: by their id, one of their advisories', or that of the check.
    #[schemars(extend("minProperties" = 1))]
    actions: Option<BTreeMap<String, Action>>,
    /// The ids of the rules that decide, of all findings together; none where the default action does.
    causes: Option<Vec<Id>>,
    /// The day on which every finding is due; `never` where no days are set for it, `unknown` where nobody knows from when they count.
    due: Option<Due>,
    /// The answer for the run.
    verdict: Option<Verdict>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Action {
    Block,
    Ticket,
    Pass,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Block,
    Ticket,
    Pass,
    Undecided,
}

#[derive(JsonSchema)]
#[schemars(inline, extend("pattern" = r"^([0-9]{4}-[0-9]{2}-[0-9]{2}|never|unknown)$"))]
struct Due(String);

/// YAML has whole numbers alone: a decimal one is a text without quotes.
#[derive(JsonSchema)]
#[serde(untagged)]
enum Number {
    Whole(u32),
    Decimal(#[schemars(regex(pattern = r"^[0-9]+\.[0-9]+$"))] String),
    Told(f64),
}

#[derive(JsonSchema)]
#[schemars(inline, extend("pattern" = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|\+00:00)$"))]
struct Instant(String);

/// Each map of which the program names all keys: its name in the schema, and where it stands.
const MAPS: [(&str, &str); 6] = [
    ("", "{HERE}"),
    ("Subject", "{subject: {HERE}}"),
    ("Test", "{tests: [{HERE}]}"),
    ("Expect", "{tests: [{expect: {HERE}}]}"),
    ("Finding", "FILE[{name: a, findings: [{HERE}], expect: {action: block}}]"),
    ("Package", "FILE[{name: a, findings: [{package: {HERE}}], expect: {action: block}}]"),
];

#[test]
fn the_keys_of_tests_are_those_of_the_program() {
    let schema = committed(SUITE);
    let file = "schema: relgate.policy-test/v1\npolicy: builtin:standard\nnow: 2026-11-23T12:00:00Z\ntests: ";
    for (name, place) in MAPS {
        let map = if name.is_empty() { &schema } else { &schema["$defs"][name] };
        let keys: BTreeSet<&str> = map["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        let room = Room::new();
        let probe = "a-key-that-is-near-to-none-of-them";
        room.write("p.test.yaml", place.replace("FILE", file).replace("HERE", &format!("{probe}: 1")));
        let said = room.relgate(&["policy", "test", "p.test.yaml"]).run().exits(2).stdout;
        let line = said.lines().find_map(|line| line.split_once(&format!(" has no key `{probe}`; use ")));
        let (_, known) = line.unwrap_or_else(|| panic!("{name}: {said}"));
        assert_eq!(keys, quoted(known), "{name}");
    }
}

//! The shape of what `relgate policy diff --format json` writes, and `schemas/policy-diff.v1.json` made from it.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::schema::{Action, Category, Level, Outcome, Policy, Problem, hold};

const SCHEMA: &str = "schemas/policy-diff.v1.json";

/// What two policies do about the same reports. See docs/policy.md.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Comparison {
    schema: SchemaId,
    /// The instant that both judge at, RFC 3339 in UTC.
    now: String,
    before: Judged,
    after: Judged,
    /// How many were read.
    reports: u64,
    /// Those that are not whole: what they lack is not compared.
    incomplete_reports: Vec<String>,
    counts: Counts,
    /// How many findings go from one action to another.
    changes: Vec<Change>,
    /// The same by what makes the difference.
    groups: Vec<Group>,
    /// Each that changes.
    findings: Vec<Finding>,
    /// What is wrong with the reports.
    problems: Vec<Problem>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
enum SchemaId {
    #[serde(rename = "relgate.policy-diff/v1")]
    V1,
}

/// What one of the policies says.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Judged {
    policy: Policy,
    action: Outcome,
    /// One sentence.
    reason: String,
    /// False where the policy only observes.
    enforced: bool,
    /// How many findings come to each action.
    by_action: ByAction,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct ByAction {
    block: u64,
    ticket: u64,
    pass: u64,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Counts {
    findings: u64,
    changed: u64,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Change {
    from: Action,
    to: Action,
    findings: u64,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Group {
    from: Action,
    to: Action,
    /// The policy that has what makes the difference.
    side: Side,
    /// Null as well as `exception` where it is the default action.
    rule: Option<String>,
    exception: Option<String>,
    /// Where the rule stands.
    file: Option<String>,
    line: Option<u32>,
    findings: u64,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Side {
    Before,
    After,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Finding {
    id: String,
    from: Action,
    to: Action,
    severity_before: Level,
    severity_after: Level,
    /// The ids of the rules that fire.
    rules_before: Vec<String>,
    rules_after: Vec<String>,
    category: Category,
    rule_id: Option<String>,
    ids: Vec<String>,
    package: Option<Package>,
    path: Option<String>,
    start_line: Option<u32>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Package {
    purl: Option<String>,
    ecosystem: Option<String>,
    name: String,
    version: Option<String>,
}

/// Holds a comparison against the shape: no key more, none less.
pub(crate) fn check(comparison: &Value) {
    let read: Comparison = serde_json::from_value(comparison.clone()).unwrap_or_else(|error| panic!("{error}: {comparison}"));
    let written = serde_json::to_value(&read).unwrap();
    assert!(written == *comparison, "the comparison has keys that tests/it/comparison.rs does not know:\n{comparison}\n{written}");
}

#[test]
fn the_committed_schema_is_that_of_the_comparison() {
    let mut schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Comparison>();
    schema.insert("title".to_owned(), "relgate.policy-diff/v1".into());
    hold(SCHEMA, &format!("{:#}\n", schema.to_value()));
}

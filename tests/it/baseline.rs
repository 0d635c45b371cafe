//! The baseline as people use it: `schemas/baseline.v1.json`, and a repository with a past from its first day with the gate on.

use std::collections::BTreeMap;

use jsonschema::validator_for;
use schemars::JsonSchema;
use serde_json::{Value, json};

use crate::config_schema::schema;
use crate::docs::read;
use crate::schema::{committed, hold};
use crate::support::{Done, NOW, Room};

pub(crate) const BASELINE: &str = "schemas/baseline.v1.json";

const POLICY: &str = "schema: relgate.policy/v1\nname: p\nowner: a@acme.example\nextends: [\"builtin:standard\"]\ninputs: {require: []}\n";

/// What was known before: `.relgate/baseline.json`, which relgate writes. docs/baseline.md explains it.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is asked for")]
struct Baseline {
    schema: SchemaId,
    /// When it was written, RFC 3339.
    created: String,
    /// Who answers for what is adopted. Required, as the next two, where something is.
    #[schemars(regex(pattern = r"^[^@\s]+@[^@\s]+$"))]
    accountable: Option<String>,
    /// Since when.
    approved: Option<Date>,
    /// Why.
    #[schemars(length(min = 10))]
    reason: Option<String>,
    /// Findings that are existing. It may only shrink.
    adopted: Vec<Entry>,
    /// Findings of which only the first day is known: they are new.
    seen: Vec<Entry>,
}

#[derive(JsonSchema)]
enum SchemaId {
    #[serde(rename = "relgate.baseline/v1")]
    #[expect(dead_code, reason = "only its schema is asked for")]
    V1,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is asked for")]
struct Entry {
    /// What people call the finding.
    #[schemars(regex(pattern = "^F-[0-9a-f]{12}$"))]
    id: String,
    /// What it is known by, strongest first. `loc/1` alone is not enough to adopt.
    #[schemars(length(min = 1))]
    keys: Vec<Key>,
    /// The tool that found it; of several the first.
    tool: Text,
    /// The tool's name for the check.
    rule_id: Option<Text>,
    /// The file it was in.
    path: Option<Text>,
    /// The line it was on, from 1.
    #[schemars(range(min = 1))]
    start_line: Option<u32>,
    /// The vulnerability of a component.
    vulnerability: Option<Text>,
    /// The component as a package URL, without version.
    package: Option<Text>,
    /// Since when it is known.
    first_seen: Date,
    /// The ticket that was planned for it.
    #[schemars(regex(pattern = "^relgate-[0-9a-f]{32}$"))]
    ticket: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(inline, extend("pattern" = "^(tool|line|ctx|sca|secret|iac|loc|text)/1:[0-9a-f]{32}$"))]
#[expect(dead_code, reason = "only its schema is asked for")]
struct Key(String);

#[derive(JsonSchema)]
#[schemars(inline, extend("minLength" = 1))]
#[expect(dead_code, reason = "only its schema is asked for")]
struct Text(String);

#[derive(JsonSchema)]
#[schemars(inline, extend("pattern" = r"^\d{4}-\d{2}-\d{2}$"))]
#[expect(dead_code, reason = "only its schema is asked for")]
struct Date(String);

fn faults(baseline: &Value) -> Vec<String> {
    let validator = validator_for(&committed(BASELINE)).unwrap();
    validator.iter_errors(baseline).map(|fault| format!("{}: {fault}", fault.instance_path())).collect()
}

#[test]
fn the_committed_schema_is_that_of_what_is_written_and_shown() {
    hold(BASELINE, &format!("{:#}\n", schema::<Baseline>("relgate.baseline/v1")));
    let text = read("docs/baseline.md");
    let shown: Value = serde_json::from_str(text.split("```json\n").nth(1).unwrap().split("```").next().unwrap()).unwrap();
    assert_eq!(faults(&shown), [""; 0]);
    let project = Project::new();
    project.room.write(".relgate/baseline.json", shown.to_string());
    project.run(&["baseline", "diff", "reports", "--now", NOW]).exits(0);
    let adopted: Value = serde_json::from_str(&Project::new().adopt()).unwrap();
    assert_eq!(faults(&adopted), [""; 0]);
    assert!(!faults(&json!({"schema": "relgate.baseline/v1", "created": NOW, "adopted": [{}], "seen": []})).is_empty());
}

/// A repository with 200 findings: code with and without a hash of its line, and vulnerable components, with a fix and without.
struct Project {
    room: Room,
}

const CODE: usize = 150;
const FIXED: usize = 20;
const UNFIXED: usize = 30;

impl Project {
    fn new() -> Self {
        let room = Room::new();
        room.write(".relgate/policy.yaml", POLICY);
        let project = Self { room };
        project.code(0, CODE);
        project.components();
        project
    }

    /// The findings of a range, in files of ten each, every line `down` lines further down.
    fn code(&self, down: usize, to: usize) {
        let result = |n: usize| {
            json!({"ruleId": format!("rule-{}", n % 3), "level": "error", "message": {"text": "m"},
                "partialFingerprints": {"primaryLocationLineHash": format!("{n:016x}:1")},
                "locations": [{"physicalLocation": {"artifactLocation": {"uri": format!("src/{}.py", n / 10)}, "region": {"startLine": 40 * (n % 10) + 1 + down}}}]})
        };
        let results: Vec<Value> = (0..to).map(result).collect();
        let report = json!({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "acme-scan"}}, "results": results}]});
        self.room.write("reports/code.sarif", report.to_string());
    }

    fn components(&self) {
        let finding = |n: usize| {
            let fixed: Vec<&str> = if n < FIXED { vec!["2.0.0"] } else { Vec::new() };
            json!({"ids": [format!("CVE-2020-{:04}", 1000 + n)], "severity": "critical", "path": "package-lock.json",
                "package": {"purl": format!("pkg:npm/p{n}@1.0.0")}, "fixed_versions": fixed, "fix_available": n < FIXED, "kev": false})
        };
        let findings: Vec<Value> = (0..FIXED + UNFIXED).map(finding).collect();
        let report =
            json!({"schema": "relgate.findings/v1", "tool": "acme-sca", "category": "sca", "complete": true, "findings": findings});
        self.room.write("reports/sca.json", report.to_string());
    }

    fn run(&self, args: &[&str]) -> Done {
        self.room.relgate(args).run()
    }

    /// The file that adopting all of it gives, in its place.
    fn adopt(&self) -> String {
        let args = ["--accountable", "dana@acme.example", "--reason", "Known before the gate was there", "--now", NOW, "--dry-run"];
        let done = self.run(&[&["baseline", "adopt", "reports"][..], &args].concat()).exits(0);
        self.room.write(".relgate/baseline.json", &done.stdout);
        done.stdout
    }

    /// A baseline that the policy does not name.
    fn adopt_elsewhere() -> String {
        json!({"schema": "relgate.baseline/v1", "created": NOW, "adopted": [], "seen": []}).to_string()
    }

    /// What a night does.
    fn night(&self, now: &str, more: &[&str]) -> String {
        let done = self.run(&[&["baseline", "write", "reports", "--now", now, "--dry-run"][..], more].concat()).exits(0);
        self.room.write(".relgate/baseline.json", &done.stdout);
        done.stdout
    }

    /// A release, on a day.
    fn release(&self, now: &str, code: i32) -> Value {
        self.run(&["check", "reports", "--stage", "release", "--now", now, "--dry-run", "--output", "json=-"]).exits(code).json()
    }
}

/// How many entries a file has: adopted and seen.
fn sizes(file: &str) -> (usize, usize) {
    let file: Value = serde_json::from_str(file).unwrap();
    let size = |key: &str| file[key].as_array().unwrap().len();
    (size("adopted"), size("seen"))
}

fn blocked(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings.filter(|finding| finding["decision"]["action"] == "block").map(|finding| finding["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_repository_with_a_past_can_begin_and_nothing_new_gets_through() {
    let all = CODE + FIXED + UNFIXED;
    let project = Project::new();
    // What has no fix is no reason to stop in `standard`.
    assert_eq!(blocked(&project.release(NOW, 1)).len(), CODE + FIXED);
    assert_eq!(sizes(&project.adopt()), (all, 0));
    let adopted = project.release(NOW, 0);
    assert_eq!(blocked(&adopted).len(), 0);
    let baseline = &adopted["baseline"];
    assert_eq!((&baseline["existing"], &baseline["new"], &baseline["lowered"]), (&json!(all), &json!(0), &json!(CODE + FIXED)));
    assert_eq!((&baseline["accountable"], &baseline["approved"]), (&json!("dana@acme.example"), &json!("2026-11-23")));
    let warning = adopted["problems"].as_array().unwrap().iter().find(|problem| problem["code"] == "baseline-lowers").unwrap();
    assert_eq!(warning["file"], ".relgate/baseline.json");
    // Then only what is critical, can be mended and is late.
    assert_eq!(blocked(&project.release("2026-12-23T12:00:00Z", 0)).len(), 0);
    assert_eq!(blocked(&project.release("2026-12-24T12:00:00Z", 1)).len(), FIXED);
    // A change moves every line, and brings one finding.
    project.code(3, CODE + 1);
    let changed = project.release(NOW, 1);
    let new = blocked(&changed);
    assert_eq!((new.len(), &changed["baseline"]["existing"], &changed["baseline"]["moved"]), (1, &json!(all), &json!(CODE)));
    // A night later it is seen, which is new all the same, and its first day stays.
    assert_eq!(sizes(&project.night(NOW, &[])), (all, 1));
    for now in ["2026-11-24T12:00:00Z", "2026-11-25T12:00:00Z"] {
        assert_eq!(sizes(&project.night(now, &[])), (all, 1));
        let report = project.release(now, 1);
        assert_eq!(blocked(&report), new);
        let findings = report["findings"].as_array().unwrap();
        let finding = findings.iter().find(|finding| finding["id"] == json!(new[0])).unwrap();
        assert_eq!((&finding["state"], &finding["first_seen"]), (&json!("new"), &json!("2026-11-23")));
        assert_eq!(finding["known"], json!({"standing": "seen", "by": "line/1", "moved": false}));
    }
    // What is mended leaves the file for good.
    project.code(3, CODE - 10);
    assert_eq!(sizes(&project.night("2026-11-25T12:00:00Z", &[])), (all - 10, 1));
    assert_eq!(sizes(&project.night("2026-11-25T12:00:00Z", &["--prune"])), (all - 10, 0));
    project.code(3, CODE);
    assert_eq!(blocked(&project.release("2026-11-25T12:00:00Z", 1)).len(), 10);
}

#[test]
fn a_pull_request_that_touches_nothing_of_the_past_is_green_and_one_that_does_answers_for_its_own() {
    let room = Room::with_repository();
    room.write(".relgate/policy.yaml", POLICY);
    room.write(".gitignore", "reports/\n");
    for n in 0..CODE / 10 {
        room.write(&format!("src/{n}.py"), "old\n");
    }
    room.write("package-lock.json", "{}");
    let project = Project { room };
    let base = project.room.commit();
    project.code(0, CODE);
    project.components();
    let pull_request = |head: &str, code: i32| {
        let args = ["check", "reports", "--stage", "pull_request", "--now", NOW, "--dry-run", "--output", "json=-"];
        project.run(&[&args[..], &["--commit", head, "--config-ref", &base]].concat()).exits(code).json()
    };
    // Nobody has adopted anything.
    project.room.write("README.md", "new\n");
    let head = project.room.commit();
    let green = pull_request(&head, 0);
    assert_eq!((blocked(&green).len(), &green["baseline"]), (0, &Value::Null));
    assert_eq!(blocked(&project.release(NOW, 1)).len(), CODE + FIXED);
    // A new file with a finding: it is the only one that blocks.
    project.room.write(&format!("src/{}.py", CODE / 10), "new\n");
    project.code(0, CODE + 1);
    let head = project.room.commit();
    let red = pull_request(&head, 1);
    let findings = red["findings"].as_array().unwrap();
    let blocks: Vec<&Value> = findings.iter().filter(|finding| finding["decision"]["action"] == "block").collect();
    assert_eq!(blocks.len(), 1);
    assert_eq!(blocks[0]["locations"][0]["path"], format!("src/{}.py", CODE / 10));
}

#[test]
fn what_is_not_whole_changes_no_baseline() {
    let project = Project::new();
    let file = project.adopt();
    let again = [
        "baseline",
        "adopt",
        "reports",
        "--accountable",
        "kim@acme.example",
        "--reason",
        "Known before the gate",
        "--now",
        NOW,
        "--dry-run",
    ];
    project.run(&again).exits(2).says("undecided: ", "may only shrink");
    // A tool that was not run finds nothing, and nothing of it is gone.
    let write = ["baseline", "write", "reports/code.sarif", "--now", NOW, "--dry-run", "--prune"];
    assert_eq!(sizes(&project.run(&write).exits(0).stdout), sizes(&file));
    project.room.write("reports/sca.json", "{\"schema\":\"relgate.findings/v1\"");
    let night = ["baseline", "write", "reports", "--now", NOW, "--dry-run"];
    let done = project.run(&night).exits(2).says("undecided: ", "not complete");
    assert_eq!(done.stdout, "");
    assert_eq!(project.room.read(".relgate/baseline.json"), file);
    // A file that is wrong is not used, and not overwritten.
    project.components();
    project.room.write(".relgate/baseline.json", file.replacen("\"tool\"", "\"tol\"", 1));
    project.run(&["check", "reports", "--now", NOW, "--dry-run"]).exits(2).says("undecided: ", "no key \"tol\" here, at /adopted/0/tol");
    project.run(&night).exits(2);
    for (flag, value, said) in [
        ("--accountable", "Dana <dana@acme.example>", "--accountable"),
        ("--reason", "todo", "--reason"),
        ("--approved", "2026-12-01", "--approved"),
    ] {
        let mut args = vec!["baseline", "adopt", "reports", "--baseline", "b.json", "--now", NOW, "--dry-run"];
        let given = [("--accountable", "dana@acme.example"), ("--reason", "Known before the gate")];
        given.iter().filter(|(name, _)| *name != flag).for_each(|(name, value)| args.extend([*name, *value]));
        args.extend([flag, value]);
        project.run(&args).exits(2).says("undecided: ", said);
    }
}

#[test]
fn a_baseline_that_a_policy_names_is_looked_for_as_it_says() {
    let project = Project::new();
    let policy = |more: &str| project.room.write(".relgate/policy.yaml", format!("{POLICY}{more}\n"));
    policy("baseline: {path: known.json, on_missing: undecided}");
    let check = ["check", "reports", "--now", NOW, "--dry-run"];
    project.run(&check).exits(2).says("undecided: .relgate/policy.yaml:6:", "known.json is not there");
    policy("baseline: {path: known.json}");
    project.run(&check).exits(1);
    let adopt = ["--accountable", "dana@acme.example", "--reason", "Known before the gate was there", "--now", NOW, "--dry-run"];
    let file = project.run(&[&["baseline", "adopt", "reports"][..], &adopt].concat()).exits(0).stdout;
    project.room.write(".relgate/known.json", &file);
    project.run(&check).exits(0);
    project.run(&[&check[..], &["--baseline", "other.json"]].concat()).exits(2).says("undecided: ", "the policy has a baseline of its own");
    policy("");
    project.run(&[&check[..], &["--baseline", ".relgate/known.json"]].concat()).exits(0);
    project.run(&[&check[..], &["--baseline", ".relgate/none.json"]].concat()).exits(2).says("undecided: ", "none.json is not there");
    // A layer sets what is not set, and lets no one off.
    project.room.write("base.yaml", format!("{POLICY}baseline: {{path: known.json, on_missing: undecided}}\n"));
    for (layer, said) in [("{path: x.json}", "`path` is another one"), ("{on_missing: all_new}", "`on_missing` is looser")] {
        let text = format!("schema: relgate.policy/v1\nname: l\nowner: a@acme.example\nextends: [base.yaml]\nbaseline: {layer}\n");
        project.room.write("layer.yaml", text);
        let done = project.run(&["policy", "check", "--policy", "layer.yaml"]).exits(2);
        assert!(done.stdout.contains(said), "{done}");
    }
}

#[test]
fn a_report_is_a_baseline_where_the_policy_says_who_answers_for_it() {
    let project = Project::new();
    let report = project.run(&["check", "reports", "--now", NOW, "--dry-run", "--output", "json=-"]).exits(1).stdout;
    project.room.write(".relgate/first.json", &report);
    let adopt = |approved: &str| {
        let adopt = format!("{{accountable: dana@acme.example, approved: {approved}, reason: Known before the gate was there}}");
        project.room.write(".relgate/policy.yaml", format!("{POLICY}baseline: {{path: first.json, adopt: {adopt}}}\n"));
    };
    adopt("2026-11-23");
    project.code(3, CODE + 1);
    let done = project.release("2026-11-24T12:00:00Z", 1);
    let baseline = &done["baseline"];
    assert_eq!((blocked(&done).len(), &baseline["existing"], &baseline["new"]), (1, &json!(CODE + FIXED + UNFIXED), &json!(1)));
    assert_eq!((&baseline["accountable"], &baseline["reason"]), (&json!("dana@acme.example"), &json!("Known before the gate was there")));
    let check = ["check", "reports", "--now", "2026-11-24T12:00:00Z", "--dry-run"];
    // It is younger than its approval, which lies ahead, or is no report.
    adopt("2026-11-22");
    project.run(&check).exits(2).says("undecided: .relgate/first.json: /now: ", "was approved on 2026-11-22");
    adopt("2026-12-01");
    project.run(&check).exits(2).says("undecided: .relgate/policy.yaml:6:", "is yet to come");
    adopt("2026-11-23");
    project.room.write(".relgate/first.json", Project::adopt_elsewhere());
    project.run(&check).exits(2).says("undecided: .relgate/first.json: ", "no JSON report of relgate");
    project.room.write(".relgate/first.json", report.replacen("\"complete\":true", "\"complete\":false", 1));
    project.run(&check).exits(2).says("undecided: .relgate/first.json: /inputs: ", "not complete");
    project.room.write(".relgate/first.json", report.split_at(report.len() / 2).0);
    project.run(&check).exits(2).says("undecided: .relgate/first.json:", "ends too early");
}

/// What a tool says of a result by a baseline of its own; `None` says nothing.
fn told(states: &[Option<&str>]) -> String {
    let result = |(number, state): (usize, Option<&str>)| {
        let place = json!({"artifactLocation": {"uri": "src/a.py"}, "region": {"startLine": 10 * number + 1}});
        let mut result =
            json!({"ruleId": format!("r{number}"), "level": "error", "message": {"text": "m"}, "locations": [{"physicalLocation": place}]});
        if let Some(state) = state {
            result["baselineState"] = json!(state);
        }
        result
    };
    let results: Vec<_> = states.iter().copied().enumerate().map(result).collect();
    json!({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "CodeQL"}}, "results": results}]}).to_string()
}

#[test]
fn what_a_tool_says_was_there_before_is_adopted_where_the_policy_takes_its_word() {
    let project = Project::new();
    std::fs::remove_dir_all(project.room.path("reports")).unwrap();
    let states = [Some("unchanged"), Some("updated"), Some("new"), None, Some("absent"), Some("Unchanged")];
    project.room.write("reports/a.sarif", told(&states));
    let policy = |more: &str| project.room.write(".relgate/policy.yaml", format!("{POLICY}{more}\n"));
    let judged = |code: i32| {
        let done = project.release("2026-11-24T12:00:00Z", code);
        let of =
            |finding: &Value| (finding["rule_id"].as_str().unwrap().to_owned(), finding["decision"]["action"].as_str().unwrap().to_owned());
        let actions: BTreeMap<String, String> = done["findings"].as_array().unwrap().iter().map(of).collect();
        (actions.into_values().collect::<Vec<_>>(), done)
    };
    let (actions, done) = judged(1);
    assert_eq!((actions, &done["baseline"]), (vec!["block".to_owned(); 6], &Value::Null));
    let adopt = "adopt: {accountable: dana@acme.example, approved: 2026-11-20, reason: Known before the gate was there}";
    policy(&format!("baseline: {{reported_by: [semgrep], {adopt}}}"));
    assert_eq!(judged(1).0, vec!["block"; 6]);
    policy(&format!("baseline: {{reported_by: [codeql], {adopt}}}"));
    let (actions, done) = judged(1);
    assert_eq!(actions, ["ticket", "ticket", "block", "block", "pass", "block"]);
    let finding = |rule: &str| done["findings"].as_array().unwrap().iter().find(|finding| finding["rule_id"] == rule).unwrap();
    let known = finding("r0");
    assert_eq!((&known["state"], &known["known"]["by"], &known["first_seen"]), (&json!("existing"), &json!("told"), &json!("2026-11-20")));
    // It counts as looked at, and is listed.
    assert_eq!((&finding("r4")["state"], &finding("r4")["decision"]["cause"]), (&json!("pass"), &json!("not_judged")));
    let baseline = &done["baseline"];
    assert_eq!((&baseline["path"], &baseline["existing"], &baseline["new"]), (&json!("baselineState of codeql"), &json!(2), &json!(3)));
    let check = ["check", "reports", "--now", "2026-11-24T12:00:00Z", "--dry-run"];
    project.run(&check).exits(1).says("warning: baselineState of codeql: ", "2 findings are judged more mildly");
    // Its first day does not move on with the runs.
    assert_eq!(finding("r1")["due"], "2027-02-18");
    project
        .run(&["baseline", "write", "reports", "--now", NOW, "--dry-run"])
        .exits(2)
        .says("undecided: nothing was written", "what tools report");
    policy("baseline: {reported_by: [codeql]}");
    project.run(&check).exits(2).says("undecided: .relgate/policy.yaml:6:", "nobody answers for");
    policy(&format!("baseline: {{reported_by: [codeql], path: b.json, {adopt}}}"));
    project.run(&check).exits(2).says("undecided: .relgate/policy.yaml:6:", "and not both");
    policy(&format!("baseline: {{reported_by: [codeql], on_missing: undecided, {adopt}}}"));
    project.run(&check).exits(2).says("undecided: .relgate/policy.yaml:6:", "leave `on_missing` out");
}

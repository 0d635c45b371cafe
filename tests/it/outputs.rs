//! The outputs of a run, all of them of one evaluation.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use relgate::report::FORMATS;
use serde_json::{Value, json};

use crate::support::{NOW, Room, copy, in_repository, names};

/// A room with the reports of the demo, and a policy with an exception for one of their findings.
fn demo() -> Room {
    let room = Room::new();
    copy(&in_repository("fixtures/demo"), &room.path("reports"));
    room.write(
        ".relgate/policy.yaml",
        "schema: relgate.policy/v1\nname: pay\nowner: dana@acme.example\nextends: [builtin:standard]\nexceptions:\n  roles: {approver: [dana@acme.example]}\n",
    );
    room.write(
        ".relgate/exceptions/pay.yaml",
        "schema: relgate.exceptions/v1\nexceptions:\n  - {id: EXC-1, type: false_positive, status: approved, match: {rule_id: DL3020, path: [Dockerfile]}, effect: pass, justification: vulnerable_code_not_present, reason: the archive is ours and is unpacked on purpose, requester: ola@acme.example, accountable: {email: dana@acme.example, role: approver}, approved: 2026-11-20, expires: 2027-01-15, ticket: PAY-1}\n",
    );
    room
}

/// The schema of SARIF, as OASIS publishes it.
fn sarif_schema() -> jsonschema::Validator {
    let text = fs::read_to_string(in_repository("schemas/third-party/sarif-2.1.0.json")).unwrap();
    let mut schema: Value = serde_json::from_str(&text).unwrap();
    // A `]` too many makes it no regular expression.
    for of in ["run", "toolComponent"] {
        let language = schema.pointer_mut(&format!("/definitions/{of}/properties/language")).unwrap();
        language.as_object_mut().unwrap().remove("pattern").unwrap();
    }
    jsonschema::validator_for(&schema).unwrap()
}

fn valid_sarif(text: &str) -> Value {
    let log: Value = serde_json::from_str(text).unwrap();
    let errors: Vec<String> = sarif_schema().iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(errors, [""; 0]);
    log
}

#[test]
fn a_folder_takes_the_usual_files_and_the_text_is_printed_all_the_same() {
    let room = demo();
    let done = room.relgate(&["check", "reports", "--out-dir", "out/gate", "--now", NOW, "--dry-run"]).run().exits(1);
    assert!(done.stdout.starts_with("dry run: would BLOCK"), "{done}");
    let usual: BTreeSet<String> = FORMATS.iter().filter_map(|format| format.file.map(str::to_owned)).collect();
    assert_eq!(names(&room.path("out/gate")).into_iter().collect::<BTreeSet<_>>(), usual);
    assert_eq!(done.stdout, room.read("out/gate/report.txt"));
    // An old verdict goes first, and what is no folder is refused.
    room.write(".relgate/policy.yaml", "schema: relgate.policy/v2\n");
    room.relgate(&["check", "reports", "--out-dir", "out/gate"]).run().exits(2);
    assert_eq!(serde_json::from_str::<Value>(&room.read("out/gate/report.json")).unwrap()["verdict"]["action"], "undecided");
    room.write("file", "x");
    room.relgate(&["check", "reports", "--out-dir", "file"]).run().exits(2).says("undecided: ", "file is no folder");
}

#[test]
fn every_finding_is_told_by_each_output_that_lists_them() {
    let room = demo();
    room.relgate(&["check", "reports", "--out-dir", "out", "--now", NOW, "--dry-run"]).run().exits(1);
    let report: Value = serde_json::from_str(&room.read("out/report.json")).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let actions: BTreeMap<&str, &str> =
        findings.iter().map(|finding| (finding["id"].as_str().unwrap(), finding["decision"]["action"].as_str().unwrap())).collect();
    assert_eq!(actions.len(), 33);
    let log = valid_sarif(&room.read("out/report.sarif"));
    let results = log["runs"][0]["results"].as_array().unwrap();
    let told: BTreeMap<&str, &str> = results
        .iter()
        .map(|result| (result["properties"]["id"].as_str().unwrap(), result["properties"]["action"].as_str().unwrap()))
        .collect();
    assert_eq!(told, actions);
    let suppressed: Vec<&Value> = results.iter().filter(|result| result["suppressions"] != json!([])).collect();
    assert_eq!(suppressed.len(), 1);
    assert_eq!(suppressed[0]["suppressions"][0]["status"], "accepted");
    let why = suppressed[0]["suppressions"][0]["justification"].as_str().unwrap();
    assert!(why.contains("EXC-1 false_positive of dana@acme.example"), "{why}");
    for file in ["report.html", "findings.csv", "junit.xml"] {
        let text = room.read(&format!("out/{file}"));
        assert!(actions.keys().all(|id| text.contains(id)), "{file}");
    }
    let issues: Value = serde_json::from_str(&room.read("out/gl-code-quality-report.json")).unwrap();
    assert_eq!(issues.as_array().map(Vec::len), Some(actions.values().filter(|action| **action != "pass").count()));
}

#[test]
fn fingerprints_of_gitlab_do_not_change_where_a_line_moves() {
    let issues = |line: u32| {
        let room = Room::new();
        let at = |uri: &str, line: u32| json!([{"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": line}}}]);
        let result = |line: u32| json!({"ruleId": "sqli", "level": "error", "message": {"text": "bad"}, "locations": at("a.py", line)});
        let run = json!({"tool": {"driver": {"name": "acme"}}, "results": [result(line), result(line + 10)]});
        room.write("a.sarif", json!({"version": "2.1.0", "runs": [run]}).to_string());
        let done = room.relgate(&["check", "a.sarif", "--output", "gitlab-codequality=-"]).run().exits(1).json();
        let mut prints: Vec<String> =
            done.as_array().unwrap().iter().map(|issue| issue["fingerprint"].as_str().unwrap().to_owned()).collect();
        prints.sort();
        prints
    };
    assert_eq!(issues(3).len(), 2);
    assert_eq!(issues(3), issues(40));
}

#[test]
fn an_undecided_run_and_an_empty_one_are_valid_sarif() {
    let room = Room::new();
    room.write("a.sarif", json!({"version": "2.1.0", "runs": []}).to_string());
    let log = valid_sarif(&room.relgate(&["check", "a.sarif", "--output", "sarif=-"]).run().exits(2).stdout);
    assert_ne!(log["runs"][0]["results"], json!([]));
    assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], false);
    let run = json!({"tool": {"driver": {"name": "semgrep"}}, "results": [], "invocations": [{"executionSuccessful": true}]});
    room.write("a.sarif", json!({"version": "2.1.0", "runs": [run]}).to_string());
    let log = valid_sarif(&room.relgate(&["check", "a.sarif", "--output", "sarif=-"]).run().exits(0).stdout);
    assert_eq!(log["runs"][0]["results"], json!([]));
}

#[test]
fn sarif_that_is_read_again_has_the_same_findings() {
    let room = demo();
    room.relgate(&["check", "reports", "--output", "sarif=out.sarif", "--output", "json=out.json", "--now", NOW, "--dry-run"])
        .run()
        .exits(1);
    let again = room.relgate(&["inspect", "out.sarif", "--json"]).run().exits(0);
    let sightings = again.stdout.lines().filter(|line| line.starts_with("{\"type\":\"sighting\"")).count();
    assert_eq!(sightings, 33, "{again}");
}

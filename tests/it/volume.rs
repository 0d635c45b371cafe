//! Very much of one thing: it is judged in the time that a run has (see `support`), and what is told stays short.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Done, Room, in_repository};

/// How many of each.
const MANY: usize = 20_000;

/// The lines that stderr has room for, and the one that counts the rest.
const LINES: usize = 200 + 1;

/// A document with these runs.
fn document(runs: &[Value]) -> String {
    json!({"version": "2.1.0", "runs": runs}).to_string()
}

/// The run of a tool.
fn run(results: &[Value], more: (&str, Value)) -> Value {
    let mut run = json!({"tool": {"driver": {"name": "demo-scan", "version": "1"}}, "results": results});
    run[more.0] = more.1;
    run
}

/// The formats that people read have a limit in bytes, and say how much more there is.
const LIMITS: [(&str, usize); 3] = [("text", 100_000), ("markdown", 900_000), ("markdown-comment", 60_000)];

/// Its JSON report, if it is undecided and says so in few lines, and in few bytes to people.
#[track_caller]
fn undecided(room: &Room, args: &[&str]) -> (Done, Value) {
    let people = LIMITS.map(|(format, _)| format!("--output={format}={format}.out"));
    let args = [&["check", "--output", "json=verdict.json"], args, &people.each_ref().map(String::as_str)].concat();
    let done = room.relgate(&args).run();
    assert_eq!(done.code(), 2, "{}", done.stderr);
    for (format, limit) in LIMITS {
        let text = room.read(&format!("{format}.out"));
        assert!(text.len() <= limit && text.contains(" in the JSON report\n"), "{format}: {} bytes", text.len());
    }
    assert_eq!(done.stderr.lines().count(), LINES);
    assert!(done.stderr.lines().all(|line| line.starts_with("undecided: ")), "{}", done.stderr);
    let report = serde_json::from_str(&room.read("verdict.json")).unwrap();
    (done, report)
}

#[test]
fn many_failed_runs_are_counted() {
    let room = Room::new();
    let failed = run(&[], ("invocations", json!([{"executionSuccessful": false}])));
    room.write("a.sarif", document(&vec![failed; MANY]));
    let (done, report) = undecided(&room, &["a.sarif"]);
    assert!(done.stderr.contains("more; `relgate check --output json=PATH` lists them all"), "{}", done.stderr);
    assert_eq!(report["inputs"][0]["scans"].as_array().unwrap().len(), MANY);
    assert_eq!(room.relgate(&["inspect", "a.sarif", "--json"]).run().exits(2).stdout.lines().count(), MANY);
}

#[test]
fn many_broken_reports_are_counted() {
    let room = Room::new();
    for number in 0..MANY {
        room.write(&format!("reports/{number}.sarif"), "{");
    }
    let (_, report) = undecided(&room, &["reports"]);
    assert_eq!(report["inputs"].as_array().unwrap().len(), MANY);
    assert!(report["problems"].as_array().unwrap().len() >= MANY);
}

#[test]
fn a_block_among_many_broken_reports_is_a_block() {
    let room = Room::new();
    for number in 0..1_000 {
        room.write(&format!("reports/{number}.sarif"), "{");
    }
    room.write("reports/z.sarif", fs::read(in_repository("fixtures/formats/sarif/findings/input.sarif")).unwrap());
    let done = room.relgate(&["check", "reports"]).run().exits(1);
    assert_eq!(done.stderr.lines().count(), LINES);
}

#[test]
fn many_equal_results_are_one_finding() {
    let room = Room::new();
    let place = json!({"physicalLocation": {"artifactLocation": {"uri": "src/a.c"}, "region": {"startLine": 7}}});
    let plain = json!({"ruleId": "r", "level": "error", "message": {"text": "m"}, "locations": [place]});
    let mut printed = plain.clone();
    printed["fingerprints"] = json!({"id/v1": "a"});
    let mut hashed = plain.clone();
    hashed["partialFingerprints"] = json!({"primaryLocationLineHash": "ab12:1"});
    for result in [plain, printed, hashed] {
        room.write("a.sarif", document(&[run(&vec![result; MANY], ("columnKind", json!("utf16CodeUnits")))]));
        let done = room.relgate(&["check", "a.sarif", "--output", "json=-"]).run().exits(1);
        let report = done.json();
        let count = |name: &str| report["counts"][name].as_u64().unwrap();
        let many = MANY as u64;
        assert_eq!((count("findings"), count("sightings"), count("merged")), (1, many, many - 1));
        assert_eq!(report["findings"][0]["sightings"].as_array().unwrap().len(), MANY);
    }
}

#[test]
fn many_results_of_one_key_keep_ids_of_their_own() {
    let room = Room::new();
    let place = json!({"physicalLocation": {"artifactLocation": {"uri": "src/a.c"}, "region": {"startLine": 7}}});
    let result = |n: usize| json!({"ruleId": "r", "level": "error", "message": {"text": format!("m{n}")}, "locations": [place.clone()]});
    let results: Vec<Value> = (0..MANY).map(result).collect();
    room.write("a.sarif", document(&[run(&results, ("columnKind", json!("utf16CodeUnits")))]));
    let report = room.relgate(&["check", "a.sarif", "--output", "json=-"]).run().exits(1).json();
    let findings = report["findings"].as_array().unwrap();
    let ids: std::collections::BTreeSet<&str> = findings.iter().map(|finding| finding["id"].as_str().unwrap()).collect();
    assert_eq!((findings.len(), ids.len()), (MANY, MANY));
}

//! Laws of merging, on random SARIF documents: the order of results says nothing, and saying it twice adds sightings only.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use relgate::model::report::Report;

use crate::laws::{run, run_on};
use crate::support::Room;

fn document(results: &[Value]) -> String {
    let run = json!({"tool": {"driver": {"name": "demo-scan", "version": "1"}}, "results": results});
    json!({"version": "2.1.0", "runs": [run]}).to_string()
}

/// The JSON report of a document.
fn report(results: &[Value]) -> Value {
    as_json(&run_on(&Room::new(), document(results).as_bytes()))
}

/// The JSON report of several documents.
fn report_of_all(parts: &[&[Value]]) -> Value {
    let room = Room::new();
    let files = parts.iter().enumerate().map(|(number, part)| room.write(&format!("{number}.sarif"), document(part)));
    let files: Vec<String> = files.map(|file| file.to_str().unwrap().to_owned()).collect();
    as_json(&run(&files))
}

fn as_json(report: &Report) -> Value {
    let mut bytes = Vec::new();
    (relgate::report::find("json").unwrap().render)(report, &mut bytes).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

fn findings(report: &Value) -> &Vec<Value> {
    report["findings"].as_array().unwrap()
}

/// What is decided, without where it was seen.
fn decided(report: &Value) -> Vec<String> {
    let decided = |f: &Value| format!("{} {} {} {}", f["id"], f["decision"]["action"], f["severity"]["effective"], f["message"]);
    let mut decided: Vec<String> = findings(report).iter().map(decided).collect();
    decided.sort();
    decided
}

fn sightings(report: &Value) -> usize {
    findings(report).iter().map(|finding| finding["sightings"].as_array().unwrap().len()).sum()
}

/// Results from so small a world that many are the same, or share a key and are not the same. A key of the tool may stand at one
/// place or at several, and so may a hash of a line.
fn result() -> impl Strategy<Value = Value> {
    let level = select(vec![json!("error"), json!("warning"), json!("note"), json!("odd"), Value::Null]);
    let kind = select(vec![Value::Null, json!("fail"), json!("pass"), json!("review")]);
    let score = select(vec![Value::Null, Value::Null, json!("9.8"), json!("2.0"), json!("odd")]);
    let suppressions = select(vec![Value::Null, Value::Null, json!([{"kind": "inSource"}]), json!([{"kind": "external"}])]);
    // None, that of the place, or one of two that know no place.
    let key = || select(vec![None, Some(None), Some(Some("a")), Some(Some("b"))]);
    let stated = (level, kind, score, suppressions);
    (0..2_u8, 0..2_u8, 0..3_u8, 0..3_u8, key(), key(), stated).prop_map(
        |(rule, path, line, message, print, hash, (level, kind, score, suppressions))| {
            let result = located(&format!("rule-{rule}"), path, line, &format!("message {message}"));
            let place = format!("{path}:{line}");
            let key = |name: &str, key: Option<Option<&str>>| key.map_or(Value::Null, |key| json!({name: key.unwrap_or(&place)}));
            with(
                result,
                &[
                    ("level", level),
                    ("kind", kind),
                    ("fingerprints", key("matchBasedId/v1", print)),
                    ("partialFingerprints", key("primaryLocationLineHash", hash)),
                    ("properties", json!({"security-severity": score})),
                    ("suppressions", suppressions),
                ],
            )
        },
    )
}

/// A result at a line of a file; line 0 is none.
fn located(rule: &str, path: u8, line: u8, message: &str) -> Value {
    let region = if line == 0 { Value::Null } else { json!({"startLine": line}) };
    let place = json!({"physicalLocation": {"artifactLocation": {"uri": format!("src/{path}.c")}, "region": region}});
    json!({"ruleId": rule, "message": {"text": message}, "level": "error", "locations": [place]})
}

fn with(mut result: Value, members: &[(&str, Value)]) -> Value {
    for (key, value) in members {
        result[key] = value.clone();
    }
    result
}

fn results() -> impl Strategy<Value = Vec<Value>> {
    proptest::collection::vec(result(), 1..14)
}

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_order_of_results_says_nothing((sorted, shuffled) in results().prop_flat_map(|r| (Just(r.clone()), Just(r).prop_shuffle()))) {
        let (sorted, shuffled) = (report(&sorted), report(&shuffled));
        prop_assert_eq!(decided(&sorted), decided(&shuffled));
        prop_assert_eq!(&sorted["counts"], &shuffled["counts"]);
        prop_assert_eq!(&sorted["verdict"], &shuffled["verdict"]);
    }

    #[test]
    fn what_is_said_twice_is_seen_twice_and_found_once(results in results()) {
        let once = report(&results);
        let twice = report(&[&results[..], &results[..]].concat());
        prop_assert_eq!(sightings(&once), results.len());
        prop_assert_eq!(sightings(&twice), 2 * results.len());
        prop_assert_eq!(decided(&once), decided(&twice));
        prop_assert_eq!(&once["verdict"], &twice["verdict"]);
    }

    #[test]
    fn how_results_lie_in_reports_says_nothing((results, cut) in results().prop_flat_map(|r| { let len = r.len(); (Just(r), 0..=len) })) {
        let (one, other) = results.split_at(cut);
        let together = report(&results);
        for apart in [report_of_all(&[one, other]), report_of_all(&[other, one]), report_of_all(&[one, other, one])] {
            prop_assert_eq!(decided(&together), decided(&apart));
            prop_assert_eq!(&together["verdict"], &apart["verdict"]);
        }
    }

    #[test]
    fn a_finding_is_as_grave_as_its_gravest_sighting(results in results()) {
        let action = |report: &Value| report["decision"]["action"].as_str().and_then(|word| ["pass", "ticket", "block"].iter().position(|w| *w == word));
        let together = report(&results);
        for (number, result) in results.iter().enumerate() {
            let alone = report(std::slice::from_ref(result));
            let pointer = format!("/runs/0/results/{number}");
            let holds = |finding: &&Value| finding["sightings"].as_array().unwrap().iter().any(|sighting| sighting["pointer"] == pointer);
            let finding = findings(&together).iter().find(holds).unwrap();
            prop_assert!(action(finding) >= action(&findings(&alone)[0]), "{}: {}", result, finding);
        }
    }

    #[test]
    fn one_more_result_never_makes_it_milder(results in results(), more in result()) {
        let rank = |report: &Value| ["pass", "ticket", "undecided", "block"].iter().position(|word| report["verdict"]["action"] == *word);
        let fewer = report(&results);
        let more = report(&[&results[..], &[more]].concat());
        prop_assert!(rank(&fewer) <= rank(&more));
        prop_assert_eq!(sightings(&more), sightings(&fewer) + 1);
    }

    #[test]
    fn no_two_findings_share_an_id(results in results()) {
        let report = report(&results);
        let ids: BTreeSet<String> = findings(&report).iter().map(|finding| finding["id"].to_string()).collect();
        prop_assert_eq!(ids.len(), findings(&report).len());
        prop_assert_eq!(&report["counts"]["findings"], &json!(ids.len()));
        prop_assert_eq!(&report["counts"]["sightings"], &json!(results.len()));
    }
}

/// A finding whose tool's key proves nothing falls back on a weaker key, and meets there the findings that had it all along.
#[test]
fn a_key_that_proves_nothing_gives_no_finding_the_id_of_another() {
    let hash = |hash: &str| ("partialFingerprints", json!({"primaryLocationLineHash": hash}));
    let print = ("fingerprints", json!({"matchBasedId/v1": "a"}));
    let results = [
        with(located("r", 0, 1, "one"), &[print.clone(), hash("ab12:1")]),
        with(located("r", 0, 2, "two"), &[hash("cd34:1")]),
        with(located("r", 0, 2, "three"), &[hash("cd34:1")]),
        with(located("r", 0, 2, "four"), &[print, hash("cd34:1")]),
    ];
    let report = report(&results);
    let ids: BTreeSet<String> = findings(&report).iter().map(|finding| finding["id"].to_string()).collect();
    assert_eq!(ids.len(), findings(&report).len(), "two findings, one id: {:#?}", decided(&report));
    assert_eq!(ids.len(), 4);
}

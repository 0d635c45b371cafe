//! What lies in a folder of reports: what is a report must be read whole, and what is none is told.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Done, Room, in_repository};

const PASS: &str = "fixtures/formats/sarif/clean/input.sarif";
const BLOCK: &str = "fixtures/formats/sarif/findings/input.sarif";

/// Checks a folder with the report that passes and this file.
fn beside_a_pass(name: &str, bytes: impl AsRef<[u8]>) -> (Done, Value) {
    let room = Room::new();
    room.write("reports/pass.sarif", fs::read(in_repository(PASS)).unwrap());
    room.write(&format!("reports/{name}"), bytes);
    let done = room.relgate(&["check", "reports", "--output", "json=-"]).run();
    let report = done.json();
    (done, report)
}

/// The report of the folder's file that is not the one that passes.
fn other(report: &Value) -> &Value {
    report["inputs"].as_array().unwrap().iter().find(|input| input["path"] != "reports/pass.sarif").unwrap()
}

#[test]
fn a_report_of_our_own_is_skipped() {
    let own = fs::read(in_repository("fixtures/reports/demo.json")).unwrap();
    let (done, report) = beside_a_pass("verdict.json", own);
    assert_eq!((done.code(), done.stderr.as_str()), (0, ""), "{done}");
    assert_eq!((&other(&report)["format"], &other(&report)["sightings"]), (&Value::Null, &json!(0)));
    let told =
        |problem: &Value| problem["file"] == "reports/verdict.json" && problem["code"] == "unknown-format" && problem["weight"] == "note";
    assert!(report["problems"].as_array().unwrap().iter().any(told), "{done}");
}

#[test]
fn a_report_is_recognized_by_what_stands_far_behind() {
    let mut document: Value = serde_json::from_slice(&fs::read(in_repository(BLOCK)).unwrap()).unwrap();
    let runs = document["runs"].take();
    let padded = format!(r#"{{"properties":{{"a":"{}"}},"version":"2.1.0","runs":{runs}}}"#, "x".repeat(300_000));
    for name in ["late.json", "late.sarif"] {
        let (done, report) = beside_a_pass(name, &padded);
        assert_eq!((done.code(), other(&report)["format"].as_str()), (1, Some("sarif")), "{}", done.stderr);
        assert!(other(&report)["sightings"].as_u64().unwrap() > 0);
        // Cut anywhere, it is broken.
        for length in [100_000, 299_000, 300_100, padded.len() - 1] {
            let (done, _) = beside_a_pass(name, &padded.as_bytes()[..length]);
            assert_eq!(done.code(), 2, "{name}, cut at {length}: {}", done.stderr);
        }
    }
}

#[test]
fn what_is_named_like_a_report_and_is_none_is_no_pass() {
    for name in ["a.sarif", "A.SARIF", "deep/a.sarif"] {
        for document in ["{}", "[]", "null", r#"{"results": []}"#, "", " ", "x"] {
            let (done, _) = beside_a_pass(name, document);
            assert_eq!(done.code(), 2, "{name}: {document}: {done}");
            done.says(&format!("undecided: reports/{name}"), "");
        }
    }
    let (done, _) = beside_a_pass("a.json", "{}");
    assert_eq!(done.code(), 0, "{done}");
}

#[test]
fn parts_of_a_run_that_is_not_there_are_no_pass() {
    let run = |guid: Value| json!({"tool": {"driver": {"name": "demo-scan"}}, "results": [], "automationDetails": guid});
    let [one, other] = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"];
    let failed = json!([{"executionSuccessful": false}]);
    for (guid, part, code) in [
        (json!({"guid": one}), json!({"runGuid": other, "invocations": failed}), 2),
        (json!({"guid": one}), json!({"invocations": failed}), 2),
        (Value::Null, json!({"runGuid": other, "invocations": failed}), 2),
        (json!({"guid": one}), json!({"runGuid": one, "invocations": failed}), 2),
        (json!({"guid": one}), json!({"runGuid": other, "results": []}), 2),
        (json!({"guid": one}), json!({"runGuid": one, "invocations": [{"executionSuccessful": true}]}), 0),
        (json!({"guid": one}), json!({"runGuid": other}), 0),
    ] {
        let room = Room::new();
        let document = json!({"version": "2.1.0", "runs": [run(guid)], "inlineExternalProperties": [part]});
        room.write("a.sarif", document.to_string());
        let done = room.relgate(&["check", "a.sarif"]).run();
        assert_eq!(done.code(), code, "{document}\n{done}");
    }
}

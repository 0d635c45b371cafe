use serde_json::Value;

use super::*;
use crate::report::sample;

fn rendered(report: &Report) -> Value {
    let mut out = Vec::new();
    render(report, &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

#[test]
fn findings_are_results_of_rules_with_places_and_fingerprints() {
    let log = rendered(&sample::block());
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 4, "what needs no fix is none");
    assert_eq!(run["tool"]["driver"]["rules"].as_array().map(Vec::len), Some(1));
    assert_eq!(run["tool"]["driver"]["rules"][0]["properties"]["security-severity"], "9.5");
    let first = &results[0];
    assert_eq!((&first["ruleId"], &first["ruleIndex"], &first["level"]), (&"semgrep/python.sqli".into(), &0.into(), &"error".into()));
    assert_eq!(first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "src/db/user.py");
    assert_eq!(first["partialFingerprints"]["line/1"].as_str().map(str::len), Some(32));
    assert_eq!(first["properties"]["action"], "block");
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    insta::assert_snapshot!(serde_json::to_string_pretty(&log).unwrap());
}

#[test]
fn an_undecided_run_has_results() {
    let log = rendered(&sample::undecided());
    let run = &log["runs"][0];
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    assert_eq!(run["results"][0]["ruleId"], "relgate/missing-scan");
    assert_eq!(run["results"][1]["ruleId"], "relgate/cut-text");
    assert_eq!(run["results"].as_array().map(Vec::len), Some(2));
    assert_eq!(run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], ".relgate/policy.yaml");
}

#[test]
fn results_are_cut_with_a_notification() {
    let mut report = sample::block();
    let (first, second) = (report.order[0], report.order[4]);
    report.order = std::iter::repeat_n(first, RESULTS + 7).chain([second]).collect();
    report.counts.findings = RESULTS as u64 + 8;
    let log = rendered(&report);
    let run = &log["runs"][0];
    assert_eq!(run["results"].as_array().map(Vec::len), Some(RESULTS));
    let cut = &run["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(cut["descriptor"]["id"], "results-cut");
    assert_eq!(cut["message"]["text"], "7 more findings in the JSON report");
}

#[test]
fn hostile_words_leave_their_places_nowhere() {
    let log = rendered(&sample::hostile(1));
    let uri = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
    assert!(uri.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/%".contains(&byte)), "{uri}");
    assert!(log["runs"][0]["versionControlProvenance"].is_null());
}

//! Which rule a result names, and which level it has by that.

use super::*;

/// A run with this driver, members of its one invocation, and results.
fn told(driver: &str, invocation: &str, results: &[&str]) -> Vec<String> {
    let invocation = if invocation.is_empty() { r#""exitCode": 0"# } else { invocation };
    let results: Vec<_> = results.iter().map(|result| format!(r#"{{"message": {{"text": "m"}}, {result}}}"#)).collect();
    let report = log(&format!(
        r#""runs": [{{"tool": {{"driver": {{"name": "t", "guid": "D", {driver}}},
        "extensions": [{{"name": "x", "guid": "E", "rules": [{{"id": "X", "guid": "AA", "defaultConfiguration": {{"level": "note"}}}}]}}]}},
        "invocations": [{{"executionSuccessful": true, {invocation}}}], "results": [{}]}}]"#,
        results.join(","),
    ));
    claims(&report)
}

const RULES: &str = r#""rules": [{"id": "A", "defaultConfiguration": {"level": "error"}}, {"id": "A/b", "guid": "BB", "defaultConfiguration": {"level": "error"}}]"#;

fn overridden(overrides: &[(&str, &str)], result: &str) -> String {
    let each =
        overrides.iter().map(|(descriptor, level)| format!(r#"{{"descriptor": {descriptor}, "configuration": {{"level": "{level}"}}}}"#));
    let all = format!(r#""ruleConfigurationOverrides": [{}]"#, each.collect::<Vec<_>>().join(","));
    told(RULES, &all, &[result]).into_iter().collect()
}

#[test]
fn an_override_applies_to_results_that_name_the_same_rule_in_any_way() {
    for descriptor in [
        r#"{"id": "A/b"}"#,
        r#"{"index": 1}"#,
        r#"{"guid": "bb"}"#,
        r#"{"id": "A/b", "toolComponent": {}}"#,
        r#"{"index": 1, "toolComponent": {"index": -1}}"#,
        r#"{"index": 1, "toolComponent": {"name": "nobody"}}"#,
        r#"{"index": 1, "toolComponent": {"guid": "d"}}"#,
    ] {
        for result in [r#""ruleId": "A/b""#, r#""ruleIndex": 1"#, r#""rule": {"guid": "Bb"}"#, r#""ruleId": "A/b/c""#] {
            assert_eq!(overridden(&[(descriptor, "note")], result), "override:note rule:error", "{descriptor} {result}");
        }
        assert_eq!(overridden(&[(descriptor, "note")], r#""ruleId": "A""#), "rule:error", "{descriptor}");
        assert_eq!(overridden(&[(descriptor, "note")], r#""ruleId": "A/c""#), "rule:error", "{descriptor}");
    }
    let of_extension = r#"{"index": 0, "toolComponent": {"index": 0}}"#;
    assert_eq!(overridden(&[(of_extension, "error")], r#""ruleId": "X""#), "override:error rule:note");
    assert_eq!(overridden(&[(of_extension, "none")], r#""ruleIndex": 0"#), "rule:error");
}

#[test]
fn an_override_of_a_parent_does_not_lower_a_rule_of_its_own() {
    assert_eq!(overridden(&[(r#"{"id": "A"}"#, "none")], r#""ruleId": "A/b""#), "rule:error");
    assert_eq!(overridden(&[(r#"{"id": "A"}"#, "none")], r#""ruleId": "A/c""#), "override:none rule:error");
    // Named by no rule of its own: by id, to what is below it.
    assert_eq!(overridden(&[(r#"{"id": "A/c"}"#, "none")], r#""ruleId": "A/c/d""#), "override:none rule:error");
    assert_eq!(overridden(&[(r#"{"id": "A/c"}"#, "none")], r#""ruleId": "A/d""#), "rule:error");
    assert_eq!(overridden(&[(r#"{"id": "N"}"#, "note")], r#""ruleId": "N/1""#), "override:note");
    assert_eq!(overridden(&[(r#"{"id": "N/1"}"#, "note")], r#""ruleId": "N""#), "default:warning");
}

#[test]
fn all_overrides_of_a_rule_count_and_one_that_cannot_be_read_rates_nothing() {
    let both = [(r#"{"id": "A"}"#, "none"), (r#"{"index": 0}"#, "error")];
    assert_eq!(overridden(&both, r#""ruleId": "A""#), "override:none override:error rule:error");
    assert_eq!(overridden(&[(r#"{"id": 7}"#, "none")], r#""ruleId": "A""#), "override:(unreadable) rule:error");
    let told = told(RULES, r#""ruleConfigurationOverrides": {}"#, &[r#""ruleId": "A""#, r#""ruleId": "A", "level": "note""#]);
    assert_eq!(told, ["override:(unreadable) rule:error", "result:note rule:error"]);
}

#[test]
fn a_rule_that_cannot_be_found_does_not_mean_the_default() {
    for result in [
        r#""ruleId": 7"#,
        r#""ruleId": "N", "ruleIndex": "0""#,
        r#""ruleIndex": 9"#,
        r#""ruleId": "N", "ruleIndex": 9"#,
        r#""rule": 7"#,
        r#""rule": {"guid": "CC"}"#,
        r#""ruleId": "N", "rule": {"toolComponent": 7}"#,
        r#""ruleIndex": 0, "rule": {"toolComponent": {"index": "0"}}"#,
    ] {
        assert_eq!(told(RULES, "", &[result]), ["default:(unreadable)"], "{result}");
    }
    for result in [r#""ruleId": "N""#, r#""ruleId": "N", "ruleIndex": -1"#, r#""kind": "fail", "ruleId": "N""#] {
        assert!(told(RULES, "", &[result]).concat().ends_with("default:warning"), "{result}");
    }
    assert_eq!(told(RULES, "", &[r#""ruleId": "A", "ruleIndex": 9"#, r#""ruleIndex": 0, "ruleId": 7"#]), ["rule:error", "rule:error"]);
    let without = |result: &str| claims(&run(&format!(r#""results": [{{"message": {{"text": "m"}}, {result}}}]"#))).concat();
    assert_eq!(without(r#""ruleId": "N", "ruleIndex": 9"#), "default:warning");
    assert_eq!(without(r#""ruleIndex": 9"#), "default:(unreadable)");
}

#[test]
fn rules_that_cannot_be_read_do_not_mean_the_default() {
    let of = |driver: &str| told(driver, "", &[r#""ruleId": "A""#]).concat();
    assert_eq!(of(r#""rules": {}"#), "default:(unreadable)");
    assert_eq!(of(r#""rules": [{"id": 7}]"#), "default:(unreadable)");
    assert_eq!(of(r#""rules": [{"id": "A", "defaultConfiguration": []}]"#), "rule:(unreadable: an array)");
    assert_eq!(of(r#""rules": [{"id": "A", "properties": "9.8"}]"#), "default:warning rule:(unreadable: a string)");
    assert_eq!(of(r#""rules": null"#), "default:warning");
}

#[test]
fn rules_of_one_id_say_the_same_and_not_more_than_a_few_things() {
    let rule = |level: &str| format!(r#"{{"id": "A", "defaultConfiguration": {{"level": "{level}"}}}}"#);
    let rules = format!(r#""rules": [{}, {}, {{"id": "A"}}]"#, rule("error"), rule("note"));
    let results = [r#""ruleId": "A""#, r#""ruleIndex": 1, "ruleId": "A""#, r#""ruleIndex": 2"#];
    assert_eq!(told(&rules, "", &results), ["rule:error rule:note rule:warning"; 3]);
    let many: Vec<_> = (0..1_000).map(|n| rule(&format!("level {}", n % 500))).collect();
    let told = told(&format!(r#""rules": [{}]"#, many.join(",")), "", &[r#""ruleId": "A""#]).concat();
    assert_eq!((told.matches("rule:").count(), told.ends_with("rule:(too many)")), (17, true));
}

#[test]
fn overrides_and_results_by_the_thousand_are_no_product() {
    let overrides: Vec<_> =
        (0..5_000).map(|n| format!(r#"{{"descriptor": {{"id": "N{n}"}}, "configuration": {{"level": "note"}}}}"#)).collect();
    let results: Vec<_> = (0..20_000).map(|n| format!(r#""ruleId": "N{}/x""#, n % 10_000)).collect();
    let results: Vec<_> = results.iter().map(String::as_str).collect();
    let told = told(RULES, &format!(r#""ruleConfigurationOverrides": [{}]"#, overrides.join(",")), &results);
    assert_eq!(told.iter().filter(|told| *told == "override:note").count(), 10_000);
}

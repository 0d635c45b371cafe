//! Whether a scan is whole, and what belongs to it.

use super::*;
use crate::model::scan::Ended;

#[test]
fn health_that_cannot_be_read_leaves_the_scan_incomplete() {
    for health in [
        r#""invocations": {}"#,
        r#""invocations": [7]"#,
        r#""invocations": [null]"#,
        r#""externalPropertyFileReferences": ["results"]"#,
        r#""externalPropertyFileReferences": {"results": {"location": {"uri": "r"}}}"#,
    ] {
        assert_eq!(reasons(&run(&format!(r#""results": [], {health}"#))).len(), 1, "{health}");
    }
    for health in [
        r#""toolExecutionNotifications": {}"#,
        r#""toolExecutionNotifications": ["error"]"#,
        r#""toolConfigurationNotifications": "error""#,
        r#""toolConfigurationNotifications": [null]"#,
        r#""exitCode": "137""#,
        r#""exitCode": 1.5"#,
        r#""exitCode": -9"#,
        r#""exitCode": 137"#,
        r#""exitSignalName": 9"#,
        r#""exitSignalNumber": "9""#,
        r#""exitSignalNumber": {}"#,
    ] {
        let report = run(&format!(r#""results": [], "invocations": [{{"executionSuccessful": true, {health}}}]"#));
        assert_eq!(reasons(&report).len(), 1, "{health}");
    }
    let well = r#""executionSuccessful": true, "exitCode": 1, "exitSignalName": null, "toolExecutionNotifications": [{"message": 7}]"#;
    assert_eq!(reasons(&run(&format!(r#""results": [], "invocations": [{{{well}}}]"#))), Vec::<&str>::new());
}

#[test]
fn a_million_errors_are_told_as_a_few_and_their_number() {
    let errors = vec![r#"{"level": "error"}"#; 1_000].join(",");
    let report =
        run(&format!(r#""results": [], "invocations": [{{"executionSuccessful": true, "toolExecutionNotifications": [{errors}]}}]"#));
    let because = first(&report).map(|scan| scan.incomplete_because.as_slice()).unwrap_or_default();
    assert_eq!((because.len(), because.iter().map(|problem| problem.more).sum::<u64>()), (5, 995));
}

#[test]
fn parts_that_belong_to_no_run_are_not_lost_in_silence() {
    let weight = |inline: &str| {
        let report =
            log(&format!(r#""runs": [{{"tool": {{"driver": {{"name": "t"}}}}, "results": []}}], "inlineExternalProperties": {inline}"#));
        report.problems.into_list().first().map(|problem| problem.weight)
    };
    for inline in ["{}", r#"[{"results": []}]"#, r#"[{"invocations": []}]"#, r#"[{"runGuid": "a", "driver": {}}]"#] {
        assert_eq!(weight(inline), Some(Weight::Undecided), "{inline}");
    }
    assert_eq!((weight("null"), weight(r#"[{"taxonomies": []}]"#)), (None, Some(Weight::Note)));
}

#[test]
fn parts_of_a_run_bring_rules_results_and_fingerprints() {
    let result = |print: &str| {
        format!(
            r#"{{"ruleId": "A", "ruleIndex": 0, "message": {{"text": "m"}}, "partialFingerprints": {{"primaryLocationLineHash": "{print}"}}}}"#
        )
    };
    let report = log(&format!(
        r#""runs": [{{"automationDetails": {{"guid": "AB"}}, "tool": {{"driver": {{"name": "t"}}}}, "results": [{}]}}],
        "inlineExternalProperties": [{{"runGuid": "ab", "results": [{}], "invocations": 7,
        "driver": {{"rules": [{{"id": "A", "defaultConfiguration": {{"level": "error"}}}}]}}}}]"#,
        result("one"),
        result("two"),
    ));
    assert_eq!((claims(&report), reasons(&report)), (vec!["rule:error".to_owned(); 2], vec!["health-unreadable"]));
    let prints = first(&report).map(|scan| findings(&report).iter().map(|row| scan.prints.get(row.line_print).to_vec()).collect());
    assert_eq!(prints, Some(vec![b"one".to_vec(), b"two".to_vec()]));
}

#[test]
fn a_scan_that_tells_only_its_start_is_as_old_as_that() {
    let ended = |invocations: &str| first(&run(&format!(r#""results": [], "invocations": [{invocations}]"#))).map(|scan| scan.ended);
    let at = |text| crate::base::date::parse_instant(text).map(Ended::At);
    let start = r#"{"startTimeUtc": "2026-01-02T00:00:00Z"}"#;
    let end = r#"{"endTimeUtc": "2026-01-01T00:00:00Z"}"#;
    assert_eq!(ended(&format!("{start}, {{}}")), at("2026-01-02T00:00:00Z"));
    assert_eq!(ended(&format!("{start}, {end}")), at("2026-01-01T00:00:00Z"));
    assert_eq!((ended(r#"{"startTimeUtc": 7}"#), ended("{}")), (Some(Ended::Unreadable), Some(Ended::NotTold)));
}

#[test]
fn a_chain_of_bases_is_joined_and_a_cycle_or_an_endless_one_defines_nothing() {
    let bases = |told: &str| {
        let report = run(&format!(r#""results": [], "originalUriBaseIds": {{{told}}}"#));
        let bases = first(&report).map(|scan| scan.bases.clone()).unwrap_or_default();
        bases.iter().map(|&(_, uri)| words(&report, uri)).collect::<Vec<_>>()
    };
    let joined = bases(r#""A": {"uri": "file:///a/"}, "B": {"uri": "b/", "uriBaseId": "A"}, "C": {"uri": "c/", "uriBaseId": "C"}"#);
    assert_eq!(joined, ["file:///a/", "file:///a/b/", ""]);
    let chain: Vec<_> = (0..5_000).map(|n| format!(r#""{n}": {{"uri": "{n}/", "uriBaseId": "{}"}}"#, n + 1)).collect();
    let joined = bases(&chain.join(","));
    assert_eq!((joined.first().map(String::as_str), joined.last().map(String::as_str)), (Some(""), Some("4999/")));
}

#[test]
fn an_empty_uri_leaves_the_place_to_the_index() {
    let location = r#""locations": [{"physicalLocation": {"artifactLocation": {"uri": "", "index": 0}}}]"#;
    let report =
        run(&format!(r#""artifacts": [{{"location": {{"uri": "a.c"}}}}], "results": [{{"message": {{"text": "m"}}, {location}}}]"#));
    let uris: Vec<_> =
        findings(&report).iter().flat_map(|row| report.locations.get(row.locations)).map(|at| words(&report, at.uri)).collect();
    assert_eq!(uris, ["a.c"]);
}

#[test]
fn json_of_another_shape_is_not_told_as_damaged() {
    for members in [r#""runs": null"#, r#""runs": [{"tool": {"driver": {"name": "t"}}, "results": [7]}]"#] {
        let problems = log(members).problems.into_list();
        assert!(problems.iter().any(|problem| problem.code == "wrong-type" && problem.help.contains("shape")), "{members}");
    }
}

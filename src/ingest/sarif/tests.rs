//! Reports that break the format where it matters, and what is read of them all the same.

mod health;
mod levels;

use crate::base::text::Text;
use crate::ingest::{Refusal, read};
use crate::model::problem::Weight;
use crate::model::raw::{Property, RawFinding, RawReport, RawScan};

/// Reads a report of one run, told by its members.
fn run(members: &str) -> RawReport {
    log(&format!(r#""runs": [{{"tool": {{"driver": {{"name": "t"}}}}, {members}}}]"#))
}

/// Reads a report, told by its members; one that is refused has no scans and says why as a problem.
fn log(members: &str) -> RawReport {
    keeping(members, &[])
}

/// The same, with the properties that have some keys.
fn keeping(members: &str, properties: &[String]) -> RawReport {
    let text = format!(r#"{{"version": "2.1.0", {members}}}"#);
    match read(&mut text.as_bytes(), Some(&super::FORMAT), properties) {
        Ok((_, report)) => report,
        Err(Refusal::Broken(_, fault) | Refusal::Unclaimed(fault) | Refusal::ReadAgain(_, fault)) => {
            let mut report = RawReport::default();
            report.problems.add(Weight::Undecided, fault.code, String::new, fault.message, &fault.help);
            report
        }
    }
}

fn words(report: &RawReport, text: Option<Text>) -> String {
    text.map(|text| report.texts.get(text).as_data().to_owned()).unwrap_or_default()
}

fn first(report: &RawReport) -> Option<&RawScan> {
    report.scans.first()
}

fn findings(report: &RawReport) -> Vec<RawFinding> {
    first(report).into_iter().flat_map(|scan| scan.results.iter().copied()).collect()
}

/// The codes of the reasons why the first scan is not whole.
fn reasons(report: &RawReport) -> Vec<&'static str> {
    first(report).into_iter().flat_map(|scan| scan.incomplete_because.iter().map(|problem| problem.code)).collect()
}

/// What each result and its rule say about severity: `source:told`, in the order of who says it.
fn claims(report: &RawReport) -> Vec<String> {
    let told = |finding: &RawFinding| {
        let of_rule = finding.rule.and_then(|rule| report.rules.get(rule as usize)).map_or(&[][..], |rule| report.claims.get(rule.claims));
        let all = report.claims.get(finding.claims).iter().chain(of_rule);
        let told: Vec<_> = all.map(|claim| format!("{}:{}", claim.source.word(), words(report, Some(claim.told)))).collect();
        told.join(" ")
    };
    findings(report).iter().map(told).collect()
}

#[test]
fn properties_are_kept_by_their_keys_as_told() {
    let keys = ["Severity", "n", "purls"].map(str::to_owned);
    let rule = r#"{"id": "r", "name": "Name", "properties": {"purls": ["pkg:npm/a@1", 2, null], "Severity": {"is": "High"}, "other": 1}}"#;
    let results = [
        r#"{"ruleId": "r", "message": {"text": "0"}, "properties": {"severity": "Low"}}"#,
        r#"{"ruleId": "r", "message": {"text": "1"}, "properties": {"Severity": "High", "security-severity": 7.5, "n": 3.0, "tags": ["t"]}}"#,
        r#"{"ruleId": "r", "message": {"text": "2"}, "properties": {"Severity": null, "n": true}}"#,
    ];
    let document = |results: &[&str]| {
        let tool = format!(r#""tool": {{"driver": {{"name": "t", "rules": [{rule}]}}}}"#);
        keeping(&format!(r#""runs": [{{"results": [{}], {tool}}}]"#, results.join(", ")), &keys)
    };
    let report = document(&results);
    let text = |text| report.texts.get(text).as_data();
    let told = |list: &[Property]| list.iter().map(|p| format!("{}={}", text(p.key), text(p.told))).collect::<Vec<_>>();
    let rule = report.rules.first();
    assert_eq!(
        rule.map(|rule| told(report.properties.get(rule.properties))),
        Some(["purls=pkg:npm/a@1", "purls=2", "Severity=(object)"].map(str::to_owned).to_vec())
    );
    assert_eq!(rule.and_then(|rule| rule.name).map(text), Some("Name"));
    let of_results = report.scans.first().map(|scan| scan.properties.clone()).unwrap_or_default();
    let of_results: Vec<_> = of_results.into_iter().map(|(row, list)| (row, told(report.properties.get(list)).join(" "))).collect();
    assert_eq!(of_results, [(1, "Severity=High n=3.0".to_owned()), (2, "n=(boolean)".to_owned())]);
    // A key that is read is there once.
    let twice = document(&[r#"{"ruleId": "r", "message": {"text": "0"}, "properties": {"n": 1, "n": 2}}"#]);
    assert!(twice.scans.is_empty());
}

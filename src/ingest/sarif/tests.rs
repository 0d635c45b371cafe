//! Reports that break the format where it matters, and what is read of them all the same.

mod health;
mod levels;

use crate::base::text::Text;
use crate::ingest::{Refusal, read};
use crate::model::problem::Weight;
use crate::model::raw::{RawFinding, RawReport, RawScan};

/// Reads a report of one run, told by its members.
fn run(members: &str) -> RawReport {
    log(&format!(r#""runs": [{{"tool": {{"driver": {{"name": "t"}}}}, {members}}}]"#))
}

/// Reads a report, told by its members; one that is refused has no scans and says why as a problem.
fn log(members: &str) -> RawReport {
    let text = format!(r#"{{"version": "2.1.0", {members}}}"#);
    match read(&mut text.as_bytes(), Some(&super::FORMAT)) {
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

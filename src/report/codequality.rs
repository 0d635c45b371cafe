//! GitLab's Code Quality report: what blocks or wants a ticket, at its lines in a merge request.
//!
//! GitLab holds the fingerprints of a branch against those of its target, so that none of them may change when a line moves. What is
//! in no file is placed in the report that tells it, since GitLab drops what has no place.

use std::collections::HashMap;
use std::io::{self, BufWriter, Write};

use serde::Serialize;

use super::json::layout;
use super::json::value::{List, text};
use crate::base::digest::{Fields, hex};
use crate::model::finding::{Evidence, Finding};
use crate::model::policy::Action;
use crate::model::problem::Problem;
use crate::model::report::Report;
use crate::model::severity::Severity;
use crate::report::pen::TERMINAL;
use crate::report::{lists, words};

/// Where the gate itself is told of when nothing says where.
const GATE: &str = ".relgate/policy.yaml";

/// Characters of a description.
const DESCRIPTION: usize = 500;

/// Writes the list.
pub(super) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    let evidence = &report.evidence;
    let mut alike: HashMap<[u8; 16], u32> = HashMap::new();
    let mut issues: Vec<IssueView<'_>> = Vec::new();
    for (code, problem) in lists::blocking(report).chain(lists::gaps(report)) {
        issues.push(IssueView::of_problem(code, problem, once(&mut alike, digest(&[code, &problem.message]))));
    }
    for (finding, decision) in report.findings().filter(|(_, decision)| decision.action != Action::Pass) {
        let place = evidence.location(finding).unwrap_or_default();
        let description = [
            format!("{}: {} {}", decision.action.word(), words::severity(decision), TERMINAL.name(evidence, finding, 80)),
            TERMINAL.message(evidence, finding, DESCRIPTION).map_or_else(String::new, |said| format!(": {said}")),
            TERMINAL.fix(evidence, finding).map_or_else(String::new, |fix| format!("; {fix}")),
            format!("; {}", TERMINAL.decided_by(report, decision)),
        ];
        issues.push(IssueView {
            description: description.concat(),
            check_name: check_name(evidence, finding),
            fingerprint: once(&mut alike, key(evidence, finding)),
            severity: severity(decision.severity),
            location: LocationView {
                path: text(evidence, place.path).or_else(|| report_of(evidence, finding)).unwrap_or(GATE),
                lines: LinesView { begin: place.start_line.map_or(1, std::num::NonZero::get) },
            },
        });
    }
    layout::elements(&mut out, &List(|| issues.iter()))?;
    out.flush()
}

/// The report that tells a finding.
fn report_of<'a>(evidence: &'a Evidence, finding: &Finding) -> Option<&'a str> {
    let first = evidence.sightings.get(finding.sightings).first()?;
    evidence.scan(first).and_then(|scan| evidence.input(scan)).map(|input| input.path.as_str())
}

/// What a finding is known by wherever its line goes.
fn key(evidence: &Evidence, finding: &Finding) -> [u8; 16] {
    let strongest = evidence.fingerprints.get(finding.fingerprints).first().filter(|key| key.scheme.identifies());
    strongest.map_or_else(
        || {
            let rule = evidence.rule(finding);
            let place = evidence.location(finding).unwrap_or_default();
            let said = [rule.map(|rule| rule.tool), rule.and_then(|rule| rule.rule_id), place.path, finding.message];
            digest(&said.map(|said| text(evidence, said).unwrap_or_default()))
        },
        |key| key.digest,
    )
}

fn digest(parts: &[&str]) -> [u8; 16] {
    let mut fields = Fields::of("codequality/1");
    for part in parts {
        fields.field(part.as_bytes());
    }
    fields.first16()
}

/// A fingerprint that no other issue has.
fn once(alike: &mut HashMap<[u8; 16], u32>, key: [u8; 16]) -> String {
    let nth = alike.entry(key).or_default();
    *nth += 1;
    if *nth == 1 { hex(&key) } else { format!("{}{nth:08x}", hex(&key)) }
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
        Severity::Info => "info",
    }
}

/// The check, else the first advisory of which anything is seen.
fn check_name<'a>(evidence: &'a Evidence, finding: &Finding) -> &'a str {
    let rule = evidence.rule(finding).and_then(|rule| rule.rule_id);
    let names = rule.into_iter().chain(evidence.words.get(finding.ids).iter().copied());
    let seen = names.filter_map(|name| text(evidence, Some(name))).find(|name| !name.trim().is_empty());
    seen.unwrap_or("check without a name")
}

#[derive(Serialize)]
struct IssueView<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: LocationView<'a>,
}

impl<'a> IssueView<'a> {
    fn of_problem(code: &'a str, problem: &'a Problem, fingerprint: String) -> Self {
        let location = LocationView { path: problem.file.as_deref().unwrap_or(GATE), lines: LinesView { begin: 1 } };
        let description = TERMINAL.prose(&problem.to_string(), DESCRIPTION);
        Self { description, check_name: code, fingerprint, severity: "blocker", location }
    }
}

#[derive(Serialize)]
struct LocationView<'a> {
    path: &'a str,
    lines: LinesView,
}

#[derive(Serialize)]
struct LinesView {
    begin: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn rendered(report: &Report) -> serde_json::Value {
        let mut out = Vec::new();
        render(report, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn what_wants_something_is_an_issue_with_a_place_and_a_fingerprint_of_its_own() {
        let issues = rendered(&sample::hostile(3));
        let issues = issues.as_array().unwrap();
        assert_eq!(issues.len(), 9, "what passes is none");
        let prints: std::collections::BTreeSet<_> = issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
        assert_eq!(prints.len(), 9);
        for issue in issues {
            assert!(issue["location"]["path"].as_str().is_some_and(|path| !path.is_empty()), "{issue}");
            assert!(!issue["description"].as_str().unwrap().contains(['\n', '\u{1b}']), "{issue}");
        }
        let first = &rendered(&sample::block())[0];
        assert_eq!(first["severity"], "blocker");
        assert_eq!(first["location"], serde_json::json!({"path": "src/db/user.py", "lines": {"begin": 1}}));
        assert!(first["description"].as_str().unwrap().starts_with("block: CRITICAL CVE-2021-44228: User input"), "{first}");
    }

    #[test]
    fn what_has_no_check_is_called_by_its_advisory() {
        let mut report = sample::hostile(1);
        report.evidence.rules.iter_mut().for_each(|rule| rule.rule_id = None);
        let issues = rendered(&report);
        let names: Vec<_> = issues.as_array().unwrap().iter().map(|issue| issue["check_name"].as_str().unwrap()).collect();
        assert_eq!(names.iter().filter(|name| **name == "check without a name").count(), 2, "of three, one has an id: {names:?}");
    }

    #[test]
    fn an_undecided_run_is_not_an_empty_list() {
        let issues = rendered(&sample::undecided());
        assert_eq!(issues[0]["check_name"], "relgate/missing-scan");
        assert_eq!(issues[0]["location"]["path"], ".relgate/policy.yaml");
    }
}

//! A result: a finding as it was judged, or a gap in the evidence.

use serde::Serialize;

use super::{Message, Rules, TOLD, check, gate_rule};
use crate::base::escape;
use crate::base::text::Untrusted;
use crate::model::decision::Decision;
use crate::model::finding::{Evidence, Finding};
use crate::model::policy::{Action, Newness};
use crate::model::problem::Problem;
use crate::model::report::Report;
use crate::model::severity::Severity;
use crate::report::json::value::{self, Shown};
use crate::report::pen::TERMINAL;
use crate::report::{lists, records};

/// Where the gate itself is told of when nothing says where.
const GATE: &str = ".relgate/policy.yaml";

/// The gaps in the evidence, and what blocks beside findings.
pub(super) fn of_problems<'a>(report: &'a Report, rules: &'a Rules) -> impl Iterator<Item = ResultView<'a>> {
    lists::blocking(report).chain(lists::gaps(report)).map(|(code, problem)| ResultView::of_problem(rules, code, problem))
}

/// The findings that are shown.
pub(super) fn of_findings<'a>(
    report: &'a Report,
    rules: &'a Rules,
    shown: &'a [(&'a Finding, &'a Decision)],
) -> impl Iterator<Item = ResultView<'a>> {
    shown.iter().map(|(finding, decision)| ResultView::of(report, rules, finding, decision))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResultView<'a> {
    rule_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    kind: &'static str,
    level: &'static str,
    message: Message,
    locations: Vec<LocationView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partial_fingerprints: Option<Fingerprints<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline_state: Option<&'static str>,
    rank: f32,
    suppressions: Vec<SuppressionView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<Properties<'a>>,
}

struct Fingerprints<'a>(&'a Evidence, &'a Finding);

impl Serialize for Fingerprints<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        value::fingerprints(self.0, self.1).serialize(serializer)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LocationView {
    physical_location: PhysicalLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<u32>,
}

#[derive(Serialize)]
struct SuppressionView {
    kind: &'static str,
    status: &'static str,
    justification: String,
}

#[derive(Serialize)]
struct Properties<'a> {
    id: Shown<crate::model::identity::FindingId>,
    action: &'static str,
    severity: &'static str,
    category: &'static str,
    tools: String,
    rules: Vec<&'a str>,
    owners: Vec<&'a str>,
    due: Option<Shown<jiff::civil::Date>>,
}

impl<'a> ResultView<'a> {
    fn of(report: &'a Report, rules: &Rules, finding: &'a Finding, decision: &'a Decision) -> Self {
        let evidence = &report.evidence;
        let rule_index = evidence.rule(finding).and_then(|rule| rules.places.get(&check(evidence, finding, rule))).copied();
        let said = TERMINAL.message(evidence, finding, TOLD).unwrap_or_else(|| TERMINAL.name(evidence, finding, TOLD));
        let what = format!("{} {}", TERMINAL.name(evidence, finding, 80), TERMINAL.place(evidence, finding, 120));
        let fix = TERMINAL.fix(evidence, finding).map_or_else(String::new, |fix| format!(" Fix: {fix}."));
        let lowered = records::lowered_by(report, decision).map(|by| TERMINAL.prose(&by, TOLD));
        let status = if decision.action == Action::Pass { "accepted" } else { "underReview" };
        let owners = report.owners(decision).into_iter().flatten().map(|(owner, _)| owner.name.as_str()).collect();
        Self {
            rule_id: rule_index.and_then(|place| rules.all.get(place)).map_or_else(String::new, |rule| rule.id.clone()),
            rule_index,
            kind: "fail",
            level: level(decision.severity),
            message: Message { text: format!("{what}: {said}{fix}") },
            locations: locations(evidence, finding),
            partial_fingerprints: Some(Fingerprints(evidence, finding)),
            baseline_state: state(evidence, finding),
            rank: rank(decision.severity),
            suppressions: lowered.into_iter().map(|justification| SuppressionView { kind: "external", status, justification }).collect(),
            properties: Some(Properties {
                id: Shown(finding.id),
                action: decision.action.word(),
                severity: decision.severity.word(),
                category: finding.category.word(),
                tools: TERMINAL.tools(evidence, finding),
                rules: report.rules(decision).map(|rule| rule.id.as_str()).collect(),
                owners,
                due: decision.deadline.due.map(Shown),
            }),
        }
    }

    fn of_problem(rules: &Rules, code: &str, problem: &Problem) -> Self {
        let file = problem.file.as_deref().unwrap_or(GATE);
        Self {
            rule_id: gate_rule(code),
            rule_index: rules.of_gate.get(code).copied(),
            kind: "fail",
            level: "error",
            message: Message { text: TERMINAL.prose(&problem.to_string(), TOLD) },
            locations: vec![place(Untrusted::new(file), None, None)],
            partial_fingerprints: None,
            baseline_state: None,
            rank: 100.0,
            suppressions: Vec::new(),
            properties: None,
        }
    }
}

/// Where it is; what is in no file is placed in what was scanned, or in the report that tells it: GitHub takes no result without.
fn locations(evidence: &Evidence, finding: &Finding) -> Vec<LocationView> {
    let all = evidence.locations.get(finding.locations).iter();
    let line = |line: Option<std::num::NonZeroU32>| line.map(std::num::NonZeroU32::get);
    let known: Vec<LocationView> =
        all.filter_map(|at| Some(place(evidence.text(at.path?), line(at.start_line), line(at.end_line)))).take(PLACES).collect();
    if !known.is_empty() {
        return known;
    }
    let target = evidence.detail(finding).and_then(|detail| detail.target).map(|target| evidence.text(target));
    let told = || {
        let scan = evidence.sightings.get(finding.sightings).first().and_then(|sighting| evidence.scan(sighting));
        scan.and_then(|scan| evidence.input(scan)).map(|input| Untrusted::new(&input.path))
    };
    vec![place(target.or_else(told).unwrap_or(Untrusted::new(GATE)), None, None)]
}

/// More places of one finding are not told.
const PLACES: usize = 10;

/// Of a whole file the first line stands for it, as GitHub wants a line.
fn place(path: Untrusted<'_>, start_line: Option<u32>, end_line: Option<u32>) -> LocationView {
    let start_line = start_line.unwrap_or(1);
    let region = Region { start_line, end_line: end_line.filter(|end| *end >= start_line) };
    let uri = escape::uri_path(path);
    LocationView { physical_location: PhysicalLocation { artifact_location: ArtifactLocation { uri }, region } }
}

/// Whether it was known, where there is a baseline.
fn state(evidence: &Evidence, finding: &Finding) -> Option<&'static str> {
    evidence.baseline.as_ref()?;
    Some(if evidence.newness(finding) == Newness::New { "new" } else { "unchanged" })
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// From 0 to 100, in the middle of the band of its score times ten.
const fn rank(severity: Severity) -> f32 {
    match severity {
        Severity::Critical => 95.0,
        Severity::High => 80.0,
        Severity::Medium => 55.0,
        Severity::Low => 20.0,
        Severity::Info => 0.0,
    }
}

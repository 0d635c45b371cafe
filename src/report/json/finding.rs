//! A finding with its decision as JSON.

use std::num::NonZeroU32;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::baseline::EntryView;
use super::package::{self, ComponentView};
use super::value::{self, List, PointerView, Shown, text, texts};
use super::{exception, vex};
use crate::base::address::Address;
use crate::model::decision::Decision;
use crate::model::due::Clock;
use crate::model::finding::{Evidence, Finding, Sighting, State};
use crate::model::location::Location;
use crate::model::policy::{Policy, Rule};
use crate::model::report::Report;
use crate::model::severity::{Assessment, CvssVersion, Kind, Score, Severity, Source};
use crate::report::words;

/// One finding of a report.
pub(super) struct FindingView<'a> {
    pub(super) report: &'a Report,
    pub(super) finding: &'a Finding,
    pub(super) decision: &'a Decision,
}

impl Serialize for FindingView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { report, finding, decision } = *self;
        let evidence = &report.evidence;
        let rule = evidence.rule(finding);
        let detail = evidence.detail(finding).copied().unwrap_or_default();
        let assessments =
            || (0..).zip(evidence.assessments.get(finding.assessments)).map(|(i, a)| AssessmentView::of(evidence, a, i == finding.chosen));
        let locations = || evidence.locations.get(finding.locations).iter().map(|place| LocationView::of(evidence, place));
        let sightings = || evidence.sightings.get(finding.sightings).iter().map(|sighting| SightingView::of(evidence, sighting));
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &Shown(finding.id))?;
        map.serialize_entry("fingerprints", &value::fingerprints(evidence, finding))?;
        map.serialize_entry("category", finding.category.word())?;
        map.serialize_entry("rule_id", &text(evidence, rule.and_then(|rule| rule.rule_id)))?;
        map.serialize_entry("ids", &texts(evidence, evidence.words.get(finding.ids)))?;
        map.serialize_entry("cwes", evidence.cwes.get(finding.cwes))?;
        map.serialize_entry("title", &text(evidence, detail.title.or(rule.and_then(|rule| rule.title))))?;
        map.serialize_entry("message", &text(evidence, finding.message))?;
        map.serialize_entry(
            "severity",
            &SeverityView {
                effective: decision.severity.word(),
                because: report.severity_because(finding, decision),
                assessments: List(assessments),
            },
        )?;
        map.serialize_entry("package", &ComponentView::of(evidence, &detail))?;
        map.serialize_entry("locations", &List(locations))?;
        map.serialize_entry("group", &evidence.group_name(finding).map(Shown))?;
        package::facts(&mut map, evidence, finding, &detail)?;
        owners(&mut map, report, decision)?;
        map.serialize_entry("state", state(evidence, finding))?;
        map.serialize_entry("known", &evidence.entry(finding).map(EntryView::of))?;
        map.serialize_entry("in_change", &evidence.in_change(finding).known())?;
        map.serialize_entry("first_seen", &evidence.date(finding, Clock::FirstSeen).map(Shown))?;
        map.serialize_entry("published", &detail.published.map(Shown))?;
        map.serialize_entry("fix_released", &detail.fix_released.map(Shown))?;
        map.serialize_entry("due", &decision.deadline.due.map(Shown))?;
        map.serialize_entry("due_because", &report.due_because(finding, decision))?;
        map.serialize_entry("due_note", &words::due_note(decision))?;
        map.serialize_entry("overdue", &decision.deadline.overdue)?;
        map.serialize_entry("once_overdue", &report.once_overdue(decision).map(|rule| RuleView::of(report.policy.as_ref(), rule)))?;
        map.serialize_entry("sightings", &List(sightings))?;
        map.serialize_entry(
            "decision",
            &DecisionView {
                action: decision.action.word(),
                without_exceptions: decision.without_exceptions.word(),
                if_new: decision.if_new.word(),
                rules: List(|| report.rules(decision).map(|rule| RuleView::of(report.policy.as_ref(), rule))),
                cause: cause(report, finding, decision),
                exceptions: List(|| exception::applied(report, decision)),
                vex: List(|| vex::about(report, decision)),
                near_misses: List(|| exception::missed(report, decision)),
            },
        )?;
        map.end()
    }
}

/// The primary owner and all of them, and what the policy says of the primary one.
fn owners<M: SerializeMap>(map: &mut M, report: &Report, decision: &Decision) -> Result<(), M::Error> {
    let owners = report.owners(decision);
    let first = owners.iter().flatten().next();
    let row = first.and_then(|(_, row)| *row);
    map.serialize_entry("owner", &first.map(|(owner, _)| owner.name.as_str()))?;
    map.serialize_entry("owners", &owners.as_ref().map(|all| List(|| all.iter().map(|(owner, _)| owner.name.as_str()))))?;
    map.serialize_entry("accountable", &row.map(|row| row.accountable.as_str()))?;
    map.serialize_entry("contact", &row.and_then(|row| row.contact.as_deref()))?;
    map.serialize_entry("escalate_to", &List(|| row.iter().flat_map(|row| &row.escalate_to).map(Address::as_str)))?;
    map.serialize_entry("route", &row.and_then(|row| row.route.as_deref()))
}

/// Whether it is new, known, or nothing to judge.
fn state(evidence: &Evidence, finding: &Finding) -> &'static str {
    match finding.state {
        State::Open => evidence.newness(finding).word(),
        State::Pass => "pass",
    }
}

/// What settled the action.
fn cause(report: &Report, finding: &Finding, decision: &Decision) -> &'static str {
    match finding.state {
        State::Pass => "not_judged",
        State::Open if report.excused_by(decision).is_some() => "vex",
        State::Open if report.lowered_by(decision).is_some() => "exception",
        State::Open if report.rules(decision).next().is_some_and(|rule| rule.action == decision.without_exceptions) => "rule",
        State::Open => "default_action",
    }
}

#[derive(Serialize)]
struct SeverityView<A> {
    effective: &'static str,
    because: String,
    assessments: A,
}

#[derive(Serialize)]
struct AssessmentView<'a> {
    source: &'a str,
    kind: &'static str,
    version: Option<&'static str>,
    score: Option<f64>,
    severity: Option<&'static str>,
    told: Option<&'a str>,
    vector: Option<&'a str>,
    chosen: bool,
}

impl<'a> AssessmentView<'a> {
    fn of(evidence: &'a Evidence, assessment: &Assessment, chosen: bool) -> Self {
        Self {
            source: if let Source::By(who) = assessment.source {
                text(evidence, Some(who)).unwrap_or_default()
            } else {
                assessment.source.word()
            },
            kind: assessment.kind.word(),
            version: version(assessment.kind),
            score: assessment.score.map(Score::number),
            severity: assessment.severity.map(Severity::word),
            told: text(evidence, assessment.told),
            vector: text(evidence, assessment.vector),
            chosen,
        }
    }
}

/// The version of CVSS, as far as it is told.
const fn version(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Cvss(CvssVersion::Unknown) | Kind::Number | Kind::Label | Kind::Word(_) | Kind::Level | Kind::ResultKind => None,
        Kind::Cvss(version @ (CvssVersion::V2 | CvssVersion::V3 | CvssVersion::V4)) => Some(version.word()),
    }
}

#[derive(Serialize)]
struct LocationView<'a> {
    path: Option<&'a str>,
    start_line: Option<NonZeroU32>,
    end_line: Option<NonZeroU32>,
}

impl<'a> LocationView<'a> {
    fn of(evidence: &'a Evidence, place: &Location) -> Self {
        Self { path: text(evidence, place.path), start_line: place.start_line, end_line: place.end_line }
    }
}

#[derive(Serialize)]
struct SightingView<'a> {
    tool: Option<&'a str>,
    input: Option<&'a str>,
    pointer: PointerView<'a>,
    severity_as_told: Option<&'a str>,
    suppressed: Option<&'static str>,
}

impl<'a> SightingView<'a> {
    fn of(evidence: &'a Evidence, sighting: &Sighting) -> Self {
        let scan = evidence.scan(sighting);
        Self {
            tool: text(evidence, scan.map(|scan| scan.tool)),
            input: scan.and_then(|scan| evidence.input(scan)).map(|input| input.path.as_str()),
            pointer: PointerView { evidence, pointer: sighting.pointer },
            severity_as_told: text(evidence, sighting.severity_as_told),
            suppressed: value::suppressed(sighting.suppressed),
        }
    }
}

#[derive(Serialize)]
struct DecisionView<R, E, V, M> {
    action: &'static str,
    without_exceptions: &'static str,
    if_new: &'static str,
    rules: R,
    cause: &'static str,
    exceptions: E,
    vex: V,
    near_misses: M,
}

#[derive(Serialize)]
struct RuleView<'a> {
    id: &'a str,
    file: Option<&'a str>,
    line: u64,
}

impl<'a> RuleView<'a> {
    fn of(policy: Option<&'a Policy>, rule: &'a Rule) -> Self {
        let file = policy.and_then(|policy| policy.file(rule.place));
        Self { id: &rule.id, file: file.map(|file| file.path.as_str()), line: rule.place.line }
    }
}

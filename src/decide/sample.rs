//! Evidence and policies made by hand, for the tests of this stage.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};

use crate::base::fault::Position;
use crate::decide::{Run, except, judge, matched, order, synthetics};
use crate::model::decision::{Outcome, Verdict};
use crate::model::exception::Exceptions;
use crate::model::finding::{self, Evidence, Finding, Sighting};
use crate::model::identity::{Category, Fingerprint, Scheme};
use crate::model::location::{Location, Pointer};
pub(super) use crate::model::policy::sample::rule;
use crate::model::policy::{Policy, Requirement, Rule, sample};
use crate::model::problem::{Problem, Weight};
use crate::model::raw::{BaselineState, Claimed, Suppression};
use crate::model::report::{Counts, Fact, Report, Subject};
use crate::model::scan::{Ended, Input, Scan, ScanId};
use crate::model::severity::Severity;

/// A run at the first hour of 2026-08-01.
pub(super) fn run(subject: &Subject) -> Run<'_> {
    Run { now: Timestamp::from_second(1_785_542_400).unwrap_or_default(), subject, dry_run: false, observed: false, ticket_exit_code: 0 }
}

pub(super) fn undecided(code: &'static str, file: &str) -> Problem {
    Problem {
        weight: Weight::Undecided,
        code,
        file: Some(file.to_owned()),
        position: Position::Whole,
        message: String::new(),
        help: String::new(),
        more: 0,
    }
}

pub(super) fn input(path: &str) -> Input {
    Input { format: Some("sarif".to_owned()), complete: true, ..Input::unread(path.to_owned()) }
}

/// Adds a report with one complete scan, to be changed.
pub(super) fn scan<'e>(evidence: &'e mut Evidence, path: &str, tool: &str, category: Category) -> Option<&'e mut Scan> {
    evidence.scans.push(Scan {
        input: u32::try_from(evidence.inputs.len()).unwrap_or(u32::MAX),
        pointer: "/runs/0".to_owned(),
        tool: evidence.texts.intern(tool),
        tool_is_plain: true,
        tool_version: None,
        categories: vec![category],
        incomplete_because: Vec::new(),
        sightings: 0,
        suppressed: 0,
        claimed: None,
        commit: None,
        repository: None,
        ended: Ended::NotTold,
    });
    evidence.inputs.push(input(path));
    evidence.scans.last_mut()
}

/// Adds a finding of the last scan with this first byte of its fingerprint, to be changed.
pub(super) fn finding(evidence: &mut Evidence, category: Category, severity: Option<Severity>, digest: u8) -> Option<&mut Finding> {
    let key = Fingerprint { scheme: Scheme::Loc, digest: [digest; 16] };
    let scan = ScanId(u32::try_from(evidence.scans.len()).unwrap_or(1).saturating_sub(1));
    let place = u32::try_from(evidence.findings.len()).unwrap_or(u32::MAX);
    let list = evidence.texts.intern("/runs/0/results");
    let pointer = Pointer { list, index: place };
    let sighting = Sighting {
        scan,
        pointer,
        severity_as_told: None,
        suppressed: Suppression::None,
        baseline_state: BaselineState::NotTold,
        claim: Claimed::Open,
    };
    let path = evidence.texts.intern("src/a.py");
    let finding = Finding {
        severity,
        locations: evidence.locations.add([Location { path: Some(path), start_line: None, end_line: None }]),
        fingerprints: evidence.fingerprints.add([key]),
        sightings: evidence.sightings.add([sighting]),
        ..finding::sample::finding(category, digest)
    };
    evidence.findings.push(finding);
    evidence.findings.get_mut(place as usize)
}

pub(super) fn policy(rules: Vec<Rule>, require: Vec<Requirement>) -> Policy {
    Policy { require, ..sample::policy(rules) }
}

/// A requirement of one scan by any tool.
pub(super) fn requirement(id: &str) -> Requirement {
    Requirement {
        id: id.to_owned(),
        place: sample::place(7),
        category: None,
        tools: Vec::new(),
        min: 1,
        max_age_hours: None,
        allow_undated: false,
        same_commit: false,
    }
}

/// Evidence of one report with one scan, changed.
pub(super) fn one_scan(change: impl FnOnce(&mut Scan)) -> Evidence {
    let mut evidence = Evidence::default();
    if let Some(scan) = scan(&mut evidence, "a.sarif", "semgrep", Category::Sast) {
        change(scan);
    }
    evidence
}

pub(super) fn hours_ago(hours: i64) -> Ended {
    run(&Subject::default()).now.checked_sub(SignedDuration::from_hours(hours)).map_or(Ended::Unreadable, Ended::At)
}

/// What is told about the evidence under one requirement.
pub(super) fn told(evidence: &Evidence, row: Requirement) -> Vec<String> {
    gaps(evidence, Some(row), &Subject::default())
}

/// What is told about the evidence.
pub(super) fn gaps(evidence: &Evidence, row: Option<Requirement>, subject: &Subject) -> Vec<String> {
    let policy = policy(Vec::new(), row.into_iter().collect());
    let gaps = synthetics(evidence, &policy, &run(subject));
    gaps.iter().map(|s| format!("{} {}", s.rule_id.trim_start_matches("relgate/"), s.problem)).collect()
}

/// The report of a run, as far as this stage makes it.
pub(super) fn report(evidence: Evidence, policy: Policy, exceptions: Exceptions, stage: Option<&str>) -> Report {
    let stage = stage.map(|stage| Fact { value: stage.to_owned(), source: "flag".into() });
    let subject = Subject { stage, ..Subject::default() };
    let (mut judged, excepted) = {
        let run = run(&subject);
        let matched = matched(&evidence, &policy, &exceptions, &run);
        let mut judged = judge(&evidence, &policy, &run, &matched);
        let excepted = except(&evidence, &policy, &exceptions, &run, &matched, &mut judged);
        (judged, excepted)
    };
    let order = order(&evidence, &judged.decisions);
    let now = run(&subject).now;
    Report {
        verdict: Verdict { outcome: Outcome::Pass, reason: String::new(), configuration_only: false, enforced: true, exit_code: 0 },
        subject,
        now,
        engine_digest: LazyLock::default(),
        dry_run: false,
        flags: Vec::new(),
        policy: Some(policy),
        exceptions,
        evidence,
        decisions: std::mem::take(&mut judged.decisions),
        fired: judged.fired,
        owners: judged.owners,
        standings: excepted.standings,
        vex: crate::model::vex::Vex::default(),
        noted: excepted.noted,
        order,
        budgets: Vec::new(),
        synthetics: Vec::new(),
        problems: Vec::new(),
        counts: Counts::default(),
        known: crate::model::baseline::BaselineCounts::default(),
        gone: BTreeSet::new(),
    }
}

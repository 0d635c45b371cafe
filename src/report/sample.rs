//! Runs made by hand, for the tests of the renderers.

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::sync::LazyLock;

use crate::base::fault::Position;
use crate::base::pool::{Pool, Span};
use crate::model::baseline::BaselineCounts;
use crate::model::decision::{Decision, Outcome, Synthetic, Verdict};
use crate::model::decisions::Decisions;
use crate::model::exception::Exceptions;
use crate::model::finding::{Evidence, Finding, Rule, RuleId, Sighting, State};
use crate::model::identity::{Category, Fingerprint, Scheme};
use crate::model::location::{Location, Pointer};
use crate::model::owner::Owners;
use crate::model::policy::{self, Action, Condition, ConfigFile, Policy, sample};
use crate::model::problem::{Problem, Weight};
use crate::model::raw::{BaselineState, Claimed, Suppression};
use crate::model::report::{Counts, Fact, Report, Subject};
use crate::model::scan::{Ended, Input, Scan, ScanId};
use crate::model::severity::{Assessment, Kind, Score, Severity, Source};

/// What a hostile scanner writes in every field.
pub(super) const HOSTILE: &str =
    "::error::\u{1b}[31mx\u{9b}\u{7f}\u{202e}\u{200b}\r\n##[set-output name=a]b\n::set-env::\u{2028}##vso[task]'\"$(x)";

/// What the scanners of a run write: words that fit, or always the same.
#[derive(Clone, Copy)]
pub(super) struct Voice(pub(super) Option<&'static str>);

impl Voice {
    fn say(self, word: &str) -> String {
        self.0.unwrap_or(word).to_owned()
    }

    fn fact(self, word: &str) -> Fact {
        Fact { value: self.say(word), source: "flag".into() }
    }

    pub(super) fn problem(self, weight: Weight, position: Position) -> Problem {
        Problem {
            weight,
            code: "cut-text",
            file: Some(self.say("reports/semgrep.sarif")),
            position,
            message: self.say("the text ends inside a string"),
            help: self.say("let the scanner write the report again"),
            more: 0,
        }
    }
}

/// A report that blocks: two blockers, an unrated ticket, two findings that pass, one of them not judged.
pub(super) fn block() -> Report {
    blocking(Voice(None), 1)
}

/// The same, every word of it hostile, and each finding `times` times.
pub(super) fn hostile(times: u8) -> Report {
    spoken(HOSTILE, times)
}

/// The same, every word of it these, and each finding `times` times.
pub(super) fn spoken(words: &'static str, times: u8) -> Report {
    blocking(Voice(Some(words)), times)
}

/// A report without findings whose evidence does not suffice.
pub(super) fn undecided() -> Report {
    let voice = Voice(None);
    let missing = Problem { code: "missing-scan", file: None, ..voice.problem(Weight::Undecided, Position::Whole) };
    let missing =
        Problem { message: "no report of category sca".to_owned(), help: "give the report of an sca scanner".to_owned(), ..missing };
    let verdict = Verdict {
        outcome: Outcome::Undecided,
        reason: "evidence is missing".to_owned(),
        configuration_only: false,
        enforced: true,
        exit_code: 2,
    };
    let evidence = Evidence { inputs: vec![input(voice, false)], ..Evidence::default() };
    let mut report = run(voice, verdict, evidence);
    report.synthetics = vec![Synthetic { rule_id: "relgate/missing-scan", problem: missing }];
    report.problems = vec![voice.problem(Weight::Undecided, Position::Byte(12))];
    report
}

/// Evidence as it was read: one sighting per finding, in the order of the scans.
pub(super) fn read(voice: Voice) -> Evidence {
    let mut evidence = scanned(voice);
    add(&mut evidence, voice, Row { severity: Some(Severity::High), ..Row::new("CVE-2021-1", &[0]) });
    add(&mut evidence, voice, Row { suppressed: Suppression::InSource, ..Row::new("", &[1]) });
    add(&mut evidence, voice, Row { state: State::Pass, ..Row::new("", &[1]) });
    evidence
}

fn blocking(voice: Voice, times: u8) -> Report {
    let mut evidence = scanned(voice);
    let mut decisions = Decisions::default();
    let mut fired = Pool::default();
    let rows = [
        (Action::Block, Row { severity: Some(Severity::Critical), ..Row::new("CVE-2021-44228", &[0, 1, 1]) }),
        (Action::Block, Row { severity: Some(Severity::High), suppressed: Suppression::InSource, ..Row::new("", &[0]) }),
        (Action::Ticket, Row::new("", &[1])),
        (Action::Pass, Row { severity: Some(Severity::Low), ..Row::new("", &[1]) }),
        (Action::Pass, Row { state: State::Pass, ..Row::new("", &[1]) }),
    ];
    for (action, row) in rows.iter().flat_map(|row| (0..times).map(move |_| row)) {
        add(&mut evidence, voice, *row);
        let rules = match action {
            Action::Block => fired.add([0, 1]),
            Action::Ticket => fired.add([1]),
            Action::Pass => fired.add([]),
        };
        let severity = row.severity.unwrap_or(Severity::High);
        decisions.push(Decision {
            action: *action,
            without_exceptions: *action,
            if_new: *action,
            severity,
            fired: rules,
            ..Decision::default()
        });
    }
    let reason = voice.say("2 findings block");
    let verdict = Verdict { outcome: Outcome::Block, reason, configuration_only: false, enforced: true, exit_code: 1 };
    let mut report = run(voice, verdict, evidence);
    report.problems = vec![voice.problem(Weight::Warning, Position::Line(3, 4))];
    report.order = (0..).take(decisions.len()).collect();
    let times = u64::from(times);
    report.known = BaselineCounts { new: 4 * times, ..BaselineCounts::default() };
    report.counts = Counts {
        vex: 0,
        sightings: 7 * times,
        merged: 2 * times,
        findings: 5 * times,
        passed: times,
        suppressed: times,
        excepted: 0,
        unowned: 0,
        block: 2 * times,
        ticket: times,
        pass: 2 * times,
        by_severity: [times, times, 0, times, 0, 2 * times],
        by_category: [5 * times, 0, 0, 0, 0, 0, 0, 0, 0],
    };
    report.decisions = decisions;
    report.fired = fired;
    report
}

fn run(voice: Voice, verdict: Verdict, evidence: Evidence) -> Report {
    Report {
        verdict,
        subject: Subject {
            repository: Some(voice.fact("https://github.com/acme/pay")),
            commit: Some(voice.fact("4f2c1ab9d3e07c5a8812f00dcafe4f2c1ab9d3e0")),
            config_ref: None,
            branch: Some(voice.fact("main")),
            release: None,
            stage: Some(voice.fact("release")),
            service: Some(voice.fact("payments-api")),
            artifact: None,
        },
        now: jiff::Timestamp::UNIX_EPOCH,
        engine_digest: LazyLock::new(|| "e".repeat(64)),
        dry_run: false,
        flags: vec![("policy", voice.say("payments.yaml"))],
        policy: Some(policy(voice)),
        exceptions: Exceptions::default(),
        evidence,
        decisions: Decisions::default(),
        fired: Pool::default(),
        owners: Owners::default(),
        standings: Vec::new(),
        vex: crate::model::vex::Vex::default(),
        noted: Vec::new(),
        order: Vec::new(),
        budgets: Vec::new(),
        synthetics: Vec::new(),
        problems: Vec::new(),
        counts: Counts::default(),
        known: BaselineCounts::default(),
        gone: BTreeSet::new(),
    }
}

fn policy(voice: Voice) -> Policy {
    let rule = |id: &str, line, action| policy::Rule {
        place: sample::place(line),
        ..sample::rule(&voice.say(id), Condition::All(Vec::new()), action)
    };
    let file = ConfigFile { path: voice.say("builtin:standard"), name: voice.say("standard.yaml"), sha256: "f".repeat(64), commit: None };
    Policy {
        name: voice.say("payments"),
        owner: voice.say("appsec@acme.example"),
        files: vec![file],
        ..sample::policy(vec![rule("new-code", 11, Action::Block), rule("rest", 17, Action::Ticket)])
    }
}

fn input(voice: Voice, complete: bool) -> Input {
    let problems = if complete { Vec::new() } else { vec![voice.problem(Weight::Undecided, Position::Byte(12))] };
    let path = voice.say("reports/semgrep.sarif");
    Input { path, sha256: Some("a".repeat(64)), bytes: 9, format: Some("sarif".to_owned()), named: None, complete, problems, sightings: 7 }
}

/// Two scans of one report, the second one incomplete.
fn scanned(voice: Voice) -> Evidence {
    let mut evidence = Evidence { inputs: vec![input(voice, true)], ..Evidence::default() };
    for (tool, incomplete_because) in [("semgrep", Vec::new()), ("trivy", vec![voice.problem(Weight::Undecided, Position::Byte(1))])] {
        let tool = evidence.texts.intern(&voice.say(tool));
        let version = evidence.texts.intern(&voice.say("1.2.3"));
        evidence.scans.push(Scan {
            input: 0,
            pointer: "/runs/0".to_owned(),
            tool,
            tool_is_plain: true,
            tool_version: Some(version),
            categories: vec![Category::Sast],
            incomplete_because,
            sightings: 4,
            suppressed: 1,
            claimed: None,
            commit: Some(version),
            repository: None,
            ended: Ended::NotTold,
        });
        let rule_id = Some(evidence.texts.intern(&voice.say("python.sqli")));
        let title = Some(evidence.texts.intern(&voice.say("SQL injection")));
        evidence.rules.push(Rule { tool, rule_id, title });
    }
    evidence
}

#[derive(Clone, Copy)]
struct Row {
    advisory: &'static str,
    scans: &'static [u32],
    severity: Option<Severity>,
    suppressed: Suppression,
    state: State,
}

impl Row {
    const fn new(advisory: &'static str, scans: &'static [u32]) -> Self {
        Self { advisory, scans, severity: None, suppressed: Suppression::None, state: State::Open }
    }
}

fn add(evidence: &mut Evidence, voice: Voice, row: Row) {
    let number = u8::try_from(evidence.findings.len() % 250).unwrap_or(0);
    let path = Some(evidence.texts.intern(&voice.say("src/db/user.py")));
    let list = evidence.texts.intern(&voice.say("/runs/0/results"));
    let told = Some(evidence.texts.intern(&voice.say("error")));
    let message = Some(evidence.texts.intern(&voice.say("User input reaches the query; bind the parameter.")));
    let advisory = (!row.advisory.is_empty()).then(|| evidence.texts.intern(&voice.say(row.advisory)));
    let score = row.severity.and(Score::from_tenths(81));
    let assessment = Assessment { source: Source::Rule, kind: Kind::Number, score, severity: row.severity, told, vector: None };
    let line = NonZeroU32::MIN.saturating_add(u32::from(number));
    let key = |scheme| Fingerprint { scheme, digest: [number; 16] };
    let finding = Finding {
        id: key(Scheme::Line).into(),
        category: Category::Sast,
        state: row.state,
        suppressed: row.suppressed,
        severity: row.severity,
        chosen: 0,
        assessments: evidence.assessments.add([assessment]),
        rule: RuleId(0),
        ids: evidence.words.add(advisory),
        cwes: evidence.cwes.add([89]),
        tags: Span::default(),
        message,
        locations: evidence.locations.add([Location { path, start_line: Some(line), end_line: None }]),
        fingerprints: evidence.fingerprints.add([key(Scheme::Line), key(Scheme::Loc)]),
        sightings: evidence.sightings.add(row.scans.iter().zip(0..).map(|(&scan, index)| Sighting {
            scan: ScanId(scan),
            pointer: Pointer { list, index },
            severity_as_told: told,
            suppressed: row.suppressed,
            baseline_state: BaselineState::NotTold,
            claim: Claimed::Open,
        })),
        detail: None,
        entry: None,
        group: None,
    };
    evidence.findings.push(finding);
}

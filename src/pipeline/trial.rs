//! Tests of policies: each is a run of its own, on findings that stand in the test or on reports.

use std::path::Path;

use super::{BaselinePlaces, Collected, Folders, Question, Sources, Tools, VexPlaces, collect, find, judge, merge, settle_input, tools};
use crate::base::fault::{Fault, Position};
use crate::decide;
use crate::ingest::{self, Form, Refusal};
use crate::model::finding::Evidence;
use crate::model::policy::Policy;
use crate::model::problem::{Problem, Weight};
use crate::model::scan::Input;
use crate::model::suite::{Document, Given, Outcomes, Suite, Test, Tried};
use crate::normalize;
use crate::policy::{self, Places, Wanted};

/// How tests are run.
pub struct Bench<'a> {
    /// Where the project's profiles and mappings lie.
    pub folders: &'a Folders<'a>,
    /// The root of the repository, from the current folder: see [`Question::repository`].
    pub repository: &'a Path,
    /// How many reports are read at a time.
    pub threads: usize,
}

/// The tests of a file, or of an embedded policy by its name; or everything that is wrong with them.
pub fn suite(name: &str) -> Result<Suite, Vec<Problem>> {
    policy::load_suite(name)
}

/// What comes of the tests; or everything that is wrong with the policy, or with findings that stand in the tests.
pub fn run_suite(suite: Suite, bench: &Bench<'_>) -> Result<Tried, Vec<Problem>> {
    let names = [suite.policy.clone()];
    let policy = policy::load(&Wanted { names: &names, ..Wanted::default() })?;
    let (mut tests, mut problems) = (Vec::new(), Vec::new());
    for test in suite.tests {
        match run_test(&suite.path, test, &policy, bench) {
            Ok(outcomes) => tests.push(outcomes),
            Err(wrong) => problems.extend(wrong),
        }
    }
    if problems.is_empty() { Ok(Tried { path: suite.path, policy: suite.policy, tests }) } else { Err(problems) }
}

fn run_test(path: &str, test: Test, policy: &Policy, bench: &Bench<'_>) -> Result<Outcomes, Vec<Problem>> {
    let tools = tools(bench.folders);
    let mut policy = policy.clone();
    // Only the exceptions of the test are there.
    policy.exceptions.files.clear();
    // What a feed says today would make a test of yesterday another one: the findings tell what is known of them.
    policy.feeds.clear();
    policy.baseline = None;
    let mut collected = match &test.given {
        Given::Findings(documents) => {
            // Findings that stand in a test are no evidence, and none is asked for.
            policy.require.clear();
            read(path, documents, tools)?
        }
        Given::Reports(reports) => {
            let found = find(reports, &tools.mappings);
            let sources =
                Sources { found, tools, root: None, source_root: None, max_input_bytes: 4 << 30, threads: bench.threads, hashed: false };
            collect(sources).map_err(|error| internal(path, test.place.position(), &error))?
        }
    };
    let missing: Vec<Problem> = decide::adopt(&mut collected.evidence, &test.adopted, test.now)
        .into_iter()
        .map(|(name, place)| {
            let message = format!("`adopted` names `{name}`, and there is no such finding");
            let help = "name its id, one of its advisories, or the check".to_owned();
            let fault = Fault { code: "config-value", position: place.position(), message, help };
            Problem::of_fault(Weight::Undecided, Some(path.to_owned()), fault)
        })
        .collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    let question = Question {
        policy: Ok(policy),
        flags: Vec::new(),
        vex: VexPlaces::default(),
        exceptions: Places { named: &test.exceptions, beside: None, commit: None },
        baseline: BaselinePlaces::default(),
        repository: bench.repository,
        checkout: None,
        proposed: Vec::new(),
        subject: test.subject.clone(),
        now: test.now,
        dry_run: true,
        ticket_exit_code: 0,
    };
    let report = judge(collected, question).map_err(|error| internal(path, test.place.position(), &error))?;
    Ok(Outcomes { failures: decide::failures(&report, &test.expect), name: test.name, place: test.place })
}

/// An error of our own.
fn internal(path: &str, position: Position, error: &anyhow::Error) -> Vec<Problem> {
    let fault = Fault { code: "internal", position, message: format!("{error:#}"), help: "report this as a bug".to_owned() };
    vec![Problem::of_fault(Weight::Undecided, Some(path.to_owned()), fault)]
}

/// Findings that stand in a test, read as a report of them would be.
fn read(path: &str, documents: &[Document], tools: Tools) -> Result<Collected, Vec<Problem>> {
    let mut evidence = Evidence::default();
    let mut problems = Vec::new();
    let form = Form::named("relgate", &tools.mappings);
    for document in documents {
        let number = u32::try_from(evidence.inputs.len()).unwrap_or(u32::MAX);
        let mut text = document.text.as_bytes();
        let report = match ingest::read_with(&mut text, form.as_ref(), tools.profiles.properties(), &tools.mappings) {
            Ok((_, report)) => report,
            Err(Refusal::Unclaimed(fault) | Refusal::ReadAgain(_, fault) | Refusal::Broken(_, fault)) => {
                // The document is ours: its pointers say nothing to who wrote the test.
                let message = fault.message.rsplit_once(", at /findings").map_or(fault.message.as_str(), |(said, _)| said).to_owned();
                let position = place(document, &fault.position);
                problems.push(Problem::of_fault(Weight::Undecided, Some(path.to_owned()), Fault { position, message, ..fault }));
                continue;
            }
        };
        evidence.inputs.push(Input {
            bytes: document.text.len() as u64,
            format: form.as_ref().map(|form| form.id().to_owned()),
            ..Input::unread(path.to_owned())
        });
        normalize::normalize(&mut evidence, number, report, &tools.profiles, None);
        settle_input(&mut evidence, number);
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    merge(evidence, tools.problems).map_err(|error| internal(path, Position::Whole, &error))
}

/// Where in a test something of a document stands.
fn place(document: &Document, position: &Position) -> Position {
    let line = if let Position::Line(line, _) = position { usize::try_from(*line).unwrap_or(usize::MAX) } else { 1 };
    let place = document.lines.get(line.saturating_sub(1)).or(document.lines.first());
    place.map_or(Position::Whole, |place| place.position())
}

//! `relgate explain`: why a finding is decided as it is, from the reports or from a saved one.

use anyhow::{Context as _, Result};

use crate::cli::args::ExplainArgs;
use crate::cli::clone::Base;
use crate::cli::governing::Governed;
use crate::cli::{UNDECIDED, ci, clock, clone, discovered, governing, inspect, named, stderr, stdout, subject};
use crate::model::report::{Report, Subject};
use crate::pipeline::{self, Again, BaselinePlaces, Choice, Places, Question, VexPlaces};
use crate::report::explain::{self, Page};

pub(super) fn run(args: &ExplainArgs) -> Result<u8> {
    match &args.report {
        Some(path) => from_saved(args, path),
        None => from_reports(args),
    }
}

fn from_reports(args: &ExplainArgs) -> Result<u8> {
    let checkout = clone::checkout();
    let base = clone::base(args.facts.config_ref.as_deref(), checkout.as_ref())?;
    let governed = governing::read(&args.judging.governing, base.files())?;
    // Nothing is enforced here, whatever day it is taken for.
    let now = clock::now(args.now.as_deref(), true)?;
    let subject = subject::subject(&args.facts, base.fact.clone(), governed.policy.as_ref().ok(), ci::Told::default())?;
    let named = governing::reports(&args.reports, Some(&governed)).to_vec();
    let report = judge(args, governed, &base, &named, subject, now)?;
    if report.decisions.is_empty() {
        stderr::problems(report.synthetics.iter().map(|synthetic| &synthetic.problem).chain(&report.problems));
    }
    if report.decisions.is_empty() && !report.evidence.findings.is_empty() || report.policy.is_none() {
        // By what is wrong nothing is judged.
        return Ok(UNDECIDED);
    }
    named::one_of(&report, &args.finding)?.map_or(Ok(UNDECIDED), |place| show(args, &report, place))
}

/// From a saved report: what it is about is judged once more where all of it is there; else what it says itself is told.
fn from_saved(args: &ExplainArgs, path: &str) -> Result<u8> {
    let (saved, _) = pipeline::read_saved(path, args.reading.max_input_bytes)?;
    let Some(finding) = named::one_of_saved(&saved.findings, &args.finding) else { return Ok(UNDECIDED) };
    let base = clone::base(saved.subject.facts.config_ref.as_deref(), clone::checkout().as_ref())?;
    let governed = governing::as_saved(&args.judging.governing, base.files(), &saved)?;
    let mut not_again = pipeline::unlike(&saved, governed.policy.as_ref().ok(), None);
    if not_again.is_empty() {
        let Again { reports, now, subject } = Again::of(&saved).with_context(|| path.to_owned())?;
        let report = judge(args, governed, &base, &reports, subject, now)?;
        not_again = pipeline::unlike(&saved, report.policy.as_ref(), Some(&report));
        if not_again.is_empty() {
            if let Choice::One(place) = pipeline::choose(&report, &finding.id)
                && named::saved(&report, place)?.decision == finding.decision
            {
                return show(args, &report, place);
            }
            not_again.push("it is decided otherwise now: exceptions, feeds, owners, profiles or mappings have changed".to_owned());
        }
    }
    print(args, &Page { finding, again: None, not_again: &not_again })
}

fn judge(
    args: &ExplainArgs,
    governed: Governed,
    base: &Base,
    reports: &[String],
    subject: Subject,
    now: jiff::Timestamp,
) -> Result<Report> {
    let commit = base.files().ok().flatten();
    let tools = inspect::tools(commit)?;
    let found = pipeline::find(reports, &tools.mappings);
    let collected = pipeline::collect(inspect::sources(&args.reading, found, tools, args.report.is_some())?)?;
    let checkout = clone::checkout();
    let question = Question {
        policy: governed.policy,
        flags: Vec::new(),
        repository: &discovered::repository(),
        vex: VexPlaces { named: &args.judging.vex, commit },
        exceptions: Places { named: &args.judging.exceptions, beside: governed.exceptions.as_deref(), commit },
        baseline: BaselinePlaces { named: args.baseline.as_deref(), beside: governed.baseline.as_deref(), commit, is_written: false },
        checkout: checkout.as_ref(),
        proposed: Vec::new(),
        subject,
        now,
        dry_run: true,
        ticket_exit_code: 0,
    };
    pipeline::judge(collected, question)
}

fn show(args: &ExplainArgs, report: &Report, place: u32) -> Result<u8> {
    let explanation = pipeline::explain(report, place)?;
    let finding = named::saved(report, place)?;
    print(args, &Page { finding: &finding, again: Some((report, &explanation)), not_again: &[] })
}

fn print(args: &ExplainArgs, page: &Page<'_>) -> Result<u8> {
    let mut out = stdout::open(true);
    let written = if args.json { explain::json(page, &mut out) } else { explain::text(page, &mut out) };
    written.and_then(|()| out.flush()).context("the standard output cannot be written")?;
    Ok(0)
}

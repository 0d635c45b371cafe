//! `relgate check`: judge, write the outputs, exit with the verdict.

use anyhow::{Result, anyhow, bail, ensure};
use jiff::Timestamp;

use crate::base::fault::{Fault, Position};
use crate::cli::args::CheckArgs;
use crate::cli::clone::Base;
use crate::cli::governing::Governed;
use crate::cli::{clock, clone, discovered, governing, inspect, stderr, stdout, subject};
use crate::model::problem::{Problem, Weight};
use crate::model::report::Subject;
use crate::pipeline::{self, BaselinePlaces, Checkout, Output, Places, Question, VexPlaces};
use crate::report;

pub(super) fn run(args: &CheckArgs) -> Result<u8> {
    let checkout = clone::checkout();
    let (base, named) = match clone::base(args.facts.config_ref.as_deref(), checkout.as_ref()) {
        Ok(base) => (base, Ok(())),
        Err(error) => (Base::default(), Err(error)),
    };
    let governing = governing::read(&args.judging.governing, base.files());
    // Where the commit cannot be read nothing governs, and that is told.
    let commit = base.files().ok().flatten();
    let tools = inspect::tools(commit);
    let mappings = tools.as_ref().map(|tools| tools.mappings.clone()).unwrap_or_default();
    let found = pipeline::find(governing::reports(&args.reports, governing.as_ref().ok()), &mappings);
    let (outputs, usage) = outputs(&args.output);
    // Whatever else is wrong, no verdict of an earlier run may be taken for this one's.
    let prepared = pipeline::prepare(&outputs, &found);
    usage.and(prepared).and(named)?;
    let governing = governing?;
    let now = clock::now(args.now.as_deref(), args.dry_run)?;
    let subject = subject::subject(&args.facts, base.fact.clone(), governing.policy.as_ref().ok())?;
    #[cfg(feature = "planted-panic")]
    planted_panic();
    let hashed = outputs.iter().any(|output| output.format.id == "json");
    let collected = pipeline::collect(inspect::sources(&args.reading, found, tools?, hashed)?)?;
    let question = Question {
        policy: governing.policy,
        flags: flags(args),
        repository: &discovered::repository(),
        vex: VexPlaces { named: &args.judging.vex, commit },
        exceptions: Places { named: &args.judging.exceptions, beside: governing.exceptions.as_deref(), commit },
        baseline: BaselinePlaces { named: args.baseline.as_deref(), beside: governing.baseline.as_deref(), commit, is_written: false },
        checkout: checkout.as_ref(),
        proposed: proposed(args, checkout.as_ref(), &subject, now),
        subject,
        now,
        dry_run: args.dry_run,
        ticket_exit_code: args.ticket_exit_code.unwrap_or(0),
    };
    let mut report = pipeline::judge(collected, question)?;
    let only = outputs.iter().all(|output| output.path.is_none());
    pipeline::publish(&mut report, &outputs, &mut *stdout::open(only));
    let of_evidence = report.synthetics.iter().map(|synthetic| &synthetic.problem);
    stderr::problems(of_evidence.chain(&report.problems));
    Ok(report.verdict.exit_code)
}

/// What would be wrong with the configuration of the commit that is judged, were it merged: else one bad record would stop everyone.
fn proposed(args: &CheckArgs, checkout: Option<&Checkout>, subject: &Subject, now: Timestamp) -> Vec<Problem> {
    let (Some(commit), Some(_)) = (&subject.commit, &subject.config_ref) else { return Vec::new() };
    // That a commit cannot be read is told by whoever holds it against the other one.
    let Ok(files) = clone::files(commit, checkout) else { return Vec::new() };
    let wrong = |error: &anyhow::Error| {
        let fault = Fault { code: "config-proposed", position: Position::Whole, message: format!("{error:#}"), help: String::new() };
        vec![Problem::of_fault(Weight::Undecided, None, fault)]
    };
    let mut problems = match governing::read(&args.judging.governing, Ok(Some(&files))) {
        Err(error) => wrong(&error),
        Ok(Governed { policy, exceptions, baseline: _ }) => {
            let places = Places { named: &args.judging.exceptions, beside: exceptions.as_deref(), commit: Some(&files) };
            let (_, mut told) = pipeline::exceptions(&places, policy.as_ref().ok(), now);
            let places = VexPlaces { named: &args.judging.vex, commit: Some(&files) };
            told.extend(pipeline::vex(&places, policy.as_ref().ok(), now).1);
            told.extend(policy.err().into_iter().flatten());
            told
        }
    };
    problems.extend(inspect::tools(Some(&files)).map_or_else(|error| wrong(&error), |tools| tools.problems));
    problems.retain(|problem| problem.weight == Weight::Undecided);
    for problem in &mut problems {
        problem.message = format!("as the change would have it: {}", problem.message);
    }
    problems
}

/// The flags that say by what is judged.
fn flags(args: &CheckArgs) -> Vec<(&'static str, String)> {
    let governing = &args.judging.governing;
    let policies = governing.policy.iter().map(|policy| ("policy", policy.clone()));
    let base = governing.base_policy.iter().map(|policy| ("base-policy", policy.clone()));
    let digest = governing.policy_digest.iter().map(|digest| ("policy-digest", digest.clone()));
    let exceptions = args.judging.exceptions.iter().map(|file| ("exceptions", file.clone()));
    let baseline = args.baseline.iter().map(|file| ("baseline", file.clone()));
    let now = args.now.iter().map(|now| ("now", now.clone()));
    let ticket = args.ticket_exit_code.iter().map(|code| ("ticket-exit-code", code.to_string()));
    let vex = args.judging.vex.iter().map(|file| ("vex", file.clone()));
    policies.chain(base).chain(digest).chain(exceptions).chain(vex).chain(baseline).chain(ticket).chain(now).collect()
}

/// `FORMAT=PATH`, each; text to the standard output where nothing is asked for. Those that can be understood, and what is
/// wrong with the first that cannot.
fn outputs(wanted: &[String]) -> (Vec<Output>, Result<()>) {
    if wanted.is_empty() {
        return match report::find("text") {
            Some(format) => (vec![Output { format, path: None }], Ok(())),
            None => (Vec::new(), Err(anyhow!("internal error: no text output"))),
        };
    }
    let (mut outputs, mut usage) = (Vec::new(), Ok(()));
    for output in wanted {
        match one_output(output) {
            Ok(output) => outputs.push(output),
            Err(error) => usage = usage.and(Err(error)),
        }
    }
    let on_stdout = outputs.iter().filter(|output| output.path.is_none()).count();
    if on_stdout > 1 {
        usage = usage.and(Err(anyhow!("{on_stdout} outputs go to the standard output; give all but one a file")));
    }
    (outputs, usage)
}

fn one_output(wanted: &str) -> Result<Output> {
    let known = || report::FORMATS.iter().map(|format| format.id).collect::<Vec<_>>().join(", ");
    let Some((id, path)) = wanted.split_once('=') else {
        bail!("--output {wanted}: expected FORMAT=PATH, such as json=verdict.json; formats: {}", known());
    };
    let Some(format) = report::find(id) else {
        bail!("--output {wanted}: there is no format `{id}`; formats: {}", known());
    };
    ensure!(!path.is_empty(), "--output {wanted}: the path is missing; name a file, or `-` for the standard output");
    Ok(Output { format, path: (path != "-").then(|| path.to_owned()) })
}

/// For the test that a panic exits 2.
#[cfg(feature = "planted-panic")]
#[expect(clippy::panic, reason = "planted")]
fn planted_panic() {
    panic!("planted");
}

//! `relgate policy check|show|diff|test`: whether a policy can be judged by, what its files come to and who answers for what, and what it
//! would do.

use anyhow::{Context as _, Result, ensure};

use crate::base::escape;
use crate::cli::args::{MatrixFormat, PolicyCheckArgs, PolicyCommand, ShowArgs};
use crate::cli::{UNDECIDED, clock, discovered, governing, inspect, stderr, stdout};
use crate::model::policy::Policy;
use crate::model::problem::{Problem, Weight};
use crate::pipeline;
use crate::report::{mistakes, policy, raci};

mod diff;
mod test;

pub(super) fn run(command: &PolicyCommand) -> Result<u8> {
    match command {
        PolicyCommand::Check(args) => check(args),
        PolicyCommand::Show(args) => show(args),
        PolicyCommand::Diff(args) => diff::run(args),
        PolicyCommand::Test(args) => test::run(args),
    }
}

fn check(args: &PolicyCheckArgs) -> Result<u8> {
    let governed = governing::read(&args.governing, Ok(None))?;
    let (problems, code) = match &governed.policy {
        Ok(policy) => (warnings(args, policy)?, 0),
        Err(problems) => (problems.clone(), UNDECIDED),
    };
    let mut out = stdout::open(true);
    mistakes::render(problems.iter(), &pipeline::config_text, &mut out)
        .and_then(|()| match &governed.policy {
            Ok(policy) => writeln!(out, "ok: {}", escape::terminal_line(&policy::summary(policy))),
            Err(problems) => writeln!(out, "{}", counted(problems)),
        })
        .and_then(|()| out.flush())
        .context("the standard output cannot be written")?;
    Ok(code)
}

/// What is dangerous in a policy, and what does not do what it looks like.
fn warnings(args: &PolicyCheckArgs, policy: &Policy) -> Result<Vec<Problem>> {
    // Nothing is enforced here, whatever day it is taken for.
    let now = clock::now(None, true)?;
    let tools = inspect::tools(None)?;
    let mut problems = pipeline::loud(policy, now);
    problems.extend(pipeline::lint(policy, &tools));
    if !args.reports.is_empty() {
        let found = pipeline::find(&args.reports, &tools.mappings);
        let mut collected = pipeline::collect(inspect::sources(&args.reading, found, tools, false)?)?;
        // What cannot be read of them says nothing against the policy.
        problems.extend(collected.gaps().map(|problem| Problem { weight: problem.weight.max(Weight::Warning), ..problem.clone() }));
        ensure!(!collected.is_empty(), "--reports: nothing could be read; `relgate inspect REPORT` tells why");
        problems.extend(pipeline::unseen(&mut collected, policy, &discovered::repository(), now));
    }
    Ok(problems)
}

fn counted(problems: &[Problem]) -> String {
    match problems.len() {
        1 => "1 mistake: nothing can be judged by this policy".to_owned(),
        many => format!("{many} mistakes: nothing can be judged by this policy"),
    }
}

fn show(args: &ShowArgs) -> Result<u8> {
    let governed = governing::read(&args.governing, Ok(None))?;
    let render = match (args.raci, args.format) {
        (false, _) => policy::render,
        (true, MatrixFormat::Text) => raci::text,
        (true, MatrixFormat::Markdown) => raci::markdown,
    };
    match &governed.policy {
        Ok(policy) => {
            let mut out = stdout::open(true);
            render(policy, &mut out).and_then(|()| out.flush()).context("the standard output cannot be written")?;
            Ok(0)
        }
        Err(problems) => {
            stderr::problems(problems.iter());
            Ok(UNDECIDED)
        }
    }
}

//! `relgate policy check|show`: whether a policy can be judged by, and what its files come to.

use anyhow::{Context as _, Result};

use crate::base::escape;
use crate::cli::args::{Governing, PolicyCommand};
use crate::cli::{UNDECIDED, clock, governing, stderr, stdout};
use crate::model::problem::Problem;
use crate::pipeline;
use crate::report::{mistakes, policy};

pub(super) fn run(command: &PolicyCommand) -> Result<u8> {
    match command {
        PolicyCommand::Check(args) => check(args),
        PolicyCommand::Show(args) => show(args),
    }
}

fn check(args: &Governing) -> Result<u8> {
    let governed = governing::read(args)?;
    // Nothing is enforced here, whatever day it is taken for.
    let now = clock::now(None, true)?;
    let (problems, code) = match &governed.policy {
        Ok(policy) => (pipeline::loud(policy, now), 0),
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

fn counted(problems: &[Problem]) -> String {
    match problems.len() {
        1 => "1 mistake: nothing can be judged by this policy".to_owned(),
        many => format!("{many} mistakes: nothing can be judged by this policy"),
    }
}

fn show(args: &Governing) -> Result<u8> {
    let governed = governing::read(args)?;
    match &governed.policy {
        Ok(policy) => {
            let mut out = stdout::open(true);
            policy::render(policy, &mut out).and_then(|()| out.flush()).context("the standard output cannot be written")?;
            Ok(0)
        }
        Err(problems) => {
            stderr::problems(problems.iter());
            Ok(UNDECIDED)
        }
    }
}

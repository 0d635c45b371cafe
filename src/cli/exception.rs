//! `relgate exception check|list`: whether the records can count, and how long each still does.

use anyhow::{Context as _, Result};

use crate::base::date::date_of;
use crate::cli::args::ExceptionCommand;
use crate::cli::{UNDECIDED, clock, governing, stderr, stdout};
use crate::model::problem::{Problem, Weight};
use crate::pipeline::{self, Places};
use crate::report::{mistakes, register};

pub(super) fn run(command: &ExceptionCommand) -> Result<u8> {
    let (ExceptionCommand::Check(args) | ExceptionCommand::List(args)) = command;
    let governed = governing::read(&args.governing, Ok(None))?;
    // Nothing is enforced here, whatever day it is taken for.
    let now = clock::now(None, true)?;
    let places = Places { named: &args.exceptions, beside: governed.exceptions.as_deref(), commit: None };
    let policy = governed.policy.as_ref().ok();
    let (exceptions, told) = pipeline::exceptions(&places, policy, now);
    let of_policy = governed.policy.as_ref().err().into_iter().flatten().cloned();
    let problems: Vec<Problem> = of_policy.chain(told).collect();
    let is_wrong = problems.iter().any(|problem| problem.weight == Weight::Undecided);
    let mut out = stdout::open(true);
    let written = match (command, policy) {
        (ExceptionCommand::Check(_), _) => {
            let ok = format!("ok: {} in {}", counted(exceptions.records.len(), "record"), counted(exceptions.files.len(), "file"));
            let last = if is_wrong { "no exception counts until this is mended".to_owned() } else { ok };
            mistakes::render(problems.iter(), &pipeline::config_text, &mut out).and_then(|()| writeln!(out, "{last}"))
        }
        (ExceptionCommand::List(_), Some(policy)) if !is_wrong => {
            stderr::problems(problems.iter());
            register::render(&exceptions, policy, date_of(now), &mut out)
        }
        (ExceptionCommand::List(_), _) => {
            stderr::problems(problems.iter());
            Ok(())
        }
    };
    written.and_then(|()| out.flush()).context("the standard output cannot be written")?;
    Ok(if is_wrong { UNDECIDED } else { 0 })
}

fn counted(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

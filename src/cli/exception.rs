//! `relgate exception`: whether the records can count, how long each still does, and how they are written.

mod edit;
mod fill;
mod import;
mod list;
mod new;
mod pick;

use anyhow::{Context as _, Result};

use crate::base::escape;
use crate::cli::args::{ExceptionCommand, Judging};
use crate::cli::governing::Governed;
use crate::cli::{UNDECIDED, clock, governing, stderr, stdout};
use crate::model::exception::Exceptions;
use crate::model::problem::{Problem, Weight};
use crate::pipeline::{self, Places};
use crate::report::mistakes;

pub(super) fn run(command: &ExceptionCommand) -> Result<u8> {
    match command {
        ExceptionCommand::Check(args) => check(args),
        ExceptionCommand::List(args) => list::run(args),
        ExceptionCommand::New(args) => new::run(args),
        ExceptionCommand::Renew(args) => edit::renew(args),
        ExceptionCommand::Revoke(args) => edit::revoke(args),
        ExceptionCommand::Import(args) => import::run(args),
    }
}

fn check(args: &Judging) -> Result<u8> {
    // Nothing is enforced here, whatever day it is taken for.
    let Known { exceptions, problems, .. } = Known::read(args, clock::now(None, true)?)?;
    let is_wrong = is_wrong(&problems);
    let ok = format!("ok: {} in {}", counted(exceptions.records.len(), "record"), counted(exceptions.files.len(), "file"));
    let last = if is_wrong { "no exception counts until this is mended".to_owned() } else { ok };
    let mut out = stdout::open(true);
    mistakes::render(problems.iter(), &pipeline::config_text, &mut out)
        .and_then(|()| writeln!(out, "{last}"))
        .and_then(|()| out.flush())
        .context("the standard output cannot be written")?;
    Ok(if is_wrong { UNDECIDED } else { 0 })
}

/// The exceptions that are there, by what they are held against.
struct Known {
    governed: Governed,
    exceptions: Exceptions,
    /// Of the policy and of the exceptions.
    problems: Vec<Problem>,
}

impl Known {
    fn read(args: &Judging, now: jiff::Timestamp) -> Result<Self> {
        let governed = governing::read(&args.governing, Ok(None))?;
        let places = Places { named: &args.exceptions, beside: governed.exceptions.as_deref(), commit: None };
        let (exceptions, told) = pipeline::exceptions(&places, governed.policy.as_ref().ok(), now);
        let of_policy = governed.policy.as_ref().err().into_iter().flatten().cloned();
        let problems = of_policy.chain(told).collect();
        Ok(Self { governed, exceptions, problems })
    }
}

/// What would be wrong, each with its place in the file that was not written.
fn refused(wrong: &[Problem]) -> u8 {
    stderr::problems(wrong.iter());
    stderr::fatal("nothing was written");
    UNDECIDED
}

/// Prints lines, and ends well.
fn lines_out(mut lines: impl Iterator<Item = String>) -> Result<u8> {
    let mut out = stdout::open(true);
    lines
        .try_for_each(|line| writeln!(out, "{}", escape::terminal_line(&line)))
        .and_then(|()| out.flush())
        .context("the standard output cannot be written")?;
    Ok(0)
}

fn is_wrong(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.weight == Weight::Undecided)
}

fn counted(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

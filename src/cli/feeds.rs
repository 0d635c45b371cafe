//! `relgate feeds`: what the policy's feeds are, and how old.

use anyhow::{Context as _, Result};

use crate::cli::args::FeedsArgs;
use crate::cli::{UNDECIDED, clock, governing, stderr, stdout};
use crate::model::problem::Weight;
use crate::pipeline;
use crate::report::feeds;

pub(super) fn run(args: &FeedsArgs) -> Result<u8> {
    let governed = governing::read(&args.governing, Ok(None))?;
    // Nothing is enforced here, whatever day it is taken for.
    let now = clock::now(None, true)?;
    let policy = match &governed.policy {
        Ok(policy) => policy,
        Err(problems) => {
            stderr::problems(problems.iter());
            return Ok(UNDECIDED);
        }
    };
    let (read, problems) = pipeline::feeds(policy, now);
    let mut out = stdout::open(true);
    let render = if args.json { feeds::json } else { feeds::table };
    render(&read, now, &mut out).and_then(|()| out.flush()).context("the standard output cannot be written")?;
    stderr::problems(problems.iter());
    Ok(if problems.iter().any(|problem| problem.weight == Weight::Undecided) { UNDECIDED } else { 0 })
}

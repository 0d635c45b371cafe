//! `relgate exception list`: the register, or what of it is asked for.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, anyhow};
use jiff::Timestamp;

use super::{Known, is_wrong};
use crate::base::address::Address;
use crate::base::date::{date_of, parse_days};
use crate::cli::args::ListArgs;
use crate::cli::governing::Governed;
use crate::cli::{UNDECIDED, clock, clone, discovered, governing, inspect, stderr, stdout};
use crate::model::problem::Weight;
use crate::model::report::Subject;
use crate::model::standing::Fate;
use crate::pipeline::{self, BaselinePlaces, Places, Question};
use crate::report::register::{FORMATS, Register, Selection};

pub(super) fn run(args: &ListArgs) -> Result<u8> {
    let expiring = args
        .expiring
        .as_deref()
        .map(|told| parse_days(told).ok_or_else(|| anyhow!("--expiring {told}: expected a number of days from 1d to 3650d, such as 30d")));
    let owner = args.owner.as_deref().map(|told| {
        Address::parse(told).ok_or_else(|| anyhow!("--owner {told}: expected one plain mail address, such as dana@acme.example"))
    });
    let mut selection = Selection { expiring: expiring.transpose()?, expired: args.expired, unused: None, owner: owner.transpose()? };
    // Nothing is enforced here, whatever day it is taken for.
    let now = clock::now(args.now.as_deref(), true)?;
    let Known { governed, exceptions, problems } = Known::read(&args.judging, now)?;
    stderr::problems(problems.iter());
    let (Some(policy), false) = (governed.policy.as_ref().ok().cloned(), is_wrong(&problems)) else { return Ok(UNDECIDED) };
    if args.unused {
        let Some(unused) = unused(args, governed, now)? else { return Ok(UNDECIDED) };
        selection.unused = Some(unused);
    }
    let register = Register::of(&exceptions, &policy, date_of(now), &selection);
    let format = FORMATS.iter().find(|format| format.id == args.format).context("internal error: no such format")?;
    let mut out = stdout::open(true);
    (format.render)(&register, &mut out).and_then(|()| out.flush()).context("the standard output cannot be written")?;
    Ok(0)
}

/// The ids of those in force that match nothing; `None`, which is told, where the reports are not whole: what is not read would look
/// as if nothing matched it.
fn unused(args: &ListArgs, governed: Governed, now: Timestamp) -> Result<Option<BTreeSet<String>>> {
    let tools = inspect::tools(None)?;
    let found = pipeline::find(governing::reports(&args.reports, Some(&governed)), &tools.mappings);
    let collected = pipeline::collect(inspect::sources(&args.reading, found, tools, false)?)?;
    if collected.is_empty() {
        stderr::problems(collected.gaps());
        stderr::fatal("no report was read, so that every exception would look unused; name some with --reports");
        return Ok(None);
    }
    if collected.gaps().any(|problem| problem.weight == Weight::Undecided) {
        stderr::problems(collected.gaps());
        return Ok(None);
    }
    let checkout = clone::checkout();
    let report = pipeline::judge(
        collected,
        Question {
            policy: governed.policy,
            flags: Vec::new(),
            repository: &discovered::repository(),
            exceptions: Places { named: &args.judging.exceptions, beside: governed.exceptions.as_deref(), commit: None },
            baseline: BaselinePlaces::default(),
            checkout: checkout.as_ref(),
            proposed: Vec::new(),
            subject: Subject::default(),
            now,
            dry_run: true,
            ticket_exit_code: 0,
        },
    )?;
    Ok(Some(report.exceptions().filter(|(_, standing)| standing.fate == Fate::Unused).map(|(record, _)| record.id.clone()).collect()))
}

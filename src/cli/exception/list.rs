//! `relgate exception list`: the register, or what of it is asked for.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, anyhow};
use jiff::Timestamp;

use super::pick::Asked;
use super::{Known, is_wrong};
use crate::base::address::Address;
use crate::base::date::{date_of, parse_days};
use crate::cli::args::ListArgs;
use crate::cli::governing::Governed;
use crate::cli::{UNDECIDED, clock, stderr, stdout};
use crate::model::report::Report;
use crate::model::standing::Fate;
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
    let (Ok(policy), false) = (&governed.policy, is_wrong(&problems)) else { return Ok(UNDECIDED) };
    if args.unused {
        let Some(unused) = unused(args, &governed, now)? else { return Ok(UNDECIDED) };
        selection.unused = Some(unused);
    }
    let register = Register::of(&exceptions, policy, date_of(now), &selection);
    let format = FORMATS.iter().find(|format| format.id == args.format).context("internal error: no such format")?;
    let mut out = stdout::open(true);
    (format.render)(&register, &mut out).and_then(|()| out.flush()).context("the standard output cannot be written")?;
    Ok(0)
}

/// The ids of those in force that match nothing; `None`, which is told, where the reports are not whole: what is not read would look
/// as if nothing matched it.
fn unused(args: &ListArgs, governed: &Governed, now: Timestamp) -> Result<Option<BTreeSet<String>>> {
    let asked = Asked { reports: &args.reports, reading: &args.reading, judging: &args.judging };
    let report = asked.judge(governed, now, true)?;
    let unused = |report: Report| {
        let unused = report.exceptions().filter(|(_, standing)| standing.fate == Fate::Unused);
        unused.map(|(record, _)| record.id.clone()).collect()
    };
    Ok(report.map(unused))
}

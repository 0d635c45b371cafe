//! `relgate baseline adopt|write|diff`: what was known before, and what became of it.

use anyhow::{Context as _, Result, anyhow, ensure};

use crate::base::address::Address;
use crate::base::date::{date_of, parse_date};
use crate::base::escape;
use crate::cli::args::{AdoptArgs, BaselineArgs, BaselineCommand};
use crate::cli::{UNDECIDED, ci, clock, clone, discovered, governing, inspect, stderr, stdout, subject};
use crate::model::baseline::{Adoption, Standing};
use crate::model::report::Report;
use crate::pipeline::{self, BaselinePlaces, Change, Next, Places, Question, VexPlaces};
use crate::report::baseline;

pub(super) fn run(command: &BaselineCommand) -> Result<u8> {
    match command {
        BaselineCommand::Adopt(args) => {
            // What is wrong with the flags is told before anything is read.
            let adoption = adoption(args, clock::now(args.shared.now.as_deref(), args.dry_run)?)?;
            write(&args.shared, &Change::Adopt(adoption), args.dry_run)
        }
        BaselineCommand::Write(args) => write(&args.shared, &Change::Write { prune: args.prune }, args.dry_run),
        BaselineCommand::Diff(args) => {
            let (report, _) = judge(&args.shared, true, false)?;
            let mut out = stdout::open(true);
            let render = if args.json { baseline::diff_json } else { baseline::diff };
            render(&report, &mut out).and_then(|()| out.flush()).context("the standard output cannot be written")?;
            let is_whole = tell(&report);
            Ok(if is_whole { 0 } else { UNDECIDED })
        }
    }
}

/// Who answers for what is adopted, as the flags say.
fn adoption(args: &AdoptArgs, now: jiff::Timestamp) -> Result<Adoption> {
    let today = date_of(now);
    let told = &args.accountable;
    let accountable =
        Address::parse(told).ok_or_else(|| anyhow!("--accountable {told}: expected one plain mail address, such as dana@acme.example"))?;
    let reason = args.reason.trim().to_owned();
    ensure!(
        Adoption::is_reason(&reason),
        "--reason {reason}: this says nothing; say in a sentence of at least 10 characters why what is there may stay"
    );
    let approved = match &args.approved {
        None => today,
        Some(told) => parse_date(told).ok_or_else(|| anyhow!("--approved {told}: not a date; write it as 2026-11-23"))?,
    };
    ensure!(approved <= today, "--approved {approved}: this day is yet to come; name the day on which it was approved");
    Ok(Adoption { accountable, approved, reason })
}

/// The run of the reports; and the file that is its baseline, or will be.
fn judge(args: &BaselineArgs, dry_run: bool, is_written: bool) -> Result<(Report, Option<String>)> {
    let checkout = clone::checkout();
    let base = clone::base(args.facts.config_ref.as_deref(), checkout.as_ref())?;
    let governed = governing::read(&args.governing, base.files())?;
    let commit = base.files().ok().flatten();
    let now = clock::now(args.now.as_deref(), dry_run)?;
    let tools = inspect::tools(commit)?;
    let found = pipeline::find(governing::reports(&args.reports, Some(&governed)), &tools.mappings);
    let subject = subject::subject(&args.facts, base.fact.clone(), governed.policy.as_ref().ok(), ci::Told::default())?;
    // What is written over what lies in the work tree is made of that.
    let of_baseline = commit.filter(|_| !is_written);
    let places = BaselinePlaces { named: args.baseline.as_deref(), beside: governed.baseline.as_deref(), commit: of_baseline, is_written };
    let path = pipeline::baseline_path(governed.policy.as_ref().ok(), &places).map(str::to_owned);
    let collected = pipeline::collect(inspect::sources(&args.reading, found, tools, false)?)?;
    let question = Question {
        checkout: checkout.as_ref(),
        proposed: Vec::new(),
        policy: governed.policy,
        flags: Vec::new(),
        repository: &discovered::repository(),
        vex: VexPlaces { named: &[], commit },
        exceptions: Places { named: &[], beside: governed.exceptions.as_deref(), commit },
        baseline: places,
        subject,
        now,
        dry_run: true,
        ticket_exit_code: 0,
    };
    Ok((pipeline::judge(collected, question)?, path))
}

/// Tells what is wrong with a run; whether nothing is that leaves it undecided.
fn tell(report: &Report) -> bool {
    let of_evidence = report.synthetics.iter().map(|synthetic| &synthetic.problem);
    // What it lowers is told by who judges.
    let of_run = report.problems.iter().filter(|problem| problem.code != "baseline-lowers");
    stderr::problems(of_evidence.chain(of_run));
    pipeline::is_complete(report)
}

fn write(args: &BaselineArgs, change: &Change, dry_run: bool) -> Result<u8> {
    let (report, path) = judge(args, dry_run, true)?;
    let path = path.context("nothing was written: no policy lies here that the file could lie beside; name it: --baseline FILE")?;
    tell(&report);
    let next = pipeline::next_baseline(&report, &path, change)?;
    let render = |out: &mut dyn std::io::Write| baseline::file(&report.evidence, &next.baseline, out);
    let mut out = stdout::open(true);
    let cannot = "the standard output cannot be written";
    if dry_run {
        render(&mut out).and_then(|()| out.flush()).context(cannot)?;
    } else {
        pipeline::write_file(&path, &render)?;
        writeln!(out, "wrote {}: {}", escape::terminal_line(&path), told(&next)).and_then(|()| out.flush()).context(cannot)?;
    }
    Ok(0)
}

/// `200 adopted, 3 seen; 2 added, 1 removed`.
fn told(next: &Next) -> String {
    let of = |standing: Standing| format!("{} {}", next.baseline.of(standing).count(), standing.word());
    let placeless = match next.placeless {
        0 => String::new(),
        n => format!(
            "; {n} not adopted: only their place is known, which any finding on that line would have; a report with code, or fingerprints, tells more"
        ),
    };
    format!("{}, {}; {} added, {} removed{placeless}", of(Standing::Adopted), of(Standing::Seen), next.added, next.removed)
}

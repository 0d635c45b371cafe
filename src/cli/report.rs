//! `relgate report`: a saved JSON report in other formats.
//!
//! A report is made of its evidence: what was read and judged is read and judged once more, at the same instant, and rendered only if it
//! comes to the same bytes. So nothing that somebody wrote into the file is shown as what the gate decided.

use anyhow::{Context as _, Result, anyhow, bail};

use crate::cli::args::{CheckArgs, FactArgs, ReportArgs};
use crate::cli::check::{Asked, outputs};
use crate::cli::{ci, clone, governing, inspect, stdout};
use crate::model::report::Report;
use crate::pipeline::{self, Again, Output};
use crate::report;

pub(super) fn run(args: Box<ReportArgs>) -> Result<u8> {
    let ReportArgs { report: path, output, out_dir, reading, judging, baseline } = *args;
    let made = out_dir.as_deref().map_or(Ok(()), pipeline::folder);
    let (outputs, usage) = outputs(&output, out_dir.as_deref());
    usage.and(made)?;
    let own = std::fs::canonicalize(&path).ok();
    let is_own = |output: &&Output| output.path.as_ref().is_some_and(|file| std::fs::canonicalize(file).ok() == own && own.is_some());
    if let Some(Output { path: Some(file), .. }) = outputs.iter().find(is_own) {
        bail!("--output {file}: this is the report that is rendered; write somewhere else");
    }
    let (saved, bytes) = pipeline::read_saved(&path, reading.max_input_bytes)?;
    let Again { reports, now, subject } = Again::of(&saved).with_context(|| path.clone())?;
    let checkout = clone::checkout();
    let base = clone::base(subject.config_ref.as_ref().map(|fact| fact.value.as_str()), checkout.as_ref())?;
    let governed = governing::as_saved(&judging.governing, base.files(), &saved)?;
    let is_enforced = governed.policy.as_ref().is_ok_and(|policy| policy.enforced);
    let commit = base.files().ok().flatten();
    let tools = inspect::tools(commit)?;
    let found = pipeline::find(&reports, &tools.mappings);
    let args = CheckArgs {
        reports,
        reading,
        judging,
        baseline,
        output,
        out_dir,
        ci: ci::Kind::None,
        ticket_exit_code: Some(saved.verdict.exit_code).filter(|code| *code > 2),
        dry_run: is_enforced && !saved.verdict.enforced,
        now: Some(saved.now.clone()),
        facts: FactArgs::default(),
    };
    let reports = pipeline::find(&args.reports, &tools.mappings);
    let asked = Asked { args: &args, checkout: checkout.as_ref(), subject: &subject, now };
    let mut again = asked.judge(inspect::sources(&args.reading, found, tools, true)?, governed, commit)?;
    // The formats stand in front of the paths for our sake; whether somebody named them is not saved.
    again.evidence.inputs.iter_mut().for_each(|input| input.named = None);
    if json(&again)? != bytes {
        let mut why = pipeline::unlike(&saved, again.policy.as_ref(), Some(&again));
        if why.is_empty() {
            why.push("exceptions, VEX, the baseline, feeds, owners, profiles, mappings or --root are not those of the run (what was given by flags is given again), or the file was edited".to_owned());
        }
        bail!("{path}: cannot be rendered again, as the same reports come to something else now: {}", why.join("; "));
    }
    // Only now, so that what is not rendered removes nothing.
    pipeline::prepare(&outputs, &reports)?;
    let only = outputs.iter().all(|output| output.path.is_none());
    let before = again.problems.len();
    pipeline::publish(&mut again, &outputs, &mut *stdout::open(only), inspect::threads(&args.reading));
    // What could not be written is told behind the problems that the report has.
    if again.problems.len() > before {
        let failed = again.problems.iter().find(|problem| problem.code == "output-failed");
        bail!("{}", failed.map_or_else(|| "an output could not be written".to_owned(), ToString::to_string));
    }
    Ok(0)
}

fn json(report: &Report) -> Result<Vec<u8>> {
    let format = report::find("json").ok_or_else(|| anyhow!("internal error: no JSON output"))?;
    let mut bytes = Vec::new();
    (format.render)(report, &mut bytes)?;
    Ok(bytes)
}

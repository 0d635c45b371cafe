//! `relgate check`: judge, write the outputs, exit with the verdict.

use std::path::Path;

use anyhow::{Result, anyhow, bail, ensure};
use jiff::Timestamp;

use crate::base::source::Committed;
use crate::cli::args::CheckArgs;
use crate::cli::clone::Base;
use crate::cli::governing::Governed;
use crate::cli::proposed::Proposed;
use crate::cli::{ci, clock, clone, discovered, governing, inspect, stderr, stdout, subject};
use crate::model::policy::Policy;
use crate::model::problem::Problem;
use crate::model::report::{Report, Subject};
use crate::pipeline::{self, BaselinePlaces, Checkout, Output, Places, Question, Sources, VexPlaces};
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
    let made = args.out_dir.as_deref().map_or(Ok(()), pipeline::folder);
    let (outputs, usage) = outputs(&args.output, args.out_dir.as_deref());
    // Whatever else is wrong, no verdict of an earlier run may be taken for this one's.
    let prepared = pipeline::prepare(&outputs, &found);
    usage.and(made).and(prepared).and(named)?;
    let governing = governing?;
    let now = clock::now(args.now.as_deref(), args.dry_run)?;
    let ci = ci::kind(args.ci);
    let told = ci::told(ci, checkout.as_ref());
    let subject = subject::subject(&args.facts, base.fact.clone(), governing.policy.as_ref().ok(), told)?;
    #[cfg(feature = "planted-panic")]
    planted_panic();
    let hashed = outputs.iter().any(|output| output.format.id == "json");
    let asked = Asked { args, checkout: checkout.as_ref(), subject: &subject, now };
    let mut report = asked.judge(inspect::sources(&args.reading, found, tools?, hashed)?, governing, commit)?;
    publish(&mut report, &outputs, ci, args);
    let of_evidence = report.synthetics.iter().map(|synthetic| &synthetic.problem);
    stderr::problems(of_evidence.chain(&report.problems));
    Ok(report.verdict.exit_code)
}

/// Writes the outputs; then, in a step of GitHub, what it shows beside its log, on which nothing depends.
fn publish(report: &mut Report, outputs: &[Output], ci: ci::Kind, args: &CheckArgs) {
    let (folder, threads) = (args.out_dir.as_deref(), inspect::threads(&args.reading));
    let only = outputs.iter().all(|output| output.path.is_none());
    let mut log = stdout::open(only);
    if ci != ci::Kind::Github {
        return pipeline::publish(report, outputs, &mut *log, threads);
    }
    // What a program reads from the standard output is left as it is.
    let is_read = outputs.iter().any(|output| output.path.is_none() && output.format.id != "text");
    if is_read {
        pipeline::publish(report, outputs, &mut *log, threads);
        return ci::publish(report, folder, None);
    }
    let mut fence = ci::Fence::new(log);
    pipeline::publish(report, outputs, &mut fence, threads);
    ci::publish(report, folder, Some(&mut *fence.close()));
}

/// What is judged, whatever governs.
pub(super) struct Asked<'a> {
    pub(super) args: &'a CheckArgs,
    pub(super) checkout: Option<&'a Checkout>,
    pub(super) subject: &'a Subject,
    pub(super) now: Timestamp,
}

impl<'a> Asked<'a> {
    /// The report, by what governs; beside it what the configuration of the change would make of the same.
    pub(super) fn judge(&self, sources: Sources<'_>, governed: Governed, commit: Option<&Committed>) -> Result<Report> {
        let collected = pipeline::collect(sources)?;
        let repository = discovered::repository();
        let Governed { policy, exceptions, baseline } = governed;
        let mut proposed = Proposed::of(self.args, self.checkout, self.subject, self.now);
        let problems = proposed.as_mut().map(|proposed| std::mem::take(&mut proposed.problems)).unwrap_or_default();
        // By a configuration that is wrong nothing can be judged.
        let preview = proposed.filter(|_| problems.is_empty()).map(|proposed| (collected.clone(), proposed));
        let question = self.question(&repository, policy, exceptions.as_deref(), baseline.as_deref(), commit);
        let report = pipeline::judge(collected, Question { proposed: problems, ..question })?;
        let Some((collected, Proposed { governed, files, .. })) = preview else { return Ok(report) };
        let Governed { policy, exceptions, baseline } = governed;
        let question = self.question(&repository, policy, exceptions.as_deref(), baseline.as_deref(), Some(&files));
        pipeline::preview(report, collected, question)
    }

    /// The question by a policy, with what lies beside it, and the commit that all of it is read from.
    fn question<'b>(
        &self,
        repository: &'b Path,
        policy: Result<Policy, Vec<Problem>>,
        exceptions: Option<&'b str>,
        baseline: Option<&'b str>,
        commit: Option<&'b Committed>,
    ) -> Question<'b>
    where
        'a: 'b,
    {
        let Self { args, checkout, subject, now } = *self;
        Question {
            policy,
            flags: flags(args),
            repository,
            vex: VexPlaces { named: &args.judging.vex, commit },
            exceptions: Places { named: &args.judging.exceptions, beside: exceptions, commit },
            baseline: BaselinePlaces { named: args.baseline.as_deref(), beside: baseline, commit, is_written: false },
            checkout,
            proposed: Vec::new(),
            subject: subject.clone(),
            now,
            dry_run: args.dry_run,
            ticket_exit_code: args.ticket_exit_code.unwrap_or(0),
        }
    }
}

/// The flags that say how reports are read and by what they are judged.
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
    let root = args.reading.root.iter().map(|folder| ("root", folder.clone()));
    let sources = args.reading.source_root.iter().map(|folder| ("source-root", folder.to_string_lossy().into_owned()));
    root.chain(sources)
        .chain(policies)
        .chain(base)
        .chain(digest)
        .chain(exceptions)
        .chain(vex)
        .chain(baseline)
        .chain(ticket)
        .chain(now)
        .collect()
}

/// `FORMAT=PATH`, each, and the usual files of a folder; text to the standard output where no format is asked for. Those that can be
/// understood, and what is wrong with the first that cannot.
pub(super) fn outputs(wanted: &[String], folder: Option<&str>) -> (Vec<Output>, Result<()>) {
    let file = |file| folder.map(|folder| std::path::Path::new(folder).join(file).to_string_lossy().into_owned());
    let usual = report::FORMATS.iter().filter_map(|format| Some(Output { format, path: Some(file(format.file?)?) }));
    let mut outputs: Vec<Output> = usual.collect();
    if wanted.is_empty() {
        return match report::find("text") {
            Some(format) => {
                outputs.push(Output { format, path: None });
                (outputs, Ok(()))
            }
            None => (Vec::new(), Err(anyhow!("internal error: no text output"))),
        };
    }
    let mut usage = Ok(());
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

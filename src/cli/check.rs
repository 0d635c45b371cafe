//! `relgate check`: judge, write the outputs, exit with the verdict.

use std::io::{self, BufWriter};

use anyhow::{Result, anyhow, bail, ensure};

use crate::cli::args::CheckArgs;
use crate::cli::{clock, inspect, stderr};
use crate::model::report::{Fact, Subject};
use crate::pipeline::{self, Output, Question};
use crate::report;

/// Where a project keeps its policy.
const DISCOVERED: &str = ".relgate/policy.yaml";

pub(super) fn run(args: &CheckArgs) -> Result<u8> {
    let outputs = outputs(&args.output)?;
    pipeline::clear(&outputs)?;
    let now = clock::now(args.now.as_deref(), args.dry_run)?;
    let subject = subject(args)?;
    if args.policy.is_empty() && policy_is_near() {
        bail!("{DISCOVERED}: policy files are not supported yet; name an embedded policy: --policy builtin:standard");
    }
    #[cfg(feature = "planted-panic")]
    planted_panic();
    let hashed = outputs.iter().any(|output| output.format.id == "json");
    let mut report = pipeline::judge(Question {
        sources: inspect::sources(&args.reading, hashed),
        policies: &args.policy,
        subject,
        now,
        dry_run: args.dry_run,
        ticket_exit_code: args.ticket_exit_code.unwrap_or(0),
    })?;
    pipeline::publish(&mut report, &outputs, &mut BufWriter::new(io::stdout().lock()));
    let of_evidence = report.synthetics.iter().map(|synthetic| &synthetic.problem);
    of_evidence.chain(&report.problems).for_each(stderr::problem);
    Ok(report.verdict.exit_code)
}

/// `FORMAT=PATH`, each; text to the standard output where nothing is asked for.
fn outputs(wanted: &[String]) -> Result<Vec<Output>> {
    if wanted.is_empty() {
        let text = report::find("text").ok_or_else(|| anyhow!("internal error: no text output"))?;
        return Ok(vec![Output { format: text, path: None }]);
    }
    let outputs: Vec<Output> = wanted.iter().map(|output| one_output(output)).collect::<Result<_>>()?;
    let on_stdout = outputs.iter().filter(|output| output.path.is_none()).count();
    ensure!(on_stdout <= 1, "{on_stdout} outputs go to the standard output; give all but one a file");
    Ok(outputs)
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

fn subject(args: &CheckArgs) -> Result<Subject> {
    let fact = |name, value: &Option<String>| match value {
        None => Ok(None),
        Some(value) if value.trim().is_empty() => bail!("--{name}: the value is empty; leave the flag out where nothing is known"),
        Some(value) => Ok(Some(Fact { value: value.clone(), source: "flag" })),
    };
    if let Some(commit) = &args.commit {
        let full = matches!(commit.len(), 40 | 64) && commit.bytes().all(|b| b.is_ascii_hexdigit());
        ensure!(full, "--commit {commit}: not a full hash; give all 40 (or 64) hexadecimal digits: git rev-parse HEAD");
    }
    Ok(Subject {
        repository: fact("repository", &args.repository)?,
        commit: fact("commit", &args.commit)?,
        branch: fact("branch", &args.branch)?,
        stage: fact("stage", &args.stage)?,
        service: fact("service", &args.service)?,
        artifact: fact("artifact", &args.artifact)?,
    })
}

/// Whether a project's own policy lies between here and the root of the repository: judging by another one would be wrong.
fn policy_is_near() -> bool {
    let Ok(here) = std::env::current_dir() else { return false };
    for folder in here.ancestors() {
        if folder.join(DISCOVERED).exists() {
            return true;
        }
        if folder.join(".git").exists() {
            break;
        }
    }
    false
}

/// For the test that a panic exits 2.
#[cfg(feature = "planted-panic")]
#[expect(clippy::panic, reason = "planted")]
fn planted_panic() {
    panic!("planted");
}

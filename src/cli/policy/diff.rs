//! `relgate policy diff`: what another policy would do. It enforces nothing.

use anyhow::{Context as _, Result, bail, ensure};

use crate::cli::args::PolicyDiffArgs;
use crate::cli::{UNDECIDED, clock, discovered, governing, inspect, stderr, stdout};
use crate::model::policy::Policy;
use crate::model::problem::Problem;
use crate::model::report::{Fact, Subject};
use crate::pipeline::{self, BaselinePlaces, Places, Question, VexPlaces, Wanted};
use crate::report::comparison;

pub(super) fn run(args: &PolicyDiffArgs) -> Result<u8> {
    let Some(format) = comparison::FORMATS.iter().find(|format| format.id == args.format) else {
        bail!("internal error: no format {}", args.format);
    };
    let base = args.base_policy.as_deref();
    let read = |name: &String| pipeline::policy(&Wanted { names: std::slice::from_ref(name), base, ..Wanted::default() });
    let (before, after) = match (read(&args.before), read(&args.after)) {
        (Ok(before), Ok(after)) => (before, after),
        (before, after) => {
            let problems: Vec<Problem> = [before, after].into_iter().filter_map(Result::err).flatten().collect();
            stderr::problems(problems.iter());
            return Ok(UNDECIDED);
        }
    };
    let now = clock::now(args.now.as_deref(), true)?;
    let tools = inspect::tools(None)?;
    let found = pipeline::find(&args.reports, &tools.mappings);
    let collected = pipeline::collect(inspect::sources(&args.reading, found, tools, false)?)?;
    ensure!(!collected.is_empty(), "--reports: nothing could be read; `relgate inspect REPORT` tells why");
    let [of_before, of_after] = [&args.before, &args.after].map(|name| (governing::beside(name), governing::baseline_beside(name)));
    let repository = discovered::repository();
    let question = |policy: Policy, exceptions, beside| Question {
        subject: subject(args, &policy),
        policy: Ok(policy),
        flags: Vec::new(),
        vex: VexPlaces::default(),
        exceptions: Places { named: &args.exceptions, beside: exceptions, commit: None },
        baseline: BaselinePlaces { beside, ..BaselinePlaces::default() },
        repository: &repository,
        checkout: None,
        proposed: Vec::new(),
        now,
        dry_run: true,
        ticket_exit_code: 0,
    };
    let before = question(before, of_before.0.as_deref(), of_before.1.as_deref());
    let after = question(after, of_after.0.as_deref(), of_after.1.as_deref());
    let comparison = pipeline::compare(collected, before, after)?;
    let mut out = stdout::open(true);
    (format.render)(&comparison, &mut out).and_then(|()| out.flush()).context("the standard output cannot be written")?;
    Ok(0)
}

/// What the flags say of what is judged, and what a policy does.
fn subject(args: &PolicyDiffArgs, policy: &Policy) -> Subject {
    let fact = |value: Option<&String>, source: &'static str| value.map(|value| Fact { value: value.clone(), source: source.into() });
    Subject {
        branch: fact(args.branch.as_ref(), "flag"),
        stage: fact(args.stage.as_ref(), "flag"),
        repository: fact(policy.context.repository.as_ref(), "policy"),
        service: fact(policy.context.service.as_ref(), "policy"),
        ..Subject::default()
    }
}

//! `relgate policy test`: whether policies do what their tests say. It exits 1 where one does not, 2 where a test cannot be tried.

use std::num::NonZero;
use std::thread;

use anyhow::{Context as _, Result, ensure};

use crate::cli::args::PolicyTestArgs;
use crate::cli::{UNDECIDED, discovered, stdout};
use crate::model::suite::Tried;
use crate::pipeline::{self, Bench};
use crate::report::{mistakes, suite};

pub(super) fn run(args: &PolicyTestArgs) -> Result<u8> {
    pipeline::clear_file(args.junit.as_deref())?;
    let files = if args.files.is_empty() { beside()? } else { args.files.clone() };
    let folders = discovered::tools(std::env::current_dir(), None)?;
    let repository = discovered::repository();
    let bench = Bench { folders: &folders, repository: &repository, threads: thread::available_parallelism().map_or(1, NonZero::get) };
    let (mut suites, mut problems) = (Vec::new(), Vec::new());
    for file in &files {
        match pipeline::suite(file).and_then(|suite| pipeline::run_suite(suite, &bench)) {
            Ok(tried) => suites.push(tried),
            Err(wrong) => problems.extend(wrong),
        }
    }
    let mut out = stdout::open(args.junit.is_none());
    let printed = mistakes::render(problems.iter(), &pipeline::config_text, &mut out);
    let printed = printed.and_then(|()| if suites.is_empty() { Ok(()) } else { suite::render(&suites, &mut out) });
    printed.and_then(|()| out.flush()).context("the standard output cannot be written")?;
    if let Some(path) = &args.junit {
        pipeline::write_file(path, &|out| suite::junit(&suites, out))?;
    }
    Ok(code(&suites, problems.is_empty()))
}

fn code(suites: &[Tried], is_whole: bool) -> u8 {
    match (is_whole, suite::all_pass(suites)) {
        (false, _) => UNDECIDED,
        (true, false) => 1,
        (true, true) => 0,
    }
}

/// The tests beside the project's policy.
fn beside() -> Result<Vec<String>> {
    let found = discovered::policy(std::env::current_dir(), None)?;
    let folder = found.as_deref().and_then(|policy| policy.strip_suffix("policy.yaml")).unwrap_or(".relgate/");
    let glob = format!("{folder}*.test.yaml");
    let files = pipeline::config_files(&glob);
    ensure!(!files.is_empty(), "there is no test: {glob} matches nothing; name a file of tests, or write one (docs/policy-tests.md)");
    Ok(files)
}

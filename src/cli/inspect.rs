//! `relgate inspect`: what the gate reads in reports.

use std::num::NonZero;
use std::thread;

use anyhow::{Context as _, Result, ensure};

use crate::base::source::{Committed, Found};
use crate::cli::args::{InspectArgs, Reading};
use crate::cli::{UNDECIDED, discovered, stderr, stdout};
use crate::pipeline::{self, Sources, Tools};
use crate::report::inspect;

pub(super) fn run(args: &InspectArgs) -> Result<u8> {
    let tools = tools(None)?;
    let found = pipeline::find(&args.reports, &tools.mappings);
    let sources = sources(&args.reading, found, tools, false)?;
    let evidence = pipeline::gather(&sources);
    let mut out = stdout::open(true);
    let render = if args.json { inspect::json_lines } else { inspect::table };
    render(&evidence, &mut out).and_then(|()| out.flush()).context("the standard output cannot be written")?;
    let of_inputs = evidence.inputs.iter().flat_map(|input| &input.problems);
    let of_scans = evidence.scans.iter().flat_map(|scan| &scan.incomplete_because);
    stderr::with_notes(sources.tools.problems.iter().chain(&evidence.problems).chain(of_inputs).chain(of_scans));
    let complete = sources.tools.problems.is_empty() && !evidence.scans.is_empty() && evidence.inputs.iter().all(|input| input.complete);
    Ok(if complete { 0 } else { UNDECIDED })
}

/// What is known of the project's tools: by the files of a commit, where there is one.
pub(super) fn tools(commit: Option<&Committed>) -> Result<Tools> {
    Ok(pipeline::tools(&discovered::tools(std::env::current_dir(), commit)?))
}

/// What the command line says of the reports.
pub(super) fn sources(args: &Reading, found: Found, tools: Tools, hashed: bool) -> Result<Sources<'_>> {
    ensure!(args.root.as_ref().is_none_or(|root| !root.trim().is_empty()), "--root: the value is empty; name a folder, such as `.`");
    if let Some(root) = &args.source_root {
        ensure!(root.is_dir(), "--source-root {}: there is no such folder; name that of the checkout", root.display());
    }
    Ok(Sources {
        found,
        tools,
        root: args.root.as_deref(),
        source_root: args.source_root.as_deref(),
        max_input_bytes: args.max_input_bytes,
        threads: threads(args),
        hashed,
    })
}

/// How many of what is read, or written, at a time.
pub(super) fn threads(args: &Reading) -> usize {
    args.threads.map_or_else(|| thread::available_parallelism().map_or(1, NonZero::get), usize::from)
}

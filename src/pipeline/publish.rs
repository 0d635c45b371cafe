//! Writes the outputs of a run: the standard output first, then all files beside their names, then the names, the JSON report last.
//!
//! An output that cannot be written leaves a run undecided that would have passed; what blocks goes on blocking. The other outputs
//! are then written again, so that none of them says pass.

use std::io::Write;

use crate::act::outputs::{Outputs, clear_stale};
use crate::base::fault::{Fault, Position};
use crate::model::decision::Outcome;
use crate::model::problem::{Problem, Weight};
use crate::model::report::Report;
use crate::report::Format;

/// One output that was asked for.
pub struct Output {
    /// The format.
    pub format: &'static Format,
    /// The file; `None` is the standard output.
    pub path: Option<String>,
}

/// Removes what an earlier run left under the names of the outputs.
pub fn clear(outputs: &[Output]) -> anyhow::Result<()> {
    outputs.iter().filter_map(|output| output.path.as_deref()).try_for_each(clear_stale)
}

/// Writes the outputs; the verdict of the report afterwards is what the process exits with.
pub fn publish(report: &mut Report, outputs: &[Output], stdout: &mut dyn Write) {
    for output in outputs.iter().filter(|output| output.path.is_none()) {
        if let Err(error) = (output.format.render)(report, stdout).and_then(|()| stdout.flush()) {
            degrade(report, format!("the standard output cannot be written: {error}"));
        }
    }
    let mut files: Vec<(&Output, &str)> = outputs.iter().filter_map(|output| Some((output, output.path.as_deref()?))).collect();
    files.sort_by_key(|(output, _)| output.format.id == "json");
    // Twice at most: what failed once is left out, and the rest is told of it.
    while !files.is_empty() {
        let failed = write(report, &files);
        if failed.is_empty() {
            return;
        }
        for (path, message) in failed {
            degrade(report, message);
            files.retain(|(_, other)| *other != path);
        }
    }
}

/// Writes the files, all or none; what could not be written, and why.
fn write(report: &Report, files: &[(&Output, &str)]) -> Vec<(String, String)> {
    let mut outputs = Outputs::default();
    let failed: Vec<(String, String)> = files
        .iter()
        .filter_map(|(output, path)| {
            let staged = outputs.stage(path, &|out| (output.format.render)(report, out));
            staged.err().map(|error| ((*path).to_owned(), error.to_string()))
        })
        .collect();
    if !failed.is_empty() {
        return failed;
    }
    match outputs.commit() {
        Ok(()) => Vec::new(),
        Err(torn) => {
            let first = files.iter().map(|(_, path)| *path).find(|path| !torn.written.iter().any(|written| written == path));
            vec![(first.unwrap_or_default().to_owned(), torn.error.to_string())]
        }
    }
}

/// Makes an undecided run of one that an output failed.
fn degrade(report: &mut Report, message: String) {
    let fault = Fault {
        code: "output-failed",
        position: Position::Whole,
        message,
        help: "make room or name another place, and run again".to_owned(),
    };
    report.problems.push(Problem::of_fault(Weight::Undecided, None, fault));
    report.problems.sort();
    if report.verdict.outcome != Outcome::Block {
        report.verdict.outcome = Outcome::Undecided;
        report.verdict.reason = String::from("an output could not be written");
        report.verdict.exit_code = 2;
    }
}

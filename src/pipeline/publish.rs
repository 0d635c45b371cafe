//! Writes the outputs of a run: all files beside their names, then devices, then the standard output, then the names, the JSON
//! report last.
//!
//! An output that cannot be written leaves a run undecided that would have passed; what blocks goes on blocking. The other outputs
//! are then written again, so that none of them says pass. What was printed cannot be written again: so it comes when all that a
//! full disk could spoil is done.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Result, ensure};

use crate::act::outputs::{self, Outputs, Render, Target, Torn, clear_stale};
use crate::base::fault::{Fault, Position};
use crate::base::order::Order as _;
use crate::base::parallel;
use crate::base::source::Found;
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

/// Makes the folder of outputs, where there is none.
pub fn folder(path: &str) -> Result<()> {
    outputs::folder(path)
}

/// Checks the outputs before anything is read, and removes what an earlier run left under their names. An output that is
/// refused keeps none of the others from being cleared; the error is that of the first.
pub fn prepare(outputs: &[Output], found: &Found) -> Result<()> {
    let mut taken = Vec::new();
    let mut usage = Ok(());
    let mut first: Vec<&Output> = outputs.iter().collect();
    // A run that is killed while it clears leaves no old verdict for programs.
    first.order_by_key(|output| output.format.id != "json");
    for path in first.into_iter().filter_map(|output| output.path.as_deref()) {
        let cleared = prepare_one(path, found, &mut taken);
        usage = usage.and(cleared);
    }
    usage
}

fn prepare_one<'a>(path: &'a str, found: &Found, taken: &mut Vec<(PathBuf, &'a str)>) -> Result<()> {
    let Target::File { place, .. } = outputs::target(path)? else { return Ok(()) };
    ensure!(
        !found.holds(&place),
        "--output {path}: this is among the reports to read, or lies there since an earlier run; write where none is looked for"
    );
    if let Some((_, twin)) = taken.iter().find(|(other, _)| *other == place) {
        return Err(outputs::two_in_one(twin, path));
    }
    taken.push((place, path));
    clear_stale(path)
}

/// Writes the outputs, several at a time; the verdict of the report afterwards is what the process exits with.
pub fn publish(report: &mut Report, outputs: &[Output], stdout: &mut dyn Write, threads: usize) {
    let mut pending: Vec<&Output> = outputs.iter().collect();
    pending.order_by_key(|output| {
        let device = output.path.as_deref().is_some_and(|path| matches!(outputs::target(path), Ok(Target::Device)));
        (output.path.is_none(), device, output.format.id == "json")
    });
    // Each round leaves out what failed in the one before, and tells the rest of it.
    while let Err(failed) = write(report, &pending, stdout, threads) {
        degrade(report, failed.message);
        let mut place = 0..;
        pending.retain(|output| place.next() != Some(failed.output) && !(failed.printed && output.path.is_none()));
    }
}

/// Removes what an earlier run left under a name, so that it is not taken for this one's.
pub fn clear_file(path: Option<&str>) -> Result<()> {
    path.map_or(Ok(()), |path| outputs::target(path).and_then(|_| clear_stale(path)))
}

/// Writes a file, whole or not at all.
pub fn write_file(path: &str, render: Render<'_>) -> Result<()> {
    let mut files = Outputs::default();
    files.stage(path, render)?;
    files.commit().map_err(|torn| torn.error)
}

/// An output that could not be written.
struct Failed {
    /// Its place among those to write.
    output: usize,
    message: String,
    /// Whether the standard output is written already.
    printed: bool,
}

/// Writes the outputs. After the first that fails no file has its name.
fn write(report: &Report, pending: &[&Output], stdout: &mut dyn Write, threads: usize) -> Result<(), Failed> {
    let mut files = Outputs::default();
    let stage = |output: &&Output| {
        // A device is told when all files are ready.
        let path = output.path.as_ref().filter(|path| !matches!(outputs::target(path), Ok(Target::Device)))?;
        Some(outputs::staged(path, &|out| (output.format.render)(report, out)))
    };
    for (number, (output, staged)) in pending.iter().zip(parallel::map(pending, threads, stage)).enumerate() {
        let failed = |message| Failed { output: number, message, printed: false };
        if let Some(staged) = staged {
            staged.and_then(|staged| files.add(staged)).map_err(|error| failed(error.to_string()))?;
        } else if let Some(path) = &output.path {
            files.stage(path, &|out| (output.format.render)(report, out)).map_err(|error| failed(error.to_string()))?;
        } else {
            let printed = (output.format.render)(report, stdout).and_then(|()| stdout.flush());
            printed.map_err(|error| {
                failed(format!("the standard output cannot be written: {error}; name a file with --output, or make room"))
            })?;
        }
    }
    files.commit().map_err(|Torn { written, error }| {
        let cleared: Vec<String> = written.iter().filter_map(|path| Some(clear_stale(path).err()?.to_string())).collect();
        let named = |path: &String| written.contains(path);
        let first = pending.iter().position(|output| output.path.as_ref().is_some_and(|path| !named(path)));
        let message = [vec![error.to_string()], cleared].concat().join("; ");
        Failed { output: first.unwrap_or_default(), message, printed: true }
    })
}

/// Makes an undecided run of one that an output failed.
fn degrade(report: &mut Report, message: String) {
    let help = "then run again".to_owned();
    let fault = Fault { code: "output-failed", position: Position::Whole, message, help };
    report.problems.push(Problem::of_fault(Weight::Undecided, None, fault));
    report.problems.order_by(Ord::cmp);
    if report.verdict.outcome != Outcome::Block {
        report.verdict.outcome = Outcome::Undecided;
        report.verdict.reason = String::from("an output could not be written");
        report.verdict.exit_code = 2;
    }
}

#[cfg(test)]
mod tests;

//! SARIF 2.1.0 as tools really write it (OASIS Standard, errata 01).
//!
//! A run is read in the order of the document: most Semgrep files have `results` before `tool`. So a result is held as a compact
//! row with the names it used, and when the document ends the rows are resolved against the run's rules, artifacts, bases and
//! invocations ([`resolve`]).

mod bases;
mod descriptor;
mod inline;
mod invocation;
mod levels;
mod message;
mod overrides;
mod prints;
mod properties;
mod reference;
mod resolve;
mod result;
mod rule;
mod run;
mod tool;

use std::fmt;

use crate::base::fault::{Fault, Position};
use crate::base::json::{Halt, Reader, Result, members};
use crate::ingest::{Ends, Format, Probe, Sink};
use crate::model::problem::Weight;
use inline::Inline;
use run::Run;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "sarif",
    title: "SARIF 2.1.0",
    recognized: "`runs`, or a `$schema` that names SARIF",
    reads: "Results of any tool, with rules, levels, suppressions and the health of the scan: see below",
    severity: "see below",
    incomplete: "see below",
    ends: Ends::Bracket,
    blank: false,
    endings: &[".sarif"],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    probe.has("/runs") || probe.text("/$schema").is_some_and(|schema| schema.to_ascii_lowercase().contains("sarif"))
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut version = None;
    let mut runs: Option<Vec<Run>> = None;
    let mut inline = Vec::new();
    members!(r, {
        "version" => {
            let value = r.scalar()?;
            version = Some(value.text().map_or_else(|| value.kind().word().to_owned(), |text| text.chars().take(40).collect::<String>()));
        },
        "runs" => {
            let mut read = Vec::new();
            r.array(|r, index| {
                read.push(Run::read(r, sink, index)?);
                Ok(())
            })?;
            runs = Some(read);
        },
        "inlineExternalProperties" => inline = Inline::read_all(r, sink)?,
    });
    match version.as_deref() {
        Some("2.1.0") => {}
        Some(other) => {
            return Err(missing(
                "version",
                &format!("version {other:?} is not 2.1.0"),
                "let the tool write SARIF 2.1.0, or convert the report",
            )
            .inside("version"));
        }
        None => return Err(missing("version", "the version is missing", "a SARIF report says \"version\": \"2.1.0\"").inside("version")),
    }
    let Some(mut runs) = runs else {
        return Err(missing("no-runs", "`runs` is missing", "the report is not whole: let the tool write it again").inside("runs"));
    };
    Inline::join_all(inline, &mut runs, sink);
    if runs.is_empty() {
        sink.problem(Weight::Undecided, "no-runs", || "/runs".to_owned(), "the report has no runs: no tool ran", "let the scanner run");
    }
    for run in runs {
        let scan = resolve::resolve(run, sink);
        sink.report.scans.push(scan);
    }
    Ok(())
}

/// A document refused for what it lacks; the callers on the way up add where.
fn missing(code: &'static str, message: &str, help: &str) -> Halt {
    Halt::of(Fault { code, position: Position::Whole, message: message.to_owned(), help: help.to_owned() })
}

/// The place of a result, for pointers: written only when somebody reads it.
#[derive(Clone, Copy)]
struct Place<'a> {
    list: &'a str,
    index: u32,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.list, self.index)
    }
}

#[cfg(test)]
mod tests;

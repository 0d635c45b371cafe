//! Reads reports: one file a format, one row each in [`FORMATS`].
//!
//! A reader tells what the tool wrote, in the tool's words ([`crate::model::raw`]). It rates nothing and cleans nothing, and it
//! drops nothing: every result becomes a row, and what cannot be read becomes a problem.

mod probe;
mod sarif;
mod sink;

use std::io::Read;

pub use probe::Probe;
pub use sink::Sink;

use crate::base::fault::{Fault, Position};
use crate::base::json::{self, Halt, Reader};
use crate::model::raw::RawReport;

/// One scanner output format: a row of [`FORMATS`].
pub struct Format {
    /// The word in `--format`-like prefixes, reports and docs.
    pub id: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// What the row reads of it, for people.
    pub reads: &'static str,
    /// Whether a document is of this format, by its first stretch.
    pub sniff: fn(&Probe) -> bool,
    /// Reads a document from its first byte to its last value.
    pub parse: fn(&mut Reader<'_>, &mut Sink) -> json::Result<()>,
}

/// Every input format.
pub static FORMATS: &[Format] = &[sarif::FORMAT];

/// The format with an id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.id == id)
}

/// Why a document gave nothing.
pub enum Refusal {
    /// It is well formed, and no format claims it.
    Unclaimed(Fault),
    /// It is broken.
    Broken(Option<&'static Format>, Fault),
}

/// Reads one document of decoded text. `wanted` is the format that the user named; without it exactly one format must claim the
/// document. All or nothing: a document with a mistake in its shape gives no finding.
pub fn read(source: &mut dyn Read, wanted: Option<&'static Format>) -> Result<(&'static Format, RawReport), Refusal> {
    let mut reader = Reader::new(source);
    let format = match wanted {
        Some(format) => format,
        None => recognize(&mut reader)?,
    };
    let mut sink = Sink::default();
    let read = (format.parse)(&mut reader, &mut sink).and_then(|()| reader.end());
    match read {
        Ok(()) => Ok((format, sink.into_report())),
        Err(halt) => Err(Refusal::Broken(Some(format), halt.into_fault())),
    }
}

fn recognize(reader: &mut Reader<'_>) -> Result<&'static Format, Refusal> {
    let broken = |halt: Halt| Refusal::Broken(None, halt.into_fault());
    let probe = Probe::of(reader.first_stretch().map_err(broken)?);
    let claims: Vec<&'static Format> = FORMATS.iter().filter(|format| (format.sniff)(&probe)).collect();
    let fault = |code, message: String, help: String| Fault { code, position: Position::Line(1, 1), message, help };
    match claims.as_slice() {
        [one] => Ok(one),
        [] => {
            // A broken document is told as broken, not as unknown.
            reader.skip().and_then(|()| reader.end()).map_err(broken)?;
            let known: Vec<_> = FORMATS.iter().map(|format| format.id).collect();
            Err(Refusal::Unclaimed(fault(
                "unknown-format",
                format!("no known report format: {}", probe.describe()),
                format!("formats that are read: {}; see `relgate formats`", known.join(", ")),
            )))
        }
        several => {
            let ids: Vec<_> = several.iter().map(|format| format.id).collect();
            let first = ids.first().copied().unwrap_or_default();
            Err(Refusal::Broken(
                None,
                fault(
                    "ambiguous-format",
                    format!("could be {}: {}", ids.join(" or "), probe.describe()),
                    format!("name the format: `{first}:PATH`"),
                ),
            ))
        }
    }
}

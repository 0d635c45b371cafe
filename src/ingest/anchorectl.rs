//! `anchorectl image vulnerabilities -o json-raw`: a list of what Anchore Engine tells of each vulnerability, spelled otherwise.

use crate::base::json::{Reader, Result};
use crate::ingest::anchore::vulnerability;
use crate::ingest::health::Reasons;
use crate::ingest::{Ends, Format, Probe, Sink};

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "anchorectl",
    title: "anchorectl vulnerabilities (JSON)",
    recognized: "a list of items with `vuln` and `packageName`",
    reads: "Each vulnerability, as in `anchore`. An empty list must be named",
    severity: "`severity`",
    incomplete: "",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    ["/0/vuln", "/0/packageName"].iter().all(|key| probe.has(key))
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut scan = sink.scan("anchore");
    sink.rows(r, &mut scan, "", vulnerability)?;
    sink.finish(scan, Reasons::default());
    Ok(())
}

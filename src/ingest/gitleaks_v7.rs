//! gitleaks before version 8: `--report` of its JSON (`Leak` of its source).
//!
//! As of version 8, only what cannot hold the secret is read.

use crate::base::json::{Reader, Result, members};
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "gitleaks-v7",
    title: "gitleaks 7 JSON",
    recognized: "items with `offender` and `rule`",
    reads: "Rule, path and line; nothing else, so that no secret is",
    severity: "none is told",
    incomplete: "",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    ["/0/offender", "/0/rule"].iter().all(|key| probe.has(key))
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut scan = sink.scan("gitleaks");
    sink.rows(r, &mut scan, "", leak)?;
    sink.finish(scan, Reasons::default());
    Ok(())
}

fn leak(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let (mut path, mut line) = (None, None);
    item.is_of(Category::Secret);
    members!(r, {
        "rule" => item.rule_id = sink.name(r, || format!("{}/rule", at()))?,
        "file" => path = sink.name(r, || format!("{}/file", at()))?,
        "lineNumber" => line = sink.line_or_zero(r, || format!("{}/lineNumber", at()))?,
    });
    if item.rule_id.is_none() {
        return Err(lacks(r, "a leak", "rule"));
    }
    item.lines(path, (line, None));
    Ok(())
}

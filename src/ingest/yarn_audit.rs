//! Yarn 1: `yarn audit --json`, a JSON object a line (`json-reporter.js` and `commands/audit.js` of its source).
//!
//! An advisory is told once for each path to the component, and a summary ends the report. Errors are lines too.

use crate::base::json::{Reader, Result, Scalar, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::advisory::nothing_audited;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::npm::advisory::Advisory;
use crate::ingest::npm::{Totals, level};
use crate::ingest::{Ends, Format, Probe, Sink};
use crate::model::raw::RawScan;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "yarn-audit",
    title: "yarn audit JSON, Yarn 1",
    recognized: "objects with `type` and `data`, the first of a type that Yarn has",
    reads: "Each `auditAdvisory`, of which there is one a path: the version in use is that of the path. `patched_versions` of `<0.0.0` says that there is no fix",
    severity: "the advisory's word, and the CVSS score and vector that it quotes",
    incomplete: "no `auditSummary` ends it; an `error` or a record of an unknown type; a severity is counted and none of it is listed, as with `--level`",
    ends: Ends::Record,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

/// The types of records that are about how Yarn works, which say nothing of the audit.
const TALK: [&str; 22] = [
    "activityEnd",
    "activitySetEnd",
    "activitySetStart",
    "activitySetTick",
    "activityStart",
    "activityTick",
    "auditAction",
    "command",
    "finished",
    "info",
    "inspect",
    "list",
    "log",
    "progressFinish",
    "progressStart",
    "progressTick",
    "step",
    "success",
    "table",
    "tree",
    "verbose",
    "warning",
];

fn sniff(probe: &Probe) -> bool {
    let is_yarns = |kind: &str| matches!(kind, "auditAdvisory" | "auditSummary" | "auditAction");
    let is_talk = |kind: &str| kind == "error" || TALK.contains(&kind);
    let is_text = probe.kind("/data") == Some(ValueKind::Text);
    // Yarn 4 tells more of each line: `name`, `displayName`, `indent`.
    probe.text("/type").is_some_and(|kind| is_yarns(kind) && probe.has("/data") || is_talk(kind) && is_text && !probe.has("/displayName"))
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut audit = Audit { scan: sink.scan("yarn-audit"), reasons: Reasons::default(), levels: Vec::new(), is_ended: false };
    r.stream(|r, index| audit.record(r, sink, &format!("/{index}")))?;
    let Audit { scan, mut reasons, is_ended, .. } = audit;
    if !is_ended {
        reasons.cut_off("auditSummary");
    }
    sink.finish(scan, reasons);
    Ok(())
}

struct Audit {
    scan: RawScan,
    reasons: Reasons,
    /// Those of the advisories since the last summary, each once.
    levels: Vec<&'static str>,
    /// Whether a summary came after the last advisory.
    is_ended: bool,
}

impl Audit {
    fn record(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<()> {
        let (mut kind, mut has_data) = (None, false);
        members!(r, {
            "type" => kind = r.scalar()?.text().map(str::to_owned),
            "data" => {
                has_data = true;
                // Yarn writes the type first: what comes before it could be anything.
                let Some(kind) = kind.as_deref() else { return Err(lacks(r, "a record", "type")) };
                self.data(r, sink, kind, &format!("{at}/data"))?;
            },
        });
        if !has_data && !kind.as_deref().is_some_and(|kind| TALK.contains(&kind)) {
            return Err(lacks(r, "a record", if kind.is_none() { "type" } else { "data" }));
        }
        Ok(())
    }

    fn data(&mut self, r: &mut Reader<'_>, sink: &mut Sink, kind: &str, at: &str) -> Result<()> {
        match kind {
            "auditAdvisory" => self.advisory(r, sink, at),
            "auditSummary" => self.summary(r, sink, at),
            "error" => {
                let told = r.scalar()?;
                self.reasons.error(|| at.to_owned(), told.text());
                Ok(())
            }
            _ if TALK.contains(&kind) => r.skip(),
            _ => {
                self.reasons.unknown_record(|| at.to_owned());
                r.skip()
            }
        }
    }

    fn advisory(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<()> {
        let place = format!("{at}/advisory");
        let (mut path, mut dev, mut advisory) = (None, None, None);
        members!(r, {
            "resolution" => if sink.object(r, || format!("{at}/resolution"))? {
                (path, dev) = resolution(r, sink, at)?;
            },
            "advisory" => advisory = Some(Advisory::read(r, sink, &place, None, path)?),
        });
        let Some(advisory) = advisory else { return Err(lacks(r, "an advisory", "advisory")) };
        self.is_ended = false;
        self.levels.extend(level(sink, advisory.severity()).filter(|level| !self.levels.contains(level)));
        advisory.keep(sink, &mut self.scan, &place, dev);
        Ok(())
    }

    fn summary(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<()> {
        let counts = format!("{at}/vulnerabilities");
        let (mut totals, mut is_nothing) = (None, false);
        members!(r, {
            "vulnerabilities" => totals = Some(Totals::read(r, &mut self.reasons, &counts)?),
            "totalDependencies" => is_nothing = matches!(r.scalar()?, Scalar::Number("0")),
        });
        let Some(totals) = totals else { return Err(lacks(r, "`auditSummary`", "vulnerabilities")) };
        if let Some(totals) = totals {
            totals.compare(&self.levels, &mut self.reasons, &counts);
        }
        self.levels.clear();
        self.is_ended = true;
        if is_nothing {
            nothing_audited(sink, "yarn audit");
        }
        Ok(())
    }
}

/// The path to the component, and whether it is for development only.
fn resolution(r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<(Option<Text>, Option<bool>)> {
    let (mut path, mut dev) = (None, None);
    members!(r, {
        "path" => path = sink.name(r, || format!("{at}/resolution/path"))?,
        "dev" => dev = sink.flag(r, || format!("{at}/resolution/dev"))?,
    });
    Ok((path, dev))
}

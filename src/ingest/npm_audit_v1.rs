//! `npm audit --json` of npm 6, which `pnpm audit --json` and `yarn npm audit --json` (Yarn 2 and 3) write too (npm's documentation
//! of version 6, and pnpm's `types.ts` of `audit`).
//!
//! `advisories` are listed by number, each with a finding for each version in use: such a version is a result. An advisory without
//! findings is one result whose version is not known.

use crate::base::json::{Reader, Result, ValueKind, pointer};
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::npm::advisory::Advisory;
use crate::ingest::npm::{METADATA, Totals, level};
use crate::ingest::{Ends, Format, Probe, Sink};
use crate::model::problem::Weight;
use crate::model::raw::RawScan;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "npm-audit-v1",
    title: "npm audit JSON, npm 6, pnpm, Yarn 2 and 3",
    recognized: "`advisories` beside `metadata`",
    reads: "Each version in `findings` is a sighting; an advisory without findings is one. `patched_versions` of `<0.0.0` says that there is no fix. pnpm and Yarn are not told apart from npm: the tool is `npm-audit`",
    severity: "the advisory's word, and the CVSS score and vector that it quotes",
    incomplete: "`muted` is not empty; a severity is counted and none of it is listed",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    probe.kind("/advisories") == Some(ValueKind::Object) && probe.has("/metadata")
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut audit = Audit { scan: sink.scan("npm-audit"), reasons: Reasons::default(), levels: Vec::new() };
    let (mut listed, mut counted, mut totals) = (false, false, None);
    r.entries(|r, key| match key {
        "advisories" => {
            listed = true;
            r.entries(|r, key| audit.advisory(r, sink, key))
        }
        "metadata" => {
            counted = true;
            totals = Totals::of_metadata(r, &mut audit.reasons)?;
            Ok(())
        }
        "muted" => audit.muted(r),
        _ => {
            // It might hold what is not among the advisories.
            if r.kind()? == ValueKind::Array && key != "actions" {
                sink.problem(Weight::Note, "unknown-list", String::new, "the report has a list that is not known and not read", "");
            }
            r.skip()
        }
    })?;
    if !listed {
        return Err(lacks(r, "the report", "advisories"));
    }
    if !counted {
        return Err(lacks(r, "the report", "metadata"));
    }
    if let Some(totals) = totals {
        totals.compare(&audit.levels, &mut audit.reasons, METADATA);
    }
    let Audit { scan, reasons, .. } = audit;
    sink.finish(scan, reasons);
    Ok(())
}

struct Audit {
    scan: RawScan,
    reasons: Reasons,
    /// Those of the advisories, each once.
    levels: Vec<&'static str>,
}

impl Audit {
    fn muted(&mut self, r: &mut Reader<'_>) -> Result<()> {
        if !self.reasons.expect(r, ValueKind::Array, || "/muted".to_owned())? {
            return Ok(());
        }
        let mut muted = 0_u64;
        r.array(|r, _| {
            muted += 1;
            r.skip()
        })?;
        if muted > 0 {
            self.reasons.add("muted", || "/muted".to_owned(), format!("{muted} advisories are muted and not in the report"));
        }
        Ok(())
    }

    fn advisory(&mut self, r: &mut Reader<'_>, sink: &mut Sink, key: &str) -> Result<()> {
        let at = pointer(["advisories", key].into_iter());
        let advisory = Advisory::read(r, sink, &at, Some(key), None)?;
        self.levels.extend(level(sink, advisory.severity()).filter(|level| !self.levels.contains(level)));
        advisory.keep(sink, &mut self.scan, &at, None);
        Ok(())
    }
}

//! Prowler's own JSON, of versions 2 and 3 (`prowler/lib/outputs/json` of version 3; `include/outputs` of version 2). Later versions
//! write OCSF.

use crate::base::json::{Reader, Result, members};
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::item::Verdict;
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::RawScan;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "prowler",
    title: "Prowler 2 and 3 JSON",
    recognized: "records with `CheckID` and `CheckTitle`, or with `Control ID` and `Control`, in a list or one behind the other",
    reads: "Each check of each resource, under `CheckID` or `Control ID`; the resource is the target. `PASS` has passed, `INFO` and `MANUAL` are no findings, `MUTED` and `WARNING` are what a list of exceptions mutes: suppressed. Any other status is open",
    severity: "`Severity`",
    incomplete: "",
    ends: Ends::Anywhere,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    let has = |at: &str, keys: [&str; 3]| keys.iter().all(|key| probe.has(&format!("{at}/{key}")));
    ["", "/0"].iter().any(|at| has(at, ["CheckID", "CheckTitle", "Status"]) || has(at, ["Control ID", "Control", "Status"]))
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut scan = sink.scan("prowler");
    sink.records(r, &mut scan, check)?;
    sink.finish(scan, Reasons::default());
    Ok(())
}

fn check(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let (mut verdict, mut arn, mut resource, mut account, mut region) = (None, None, None, None, None);
    item.is_of(Category::Iac);
    members!(r, {
        "CheckID" => item.rule_id = sink.name(r, at)?,
        "CheckTitle" => item.detail.title = sink.prose(r, at)?,
        "Status" => verdict = Some(status(r)?),
        "StatusExtended" => item.message = sink.prose(r, at)?,
        "Severity" => item.severity(r, sink)?,
        "ResourceArn" => arn = sink.name(r, at)?,
        "ResourceId" => resource = sink.name(r, at)?,
        "AccountId" => account = sink.name(r, at)?,
        "Region" => region = sink.name(r, at)?,
        // As version 2 names them.
        "Control ID" => item.rule_id = sink.name(r, at)?,
        "Control" => item.detail.title = sink.prose(r, at)?,
        "Message" => item.message = sink.prose(r, at)?,
        "Resource ID" => resource = sink.name(r, at)?,
        "Account Number" => account = sink.name(r, at)?,
        "Timestamp" => scan.ended = scan.ended.later(sink.instant(r)?),
    });
    if let Some((member, _)) = [("CheckID", item.rule_id.is_some()), ("Status", verdict.is_some())].into_iter().find(|(_, told)| !told) {
        return Err(lacks(r, "a record", member));
    }
    item.detail.target = arn.or_else(|| sink.joined(" ", &[account, region, resource]));
    item.is(verdict.unwrap_or(Verdict::Open), sink);
    Ok(())
}

/// What a status says. What a list of exceptions mutes is a warning up to version 3.11.
fn status(r: &mut Reader<'_>) -> Result<Verdict> {
    Ok(match r.scalar()?.text() {
        Some("WARNING") => Verdict::Suppressed,
        told => told.map_or(Verdict::Open, Verdict::of_word),
    })
}

//! Bandit: `-f json` (`bandit/formatters/json.py` of its source).
//!
//! `metrics._totals` counts what was found by severity, before anything was filtered out, and the comments that silence a line, of
//! which the results tell nothing.

use crate::base::json::{Reader, Result, members};
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::severity::Source;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "bandit",
    title: "Bandit JSON",
    recognized: "`generated_at`, `metrics` and `results`",
    reads: "Each result, under its `test_id`. What a `nosec` comment silences is only counted, in a note",
    severity: "`issue_severity`; `UNDEFINED` is unrated",
    incomplete: "`errors` is not empty; more is counted than listed, as with `-l` or `-i`",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    ["/generated_at", "/metrics", "/results"].iter().all(|key| probe.has(key))
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let (mut scan, mut reasons) = (sink.scan("bandit"), Reasons::default());
    let (mut listed, mut told_errors) = (None, false);
    members!(r, {
        "generated_at" => scan.ended = sink.instant(r)?,
        "errors" => {
            told_errors = true;
            reasons.errors(r, "/errors", &["reason"])?;
        },
        "metrics" => if sink.object(r, || "/metrics".to_owned())? {
            members!(r, { "_totals" => scan.claimed = totals(r, sink, &mut reasons)? });
        },
        "results" => listed = Some(sink.rows(r, &mut scan, "/results", result)?),
    });
    let Some(listed) = listed else { return Err(lacks(r, "the report", "results")) };
    if !told_errors {
        return Err(lacks(r, "the report", "errors"));
    }
    reasons.counted("results", scan.claimed, listed, || "/metrics/_totals".to_owned());
    sink.finish(scan, reasons);
    Ok(())
}

/// How many results there are by their severity; nothing where that is not told.
fn totals(r: &mut Reader<'_>, sink: &mut Sink, reasons: &mut Reasons) -> Result<Option<u64>> {
    let (mut total, mut silenced) = (None, None);
    if sink.object(r, || "/metrics/_totals".to_owned())? {
        r.entries(|r, key| {
            let at = || format!("/metrics/_totals/{key}");
            if key.starts_with("SEVERITY.") {
                total = reasons.count(r, at)?.map(|count| count.saturating_add(total.unwrap_or(0))).or(total);
            } else if key == "nosec" {
                silenced = reasons.count(r, at)?;
            } else {
                r.skip()?;
            }
            Ok(())
        })?;
    }
    sink.silenced("Bandit", silenced, || "/metrics/_totals/nosec".to_owned());
    Ok(total)
}

fn result(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let (mut path, mut line) = (None, None);
    item.is_of(Category::Sast);
    members!(r, {
        "test_id" => item.rule_id = sink.name(r, at)?,
        "test_name" => item.detail.title = sink.prose(r, at)?,
        "issue_text" => item.message = sink.prose(r, at)?,
        "issue_severity" => { let told = sink.told(r)?; item.label(Source::Tool, Some(told)); },
        "issue_cwe" => if sink.object(r, || format!("{}/issue_cwe", at()))? {
            members!(r, { "id" => item.cwe(r, sink, at)? });
        },
        "filename" => path = sink.name(r, at)?,
        "line_number" => line = sink.line(r, || format!("{}/line_number", at()))?,
    });
    if item.rule_id.is_none() {
        return Err(lacks(r, "a result", "test_id"));
    }
    item.lines(path, (line, None));
    Ok(())
}

//! Dockle: `-f json` (`pkg/report/json.go` of its source).
//!
//! `summary` counts the checkpoints by level, those that passed among them; `details` lists the others. What was ignored by order is
//! listed and not counted.

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::item::keep_all;
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::Suppression;
use crate::model::severity::Source;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "dockle",
    title: "Dockle JSON",
    recognized: "`summary` with `fatal`, and `details`",
    reads: "Each checkpoint of `details`, with its `alerts` as the message; those about credentials are category secret, and their alerts are not read. `IGNORE` and `SKIP` are suppressed, `PASS` passed. `image` is the target",
    severity: "`level`; `FATAL` is an error, as in the SARIF that Dockle writes",
    incomplete: "`summary` counts others than `details` lists",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

/// The levels that are counted by name; the last one is younger than the format.
const COUNTED: [&str; 4] = ["fatal", "warn", "info", SKIP];
const SKIP: &str = "skip";

/// The checkpoint about credentials in variables and files, which quotes what it found.
const CREDENTIALS: &str = "CIS-DI-0010";

fn sniff(probe: &Probe) -> bool {
    probe.has("/summary/fatal") && probe.has("/summary/pass") && probe.has("/details")
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let (mut scan, mut reasons) = (sink.scan("dockle"), Reasons::default());
    let (mut counted, mut listed, mut image) = (None, [0_u64; 4], None);
    let mut checkpoints: Option<Vec<Item>> = None;
    r.entries(|r, key| {
        match key {
            "summary" => counted = Some(summary(r, &mut reasons)?),
            "details" => {
                let detail = |r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String| {
                    checkpoint(r, sink, item, at, &mut listed)
                };
                checkpoints = Some(sink.items(r, &|| "/details".to_owned(), detail)?);
            }
            "image" => image = sink.name(r, || "/image".to_owned())?,
            _ => sink.unknown(r, key, &String::new)?,
        }
        Ok(())
    })?;
    let Some(mut checkpoints) = checkpoints else { return Err(lacks(r, "the report", "details")) };
    let Some(counted) = counted else { return Err(lacks(r, "the report", "summary")) };
    for ((level, counted), listed) in COUNTED.into_iter().zip(counted).zip(listed) {
        if counted.is_none() && level != SKIP {
            return Err(lacks(r, "`summary`", level));
        }
        reasons.counted(&format!("{level} checkpoints"), counted, listed, || format!("/summary/{level}"));
    }
    for item in &mut checkpoints {
        item.detail.target = image;
    }
    keep_all(checkpoints, sink, &mut scan, "/details");
    sink.finish(scan, reasons);
    Ok(())
}

/// How many checkpoints there are of each of [`COUNTED`].
fn summary(r: &mut Reader<'_>, reasons: &mut Reasons) -> Result<[Option<u64>; 4]> {
    let mut counts = [None; 4];
    if reasons.item(r, ValueKind::Object, || "/summary".to_owned())? {
        r.entries(|r, key| match counts.iter_mut().zip(COUNTED).find(|(_, level)| *level == key) {
            Some((count, level)) => {
                // What cannot be read is told as such, and not as missing.
                *count = Some(reasons.count(r, || format!("/summary/{level}"))?.unwrap_or(0));
                Ok(())
            }
            None => r.skip(),
        })?;
    }
    Ok(counts)
}

fn checkpoint(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String, listed: &mut [u64; 4]) -> Result<()> {
    let (mut level, mut alerts) = (None, String::new());
    members!(r, {
        "code" => item.rule_id = sink.name(r, || format!("{}/code", at()))?,
        "title" => item.detail.title = sink.prose(r, || format!("{}/title", at()))?,
        "level" => level = Some(sink.told(r)?),
        "alerts" => if sink.expect(r, ValueKind::Array, || format!("{}/alerts", at()))? {
            alerts = joined(r)?;
        },
    });
    let Some(code) = item.rule_id else { return Err(lacks(r, "a checkpoint", "code")) };
    let Some(level) = level else { return Err(lacks(r, "a checkpoint", "level")) };
    let is_credential = sink.report.texts.get(code).as_data() == CREDENTIALS;
    item.is_of(if is_credential { Category::Secret } else { Category::Iac });
    if !is_credential && !alerts.is_empty() {
        item.message = Some(sink.intern_prose(&alerts));
    }
    let word = sink.report.texts.get(level).as_data();
    if let Some((count, _)) = listed.iter_mut().zip(COUNTED).find(|(_, counted)| counted.eq_ignore_ascii_case(word)) {
        *count += 1;
    }
    match word {
        "PASS" => item.passes(sink),
        // The level that it had is not told.
        "IGNORE" | "SKIP" => item.suppressed = Suppression::External,
        "FATAL" => {
            let error = sink.intern("error");
            item.label(Source::Tool, Some(error));
        }
        _ => item.label(Source::Tool, Some(level)),
    }
    Ok(())
}

/// The alerts of a checkpoint as one text, which nothing keeps yet.
fn joined(r: &mut Reader<'_>) -> Result<String> {
    let mut alerts = String::new();
    r.array(|r, _| {
        if let Some(alert) = r.scalar()?.text() {
            alerts.push_str(if alerts.is_empty() { "" } else { "; " });
            alerts.push_str(alert);
        }
        Ok(())
    })?;
    Ok(alerts)
}

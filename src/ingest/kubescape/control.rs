//! What came out of a control on a resource (`apis.ScanningStatus` of `opa-utils`).
//!
//! Newer reports tell it of the control; older ones only of its rules, and with exceptions beside the status `failed`.

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::lacks;
use crate::ingest::item::Verdict;
use crate::ingest::{Item, Sink};
use crate::model::identity::Category;

/// Reads a control; its id, and what came out.
pub(super) fn read(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<(Text, Verdict)> {
    let (mut own, mut rules, mut id) = (None, None, None);
    item.is_of(Category::Iac);
    members!(r, {
        "controlID" => id = sink.name(r, || format!("{}/controlID", at()))?,
        "name" => item.message = sink.prose(r, || format!("{}/name", at()))?,
        "status" => if r.kind()? == ValueKind::Object {
            let (mut status, mut sub) = (Verdict::Open, None);
            members!(r, {
                "status" => status = verdict(r)?,
                "subStatus" => sub = Some(is_exception(r)?),
            });
            own = Some(with(status, sub));
        } else {
            own = Some(verdict(r)?);
        },
        "rules" => if sink.expect(r, ValueKind::Array, || format!("{}/rules", at()))? {
            r.array(|r, index| {
                let rule = rule(r, sink, &|| format!("{}/rules/{index}", at()))?;
                rules = Some(rules.map_or(rule, |worst| graver(worst, rule)));
                Ok(())
            })?;
        },
    });
    let Some(id) = id else { return Err(lacks(r, "a control", "controlID")) };
    item.rule_id = Some(id);
    // What failed and nothing excepts has failed, whatever is said of all; and of what is not told nobody knows.
    let verdict = match (own, rules) {
        (Some(own), Some(rules)) => graver(own, rules),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => Verdict::Open,
    };
    item.is(verdict, sink);
    Ok((id, verdict))
}

fn rule(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<Verdict> {
    let (mut status, mut sub, mut is_excepted) = (Verdict::Open, None, false);
    members!(r, {
        "status" => status = verdict(r)?,
        "subStatus" => sub = Some(is_exception(r)?),
        "exception" => if sink.expect(r, ValueKind::Array, || format!("{}/exception", at()))? {
            r.array(|r, _| {
                is_excepted = true;
                r.skip()
            })?;
        },
    });
    let status = with(status, sub);
    Ok(if is_excepted && status == Verdict::Open { Verdict::Suppressed } else { status })
}

/// A status that passed only by an exception is suppressed.
fn with(status: Verdict, is_exception: Option<bool>) -> Verdict {
    if is_exception == Some(true) && status == Verdict::Passed { Verdict::Suppressed } else { status }
}

fn verdict(r: &mut Reader<'_>) -> Result<Verdict> {
    Ok(match r.scalar()?.text() {
        Some("passed") => Verdict::Passed,
        Some("skipped" | "irrelevant" | "ignored") => Verdict::Informs,
        Some("excluded") => Verdict::Suppressed,
        Some(_) | None => Verdict::Open,
    })
}

fn is_exception(r: &mut Reader<'_>) -> Result<bool> {
    Ok(r.scalar()?.text() == Some("w/exceptions"))
}

/// What counts of two that are told of a control.
fn graver(one: Verdict, other: Verdict) -> Verdict {
    let order = [Verdict::Open, Verdict::Suppressed, Verdict::Informs];
    order.into_iter().find(|&verdict| one == verdict || other == verdict).unwrap_or(Verdict::Passed)
}

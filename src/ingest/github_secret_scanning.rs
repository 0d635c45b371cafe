//! GitHub's secret scanning: the list of alerts of its REST API ("Secret scanning", "List secret scanning alerts").
//!
//! Only what cannot hold the secret is read: `secret`, comments and who did what stay where they are.

use crate::base::json::{Reader, Result, members};
use crate::ingest::github::{Repositories, Repository, settle};
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::RawLocation;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "github-secret-scanning",
    title: "GitHub secret scanning alerts (REST)",
    recognized: "items with `number` and `secret_type`",
    reads: "Each alert, under its `secret_type`; `validity` of `active` is verified. One that is `resolved` is suppressed. The place is `first_location_detected`, where it is told. Nothing else is read, so that no secret is. `[]` is read where the format is named",
    severity: "none is told",
    incomplete: "nothing in a list tells that there are further pages: get all of them",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    probe.has("/0/number") && probe.has("/0/secret_type")
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let (mut scan, mut repositories) = (sink.scan("github-secret-scanning"), Repositories::default());
    sink.rows(r, &mut scan, "", |r, sink, item, at| {
        repositories.add(alert(r, sink, item, at)?);
        Ok(())
    })?;
    repositories.tell(&mut scan);
    sink.finish(scan, Reasons::default());
    Ok(())
}

fn alert(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<Repository> {
    let (mut number, mut state, mut repository, mut place) = (None, None, Repository::default(), RawLocation::default());
    item.is_of(Category::Secret);
    members!(r, {
        "number" => number = sink.number(r, || format!("{}/number", at()))?,
        "state" => state = sink.name(r, || format!("{}/state", at()))?,
        "secret_type" => item.rule_id = sink.name(r, || format!("{}/secret_type", at()))?,
        "validity" => item.detail.verified = match r.scalar()?.text() {
            Some("active") => Some(true),
            Some("inactive") => Some(false),
            Some(_) | None => None,
        },
        "created_at" => item.detail.first_seen = sink.day(r, || format!("{}/created_at", at()))?,
        "repository" => repository = Repository::read(r, sink, at)?,
        "first_location_detected" => if sink.object(r, || format!("{}/first_location_detected", at()))? {
            members!(r, {
                "path" => place.uri = sink.name(r, || format!("{}/first_location_detected/path", at()))?,
                "start_line" => place.start_line = sink.line_or_zero(r, || format!("{}/first_location_detected/start_line", at()))?,
                "end_line" => place.end_line = sink.line_or_zero(r, || format!("{}/first_location_detected/end_line", at()))?,
            });
        },
    });
    if item.rule_id.is_none() {
        return Err(lacks(r, "an alert", "secret_type"));
    }
    settle(item, state, sink);
    item.lines(place.uri, (place.start_line, place.end_line));
    item.detail.mark = repository.mark(sink, number);
    Ok(repository)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_tried_is_verified_or_not() {
        for (validity, verified) in [("active", Some(true)), ("inactive", Some(false)), ("unknown", None), ("Active", None), ("", None)] {
            let text = format!(r#"[{{"number": 1, "secret_type": "key", "validity": "{validity}"}}]"#);
            let mut sink = Sink::default();
            assert!(parse(&mut Reader::new(&mut text.as_bytes()), &mut sink).is_ok());
            assert_eq!(sink.report.details.iter().next().map(|detail| detail.verified), Some(verified), "{validity}");
        }
    }
}

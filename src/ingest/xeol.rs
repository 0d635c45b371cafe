//! xeol: `-o json` (`xeol/presenter/models` of its source), Grype's envelope around components that are past their end of life.

use crate::base::json::{Reader, Result, members};
use crate::ingest::grype::{artifact, descriptor, source};
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "xeol",
    title: "xeol (JSON)",
    recognized: "`descriptor.name` that is `xeol`, or `matches` with `Cycle` and `artifact`",
    reads: "Each match, as category quality under the rule `end-of-life`. An image is the target. With `--lookahead` the end may lie ahead: the message tells it",
    severity: "none is told",
    incomplete: "",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    let has_match = ["/matches/0/Cycle", "/matches/0/artifact"].iter().all(|key| probe.has(key));
    probe.text("/descriptor/name").map_or(has_match, |name| name == "xeol")
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let (mut scan, mut image, mut is_listed) = (sink.scan("xeol"), None, false);
    r.entries(|r, key| {
        match key {
            "matches" => {
                is_listed = true;
                sink.rows(r, &mut scan, "/matches", component)?;
            }
            "source" => image = source(r, sink)?,
            "descriptor" => descriptor(r, sink, &mut scan)?,
            _ => sink.unknown(r, key, &String::new)?,
        }
        Ok(())
    })?;
    if !is_listed {
        return Err(lacks(r, "the report", "matches"));
    }
    sink.name_target(0..sink.report.details.len(), image);
    sink.finish(scan, Reasons::default());
    Ok(())
}

fn component(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    item.is_of(Category::Quality);
    item.rule_id = Some(sink.intern("end-of-life"));
    let (mut product, mut cycle, mut end) = (None, None, None);
    members!(r, {
        "Cycle" => if sink.object(r, || format!("{}/Cycle", at()))? {
            members!(r, {
                "ProductName" => product = sink.name(r, at)?,
                "ReleaseCycle" => cycle = sink.name(r, at)?,
                "Eol" => end = sink.name(r, at)?,
            });
        },
        "artifact" => artifact(r, sink, item, at)?,
    });
    if item.detail.package.name.is_none() {
        return Err(lacks(r, "a match", "artifact"));
    }
    let word = |text| sink.report.texts.get(text).as_data();
    let end = end.map(word).filter(|end| *end != "true");
    let [product, cycle] = [product, cycle].map(|text| text.map_or("", word));
    let message = format!("{product} {cycle}: {}", end.map_or_else(|| "end of life".to_owned(), |end| format!("end of life {end}")));
    item.message = Some(sink.intern_prose(message.trim_start()));
    Ok(())
}

//! Retire.js: `--outputformat json`, and `jsonsimple`, the bare list that version 1 wrote too (`node/src/reporters/json.ts` and
//! `types.ts` of its source).
//!
//! Many of its vulnerabilities have no id but a summary. What a library has is told again for each file that holds it.

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::item::keep_all;
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::{RawPackage, RawScan};
use crate::model::severity::Source;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "retire",
    title: "Retire.js JSON",
    recognized: "`version`, `start`, `data` and `errors`, or the bare list of files with `results` that name a `component`",
    reads: "Each vulnerability of a library in a file. `CVE` and `githubID` are its ids, and `RETIRE-` with the number `retid`; one that has none of them is known by its summary. `below` is the fixed version",
    severity: "`severity`",
    incomplete: "`errors` is not empty; the bare list has none",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    let is_list = |key: &str| probe.kind(key) == Some(ValueKind::Array);
    let is_file = !probe.has("/data/0") || is_list("/data/0/results");
    let is_report = probe.has("/version") && probe.has("/start") && is_list("/data") && is_list("/errors");
    is_report && is_file || probe.has("/0/results/0/component")
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let (mut scan, mut reasons) = (sink.scan("retire"), Reasons::default());
    if r.kind()? == ValueKind::Array {
        files(r, sink, &mut scan, "")?;
    } else {
        let (mut listed, mut told_errors) = (false, false);
        r.entries(|r, key| {
            match key {
                "version" => scan.tool_version = sink.name(r, || "/version".to_owned())?,
                "start" => scan.ended = sink.instant(r)?,
                "data" => {
                    listed = true;
                    files(r, sink, &mut scan, "/data")?;
                }
                "errors" => {
                    told_errors = true;
                    reasons.errors(r, "/errors", &["message"])?;
                }
                "messages" | "vulnerabilityRepositories" => r.skip()?,
                _ => sink.unknown(r, key, &String::new)?,
            }
            Ok(())
        })?;
        if let Some((member, _)) = [("data", listed), ("errors", told_errors)].into_iter().find(|(_, told)| !told) {
            return Err(lacks(r, "the report", member));
        }
    }
    sink.finish(scan, reasons);
    Ok(())
}

fn files(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan, list: &str) -> Result<()> {
    r.array(|r, index| {
        let at = format!("{list}/{index}");
        let (mut file, mut listed) = (None, false);
        let mut found = Vec::new();
        members!(r, {
            "file" => file = sink.name(r, || format!("{at}/file"))?,
            "results" => {
                listed = true;
                r.array(|r, index| {
                    let at = format!("{at}/results/{index}");
                    found.push((library(r, sink, &at)?, format!("{at}/vulnerabilities")));
                    Ok(())
                })?;
            },
        });
        if !listed {
            return Err(lacks(r, "a file", "results"));
        }
        for (mut items, at) in found {
            for item in &mut items {
                item.place(file);
            }
            keep_all(items, sink, scan, &at);
        }
        Ok(())
    })
}

/// What a library has; with `--verbose` also those without a vulnerability are listed.
fn library(r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<Vec<Item>> {
    let (mut component, mut npm, mut version) = (None, None, None);
    let mut found = Vec::new();
    r.entries(|r, key| {
        match key {
            "component" => component = sink.name(r, || format!("{at}/component"))?,
            "npmname" => npm = sink.name(r, || format!("{at}/npmname"))?,
            "version" => version = sink.name(r, || format!("{at}/version"))?,
            "vulnerabilities" => found = sink.items(r, &|| format!("{at}/vulnerabilities"), vulnerability)?,
            "licenses" => r.skip()?,
            _ => sink.unknown(r, key, &|| at.to_owned())?,
        }
        Ok(())
    })?;
    let Some(name) = npm.or(component) else { return Err(lacks(r, "a library", "component")) };
    let package = RawPackage { ecosystem: Some(sink.intern("npm")), name: Some(name), version, purl: None };
    for item in &mut found {
        item.detail.package = package;
    }
    Ok(found)
}

fn vulnerability(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let mut addresses = Vec::new();
    item.is_of(Category::Sca);
    members!(r, {
        "severity" => { let told = sink.told(r)?; item.label(Source::Tool, Some(told)); },
        "below" => item.fixed_versions.extend(sink.name(r, || format!("{}/below", at()))?),
        "cwe" => sink.texts(r, &mut item.tags, &|| format!("{}/cwe", at()))?,
        "info" => sink.texts(r, &mut addresses, &|| format!("{}/info", at()))?,
        "identifiers" => if sink.object(r, || format!("{}/identifiers", at()))? {
            identifiers(r, sink, item, &|| format!("{}/identifiers", at()))?;
        },
    });
    if item.ids.is_empty() {
        item.ids.extend(item.detail.title.or(addresses.first().copied()));
    }
    if item.ids.is_empty() { Err(lacks(r, "a vulnerability", "identifiers")) } else { Ok(()) }
}

fn identifiers(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let mut number: Option<Text> = None;
    members!(r, {
        "CVE" => sink.texts(r, &mut item.ids, at)?,
        "githubID" => item.ids.extend(sink.name(r, at)?),
        "retid" => number = sink.number(r, at)?,
        "summary" => item.detail.title = sink.prose(r, at)?,
    });
    let own = number.map(|number| format!("RETIRE-{}", sink.report.texts.get(number).as_data()));
    item.ids.extend(own.map(|own| sink.intern(&own)));
    Ok(())
}

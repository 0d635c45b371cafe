//! ZAP's traditional JSON report (its add-on "Report Generation", `traditional-json`).
//!
//! An alert of a site lists the places where it was raised: each is a result of its own. What an alert says stands around that list,
//! so its rows are kept when the alert ends. Old versions list the first 20 places and count the rest. Attack and evidence are not read:
//! they may quote what the site answered.

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Probe, Sink};
use crate::model::identity::Category;
use crate::model::problem::Weight;
use crate::model::raw::{RawLocation, RawScan, Suppression};
use crate::model::severity::Source;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "zap",
    title: "ZAP JSON",
    recognized: "`site` beside `@version` or `@generated`, without the `vulnerabilities` of a GitLab report",
    reads: "Each instance of each alert, under the `pluginid`; the site is the target. An alert of confidence 0, a false positive, is suppressed. Places that are counted and not listed are a note. Addresses are read without their query; attack and evidence are not read",
    severity: "`riskcode`: 3 is high, 2 medium, 1 low, 0 informational",
    incomplete: "`site` is empty: nothing was looked at",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    let is_gitlab = probe.has("/vulnerabilities") || probe.has("/scan");
    probe.has("/site") && (probe.has("/@version") || probe.has("/@generated")) && !is_gitlab
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let (mut scan, mut reasons) = (sink.scan("zap"), Reasons::default());
    let mut sites = None;
    r.entries(|r, key| match key {
        "@version" => {
            scan.tool_version = sink.name(r, || "/@version".to_owned())?;
            Ok(())
        }
        "created" => {
            scan.ended = sink.instant(r)?;
            Ok(())
        }
        "site" if r.kind()? == ValueKind::Object => {
            sites = Some(1);
            site(r, sink, &mut scan, "/site")
        }
        "site" => {
            let mut count = 0_u32;
            r.array(|r, index| {
                count += 1;
                site(r, sink, &mut scan, &format!("/site/{index}"))
            })?;
            sites = Some(count);
            Ok(())
        }
        // What was sent to raise the alerts, and remarks on how the site behaved.
        "sequences" | "insights" => r.skip(),
        _ => sink.unknown(r, key, &String::new),
    })?;
    match sites {
        None => return Err(lacks(r, "the report", "site")),
        Some(0) => reasons.add("no-results", || "/site".to_owned(), "`site` is empty: nothing was looked at"),
        Some(_) => {}
    }
    sink.finish(scan, reasons);
    Ok(())
}

fn site(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan, at: &str) -> Result<()> {
    let (mut name, mut is_listed) = (None, false);
    let first = sink.report.details.len();
    members!(r, {
        "@name" => name = sink.name(r, || format!("{at}/@name"))?,
        "alerts" => {
            is_listed = true;
            let list = sink.intern(&format!("{at}/alerts"));
            r.array(|r, index| alert(r, sink, scan, list, index))?;
        },
    });
    if !is_listed {
        return Err(lacks(r, "a site", "alerts"));
    }
    // Each detail is that of the row with its number.
    for number in first..sink.report.details.len() {
        if let Some(detail) = sink.report.details.get_mut(number) {
            detail.target = name;
        }
    }
    Ok(())
}

/// Where an alert was raised.
#[derive(Default)]
struct Instance {
    method: Option<Text>,
    uri: Option<Text>,
    param: Option<Text>,
}

fn alert(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan, list: Text, index: u32) -> Result<()> {
    let list_name = sink.report.texts.get(list).as_data().to_owned();
    let at = || format!("{list_name}/{index}");
    let (mut item, mut instances, mut count, mut alert) = (sink.item(), Vec::new(), None, None);
    item.is_of(Category::Dast);
    members!(r, {
        "pluginid" => item.rule_id = sink.number(r, || format!("{}/pluginid", at()))?,
        "name" => item.message = sink.prose(r, at)?,
        "alert" => alert = sink.prose(r, at)?,
        "riskcode" => { let told = risk(r, sink)?; item.label(Source::Tool, Some(told)) },
        "confidence" => {
            let told = r.scalar()?;
            if told.text().or(told.number()) == Some("0") {
                item.suppressed = Suppression::External;
            }
        },
        "cweid" => item.cwe(r, sink, &at)?,
        "count" => count = sink.number(r, || format!("{}/count", at()))?,
        "instances" => if sink.expect(r, ValueKind::Array, || format!("{}/instances", at()))? {
            r.array(|r, index| {
                instances.push(instance(r, sink, &|| format!("{}/instances/{index}", at()))?);
                Ok(())
            })?;
        },
    });
    if item.rule_id.is_none() {
        return Err(lacks(r, "an alert", "pluginid"));
    }
    // The description is HTML.
    item.message = item.message.or(alert);
    let count = count.and_then(|count| sink.report.texts.get(count).as_data().parse::<usize>().ok());
    if let Some(count) = count.filter(|&count| count != instances.len()) {
        let what = format!("ZAP counts {count} places and lists {}", instances.len());
        sink.problem(Weight::Note, "more-places", || format!("{}/count", at()), what, "");
    }
    let row = item.into_row(sink);
    if instances.is_empty() {
        row.keep(sink, scan, list, index);
        return Ok(());
    }
    let list = sink.intern(&format!("{}/instances", at()));
    for (index, Instance { method, uri, param }) in (0..).zip(instances) {
        let mut row = row.at(sink, RawLocation { uri, ..RawLocation::default() });
        row.detail.mark = sink.joined(" ", &[method, uri, param]);
        row.keep(sink, scan, list, index);
    }
    Ok(())
}

fn instance(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<Instance> {
    let mut instance = Instance::default();
    if sink.object(r, at)? {
        members!(r, {
            "uri" => instance.uri = sink.address(r, at)?,
            "method" => instance.method = sink.name(r, at)?,
            "param" => instance.param = sink.name(r, at)?,
        });
    }
    Ok(instance)
}

/// The word that ZAP has for a code of risk; another code stays what it is.
fn risk(r: &mut Reader<'_>, sink: &mut Sink) -> Result<Text> {
    let code = sink.told(r)?;
    let word = match sink.report.texts.get(code).as_data() {
        "3" => "High",
        "2" => "Medium",
        "1" => "Low",
        "0" => "Informational",
        _ => return Ok(code),
    };
    Ok(sink.intern(word))
}

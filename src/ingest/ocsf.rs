//! Findings of the Open Cybersecurity Schema Framework (OCSF 1.1 and later, category `findings`), as Prowler 4 and later and Security
//! Hub write them.
//!
//! A compliance or detection finding is one result. A vulnerability finding is one for each of its vulnerabilities in each package,
//! as is one of another class that has some.

mod vulnerability;

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::item::Verdict;
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::{Claimed, RawScan, Suppression};
use crate::model::severity::Source;
use vulnerability::Vulnerability;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "ocsf",
    title: "OCSF findings",
    recognized: "records with `class_uid` and `finding_info`, in a list or one behind the other",
    reads: "Each finding, as of the product in `metadata`, under `metadata.event_code`, else the analytic or the title; the resource is the target. A vulnerability finding (2002), and any other that has `vulnerabilities`, is category sca, a compliance finding (2003) is iac. `status_code` PASS has passed, INFO and MANUAL are no findings; status Suppressed, Archived and Deleted is suppressed, Resolved is fixed",
    severity: "`severity`, else `severity_id`; Fatal is critical. Of a vulnerability also its CVSS",
    incomplete: "",
    ends: Ends::Anywhere,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    ["", "/0"].iter().any(|at| ["class_uid", "finding_info"].iter().all(|key| probe.has(&format!("{at}/{key}"))))
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut report = Report { scan: sink.scan("ocsf"), tools: Vec::new() };
    r.list_or_stream(|r, index| report.finding(r, sink, index))?;
    sink.finish_each(report.scan, &report.tools, Reasons::default());
    Ok(())
}

struct Report {
    scan: RawScan,
    /// The tool of each result.
    tools: Vec<Text>,
}

/// What a finding says of its state.
#[derive(Default)]
struct Status {
    word: Option<Text>,
    number: Option<Text>,
    verdict: Option<Verdict>,
    of_compliance: Option<Verdict>,
}

impl Report {
    fn finding(&mut self, r: &mut Reader<'_>, sink: &mut Sink, index: u32) -> Result<()> {
        let at = || format!("/{index}");
        let (mut item, mut status, mut tool) = (sink.item(), Status::default(), None);
        let (mut class, mut analytic, mut control, mut has_info) = (None, None, None, false);
        let (mut severity, mut severity_number, mut vulnerabilities) = (None, None, None);
        members!(r, {
            "class_uid" => class = sink.number(r, at)?,
            "metadata" => if sink.object(r, at)? { (item.rule_id, tool) = metadata(r, sink, &mut self.scan, &at)? },
            "finding_info" => if r.kind()? == ValueKind::Object { has_info = true; analytic = info(r, sink, &mut item, &at)? } else { r.skip()? },
            "message" => item.message = sink.prose(r, at)?,
            "severity" => severity = Some(sink.told(r)?),
            "severity_id" => severity_number = sink.number(r, at)?,
            "status" => status.word = sink.name(r, at)?,
            "status_id" => status.number = sink.number(r, at)?,
            "status_code" => status.verdict = Some(Verdict::of(r)?),
            "compliance" => if sink.object(r, at)? {
                members!(r, {
                    "control" => control = sink.name(r, at)?,
                    "status" => status.of_compliance = Some(Verdict::of(r)?),
                });
            },
            "resources" => if sink.expect(r, ValueKind::Array, at)? { resources(r, sink, &mut item, &at)? },
            "time" => self.scan.ended = self.scan.ended.later(sink.instant_of_epoch(r)?),
            "vulnerabilities" => vulnerabilities = Some(vulnerability::read_all(r, sink, &format!("/{index}/vulnerabilities"))?),
        });
        let word = |text: Option<Text>| text.map_or("", |text| sink.report.texts.get(text).as_data());
        let is_vulnerability = word(class) == "2002";
        let has_vulnerabilities = vulnerabilities.as_ref().is_some_and(|list| !list.is_empty());
        if !has_info {
            return Err(lacks(r, "a finding", "finding_info"));
        }
        item.detail.category = match word(class) {
            "2002" => Some(Category::Sca),
            _ if has_vulnerabilities => Some(Category::Sca),
            "2003" => Some(Category::Iac),
            _ => None,
        };
        let severity = severity.or_else(|| severity_number.map(|number| named(sink, number)));
        let severity = severity.map(|told| if sink.report.texts.get(told).as_data() == "Fatal" { sink.intern("Critical") } else { told });
        item.label(Source::Tool, severity);
        status.tell(&mut item, sink);
        let tool = tool.unwrap_or(self.scan.tool);
        if is_vulnerability || has_vulnerabilities {
            let Some(vulnerabilities) = vulnerabilities else { return Err(lacks(r, "a vulnerability finding", "vulnerabilities")) };
            return self.vulnerabilities(r, sink, &item, vulnerabilities, (index, tool));
        }
        item.rule_id = item.rule_id.or(analytic).or(control).or(item.detail.title);
        if item.rule_id.is_none() {
            return Err(lacks(r, "a finding", "metadata.event_code"));
        }
        let list = sink.intern("");
        item.keep(sink, &mut self.scan, list, index);
        self.tools.push(tool);
        Ok(())
    }

    /// Keeps the vulnerabilities of a finding; `of_all` is what it says of all of them.
    fn vulnerabilities(
        &mut self,
        r: &Reader<'_>,
        sink: &mut Sink,
        of_all: &Item,
        vulnerabilities: Vec<Vulnerability>,
        (index, tool): (u32, Text),
    ) -> Result<()> {
        if vulnerabilities.is_empty() {
            return Err(lacks(r, "a vulnerability finding", "vulnerabilities"));
        }
        for (number, vulnerability) in (0..).zip(vulnerabilities) {
            let at = format!("/{index}/vulnerabilities");
            let rows = vulnerability.keep(sink, &mut self.scan, of_all, &at, number);
            self.tools.extend((0..rows).map(|_| tool));
        }
        Ok(())
    }
}

impl Status {
    /// Tells a result what this says. The word comes before the number: old versions of Prowler wrote 3 for anything.
    fn tell(&self, item: &mut Item, sink: &mut Sink) {
        let verdict = self.verdict.or(self.of_compliance).unwrap_or(Verdict::Open);
        item.is(verdict, sink);
        let told = self.word.or(self.number).map_or("", |told| sink.report.texts.get(told).as_data());
        match told {
            "Suppressed" | "Archived" | "Deleted" | "3" | "5" | "6" => item.suppressed = Suppression::External,
            "Resolved" | "4" => item.detail.claim = Claimed::Fixed,
            _ => {}
        }
    }
}

/// The word of a severity by its number.
fn named(sink: &mut Sink, number: Text) -> Text {
    let word = match sink.report.texts.get(number).as_data() {
        "1" => "Informational",
        "2" => "Low",
        "3" => "Medium",
        "4" => "High",
        "5" => "Critical",
        "6" => "Fatal",
        "0" => "Unknown",
        _ => return number,
    };
    sink.intern(word)
}

/// The code of the event and the product, whose version is that of the scan.
fn metadata(r: &mut Reader<'_>, sink: &mut Sink, scan: &mut RawScan, at: &dyn Fn() -> String) -> Result<(Option<Text>, Option<Text>)> {
    let (mut code, mut product) = (None, None);
    members!(r, {
        "event_code" => code = sink.name(r, at)?,
        "product" => if sink.object(r, at)? {
            members!(r, {
                "name" => product = sink.name(r, at)?,
                "version" => scan.tool_version = sink.name(r, at)?,
            });
        },
    });
    Ok((code, product))
}

/// Reads what is found; the analytic that found it.
fn info(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<Option<Text>> {
    let (mut uid, mut name, mut description) = (None, None, None);
    members!(r, {
        "title" => item.detail.title = sink.prose(r, at)?,
        "first_seen_time" => item.detail.first_seen = sink.day(r, at)?,
        "desc" => description = sink.prose(r, at)?,
        "analytic" => if sink.object(r, at)? {
            members!(r, {
                "uid" => uid = sink.name(r, at)?,
                "name" => name = sink.name(r, at)?,
            });
        },
    });
    item.message = item.message.or(description);
    Ok(uid.or(name))
}

/// The first resource is the target.
fn resources(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    r.array(|r, _| {
        let (mut uid, mut name) = (None, None);
        if sink.object(r, at)? {
            members!(r, {
                "uid" => uid = sink.name(r, at)?,
                "name" => name = sink.name(r, at)?,
            });
        }
        item.detail.target = item.detail.target.or(uid).or(name);
        Ok(())
    })
}

//! GitHub's code scanning: the list of alerts of its REST API ("Code scanning", "List code scanning alerts").
//!
//! Alerts of all tools stand in one list: those of each tool are a scan of it.

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::github::{Repositories, Repository, settle};
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::raw::RawScan;
use crate::model::severity::Source;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "github-code-scanning",
    title: "GitHub code scanning alerts (REST)",
    recognized: "items with `number`, `rule` and `most_recent_instance`",
    reads: "Each alert, at the place of its `most_recent_instance`; those of each `tool.name` are a scan of that tool. `dismissed` is suppressed, `fixed` told as fixed. `[]` is read where the format is named, and tells of no tool",
    severity: "`rule.security_severity_level`, else `rule.severity`",
    incomplete: "nothing in a list tells that there are further pages: get all of them",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    ["/0/number", "/0/rule", "/0/most_recent_instance"].iter().all(|key| probe.has(key))
}

/// The scan of one tool.
struct OfTool {
    tool: Text,
    scan: RawScan,
    repositories: Repositories,
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let list = sink.intern("");
    let mut scans: Vec<OfTool> = Vec::new();
    r.array(|r, index| {
        let mut item = sink.item();
        let alert = alert(r, sink, &mut item, &|| format!("/{index}"))?;
        let tool = alert.tool.unwrap_or_else(|| sink.intern(FORMAT.id));
        let number = scans.iter().position(|of| of.tool == tool).unwrap_or(scans.len());
        if number == scans.len() {
            let scan = RawScan { tool_version: alert.version, ..RawScan::new(String::new(), tool) };
            scans.push(OfTool { tool, scan, repositories: Repositories::default() });
        }
        if let Some(of) = scans.get_mut(number) {
            of.repositories.add(alert.repository);
            item.keep(sink, &mut of.scan, list, index);
        }
        Ok(())
    })?;
    if scans.is_empty() {
        let scan = sink.scan(FORMAT.id);
        sink.finish(scan, Reasons::default());
    }
    for OfTool { mut scan, repositories, .. } in scans {
        repositories.tell(&mut scan);
        sink.finish(scan, Reasons::default());
    }
    Ok(())
}

/// What an alert says beside its result.
#[derive(Default)]
struct Alert {
    tool: Option<Text>,
    version: Option<Text>,
    repository: Repository,
}

fn alert(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<Alert> {
    let (mut alert, mut number, mut state) = (Alert::default(), None, None);
    members!(r, {
        "number" => number = sink.number(r, || format!("{}/number", at()))?,
        "state" => state = sink.name(r, || format!("{}/state", at()))?,
        "rule" => if sink.object(r, || format!("{}/rule", at()))? {
            rule(r, sink, item, &|| format!("{}/rule", at()))?;
        },
        "tool" => if sink.object(r, || format!("{}/tool", at()))? {
            members!(r, {
                "name" => alert.tool = sink.name(r, || format!("{}/tool/name", at()))?,
                "version" => alert.version = sink.name(r, || format!("{}/tool/version", at()))?,
            });
        },
        "most_recent_instance" => if sink.object(r, || format!("{}/most_recent_instance", at()))? {
            instance(r, sink, item, &|| format!("{}/most_recent_instance", at()))?;
        },
        "created_at" => item.detail.first_seen = sink.day(r, || format!("{}/created_at", at()))?,
        "repository" => alert.repository = Repository::read(r, sink, at)?,
    });
    if item.rule_id.is_none() {
        return Err(lacks(r, "an alert", "rule/id"));
    }
    settle(item, state, sink);
    item.detail.mark = alert.repository.mark(sink, number);
    Ok(alert)
}

fn rule(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let (mut severity, mut of_security) = (None, None);
    members!(r, {
        "id" => item.rule_id = sink.name(r, || format!("{}/id", at()))?,
        "description" => item.detail.title = sink.prose(r, || format!("{}/description", at()))?,
        "tags" => sink.texts(r, &mut item.tags, &|| format!("{}/tags", at()))?,
        "severity" => severity = Some(sink.told(r)?),
        "security_severity_level" => of_security = told(r, sink)?,
    });
    item.label(Source::Tool, of_security.or(severity));
    Ok(())
}

/// Any value as words but `null`, which is none.
fn told(r: &mut Reader<'_>, sink: &mut Sink) -> Result<Option<Text>> {
    if r.kind()? == ValueKind::Null {
        return r.skip().map(|()| None);
    }
    sink.told(r).map(Some)
}

fn instance(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let (mut path, mut first, mut last) = (None, None, None);
    members!(r, {
        "message" => if sink.object(r, || format!("{}/message", at()))? {
            members!(r, { "text" => item.message = sink.prose(r, || format!("{}/message/text", at()))? });
        },
        "location" => if sink.object(r, || format!("{}/location", at()))? {
            members!(r, {
                "path" => path = sink.name(r, || format!("{}/location/path", at()))?,
                "start_line" => first = sink.line_or_zero(r, || format!("{}/location/start_line", at()))?,
                "end_line" => last = sink.line_or_zero(r, || format!("{}/location/end_line", at()))?,
            });
        },
    });
    item.lines(path, (first, last));
    Ok(())
}

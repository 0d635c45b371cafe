//! Yarn 4 and later: `yarn npm audit --json`, a JSON object a line for each advisory or deprecation, and none for none
//! (`treeUtils.ts` and `npmAuditUtils.ts` of its source).
//!
//! Where Yarn fails it writes lines of its log instead: `type`, `name`, `data`.

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::advisory::ghsa_in;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::npm::numbered;
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::{RawPackage, RawScan};
use crate::model::severity::Source;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "yarn-npm-audit",
    title: "yarn npm audit JSON, Yarn 4 and later",
    recognized: "objects with `value` and `children.ID`, or the lines of Yarn's log: `type`, `displayName` and `data`",
    reads: "Each of `Tree Versions` is a sighting. The GHSA comes from the address, `NPM-` and the number stand beside it. What is deprecated is category quality under the rule `deprecated`. Nothing is written for nothing found",
    severity: "`Severity`",
    incomplete: "Yarn wrote an error or another record",
    ends: Ends::Anywhere,
    blank: true,
    endings: &[],
    sniff,
    parse,
};

/// How the id of a deprecation ends, which is no number.
const DEPRECATION: &str = "(deprecation)";

fn sniff(probe: &Probe) -> bool {
    probe.has("/value") && probe.has("/children/ID") || ["/type", "/displayName", "/data"].iter().all(|key| probe.has(key))
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut audit = Audit { scan: sink.scan("yarn-audit"), reasons: Reasons::default() };
    r.stream(|r, index| audit.record(r, sink, &format!("/{index}")))?;
    let Audit { scan, reasons } = audit;
    sink.finish(scan, reasons);
    Ok(())
}

struct Audit {
    scan: RawScan,
    reasons: Reasons,
}

/// An advisory or a deprecation.
struct Entry {
    item: Item,
    versions: Vec<Text>,
}

impl Audit {
    fn record(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<()> {
        let (mut name, mut entry, mut kind, mut said) = (None, None, None, None);
        members!(r, {
            "value" => name = sink.name(r, || format!("{at}/value"))?,
            "children" => entry = Some(entry_of(r, sink, at)?),
            "type" => kind = r.scalar()?.text().map(str::to_owned),
            "data" => said = r.scalar()?.text().map(str::to_owned),
        });
        match (entry, kind.as_deref()) {
            (Some(entry), _) => {
                let Some(name) = name else { return Err(lacks(r, "an advisory", "value")) };
                self.keep(sink, at, name, entry);
            }
            (None, Some("info" | "warning")) if name.is_none() => {}
            (None, Some("error")) => self.reasons.error(|| at.to_owned(), said.as_deref()),
            (None, _) => return Err(lacks(r, "a record", "children")),
        }
        Ok(())
    }

    fn keep(&mut self, sink: &mut Sink, at: &str, name: Text, entry: Entry) {
        let Entry { item, versions } = entry;
        let list = sink.intern(&format!("{at}/children/Tree Versions"));
        let mut row = item.into_row(sink);
        let ecosystem = Some(sink.intern("npm"));
        // One that names no version in use is listed all the same.
        let unknown = versions.is_empty().then_some(None);
        for (index, version) in (0..).zip(versions.into_iter().map(Some).chain(unknown)) {
            row.detail.package = RawPackage { ecosystem, name: Some(name), version, purl: None };
            row.keep(sink, &mut self.scan, list, index);
        }
    }
}

fn entry_of(r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<Entry> {
    let (mut entry, mut is_told) = (Entry { item: Item::default(), versions: Vec::new() }, false);
    let (mut id, mut url, mut is_number) = (None, None, false);
    let item = &mut entry.item;
    members!(r, {
        "ID" => {
            is_number = r.kind()? == ValueKind::Number;
            id = sink.number(r, || format!("{at}/children/ID"))?;
        },
        "Issue" => item.detail.title = sink.prose(r, || format!("{at}/children/Issue"))?,
        "URL" => url = sink.name(r, || format!("{at}/children/URL"))?,
        "Severity" => { let told = sink.told(r)?; item.label(Source::Tool, Some(told)); },
        "Tree Versions" => {
            is_told = true;
            sink.texts(r, &mut entry.versions, &|| format!("{at}/children/Tree Versions"))?;
        },
    });
    if !is_told {
        return Err(lacks(r, "an advisory", "Tree Versions"));
    }
    let Some(id) = id else { return Err(lacks(r, "an advisory", "ID")) };
    if sink.report.texts.get(id).as_data().ends_with(DEPRECATION) {
        item.is_of(Category::Quality);
        item.rule_id = Some(sink.intern("deprecated"));
        return Ok(entry);
    }
    item.is_of(Category::Sca);
    item.ids.extend(ghsa_in(sink, url));
    item.ids.extend(if is_number { numbered(sink, Some(id)) } else { Some(id) });
    Ok(entry)
}

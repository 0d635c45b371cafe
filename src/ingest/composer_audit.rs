//! Composer: `composer audit --format=json` (`Advisory/Auditor.php` and `SecurityAdvisory.php` of its source).
//!
//! PHP writes an empty map as a list, and a list with gaps as a map of numbers. No version in use is told, and no fix.

use crate::base::json::{Reader, Result, ValueKind, members, pointer};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::{RawPackage, RawScan, Suppression};
use crate::model::severity::Source;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "composer-audit",
    title: "composer audit JSON",
    recognized: "`advisories` beside `abandoned`",
    reads: "Each advisory of a package; no version is told. What stands in `ignored-advisories` is suppressed. An abandoned package is category quality under the rule `abandoned`; what a `filter` list names is malware where the list is called so, else category other",
    severity: "`severity`, where it is told",
    incomplete: "`unreachable-repositories` is not empty; a map that is not known has something in it",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    let is_php_map = |key: &str| matches!(probe.kind(key), Some(ValueKind::Object | ValueKind::Array));
    is_php_map("/advisories") && is_php_map("/abandoned")
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let (scan, ecosystem) = (sink.scan("composer-audit"), sink.intern("Packagist"));
    let mut audit = Audit { scan, reasons: Reasons::default(), ecosystem };
    let mut listed = false;
    r.entries(|r, key| match key {
        "advisories" => {
            listed = true;
            audit.packages(r, sink, key, Suppression::None, advisory)
        }
        "ignored-advisories" => audit.packages(r, sink, key, Suppression::External, advisory),
        "filter" => audit.packages(r, sink, key, Suppression::None, filtered),
        "abandoned" => audit.abandoned(r, sink),
        "unreachable-repositories" => audit.reasons.errors(r, "/unreachable-repositories", &[]),
        _ => audit.unknown(r, key),
    })?;
    if !listed {
        return Err(lacks(r, "the report", "advisories"));
    }
    let Audit { scan, reasons, .. } = audit;
    sink.finish(scan, reasons);
    Ok(())
}

/// Reads what is said of a package.
type Read = fn(&mut Reader<'_>, &mut Sink, &mut Item, &dyn Fn() -> String) -> Result<()>;

struct Audit {
    scan: RawScan,
    reasons: Reasons,
    ecosystem: Text,
}

impl Audit {
    /// Reads a map of packages, each with what is said of it.
    fn packages(&mut self, r: &mut Reader<'_>, sink: &mut Sink, key: &str, suppressed: Suppression, read: Read) -> Result<()> {
        each(r, |r, name| {
            let at = pointer([key, name].into_iter());
            let list = sink.intern(&at);
            let name = sink.intern(name);
            let mut index = 0;
            each(r, |r, place| {
                let mut item = Item { suppressed, ..sink.item() };
                item.detail.package = RawPackage { ecosystem: Some(self.ecosystem), name: Some(name), ..RawPackage::default() };
                read(r, sink, &mut item, &|| format!("{at}/{place}"))?;
                item.keep(sink, &mut self.scan, list, index);
                index += 1;
                Ok(())
            })
        })
    }

    /// Passes over a member that is not known: a map with something in it may hold results.
    fn unknown(&mut self, r: &mut Reader<'_>, key: &str) -> Result<()> {
        if !matches!(r.kind()?, ValueKind::Array | ValueKind::Object) {
            return r.skip();
        }
        let mut is_empty = true;
        each(r, |r, _| {
            is_empty = false;
            r.skip()
        })?;
        if !is_empty {
            self.reasons.unknown_record(|| pointer([key].into_iter()));
        }
        Ok(())
    }

    /// Reads the packages that nobody looks after any more, each with what could replace it.
    fn abandoned(&mut self, r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
        let list = sink.intern("/abandoned");
        let mut index = 0;
        let is_map = r.kind()? == ValueKind::Object;
        each(r, |r, name| {
            if !is_map {
                let found = r.kind()?.word();
                self.reasons.unreadable("a map of packages", found, || format!("/abandoned/{name}"));
                return r.skip();
            }
            let mut item = sink.item();
            let replacement = sink.name(r, || format!("/abandoned/{name}"))?;
            let replacement = replacement.map(|name| format!("use {} instead", sink.report.texts.get(name).as_data()));
            item.message = replacement.map(|text| sink.intern_prose(&text));
            item.is_of(Category::Quality);
            item.rule_id = Some(sink.intern("abandoned"));
            item.detail.package = RawPackage { ecosystem: Some(self.ecosystem), name: Some(sink.intern(name)), ..RawPackage::default() };
            item.keep(sink, &mut self.scan, list, index);
            index += 1;
            Ok(())
        })
    }
}

/// Walks what PHP makes of a map or list: either, with the key or the place of each value.
fn each(r: &mut Reader<'_>, mut read: impl FnMut(&mut Reader<'_>, &str) -> Result<()>) -> Result<()> {
    if r.kind()? == ValueKind::Array { r.array(|r, index| read(r, &index.to_string())) } else { r.entries(read) }
}

fn advisory(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let (mut id, mut cve, mut others) = (None, None, Vec::new());
    item.is_of(Category::Sca);
    members!(r, {
        "advisoryId" => id = sink.name(r, || format!("{}/advisoryId", at()))?,
        "packageName" => if let Some(name) = sink.name(r, || format!("{}/packageName", at()))? { item.detail.package.name = Some(name); },
        "title" => item.detail.title = sink.prose(r, || format!("{}/title", at()))?,
        "cve" => cve = sink.name(r, || format!("{}/cve", at()))?,
        "severity" => { let told = sink.name(r, || format!("{}/severity", at()))?; item.label(Source::Tool, told); },
        "sources" => each(r, |r, _| {
            members!(r, { "remoteId" => others.extend(sink.name(r, || format!("{}/sources", at()))?) });
            Ok(())
        })?,
    });
    let Some(id) = id else { return Err(lacks(r, "an advisory", "advisoryId")) };
    // The id of another database may be a file of it.
    others.retain(|&id| sink.report.texts.get(id).as_data().starts_with("GHSA-"));
    item.ids = vec![id];
    item.ids.extend(cve.into_iter().chain(others));
    Ok(())
}

/// What a list of packages that are not wanted says of one (`FilterList/FilterListEntry.php`).
fn filtered(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let (mut list, mut id) = (None, None);
    members!(r, {
        "listName" => list = sink.name(r, || format!("{}/listName", at()))?,
        "id" => id = sink.name(r, || format!("{}/id", at()))?,
        "reason" => item.message = sink.prose(r, || format!("{}/reason", at()))?,
    });
    let is_malware = list.is_some_and(|list| sink.report.texts.get(list).as_data().eq_ignore_ascii_case("malware"));
    item.is_of(if is_malware { Category::Malware } else { Category::Other });
    item.rule_id = Some(list.unwrap_or_else(|| sink.intern("filter")));
    item.ids.extend(id);
    Ok(())
}

//! cargo-audit: `--json` (the crate `rustsec`, `report.rs` and `advisory/metadata.rs`), and what cargo-deny writes with
//! `--audit-compatible-output`, in which `vulnerabilities` is the bare list.
//!
//! `vulnerabilities.list` and `warnings` hold the same kind of entry. What is unmaintained, yanked or worth a notice is no
//! vulnerability: it is quality, under the rule of that name. An unsound crate breaks the promise of safe Rust, and that is one.

use crate::base::json::{Reader, Result, ValueKind, members, pointer};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::problem::Weight;
use crate::model::raw::{RawPackage, RawScan};
use crate::model::severity::Source;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "cargo-audit",
    title: "cargo-audit JSON",
    recognized: "`vulnerabilities.list` beside `database`, `lockfile` or `warnings`, or a list `vulnerabilities` beside `lockfile.dependency-count`",
    reads: "Each entry of `vulnerabilities` and `warnings`. `unmaintained`, `yanked` and `notice` are category quality under a rule of that name; `unsound` is category sca. An empty list of patched versions says that there is no fix. What cargo-deny writes with `--audit-compatible-output` is a scan of `cargo-deny`. The date of the advisory database is not that of the scan",
    severity: "the CVSS vector of the advisory, where it has one",
    incomplete: "`count` or `found` and the list disagree",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

/// What cargo-audit was told to leave out is not in the report.
const IGNORED: &str = "what a scanner ignores cannot be judged: report it and hold an exception for it instead";

fn sniff(probe: &Probe) -> bool {
    let beside = ["/database", "/lockfile", "/warnings"];
    let is_bare = probe.kind("/vulnerabilities") == Some(ValueKind::Array) && probe.has("/lockfile/dependency-count");
    is_bare || probe.has("/vulnerabilities/list") && beside.iter().any(|key| probe.has(key))
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut audit = Audit { scan: sink.scan("cargo-audit"), reasons: Reasons::default() };
    let (mut listed, mut warned) = (false, false);
    members!(r, {
        "settings" => if sink.expect(r, ValueKind::Object, || "/settings".to_owned())? {
            settings(r, sink)?;
        },
        "vulnerabilities" => {
            audit.vulnerabilities(r, sink)?;
            listed = true;
        },
        "warnings" => {
            warned = true;
            match r.kind()? {
                ValueKind::Object => r.entries(|r, kind| audit.list(r, sink, &pointer(["warnings", kind].into_iter()), Some(kind)).map(drop))?,
                // Before version 0.13 each warning told its kind itself.
                ValueKind::Array => {
                    audit.list(r, sink, "/warnings", Some(""))?;
                }
                ValueKind::Text | ValueKind::Number | ValueKind::Bool | ValueKind::Null => {
                    audit.reasons.item(r, ValueKind::Object, || "/warnings".to_owned())?;
                }
            }
        },
    });
    if let Some((member, _)) = [("vulnerabilities", listed), ("warnings", warned)].into_iter().find(|(_, told)| !told) {
        return Err(lacks(r, "the report", member));
    }
    let Audit { scan, reasons } = audit;
    sink.finish(scan, reasons);
    Ok(())
}

/// What was left out by order of the one who ran it.
fn settings(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let (mut ignored, mut severity) = (Vec::new(), None);
    members!(r, {
        "ignore" => sink.texts(r, &mut ignored, &|| "/settings/ignore".to_owned())?,
        "severity" => severity = sink.name(r, || "/settings/severity".to_owned())?,
    });
    let word = |text: &Text| sink.report.texts.get(*text).as_data();
    let ids = ignored.iter().map(word).collect::<Vec<_>>().join(", ");
    let below = severity.as_ref().map(|severity| format!("what is below {}", word(severity)));
    for (key, what) in [("ignore", Some(ids).filter(|ids| !ids.is_empty())), ("severity", below)] {
        if let Some(what) = what {
            let what = format!("cargo-audit was told to ignore {what}");
            sink.problem(Weight::Warning, "scanner-ignores", || format!("/settings/{key}"), what, IGNORED);
        }
    }
    Ok(())
}

struct Audit {
    scan: RawScan,
    reasons: Reasons,
}

impl Audit {
    fn vulnerabilities(&mut self, r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
        if r.kind()? == ValueKind::Array {
            self.scan.tool = sink.intern("cargo-deny");
            self.scan.category = Some(Category::Sca);
            return self.list(r, sink, "/vulnerabilities", None).map(drop);
        }
        let (mut found, mut count, mut listed) = (None, None, None);
        members!(r, {
            "found" => found = sink.flag(r, || "/vulnerabilities/found".to_owned())?,
            "count" => count = self.reasons.count(r, || "/vulnerabilities/count".to_owned())?,
            "list" => listed = Some(self.list(r, sink, "/vulnerabilities/list", None)?),
        });
        let Some(listed) = listed else { return Err(lacks(r, "`vulnerabilities`", "list")) };
        self.scan.claimed = count;
        self.reasons.counted("vulnerabilities", count, listed, || "/vulnerabilities/count".to_owned());
        if found.is_some_and(|found| found != (listed > 0)) {
            let what = format!("`found` is not what the list says, which has {listed} vulnerabilities");
            self.reasons.add("count-mismatch", || "/vulnerabilities/found".to_owned(), what);
        }
        Ok(())
    }

    /// Reads a list of entries; how many it has. `kind` is that of warnings, empty where each tells its own.
    fn list(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: &str, kind: Option<&str>) -> Result<u64> {
        let list = sink.intern(at);
        let mut listed = 0;
        r.array(|r, index| {
            listed += 1;
            let item = entry(r, sink, &|| format!("{at}/{index}"), kind)?;
            item.keep(sink, &mut self.scan, list, index);
            Ok(())
        })?;
        Ok(listed)
    }
}

fn entry(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String, kind: Option<&str>) -> Result<Item> {
    let mut item = Item::default();
    let mut own_kind = None;
    let (mut has_advisory, mut package) = (false, None);
    members!(r, {
        "kind" => own_kind = sink.name(r, || format!("{}/kind", at()))?,
        "advisory" => has_advisory = advisory(r, sink, at, &mut item)?,
        "package" => package = Some(self::package(r, sink, at)?),
        "versions" => if sink.expect(r, ValueKind::Object, || format!("{}/versions", at()))? {
            let (mut unaffected, mut is_told) = (Vec::new(), false);
            members!(r, {
                "patched" => {
                    is_told = r.kind()? == ValueKind::Array;
                    sink.texts(r, &mut item.fixed_versions, &|| format!("{}/versions/patched", at()))?;
                },
                "unaffected" => sink.texts(r, &mut unaffected, &|| format!("{}/versions/unaffected", at()))?,
            });
            // An empty list says that there is none, and one that is missing says nothing. A version that was never affected may be a later one.
            item.detail.fix_available = match (item.fixed_versions.is_empty(), unaffected.is_empty()) {
                (false, _) => Some(true),
                (true, true) => is_told.then_some(false),
                (true, false) => None,
            };
        },
    });
    let Some(package) = package else { return Err(lacks(r, "an entry", "package")) };
    item.detail.package = package;
    let Some(kind) = kind else {
        if !has_advisory {
            return Err(lacks(r, "a vulnerability", "advisory"));
        }
        item.detail.category = Some(Category::Sca);
        return Ok(item);
    };
    let kind = if kind.is_empty() { own_kind } else { Some(sink.intern(kind)) };
    let word = kind.map_or("", |kind| sink.report.texts.get(kind).as_data());
    item.is_of(category(word));
    item.rule_id = kind;
    Ok(item)
}

/// What an entry of a kind is.
pub(super) fn category(kind: &str) -> Category {
    if matches!(kind, "unmaintained" | "yanked" | "notice") { Category::Quality } else { Category::Sca }
}

/// The advisory of an entry; whether there is one: what was only yanked has none.
pub(super) fn advisory(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String, item: &mut Item) -> Result<bool> {
    if r.kind()? == ValueKind::Null {
        r.skip()?;
        return Ok(false);
    }
    let (mut id, mut aliases, mut cvss) = (None, Vec::new(), None);
    members!(r, {
        "id" => id = sink.name(r, || format!("{}/advisory/id", at()))?,
        "aliases" => sink.texts(r, &mut aliases, &|| format!("{}/advisory/aliases", at()))?,
        "title" => item.detail.title = sink.prose(r, || format!("{}/advisory/title", at()))?,
        "date" => item.detail.published = sink.day(r, || format!("{}/advisory/date", at()))?,
        "cvss" => cvss = sink.name(r, || format!("{}/advisory/cvss", at()))?,
    });
    let Some(id) = id else { return Err(lacks(r, "an advisory", "id")) };
    item.ids = vec![id];
    item.ids.extend(aliases);
    let database = Source::By(sink.intern("rustsec"));
    item.vector(sink, database, None, cvss);
    Ok(true)
}

/// The crate of an entry.
pub(super) fn package(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<RawPackage> {
    let mut package = RawPackage { ecosystem: Some(sink.intern("crates.io")), ..RawPackage::default() };
    members!(r, {
        "name" => package.name = sink.name(r, || format!("{}/package/name", at()))?,
        "version" => package.version = sink.name(r, || format!("{}/package/version", at()))?,
    });
    if package.name.is_none() {
        return Err(lacks(r, "a package", "name"));
    }
    Ok(package)
}

//! pip-audit: `--format json`, the object that it writes and the bare list that it wrote before 2.0 (its README, "Examples", and
//! `_format/json.py`).
//!
//! What it could not audit it lists beside what it audited and still ends well: such a scan is not whole.

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::advisory::nothing_audited;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::item::keep_all;
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::{RawPackage, RawScan};

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "pip-audit",
    title: "pip-audit JSON",
    recognized: "`dependencies` with `vulns` or `skip_reason`, or the bare list of them that was written before 2.0",
    reads: "Each vulnerability of a package",
    severity: "none is told",
    incomplete: "a package has a `skip_reason`: it was not audited",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

/// How many of the packages that were not audited are named.
const NAMED: usize = 5;

fn sniff(probe: &Probe) -> bool {
    let has_package = |list: &str| ["vulns", "skip_reason"].iter().any(|key| probe.has(&format!("{list}/0/{key}")));
    has_package("/dependencies") || has_package("") || (probe.kind("/dependencies") == Some(ValueKind::Array) && probe.has("/fixes"))
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut audit = Audit { scan: sink.scan("pip-audit"), packages: 0, skipped: Vec::new(), first: None };
    if r.kind()? == ValueKind::Array {
        audit.packages(r, sink, "")?;
    } else {
        let mut listed = false;
        members!(r, {
            "dependencies" => {
                listed = true;
                audit.packages(r, sink, "/dependencies")?;
            },
        });
        if !listed {
            return Err(lacks(r, "the report", "dependencies"));
        }
    }
    let Audit { scan, packages, skipped, first } = audit;
    if packages == 0 {
        nothing_audited(sink, "pip-audit");
    }
    let mut reasons = Reasons::default();
    if let Some(first) = first {
        let mut names: Vec<&str> =
            skipped.iter().take(NAMED).map(|name| name.map_or("a package", |name| sink.report.texts.get(name).as_data())).collect();
        names.extend((skipped.len() > NAMED).then_some("…"));
        let what = format!("{} of {packages} packages were not audited: {}", skipped.len(), names.join(", "));
        reasons.add("not-audited", || first, what);
    }
    sink.finish(scan, reasons);
    Ok(())
}

struct Audit {
    scan: RawScan,
    packages: u64,
    /// The names of the packages that were skipped.
    skipped: Vec<Option<Text>>,
    /// The JSON pointer of the first of them.
    first: Option<String>,
}

impl Audit {
    fn packages(&mut self, r: &mut Reader<'_>, sink: &mut Sink, list: &str) -> Result<()> {
        r.array(|r, index| {
            self.packages += 1;
            self.package(r, sink, &format!("{list}/{index}"))
        })
    }

    fn package(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<()> {
        let mut package = RawPackage { ecosystem: Some(sink.intern("PyPI")), ..RawPackage::default() };
        let mut found: Option<Vec<Item>> = None;
        let mut skipped = false;
        members!(r, {
            "name" => package.name = sink.name(r, || format!("{at}/name"))?,
            "version" => package.version = sink.name(r, || format!("{at}/version"))?,
            "vulns" => {
                found = Some(sink.items(r, &|| format!("{at}/vulns"), vulnerability)?);
            },
            // Whatever it says, even nothing.
            "skip_reason" => {
                r.skip()?;
                skipped = true;
            },
        });
        if package.name.is_none() {
            return Err(lacks(r, "a package", "name"));
        }
        if skipped {
            self.skipped.push(package.name);
            self.first.get_or_insert_with(|| at.to_owned());
        } else if found.is_none() {
            return Err(lacks(r, "a package", "vulns"));
        }
        let mut found = found.unwrap_or_default();
        for item in &mut found {
            item.detail.package = package;
        }
        keep_all(found, sink, &mut self.scan, &format!("{at}/vulns"));
        Ok(())
    }
}

fn vulnerability(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    item.is_of(Category::Sca);
    let (mut id, mut aliases) = (None, Vec::new());
    members!(r, {
        "id" => id = sink.name(r, || format!("{}/id", at()))?,
        "aliases" => sink.texts(r, &mut aliases, &|| format!("{}/aliases", at()))?,
        "fix_versions" => sink.texts(r, &mut item.fixed_versions, &|| format!("{}/fix_versions", at()))?,
        "description" => item.message = sink.prose(r, || format!("{}/description", at()))?,
    });
    let Some(id) = id else { return Err(lacks(r, "a vulnerability", "id")) };
    item.ids = vec![id];
    item.ids.extend(aliases);
    Ok(())
}

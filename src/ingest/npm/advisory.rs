//! An advisory as npm 6 writes it, and pnpm and Yarn with it: what it says, and a finding for each version in use.

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::advisory::ghsa_in;
use crate::ingest::health::lacks;
use crate::ingest::npm::{Rating, numbered};
use crate::ingest::{Item, Sink};
use crate::model::identity::Category;
use crate::model::raw::{RawPackage, RawScan};

/// An advisory that was read.
#[derive(Default)]
pub(in crate::ingest) struct Advisory {
    item: Item,
    rating: Rating,
    name: Option<Text>,
    findings: Vec<Finding>,
}

/// One version in use.
#[derive(Clone, Copy, Default)]
struct Finding {
    version: Option<Text>,
    dev: Option<bool>,
    /// Whether the path that was asked for is one of its paths.
    is_on_path: bool,
}

impl Advisory {
    /// Reads the advisory at a JSON pointer. `key` is its number, where it tells none itself. Of its findings those on `path` are
    /// kept, and all where that is on none of them.
    pub(in crate::ingest) fn read(r: &mut Reader<'_>, sink: &mut Sink, at: &str, key: Option<&str>, path: Option<Text>) -> Result<Self> {
        let place = &|| at.to_owned();
        let mut advisory = Self::default();
        let (mut number, mut ghsa, mut url, mut cves) = (None, None, None, Vec::new());
        let (mut named, mut findings) = (false, None);
        members!(r, {
            "id" => number = sink.number(r, || format!("{at}/id"))?,
            "github_advisory_id" => ghsa = sink.name(r, || format!("{at}/github_advisory_id"))?,
            "url" => url = sink.name(r, || format!("{at}/url"))?,
            "cves" => sink.texts(r, &mut cves, &|| format!("{at}/cves"))?,
            "title" => advisory.item.detail.title = sink.prose(r, || format!("{at}/title"))?,
            // pnpm writes null where the database lost the name.
            "module_name" => {
                advisory.name = sink.name(r, || format!("{at}/module_name"))?;
                named = true;
            },
            "severity" => advisory.rating.severity = sink.name(r, || format!("{at}/severity"))?,
            "cwe" => advisory.rating.cwes(r, sink, place)?,
            "cvss" => advisory.rating.cvss(r, sink, place)?,
            "patched_versions" => patched(r, sink, &mut advisory.item, at)?,
            "findings" => findings = Some(read_findings(r, sink, at, path)?),
        });
        if !named {
            return Err(lacks(r, "an advisory", "module_name"));
        }
        let Some(findings) = findings else { return Err(lacks(r, "an advisory", "findings")) };
        advisory.findings = findings;
        if advisory.findings.iter().any(|finding| finding.is_on_path) {
            advisory.findings.retain(|finding| finding.is_on_path);
        }
        let key_number = key.filter(|key| key.bytes().all(|byte| byte.is_ascii_digit()));
        let number = number.or_else(|| key_number.map(|key| sink.intern(key)));
        advisory.item.ids = ghsa.into_iter().chain(ghsa_in(sink, url)).chain(cves).collect();
        advisory.item.ids.extend(numbered(sink, number));
        Ok(advisory)
    }

    /// Its word for severity.
    pub(in crate::ingest) const fn severity(&self) -> Option<Text> {
        self.rating.severity
    }

    /// Keeps a row for each version in use; one that names no version in use is a row all the same. `dev` is what stands beside the
    /// advisory of that.
    pub(in crate::ingest) fn keep(self, sink: &mut Sink, scan: &mut RawScan, at: &str, dev: Option<bool>) {
        let Self { mut item, rating, name, mut findings } = self;
        findings.extend(findings.is_empty().then(Finding::default));
        let list = sink.intern(&format!("{at}/findings"));
        let ecosystem = Some(sink.intern("npm"));
        item.is_of(Category::Sca);
        rating.rate(sink, &mut item);
        let mut row = item.into_row(sink);
        for (index, finding) in (0..).zip(findings) {
            row.detail.package = RawPackage { ecosystem, name, version: finding.version, purl: None };
            row.detail.dev = finding.dev.or(dev);
            row.keep(sink, scan, list, index);
        }
    }
}

/// The range of versions that have the fix. `<0.0.0` holds no version: there is none.
fn patched(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &str) -> Result<()> {
    let told = sink.name(r, || format!("{at}/patched_versions"))?;
    if told.is_some_and(|told| sink.report.texts.get(told).as_data().trim() == "<0.0.0") {
        item.detail.fix_available = Some(false);
    } else {
        item.fixed_versions.extend(told);
    }
    Ok(())
}

fn read_findings(r: &mut Reader<'_>, sink: &mut Sink, at: &str, path: Option<Text>) -> Result<Vec<Finding>> {
    let path = path.map(|path| sink.report.texts.get(path).as_data().to_owned());
    let mut findings = Vec::new();
    r.array(|r, index| {
        let mut finding = Finding::default();
        members!(r, {
            "version" => finding.version = sink.name(r, || format!("{at}/findings/{index}/version"))?,
            "dev" => finding.dev = sink.flag(r, || format!("{at}/findings/{index}/dev"))?,
            "paths" => if r.kind()? == ValueKind::Array {
                r.array(|r, _| {
                    finding.is_on_path |= r.scalar()?.text().is_some_and(|found| path.as_deref() == Some(found));
                    Ok(())
                })?;
            } else {
                r.skip()?;
            },
        });
        findings.push(finding);
        Ok(())
    })?;
    Ok(findings)
}

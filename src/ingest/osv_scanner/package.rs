//! One package of a source, with its records and their groups.

use hashbrown::{HashMap, HashSet};

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::lacks;
use crate::ingest::osv_scanner::Report;
use crate::ingest::osv_scanner::group::Group;
use crate::ingest::osv_scanner::record::Record;
use crate::ingest::{Item, Sink};
use crate::model::identity::Category;
use crate::model::problem::Weight;
use crate::model::raw::RawPackage;
use crate::model::severity::{CvssVersion, Source};

/// The groups of dependencies that no release holds.
const DEVELOPMENT: [&str; 5] = ["dev", "dev-dependencies", "development", "test", "tests"];

/// Lists of a package that hold no results.
const UNREAD: [&str; 3] = ["experimental_package_exploitability_signals", "experimental_pes", "licenses"];

#[derive(Default)]
pub(super) struct Package {
    component: RawPackage,
    dependency_groups: Vec<Text>,
    records: Vec<Record>,
    groups: Vec<Group>,
    violations: Vec<Text>,
}

impl Package {
    /// Reads a package and keeps its results.
    pub(super) fn read(r: &mut Reader<'_>, sink: &mut Sink, report: &mut Report, at: &str) -> Result<()> {
        let mut all = Self::default();
        let mut named = false;
        r.entries(|r, key| match key {
            "package" => {
                all.component = component(r, sink, at)?;
                named = true;
                Ok(())
            }
            "dependency_groups" => sink.texts(r, &mut all.dependency_groups, &|| format!("{at}/dependency_groups")),
            // Without any, both are absent or null.
            "vulnerabilities" | "groups" if r.kind()? == ValueKind::Null => r.skip(),
            "vulnerabilities" => r.array(|r, index| {
                all.records.push(Record::read(r, sink, &|| format!("{at}/vulnerabilities/{index}"), index)?);
                Ok(())
            }),
            "groups" => r.array(|r, index| {
                all.groups.push(Group::read(r, sink, &|| format!("{at}/groups/{index}"))?);
                Ok(())
            }),
            "license_violations" => sink.texts(r, &mut all.violations, &|| format!("{at}/license_violations")),
            _ => {
                // It might hold results.
                if r.kind()? == ValueKind::Array && !UNREAD.contains(&key) {
                    sink.problem(
                        Weight::Note,
                        "unknown-list",
                        || at.to_owned(),
                        "the package has a list that is not known and not read",
                        "",
                    );
                }
                r.skip()
            }
        })?;
        if !named {
            return Err(lacks(r, "a package", "package"));
        }
        all.check(sink, report, at);
        all.keep(sink, report, at);
        Ok(())
    }

    /// Every record that is grouped must be there.
    fn check(&self, sink: &Sink, report: &mut Report, at: &str) {
        let records: HashSet<Text> = self.records.iter().map(|record| record.id).collect();
        let grouped = self.groups.iter().zip(0..).flat_map(|(group, index)| group.ids.iter().map(move |id| (id, index)));
        for (id, index) in grouped.filter(|(id, _)| !records.contains(*id)) {
            let what = format!("{} is in a group and its record is not in the report", sink.report.texts.get(*id).as_data());
            report.reasons.add("missing-record", || format!("{at}/groups/{index}"), what);
        }
    }

    fn keep(self, sink: &mut Sink, report: &mut Report, at: &str) {
        let word = |text: &Text| sink.report.texts.get(*text).as_data();
        let is_dev = !self.dependency_groups.is_empty() && self.dependency_groups.iter().all(|group| DEVELOPMENT.contains(&word(group)));
        let dev = is_dev.then_some(true);
        let group_of: HashMap<Text, &Group> = self.groups.iter().flat_map(|group| group.ids.iter().map(move |&id| (id, group))).collect();
        let list = sink.intern(&format!("{at}/vulnerabilities"));
        let keep = |mut item: Item, category, list, index, sink: &mut Sink, report: &mut Report| {
            item.detail.package = self.component;
            item.detail.category = Some(category);
            item.detail.dev = dev;
            item.shared_locations = report.places;
            item.keep(sink, &mut report.scan, list, index);
        };
        for record in self.records {
            let (index, group) = (record.index, group_of.get(&record.id));
            let mut item = record.into_item(sink, &report.known, &self.component);
            if let Some(group) = group {
                item.ids.extend(&group.names);
                if group.score.is_some() {
                    item.cvss(Source::Tool, CvssVersion::Unknown, group.score, None);
                    item.claims.rotate_right(1);
                }
                item.detail.reachable = group.called;
            }
            keep(item, Category::Sca, list, index, sink, report);
        }
        if self.violations.is_empty() {
            return;
        }
        let list = sink.intern(&format!("{at}/license_violations"));
        for (index, license) in (0..).zip(self.violations) {
            keep(Item { rule_id: Some(license), ..Item::default() }, Category::License, list, index, sink, report);
        }
    }
}

/// The package. One that was found by its commit has no version but that.
fn component(r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<RawPackage> {
    let (mut package, mut commit) = (RawPackage::default(), None);
    members!(r, {
        "name" => package.name = sink.name(r, || format!("{at}/package/name"))?,
        "version" => package.version = sink.name(r, || format!("{at}/package/version"))?,
        "ecosystem" => package.ecosystem = sink.name(r, || format!("{at}/package/ecosystem"))?,
        "commit" => commit = sink.name(r, || format!("{at}/package/commit"))?,
    });
    package.version = package.version.or(commit);
    Ok(package)
}

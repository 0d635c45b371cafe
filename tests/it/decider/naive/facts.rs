//! What is known of a finding: that of all its sightings.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde_json::Value;

use super::pattern::glob;
use super::{list, rank};
use crate::decider::world::{CLOCKS, SEVERITIES};
use crate::decider::{Identity, Place};

/// A finding.
pub(super) struct Facts<'w> {
    pub(super) places: BTreeSet<Place>,
    pub(super) id: &'w str,
    pub(super) keys: BTreeSet<&'w str>,
    pub(super) category: &'w str,
    pub(super) tools: BTreeSet<&'w str>,
    pub(super) rule_id: Option<&'w str>,
    pub(super) message: Option<&'w str>,
    pub(super) ids: BTreeSet<&'w str>,
    pub(super) cwes: BTreeSet<u64>,
    pub(super) severity: Option<usize>,
    pub(super) score: Option<f64>,
    pub(super) package: Option<(&'w str, &'w str)>,
    pub(super) versions: BTreeSet<&'w str>,
    pub(super) is_fixed: bool,
    pub(super) path: Option<&'w str>,
    pub(super) suppressed: &'w str,
    pub(super) reachable: Option<bool>,
    pub(super) dev: Option<bool>,
    /// The days of `first_seen`, `published` and `fix_released`, the earliest of each.
    dates: BTreeMap<&'static str, Date>,
    /// Whether the baseline adopted it.
    pub(super) is_adopted: bool,
}

/// The findings of all documents: sightings that share an id of a component in a file are one.
/// What was known before is known by any of its keys.
pub(super) fn merged<'w>(documents: &'w [Value], known: &'w [Value], identities: &'w BTreeMap<Place, Identity>) -> Vec<Facts<'w>> {
    let all: Vec<BTreeSet<&str>> = documents
        .iter()
        .flat_map(|document| list(&document["findings"]))
        .map(|finding| list(&finding["ids"]).iter().filter_map(Value::as_str).collect())
        .collect();
    let mut findings: Vec<Facts<'w>> = Vec::new();
    for (number, document) in documents.iter().enumerate() {
        for (index, finding) in list(&document["findings"]).iter().enumerate().filter(|(_, finding)| finding["state"] != "pass") {
            let mut new = Facts::of((number, index), document, finding, &identities[&(number, index)]);
            let (same, others) = findings.into_iter().partition(|known| new.is_same(known, &all));
            findings = others;
            for known in same {
                new = known.with(new);
            }
            findings.push(new);
        }
    }
    for finding in &mut findings {
        let is_it = |entry: &&Value| list(&entry["keys"]).iter().filter_map(Value::as_str).any(|key| finding.keys.contains(key));
        let entries: Vec<&Value> = known.iter().filter(is_it).collect();
        finding.is_adopted = entries.iter().any(|entry| entry["standing"] == "adopted");
        let days = entries.iter().map(|entry| entry["first_seen"].as_str().unwrap().parse().unwrap());
        if let Some(first) = days.chain(finding.dates.get("first_seen").copied()).min() {
            finding.dates.insert("first_seen", first);
        }
    }
    findings
}

impl<'w> Facts<'w> {
    fn of(place: Place, document: &'w Value, finding: &'w Value, identity: &'w Identity) -> Self {
        let category = finding["category"].as_str().unwrap();
        let score = finding["score"].as_f64().filter(|score| *score > 0.0);
        let word = finding.get("severity").map(|word| rank(&SEVERITIES, word));
        let package = &finding["package"];
        // What a tool takes for fixed, or for harmless, it overlooks.
        let suppressed = match finding["state"].as_str() {
            None | Some("open") => "none",
            Some(_) => finding["suppressed"].as_str().unwrap_or("external"),
        };
        Self {
            places: BTreeSet::from([place]),
            id: &identity.id,
            keys: identity.keys.iter().map(String::as_str).collect(),
            category,
            tools: document["tool"].as_str().into_iter().collect(),
            rule_id: finding["rule_id"].as_str(),
            message: finding["message"].as_str().filter(|_| category != "secret"),
            ids: list(&finding["ids"]).iter().filter_map(Value::as_str).collect(),
            cwes: list(&finding["cwes"]).iter().filter_map(Value::as_u64).collect(),
            severity: word.max(score.map(band)),
            score,
            package: package["ecosystem"].as_str().zip(package["name"].as_str()),
            versions: package["version"].as_str().into_iter().collect(),
            is_fixed: finding.get("fixed_versions").is_some(),
            path: finding["path"].as_str(),
            suppressed,
            reachable: finding["reachable"].as_bool(),
            dev: finding["dev"].as_bool(),
            dates: CLOCKS.into_iter().filter_map(|clock| Some((clock, finding[clock].as_str()?.parse().unwrap()))).collect(),
            is_adopted: false,
        }
    }

    /// Whether it is the same as another: the same component in the same file, and names of one vulnerability.
    fn is_same(&self, other: &Self, all: &[BTreeSet<&str>]) -> bool {
        let mut aliases: BTreeSet<&str> = self.ids.clone();
        // What a report anywhere takes for names of one is one.
        for _ in all {
            for names in all.iter().filter(|names| !names.is_disjoint(&aliases)).collect::<Vec<_>>() {
                aliases.extend(names);
            }
        }
        let is_license = |finding: &Self| finding.category == "license";
        let is_named_alike = !aliases.is_disjoint(&other.ids) || (is_license(self) && is_license(other) && self.rule_id == other.rule_id);
        self.package.is_some() && self.package == other.package && self.path == other.path && is_named_alike
    }

    /// Both; where they differ the worse counts.
    fn with(mut self, other: Self) -> Self {
        self.places.extend(other.places);
        self.tools.extend(other.tools);
        self.ids.extend(other.ids);
        self.versions.extend(other.versions);
        self.keys.extend(other.keys);
        self.severity = self.severity.max(other.severity);
        self.score = [self.score, other.score].into_iter().flatten().reduce(f64::max);
        self.is_fixed |= other.is_fixed;
        self.reachable = self.reachable.max(other.reachable);
        for (clock, day) in other.dates {
            self.dates.entry(clock).and_modify(|known| *known = day.min(*known)).or_insert(day);
        }
        self.dev = self.dev.into_iter().chain(other.dev).min();
        self
    }

    /// The CVEs that feeds can be asked for.
    pub(super) fn listable(&self) -> BTreeSet<&'w str> {
        if self.is_vulnerable() { self.cves() } else { BTreeSet::new() }
    }

    /// The day of a clock; where it is not known, the earliest that is.
    pub(super) fn date(&self, clock: &str) -> Option<Date> {
        self.dates.get(clock).or_else(|| self.dates.values().min()).copied()
    }

    /// Whether it is about something vulnerable, or worse, that others wrote.
    pub(super) fn is_vulnerable(&self) -> bool {
        ["sca", "malware"].contains(&self.category)
    }

    /// Whether it is about a component, whatever is said of it.
    pub(super) fn is_component(&self) -> bool {
        self.is_vulnerable() || self.package.is_some()
    }

    /// The vulnerabilities that it is about: its CVEs, or without any all its names, which are those of one.
    pub(super) fn cves(&self) -> BTreeSet<&'w str> {
        self.ids.iter().copied().filter(|id| id.starts_with("CVE-")).collect()
    }

    /// Its package URL without version, and with each.
    pub(super) fn purls(&self) -> (String, Vec<String>) {
        let purl = self.package.map_or_else(String::new, |(ecosystem, name)| format!("pkg:{ecosystem}/{name}"));
        (purl.clone(), self.versions.iter().map(|version| format!("{purl}@{version}")).collect())
    }

    /// Whether everything that an override names holds for the finding: where it may lower for all of it, else for some of it.
    pub(super) fn fits(&self, entry: &Value, may_lower: bool) -> bool {
        let meets = |holds: Vec<bool>| if may_lower { !holds.is_empty() && !holds.contains(&false) } else { holds.contains(&true) };
        let named = |key: &str, holds: &dyn Fn(&str) -> bool| match &entry[key] {
            Value::String(pattern) => holds(pattern),
            Value::Array(patterns) => patterns.iter().filter_map(Value::as_str).any(holds),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => true,
        };
        named("tool", &|tool| meets(self.tools.iter().map(|known| tool == *known).collect()))
            && named("rule_id", &|pattern| self.rule_id.is_some_and(|id| glob(pattern, id)))
            && named("path", &|pattern| self.path.is_some_and(|path| glob(pattern, path)))
            && named("package", &|pattern| {
                let (bare, versioned) = self.purls();
                self.package.is_some() && (glob(pattern, &bare) || meets(versioned.iter().map(|purl| glob(pattern, purl)).collect()))
            })
            && named("vulnerability", &|id| {
                // Of several CVEs each; else any name is that of the one.
                let cves = self.cves();
                let is_one = cves.len() < 2 || !may_lower;
                if is_one { self.ids.contains(id) } else { cves.iter().all(|cve| *cve == id) }
            })
    }
}

/// The severity of a score.
fn band(score: f64) -> usize {
    [0.1, 4.0, 7.0, 9.0].into_iter().filter(|least| score >= *least).count()
}

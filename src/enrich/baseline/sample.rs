//! Findings and entries that are made of the same few words, for tests.

use std::num::NonZeroU32;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::base::address::Address;
use crate::base::digest::Fields;
use crate::base::pool::Pool;
use crate::base::text::Text;
use crate::model::baseline::{Adoption, Baseline, Entry, Standing};
use crate::model::finding::sample::finding;
use crate::model::finding::{Detail, Evidence, Finding, Package, Rule, RuleId};
use crate::model::identity::{Category, Fingerprint, Keys, Scheme, by_component};
use crate::model::location::Location;
use crate::model::raw::DetailId;

/// What a tool finds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Thing {
    pub(super) rule: u8,
    pub(super) path: u8,
    pub(super) line: u32,
    /// What the line says; `None` where the report does not show it.
    pub(super) code: Option<u8>,
    /// Which of the pieces of code that say this in the file.
    pub(super) nth: u32,
    /// The vulnerabilities, of a component.
    pub(super) ids: Vec<u8>,
}

pub(super) const fn code(rule: u8, path: u8, line: u32, code: u8) -> Thing {
    Thing { rule, path, line, code: Some(code), nth: 0, ids: Vec::new() }
}

pub(super) const fn place(rule: u8, path: u8, line: u32) -> Thing {
    Thing { rule, path, line, code: None, nth: 0, ids: Vec::new() }
}

pub(super) fn component(package: u8, path: u8, ids: &[u8]) -> Thing {
    Thing { rule: package, path, line: 0, code: None, nth: 0, ids: ids.to_vec() }
}

impl Thing {
    fn rule_id(&self) -> String {
        format!("rule-{}", self.rule)
    }

    fn path(&self) -> String {
        format!("src/{}.py", self.path)
    }

    fn package(&self) -> String {
        format!("pkg:npm/p{}", self.rule)
    }

    /// Its keys, strongest first.
    pub(super) fn keys(&self) -> Vec<Fingerprint> {
        let (rule, path) = (self.rule_id(), self.path());
        if !self.ids.is_empty() {
            return self.ids.iter().map(|id| by_component(&format!("CVE-2026-000{id}"), &self.package(), "", &path)).collect();
        }
        let mut keys = Keys::of("tool", &rule);
        let Some(code) = self.code else { return vec![keys.by_location(&path, self.line).nth(self.nth)] };
        let mut fields = Fields::of("text/1");
        fields.field(rule.as_bytes()).field(&[code]);
        vec![
            keys.by_line(&path, format!("{code}:{}", self.nth + 1).as_bytes()),
            Fingerprint { scheme: Scheme::Text, digest: fields.first16() },
        ]
    }
}

/// What a run finds.
pub(super) fn evidence(things: &[Thing]) -> Evidence {
    let mut evidence = Evidence::default();
    for thing in things {
        add(&mut evidence, thing);
    }
    evidence
}

fn add(evidence: &mut Evidence, thing: &Thing) {
    let tool = evidence.texts.intern("tool");
    let rule = RuleId(u32::try_from(evidence.rules.len()).unwrap_or(u32::MAX));
    let rule_id = Some(evidence.texts.intern(&thing.rule_id())).filter(|_| thing.ids.is_empty());
    evidence.rules.push(Rule { tool, rule_id, title: None });
    let path = Some(evidence.texts.intern(&thing.path()));
    let at = Location { path, start_line: NonZeroU32::new(thing.line), end_line: None };
    let keys = thing.keys();
    let ids: Vec<Text> = thing.ids.iter().map(|id| evidence.texts.intern(&format!("CVE-2026-000{id}"))).collect();
    let mut detail = None;
    if !thing.ids.is_empty() {
        let component = evidence.texts.intern(&thing.package());
        let package = Package { purl: None, component, ecosystem: None, name: component, is_os: false };
        evidence.details.push(Detail { package: Some(package), ..Detail::default() });
        detail = Some(DetailId::at(evidence.details.len() - 1));
    }
    let category = if thing.ids.is_empty() { Category::Sast } else { Category::Sca };
    let found = Finding {
        id: keys.first().copied().map(Into::into).unwrap_or_default(),
        rule,
        ids: evidence.words.add(ids),
        locations: evidence.locations.add([at]),
        fingerprints: evidence.fingerprints.add(keys),
        detail,
        ..finding(category, 1)
    };
    evidence.findings.push(found);
}

/// The day on which entries were first seen.
pub(super) const SEEN: Date = Date::constant(2026, 6, 1);

/// What was known before, in this order.
pub(super) fn baseline(evidence: &mut Evidence, known: &[(Standing, Thing)]) -> Baseline {
    let mut keys = Pool::default();
    let mut entries: Vec<Entry> = Vec::new();
    for (standing, thing) in known {
        let own = thing.keys();
        let texts = &mut evidence.texts;
        let is_code = thing.ids.is_empty();
        let vulnerability = thing.ids.first().map(|id| texts.intern(&format!("CVE-2026-000{id}")));
        entries.push(Entry {
            standing: *standing,
            id: own.first().copied().map(Into::into).unwrap_or_default(),
            keys: keys.add(own),
            tool: texts.intern("tool"),
            rule_id: is_code.then(|| texts.intern(&thing.rule_id())),
            path: Some(texts.intern(&thing.path())),
            start_line: NonZeroU32::new(thing.line).filter(|_| is_code),
            vulnerability,
            package: vulnerability.map(|_| texts.intern(&thing.package())),
            first_seen: SEEN,
            recalled: None,
        });
    }
    let adoption = Address::parse("dana@acme.example").map(|accountable| Adoption { accountable, approved: SEEN, reason: String::new() });
    let path = "baseline.json".to_owned();
    super::read::sort(&mut entries, &keys);
    Baseline { path, sha256: None, created: Timestamp::UNIX_EPOCH, adoption, entries, keys, ..Baseline::default() }
}

/// A run that recalled what it could.
pub(super) fn recalled(things: &[Thing], known: &[(Standing, Thing)]) -> Evidence {
    let mut evidence = evidence(things);
    let mut baseline = baseline(&mut evidence, known);
    super::recall::recall(&mut evidence, &mut baseline);
    evidence.baseline = Some(baseline);
    evidence
}

/// All of them adopted.
pub(super) fn adopted(things: &[Thing]) -> Vec<(Standing, Thing)> {
    things.iter().cloned().map(|thing| (Standing::Adopted, thing)).collect()
}

//! The rules of a run, and which of them a reference names (§3.27.5 to §3.27.7, §3.52.3).
//!
//! The index counts only when the rule there has the id that is named or is a parent of it (`CA5350` of `CA5350/md5`); in practice
//! it often points elsewhere. Else the GUID decides, then the id: in the component that is named, then in the driver, then in the
//! extensions; exactly, then by its parents. Where the run has no rule of that id, the index is all there is. A reference that
//! names no component, or none that is known, means the driver.

use hashbrown::HashMap;

use crate::base::text::{Text, Texts};
use crate::ingest::Sink;
use crate::ingest::sarif::reference::{ComponentRef, Reference};
use crate::ingest::sarif::rule::Rule;
use crate::ingest::sarif::tool::{Messages, Tool};
use crate::model::raw::Claim;
use crate::model::severity::{Kind, Source};

/// How many parents of an id are looked for: ids in use have two or three.
const PARENT_LIMIT: usize = 64;

/// How many different levels, or scores, the rules of one id may state together. Past it none of them counts.
const CLAIM_LIMIT: usize = 16;

/// A rule.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Found {
    /// The driver is 0, the extensions follow.
    component: u32,
    index: u32,
}

/// The rule that a reference names.
#[derive(Clone, Copy)]
pub(super) struct Named {
    pub(super) found: Found,
    /// Whether it is the very rule that is named, not a parent of it.
    pub(super) exact: bool,
}

/// The rules of a run, by id and GUID.
pub(super) struct Descriptors<'t> {
    tool: &'t Tool,
    by_id: Index,
    by_guid: Index,
    /// What the rules that share an id state together, by the first of them.
    merged: HashMap<Found, Vec<Claim>>,
    component_by_guid: HashMap<Text, u32>,
    component_by_name: HashMap<Text, u32>,
    has_rules: bool,
    unreadable: bool,
}

impl<'t> Descriptors<'t> {
    pub(super) fn new(tool: &'t Tool, sink: &mut Sink) -> Self {
        let mut descriptors = Self {
            tool,
            by_id: Index::default(),
            by_guid: Index::default(),
            merged: HashMap::new(),
            component_by_guid: HashMap::new(),
            component_by_name: HashMap::new(),
            has_rules: tool.components().any(|component| !component.rules.is_empty()),
            unreadable: tool.unreadable || tool.components().any(|component| component.unreadable),
        };
        for (number, component) in (0_u32..).zip(tool.components()) {
            if let Some(guid) = component.guid {
                descriptors.component_by_guid.entry(guid).or_insert(number);
            }
            if let Some(name) = component.name {
                descriptors.component_by_name.entry(name).or_insert(number);
            }
            for (index, rule) in (0_u32..).zip(&component.rules) {
                let found = Found { component: number, index };
                if let Some(guid) = rule.guid {
                    descriptors.by_guid.add(guid, found);
                }
                let Some(id) = rule.id else { continue };
                let first = descriptors.by_id.add(id, found);
                if first != found {
                    descriptors.merge(first, rule, sink);
                }
            }
        }
        descriptors
    }

    /// Two rules with one id: what either says counts, so that a second one cannot lower the first. One that states no level says
    /// `warning` (§3.50.3).
    fn merge(&mut self, first: Found, rule: &Rule, sink: &mut Sink) {
        let [warning, too_many] = ["warning", "(too many)"].map(|told| sink.intern(told));
        let claims = |raw: u32| sink.report.rules.get(raw as usize).map_or(&[][..], |raw| sink.report.claims.get(raw.claims));
        let add = |merged: &mut Vec<Claim>, claims: &[Claim]| {
            add_distinct(merged, claims, too_many);
            if !states_level(claims) {
                add_distinct(merged, &[Claim::new(Source::Rule, Kind::Level, warning)], too_many);
            }
        };
        let own = self.rule(first).map_or(&[][..], |first| claims(first.raw));
        let merged = self.merged.entry(first).or_insert_with(|| {
            let mut merged = Vec::new();
            add(&mut merged, own);
            merged
        });
        add(merged, claims(rule.raw));
    }

    /// The rule that a reference names.
    pub(super) fn find(&self, reference: &Reference, texts: &Texts) -> Option<Named> {
        let home = self.component(reference.component);
        let exact = |found| Named { found, exact: true };
        let index = reference.index.filter(|_| !reference.component.malformed);
        let by_index = index.map(|index| Found { component: home, index });
        let by_index = by_index.and_then(|found| Some((found, self.rule(found)?)));
        match by_index.map(|(found, rule)| (found, reference.id, rule.id)) {
            Some((found, None, _)) => return Some(exact(found)),
            Some((found, Some(id), Some(rule))) if id == rule => return Some(exact(found)),
            Some((found, Some(id), Some(rule))) if is_parent(texts.get(rule).as_data(), texts.get(id).as_data()) => {
                return Some(Named { found, exact: false });
            }
            Some(_) | None => {}
        }
        if let Some(found) = reference.guid.and_then(|guid| self.by_guid.find(home, guid)) {
            return Some(exact(found));
        }
        let id = reference.id?;
        if let Some(found) = self.by_id.find(home, id) {
            return Some(exact(found));
        }
        let parent = parents(texts.get(id).as_data(), texts).find_map(|parent| self.by_id.find(home, parent));
        parent.map(|found| Named { found, exact: false }).or_else(|| by_index.map(|(found, _)| exact(found)))
    }

    /// Whether a reference that names no rule may mean one that says more of the severity than the default. An id alone need not
    /// have a rule; what points to a rule must.
    pub(super) fn is_lost(&self, reference: &Reference, texts: &Texts) -> bool {
        let points = reference.index.is_some() || reference.guid.is_some();
        let deep = |id| texts.get(id).as_data().matches('/').count() > PARENT_LIMIT;
        reference.malformed
            || points && (reference.id.is_none() || self.has_rules)
            || self.unreadable && reference.is_some()
            || self.has_rules && reference.id.is_some_and(deep)
    }

    /// The component that a reference means: by GUID, else by index among the extensions, else by name, else the driver.
    fn component(&self, reference: ComponentRef) -> u32 {
        let by_guid = reference.guid.and_then(|guid| self.component_by_guid.get(&guid).copied());
        let by_index = || {
            let number = reference.index?.checked_add(1)?;
            self.tool.component(number as usize).map(|_| number)
        };
        let by_name = || reference.name.and_then(|name| self.component_by_name.get(&name).copied());
        by_guid.or_else(by_index).or_else(by_name).unwrap_or(0)
    }

    /// The rule at a place.
    pub(super) fn rule(&self, found: Found) -> Option<&'t Rule> {
        self.tool.component(found.component as usize)?.rules.get(found.index as usize)
    }

    /// The first rule of the component that has the same id: they are one rule, told several times.
    pub(super) fn first(&self, found: Found) -> Found {
        let first = self.rule(found).and_then(|rule| self.by_id.inside.get(&(found.component, rule.id?)));
        first.copied().unwrap_or(found)
    }

    /// What the rules of one id state together, where there are several; `first` is the first of them.
    pub(super) fn merged(&self, first: Found) -> Option<&[Claim]> {
        self.merged.get(&first).map(Vec::as_slice)
    }

    /// The messages of the component of a rule, else of the driver.
    pub(super) fn messages(&self, found: Option<Found>) -> impl Iterator<Item = &'t Messages> {
        let of_component = found.and_then(|found| self.tool.component(found.component as usize));
        of_component.into_iter().chain([&self.tool.driver]).map(|component| &component.messages)
    }
}

impl Found {
    /// Whether the rule stands at the place that a reference tells.
    pub(super) fn is_at(self, reference: &Reference) -> bool {
        reference.index.is_none_or(|index| index == self.index)
    }
}

/// Rules by a name that may stand several times: the first counts.
#[derive(Default)]
struct Index {
    inside: HashMap<(u32, Text), Found>,
    anywhere: HashMap<Text, Found>,
}

impl Index {
    /// The first rule of the component with this name, which is `found` if there was none.
    fn add(&mut self, name: Text, found: Found) -> Found {
        self.anywhere.entry(name).or_insert(found);
        *self.inside.entry((found.component, name)).or_insert(found)
    }

    /// In the component, else in the first that has it.
    fn find(&self, component: u32, name: Text) -> Option<Found> {
        self.inside.get(&(component, name)).or_else(|| self.anywhere.get(&name)).copied()
    }
}

/// What could be a parent of an id (§3.5.4), as far as the report names it anywhere; the longest first.
pub(super) fn parents<'t>(id: &'t str, texts: &'t Texts) -> impl Iterator<Item = Text> {
    id.rmatch_indices('/').take(PARENT_LIMIT).filter_map(move |(end, _)| texts.find(id.get(..end)?))
}

/// Adds the claims that are not there yet, as long as there are not too many of a kind; past it the kind says nothing readable.
pub(super) fn add_distinct(claims: &mut Vec<Claim>, more: &[Claim], too_many: Text) {
    for claim in more {
        let same = claims.iter().filter(|known| known.kind == claim.kind && known.source == claim.source).count();
        if same <= CLAIM_LIMIT && !claims.contains(claim) {
            let told = if same < CLAIM_LIMIT { claim.told } else { too_many };
            claims.push(Claim { told, ..*claim });
        }
    }
}

/// Whether one of some claims states a level.
pub(super) fn states_level(claims: &[Claim]) -> bool {
    claims.iter().any(|claim| claim.kind == Kind::Level)
}

/// Whether a rule's id is the first components of a hierarchical id (§3.5.4).
fn is_parent(rule: &str, id: &str) -> bool {
    id.strip_prefix(rule).is_some_and(|rest| rest.starts_with('/'))
}

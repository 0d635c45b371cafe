//! Results that are more than a rule and a place once the tool's profile explains them.

use std::rc::Rc;
use std::{mem, slice};

use super::facts::{Facts, NONE, Room};
use super::{Normalizer, advisory};
use crate::base::pool::Span;
use crate::base::text::{Text, TextMap, Texts};
use crate::model::finding::Detail;
use crate::model::identity::{Category, Fingerprint, by_component};
use crate::model::location::Location;
use crate::model::profile::{Fact, From, Profile, Reach, Scale};
use crate::model::raw::{DetailId, Property, RawFinding, RawRule};
use crate::model::severity::Kind;

/// The ids of a result: those that the profile finds, and those of its rule and tags.
#[derive(Clone, Copy)]
pub(super) struct Ids {
    told: Span<Text>,
    /// The first, where it is an advisory for several vulnerabilities at once.
    bundle: Option<Text>,
    is_malware: bool,
}

/// The last ids that were put together for the results of a rule, and of what they told: most results of a rule have the same.
pub(super) type LastIds = (Option<Text>, Span<Text>, Ids);

/// How many facts of rules are compared: most rules tell the same few things.
const SHARED_LIMIT: usize = 16;

/// What a profile makes of a result: what it tells itself, and what its rule tells.
#[derive(Clone, Copy)]
pub(super) struct Explained<'f> {
    pub(super) own: &'f Facts,
    pub(super) rule: &'f Facts,
}

impl Explained<'_> {
    /// Whether it tells more than a rule and a place.
    pub(super) fn has_detail(self) -> bool {
        self.own.has_detail() || self.rule.has_detail()
    }
}

/// What comes of it.
#[derive(Clone, Copy)]
pub(super) struct Explanation {
    pub(super) ids: Span<Text>,
    pub(super) is_malware: bool,
    pub(super) detail: DetailId,
    /// The keys of a component, if there is one.
    pub(super) keys: Option<Span<Fingerprint>>,
}

/// No vulnerability has more names; the keys of these suffice to know it again.
const KEYS: usize = 64;

/// How many ways of saying a severity are told apart.
const WORDS_LIMIT: usize = 1_000;

/// A look at the places that a profile names.
struct Look<'l> {
    map: &'l TextMap,
    texts: &'l mut Texts,
    scale: &'l Scale,
    facts: &'l mut Facts,
    room: &'l mut Room,
}

impl Look<'_> {
    fn at(&mut self, fact: &Fact, told: impl IntoIterator<Item = Text>) {
        for told in told {
            self.facts.take(fact, self.map.apply(told), self.scale, self.texts, self.room);
        }
    }

    fn at_properties(&mut self, fact: &Fact, properties: &[Property]) {
        for property in properties {
            if self.texts.get(self.map.apply(property.key)).as_data() == fact.key {
                self.at(fact, [property.told]);
            }
        }
    }
}

impl<'a> Normalizer<'a> {
    /// What the profile finds in a rule.
    pub(super) fn facts_of_rule(&mut self, rule_id: Option<Text>, raw: Option<&RawRule>) -> Rc<Facts> {
        let mut facts = Facts::default();
        if let Some(profile) = self.profile {
            self.look_at_rule(profile, &mut facts, rule_id, raw);
        }
        if let Some(known) = self.facts.iter().find(|known| ***known == facts) {
            return Rc::clone(known);
        }
        let facts = Rc::new(facts);
        if self.facts.len() < SHARED_LIMIT {
            self.facts.push(Rc::clone(&facts));
        }
        facts
    }

    fn look_at_rule(&mut self, profile: &Profile, facts: &mut Facts, rule_id: Option<Text>, raw: Option<&RawRule>) {
        let shared = self.shared;
        let name = raw.and_then(|raw| raw.name).filter(|&name| !self.is_dull(From::RuleName, name));
        let mut tags = mem::take(&mut self.tags);
        tags.clear();
        for &tag in raw.map_or(&[][..], |raw| shared.words.get(raw.tags)) {
            if !self.is_dull(From::RuleTag, tag) {
                tags.push(tag);
            }
        }
        let mut look = self.look(profile, facts);
        for fact in profile.facts.iter().filter(|fact| fact.from.is_of_rule()) {
            match (fact.from, raw) {
                (From::RuleId, _) => look.at(fact, rule_id),
                (From::RuleName, _) => look.at(fact, name),
                (From::RuleTitle, Some(raw)) => look.at(fact, raw.title),
                (From::RuleTag, _) => look.at(fact, tags.iter().copied()),
                (From::RuleProperty, Some(raw)) => look.at_properties(fact, shared.properties.get(raw.properties)),
                (From::ResultTag | From::ResultProperty | From::ResultLevel | From::ResultMessage, _) | (_, None) => {}
            }
        }
        self.tags = tags;
    }

    /// What the profile finds in a result itself.
    pub(super) fn facts_of_row(&mut self, row: &RawFinding, properties: Span<Property>) -> Option<Box<Facts>> {
        let profile = self.profile.filter(|_| self.looks_at_rows)?;
        let mut facts = self.found.take().unwrap_or_default();
        facts.clear();
        let shared = self.shared;
        self.room.rule_id = row.rule_id.map(|id| shared.map.apply(id));
        let mut look = self.look(profile, &mut facts);
        for fact in profile.facts.iter().filter(|fact| !fact.from.is_of_rule()) {
            match fact.from {
                From::ResultMessage => look.at(fact, row.message),
                From::ResultTag => look.at(fact, shared.words.get(row.tags).iter().copied()),
                From::ResultProperty => look.at_properties(fact, shared.properties.get(properties)),
                From::ResultLevel => {
                    let of_rule =
                        row.rule.and_then(|rule| shared.rules.get(rule as usize)).map_or(&[][..], |rule| shared.claims.get(rule.claims));
                    let mut claims = shared.claims.get(row.claims).iter().chain(of_rule);
                    look.at(fact, claims.find(|claim| claim.kind == Kind::Level).map(|claim| claim.told));
                }
                From::RuleId | From::RuleName | From::RuleTitle | From::RuleTag | From::RuleProperty => {}
            }
        }
        Some(facts)
    }

    /// Whether the profile finds nothing in a name or tag of rules; few different ones are told.
    fn is_dull(&mut self, from: From, told: Text) -> bool {
        let Some(profile) = self.profile else { return true };
        let of = usize::from(from == From::RuleTag);
        if let Some(known) = self.dull.get(of).and_then(|dull| dull.get(told)) {
            return *known;
        }
        let mut facts = Facts::default();
        let mut look = self.look(profile, &mut facts);
        profile.facts.iter().filter(|fact| fact.from == from).for_each(|fact| look.at(fact, [told]));
        let is_dull = facts == NONE;
        if let Some(dull) = self.dull.get_mut(of) {
            dull.set(told, is_dull);
        }
        is_dull
    }

    fn look<'l>(&'l mut self, profile: &'l Profile, facts: &'l mut Facts) -> Look<'l>
    where
        'a: 'l,
    {
        Look { map: &self.shared.map, texts: &mut self.evidence.texts, scale: &profile.scale, facts, room: &mut self.room }
    }

    /// The number of what a result says in its own way: equal ones have one number, and nothing has none.
    pub(super) fn words_of_row(&mut self, own: &Facts) -> u32 {
        let is_secret = own.category == Some(Category::Secret);
        if own.words.is_empty() && !is_secret {
            return 0;
        }
        // Few things are said in few ways: a look at each costs less than a hash of it.
        if let Some(known) = self.words.iter().position(|(known, secret)| *secret == is_secret && *known == own.words) {
            return u32::try_from(known + 1).unwrap_or(u32::MAX);
        }
        // Past the limit a row shares nothing with others.
        if self.words.len() >= WORDS_LIMIT {
            self.unshared = self.unshared.saturating_sub(1);
            return self.unshared;
        }
        self.words.push((own.words.clone(), is_secret));
        u32::try_from(self.words.len()).unwrap_or(u32::MAX)
    }

    /// What a finding has beside a rule and a place. `number` is the place of its rule, `found` are the ids of its rule and tags.
    pub(super) fn explain(
        &mut self,
        number: usize,
        row: &RawFinding,
        explained: Explained<'_>,
        found: Span<Text>,
        locations: Span<Location>,
    ) -> Explanation {
        let Explained { own, rule } = explained;
        let Ids { told: ids, bundle, is_malware } = self.ids_of(number, explained, found);
        let (component, _) = self.component(own.package_or(rule));
        let fixed = if own.fixed.is_empty() { &rule.fixed } else { &own.fixed };
        let detail = Detail {
            package: component.map(|component| component.package),
            versions: self.evidence.words.add(component.and_then(|component| component.version)),
            purls: Span::default(),
            fix_available: (!fixed.is_empty()).then_some(true),
            fixed_versions: self.evidence.words.add(fixed.iter().copied()),
            reachable: match own.reachable.or(rule.reachable) {
                Some(Reach::Yes) => Some(true),
                Some(Reach::No) => Some(false),
                Some(Reach::Unknown) | None => None,
            },
            bundle,
            ..Detail::default()
        };
        let rule_id = row.rule_id.map(|id| self.shared.map.apply(id));
        let path = self.evidence.locations.get(locations).first().and_then(|location| location.path);
        let keys = self.component_keys(&detail, ids, rule_id, path);
        self.evidence.details.push(detail);
        Explanation { ids, is_malware, detail: DetailId::at(self.evidence.details.len() - 1), keys }
    }

    fn ids_of(&mut self, number: usize, Explained { own, rule }: Explained<'_>, found: Span<Text>) -> Ids {
        let known = self.evidence.words.get(found);
        if !known.is_empty() && own.ids.iter().chain(&rule.ids).all(|id| known.contains(id)) {
            return Ids { told: found, bundle: None, is_malware: false };
        }
        let only = own.ids.first().copied().filter(|_| own.ids.len() == 1);
        let last = self.last_ids.get(&number).copied();
        if let Some((_, _, ids)) = last.filter(|(told, beside, _)| own.ids.len() < 2 && *told == only && *beside == found) {
            return ids;
        }
        let told: Vec<Text> = own.ids.iter().chain(&rule.ids).chain(self.evidence.words.get(found)).copied().collect();
        let (ids, bundle) = self.ids(told.into_iter());
        let names = ids.iter().map(|&id| self.evidence.texts.get(id).as_data());
        let is_malware = advisory::category(Category::Sca, names) == Category::Malware;
        let ids = Ids { told: self.evidence.words.add(ids), bundle, is_malware };
        self.last_ids.insert(number, (only, found, ids));
        ids
    }

    /// The keys of a vulnerable component, one for each id; for one without ids that of its rule. `path` is its primary place.
    pub(super) fn component_keys(
        &mut self,
        detail: &Detail,
        ids: Span<Text>,
        rule_id: Option<Text>,
        path: Option<Text>,
    ) -> Option<Span<Fingerprint>> {
        let package = detail.package?;
        let word = |text: Option<Text>| text.map_or("", |text| self.evidence.texts.get(text).as_data());
        let (artifact, path) = detail.place(path);
        let names = detail.bundle.as_ref().map_or_else(|| self.evidence.words.get(ids), slice::from_ref);
        let key = |id: Option<Text>| by_component(word(id), word(Some(package.component)), word(artifact), word(path));
        if let [] | [_] = names {
            let only = key(names.first().copied().or(rule_id));
            return Some(self.evidence.fingerprints.add([only]));
        }
        let mut keys: Vec<Fingerprint> = names.iter().take(KEYS).map(|&id| key(Some(id))).collect();
        keys.sort_unstable();
        Some(self.evidence.fingerprints.add(keys))
    }
}

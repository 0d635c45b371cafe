//! What the results of one rule share, worked out once for each combination that occurs.

use std::mem;
use std::rc::Rc;

use super::detail::Judged;
use super::facts::Facts;
use super::severity::{self, Rated, Taken};
use super::taxa::Taxa;
use super::{Normalizer, muted};
use crate::base::pool::Span;
use crate::base::text::Text;
use crate::model::finding::{Rule, RuleId};
use crate::model::identity::{Begun, Category};
use crate::model::raw::{Claim, RawFinding};
use crate::model::severity::{Assessment, Source};

/// What the rows of one rule share.
pub(super) struct OfRule {
    /// What rows name beside the id.
    pub(super) raw: Option<u32>,
    pub(super) rule: RuleId,
    pub(super) ids: Span<Text>,
    pub(super) cwes: Span<u32>,
    pub(super) tags: Span<Text>,
    /// Whether what the tool says may quote a secret: it is dropped here, before anybody could print it.
    pub(super) is_secret: bool,
    /// What the tool's profile finds in it.
    pub(super) facts: Rc<Facts>,
    pub(super) begun: Begun,
}

/// What rows share that name one rule and say the same about severity.
#[derive(Clone, Copy)]
pub(super) struct OfKind {
    /// A place in [`Normalizer::rules`].
    pub(super) rule: usize,
    pub(super) rated: Rated,
    pub(super) assessments: Span<Assessment>,
}

/// What a row says that [`OfKind`] depends on; the last is the number of what it says in its own way.
pub(super) type KindOfRow = (Option<Text>, Option<u32>, Span<Claim>, u32);

impl<'a> Normalizer<'a> {
    /// What a row shares with others of its rule and claims.
    pub(super) fn kind(&mut self, row: &RawFinding, own: &Facts) -> OfKind {
        let key = (row.rule_id, row.rule, row.claims, self.words_of_row(own));
        let last = row.rule_id.and_then(|id| self.recent.get(id)).copied();
        let of_last = last.and_then(|number| Some((number, *self.kinds.get(number as usize)?)));
        if let Some((number, (known, kind))) = of_last {
            if known == key {
                return kind;
            }
            self.by_kind.insert(known, number);
        }
        // The first kind of an id is in no map: mostly it stays the only one.
        let known = if of_last.is_some() || row.rule_id.is_none() { self.by_kind.get(&key) } else { None };
        let known = known.and_then(|&number| Some((number, self.kinds.get(number as usize)?.1)));
        let (number, kind) = known.unwrap_or_else(|| {
            let kind = self.new_kind(row, own);
            self.kinds.push((key, kind));
            (u32::try_from(self.kinds.len() - 1).unwrap_or(u32::MAX), kind)
        });
        match row.rule_id {
            Some(id) => self.recent.set(id, number),
            None => drop(self.by_kind.insert(key, number)),
        }
        kind
    }

    pub(super) fn new_kind(&mut self, row: &RawFinding, own: &Facts) -> OfKind {
        let rule = self.rule_of(row);
        let facts = self.rules.get(rule).map(|of_rule| Rc::clone(&of_rule.facts)).unwrap_or_default();
        let of_rule = row.rule.and_then(|rule| self.shared.rules.get(rule as usize)).map_or(Span::default(), |rule| rule.claims);
        let is_secret = own.category == Some(Category::Secret) || self.rules.get(rule).is_some_and(|rule| rule.is_secret);
        if own.words.is_empty() && facts.words.is_empty() {
            let (mut rated, assessments) = self.rated(Judged { claims: row.claims, of_rule, os: None, is_secret });
            rated.told = rated.told.filter(|_| !is_secret || rated.severity.is_some()).map(|text| self.shared.map.apply(text));
            return OfKind { rule, rated, assessments };
        }
        let mut claims = mem::take(&mut self.claims);
        claims.clear();
        let told = self.shared.claims.get(row.claims).iter().chain(self.shared.claims.get(of_rule)).map(|&claim| self.known(claim));
        // What a rule tells of all its results, they need not tell again.
        let is_new = |word: &&Claim| !facts.words.iter().any(|known| (known.kind, known.told) == (word.kind, word.told));
        claims.extend(told.chain(own.words.iter().filter(is_new).chain(&facts.words).copied()));
        if let Some(&(rated, assessments)) = self.own_ratings.get(&*claims).filter(|_| !is_secret) {
            self.claims = claims;
            return OfKind { rule, rated, assessments };
        }
        let text = |text| self.evidence.texts.get(text).as_data();
        let (mut rated, assessments) = severity::rate(&claims, self.taken(), None, &text, &|_| None);
        let assessments: Vec<_> = assessments.into_iter().map(|assessment| muted(assessment, is_secret)).collect();
        rated.told = rated.told.filter(|_| !is_secret || rated.severity.is_some());
        let assessments = self.evidence.assessments.add(assessments);
        if !is_secret {
            self.own_ratings.insert(claims, (rated, assessments));
        }
        OfKind { rule, rated, assessments }
    }

    /// The place in `rules` of the rule that a row names.
    pub(super) fn rule_of(&mut self, row: &RawFinding) -> usize {
        let first = row.rule_id.and_then(|id| self.first_rules.get(id)).copied();
        let of_first = first.and_then(|number| self.rules.get(number as usize));
        let known = match of_first {
            Some(of_rule) if of_rule.raw == row.rule => first.map(|number| number as usize),
            None if row.rule_id.is_some() => None,
            Some(_) | None => self.by_rule.get(&(row.rule_id, row.rule)).copied(),
        };
        known.unwrap_or_else(|| self.new_rule(row))
    }

    /// How the tool's statements about severity are to be taken.
    pub(super) fn taken(&self) -> Taken<'a> {
        self.profile.map_or_else(Taken::default, |profile| Taken { scale: Some(&profile.scale), is_users: profile.is_users })
    }

    /// A claim in the words of the evidence.
    pub(super) fn known(&self, claim: Claim) -> Claim {
        let apply = |text: Text| self.shared.map.apply(text);
        let source = if let Source::By(who) = claim.source { Source::By(apply(who)) } else { claim.source };
        Claim { source, kind: claim.kind, told: apply(claim.told), vector: claim.vector.map(apply) }
    }

    pub(super) fn new_rule(&mut self, row: &RawFinding) -> usize {
        let raw = row.rule.and_then(|rule| self.shared.rules.get(rule as usize));
        let rule_id = row.rule_id.map(|text| self.shared.map.apply(text));
        let taxa = self.taxa(row);
        let rule = RuleId(u32::try_from(self.evidence.rules.len()).unwrap_or(u32::MAX));
        let facts = self.facts_of_rule(row.rule_id, raw);
        let (ids, cwes, is_secret) = self.keep(taxa);
        let is_secret = is_secret || facts.category == Some(Category::Secret);
        let tags = self.tags([raw.map(|raw| raw.tags).unwrap_or_default(), Span::default()]);
        let title = raw.and_then(|raw| raw.title).filter(|_| !is_secret).map(|text| self.shared.map.apply(text));
        self.evidence.rules.push(Rule { tool: self.tool, rule_id, title });
        let number = self.rules.len();
        match row.rule_id {
            Some(id) if self.first_rules.get(id).is_none() => self.first_rules.set(id, u32::try_from(number).unwrap_or(u32::MAX)),
            Some(_) | None => drop(self.by_rule.insert((row.rule_id, row.rule), number)),
        }
        self.rules.push(OfRule { raw: row.rule, rule, ids, cwes, tags, is_secret, facts, begun: Begun::default() });
        number
    }

    /// The ids and CWE numbers of a rule: of its id and its tags.
    pub(super) fn taxa(&self, row: &RawFinding) -> Taxa {
        let mut taxa = Taxa::default();
        let text = |text| self.evidence.texts.get(self.shared.map.apply(text)).as_data();
        row.rule_id.iter().for_each(|&id| taxa.add_rule_id(text(id)));
        let raw = row.rule.and_then(|rule| self.shared.rules.get(rule as usize));
        let tags = raw.map_or(&[][..], |raw| self.shared.words.get(raw.tags));
        for &tag in tags {
            taxa.add_tag(text(tag));
        }
        taxa
    }

    /// Two lists of tags as one, sorted, each tag once.
    pub(super) fn tags(&mut self, told: [Span<Text>; 2]) -> Span<Text> {
        let shared = self.shared;
        let lists = told.into_iter().flat_map(|list| shared.words.get(list));
        let mut tags: Vec<Text> = lists.map(|&tag| shared.map.apply(tag)).collect();
        tags.sort_unstable_by_key(|&tag| self.evidence.texts.get(tag));
        tags.dedup();
        self.evidence.words.add(tags)
    }

    /// The tags of a row that has some of its own, and those of its rule.
    pub(super) fn tags_of_row(&mut self, row: &RawFinding) -> Span<Text> {
        let of_rule = row.rule.and_then(|rule| self.shared.rules.get(rule as usize));
        self.tags([of_rule.map(|rule| rule.tags).unwrap_or_default(), row.tags])
    }

    pub(super) fn with_tags(&mut self, row: &RawFinding) -> (Span<Text>, Span<u32>, bool) {
        let mut taxa = self.taxa(row);
        for &tag in self.shared.words.get(row.tags) {
            taxa.add_tag(self.evidence.texts.get(self.shared.map.apply(tag)).as_data());
        }
        self.keep(taxa)
    }

    /// The ids and CWE numbers, and whether what is said may quote a secret.
    pub(super) fn keep(&mut self, taxa: Taxa) -> (Span<Text>, Span<u32>, bool) {
        let is_secret = taxa.is_secret() || self.finds_secrets;
        let (ids, cwes) = taxa.sorted();
        let ids: Vec<Text> = ids.iter().map(|id| self.evidence.texts.intern(id)).collect();
        (self.evidence.words.add(ids), self.evidence.cwes.add(cwes), is_secret)
    }
}

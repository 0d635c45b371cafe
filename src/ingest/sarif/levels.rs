//! What is said about the severity of each result of a list, beside what it says itself.
//!
//! The level (§3.27.10) is the result's own, else one that an override of its invocation states, else the rule's, else `warning`:
//! unless the rule that the result means cannot be found or read, since that one may have said more.

use hashbrown::HashMap;

use crate::base::pool::Span;
use crate::base::text::Text;
use crate::ingest::Sink;
use crate::ingest::sarif::descriptor::{Descriptors, Named, states_level};
use crate::ingest::sarif::overrides::Overrides;
use crate::ingest::sarif::reference::Reference;
use crate::model::problem::Weight;
use crate::model::raw::Claim;
use crate::model::severity::{Kind, Source};

/// What the results share that name a rule in the same way.
#[derive(Clone, Copy)]
pub(super) struct Answer {
    pub(super) named: Option<Named>,
    /// A place in [`crate::model::raw::RawReport::rules`].
    pub(super) raw: Option<u32>,
    /// The id of the rule, for results that tell none.
    pub(super) id: Option<Text>,
    /// The id that the results name.
    told: Option<Text>,
    /// The level of results that state none themselves; empty where the rule states one.
    level: Span<Claim>,
}

/// The levels of a run.
pub(super) struct Levels<'r, 't> {
    rules: &'r Descriptors<'t>,
    overrides: Overrides,
    by_default: Span<Claim>,
    unreadable: Span<Claim>,
    /// By the place of the answer and the invocation, for one list of results.
    overridden: HashMap<(u32, usize), Span<Claim>>,
    /// By what a result states itself, and what is added.
    joined: HashMap<(Span<Claim>, Span<Claim>), Span<Claim>>,
}

impl<'r, 't> Levels<'r, 't> {
    pub(super) fn new(rules: &'r Descriptors<'t>, overrides: Overrides, sink: &mut Sink) -> Self {
        let mut level = |told| {
            let told = sink.intern(told);
            sink.report.claims.add(&[Claim::new(Source::Default, Kind::Level, told)])
        };
        let (by_default, unreadable) = (level("warning"), level("(unreadable)"));
        Self { rules, overrides, by_default, unreadable, overridden: HashMap::new(), joined: HashMap::new() }
    }

    /// Resolves the references of the next list of results. `at` gives the JSON pointer of a result.
    pub(super) fn answers(&mut self, references: &[(Reference, u32)], sink: &mut Sink, at: &dyn Fn(u32) -> String) -> Vec<Answer> {
        self.overridden.clear();
        references.iter().map(|(reference, row)| self.answer(reference, sink, &|| at(*row))).collect()
    }

    /// The answer to a reference of which nothing is known.
    pub(super) fn lost(&self) -> Answer {
        Answer { named: None, raw: None, id: None, told: None, level: self.unreadable }
    }

    fn answer(&mut self, reference: &Reference, sink: &mut Sink, at: &dyn Fn() -> String) -> Answer {
        let named = self.rules.find(reference, &sink.report.texts);
        if reference.index.is_some() && named.is_none_or(|named| !named.found.is_at(reference)) {
            let what = "the index points to another rule, or to none; the id decides";
            sink.problem(Weight::Note, "wrong-rule-index", || format!("{}/ruleIndex", at()), what, "");
        }
        let rule = named.and_then(|named| self.rules.rule(named.found));
        let raw = rule.map(|rule| rule.raw);
        if let Some((named, raw)) = named.zip(raw)
            && let Some(merged) = self.rules.merged(self.rules.first(named.found))
            && let Some(raw) = sink.report.rules.get_mut(raw as usize)
        {
            raw.claims = sink.report.claims.add(merged);
        }
        let claims = raw.and_then(|raw| sink.report.rules.get(raw as usize)).map_or(Span::default(), |raw| raw.claims);
        let level = match named {
            Some(_) if states_level(sink.report.claims.get(claims)) => Span::default(),
            None if self.rules.is_lost(reference, &sink.report.texts) => {
                let what = "the rule that the result names cannot be found or read: a result that states no level itself is unrated";
                sink.problem(Weight::Note, "lost-rule", at, what, "let the tool write the report again, or tell its maintainers");
                self.unreadable
            }
            Some(_) | None => self.by_default,
        };
        Answer { named, raw, id: rule.and_then(|rule| rule.id), told: reference.id, level }
    }

    /// The claims of a result: its own, and a level where it states none. `place` is that of its answer.
    pub(super) fn claims(
        &mut self,
        own: Span<Claim>,
        (place, answer): (u32, &Answer),
        invocation: Option<usize>,
        sink: &mut Sink,
    ) -> Span<Claim> {
        if states_level(sink.report.claims.get(own)) {
            return own;
        }
        let added = self.overridden(place, answer, invocation, sink).filter(|levels| !levels.is_empty()).unwrap_or(answer.level);
        if added.is_empty() {
            return own;
        }
        if own.is_empty() {
            return added;
        }
        let claims = &mut sink.report.claims;
        *self.joined.entry((own, added)).or_insert_with(|| {
            let both: Vec<Claim> = claims.get(own).iter().chain(claims.get(added)).copied().collect();
            claims.add(&both)
        })
    }

    fn overridden(&mut self, place: u32, answer: &Answer, invocation: Option<usize>, sink: &mut Sink) -> Option<Span<Claim>> {
        let invocation = invocation.filter(|_| !self.overrides.is_empty())?;
        let Self { rules, overrides, overridden, .. } = self;
        Some(*overridden.entry((place, invocation)).or_insert_with(|| {
            let levels = overrides.levels(invocation, answer.told, answer.named, rules, sink);
            sink.report.claims.add(&levels)
        }))
    }
}

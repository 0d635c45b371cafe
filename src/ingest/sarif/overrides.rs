//! What an invocation was configured to rate otherwise (`ruleConfigurationOverrides`, §3.20.5).
//!
//! An override applies to the results that name the rule that it names, whichever way either does. One that names no rule of the
//! run, or only a parent of what it means, applies by id: to results that have no rule of their own below it. Several overrides of
//! one rule all count; whoever rates takes the gravest.

use hashbrown::HashMap;

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::Sink;
use crate::ingest::sarif::descriptor::{Descriptors, Found, Named, add_distinct, parents};
use crate::ingest::sarif::invocation::Invocation;
use crate::ingest::sarif::reference::Reference;
use crate::ingest::sarif::rule::{configured_level, hidden};
use crate::model::raw::Claim;
use crate::model::severity::{Kind, Source};

/// One override.
pub(super) struct Override {
    /// What it applies to.
    descriptor: Reference,
    /// The level, in the tool's words.
    level: Text,
}

impl Override {
    /// All overrides of an invocation that state a level. What stands in place of the list or of one of its items may state any
    /// level for any rule.
    pub(super) fn read_all(r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<Vec<Self>> {
        let mut overrides = Vec::new();
        let anything = |level| Self { descriptor: Reference { malformed: true, ..Reference::default() }, level };
        if r.kind()? != ValueKind::Array {
            overrides.extend(hidden(r, sink)?.map(anything));
            return Ok(overrides);
        }
        r.array(|r, index| {
            if r.kind()? != ValueKind::Object {
                overrides.extend(hidden(r, sink)?.map(anything));
                return Ok(());
            }
            let (mut descriptor, mut level) = (Reference::default(), None);
            members!(r, {
                "descriptor" => descriptor = Reference::read(r, sink, &|| format!("{at}/{index}/descriptor"))?,
                "configuration" => level = configured_level(r, sink)?,
            });
            overrides.extend(level.map(|level| Self { descriptor, level }));
            Ok(())
        })?;
        Ok(overrides)
    }
}

/// The overrides of all invocations of a run.
#[derive(Default)]
pub(super) struct Overrides {
    /// By the invocation and the rule.
    by_rule: HashMap<(usize, Found), Vec<Claim>>,
    /// By the invocation and the id.
    by_id: HashMap<(usize, Text), Vec<Claim>>,
    /// By the invocation: of those whose rule cannot be read.
    of_any: HashMap<usize, Vec<Claim>>,
    some: bool,
}

impl Overrides {
    pub(super) fn new(invocations: &[Invocation], rules: &Descriptors<'_>, sink: &mut Sink) -> Self {
        let mut overrides = Self::default();
        let too_many = sink.intern("(too many)");
        let unreadable = sink.intern("(unreadable)");
        let texts = &sink.report.texts;
        for (number, invocation) in invocations.iter().enumerate() {
            for Override { descriptor, level } in &invocation.overrides {
                overrides.some = true;
                let claims = match (rules.find(descriptor, texts), descriptor.id) {
                    (Some(Named { found, exact: true }), _) => overrides.by_rule.entry((number, rules.first(found))).or_default(),
                    (_, Some(id)) => overrides.by_id.entry((number, id)).or_default(),
                    (_, None) if descriptor.malformed => overrides.of_any.entry(number).or_default(),
                    // It names a rule that the run does not have.
                    (_, None) => continue,
                };
                let readable = !descriptor.malformed || descriptor.id.is_some();
                let told = if readable { *level } else { unreadable };
                add_distinct(claims, &[Claim::new(Source::Override, Kind::Level, told)], too_many);
            }
        }
        overrides
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        !self.some
    }

    /// The levels that apply to the results of an invocation that name a rule by this id, and whose rule is `named`.
    pub(super) fn levels(
        &self,
        invocation: usize,
        id: Option<Text>,
        named: Option<Named>,
        rules: &Descriptors<'_>,
        sink: &mut Sink,
    ) -> Vec<Claim> {
        let too_many = sink.intern("(too many)");
        let texts = &sink.report.texts;
        let mut levels = Vec::new();
        let mut add = |claims: Option<&Vec<Claim>>| add_distinct(&mut levels, claims.map_or(&[], Vec::as_slice), too_many);
        add(self.of_any.get(&invocation));
        if let Some(named) = named {
            add(self.by_rule.get(&(invocation, rules.first(named.found))));
        }
        if let Some(id) = id.filter(|_| named.is_none_or(|named| !named.exact)) {
            let text = |id| texts.get(id).as_data();
            // What stands between the result and its rule, or above the result if it has none.
            let own = named.and_then(|named| rules.rule(named.found)?.id).map_or(0, |rule| text(rule).len());
            add(self.by_id.get(&(invocation, id)));
            for parent in parents(text(id), texts).take_while(|&parent| text(parent).len() > own) {
                add(self.by_id.get(&(invocation, parent)));
            }
        }
        levels
    }
}

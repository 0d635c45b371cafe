//! A result that was read, and what it comes to.

use std::num::NonZeroU32;

use crate::base::json::{Reader, Result, Scalar, ValueKind};
use crate::base::text::Text;
use crate::ingest::advisory::versions;
use crate::ingest::mapped::astray;
use crate::ingest::{Item, Sink};
use crate::model::mapping::{Field, From, Mapping, Meant, Source, State};
use crate::model::raw::{Claim, Claimed, RawPackage, RawScan, Suppression};
use crate::model::severity::{Kind, Source as By};

/// What a source tells of a result.
#[derive(Clone, Copy)]
pub(super) enum Value {
    Text(Text),
    Lines(Option<NonZeroU32>, Option<NonZeroU32>),
    Flag(bool),
}

impl Value {
    /// What a value says, as its field wants it; `None` of nothing, and of what is of another type, which is told.
    pub(super) fn of(source: &Source, value: Scalar<'_>, sink: &mut Sink, at: impl FnOnce() -> String) -> Option<Self> {
        let field = source.field;
        let has_words = !source.words.is_empty();
        if value.is_null() {
            return None;
        }
        if matches!(field, Field::StartLine | Field::EndLine) {
            let (first, last) = sink.lines_of(value, at);
            return Some(Self::Lines(first, last)).filter(|_| first.is_some());
        }
        if field.is_flag() && !has_words {
            return sink.flag_of(value, at).map(Self::Flag);
        }
        // What is no word here could mean the worst.
        if matches!(field, Field::Severity | Field::State) && matches!(value, Scalar::Array | Scalar::Object) {
            return Some(Self::Text(sink.told_of(value)));
        }
        match value {
            Scalar::Text("") => None,
            Scalar::Text(told) if matches!(field, Field::Title | Field::Message) => Some(Self::Text(sink.intern_prose(told))),
            Scalar::Text(told) | Scalar::Number(told) => Some(Self::Text(sink.intern(told))),
            Scalar::Bool(told) if has_words || matches!(field, Field::Severity) => Some(Self::Text(sink.intern(&told.to_string()))),
            Scalar::Bool(_) | Scalar::Null | Scalar::Array | Scalar::Object => {
                sink.wrong_type(ValueKind::Text, value.kind(), at);
                None
            }
        }
    }
}

/// A result, and what its sources told so far.
pub(super) struct Row {
    pub(super) list: Text,
    pub(super) index: u32,
    /// Which of the mapping's lists it stands in.
    pub(super) of: usize,
    pub(super) values: Vec<(usize, Value)>,
}

impl Row {
    /// Keeps the result as the next one of a scan. One that names neither rule nor vulnerability is none.
    pub(super) fn keep(self, r: &Reader<'_>, sink: &mut Sink, scan: &mut RawScan, mapping: &Mapping) -> Result<()> {
        let told = Told { mapping, values: &self.values };
        let mut item = sink.item();
        item.rule_id = told.text(Field::RuleId, sink);
        told.all(Field::Ids, |id| item.ids.push(id));
        if item.rule_id.is_none() && item.ids.is_empty() {
            let at = format!("the result {}/{}", sink.report.texts.get(self.list).as_data(), self.index);
            return Err(astray::lacks(r, mapping, &at, &names(mapping)));
        }
        item.message = told.text(Field::Message, sink);
        item.lines(told.text(Field::Path, sink), told.lines());
        told.detail(&mut item, sink);
        told.lists(&mut item, sink);
        told.rate(&mut item, sink, (self.list, self.index));
        told.hold(&mut item, sink);
        item.keep(sink, scan, self.list, self.index);
        Ok(())
    }
}

/// The pointers to what a result can be named by.
fn names(mapping: &Mapping) -> String {
    let named = mapping.sources.iter().filter(|source| matches!(source.field, Field::RuleId | Field::Ids));
    named.map(|source| source.from.to_string()).collect::<Vec<_>>().join("` and no `")
}

/// What the sources of a result tell.
struct Told<'r> {
    mapping: &'r Mapping,
    values: &'r [(usize, Value)],
}

impl<'r> Told<'r> {
    /// What the sources of a field tell, in their order.
    fn values(&self, field: Field) -> impl Iterator<Item = (&'r Source, Option<Value>)> {
        let values = self.values;
        let sources = self.mapping.sources.iter().enumerate().filter(move |(_, source)| source.field == field);
        sources.flat_map(move |(number, source)| {
            let told = values.iter().filter(move |(of, _)| *of == number).map(move |(_, value)| (source, Some(*value)));
            told.chain(matches!(source.from, From::Given(_)).then_some((source, None)))
        })
    }

    /// The first text that is told of a field, and who tells it.
    fn first(&self, field: Field, sink: &mut Sink) -> Option<(&'r Source, Text)> {
        self.values(field).find_map(|(source, value)| match (value, &source.from) {
            (Some(Value::Text(text)), _) => Some((source, text)),
            (None, From::Given(given)) => Some((source, sink.intern(given))),
            (Some(_) | None, _) => None,
        })
    }

    fn text(&self, field: Field, sink: &mut Sink) -> Option<Text> {
        self.first(field, sink).map(|(_, text)| text)
    }

    fn all(&self, field: Field, mut each: impl FnMut(Text)) {
        for (_, value) in self.values(field) {
            if let Some(Value::Text(text)) = value {
                each(text);
            }
        }
    }

    fn lines(&self) -> (Option<NonZeroU32>, Option<NonZeroU32>) {
        let first = |field| {
            self.values(field).find_map(|(_, value)| if let Some(Value::Lines(first, last)) = value { Some((first?, last)) } else { None })
        };
        let start = first(Field::StartLine);
        let end = first(Field::EndLine).map(|(first, last)| last.unwrap_or(first)).or_else(|| start.and_then(|(_, last)| last));
        (start.map(|(first, _)| first), end.filter(|_| start.is_some()))
    }

    /// A yes or no: the first that is told and that the table knows.
    fn flag(&self, field: Field, sink: &Sink) -> Option<bool> {
        self.values(field).find_map(|(source, value)| match value? {
            Value::Flag(flag) => Some(flag),
            Value::Text(text) => match meant(source, text, sink)? {
                Meant::Flag(flag) => Some(flag),
                Meant::Severity(_) | Meant::State(_) | Meant::Category(_) => None,
            },
            Value::Lines(..) => None,
        })
    }

    fn detail(&self, item: &mut Item, sink: &mut Sink) {
        let detail = &mut item.detail;
        detail.title = self.text(Field::Title, sink);
        detail.package = RawPackage {
            purl: self.text(Field::Purl, sink),
            ecosystem: self.text(Field::Ecosystem, sink),
            name: self.text(Field::Name, sink),
            version: self.text(Field::Version, sink),
        };
        detail.mark = self.text(Field::Fingerprint, sink);
        detail.target = self.text(Field::Target, sink);
        detail.dev = self.flag(Field::Dev, sink);
        detail.direct = self.flag(Field::Direct, sink);
        detail.reachable = self.flag(Field::Reachable, sink);
        detail.verified = self.flag(Field::Verified, sink);
        // A word that the table does not know says nothing here.
        detail.category = self.values(Field::Category).find_map(|(source, value)| {
            let meant = match (value, source.words.first()) {
                (Some(Value::Text(text)), _) => meant(source, text, sink),
                (Some(Value::Lines(..) | Value::Flag(_)), _) => None,
                (None, given) => given.map(|(_, meant)| *meant),
            };
            if let Some(Meant::Category(category)) = meant { Some(category) } else { None }
        });
    }

    fn lists(&self, item: &mut Item, sink: &mut Sink) {
        self.all(Field::FixedVersions, |told| versions(sink, told, &mut item.fixed_versions));
        self.all(Field::Cwes, |told| item.weakness(sink, told));
    }

    /// What is said of how bad it is; `place` is where the result stands.
    fn rate(&self, item: &mut Item, sink: &mut Sink, place: (Text, u32)) {
        if let Some((source, told)) = self.first(Field::Severity, sink) {
            let meaning = if let Some(Meant::Severity(meaning)) = meant(source, told, sink) { Some(meaning) } else { None };
            item.claims.push(Claim::new(By::Tool, meaning.map_or(Kind::Label, Kind::Word), told));
        }
        let score = self.text(Field::Score, sink);
        let is_score = |text: Text| sink.report.texts.get(text).as_data().parse().is_ok_and(|score| (0.0..=10.0).contains(&score));
        let known = score.filter(|&score| is_score(score));
        if score.is_some() && known.is_none() {
            let list = sink.report.texts.get(place.0).as_data().to_owned();
            sink.odd("bad-score", "a score from 0 to 10", "something else", || format!("{list}/{}", place.1));
        }
        let vector = self.text(Field::Vector, sink);
        item.vector(sink, By::Tool, known, vector);
    }

    /// What the tool holds of it. A word that the table does not know leaves it open.
    fn hold(&self, item: &mut Item, sink: &mut Sink) {
        let state = self.first(Field::State, sink).and_then(|(source, told)| meant(source, told, sink));
        if let Some(Meant::State(state)) = state {
            match state {
                State::Open => {}
                State::Pass => item.passes(sink),
                State::Suppressed => item.suppressed = Suppression::External,
                State::Fixed => item.detail.claim = Claimed::Fixed,
                State::NotAffected => item.detail.claim = Claimed::NotAffected,
            }
        }
        if self.flag(Field::Suppressed, sink) == Some(true) {
            item.suppressed = Suppression::External;
        }
    }
}

/// What a word of the tool means, by the table of who tells it.
fn meant(source: &Source, told: Text, sink: &Sink) -> Option<Meant> {
    let told = sink.report.texts.get(told).as_data();
    source.words.iter().find(|(word, _)| word.eq_ignore_ascii_case(told)).map(|(_, meant)| *meant)
}

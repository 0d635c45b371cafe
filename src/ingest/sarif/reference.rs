//! How results and configuration overrides name a rule: `ruleId`, `ruleIndex` and `reportingDescriptorReference` (§3.52).

use hashbrown::HashMap;

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::Sink;

/// What names a rule.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Reference {
    pub(super) id: Option<Text>,
    pub(super) index: Option<u32>,
    pub(super) guid: Option<Text>,
    pub(super) component: ComponentRef,
    /// Whether some of it cannot be read.
    pub(super) malformed: bool,
}

/// A `toolComponentReference` (§3.54).
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct ComponentRef {
    pub(super) name: Option<Text>,
    pub(super) guid: Option<Text>,
    pub(super) index: Option<u32>,
    /// Whether some of it cannot be read: then it is not known in which component an index counts.
    pub(super) malformed: bool,
}

impl Reference {
    /// A `reportingDescriptorReference`; `at` is its JSON pointer.
    pub(super) fn read(r: &mut Reader<'_>, sink: &mut Sink, at: &impl Fn() -> String) -> Result<Self> {
        let mut reference = Self::default();
        let before = sink.unreadable();
        if sink.expect(r, ValueKind::Object, at)? {
            members!(r, {
                "id" => reference.id = sink.name(r, || format!("{}/id", at()))?,
                "index" => reference.index = sink.index(r, || format!("{}/index", at()))?,
                "guid" => reference.guid = sink.guid(r, || format!("{}/guid", at()))?,
                "toolComponent" => reference.component = ComponentRef::read(r, sink, &|| format!("{}/toolComponent", at()))?,
            });
        }
        reference.malformed = sink.unreadable() != before;
        Ok(reference)
    }

    /// What a result says beside the reference: `ruleId` and `ruleIndex`, which count before it.
    pub(super) fn with(self, id: Option<Text>, index: Option<u32>, malformed: bool) -> Self {
        Self { id: id.or(self.id), index: index.or(self.index), malformed: self.malformed | malformed, ..self }
    }

    /// Whether it names anything that can be read.
    pub(super) fn is_some(&self) -> bool {
        self.id.or(self.guid).is_some() || self.index.is_some()
    }
}

impl ComponentRef {
    fn read(r: &mut Reader<'_>, sink: &mut Sink, at: &impl Fn() -> String) -> Result<Self> {
        let mut component = Self::default();
        let before = sink.unreadable();
        if sink.expect(r, ValueKind::Object, at)? {
            members!(r, {
                "name" => component.name = sink.text(r, || format!("{}/name", at()))?,
                "guid" => component.guid = sink.guid(r, || format!("{}/guid", at()))?,
                "index" => component.index = sink.index(r, || format!("{}/index", at()))?,
            });
        }
        component.malformed = sink.unreadable() != before;
        Ok(component)
    }
}

/// The distinct references of a list of results: most results name one of a few rules, so a result keeps only a place in it.
#[derive(Default)]
pub(super) struct References {
    /// Each with the first result that has it.
    list: Vec<(Reference, u32)>,
    places: HashMap<Reference, u32>,
    last: Option<(Reference, u32)>,
}

impl References {
    /// The place of a reference; `row` is the result that has it.
    pub(super) fn add(&mut self, reference: Reference, row: u32) -> u32 {
        if let Some((last, place)) = self.last
            && last == reference
        {
            return place;
        }
        let Self { list, places, last } = self;
        let place = *places.entry(reference).or_insert_with(|| {
            list.push((reference, row));
            u32::try_from(list.len() - 1).unwrap_or(u32::MAX)
        });
        *last = Some((reference, place));
        place
    }

    /// All of them, each with the first result that has it.
    pub(super) fn into_list(self) -> Vec<(Reference, u32)> {
        self.list
    }
}

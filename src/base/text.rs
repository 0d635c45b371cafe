//! Scanner text, kept once and let out only through an encoder.
//!
//! A report repeats its rules, paths and messages thousands of times. [`Texts`] keeps each distinct one once, in a single
//! arena, and hands out a four-byte [`Text`]. What comes back out is [`Untrusted`]: it cannot be printed, only compared
//! ([`Untrusted::as_data`]) or given to an encoder of [`crate::base::escape`].

use std::hash::BuildHasher;
use std::num::NonZeroU32;
use std::ops::Range;

use hashbrown::{DefaultHashBuilder, HashTable};

/// A handle on one text of a [`Texts`]. Handles of one table are equal exactly when the texts are; their order says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Text(NonZeroU32);

impl Text {
    fn at(index: usize) -> Self {
        // Four billion distinct texts cannot be reached below the input limit; past it handles stay valid and merely equal.
        let number = u32::try_from(index).unwrap_or(u32::MAX - 1);
        Self(NonZeroU32::MIN.saturating_add(number))
    }

    fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// Text that a scanner wrote. Hostile until encoded for one sink.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Untrusted<'a>(&'a str);

impl<'a> Untrusted<'a> {
    /// Marks a text as a scanner's.
    #[must_use]
    pub const fn new(text: &'a str) -> Self {
        Self(text)
    }

    /// The raw text, to compare, match and hash; never to print. Of `report`, `act` and `cli`, which put text out,
    /// only the JSON encoder may ask.
    #[must_use]
    pub const fn as_data(self) -> &'a str {
        self.0
    }
}

/// Every distinct text once.
#[derive(Clone, Default)]
pub struct Texts {
    /// Handles that were given out lately, by a cheap look at the text: a report says the same few things over and over.
    recent: Recent,
    arena: String,
    /// Where the text of each handle ends in `arena`; it starts where the one before ends.
    ends: Vec<usize>,
    /// The handle of each text, by its hash, which stands beside it so that a look at the arena is rarely in vain.
    table: HashTable<(u32, Text)>,
    hasher: DefaultHashBuilder,
}

impl Texts {
    /// The handle of `text`, which is kept if it is new.
    pub fn intern(&mut self, text: &str) -> Text {
        let mark = mark(text.as_bytes());
        let known = self.recent.slot(mark).find(mark, &self.arena, text);
        known.unwrap_or_else(|| self.look_up(text, mark))
    }

    /// The same for a text that was not met lately. Apart, so that what is met again and again costs little.
    #[inline(never)]
    fn look_up(&mut self, text: &str, mark: u64) -> Text {
        let Self { recent, arena, ends, table, hasher } = self;
        let hash = short(hasher.hash_one(text));
        if let Some(&(_, known)) = table.find(long(hash), |&(other, t)| other == hash && is(arena, ends, t, text)) {
            *recent.slot(mark) = Slot::of(mark, known, range(ends, known));
            return known;
        }
        if ends.len() == Recent::MANY {
            recent.grow();
        }
        let slot = recent.slot(mark);
        let new = Text::at(ends.len());
        let start = arena.len();
        arena.push_str(text);
        ends.push(arena.len());
        *slot = Slot::of(mark, new, Some(start..arena.len()));
        table.insert_unique(long(hash), (hash, new), |&(hash, _)| long(hash));
        new
    }

    /// The text of a handle of this table.
    #[must_use]
    pub fn get(&self, text: Text) -> Untrusted<'_> {
        Untrusted(slice(&self.arena, &self.ends, text))
    }

    /// The handle of a text that is kept.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<Text> {
        let hash = short(self.hasher.hash_one(text));
        let is_it = |&(other, t): &(u32, Text)| other == hash && is(&self.arena, &self.ends, t, text);
        self.table.find(long(hash), is_it).map(|&(_, known)| known)
    }

    /// Takes over the texts of another table; the answer maps that table's handles to this one's.
    pub fn absorb(&mut self, other: Self) -> TextMap {
        if self.ends.is_empty() {
            *self = other;
            return TextMap(None);
        }
        let map = (0..other.ends.len()).map(|i| self.intern(other.get(Text::at(i)).0)).collect();
        TextMap(Some(map))
    }
}

/// The half of a hash that is kept.
fn short(hash: u64) -> u32 {
    u32::try_from(hash >> 32).unwrap_or(u32::MAX)
}

/// A hash for the table, made from the half that is kept: the table looks at the lowest and at the highest bits.
fn long(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}

/// Texts that were met lately, each in the one slot that its mark names.
#[derive(Clone, Default)]
struct Recent(Vec<Slot>);

/// A text that was met lately, and where it stands: whether it is met again shows without a look anywhere else, and that it is
/// not, hardly ever needs a look at the arena.
#[derive(Clone, Copy, Default)]
struct Slot {
    text: Option<Text>,
    /// The lower half of its mark.
    mark: u32,
    start: u32,
    len: u32,
}

impl Recent {
    /// How many slots there are: few while a report has few texts, since thousands of small reports may be in memory.
    const FEW: usize = 1 << 7;
    const SLOTS: usize = 1 << 13;
    /// With so many texts there are all slots.
    const MANY: usize = 1 << 9;

    /// Makes all slots, and forgets what was met.
    fn grow(&mut self) {
        self.0.clear();
        self.0.resize(Self::SLOTS, Slot::default());
    }

    #[inline]
    fn slot(&mut self, mark: u64) -> &mut Slot {
        if self.0.is_empty() {
            self.0.resize(Self::FEW, Slot::default());
        }
        let index = usize::try_from(mark >> (64 - self.0.len().trailing_zeros())).unwrap_or(0);
        // The index has as many bits as there are slots.
        let last = index.min(self.0.len() - 1);
        #[expect(clippy::indexing_slicing, reason = "never beyond the last slot")]
        &mut self.0[last]
    }
}

impl Slot {
    /// The slot of a text that stands at a place of the arena; an empty one for a place beyond four billion.
    fn of(mark: u64, text: Text, place: Option<Range<usize>>) -> Self {
        let place = place.and_then(|place| Some((u32::try_from(place.start).ok()?, u32::try_from(place.len()).ok()?)));
        place.map_or_else(Self::default, |(start, len)| Self { text: Some(text), mark: lower(mark), start, len })
    }

    /// The text, if it is this one.
    #[inline]
    fn find(&self, mark: u64, arena: &str, text: &str) -> Option<Text> {
        if self.mark != lower(mark) || self.len as usize != text.len() {
            return None;
        }
        let start = self.start as usize;
        let known = arena.as_bytes().get(start..start + text.len())?;
        self.text.filter(|_| known == text.as_bytes())
    }
}

/// A number for a text that is quick to make: of its length, its ends, and of a longer one a word near its beginning and one in
/// the middle. Two texts may have the same, whoever chose them.
#[inline]
fn mark(bytes: &[u8]) -> u64 {
    const ODD: [u64; 3] = [0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9];
    let [a, b, c] = ODD;
    let word = |from: usize| bytes.get(from..).and_then(<[u8]>::first_chunk).map_or(0, |chunk| u64::from_le_bytes(*chunk));
    let half = |from: usize| bytes.get(from..).and_then(<[u8]>::first_chunk).map_or(0, |chunk| u64::from(u32::from_le_bytes(*chunk)));
    let len = bytes.len();
    let mixed = match len {
        0..4 => bytes.iter().fold(0, |sum, &byte| sum << 8 | u64::from(byte)).wrapping_mul(a),
        4..8 => (half(0) | half(len - 4) << 32).wrapping_mul(a),
        8..16 => (word(0) ^ word(len - 8).rotate_left(29)).wrapping_mul(a),
        16.. => (word(0) ^ word(len - 8).rotate_left(29)).wrapping_mul(a) ^ (word(8) ^ word(len / 2).rotate_left(17)).wrapping_mul(b),
    };
    let mixed = (mixed ^ mixed >> 32 ^ len as u64).wrapping_mul(c);
    mixed ^ mixed >> 29
}

fn lower(mark: u64) -> u32 {
    u32::try_from(mark & u64::from(u32::MAX)).unwrap_or(0)
}

/// A value for some of the texts of one [`Texts`].
#[derive(Clone)]
pub struct TextTable<V>(Vec<Option<V>>);

impl<V> Default for TextTable<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<V> TextTable<V> {
    /// The value of a text.
    #[must_use]
    pub fn get(&self, text: Text) -> Option<&V> {
        self.0.get(text.index())?.as_ref()
    }

    /// Sets the value of a text.
    pub fn set(&mut self, text: Text, value: V) {
        let index = text.index();
        if self.0.len() <= index {
            self.0.resize_with(index + 1, || None);
        }
        if let Some(slot) = self.0.get_mut(index) {
            *slot = Some(value);
        }
    }
}

/// Whether a handle stands for a text.
#[inline]
fn is(arena: &str, ends: &[usize], handle: Text, text: &str) -> bool {
    range(ends, handle).and_then(|range| arena.as_bytes().get(range)) == Some(text.as_bytes())
}

#[inline]
fn range(ends: &[usize], text: Text) -> Option<Range<usize>> {
    let i = text.index();
    let start = if i == 0 { 0 } else { *ends.get(i - 1)? };
    Some(start..*ends.get(i)?)
}

fn slice<'a>(arena: &'a str, ends: &[usize], text: Text) -> &'a str {
    range(ends, text).and_then(|range| arena.get(range)).unwrap_or("")
}

/// What [`Texts::absorb`] renamed.
pub struct TextMap(Option<Vec<Text>>);

impl TextMap {
    /// The handle in the table that absorbed.
    #[must_use]
    pub fn apply(&self, text: Text) -> Text {
        self.0.as_ref().and_then(|map| map.get(text.index()).copied()).unwrap_or(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_handle_however_many_come() {
        let mut texts = Texts::default();
        let first: Vec<Text> = (0..2000).map(|n| texts.intern(&format!("text {n}"))).collect();
        let again: Vec<Text> = (0..2000).map(|n| texts.intern(&format!("text {n}"))).collect();
        assert_eq!(first, again);
        assert!(first.iter().zip(0..).all(|(&text, n)| texts.get(text).as_data() == format!("text {n}")));
    }

    #[test]
    fn equal_texts_share_a_handle_and_absorbing_keeps_the_words() {
        let mut first = Texts::default();
        let a = first.intern("a");
        let b = first.intern("");
        assert_eq!((first.intern("a"), first.find("a"), first.find("b")), (a, Some(a), None));
        assert_ne!(a, b);
        let mut second = Texts::default();
        let other = second.intern("b");
        let same = second.intern("a");
        let map = first.absorb(second);
        assert_eq!(map.apply(same), a);
        assert_eq!(first.get(map.apply(other)).as_data(), "b");
        assert_eq!(first.get(b).as_data(), "");
    }
}

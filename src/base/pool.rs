//! Many short lists in one vector: a list is an eight-byte [`Span`], an empty one costs nothing more.

use std::hash::{BuildHasher, Hash, Hasher};
use std::marker::PhantomData;

use hashbrown::{DefaultHashBuilder, HashTable};

/// A list inside the [`Pool`] that made it. Two are equal when they are the same list, whatever is in it.
pub struct Span<T> {
    start: u32,
    len: u32,
    kind: PhantomData<fn() -> T>,
}

impl<T> Clone for Span<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Span<T> {}

impl<T> PartialEq for Span<T> {
    fn eq(&self, other: &Self) -> bool {
        (self.start, self.len) == (other.start, other.len)
    }
}

impl<T> Eq for Span<T> {}

impl<T> Hash for Span<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.start, self.len).hash(state);
    }
}

impl<T> Default for Span<T> {
    fn default() -> Self {
        Self { start: 0, len: 0, kind: PhantomData }
    }
}

impl<T> Span<T> {
    /// The number of items.
    #[must_use]
    pub const fn len(self) -> usize {
        self.len as usize
    }

    /// Whether the list has no items.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.len == 0
    }
}

/// The items of many lists.
#[derive(Clone)]
pub struct Pool<T>(Vec<T>);

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Pool<T> {
    /// Keeps a list.
    pub fn add(&mut self, items: impl IntoIterator<Item = T>) -> Span<T> {
        let start = self.0.len();
        self.0.extend(items);
        self.span_from(start)
    }

    fn span_from(&self, start: usize) -> Span<T> {
        let len = self.0.len() - start;
        if len == 0 {
            return Span::default();
        }
        // Both fit: four billion items are beyond the memory that the input limit allows.
        Span { start: u32::try_from(start).unwrap_or(u32::MAX), len: u32::try_from(len).unwrap_or(0), kind: PhantomData }
    }

    /// Keeps a list that is made of some slices: faster than item by item.
    pub fn add_slices(&mut self, parts: &[&[T]]) -> Span<T>
    where
        T: Copy,
    {
        let start = self.0.len();
        for part in parts {
            self.0.extend_from_slice(part);
        }
        self.span_from(start)
    }

    /// The items of a list.
    #[must_use]
    pub fn get(&self, span: Span<T>) -> &[T] {
        let start = span.start as usize;
        self.0.get(start..start + span.len()).unwrap_or(&[])
    }

    /// The items of a list, to change.
    pub fn get_mut(&mut self, span: Span<T>) -> &mut [T] {
        let start = span.start as usize;
        self.0.get_mut(start..start + span.len()).unwrap_or(&mut [])
    }
}

/// The items of many lists, of which equal ones are kept once: two spans are equal exactly when the lists are.
pub struct Distinct<T> {
    lists: Pool<T>,
    known: HashTable<Span<T>>,
    hasher: DefaultHashBuilder,
}

impl<T> Default for Distinct<T> {
    fn default() -> Self {
        Self { lists: Pool::default(), known: HashTable::new(), hasher: DefaultHashBuilder::default() }
    }
}

impl<T: Copy + Eq + Hash> Distinct<T> {
    /// Keeps a list, if none is equal to it.
    pub fn add(&mut self, items: &[T]) -> Span<T> {
        if items.is_empty() {
            return Span::default();
        }
        let Self { lists, known, hasher } = self;
        let hash = hasher.hash_one(items);
        if let Some(&known) = known.find(hash, |&span| lists.get(span) == items) {
            return known;
        }
        let span = lists.add_slices(&[items]);
        known.insert_unique(hash, span, |&span| hasher.hash_one(lists.get(span)));
        span
    }

    /// The items of a list.
    #[must_use]
    pub fn get(&self, span: Span<T>) -> &[T] {
        self.lists.get(span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_lists_are_one() {
        let mut lists = Distinct::default();
        let [a, b, none] = [&[1, 2][..], &[2, 1], &[]].map(|list| lists.add(list));
        assert!(lists.add(&[1, 2]) == a && lists.add(&[2, 1]) == b && lists.add(&[]) == none);
        assert!(a != b && none == Span::default());
        assert_eq!((lists.get(a), lists.get(b), lists.get(none)), (&[1, 2][..], &[2, 1][..], &[][..]));
    }

    #[test]
    fn lists_keep_their_items_and_order() {
        let mut pool = Pool::default();
        let a = pool.add([1, 2]);
        let none = pool.add([]);
        let b = pool.add_slices(&[&[], &[3], &[]]);
        assert_eq!((pool.get(a), pool.get(none), pool.get(b)), (&[1, 2][..], &[][..], &[3][..]));
        assert_eq!((a.len(), none.is_empty()), (2, true));
    }
}

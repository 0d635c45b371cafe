//! Sorting of what is short or sorted once, by one copy of the algorithm.
//!
//! The standard library's sorts are made anew for each type and comparison, at thousands of bytes of program each. Here the places are
//! sorted, which are numbers whatever the list holds, and the list follows. Long lists that many runs wait for use the standard library's.

use std::cmp::Ordering;
use std::mem;

/// Stable sorting, as `sort_by` and `sort_by_key` do it.
pub trait Order<T> {
    /// Sorts by a comparison.
    fn order_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering);

    /// Sorts by a key.
    fn order_by_key<K: Ord>(&mut self, mut key: impl FnMut(&T) -> K) {
        self.order_by(|a, b| key(a).cmp(&key(b)));
    }
}

impl<T> Order<T> for [T] {
    fn order_by(&mut self, mut compare: impl FnMut(&T, &T) -> Ordering) {
        let pair = |a: usize, b: usize| self.get(a).zip(self.get(b));
        let mut from = places(self.len(), &mut |a, b| pair(a, b).map_or(Ordering::Equal, |(a, b)| compare(a, b)));
        follow(&mut from, &mut |a, b| self.swap(a, b));
    }
}

/// The places of a list in the order of what stands there.
#[inline(never)]
fn places(len: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..len).collect();
    places.sort_by(|&a, &b| compare(a, b));
    places
}

/// Swaps what stands at places until each holds what stood at the one that `from` has for it.
#[inline(never)]
fn follow(from: &mut [usize], swap: &mut dyn FnMut(usize, usize)) {
    for first in 0..from.len() {
        let mut to = first;
        while let Some(source) = from.get_mut(to).map(|source| mem::replace(source, to)).filter(|&source| source != first) {
            swap(to, source);
            to = source;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_order_is_that_of_the_standard_library(list in prop::collection::vec((0..20_u8, any::<u8>()), 0..80)) {
            let (mut ours, mut theirs) = (list.clone(), list);
            ours.order_by_key(|(key, _)| *key);
            theirs.sort_by_key(|(key, _)| *key);
            prop_assert_eq!(ours, theirs);
        }
    }
}

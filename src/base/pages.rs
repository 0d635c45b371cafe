//! A list in pages: it grows without moving what it has, and gives a page back as soon as it was read.
//!
//! A million raw results become a million findings; with pages the two never stand in memory side by side.

/// Small enough that the allocator serves pages of one kind from those of another that were given back.
const PAGE: usize = 512;

/// The list.
#[derive(Clone)]
pub struct Pages<T>(Vec<Vec<T>>);

impl<T> Default for Pages<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Pages<T> {
    /// Appends an item.
    pub fn push(&mut self, item: T) {
        match self.0.last_mut() {
            Some(page) if page.len() < PAGE => page.push(item),
            Some(_) | None => {
                let mut page = Vec::with_capacity(if self.0.is_empty() { 4 } else { PAGE });
                page.push(item);
                self.0.push(page);
            }
        }
    }

    /// The number of items.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.last().map_or(0, |last| (self.0.len() - 1) * PAGE + last.len())
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The item at a place.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&T> {
        self.0.get(index / PAGE)?.get(index % PAGE)
    }

    /// The item at a place, to change.
    pub fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        self.0.get_mut(index / PAGE)?.get_mut(index % PAGE)
    }

    /// All items in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().flatten()
    }

    /// All items in order, to change.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.iter_mut().flatten()
    }
}

impl<T> IntoIterator for Pages<T> {
    type Item = T;
    type IntoIter = std::iter::Flatten<std::vec::IntoIter<Vec<T>>>;

    /// All items in order; each page is freed when its last item was taken.
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_over_many_pages_keeps_its_order() {
        let mut pages = Pages::default();
        assert!(pages.is_empty());
        (0..2000).for_each(|n| pages.push(n));
        assert_eq!((pages.len(), pages.get(1999), pages.get(2000)), (2000, Some(&1999), None));
        assert!(pages.iter().copied().eq(0..2000));
        assert!(pages.into_iter().eq(0..2000));
    }
}

//! The keys of an object that is walked whole, of which none may come twice.

use hashbrown::HashSet;

/// A look at each earlier key is cheapest for the few that objects have; a report may have as many as it likes.
const FEW: usize = 16;

/// The keys so far. Cleared ones are lent out again, so that a small object costs no allocation.
#[derive(Default)]
pub(super) struct Keys {
    /// The first keys, then the last one if it is not among them.
    text: String,
    /// Where the last key begins.
    last: usize,
    /// Where each of the first keys ends.
    ends: Vec<usize>,
    many: HashSet<String>,
}

impl Keys {
    /// Takes the next key; false for one that is there already.
    pub(super) fn add(&mut self, key: &str) -> bool {
        self.last = self.ends.last().copied().unwrap_or_default();
        self.text.truncate(self.last);
        self.text.push_str(key);
        let fits = self.ends.len() < FEW;
        if !fits && self.many.is_empty() {
            self.many = self.first().map(str::to_owned).collect();
        }
        let is_new = if fits { self.first().all(|earlier| earlier != key) } else { self.many.insert(key.to_owned()) };
        if fits {
            self.ends.push(self.text.len());
        }
        is_new
    }

    fn first(&self) -> impl Iterator<Item = &str> {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| self.text.get(start..end).unwrap_or_default())
    }

    /// The key that was taken last.
    pub(super) fn last(&self) -> &str {
        self.text.get(self.last..).unwrap_or_default()
    }

    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.many.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_comes_again_is_known_however_many_there_are() {
        for count in [0, 1, 15, 16, 17, 100] {
            for again in 0..=count {
                let mut keys = Keys::default();
                for number in 0..count {
                    let key = format!("key {number}");
                    assert!(keys.add(&key));
                    assert_eq!(keys.last(), key);
                }
                assert_eq!(keys.add(&format!("key {again}")), again == count);
                keys.clear();
                assert!(keys.add("key 0"));
            }
        }
    }
}

//! Which ids name one and the same vulnerability: the transitive closure of what all reports of the run say.

use crate::base::text::{Text, TextTable};

/// A union-find over ids.
#[derive(Default)]
pub(super) struct Aliases {
    parents: TextTable<Text>,
}

impl Aliases {
    /// These ids name one thing.
    pub(super) fn unite(&mut self, ids: &[Text]) {
        let Some((&first, others)) = ids.split_first() else { return };
        for &other in others {
            let (a, b) = (self.root(first), self.root(other));
            if a != b {
                self.parents.set(b, a);
            }
        }
    }

    /// The one id that stands for all that name the same thing; which one that is says nothing.
    pub(super) fn root(&mut self, id: Text) -> Text {
        let mut root = id;
        while let Some(&parent) = self.parents.get(root) {
            root = parent;
        }
        // What was walked points to the root from now on.
        let mut at = id;
        while let Some(&parent) = self.parents.get(at) {
            if parent != root {
                self.parents.set(at, root);
            }
            at = parent;
        }
        root
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::text::Texts;

    #[test]
    fn what_is_the_same_through_others_is_the_same() {
        let mut texts = Texts::default();
        let [cve, ghsa, go, pysec, other] = ["CVE-1", "GHSA-1", "GO-1", "PYSEC-1", "CVE-2"].map(|id| texts.intern(id));
        let mut aliases = Aliases::default();
        aliases.unite(&[cve, ghsa]);
        aliases.unite(&[pysec, go]);
        aliases.unite(&[other]);
        assert_ne!(aliases.root(cve), aliases.root(go));
        aliases.unite(&[go, ghsa]);
        let root = aliases.root(cve);
        assert_eq!([ghsa, go, pysec].map(|id| aliases.root(id)), [root; 3]);
        assert_ne!(aliases.root(other), root);
    }
}

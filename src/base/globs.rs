//! Many globs, tried on a text at once.

use std::collections::HashMap;

use globset::{GlobSet, GlobSetBuilder};

use crate::base::pattern::Glob;

/// So many globs are compiled into one automaton; one for all of them may not fit.
const CHUNK: usize = 500;

/// Globs, each with a number; those without special characters are found through a hash.
#[derive(Default)]
pub struct Globs {
    literals: HashMap<String, Vec<u32>>,
    sets: Vec<(GlobSet, Vec<u32>)>,
    /// What does not fit in a set is tried on its own.
    alone: Vec<(Glob, u32)>,
}

impl Globs {
    /// Compiles globs.
    #[must_use]
    pub fn of(globs: &[(Glob, u32)]) -> Self {
        let mut made = Self::default();
        let mut special = Vec::new();
        for (glob, number) in globs {
            match glob.literal() {
                Some(literal) => made.literals.entry(literal.to_owned()).or_default().push(*number),
                None => special.push((glob.clone(), *number)),
            }
        }
        for chunk in special.chunks(CHUNK) {
            let mut builder = GlobSetBuilder::new();
            for (glob, _) in chunk {
                builder.add(glob.parsed().clone());
            }
            match builder.build() {
                Ok(set) => made.sets.push((set, chunk.iter().map(|(_, number)| *number).collect())),
                Err(_too_large) => made.alone.extend_from_slice(chunk),
            }
        }
        made
    }

    /// The numbers of the globs that match a text, in no order; one that several have may come more than once.
    #[must_use]
    pub fn matching(&self, text: &str) -> Vec<u32> {
        let mut met: Vec<u32> = self.literals.get(text).cloned().unwrap_or_default();
        for (set, numbers) in &self.sets {
            met.extend(set.matches(text).into_iter().filter_map(|at| numbers.get(at)));
        }
        met.extend(self.alone.iter().filter(|(glob, _)| glob.matches(text)).map(|(_, number)| number));
        met
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_glob_that_matches_is_told_by_its_number() -> Result<(), String> {
        let globs = ["a/b", "a/*", "**/b", "x"].iter().zip([7, 8, 9, 9]).map(|(text, number)| Ok((Glob::parse(text)?, number)));
        let globs = Globs::of(&globs.collect::<Result<Vec<_>, String>>()?);
        let matching = |text| {
            let mut met = globs.matching(text);
            met.sort_unstable();
            met
        };
        assert_eq!((matching("a/b"), matching("x"), matching("c")), (vec![7, 8, 9], vec![9], vec![]));
        Ok(())
    }
}

//! What a change touches: two states of the repository, side by side.

use super::Run;
use crate::decider::world::{COMMITS, PATHS};

impl Run<'_> {
    /// Whether a file differs between the commits of the run; `None` where one is not known, or neither has the file.
    pub(super) fn touches(&self, path: &str) -> Option<bool> {
        let of = |key: &str| {
            let commit = COMMITS[usize::try_from(self.facts[key].as_u64()?).unwrap()];
            PATHS.iter().position(|known| *known == path).map(|at| commit[at])
        };
        match (of("from")?, of("to")?) {
            (None, None) => None,
            (from, to) => Some(from != to),
        }
    }
}

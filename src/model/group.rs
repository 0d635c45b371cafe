//! Findings of several tools that are about one thing in the code.

use std::num::NonZeroU32;

use crate::base::pool::{Pool, Span};

/// A handle on a group of the [`Groups`], in four bytes even where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GroupId(NonZeroU32);

/// Groups of findings. A finding is in one at most, and decided on its own all the same.
#[derive(Clone, Default)]
pub struct Groups {
    members: Pool<u32>,
    groups: Vec<Span<u32>>,
}

impl Groups {
    /// Keeps a group: places in the findings, sorted by their ids, of which the first names the group.
    pub fn add(&mut self, members: impl IntoIterator<Item = u32>) -> GroupId {
        let place = u32::try_from(self.groups.len()).unwrap_or(u32::MAX - 1);
        self.groups.push(self.members.add(members));
        GroupId(NonZeroU32::MIN.saturating_add(place))
    }

    /// The places in the findings, sorted by their ids.
    #[must_use]
    pub fn members(&self, id: GroupId) -> &[u32] {
        self.groups.get(id.0.get() as usize - 1).map_or(&[], |group| self.members.get(*group))
    }

    /// How many groups there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.groups.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }
}

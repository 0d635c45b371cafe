//! Who must fix what.

use crate::base::address::Address;
use crate::base::text::{Text, TextTable};
use crate::model::condition::Condition;
use crate::model::policy::{ConfigFile, Place};

/// A row of the policy's `ownership`: the first that matches a finding counts.
#[derive(Clone, Debug)]
pub struct Ownership {
    /// Where it stands.
    pub place: Place,
    /// Which findings.
    pub matches: Condition,
    /// The team that must fix them.
    pub owner: String,
    /// The one who answers for the service.
    pub accountable: Address,
    /// Whom to ask: a channel, a name.
    pub contact: Option<String>,
    /// Whom a block is told to after the policy's own `escalation`, in order.
    pub escalate_to: Vec<Address>,
    /// Where a ticket goes: `jira:PAY`.
    pub route: Option<String>,
}

/// What CODEOWNERS says of the files that findings are in.
#[derive(Clone, Default)]
pub struct FileOwners {
    /// The file that says so, named from the root of the repository.
    pub file: Option<ConfigFile>,
    /// Lists of owners as the file writes them, each once.
    pub lists: Vec<Vec<String>>,
    /// Of each path its list.
    pub of: TextTable<u32>,
}

impl FileOwners {
    /// The owners of a path.
    #[must_use]
    pub fn get(&self, path: Text) -> &[String] {
        self.of.get(path).and_then(|&list| self.lists.get(list as usize)).map_or(&[], Vec::as_slice)
    }
}

/// An owner of findings of the run.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Owner {
    /// The team, as the policy or CODEOWNERS names it.
    pub name: String,
    /// The row that says so: a place in [`crate::model::policy::Policy::ownership`]; `None` where CODEOWNERS does.
    pub row: Option<u16>,
}

/// Who owns the findings of a run.
#[derive(Default)]
pub struct Owners {
    /// Everybody who owns one.
    pub list: Vec<Owner>,
    /// Groups of them, places in `list`, the primary one first. The first group is nobody.
    pub groups: Vec<Vec<u32>>,
}

impl Owners {
    /// The group of nobody.
    pub const NOBODY: u32 = 0;

    /// The owners of a group, the primary one first.
    pub fn group(&self, group: u32) -> impl Iterator<Item = &Owner> {
        let places = self.groups.get(group as usize).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|&place| self.list.get(place as usize))
    }
}

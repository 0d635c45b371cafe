//! What two policies make of the same findings.

use crate::model::decision::Decision;
use crate::model::finding::Finding;
use crate::model::policy::Action;
use crate::model::report::Report;

/// The same findings, judged by two policies.
pub struct Comparison {
    /// By the one.
    pub before: Report,
    /// By the other. Its findings are those of `before`, in the same places.
    pub after: Report,
    /// The findings whose action changes: what gets stricter first.
    pub groups: Vec<Group>,
}

/// Findings whose action changes in the same way, and for the same reason.
pub struct Group {
    /// What kind of change it is.
    pub change: Change,
    /// Why.
    pub cause: Cause,
    /// Places in the findings, in the order of reports.
    pub findings: Vec<u32>,
}

/// An action, and what it becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Change {
    /// Under the one policy.
    pub from: Action,
    /// Under the other.
    pub to: Action,
}

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The one.
    Before,
    /// The other.
    After,
}

impl Side {
    /// The word in outputs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }
}

/// What makes the difference: it is there on one side, and not on the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cause {
    /// Where it is.
    pub side: Side,
    /// What it is.
    pub by: By,
}

/// What decides about a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum By {
    /// The rule in this place of the policy.
    Rule(u16),
    /// No rule: the policy's default action.
    Default,
    /// The exception in this place of the records.
    Exception(u32),
}

impl Comparison {
    /// The report of one side.
    #[must_use]
    pub const fn on(&self, side: Side) -> &Report {
        match side {
            Side::Before => &self.before,
            Side::After => &self.after,
        }
    }

    /// How many findings change in which way: what gets stricter first.
    #[must_use]
    pub fn changes(&self) -> Vec<(Change, u64)> {
        let mut changes: Vec<(Change, u64)> = Vec::new();
        for group in &self.groups {
            let count = group.findings.len() as u64;
            match changes.iter_mut().find(|(change, _)| *change == group.change) {
                Some((_, all)) => *all += count,
                None => changes.push((group.change, count)),
            }
        }
        changes
    }

    /// How many findings change.
    #[must_use]
    pub fn changed(&self) -> u64 {
        self.groups.iter().map(|group| group.findings.len() as u64).sum()
    }

    /// The findings of a group, with what is decided about each before and after.
    pub fn findings<'c>(&'c self, group: &'c Group) -> impl Iterator<Item = (&'c Finding, [&'c Decision; 2])> {
        group.findings.iter().filter_map(|&place| {
            let decision = |report: &'c Report| report.decisions.get(place as usize);
            Some((self.after.evidence.findings.get(place as usize)?, [decision(&self.before)?, decision(&self.after)?]))
        })
    }
}

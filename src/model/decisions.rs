//! The decisions about all findings: many findings of a run share one, which is kept once.

use hashbrown::HashMap;

use crate::model::decision::Decision;

/// One decision for each finding, in the order of the evidence.
#[derive(Clone, Default)]
pub struct Decisions {
    /// Which one is each finding's: places in `distinct`.
    of: Vec<u32>,
    distinct: Vec<Decision>,
    places: HashMap<Decision, u32>,
    /// What stands for one that could not be found, which blocks: none may be passed over.
    lost: Decision,
}

impl Decisions {
    /// Those of no finding yet, with room for so many.
    #[must_use]
    pub fn with_capacity(findings: usize) -> Self {
        Self { of: Vec::with_capacity(findings), ..Self::default() }
    }

    /// The decision about the next finding.
    pub fn push(&mut self, decision: Decision) {
        let place = self.place(decision);
        self.of.push(place);
    }

    /// The decision about the finding at a place.
    #[must_use]
    pub fn get(&self, finding: usize) -> Option<&Decision> {
        Some(self.distinct.get(*self.of.get(finding)? as usize).unwrap_or(&self.lost))
    }

    /// Sets the decision about the finding at a place, if there is one.
    pub fn set(&mut self, finding: usize, decision: Decision) {
        let place = self.place(decision);
        self.of.get_mut(finding).into_iter().for_each(|of| *of = place);
    }

    /// How many there are: as many as findings that were judged.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.of.len()
    }

    /// Whether nothing was judged.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// In the order of the findings.
    pub fn iter(&self) -> impl Iterator<Item = &Decision> {
        self.of.iter().map(|&place| self.distinct.get(place as usize).unwrap_or(&self.lost))
    }

    fn place(&mut self, decision: Decision) -> u32 {
        let Self { distinct, places, .. } = self;
        *places.entry(decision).or_insert_with(|| {
            distinct.push(decision);
            // There are no more of them than findings, which are counted in as many bits.
            u32::try_from(distinct.len() - 1).unwrap_or(u32::MAX)
        })
    }
}

impl FromIterator<Decision> for Decisions {
    fn from_iter<T: IntoIterator<Item = Decision>>(decisions: T) -> Self {
        let decisions = decisions.into_iter();
        let mut all = Self::with_capacity(decisions.size_hint().0);
        decisions.for_each(|decision| all.push(decision));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::policy::Action;

    #[test]
    fn each_finding_has_its_own_whoever_shares_it() {
        let of = |action| Decision { action, ..Decision::default() };
        let mut all: Decisions = [Action::Block, Action::Pass, Action::Block].map(of).into_iter().collect();
        let actions = |all: &Decisions| all.iter().map(|decision| decision.action).collect::<Vec<_>>();
        assert_eq!(actions(&all), [Action::Block, Action::Pass, Action::Block]);
        all.set(2, of(Action::Ticket));
        all.set(3, of(Action::Pass));
        assert_eq!((actions(&all), all.len()), (vec![Action::Block, Action::Pass, Action::Ticket], 3));
        assert_eq!(all.get(0).map(|decision| decision.action), Some(Action::Block));
        assert!(all.get(3).is_none());
    }
}

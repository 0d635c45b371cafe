//! What depends on dates: how old a finding is, and whether it is overdue.

use hashbrown::HashMap;

use super::{Facted, Facts};
use crate::base::date::days_between;
use crate::decide::due::{self, Known};
use crate::decide::truth::Truth;
use crate::model::due::Deadline;
use crate::model::finding::Finding;
use crate::model::severity::Severity;

/// The deadlines of what is known of findings, for each severity: many share what they depend on.
pub(super) type Deadlines = HashMap<Known, [Deadline; 5]>;

impl Facted<'_> {
    /// Until when a finding may stay that has these facts; nothing where the policy does not say.
    pub(in crate::decide) fn deadline(&mut self, place: u32, finding: &Finding, facts: &Facts, severity: Severity) -> Deadline {
        let known = self.known(place, finding, facts.kev);
        let of = self.deadlines(known).and_then(|each| Severity::ALL.into_iter().zip(each).find(|(one, _)| *one == severity));
        of.map_or_else(Deadline::default, |(_, deadline)| deadline)
    }

    /// For each severity; nothing where the policy does not say.
    fn deadlines(&mut self, known: Known) -> Option<[Deadline; 5]> {
        let (due, today) = (self.policy.due.as_ref()?, self.today);
        let each = || Severity::ALL.map(|severity| due::deadline(due, &known, severity, today));
        Some(*self.deadlines.entry(known).or_insert_with(each))
    }

    pub(super) fn known(&self, place: u32, finding: &Finding, kev: Truth) -> Known {
        let grace = self.graces.and_then(|graces| graces.get(&place)).copied();
        Known::of(self.evidence, self.policy, finding, kev, grace)
    }

    /// Over how many of the ages that rules ask for a finding is.
    pub(super) fn older_than(&self, known: &Known) -> Option<u32> {
        let hours = days_between(known.since()?, self.today).saturating_mul(24);
        u32::try_from(self.ages.partition_point(|age| i64::from(*age) < hours)).ok()
    }

    /// Whether a finding is overdue, were it of each severity.
    pub(super) fn overdue(&mut self, known: Known) -> [Truth; 5] {
        self.deadlines(known).map_or([Truth::Unknown; 5], |each| each.map(|deadline| deadline.overdue.into()))
    }
}

impl Facts {
    /// The same finding, were it overdue.
    pub(in crate::decide) const fn as_overdue(self) -> Self {
        Self { overdue: [Truth::True; 5], ..self }
    }

    /// Whether it is overdue, were it of this severity.
    pub(super) fn overdue(&self, severity: Severity) -> Truth {
        let of = Severity::ALL.into_iter().zip(self.overdue).find(|(known, _)| *known == severity);
        of.map_or(Truth::Unknown, |(_, overdue)| overdue)
    }
}

#[cfg(test)]
mod tests;

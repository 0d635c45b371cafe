//! What depends on dates: how old a finding is, and whether it is overdue.

use super::{Facted, Facts};
use crate::base::date::days_between;
use crate::decide::due::{self, Known};
use crate::decide::truth::Truth;
use crate::model::due::{Deadline, Due};
use crate::model::finding::Finding;
use crate::model::severity::Severity;

impl Facted<'_> {
    /// Until when a finding may stay that has these facts; nothing where the policy does not say.
    pub(in crate::decide) fn deadline(&self, place: u32, finding: &Finding, facts: &Facts, severity: Severity) -> Deadline {
        let due = self.policy.due.as_ref();
        due.map_or_else(Deadline::default, |due| due::deadline(due, &self.known(place, finding, facts.kev), severity, self.today))
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
    pub(super) fn overdue(&self, known: &Known) -> [Truth; 5] {
        let of = |due: &Due| Severity::ALL.map(|severity| due::deadline(due, known, severity, self.today).overdue.into());
        self.policy.due.as_ref().map_or([Truth::Unknown; 5], of)
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

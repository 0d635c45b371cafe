//! Until when a finding may stay, and how old it is.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::facts::Facts;
use super::{Run, hours};
use crate::decider::world::SEVERITIES;

impl Run<'_> {
    /// The due date of a finding, and whether it is past; `grace` is the last day of the exceptions that match it.
    pub(super) fn due(&self, finding: &Facts<'_>, severity: usize, grace: Option<Date>) -> (Option<Date>, Option<bool>) {
        if self.policy.says("/due").is_none() {
            return (None, None);
        }
        let allowed = |row: &str| self.policy.each("/due").filter_map(|(_, due)| due.get(row)).map(hours).min();
        let clock = self.policy.says("/due/clock").and_then(serde_json::Value::as_str).unwrap();
        let from = finding.date(clock);
        // The later of both; whatever the one is that is not known, it is not past while the other is not.
        let day = |hours: i64| from.map(|from| from + (hours / 24).days()).max(grace);
        let by_severity = allowed(SEVERITIES[severity]);
        let exploited = self.kev(finding);
        let by_kev = allowed("kev").filter(|_| exploited != Some(false)).filter(|hours| by_severity.is_none_or(|other| *hours < other));
        let is_past = |hours: i64| day(hours).map(|day| self.today > day);
        match (by_severity, by_kev) {
            (None, None) => (None, Some(false)),
            (Some(hours), None) => (day(hours), is_past(hours)),
            (_, Some(shorter)) if exploited == Some(true) => (day(shorter), is_past(shorter)),
            // It may be exploited, and is late only if it is.
            (by_severity, Some(shorter)) => {
                let sure = by_severity.map_or(Some(false), is_past);
                let overdue = if sure == Some(false) && is_past(shorter) != Some(false) { None } else { sure };
                (by_severity.and_then(day), overdue)
            }
        }
    }

    /// Whether it was first seen more than so many hours ago; `None` where no day is known.
    pub(super) fn is_older(&self, finding: &Facts<'_>, than: i64) -> Option<bool> {
        finding.date("first_seen").map(|day| self.today > day + (than / 24).days())
    }
}

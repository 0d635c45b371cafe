//! Who may approve an exception, and for how long, by the limits of a policy.

use std::collections::{BTreeMap, BTreeSet};

use super::{Action, ExceptionRules, Limit};
use crate::model::exception::ExceptionType;
use crate::model::severity::Severity;

/// Of each role that may approve, the days.
pub type Grant<'p> = BTreeMap<&'p str, i64>;

impl ExceptionRules {
    /// The roles that a row of each layer names for a type and a severity, and the days that all of them allow.
    #[must_use]
    pub fn grant(&self, kind: ExceptionType, severity: Severity) -> Grant<'_> {
        let is_for = |row: &&Limit| row.is_for(kind, severity) && row.floor < Action::Block;
        let named: BTreeSet<&str> = self.limits.iter().flatten().flat_map(|row| row.approver_roles.iter().map(String::as_str)).collect();
        let days = |role: &str, layer: &Vec<Limit>| {
            let rows = layer.iter().filter(is_for).filter(|row| row.approver_roles.iter().any(|known| known == role));
            rows.map(|row| i64::from(row.max_lifetime_hours / 24)).max()
        };
        let all_layers = |role: &str| {
            let days: Option<Vec<i64>> = self.limits.iter().map(|layer| days(role, layer)).collect();
            days?.into_iter().min()
        };
        named.into_iter().filter_map(|role| Some((role, all_layers(role)?))).collect()
    }
}

//! Whether the limits let a record be renewed, for findings of any severity at all.

use std::collections::BTreeSet;

use crate::model::exception::Exception;
use crate::model::policy::{ExceptionRules, Limit};

/// Why no finding, however harmless, could be excused by a record that was renewed last by this person; `None` where one could.
#[must_use]
pub fn not_admitted(rules: &ExceptionRules, record: &Exception) -> Option<String> {
    let role = record.accountable.as_ref().map_or("", |accountable| accountable.role.as_str());
    let last = record.renewals.last()?;
    let renewals = u32::try_from(record.renewals.len()).unwrap_or(u32::MAX);
    rules.limits.iter().find_map(|layer| {
        let rows = layer.iter().filter(|row| row.severities.iter().any(|&severity| row.is_for(record.kind, severity)));
        let rows: Vec<&Limit> = rows.filter(|row| row.approver_roles.iter().any(|known| known == role)).collect();
        if rows.is_empty() {
            return Some(format!("no limits row lets the role {role} approve {}", record.kind.word()));
        }
        let holds = |row: &&Limit| {
            let mut holders = row.approver_roles.iter().filter_map(|role| rules.roles.get(role));
            holders.any(|people| people.contains(&last.by))
        };
        if !rows.iter().any(holds) {
            let named: BTreeSet<&str> = rows.iter().flat_map(|row| row.approver_roles.iter().map(String::as_str)).collect();
            let named: Vec<&str> = named.into_iter().collect();
            return Some(format!("{} holds no role that may approve it: {}", last.by, named.join(", ")));
        }
        let (days, hours) = (record.lifetime_days().unwrap_or(i64::MAX), rows.iter().map(|row| i64::from(row.max_lifetime_hours)).max());
        let hours = hours.unwrap_or_default();
        if days.saturating_mul(24) > hours {
            return Some(format!("it would last {days} days, {} at most", hours / 24));
        }
        let most = rows.iter().map(|row| row.max_renewals).max().unwrap_or_default();
        (renewals > most).then(|| format!("it would be renewed {renewals} times, {most} at most; what still holds is asked for anew"))
    })
}

//! The limits of a policy: which rows admit a record for a finding, and how far down it may go.

use super::days;
use crate::model::exception::{Exception, ExceptionType, Renewal};
use crate::model::policy::{Action, ExceptionRules, Limit};
use crate::model::severity::Severity;

/// The floor for a record and a finding of a severity: of each layer the lowest of the rows that admit it, of all layers the
/// strictest; or why a layer has no such row.
pub(super) fn floor(rules: &ExceptionRules, record: &Exception, renewals: u32, severity: Severity) -> Result<Action, String> {
    let mut strictest = Action::Pass;
    for layer in &rules.limits {
        strictest = strictest.max(floor_of_layer(rules, layer, record, renewals, severity)?);
    }
    Ok(strictest)
}

/// The floor for an emergency, which asks for its own roles and days: that of the rows for the severity, and a ticket where a layer
/// has none.
pub(super) fn floor_of_emergency(rules: &ExceptionRules, severity: Severity) -> Action {
    let of_layer = |layer: &Vec<Limit>| {
        let rows = layer.iter().filter(|row| row.is_for(ExceptionType::Emergency, severity));
        rows.map(|row| row.floor).min().unwrap_or(Action::Ticket)
    };
    rules.limits.iter().map(of_layer).max().unwrap_or(Action::Ticket)
}

/// The lowest floor of the rows that admit a record; else what the last condition was that any row failed.
fn floor_of_layer(
    rules: &ExceptionRules,
    layer: &[Limit],
    record: &Exception,
    renewals: u32,
    severity: Severity,
) -> Result<Action, String> {
    let role = record.accountable.as_ref().map_or("", |accountable| accountable.role.as_str());
    let lifetime = record.lifetime_days().unwrap_or(i64::MAX);
    let rows: Vec<&Limit> = layer.iter().filter(|row| row.is_for(record.kind, severity)).collect();
    if rows.is_empty() {
        return Err(format!("no limits row admits {} of {} findings", record.kind.word(), severity.word()));
    }
    let mut named: Vec<&str> = rows.iter().flat_map(|row| row.approver_roles.iter().map(String::as_str)).collect();
    named.sort_unstable();
    named.dedup();
    let rows: Vec<&Limit> = rows.into_iter().filter(|row| row.approver_roles.iter().any(|known| known == role)).collect();
    if rows.is_empty() {
        return Err(format!("the role {role} may not approve it for {} findings, but {}", severity.word(), named.join(" or ")));
    }
    let most = rows.iter().map(|row| i64::from(row.max_lifetime_hours)).max().unwrap_or_default() / 24;
    let rows: Vec<&Limit> = rows.into_iter().filter(|row| lifetime.saturating_mul(24) <= i64::from(row.max_lifetime_hours)).collect();
    if rows.is_empty() {
        return Err(format!("no limits row admits it: {}, {most} at most", days(lifetime)));
    }
    let most = rows.iter().map(|row| row.max_renewals).max().unwrap_or_default();
    let rows: Vec<&Limit> = rows.into_iter().filter(|row| renewals <= row.max_renewals).collect();
    if rows.is_empty() {
        return Err(format!("no limits row admits it: approved again {renewals} times, {most} at most"));
    }
    let admitted = rows.iter().filter(|row| stranger(rules, row, record).is_none()).map(|row| row.floor).min();
    admitted.ok_or_else(|| {
        let by = rows.iter().find_map(|row| stranger(rules, row, record)).map_or_else(String::new, |renewal| renewal.by.to_string());
        format!("{by}, who renewed it, does not hold a role that may approve it")
    })
}

/// A renewal by somebody who holds none of a row's roles.
fn stranger<'r>(rules: &ExceptionRules, row: &Limit, record: &'r Exception) -> Option<&'r Renewal> {
    record.renewals.iter().find(|renewal| {
        let holds = |role: &String| rules.roles.get(role).is_some_and(|people| people.contains(&renewal.by));
        !row.approver_roles.iter().any(holds)
    })
}

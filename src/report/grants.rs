//! Who may grant an exception for a finding, and for how long, from the limits of the policy and the rules that fired.

use std::collections::BTreeMap;

use crate::base::order::Order as _;
use crate::model::decision::Decision;
use crate::model::exception::ExceptionType;
use crate::model::finding::Finding;
use crate::model::policy::{Grant, Policy};
use crate::model::report::Report;

/// More people than these are not named for a role.
const PEOPLE: usize = 2;

/// `ciso (kim@acme.example), 30 days at most`; or that no exception lowers it. `None` where no limits are known.
pub(super) fn grants(report: &Report, finding: &Finding, decision: &Decision) -> Option<String> {
    let policy = report.policy.as_ref().filter(|policy| !policy.exceptions.limits.is_empty())?;
    let top: Vec<_> = report.rules(decision).filter(|rule| rule.action == decision.without_exceptions).collect();
    let admitted = |kind: &ExceptionType| {
        *kind != ExceptionType::Emergency && kind.is_of(finding.category) && top.iter().all(|rule| rule.waivable.admits(*kind))
    };
    let mut by_grant: Vec<(Grant<'_>, Vec<ExceptionType>)> = Vec::new();
    for kind in ExceptionType::ALL.into_iter().filter(admitted) {
        let grant = policy.exceptions.grant(kind, decision.severity);
        match by_grant.iter_mut().find(|(known, _)| *known == grant) {
            Some((_, kinds)) => kinds.push(kind),
            None => by_grant.push((grant, vec![kind])),
        }
    }
    by_grant.retain(|(grant, _)| !grant.is_empty());
    // What somebody accepts comes before what holds for special types only.
    by_grant.order_by_key(|(_, kinds)| !kinds.contains(&ExceptionType::RiskAcceptance));
    let mut told: Vec<String> = Vec::new();
    let mut first: Option<&Grant<'_>> = None;
    for (grant, kinds) in &by_grant {
        match first.filter(|first| first.keys().eq(grant.keys())).and(one_value(grant)) {
            // The same people, for another time.
            Some(days) => told.push(format!("{days} as {}", words(kinds))),
            None => told.push(phrase(policy, grant, kinds)),
        }
        first = first.or(Some(grant));
    }
    Some(if told.is_empty() { "none can lower it".to_owned() } else { told.join("; ") })
}

/// The days, if all roles have the same.
fn one_value(grant: &Grant<'_>) -> Option<i64> {
    let first = *grant.values().next()?;
    grant.values().all(|days| *days == first).then_some(first)
}

fn words(kinds: &[ExceptionType]) -> String {
    kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>().join(" or ")
}

/// `security-lead (dana@acme.example) or ciso (kim@acme.example), 90 days at most`.
fn phrase(policy: &Policy, grant: &Grant<'_>, kinds: &[ExceptionType]) -> String {
    let mut by_days: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for (role, days) in grant {
        by_days.entry(*days).or_default().push(format!("{role} ({})", people(policy, role)));
    }
    let told: Vec<String> = by_days.into_iter().map(|(days, roles)| format!("{}, {days} days at most", roles.join(" or "))).collect();
    let only = if kinds.contains(&ExceptionType::RiskAcceptance) { String::new() } else { format!("as {}: ", words(kinds)) };
    format!("{only}{}", told.join(", or "))
}

/// Who holds a role.
pub(super) fn people(policy: &Policy, role: &str) -> String {
    let people = policy.exceptions.roles.get(role).map_or(&[][..], Vec::as_slice);
    let named: Vec<String> = people.iter().take(PEOPLE).map(ToString::to_string).collect();
    match people.len().saturating_sub(PEOPLE) {
        _ if people.is_empty() => "nobody yet".to_owned(),
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

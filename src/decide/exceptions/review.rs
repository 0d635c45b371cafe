//! Emergencies that nobody looked at afterwards.

use jiff::civil::Date;

use super::problem;
use crate::base::date::days_between;
use crate::model::decision::Synthetic;
use crate::model::exception::{Exception, ExceptionType, Exceptions, Status};
use crate::model::policy::Policy;
use crate::model::problem::Weight;

/// A finding that blocks for each emergency whose review is past its day. One that was taken back since let something through all
/// the same.
pub(super) fn missing(policy: &Policy, exceptions: &Exceptions, today: Date) -> Vec<Synthetic> {
    let Some(emergency) = &policy.exceptions.emergency else { return Vec::new() };
    let was_declared = |record: &&Exception| {
        record.kind == ExceptionType::Emergency && record.status != Status::Proposed && record.approved.is_some() && record.review.is_none()
    };
    let overdue = exceptions.records.iter().filter(was_declared).filter(|record| today > record.review_due(emergency));
    let told = overdue.map(|record| {
        let due = record.review_due(emergency);
        let message = format!("the emergency `{}` ended on {}, and nobody reviewed it by {due}", record.id, record.expires);
        let late = days_between(due, today);
        let help = format!("it is {late} days late: add `review: {{by, date, outcome}}` to the record");
        Synthetic {
            rule_id: Synthetic::MISSING_REVIEW,
            problem: problem(exceptions, Weight::Block, "missing-review", record, message, &help),
        }
    });
    told.collect()
}

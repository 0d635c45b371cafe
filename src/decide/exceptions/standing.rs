//! What each record came to, and what is to be told of it.

use jiff::civil::Date;

use super::{Phase, Tally, days};
use crate::base::date::days_between;
use crate::model::exception::{Exception, ExceptionType, Status};
use crate::model::policy::Unused;
use crate::model::problem::{Problem, Weight};
use crate::model::standing::{Fate, Standing};

/// So many records are told of for the same reason; the others are counted.
const TOLD: usize = 20;

/// What each record came to.
pub(super) fn all(phase: &Phase<'_>, today: Date) -> Vec<Standing> {
    phase.exceptions.records.iter().zip(&phase.tally).map(|(record, tally)| one(phase, record, *tally, today)).collect()
}

fn one(phase: &Phase<'_>, record: &Exception, tally: Tally, today: Date) -> Standing {
    let fate = match record.status {
        Status::Proposed => Fate::Proposed,
        Status::Revoked => Fate::Revoked,
        Status::Approved if record.expires < today => Fate::Expired,
        Status::Approved if tally.held > 0 => Fate::Applied,
        Status::Approved if tally.matched > 0 => Fate::NearMiss,
        Status::Approved => Fate::Unused,
    };
    let findings = if fate == Fate::Applied { tally.held } else { tally.matched };
    let soon = days_between(today, record.expires) * 24 <= i64::from(phase.policy.exceptions.warn_before_expiry_hours);
    Standing { fate, findings, expiring: soon && record.is_live(today) }
}

/// What is dangerous about the records, or soon will be.
pub(super) fn problems(phase: &Phase<'_>, today: Date) -> Vec<Problem> {
    let records =
        || phase.exceptions.records.iter().zip(&phase.tally).map(|(record, tally)| (record, *tally, one(phase, record, *tally, today)));
    let over = records().filter(|(_, tally, _)| tally.over > 0).map(|(record, tally, _)| {
        let message =
            format!("the exception `{}` is about {} findings and covers {}", record.id, tally.covered + tally.over, record.max_findings);
        phase.problem(
            Weight::Warning,
            "exception-max-findings",
            record,
            message,
            "narrow `match`, or have more approved with `max_findings`",
        )
    });
    let weight = match phase.policy.exceptions.unused {
        Unused::Undecided => Some(Weight::Undecided),
        Unused::Warn => Some(Weight::Warning),
        Unused::Ignore => None,
    };
    let unused = records().filter(|(_, _, standing)| standing.fate == Fate::Unused).filter_map(|(record, ..)| {
        let message = format!("the exception `{}` matches nothing", record.id);
        Some(phase.problem(weight?, "exception-unused", record, message, "correct `match`, or revoke it"))
    });
    let in_use = |standing: Standing| matches!(standing.fate, Fate::Applied | Fate::NearMiss);
    let expiring = records().filter(|(_, _, standing)| standing.expiring && in_use(*standing)).map(|(record, ..)| {
        let left = days_between(today, record.expires);
        let message = match left {
            0 => format!("the exception `{}` ends today", record.id),
            left => format!("the exception `{}` ends in {}", record.id, days(left)),
        };
        let help = if record.kind == ExceptionType::Emergency {
            "fix what it is about, and have it reviewed: an emergency is not renewed"
        } else {
            "fix what it is about, or have it renewed"
        };
        phase.problem(Weight::Warning, "exception-expiring", record, message, help)
    });
    let late = records().filter_map(|(record, ..)| {
        let emergency = phase.policy.exceptions.emergency.as_ref().filter(|_| record.kind == ExceptionType::Emergency)?;
        let (due, review) = (record.review_due(emergency), record.review.as_ref()?);
        let message = format!("the emergency `{}` was reviewed {} late", record.id, days(days_between(due, review.date)));
        (review.date > due).then(|| phase.problem(Weight::Warning, "exception-review-late", record, message, "review the next one in time"))
    });
    [few(over), few(unused), few(expiring), few(late)].into_iter().flatten().collect()
}

/// The first of them, the last one with the number of the others.
fn few(mut all: impl Iterator<Item = Problem>) -> Vec<Problem> {
    let mut told: Vec<Problem> = all.by_ref().take(TOLD).collect();
    let rest = all.count() as u64;
    told.last_mut().into_iter().for_each(|last| last.more = rest);
    told
}

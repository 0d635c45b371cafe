//! Phrases about exceptions. They may quote scanners, and go through a [`Pen`](super::pen::Pen) whole.

use crate::base::date::date_of;
use crate::model::decision::Decision;
use crate::model::exception::Exception;
use crate::model::report::Report;
use crate::model::standing::{Fate, Standing};
use crate::model::vex::{Statement, VexDocument};
use crate::report::words::count;

/// So many VEX statements that do not count are told beside a finding.
const VEX_MISSES: usize = 4;

/// `7 days left`, of an exception.
fn left(report: &Report, record: &Exception) -> String {
    match report.days_left(record) {
        0 => "last day".to_owned(),
        days @ 1.. => format!("{} left", count(days.unsigned_abs(), "day")),
        days => format!("ended {} ago", count(days.unsigned_abs(), "day")),
    }
}

/// Who answers for an exception.
fn accountable(record: &Exception) -> String {
    record.accountable.as_ref().map_or_else(|| "nobody".to_owned(), |accountable| accountable.email.to_string())
}

/// `pay.yaml:4`.
fn file(report: &Report, record: &Exception) -> String {
    format!("{}:{}", report.exceptions.file(record).map_or("", |file| file.path.as_str()), record.place.line)
}

/// `EXC-7 risk_acceptance, dana@acme.example, 9 days left, 2 findings; approval asserted by exceptions/pay.yaml:4`.
pub(super) fn in_force(report: &Report, record: &Exception, standing: Standing) -> String {
    let findings = count(standing.findings.into(), "finding");
    let covers = match standing.fate {
        Fate::NearMiss => format!("holds for none of the {findings} that it matches"),
        Fate::Unused => "matches nothing".to_owned(),
        Fate::Applied | Fate::Expired | Fate::Proposed | Fate::Revoked => findings,
    };
    let soon = if standing.expiring { ", ends soon" } else { "" };
    let who = accountable(record);
    let (kind, left, file) = (record.kind.word(), left(report, record), file(report, record));
    format!("{} {kind}, {who}, {left}{soon}, {covers}; approval asserted by {file}", record.id)
}

/// `EXC-7 expired, dana@acme.example, ended 3 days ago, 2 findings; exceptions/pay.yaml:4`.
pub(super) fn not_in_force(report: &Report, record: &Exception, standing: Standing) -> String {
    let (who, findings) = (accountable(record), count(standing.findings.into(), "finding"));
    let ends = if standing.fate == Fate::Expired { left(report, record) } else { format!("until {}", record.expires) };
    format!("{} {}, {who}, {ends}, {findings}; {}", record.id, standing.fate.word(), file(report, record))
}

/// `ticket, not block, by EXC-7 compensating_control of dana@acme.example, 9 days left; WAF rule 1201, https://…`, or by VEX; `None` where nothing lowered it.
pub(super) fn lowered_by(report: &Report, decision: &Decision) -> Option<String> {
    if let Some((statement, document)) = report.excused_by(decision) {
        let (action, raw) = (decision.action.word(), decision.without_exceptions.word());
        return Some(format!("{action}, not {raw}, by VEX: {}", stated(statement, document)));
    }
    let record = report.lowered_by(decision)?;
    let residual = record.residual_severity.map_or_else(String::new, |severity| format!(", judged as {}", severity.word()));
    let (action, raw) = (decision.action.word(), decision.without_exceptions.word());
    let others = report.noted(decision).map_or(0, |noted| noted.applied.len().saturating_sub(1));
    let controls = match record.compensating_controls.split_first() {
        None => String::new(),
        Some((first, [])) => format!("; {}, {}", first.control, first.evidence),
        Some((first, rest)) => format!("; {}, {}, and {}", first.control, first.evidence, count(rest.len() as u64, "more control")),
    };
    let others = if others == 0 { String::new() } else { format!(" and {others} more") };
    Some(format!(
        "{action}, not {raw}{residual}, by {} {}{others} of {}, {}{controls}",
        record.id,
        record.kind.word(),
        accountable(record),
        left(report, record)
    ))
}

/// `not_affected, component_not_present, by appsec@acme.example on 2026-11-10; vex/a.json /statements/0`.
fn stated(statement: &Statement, document: &VexDocument) -> String {
    let why = statement.justification.map_or_else(String::new, |why| format!(", {}", why.word()));
    let (status, author, of) = (statement.status.word(), &document.author, date_of(statement.timestamp));
    format!("{status}{why}, by {author} on {of}; {} {}", document.path, statement.pointer)
}

/// `EXC-12 expired 3 days ago, pay.yaml:4`, each; and VEX statements that do not count.
pub(super) fn near_misses(report: &Report, decision: &Decision) -> impl Iterator<Item = String> {
    let noted = || report.noted(decision).into_iter();
    let of_records = noted().flat_map(|noted| &noted.missed).filter_map(|miss| {
        let (record, _) = report.exception(miss.exception)?;
        Some(format!("{}: {}; {}", record.id, miss.why, file(report, record)))
    });
    let of_vex = noted().flat_map(|noted| &noted.vex_missed).filter_map(|miss| {
        let (statement, document) = report.statement(miss.statement)?;
        Some(format!("VEX {}: {}", stated(statement, document), miss.why))
    });
    of_records.chain(of_vex.take(VEX_MISSES))
}

//! Exceptions as JSON: what each came to, and beside each finding those that hold for it and those that nearly do.

use serde::Serialize;

use super::value::{List, Shown};
use crate::model::decision::{Decision, NearMiss};
use crate::model::exception::Exception;
use crate::model::report::Report;
use crate::model::standing::{Fate, Standing};

/// The lists of records by what they came to, and beside them those that end soon, whichever list they are in.
pub(super) fn lists(report: &Report) -> impl Iterator<Item = (&'static str, impl Serialize)> {
    let list = move |wanted: Option<Fate>| {
        let is_wanted = move |standing: Standing| wanted.map_or(standing.expiring, |fate| standing.fate == fate);
        List(move || {
            report
                .exceptions()
                .filter(move |(_, standing)| is_wanted(*standing))
                .map(|(record, standing)| RecordView::of(report, record, standing))
        })
    };
    let fates = Fate::ALL.into_iter().map(|fate| (fate.word(), Some(fate)));
    fates.chain([("expiring", None)]).map(move |(word, fate)| (word, list(fate)))
}

/// The records that hold for a finding, the one that decided first.
pub(super) fn applied(report: &Report, decision: &Decision) -> impl Iterator<Item = impl Serialize> {
    let places = report.noted(decision).into_iter().flat_map(|noted| &noted.applied);
    places.filter_map(|&place| report.exception(place)).map(|(record, _)| AppliedView::of(report, record))
}

/// The records that nearly hold for a finding.
pub(super) fn missed(report: &Report, decision: &Decision) -> impl Iterator<Item = impl Serialize> {
    let missed = report.noted(decision).into_iter().flat_map(|noted| &noted.missed);
    missed.filter_map(|miss| Some(MissView::of(report, report.exception(miss.exception)?.0, miss)))
}

#[derive(Serialize)]
struct RecordView<'a> {
    id: &'a str,
    file: Option<&'a str>,
    line: u64,
    #[serde(rename = "type")]
    kind: &'static str,
    title: Option<&'a str>,
    reason: &'a str,
    requester: &'a str,
    accountable: Option<&'a str>,
    role: Option<&'a str>,
    ticket: Option<&'a str>,
    expires: Shown<jiff::civil::Date>,
    days_left: i64,
    findings: u32,
}

impl<'a> RecordView<'a> {
    fn of(report: &'a Report, record: &'a Exception, standing: Standing) -> Self {
        let accountable = record.accountable.as_ref();
        Self {
            id: &record.id,
            file: file(report, record),
            line: record.place.line,
            kind: record.kind.word(),
            title: record.title.as_deref(),
            reason: &record.reason,
            requester: record.requester.as_str(),
            accountable: accountable.map(|accountable| accountable.email.as_str()),
            role: accountable.map(|accountable| accountable.role.as_str()),
            ticket: record.ticket.as_deref(),
            expires: Shown(record.expires),
            days_left: report.days_left(record),
            findings: standing.findings,
        }
    }
}

#[derive(Serialize)]
struct AppliedView<'a> {
    id: &'a str,
    file: Option<&'a str>,
    line: u64,
    #[serde(rename = "type")]
    kind: &'static str,
    accountable: Option<&'a str>,
    expires: Shown<jiff::civil::Date>,
    days_left: i64,
    residual_severity: Option<&'static str>,
}

impl<'a> AppliedView<'a> {
    fn of(report: &'a Report, record: &'a Exception) -> Self {
        Self {
            id: &record.id,
            file: file(report, record),
            line: record.place.line,
            kind: record.kind.word(),
            accountable: record.accountable.as_ref().map(|accountable| accountable.email.as_str()),
            expires: Shown(record.expires),
            days_left: report.days_left(record),
            residual_severity: record.residual_severity.map(crate::model::severity::Severity::word),
        }
    }
}

#[derive(Serialize)]
struct MissView<'a> {
    id: &'a str,
    file: Option<&'a str>,
    line: u64,
    why: &'a str,
}

impl<'a> MissView<'a> {
    fn of(report: &'a Report, record: &'a Exception, miss: &'a NearMiss) -> Self {
        Self { id: &record.id, file: file(report, record), line: record.place.line, why: &miss.why }
    }
}

fn file<'a>(report: &'a Report, record: &Exception) -> Option<&'a str> {
    report.exceptions.file(record).map(|file| file.path.as_str())
}

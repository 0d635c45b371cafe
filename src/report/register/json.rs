//! The register for programs, `relgate.exception-list/v1`.

use std::io::{self, BufWriter, Write};

use jiff::civil::Date;
use serde::Serialize;

use super::{Register, about};
use crate::base::pattern::Glob;
use crate::model::exception::{Exception, Versions};
use crate::report::json::layout;
use crate::report::json::value::Shown;

/// Writes the register.
pub(super) fn render(register: &Register<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    let document = Document {
        schema: "relgate.exception-list/v1",
        today: Shown(register.today),
        selected: register.selection.told(),
        all: register.exceptions.records.len(),
        exceptions: register.records.iter().map(|record| RecordView::of(register, record)).collect(),
    };
    layout::document(&mut out, &document)?;
    out.flush()
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    today: Shown<Date>,
    /// In words; empty of all of them.
    selected: String,
    all: usize,
    exceptions: Vec<RecordView<'a>>,
}

#[derive(Serialize)]
struct RecordView<'a> {
    id: &'a str,
    title: Option<&'a str>,
    #[serde(rename = "type")]
    kind: &'static str,
    status: &'static str,
    state: &'static str,
    about: String,
    #[serde(rename = "match")]
    matches: MatchView<'a>,
    effect: &'static str,
    residual_severity: Option<&'static str>,
    reason: &'a str,
    requester: &'a str,
    accountable: Option<&'a str>,
    role: Option<&'a str>,
    informed: Vec<&'a str>,
    ticket: Option<&'a str>,
    approved: Option<Shown<Date>>,
    expires: Shown<Date>,
    days_left: i64,
    fix_by: Option<Shown<Date>>,
    renewals: Vec<RenewalView<'a>>,
    file: &'a str,
    line: u64,
}

impl<'a> RecordView<'a> {
    fn of(register: &Register<'a>, record: &'a Exception) -> Self {
        let accountable = record.accountable.as_ref();
        Self {
            id: &record.id,
            title: record.title.as_deref(),
            kind: record.kind.word(),
            status: record.status.word(),
            state: register.state(record).word(),
            about: about(&record.matches),
            matches: MatchView::of(record),
            effect: record.effect.word(),
            residual_severity: record.residual_severity.map(crate::model::severity::Severity::word),
            reason: &record.reason,
            requester: record.requester.as_str(),
            accountable: accountable.map(|told| told.email.as_str()),
            role: accountable.map(|told| told.role.as_str()),
            informed: record.informed.iter().map(crate::base::address::Address::as_str).collect(),
            ticket: record.ticket.as_deref(),
            approved: record.approved.map(Shown),
            expires: Shown(record.expires),
            days_left: register.left(record),
            fix_by: record.fix_by.map(Shown),
            renewals: record.renewals.iter().map(RenewalView::of).collect(),
            file: register.file(record),
            line: record.place.line,
        }
    }
}

/// As in a record: what is not said is null.
#[derive(Serialize)]
struct MatchView<'a> {
    vulnerability: Option<&'a str>,
    package: Option<&'a str>,
    versions: Option<&'a [String]>,
    allow_any_version: bool,
    path: Vec<&'a str>,
    fingerprint: Option<Shown<crate::model::identity::Fingerprint>>,
    rule_id: Option<&'a str>,
}

impl<'a> MatchView<'a> {
    fn of(record: &'a Exception) -> Self {
        let matches = &record.matches;
        let (versions, allow_any_version) = match &matches.versions {
            Versions::NotTold => (None, false),
            Versions::Any => (None, true),
            Versions::These(versions) => (Some(versions.as_slice()), false),
        };
        Self {
            vulnerability: matches.vulnerability.as_deref(),
            package: matches.package.as_deref(),
            versions,
            allow_any_version,
            path: matches.paths.iter().map(Glob::as_str).collect(),
            fingerprint: matches.fingerprint.map(Shown),
            rule_id: matches.rule_id.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct RenewalView<'a> {
    approved: Shown<Date>,
    expires: Shown<Date>,
    by: &'a str,
    reason: &'a str,
}

impl<'a> RenewalView<'a> {
    fn of(renewal: &'a crate::model::exception::Renewal) -> Self {
        let crate::model::exception::Renewal { approved, expires, by, reason } = renewal;
        Self { approved: Shown(*approved), expires: Shown(*expires), by: by.as_str(), reason }
    }
}

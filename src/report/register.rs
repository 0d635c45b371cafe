//! The register of exceptions: each record with how far it got, who answers for it, and until when.

use std::io::{self, Write};

use jiff::civil::Date;

use crate::base::date::days_between;
use crate::base::escape;
use crate::base::pattern::Glob;
use crate::base::text::Untrusted;
use crate::model::exception::{Exception, Exceptions, Match, Status};
use crate::model::policy::Policy;
use crate::report::{grid, words};

/// Writes the records, those that end first at the top; what is over or not approved stands below.
pub fn render(exceptions: &Exceptions, policy: &Policy, today: Date, out: &mut dyn Write) -> io::Result<()> {
    let mut records: Vec<&Exception> = exceptions.records.iter().collect();
    records.sort_by_key(|record| (!record.is_live(today), record.expires, record.id.as_str()));
    let warn_days = i64::from(policy.exceptions.warn_before_expiry_hours / 24);
    let rows = records.iter().map(|record| {
        let file = exceptions.file(record).map_or_else(String::new, |file| format!("{}:{}", file.path, record.place.line));
        let accountable = record.accountable.as_ref().map_or("-", |accountable| accountable.email.as_str());
        let cells = [
            record.id.as_str(),
            &state(record, today, warn_days),
            record.kind.word(),
            accountable,
            &record.expires.to_string(),
            record.effect.word(),
            &about(&record.matches),
            &file,
        ];
        cells.map(|cell| escape::terminal(Untrusted::new(cell), 80))
    });
    for line in grid::lines(rows) {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "{}", words::count(exceptions.records.len() as u64, "exception"))
}

/// `in force, 12 days left`, `ends soon, 3 days left`, `expired 2 days ago`, `proposed`, `revoked`.
fn state(record: &Exception, today: Date, warn_days: i64) -> String {
    let left = days_between(today, record.expires);
    let days = |n: i64| words::count(n.unsigned_abs(), "day");
    match record.status {
        Status::Proposed | Status::Revoked => record.status.word().to_owned(),
        Status::Approved if left < 0 => format!("expired {} ago", days(left)),
        Status::Approved if left <= warn_days => format!("ends soon, {} left", days(left)),
        Status::Approved => format!("in force, {} left", days(left)),
    }
}

/// What a record is about: `CVE-2020-8203 pkg:npm/lodash 4.17.15`.
fn about(matches: &Match) -> String {
    let fingerprint = matches.fingerprint.as_ref().map(ToString::to_string);
    let named = [matches.vulnerability.as_deref(), matches.rule_id.as_deref(), fingerprint.as_deref(), matches.package.as_deref()];
    let paths = matches.paths.iter().map(Glob::as_str);
    named.into_iter().flatten().chain(paths).collect::<Vec<_>>().join(" ")
}

//! The register of exceptions: each record with how far it got, who answers for it, and until when; all of them, or those that
//! somebody asks for.

mod csv;
mod json;
mod markdown;
mod text;

use std::collections::BTreeSet;
use std::io;

use jiff::civil::Date;

use crate::base::address::Address;
use crate::base::date::days_between;
use crate::base::order::Order as _;
use crate::base::pattern::Glob;
use crate::model::exception::{Exception, Exceptions, Match, Status, Versions};
use crate::model::policy::Policy;
use crate::report::words;

/// One format.
pub struct Format {
    /// The word of `--format`.
    pub id: &'static str,
    /// Writes the whole register.
    pub render: fn(&Register<'_>, &mut dyn io::Write) -> io::Result<()>,
}

/// Every format.
pub static FORMATS: &[Format] = &[
    Format { id: "text", render: text::render },
    Format { id: "markdown", render: markdown::render },
    Format { id: "csv", render: csv::render },
    Format { id: "json", render: json::render },
];

/// Which records are asked for: each condition that is given must hold.
#[derive(Default)]
pub struct Selection {
    /// In force, and ending within so many days.
    pub expiring: Option<i64>,
    /// Approved, and past their last day.
    pub expired: bool,
    /// In force, and among these ids, which match nothing.
    pub unused: Option<BTreeSet<String>>,
    /// Those that one person answers for.
    pub owner: Option<Address>,
}

impl Selection {
    fn keeps(&self, record: &Exception, today: Date) -> bool {
        let is_ending = |days: i64| record.is_live(today) && days_between(today, record.expires) <= days;
        let is_of = |owner: &Address| record.accountable.as_ref().is_some_and(|accountable| accountable.email == *owner);
        self.expiring.is_none_or(is_ending)
            && (!self.expired || record.status == Status::Approved && !record.is_live(today))
            && self.unused.as_ref().is_none_or(|unused| record.is_live(today) && unused.contains(&record.id))
            && self.owner.as_ref().is_none_or(is_of)
    }

    /// What the records have in common: `ending within 14 days`; nothing of all of them.
    fn told(&self) -> String {
        let expiring = self.expiring.map(|days| format!("ending within {}", words::count(days.unsigned_abs(), "day")));
        let expired = self.expired.then(|| "expired".to_owned());
        let unused = self.unused.as_ref().map(|_| "matching nothing".to_owned());
        let owner = self.owner.as_ref().map(|owner| format!("of {owner}"));
        [expiring, expired, unused, owner].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// The records that are asked for, as they stand on a day.
pub struct Register<'a> {
    exceptions: &'a Exceptions,
    selection: &'a Selection,
    today: Date,
    warn_days: i64,
    /// Those that end first at the top; what is over or not approved stands below.
    records: Vec<&'a Exception>,
}

impl<'a> Register<'a> {
    /// The register of a day.
    #[must_use]
    pub fn of(exceptions: &'a Exceptions, policy: &Policy, today: Date, selection: &'a Selection) -> Self {
        let mut records: Vec<&Exception> = exceptions.records.iter().filter(|record| selection.keeps(record, today)).collect();
        records.order_by_key(|record| (!record.is_live(today), record.expires, record.id.as_str()));
        let warn_days = i64::from(policy.exceptions.warn_before_expiry_hours / 24);
        Self { exceptions, selection, today, warn_days, records }
    }

    fn file(&self, record: &Exception) -> &'a str {
        self.exceptions.file(record).map_or("", |file| file.path.as_str())
    }

    /// `exceptions/pay.yaml:4`.
    fn place(&self, record: &Exception) -> String {
        format!("{}:{}", self.file(record), record.place.line)
    }

    /// The days until the last one; negative once that is past.
    fn left(&self, record: &Exception) -> i64 {
        days_between(self.today, record.expires)
    }

    fn state(&self, record: &Exception) -> State {
        match (record.status, self.left(record)) {
            (Status::Proposed, _) => State::Proposed,
            (Status::Revoked, _) => State::Revoked,
            (Status::Approved, ..0) => State::Expired,
            (Status::Approved, left) if left <= self.warn_days => State::EndsSoon,
            (Status::Approved, _) => State::InForce,
        }
    }

    /// `in force, 12 days left`, `ends soon, 3 days left`, `expired 2 days ago`, `proposed`, `revoked`.
    fn state_told(&self, record: &Exception) -> String {
        let days = words::count(self.left(record).unsigned_abs(), "day");
        match self.state(record) {
            State::InForce => format!("in force, {days} left"),
            State::EndsSoon => format!("ends soon, {days} left"),
            State::Expired => format!("expired {days} ago"),
            State::Proposed | State::Revoked => record.status.word().to_owned(),
        }
    }

    /// `12 exceptions`, `2 of 12 exceptions: ending within 14 days`.
    fn summary(&self) -> String {
        let all = words::count(self.exceptions.records.len() as u64, "exception");
        let told = self.selection.told();
        if told.is_empty() { all } else { format!("{} of {all}: {told}", self.records.len()) }
    }
}

/// How far a record got.
#[derive(Clone, Copy)]
enum State {
    InForce,
    EndsSoon,
    Expired,
    Proposed,
    Revoked,
}

impl State {
    /// The word for programs.
    const fn word(self) -> &'static str {
        match self {
            Self::InForce => "in_force",
            Self::EndsSoon => "ends_soon",
            Self::Expired => "expired",
            Self::Proposed => "proposed",
            Self::Revoked => "revoked",
        }
    }
}

/// What a record is about: `CVE-2020-8203 pkg:npm/lodash 4.17.15 web/package-lock.json`.
fn about(matches: &Match) -> String {
    let fingerprint = matches.fingerprint.as_ref().map(ToString::to_string);
    let named = [matches.vulnerability.as_deref(), matches.rule_id.as_deref(), fingerprint.as_deref(), matches.package.as_deref()];
    let versions = match &matches.versions {
        Versions::NotTold => Vec::new(),
        Versions::Any => vec!["any version"],
        Versions::These(versions) => versions.iter().map(String::as_str).collect(),
    };
    let paths = matches.paths.iter().map(Glob::as_str);
    named.into_iter().flatten().chain(versions).chain(paths).collect::<Vec<_>>().join(" ")
}

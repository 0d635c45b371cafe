//! What is known of a vulnerability beyond its advisory, and the feeds that tell it.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::base::date::hours_between;
use crate::base::fault::Position;
use crate::model::policy::Place;
use crate::model::problem::Problem;

/// Who publishes facts about vulnerabilities, each in a file of its own shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FeedKind {
    /// CISA's catalog of known exploited vulnerabilities, as JSON.
    Kev,
    /// FIRST's probabilities of exploitation, as CSV.
    Epss,
    /// CISA's decision points, a folder of CVE records.
    Ssvc,
}

impl FeedKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Kev, Self::Epss, Self::Ssvc];

    /// The key in policies and reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Kev => "kev",
            Self::Epss => "epss",
            Self::Ssvc => "ssvc",
        }
    }
}

/// Whether a text is the id of a CVE as it is written: `CVE-2021-44228`.
#[must_use]
pub fn is_cve(text: &str) -> bool {
    let digits = |part: &str, least: usize| (least..=19).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts = text.strip_prefix("CVE-").and_then(|rest| rest.split_once('-'));
    parts.is_some_and(|(year, number)| year.len() == 4 && digits(year, 4) && digits(number, 4))
}

/// Where a policy takes a feed from.
#[derive(Clone, Debug)]
pub struct FeedSource {
    /// Where it says so.
    pub place: Place,
    /// The file or folder, relative to the current folder.
    pub path: String,
    /// How old it may be, in hours.
    pub max_age_hours: u32,
    /// What an older one does.
    pub on_stale: OnStale,
}

/// What a feed that is too old does to the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OnStale {
    /// It is told.
    Warn,
    /// It leaves the run undecided.
    Undecided,
}

impl OnStale {
    /// All of them, strictest first.
    pub const ALL: [Self; 2] = [Self::Undecided, Self::Warn];

    /// The word in policies.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Warn => "warn",
            Self::Undecided => "undecided",
        }
    }
}

/// A feed that the policy names.
#[derive(Clone, Debug)]
pub struct Feed {
    /// Which.
    pub kind: FeedKind,
    /// Where it was taken from.
    pub source: FeedSource,
    /// What it is, or why it tells nothing.
    pub content: Result<FeedContent, Problem>,
}

/// What a feed is, of which nothing looked wrong.
#[derive(Clone, Debug)]
pub struct FeedContent {
    /// Of the bytes of the file as stored, in hex; of a folder, over a line `DIGEST  FILE` for each record that was read.
    pub sha256: String,
    /// Of when it is.
    pub date: Timestamp,
    /// In which file the date stands, and where.
    pub dated_at: (String, Position),
    /// How many vulnerabilities were read in it: of a file all, of a folder those that were needed.
    pub entries: u64,
    /// How many CVEs of the findings it tells of.
    pub used: u64,
}

impl FeedContent {
    /// How old it is, in hours that have begun.
    #[must_use]
    pub fn age_hours(&self, now: Timestamp) -> i64 {
        hours_between(self.date, now).max(0)
    }
}

impl Feed {
    /// Whether it is older than the policy allows; one that could not be read is not known to be.
    #[must_use]
    pub fn is_stale(&self, now: Timestamp) -> bool {
        self.content.as_ref().is_ok_and(|content| content.age_hours(now) > i64::from(self.source.max_age_hours))
    }
}

/// An entry of CISA's catalog of known exploited vulnerabilities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// Since when it is in the catalog.
    pub added: Date,
    /// Until when federal agencies of the United States must have mended it.
    pub due: Option<Date>,
}

/// How far exploitation has come, as CISA's SSVC decision points say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exploitation {
    /// Nobody knows of any.
    None,
    /// There is a public proof of concept, or a known way.
    Poc,
    /// It is exploited.
    Active,
}

impl Exploitation {
    /// All of them, worst first.
    pub const ALL: [Self; 3] = [Self::Active, Self::Poc, Self::None];

    /// The word in policies, reports and CISA's records.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Poc => "poc",
            Self::Active => "active",
        }
    }

    /// What one of CISA's records says; older ones write `public poc`.
    #[must_use]
    pub fn from_record(told: &str) -> Option<Self> {
        let told = told.trim().to_ascii_lowercase();
        let word = if told == "public poc" { "poc" } else { &told };
        Self::ALL.into_iter().find(|one| one.word() == word)
    }
}

/// How much of the component an attacker gets control of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TechnicalImpact {
    /// Limited.
    Partial,
    /// All of it.
    Total,
}

impl TechnicalImpact {
    /// All of them, worst first.
    pub const ALL: [Self; 2] = [Self::Total, Self::Partial];

    /// The word in policies, reports and CISA's records.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Partial => "partial",
            Self::Total => "total",
        }
    }

    /// What one of CISA's records says.
    #[must_use]
    pub fn from_record(told: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word().eq_ignore_ascii_case(told.trim()))
    }
}

/// The decision points of SSVC that CISA publishes for a CVE (its ADP container, `CISA Coordinator`). What is not told is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ssvc {
    /// How far exploitation has come.
    pub exploitation: Option<Exploitation>,
    /// Whether an attack can be made by a machine alone, step for step.
    pub automatable: Option<bool>,
    /// How much an attacker gets.
    pub technical_impact: Option<TechnicalImpact>,
}

impl Ssvc {
    /// Whether nothing is told.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What two vulnerabilities are together, point for point: the worse, and unknown where one is unknown that could be worse.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        fn worst<T: Ord + Copy>(one: Option<T>, other: Option<T>, most: T) -> Option<T> {
            let known = one.max(other).filter(|known| *known == most);
            known.or_else(|| Some(one?.max(other?)))
        }
        Self {
            exploitation: worst(self.exploitation, other.exploitation, Exploitation::Active),
            automatable: worst(self.automatable, other.automatable, true),
            technical_impact: worst(self.technical_impact, other.technical_impact, TechnicalImpact::Total),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_one_spelling() {
        for id in ["CVE-2021-44228", "CVE-1999-0001", "CVE-2024-1234567"] {
            assert!(is_cve(id), "{id}");
        }
        for wrong in [
            "",
            "CVE-",
            "cve-2021-44228",
            "CVE-2021-44228 ",
            "CVE-21-44228",
            "CVE-2021-442",
            "CVE-2021-4422a",
            "GHSA-2021-44228",
            "CVE-2021-४४२२",
        ] {
            assert!(!is_cve(wrong), "{wrong}");
        }
    }

    #[test]
    fn of_several_vulnerabilities_the_worst_counts_and_what_could_be_worse_is_unknown() {
        let points = |exploitation, automatable, technical_impact| Ssvc { exploitation, automatable, technical_impact };
        let mild = points(Some(Exploitation::None), Some(false), Some(TechnicalImpact::Partial));
        let grave = points(Some(Exploitation::Active), Some(true), Some(TechnicalImpact::Total));
        for (one, other, both) in [
            (mild, mild, mild),
            (mild, grave, grave),
            (grave, Ssvc::default(), grave),
            (mild, Ssvc::default(), Ssvc::default()),
            (points(Some(Exploitation::Poc), None, None), mild, points(Some(Exploitation::Poc), None, None)),
        ] {
            assert_eq!((one.worse(other), other.worse(one)), (both, both));
        }
    }
}

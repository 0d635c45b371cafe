//! How long findings may stay, and until when one does.

use jiff::civil::Date;

use crate::model::intel::TechnicalImpact;
use crate::model::policy::Place;
use crate::model::severity::Severity;

/// From which day days are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Clock {
    /// The day on which the finding was first seen.
    FirstSeen,
    /// The day on which the first version came out that has it no more.
    FixReleased,
    /// The day on which the vulnerability was published.
    Published,
}

impl Clock {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::FirstSeen, Self::FixReleased, Self::Published];

    /// The word in policies and reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::FirstSeen => "first_seen",
            Self::FixReleased => "fix_released",
            Self::Published => "published",
        }
    }
}

/// How long findings may stay. Every schedule counts, and the earliest day is the finding's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// Where it stands.
    pub place: Place,
    /// The policy's own days.
    pub own: Days,
    /// The presets that it names, each once.
    pub presets: Vec<Adopted>,
}

/// A preset that a policy names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adopted {
    /// Where it is named.
    pub place: Place,
    /// What it says.
    pub preset: Preset,
}

/// A schedule that somebody else has published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preset {
    /// Its name: `cisa-bod-26-04`.
    pub id: String,
    /// What it is.
    pub title: String,
    /// Where its days come from.
    pub source: String,
    /// The clock, and the days by severity.
    pub days: Days,
    /// The days by what is known of a vulnerability: a row for each combination, or none.
    pub table: Vec<DueRow>,
}

/// A clock, and so many hours of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// From which day they are counted.
    pub clock: Clock,
    /// What is known to be exploited, where that is shorter.
    pub kev_hours: Option<u32>,
    /// Each severity, in the order of [`Severity::ALL`].
    pub hours: [Option<u32>; 5],
}

impl Days {
    /// The hours for a severity.
    #[must_use]
    pub fn of(&self, severity: Severity) -> Option<u32> {
        Severity::ALL.into_iter().zip(self.hours).find(|(known, _)| *known == severity).and_then(|(_, hours)| hours)
    }

    /// Whether it sets any.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kev_hours.is_none() && self.hours.iter().all(Option::is_none)
    }
}

/// The days for what is known of a vulnerability.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueRow {
    /// What it is for.
    pub risk: Risk,
    /// How many hours; `None`: with the next upgrade, and no day is set.
    pub hours: Option<u32>,
    /// Whether traces of an attack are to be looked for.
    pub forensics: bool,
}

/// What a table of days asks of a vulnerability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Risk {
    /// It is exploited.
    pub kev: bool,
    /// Anybody can reach the service.
    pub exposed: bool,
    /// An attack can be made by a machine alone.
    pub automatable: bool,
    /// How much an attacker gets.
    pub technical_impact: TechnicalImpact,
}

impl Due {
    /// A schedule by its number: that of the policy, then each preset's.
    #[must_use]
    pub fn schedule(&self, number: u8) -> Option<(&Days, Option<&Preset>)> {
        match number.checked_sub(1) {
            None => Some((&self.own, None)),
            Some(preset) => self.presets.get(usize::from(preset)).map(|adopted| (&adopted.preset.days, Some(&adopted.preset))),
        }
    }

    /// How many hours were counted; `None`: with the next upgrade.
    #[must_use]
    pub fn hours(&self, by: DueBy) -> Option<u32> {
        let (days, preset) = self.schedule(by.schedule)?;
        match by.why {
            DueWhy::Kev => days.kev_hours,
            DueWhy::Severity(severity) => days.of(severity),
            DueWhy::Risk(risk) => preset?.table.iter().find(|row| row.risk == risk)?.hours,
        }
    }

    /// Whether it asks what is known to be exploited.
    #[must_use]
    pub fn asks_kev(&self) -> bool {
        self.own.kev_hours.is_some() || self.presets.iter().any(|a| a.preset.days.kev_hours.is_some() || !a.preset.table.is_empty())
    }

    /// Whether it asks for the decision points of SSVC.
    #[must_use]
    pub fn asks_ssvc(&self) -> bool {
        self.presets.iter().any(|adopted| !adopted.preset.table.is_empty())
    }
}

/// Until when a finding may stay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Deadline {
    /// The last day; `None` where no days are set for it, or no date is known from which they count.
    pub due: Option<Date>,
    /// Whether that day is past; `None` where it cannot be told.
    pub overdue: Option<bool>,
    /// What sets the day, or would, were a date known.
    pub by: Option<DueBy>,
    /// The exception until whose end the day is put off: a place in [`crate::model::exception::Exceptions::records`].
    pub put_off_by: Option<u32>,
    /// Whether a preset asks that traces of an attack be looked for.
    pub forensics: bool,
}

/// What sets a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DueBy {
    /// See [`Due::schedule`].
    pub schedule: u8,
    /// Which of its days.
    pub why: DueWhy,
    /// From which date they were counted; `None` where none is known.
    pub from: Option<Clock>,
}

/// Which of a schedule's days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DueWhy {
    /// Those for what is known to be exploited.
    Kev,
    /// Those for a severity.
    Severity(Severity),
    /// Those for what is known of a vulnerability.
    Risk(Risk),
}

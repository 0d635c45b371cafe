//! The findings that were known before.

use std::num::NonZeroU32;

use hashbrown::HashMap;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::base::address::Address;
use crate::base::pool::{Pool, Span};
use crate::base::text::Text;
use crate::base::yaml::deceives;
use crate::model::identity::{FindingId, Fingerprint, Scheme, TicketKey};
use crate::model::policy::{Newness, Place};

/// The first key's value in the file.
pub const SCHEMA: &str = "relgate.baseline/v1";

/// Where a policy takes its baseline from.
#[derive(Clone, Debug)]
pub struct BaselineSource {
    /// Where it says so.
    pub place: Place,
    /// What it is.
    pub origin: Origin,
    /// What it means that the file is not there.
    pub on_missing: OnMissing,
    /// Who answers for it, where it is no file that the gate wrote for this.
    pub adopt: Option<Adoption>,
}

/// What a baseline is taken from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A file, relative to the current folder.
    File(String),
    /// What these tools say in their reports by baselines of their own, sorted.
    Tools(Vec<String>),
}

impl BaselineSource {
    /// The file.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        match &self.origin {
            Origin::File(path) => Some(path),
            Origin::Tools(_) => None,
        }
    }
}

/// What it means that a baseline is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OnMissing {
    /// Everything is new.
    AllNew,
    /// The run is undecided.
    Undecided,
}

impl OnMissing {
    /// All of them, strictest first.
    pub const ALL: [Self; 2] = [Self::Undecided, Self::AllNew];

    /// The word in policies.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::AllNew => "all_new",
            Self::Undecided => "undecided",
        }
    }
}

/// A baseline that was read, and what became of its entries.
#[derive(Clone, Default)]
pub struct Baseline {
    /// The file, as it was named.
    pub path: String,
    /// Of its bytes, in hex; `None` where there is no such file yet.
    pub sha256: Option<String>,
    /// When it was written.
    pub created: Timestamp,
    /// Who adopted what is adopted; there wherever something is.
    pub adoption: Option<Adoption>,
    /// What is in it, by id and keys.
    pub entries: Vec<Entry>,
    /// The keys of the entries.
    pub keys: Pool<Fingerprint>,
    /// The tickets that were planned for entries, by their ids.
    pub tickets: HashMap<FindingId, TicketKey>,
}

/// That findings were adopted: one deliberate act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adoption {
    /// Who answers for it.
    pub accountable: Address,
    /// Since when.
    pub approved: Date,
    /// Why.
    pub reason: String,
}

impl Adoption {
    /// Whether a reason is one: a line that says something.
    #[must_use]
    pub fn is_reason(text: &str) -> bool {
        let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
        letters >= 6 && text.trim().chars().count() >= 10 && !text.chars().any(|c| c.is_control() || deceives(c))
    }
}

/// What an entry does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// The finding is existing.
    Adopted,
    /// It tells since when the finding is known, and no more.
    Seen,
}

impl Standing {
    /// Both of them, in the order of the file.
    pub const ALL: [Self; 2] = [Self::Adopted, Self::Seen];

    /// The key of the list, and the word in reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Adopted => "adopted",
            Self::Seen => "seen",
        }
    }
}

/// A finding that was known. What does not apply is not there.
#[derive(Clone, Copy)]
pub struct Entry {
    /// What it does.
    pub standing: Standing,
    /// What people call the finding.
    pub id: FindingId,
    /// The keys that it was known by, strongest first.
    pub keys: Span<Fingerprint>,
    /// The tool that found it; of several the first.
    pub tool: Text,
    /// The tool's name for the check.
    pub rule_id: Option<Text>,
    /// The file it was in.
    pub path: Option<Text>,
    /// The line it was on.
    pub start_line: Option<NonZeroU32>,
    /// The vulnerability, as it is shown.
    pub vulnerability: Option<Text>,
    /// The component, without version.
    pub package: Option<Text>,
    /// Since when it is known.
    pub first_seen: Date,
    /// Where it is in the run.
    pub recalled: Option<Recalled>,
}

/// How an entry and a finding of the run were found to be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recalled {
    /// By what.
    pub by: Proof,
    /// Whether the finding is in another file or on another line.
    pub moved: bool,
}

/// What shows that an entry and a finding are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// They share a key.
    Key(Scheme),
    /// They are of one check in one file, and not far from each other.
    Nearby,
    /// The file is gone, and what was in it is in another one.
    Renamed,
    /// The finding is another entry's, and has a key of this one too.
    Joined,
    /// Its tool says that it was there before.
    Told,
}

impl Proof {
    /// A few words for reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Key(scheme) => scheme.word(),
            Self::Nearby => "nearby",
            Self::Renamed => "renamed",
            Self::Joined => "joined",
            Self::Told => "told",
        }
    }
}

/// A handle on an [`Entry`], in four bytes even where there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EntryId(NonZeroU32);

impl EntryId {
    /// The handle of the entry at a place.
    #[must_use]
    pub fn at(index: usize) -> Self {
        Self(NonZeroU32::MIN.saturating_add(u32::try_from(index).unwrap_or(u32::MAX - 1)))
    }

    /// The place.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

impl Entry {
    /// Whether it is about a vulnerable component.
    #[must_use]
    pub fn is_component(&self, keys: &Pool<Fingerprint>) -> bool {
        keys.get(self.keys).first().is_some_and(|key| key.scheme == Scheme::Sca)
    }

    /// What a finding is that it was recalled by.
    #[must_use]
    pub const fn newness(&self) -> Newness {
        match self.standing {
            Standing::Adopted => Newness::Existing,
            Standing::Seen => Newness::New,
        }
    }
}

impl Baseline {
    /// An entry.
    #[must_use]
    pub fn entry(&self, id: EntryId) -> Option<&Entry> {
        self.entries.get(id.index())
    }

    /// The entries of a list.
    pub fn of(&self, standing: Standing) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.standing == standing)
    }
}

/// How many findings and entries came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BaselineCounts {
    /// Findings to judge that are not adopted.
    pub new: u64,
    /// Findings that are adopted.
    pub existing: u64,
    /// Findings of the baseline that are in another file or on another line.
    pub moved: u64,
    /// Adopted entries of tools that were run, without a finding.
    pub gone: u64,
    /// The same of entries that were only seen.
    pub gone_seen: u64,
    /// Entries without a finding whose tool was not run, or not to its end.
    pub not_scanned: u64,
    /// Findings whose action would be stricter were they new.
    pub lowered: u64,
}

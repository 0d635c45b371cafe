//! A policy as it was understood: valid, complete, with the place of every rule.

use crate::model::identity::Category;
use crate::model::raw::Suppression;
use crate::model::severity::Severity;

/// What is done about a finding. The order is the order of strictness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Nothing.
    Pass,
    /// A ticket; the release goes on.
    Ticket,
    /// The release stops.
    Block,
}

impl Action {
    /// All of them, strictest first.
    pub const ALL: [Self; 3] = [Self::Block, Self::Ticket, Self::Pass];

    /// The word in policies and reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Ticket => "ticket",
            Self::Block => "block",
        }
    }

    /// The action that [`Action::word`] names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.word() == word)
    }
}

/// The effective policy.
#[derive(Clone, Debug)]
pub struct Policy {
    /// What it is called.
    pub name: String,
    /// Who is accountable for it: an address, or `unassigned` in a builtin that no policy of the user extends.
    pub owner: String,
    /// The files it was read from, base first.
    pub files: Vec<PolicyFile>,
    /// What an unrated finding counts as.
    pub unrated_as: Severity,
    /// Scans that must be there.
    pub require: Vec<Requirement>,
    /// Unordered: a finding's action is the strictest of the rules that fire.
    pub rules: Vec<Rule>,
    /// The action where no rule fires.
    pub default_action: Action,
}

impl Policy {
    /// The file of a place.
    #[must_use]
    pub fn file(&self, place: &Place) -> Option<&PolicyFile> {
        self.files.get(place.file as usize)
    }
}

/// One file of a policy.
#[derive(Clone, Debug)]
pub struct PolicyFile {
    /// `builtin:standard`, or the path.
    pub path: String,
    /// The name in messages and reports: `standard.yaml`.
    pub name: String,
    /// Of its bytes, in hex.
    pub sha256: String,
}

/// A scan that must be there, or the run is undecided.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// Its name.
    pub id: String,
    /// Where it stands.
    pub place: Place,
    /// The category that the scan must have, if given.
    pub category: Option<Category>,
    /// The tools that count, if given.
    pub tools: Vec<String>,
    /// How many scans.
    pub min: u32,
    /// How old the scan may be, in hours.
    pub max_age_hours: Option<u32>,
    /// Whether a scan without a date passes `max_age`.
    pub allow_undated: bool,
}

/// A place in a policy file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The place of the file in [`Policy::files`].
    pub file: u32,
    /// The line, from 1.
    pub line: u64,
}

/// One rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name.
    pub id: String,
    /// Where it stands.
    pub place: Place,
    /// Why it is there.
    pub description: Option<String>,
    /// When it fires.
    pub when: Condition,
    /// Whether it also fires when the condition is unknown (the default).
    pub fires_on_unknown: bool,
    /// What is done.
    pub action: Action,
    /// Which exception types, and `vex`, may lower it.
    pub waivable: Waivable,
}

/// What may lower a rule's action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waivable {
    /// Any exception, and VEX.
    Any,
    /// Nothing.
    Never,
    /// The exception types named, and `vex` if named.
    Only(Vec<String>),
}

/// A condition over the facts of one finding and one run, in three-valued logic (Kleene).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Every one holds.
    All(Vec<Condition>),
    /// At least one holds.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// The category is one of these.
    Category(Vec<Category>),
    /// The severity is one of these; a range in the file is the list of what it holds.
    Severity(Vec<Severity>),
    /// The scan's own suppression is one of these.
    Suppressed(Vec<Suppression>),
    /// The finding is new, or existing, or not known to be either.
    State(Vec<Newness>),
    /// The change that is judged touches the finding's files.
    InChange(bool),
    /// The stage is one of these.
    Stage(Vec<String>),
    /// The vulnerability is known to be exploited.
    Kev(bool),
    /// A fixed version exists.
    FixAvailable(bool),
    /// The due date is past.
    Overdue(bool),
}

/// Whether a finding was known before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Newness {
    /// It was not.
    New,
    /// It is in the baseline.
    Existing,
    /// It cannot be told.
    Unknown,
}

impl Newness {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::New, Self::Existing, Self::Unknown];

    /// The word in policies and reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Existing => "existing",
            Self::Unknown => "unknown",
        }
    }
}

//! A policy as it was understood: valid, complete, with the place of every rule.

mod grants;
#[cfg(test)]
pub(crate) mod sample;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use grants::Grant;
use jiff::civil::Date;

use crate::base::address::Address;
use crate::base::digest::sha256_hex;
use crate::base::fault::{Fault, Position};
use crate::base::git::ObjectId;
use crate::base::pattern::Glob;
use crate::base::source::Committed;
use crate::model::baseline::BaselineSource;
pub use crate::model::condition::{Condition, Exposure, Newness, SsvcRange};
pub use crate::model::due::Due;
use crate::model::exception::ExceptionType;
use crate::model::identity::Category;
use crate::model::intel::{FeedKind, FeedSource};
pub use crate::model::owner::Ownership;
use crate::model::problem::{Problem, Weight};
use crate::model::severity::Severity;
use crate::model::vex::VexRules;

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
    /// Where it says so: in the uppermost of its files.
    pub place: Place,
    /// Who is accountable for it: an address, or `unassigned` in a builtin that no policy of the user extends.
    pub owner: String,
    /// The files it was read from, each before those that it stands on.
    pub files: Vec<ConfigFile>,
    /// Whether the exit code carries the verdict; otherwise it is only told.
    pub enforced: bool,
    /// What it says of the service that is judged.
    pub context: Context,
    /// Whom a block is told to, in order.
    pub escalation: Vec<Address>,
    /// What is read when the command line names no report, relative to the current folder.
    pub reports: Vec<String>,
    /// Scans that must be there.
    pub require: Vec<Requirement>,
    /// Errors of scanners that the team knows about.
    pub accept_partial: Vec<AcceptedError>,
    /// What an unrated finding counts as.
    pub unrated_as: Severity,
    /// Severities that the team knows better.
    pub overrides: Vec<Override>,
    /// Unordered: a finding's action is the strictest of the rules that fire.
    pub rules: Vec<Rule>,
    /// The action where no rule fires.
    pub default_action: Action,
    /// How many of the rules, from the first, stand in the policy under all layers. Those of layers may not take the place of the
    /// default action with something milder.
    pub default_over: usize,
    /// Where facts about vulnerabilities are taken from.
    pub feeds: BTreeMap<FeedKind, FeedSource>,
    /// Whose statements about vulnerabilities count.
    pub vex: VexRules,
    /// Where what was known before is taken from.
    pub baseline: Option<BaselineSource>,
    /// How long findings may stay.
    pub due: Option<Due>,
    /// How much of something may be there.
    pub budgets: Vec<Budget>,
    /// Which exceptions count.
    pub exceptions: ExceptionRules,
    /// Who must fix what: of each file of a finding the first row that matches counts.
    pub ownership: Vec<Ownership>,
    /// Where it says that CODEOWNERS tells the owners of what no row matches.
    pub codeowners: Option<Place>,
    /// What is legal in it and dangerous.
    pub loud: Vec<Problem>,
    /// Where each value stands that is no row with a place of its own, by its key: `severity.unrated_as`, `exceptions.roles.ciso`,
    /// `escalation.0`. What is not here has its default.
    pub places: BTreeMap<String, Place>,
}

/// What a policy says of the service that is judged.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Its name.
    pub service: Option<String>,
    /// The repository's URL.
    pub repository: Option<String>,
    /// Who can reach it.
    pub exposure: Option<Exposure>,
}

/// An error of a scanner that does not make its scan incomplete.
#[derive(Clone, Debug)]
pub struct AcceptedError {
    /// Where it stands.
    pub place: Place,
    /// The tool's id.
    pub tool: Glob,
    /// What the tool says.
    pub notification: Glob,
    /// Why it does no harm.
    pub reason: String,
    /// Who answers for it.
    pub accountable: Address,
    /// The last day on which it counts.
    pub expires: Date,
}

/// A severity that the team knows better than the tool. Everything given must hold.
#[derive(Clone, Debug)]
pub struct Override {
    /// Where it stands.
    pub place: Place,
    /// Which findings.
    pub when: Condition,
    /// What they are.
    pub severity: Severity,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: Address,
    /// Whether it lets a graver severity stand: that of a layer.
    pub only_raises: bool,
}

/// How much of something may be there before the run is answered for it.
#[derive(Clone, Debug)]
pub struct Budget {
    /// Its name.
    pub id: String,
    /// Where it stands.
    pub place: Place,
    /// What is counted.
    pub counts: Counted,
    /// So many may be there.
    pub max: u32,
    /// What is done about the run when there are more.
    pub action: Action,
}

/// What a budget counts.
#[derive(Clone, Debug)]
pub enum Counted {
    /// Findings for which this holds, or may hold.
    Findings(Condition),
    /// Exceptions that are approved and have not ended.
    ActiveExceptions,
}

impl Counted {
    /// What is counted, in messages.
    #[must_use]
    pub const fn noun(&self) -> &'static str {
        match self {
            Self::Findings(_) => "finding",
            Self::ActiveExceptions => "active exception",
        }
    }
}

/// Which exceptions count.
#[derive(Clone, Debug)]
pub struct ExceptionRules {
    /// Globs of the files that hold them, relative to the current folder.
    pub files: Vec<String>,
    /// Who may be in which role; one that nobody holds is there all the same.
    pub roles: BTreeMap<String, Vec<Address>>,
    /// The rows of each layer that has any: one of each must admit an exception.
    pub limits: Vec<Vec<Limit>>,
    /// Whether who asks for an exception may not approve it.
    pub separation_of_duties: bool,
    /// Exceptions that end within so many hours are told.
    pub warn_before_expiry_hours: u32,
    /// What an exception that matches nothing does.
    pub unused: Unused,
    /// Who may let something through at once; `None`: nobody.
    pub emergency: Option<Emergency>,
}

/// Who may let something through at once, and how far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emergency {
    /// Who may approve.
    pub roles: Vec<String>,
    /// How many days after the approval it may end.
    pub max_days: u32,
    /// The gravest finding that it may cover.
    pub severity_at_most: Severity,
    /// How many hours after its end it must have been reviewed.
    pub review_within_hours: u32,
}

/// What an exception that matches nothing does to the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unused {
    /// Nothing.
    Ignore,
    /// It is told.
    Warn,
    /// It leaves the run undecided.
    Undecided,
}

impl Unused {
    /// All of them, strictest first.
    pub const ALL: [Self; 3] = [Self::Undecided, Self::Warn, Self::Ignore];

    /// The word in policies.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Undecided => "undecided",
            Self::Warn => "warn",
            Self::Ignore => "ignore",
        }
    }
}

/// A row of limits: which exceptions it admits, and how far they may go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Where it stands.
    pub place: Place,
    /// The types of exceptions; all where none is given.
    pub types: Vec<ExceptionType>,
    /// The severities of the findings.
    pub severities: Vec<Severity>,
    /// How long one approval may last, in hours.
    pub max_lifetime_hours: u32,
    /// How often it may be renewed.
    pub max_renewals: u32,
    /// Who may approve.
    pub approver_roles: Vec<String>,
    /// The action below which no exception goes.
    pub floor: Action,
}

impl Limit {
    /// Whether it is about exceptions of a type for findings of a severity.
    #[must_use]
    pub fn is_for(&self, kind: ExceptionType, severity: Severity) -> bool {
        (self.types.is_empty() || self.types.contains(&kind)) && self.severities.contains(&severity)
    }
}

impl Policy {
    /// Where it says who owns what; `None` where it does not say, and nobody knows an owner.
    #[must_use]
    pub fn owned_by(&self) -> Option<Place> {
        self.ownership.first().map(|row| row.place).or(self.codeowners)
    }

    /// The file of a place.
    #[must_use]
    pub fn file(&self, place: Place) -> Option<&ConfigFile> {
        self.files.get(place.file as usize)
    }

    /// The folder of the configuration: the outermost of those that its files were read from. `None` where all of them are ours.
    #[must_use]
    pub fn folder(&self) -> Option<PathBuf> {
        let files = self.files.iter().filter(|file| !file.is_builtin());
        let folders = files.filter_map(|file| Path::new(&file.path).parent().map(Path::to_path_buf));
        let outermost = folders.min_by_key(|folder| folder.components().count())?;
        Some(if outermost.as_os_str().is_empty() { PathBuf::from(".") } else { outermost })
    }
}

/// One file of the configuration: a policy or exceptions.
#[derive(Clone, Debug)]
pub struct ConfigFile {
    /// `builtin:standard`, or the path.
    pub path: String,
    /// The name in messages and reports: `standard.yaml`.
    pub name: String,
    /// Of its bytes, in hex.
    pub sha256: String,
    /// The commit that it was read from; `None` of what lies in the work tree, or is ours.
    pub commit: Option<ObjectId>,
}

impl ConfigFile {
    /// A file that was read; the name of one of ours ends in `.yaml` as it does in the source.
    #[must_use]
    pub fn new(path: &str, text: &str) -> Self {
        let name = path.strip_prefix("builtin:").map(|name| format!("{name}.yaml"));
        let last = || path.rsplit('/').next().unwrap_or(path).to_owned();
        Self { path: path.to_owned(), name: name.unwrap_or_else(last), sha256: sha256_hex(text.as_bytes()), commit: None }
    }

    /// Notes the commit that it was read from, where it was.
    pub fn from(&mut self, commit: Option<&Committed>) {
        let holds = |commit: &&Committed| !self.is_builtin() && commit.holds(Path::new(&self.path));
        self.commit = commit.filter(holds).map(Committed::commit);
    }

    /// Whether it is part of the program.
    #[must_use]
    pub fn is_builtin(&self) -> bool {
        self.path.starts_with("builtin:")
    }
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
    /// Whether the scan must tell the commit that is judged.
    pub same_commit: bool,
}

/// A place in a file of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The place of the file in the list of files.
    pub file: u32,
    /// The line, from 1.
    pub line: u64,
    /// The column in characters, from 1.
    pub column: u64,
}

impl Place {
    /// The place in its file.
    #[must_use]
    pub const fn position(self) -> Position {
        Position::Line(self.line, self.column)
    }

    /// Something about what stands here, which is in one of these files.
    #[must_use]
    pub fn problem(self, files: &[ConfigFile], weight: Weight, code: &'static str, message: String, help: &str) -> Problem {
        let file = files.get(self.file as usize).map(|file| file.path.clone());
        Problem::of_fault(weight, file, Fault { code, position: self.position(), message, help: help.to_owned() })
    }
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
    /// The controls that it serves, as the team's standards name them.
    pub controls: Vec<String>,
    /// Before this day it is tried and told, and does not count.
    pub effective_on: Option<Date>,
}

/// What may lower a rule's action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waivable {
    /// Any exception, and VEX.
    Any,
    /// Nothing.
    Never,
    /// The exception types named, and VEX if told so.
    Only {
        /// The types.
        types: Vec<ExceptionType>,
        /// Whether VEX may.
        vex: bool,
    },
}

impl Waivable {
    /// Whether an exception of a type may lower the action.
    #[must_use]
    pub fn admits(&self, kind: ExceptionType) -> bool {
        match self {
            Self::Any => true,
            Self::Never => false,
            Self::Only { types, .. } => types.contains(&kind),
        }
    }
}

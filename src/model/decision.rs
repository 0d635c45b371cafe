//! What was decided about a finding, and about the run.

use crate::base::pool::Span;
use crate::model::due::Deadline;
use crate::model::policy::Action;
use crate::model::problem::Problem;
use crate::model::severity::Severity;
use crate::model::vex::VexMiss;

/// The decision about one finding.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decision {
    /// What is done.
    pub action: Action,
    /// What would be done if no exception and no VEX statement applied.
    pub without_exceptions: Action,
    /// What would be done, without exceptions, if it were new.
    pub if_new: Action,
    /// The severity that was judged: the finding's own, or what the policy makes of it.
    pub severity: Severity,
    /// The override that made the severity what it is: a place in [`crate::model::policy::Policy::overrides`].
    pub overridden: Option<u16>,
    /// The rules that fired, strictest first: places in [`crate::model::policy::Policy::rules`].
    pub fired: Span<u16>,
    /// The rules that would have fired, had their day come.
    pub later: Span<u16>,
    /// What exceptions have to do with it: a place in [`crate::model::report::Report::noted`].
    pub noted: Option<u32>,
    /// Who owns it: a group of [`crate::model::report::Report::owners`]; `None` where nothing says who owns what.
    pub owners: Option<u32>,
    /// Until when it may stay.
    pub deadline: Deadline,
    /// The rule by which more would be done, were it overdue, exceptions aside: a place in [`crate::model::policy::Policy::rules`].
    pub once_overdue: Option<u16>,
}

impl Default for Decision {
    fn default() -> Self {
        Self {
            action: Action::Block,
            without_exceptions: Action::Block,
            if_new: Action::Block,
            severity: Severity::Critical,
            overridden: None,
            fired: Span::default(),
            later: Span::default(),
            noted: None,
            owners: None,
            deadline: Deadline::default(),
            once_overdue: None,
        }
    }
}

/// What exceptions and VEX have to do with a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Noted {
    /// Those that hold, the one that decided first: places in [`crate::model::exception::Exceptions::records`].
    pub applied: Vec<u32>,
    /// Those that nearly did.
    pub missed: Vec<NearMiss>,
    /// The VEX statements that excuse it: places in [`crate::model::vex::Vex::statements`].
    pub vex: Vec<u32>,
    /// Those about it that do not.
    pub vex_missed: Vec<VexMiss>,
    /// Whether VEX left less than the exceptions did.
    pub by_vex: bool,
}

/// An exception that matches a finding and does not hold for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    /// A place in [`crate::model::exception::Exceptions::records`].
    pub exception: u32,
    /// Why not: a lower-case fragment.
    pub why: String,
}

/// What a budget came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// How many there are.
    pub count: u64,
    /// Whether they are more than the budget allows.
    pub exceeded: bool,
    /// The first of the findings that count, in the order of reports: places in the findings of the evidence.
    pub first: Vec<u32>,
}

/// The answer for the whole run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing to do.
    Pass,
    /// Go on, with tickets.
    Ticket,
    /// Stop.
    Block,
    /// The evidence does not suffice.
    Undecided,
}

impl Outcome {
    /// The word in reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Ticket => "ticket",
            Self::Block => "block",
            Self::Undecided => "undecided",
        }
    }
}

/// The outcome with its reason, settled before anything is rendered.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The answer.
    pub outcome: Outcome,
    /// One sentence.
    pub reason: String,
    /// Whether it is of a change that edits the configuration alone, which no finding blocks.
    pub configuration_only: bool,
    /// Whether the exit code carries it: not in a dry run.
    pub enforced: bool,
    /// What the process exits with.
    pub exit_code: u8,
}

/// A finding of relgate's own about the evidence, such as `relgate/missing-scan`: it cannot be excepted.
#[derive(Clone, Debug)]
pub struct Synthetic {
    /// `relgate/…`.
    pub rule_id: &'static str,
    /// What is missing, and what to do.
    pub problem: Problem,
}

impl Synthetic {
    /// The rule id of an emergency that nobody looked at afterwards.
    pub const MISSING_REVIEW: &'static str = "relgate/missing-review";

    /// Whether it blocks; the others leave the run undecided.
    #[must_use]
    pub fn blocks(&self) -> bool {
        self.rule_id == Self::MISSING_REVIEW
    }
}

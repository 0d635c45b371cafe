//! Why a finding is decided as it is: everything that was asked about it, with what was found.

use jiff::civil::Date;

use crate::model::policy::{Action, Budget, Condition, Override, Rule};
use crate::model::truth::Truth;

/// What led to the decision about one finding.
#[derive(Debug)]
pub struct Explanation<'a> {
    /// The overrides of severities, in the order of the policy.
    pub overrides: Vec<OverrideTried<'a>>,
    /// The rules, in the order of the policy; none where the tool says that there is nothing to fix.
    pub rules: Vec<RuleTried<'a>>,
    /// The action without exceptions, by these rules.
    pub without_exceptions: Action,
    /// What is done where no rule fires.
    pub default: DefaultTried,
    /// The budgets that count findings, in the order of the policy.
    pub budgets: Vec<BudgetTried<'a>>,
    /// How many exceptions there are.
    pub exceptions: usize,
    /// Those that match the finding or nearly do, by their ids; behind them the one that comes nearest of the others.
    pub considered: Vec<ExceptionTried>,
}

/// What the policy's default action has to do with a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DefaultTried {
    /// The action.
    pub action: Action,
    /// Whether it counted: where no rule fires, or only rules of layers that are milder.
    pub counted: bool,
}

/// A condition with its value for a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried<'a> {
    /// The condition.
    pub condition: &'a Condition,
    /// Whether it holds.
    pub truth: Truth,
    /// What the finding has, where the condition is about one fact. It may quote a scanner.
    pub fact: Option<String>,
    /// The parts of `all`, `any` and `not`.
    pub parts: Vec<Tried<'a>>,
}

/// A rule, tried on a finding.
#[derive(Debug)]
pub struct RuleTried<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// Its condition.
    pub when: Tried<'a>,
    /// What came of it.
    pub outcome: RuleOutcome,
}

/// What came of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleOutcome {
    /// It fires.
    Fires,
    /// It fires, since what is not known counts as if it held.
    FiresOnUnknown,
    /// It does not fire, since it skips what is not known.
    SkipsUnknown,
    /// It does not fire.
    DoesNotFire,
    /// It would fire, and does so from this day on.
    Later(Date),
}

impl RuleOutcome {
    /// The word in explanations for programs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fires => "fires",
            Self::FiresOnUnknown => "fires_on_unknown",
            Self::SkipsUnknown => "skips_unknown",
            Self::DoesNotFire => "does_not_fire",
            Self::Later(_) => "later",
        }
    }

    /// Whether it counts.
    #[must_use]
    pub const fn fires(self) -> bool {
        matches!(self, Self::Fires | Self::FiresOnUnknown)
    }
}

/// A budget, tried on a finding.
#[derive(Debug)]
pub struct BudgetTried<'a> {
    /// Its place in [`crate::model::policy::Policy::budgets`].
    pub number: usize,
    /// The budget.
    pub budget: &'a Budget,
    /// Its condition.
    pub when: Tried<'a>,
    /// Whether it counts the finding: what is not known counts, what an exception lets pass does not.
    pub counted: bool,
}

/// An override, tried on a finding.
#[derive(Debug)]
pub struct OverrideTried<'a> {
    /// The override.
    pub entry: &'a Override,
    /// Its condition.
    pub when: Tried<'a>,
    /// Whether it is the one that made the severity what it is.
    pub applied: bool,
}

/// An exception, held against a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExceptionTried {
    /// A place in [`crate::model::exception::Exceptions::records`].
    pub exception: u32,
    /// What came of it.
    pub outcome: ExceptionOutcome,
}

/// What came of an exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExceptionOutcome {
    /// It holds, and is one of those that lower the action or would.
    Applied,
    /// It matches, or nearly does, and does not hold: the first condition that failed.
    NearMiss(String),
    /// It is about something else: what differs first.
    Nearest(String),
}

impl ExceptionOutcome {
    /// The word in explanations.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::NearMiss(_) => "near_miss",
            Self::Nearest(_) => "nearest",
        }
    }

    /// Why it does not hold.
    #[must_use]
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Applied => None,
            Self::NearMiss(why) | Self::Nearest(why) => Some(why),
        }
    }
}

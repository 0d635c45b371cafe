//! The rules, overrides and budgets of a policy, tried on one finding, with the value of each of their conditions.

use super::{Judge, Meets};
use crate::decide::facts::Known;
use crate::decide::truth::Truth;
use crate::model::explanation::{BudgetTried, DefaultTried, OverrideTried, RuleOutcome, RuleTried};
use crate::model::finding::Finding;
use crate::model::policy::{Counted, Policy, Rule};

/// What the policy comes to for one finding.
pub(in crate::decide) struct PolicyTried<'p> {
    pub(in crate::decide) overrides: Vec<OverrideTried<'p>>,
    pub(in crate::decide) rules: Vec<RuleTried<'p>>,
    pub(in crate::decide) default: DefaultTried,
    /// Each counts the finding if it is one that is counted at all.
    pub(in crate::decide) budgets: Vec<BudgetTried<'p>>,
}

impl Judge<'_> {
    /// Tries `policy`, which is the one that this was made of. It decides by the same tests as [`Judge::decide`].
    pub(in crate::decide) fn tried<'p>(&mut self, policy: &'p Policy, place: u32, finding: &Finding) -> PolicyTried<'p> {
        let (facts, group) = self.facts(place, finding);
        let owners = group.zip(self.owning.as_ref()).map(|(group, owning)| owning.names(group));
        let known = Known { place, finding, facts: &facts, owners: owners.as_deref() };
        let (severity, overridden) = self.severity(&facts);
        let overrides = (0_u16..).zip(&policy.overrides).zip(&self.overrides).map(|((place, entry), test)| {
            let meets = if entry.only_raises { Meets::One } else { Meets::Each };
            let when = self.facted.tried((&entry.when, test), &known, facts.severity, meets);
            OverrideTried { entry, when, applied: overridden == Some(place) }
        });
        let rules = policy.rules.iter().zip(&self.rules).map(|(rule, (_, _, test))| {
            let when = self.facted.tried((&rule.when, test), &known, severity, Meets::One);
            RuleTried { rule, outcome: self.outcome(rule, when.truth), when }
        });
        let budgets = self.budgets.iter().filter_map(|(number, test)| {
            let budget = policy.budgets.get(*number)?;
            let Counted::Findings(when) = &budget.counts else { return None };
            let when = self.facted.tried((when, test), &known, severity, Meets::One);
            Some(BudgetTried { number: *number, budget, counted: when.truth != Truth::False, when })
        });
        let (overrides, rules, budgets): (Vec<_>, Vec<_>, Vec<_>) = (overrides.collect(), rules.collect(), budgets.collect());
        let fired = rules.iter().enumerate().filter(|(_, tried)| tried.outcome.fires());
        let of_base = fired.clone().any(|(place, _)| place < policy.default_over);
        let strictest = fired.map(|(_, tried)| tried.rule.action).max();
        // As in `strictest`: rules of layers alone do not take the place of the default.
        let counted = strictest.is_none_or(|action| !of_base && policy.default_action > action);
        PolicyTried { overrides, rules, default: DefaultTried { action: policy.default_action, counted }, budgets }
    }

    fn outcome(&self, rule: &Rule, truth: Truth) -> RuleOutcome {
        let fires = match truth {
            Truth::True => RuleOutcome::Fires,
            Truth::Unknown if rule.fires_on_unknown => RuleOutcome::FiresOnUnknown,
            Truth::Unknown => RuleOutcome::SkipsUnknown,
            Truth::False => RuleOutcome::DoesNotFire,
        };
        match rule.effective_on {
            Some(day) if day > self.today && fires.fires() => RuleOutcome::Later(day),
            Some(_) | None => fires,
        }
    }
}

//! Which rules change nothing, because another one fires whenever they do and is at least as strict.
//!
//! One condition implies another where its value is never the greater in Kleene's order (false, unknown, true): of lists, where each of
//! its items is one of the other's; of what is made of conditions, part by part. What does not show that way is not told.

use crate::base::pattern::Glob;
use crate::model::identity::Category;
use crate::model::policy::{Condition, Newness, Policy, Rule, Waivable};
use crate::model::problem::Problem;
use crate::model::raw::Suppression;
use crate::model::severity::Severity;

/// How many comparisons a policy is worth: a hostile one is not looked at to its end.
const FUEL: u32 = 50_000_000;

/// The rules that others cover, but for the dead ones.
pub(super) fn covered(policy: &Policy, dead: &[(usize, String)]) -> Vec<Problem> {
    let mut prover = Prover::new();
    let live: Vec<(usize, &Rule)> = policy.rules.iter().enumerate().filter(|(n, _)| dead.iter().all(|(place, _)| place != n)).collect();
    let mut problems = Vec::new();
    for &(place, rule) in &live {
        let covers = |&&(other_place, other): &&(usize, &Rule)| {
            // What lies under a rule may be covered by it: that is what layers are for.
            let is_under = rule.place.file != other.place.file && place < other_place;
            other_place != place && !is_under && prover.covers(policy, (other_place, other), (place, rule))
        };
        if let Some((_, other)) = live.iter().find(covers) {
            let file = policy.file(other.place).map_or("", |file| file.name.as_str());
            let by = format!("`{}` ({file}:{})", other.id, other.place.line);
            let message = format!("the rule `{}` changes nothing: {by} fires whenever it does, and is as strict", rule.id);
            problems.push(super::told(policy, rule.place, "lint-covered-rule", message, "remove it, or make it stricter"));
        }
    }
    problems
}

/// Compares conditions, as long as there is fuel.
pub(super) struct Prover {
    fuel: u32,
}

impl Prover {
    pub(super) const fn new() -> Self {
        Self { fuel: FUEL }
    }

    /// Whether a rule fires whenever another one does, and nothing is different without that.
    pub(super) fn covers(&mut self, policy: &Policy, (place, rule): (usize, &Rule), (other_place, other): (usize, &Rule)) -> bool {
        let in_force = rule.effective_on.is_none_or(|day| other.effective_on.is_some_and(|other| day <= other));
        // Only what is of the strictest action says what may lower it.
        let as_firm = rule.action > other.action || rule.action == other.action && no_more_waivable(&rule.waivable, &other.waivable);
        // A rule of a layer takes the place of no default.
        let as_low = place < policy.default_over || other_place >= policy.default_over || rule.action >= policy.default_action;
        let serves = other.controls.iter().all(|control| rule.controls.contains(control));
        if !in_force || !as_firm || !as_low || !serves || !self.fires_with(rule, other) {
            return false;
        }
        // Of two that say the same the later one is told.
        place < other_place || !self.same(rule, other)
    }

    fn same(&mut self, rule: &Rule, other: &Rule) -> bool {
        rule.action == other.action
            && rule.waivable == other.waivable
            && rule.effective_on == other.effective_on
            && other.controls.len() == rule.controls.len()
            && self.fires_with(other, rule)
    }

    /// Whether a rule fires whenever another one does.
    fn fires_with(&mut self, rule: &Rule, other: &Rule) -> bool {
        let on_unknown = rule.fires_on_unknown || !other.fires_on_unknown || is_known(&other.when);
        on_unknown && self.implies(&other.when, &rule.when)
    }

    /// Whether the first is never the greater.
    pub(super) fn implies(&mut self, one: &Condition, other: &Condition) -> bool {
        let Some(left) = self.fuel.checked_sub(1) else { return false };
        self.fuel = left;
        if always(other) || one == other || narrower(one, other) {
            return true;
        }
        let every = if let Condition::All(parts) = other { parts.iter().all(|part| self.implies(one, part)) } else { false };
        let each = every || if let Condition::Any(parts) = one { parts.iter().all(|part| self.implies(part, other)) } else { false };
        let some = each || if let Condition::All(parts) = one { parts.iter().any(|part| self.implies(part, other)) } else { false };
        let any = some || if let Condition::Any(parts) = other { parts.iter().any(|part| self.implies(one, part)) } else { false };
        let turned = if let (Condition::Not(one), Condition::Not(other)) = (one, other) { self.implies(other, one) } else { false };
        any || turned
    }
}

/// Whether nothing may lower a rule that may not lower another.
fn no_more_waivable(rule: &Waivable, other: &Waivable) -> bool {
    match (rule, other) {
        (Waivable::Never, _) | (_, Waivable::Any) => true,
        (Waivable::Only { types, vex }, Waivable::Only { types: others, vex: other_vex }) => {
            types.iter().all(|kind| others.contains(kind)) && (*other_vex || !vex)
        }
        (Waivable::Any | Waivable::Only { .. }, Waivable::Never | Waivable::Only { .. }) => false,
    }
}

/// Whether a condition is true or false of every finding.
fn is_known(condition: &Condition) -> bool {
    let mut known = true;
    condition.visit(&mut |part| {
        known &=
            matches!(part, Condition::All(_) | Condition::Any(_) | Condition::Not(_) | Condition::Exposure(_)) || chosen(part).is_some();
    });
    known
}

/// Whether a condition holds of every finding.
fn always(condition: &Condition) -> bool {
    if let Condition::All(parts) = condition {
        parts.iter().all(always)
    } else if let Condition::Any(parts) = condition {
        parts.iter().any(always)
    } else {
        chosen(condition).is_some_and(|(_, chosen, all)| chosen == all)
    }
}

/// What a finding has one of, and never an unknown one: which fact it is, the bits of what is asked for, and those of all there are.
fn chosen(condition: &Condition) -> Option<(u8, u32, u32)> {
    fn bits<T: PartialEq>(all: &[T], list: &[T]) -> (u32, u32) {
        let bits = |is_in: &dyn Fn(&T) -> bool| all.iter().enumerate().filter(|(_, item)| is_in(item)).map(|(n, _)| 1 << n).sum();
        (bits(&|item| list.contains(item)), bits(&|_| true))
    }
    let (fact, (chosen, all)) = if let Condition::Category(list) = condition {
        (0, bits(&Category::ALL, list))
    } else if let Condition::Severity(list) = condition {
        (1, bits(&Severity::ALL, list))
    } else if let Condition::Suppressed(list) = condition {
        (2, bits(&[Suppression::None, Suppression::InSource, Suppression::External], list))
    } else if let Condition::State(list) = condition {
        (3, bits(&Newness::ALL, list))
    } else if let Condition::Not(part) = condition {
        let (fact, chosen, all) = chosen(part)?;
        (fact, (all & !chosen, all))
    } else {
        return None;
    };
    Some((fact, chosen, all))
}

/// Whether two conditions ask about the same, and the first for less.
fn narrower(one: &Condition, other: &Condition) -> bool {
    if let Some((fact, many, _)) = chosen(other) {
        // What all parts leave together.
        let parts = if let Condition::All(parts) = one { parts.as_slice() } else { std::slice::from_ref(one) };
        let same = parts.iter().filter_map(chosen).filter(|(known, ..)| *known == fact);
        return same.map(|(_, few, _)| few).reduce(|all, few| all & few).is_some_and(|few| few & !many == 0);
    }
    match (one, other) {
        (Condition::Tool(few), Condition::Tool(many))
        | (Condition::Vulnerability(few), Condition::Vulnerability(many))
        | (Condition::Ecosystem(few), Condition::Ecosystem(many))
        | (Condition::License(few), Condition::License(many))
        | (Condition::Stage(few), Condition::Stage(many))
        | (Condition::Tag(few), Condition::Tag(many)) => few.iter().all(|word| many.contains(word)),
        (Condition::Cwe(few), Condition::Cwe(many)) => few.iter().all(|number| many.contains(number)),
        (Condition::Exposure(few), Condition::Exposure(many)) => few.iter().all(|word| many.contains(word)),
        (Condition::RuleId(few), Condition::RuleId(many))
        | (Condition::Package(few), Condition::Package(many))
        | (Condition::Path(few), Condition::Path(many))
        | (Condition::Branch(few), Condition::Branch(many))
        | (Condition::Owner(few), Condition::Owner(many)) => few.iter().all(|glob| many.iter().any(|other| takes(other, glob))),
        (Condition::Cvss(from, to), Condition::Cvss(least, most)) => least <= from && to <= most,
        (Condition::Epss(one), Condition::Epss(other)) | (Condition::Age(one), Condition::Age(other)) => other <= one,
        _ => false,
    }
}

/// Whether a glob takes all that another one takes, as far as that shows.
fn takes(glob: &Glob, other: &Glob) -> bool {
    glob == other || other.literal().is_some_and(|text| glob.matches(text))
}

#[cfg(test)]
mod tests;

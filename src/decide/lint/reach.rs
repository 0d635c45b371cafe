//! Which rules no finding could make fire.
//!
//! Category, severity, suppression and state are few: every combination is tried, and each other predicate may have every value that
//! it could have of such a finding. Predicates are taken to be independent of each other, so that more is held possible than is: what
//! is found impossible is so.

use crate::model::due::{Days, Due, Preset};
use crate::model::identity::Category;
use crate::model::policy::{Condition, Exposure, Newness, Policy, Rule};
use crate::model::raw::Suppression;
use crate::model::severity::Severity;

/// What a finding is, as far as it is one of few.
#[derive(Clone, Copy)]
struct Kind {
    category: Category,
    severity: Severity,
    suppressed: Suppression,
    newness: Newness,
}

impl Kind {
    fn all() -> impl Iterator<Item = Self> {
        let suppressions = [Suppression::None, Suppression::InSource, Suppression::External];
        Category::ALL.into_iter().flat_map(move |category| {
            Severity::ALL.into_iter().flat_map(move |severity| {
                suppressions.into_iter().flat_map(move |suppressed| {
                    Newness::ALL.into_iter().map(move |newness| Self { category, severity, suppressed, newness })
                })
            })
        })
    }
}

/// Which values a condition may have. What may be unknown may also come out either way, and so adds nothing to what can fire.
#[derive(Clone, Copy)]
struct Values {
    may_hold: bool,
    may_fail: bool,
}

impl Values {
    const ANY: Self = Self { may_hold: true, may_fail: true };

    const fn only(holds: bool) -> Self {
        Self { may_hold: holds, may_fail: !holds }
    }

    const fn not(self) -> Self {
        Self { may_hold: self.may_fail, may_fail: self.may_hold }
    }

    /// What is asked for of a fact that may be so.
    const fn wanted(self, wanted: bool) -> Self {
        if wanted { self } else { self.not() }
    }

    fn all(parts: &[Self]) -> Self {
        Self { may_hold: parts.iter().all(|part| part.may_hold), may_fail: parts.iter().any(|part| part.may_fail) }
    }

    fn any(parts: &[Self]) -> Self {
        Self { may_hold: parts.iter().any(|part| part.may_hold), may_fail: parts.iter().all(|part| part.may_fail) }
    }
}

/// The places of the rules that never fire, each with why.
pub(super) fn dead(policy: &Policy) -> Vec<(usize, String)> {
    let rules = policy.rules.iter().enumerate();
    rules.filter_map(|(place, rule)| Some((place, why(policy, rule)?))).collect()
}

/// Why a rule never fires; `None` if it may.
fn why(policy: &Policy, rule: &Rule) -> Option<String> {
    let parts = if let Condition::All(parts) = &rule.when { parts.as_slice() } else { std::slice::from_ref(&rule.when) };
    let meets = |parts: &[&Condition]| Kind::all().any(|kind| parts.iter().all(|part| values(policy, part, kind).may_hold));
    if meets(&parts.iter().collect::<Vec<_>>()) {
        return None;
    }
    let finding = if rule.fires_on_unknown { "no finding meets" } else { "no finding is known to meet" };
    if let Some(part) = parts.iter().find(|part| !meets(&[part])) {
        return Some(format!("{finding} {}{}", shown(part), because(policy, part)));
    }
    for (nth, one) in parts.iter().enumerate() {
        if let Some(other) = parts.iter().skip(nth + 1).find(|other| !meets(&[one, other])) {
            return Some(format!("{finding} both {} and {}", shown(one), shown(other)));
        }
    }
    Some(format!("{finding} all of its `when`"))
}

fn shown(condition: &Condition) -> String {
    format!("`{}`", condition.key())
}

/// What the policy says of the run that settles a condition.
fn because(policy: &Policy, condition: &Condition) -> &'static str {
    match (condition, policy.context.exposure) {
        (Condition::Exposure(_), Some(Exposure::Internal)) => ", as `context.exposure` is internal",
        (Condition::Exposure(_), _) => ", as `context.exposure` counts as public",
        (Condition::Overdue(_), _) => ", as `due` gives no days for it",
        _ => "",
    }
}

/// The values that a condition may have of a finding of a kind.
fn values(policy: &Policy, condition: &Condition, kind: Kind) -> Values {
    let known = Values::only;
    let each = |parts: &[Condition]| parts.iter().map(|part| values(policy, part, kind)).collect::<Vec<_>>();
    match condition {
        Condition::All(parts) => Values::all(&each(parts)),
        Condition::Any(parts) => Values::any(&each(parts)),
        Condition::Not(part) => values(policy, part, kind).not(),
        Condition::Category(list) => known(list.contains(&kind.category)),
        Condition::Severity(list) => known(list.contains(&kind.severity)),
        Condition::Suppressed(list) => known(list.contains(&kind.suppressed)),
        Condition::State(list) => known(list.contains(&kind.newness)),
        Condition::Exposure(list) => {
            let is_internal = policy.context.exposure == Some(Exposure::Internal);
            known(list.contains(if is_internal { &Exposure::Internal } else { &Exposure::Public }))
        }
        Condition::FixAvailable(wanted) => {
            let is_component = matches!(kind.category, Category::Sca | Category::Malware);
            if is_component { Values::ANY } else { known(false) }.wanted(*wanted)
        }
        Condition::License(_) => {
            if kind.category == Category::License {
                Values::ANY
            } else {
                known(false)
            }
        }
        Condition::Overdue(wanted) => overdue(policy, kind).wanted(*wanted),
        // Of what these do not apply to nobody is asked, but a report or a feed may tell.
        Condition::Kev(_)
        | Condition::Epss(_)
        | Condition::Direct(_)
        | Condition::DevDependency(_)
        | Condition::Reachable(_)
        | Condition::Verified(_)
        | Condition::Tool(_)
        | Condition::RuleId(_)
        | Condition::Message(_)
        | Condition::Cwe(_)
        | Condition::Vulnerability(_)
        | Condition::Cvss(..)
        | Condition::Ssvc(_)
        | Condition::Package(_)
        | Condition::Ecosystem(_)
        | Condition::Path(_)
        | Condition::Stage(_)
        | Condition::Branch(_)
        | Condition::InChange(_)
        | Condition::Age(_)
        | Condition::Owner(_)
        | Condition::Tag(_) => Values::ANY,
    }
}

/// What has no days is never overdue. Those for what is exploited are for whatever a report says that of.
fn overdue(policy: &Policy, kind: Kind) -> Values {
    let sets_day = |days: &Days| days.of(kind.severity).is_some() || days.kev_hours.is_some();
    let of_preset = |preset: &Preset| sets_day(&preset.days) || !preset.table.is_empty();
    let sets_any = |due: &Due| sets_day(&due.own) || due.presets.iter().any(|adopted| of_preset(&adopted.preset));
    let has_days = policy.due.as_ref().is_none_or(sets_any);
    if has_days { Values::ANY } else { Values::only(false) }
}

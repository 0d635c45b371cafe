//! Which rules no finding could make fire.
//!
//! Category, severity, suppression and state are few: every combination is tried, and each other predicate may have every value that
//! it could have of such a finding. Predicates are taken to be independent of each other, so that more is held possible than is: what
//! is found impossible is so.

use crate::decide::truth::Truth;
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

/// The values that a condition may have.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Values(u8);

impl Values {
    const ANY: Self = Self(0b111);
    const KNOWN: Self = Self(0b101);

    const fn only(value: Truth) -> Self {
        Self(1 << value as u8)
    }

    const fn may_be(self, value: Truth) -> bool {
        self.0 & (1 << value as u8) != 0
    }

    /// What two of them come to.
    fn with(self, other: Self, both: fn(Truth, Truth) -> Truth) -> Self {
        let each = |values: Self| [Truth::False, Truth::Unknown, Truth::True].into_iter().filter(move |value| values.may_be(*value));
        Self(each(self).flat_map(|a| each(other).map(move |b| Self::only(both(a, b)).0)).fold(0, |all, one| all | one))
    }

    fn not(self) -> Self {
        let turned = |value: Truth| if self.may_be(value) { Self::only(!value).0 } else { 0 };
        Self(turned(Truth::False) | turned(Truth::Unknown) | turned(Truth::True))
    }

    /// What is asked for of a fact that may be so.
    fn wanted(self, wanted: bool) -> Self {
        if wanted { self } else { self.not() }
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
    let meets = |parts: &[&Condition]| Kind::all().any(|kind| fires(policy, rule, parts, kind));
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

/// Whether a rule with these parts could fire for a finding of a kind.
fn fires(policy: &Policy, rule: &Rule, parts: &[&Condition], kind: Kind) -> bool {
    let values = parts.iter().fold(Values::only(Truth::True), |all, part| all.with(values(policy, part, kind), Ord::min));
    values.may_be(Truth::True) || rule.fires_on_unknown && values.may_be(Truth::Unknown)
}

/// The values that a condition may have of a finding of a kind.
fn values(policy: &Policy, condition: &Condition, kind: Kind) -> Values {
    let known = |holds: bool| Values::only(holds.into());
    let again = |part: &Condition| values(policy, part, kind);
    let is_component = matches!(kind.category, Category::Sca | Category::Malware);
    // Of a component with a CVE somebody could know.
    let may_have_cve = is_component || matches!(kind.category, Category::Dast | Category::Other);
    match condition {
        Condition::All(parts) => parts.iter().fold(known(true), |all, part| all.with(again(part), Ord::min)),
        Condition::Any(parts) => parts.iter().fold(known(false), |all, part| all.with(again(part), Ord::max)),
        Condition::Not(part) => again(part).not(),
        Condition::Category(list) => known(list.contains(&kind.category)),
        Condition::Severity(list) => known(list.contains(&kind.severity)),
        Condition::Suppressed(list) => known(list.contains(&kind.suppressed)),
        Condition::State(list) => known(list.contains(&kind.newness)),
        Condition::Exposure(list) => {
            let is_internal = policy.context.exposure == Some(Exposure::Internal);
            known(list.contains(if is_internal { &Exposure::Internal } else { &Exposure::Public }))
        }
        Condition::FixAvailable(wanted) => if is_component { Values::ANY } else { known(false) }.wanted(*wanted),
        Condition::License(_) => {
            if kind.category == Category::License {
                Values::ANY
            } else {
                known(false)
            }
        }
        // Of what it does not apply to nobody is asked, but a report or a feed may tell.
        Condition::Kev(_) | Condition::Epss(_) => {
            if may_have_cve {
                Values::ANY
            } else {
                Values::KNOWN
            }
        }
        Condition::Direct(_) | Condition::DevDependency(_) | Condition::Reachable(_) => {
            if is_component {
                Values::ANY
            } else {
                Values::KNOWN
            }
        }
        Condition::Verified(_) => {
            if kind.category == Category::Secret {
                Values::ANY
            } else {
                Values::KNOWN
            }
        }
        Condition::Overdue(wanted) => overdue(policy, kind, may_have_cve).wanted(*wanted),
        Condition::Tool(_)
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

/// What has no days is never overdue.
fn overdue(policy: &Policy, kind: Kind, may_have_cve: bool) -> Values {
    let sets_day = |days: &Days| days.of(kind.severity).is_some() || days.kev_hours.is_some() && may_have_cve;
    let of_preset = |preset: &Preset| sets_day(&preset.days) || !preset.table.is_empty();
    let sets_any = |due: &Due| sets_day(&due.own) || due.presets.iter().any(|adopted| of_preset(&adopted.preset));
    let has_days = policy.due.as_ref().is_none_or(sets_any);
    if has_days { Values::ANY } else { Values::only(Truth::False) }
}

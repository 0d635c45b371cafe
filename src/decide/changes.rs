//! What another policy does differently, and why.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::base::order::Order as _;
use crate::model::comparison::{By, Cause, Change, Group, Side};
use crate::model::decision::Decision;
use crate::model::report::Report;

/// The findings whose action is another one in the second report, by the way it changes and what makes the difference.
///
/// That is what the stricter side goes by, since the other side has nothing as strict: its first rule, or its default action. Where
/// both would do the same without exceptions, it is the exception that lowers one of them.
#[must_use]
pub fn changes(before: &Report, after: &Report) -> Vec<Group> {
    let mut groups: BTreeMap<(Change, Cause), Vec<u32>> = BTreeMap::new();
    for &place in &after.order {
        let decision = |report: &Report| report.decisions.get(place as usize).copied();
        let (Some(one), Some(other)) = (decision(before), decision(after)) else { continue };
        if one.action != other.action {
            let change = Change { from: one.action, to: other.action };
            groups.entry((change, cause((before, &one), (after, &other)))).or_default().push(place);
        }
    }
    let mut groups: Vec<Group> = groups.into_iter().map(|((change, cause), findings)| Group { change, cause, findings }).collect();
    groups.order_by_key(|group| {
        let Change { from, to } = group.change;
        (to < from, Reverse(to), from, Reverse(group.findings.len()), group.cause)
    });
    groups
}

fn cause((before, one): (&Report, &Decision), (after, other): (&Report, &Decision)) -> Cause {
    let after_is_stricter = other.action > one.action;
    let (stricter, milder) = if after_is_stricter { (Side::After, Side::Before) } else { (Side::Before, Side::After) };
    let on = |side: Side| if side == Side::Before { (before, one) } else { (after, other) };
    let ((report, decision), (milder_report, lowered)) = (on(stricter), on(milder));
    if decision.without_exceptions == lowered.without_exceptions
        && let Some(exception) = milder_report.noted(lowered).and_then(|noted| noted.applied.first())
    {
        return Cause { side: milder, by: By::Exception(*exception) };
    }
    let rules = report.policy.as_ref().map_or(&[][..], |policy| policy.rules.as_slice());
    let first = report.fired.get(decision.fired).first().copied();
    let decides = |place: &u16| rules.get(usize::from(*place)).is_some_and(|rule| rule.action == decision.without_exceptions);
    Cause { side: stricter, by: first.filter(decides).map_or(By::Default, By::Rule) }
}

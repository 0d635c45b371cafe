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
        // By where it leads, then from where: so what gets stricter comes before what gets milder.
        (Reverse(to), from, Reverse(group.findings.len()), group.cause)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::exceptions::sample::{Row, evidence, limit, policy, record};
    use crate::decide::sample;
    use crate::model::exception::Exceptions;
    use crate::model::policy::sample::rule;
    use crate::model::policy::{Action, Condition, Policy};
    use crate::model::severity::Severity;

    /// The report of three findings: critical, medium and low.
    fn report(policy: Policy, exceptions: Exceptions) -> Report {
        let row = |severity| Row { severity, ..Row::code("sqli", "src/a.py") };
        sample::report(evidence(&[Severity::Critical, Severity::Medium, Severity::Low].map(row)), policy, exceptions, None)
    }

    fn rules(list: &[(&str, Severity, Action)]) -> Policy {
        let rules = list.iter().map(|(id, severity, action)| rule(id, Condition::Severity(vec![*severity]), *action)).collect();
        Policy { rules, default_over: list.len(), ..policy() }
    }

    /// From, to, the side and what makes the difference, and how many findings.
    fn told(before: &Report, after: &Report) -> Vec<(Action, Action, Side, By, usize)> {
        let groups = changes(before, after).into_iter();
        groups.map(|group| (group.change.from, group.change.to, group.cause.side, group.cause.by, group.findings.len())).collect()
    }

    #[test]
    fn a_change_is_told_with_what_the_stricter_side_goes_by() {
        use Action::{Block, Pass, Ticket};
        let none = Exceptions::default;
        let mild = report(rules(&[("a", Severity::Critical, Action::Ticket)]), none());
        let strict = report(rules(&[("b", Severity::Low, Action::Ticket), ("a", Severity::Critical, Action::Block)]), none());
        assert_eq!(told(&mild, &mild), []);
        let stricter = [(Ticket, Block, Side::After, By::Rule(1), 1), (Pass, Ticket, Side::After, By::Rule(0), 1)];
        assert_eq!(told(&mild, &strict), stricter);
        let milder = [(Block, Ticket, Side::Before, By::Rule(1), 1), (Ticket, Pass, Side::Before, By::Rule(0), 1)];
        assert_eq!(told(&strict, &mild), milder);
        let by_default = report(Policy { default_action: Action::Ticket, ..rules(&[]) }, none());
        let nothing = report(rules(&[]), none());
        assert_eq!(told(&nothing, &by_default), [(Pass, Ticket, Side::After, By::Default, 3)]);
        // What gets stricter comes first.
        let mixed = report(rules(&[("c", Severity::Medium, Action::Block)]), none());
        let both = [
            (Pass, Block, Side::After, By::Rule(0), 1),
            (Ticket, Pass, Side::Before, By::Rule(0), 1),
            (Block, Pass, Side::Before, By::Rule(1), 1),
        ];
        assert_eq!(told(&strict, &mixed), both);
    }

    #[test]
    fn where_both_would_do_the_same_it_is_the_exception_that_lowers() {
        let block = || rules(&[("a", Severity::Critical, Action::Block)]);
        let exceptions = || Exceptions { files: Vec::new(), records: record("EXC-1").into_iter().collect() };
        let strictly = |policy: Policy| {
            let limits = vec![vec![crate::model::policy::Limit { floor: Action::Block, ..limit() }]];
            Policy { exceptions: crate::model::policy::ExceptionRules { limits, ..policy.exceptions }, ..policy }
        };
        let (lowered, kept) = (report(block(), exceptions()), report(strictly(block()), exceptions()));
        assert_eq!(told(&lowered, &kept), [(Action::Ticket, Action::Block, Side::Before, By::Exception(0), 1)]);
        assert_eq!(told(&kept, &lowered), [(Action::Block, Action::Ticket, Side::After, By::Exception(0), 1)]);
        // Where the other policy would do less anyway, that is why.
        let mild = report(rules(&[]), exceptions());
        assert_eq!(told(&lowered, &mild), [(Action::Ticket, Action::Pass, Side::Before, By::Rule(0), 1)]);
    }
}

//! `rules` and `budgets`: what is done, and what nobody can make of it.

use super::*;
use crate::model::policy::{Budget, Counted};

fn rule_of(keys: &str) -> Result<crate::model::policy::Rule, Vec<String>> {
    let rules = format!("rules: [{{id: r, when: {{in_change: true}}, action: block{keys}}}]");
    let policy = with(&[("p.yaml", &format!("{HEAD}{LIMITS}{rules}\n"))])?;
    policy.rules.into_iter().next().ok_or_else(Vec::new)
}

#[test]
fn what_is_unknown_fires_unless_the_rule_says_otherwise() {
    let fires = |keys: &str| rule_of(keys).map(|rule| rule.fires_on_unknown);
    assert_eq!(fires(""), Ok(true));
    assert_eq!(fires(", on_unknown: match"), Ok(true));
    assert_eq!(fires(", on_unknown: skip"), Ok(false));
    assert_eq!(fires(", on_unknown: pass"), Err(vec!["p.yaml:7:69: `on_unknown` cannot be `pass`; use `match` or `skip`".to_owned()]));
}

#[test]
fn a_rule_says_which_exceptions_may_waive_it() {
    let waivable = |keys: &str| rule_of(keys).map(|rule| rule.waivable);
    let only = |types: &[ExceptionType], vex| Ok(Waivable::Only { types: types.to_vec(), vex });
    assert_eq!(waivable(""), Ok(Waivable::Any));
    assert_eq!(waivable(", waivable: true"), Ok(Waivable::Any));
    assert_eq!(waivable(", waivable: false"), Ok(Waivable::Never));
    assert_eq!(waivable(", waivable: [vex]"), only(&[], true));
    assert_eq!(waivable(", waivable: [emergency, rotated]"), only(&[ExceptionType::Rotated, ExceptionType::Emergency], false));
    let wanted = "write `true`, `false`, or a list of exception types and `vex`, `[false_positive, vex]`";
    assert_eq!(waivable(", waivable: vex"), Err(vec![format!("p.yaml:7:67: `waivable` cannot be `vex`; {wanted}")]));
}

#[test]
fn what_a_rule_does_not_say_it_does_not_have() -> Tested {
    let rule = rule_of("").map_err(|told| told.join("\n"))?;
    assert_eq!((rule.description, rule.controls.len(), rule.effective_on), (None, 0, None));
    let rule = rule_of(", description: no more").map_err(|told| told.join("\n"))?;
    assert_eq!(rule.description.as_deref(), Some("no more"));
    Ok(())
}

#[test]
fn a_budget_is_for_findings_or_for_exceptions() -> Tested {
    let budgets = |rows: &str| {
        let rules = "rules: [{id: r, when: {in_change: true}, action: block}]";
        with(&[("p.yaml", &format!("{HEAD}{LIMITS}{rules}\nbudgets: {rows}\n"))]).map(|policy| policy.budgets)
    };
    let told = "[{id: a, when: {direct: true}, max: 3, action: ticket}, {id: b, count: active_exceptions, max: 0, action: block}]";
    let read = budgets(told).map_err(|told| told.join("\n"))?;
    let one = |budget: &Budget| {
        let when = if let Counted::Findings(when) = &budget.counts { Some(when.clone()) } else { None };
        (budget.id.clone(), when, budget.max, budget.action)
    };
    assert_eq!(
        read.iter().map(one).collect::<Vec<_>>(),
        [("a".to_owned(), Some(Condition::Direct(true)), 3, Action::Ticket), ("b".to_owned(), None, 0, Action::Block)]
    );
    assert_eq!(budgets("[]").map(|budgets| budgets.len()), Ok(0), "an empty list says that there are none");
    let help = "say `when` for findings, or `count: active_exceptions`";
    for (rows, problem) in [
        (
            "[{id: a, when: {direct: true}, count: active_exceptions, max: 3, action: ticket}]",
            format!("8:11: a budget has both `when` and `count`; {help}"),
        ),
        ("[{id: a, max: 3, action: ticket}]", format!("8:11: a budget says neither `when` nor `count`; {help}")),
        (
            "[{id: a, when: {direct: 1}, max: 3, action: ticket}]",
            "8:34: `direct` cannot be 1; write `true` or `false`".to_owned(),
        ),
        (
            "[{id: a, count: active_exceptions, max: 3, action: ticket}, {id: A, count: active_exceptions, max: 3, action: ticket}]",
            "8:75: the id `A` is taken; rename one of them".to_owned(),
        ),
        (
            "[{id: a, when: {overdue: true}, max: 3, action: ticket}]",
            "8:11: the budget `a` asks for `overdue`, and there is no `due`; add `due`, or remove it".to_owned(),
        ),
        (
            "[{id: a, when: {any: [{epss: {at_least: \"0.5\"}}]}, max: 3, action: ticket}]",
            "8:11: the budget `a` asks for `epss`, and there is no such feed: it is known only where a report tells it; name it, `feeds: {epss: {path: …, max_age: 7d}}`".to_owned(),
        ),
    ] {
        assert_eq!(budgets(rows).map(|budgets| budgets.len()), Err(vec![format!("p.yaml:{problem}")]), "{rows}");
    }
    Ok(())
}

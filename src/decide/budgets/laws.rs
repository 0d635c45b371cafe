//! Laws of budgets, over random findings, decisions and budgets, against a count that looks at each finding by itself.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::decide::{sample, verdict};
use crate::model::decision::Outcome;
use crate::model::decisions::Decisions;
use crate::model::identity::Category;
use crate::model::policy::{Budget, Condition, sample as policies};
use crate::model::report::{Counts, Subject};

/// A finding, and what was decided about it.
#[derive(Clone, Copy, Debug)]
struct Row {
    category: Category,
    severity: Severity,
    without: Action,
    action: Action,
    judged: bool,
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (
        select(vec![Category::Sast, Category::Sca, Category::Secret]),
        select(&Severity::ALL[..]),
        select(&Action::ALL[..]),
        select(&Action::ALL[..]),
        any::<bool>(),
    );
    let row = row.prop_map(|(category, severity, without, action, judged)| Row {
        category,
        severity,
        without,
        action: action.min(without),
        judged,
    });
    proptest::collection::vec(row, 0..12)
}

/// A condition, and whether it holds or may hold for a row.
fn condition(kind: u8, severities: Vec<Severity>) -> Condition {
    match kind {
        0 => Condition::Severity(severities),
        1 => Condition::Category(vec![Category::Sca]),
        // Nobody knows of what is no component, and of a component nobody tells.
        2 => Condition::FixAvailable(true),
        _ => Condition::All(vec![Condition::Not(Box::new(Condition::Severity(severities))), Condition::Category(vec![Category::Sast])]),
    }
}

fn counts(budget: &(u8, Vec<Severity>, u32, Action), row: Row) -> bool {
    let among = budget.1.contains(&row.severity);
    let met = match budget.0 {
        0 => among,
        1 | 2 => row.category == Category::Sca,
        _ => !among && row.category == Category::Sast,
    };
    met && row.judged && !(row.action == Action::Pass && row.without > Action::Pass)
}

type Told = (u8, Vec<Severity>, u32, Action);

fn told() -> impl Strategy<Value = Vec<Told>> {
    let severities = proptest::sample::subsequence(Severity::ALL.to_vec(), 1..5);
    proptest::collection::vec((0_u8..4, severities, 0_u32..6, select(&Action::ALL[..])), 1..4)
}

fn policy(told: &[Told]) -> Policy {
    let budget = |(number, (kind, severities, max, action)): (usize, &Told)| Budget {
        id: format!("b{number}"),
        place: policies::place(9),
        counts: Counted::Findings(condition(*kind, severities.clone())),
        max: *max,
        action: *action,
    };
    Policy { budgets: told.iter().enumerate().map(budget).collect(), ..policies::policy(Vec::new()) }
}

/// What the budgets come to, and the outcome of a run in which only they count.
fn spent(told: &[Told], rows: &[Row]) -> (Vec<Spent>, Outcome) {
    let (mut evidence, policy, subject) = (Evidence::default(), policy(told), Subject::default());
    for (number, row) in (0_u8..).zip(rows) {
        if let Some(finding) = sample::finding(&mut evidence, row.category, Some(row.severity), number) {
            finding.state = if row.judged { State::Open } else { State::Pass };
        }
    }
    let decision =
        |row: &Row| Decision { action: row.action, without_exceptions: row.without, severity: row.severity, ..Decision::default() };
    let decisions: Decisions = rows.iter().map(decision).collect();
    let run = sample::run(&subject);
    let order: Vec<u32> = (0..).take(rows.len()).collect();
    let spent = budgets(&evidence, &policy, &Exceptions::default(), &run, &Matched::default(), &decisions, &order);
    let pairs: Vec<_> = policy.budgets.iter().zip(&spent).collect();
    let outcome = verdict(&Counts::default(), &pairs, &[], &[], &run, false).outcome;
    (spent, outcome)
}

fn numbers(spent: &[Spent]) -> Vec<u64> {
    spent.iter().map(|spent| spent.count).collect()
}

/// Pass < ticket < undecided < block.
fn rank(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Pass => 0,
        Outcome::Ticket => 1,
        Outcome::Undecided => 2,
        Outcome::Block => 3,
    }
}

proptest! {
    #[test]
    fn a_budget_counts_each_finding_that_meets_it(rows in rows(), told in told()) {
        let (spent, outcome) = spent(&told, &rows);
        let naive: Vec<u64> = told.iter().map(|budget| rows.iter().filter(|row| counts(budget, **row)).count() as u64).collect();
        prop_assert_eq!(numbers(&spent), naive.clone());
        let worst = told.iter().zip(naive).filter(|(budget, count)| *count > u64::from(budget.2)).map(|(budget, _)| budget.3).max();
        let expected = match worst {
            Some(Action::Block) => Outcome::Block,
            Some(Action::Ticket) => Outcome::Ticket,
            Some(Action::Pass) | None => Outcome::Pass,
        };
        prop_assert_eq!(outcome, expected);
    }

    #[test]
    fn a_finding_more_lowers_nothing(rows in rows(), more in rows(), told in told()) {
        let ((few, before), (many, after)) = (spent(&told, &rows), spent(&told, &[rows.clone(), more].concat()));
        prop_assert!(numbers(&few).iter().zip(numbers(&many)).all(|(few, many)| *few <= many) && rank(before) <= rank(after));
    }

    #[test]
    fn an_exception_only_lowers_the_count(rows in rows(), which in any::<prop::sample::Index>(), to in select(&Action::ALL[..]), told in told()) {
        prop_assume!(!rows.is_empty());
        let mut excepted = rows.clone();
        let at = which.index(rows.len());
        excepted[at].action = excepted[at].action.min(to);
        let ((before, blocks), (after, then)) = (spent(&told, &rows), spent(&told, &excepted));
        prop_assert!(numbers(&after).iter().zip(numbers(&before)).all(|(after, before)| *after <= before) && rank(then) <= rank(blocks));
    }

    #[test]
    fn the_order_of_findings_and_budgets_says_nothing(rows in rows(), told in told()) {
        let (mut turned, mut budgets) = (rows.clone(), told.clone());
        turned.reverse();
        budgets.reverse();
        let ((one, first), (other, second)) = (spent(&told, &rows), spent(&budgets, &turned));
        let mut other = numbers(&other);
        other.reverse();
        prop_assert_eq!((numbers(&one), first), (other, second));
    }

    #[test]
    fn one_more_budget_lowers_no_verdict(rows in rows(), told in told(), more in told()) {
        prop_assert!(rank(spent(&told, &rows).1) <= rank(spent(&[told.clone(), more].concat(), &rows).1));
    }
}

//! An explanation for programs: `relgate.explanation/v1`.

use std::io::{self, Write};

use serde::Serialize;

use super::Page;
use crate::model::explanation::{BudgetTried, ExceptionTried, Explanation, OverrideTried, RuleOutcome, RuleTried, Tried};
use crate::model::policy::{Condition, Place};
use crate::model::report::Report;
use crate::model::saved::SavedFinding;
use crate::report::json::layout;
use crate::report::policy::predicate;

/// The first key's value.
const SCHEMA: &str = "relgate.explanation/v1";

/// Writes all of it.
pub fn render(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        schema: SCHEMA,
        finding: page.finding,
        not_replayed: page.not_again,
        overrides: page.again.map(|(report, explanation)| list(&explanation.overrides, |tried| override_view(report, tried))),
        rules: page.again.map(|(report, explanation)| list(&explanation.rules, |tried| rule_view(report, tried))),
        default_action: page.again.map(|(_, explanation)| DefaultView::of(explanation)),
        budgets: page.again.map(|(report, explanation)| list(&explanation.budgets, |tried| budget_view(report, tried))),
        exceptions: page.again.map(|(report, explanation)| ExceptionsView::of(report, explanation)),
    };
    layout::document(&mut &mut *out, &document)
}

fn list<'a, T, V>(items: &'a [T], view: impl Fn(&'a T) -> V) -> Vec<V> {
    items.iter().map(view).collect()
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    finding: &'a SavedFinding,
    not_replayed: &'a [String],
    overrides: Option<Vec<OverrideView<'a>>>,
    rules: Option<Vec<RuleView<'a>>>,
    default_action: Option<DefaultView>,
    budgets: Option<Vec<BudgetView<'a>>>,
    exceptions: Option<ExceptionsView<'a>>,
}

#[derive(Serialize)]
struct OverrideView<'a> {
    file: Option<&'a str>,
    line: u64,
    severity: &'static str,
    applied: bool,
    when: ConditionView<'a>,
}

fn override_view<'a>(report: &'a Report, tried: &'a OverrideTried<'a>) -> OverrideView<'a> {
    let OverrideTried { entry, when, applied } = tried;
    OverrideView {
        file: file(report, entry.place),
        line: entry.place.line,
        severity: entry.severity.word(),
        applied: *applied,
        when: ConditionView::of(when),
    }
}

#[derive(Serialize)]
struct RuleView<'a> {
    id: &'a str,
    file: Option<&'a str>,
    line: u64,
    action: &'static str,
    outcome: &'static str,
    effective_on: Option<String>,
    when: ConditionView<'a>,
}

fn rule_view<'a>(report: &'a Report, tried: &'a RuleTried<'a>) -> RuleView<'a> {
    let RuleTried { rule, when, outcome } = tried;
    RuleView {
        id: &rule.id,
        file: file(report, rule.place),
        line: rule.place.line,
        action: rule.action.word(),
        outcome: outcome.word(),
        effective_on: if let RuleOutcome::Later(day) = outcome { Some(day.to_string()) } else { None },
        when: ConditionView::of(when),
    }
}

#[derive(Serialize)]
struct BudgetView<'a> {
    id: &'a str,
    file: Option<&'a str>,
    line: u64,
    counted: bool,
    when: ConditionView<'a>,
}

fn budget_view<'a>(report: &'a Report, tried: &'a BudgetTried<'a>) -> BudgetView<'a> {
    let BudgetTried { budget, when, counted, .. } = tried;
    BudgetView {
        id: &budget.id,
        file: file(report, budget.place),
        line: budget.place.line,
        counted: *counted,
        when: ConditionView::of(when),
    }
}

/// A predicate with the fact that it was held against, or `all`, `any` or `not` of several.
#[derive(Serialize)]
struct ConditionView<'a> {
    truth: &'static str,
    condition: String,
    fact: Option<&'a str>,
    parts: Vec<ConditionView<'a>>,
}

impl<'a> ConditionView<'a> {
    fn of(tried: &'a Tried<'a>) -> Self {
        let condition = if matches!(tried.condition, Condition::All(_)) {
            "all".to_owned()
        } else if matches!(tried.condition, Condition::Any(_)) {
            "any".to_owned()
        } else if matches!(tried.condition, Condition::Not(_)) {
            "not".to_owned()
        } else {
            predicate(tried.condition)
        };
        Self { truth: tried.truth.word(), condition, fact: tried.fact.as_deref(), parts: list(&tried.parts, Self::of) }
    }
}

#[derive(Serialize)]
struct DefaultView {
    action: &'static str,
    counted: bool,
}

impl DefaultView {
    const fn of(explanation: &Explanation<'_>) -> Self {
        Self { action: explanation.default.action.word(), counted: explanation.default.counted }
    }
}

#[derive(Serialize)]
struct ExceptionsView<'a> {
    all: usize,
    considered: Vec<ExceptionView<'a>>,
}

impl<'a> ExceptionsView<'a> {
    fn of(report: &'a Report, explanation: &'a Explanation<'a>) -> Self {
        let considered = explanation.considered.iter().filter_map(|tried| ExceptionView::of(report, tried)).collect();
        Self { all: explanation.exceptions, considered }
    }
}

#[derive(Serialize)]
struct ExceptionView<'a> {
    id: &'a str,
    file: Option<&'a str>,
    line: u64,
    outcome: &'static str,
    why: Option<&'a str>,
}

impl<'a> ExceptionView<'a> {
    fn of(report: &'a Report, tried: &'a ExceptionTried) -> Option<Self> {
        let (record, _) = report.exception(tried.exception)?;
        let file = report.exceptions.file(record).map(|file| file.path.as_str());
        Some(Self { id: &record.id, file, line: record.place.line, outcome: tried.outcome.word(), why: tried.outcome.why() })
    }
}

fn file(report: &Report, place: Place) -> Option<&str> {
    Some(report.policy.as_ref()?.file(place)?.path.as_str())
}

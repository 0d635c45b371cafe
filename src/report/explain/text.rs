//! An explanation for a terminal or a log.

use std::fmt::{self, Write as _};
use std::io::{self, Write};

use super::{Page, sections, tree};
use crate::base::order::Order as _;
use crate::model::explanation::{BudgetTried, Explanation, OverrideTried, RuleOutcome, RuleTried};
use crate::model::policy::Place;
use crate::model::report::Report;
use crate::model::saved::{SavedFinding, SavedStatement};
use crate::report::pen::TERMINAL;
use crate::report::records;
use crate::report::words::{self, count};
use crate::report::{grid, lists};

/// How deep the conditions stand below their rule.
const INDENT: usize = 6;

/// Writes all of it.
pub fn render(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    write(page, &mut text).map_err(io::Error::other)?;
    out.write_all(text.as_bytes())
}

fn write(page: &Page<'_>, text: &mut String) -> fmt::Result {
    let finding = page.finding;
    let decision = &finding.decision;
    let (action, severity) = (decision.action.to_uppercase(), finding.severity.effective.to_uppercase());
    writeln!(text, "{action}  {severity}  {}  {}  {}", sections::name(finding), sections::place(finding), sections::code(&finding.id, 20))?;
    sections::what(finding).iter().try_for_each(|fact| writeln!(text, "  {fact}"))?;
    severities(finding, text)?;
    sightings(finding, text)?;
    match page.again {
        Some((report, explanation)) => {
            overrides(report, explanation, text)?;
            rules(report, explanation, text)?;
            exceptions(report, explanation, text)?;
            budgets(report, explanation, text)?;
        }
        None => as_saved(page, text)?,
    }
    statements(finding, text)?;
    writeln!(text, "\nDecision: {}", decided(page))?;
    match page.again {
        Some((report, _)) if lists::gaps(report).next().is_some() => {
            writeln!(text, "The evidence of the run is incomplete: `relgate check` tells what is missing")
        }
        Some(_) | None => Ok(()),
    }
}

/// Everything that was said about the severity, and what was made of it.
fn severities(finding: &SavedFinding, text: &mut String) -> fmt::Result {
    let severity = &finding.severity;
    writeln!(text, "\nSeverity: {}; {}", severity.effective, TERMINAL.prose(&severity.because, 400))?;
    let rows = grid::lines(severity.assessments.iter().map(sections::assessment));
    rows.iter().try_for_each(|row| writeln!(text, "  {row}"))?;
    sections::spread(&severity.assessments).map_or(Ok(()), |spread| writeln!(text, "  {spread}"))
}

fn sightings(finding: &SavedFinding, text: &mut String) -> fmt::Result {
    writeln!(text, "\nSeen {}:", count(finding.sightings.len() as u64, "time"))?;
    let rows = finding.sightings.iter().map(|seen| {
        let shown = |text: Option<&String>, max_chars| text.map_or_else(|| "-".to_owned(), |text| sections::code(text, max_chars));
        let told = seen
            .severity_as_told
            .as_ref()
            .map_or_else(|| "tells no severity".to_owned(), |told| format!("told {}", sections::code(told, 40)));
        let suppressed = seen.suppressed.as_ref().map_or_else(String::new, |by| format!("suppressed, {}", sections::code(by, 20)));
        [shown(seen.tool.as_ref(), 40), shown(seen.input.as_ref(), 120), sections::code(&seen.pointer, 120), told, suppressed]
    });
    grid::lines(rows).iter().try_for_each(|row| writeln!(text, "  {row}"))
}

/// The overrides of severities, those that hold first.
fn overrides(report: &Report, explanation: &Explanation<'_>, text: &mut String) -> fmt::Result {
    if explanation.overrides.is_empty() {
        return Ok(());
    }
    writeln!(text, "\nOverrides of severities:")?;
    for OverrideTried { entry, when, applied } in &explanation.overrides {
        let word = if *applied { "applied" } else { "not applied" };
        let raises = if entry.only_raises { ", only raises" } else { "" };
        let said = format!("{}; {}", entry.owner, entry.reason);
        writeln!(text, "  {word}: {}{raises}  {}  {}", entry.severity.word(), place(report, entry.place), TERMINAL.prose(&said, 200))?;
        lines(text, &tree::lines(when, INDENT))?;
    }
    Ok(())
}

/// Every rule, those that fire first.
fn rules(report: &Report, explanation: &Explanation<'_>, text: &mut String) -> fmt::Result {
    let mut rules: Vec<&RuleTried<'_>> = explanation.rules.iter().collect();
    let rank = |outcome| match outcome {
        RuleOutcome::Fires | RuleOutcome::FiresOnUnknown => 0,
        RuleOutcome::Later(_) => 1,
        RuleOutcome::SkipsUnknown => 2,
        RuleOutcome::DoesNotFire => 3,
    };
    rules.order_by(|a, b| (rank(a.outcome), b.rule.action).cmp(&(rank(b.outcome), a.rule.action)));
    let fired = rules.iter().filter(|tried| tried.outcome.fires()).count();
    writeln!(text, "\nRules: {fired} of {} fire. {}", rules.len(), TERMINAL.policy(report))?;
    for RuleTried { rule, when, outcome } in rules {
        let id = TERMINAL.code(&rule.id, 64);
        writeln!(text, "  {id}  {}  {}  {}", rule.action.word(), place(report, rule.place), came_of(*outcome))?;
        lines(text, &tree::lines(when, INDENT))?;
    }
    let default = explanation.default;
    let counted = if default.counted { "counts" } else { "not used" };
    writeln!(text, "  default_action  {}  {counted}", default.action.word())
}

fn came_of(outcome: RuleOutcome) -> String {
    match outcome {
        RuleOutcome::Fires => "FIRES".to_owned(),
        RuleOutcome::FiresOnUnknown => "FIRES, as what is unknown counts as if it held".to_owned(),
        RuleOutcome::SkipsUnknown => "does not fire: it skips what is unknown".to_owned(),
        RuleOutcome::DoesNotFire => "does not fire".to_owned(),
        RuleOutcome::Later(day) => format!("fires from {day} on"),
    }
}

/// The exceptions that have anything to do with the finding.
fn exceptions(report: &Report, explanation: &Explanation<'_>, text: &mut String) -> fmt::Result {
    writeln!(text, "\nExceptions: {} considered", explanation.exceptions)?;
    let mut is_any = false;
    for tried in &explanation.considered {
        let Some((record, standing)) = report.exception(tried.exception) else { continue };
        let state = if standing.fate.is_live() {
            records::in_force(report, record, standing)
        } else {
            records::not_in_force(report, record, standing)
        };
        let word = tried.outcome.word().replace('_', " ");
        writeln!(text, "  {word}: {}", TERMINAL.prose(&state, 400))?;
        if let Some(why) = tried.outcome.why() {
            writeln!(text, "      does not apply: {}", TERMINAL.prose(why, 300))?;
        }
        is_any = true;
    }
    if is_any { Ok(()) } else { writeln!(text, "  none is about anything that the finding is") }
}

/// What is stated of it.
fn statements(finding: &SavedFinding, text: &mut String) -> fmt::Result {
    let all = &finding.decision.vex;
    if all.is_empty() {
        return Ok(());
    }
    writeln!(text, "\nVEX:")?;
    for SavedStatement { file, pointer, author, status, justification, timestamp, applied, why } in all {
        let word = if *applied { "applied" } else { "near miss" };
        let because = justification.as_ref().map_or_else(String::new, |why| format!(", {why}"));
        let said = format!("{status}{because}, by {author}, {timestamp}; {file} {pointer}");
        writeln!(text, "  {word}: {}", TERMINAL.prose(&said, 400))?;
        if let Some(why) = why {
            writeln!(text, "      does not apply: {}", TERMINAL.prose(why, 300))?;
        }
    }
    Ok(())
}

/// The budgets that could count it, with what they came to for all findings.
fn budgets(report: &Report, explanation: &Explanation<'_>, text: &mut String) -> fmt::Result {
    if explanation.budgets.is_empty() {
        return Ok(());
    }
    writeln!(text, "\nBudgets:")?;
    for BudgetTried { number, budget, when, counted } in &explanation.budgets {
        let word = if *counted { "counts it" } else { "does not count it" };
        let spent = report.budgets.get(*number).map(|spent| words::budget(budget, spent)).unwrap_or_default();
        writeln!(text, "  {word}: {}  {spent}  {}", TERMINAL.code(&budget.id, 64), place(report, budget.place))?;
        lines(text, &tree::lines(when, INDENT))?;
    }
    Ok(())
}

/// What a saved report holds of it, where it could not be judged again.
fn as_saved(page: &Page<'_>, text: &mut String) -> fmt::Result {
    writeln!(text, "\nAs saved: what each condition came to cannot be shown, because")?;
    page.not_again.iter().try_for_each(|why| writeln!(text, "  - {}", TERMINAL.prose(why, 400)))?;
    let decision = &page.finding.decision;
    writeln!(text, "\nRules: {} fired", decision.rules.len())?;
    let at = |file: Option<&String>, line: u64| format!("{}:{line}", file.map_or("policy", String::as_str));
    for rule in &decision.rules {
        writeln!(text, "  {}  {}", TERMINAL.code(&rule.id, 64), TERMINAL.code(&at(rule.file.as_ref(), rule.line), 200))?;
    }
    writeln!(text, "\nExceptions:")?;
    for record in &decision.exceptions {
        let who = record.accountable.as_deref().unwrap_or("nobody");
        let said = format!("{} {who}, until {}; {}", record.id, record.expires, at(record.file.as_ref(), record.line));
        writeln!(text, "  applied: {}", TERMINAL.prose(&said, 400))?;
    }
    for miss in &decision.near_misses {
        let said = format!("{}; {}", miss.id, at(miss.file.as_ref(), miss.line));
        writeln!(text, "  near miss: {}\n      does not apply: {}", TERMINAL.prose(&said, 400), TERMINAL.prose(&miss.why, 300))?;
    }
    if decision.exceptions.is_empty() && decision.near_misses.is_empty() { writeln!(text, "  none holds or nearly does") } else { Ok(()) }
}

/// `block, by rule new-code`, `ticket, not block, by exception EXC-7`.
fn decided(page: &Page<'_>) -> String {
    let decision = &page.finding.decision;
    let rule = decision.rules.first().map_or("", |rule| rule.id.as_str());
    let said = match decision.cause.as_str() {
        "exception" => {
            let record = decision.exceptions.first().map_or("", |record| record.id.as_str());
            format!("{}, not {}, by exception {record}", decision.action, decision.without_exceptions)
        }
        "vex" => format!("{}, not {}, by VEX", decision.action, decision.without_exceptions),
        "rule" => format!("{}, by rule {rule}", decision.action),
        "not_judged" => format!("{}, as the tool says that there is nothing to fix", decision.action),
        _ => format!("{}, the default action", decision.action),
    };
    TERMINAL.prose(&said, 300)
}

/// `standard.yaml:12`.
fn place(report: &Report, place: Place) -> String {
    let file = report.policy.as_ref().and_then(|policy| policy.file(place)).map_or("policy", |file| file.name.as_str());
    format!("{}:{}", TERMINAL.code(file, 64), place.line)
}

fn lines(text: &mut String, lines: &[String]) -> fmt::Result {
    lines.iter().try_for_each(|line| writeln!(text, "{line}"))
}

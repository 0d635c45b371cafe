//! `JUnit` XML: a test case for each finding, for the test views of CI systems. What blocks is a failure, what wants a ticket is skipped,
//! what evidence lacks is an error.

use std::io::{self, BufWriter, Write};

use crate::model::decision::{Decision, Outcome};
use crate::model::finding::{Finding, State};
use crate::model::identity::Category;
use crate::model::policy::Action;
use crate::model::report::Report;
use crate::report::pen::MARKUP;
use crate::report::{grants, lists, records, way, words};

/// Characters of a message in an attribute, and in a text.
const MESSAGE: (usize, usize) = (300, 1000);

/// A test case that is written already.
struct Case {
    action: Kind,
    text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Passed,
    Skipped,
    Failed,
    Error,
}

/// Writes a suite for the run itself, then one for each category.
pub(super) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    let gate = gate(report);
    let (tests, failures, _, errors) = count(&gate);
    let (tests, failures) = (tests as u64 + report.counts.findings, failures as u64 + report.counts.block);
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(out, r#"<testsuites name="relgate" tests="{tests}" failures="{failures}" errors="{errors}">"#)?;
    suite(&mut out, "relgate.run", &gate)?;
    let mut of: Vec<Vec<Case>> = Category::ALL.iter().map(|_| Vec::new()).collect();
    for (finding, decision) in report.findings() {
        let place = Category::ALL.iter().position(|category| *category == finding.category).unwrap_or_default();
        of.get_mut(place).into_iter().for_each(|cases| cases.push(case(report, finding, decision)));
    }
    for (category, cases) in Category::ALL.iter().zip(&of).filter(|(_, cases)| !cases.is_empty()) {
        suite(&mut out, &format!("relgate.{}", category.word()), cases)?;
    }
    writeln!(out, "</testsuites>")?;
    out.flush()
}

/// How many there are, and how many of them fail, are skipped, and are errors.
fn count(cases: &[Case]) -> (usize, usize, usize, usize) {
    let of = |kind: Kind| cases.iter().filter(|case| case.action == kind).count();
    (cases.len(), of(Kind::Failed), of(Kind::Skipped), of(Kind::Error))
}

fn suite(out: &mut impl Write, name: &str, cases: &[Case]) -> io::Result<()> {
    let (tests, failures, skipped, errors) = count(cases);
    writeln!(out, r#"  <testsuite name="{name}" tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}" time="0">"#)?;
    cases.iter().try_for_each(|case| out.write_all(case.text.as_bytes()))?;
    writeln!(out, "  </testsuite>")
}

/// The verdict, and what it rests on beside findings.
fn gate(report: &Report) -> Vec<Case> {
    let kind = match report.verdict.outcome {
        Outcome::Pass | Outcome::Ticket => Kind::Passed,
        Outcome::Block => Kind::Failed,
        Outcome::Undecided => Kind::Error,
    };
    let reason = MARKUP.prose(&report.verdict.reason, MESSAGE.0);
    let verdict = written(kind, "relgate.verdict", report.verdict.outcome.word(), "verdict", &reason, &way::through(report, MARKUP));
    let problem = |kind| {
        move |(code, problem): (&str, &crate::model::problem::Problem)| {
            let told = MARKUP.prose(&problem.to_string(), MESSAGE.1);
            written(kind, "relgate.evidence", &format!("{code}: {told}"), code, &told, "")
        }
    };
    let budgets = report.budgets().map(|(budget, spent)| {
        let kind = match (spent.exceeded, budget.action) {
            (true, Action::Block) => Kind::Failed,
            (true, Action::Ticket) => Kind::Skipped,
            (_, Action::Pass) | (false, _) => Kind::Passed,
        };
        let name = MARKUP.code(&budget.id, 80);
        written(kind, "relgate.budget", &name, "budget", &words::budget(budget, spent), &words::counted(report, spent))
    });
    let blocking = lists::blocking(report).map(problem(Kind::Failed));
    [verdict].into_iter().chain(blocking).chain(lists::gaps(report).map(problem(Kind::Error))).chain(budgets).collect()
}

fn case(report: &Report, finding: &Finding, decision: &Decision) -> Case {
    let evidence = &report.evidence;
    let kind = match decision.action {
        Action::Block => Kind::Failed,
        Action::Ticket => Kind::Skipped,
        Action::Pass => Kind::Passed,
    };
    let tool = evidence.rule(finding).map_or_else(String::new, |rule| MARKUP.name_of(evidence, rule.tool, 40));
    let check = MARKUP.check(evidence, finding, 120).unwrap_or_else(|| "check without a name".to_owned());
    let name = format!("{} at {} ({})", MARKUP.name(evidence, finding, 80), MARKUP.place(evidence, finding, 120), finding.id);
    let severity = words::severity(decision);
    let decided = match finding.state {
        State::Pass => "nothing to fix, as its tool says".to_owned(),
        State::Open => MARKUP.decided_by(report, decision),
    };
    let lowered = records::lowered_by(report, decision).map_or_else(String::new, |by| format!("; {}", MARKUP.prose(&by, MESSAGE.0)));
    let message = format!("{} {severity}: {decided}{lowered}", decision.action.word());
    let told = [
        MARKUP.message(evidence, finding, MESSAGE.1),
        Some(format!("seen by {}{}", MARKUP.tools(evidence, finding), MARKUP.also(evidence, finding))),
        MARKUP.owners(report, decision),
        MARKUP.fix(evidence, finding).map(|fix| format!("fix: {fix}")),
        grants::grants(report, finding, decision).map(|grant| format!("exception: {}", MARKUP.prose(&grant, MESSAGE.0))),
    ];
    let told: Vec<String> = told.into_iter().flatten().collect();
    written(kind, &format!("{tool}.{check}"), &name, &severity, &message, &told.join("\n"))
}

/// A case, of texts that are encoded.
fn written(action: Kind, class: &str, name: &str, what: &str, message: &str, told: &str) -> Case {
    let head = format!(r#"    <testcase classname="{class}" name="{name}" time="0""#);
    let text = match action {
        Kind::Passed => format!("{head}/>\n"),
        Kind::Skipped => format!("{head}><skipped message=\"{message}\"/></testcase>\n"),
        Kind::Failed => format!("{head}><failure type=\"{what}\" message=\"{message}\">{told}</failure></testcase>\n"),
        Kind::Error => format!("{head}><error type=\"{what}\" message=\"{message}\">{told}</error></testcase>\n"),
    };
    Case { action, text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn rendered(report: &Report) -> String {
        let mut out = Vec::new();
        render(report, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_finding_is_a_case_and_the_numbers_are_right() {
        let text = rendered(&sample::block());
        assert!(text.contains(r#"<testsuites name="relgate" tests="6" failures="3" errors="0">"#), "{text}");
        assert!(text.contains(r#"<testsuite name="relgate.sast" tests="5" failures="2" errors="0" skipped="1" time="0">"#), "{text}");
        assert_eq!(text.matches("<testcase ").count(), 6);
        insta::assert_snapshot!(text);
    }

    #[test]
    fn what_is_missing_is_an_error() {
        let text = rendered(&sample::undecided());
        assert!(text.contains(r#"<testsuites name="relgate" tests="3" failures="0" errors="3">"#), "{text}");
    }

    #[test]
    fn hostile_words_end_no_attribute() {
        let text = rendered(&sample::hostile(2));
        assert_eq!(text.matches("<testcase ").count(), 11);
        let lines = ["<?xml", "<testsuite", "</testsuite", "<testcase", "seen by", "exception: "];
        for line in text.lines() {
            assert!(lines.iter().any(|start| line.trim_start().starts_with(start)), "{line}");
            assert!(!line.contains(|c: char| c.is_control()), "{line}");
        }
    }
}

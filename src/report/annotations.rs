//! Workflow commands of GitHub that show findings at their lines in a change. It shows ten errors and ten warnings of a step, so that
//! no more are written: what blocks comes first, and the full report has the rest.

use std::io::{self, Write};

use crate::base::escape;
use crate::base::text::Untrusted;
use crate::model::decision::Decision;
use crate::model::finding::Finding;
use crate::model::policy::Action;
use crate::model::report::Report;
use crate::report::pen::{COMMAND, TERMINAL};
use crate::report::{lists, words};

/// GitHub shows no more of each kind.
const SHOWN: usize = 10;

/// Characters of a message.
const MESSAGE: usize = 300;

/// Writes the commands, a line each.
pub(super) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let problems = lists::blocking(report).chain(lists::gaps(report));
    let problems = problems.map(|(code, problem)| line("error", "", &format!("relgate: {code}"), &of_problem(&problem.to_string())));
    let exceeded = |action| {
        lists::exceeded(report, action).map(move |(budget, spent)| {
            let level = if action == Action::Block { "error" } else { "warning" };
            line(level, "", &format!("relgate: budget {}", budget.id), &of_problem(&words::budget(budget, spent)))
        })
    };
    let of = |level, action| lists::with(report, action).map(move |(finding, decision)| of_finding(report, level, finding, decision));
    let errors = problems.chain(exceeded(Action::Block)).chain(of("error", Action::Block));
    let warnings = exceeded(Action::Ticket).chain(of("warning", Action::Ticket));
    errors.take(SHOWN).chain(warnings.take(SHOWN)).try_for_each(|line| out.write_all(line.as_bytes()))
}

fn of_problem(text: &str) -> String {
    COMMAND.prose(text, MESSAGE)
}

fn of_finding(report: &Report, level: &str, finding: &Finding, decision: &Decision) -> String {
    let evidence = &report.evidence;
    let place = evidence.location(finding).unwrap_or_default();
    let file = place.path.map(|path| format!("file={}", escape::command_property(evidence.text(path), 1000)));
    let start = place.start_line.filter(|_| file.is_some()).map(|line| format!(",line={line}"));
    let at = file.into_iter().chain(start).collect::<String>();
    let title = format!("{}: {} {}", decision.action.word(), words::severity(decision), TERMINAL.name(evidence, finding, 80));
    let fix = COMMAND.fix(evidence, finding).map_or_else(String::new, |fix| format!("; {fix}"));
    let said = COMMAND.message(evidence, finding, MESSAGE).map_or_else(String::new, |said| format!(": {said}"));
    let told = format!(
        "{} by {}{said}{fix}; {} ({})",
        COMMAND.place(evidence, finding, 120),
        COMMAND.tools(evidence, finding),
        COMMAND.decided_by(report, decision),
        finding.id
    );
    line(level, &at, &title, &told)
}

/// A command; the message is encoded already.
fn line(level: &str, at: &str, title: &str, message: &str) -> String {
    let comma = if at.is_empty() { "" } else { "," };
    format!("::{level} {at}{comma}title={}::{message}\n", escape::command_property(Untrusted::new(title), 120))
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
    fn what_blocks_is_an_error_at_its_line_and_a_ticket_a_warning() {
        let text = rendered(&sample::block());
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3, "{text}");
        assert!(lines[0].starts_with("::error file=src/db/user.py,line=1,title=block%3A CRITICAL CVE-2021-44228::src/db/user.py:1 by semgrep, trivy x2: User input"), "{text}");
        assert!(lines[0].ends_with("; rule new-code standard.yaml:11 (F-000000000000)"), "{text}");
        assert!(lines[2].starts_with("::warning file=src/db/user.py,line=3,title=ticket%3A HIGH SQL injection::"), "{text}");
        let undecided = rendered(&sample::undecided());
        assert!(undecided.starts_with("::error title=relgate%3A relgate/missing-scan::no report of category sca; give"), "{undecided}");
        assert_eq!(undecided.lines().count(), 2);
    }

    #[test]
    fn hostile_words_make_no_command_and_no_property_and_there_are_ten_of_each() {
        let text = rendered(&sample::hostile(40));
        assert_eq!(text.lines().filter(|line| line.starts_with("::error ")).count(), 10);
        assert_eq!(text.lines().filter(|line| line.starts_with("::warning ")).count(), 10);
        assert_eq!(text.lines().count(), 20, "{text}");
        for line in text.lines() {
            let properties = line.split("::").nth(1).unwrap();
            assert_eq!(properties.matches('=').count(), 3 + properties.matches("name=a").count(), "{line}");
            assert!(!line.contains("##") && !line.contains("::set-env"), "{line}");
        }
    }
}

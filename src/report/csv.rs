//! CSV as RFC 4180 has it, a line for each finding, for who sorts and filters in a spreadsheet.
//!
//! A cell shows what a terminal would show, so that no finding makes a line of its own, and none is calculated: what begins like a
//! formula has a `'` in front (OWASP, "CSV Injection").

use std::io::{self, BufWriter, Write};

use crate::base::escape;
use crate::base::text::{Text, Untrusted};
use crate::model::decision::Decision;
use crate::model::due::Clock;
use crate::model::finding::{Detail, Finding, State};
use crate::model::report::Report;
use crate::report::pen::TERMINAL;
use crate::report::records;

/// Longer texts are cut.
const CELL: usize = 4000;

const HEAD: [&str; 28] = [
    "id",
    "action",
    "without_exceptions",
    "severity",
    "severity_because",
    "category",
    "state",
    "tools",
    "rule_id",
    "ids",
    "cwes",
    "title",
    "message",
    "package",
    "versions",
    "fixed_versions",
    "path",
    "start_line",
    "target",
    "in_change",
    "kev",
    "owner",
    "first_seen",
    "due",
    "overdue",
    "rules",
    "lowered_by",
    "sightings",
];

/// Writes a head and a line for each finding.
pub(super) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    write!(out, "{}\r\n", HEAD.join(","))?;
    for (finding, decision) in report.findings() {
        write!(out, "{}\r\n", cells(report, finding, decision).join(","))?;
    }
    out.flush()
}

fn cells(report: &Report, finding: &Finding, decision: &Decision) -> [String; HEAD.len()] {
    let evidence = &report.evidence;
    let detail = evidence.detail(finding).copied().unwrap_or_default();
    let rule = evidence.rule(finding);
    let place = evidence.location(finding).unwrap_or_default();
    let text = |text: Option<Text>| text.map_or_else(String::new, |text| escape::csv(evidence.text(text), CELL));
    let texts = |texts: &[Text]| {
        let all: Vec<String> = texts.iter().map(|&text| escape::terminal(evidence.text(text), CELL)).collect();
        cell(&all.join(" "))
    };
    let date = |date: Option<jiff::civil::Date>| date.map_or_else(String::new, |date| date.to_string());
    let known = |known: Option<bool>| known.map_or_else(String::new, |known| known.to_string());
    let rules: Vec<&str> = report.rules(decision).map(|rule| rule.id.as_str()).collect();
    let owners: Vec<&str> = report.owners(decision).into_iter().flatten().map(|(owner, _)| owner.name.as_str()).collect();
    let Detail { package, versions, fixed_versions, target, kev, .. } = detail;
    [
        finding.id.to_string(),
        decision.action.word().to_owned(),
        decision.without_exceptions.word().to_owned(),
        decision.severity.word().to_owned(),
        cell(&report.severity_because(finding, decision)),
        finding.category.word().to_owned(),
        if finding.state == State::Pass { "pass" } else { evidence.newness(finding).word() }.to_owned(),
        cell(&TERMINAL.tools(evidence, finding)),
        text(rule.and_then(|rule| rule.rule_id)),
        texts(evidence.words.get(finding.ids)),
        evidence.cwes.get(finding.cwes).iter().map(|cwe| format!("CWE-{cwe}")).collect::<Vec<_>>().join(" "),
        text(detail.title.or(rule.and_then(|rule| rule.title))),
        text(finding.message),
        text(package.map(|package| package.purl.unwrap_or(package.name))),
        texts(evidence.words.get(versions)),
        texts(evidence.words.get(fixed_versions)),
        text(place.path),
        place.start_line.map_or_else(String::new, |line| line.to_string()),
        text(target),
        known(evidence.in_change(finding).known()),
        known(kev),
        cell(&owners.join(" ")),
        date(evidence.date(finding, Clock::FirstSeen)),
        date(decision.deadline.due),
        known(decision.deadline.overdue),
        cell(&rules.join(" ")),
        cell(&records::lowered_by(report, decision).unwrap_or_default()),
        finding.sightings.len().to_string(),
    ]
}

fn cell(text: &str) -> String {
    escape::csv(Untrusted::new(text), CELL)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn each_finding_is_a_line_of_as_many_cells() -> io::Result<()> {
        for (report, findings) in [(sample::block(), 5), (sample::hostile(3), 15), (sample::undecided(), 0)] {
            let mut out = Vec::new();
            render(&report, &mut out)?;
            let text = String::from_utf8(out).map_err(io::Error::other)?;
            let lines: Vec<&str> = text.split_terminator("\r\n").collect();
            assert_eq!(lines.len(), findings + 1);
            for line in lines {
                let outside: String = line.split('"').step_by(2).collect();
                assert_eq!(outside.matches(',').count() + 1, HEAD.len(), "{line}");
                assert!(!line.contains(['\n', '\r']) && !line.starts_with(['=', '+', '-', '@', ':']), "{line}");
            }
        }
        Ok(())
    }
}

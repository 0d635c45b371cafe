//! SARIF 2.1.0: the findings as the gate judged them, for what shows alerts.
//!
//! One run of its own category. Results stand in the order of reports and are cut at 5,000, as GitHub would cut them, with a
//! notification that says so. What its tool says needs no fix is left out, since whoever reads alerts knows no other kind. A finding
//! that an exception or VEX lets pass is suppressed; one that still wants a ticket is not. Gaps in the evidence are results too: an
//! upload without them would close every open alert.

use std::collections::HashMap;
use std::io::{self, BufWriter, Write};

use serde::Serialize;

mod result;

use self::result::{of_findings, of_problems};
use super::json::layout;
use super::json::value::{List, text};
use crate::base::text::Text;
use crate::model::decision::Decision;
use crate::model::finding::{Evidence, Finding, Rule, State};
use crate::model::problem::Weight;
use crate::model::report::{Fact, Report};
use crate::model::severity::Severity;
use crate::report::pen::TERMINAL;
use crate::report::{lists, words};

/// GitHub shows no more of one run.
const RESULTS: usize = 5_000;

/// Characters of a title, and of a notification.
const TITLE: usize = 200;
const TOLD: usize = 1_000;

/// Writes the log.
pub(super) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    let shown: Vec<(&Finding, &Decision)> = report.findings().filter(|(finding, _)| finding.state == State::Open).take(RESULTS).collect();
    let rules = Rules::of(report, &shown);
    let document = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "relgate",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    information_uri: env!("CARGO_PKG_REPOSITORY"),
                    rules: &rules.all,
                },
            },
            automation_details: AutomationDetails { id: "relgate/" },
            invocations: [Invocation {
                execution_successful: lists::gaps(report).next().is_none(),
                exit_code: report.verdict.exit_code,
                end_time_utc: crate::base::date::format_instant(report.now),
                tool_execution_notifications: notifications(report),
            }],
            version_control_provenance: provenance(report),
            column_kind: "unicodeCodePoints",
            results: List(|| of_problems(report, &rules).chain(of_findings(report, &rules, &shown))),
        }],
    };
    layout::document(&mut out, &document)?;
    out.flush()
}

#[derive(Serialize)]
struct Log<R> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [R; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a, R> {
    tool: Tool<'a>,
    automation_details: AutomationDetails,
    invocations: [Invocation; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    version_control_provenance: Vec<Provenance<'a>>,
    column_kind: &'static str,
    results: R,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    semantic_version: &'static str,
    information_uri: &'static str,
    rules: &'a [RuleView],
}

#[derive(Serialize)]
struct AutomationDetails {
    id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    exit_code: u8,
    end_time_utc: String,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Message,
    descriptor: Descriptor,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
struct Descriptor {
    id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Provenance<'a> {
    repository_uri: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    branch: Option<&'a str>,
}

/// What was wrong with the run, and whether results are missing here.
fn notifications(report: &Report) -> Vec<Notification> {
    let told = |level, id, text: String| Notification { level, message: Message { text }, descriptor: Descriptor { id } };
    let of =
        |level, weight| lists::of(report, weight).map(move |problem| told(level, problem.code, TERMINAL.prose(&problem.to_string(), TOLD)));
    let open = report.counts.findings.saturating_sub(report.counts.passed);
    let missing = open.saturating_sub(RESULTS as u64);
    let cut = (missing > 0).then(|| told("warning", "results-cut", words::more(missing, "finding")));
    cut.into_iter().chain(of("error", Weight::Undecided)).chain(of("warning", Weight::Warning)).collect()
}

/// The repository, where its address is one.
fn provenance(report: &Report) -> Vec<Provenance<'_>> {
    let subject = &report.subject;
    let is_address = |address: &&Fact| {
        ["https://", "http://", "ssh://"].iter().any(|scheme| address.value.starts_with(scheme))
            && address.value.bytes().all(|b| b.is_ascii_graphic() && !b"<>\"{}|\\^`".contains(&b))
    };
    let repository = subject.repository.as_ref().filter(is_address);
    repository
        .map(|repository| Provenance {
            repository_uri: &repository.value,
            revision_id: subject.commit.as_ref().map(|fact| fact.value.as_str()),
            branch: subject.branch.as_ref().map(|fact| fact.value.as_str()),
        })
        .into_iter()
        .collect()
}

/// The checks that results name, each once, in the order of the results.
struct Rules {
    all: Vec<RuleView>,
    places: HashMap<(Text, Option<Text>), usize>,
    of_gate: HashMap<&'static str, usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleView {
    id: String,
    short_description: Message,
    full_description: Message,
    help: Message,
    properties: RuleProperties,
}

#[derive(Serialize)]
struct RuleProperties {
    #[serde(rename = "security-severity")]
    security_severity: &'static str,
    tags: Vec<String>,
}

impl Rules {
    fn of(report: &Report, shown: &[(&Finding, &Decision)]) -> Self {
        let evidence = &report.evidence;
        let mut rules = Self { all: Vec::new(), places: HashMap::new(), of_gate: HashMap::new() };
        for (code, _) in lists::blocking(report).chain(lists::gaps(report)) {
            let all = &mut rules.all;
            rules.of_gate.entry(code).or_insert_with(|| {
                let properties = RuleProperties { security_severity: score(Severity::Critical), tags: vec!["relgate".to_owned()] };
                let help = "what is missing in the evidence, or must be reviewed, and what to do, stands in the result".to_owned();
                all.push(RuleView::of(gate_rule(code), code.to_owned(), help, properties));
                all.len() - 1
            });
        }
        let mut gravest: Vec<Severity> = vec![Severity::Critical; rules.all.len()];
        for (finding, decision) in shown {
            let Some(rule) = evidence.rule(finding) else { continue };
            let all = &mut rules.all;
            let place = *rules.places.entry(check(evidence, finding, rule)).or_insert_with(|| {
                let tool = text(evidence, Some(rule.tool)).unwrap_or_default();
                let own = text(evidence, check(evidence, finding, rule).1).filter(|own| !own.trim().is_empty());
                let own = own.unwrap_or("check without a name");
                let title = rule.title.map(|title| TERMINAL.name_of(evidence, title, TITLE)).filter(|title| !title.trim().is_empty());
                let title = title.unwrap_or_else(|| TERMINAL.prose(own, TITLE));
                let cwes = evidence.cwes.get(finding.cwes).iter().map(|cwe| format!("external/cwe/cwe-{cwe}"));
                let tags = ["security".to_owned(), finding.category.word().to_owned()].into_iter().chain(cwes).collect();
                let properties = RuleProperties { security_severity: "0.0", tags };
                let help = format!("{title}. A check of {}; what to do stands in each result.", TERMINAL.name_of(evidence, rule.tool, 40));
                all.push(RuleView::of(format!("{tool}/{own}"), title, help, properties));
                gravest.push(decision.severity);
                all.len() - 1
            });
            gravest.get_mut(place).into_iter().for_each(|severity| *severity = (*severity).max(decision.severity));
        }
        for (rule, severity) in rules.all.iter_mut().zip(gravest) {
            rule.properties.security_severity = score(severity);
        }
        rules
    }
}

impl RuleView {
    fn of(id: String, title: String, help: String, properties: RuleProperties) -> Self {
        let [short_description, full_description] = [title.clone(), title].map(|text| Message { text });
        Self { id, short_description, full_description, help: Message { text: help }, properties }
    }
}

/// What a rule is of: a check of a tool; of a vulnerability, which no check found, its first id.
fn check(evidence: &Evidence, finding: &Finding, rule: &Rule) -> (Text, Option<Text>) {
    (rule.tool, rule.rule_id.or_else(|| evidence.words.get(finding.ids).first().copied()))
}

/// The rule of a gap in the evidence.
fn gate_rule(code: &str) -> String {
    if code.starts_with("relgate/") { code.to_owned() } else { format!("relgate/{code}") }
}

/// A number in the band, which is how GitHub is told a severity.
const fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
        Severity::Info => "0.0",
    }
}

#[cfg(test)]
mod tests;

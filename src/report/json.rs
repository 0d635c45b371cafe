//! The JSON report, `relgate.report/v1`: everything that is known about the run, for programs, and for `explain`.
//!
//! The keys stand in one fixed order; a key whose fact nothing provides is null, a list that nothing fills is empty. Each
//! finding is one line, and no more than one is held at a time. A synthetic finding, being one about the evidence, stands in
//! `problems` with its rule id (`relgate/…`) as the code, before all other problems; it is no part of `findings` and its
//! counts.

use std::io::{self, BufWriter, Write};

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

mod baseline;
mod exception;
pub(super) mod feed;
mod finding;
pub(super) mod layout;
pub(super) mod package;
pub(super) mod problem;
pub(super) mod scan;
pub(super) mod value;
mod vex;

use self::baseline::BaselineView;
use self::feed::FeedView;
use self::finding::FindingView;
use self::problem::ProblemView;
use self::scan::InputView;
use self::value::{List, Object, Shown};
use crate::base::git::ObjectId;
use crate::model::baseline::BaselineCounts;
use crate::model::decision::{Decision, Spent};
use crate::model::finding::Finding;
use crate::model::identity::Category;
use crate::model::policy::{Action, Budget, ConfigFile, Counted, Newness, Policy};
use crate::model::report::{Counts, Fact, Report, Subject};
use crate::model::saved::SavedFinding;
use crate::model::severity::Severity;

/// The first key's value.
const SCHEMA: &str = "relgate.report/v1";

/// Writes the report.
pub(super) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    layout::document(&mut out, &Document(report))?;
    out.flush()
}

/// A finding as the report says it.
pub(super) fn one(report: &Report, finding: &Finding, decision: &Decision) -> io::Result<SavedFinding> {
    let mut line = Vec::new();
    layout::line(&mut line, &FindingView { report, finding, decision })?;
    Ok(serde_json::from_slice(&line)?)
}

struct Document<'a>(&'a Report);

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let report = self.0;
        let evidence = &report.evidence;
        let inputs = || evidence.inputs.iter().enumerate().map(|(index, input)| InputView { evidence, input, index });
        let findings = || report.findings().map(|(finding, decision)| FindingView { report, finding, decision });
        let synthetics = || report.synthetics.iter().map(ProblemView::of_synthetic);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", SCHEMA)?;
        map.serialize_entry("verdict", &VerdictView::of(report))?;
        map.serialize_entry("subject", &SubjectView::of(&report.subject))?;
        map.serialize_entry("now", &Shown(report.now))?;
        map.serialize_entry("engine", &Engine { version: env!("CARGO_PKG_VERSION"), digest: &report.engine_digest })?;
        map.serialize_entry("policy", &report.policy.as_ref().map(|policy| policy_view(policy, report)))?;
        map.serialize_entry("inputs", &List(inputs))?;
        map.serialize_entry("feeds", &List(|| evidence.feeds.iter().map(|feed| FeedView::of(feed, report.now))))?;
        map.serialize_entry("vex", &List(|| report.vex.documents.iter().map(vex::DocumentView::of)))?;
        map.serialize_entry("baseline", &evidence.baseline.as_ref().map(|baseline| BaselineView::of(baseline, &report.known)))?;
        map.serialize_entry("findings", &List(findings))?;
        map.serialize_entry("exceptions", &Object(|| exception::lists(report)))?;
        map.serialize_entry("budgets", &List(|| report.budgets().map(|(budget, spent)| BudgetView::of(report, budget, spent))))?;
        map.serialize_entry("problems", &List(|| synthetics().chain(report.problems.iter().map(ProblemView::of))))?;
        map.serialize_entry("counts", &CountsView(&report.counts, &report.known))?;
        map.end()
    }
}

#[derive(Serialize)]
struct VerdictView<'a> {
    action: &'static str,
    reason: &'a str,
    enforced: bool,
    emergency: bool,
    configuration_only: bool,
    exit_code: u8,
}

impl<'a> VerdictView<'a> {
    fn of(report: &'a Report) -> Self {
        let verdict = &report.verdict;
        Self {
            action: verdict.outcome.word(),
            reason: &verdict.reason,
            enforced: verdict.enforced,
            emergency: report.is_emergency(),
            configuration_only: verdict.configuration_only,
            exit_code: verdict.exit_code,
        }
    }
}

/// The facts about the run, and under the same keys who said them.
#[derive(Serialize)]
struct SubjectView<'a> {
    #[serde(flatten)]
    facts: Facts<'a>,
    sources: Facts<'a>,
}

#[derive(Serialize)]
struct Facts<'a> {
    repository: Option<&'a str>,
    commit: Option<&'a str>,
    config_ref: Option<&'a str>,
    branch: Option<&'a str>,
    stage: Option<&'a str>,
    release: Option<&'a str>,
    service: Option<&'a str>,
    artifact: Option<&'a str>,
}

impl<'a> SubjectView<'a> {
    fn of(subject: &'a Subject) -> Self {
        Self { facts: Facts::of(subject, |fact| &fact.value), sources: Facts::of(subject, |fact| &fact.source) }
    }
}

impl<'a> Facts<'a> {
    fn of(subject: &'a Subject, part: impl Fn(&'a Fact) -> &'a str) -> Self {
        let part = |fact: &'a Option<Fact>| fact.as_ref().map(&part);
        Self {
            repository: part(&subject.repository),
            commit: part(&subject.commit),
            config_ref: part(&subject.config_ref),
            branch: part(&subject.branch),
            stage: part(&subject.stage),
            release: part(&subject.release),
            service: part(&subject.service),
            artifact: part(&subject.artifact),
        }
    }
}

#[derive(Serialize)]
struct Engine<'a> {
    version: &'static str,
    digest: &'a str,
}

#[derive(Serialize)]
struct PolicyView<'a, F> {
    name: &'a str,
    owner: &'a str,
    files: F,
    effective_sha256: Option<String>,
}

#[derive(Serialize)]
struct PolicyFileView<'a> {
    path: &'a str,
    source: &'static str,
    commit: Option<Shown<ObjectId>>,
    sha256: &'a str,
}

/// Who a policy is, what it was read from, and the CODEOWNERS that it asks for.
pub(super) fn policy_view<'a>(policy: &'a Policy, report: &'a Report) -> impl Serialize + 'a {
    let owners = &report.evidence.file_owners.file;
    let files = List(move || {
        let owners = owners.iter().map(|file| PolicyFileView { source: "codeowners", ..policy_file(file) });
        policy.files.iter().map(policy_file).chain(owners)
    });
    PolicyView { name: &policy.name, owner: &policy.owner, files, effective_sha256: super::policy::digest(policy) }
}

fn policy_file(file: &ConfigFile) -> PolicyFileView<'_> {
    let source = if file.path.starts_with("builtin:") { "builtin" } else { "file" };
    PolicyFileView { path: &file.path, source, commit: file.commit.map(Shown), sha256: &file.sha256 }
}

#[derive(Serialize)]
struct BudgetView<'a, F> {
    id: &'a str,
    counts: &'static str,
    count: u64,
    max: u32,
    action: &'static str,
    exceeded: bool,
    findings: F,
    file: Option<&'a str>,
    line: u64,
}

impl<'a> BudgetView<'a, ()> {
    fn of(report: &'a Report, budget: &'a Budget, spent: &'a Spent) -> impl Serialize {
        let finding = |place: &u32| report.evidence.findings.get(*place as usize).map(|finding| Shown(finding.id));
        BudgetView {
            id: &budget.id,
            counts: match budget.counts {
                Counted::Findings(_) => "findings",
                Counted::ActiveExceptions => "active_exceptions",
            },
            count: spent.count,
            max: budget.max,
            action: budget.action.word(),
            exceeded: spent.exceeded,
            findings: List(move || spent.first.iter().filter_map(finding)),
            file: report.policy.as_ref().and_then(|policy| policy.file(budget.place)).map(|file| file.path.as_str()),
            line: budget.place.line,
        }
    }
}

struct CountsView<'a>(&'a Counts, &'a BaselineCounts);

impl Serialize for CountsView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let counts = self.0;
        let severities = || Severity::ALL.into_iter().map(Severity::word).chain(["unrated"]).zip(counts.by_severity);
        let categories = || Category::ALL.into_iter().map(Category::word).zip(counts.by_category);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("by_action", &Object(|| Action::ALL.map(|action| (action.word(), counts.of(action)))))?;
        map.serialize_entry("by_severity", &Object(severities))?;
        map.serialize_entry("by_category", &Object(categories))?;
        let states = [(Newness::New.word(), self.1.new), (Newness::Existing.word(), self.1.existing), ("pass", counts.passed)];
        map.serialize_entry("by_state", &Object(|| states))?;
        map.serialize_entry("findings", &counts.findings)?;
        map.serialize_entry("sightings", &counts.sightings)?;
        map.serialize_entry("merged", &counts.merged)?;
        map.serialize_entry("suppressed", &counts.suppressed)?;
        map.serialize_entry("excepted", &counts.excepted)?;
        map.serialize_entry("vex", &counts.vex)?;
        map.serialize_entry("unowned", &counts.unowned)?;
        map.end()
    }
}

#[cfg(test)]
mod tests;

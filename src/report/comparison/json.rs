//! The comparison as JSON, `relgate.policy-diff/v1`: everything, in one fixed order of keys.

use std::io::{self, BufWriter, Write};

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::gaps;
use crate::model::comparison::{By, Change, Comparison, Group, Side};
use crate::model::decision::Decision;
use crate::model::finding::Finding;
use crate::model::policy::Action;
use crate::model::report::Report;
use crate::report::json::package::PackageView;
use crate::report::json::problem::ProblemView;
use crate::report::json::value::{List, Object, Shown, text, texts};
use crate::report::json::{layout, policy_view};

/// Writes the comparison.
pub(super) fn render(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    layout::document(&mut out, &Document(comparison))?;
    out.flush()
}

struct Document<'a>(&'a Comparison);

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let comparison = self.0;
        let changes = || comparison.changes().into_iter().map(|(change, count)| ChangeView { change, count });
        let groups = || comparison.groups.iter().map(|group| GroupView { comparison, group });
        let findings = || {
            comparison.groups.iter().flat_map(|group| {
                comparison.findings(group).map(|(finding, decisions)| FindingView { comparison, group, finding, decisions })
            })
        };
        let evidence = &comparison.after.evidence;
        let of_scans = || evidence.scans.iter().flat_map(|scan| &scan.incomplete_because);
        let problems = || evidence.inputs.iter().flat_map(|input| &input.problems).chain(of_scans()).map(ProblemView::of);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", "relgate.policy-diff/v1")?;
        map.serialize_entry("now", &Shown(comparison.after.now))?;
        map.serialize_entry("before", &SideView(&comparison.before))?;
        map.serialize_entry("after", &SideView(&comparison.after))?;
        map.serialize_entry("reports", &(comparison.after.evidence.inputs.len()))?;
        map.serialize_entry("incomplete_reports", &List(|| gaps(comparison).into_iter().map(|(input, _)| input.path.as_str())))?;
        map.serialize_entry("counts", &Object(|| [("findings", comparison.after.counts.findings), ("changed", comparison.changed())]))?;
        map.serialize_entry("changes", &List(changes))?;
        map.serialize_entry("groups", &List(groups))?;
        map.serialize_entry("findings", &List(findings))?;
        map.serialize_entry("problems", &List(problems))?;
        map.end()
    }
}

struct SideView<'a>(&'a Report);

impl Serialize for SideView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let report = self.0;
        let enforced = report.policy.as_ref().is_none_or(|policy| policy.enforced);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("policy", &report.policy.as_ref().map(|policy| policy_view(policy, report)))?;
        map.serialize_entry("action", report.verdict.outcome.word())?;
        map.serialize_entry("reason", &report.verdict.reason)?;
        map.serialize_entry("enforced", &enforced)?;
        map.serialize_entry("by_action", &Object(|| Action::ALL.map(|action| (action.word(), report.counts.of(action)))))?;
        map.end()
    }
}

struct ChangeView {
    change: Change,
    count: u64,
}

impl Serialize for ChangeView {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("from", self.change.from.word())?;
        map.serialize_entry("to", self.change.to.word())?;
        map.serialize_entry("findings", &self.count)?;
        map.end()
    }
}

struct GroupView<'a> {
    comparison: &'a Comparison,
    group: &'a Group,
}

impl Serialize for GroupView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Group { change, cause, findings } = self.group;
        let report = self.comparison.on(cause.side);
        let policy = report.policy.as_ref();
        let rule = if let By::Rule(place) = cause.by { policy.and_then(|policy| policy.rules.get(usize::from(place))) } else { None };
        let exception = if let By::Exception(place) = cause.by { report.exception(place) } else { None };
        let file = rule.and_then(|rule| policy.and_then(|policy| policy.file(rule.place)));
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("from", change.from.word())?;
        map.serialize_entry("to", change.to.word())?;
        map.serialize_entry("side", cause.side.word())?;
        map.serialize_entry("rule", &rule.map(|rule| rule.id.as_str()))?;
        map.serialize_entry("exception", &exception.map(|(record, _)| record.id.as_str()))?;
        map.serialize_entry("file", &file.map(|file| file.path.as_str()))?;
        map.serialize_entry("line", &rule.map(|rule| rule.place.line))?;
        map.serialize_entry("findings", &findings.len())?;
        map.end()
    }
}

struct FindingView<'a> {
    comparison: &'a Comparison,
    group: &'a Group,
    finding: &'a Finding,
    decisions: [&'a Decision; 2],
}

impl Serialize for FindingView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { comparison, group, finding, decisions: [before, after] } = self;
        let evidence = &comparison.after.evidence;
        let detail = evidence.detail(finding).copied().unwrap_or_default();
        let place = evidence.location(finding).unwrap_or_default();
        let fired = |side: Side, decision: &Decision| comparison.on(side).rules(decision).map(|rule| rule.id.clone()).collect::<Vec<_>>();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &Shown(finding.id))?;
        map.serialize_entry("from", group.change.from.word())?;
        map.serialize_entry("to", group.change.to.word())?;
        map.serialize_entry("severity_before", before.severity.word())?;
        map.serialize_entry("severity_after", after.severity.word())?;
        map.serialize_entry("rules_before", &fired(Side::Before, before))?;
        map.serialize_entry("rules_after", &fired(Side::After, after))?;
        map.serialize_entry("category", finding.category.word())?;
        map.serialize_entry("rule_id", &text(evidence, evidence.rule(finding).and_then(|rule| rule.rule_id)))?;
        map.serialize_entry("ids", &texts(evidence, evidence.words.get(finding.ids)))?;
        map.serialize_entry("package", &PackageView::of(evidence, &detail))?;
        map.serialize_entry("path", &text(evidence, place.path))?;
        map.serialize_entry("start_line", &place.start_line)?;
        map.end()
    }
}

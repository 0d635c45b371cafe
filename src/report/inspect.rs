//! What `inspect` shows: the reports as the gate reads them, before anything is merged or judged.
//!
//! The evidence is that of reading alone: every finding has one sighting, and findings stand in the order of their scans.

use std::io::{self, Write};
use std::iter::Peekable;

use hashbrown::HashSet;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::json::package::PackageView;
use super::json::value::{self, List, PointerView, Shown, text, texts};
use super::json::{layout, scan};
use crate::model::finding::{Evidence, Finding, Sighting, State};
use crate::model::raw::{Claimed, Suppression};
use crate::model::scan::{Scan, ScanId};
use crate::model::severity::{Score, Severity};

mod table;
pub use table::table;

/// Writes one object per scan, each followed by its sightings, one a line. Writes often: give it a buffer.
pub fn json_lines(evidence: &Evidence, out: &mut dyn Write) -> io::Result<()> {
    let mut line = Vec::new();
    let mut findings = evidence.findings.iter().peekable();
    for (id, scan) in (0..).map(ScanId).zip(&evidence.scans) {
        layout::line(&mut line, &ScanLine { evidence, scan })?;
        while let Some((finding, sighting)) = next_of(evidence, &mut findings, id) {
            layout::line(&mut line, &SightingLine { evidence, scan, finding, sighting })?;
            out.write_all(&line)?;
            line.clear();
        }
        out.write_all(&line)?;
        line.clear();
    }
    Ok(())
}

/// The next finding, if it is of this scan.
fn next_of<'a>(
    evidence: &'a Evidence,
    findings: &mut Peekable<impl Iterator<Item = &'a Finding>>,
    scan: ScanId,
) -> Option<(&'a Finding, &'a Sighting)> {
    let sighting = |finding: &Finding| evidence.sightings.get(finding.sightings).first();
    let finding = findings.next_if(|finding| sighting(finding).is_some_and(|sighting| sighting.scan <= scan))?;
    Some((finding, sighting(finding)?))
}

struct ScanLine<'a> {
    evidence: &'a Evidence,
    scan: &'a Scan,
}

impl Serialize for ScanLine<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let input = self.evidence.input(self.scan);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", "scan")?;
        map.serialize_entry("input", &input.map(|input| &input.path))?;
        map.serialize_entry("format", &input.and_then(|input| input.format.as_ref()))?;
        scan::facts(&mut map, self.evidence, self.scan)?;
        map.end()
    }
}

struct SightingLine<'a> {
    evidence: &'a Evidence,
    scan: &'a Scan,
    finding: &'a Finding,
    sighting: &'a Sighting,
}

impl Serialize for SightingLine<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { evidence, scan, finding, sighting } = *self;
        let location = evidence.location(finding).unwrap_or_default();
        let detail = evidence.detail(finding).copied().unwrap_or_default();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", "sighting")?;
        map.serialize_entry("input", &evidence.input(scan).map(|input| &input.path))?;
        map.serialize_entry("pointer", &PointerView { evidence, pointer: sighting.pointer })?;
        map.serialize_entry("tool", &text(evidence, Some(scan.tool)))?;
        map.serialize_entry("category", finding.category.word())?;
        map.serialize_entry("rule_id", &text(evidence, evidence.rule(finding).and_then(|rule| rule.rule_id)))?;
        map.serialize_entry("ids", &texts(evidence, evidence.words.get(finding.ids)))?;
        map.serialize_entry("cwes", evidence.cwes.get(finding.cwes))?;
        map.serialize_entry("severity", &finding.severity.map(Severity::word))?;
        map.serialize_entry("severity_because", &evidence.severity_because(finding))?;
        map.serialize_entry("severity_as_told", &text(evidence, sighting.severity_as_told))?;
        map.serialize_entry("score", &evidence.chosen(finding).and_then(|chosen| chosen.score).map(Score::number))?;
        map.serialize_entry("vectors", &List(|| vectors(evidence, finding)))?;
        map.serialize_entry("package", &PackageView::of(evidence, &detail))?;
        map.serialize_entry("fixed_versions", &texts(evidence, evidence.words.get(detail.fixed_versions)))?;
        map.serialize_entry("path", &text(evidence, location.path))?;
        map.serialize_entry("start_line", &location.start_line)?;
        map.serialize_entry("target", &text(evidence, detail.target))?;
        map.serialize_entry("message", &text(evidence, finding.message))?;
        map.serialize_entry("state", state(finding, sighting))?;
        map.serialize_entry("suppressed", &value::suppressed(sighting.suppressed))?;
        map.serialize_entry("reachable", &detail.reachable)?;
        map.serialize_entry("dev", &detail.dev)?;
        map.serialize_entry("first_seen", &detail.first_seen.map(Shown))?;
        map.serialize_entry("published", &detail.published.map(Shown))?;
        map.serialize_entry("fix_released", &detail.fix_released.map(Shown))?;
        map.serialize_entry("fingerprints", &value::fingerprints(evidence, finding))?;
        map.end()
    }
}

/// The CVSS vectors that the report states, each once.
fn vectors<'a>(evidence: &'a Evidence, finding: &Finding) -> Vec<&'a str> {
    let mut known = HashSet::new();
    let told = evidence.assessments.get(finding.assessments).iter().filter_map(|a| a.vector);
    told.filter(|&vector| known.insert(vector)).filter_map(|vector| text(evidence, Some(vector))).collect()
}

/// What the report itself says about the sighting.
fn state(finding: &Finding, sighting: &Sighting) -> &'static str {
    match (finding.state, sighting.claim, sighting.suppressed) {
        (State::Pass, _, _) => "pass",
        (State::Open, Claimed::NotAffected, _) => "not_affected",
        (State::Open, Claimed::Fixed, _) => "fixed",
        (State::Open, Claimed::Open, Suppression::None) => "open",
        (State::Open, Claimed::Open, Suppression::InSource | Suppression::External) => "suppressed",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::report::sample::{self, Voice};

    fn written(evidence: &Evidence, how: fn(&Evidence, &mut dyn Write) -> io::Result<()>) -> anyhow::Result<String> {
        let mut out = Vec::new();
        how(evidence, &mut out)?;
        Ok(String::from_utf8(out)?)
    }

    #[test]
    fn each_scan_is_followed_by_its_own_sightings() -> anyhow::Result<()> {
        let text = written(&sample::read(Voice(None)), json_lines)?;
        let lines = text.lines().map(serde_json::from_str::<Value>).collect::<Result<Vec<_>, _>>()?;
        let told: Vec<_> = lines.iter().map(|line| ["type", "tool", "state"].map(|key| line.get(key).and_then(Value::as_str))).collect();
        assert_eq!(
            told,
            [
                [Some("scan"), Some("semgrep"), None],
                [Some("sighting"), Some("semgrep"), Some("open")],
                [Some("scan"), Some("trivy"), None],
                [Some("sighting"), Some("trivy"), Some("suppressed")],
                [Some("sighting"), Some("trivy"), Some("pass")],
            ]
        );
        Ok(())
    }

    #[test]
    fn the_lines_are_the_contract() -> anyhow::Result<()> {
        let text = written(&sample::read(Voice(None)), json_lines)?;
        let lines: Vec<_> = text.lines().take(2).collect();
        assert_eq!(
            lines,
            [
                r#"{"type":"scan","input":"reports/semgrep.sarif","format":"sarif","tool":"semgrep","tool_version":"1.2.3","category":"sast","categories":["sast"],"complete":true,"incomplete_because":[],"sightings":4,"suppressed":1,"claimed":null,"commit":"1.2.3","ended":null}"#,
                r#"{"type":"sighting","input":"reports/semgrep.sarif","pointer":"/runs/0/results/0","tool":"semgrep","category":"sast","rule_id":"python.sqli","ids":["CVE-2021-1"],"cwes":[89],"severity":"high","severity_because":"security-severity 8.1 of the rule","severity_as_told":"error","score":8.1,"vectors":[],"package":null,"fixed_versions":[],"path":"src/db/user.py","start_line":1,"target":null,"message":"User input reaches the query; bind the parameter.","state":"open","suppressed":null,"reachable":null,"dev":null,"first_seen":null,"published":null,"fix_released":null,"fingerprints":{"line/1":"00000000000000000000000000000000","loc/1":"00000000000000000000000000000000"}}"#,
            ]
        );
        Ok(())
    }

    #[test]
    fn hostile_words_break_neither_lines_nor_rows() -> anyhow::Result<()> {
        let evidence = sample::read(Voice(Some(sample::HOSTILE)));
        let text = written(&evidence, json_lines)?;
        assert_eq!(text.lines().count(), 5);
        for line in text.lines() {
            serde_json::from_str::<Value>(line)?;
        }
        let table = written(&evidence, table)?;
        assert_eq!(table.lines().count(), 8, "{table}");
        assert!(!table.chars().any(|c| c.is_control() && c != '\n'), "{table}");
        Ok(())
    }

    #[test]
    fn the_table_names_scans_and_sightings() -> anyhow::Result<()> {
        insta::assert_snapshot!(written(&sample::read(Voice(None)), table)?);
        Ok(())
    }
}

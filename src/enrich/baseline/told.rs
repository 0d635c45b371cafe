//! What tools say in their reports by baselines of their own, `baselineState` in SARIF (2.1.0 §3.27.24), as the baseline of a run: what
//! was there before is adopted by who the policy says answers for that, and what is there no more is not judged.
//!
//! Such a word has no date. What was there before counts from the day on which it was approved: another day would move on with every
//! run.

use jiff::Timestamp;

use crate::enrich::baseline::recall::{at, vulnerability};
use crate::model::baseline::{Adoption, Baseline, Entry, EntryId, Proof, Recalled, Standing};
use crate::model::finding::{Evidence, Finding, State};
use crate::model::identity::Scheme;
use crate::model::raw::BaselineState;

/// Makes a baseline of what the tools say, and tells each finding its entry.
pub(super) fn recall(evidence: &mut Evidence, tools: &[String], adoption: &Adoption, now: Timestamp) {
    let mut baseline = Baseline {
        path: format!("baselineState of {}", tools.join(", ")),
        created: now,
        adoption: Some(adoption.clone()),
        ..Baseline::default()
    };
    for number in 0..evidence.findings.len() {
        let Some(finding) = evidence.findings.get(number).copied().filter(|finding| finding.state == State::Open) else { continue };
        let told = match told(evidence, &finding, tools) {
            Told::Known => (State::Open, entry(evidence, &finding, adoption, &mut baseline)),
            Told::Gone => (State::Pass, None),
            Told::New => continue,
        };
        if let Some(finding) = evidence.findings.get_mut(number) {
            (finding.state, finding.entry) = told;
        }
    }
    evidence.baseline = Some(baseline);
}

/// What the tools say of a finding.
enum Told {
    /// Each of them that sees it knows it.
    Known,
    /// Nobody sees it any more.
    Gone,
    /// One of them says that it is new, or nothing.
    New,
}

fn told(evidence: &Evidence, finding: &Finding, tools: &[String]) -> Told {
    let (mut is_known, mut is_gone) = (false, true);
    for sighting in evidence.sightings.get(finding.sightings) {
        let is_of = evidence
            .scan(sighting)
            .is_some_and(|scan| scan.tool_is_plain && tools.iter().any(|tool| *tool == evidence.text(scan.tool).as_data()));
        // What others say counts for nothing, but that they see it.
        if !is_of {
            is_gone = false;
            continue;
        }
        match sighting.baseline_state {
            BaselineState::Absent => {}
            BaselineState::Unchanged | BaselineState::Updated => (is_known, is_gone) = (true, false),
            BaselineState::New | BaselineState::NotTold => return Told::New,
        }
    }
    match (is_gone, is_known) {
        (true, _) => Told::Gone,
        (false, true) => Told::Known,
        (false, false) => Told::New,
    }
}

/// The entry of a finding that is known.
fn entry(evidence: &Evidence, finding: &Finding, adoption: &Adoption, baseline: &mut Baseline) -> Option<EntryId> {
    let tool = evidence.rule(finding)?;
    let keys = evidence.fingerprints.get(finding.fingerprints);
    let is_component = keys.first().is_some_and(|key| key.scheme == Scheme::Sca);
    let (vulnerability, package) = vulnerability(evidence, finding).filter(|_| is_component).unzip();
    let place = evidence.location(finding).unwrap_or_default();
    baseline.entries.push(Entry {
        standing: Standing::Adopted,
        id: finding.id,
        keys: baseline.keys.add(keys.iter().copied()),
        tool: tool.tool,
        rule_id: tool.rule_id.filter(|_| !is_component),
        path: at(evidence, finding).0,
        start_line: place.start_line.filter(|_| !is_component),
        vulnerability,
        package,
        first_seen: adoption.approved,
        recalled: Some(Recalled { by: Proof::Told, moved: false }),
    });
    Some(EntryId::at(baseline.entries.len() - 1))
}

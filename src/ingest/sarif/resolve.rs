//! Resolves what the rows of a run refer to, when all of the run is known: rules ([`descriptor`](super::descriptor)), levels
//! ([`levels`](super::levels)), messages ([`message`](super::message)), artifacts and bases.

use crate::ingest::Sink;
use crate::ingest::sarif::bases::bases;
use crate::ingest::sarif::descriptor::Descriptors;
use crate::ingest::sarif::invocation::ended;
use crate::ingest::sarif::levels::Levels;
use crate::ingest::sarif::message::fill;
use crate::ingest::sarif::overrides::Overrides;
use crate::ingest::sarif::result::Results;
use crate::ingest::sarif::run::{Artifact, Run};
use crate::model::problem::Weight;
use crate::model::raw::RawScan;

/// The run with all references resolved.
pub(super) fn resolve(run: Run, sink: &mut Sink) -> RawScan {
    let bases = bases(&run.bases, &run.pointer, sink);
    let Run { pointer, tool, results, artifacts, invocations, commit, repository, mut reasons, .. } = run;
    if results.is_none() {
        let what = "results are absent: the tool did not start or did not begin to scan";
        reasons.add("no-results", || format!("{pointer}/results"), what);
    }
    let mut scan = RawScan {
        tool_version: tool.driver.version,
        incomplete_because: reasons.into_list(),
        commit,
        repository,
        ended: ended(&invocations),
        bases,
        ..RawScan::new(pointer.clone(), tool.name)
    };
    let rules = Descriptors::new(&tool, sink);
    let overrides = Overrides::new(&invocations, &rules, sink);
    let mut levels = Levels::new(&rules, overrides, sink);
    for list in results.into_iter().flatten() {
        place_artifacts(&list, &artifacts, &pointer, sink);
        let Results { list, rows, prints, references, messages, properties, .. } = list;
        let list = sink.report.texts.get(list).as_data().to_owned();
        let answers = levels.answers(&references.into_list(), sink, &|row| format!("{list}/{row}"));
        let mut messages = messages.into_iter().peekable();
        // Only the inline properties of a run give it a second list.
        let is_first = scan.results.is_empty();
        let before = u32::try_from(scan.results.len()).unwrap_or(u32::MAX);
        scan.properties.extend(properties.into_iter().map(|(row, list)| (before.saturating_add(row), list)));
        for (number, row) in (0_u32..).zip(rows) {
            let answer = answers.get(row.reference as usize).copied().unwrap_or_else(|| levels.lost());
            let mut finding = row.finding;
            if !is_first {
                finding.tool_print = scan.prints.add_slices(&[prints.get(finding.tool_print)]);
                finding.line_print = scan.prints.add_slices(&[prints.get(finding.line_print)]);
                finding.code_print = scan.prints.add_slices(&[prints.get(finding.code_print)]);
            }
            if let Some(template) = messages.next_if(|template| template.row == number) {
                finding.message = fill(&template, answer.named, &rules, sink).or(finding.message);
            }
            finding.rule = answer.raw;
            finding.rule_id = finding.rule_id.or(answer.id);
            let invocation = row.invocation.map_or_else(|| (invocations.len() == 1).then_some(0), |index| Some(index as usize));
            finding.claims = levels.claims(finding.claims, (row.reference, &answer), invocation, sink);
            scan.results.push(finding);
        }
        if is_first {
            scan.prints = prints;
        }
    }
    scan
}

/// Fills in the places that results name by an index in the run's artifacts.
fn place_artifacts(results: &Results, artifacts: &[Artifact], pointer: &str, sink: &mut Sink) {
    for &(span, nth, index) in &results.artifacts {
        let artifact = artifacts.get(index as usize);
        if let Some((artifact, location)) = artifact.zip(sink.report.locations.get_mut(span).get_mut(nth)) {
            (location.uri, location.base) = (artifact.uri, artifact.base);
        } else {
            let at = || format!("{pointer}/artifacts/{index}");
            sink.problem(Weight::Note, "bad-index", at, "a result names an artifact that the run does not have; its place is unknown", "");
        }
    }
}

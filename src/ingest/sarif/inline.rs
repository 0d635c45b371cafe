//! The log's `inlineExternalProperties` (§3.13.5): parts of a run, told apart from it.

use hashbrown::HashMap;

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::Sink;
use crate::ingest::health::Reasons;
use crate::ingest::sarif::invocation::Invocation;
use crate::ingest::sarif::result::Results;
use crate::ingest::sarif::run::{Artifact, Run, read_artifacts, read_results};
use crate::ingest::sarif::tool::Component;
use crate::model::problem::Weight;

/// Parts of one run.
#[derive(Default)]
pub(super) struct Inline {
    pointer: String,
    run: Option<Text>,
    /// Whether something is in it that the run is not whole without.
    matters: bool,
    results: Option<Vec<Results>>,
    artifacts: Vec<Artifact>,
    invocations: Vec<Invocation>,
    reasons: Reasons,
    driver: Option<Component>,
    extensions: Vec<Component>,
}

impl Inline {
    /// All of them. What stands in place of the list may have held results.
    pub(super) fn read_all(r: &mut Reader<'_>, sink: &mut Sink) -> Result<Vec<Self>> {
        let at = || "/inlineExternalProperties".to_owned();
        let mut parts = Vec::new();
        let kind = r.kind()?;
        if kind == ValueKind::Array {
            r.array(|r, index| {
                parts.push(Self::read(r, sink, index)?);
                Ok(())
            })?;
            return Ok(parts);
        }
        r.skip()?;
        if kind != ValueKind::Null {
            let what = format!("expected an array, found {}: results that are told apart from their run cannot be read", kind.word());
            sink.problem(Weight::Undecided, "stray-properties", at, what, "let the tool write the report again");
        }
        Ok(parts)
    }

    fn read(r: &mut Reader<'_>, sink: &mut Sink, index: u32) -> Result<Self> {
        let mut part = Self { pointer: format!("/inlineExternalProperties/{index}"), ..Self::default() };
        let pointer = part.pointer.clone();
        let at = pointer.as_str();
        let reasons = &mut part.reasons;
        members!(r, {
            "runGuid" => part.run = sink.guid(r, || format!("{at}/runGuid"))?,
            "results" => {
                part.matters |= r.kind()? != ValueKind::Null;
                part.results = read_results(r, sink, &format!("{at}/results"))?;
            },
            "invocations" => {
                part.matters |= r.kind()? != ValueKind::Null;
                part.invocations = Invocation::read_all(r, sink, reasons, &format!("{at}/invocations"))?;
            },
            "artifacts" => {
                part.matters |= r.kind()? != ValueKind::Null;
                part.artifacts = read_artifacts(r, sink, &format!("{at}/artifacts"))?;
            },
            "driver" => if r.kind()? == ValueKind::Null {
                r.skip()?;
            } else {
                part.matters = true;
                part.driver = Some(Component::read(r, sink, &format!("{at}/driver"))?);
            },
            "extensions" => if r.kind()? == ValueKind::Null {
                r.skip()?;
            } else {
                part.matters = true;
                r.array(|r, index| {
                    part.extensions.push(Component::read(r, sink, &format!("{at}/extensions/{index}"))?);
                    Ok(())
                })?;
            },
        });
        Ok(part)
    }

    /// Gives the parts to the runs that they belong to. What belongs to none and matters leaves the report incomplete.
    pub(super) fn join_all(parts: Vec<Self>, runs: &mut [Run], sink: &mut Sink) {
        let mut by_guid = HashMap::new();
        for (number, guid) in runs.iter().enumerate().filter_map(|(number, run)| Some((number, run.guid?))) {
            by_guid.entry(guid).or_insert(number);
        }
        for part in parts {
            match part.run.and_then(|guid| runs.get_mut(*by_guid.get(&guid)?)) {
                Some(run) => part.join(run),
                None => part.stray(sink),
            }
        }
    }

    fn join(self, run: &mut Run) {
        if let Some(results) = self.results {
            run.results.get_or_insert_default().extend(results);
        }
        run.artifacts.extend(self.artifacts);
        run.invocations.extend(self.invocations);
        run.reasons.absorb(self.reasons);
        run.tool.extensions.extend(self.extensions);
        if let Some(driver) = self.driver {
            run.tool.driver.append(driver);
        }
    }

    fn stray(self, sink: &mut Sink) {
        let (weight, what) = if self.matters {
            (Weight::Undecided, "results, or what is needed to read them, that belong to no run")
        } else {
            (Weight::Note, "parts that belong to no run")
        };
        let help = "their `runGuid` is the `automationDetails.guid` of no run: let the tool write the report again";
        sink.problem(weight, "stray-properties", || format!("{}/runGuid", self.pointer), what, help);
    }
}

//! One run, as the document has it, before its references are resolved.

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::Sink;
use crate::ingest::sarif::invocation::Invocation;
use crate::ingest::sarif::missing;
use crate::ingest::sarif::result::Results;
use crate::ingest::sarif::tool::{Component, Tool};
use crate::model::problem::Weight;

/// One run.
pub(super) struct Run {
    /// The JSON pointer of the run.
    pub(super) pointer: String,
    pub(super) guid: Option<Text>,
    pub(super) tool: Tool,
    /// `None` where the run has none, or `null`: the tool did not start or did not begin (§3.14.23).
    pub(super) results: Option<Vec<Results>>,
    pub(super) artifacts: Vec<Artifact>,
    /// `originalUriBaseIds`: name, URI, and the name of the base that the URI is relative to.
    pub(super) bases: Vec<(Text, Artifact)>,
    pub(super) invocations: Vec<Invocation>,
    pub(super) commit: Option<Text>,
    pub(super) repository: Option<Text>,
    /// Parts of the run that are in other files and matter.
    pub(super) elsewhere: Vec<&'static str>,
}

/// An `artifactLocation`.
#[derive(Clone, Copy, Default)]
pub(super) struct Artifact {
    pub(super) uri: Option<Text>,
    pub(super) base: Option<Text>,
}

impl Run {
    pub(super) fn read(r: &mut Reader<'_>, sink: &mut Sink, index: u32) -> Result<Self> {
        let pointer = format!("/runs/{index}");
        let at = pointer.as_str();
        let mut tool = None;
        let mut results = None;
        let (mut guid, mut commit, mut repository) = (None, None, None);
        let (mut artifacts, mut bases, mut invocations, mut elsewhere) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        members!(r, {
            "tool" => tool = Some(Tool::read(r, sink, at)?),
            "results" => results = read_results(r, sink, &format!("{at}/results"))?,
            "invocations" => if sink.expect(r, ValueKind::Array, || format!("{at}/invocations"))? {
                r.array(|r, index| {
                    invocations.push(Invocation::read(r, sink, &format!("{at}/invocations/{index}"))?);
                    Ok(())
                })?;
            },
            "artifacts" => if sink.expect(r, ValueKind::Array, || format!("{at}/artifacts"))? {
                r.array(|r, index| {
                    artifacts.push(read_artifact(r, sink, at, index)?);
                    Ok(())
                })?;
            },
            "originalUriBaseIds" => if sink.expect(r, ValueKind::Object, || format!("{at}/originalUriBaseIds"))? {
                r.entries(|r, name| {
                    let name = sink.intern(name);
                    bases.push((name, artifact_location(r, sink, &|| format!("{at}/originalUriBaseIds"))?.0));
                    Ok(())
                })?;
            },
            "versionControlProvenance" => if sink.expect(r, ValueKind::Array, || format!("{at}/versionControlProvenance"))? {
                r.array(|r, index| {
                    let at = format!("{at}/versionControlProvenance/{index}");
                    let (mut revision, mut uri) = (None, None);
                    if sink.expect(r, ValueKind::Object, || at.clone())? {
                        members!(r, {
                            "revisionId" => revision = sink.text(r, || format!("{at}/revisionId"))?,
                            "repositoryUri" => uri = sink.text(r, || format!("{at}/repositoryUri"))?,
                        });
                    }
                    // The first is the one that was scanned; others are parts of it (§3.14.19).
                    commit = commit.or(revision);
                    repository = repository.or(uri);
                    Ok(())
                })?;
            },
            "automationDetails" => if sink.expect(r, ValueKind::Object, || format!("{at}/automationDetails"))? {
                members!(r, { "guid" => guid = sink.text(r, || format!("{at}/automationDetails/guid"))? });
            },
            "externalPropertyFileReferences" => if sink.expect(r, ValueKind::Object, || format!("{at}/externalPropertyFileReferences"))? {
                elsewhere = read_references(r)?;
            },
        });
        let Some(tool) = tool else {
            return Err(missing("no-tool", "the run has no tool", "the report is not whole: let the tool write it again").inside("tool"));
        };
        Ok(Self { pointer, guid, tool, results, artifacts, bases, invocations, commit, repository, elsewhere })
    }
}

/// The results of a run: `null` is as absent, any other type than an array refuses the document.
fn read_results(r: &mut Reader<'_>, sink: &mut Sink, list: &str) -> Result<Option<Vec<Results>>> {
    if r.kind()? == ValueKind::Null {
        r.skip()?;
        return Ok(None);
    }
    Ok(Some(vec![Results::read(r, sink, list)?]))
}

fn read_artifact(r: &mut Reader<'_>, sink: &mut Sink, at: &str, index: u32) -> Result<Artifact> {
    let mut artifact = Artifact::default();
    if sink.expect(r, ValueKind::Object, || format!("{at}/artifacts/{index}"))? {
        members!(r, { "location" => artifact = artifact_location(r, sink, &|| format!("{at}/artifacts/{index}/location"))?.0 });
    }
    Ok(artifact)
}

/// An `artifactLocation`, and its place in the run's artifacts.
pub(super) fn artifact_location(r: &mut Reader<'_>, sink: &mut Sink, at: &impl Fn() -> String) -> Result<(Artifact, Option<u32>)> {
    let (mut artifact, mut index) = (Artifact::default(), None);
    if sink.expect(r, ValueKind::Object, at)? {
        members!(r, {
            "uri" => artifact.uri = sink.text(r, || format!("{}/uri", at()))?,
            "uriBaseId" => artifact.base = sink.text(r, || format!("{}/uriBaseId", at()))?,
            "index" => index = sink.index(r, || format!("{}/index", at()))?,
        });
    }
    Ok((artifact, index))
}

/// The parts of the run that lie in other files (§3.15.3) and without which it is not whole.
fn read_references(r: &mut Reader<'_>) -> Result<Vec<&'static str>> {
    const MATTERS: [&str; 6] = ["results", "invocations", "driver", "extensions", "artifacts", "policies"];
    let mut elsewhere = Vec::new();
    r.entries(|r, part| {
        let some = !r.scalar()?.is_null();
        elsewhere.extend(MATTERS.iter().copied().filter(|known| some && *known == part));
        Ok(())
    })?;
    Ok(elsewhere)
}

/// One of the log's `inlineExternalProperties` (§3.13.5): parts of a run, told apart from it.
pub(super) struct Inline {
    pointer: String,
    run: Option<Text>,
    results: Option<Vec<Results>>,
    artifacts: Vec<Artifact>,
    invocations: Vec<Invocation>,
    extensions: Vec<Component>,
}

impl Inline {
    pub(super) fn read(r: &mut Reader<'_>, sink: &mut Sink, index: u32) -> Result<Self> {
        let pointer = format!("/inlineExternalProperties/{index}");
        let at = pointer.as_str();
        let (mut run, mut results) = (None, None);
        let (mut artifacts, mut invocations, mut extensions) = (Vec::new(), Vec::new(), Vec::new());
        members!(r, {
            "runGuid" => run = sink.text(r, || format!("{at}/runGuid"))?,
            "results" => results = read_results(r, sink, &format!("{at}/results"))?,
            "artifacts" => if sink.expect(r, ValueKind::Array, || format!("{at}/artifacts"))? {
                r.array(|r, index| {
                    artifacts.push(read_artifact(r, sink, at, index)?);
                    Ok(())
                })?;
            },
            "invocations" => if sink.expect(r, ValueKind::Array, || format!("{at}/invocations"))? {
                r.array(|r, index| {
                    invocations.push(Invocation::read(r, sink, &format!("{at}/invocations/{index}"))?);
                    Ok(())
                })?;
            },
            "extensions" => if sink.expect(r, ValueKind::Array, || format!("{at}/extensions"))? {
                r.array(|r, index| {
                    extensions.push(Component::read(r, sink, &format!("{at}/extensions/{index}"))?);
                    Ok(())
                })?;
            },
        });
        Ok(Self { pointer, run, results, artifacts, invocations, extensions })
    }

    /// Gives the parts to the run that they belong to. Results that belong to none leave the report incomplete.
    pub(super) fn join(self, runs: &mut [Run], sink: &mut Sink) {
        let Some(run) = self.run.and_then(|guid| runs.iter_mut().find(|run| run.guid == Some(guid))) else {
            let (weight, what) = match self.results {
                Some(_) => (Weight::Undecided, "results that belong to no run"),
                None => (Weight::Note, "parts that belong to no run"),
            };
            sink.problem(
                weight,
                "stray-properties",
                || format!("{}/runGuid", self.pointer),
                what,
                "their `runGuid` is the `automationDetails.guid` of no run: let the tool write the report again",
            );
            return;
        };
        if let Some(results) = self.results {
            run.results.get_or_insert_default().extend(results);
        }
        run.artifacts.extend(self.artifacts);
        run.invocations.extend(self.invocations);
        run.tool.extensions.extend(self.extensions);
    }
}

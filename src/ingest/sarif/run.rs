//! One run, as the document has it, before its references are resolved.

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::Sink;
use crate::ingest::health::Reasons;
use crate::ingest::sarif::invocation::Invocation;
use crate::ingest::sarif::missing;
use crate::ingest::sarif::result::Results;
use crate::ingest::sarif::tool::Tool;

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
    /// Why the scan is not whole, as far as the run says it.
    pub(super) reasons: Reasons,
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
        let (mut artifacts, mut bases, mut invocations) = (Vec::new(), Vec::new(), Vec::new());
        let mut reasons = Reasons::default();
        members!(r, {
            "tool" => tool = Some(Tool::read(r, sink, at)?),
            "results" => results = read_results(r, sink, &format!("{at}/results"))?,
            "invocations" => invocations = Invocation::read_all(r, sink, &mut reasons, &format!("{at}/invocations"))?,
            "artifacts" => artifacts = read_artifacts(r, sink, &format!("{at}/artifacts"))?,
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
                members!(r, { "guid" => guid = sink.guid(r, || format!("{at}/automationDetails/guid"))? });
            },
            "externalPropertyFileReferences" => read_references(r, &mut reasons, &format!("{at}/externalPropertyFileReferences"))?,
        });
        let Some(tool) = tool else {
            return Err(missing("no-tool", "the run has no tool", "the report is not whole: let the tool write it again").inside("tool"));
        };
        Ok(Self { pointer, guid, tool, results, artifacts, bases, invocations, commit, repository, reasons })
    }
}

/// The results of a run: `null` is as absent, any other type than an array refuses the document.
pub(super) fn read_results(r: &mut Reader<'_>, sink: &mut Sink, list: &str) -> Result<Option<Vec<Results>>> {
    if r.kind()? == ValueKind::Null {
        r.skip()?;
        return Ok(None);
    }
    Ok(Some(vec![Results::read(r, sink, list)?]))
}

pub(super) fn read_artifacts(r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<Vec<Artifact>> {
    let mut artifacts = Vec::new();
    if sink.expect(r, ValueKind::Array, || at.to_owned())? {
        r.array(|r, index| {
            let mut artifact = Artifact::default();
            if sink.expect(r, ValueKind::Object, || format!("{at}/{index}"))? {
                members!(r, { "location" => artifact = artifact_location(r, sink, &|| format!("{at}/{index}/location"))?.0 });
            }
            artifacts.push(artifact);
            Ok(())
        })?;
    }
    Ok(artifacts)
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
fn read_references(r: &mut Reader<'_>, reasons: &mut Reasons, at: &str) -> Result<()> {
    const MATTERS: [&str; 6] = ["results", "invocations", "driver", "extensions", "artifacts", "policies"];
    if !reasons.expect(r, ValueKind::Object, || at.to_owned())? {
        return Ok(());
    }
    r.entries(|r, part| {
        let some = !r.scalar()?.is_null();
        if some && MATTERS.contains(&part) {
            let what = format!("the {part} of the run are in another file, which is not read");
            reasons.add("external-properties", || format!("{at}/{part}"), what);
        }
        Ok(())
    })
}

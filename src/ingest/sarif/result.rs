//! The results of a run (§3.27), each as a compact row whose references are not resolved yet.

use crate::base::json::{Reader, Result, Scalar, ValueKind, members};
use crate::base::pages::Pages;
use crate::base::pool::{Pool, Span};
use crate::base::text::Text;
use crate::ingest::Sink;
use crate::ingest::sarif::Place;
use crate::ingest::sarif::run::artifact_location;
use crate::ingest::sarif::tool::{tags, taxon};
use crate::model::location::Pointer;
use crate::model::problem::Weight;
use crate::model::raw::{Claim, RawFinding, RawLocation, Suppression};
use crate::model::severity::{Kind, Source};

/// The rows of one list of results.
pub(super) struct Results {
    /// The JSON pointer of the list.
    pub(super) list: Text,
    pub(super) rows: Pages<Row>,
    pub(super) prints: Pool<u8>,
    /// The tool components that results refer to.
    pub(super) components: Vec<ComponentRef>,
    /// Messages that are made from a template.
    pub(super) messages: Vec<Template>,
    /// Places that are named by their index in the run's artifacts: the list of places, the place in it, and the index.
    pub(super) artifacts: Vec<(Span<RawLocation>, usize, u32)>,
    /// Room for the fingerprints of one result.
    pairs: String,
}

/// One result.
pub(super) struct Row {
    pub(super) finding: RawFinding,
    pub(super) rule_index: Option<u32>,
    pub(super) rule_guid: Option<Text>,
    /// A place in [`Results::components`].
    pub(super) component: Option<u32>,
    pub(super) invocation: Option<u32>,
}

/// A `toolComponentReference` (§3.54).
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ComponentRef {
    pub(super) name: Option<Text>,
    pub(super) guid: Option<Text>,
    pub(super) index: Option<u32>,
}

/// A message with placeholders, or one that is named by its id (§3.11).
pub(super) struct Template {
    pub(super) row: u32,
    pub(super) text: Option<Text>,
    pub(super) id: Option<Text>,
    pub(super) arguments: Vec<Text>,
}

impl Results {
    pub(super) fn read(r: &mut Reader<'_>, sink: &mut Sink, pointer: &str) -> Result<Self> {
        let list = sink.intern(pointer);
        let mut results = Self {
            list,
            rows: Pages::default(),
            prints: Pool::default(),
            components: Vec::new(),
            messages: Vec::new(),
            artifacts: Vec::new(),
            pairs: String::new(),
        };
        r.array(|r, index| results.row(r, sink, Place { list: pointer, index }))?;
        Ok(results)
    }

    fn row(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: Place<'_>) -> Result<()> {
        let mut rule = RuleRef::default();
        let (mut level, mut score, mut kind) = (None, None, None);
        let mut message = Message::default();
        let mut locations = Span::default();
        let mut suppressed = Suppression::None;
        let (mut tool_print, mut line_print) = (Span::default(), Span::default());
        let mut words = Vec::new();
        let mut invocation = None;
        members!(r, {
            "ruleId" => rule.id = sink.name(r, || format!("{at}/ruleId"))?,
            "ruleIndex" => rule.index = sink.index(r, || format!("{at}/ruleIndex"))?,
            "rule" => rule.inner = self.rule_reference(r, sink, at)?,
            "level" => level = Some(sink.told(r)?),
            "kind" => kind = Some(sink.told(r)?),
            "message" => message = Message::read(r, sink, at)?,
            "locations" => locations = self.locations(r, sink, at)?,
            "suppressions" => suppressed = suppression(r, sink, at)?,
            "fingerprints" => tool_print = self.tool_print(r, sink, at)?,
            "partialFingerprints" => line_print = self.line_print(r, sink, at)?,
            "taxa" => if sink.expect(r, ValueKind::Array, || format!("{at}/taxa"))? {
                r.array(|r, _| {
                    words.extend(taxon(r, sink, &|| format!("{at}/taxa"))?);
                    Ok(())
                })?;
            },
            "properties" => if sink.expect(r, ValueKind::Object, || format!("{at}/properties"))? {
                members!(r, {
                    "security-severity" => score = Some(sink.told(r)?),
                    "tags" => tags(r, sink, "", &mut words)?,
                });
            },
            "provenance" => if sink.expect(r, ValueKind::Object, || format!("{at}/provenance"))? {
                members!(r, { "invocationIndex" => invocation = sink.index(r, || format!("{at}/provenance/invocationIndex"))? });
            },
        });
        let message_is_missing = message.text.or(message.markdown).or(message.id).is_none();
        if message_is_missing && !rule.is_named() {
            let help = "a result has a message (SARIF 2.1.0 §3.27.11): let the tool write the report again";
            return Err(r.refuse("no-result", "the result has neither a message nor a rule", help));
        }
        let claim = |kind| move |told| Claim { source: Source::Result, kind, told };
        let claims = [kind.map(claim(Kind::ResultKind)), score.map(claim(Kind::Number)), level.map(claim(Kind::Level))];
        let row = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        self.messages.extend(message.template(row));
        let finding = RawFinding {
            pointer: Pointer { list: self.list, index: at.index },
            rule_id: rule.id.or(rule.inner.id),
            rule: None,
            message: message.text.or(message.markdown),
            claims: sink.report.claims.add(claims.into_iter().flatten()),
            locations,
            tags: sink.report.words.add(words),
            tool_print,
            line_print,
            suppressed,
        };
        self.rows.push(Row {
            finding,
            rule_index: rule.index.or(rule.inner.index),
            rule_guid: rule.inner.guid,
            component: rule.inner.component,
            invocation,
        });
        Ok(())
    }

    /// `result.rule`, a `reportingDescriptorReference` (§3.52).
    fn rule_reference(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: Place<'_>) -> Result<InnerRef> {
        let mut inner = InnerRef::default();
        if sink.expect(r, ValueKind::Object, || format!("{at}/rule"))? {
            members!(r, {
                "id" => inner.id = sink.name(r, || format!("{at}/rule/id"))?,
                "index" => inner.index = sink.index(r, || format!("{at}/rule/index"))?,
                "guid" => inner.guid = sink.text(r, || format!("{at}/rule/guid"))?,
                "toolComponent" => if sink.expect(r, ValueKind::Object, || format!("{at}/rule/toolComponent"))? {
                    let mut component = ComponentRef::default();
                    members!(r, {
                        "name" => component.name = sink.text(r, || format!("{at}/rule/toolComponent/name"))?,
                        "guid" => component.guid = sink.text(r, || format!("{at}/rule/toolComponent/guid"))?,
                        "index" => component.index = sink.index(r, || format!("{at}/rule/toolComponent/index"))?,
                    });
                    inner.component = Some(self.component(component));
                },
            });
        }
        Ok(inner)
    }

    fn component(&mut self, component: ComponentRef) -> u32 {
        // Results name the same few; a look at the last ones keeps a report that names many from costing their square.
        let recent = self.components.iter().enumerate().rev().take(8).find(|(_, known)| **known == component);
        let known = recent.map(|(number, _)| number);
        if known.is_none() {
            self.components.push(component);
        }
        u32::try_from(known.unwrap_or(self.components.len() - 1)).unwrap_or(u32::MAX)
    }

    fn locations(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: Place<'_>) -> Result<Span<RawLocation>> {
        if !sink.expect(r, ValueKind::Array, || format!("{at}/locations"))? {
            return Ok(Span::default());
        }
        let (mut first, mut more) = (None, Vec::new());
        let mut by_index = Vec::new();
        r.array(|r, index| {
            let mut location = RawLocation::default();
            let mut artifact = None;
            if sink.expect(r, ValueKind::Object, || format!("{at}/locations/{index}"))? {
                members!(r, {
                    "physicalLocation" => artifact = physical_location(r, sink, &|| format!("{at}/locations/{index}/physicalLocation"), &mut location)?,
                });
            }
            // The URI wins over the index (§3.4.5): a wrong index is common.
            by_index.extend(artifact.filter(|_| location.uri.is_none()).map(|artifact| (index as usize, artifact)));
            if first.is_none() {
                first = Some(location);
            } else {
                more.push(location);
            }
            Ok(())
        })?;
        let span = sink.report.locations.add(first.into_iter().chain(more));
        self.artifacts.extend(by_index.into_iter().map(|(nth, artifact)| (span, nth, artifact)));
        Ok(span)
    }

    /// The pairs of `fingerprints`, sorted, each with its length in front: ready to be hashed.
    fn tool_print(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: Place<'_>) -> Result<Span<u8>> {
        let Self { pairs, prints, .. } = self;
        pairs.clear();
        let mut ends = Vec::new();
        let mut single = 0;
        if sink.expect(r, ValueKind::Object, || format!("{at}/fingerprints"))? {
            r.entries(|r, key| {
                if let Scalar::Text(value) = r.scalar()? {
                    pairs.extend([key, "=", value]);
                    // One pair, as most tools write it, needs no list.
                    if single == 0 {
                        single = pairs.len();
                    } else {
                        ends.push(pairs.len());
                    }
                }
                Ok(())
            })?;
        }
        let mut start = 0;
        let mut sorted: Vec<&str> = Vec::new();
        let with_length = |pair: &str| (pair.len() as u64).to_be_bytes();
        if ends.is_empty() {
            let length = (single > 0).then(|| with_length(pairs));
            return Ok(prints.add(length.into_iter().flatten().chain(pairs.bytes())));
        }
        for end in std::iter::once(single).chain(ends) {
            sorted.push(pairs.get(start..end).unwrap_or_default());
            start = end;
        }
        sorted.sort_unstable();
        Ok(prints.add(sorted.iter().flat_map(|pair| with_length(pair).into_iter().chain(pair.bytes()))))
    }

    fn line_print(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: Place<'_>) -> Result<Span<u8>> {
        let mut print = Span::default();
        if sink.expect(r, ValueKind::Object, || format!("{at}/partialFingerprints"))? {
            members!(r, {
                "primaryLocationLineHash" => if let Scalar::Text(hash) = r.scalar()? {
                    print = self.prints.add(hash.bytes());
                },
            });
        }
        Ok(print)
    }
}

/// How a result names its rule: by `ruleId` and `ruleIndex`, and by `rule`.
#[derive(Default)]
struct RuleRef {
    id: Option<Text>,
    index: Option<u32>,
    inner: InnerRef,
}

impl RuleRef {
    fn is_named(&self) -> bool {
        self.id.or(self.inner.id).or(self.inner.guid).is_some() || self.index.or(self.inner.index).is_some()
    }
}

#[derive(Default)]
struct InnerRef {
    id: Option<Text>,
    index: Option<u32>,
    guid: Option<Text>,
    component: Option<u32>,
}

/// A `message` as told.
#[derive(Default)]
struct Message {
    text: Option<Text>,
    markdown: Option<Text>,
    id: Option<Text>,
    arguments: Vec<Text>,
}

impl Message {
    fn read(r: &mut Reader<'_>, sink: &mut Sink, at: Place<'_>) -> Result<Self> {
        let mut message = Self::default();
        if sink.expect(r, ValueKind::Object, || format!("{at}/message"))? {
            members!(r, {
                "text" => message.text = sink.prose(r, || format!("{at}/message/text"))?,
                "markdown" => message.markdown = sink.prose(r, || format!("{at}/message/markdown"))?,
                "id" => message.id = sink.text(r, || format!("{at}/message/id"))?,
                "arguments" => if sink.expect(r, ValueKind::Array, || format!("{at}/message/arguments"))? {
                    r.array(|r, index| {
                        let argument = sink.prose(r, || format!("{at}/message/arguments/{index}"))?;
                        message.arguments.push(argument.unwrap_or_else(|| sink.intern("")));
                        Ok(())
                    })?;
                },
            });
        }
        Ok(message)
    }

    /// What is left to do when the run's rules are known: nothing for a plain text.
    fn template(&mut self, row: u32) -> Option<Template> {
        let arguments = std::mem::take(&mut self.arguments);
        let plain = self.text.is_some() && arguments.is_empty();
        (!plain && (self.text.is_some() || self.id.is_some())).then_some(Template { row, text: self.text, id: self.id, arguments })
    }
}

/// Reads the file and lines of a place; the index of the file in the run's artifacts.
fn physical_location(r: &mut Reader<'_>, sink: &mut Sink, at: &impl Fn() -> String, location: &mut RawLocation) -> Result<Option<u32>> {
    let mut index = None;
    if sink.expect(r, ValueKind::Object, at)? {
        members!(r, {
            "artifactLocation" => {
                let (artifact, artifact_index) = artifact_location(r, sink, &|| format!("{}/artifactLocation", at()))?;
                (location.uri, location.base, index) = (artifact.uri, artifact.base, artifact_index);
            },
            "region" => if sink.expect(r, ValueKind::Object, || format!("{}/region", at()))? {
                members!(r, {
                    "startLine" => location.start_line = sink.line(r, || format!("{}/region/startLine", at()))?,
                    "endLine" => location.end_line = sink.line(r, || format!("{}/region/endLine", at()))?,
                });
            },
        });
    }
    Ok(index)
}

/// Whether and how the suppressions of a result suppress it (§3.35): one that was rejected or is under review undoes them all.
fn suppression(r: &mut Reader<'_>, sink: &mut Sink, at: Place<'_>) -> Result<Suppression> {
    let mut strongest = Suppression::None;
    let mut undone = false;
    if sink.expect(r, ValueKind::Array, || format!("{at}/suppressions"))? {
        r.array(|r, index| {
            if !sink.expect(r, ValueKind::Object, || format!("{at}/suppressions/{index}"))? {
                return Ok(());
            }
            let mut kind = Suppression::External;
            members!(r, {
                "kind" => if r.scalar()?.text() == Some("inSource") { kind = Suppression::InSource },
                "status" => {
                    let value = r.scalar()?;
                    if !value.is_null() && value.text() != Some("accepted") {
                        undone = true;
                        if !matches!(value.text(), Some("underReview" | "rejected")) {
                            sink.problem(Weight::Note, "bad-suppression", || format!("{at}/suppressions/{index}/status"), "not a status of a suppression; taken as not suppressed", "");
                        }
                    }
                },
            });
            strongest = strongest.max(kind);
            Ok(())
        })?;
    }
    Ok(if undone { Suppression::None } else { strongest })
}

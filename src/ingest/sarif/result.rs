//! The results of a run (§3.27), each as a compact row whose references are not resolved yet.

use crate::base::json::{Reader, Result, Scalar, ValueKind, members};
use crate::base::pages::Pages;
use crate::base::pool::{Pool, Span};
use crate::base::text::Text;
use crate::ingest::Sink;
use crate::ingest::sarif::Place;
use crate::ingest::sarif::message::{Message, Template};
use crate::ingest::sarif::prints::{self, Pairs};
use crate::ingest::sarif::properties;
use crate::ingest::sarif::reference::{Reference, References};
use crate::ingest::sarif::rule::hidden;
use crate::ingest::sarif::run::artifact_location;
use crate::ingest::sarif::tool::taxon;
use crate::model::location::Pointer;
use crate::model::problem::Weight;
use crate::model::raw::{BaselineState, Claim, Property, RawFinding, RawLocation, Suppression};
use crate::model::severity::{Kind, Source};

/// The rows of one list of results.
pub(super) struct Results {
    /// The JSON pointer of the list.
    pub(super) list: Text,
    pub(super) rows: Pages<Row>,
    pub(super) prints: Pool<u8>,
    /// How they name their rules.
    pub(super) references: References,
    /// Messages that are made from a template.
    pub(super) messages: Vec<Template>,
    /// Properties that profiles of tools look at, by the place of the row.
    pub(super) properties: Vec<(u32, Span<Property>)>,
    /// Places that are named by their index in the run's artifacts: the list of places, the place in it, and the index.
    pub(super) artifacts: Vec<(Span<RawLocation>, usize, u32)>,
    /// Room for the fingerprints of one result.
    pairs: Pairs,
    /// Room for the code of one result.
    code: String,
}

/// One result.
pub(super) struct Row {
    pub(super) finding: RawFinding,
    /// A place in [`Results::references`].
    pub(super) reference: u32,
    pub(super) invocation: Option<u32>,
}

impl Results {
    pub(super) fn read(r: &mut Reader<'_>, sink: &mut Sink, pointer: &str) -> Result<Self> {
        let list = sink.intern(pointer);
        let mut results = Self {
            list,
            rows: Pages::default(),
            prints: Pool::default(),
            references: References::default(),
            messages: Vec::new(),
            properties: Vec::new(),
            artifacts: Vec::new(),
            pairs: Pairs::default(),
            code: String::new(),
        };
        r.array(|r, index| results.row(r, sink, Place { list: pointer, index }))?;
        Ok(results)
    }

    fn row(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: Place<'_>) -> Result<()> {
        let (mut rule, mut rule_id, mut rule_index) = (Reference::default(), None, None);
        let mut malformed = false;
        let (mut level, mut score, mut kind) = (None, None, None);
        let mut message = Message::default();
        let mut locations = Span::default();
        let (mut suppressed, mut baseline_state) = (Suppression::None, BaselineState::NotTold);
        let (mut tool_print, mut line_print) = (Span::default(), Span::default());
        let (mut words, mut kept) = (Vec::new(), Vec::new());
        let mut invocation = None;
        self.code.clear();
        members!(r, {
            "ruleId" => {
                let before = sink.unreadable();
                rule_id = sink.name(r, || format!("{at}/ruleId"))?;
                malformed |= sink.unreadable() != before;
            },
            "ruleIndex" => {
                let before = sink.unreadable();
                rule_index = sink.index(r, || format!("{at}/ruleIndex"))?;
                malformed |= sink.unreadable() != before;
            },
            "rule" => rule = Reference::read(r, sink, &|| format!("{at}/rule"))?,
            "level" => level = Some(sink.told(r)?),
            "kind" => kind = Some(sink.told(r)?),
            "message" => message = Message::read(r, sink, at)?,
            "locations" => locations = self.locations(r, sink, at, tool_print.is_empty() && line_print.is_empty())?,
            "suppressions" => suppressed = suppression(r, sink, at)?,
            "baselineState" => baseline_state = self::baseline_state(r, sink, at)?,
            "fingerprints" => tool_print = self.pairs.read(r, sink, &mut self.prints, at)?,
            "partialFingerprints" => line_print = prints::line(r, sink, &mut self.prints, at)?,
            "taxa" => if sink.expect(r, ValueKind::Array, || format!("{at}/taxa"))? {
                r.array(|r, _| {
                    words.extend(taxon(r, sink, &|| format!("{at}/taxa"))?);
                    Ok(())
                })?;
            },
            "properties" => if r.kind()? == ValueKind::Object {
                score = properties::read(r, sink, &["tags"], &mut words, &mut kept, &|key| format!("{at}/properties/{key}"))?;
            } else {
                score = hidden(r, sink)?;
            },
            "provenance" => if sink.expect(r, ValueKind::Object, || format!("{at}/provenance"))? {
                members!(r, { "invocationIndex" => invocation = sink.index(r, || format!("{at}/provenance/invocationIndex"))? });
            },
        });
        let rule = rule.with(rule_id, rule_index, malformed);
        if message.is_missing() && !rule.is_some() {
            let help = "a result has a message (SARIF 2.1.0 §3.27.11): let the tool write the report again";
            return Err(r.refuse("no-result", "the result has neither a message nor a rule", help));
        }
        let row = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        self.messages.extend(message.template(row));
        if !kept.is_empty() {
            self.properties.push((row, sink.report.properties.add(kept)));
        }
        let finding = RawFinding {
            pointer: Pointer { list: self.list, index: at.index },
            rule_id: rule.id,
            rule: None,
            message: message.told(),
            claims: claims(kind, score, level, sink),
            locations,
            tags: sink.report.words.add(words),
            tool_print,
            line_print,
            // Where the tool itself knows it again, the code says nothing more.
            code_print: if tool_print.is_empty() && line_print.is_empty() {
                self.prints.add_slices(&[self.code.as_bytes()])
            } else {
                Span::default()
            },
            suppressed,
            baseline_state,
            detail: None,
        };
        self.rows.push(Row { finding, reference: self.references.add(rule, row), invocation });
        Ok(())
    }

    fn locations(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: Place<'_>, wants_code: bool) -> Result<Span<RawLocation>> {
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
                    "physicalLocation" => {
                        let code = Some(&mut self.code).filter(|_| wants_code && index == 0);
                        artifact = physical_location(r, sink, &|| format!("{at}/locations/{index}/physicalLocation"), &mut location, code)?;
                    },
                });
            }
            // The URI wins over the index (§3.4.5), since a wrong index is common; an empty one names no file.
            let named = |uri| !sink.report.texts.get(uri).as_data().is_empty();
            by_index.extend(artifact.filter(|_| !location.uri.is_some_and(named)).map(|artifact| (index as usize, artifact)));
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
}

/// What a result itself states about its severity.
fn claims(kind: Option<Text>, score: Option<Text>, level: Option<Text>, sink: &mut Sink) -> Span<Claim> {
    let claim = |kind| move |told| Claim::new(Source::Result, kind, told);
    let claims = [kind.map(claim(Kind::ResultKind)), score.map(claim(Kind::Number)), level.map(claim(Kind::Level))];
    sink.report.claims.add(&claims.into_iter().flatten().collect::<Vec<_>>())
}

/// Reads the file and lines of a place, and its code without white space; the index of the file in the run's artifacts.
fn physical_location(
    r: &mut Reader<'_>,
    sink: &mut Sink,
    at: &impl Fn() -> String,
    location: &mut RawLocation,
    mut code: Option<&mut String>,
) -> Result<Option<u32>> {
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
                    "snippet" => match code.as_deref_mut().filter(|_| matches!(r.kind(), Ok(ValueKind::Object))) {
                        Some(code) => members!(r, {
                            "text" => if let Scalar::Text(text) = r.scalar()? {
                                without_space(text, code);
                            },
                        }),
                        None => r.skip()?,
                    },
                });
            },
        });
    }
    Ok(index)
}

/// Appends a text without its white space.
fn without_space(text: &str, to: &mut String) {
    if text.is_ascii() {
        // The vertical tab is white space too (Unicode), and ASCII's own notion leaves it out.
        text.split(|c: char| c <= ' ').for_each(|part| to.push_str(part));
    } else {
        to.extend(text.split_whitespace());
    }
}

/// What a result is to the tool's own baseline (§3.27.24).
fn baseline_state(r: &mut Reader<'_>, sink: &mut Sink, at: Place<'_>) -> Result<BaselineState> {
    let value = r.scalar()?;
    let state = BaselineState::TOLD.into_iter().find(|state| value.text() == Some(state.word()));
    if state.is_none() && !value.is_null() {
        let what = "no `baselineState` of SARIF; taken as not told";
        sink.problem(Weight::Note, "bad-baseline-state", || format!("{at}/baselineState"), what, "");
    }
    Ok(state.unwrap_or_default())
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

//! One rule of a tool (`reportingDescriptor`, §3.49).

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::Sink;
use crate::ingest::sarif::tool::{Messages, messages, taxon};
use crate::ingest::sarif::{Place, properties};
use crate::model::raw::{Claim, RawRule};
use crate::model::severity::{Kind, Source};

/// One rule.
pub(super) struct Rule {
    pub(super) id: Option<Text>,
    pub(super) guid: Option<Text>,
    /// Whether its id or GUID cannot be read: a result may mean it and cannot find it.
    pub(super) is_nameless: bool,
    /// `messageStrings`.
    pub(super) messages: Messages,
    /// Its place in [`crate::model::raw::RawReport::rules`].
    pub(super) raw: u32,
}

impl Rule {
    pub(super) fn read(r: &mut Reader<'_>, sink: &mut Sink, at: Place<'_>) -> Result<Self> {
        let mut rule = Self { id: None, guid: None, is_nameless: false, messages: Messages::default(), raw: 0 };
        let (mut title, mut name, mut level, mut score) = (None, None, None, None);
        let (mut words, mut kept) = (Vec::new(), Vec::new());
        members!(r, {
            "id" => {
                let before = sink.unreadable();
                rule.id = sink.text(r, || format!("{at}/id"))?;
                rule.is_nameless |= sink.unreadable() != before;
            },
            "guid" => {
                let before = sink.unreadable();
                rule.guid = sink.guid(r, || format!("{at}/guid"))?;
                rule.is_nameless |= sink.unreadable() != before;
            },
            "name" => name = sink.prose(r, || format!("{at}/name"))?,
            "shortDescription" => if sink.expect(r, ValueKind::Object, || format!("{at}/shortDescription"))? {
                members!(r, { "text" => title = sink.prose(r, || format!("{at}/shortDescription/text"))? });
            },
            "defaultConfiguration" => level = configured_level(r, sink)?,
            "messageStrings" => rule.messages = messages(r, sink, &format!("{at}/messageStrings"))?,
            "relationships" => related(r, sink, at, &mut words)?,
            "properties" => if r.kind()? == ValueKind::Object {
                score = properties::read(r, sink, &["tags", "cwe"], &mut words, &mut kept, &|key| format!("{at}/properties/{key}"))?;
            } else {
                score = hidden(r, sink)?;
            },
        });
        words.extend(name);
        let claim = |kind| move |told| Claim::new(Source::Rule, kind, told);
        let claims = [score.map(claim(Kind::Number)), level.map(claim(Kind::Level))];
        let report = &mut sink.report;
        rule.raw = u32::try_from(report.rules.len()).unwrap_or(u32::MAX);
        report.rules.push(RawRule {
            name,
            properties: report.properties.add(kept),
            title: title.or(name),
            claims: report.claims.add(&claims.into_iter().flatten().collect::<Vec<_>>()),
            tags: report.words.add_slices(&[&words]),
        });
        Ok(rule)
    }
}

/// The level of a `reportingConfiguration`.
pub(super) fn configured_level(r: &mut Reader<'_>, sink: &mut Sink) -> Result<Option<Text>> {
    if r.kind()? != ValueKind::Object {
        return hidden(r, sink);
    }
    let mut level = None;
    members!(r, { "level" => level = Some(sink.told(r)?) });
    Ok(level)
}

/// What stands where an object belongs that may tell a severity: `null` tells none, anything else tells one that cannot be read.
pub(super) fn hidden(r: &mut Reader<'_>, sink: &mut Sink) -> Result<Option<Text>> {
    if r.kind()? == ValueKind::Null {
        r.skip()?;
        return Ok(None);
    }
    let kind = r.kind()?;
    r.skip()?;
    Ok(Some(sink.intern(&format!("(unreadable: {})", kind.word()))))
}

/// The targets of a rule's relationships, CWE numbers as tags.
fn related(r: &mut Reader<'_>, sink: &mut Sink, at: Place<'_>, found: &mut Vec<Text>) -> Result<()> {
    if sink.expect(r, ValueKind::Array, || format!("{at}/relationships"))? {
        r.array(|r, index| {
            let at = || format!("{at}/relationships/{index}");
            if sink.expect(r, ValueKind::Object, at)? {
                members!(r, { "target" => found.extend(taxon(r, sink, &|| format!("{}/target", at()))?) });
            }
            Ok(())
        })?;
    }
    Ok(())
}

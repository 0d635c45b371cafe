//! The tool of a run: its driver, its extensions, and their rules (§3.18 to §3.19, §3.49).

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::Sink;
use crate::ingest::sarif::missing;
use crate::model::raw::{Claim, RawRule};
use crate::model::severity::{Kind, Source};

/// The driver and the extensions.
pub(super) struct Tool {
    pub(super) name: Text,
    pub(super) driver: Component,
    pub(super) extensions: Vec<Component>,
}

/// One tool component.
#[derive(Default)]
pub(super) struct Component {
    pub(super) name: Option<Text>,
    pub(super) guid: Option<Text>,
    pub(super) version: Option<Text>,
    pub(super) rules: Vec<Rule>,
    /// `globalMessageStrings`, by id.
    pub(super) messages: Vec<(Text, Text)>,
}

/// One rule (`reportingDescriptor`).
pub(super) struct Rule {
    pub(super) id: Option<Text>,
    pub(super) guid: Option<Text>,
    /// `messageStrings`, by id.
    pub(super) messages: Vec<(Text, Text)>,
    /// Its place in [`crate::model::raw::RawReport::rules`].
    pub(super) raw: u32,
}

impl Tool {
    pub(super) fn read(r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<Self> {
        let mut driver = None;
        let mut extensions = Vec::new();
        members!(r, {
            "driver" => driver = Some(Component::read(r, sink, &format!("{at}/tool/driver"))?),
            "extensions" => if sink.expect(r, ValueKind::Array, || format!("{at}/tool/extensions"))? {
                r.array(|r, index| {
                    extensions.push(Component::read(r, sink, &format!("{at}/tool/extensions/{index}"))?);
                    Ok(())
                })?;
            },
        });
        let help = "a run says which tool wrote it: let the tool write the report again";
        let Some(driver) = driver else {
            return Err(missing("no-tool", "the tool has no driver", help).inside("driver"));
        };
        let name = driver.name.filter(|&name| !sink.report.texts.get(name).as_data().trim().is_empty());
        let Some(name) = name else {
            return Err(missing("no-tool", "the tool has no name", help).inside("name").inside("driver"));
        };
        Ok(Self { name, driver, extensions })
    }

    /// The component at a place: the driver, then the extensions.
    pub(super) fn component(&self, number: usize) -> Option<&Component> {
        number.checked_sub(1).map_or(Some(&self.driver), |extension| self.extensions.get(extension))
    }

    /// All components: the driver, then the extensions.
    pub(super) fn components(&self) -> impl Iterator<Item = &Component> {
        std::iter::once(&self.driver).chain(&self.extensions)
    }
}

impl Component {
    pub(super) fn read(r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<Self> {
        let mut component = Self::default();
        let mut semantic_version = None;
        members!(r, {
            "name" => component.name = sink.text(r, || format!("{at}/name"))?,
            "guid" => component.guid = sink.text(r, || format!("{at}/guid"))?,
            "version" => component.version = sink.text(r, || format!("{at}/version"))?,
            "semanticVersion" => semantic_version = sink.text(r, || format!("{at}/semanticVersion"))?,
            "rules" => if sink.expect(r, ValueKind::Array, || format!("{at}/rules"))? {
                r.array(|r, index| {
                    component.rules.push(Rule::read(r, sink, &format!("{at}/rules/{index}"))?);
                    Ok(())
                })?;
            },
            "globalMessageStrings" => component.messages = messages(r, sink, &format!("{at}/globalMessageStrings"))?,
        });
        component.version = component.version.or(semantic_version);
        Ok(component)
    }
}

impl Rule {
    fn read(r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<Self> {
        let mut rule = Self { id: None, guid: None, messages: Vec::new(), raw: 0 };
        let mut raw = RawRule::default();
        let (mut name, mut level, mut score) = (None, None, None);
        members!(r, {
            "id" => rule.id = sink.text(r, || format!("{at}/id"))?,
            "guid" => rule.guid = sink.text(r, || format!("{at}/guid"))?,
            "name" => name = sink.prose(r, || format!("{at}/name"))?,
            "shortDescription" => if sink.expect(r, ValueKind::Object, || format!("{at}/shortDescription"))? {
                members!(r, { "text" => raw.title = sink.prose(r, || format!("{at}/shortDescription/text"))? });
            },
            "defaultConfiguration" => level = configured_level(r, sink, &format!("{at}/defaultConfiguration"))?,
            "messageStrings" => rule.messages = messages(r, sink, &format!("{at}/messageStrings"))?,
            "relationships" => related(r, sink, at, &mut raw.tags)?,
            "properties" => if sink.expect(r, ValueKind::Object, || format!("{at}/properties"))? {
                members!(r, {
                    "security-severity" => score = Some(sink.told(r)?),
                    "tags" => tags(r, sink, &format!("{at}/properties/tags"), &mut raw.tags)?,
                    "cwe" => tags(r, sink, &format!("{at}/properties/cwe"), &mut raw.tags)?,
                });
            },
        });
        raw.title = raw.title.or(name);
        raw.claims.extend(score.map(|told| Claim { source: Source::Rule, kind: Kind::Number, told }));
        raw.claims.extend(level.map(|told| Claim { source: Source::Rule, kind: Kind::Level, told }));
        rule.raw = u32::try_from(sink.report.rules.len()).unwrap_or(u32::MAX);
        sink.report.rules.push(raw);
        Ok(rule)
    }
}

/// The level of a `reportingConfiguration`.
pub(super) fn configured_level(r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<Option<Text>> {
    let mut level = None;
    if sink.expect(r, ValueKind::Object, || at.to_owned())? {
        members!(r, { "level" => level = Some(sink.told(r)?) });
    }
    Ok(level)
}

/// Message strings by id, their plain text.
fn messages(r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<Vec<(Text, Text)>> {
    let mut found = Vec::new();
    if sink.expect(r, ValueKind::Object, || at.to_owned())? {
        r.entries(|r, id| {
            let id = sink.intern(id);
            if sink.expect(r, ValueKind::Object, || at.to_owned())? {
                members!(r, { "text" => found.extend(sink.prose(r, || at.to_owned())?.map(|text| (id, text))) });
            }
            Ok(())
        })?;
    }
    Ok(found)
}

/// The strings of a list of tags. Tools put other things there as well; those say nothing.
pub(super) fn tags(r: &mut Reader<'_>, sink: &mut Sink, at: &str, found: &mut Vec<Text>) -> Result<()> {
    match r.kind()? {
        ValueKind::Array => r.array(|r, _| {
            found.extend(r.scalar()?.text().map(|tag| sink.report.texts.intern(tag)));
            Ok(())
        }),
        ValueKind::Text | ValueKind::Number | ValueKind::Bool | ValueKind::Null | ValueKind::Object => {
            found.extend(sink.text(r, || at.to_owned())?);
            Ok(())
        }
    }
}

/// The targets of a rule's relationships, CWE numbers as tags.
fn related(r: &mut Reader<'_>, sink: &mut Sink, at: &str, found: &mut Vec<Text>) -> Result<()> {
    if sink.expect(r, ValueKind::Array, || format!("{at}/relationships"))? {
        r.array(|r, index| {
            let at = format!("{at}/relationships/{index}");
            if sink.expect(r, ValueKind::Object, || at.clone())? {
                members!(r, { "target" => found.extend(taxon(r, sink, &|| format!("{at}/target"))?) });
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// The id that a reference to a taxon names: as it is, or `CWE-79` where the taxonomy is CWE and the id a bare number.
pub(super) fn taxon(r: &mut Reader<'_>, sink: &mut Sink, at: &impl Fn() -> String) -> Result<Option<Text>> {
    let (mut id, mut taxonomy) = (None, None);
    if sink.expect(r, ValueKind::Object, at)? {
        members!(r, {
            "id" => id = sink.text(r, || format!("{}/id", at()))?,
            "toolComponent" => if sink.expect(r, ValueKind::Object, || format!("{}/toolComponent", at()))? {
                members!(r, { "name" => taxonomy = sink.text(r, || format!("{}/toolComponent/name", at()))? });
            },
        });
    }
    let texts = &mut sink.report.texts;
    Ok(id.map(|id| {
        let is_cwe = taxonomy.is_some_and(|name| texts.get(name).as_data().eq_ignore_ascii_case("cwe"));
        let bare = texts.get(id).as_data();
        if is_cwe && !bare.is_empty() && bare.bytes().all(|b| b.is_ascii_digit()) {
            let named = format!("CWE-{bare}");
            return texts.intern(&named);
        }
        id
    }))
}

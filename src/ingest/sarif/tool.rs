//! The tool of a run: its driver and its extensions (§3.18 to §3.19).

use hashbrown::HashMap;

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::Sink;
use crate::ingest::sarif::rule::Rule;
use crate::ingest::sarif::{Place, missing};

/// The driver and the extensions.
pub(super) struct Tool {
    pub(super) name: Text,
    pub(super) driver: Component,
    pub(super) extensions: Vec<Component>,
    /// Whether extensions are told in a way that cannot be read.
    pub(super) unreadable: bool,
}

/// The plain text of messages, by id.
pub(super) type Messages = HashMap<Text, Text>;

/// One tool component.
#[derive(Default)]
pub(super) struct Component {
    pub(super) name: Option<Text>,
    pub(super) guid: Option<Text>,
    pub(super) version: Option<Text>,
    pub(super) rules: Vec<Rule>,
    /// Whether some of its rules cannot be read, or cannot be known by their id.
    pub(super) unreadable: bool,
    /// `globalMessageStrings`.
    pub(super) messages: Messages,
}

impl Tool {
    pub(super) fn read(r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<Self> {
        let mut driver = None;
        let mut extensions = Vec::new();
        let mut unreadable = false;
        members!(r, {
            "driver" => driver = Some(Component::read(r, sink, &format!("{at}/tool/driver"))?),
            "extensions" => {
                let before = sink.unreadable();
                if sink.expect(r, ValueKind::Array, || format!("{at}/tool/extensions"))? {
                    r.array(|r, index| {
                        extensions.push(Component::read(r, sink, &format!("{at}/tool/extensions/{index}"))?);
                        Ok(())
                    })?;
                } else {
                    unreadable = sink.unreadable() != before;
                }
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
        Ok(Self { name, driver, extensions, unreadable })
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
            "guid" => component.guid = sink.guid(r, || format!("{at}/guid"))?,
            "version" => component.version = sink.text(r, || format!("{at}/version"))?,
            "semanticVersion" => semantic_version = sink.text(r, || format!("{at}/semanticVersion"))?,
            "rules" => component.read_rules(r, sink, &format!("{at}/rules"))?,
            "globalMessageStrings" => component.messages = messages(r, sink, &format!("{at}/globalMessageStrings"))?,
        });
        component.version = component.version.or(semantic_version);
        Ok(component)
    }

    fn read_rules(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<()> {
        let before = sink.unreadable();
        if !sink.expect(r, ValueKind::Array, || at.to_owned())? {
            self.unreadable = sink.unreadable() != before;
            return Ok(());
        }
        r.array(|r, index| {
            let rule = Rule::read(r, sink, Place { list: at, index })?;
            self.unreadable |= rule.is_nameless;
            self.rules.push(rule);
            Ok(())
        })
    }

    /// Takes over the rules and messages of a part of it that was told elsewhere.
    pub(super) fn append(&mut self, part: Self) {
        self.rules.extend(part.rules);
        self.messages.extend(part.messages);
        self.unreadable |= part.unreadable;
        self.version = self.version.or(part.version);
    }
}

/// Message strings by id, their plain text.
pub(super) fn messages(r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<Messages> {
    let mut found = Messages::default();
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
pub(super) fn tags(r: &mut Reader<'_>, sink: &mut Sink, at: impl FnOnce() -> String, found: &mut Vec<Text>) -> Result<()> {
    match r.kind()? {
        ValueKind::Array => r.array(|r, _| {
            found.extend(r.scalar()?.text().map(|tag| sink.report.texts.intern(tag)));
            Ok(())
        }),
        ValueKind::Text | ValueKind::Number | ValueKind::Bool | ValueKind::Null | ValueKind::Object => {
            found.extend(sink.text(r, at)?);
            Ok(())
        }
    }
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

//! Mappings of reports: those that are part of the program, and those of users, who may add formats and redefine none.
//!
//! A file is read like a profile's: an embedded one when a report of its tool is read, and its label is picked out of its text before.
//! What is checked here is that a mapping can be gone by; what a document then lacks of it, the reader of reports tells.

mod check;
mod embedded;
mod sources;
mod way;

use std::sync::{Arc, LazyLock};

use crate::base::yaml::{Kind, Node};
use crate::model::identity::Category;
use crate::model::mapping::{Count, Field, From, Label, Listed, Mapping, Mappings, Meant, Source, Step, Tool, Way};
use crate::model::problem::Problem;
use crate::policy::embedded::{File, texts as texts_of};
use crate::policy::reader::{Keys, Reader, read_file};
use crate::policy::tables::source;

const FILE: Keys = Keys { of: "the file", required: &["schema", "mappings"], optional: &[] };

const MAPPING: Keys = Keys {
    of: "a mapping",
    required: &["id", "title", "tool", "category", "recognize", "results", "fields"],
    optional: &[
        "source", "lines", "blank", "required", "tolerate", "unread", "claimed", "errors", "complete", "version", "ended", "commit",
    ],
};

const CLAIMED: Keys = Keys { of: "`claimed`", required: &["pointer"], optional: &["counts"] };

const TOLD: Keys = Keys { of: "`tool`", required: &["pointer"], optional: &[] };

/// The embedded mappings. That each of them can be read is held by a test.
#[must_use]
pub fn embedded() -> Mappings {
    static ALL: LazyLock<Mappings> = LazyLock::new(|| Mappings::new(own()));
    ALL.clone()
}

/// The embedded mappings and those of a project's files, each given with its path and text; or everything that is wrong with them.
/// `formats` are the ids that no mapping may have.
pub fn load(files: &[(String, String)], formats: &[&str]) -> Result<Mappings, Vec<Problem>> {
    if files.is_empty() {
        return Ok(embedded());
    }
    let mut all = own();
    let mut taken: Vec<(String, String)> = formats.iter().map(|id| ((*id).to_owned(), "relgate".to_owned())).collect();
    taken.extend(all.iter().map(|listed| (listed.label().id.clone(), "relgate".to_owned())));
    let mut problems = Vec::new();
    for (path, text) in files {
        match parse(text, path, Some(&mut taken)) {
            Ok(mappings) => all.extend(mappings.into_iter().map(Listed::from)),
            Err(wrong) => problems.extend(wrong),
        }
    }
    if problems.is_empty() { Ok(Mappings::new(all)) } else { Err(problems) }
}

/// The texts of the embedded mappings, for the digest of the engine.
pub(super) fn texts() -> impl Iterator<Item = &'static str> {
    texts_of(embedded::ALL)
}

fn own() -> Vec<Listed> {
    // That each of them can be read is held by a test.
    let make = |file: &'static File| move || parse(file.text, file.name, None).ok()?.pop().map(Arc::new);
    embedded::ALL.iter().filter_map(|file| Some(Listed::new(embedded::label(file.text)?, Box::new(make(file))))).collect()
}

/// The mappings of one file; `taken` are the ids that others have, each with whose it is, of a file of a user.
fn parse(text: &str, path: &str, mut taken: Option<&mut Vec<(String, String)>>) -> Result<Vec<Mapping>, Vec<Problem>> {
    read_file(text, path, |reader, root| {
        let fields = reader.map(root, &FILE)?;
        fields.read("schema", |n| reader.word(n, "schema", &["relgate.mapping/v1"], |word| word));
        reader.each(fields.get("mappings")?, "mappings", |reader, node| {
            let mapping = mapping(reader, node, taken.as_deref().map(Vec::as_slice))?;
            if let Some(taken) = &mut taken {
                taken.push((mapping.label.id.clone(), path.to_owned()));
            }
            Some(mapping)
        })
    })
}

fn mapping(reader: &mut Reader, node: &Node, taken: Option<&[(String, String)]>) -> Option<Mapping> {
    let fields = reader.map(node, &MAPPING)?;
    let id = fields.read("id", |n| id(reader, n, taken.unwrap_or_default()));
    let title = fields.read("title", |n| reader.text(n, "title"));
    source(reader, node, fields.get("source"), taken.is_none().then_some("a mapping"));
    let tool = fields.read("tool", |n| tool(reader, n));
    let recognize = fields.read("recognize", |n| way::each(reader, n, "recognize", |reader, n| way::sign(reader, n, "recognize")));
    let results = fields.read("results", |n| results(reader, n));
    let category = fields.read("category", |n| sources::category(reader, n));
    let told = fields.read("fields", |n| sources::read(reader, n));
    let mut ways = |key| fields.read(key, |n| way::ways(reader, n, key)).unwrap_or_default();
    let (required, unread, errors) = (ways("required"), ways("unread"), ways("errors"));
    let mut way = |key| fields.read(key, |n| way::way(reader, n, key));
    let (version, ended, commit) = (way("version"), way("ended"), way("commit"));
    let claimed = fields.read("claimed", |n| way::each(reader, n, "claimed", claimed)).unwrap_or_default();
    let complete = fields.read("complete", |n| way::sign(reader, n, "complete"));
    let lines = fields.read("lines", |n| reader.flag(n, "lines"));
    let blank = fields.read("blank", |n| reader.flag(n, "blank"));
    if let (Some(node), Some([])) = (fields.get("complete"), complete.as_ref().map(|sign| sign.is.as_slice())) {
        let help = "write `{pointer: /status, is: [success]}`";
        reader.wrong("mapping-value", node.position(), "`complete` does not say what stands there when all went well", help);
    }
    let (results, sources) = (results?, [category?, told?].concat());
    let tolerate = fields.read("tolerate", |n| check::tolerate(reader, n, &results, &claimed)).unwrap_or_default();
    check::lines(reader, fields, &results);
    check::places(reader, fields, &results, &sources);
    let [may_be_absent, may_be_null, may_be_empty] = tolerate;
    Some(Mapping {
        label: Label { id: id?, recognize: recognize?, lines: lines.unwrap_or(false) },
        title: title?,
        tool: Some(tool?),
        categories: categories(&sources),
        blank: blank.unwrap_or(false),
        results,
        required,
        may_be_absent,
        may_be_null,
        may_be_empty,
        unread,
        sources,
        claimed,
        errors,
        complete,
        version,
        ended,
        commit,
    })
}

/// An id in lower case that nobody else has.
fn id(reader: &mut Reader, node: &Node, taken: &[(String, String)]) -> Option<String> {
    let id = reader.lower_id(node, "id")?;
    if let Some((_, whose)) = taken.iter().find(|(known, _)| *known == id) {
        let message = format!("the id `{id}` is taken by a format or mapping of {whose}");
        reader.wrong("mapping-taken", node.position(), message, "a mapping adds a format and redefines none: rename or remove it");
    }
    Some(id)
}

fn tool(reader: &mut Reader, node: &Node) -> Option<Tool> {
    if !matches!(node.kind, Kind::Map(_)) {
        return reader.tool(node, "tool").map(Tool::Id);
    }
    let fields = reader.map(node, &TOLD)?;
    fields.read("pointer", |n| way::way(reader, n, "pointer")).map(Tool::Told)
}

/// The lists of results, none of which lies in another's way.
fn results(reader: &mut Reader, node: &Node) -> Option<Vec<Way>> {
    let mut known: Vec<Way> = Vec::new();
    way::each(reader, node, "results", |reader, node| {
        let way = way::way(reader, node, "results")?;
        if way.0.last() != Some(&Step::Any) {
            let message = format!("`results` cannot be `{way}`: it must lead to each result");
            reader.wrong("mapping-pointer", node.position(), message, format!("write `{way}/*` if a list of results stands there"));
            return None;
        }
        if let Some(other) = known.iter().find(|other| meet(&way, other)) {
            let message = format!("`{way}` and `{other}` could lead to the same value");
            reader.wrong("mapping-pointer", node.position(), message, "name each list of results once");
            return None;
        }
        known.push(way.clone());
        Some(way)
    })
}

/// Whether both ways could lead to one value, or one of them into what the other leads to.
fn meet(one: &Way, other: &Way) -> bool {
    one.0.iter().zip(&other.0).all(|(one, other)| one == other || *one == Step::Any || *other == Step::Any)
}

fn claimed(reader: &mut Reader, node: &Node) -> Option<Count> {
    if !matches!(node.kind, Kind::Map(_)) {
        return way::way(reader, node, "claimed").map(|at| Count { at, counts: None });
    }
    let fields = reader.map(node, &CLAIMED)?;
    let at = fields.read("pointer", |n| way::way(reader, n, "pointer"));
    let counts = fields.get("counts").map(|n| way::way(reader, n, "counts"));
    Some(Count { at: at?, counts: counts.map_or(Some(None), |way| way.map(Some))? })
}

/// What results can be, what they are without more first.
fn categories(sources: &[Source]) -> Vec<Category> {
    let of_category = sources.iter().filter(|source| source.field == Field::Category);
    let given = |source: &&Source| matches!(source.from, From::Given(_));
    let (first, rest): (Vec<&Source>, Vec<&Source>) = of_category.partition(given);
    let mut all = Vec::new();
    for (_, meant) in first.iter().chain(&rest).flat_map(|source| &source.words) {
        if let Meant::Category(category) = meant
            && !all.contains(category)
        {
            all.push(*category);
        }
    }
    all
}

#[cfg(test)]
mod tests;

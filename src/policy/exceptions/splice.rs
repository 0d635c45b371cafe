//! Edits of a file of exceptions as splices of bytes: all else stays as it was, comments, order and line ends too.
//!
//! What comes out is read again: it must say what the text before said, but for what was meant to change.

use super::draft::item;
use crate::base::order::Order as _;
use crate::base::yaml::{self, Inside, Key, Kind, Node, Spot, quoted};

/// Why a text is not edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsafe {
    /// No record has the id.
    Absent,
    /// It cannot be told which bytes are to change: what stands in the way.
    Shape(&'static str),
}

/// A renewal that is to be written.
pub struct NextRenewal<'a> {
    /// When it was approved.
    pub approved: &'a str,
    /// Until when.
    pub expires: &'a str,
    /// By whom.
    pub by: &'a str,
    /// Why.
    pub reason: &'a str,
}

const NO_LIST: Unsafe = Unsafe::Shape("`exceptions` is no list of records");

/// Adds records at the end.
pub fn add(text: &str, records: &[Vec<String>]) -> Result<String, Unsafe> {
    let (root, spot) = read(text)?;
    let list = spot.get(text, "exceptions").ok_or(NO_LIST)?;
    let newline = newline(text);
    let (at, added) = match &list.inside {
        Inside::List(false, items) => {
            let first = items.first().ok_or(NO_LIST)?;
            let lead = line_before(text, first.bytes.start);
            let indent = lead.strip_suffix("- ").filter(|indent| indent.chars().all(|c| c == ' '));
            let indent = indent.ok_or(Unsafe::Shape("the first record does not stand behind a `- ` on its line"))?;
            let (at, open) = behind_line(text, list.bytes.end)?;
            let items: String = records.iter().map(|lines| item(lines, indent, newline)).collect();
            (at..at, if open { format!("{newline}{items}") } else { items })
        }
        Inside::List(true, items) if items.is_empty() && !is_flow(&spot) => {
            behind_line(text, list.bytes.end)?;
            let items: String = records.iter().map(|lines| item(lines, "  ", newline)).collect();
            (list.bytes.clone(), format!("{newline}{}", items.trim_end_matches(['\r', '\n'])))
        }
        Inside::List(true, _) => return Err(Unsafe::Shape("the records stand in brackets")),
        Inside::Scalar | Inside::Map(..) => return Err(NO_LIST),
    };
    let edited = splice(text, vec![(at, added)]);
    let mut meant = root.placeless();
    if let Some(Kind::List(items)) = value(&mut meant, "exceptions") {
        for lines in records {
            items.push(node(&lines.join("\n"))?);
        }
    }
    checked(edited, &meant)
}

/// Sets the status of a record.
pub fn set_status(text: &str, id: &str, status: &str) -> Result<String, Unsafe> {
    let (root, spot) = read(text)?;
    let (place, record) = find(text, &root, &spot, id)?;
    let edit = replaced(text, record, "status", status)?;
    let mut meant = root.placeless();
    set(&mut meant, place, "status", Kind::Text(status.to_owned()));
    checked(splice(text, vec![edit]), &meant)
}

/// Adds a renewal to a record, which ends on its day.
pub fn renew(text: &str, id: &str, renewal: &NextRenewal<'_>) -> Result<String, Unsafe> {
    let (root, spot) = read(text)?;
    let (place, record) = find(text, &root, &spot, id)?;
    let NextRenewal { approved, expires, by, reason } = renewal;
    // JSON is YAML, whatever stands around it.
    let told =
        format!("{{\"approved\": \"{approved}\", \"expires\": \"{expires}\", \"by\": {}, \"reason\": {}}}", quoted(by), quoted(reason));
    let end = replaced(text, record, "expires", expires)?;
    let added = added(text, record, &told)?;
    let mut meant = root.placeless();
    set(&mut meant, place, "expires", Kind::Text((*expires).to_owned()));
    let one = node(&told)?;
    let renewals = meant_record(&mut meant, place).and_then(|record| match &mut record.kind {
        Kind::Map(entries) => Some(entries),
        Kind::List(_) | Kind::Text(_) | Kind::Bool(_) | Kind::Int(_) | Kind::Null => None,
    });
    if let Some(entries) = renewals {
        match entries.iter_mut().find(|(key, _)| key.text == "renewals").map(|(_, node)| &mut node.kind) {
            Some(Kind::List(items)) => items.push(one),
            Some(_) => return Err(Unsafe::Shape("`renewals` is no list")),
            None => {
                let key = Key { text: "renewals".to_owned(), line: 0, column: 0 };
                entries.push((key, Node { line: 0, column: 0, kind: Kind::List(vec![one]) }));
            }
        }
    }
    checked(splice(text, vec![end, added]), &meant)
}

/// A piece of a text and what takes its place.
type Edit = (std::ops::Range<usize>, String);

/// Where the renewal goes, and in which form.
fn added(text: &str, record: &Spot, told: &str) -> Result<Edit, Unsafe> {
    let newline = newline(text);
    let lines = |at: usize, line: String| {
        let (at, open) = behind_line(text, at)?;
        Ok((at..at, if open { format!("{newline}{line}") } else { format!("{line}{newline}") }))
    };
    let Some(known) = record.get(text, "renewals") else {
        let Inside::Map(flow, entries) = &record.inside else { return Err(Unsafe::Shape("the record is no map")) };
        if *flow {
            let last = entries.last().ok_or(Unsafe::Shape("the record is empty"))?.1.bytes.end;
            return Ok((last..last, format!(", \"renewals\": [{told}]")));
        }
        let indent = " ".repeat(column(text, record.bytes.start));
        return lines(record.bytes.end, format!("{indent}renewals:{newline}{indent}  - {told}"));
    };
    match &known.inside {
        Inside::List(true, items) => {
            let (at, lead) = items.last().map_or((known.bytes.start + 1, ""), |last| (last.bytes.end, ", "));
            Ok((at..at, format!("{lead}{told}")))
        }
        Inside::List(false, items) => {
            let first = items.first().ok_or(Unsafe::Shape("`renewals` is empty"))?;
            let lead = line_before(text, first.bytes.start);
            let indent = lead.strip_suffix("- ").filter(|indent| indent.chars().all(|c| c == ' '));
            let indent = indent.ok_or(Unsafe::Shape("the first renewal does not stand behind a `- ` on its line"))?;
            lines(known.bytes.end, format!("{indent}- {told}"))
        }
        Inside::Scalar | Inside::Map(..) => Err(Unsafe::Shape("`renewals` is no list")),
    }
}

/// The value of a key in a record, with another text; in the quotes that are there.
fn replaced(text: &str, record: &Spot, key: &str, value: &str) -> Result<Edit, Unsafe> {
    let spot = record.get(text, key).ok_or(Unsafe::Shape("a key of the record stands where it is not found"))?;
    let told = text.get(spot.bytes.clone()).unwrap_or_default();
    let quote = if told.starts_with('"') {
        "\""
    } else if told.starts_with('\'') {
        "'"
    } else {
        ""
    };
    if quote.is_empty() && !told.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')) {
        return Err(Unsafe::Shape("a value of the record is not written on one line"));
    }
    Ok((spot.bytes.clone(), format!("{quote}{value}{quote}")))
}

fn read(text: &str) -> Result<(Node, Spot), Unsafe> {
    let unknown = Unsafe::Shape("it cannot be told where its values begin and end");
    let root = yaml::read(text).map_err(|_fault| unknown.clone())?;
    Ok((root, yaml::spots(text).ok_or(unknown)?))
}

/// A value that says what a text says, and stands nowhere.
fn node(text: &str) -> Result<Node, Unsafe> {
    yaml::read(text).map(|node| node.placeless()).map_err(|_fault| Unsafe::Shape("what is to be added would be read otherwise"))
}

fn find<'s>(text: &str, root: &Node, spot: &'s Spot, id: &str) -> Result<(usize, &'s Spot), Unsafe> {
    let records = root.get("exceptions").map(Node::items).unwrap_or_default();
    let is_it = |record: &Node| record.get("id").is_some_and(|told| told.kind == Kind::Text(id.to_owned()));
    let place = records.iter().position(is_it).ok_or(Unsafe::Absent)?;
    let items = spot.get(text, "exceptions").map(Spot::items).unwrap_or_default();
    items.get(place).map(|record| (place, record)).ok_or(Unsafe::Absent)
}

fn splice(text: &str, mut edits: Vec<Edit>) -> String {
    edits.order_by_key(|(range, _)| range.start);
    let mut edited = text.to_owned();
    for (range, new) in edits.into_iter().rev() {
        edited.replace_range(range, &new);
    }
    edited
}

fn checked(edited: String, meant: &Node) -> Result<String, Unsafe> {
    let is_meant = yaml::read(&edited).is_ok_and(|node| node.placeless() == *meant);
    if is_meant { Ok(edited) } else { Err(Unsafe::Shape("the edited text would not be read as it is meant")) }
}

fn value<'n>(node: &'n mut Node, key: &str) -> Option<&'n mut Kind> {
    let Kind::Map(entries) = &mut node.kind else { return None };
    entries.iter_mut().find(|(known, _)| known.text == key).map(|(_, node)| &mut node.kind)
}

fn meant_record(root: &mut Node, place: usize) -> Option<&mut Node> {
    if let Some(Kind::List(items)) = value(root, "exceptions") { items.get_mut(place) } else { None }
}

fn set(root: &mut Node, place: usize, key: &str, kind: Kind) {
    if let Some(known) = meant_record(root, place).and_then(|record| value(record, key)) {
        *known = kind;
    }
}

fn is_flow(spot: &Spot) -> bool {
    matches!(spot.inside, Inside::Map(true, _))
}

/// How lines end.
fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// What stands before a place on its line.
fn line_before(text: &str, at: usize) -> &str {
    text.get(..at).and_then(|before| before.rsplit('\n').next()).unwrap_or_default()
}

/// How many characters stand before a place on its line.
fn column(text: &str, at: usize) -> usize {
    line_before(text, at).chars().count()
}

/// Where the next line begins, if only a comment stands behind a place; and whether the text ends before that.
fn behind_line(text: &str, at: usize) -> Result<(usize, bool), Unsafe> {
    let rest = text.get(at..).unwrap_or_default();
    let line = rest.split_inclusive('\n').next().unwrap_or_default();
    let told = line.trim();
    if !told.is_empty() && !told.starts_with('#') {
        return Err(Unsafe::Shape("something stands behind the place on its line"));
    }
    Ok((at + line.len(), !line.ends_with('\n')))
}

#[cfg(test)]
mod tests;

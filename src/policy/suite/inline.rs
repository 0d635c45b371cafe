//! Findings that stand in a test, as findings documents, so that there is one vocabulary for both and one reader: what is wrong with
//! one is told by that, and the lines of the document say where in the test.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::base::yaml::{Key, Kind, Node, quoted};
use crate::model::policy::Place;
use crate::model::suite::Document;
use crate::policy::reader::Reader;

/// What reports the findings that name no tool.
const TOOL: &str = "test";

/// Keys whose values are decimal numbers, which YAML leaves as texts.
const NUMBERS: [&str; 2] = ["score", "epss"];

/// A document without findings.
pub(super) fn nothing(reader: &Reader, node: &Node) -> Document {
    let mut document = Open::new(TOOL, reader.place(node));
    document.end(reader.place(node));
    document.0
}

/// The findings, those of each tool as one document.
pub(super) fn read(reader: &mut Reader, node: &Node) -> Option<Vec<Document>> {
    let findings = reader.each(node, "findings", finding)?;
    let mut documents: BTreeMap<String, Open> = BTreeMap::new();
    for finding in findings {
        let open = || Open::new(&finding.tool, finding.place);
        documents.entry(finding.tool.clone()).or_insert_with(open).finding(reader, &finding);
    }
    let place = reader.place(node);
    let closed = documents.into_values().map(|mut document| {
        document.end(place);
        document.0
    });
    Some(closed.collect())
}

/// A finding, as it stands in the test.
struct Told {
    tool: String,
    place: Place,
    entries: Vec<(Key, Node)>,
}

fn finding(reader: &mut Reader, node: &Node) -> Option<Told> {
    let Kind::Map(entries) = &node.kind else { return reader.not(node, "findings", "findings, `{rule_id: …, severity: …}`") };
    let mut tool = TOOL.to_owned();
    for (key, value) in entries {
        if value.kind == Kind::Null {
            return reader.not(value, &key.text, "a value, or leave the key out");
        }
        if key.text == "tool" {
            tool = reader.tool(value, "tool")?;
        }
    }
    Some(Told { tool, place: reader.place(node), entries: entries.clone() })
}

/// A document that is being written.
struct Open(Document);

impl Open {
    fn new(tool: &str, place: Place) -> Self {
        let head = format!(r#"{{"schema":"relgate.findings/v1","tool":{},"complete":true,"findings":["#, quoted(tool));
        let mut open = Self(Document { text: String::new(), lines: Vec::new() });
        open.line(&head, place);
        open
    }

    fn line(&mut self, text: &str, place: Place) {
        self.0.text.extend([text, "\n"]);
        self.0.lines.push(place);
    }

    fn finding(&mut self, reader: &Reader, told: &Told) {
        let is_first = self.0.lines.len() == 1;
        let place = told.place;
        self.line(if is_first { "{" } else { ",{" }, place);
        for (nth, (key, value)) in told.entries.iter().enumerate() {
            let comma = if nth == 0 { "" } else { "," };
            let at = Place { line: key.line, column: key.column, ..reader.place(value) };
            self.line(&format!("{comma}{}:{}", quoted(&key.text), json(&key.text, value)), at);
        }
        self.line("}", place);
    }

    fn end(&mut self, place: Place) {
        self.line("]}", place);
    }
}

/// The value of a key as JSON on one line.
fn json(key: &str, node: &Node) -> String {
    match &node.kind {
        Kind::Map(entries) => {
            let members: Vec<String> =
                entries.iter().map(|(key, node)| format!("{}:{}", quoted(&key.text), json(&key.text, node))).collect();
            format!("{{{}}}", members.join(","))
        }
        Kind::List(items) => {
            let mut list = String::from("[");
            for (nth, item) in items.iter().enumerate() {
                write!(list, "{}{}", if nth == 0 { "" } else { "," }, json(key, item)).ok();
            }
            list + "]"
        }
        Kind::Text(text) if NUMBERS.contains(&key) && text.parse::<f64>().is_ok_and(f64::is_finite) => {
            if text.starts_with(|c: char| c.is_ascii_digit()) && text.ends_with(|c: char| c.is_ascii_digit()) {
                text.clone()
            } else {
                quoted(text)
            }
        }
        Kind::Text(text) => quoted(text),
        Kind::Bool(flag) => flag.to_string(),
        Kind::Int(number) => number.to_string(),
        Kind::Null => "null".to_owned(),
    }
}

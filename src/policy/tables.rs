//! What files of data about tools have in common: tables of a tool's own words, and the document that shows what they mean.

use crate::base::yaml::{Kind, Node};
use crate::model::severity::{Meaning, Severity};
use crate::policy::reader::Reader;

/// A table from what a tool writes to what it means.
pub(super) fn table<T>(
    reader: &mut Reader,
    node: &Node,
    what: &str,
    value: impl Fn(&mut Reader, &str, &Node) -> Option<T>,
) -> Option<Vec<(String, T)>> {
    let entries = reader.entries(node, what)?;
    let rows: Vec<_> = entries.iter().map(|(key, node)| Some((key.text.clone(), value(reader, &key.text, node)?))).collect();
    rows.into_iter().collect()
}

/// What a severity word means.
pub(super) fn meaning(reader: &mut Reader, told: &str, node: &Node) -> Option<Meaning> {
    if node.kind == Kind::Text("unrated".to_owned()) {
        return Some(Meaning::Unrated);
    }
    reader.word(node, told, &Severity::ALL, Severity::word).map(Meaning::Is)
}

/// Where one can read what a file says of a tool. `what` names it where it must say so and does not.
pub(super) fn source(reader: &mut Reader, whole: &Node, source: Option<&Node>, what: Option<&str>) {
    match (source, what) {
        (Some(node), _) => {
            if let Some(source) = reader.text(node, "source")
                && !["https://", "fixtures/"].iter().any(|start| source.starts_with(start))
            {
                reader.not::<()>(node, "source", "the address of a document, `https://…`");
            }
        }
        (None, None) => {}
        (None, Some(what)) => {
            reader.wrong(
                "config-missing-key",
                whole.position(),
                format!("{what} of relgate lacks `source`"),
                "say which document shows it",
            );
        }
    }
}

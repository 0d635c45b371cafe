//! Whether the parts of a mapping go together.

use crate::base::fault::Position;
use crate::base::yaml::{Kind, Node};
use crate::model::mapping::{Count, From, Part, Source, Step, Way};
use crate::policy::mappings::way;
use crate::policy::reader::{Fields, Keys, Reader};

const TOLERATE: Keys = Keys { of: "`tolerate`", required: &[], optional: &["absent", "null", "empty"] };

/// The lists that may be absent, `null`, or empty.
pub(super) fn tolerate(reader: &mut Reader, node: &Node, results: &[Way], claimed: &[Count]) -> Option<[Vec<Way>; 3]> {
    let fields = reader.map(node, &TOLERATE)?;
    let mut lists = |key: &str, is_inner: bool| {
        let node = fields.get(key)?;
        way::each(reader, node, key, |reader, node| {
            let way = way::way(reader, node, key)?;
            let leads = |result: &Way| {
                let (next, rest) = result.0.strip_prefix(way.0.as_slice())?.split_first()?;
                (*next == Step::Any && (is_inner || !rest.is_empty())).then_some(())
            };
            if results.iter().any(|result| leads(result).is_some()) {
                return Some(way);
            }
            let (message, help) = if is_inner {
                (format!("`{way}` is no list on the way to the results"), "name what stands before a `*` in `results`")
            } else {
                (format!("`{way}` is no list around lists of results"), "a list of results may be empty as it is; name one further out")
            };
            reader.wrong("mapping-pointer", node.position(), message, help);
            None
        })
    };
    let read = [lists("absent", true), lists("null", true), lists("empty", false)].map(Option::unwrap_or_default);
    if let Some(absent) = fields.get("absent").filter(|_| claimed.iter().all(|count| count.counts.is_some())) {
        let message = "a list that may be absent reads as empty when it is renamed";
        reader.wrong("mapping-value", absent.position(), message, "add `claimed`, the count of all results, which then disagrees");
    }
    Some(read)
}

/// Tells what can be said only of streams.
pub(super) fn lines(reader: &mut Reader, fields: Fields<'_>, results: &[Way]) {
    let is_set = |key| fields.get(key).filter(|node| node.kind == Kind::Bool(true));
    if let Some(node) = is_set("lines")
        && results.iter().any(|way| way.0.first() != Some(&Step::Any))
    {
        let help = "begin `results` with `/*`: the document is the list of its lines";
        reader.wrong("mapping-pointer", node.position(), "with `lines` results stand in lines", help);
    }
    if let Some(node) = is_set("blank")
        && is_set("lines").is_none()
    {
        reader.wrong("mapping-value", node.position(), "only a stream of lines can be empty", "remove `blank`, or add `lines: true`");
    }
}

/// Tells the sources that begin further out than the document.
pub(super) fn places(reader: &mut Reader, fields: Fields<'_>, results: &[Way], sources: &[Source]) {
    let levels = results.iter().map(Way::levels).min().unwrap_or(0);
    let position = fields.get("fields").map_or(Position::Whole, Node::position);
    for source in sources {
        if let From::Told { out, part } = &source.from
            && (*out > levels || *out == levels && *part == Part::Key)
        {
            let what = source.field.word();
            let message = format!("`{what}` looks further out than the document");
            let help = format!("each `*` of `results` is a level: with {levels} the document is `{}/…`", "^".repeat(levels));
            reader.wrong("mapping-pointer", position.clone(), message, help);
        }
    }
}

//! Pointers: JSON pointers (RFC 6901) in which `*` stands for any item or member, and those of fields, which may begin further out.

use crate::base::fault::Position;
use crate::base::yaml::{Kind, Node};
use crate::model::mapping::{From, Part, Sign, Step, Way};
use crate::policy::reader::{Keys, Reader};

const SIGN: Keys = Keys { of: "what is looked for", required: &["pointer"], optional: &["is"] };

/// Each of one or several.
pub(super) fn each<T>(
    reader: &mut Reader,
    node: &Node,
    what: &str,
    mut item: impl FnMut(&mut Reader, &Node) -> Option<T>,
) -> Option<Vec<T>> {
    if matches!(node.kind, Kind::List(_)) { reader.each(node, what, item) } else { item(reader, node).map(|one| vec![one]) }
}

/// A pointer from the document.
pub(super) fn way(reader: &mut Reader, node: &Node, what: &str) -> Option<Way> {
    let wanted = "a JSON pointer, such as `/report/issues`; `*` stands for any item or key";
    let Kind::Text(text) = &node.kind else { return reader.not(node, what, wanted) };
    match parse(text) {
        Some(way) => Some(way),
        None if text.starts_with(['^', '#']) => {
            let message = format!("`{what}` cannot be `{text}`: it is looked for in the document, not around a result");
            reader.wrong("mapping-pointer", node.position(), message, format!("write {wanted}"));
            None
        }
        None => not_a_pointer(reader, node.position(), what, text, wanted, ""),
    }
}

/// Several.
pub(super) fn ways(reader: &mut Reader, node: &Node, what: &str) -> Option<Vec<Way>> {
    each(reader, node, what, |reader, node| way(reader, node, what))
}

/// A pointer from a result: `^` goes one level out, `#` is a key.
pub(super) fn place(reader: &mut Reader, node: &Node, what: &str) -> Option<From> {
    let wanted = "a pointer into the result, such as `/severity`; `^/file` looks one level out, `^#` is the key there";
    let Kind::Text(text) = &node.kind else { return reader.not(node, what, wanted) };
    let inner = text.trim_start_matches('^');
    let out = text.len() - inner.len();
    match (inner, parse(inner)) {
        ("#", _) => Some(From::Told { out, part: Part::Key }),
        (_, Some(way)) => Some(From::Told { out, part: Part::Value(way) }),
        (_, None) => not_a_pointer(reader, node.position(), what, text, wanted, &format!(", or for all results `{{value: {text}}}`")),
    }
}

/// Tells that a text is no pointer; `or` is what could be meant beside the one that it looks like.
fn not_a_pointer<T>(reader: &mut Reader, position: Position, what: &str, text: &str, wanted: &str, or: &str) -> Option<T> {
    let is_word = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'));
    let meant = format!("/{}", text.trim_matches(['/', '.']).replace('.', "/"));
    let help = match parse(&meant) {
        Some(_) if is_word => format!("did you mean the pointer `{meant}`{or}?"),
        Some(_) | None => format!("write {wanted}"),
    };
    reader.wrong("mapping-pointer", position, format!("`{what}` cannot be `{text}`: that is no pointer"), help);
    None
}

/// What must stand somewhere: a pointer, or one and the words of which one must be there.
pub(super) fn sign(reader: &mut Reader, node: &Node, what: &str) -> Option<Sign> {
    if !matches!(node.kind, Kind::Map(_)) {
        return Some(Sign { at: way(reader, node, what)?, is: Vec::new() });
    }
    let fields = reader.map(node, &SIGN)?;
    let at = fields.read("pointer", |n| way(reader, n, "pointer"));
    let is = match fields.get("is") {
        Some(node) => each(reader, node, "is", value)?,
        None => Vec::new(),
    };
    Some(Sign { at: at?, is })
}

/// A value that a document may have, as text.
fn value(reader: &mut Reader, node: &Node) -> Option<String> {
    match &node.kind {
        Kind::Text(text) => Some(text.clone()),
        Kind::Bool(flag) => Some(flag.to_string()),
        Kind::Int(number) => Some(number.to_string()),
        Kind::Map(_) | Kind::List(_) | Kind::Null => reader.not(node, "is", "a value, such as `success`"),
    }
}

/// The steps of a pointer that goes somewhere.
pub(super) fn parse(text: &str) -> Option<Way> {
    let steps = text.strip_prefix('/')?.split('/').map(|step| {
        let is_escaped = step.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
        match step {
            "" => None,
            "*" => Some(Step::Any),
            _ => is_escaped.then(|| Step::Key(step.replace("~1", "/").replace("~0", "~"))),
        }
    });
    steps.collect::<Option<_>>().map(Way)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_goes_somewhere() {
        for text in ["/a", "/a/*/b", "/*", "/a~1b; c/x~0", "/0/id", "/a b"] {
            assert_eq!(parse(text).map(|way| way.to_string()).as_deref(), Some(text));
        }
        for text in ["", "/", "a", "/a/", "/a//b", "/a~2", "/a~", "#", "*"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}

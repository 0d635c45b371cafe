//! YAML as a tree of nodes that know where they stand, for files that are validated by hand.
//!
//! Only the part of YAML that reads the same for everyone is let in: no anchors, aliases, merge keys, tags, directives,
//! second documents or repeated keys, and of the words that some readers take for booleans only `true` and `false`.
//! JSON is such YAML. The tree is built from the parser's events, so depth and size are refused before they cost anything.

mod spots;
mod tree;

use crate::base::fault::{Fault, Position};
pub use spots::{Inside, Spot, spots};

/// The longest text that is read, in bytes.
pub const MAX_BYTES: usize = 1 << 20;

/// How deep lists and maps may nest.
pub const MAX_DEPTH: u32 = 16;

/// A value and where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The line, from 1.
    pub line: u64,
    /// The column in characters, from 1.
    pub column: u64,
    /// The value.
    pub kind: Kind,
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Keys with their values, in the order of the file; no key is there twice.
    Map(Vec<(Key, Node)>),
    /// Values.
    List(Vec<Node>),
    /// Anything quoted, and every plain scalar that is none of the below: dates, versions, `yes`, `1.50`, `007`.
    Text(String),
    /// `true` or `false`, plain.
    Bool(bool),
    /// A plain whole number as one writes it, without `+` and leading zeros.
    Int(i64),
    /// No value at all, `null` or `~`.
    Null,
}

/// A key of a map and where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key.
    pub text: String,
    /// The line, from 1.
    pub line: u64,
    /// The column in characters, from 1.
    pub column: u64,
}

impl Node {
    /// Where it begins.
    #[must_use]
    pub const fn position(&self) -> Position {
        Position::Line(self.line, self.column)
    }

    /// The value under a key of a map.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(known, _)| known.text == key).map(|(_, node)| node)
    }

    /// The items of a list; of anything else, none.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        if let Kind::List(items) = &self.kind { items } else { &[] }
    }

    /// What it says, wherever it stands: two texts that say the same are equal.
    #[must_use]
    pub fn placeless(&self) -> Self {
        let key = |key: &Key| Key { text: key.text.clone(), line: 0, column: 0 };
        let kind = match &self.kind {
            Kind::Map(entries) => Kind::Map(entries.iter().map(|(name, node)| (key(name), node.placeless())).collect()),
            Kind::List(items) => Kind::List(items.iter().map(Self::placeless).collect()),
            other @ (Kind::Text(_) | Kind::Bool(_) | Kind::Int(_) | Kind::Null) => other.clone(),
        };
        Self { line: 0, column: 0, kind }
    }

    /// The entries of a map; of anything else, none.
    #[must_use]
    pub fn entries(&self) -> &[(Key, Self)] {
        if let Kind::Map(entries) = &self.kind { entries } else { &[] }
    }
}

impl Key {
    /// Where it begins.
    #[must_use]
    pub const fn position(&self) -> Position {
        Position::Line(self.line, self.column)
    }
}

impl Kind {
    /// What it is, in messages: `a list`.
    #[must_use]
    pub const fn what(&self) -> &'static str {
        match self {
            Self::Map(_) => "a map",
            Self::List(_) => "a list",
            Self::Text(_) => "text",
            Self::Bool(_) => "true or false",
            Self::Int(_) => "a number",
            Self::Null => "nothing",
        }
    }
}

/// Control characters but tab and line ends; what ends a line for some readers only, turns the direction or has no width.
#[must_use]
pub const fn deceives(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{8}'
            | '\u{b}'
            | '\u{c}'
            | '\u{e}'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// Reads a text with exactly one document. The first mistake ends it: what follows a broken line cannot be trusted.
pub fn read(text: &str) -> Result<Node, Fault> {
    if text.len() > MAX_BYTES {
        return Err(Fault {
            code: "yaml-too-large",
            position: Position::Byte(MAX_BYTES as u64),
            message: format!("the file has {} bytes, more than {MAX_BYTES}", text.len()),
            help: "split it".to_owned(),
        });
    }
    tree::Builder::new(text).document()
}

/// A text in quotes, as JSON has them, which are quotes of YAML too.
#[must_use]
pub fn quoted(text: &str) -> String {
    // Azure Pipelines obeys `##vso[` and `##[` wherever they stand in a line.
    serde_json::Value::from(text).to_string().replace("##", "#\\u0023")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> Option<(&'static str, Position)> {
        read(text).err().map(|f| (f.code, f.position))
    }

    fn refused_at(text: &str, code: &'static str, line: u64, column: u64) {
        assert_eq!(refused(text), Some((code, Position::Line(line, column))), "{text}");
    }

    fn kinds(text: &str) -> Result<Vec<Kind>, Fault> {
        Ok(match read(text)?.kind {
            Kind::List(items) => items.into_iter().map(|n| n.kind).collect(),
            other @ (Kind::Map(_) | Kind::Text(_) | Kind::Bool(_) | Kind::Int(_) | Kind::Null) => vec![other],
        })
    }

    #[test]
    fn only_unmistakable_scalars_are_typed() -> Result<(), Fault> {
        let text = |t: &str| Kind::Text(t.to_owned());
        let words = "[yes, No, on, y, True, 2026-07-30, 1.50, 007, +1, 0x1f, 'true', \"3\", 99999999999999999999]";
        let same = ["yes", "No", "on", "y", "True", "2026-07-30", "1.50", "007", "+1", "0x1f", "true", "3", "99999999999999999999"];
        assert_eq!(kinds(words)?, same.map(text));
        assert_eq!(
            kinds("[true, false, 0, -3, null, ~, ]")?,
            [Kind::Bool(true), Kind::Bool(false), Kind::Int(0), Kind::Int(-3), Kind::Null, Kind::Null]
        );
        assert_eq!(kinds("-\n- ''\n")?, [Kind::Null, text("")]);
        Ok(())
    }

    #[test]
    fn nodes_and_keys_know_their_place() -> Result<(), Fault> {
        let root = read("# first\na: 1\nü: {b: [x]}\n")?;
        let places: Vec<_> = root.entries().iter().map(|(k, v)| (k.text.as_str(), k.position(), v.position())).collect();
        assert_eq!(places, [("a", Position::Line(2, 1), Position::Line(2, 4)), ("ü", Position::Line(3, 1), Position::Line(3, 4))]);
        Ok(())
    }

    #[test]
    fn brackets_may_close_where_their_key_begins() -> Result<(), Fault> {
        assert_eq!(read("a: {\n  b: [\n    1,\n  ]\n}\n")?.entries().len(), 1);
        Ok(())
    }

    #[test]
    fn what_could_read_differently_elsewhere_is_refused_with_its_place() {
        refused_at("a: 1\nb: 2\na: 3\n", "yaml-duplicate-key", 3, 1);
        refused_at("{\"a\": 1, 'a': 2}", "yaml-duplicate-key", 1, 10);
        refused_at("a: &x 1\n", "yaml-not-allowed", 1, 7);
        refused_at("a: &x [1]\n", "yaml-not-allowed", 1, 7);
        refused_at("a: *x\n", "yaml-not-allowed", 1, 4);
        refused_at("a: {<<: {b: 1}}\n", "yaml-not-allowed", 1, 5);
        refused_at("a: !!null x\n", "yaml-not-allowed", 1, 4);
        refused_at("a: ! x\n", "yaml-not-allowed", 1, 4);
        refused_at("!!str a: x\n", "yaml-not-allowed", 1, 1);
        refused_at("a: 1\n---\nb: 2\n", "yaml-not-allowed", 2, 1);
        refused_at("? [a]\n: 1\n", "yaml-not-allowed", 1, 3);
        refused_at(": 1\n", "yaml-not-allowed", 1, 1);
        refused_at("%YAML 1.1\n---\na: 1\n", "yaml-syntax", 1, 1);
        refused_at("a: [1\n", "yaml-syntax", 1, 4);
        refused_at("a:\n\t- 1\n", "yaml-syntax", 2, 2);
    }

    #[test]
    fn what_cannot_be_seen_is_not_let_in_by_an_escape() {
        for escaped in [r"\u001b[31m", r"\u202e", r"\r", r"\0", r"\e", r"\N", r"\L"] {
            refused_at(&format!("a: \"x{escaped}\"\n"), "yaml-character", 1, 4);
            refused_at(&format!("\"x{escaped}\": 1\n"), "yaml-character", 1, 1);
        }
        assert_eq!(refused("a: \"x\\ty\\nz\"\nb: |\n  x\n  y\n"), None);
    }

    #[test]
    fn depth_size_and_emptiness_have_limits() {
        let nested = |n: usize| format!("{}1{}", "[".repeat(n), "]".repeat(n));
        assert_eq!(refused(&nested(16)), None);
        refused_at(&nested(17), "yaml-too-deep", 1, 17);
        assert!(refused(&nested(100_000)).is_some());
        assert_eq!(refused(&" ".repeat(MAX_BYTES + 1)), Some(("yaml-too-large", Position::Byte(MAX_BYTES as u64))));
        assert_eq!(refused("# nothing\n"), Some(("yaml-empty", Position::Line(1, 1))));
        assert_eq!(refused(""), Some(("yaml-empty", Position::Line(1, 1))));
    }

    #[test]
    fn what_is_quoted_reads_as_it_was() {
        for text in ["", "a \"b\" # c", "a\nb\\", "##vso[x]", "###[", "- x: y", "é"] {
            let quoted = quoted(text);
            assert!(!quoted.contains("##") && !quoted.contains('\n'), "{quoted}");
            assert_eq!(read(&quoted).ok().map(|node| node.kind), Some(Kind::Text(text.to_owned())), "{quoted}");
        }
    }
}

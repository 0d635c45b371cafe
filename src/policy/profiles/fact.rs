//! `facts`: where a tool tells what SARIF has no place for.

use crate::base::captures::{BadPattern, Pattern};
use crate::base::suggest;
use crate::base::yaml::{Kind, Node};
use crate::model::identity::Category;
use crate::model::profile::{Fact, From, Group, Reach};
use crate::policy::reader::{Keys, Reader};

const FACT: Keys = Keys { of: "a fact", required: &["from"], optional: &["key", "pattern", "category", "ecosystem", "reachable"] };

/// A row. `categories` are those that the tool can report; `has_words` tells whether the profile knows severity words.
pub(super) fn read(reader: &mut Reader, node: &Node, categories: &[Category], has_words: bool) -> Option<Fact> {
    let fields = reader.map(node, &FACT)?;
    let from = fields.read("from", |n| reader.word(n, "from", &From::ALL, From::word));
    let key = fields.read("key", |n| reader.text(n, "key"));
    let pattern = fields.read("pattern", |n| pattern(reader, n));
    let category = fields.read("category", |n| reader.word(n, "category", categories, Category::word));
    let ecosystem = fields.read("ecosystem", |n| reader.text(n, "ecosystem"));
    let reachable = fields.read("reachable", |n| reachable(reader, n));
    let from = from?;
    let mut wrong = |what: &str, help: &str| reader.wrong("profile-value", node.position(), what, help);
    if from.is_property() && fields.get("key").is_none() {
        wrong("a fact from a property lacks `key`", "name the property");
    }
    if key.as_deref().is_some_and(|key| ["security-severity", "tags"].contains(&key)) {
        wrong("this property is read anyway", "remove the fact, or look at `rule.tag` or `result.tag`");
    }
    if !from.is_property() && fields.get("key").is_some() {
        wrong("only a property has a `key`", "remove it");
    }
    let rates = match &pattern {
        None if fields.get("pattern").is_some() => false,
        None if !from.is_property() => {
            wrong("a fact lacks `pattern`", "write what must match; only a property may be a severity word as it is");
            false
        }
        None => true,
        Some(pattern) => {
            if pattern.groups().next().is_none() && category.is_none() && reachable.is_none() {
                wrong("a fact says nothing", "take something with a named group, such as `(?<id>…)`, or say `category` or `reachable`");
            }
            pattern.groups().any(|group| group == Group::Severity)
        }
    };
    if rates && !has_words {
        wrong("a fact tells a severity, and the profile knows no words", "write what they mean: `severity: {words: {…}}`");
    }
    Some(Fact { from, key: key.unwrap_or_default(), pattern, category, ecosystem, reachable })
}

fn pattern(reader: &mut Reader, node: &Node) -> Option<Pattern<Group>> {
    let text = reader.text(node, "pattern")?;
    let group = |name: &str| Group::ALL.into_iter().find(|group| group.word() == name);
    let bad = match Pattern::new(&text, group) {
        Ok(pattern) => return Some(pattern),
        Err(bad) => bad,
    };
    let syntax = "correct it: docs.rs/regex tells the syntax".to_owned();
    let (message, help) = match bad {
        BadPattern::Open => return reader.not(node, "pattern", "what the text begins with, behind `^`"),
        BadPattern::Syntax(told) => (format!("`pattern` cannot be read: {told}"), syntax),
        BadPattern::TooLarge => ("`pattern` takes too much memory".to_owned(), "ask for less".to_owned()),
        BadPattern::Group(name) => {
            let help = suggest::help(&name, Group::ALL.into_iter().map(Group::word));
            (format!("`pattern` has no use for a group `{name}`"), help)
        }
    };
    reader.wrong("profile-value", node.position(), message, help);
    None
}

fn reachable(reader: &mut Reader, node: &Node) -> Option<Reach> {
    match &node.kind {
        Kind::Bool(true) => Some(Reach::Yes),
        Kind::Bool(false) => Some(Reach::No),
        Kind::Text(text) if text == "unknown" => Some(Reach::Unknown),
        Kind::Map(_) | Kind::List(_) | Kind::Text(_) | Kind::Int(_) | Kind::Null => {
            reader.not(node, "reachable", "`true`, `false` or `unknown`")
        }
    }
}

//! `fields` and `category`: where what is told of a result comes from.

use crate::base::yaml::{Kind, Node};
use crate::model::identity::Category;
use crate::model::mapping::{Field, From, Meant, Source, State};
use crate::model::severity::Severity;
use crate::policy::mappings::way;
use crate::policy::reader::{Keys, Reader};
use crate::policy::tables;

const PACKAGE_KEY: &str = "package";

const FIELDS: Keys = Keys { of: "`fields`", required: &[], optional: &keys::<{ Field::ALL.len() + 1 }, { Field::ALL.len() }>(Field::ALL) };

const PACKAGE: Keys = Keys { of: "`package`", required: &[], optional: &keys::<4, 4>(Field::OF_PACKAGE) };

/// The keys of fields; of `fields`, which have more, [`PACKAGE_KEY`] behind them.
#[expect(clippy::indexing_slicing, reason = "worked out when the program is built")]
const fn keys<const N: usize, const M: usize>(fields: [Field; M]) -> [&'static str; N] {
    let mut keys = [PACKAGE_KEY; N];
    let mut at = 0;
    while at < M {
        keys[at] = fields[at].word();
        at += 1;
    }
    keys
}

const SOURCE: Keys = Keys { of: "a source", required: &[], optional: &["pointer", "words", "value"] };

/// Reads `fields`.
pub(super) fn read(reader: &mut Reader, node: &Node) -> Option<Vec<Source>> {
    let fields = reader.map(node, &FIELDS)?;
    let package = fields.read(PACKAGE_KEY, |n| reader.map(n, &PACKAGE));
    let of_package = package.into_iter().flat_map(|package| Field::OF_PACKAGE.map(|field| (field, package.get(field.word()))));
    let all = Field::ALL.map(|field| (field, fields.get(field.word())));
    let mut sources = Vec::new();
    let mut is_whole = true;
    for (field, node) in all.into_iter().chain(of_package).filter_map(|(field, node)| Some((field, node?))) {
        match way::each(reader, node, field.word(), |reader, node| source(reader, node, field)) {
            Some(read) => sources.extend(read),
            None => is_whole = false,
        }
    }
    if !["rule_id", "ids"].iter().any(|key| fields.get(key).is_some()) {
        let help = "say where the rule stands, `rule_id: /rule`, or the vulnerability, `ids: [/id, /aliases]`";
        reader.wrong("config-missing-key", node.position(), "`fields` lacks `rule_id` or `ids`", help);
    }
    Some(sources).filter(|_| is_whole)
}

/// Reads `category`: a word, or where it is told and then a word.
pub(super) fn category(reader: &mut Reader, node: &Node) -> Option<Vec<Source>> {
    let word = |reader: &mut Reader, node: &Node| {
        let category = reader.word(node, "category", &Category::ALL, Category::word)?;
        let word = category.word().to_owned();
        Some(Source { field: Field::Category, from: From::Given(word.clone()), words: vec![(word, Meant::Category(category))] })
    };
    let sources = way::each(reader, node, "category", |reader, node| match &node.kind {
        Kind::Map(_) => source(reader, node, Field::Category),
        Kind::Text(_) | Kind::List(_) | Kind::Bool(_) | Kind::Int(_) | Kind::Null => word(reader, node),
    })?;
    let is_given = |source: &Source| matches!(source.from, From::Given(_));
    let ends = sources.split_last().is_some_and(|(last, before)| is_given(last) && !before.iter().any(is_given));
    if !ends {
        let help = "end the list with what a result is otherwise: `[{pointer: /kind, words: {LEAK: secret}}, sast]`";
        reader.wrong("mapping-value", node.position(), "`category` does not say what a result is where no table does", help);
    }
    Some(sources).filter(|_| ends)
}

fn source(reader: &mut Reader, node: &Node, field: Field) -> Option<Source> {
    let what = field.word();
    if !matches!(node.kind, Kind::Map(_)) {
        let from = way::place(reader, node, what)?;
        needs_words(reader, node, field, None)?;
        return Some(Source { field, from, words: Vec::new() });
    }
    let fields = reader.map(node, &SOURCE)?;
    match (fields.get("pointer"), fields.get("value"), fields.get("words")) {
        (Some(pointer), None, words) => {
            let from = way::place(reader, pointer, what);
            needs_words(reader, node, field, words)?;
            let words = match words {
                Some(words) => tables::table(reader, words, "words", |reader, told, node| meant(reader, told, node, field))?,
                None => Vec::new(),
            };
            Some(Source { field, from: from?, words })
        }
        (None, Some(value), None) => Some(Source { field, from: From::Given(given(reader, value, field)?), words: Vec::new() }),
        (Some(_) | None, Some(_) | None, Some(_) | None) => {
            let help =
                format!("write `{{pointer: /{what}}}`, with `words` for a table, or `{{value: …}}` for what is the same for all results");
            reader.wrong("mapping-value", node.position(), format!("`{what}` has neither one pointer nor one value"), help);
            None
        }
    }
}

/// Tells that a field says nothing without a table, or that there can be none.
fn needs_words(reader: &mut Reader, node: &Node, field: Field, words: Option<&Node>) -> Option<()> {
    let what = field.word();
    match (field, words) {
        (Field::State | Field::Category, None) => {
            let help = format!("write `{{pointer: …, words: {{…: {}}}}}`", if field == Field::State { "fixed" } else { "secret" });
            reader.wrong("mapping-value", node.position(), format!("`{what}` needs `words`: the tool's own mean nothing here"), help);
            None
        }
        (field, Some(words)) if !field.is_flag() && !matches!(field, Field::State | Field::Category | Field::Severity) => {
            reader.wrong("mapping-value", words.position(), format!("`{what}` has no table: it is read as told"), "remove `words`");
            None
        }
        (_, _) => Some(()),
    }
}

/// What a word of the tool means.
fn meant(reader: &mut Reader, told: &str, node: &Node, field: Field) -> Option<Meant> {
    if field == Field::Severity {
        tables::meaning(reader, told, node).map(Meant::Severity)
    } else if field == Field::State {
        reader.word(node, told, &State::ALL, State::word).map(Meant::State)
    } else if field == Field::Category {
        reader.word(node, told, &Category::ALL, Category::word).map(Meant::Category)
    } else {
        reader.flag(node, told).map(Meant::Flag)
    }
}

/// A value for all results. What lets a result pass, or judges it milder, only the tool can tell.
fn given(reader: &mut Reader, node: &Node, field: Field) -> Option<String> {
    const GRAVE: [Severity; 2] = [Severity::Critical, Severity::High];
    let what = field.word();
    if field == Field::Severity {
        return reader.word(node, what, &GRAVE, Severity::word).map(|severity| severity.word().to_owned());
    }
    if field.can_be_given() {
        return reader.text(node, what);
    }
    let message = format!("`{what}` cannot be the same for all results: only the tool can tell it");
    reader.wrong("mapping-value", node.position(), message, format!("name where it tells it, `/{what}`, or leave it out"));
    None
}

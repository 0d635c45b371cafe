//! `rules`: what is done about which findings.

use crate::base::yaml::{Kind, Node};
use crate::model::exception::ExceptionType;
use crate::model::policy::{Action, Rule, Waivable};
use crate::policy::condition;
use crate::policy::reader::{Keys, Reader};

const RULE: Keys = Keys {
    of: "a rule",
    required: &["id", "when", "action"],
    optional: &["description", "on_unknown", "waivable", "controls", "effective_on"],
};

/// The rules, at least one.
pub(super) fn read(reader: &mut Reader, node: &Node) -> Option<Vec<Rule>> {
    reader.unique_ids(node);
    reader.each(node, "rules", rule)
}

fn rule(reader: &mut Reader, node: &Node) -> Option<Rule> {
    let fields = reader.map(node, &RULE)?;
    let id = fields.read("id", |n| reader.id(n, "id"));
    let description = fields.read("description", |n| reader.text(n, "description"));
    let on_unknown = fields.read("on_unknown", |n| reader.word(n, "on_unknown", &["match", "skip"], |word| word));
    let fires_on_unknown = on_unknown != Some("skip");
    let when = fields.read("when", |n| condition::read(reader, n));
    let action = fields.read("action", |n| reader.word(n, "action", &Action::ALL, Action::word));
    let waivable = fields.read("waivable", |n| waivable(reader, n));
    let controls = fields.read("controls", |n| reader.texts(n, "controls"));
    let effective_on = fields.read("effective_on", |n| reader.date(n, "effective_on"));
    Some(Rule {
        id: id?,
        place: reader.place(node),
        description,
        when: when?,
        fires_on_unknown,
        action: action?,
        waivable: waivable.unwrap_or(Waivable::Any),
        controls: controls.unwrap_or_default(),
        effective_on,
    })
}

fn waivable(reader: &mut Reader, node: &Node) -> Option<Waivable> {
    match node.kind {
        Kind::Bool(true) => Some(Waivable::Any),
        Kind::Bool(false) => Some(Waivable::Never),
        Kind::Map(_) | Kind::Text(_) | Kind::Int(_) | Kind::Null => {
            reader.not(node, "waivable", "`true`, `false`, or a list of exception types and `vex`, `[false_positive, vex]`")
        }
        Kind::List(_) => {
            let words: Vec<&'static str> = ExceptionType::ALL.into_iter().map(ExceptionType::word).chain(["vex"]).collect();
            let named = reader.words(node, "waivable", &words, |word| word)?;
            let types = ExceptionType::ALL.into_iter().filter(|kind| named.contains(&kind.word())).collect();
            Some(Waivable::Only { types, vex: named.contains(&"vex") })
        }
    }
}

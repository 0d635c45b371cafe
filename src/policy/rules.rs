//! `rules`: what is done about which findings.

use crate::base::yaml::{Kind, Node};
use crate::model::policy::{Action, Place, Rule, Waivable};
use crate::policy::condition::{self, Scope};
use crate::policy::limits::EXCEPTION_TYPES;
use crate::policy::reader::{Keys, Reader};

const RULE: Keys = Keys {
    of: "a rule",
    required: &["id", "when", "action"],
    optional: &["description", "on_unknown", "waivable"],
    later: &["controls", "effective_on"],
};

/// The rules, at least one. `due` tells whether the policy has due dates.
pub(super) fn read(reader: &mut Reader, node: &Node, due: bool) -> Option<Vec<Rule>> {
    reader.unique_ids(node);
    reader.each(node, "rules", |reader, row| rule(reader, row, due))
}

fn rule(reader: &mut Reader, node: &Node, due: bool) -> Option<Rule> {
    let fields = reader.map(node, &RULE)?;
    let id = fields.read("id", |n| reader.id(n, "id"));
    let description = fields.read("description", |n| reader.text(n, "description"));
    let on_unknown = fields.read("on_unknown", |n| reader.word(n, "on_unknown", &["match", "skip"], |word| word));
    let fires_on_unknown = on_unknown != Some("skip");
    let when = fields.read("when", |n| condition::read(reader, n, Scope { due, fires_on_unknown }));
    let action = fields.read("action", |n| reader.word(n, "action", &Action::ALL, Action::word));
    let waivable = fields.read("waivable", |n| waivable(reader, n));
    Some(Rule {
        id: id?,
        place: Place { file: 0, line: node.line },
        description,
        when: when?,
        fires_on_unknown,
        action: action?,
        waivable: waivable.unwrap_or(Waivable::Any),
    })
}

fn waivable(reader: &mut Reader, node: &Node) -> Option<Waivable> {
    match node.kind {
        Kind::Bool(true) => Some(Waivable::Any),
        Kind::Bool(false) => Some(Waivable::Never),
        Kind::Map(_) | Kind::List(_) | Kind::Text(_) | Kind::Int(_) | Kind::Null => {
            let mut words = EXCEPTION_TYPES.to_vec();
            words.push("vex");
            let named = reader.words(node, "waivable", &words, |word| word)?;
            Some(Waivable::Only(named.into_iter().map(str::to_owned).collect()))
        }
    }
}

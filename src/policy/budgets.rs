//! `budgets`: how much of something may be there before the run is answered for it.

use crate::base::yaml::Node;
use crate::model::policy::{Action, Budget, Counted};
use crate::policy::condition;
use crate::policy::reader::{Keys, Reader};

const BUDGET: Keys = Keys { of: "a budget", required: &["id", "max", "action"], optional: &["when", "count"] };

/// So many of something may be allowed.
const MOST: u32 = 1_000_000_000;

/// The budgets, at least one.
pub(super) fn read(reader: &mut Reader, node: &Node) -> Option<Vec<Budget>> {
    reader.unique_ids(node);
    reader.each(node, "budgets", budget)
}

fn budget(reader: &mut Reader, node: &Node) -> Option<Budget> {
    let fields = reader.map(node, &BUDGET)?;
    let id = fields.read("id", |n| reader.id(n, "id"));
    // What is not known counts: a budget has no `on_unknown`.
    let when = fields.read("when", |n| condition::read(reader, n));
    let count = fields.read("count", |n| reader.word(n, "count", &["active_exceptions"], |word| word));
    let max = fields.read("max", |n| reader.number(n, "max", 0..=MOST));
    let action = fields.read("action", |n| reader.word(n, "action", &Action::ALL, Action::word));
    let says = |key: &str| fields.get(key).is_some();
    if says("when") == says("count") {
        let message = if says("when") { "a budget has both `when` and `count`" } else { "a budget says neither `when` nor `count`" };
        reader.wrong("config-value", node.position(), message, "say `when` for findings, or `count: active_exceptions`");
    }
    let counts = match (when, count) {
        (Some(when), None) => Counted::Findings(when),
        (None, Some(_)) => Counted::ActiveExceptions,
        (Some(_), Some(_)) | (None, None) => return None,
    };
    Some(Budget { id: id?, place: reader.place(node), counts, max: max?, action: action? })
}

//! `inputs`: the scans that must be there.

use crate::base::yaml::{Kind, Node};
use crate::model::identity::Category;
use crate::model::policy::{Place, Requirement};
use crate::policy::reader::{Keys, Reader};

const INPUTS: Keys = Keys { of: "`inputs`", required: &["require"], optional: &[], later: &["reports", "accept_partial"] };

const REQUIREMENT: Keys = Keys {
    of: "a required input",
    required: &["id"],
    optional: &["category", "tools", "min", "max_age", "allow_undated"],
    later: &["same_commit"],
};

/// The rows of `require`, which may be none.
pub(super) fn read(reader: &mut Reader, node: &Node) -> Option<Vec<Requirement>> {
    let rows = reader.map(node, &INPUTS)?.get("require")?;
    if rows.kind == Kind::List(Vec::new()) {
        return Some(Vec::new());
    }
    reader.unique_ids(rows);
    reader.each(rows, "require", requirement)
}

fn requirement(reader: &mut Reader, node: &Node) -> Option<Requirement> {
    let fields = reader.map(node, &REQUIREMENT)?;
    let id = fields.read("id", |n| reader.id(n, "id"));
    let category = fields.read("category", |n| reader.word(n, "category", &Category::ALL, Category::word));
    let tools = fields.read("tools", |n| reader.each(n, "tools", |reader, tool| reader.text(tool, "tools")));
    let min = fields.read("min", |n| reader.number(n, "min", 1..=1000));
    let max_age_hours = fields.read("max_age", |n| reader.duration(n, "max_age"));
    let allow_undated = fields.read("allow_undated", |n| reader.flag(n, "allow_undated"));
    Some(Requirement {
        id: id?,
        place: Place { file: 0, line: node.line },
        category,
        tools: tools.unwrap_or_default(),
        min: min.unwrap_or(1),
        max_age_hours,
        allow_undated: allow_undated.unwrap_or(false),
    })
}

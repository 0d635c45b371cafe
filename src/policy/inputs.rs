//! `inputs`: what is read, which scans must be there, and which errors of scanners the team knows about.

use crate::base::yaml::{Kind, Node};
use crate::model::identity::Category;
use crate::model::policy::{AcceptedError, Requirement};
use crate::policy::draft::{At, Draft};
use crate::policy::reader::{Keys, Reader};

const INPUTS: Keys = Keys { of: "`inputs`", required: &[], optional: &["require", "reports", "accept_partial"] };

const REQUIREMENT: Keys =
    Keys { of: "a required input", required: &["id"], optional: &["category", "tools", "min", "max_age", "allow_undated", "same_commit"] };

const ACCEPTED: Keys =
    Keys { of: "an accepted error", required: &["tool", "notification", "reason", "accountable", "expires"], optional: &[] };

/// Reads `inputs` into the draft. `folder` is what paths are relative to; it ends with `/` or is empty.
pub(super) fn read(reader: &mut Reader, node: &Node, folder: &str, draft: &mut Draft) {
    let Some(fields) = reader.map(node, &INPUTS) else { return };
    if let Some(rows) = fields.get("require") {
        let read = if rows.kind == Kind::List(Vec::new()) {
            Some(Vec::new())
        } else {
            reader.unique_ids(rows);
            reader.each(rows, "require", requirement)
        };
        draft.require = read.map(|value| At { value, place: reader.place(rows) });
    }
    let reports = fields.read("reports", |n| reader.each(n, "reports", |reader, item| report(reader, item, folder)));
    draft.reports = reports.unwrap_or_default();
    draft.accept_partial = fields.read("accept_partial", |n| reader.each(n, "accept_partial", accepted)).unwrap_or_default();
}

fn requirement(reader: &mut Reader, node: &Node) -> Option<Requirement> {
    let fields = reader.map(node, &REQUIREMENT)?;
    let id = fields.read("id", |n| reader.id(n, "id"));
    let category = fields.read("category", |n| reader.word(n, "category", &Category::ALL, Category::word));
    let tools = fields.read("tools", |n| reader.each(n, "tools", |reader, item| reader.tool(item, "tools")));
    let min = fields.read("min", |n| reader.number(n, "min", 1..=1000));
    let max_age_hours = fields.read("max_age", |n| reader.duration(n, "max_age"));
    let allow_undated = fields.read("allow_undated", |n| reader.flag(n, "allow_undated"));
    let same_commit = fields.read("same_commit", |n| reader.flag(n, "same_commit"));
    let id = id?;
    // What any scan meets is for the policy that knows no better.
    if fields.get("category").is_none() && fields.get("tools").is_none() && !reader.is_builtin() {
        let message = format!("the required input `{id}` asks for nothing");
        reader.wrong("config-missing-key", node.position(), message, "add `category` or `tools`");
    }
    Some(Requirement {
        id,
        place: reader.place(node),
        category,
        tools: tools.unwrap_or_default(),
        min: min.unwrap_or(1),
        max_age_hours,
        allow_undated: allow_undated.unwrap_or(false),
        same_commit: same_commit.unwrap_or(false),
    })
}

/// A file, folder or glob below the folder, with a format in front if one is given.
fn report(reader: &mut Reader, node: &Node, folder: &str) -> Option<At<String>> {
    let text = reader.text(node, "reports")?;
    let (format, path) = match text.split_once(':') {
        Some((format, path)) if !format.contains(['/', '.', '*']) => (format!("{format}:"), path),
        Some(_) | None => (String::new(), text.as_str()),
    };
    if text.contains("://") {
        return reader.not(node, "reports", "files below this folder: nothing is fetched");
    }
    let inside = Node { kind: Kind::Text(path.to_owned()), ..node.clone() };
    let glob = reader.path_glob(&inside, "reports")?;
    Some(At { value: format!("{format}{folder}{}", glob.as_str()), place: reader.place(node) })
}

fn accepted(reader: &mut Reader, node: &Node) -> Option<AcceptedError> {
    let fields = reader.map(node, &ACCEPTED)?;
    let tool = fields.read("tool", |n| reader.glob(n, "tool"));
    let notification = fields.read("notification", |n| reader.prose_glob(n, "notification"));
    let reason = fields.read("reason", |n| reader.reason(n, "reason"));
    let accountable = fields.read("accountable", |n| reader.address(n, "accountable"));
    let expires = fields.read("expires", |n| reader.date(n, "expires"));
    Some(AcceptedError {
        place: reader.place(node),
        tool: tool?,
        notification: notification?,
        reason: reason?,
        accountable: accountable?,
        expires: expires?,
    })
}

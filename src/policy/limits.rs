//! `exceptions`: which exceptions count.

use std::collections::BTreeMap;

use crate::base::yaml::{Kind, Node};
use crate::model::exception::ExceptionType;
use crate::model::policy::{Action, Limit, Unused};
use crate::model::severity::Severity;
use crate::policy::condition;
use crate::policy::draft::{At, Draft, EmergencyDraft};
use crate::policy::reader::{Keys, Reader, at};

const EXCEPTIONS: Keys = Keys {
    of: "`exceptions`",
    required: &[],
    optional: &["files", "roles", "limits", "separation_of_duties", "emergency", "warn_before_expiry", "unused"],
};

const LIMITS: Keys =
    Keys { of: "a limits row", required: &["severity", "max_lifetime", "max_renewals", "approver_roles", "floor"], optional: &["types"] };

const EMERGENCY: Keys = Keys { of: "`emergency`", required: &[], optional: &["roles", "max_days", "severity_at_most", "review_within"] };

/// Reads `exceptions` into the draft. `folder` is what paths are relative to; it ends with `/` or is empty.
pub(super) fn read_exceptions(reader: &mut Reader, node: &Node, folder: &str, draft: &mut Draft) {
    let Some(fields) = reader.map(node, &EXCEPTIONS) else { return };
    let files = fields.read("files", |n| reader.each(n, "files", |reader, item| file(reader, item, folder)));
    draft.exception_files = files;
    draft.roles = fields.read("roles", |n| roles(reader, n)).unwrap_or_default();
    draft.limits = fields.read("limits", |n| reader.each(n, "limits", row)).into_iter().collect();
    draft.separation_of_duties = at(reader, fields, "separation_of_duties", |reader, n| reader.flag(n, "separation_of_duties"));
    draft.warn_before_expiry = at(reader, fields, "warn_before_expiry", |reader, n| reader.duration(n, "warn_before_expiry"));
    draft.unused = at(reader, fields, "unused", |reader, n| reader.word(n, "unused", &Unused::ALL, Unused::word));
    draft.emergency = at(reader, fields, "emergency", emergency);
}

/// A file or glob below the folder.
fn file(reader: &mut Reader, node: &Node, folder: &str) -> Option<At<String>> {
    let glob = reader.path_glob(node, "files")?;
    Some(At { value: format!("{folder}{}", glob.as_str()), place: reader.place(node) })
}

/// Who is in which role.
fn roles(reader: &mut Reader, node: &Node) -> Option<BTreeMap<String, At<Vec<crate::base::address::Address>>>> {
    let Kind::Map(entries) = &node.kind else { return reader.not(node, "roles", "roles with lists of mail addresses") };
    if entries.is_empty() {
        return reader.not(node, "roles", "roles with lists of mail addresses");
    }
    let mut roles = BTreeMap::new();
    for (key, members) in entries {
        let name = Node { line: key.line, column: key.column, kind: Kind::Text(key.text.clone()) };
        // A role whose list is wrong is a role all the same: who names it makes no mistake.
        let (role, list) = (reader.id(&name, "roles"), reader.addresses(members, &key.text).unwrap_or_default());
        roles.extend(role.map(|role| (role, At { value: list, place: reader.place(&name) })));
    }
    Some(roles)
}

fn row(reader: &mut Reader, node: &Node) -> Option<Limit> {
    let fields = reader.map(node, &LIMITS)?;
    let types = fields.read("types", |n| reader.words(n, "types", &ExceptionType::ALL, ExceptionType::word));
    let severities = fields.read("severity", |n| condition::severities(reader, n));
    let max_lifetime_hours = fields.read("max_lifetime", |n| reader.duration(n, "max_lifetime"));
    let max_renewals = fields.read("max_renewals", |n| reader.number(n, "max_renewals", 0..=1000));
    let approver_roles = fields.read("approver_roles", |n| role_names(reader, n, "approver_roles"));
    let floor = fields.read("floor", |n| reader.word(n, "floor", &Action::ALL, Action::word));
    Some(Limit {
        place: reader.place(node),
        types: types.unwrap_or_default(),
        severities: severities?,
        max_lifetime_hours: max_lifetime_hours?,
        max_renewals: max_renewals?,
        approver_roles: approver_roles?,
        floor: floor?,
    })
}

fn role_names(reader: &mut Reader, node: &Node, what: &str) -> Option<Vec<String>> {
    reader.each(node, what, |reader, role| reader.id(role, what))
}

fn emergency(reader: &mut Reader, node: &Node) -> Option<EmergencyDraft> {
    let fields = reader.map(node, &EMERGENCY)?;
    Some(EmergencyDraft {
        roles: at(reader, fields, "roles", |reader, n| role_names(reader, n, "roles")),
        max_days: at(reader, fields, "max_days", |reader, n| reader.number(n, "max_days", 1..=3650)),
        severity_at_most: at(reader, fields, "severity_at_most", |reader, n| {
            reader.word(n, "severity_at_most", &Severity::ALL, Severity::word)
        }),
        review_within: at(reader, fields, "review_within", |reader, n| reader.duration(n, "review_within")),
    })
}

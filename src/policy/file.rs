//! One policy file: its keys, and the draft they make.

use crate::base::yaml::{Kind, Node};
use crate::model::policy::{Action, Exposure};
use crate::policy::draft::{At, Draft};
use crate::policy::reader::{Fields, Keys, Reader, at};
use crate::policy::{baseline, budgets, due, feeds, inputs, limits, ownership, rules, severity, vex};

const KEYS: Keys = Keys {
    of: "the policy",
    required: &["schema", "name", "owner"],
    optional: &[
        "extends",
        "enforcement",
        "context",
        "escalation",
        "inputs",
        "severity",
        "rules",
        "default_action",
        "feeds",
        "vex",
        "baseline",
        "due",
        "budgets",
        "exceptions",
        "ownership",
        "use_codeowners",
    ],
};

/// What a policy must say that stands on no other: a file that was cut at the end of a line must not read as a looser one.
const ROOT_KEYS: [&str; 4] = ["inputs", "rules", "default_action", "exceptions"];

const CONTEXT: Keys = Keys { of: "`context`", required: &[], optional: &["service", "repository", "exposure"] };

/// Where a file looks for others.
pub(super) struct Folders {
    /// What `reports` are relative to.
    pub(super) reports: String,
    /// What `exceptions.files` are relative to.
    pub(super) own: String,
}

/// What the keys of a file say. `is_root` says that it stands on no other policy.
pub(super) fn read(reader: &mut Reader, root: &Node, folders: &Folders, is_root: bool) -> Draft {
    let mut draft = Draft::default();
    let Some(fields) = reader.map(root, &KEYS) else { return draft };
    fields.read("schema", |n| reader.word(n, "schema", &["relgate.policy/v1"], |word| word));
    draft.name = text(reader, fields, "name");
    draft.owner = text(reader, fields, "owner");
    draft.enforced = fields.get("enforcement").and_then(|n| {
        let word = reader.word(n, "enforcement", &["enforce", "observe"], |word| word)?;
        Some(At { value: word == "enforce", place: reader.place(n) })
    });
    fields.read("context", |n| context(reader, n, &mut draft));
    draft.escalation = fields.read("escalation", |n| reader.addresses_at(n, "escalation")).unwrap_or_default();
    if let Some(node) = fields.get("inputs") {
        inputs::read(reader, node, &folders.reports, &mut draft);
    }
    if let Some(node) = fields.get("severity") {
        severity::read(reader, node, &mut draft);
    }
    // An empty list of a layer adds nothing.
    let adding = |key| fields.get(key).filter(|list| is_root || list.kind != Kind::List(Vec::new()));
    draft.rules = adding("rules").and_then(|n| rules::read(reader, n)).unwrap_or_default();
    draft.default_action = fields.get("default_action").and_then(|n| {
        let action = reader.word(n, "default_action", &Action::ALL, Action::word)?;
        Some(At { value: action, place: reader.place(n) })
    });
    draft.default_over = draft.rules.len();
    draft.feeds = fields.read("feeds", |n| feeds::read(reader, n, &folders.own)).unwrap_or_default();
    draft.vex = fields.read("vex", |n| vex::read(reader, n, &folders.own));
    draft.baseline = fields.read("baseline", |n| baseline::read(reader, n, &folders.own));
    draft.due = at(reader, fields, "due", due::read);
    // An empty list says that there are none.
    let budgets = fields.get("budgets").filter(|budgets| budgets.kind != Kind::List(Vec::new()));
    draft.budgets = budgets.and_then(|n| budgets::read(reader, n)).unwrap_or_default();
    if let Some(node) = fields.get("exceptions") {
        limits::read_exceptions(reader, node, &folders.own, &mut draft);
    }
    draft.ownership = adding("ownership").and_then(|n| ownership::read(reader, n)).unwrap_or_default();
    draft.use_codeowners = fields.get("use_codeowners").and_then(|n| {
        let used = reader.flag(n, "use_codeowners")?;
        Some(At { value: used, place: reader.place(n) })
    });
    if is_root {
        missing(reader, root, fields, &draft);
    }
    draft
}

/// Tells what a root policy does not say.
fn missing(reader: &mut Reader, root: &Node, fields: Fields<'_>, draft: &Draft) {
    for key in ROOT_KEYS.into_iter().filter(|key| fields.get(key).is_none()) {
        let help = "add it, or stand on a policy that has it: `extends: [builtin:standard]`";
        reader.wrong("config-missing-key", root.position(), format!("the policy lacks `{key}`"), help);
    }
    for (key, inner, is_there) in [("inputs", "require", draft.require.is_some()), ("exceptions", "limits", !draft.limits.is_empty())] {
        if let Some(node) = fields.get(key)
            && !is_there
            && matches!(node.kind, Kind::Map(_))
            && !node.entries().iter().any(|(key, _)| key.text == inner)
        {
            reader.wrong("config-missing-key", node.position(), format!("`{key}` lacks `{inner}`"), "add it");
        }
    }
}

fn text(reader: &mut Reader, fields: Fields<'_>, key: &str) -> Option<At<String>> {
    let node = fields.get(key)?;
    reader.text(node, key).map(|value| At { value, place: reader.place(node) })
}

fn context(reader: &mut Reader, node: &Node, draft: &mut Draft) -> Option<()> {
    let fields = reader.map(node, &CONTEXT)?;
    draft.service = text(reader, fields, "service");
    draft.repository = text(reader, fields, "repository");
    if let Some(repository) = draft.repository.as_ref()
        && repository.value.split_once("://").is_some_and(|(_, rest)| rest.split('/').next().is_some_and(|host| host.contains('@')))
    {
        reader.wrong(
            "config-value",
            repository.place.position(),
            "`repository` holds a user or a password",
            "write the address without it",
        );
    }
    draft.exposure = fields.get("exposure").and_then(|n| {
        let exposure = reader.word(n, "exposure", &Exposure::ALL, Exposure::word)?;
        Some(At { value: exposure, place: reader.place(n) })
    });
    Some(())
}

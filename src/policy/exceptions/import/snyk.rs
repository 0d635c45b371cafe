//! `.snyk`: under `ignore` ids with paths through the tree of dependencies, each maybe with `reason`, `expires` and
//! `disregardIfFixable` (Snyk CLI, "ignore", and `snyk-policy`).

use super::{DraftMatch, Entry, anywhere, end_of, stranger, text};
use crate::base::fault::Fault;
use crate::base::yaml::{self, Kind, Node};

const KEYS: [&str; 6] = ["reason", "reasonType", "expires", "created", "ignoredBy", "disregardIfFixable"];

pub(super) fn read(text: &str, _folder: &str) -> Result<Vec<Entry>, Fault> {
    let root = yaml::read(text)?;
    let mut entries = Vec::new();
    for (id, paths) in root.get("ignore").map(Node::entries).unwrap_or_default() {
        let paths = paths.items().iter().flat_map(Node::entries);
        entries.extend(paths.map(|(path, what)| entry(&id.text, &path.text, path.line, what)));
    }
    for (section, why) in [("exclude", "it keeps files from being scanned"), ("patch", "it is a patch, not an exception")] {
        let listed = root.get(section).map(Node::entries).unwrap_or_default();
        entries.extend(listed.iter().map(|(key, _)| Entry::of(key.line, &format!("{section}: {}", key.text), Err(why.to_owned()))));
    }
    Ok(entries)
}

fn entry(id: &str, path: &str, line: u64, what: &Node) -> Entry {
    let mut entry = Entry::of(line, id, matches(id, path, what));
    entry.reason = text(what, "reason").map(str::to_owned);
    if what.get("disregardIfFixable").is_some_and(|told| told.kind == Kind::Bool(true)) {
        entry.until = vec!["fix_available"];
    }
    end_of(&mut entry, text(what, "expires"));
    entry
}

fn matches(id: &str, path: &str, what: &Node) -> Result<DraftMatch, String> {
    if let Some(key) = stranger(what, &KEYS) {
        return Err(format!("it depends on `{key}`, which is not known here"));
    }
    if id.starts_with("snyk:lic:") {
        return Err("it ignores a license".to_owned());
    }
    if path != "*" {
        return Err(format!("it is only about the path `{path}` through the dependencies, of which a record says nothing"));
    }
    Ok(anywhere(id))
}

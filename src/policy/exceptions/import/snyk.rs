//! `.snyk`: under `ignore` ids with paths through the tree of dependencies, each maybe with `reason`, `expires` and
//! `disregardIfFixable` (Snyk CLI, "ignore", and `snyk-policy`).

use super::{DraftMatch, Entry, anywhere, end_of, list_of, other_than, reason_of, stranger, text};
use crate::base::fault::Fault;
use crate::base::yaml::{self, Kind, Node};

const KEYS: [&str; 6] = ["reason", "reasonType", "expires", "created", "ignoredBy", "disregardIfFixable"];

pub(super) fn read(text: &str, _folder: &str) -> Result<Vec<Entry>, Fault> {
    let root = yaml::read(text)?;
    let mut entries = Vec::new();
    if let Some(ignored) = root.get("ignore").filter(|ignored| !matches!(ignored.kind, Kind::Map(_))) {
        entries.push(Entry::of(ignored.line, "ignore", Err(other_than("ignore", ignored, "a map"))));
    }
    for (id, paths) in root.get("ignore").into_iter().flat_map(Node::entries) {
        let paths = match list_of(paths, &id.text) {
            Ok(paths) => paths,
            Err(why) => {
                entries.push(Entry::of(id.line, &id.text, Err(why)));
                continue;
            }
        };
        for path in paths {
            if path.entries().is_empty() {
                entries.push(Entry::of(path.line, &id.text, Err(other_than("a path", path, "a map of it and what is said of it"))));
            }
            entries.extend(path.entries().iter().map(|(path, what)| entry(&id.text, &path.text, path.line, what)));
        }
    }
    for (section, why) in [("exclude", "it keeps files from being scanned"), ("patch", "it is a patch, not an exception")] {
        let listed = root.get(section).into_iter().flat_map(Node::entries);
        entries.extend(listed.map(|(key, _)| Entry::of(key.line, &format!("{section}: {}", key.text), Err(why.to_owned()))));
    }
    Ok(entries)
}

fn entry(id: &str, path: &str, line: u64, what: &Node) -> Entry {
    let mut entry = Entry::of(line, id, matches(id, path, what));
    entry.reason = reason_of(what, "reason");
    match what.get("disregardIfFixable").map(|told| (told, &told.kind)) {
        None | Some((_, Kind::Bool(false))) => {}
        Some((_, Kind::Bool(true))) => entry.until = vec!["fix_available"],
        Some((told, _)) => entry.matches = Err(other_than("disregardIfFixable", told, "true or false")),
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

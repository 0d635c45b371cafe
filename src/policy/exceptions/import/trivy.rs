//! `.trivyignore.yaml`: lists of `vulnerabilities`, `misconfigurations`, `secrets` and `licenses`, each entry with `id`, and maybe
//! `paths`, `purls`, `expired_at` and `statement` (Trivy, "Filtering").

use super::{DraftMatch, Entry, end_of, of_trivy, package, stranger, text};
use crate::base::fault::Fault;
use crate::base::yaml::{self, Kind, Node};
use crate::model::identity::Category;

const KINDS: [(&str, Category); 4] = [
    ("vulnerabilities", Category::Sca),
    ("misconfigurations", Category::Iac),
    ("secrets", Category::Secret),
    ("licenses", Category::License),
];

const KEYS: [&str; 5] = ["id", "paths", "purls", "expired_at", "statement"];

pub(super) fn read(text: &str, _folder: &str) -> Result<Vec<Entry>, Fault> {
    let root = yaml::read(text)?;
    let mut entries = Vec::new();
    for (key, list) in root.entries() {
        match KINDS.iter().find(|(name, _)| *name == key.text) {
            Some((_, of)) => list.items().iter().for_each(|item| entries.extend(entries_of(item, *of))),
            None => entries.push(Entry::of(key.line, &key.text, Err("no such list is known here".to_owned()))),
        }
    }
    Ok(entries)
}

/// A record has one package, and so each of an entry's makes one.
fn entries_of(item: &Node, of: Category) -> Vec<Entry> {
    let id = text(item, "id").unwrap_or("an entry without id");
    let purls: Vec<&str> = texts(item, "purls");
    let each = |purl: Option<&str>| {
        let mut entry = Entry::of(item.line, id, matches(item, of, purl));
        entry.reason = text(item, "statement").map(str::to_owned);
        end_of(&mut entry, text(item, "expired_at"));
        entry
    };
    if purls.is_empty() { vec![each(None)] } else { purls.into_iter().map(|purl| each(Some(purl))).collect() }
}

fn matches(item: &Node, of: Category, purl: Option<&str>) -> Result<DraftMatch, String> {
    if let Some(key) = stranger(item, &KEYS) {
        return Err(format!("it depends on `{key}`, which is not known here"));
    }
    let id = text(item, "id").ok_or("it names no id")?;
    if of == Category::License {
        return Err("it ignores a license, wherever that is".to_owned());
    }
    let mut matches = DraftMatch { paths: texts(item, "paths").into_iter().map(str::to_owned).collect(), ..of_trivy(id, of) };
    if let Some(purl) = purl {
        let (package, version) = package(purl)?;
        matches.package = Some(package);
        matches.any_version = version.is_none();
        matches.versions = version.into_iter().collect();
    }
    Ok(matches)
}

fn texts<'n>(item: &'n Node, key: &str) -> Vec<&'n str> {
    let all = item.get(key).map(Node::items).unwrap_or_default();
    all.iter().filter_map(|node| if let Kind::Text(text) = &node.kind { Some(text.as_str()) } else { None }).collect()
}

//! `.trivyignore.yaml`: lists of `vulnerabilities`, `misconfigurations`, `secrets` and `licenses`, each entry with `id`, and maybe
//! `paths`, `purls`, `expired_at` and `statement` (Trivy, "Filtering").

use super::{DraftMatch, Entry, end_of, list_of, of_trivy, package, reason_of, stranger, text, texts};
use crate::base::fault::Fault;
use crate::base::yaml::{self, Node};
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
            Some((name, of)) => match list_of(list, name) {
                Ok(items) => items.iter().for_each(|item| entries.extend(entries_of(item, *of))),
                Err(why) => entries.push(Entry::of(key.line, name, Err(why))),
            },
            None => entries.push(Entry::of(key.line, &key.text, Err("no such list is known here".to_owned()))),
        }
    }
    Ok(entries)
}

/// A record has one package, and so each of an entry's makes one.
fn entries_of(item: &Node, of: Category) -> Vec<Entry> {
    let id = text(item, "id").ok().flatten().unwrap_or("an entry without id");
    let purls = match texts(item, "purls") {
        Ok(purls) => purls,
        Err(why) => return vec![Entry::of(item.line, id, Err(why))],
    };
    let each = |purl: Option<&str>| {
        let mut entry = Entry::of(item.line, id, matches(item, of, purl));
        entry.reason = reason_of(item, "statement");
        end_of(&mut entry, text(item, "expired_at"));
        entry
    };
    if purls.is_empty() { vec![each(None)] } else { purls.into_iter().map(|purl| each(Some(purl))).collect() }
}

fn matches(item: &Node, of: Category, purl: Option<&str>) -> Result<DraftMatch, String> {
    if let Some(key) = stranger(item, &KEYS) {
        return Err(format!("it depends on `{key}`, which is not known here"));
    }
    let id = text(item, "id")?.ok_or("it names no id")?;
    if of == Category::License {
        return Err("it ignores a license, wherever that is".to_owned());
    }
    let mut matches = DraftMatch { paths: texts(item, "paths")?.into_iter().map(str::to_owned).collect(), ..of_trivy(id, of) };
    if let Some(purl) = purl {
        let (package, version) = package(purl)?;
        matches.package = Some(package);
        matches.any_version = version.is_none();
        matches.versions = version.into_iter().collect();
    }
    Ok(matches)
}

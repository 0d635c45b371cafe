//! `vex`: whose statements about vulnerabilities count, and for what.

use crate::base::yaml::Node;
use crate::model::vex::{Justification, VexRules, VexSource};
use crate::policy::draft::{At, VexDraft};
use crate::policy::reader::{Keys, Reader, at};

const VEX: Keys = Keys { of: "`vex`", required: &[], optional: &["sources", "accept_justifications", "allow_versionless"] };

const SOURCE: Keys = Keys { of: "a source", required: &["path", "authors"], optional: &[] };

/// Reads `vex`. `folder` is what paths are relative to; it ends with `/` or is empty.
pub(super) fn read(reader: &mut Reader, node: &Node, folder: &str) -> Option<VexDraft> {
    let fields = reader.map(node, &VEX)?;
    let sources = at(reader, fields, "sources", |reader, n| reader.each(n, "sources", |reader, item| source(reader, item, folder)));
    let accepted = at(reader, fields, "accept_justifications", |reader, n| {
        reader.words(n, "accept_justifications", &Justification::ALL, Justification::word)
    });
    let allow_versionless = at(reader, fields, "allow_versionless", |reader, n| reader.flag(n, "allow_versionless"));
    Some(VexDraft { sources, accepted, allow_versionless })
}

fn source(reader: &mut Reader, node: &Node, folder: &str) -> Option<VexSource> {
    let fields = reader.map(node, &SOURCE)?;
    let path = fields.read("path", |n| reader.path_glob(n, "path"));
    let authors = fields.read("authors", |n| {
        reader.each(n, "authors", |reader, item| {
            let author = reader.text(item, "authors")?;
            if author.contains('*') {
                return reader.not(
                    item,
                    "authors",
                    "an author as the documents name it: they are compared exactly, and a pattern is nobody",
                );
            }
            Some(author)
        })
    });
    Some(VexSource { place: reader.place(node), path: format!("{folder}{}", path?.as_str()), authors: authors? })
}

/// What counts, with the defaults.
pub(super) fn settled(told: VexDraft) -> VexRules {
    VexRules {
        sources: told.sources.map_or_else(Vec::new, |sources| sources.value),
        accepted: told.accepted.map_or_else(|| Justification::ACCEPTED.to_vec(), |accepted| accepted.value),
        allow_versionless: told.allow_versionless.is_some_and(|allowed| allowed.value),
    }
}

/// The first source of a layer that the policy under it does not have as wide.
pub(super) fn wider<'s>(base: &[VexSource], layer: &'s [VexSource]) -> Option<&'s VexSource> {
    let has = |told: &VexSource| {
        let known = base.iter().filter(|known| known.path == told.path);
        let authors: Vec<&String> = known.flat_map(|known| &known.authors).collect();
        told.authors.iter().all(|author| authors.contains(&author))
    };
    layer.iter().find(|told| !has(told))
}

/// The first justification of a layer that the policy under it does not accept.
pub(super) fn milder(base: &VexDraft, layer: &[Justification]) -> Option<Justification> {
    let accepted = base.accepted.as_ref().map_or(&Justification::ACCEPTED[..], |accepted: &At<_>| accepted.value.as_slice());
    layer.iter().copied().find(|told| !accepted.contains(told))
}

//! Reports of tools without a reader: a mapping tells where their results stand and what the members of a result mean
//! (docs/mappings.md).
//!
//! The pointers of a mapping become a tree ([`plan`], [`tree`]); the document is walked along it once ([`walk`]) and everything else is passed
//! over. What a result takes from around it may stand behind it, so that results wait until the outermost level that they look at
//! ends, and become rows then ([`row`]).

mod astray;
mod health;
mod plan;
mod row;
mod take;
mod tree;
mod walk;

use crate::base::json::{Reader, Result, ValueKind};
use crate::ingest::{Ends, Format, Probe, Sink};
use crate::model::mapping::{Label, Way};

/// The row of these formats.
pub(super) const FORMAT: Format = Format {
    id: "mapped",
    title: "reports that a mapping tells",
    recognized: "what `recognize` of one [mapping](mappings.md) names. The id of the mapping is the word in front of a path",
    reads: "Each result of the lists that the mapping names, and of it what `fields` names. Nothing else is read",
    severity: "what the mapping says: the tool's word, a table of its words, CVSS",
    incomplete: "the mapping's `errors`, `complete` and `claimed` say so; a list around the results is empty",
    ends: Ends::Anywhere,
    blank: false,
    endings: &[],
    sniff: |probe| !probe.mapped().is_empty(),
    parse,
};

/// Whether the mapping of a label claims a document.
pub(super) fn claims(label: &Label, probe: &Probe) -> bool {
    let is_one_line = label.lines && probe.kind("") != Some(ValueKind::Array);
    label.recognize.iter().all(|sign| {
        let inner = Way(sign.at.0.get(1..).unwrap_or_default().to_vec());
        let at = if is_one_line { &inner } else { &sign.at };
        let mut found = probe.reached(at);
        found.any(|text| sign.is.is_empty() || text.is_some_and(|text| sign.is.iter().any(|known| known == text)))
    })
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    match sink.mapping.clone() {
        Some(mapping) => walk::read(r, sink, &mapping),
        None => Err(r.refuse("which-mapping", "`mapped` stands for every mapping", "write the id of one in front of the path")),
    }
}

#[cfg(test)]
mod tests;

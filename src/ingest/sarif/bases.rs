//! The bases of relative URIs (`originalUriBaseIds`, §3.14.14).

use hashbrown::HashMap;

use crate::base::text::Text;
use crate::ingest::Sink;
use crate::ingest::sarif::run::Artifact;
use crate::model::problem::Weight;

/// How many bases may be relative to each other in a row. Tools use one or two.
const CHAIN_LIMIT: usize = 16;

/// The longest URI that is put together, in bytes: no path of a system is longer.
const URI_LIMIT: usize = 4_096;

/// Each base joined with what it is itself relative to. A cycle defines nothing, nor does a chain that is longer than the limits,
/// so the work is in proportion to the number of bases.
pub(super) fn bases(told: &[(Text, Artifact)], pointer: &str, sink: &mut Sink) -> Vec<(Text, Option<Text>)> {
    let by_name: HashMap<Text, Artifact> = told.iter().copied().collect();
    let mut resolved = Vec::with_capacity(told.len());
    for (name, _) in told {
        let uri = join(*name, &by_name, sink);
        if uri.is_none() {
            let at = || format!("{pointer}/originalUriBaseIds");
            sink.problem(
                Weight::Note,
                "base-cycle",
                at,
                "a base of URIs is relative to itself or to too many others; taken as not defined",
                "",
            );
        }
        resolved.push((*name, uri.filter(|uri| !uri.is_empty()).map(|uri| sink.intern(&uri))));
    }
    resolved
}

fn join(name: Text, by_name: &HashMap<Text, Artifact>, sink: &Sink) -> Option<String> {
    let mut parts = Vec::new();
    let mut next = by_name.get(&name);
    while let Some(base) = next {
        if parts.len() == CHAIN_LIMIT {
            return None;
        }
        parts.push(base.uri.map_or("", |uri| sink.report.texts.get(uri).as_data()));
        next = base.base.and_then(|name| by_name.get(&name));
    }
    let length: usize = parts.iter().map(|part| part.len()).sum();
    // A URI that stands alone is not put together.
    (parts.len() == 1 || length <= URI_LIMIT).then(|| parts.into_iter().rev().collect())
}

//! What reports about vulnerable components have in common.

use crate::base::json::{Halt, Reader};
use crate::base::text::Text;
use crate::ingest::Sink;

/// The id of GitHub's database in a text, such as the address of an advisory: `GHSA-` and three groups of four.
pub(super) fn ghsa(text: &str) -> Option<&str> {
    const LENGTH: usize = "GHSA-xxxx-xxxx-xxxx".len();
    let is_id = |id: &&str| {
        let mut parts = id.split('-').skip(1);
        parts.by_ref().take(3).filter(|part| part.len() == 4 && part.bytes().all(|b| b.is_ascii_alphanumeric())).count() == 3
            && parts.next().is_none()
    };
    text.match_indices("GHSA-").filter_map(|(at, _)| text.get(at..at + LENGTH)).find(is_id)
}

/// The same of a text that is kept, kept itself.
pub(super) fn ghsa_in(sink: &mut Sink, text: Option<Text>) -> Option<Text> {
    let id = ghsa(sink.report.texts.get(text?).as_data())?.to_owned();
    Some(sink.intern(&id))
}

/// A document refused because something in it has no member that the format requires: without it, results could be missing.
pub(super) fn lacks(r: &Reader<'_>, what: &str, member: &str) -> Halt {
    r.refuse("missing-member", &format!("{what} has no `{member}`"), "the report is not whole: let the tool write it again")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_found_in_an_address() {
        for (text, id) in [
            ("https://github.com/advisories/GHSA-93q8-gq69-wqmw", Some("GHSA-93q8-gq69-wqmw")),
            ("see GHSA-x, GHSA-93q8-gq69-wqmw.", Some("GHSA-93q8-gq69-wqmw")),
            ("https://npmjs.com/advisories/118", None),
            ("GHSA-93q8-gq69", None),
            ("GHSA-93q8-gq69-é1", None),
        ] {
            assert_eq!(ghsa(text), id, "{text}");
        }
    }
}

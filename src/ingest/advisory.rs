//! What reports about vulnerable components have in common.

use crate::base::text::Text;
use crate::ingest::Sink;
use crate::model::problem::Weight;
use crate::model::severity::Source;

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

/// Who rates a vulnerability, by the name that a report has for its database, in any case.
pub(super) fn database(sink: &mut Sink, name: &str) -> Source {
    let name = name.to_ascii_lowercase();
    Source::By(sink.intern(match name.as_str() {
        "github" => "ghsa",
        "red hat" => "redhat",
        name => name,
    }))
}

/// The versions of a list with commas, kept.
pub(super) fn versions(sink: &mut Sink, told: Text, versions: &mut Vec<Text>) {
    let list = sink.report.texts.get(told).as_data();
    if list.trim() == list && !list.contains(',') {
        versions.push(told);
        return;
    }
    let list = list.to_owned();
    versions.extend(list.split(',').map(str::trim).filter(|version| !version.is_empty()).map(|version| sink.intern(version)));
}

/// Warns that a tool looked at no component at all, which reads as nothing found.
pub(super) fn nothing_audited(sink: &mut Sink, tool: &str) {
    let what = format!("{tool} audited no package at all");
    sink.problem(Weight::Warning, "nothing-audited", String::new, what, "check what it was pointed at");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_has_one_name() {
        let mut sink = Sink::default();
        for (told, name) in [("GITHUB", "ghsa"), ("Red Hat", "redhat"), ("NVD", "nvd"), ("ghsa", "ghsa")] {
            let one = Source::By(sink.intern(name));
            assert!(database(&mut sink, told) == one, "{told}");
        }
    }

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

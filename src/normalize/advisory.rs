//! The names of vulnerabilities, and what their numbers mean.

use crate::model::finding::Epss;
use crate::model::identity::{Category, advisory_order};
use crate::normalize::taxa::advisory;

/// Ids of advisories of vendors and distributions: each is about one fix, often for several vulnerabilities at once, so that it
/// makes nothing the same.
const BUNDLES: [&str; 16] = [
    "ALAS",
    "ALBA-",
    "ALSA-",
    "DLA-",
    "DSA-",
    "ELBA-",
    "ELSA-",
    "LSN-",
    "MGASA-",
    "OPENSUSE-",
    "RHBA-",
    "RHEA-",
    "RHSA-",
    "RLSA-",
    "SUSE-",
    "USN-",
];

/// The ids of a vulnerability in the case that their databases write, sorted; and the first one told if it is an advisory for several
/// vulnerabilities at once. Behind other ids such an advisory is left out.
pub(super) fn ids<'t>(told: impl Iterator<Item = &'t str>) -> (Vec<String>, Option<String>) {
    let all: Vec<String> = told.map(canonical).filter(|id| !id.is_empty()).collect();
    let is_bundle = |id: &str| {
        let upper = id.to_ascii_uppercase();
        BUNDLES.iter().any(|start| upper.starts_with(start))
    };
    let bundle = all.first().filter(|id| is_bundle(id)).cloned();
    let mut ids: Vec<String> = all.into_iter().enumerate().filter(|(place, id)| *place == 0 || !is_bundle(id)).map(|(_, id)| id).collect();
    ids.sort_by(|a, b| advisory_order(a).cmp(&advisory_order(b)));
    ids.dedup();
    (ids, bundle)
}

/// `CVE-…` and `GHSA-…` as their databases write them; another id as it stands.
fn canonical(id: &str) -> String {
    let id = id.trim();
    advisory(id).filter(|known| known.len() == id.len()).unwrap_or_else(|| id.chars().take(200).collect())
}

/// What a vulnerability is: some are no weakness but malice.
pub(super) fn category(told: Category, ids: &[String]) -> Category {
    if told == Category::Sca && ids.iter().any(|id| id.starts_with("MAL-")) { Category::Malware } else { told }
}

/// A probability from 0 to 1 as a decimal number.
pub(super) fn epss(told: &str) -> Option<Epss> {
    let number: f64 = told.parse().ok().filter(|number| (0.0..=1.0).contains(number))?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to a million")]
    Some(Epss((number * 1e6).round() as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_sorted_by_who_numbers_them_and_written_as_there() {
        let of = |told: &[&str]| ids(told.iter().copied());
        let all = ["GO-2023-1", "ghsa-XVCH-5gv4-984h", "cve-2021-44906", "CVE-2021-44906"];
        assert_eq!(of(&all), (vec!["CVE-2021-44906".to_owned(), "GHSA-xvch-5gv4-984h".to_owned(), "GO-2023-1".to_owned()], None));
        assert_eq!(of(&["CVE-2021-44906", "DSA-5000-1"]), (vec!["CVE-2021-44906".to_owned()], None));
        assert_eq!(
            of(&["RHSA-2020:1", "CVE-2020-1111"]),
            (vec!["CVE-2020-1111".to_owned(), "RHSA-2020:1".to_owned()], Some("RHSA-2020:1".to_owned()))
        );
        assert_eq!(of(&["CVE-2021-44906-minimist"]), (vec!["CVE-2021-44906-minimist".to_owned()], None));
        assert_eq!(category(Category::Sca, &["MAL-2024-1".to_owned()]), Category::Malware);
    }

    #[test]
    fn a_probability_is_between_none_and_one() {
        assert_eq!((epss("0.5"), epss("1"), epss("9.7e-4")), (Some(Epss(500_000)), Some(Epss(1_000_000)), Some(Epss(970))));
        assert_eq!((epss("1.1"), epss("-0"), epss("NaN"), epss("")), (None, Some(Epss(0)), None, None));
    }
}

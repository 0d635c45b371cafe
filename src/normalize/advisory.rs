//! The names of vulnerabilities, and what their numbers mean.

use std::borrow::Cow;

use crate::model::finding::Epss;
use crate::model::identity::Category;
use crate::normalize::taxa::advisory;

/// Longer than any id in use.
const LIMIT: usize = 200;

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

/// An id of a vulnerability in the case that its database writes, and whether it is an advisory for several vulnerabilities at once.
pub(super) fn id(told: &str) -> (Cow<'_, str>, bool) {
    let told = told.trim();
    if let Some(known) = advisory(told).filter(|known| known.len() == told.len()) {
        return (known, false);
    }
    let is_bundle = BUNDLES.iter().any(|start| told.get(..start.len()).is_some_and(|begins| begins.eq_ignore_ascii_case(start)));
    (told.get(..LIMIT).unwrap_or(told).into(), is_bundle)
}

/// What a vulnerability is: some are no weakness but malice.
pub(super) fn category<'t>(told: Category, mut ids: impl Iterator<Item = &'t str>) -> Category {
    if told == Category::Sca && ids.any(|id| id.starts_with("MAL-")) { Category::Malware } else { told }
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
    fn ids_are_written_as_their_databases_do() {
        for (told, expected, is_bundle) in [
            ("ghsa-XVCH-5gv4-984h", "GHSA-xvch-5gv4-984h", false),
            (" cve-2021-44906", "CVE-2021-44906", false),
            ("CVE-2021-44906-minimist", "CVE-2021-44906-minimist", false),
            ("GO-2023-1", "GO-2023-1", false),
            ("DSA-5000-1", "DSA-5000-1", true),
            ("RHSA-2020:1", "RHSA-2020:1", true),
            ("openSUSE-SU-2020:1", "openSUSE-SU-2020:1", true),
        ] {
            assert_eq!(id(told), (expected.into(), is_bundle), "{told}");
        }
        assert_eq!(category(Category::Sca, ["MAL-2024-1"].into_iter()), Category::Malware);
        assert_eq!(category(Category::Sca, ["CVE-2024-1"].into_iter()), Category::Sca);
    }

    #[test]
    fn a_probability_is_between_none_and_one() {
        assert_eq!((epss("0.5"), epss("1"), epss("9.7e-4")), (Some(Epss(500_000)), Some(Epss(1_000_000)), Some(Epss(970))));
        assert_eq!((epss("1.1"), epss("-0"), epss("NaN"), epss("")), (None, Some(Epss(0)), None, None));
    }
}

//! Which version mends several findings of one component, each of which names versions of its own.
//!
//! Only versions that are numbers with dots are compared (`1.38.2`, `>=1.18.4, <1.19.0`): these mean the same in every ecosystem. Of a
//! finding each version that is told mends its own branch, which is its first two numbers, and the highest also all that comes later.

/// The lowest version that mends all of it, given the versions in use and those that each finding tells; `None` where one of them is
/// no such number, or none is told.
pub(super) fn mending_all(used: &[&str], told: &[Vec<&str>]) -> Option<String> {
    let used = used.iter().map(|version| Version::read(version)).collect::<Option<Vec<Version>>>()?;
    let fixes = told.iter().map(|versions| versions.iter().map(|version| Version::read(version)).collect::<Option<Vec<Version>>>());
    let fixes = fixes.collect::<Option<Vec<Vec<Version>>>>()?;
    let newest = used.iter().max();
    let mends = |version: &Version| newest.is_none_or(|newest| version > newest) && fixes.iter().all(|fixes| version.mends(fixes));
    let lowest = fixes.iter().flatten().filter(|version| mends(version)).min()?;
    Some(lowest.0.iter().map(u64::to_string).collect::<Vec<_>>().join("."))
}

/// A version that is numbers with dots.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Version(Vec<u64>);

impl Version {
    /// A version, or the first of an open range.
    fn read(told: &str) -> Option<Self> {
        let first = told.split(',').next()?.trim().trim_start_matches(">=").trim();
        let numbers: Option<Vec<u64>> = first.trim_start_matches('v').split('.').map(|number| number.parse().ok()).collect();
        numbers.map(Self)
    }

    /// Whether it has a fix, given the first version of each branch that has it.
    fn mends(&self, fixes: &[Self]) -> bool {
        let branch = |version: &Self| version.0.get(..2.min(version.0.len())).map(<[u64]>::to_vec);
        let is_in_branch = |fix: &&Self| *fix <= self && branch(fix) == branch(self);
        fixes.iter().max().is_some_and(|highest| self >= highest) || fixes.iter().any(|fix| is_in_branch(&fix))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_version_that_mends_everything() {
        type Row = (&'static [&'static str], &'static [&'static [&'static str]], Option<&'static str>);
        let table: [Row; 10] = [
            (&["1.0.0"], &[&["1.1.0"], &["1.2.0"]], Some("1.2.0")),
            // Ten is more than nine.
            (&["1.0.0"], &[&["1.9.0"], &["1.10.0"]], Some("1.10.0")),
            (&["4.2.1"], &[&["3.2.9", "4.2.5"], &["4.2.26", "5.1.14", "5.2.8"]], Some("4.2.26")),
            // A fix of another branch mends nothing in this one.
            (&["3.2.0"], &[&["2.2.28", "3.2.13", "4.0.4"], &["4.2.7", "3.2.20"]], Some("3.2.20")),
            (&["1.0.0"], &[&[">=1.8.4, <1.9.0", ">=1.13.1"], &[">=1.38.2"]], Some("1.38.2")),
            (&[], &[&["2.0"]], Some("2.0")),
            // What is in use is no mend.
            (&["2.0.0"], &[&["1.9.0"]], None),
            (&["1.0.0"], &[&["1.1.0-rc1"], &["1.2.0"]], None),
            (&["1.0.0"], &[&[], &["1.2.0"]], None),
            (&["1:1.0-2"], &[&["1.2.0"]], None),
        ];
        for (used, told, wanted) in table {
            let told: Vec<Vec<&str>> = told.iter().map(|versions| versions.to_vec()).collect();
            assert_eq!(mending_all(used, &told).as_deref(), wanted, "{used:?} {told:?}");
        }
    }
}

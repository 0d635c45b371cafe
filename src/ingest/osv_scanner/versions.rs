//! Which versions have a vulnerability no more: those that end the range in which the version in use lies.

use std::cmp::Ordering;

use hashbrown::HashSet;

use crate::base::text::Text;
use crate::ingest::Sink;

/// Where a vulnerability came in and where it went (OSV schema, `affected[].ranges[].events[]`).
#[derive(Clone, Copy, Default)]
pub(super) struct Range {
    pub(super) introduced: Option<Text>,
    pub(super) fixed: Option<Text>,
}

/// The versions that end the ranges around `version`; where that cannot be told by numbers alone, those that end any.
pub(super) fn fixed(ranges: &[Range], version: Option<Text>, sink: &Sink) -> Vec<Text> {
    let around = version.and_then(|version| around(ranges, version, sink)).filter(|around| !around.is_empty());
    let ends = around.as_deref().unwrap_or(ranges).iter().filter_map(|range| range.fixed);
    // Nearly all lists have one.
    let mut known = HashSet::new();
    ends.filter(|&fixed| ranges.len() == 1 || known.insert(fixed)).collect()
}

/// The ranges around a version, if all of them can be compared with it.
fn around(ranges: &[Range], version: Text, sink: &Sink) -> Option<Vec<Range>> {
    let word = |text: Text| sink.report.texts.get(text).as_data();
    let version = word(version);
    let mut around = Vec::new();
    for range in ranges {
        let after = match range.introduced {
            Some(introduced) => compare(word(introduced), version)?.is_le(),
            None => true,
        };
        let before = match range.fixed {
            Some(fixed) => compare(version, word(fixed))?.is_lt(),
            None => true,
        };
        if after && before {
            around.push(*range);
        }
    }
    Some(around)
}

/// The order of two versions that are made of numbers and points only, as every ecosystem has it. A leading `v` is none of them.
fn compare(a: &str, b: &str) -> Option<Ordering> {
    let (mut a, mut b) = (numbers(a), numbers(b));
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Some(Ordering::Equal),
            (Some(a), Some(b)) => a?.cmp(&b?),
            (Some(a), None) => a?.cmp(&0),
            (None, Some(b)) => 0.cmp(&b?),
        };
        if order.is_ne() {
            // What follows must be numbers too.
            return a.chain(b).all(|part| part.is_some()).then_some(order);
        }
    }
}

fn numbers(version: &str) -> impl Iterator<Item = Option<u64>> {
    version.strip_prefix('v').unwrap_or(version).split('.').map(|part| part.parse().ok().filter(|_| !part.starts_with('+')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_numbers_are_compared() {
        for (a, b, order) in [
            ("1.10.0", "1.9", Some(Ordering::Greater)),
            ("1.2", "v1.2.0", Some(Ordering::Equal)),
            ("0", "0.0.1", Some(Ordering::Less)),
            ("1.2.0-rc1", "1.2.0", None),
            ("2.0", "1.0-rc1", None),
            ("1.0", "+1.0", None),
            ("", "1", None),
        ] {
            assert_eq!(compare(a, b), order, "{a} {b}");
        }
    }

    #[test]
    fn the_range_around_the_version_counts() {
        let mut sink = Sink::default();
        let mut range = |introduced: &str, fixed: Option<&str>| Range {
            introduced: Some(sink.intern(introduced)),
            fixed: fixed.map(|fixed| sink.intern(fixed)),
        };
        let ranges = [range("0", Some("2.2.5")), range("3.0", Some("3.1")), range("4.0", None)];
        let mut told = |version: &str| {
            let version = sink.intern(version);
            let fixed = fixed(&ranges, Some(version), &sink);
            fixed.into_iter().map(|text| sink.report.texts.get(text).as_data().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!((told("1.0"), told("3.0.9"), told("4.1")), (vec!["2.2.5".to_owned()], vec!["3.1".to_owned()], Vec::new()));
        // Neither around it, nor comparable: any of them may be meant.
        assert_eq!((told("2.9"), told("3.0-rc1")), (vec!["2.2.5".to_owned(), "3.1".to_owned()], told("2.9")));
    }
}

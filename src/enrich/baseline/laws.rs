//! Laws of what is known again, over random runs and baselines.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::sample::{SEEN, Thing, adopted, code, component, place, recalled};
use crate::model::baseline::{Proof, Standing};
use crate::model::due::Clock;
use crate::model::finding::{Evidence, Finding};
use crate::model::policy::Newness;

/// A few things, no two of which are one to the gate: those that say the same in a file are numbered from the top.
fn things() -> impl Strategy<Value = Vec<Thing>> {
    let of_code = (1_u8..4, 1_u8..4, 1_u32..100, 1_u8..4).prop_map(|(rule, path, line, said)| code(rule, path, line, said));
    let of_place = (3_u8..5, 1_u8..3, 1_u32..100).prop_map(|(rule, path, line)| place(rule, path, line));
    let vulnerable = (1_u8..3, 5_u8..7, prop::collection::btree_set(1_u8..5, 1..3))
        .prop_map(|(package, path, ids)| component(package, path, &ids.into_iter().collect::<Vec<u8>>()));
    prop::collection::vec(prop_oneof![3 => of_code, 2 => of_place, 2 => vulnerable], 0..9).prop_map(apart)
}

/// The same without what the gate would have merged, and numbered.
fn apart(mut things: Vec<Thing>) -> Vec<Thing> {
    things.sort();
    let mut taken = BTreeSet::new();
    // A vulnerability of a component at a place is one, whatever else it is called.
    things.retain(|thing| {
        let keys: Vec<_> = thing.ids.iter().map(|id| (thing.rule, thing.path, 0, Some(*id))).collect();
        let keys = if keys.is_empty() { vec![(thing.rule, thing.path, thing.line, None)] } else { keys };
        let is_free = keys.iter().all(|key| !taken.contains(key));
        taken.extend(keys);
        is_free
    });
    let mut numbers: BTreeMap<(u8, u8, Option<u8>), u32> = BTreeMap::new();
    for thing in things.iter_mut().filter(|thing| thing.ids.is_empty() && thing.code.is_some()) {
        let number = numbers.entry((thing.rule, thing.path, thing.code)).or_default();
        thing.nth = *number;
        *number += 1;
    }
    things
}

/// Some of them adopted, the others seen.
fn known() -> impl Strategy<Value = Vec<(Standing, Thing)>> {
    let standings = prop::collection::vec(prop::sample::select(Standing::ALL.to_vec()), 9);
    (things(), standings).prop_map(|(things, standings)| standings.into_iter().zip(things).collect())
}

/// Which of the things are existing, by what is not their place in the list.
fn existing(things: &[Thing], evidence: &Evidence) -> BTreeSet<Thing> {
    let all = things.iter().zip(evidence.findings.iter());
    all.filter(|(_, finding)| evidence.newness(finding) == Newness::Existing).map(|(thing, _)| thing.clone()).collect()
}

/// Everything that is told of each thing.
fn told(things: &[Thing], evidence: &Evidence) -> BTreeMap<Thing, String> {
    let of = |finding: &Finding| {
        let entry = evidence.entry(finding);
        let recalled = entry.and_then(|entry| entry.recalled);
        format!("{} {:?} {recalled:?} {:?}", finding.id, entry.map(|entry| entry.id), evidence.date(finding, Clock::FirstSeen))
    };
    things.iter().zip(evidence.findings.iter()).map(|(thing, finding)| (thing.clone(), of(finding))).collect()
}

fn counts(evidence: &Evidence) -> (usize, usize) {
    let known = evidence.findings.iter().filter(|finding| evidence.newness(finding) == Newness::Existing).count();
    (known, evidence.findings.len() - known)
}

proptest! {
    #[test]
    fn entries_and_findings_are_one_to_one((things, known) in (things(), known())) {
        let evidence = recalled(&things, &known);
        let entries: Vec<_> = evidence.findings.iter().filter_map(|finding| finding.entry).collect();
        let distinct: BTreeSet<usize> = entries.iter().map(|entry| entry.index()).collect();
        prop_assert_eq!(distinct.len(), entries.len());
        let all = evidence.baseline.iter().flat_map(|baseline| &baseline.entries).filter_map(|entry| entry.recalled);
        prop_assert_eq!(all.filter(|recalled| recalled.by != Proof::Joined).count(), entries.len());
        let ids: BTreeSet<_> = evidence.findings.iter().map(|finding| finding.id).collect();
        prop_assert_eq!(ids.len(), evidence.findings.len());
        prop_assert!(evidence.findings.iter().all(|finding| evidence.date(finding, Clock::FirstSeen).is_none_or(|date| date == SEEN)));
    }

    #[test]
    fn what_is_the_same_is_known_and_keeps_its_id(things in things()) {
        let evidence = recalled(&things, &adopted(&things));
        prop_assert_eq!(existing(&things, &evidence).len(), things.len());
        let own = super::sample::evidence(&things);
        prop_assert!(evidence.findings.iter().zip(own.findings.iter()).all(|(one, other)| one.id == other.id));
        let moved = |finding| evidence.entry(finding).and_then(|entry| entry.recalled).is_none_or(|recalled| recalled.moved);
        prop_assert!(!evidence.findings.iter().any(moved));
    }

    #[test]
    fn the_order_of_entries_and_findings_says_nothing(
        ((things, others), (known, more)) in (
            things().prop_flat_map(|things| (Just(things.clone()), Just(things).prop_shuffle())),
            known().prop_flat_map(|known| (Just(known.clone()), Just(known).prop_shuffle())),
        )
    ) {
        prop_assert_eq!(told(&things, &recalled(&things, &known)), told(&others, &recalled(&others, &more)));
    }

    #[test]
    fn an_adopted_entry_less_makes_nothing_known((things, known, out) in (things(), known(), any::<prop::sample::Index>())) {
        let adopted: Vec<usize> = (0..known.len()).filter(|at| known.get(*at).is_some_and(|one| one.0 == Standing::Adopted)).collect();
        if adopted.is_empty() {
            return Ok(());
        }
        let mut fewer = known.clone();
        fewer.remove(*out.get(&adopted));
        let (before, after) = (existing(&things, &recalled(&things, &known)), existing(&things, &recalled(&things, &fewer)));
        prop_assert!(after.is_subset(&before), "{:?} {:?}", before, after);
    }

    #[test]
    fn what_was_only_seen_makes_nothing_known((things, known) in (things(), known())) {
        let seen: Vec<_> = known.into_iter().map(|(_, thing)| (Standing::Seen, thing)).collect();
        prop_assert!(existing(&things, &recalled(&things, &seen)).is_empty());
    }

    #[test]
    fn no_more_is_known_than_was_adopted((things, known) in (things(), known())) {
        let adopted = known.iter().filter(|(standing, _)| *standing == Standing::Adopted).count();
        prop_assert!(counts(&recalled(&things, &known)).0 <= adopted);
    }

    #[test]
    fn lines_that_come_and_go_elsewhere_change_nothing((things, cut, by) in (things(), 1_u32..100, 1_u32..200)) {
        // What has its code is known wherever it is.
        let moved = |thing: &Thing| {
            let line = if thing.line >= cut && thing.code.is_some() { thing.line + by } else { thing.line };
            Thing { line, ..thing.clone() }
        };
        let after: Vec<Thing> = things.iter().map(moved).collect();
        let evidence = recalled(&after, &adopted(&things));
        prop_assert_eq!(counts(&evidence), (things.len(), 0));
        let own = super::sample::evidence(&things);
        prop_assert!(evidence.findings.iter().zip(own.findings.iter()).all(|(one, other)| one.id == other.id));
    }

    #[test]
    fn a_file_with_another_name_has_what_it_had((things, file) in (things(), 1_u8..7)) {
        // What only its place is known of is known there only.
        let things: Vec<Thing> = things.into_iter().filter(|thing| thing.code.is_some() || !thing.ids.is_empty()).collect();
        let renamed = |thing: &Thing| Thing { path: if thing.path == file { 9 } else { thing.path }, ..thing.clone() };
        let after: Vec<Thing> = things.iter().map(renamed).collect();
        prop_assert_eq!(counts(&recalled(&after, &adopted(&things))), (things.len(), 0));
    }

    #[test]
    fn a_copy_is_exactly_one_more((things, at, line) in (things(), any::<prop::sample::Index>(), 200_u32..300)) {
        let of_code: Vec<&Thing> = things.iter().filter(|thing| thing.code.is_some()).collect();
        if of_code.is_empty() {
            return Ok(());
        }
        let copied = *at.get(&of_code);
        let nth = things.iter().filter(|thing| (thing.rule, thing.path, thing.code) == (copied.rule, copied.path, copied.code)).count();
        let copy = Thing { line, nth: u32::try_from(nth).unwrap_or(u32::MAX), ..copied.clone() };
        let mut after = things.clone();
        after.push(copy.clone());
        let evidence = recalled(&after, &adopted(&things));
        prop_assert_eq!(counts(&evidence), (things.len(), 1));
        prop_assert!(!existing(&after, &evidence).contains(&copy));
    }

    #[test]
    fn a_finding_more_makes_no_other_known((things, known, more) in (things(), known(), things())) {
        let both = apart(things.iter().chain(&more).cloned().collect());
        // Only what is not numbered anew by what came.
        if !things.iter().all(|thing| both.contains(thing)) {
            return Ok(());
        }
        let (before, after) = (existing(&things, &recalled(&things, &known)), existing(&both, &recalled(&both, &known)));
        let of_old: BTreeSet<Thing> = after.into_iter().filter(|thing| things.contains(thing)).collect();
        prop_assert!(of_old.is_subset(&before), "{:?} {:?}", before, of_old);
    }
}

//! Laws of groups, over random findings of few tools, files, lines and weaknesses.

use std::collections::BTreeSet;
use std::num::NonZeroU32;

use proptest::prelude::*;

use super::*;
use crate::model::finding::sample::finding;
use crate::model::finding::{Rule, RuleId};
use crate::model::identity::{FindingId, Fingerprint, Scheme};
use crate::model::location::Location;

/// A finding, in few words.
#[derive(Clone, Debug)]
pub(super) struct Thing {
    name: u32,
    tool: u32,
    path: Option<u32>,
    start: u32,
    /// 0 where it is not told.
    end: u32,
    cwes: BTreeSet<u32>,
    category: Category,
    state: State,
    is_component: bool,
}

impl Thing {
    fn last(&self) -> u32 {
        self.end.max(self.start)
    }

    fn may_belong(&self) -> bool {
        let is_code = self.category != Category::Secret && self.state == State::Open && !self.is_component;
        is_code && self.path.is_some() && self.start > 0
    }

    /// Whether this and another are about one thing.
    fn meets(&self, other: &Self) -> bool {
        let overlaps = self.start <= other.last() && other.start <= self.last();
        self.may_belong() && other.may_belong() && self.path == other.path && overlaps && !self.cwes.is_disjoint(&other.cwes)
    }

    fn id(&self) -> FindingId {
        let [.., a, b, c, d] = self.name.to_be_bytes();
        FindingId([0, 0, a, b, c, d])
    }
}

/// What is drawn of a thing: tool, path, lines, weaknesses, category, state.
type Drawn = (u32, Option<u32>, (u32, u32), BTreeSet<u32>, Category, State);

fn things() -> impl Strategy<Value = Vec<Thing>> {
    let category = prop_oneof![8 => Just(Category::Sast), 2 => Just(Category::Quality), 1 => Just(Category::Secret)];
    let state = prop_oneof![9 => Just(State::Open), 1 => Just(State::Pass)];
    let lines = (0_u32..40, 0_u32..44);
    let thing = (0_u32..3, prop::option::weighted(0.9, 0_u32..3), lines, prop::collection::btree_set(1_u32..5, 0..3), category, state);
    prop::collection::vec((thing, prop::bool::weighted(0.1)), 0..24).prop_map(|all| {
        let name = |(name, (rest, is_component)): (u32, (Drawn, bool))| {
            let (tool, path, (start, end), cwes, category, state) = rest;
            // Most are short.
            let end = if end % 3 == 0 { end } else { (start + end % 4).saturating_sub(1) };
            Thing { name, tool, path, start, end, cwes, category, state, is_component }
        };
        (0_u32..).zip(all).map(name).collect()
    })
}

pub(super) fn evidence(things: &[Thing]) -> Evidence {
    let mut evidence = Evidence::default();
    for thing in things {
        let rule = RuleId(u32::try_from(evidence.rules.len()).unwrap_or_default());
        let tool = evidence.texts.intern(&format!("tool{}", thing.tool));
        evidence.rules.push(Rule { tool, rule_id: None, title: None });
        let path = thing.path.map(|path| evidence.texts.intern(&format!("{path}.py")));
        let place = Location { path, start_line: NonZeroU32::new(thing.start), end_line: NonZeroU32::new(thing.end) };
        let scheme = if thing.is_component { Scheme::Sca } else { Scheme::Loc };
        let one = Finding {
            id: thing.id(),
            state: thing.state,
            rule,
            cwes: evidence.cwes.add(thing.cwes.iter().copied()),
            locations: evidence.locations.add([place]),
            fingerprints: evidence.fingerprints.add([Fingerprint { scheme, digest: [0; 16] }]),
            ..finding(thing.category, 0)
        };
        evidence.findings.push(one);
    }
    evidence
}

/// The groups by the names of their findings, each sorted as the evidence has it.
fn grouped(things: &[Thing]) -> BTreeSet<Vec<u32>> {
    let mut evidence = evidence(things);
    group(&mut evidence);
    let name = |number: &u32| things.get(*number as usize).map_or(u32::MAX, |thing| thing.name);
    let mut all = BTreeSet::new();
    for (number, finding) in (0_u32..).zip(evidence.findings.iter()) {
        let Some(id) = finding.group else { continue };
        let members = evidence.groups.members(id);
        assert!(members.contains(&number), "a finding is in its group");
        assert_eq!(evidence.group_name(finding), evidence.group(finding).map(|member| member.id).min());
        all.insert(members.iter().map(name).collect());
    }
    assert_eq!(all.len(), evidence.groups.len(), "every group has findings");
    all
}

/// The same by walking from each finding to all that it meets.
fn walked(things: &[Thing]) -> BTreeSet<Vec<u32>> {
    let mut groups = BTreeSet::new();
    for first in things.iter().filter(|thing| thing.may_belong()) {
        let (mut found, mut queue) = (BTreeSet::from([first.name]), vec![first]);
        while let Some(at) = queue.pop() {
            queue.extend(things.iter().filter(|other| at.meets(other) && found.insert(other.name)));
        }
        let tools: BTreeSet<u32> = things.iter().filter(|thing| found.contains(&thing.name)).map(|thing| thing.tool).collect();
        if tools.len() > 1 {
            groups.insert(found.into_iter().collect());
        }
    }
    groups
}

proptest! {
    #[test]
    fn groups_are_what_walking_finds(things in things()) {
        prop_assert_eq!(grouped(&things), walked(&things));
    }

    #[test]
    fn the_order_of_the_findings_changes_nothing(things in things(), seed in 0_usize..1000) {
        let mut shuffled = things.clone();
        shuffled.sort_by_key(|thing| (thing.name as usize * 7919 + seed) % 31);
        prop_assert_eq!(grouped(&shuffled), grouped(&things));
        shuffled.reverse();
        prop_assert_eq!(grouped(&shuffled), grouped(&things));
    }

    #[test]
    fn a_group_is_of_one_file_and_several_tools_and_of_code_alone(things in things()) {
        let all = grouped(&things);
        let members: Vec<u32> = all.iter().flatten().copied().collect();
        prop_assert_eq!(members.iter().collect::<BTreeSet<_>>().len(), members.len(), "no finding is in two");
        for group in all {
            let of_group: Vec<&Thing> = things.iter().filter(|thing| group.contains(&thing.name)).collect();
            let paths: BTreeSet<_> = of_group.iter().map(|thing| thing.path).collect();
            let tools: BTreeSet<_> = of_group.iter().map(|thing| thing.tool).collect();
            prop_assert!(paths.len() == 1 && tools.len() > 1 && of_group.iter().all(|thing| thing.may_belong()), "{:?}", of_group);
        }
    }
}

/// A weakness of one tool, the n-th.
pub(super) fn weak(name: u32, tool: u32, start: u32, end: u32, cwe: u32) -> Thing {
    let (category, state) = (Category::Sast, State::Open);
    Thing { name, tool, path: Some(0), start, end, cwes: BTreeSet::from([cwe]), category, state, is_component: false }
}

#[test]
fn what_overlaps_and_is_the_same_weakness_is_together() {
    let together = |things: &[Thing]| grouped(things).len();
    assert_eq!(together(&[weak(0, 0, 5, 0, 89), weak(1, 1, 3, 5, 89)]), 1);
    assert_eq!(together(&[weak(0, 0, 6, 0, 89), weak(1, 1, 3, 5, 89)]), 0, "the next line");
    assert_eq!(together(&[weak(0, 0, 5, 0, 89), weak(1, 1, 3, 5, 79)]), 0, "another weakness");
    assert_eq!(together(&[weak(0, 0, 5, 0, 89), weak(1, 0, 3, 5, 89)]), 0, "one tool");
    let through_a_third = [weak(0, 0, 2, 0, 89), weak(1, 0, 8, 0, 89), weak(2, 1, 1, 9, 89), weak(3, 1, 10, 0, 89)];
    assert_eq!(grouped(&through_a_third), BTreeSet::from([vec![0, 1, 2]]));
}

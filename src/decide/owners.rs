//! Who owns a finding: of each of its files the first row of the policy's `ownership` that matches, else what CODEOWNERS says.
//!
//! A row matches where its condition is true; what is not known is nobody's. A finding in several files is asked about in each of them
//! on its own, so that no row gets a file that it does not name; all who own one of them own it, the first of them first.

use std::collections::BTreeMap;

use hashbrown::HashMap;

use crate::base::text::{Text, Untrusted};
use crate::decide::asked::Class;
use crate::decide::facts::{Facted, Facts, Meets, Test};
use crate::decide::truth::Truth;
use crate::model::decision::Decision;
use crate::model::decisions::Decisions;
use crate::model::finding::{Evidence, Finding};
use crate::model::owner::{Owner, Owners};
use crate::model::policy::{Action, Policy};
use crate::model::problem::{Problem, Weight};

/// How many places nobody owns are told.
const PLACES: usize = 20;

/// How many folders deep they are told at most.
const DEPTH: usize = 3;

/// The rows of a policy, ready to be tried, and who owned a finding so far.
pub(super) struct Owning<'a> {
    rows: Vec<(u16, Test<'a>)>,
    asks_files: bool,
    /// Of each combination of facts, the row that matches.
    known: HashMap<Facts, Option<u16>>,
    numbers: HashMap<Owner, u32>,
    groups: HashMap<Vec<u32>, u32>,
    /// Of each group, what one of its owners meets and what each of them does.
    classes: Vec<(Class, Class)>,
    owners: Owners,
}

impl<'a> Owning<'a> {
    /// The rows as tests; `None` where nothing says who owns what.
    pub(super) fn new(facted: &mut Facted<'a>, policy: &'a Policy) -> Option<Self> {
        policy.owned_by()?;
        let rows = (0..).zip(&policy.ownership).map(|(place, row)| (place, facted.test(&row.matches))).collect();
        let nobody = Owners { list: Vec::new(), groups: vec![Vec::new()] };
        Some(Self {
            rows,
            asks_files: policy.codeowners.is_some(),
            known: HashMap::new(),
            numbers: HashMap::new(),
            groups: HashMap::from([(Vec::new(), Owners::NOBODY)]),
            classes: vec![(Class::NOTHING, Class::NOTHING)],
            owners: nobody,
        })
    }

    /// The group that owns a finding, and its facts with that.
    pub(super) fn of(&mut self, facted: &mut Facted<'a>, policy: &Policy, finding: &Finding, facts: Facts) -> (u32, Facts) {
        let evidence = facted.evidence();
        let mut group: Vec<u32> = Vec::new();
        let mut last: Option<Text> = None;
        for path in evidence.locations.get(finding.locations).iter().filter_map(|place| place.path) {
            if last.replace(path) != Some(path) {
                let here = facts.at(facted.path(path));
                self.add(facted, policy, Some(path), here, &mut group);
            }
        }
        if last.is_none() {
            self.add(facted, policy, None, facts, &mut group);
        }
        let number = self.group(facted, group);
        let classes = self.classes.get(number as usize).copied().unwrap_or((Class::UNKNOWN, Class::UNKNOWN));
        (number, facts.owned(classes))
    }

    /// Who is in a group.
    pub(super) fn names(&self, group: u32) -> String {
        self.owners.group(group).map(|owner| owner.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// Everybody who owned a finding.
    pub(super) fn finish(self) -> Owners {
        self.owners
    }

    /// Adds who owns one file of a finding.
    fn add(&mut self, facted: &Facted<'a>, policy: &Policy, path: Option<Text>, here: Facts, group: &mut Vec<u32>) {
        let rows = &self.rows;
        let matches = |test: &Test<'_>| facted.holds(test, &here, here.severity, Meets::One) == Truth::True;
        let first = || rows.iter().find(|(_, test)| matches(test)).map(|(place, _)| *place);
        let row = *self.known.entry(here).or_insert_with(first);
        if let Some(name) = row.and_then(|row| policy.ownership.get(usize::from(row))).map(|row| row.owner.clone()) {
            self.join(Owner { name, row }, group);
        } else if let Some(path) = path.filter(|_| self.asks_files) {
            for name in facted.evidence().file_owners.get(path) {
                self.join(Owner { name: name.clone(), row: None }, group);
            }
        }
    }

    /// Adds an owner, whom the first place that names them tells about.
    fn join(&mut self, owner: Owner, group: &mut Vec<u32>) {
        let is_named = |place: &u32| self.owners.list.get(*place as usize).is_some_and(|known| known.name == owner.name);
        if group.iter().any(is_named) {
            return;
        }
        let number = *self.numbers.entry(owner).or_insert_with_key(|owner| {
            self.owners.list.push(owner.clone());
            u32::try_from(self.owners.list.len() - 1).unwrap_or(u32::MAX)
        });
        group.push(number);
    }

    fn group(&mut self, facted: &mut Facted<'a>, group: Vec<u32>) -> u32 {
        if let Some(known) = self.groups.get(&group) {
            return *known;
        }
        let number = u32::try_from(self.owners.groups.len()).unwrap_or(u32::MAX);
        let names = group.iter().filter_map(|&owner| self.owners.list.get(owner as usize)).map(|owner| owner.name.as_str());
        self.classes.push(facted.owners(names));
        self.owners.groups.push(group.clone());
        self.groups.insert(group, number);
        number
    }
}

/// Whether a finding wants something to be done and nobody owns it.
pub(super) fn is_unowned(decision: &Decision) -> bool {
    decision.action > Action::Pass && decision.owners == Some(Owners::NOBODY)
}

/// The places of blockers and tickets that nobody owns, folder by folder: as deep as few lines can tell.
#[must_use]
pub fn unowned(evidence: &Evidence, policy: &Policy, decisions: &Decisions) -> Vec<Problem> {
    let Some(place) = policy.owned_by() else { return Vec::new() };
    let all = evidence.findings.iter().zip(decisions.iter()).filter(|(_, decision)| is_unowned(decision)).map(|(finding, _)| finding);
    let mut folders: BTreeMap<&str, u64> = BTreeMap::new();
    for finding in all {
        let path = evidence.location(finding).and_then(|place| place.path).map_or("", |path| Untrusted::as_data(evidence.text(path)));
        *folders.entry(folder(path, DEPTH)).or_default() += 1;
    }
    for depth in (1..DEPTH).rev().chain([0]) {
        if folders.len() <= PLACES {
            break;
        }
        let deeper = std::mem::take(&mut folders);
        for (name, count) in deeper {
            *folders.entry(folder(name, depth)).or_default() += count;
        }
    }
    let told = folders.into_iter().map(|(folder, count)| {
        let findings = if count == 1 { "1 blocker or ticket".to_owned() } else { format!("{count} blockers and tickets") };
        let place_of = if folder.is_empty() { String::new() } else { format!(" in `{folder}`") };
        let message = format!("nobody owns {findings}{place_of}");
        place.problem(&policy.files, Weight::Warning, "unowned", message, "add a row to `ownership`, or a line to CODEOWNERS")
    });
    told.collect()
}

/// The folder of a path with its slash, cut to so many; of a file without one nothing.
fn folder(path: &str, depth: usize) -> &str {
    let end = path.match_indices('/').take(depth).last().map_or(0, |(at, _)| at + 1);
    path.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;

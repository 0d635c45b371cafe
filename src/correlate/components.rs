//! Merging of vulnerable components, whose ids differ from tool to tool.
//!
//! 1. **The same vulnerability**: ids that any report calls aliases of each other, to the transitive closure ([`aliases`](super::aliases)).
//!    An advisory for several vulnerabilities at once is only itself.
//! 2. **on the same component**: purl type, namespace and name; the versions become a set.
//! 3. **in the same place**: artifact and file. One tool writes `go.mod`, another `/home/me/shop/go.mod`: an absolute path is the
//!    relative one that it ends with, the longest if there are several, where no other absolute path could be the same one. What has
//!    no place is where the component is, if that is one place only.
//!
//! All three are questions about the set of findings: neither the order of the inputs nor of the results matters.
//!
//! An unrated sighting and a rated one are one finding here, unlike in code: a tool that rates nothing (pip-audit, govulncheck) says
//! nothing against the rating of another.

use hashbrown::HashMap;

use super::aliases::Aliases;
use super::join::join;
use crate::base::text::Text;
use crate::model::finding::{Evidence, Finding};
use crate::model::identity::Scheme;

/// Whether a finding is one of a component.
pub(super) fn is_component(evidence: &Evidence, finding: &Finding) -> bool {
    evidence.fingerprints.get(finding.fingerprints).first().is_some_and(|key| key.scheme == Scheme::Sca)
}

/// What is the same vulnerability, or advisory for several, of the same component in the same artifact, if told.
type Nature = (Option<Text>, bool, Option<Text>, Option<Text>);

/// One finding of a group, with its file.
type Member = (u32, Option<Text>);

/// Makes one finding of each vulnerability of a component at a place; adds to `gone` what joined another.
pub(super) fn join_all(evidence: &mut Evidence, gone: &mut Vec<u32>) {
    for mut group in groups(evidence) {
        settle_places(evidence, &mut group);
        // The first of them keeps its place in the evidence.
        group.sort_by(|a, b| path(evidence, a.1).cmp(&path(evidence, b.1)).then(a.0.cmp(&b.0)));
        for same in group.chunk_by(|a, b| a.1 == b.1) {
            let numbers: Vec<u32> = same.iter().map(|&(number, _)| number).collect();
            if let Some((&first, others)) = numbers.split_first()
                && !others.is_empty()
            {
                gone.extend(others);
                join(evidence, first, others, 0);
            }
        }
    }
}

/// The findings that are the same but for the file, where there are several.
fn groups(evidence: &Evidence) -> Vec<Vec<Member>> {
    let components = || (0_u32..).zip(evidence.findings.iter()).filter(|(_, finding)| is_component(evidence, finding));
    let mut aliases = Aliases::default();
    for (_, finding) in components() {
        if evidence.detail(finding).is_some_and(|detail| detail.bundle.is_none()) {
            aliases.unite(evidence.words.get(finding.ids));
        }
    }
    let mut known: HashMap<Nature, usize> = HashMap::new();
    let mut groups: Vec<Vec<Member>> = Vec::new();
    for (number, finding) in components() {
        let Some(detail) = evidence.detail(finding) else { continue };
        let id = detail.bundle.or_else(|| evidence.words.get(finding.ids).first().map(|&id| aliases.root(id)));
        let id = id.or_else(|| evidence.rule(finding)?.rule_id);
        let component = detail.package.map(|package| package.component);
        let (artifact, file) = detail.place(evidence.location(finding).and_then(|at| at.path));
        let group = *known.entry((id, detail.bundle.is_some(), component, artifact)).or_insert(groups.len());
        match groups.get_mut(group) {
            Some(group) => group.push((number, file)),
            None => groups.push(vec![(number, file)]),
        }
    }
    groups.retain(|group| group.len() > 1);
    groups
}

fn path(evidence: &Evidence, file: Option<Text>) -> Option<&str> {
    file.map(|file| evidence.text(file).as_data())
}

/// Gives each finding of a group the name of its file that all use.
fn settle_places(evidence: &Evidence, group: &mut [Member]) {
    let mut files: Vec<Text> = group.iter().filter_map(|&(_, file)| file).collect();
    files.sort_by_key(|&file| evidence.text(file));
    files.dedup();
    let is_absolute = |file: Text| {
        let path = evidence.text(file).as_data();
        path.starts_with('/') || path.as_bytes().get(1) == Some(&b':')
    };
    let relative: HashMap<&str, Text> =
        files.iter().filter(|&&file| !is_absolute(file)).map(|&file| (evidence.text(file).as_data(), file)).collect();
    // The longest that it ends with comes first.
    let meant = |absolute: Text| {
        let path = evidence.text(absolute).as_data();
        path.match_indices('/').find_map(|(at, _)| relative.get(path.get(at + 1..)?).copied())
    };
    let renamed: HashMap<Text, Text> =
        files.iter().filter(|&&file| is_absolute(file)).filter_map(|&file| Some((file, meant(file)?))).collect();
    let mut claimants: HashMap<Text, u32> = HashMap::new();
    for to in files.iter().filter_map(|file| renamed.get(file)) {
        *claimants.entry(*to).or_default() += 1;
    }
    for (_, file) in group.iter_mut() {
        let new = file.and_then(|file| renamed.get(&file)).filter(|to| claimants.get(*to) == Some(&1));
        *file = new.copied().or(*file);
    }
    let mut named = group.iter().filter_map(|&(_, file)| file);
    let only = named.next().filter(|&first| named.all(|other| other == first));
    for (_, file) in group.iter_mut() {
        *file = file.or(only);
    }
}

#[cfg(test)]
mod tests;

//! Findings of several tools that are about one thing in the code: in the same file, on lines that overlap, of the same weakness.
//!
//! 1. **What may belong together** is open, stands on a line, and tells a weakness (CWE). Components and secrets have an identity that
//!    tools share, and are left alone.
//! 2. **A sweep** over the findings of each weakness in each file, sorted by their first line, joins each one that begins before the
//!    furthest of those above it ends. Findings that share several weaknesses join what these join ([`Roots`]).
//! 3. **What one tool alone sees** is no group.
//!
//! So two findings of a group may share no line, where a third spans both. The time is that of the sort.

use hashbrown::HashMap;

use crate::base::text::Text;
use crate::correlate::components::is_component;
use crate::model::finding::{Evidence, Finding, State};
use crate::model::identity::Category;

/// Puts the findings in their groups. Their ids are settled: the smallest of a group names it.
pub fn group(evidence: &mut Evidence) {
    for mut members in together(evidence) {
        members.sort_by_key(|&number| evidence.findings.get(number as usize).map(|finding| finding.id));
        let id = evidence.groups.add(members.iter().copied());
        for number in members {
            if let Some(finding) = evidence.findings.get_mut(number as usize) {
                finding.group = Some(id);
            }
        }
    }
}

/// The lines on which a finding has a weakness. The order is that of the sweep.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Stretch {
    /// A number for the file and the weakness.
    subject: u32,
    start: u32,
    end: u32,
    /// The place in the findings.
    number: u32,
}

/// Places in the findings, by what several tools see as one.
fn together(evidence: &Evidence) -> Vec<Vec<u32>> {
    let stretches = stretches(evidence);
    let mut roots = Roots((0_u32..).take(evidence.findings.len()).collect());
    for of_subject in stretches.chunk_by(|a, b| a.subject == b.subject) {
        let mut above: Option<Stretch> = None;
        for &here in of_subject {
            let joined = above.filter(|above| here.start <= above.end);
            if let Some(above) = joined {
                roots.join(above.number, here.number);
            }
            above = Some(joined.filter(|above| here.end <= above.end).unwrap_or(here));
        }
    }
    let mut members: Vec<(u32, u32)> = stretches.iter().map(|stretch| (roots.of(stretch.number), stretch.number)).collect();
    drop(stretches);
    members.sort_unstable();
    members.dedup();
    let groups = members.chunk_by(|(a, _), (b, _)| a == b).filter(|group| is_of_several_tools(evidence, group));
    groups.map(|group| group.iter().map(|(_, number)| *number).collect()).collect()
}

/// Every finding's lines, once for each of its weaknesses, sorted.
fn stretches(evidence: &Evidence) -> Vec<Stretch> {
    let mut subjects: HashMap<(Text, u32), u32> = HashMap::new();
    let mut stretches = Vec::new();
    for (number, finding) in (0_u32..).zip(evidence.findings.iter()) {
        let Some((path, start, end)) = lines(evidence, finding) else { continue };
        for &cwe in evidence.cwes.get(finding.cwes) {
            let next = u32::try_from(subjects.len()).unwrap_or(u32::MAX);
            let subject = *subjects.entry((path, cwe)).or_insert(next);
            stretches.push(Stretch { subject, start, end, number });
        }
    }
    stretches.sort_unstable();
    stretches
}

/// The file, the first and the last line of what may be in a group.
fn lines(evidence: &Evidence, finding: &Finding) -> Option<(Text, u32, u32)> {
    let place = evidence.location(finding)?;
    let is_code = finding.state == State::Open && finding.category != Category::Secret && !is_component(evidence, finding);
    let start = place.start_line.filter(|_| is_code)?;
    Some((place.path?, start.get(), place.end_line.map_or(start, |end| end.max(start)).get()))
}

fn is_of_several_tools(evidence: &Evidence, group: &[(u32, u32)]) -> bool {
    let mut tools = group.iter().filter_map(|(_, number)| Some(evidence.rule(evidence.findings.get(*number as usize)?)?.tool));
    tools.next().is_some_and(|first| tools.any(|tool| tool != first))
}

/// A union-find over places in the findings.
struct Roots(Vec<u32>);

impl Roots {
    /// The place that stands for all that it is joined with.
    fn of(&mut self, number: u32) -> u32 {
        let mut at = number;
        loop {
            let above = self.above(at);
            if above == at {
                return at;
            }
            // Half of what was walked is not walked again.
            let next = self.above(above);
            self.set(at, next);
            at = next;
        }
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.of(a), self.of(b));
        self.set(a.max(b), a.min(b));
    }

    fn above(&self, number: u32) -> u32 {
        self.0.get(number as usize).copied().unwrap_or(number)
    }

    fn set(&mut self, number: u32, above: u32) {
        if let Some(place) = self.0.get_mut(number as usize) {
            *place = above;
        }
    }
}

#[cfg(test)]
mod laws;

#[cfg(test)]
#[path = "../../benches/groups.rs"]
mod bench;

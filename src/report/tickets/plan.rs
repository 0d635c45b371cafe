//! Which tickets: findings that one piece of work mends are one.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;
use jiff::civil::Date;

use super::versions;
use crate::base::digest::Fields;
use crate::base::text::Text;
use crate::model::decision::Decision;
use crate::model::finding::{Evidence, Finding};
use crate::model::identity::{Category, FindingId, TicketKey};
use crate::model::owner::Owner;
use crate::model::policy::{Action, Ownership};
use crate::model::report::{Fact, Report};
use crate::model::severity::Severity;
use crate::report::json::value::text;

/// One piece of work.
pub(super) struct Ticket<'a> {
    pub(super) key: TicketKey,
    /// What is to be done.
    pub(super) fix: Fix<'a>,
    /// What it mends, in the order of reports; never empty.
    pub(super) findings: Vec<(&'a Finding, &'a Decision)>,
    /// Versions that mend all of it, sorted; empty where none is known to.
    pub(super) versions: Vec<String>,
}

/// What is to be done, and to what. What does not apply is empty.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Fix<'a> {
    pub(super) kind: Kind,
    /// The component, by its purl without version.
    pub(super) package: &'a str,
    pub(super) tool: &'a str,
    pub(super) rule_id: &'a str,
    /// The file.
    pub(super) path: &'a str,
    /// What was scanned, where that is no file of the project.
    pub(super) target: &'a str,
}

/// What kind of work it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    /// A component goes to another version.
    Upgrade,
    /// A component goes.
    Remove,
    /// A component is given up for another one, or for its license.
    Replace,
    /// A secret is made worthless, and taken out.
    Rotate,
    /// Something that is ours is mended.
    Change,
}

impl Kind {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Upgrade => "upgrade",
            Self::Remove => "remove",
            Self::Replace => "replace",
            Self::Rotate => "rotate",
            Self::Change => "change",
        }
    }
}

impl<'a> Fix<'a> {
    /// What mends a finding: a component in one manifest or artifact, whatever ids it is reported by; else a check of a tool in one
    /// file.
    pub(super) fn of(evidence: &'a Evidence, finding: &Finding) -> Self {
        let text = |told: Option<Text>| text(evidence, told).unwrap_or_default();
        let detail = evidence.detail(finding).copied().unwrap_or_default();
        let path = evidence.location(finding).and_then(|place| place.path);
        let rule = evidence.rule(finding);
        let (tool, rule_id) = (text(rule.map(|rule| rule.tool)), text(rule.and_then(|rule| rule.rule_id)));
        let Some(package) = detail.package else {
            let kind = if finding.category == Category::Secret { Kind::Rotate } else { Kind::Change };
            // A vulnerability has no check that found it.
            let rule_id = if rule_id.is_empty() { text(evidence.words.get(finding.ids).first().copied()) } else { rule_id };
            return Self { kind, package: "", tool, rule_id, path: text(path), target: text(detail.target) };
        };
        let kind = match finding.category {
            Category::Malware => Kind::Remove,
            Category::License | Category::Quality => Kind::Replace,
            Category::Sca | Category::Sast | Category::Secret | Category::Iac | Category::Dast | Category::Other => Kind::Upgrade,
        };
        let (target, path) = detail.place(path);
        Self { kind, package: text(Some(package.component)), tool: "", rule_id: "", path: installed(text(path)), target: text(target) }
    }

    /// The key: of what is judged, and of the work.
    fn key(&self, subject: &str) -> TicketKey {
        let mut fields = Fields::of("ticket/1");
        for field in [subject, self.kind.word(), self.package, self.tool, self.rule_id, self.path, self.target] {
            fields.field(field.as_bytes());
        }
        TicketKey(fields.first16())
    }
}

/// The folder into which npm installs, for a file in it: one upgrade changes them all.
fn installed(path: &str) -> &str {
    const FOLDER: &str = "node_modules/";
    let at = path.match_indices(FOLDER).map(|(at, _)| at).find(|&at| at == 0 || path.get(..at).is_some_and(|above| above.ends_with('/')));
    at.and_then(|at| path.get(..at + FOLDER.len() - 1)).unwrap_or(path)
}

impl<'a> Ticket<'a> {
    pub(super) fn action(&self) -> Action {
        self.decisions().map(|decision| decision.action).max().unwrap_or(Action::Block)
    }

    pub(super) fn severity(&self) -> Severity {
        self.decisions().map(|decision| decision.severity).max().unwrap_or(Severity::Critical)
    }

    pub(super) fn category(&self) -> Category {
        self.findings.first().map_or(Category::Other, |(finding, _)| finding.category)
    }

    /// The day on which the first of them must be gone.
    pub(super) fn due(&self) -> Option<Date> {
        self.decisions().filter_map(|decision| decision.deadline.due).min()
    }

    pub(super) fn is_overdue(&self) -> bool {
        self.decisions().any(|decision| decision.deadline.overdue == Some(true))
    }

    /// Who mends it: the primary owner of the first finding that has one.
    pub(super) fn owner<'r>(&self, report: &'r Report) -> Option<(&'r Owner, Option<&'r Ownership>)> {
        self.decisions().find_map(|decision| report.owners(decision)?.into_iter().next())
    }

    fn decisions(&self) -> impl Iterator<Item = &'a Decision> {
        self.findings.iter().map(|(_, decision)| *decision)
    }
}

/// The tickets of everything that blocks or wants one: by owner and route, then the most urgent first.
pub(super) fn plan(report: &Report) -> Vec<Ticket<'_>> {
    let evidence = &report.evidence;
    // They are sorted below, by keys that differ.
    let mut work: HashMap<Fix<'_>, Vec<(&Finding, &Decision)>> = HashMap::new();
    for (finding, decision) in report.findings().filter(|(_, decision)| decision.action > Action::Pass) {
        work.entry(lead(report, finding)).or_default().push((finding, decision));
    }
    let value = |fact: &Option<Fact>| fact.as_ref().map(|fact| fact.value.clone());
    let subject = value(&report.subject.service).or_else(|| value(&report.subject.repository)).unwrap_or_default();
    let tickets = work.into_iter().map(|(fix, findings)| {
        let versions = mending(evidence, &findings);
        Ticket { key: fix.key(&subject), fix, findings, versions }
    });
    let mut tickets: Vec<Ticket<'_>> = tickets.collect();
    tickets.sort_by_cached_key(|ticket| {
        let owner = ticket.owner(report);
        let route = owner.and_then(|(_, row)| row?.route.clone());
        let (name, due) = (owner.map(|(owner, _)| owner.name.clone()), ticket.due());
        (name.is_none(), name, route, Reverse(ticket.action()), due.is_none(), due, Reverse(ticket.severity()), ticket.key)
    });
    tickets
}

/// The tickets that the baseline says were planned and nobody wants any more, and the findings that each was for: these are gone, or
/// pass. What was not scanned is wanted still.
pub(super) fn no_longer_needed(report: &Report, tickets: &[Ticket<'_>]) -> BTreeMap<TicketKey, BTreeSet<FindingId>> {
    let wanted: BTreeSet<TicketKey> = tickets.iter().map(|ticket| ticket.key).collect();
    let Some(baseline) = &report.evidence.baseline else { return BTreeMap::new() };
    let (mut unneeded, mut open) = (BTreeMap::<TicketKey, BTreeSet<FindingId>>::new(), BTreeSet::new());
    for (place, entry) in baseline.entries.iter().enumerate() {
        let Some(ticket) = baseline.tickets.get(&entry.id).copied().filter(|ticket| !wanted.contains(ticket)) else { continue };
        if entry.recalled.is_some() || report.gone.contains(&place) {
            unneeded.entry(ticket).or_default().insert(entry.id);
        } else {
            open.insert(ticket);
        }
    }
    unneeded.retain(|ticket, _| !open.contains(ticket));
    unneeded
}

/// What mends a finding. What several tools see at one place is mended at once: of those in its group that want a ticket the first.
fn lead<'r>(report: &'r Report, finding: &'r Finding) -> Fix<'r> {
    let evidence = &report.evidence;
    let members = finding.group.map_or(&[][..], |id| evidence.groups.members(id)).iter().map(|&number| number as usize);
    let is_wanted = |number: &usize| report.decisions.get(*number).is_some_and(|decision| decision.action > Action::Pass);
    let others = members.filter(is_wanted).filter_map(|number| evidence.findings.get(number));
    others.map(|other| Fix::of(evidence, other)).fold(Fix::of(evidence, finding), Fix::min)
}

/// Versions that mend all of it: those that every finding which has any names, else the lowest that does.
fn mending(evidence: &Evidence, findings: &[(&Finding, &Decision)]) -> Vec<String> {
    let words = |told| evidence.words.get(told).iter().filter_map(|&version| text(evidence, Some(version)));
    let details = || findings.iter().filter_map(|(finding, _)| evidence.detail(finding));
    let fixed: Vec<Vec<&str>> =
        details().map(|detail| words(detail.fixed_versions).collect()).filter(|told: &Vec<_>| !told.is_empty()).collect();
    let sets = fixed.iter().map(|told| told.iter().copied().collect::<BTreeSet<&str>>());
    let common = sets.reduce(|one, other| one.intersection(&other).copied().collect()).unwrap_or_default();
    if !common.is_empty() {
        return common.into_iter().map(str::to_owned).collect();
    }
    let used: Vec<&str> = details().flat_map(|detail| words(detail.versions)).collect();
    versions::mending_all(&used, &fixed).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_npm_installs_is_one_place() {
        for (path, place) in [
            ("web/node_modules/jquery/dist/jquery.js", "web/node_modules"),
            ("node_modules/a/node_modules/b/x.js", "node_modules"),
            ("web/package-lock.json", "web/package-lock.json"),
            ("my_node_modules/a.js", "my_node_modules/a.js"),
            ("", ""),
        ] {
            assert_eq!(installed(path), place);
        }
    }
}

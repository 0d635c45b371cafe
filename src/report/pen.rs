//! Phrases about a run, written for the sink that a [`Pen`] stands for.

use std::collections::BTreeSet;

use crate::base::address::Address;
use crate::base::escape;
use crate::base::pool::Span;
use crate::base::text::{Text, Untrusted};
use crate::model::decision::{Decision, Outcome};
use crate::model::finding::{Evidence, Finding};
use crate::model::policy::{Action, Place, Rule};
use crate::model::report::{Fact, Report};
use crate::model::scan::Scan;
use crate::report::{lists, words};

/// At most this many tools are named for one finding.
const TOOLS: usize = 6;

/// Nor more owners.
const OWNERS: usize = 3;

/// Nor more findings that other tools have of the same.
const ALSO: usize = 4;

/// Nor more people to escalate to.
const ESCALATION: usize = 10;

/// Nor more versions of a component.
const VERSIONS: usize = 3;

/// Encodes at most so many characters for one place in a line.
type Encode = fn(Untrusted<'_>, usize) -> String;

/// How texts are written for one sink.
#[derive(Clone, Copy)]
pub(super) struct Pen {
    /// What is read as words: a title, a message.
    prose: Encode,
    /// What is copied as it stands: an id, a path, a version.
    code: Encode,
}

/// For a terminal or a log.
pub(super) const TERMINAL: Pen = Pen { prose: escape::terminal, code: escape::terminal };

/// For Markdown.
pub(super) const MARKDOWN: Pen = Pen { prose: escape::markdown, code: escape::markdown_code };

/// For XML and HTML.
pub(super) const MARKUP: Pen = Pen { prose: escape::xml, code: escape::xml };

/// For the messages of workflow commands.
pub(super) const COMMAND: Pen = Pen { prose: escape::command_message, code: escape::command_message };

impl Pen {
    /// Words that may quote a scanner.
    pub(super) fn prose(self, text: &str, max_chars: usize) -> String {
        (self.prose)(Untrusted::new(text), max_chars)
    }

    /// A name that may be a scanner's.
    pub(super) fn code(self, text: &str, max_chars: usize) -> String {
        (self.code)(Untrusted::new(text), max_chars)
    }

    /// A name in a report.
    pub(super) fn name_of(self, evidence: &Evidence, text: Text, max_chars: usize) -> String {
        (self.code)(evidence.text(text), max_chars)
    }

    /// What people call a finding: its advisory, else the title of the check, else its id.
    pub(super) fn name(self, evidence: &Evidence, finding: &Finding, max_chars: usize) -> String {
        if let Some(&advisory) = evidence.words.get(finding.ids).first() {
            return self.name_of(evidence, advisory, max_chars);
        }
        let rule = evidence.rule(finding);
        let own = evidence.detail(finding).and_then(|detail| detail.title);
        match (own.or(rule.and_then(|rule| rule.title)), rule.and_then(|rule| rule.rule_id)) {
            (Some(title), _) => (self.prose)(evidence.text(title), max_chars),
            (None, Some(id)) => self.name_of(evidence, id, max_chars),
            (None, None) => "check without a name".to_owned(),
        }
    }

    /// The scanner's name for the check.
    pub(super) fn check(self, evidence: &Evidence, finding: &Finding, max_chars: usize) -> Option<String> {
        evidence.rule_id(finding).map(|id| (self.code)(id, max_chars))
    }

    /// What the scanner says.
    pub(super) fn message(self, evidence: &Evidence, finding: &Finding, max_chars: usize) -> Option<String> {
        finding.message.map(|message| (self.prose)(evidence.text(message), max_chars))
    }

    /// `path:line`, the path cut at `max_chars`; of a component `lodash 4.17.15 -> 4.17.21  path`.
    pub(super) fn place(self, evidence: &Evidence, finding: &Finding, max_chars: usize) -> String {
        let place = evidence.location(finding).unwrap_or_default();
        let target = evidence.detail(finding).and_then(|detail| detail.target);
        let at = match (place.path, place.start_line) {
            (None, _) => target.map(|target| self.name_of(evidence, target, max_chars)),
            (Some(path), None) => Some(self.name_of(evidence, path, max_chars)),
            (Some(path), Some(line)) => Some(format!("{}:{line}", self.name_of(evidence, path, max_chars))),
        };
        let known: Vec<String> = self.component(evidence, finding).into_iter().chain(at).collect();
        if known.is_empty() { "no path".to_owned() } else { known.join("  ") }
    }

    /// `lodash`; `None` of what is no component.
    pub(super) fn component_name(self, evidence: &Evidence, finding: &Finding) -> Option<String> {
        evidence.detail(finding)?.package.map(|package| self.name_of(evidence, package.name, 60))
    }

    /// `lodash 4.17.15 -> 4.17.21`, as far as it is known.
    fn component(self, evidence: &Evidence, finding: &Finding) -> Option<String> {
        let detail = evidence.detail(finding)?;
        let name = self.component_name(evidence, finding)?;
        let versions = self.versions(evidence, detail.versions, ", ").map_or_else(String::new, |versions| format!(" {versions}"));
        let fixed = self.versions(evidence, detail.fixed_versions, " or ").map_or_else(String::new, |fixed| format!(" -> {fixed}"));
        Some(format!("{name}{versions}{fixed}"))
    }

    fn versions(self, evidence: &Evidence, versions: Span<Text>, between: &str) -> Option<String> {
        let all = evidence.words.get(versions);
        let shown: Vec<String> = all.iter().take(VERSIONS).map(|&version| self.name_of(evidence, version, 30)).collect();
        let more = (all.len() > VERSIONS).then(|| format!("{} more", all.len() - VERSIONS));
        (!shown.is_empty()).then(|| shown.into_iter().chain(more).collect::<Vec<_>>().join(between))
    }

    /// What mends a finding: `upgrade lodash to 4.17.21`; `None` where nobody says.
    pub(super) fn fix(self, evidence: &Evidence, finding: &Finding) -> Option<String> {
        let detail = evidence.detail(finding)?;
        let name = self.component_name(evidence, finding)?;
        let fixed = self.versions(evidence, detail.fixed_versions, " or ");
        match (fixed, detail.fix_available?) {
            (Some(fixed), true) => Some(format!("upgrade {name} to {fixed}")),
            (None, true) => Some(format!("upgrade {name}, or what brings it")),
            (_, false) => Some(format!("no fixed version of {name} is known")),
        }
    }

    /// A row about a scan: whether it is complete, the report, its format, the tool with its version, the category.
    pub(super) fn scan(self, evidence: &Evidence, scan: &Scan) -> [String; 5] {
        let input = evidence.input(scan);
        let tool = self.name_of(evidence, scan.tool, 40);
        [
            words::completeness(scan.complete()).to_owned(),
            input.map_or_else(String::new, |input| self.code(&input.path, 60)),
            input.and_then(|input| input.format.as_deref()).unwrap_or("-").to_owned(),
            scan.tool_version.map_or(tool.clone(), |version| format!("{tool} {}", self.name_of(evidence, version, 20))),
            scan.categories.iter().map(|category| category.word()).collect::<Vec<_>>().join(" "),
        ]
    }

    /// `semgrep x2, trivy`: who saw it, and how often if more than once.
    pub(super) fn tools(self, evidence: &Evidence, finding: &Finding) -> String {
        let mut seen: Vec<(Text, u64)> = Vec::new();
        let mut others = 0_u64;
        for sighting in evidence.sightings.get(finding.sightings) {
            let Some(scan) = evidence.scan(sighting) else { continue };
            if let Some((_, all)) = seen.iter_mut().find(|(tool, _)| *tool == scan.tool) {
                *all += 1;
            } else if seen.len() < TOOLS {
                seen.push((scan.tool, 1));
            } else {
                others += 1;
            }
        }
        let named = seen.iter().map(|&(tool, times)| {
            let tool = self.name_of(evidence, tool, 40);
            if times == 1 { tool } else { format!("{tool} x{times}") }
        });
        let rest = (others > 0).then(|| format!("{others} more sightings by others"));
        named.chain(rest).collect::<Vec<_>>().join(", ")
    }

    /// `; also: semgrep F-31c0…, codeql F-9a02…`: the other findings of its group, where it has one.
    pub(super) fn also(self, evidence: &Evidence, finding: &Finding) -> String {
        let others = evidence.group(finding).filter(|other| other.id != finding.id);
        let named: Vec<String> = others
            .take(ALSO)
            .filter_map(|other| Some((evidence.rule(other)?.tool, other.id)))
            .map(|(tool, id)| format!("{} {}", self.name_of(evidence, tool, 40), self.code(&id.to_string(), 14)))
            .collect();
        let more = evidence.group_size(finding).saturating_sub(1 + named.len());
        let told: Vec<String> = named.into_iter().chain((more > 0).then(|| format!("{more} more"))).collect();
        if told.is_empty() { String::new() } else { format!("; also: {}", told.join(", ")) }
    }

    /// `rule new-code standard.yaml:11`.
    pub(super) fn rule(self, report: &Report, rule: &Rule) -> String {
        format!("rule {} {}", self.code(&rule.id, 64), self.place_of(report, rule.place))
    }

    /// `standard.yaml:11`: where something stands in the policy.
    pub(super) fn place_of(self, report: &Report, place: Place) -> String {
        let file = report.policy.as_ref().and_then(|policy| policy.file(place)).map_or("policy", |file| file.name.as_str());
        format!("{}:{}", self.code(file, 64), place.line)
    }

    /// The strictest of the rules that fired.
    pub(super) fn decided_by(self, report: &Report, decision: &Decision) -> String {
        let strictest = report.rules(decision).next().filter(|rule| rule.action == decision.without_exceptions);
        strictest.map_or_else(|| words::DEFAULT.to_owned(), |rule| self.rule(report, rule))
    }

    /// `To escalate: head@acme.example, then cto@acme.example`, where something blocks and the policy says so: for all, then for the
    /// owners of what blocks.
    pub(super) fn escalation(self, report: &Report) -> Option<String> {
        let policy = report.policy.as_ref().filter(|_| report.verdict.outcome == Outcome::Block)?;
        let mut people: Vec<&Address> = policy.escalation.iter().collect();
        let mut groups = BTreeSet::new();
        for (_, decision) in lists::with(report, Action::Block).filter(|(_, decision)| groups.insert(decision.owners)) {
            let rows = report.owners(decision).into_iter().flatten().filter_map(|(_, row)| row);
            for person in rows.flat_map(|row| &row.escalate_to) {
                if !people.contains(&person) {
                    people.push(person);
                }
            }
        }
        let more = people.len().saturating_sub(ESCALATION);
        let named = people.iter().take(ESCALATION).map(|person| self.code(person.as_str(), 80));
        let told: Vec<String> = named.chain((more > 0).then(|| format!("{more} more"))).collect();
        (!told.is_empty()).then(|| format!("To escalate: {}", told.join(", then ")))
    }

    /// `then block by rule old-critical standard.yaml:70; told next: vp-pay@acme.example`: what comes when the day is past.
    pub(super) fn once_overdue(self, report: &Report, decision: &Decision) -> Option<String> {
        let rule = report.once_overdue(decision)?;
        let rows = report.owners(decision).into_iter().flatten().filter_map(|(_, row)| row);
        let next = rows.flat_map(|row| &row.escalate_to).next();
        let next = next.map_or_else(String::new, |next| format!("; told next: {}", self.code(next.as_str(), 80)));
        Some(format!("then {} by {}{next}", rule.action.word(), self.rule(report, rule)))
    }

    /// `owner payments (ask #pay-champions)`, or that there is none; `None` where nothing says who owns what.
    pub(super) fn owners(self, report: &Report, decision: &Decision) -> Option<String> {
        let owners = report.owners(decision)?;
        let named = owners.iter().take(OWNERS).map(|(owner, row)| {
            let ask = row.map(|row| row.contact.as_deref().unwrap_or(row.accountable.as_str()));
            let ask = ask.map_or_else(String::new, |ask| format!(" (ask {})", self.code(ask, 60)));
            format!("{}{ask}", self.code(&owner.name, 60))
        });
        let more = owners.len().saturating_sub(OWNERS);
        let told: Vec<String> = named.chain((more > 0).then(|| format!("{more} more"))).collect();
        Some(match told.len() {
            0 => "no owner".to_owned(),
            1 => format!("owner {}", told.concat()),
            _ => format!("owners {}", told.join(", ")),
        })
    }

    /// `payments-api @4f2c1ab, release`, as far as it is known.
    pub(super) fn subject(self, report: &Report) -> String {
        let shown = |fact: &Option<Fact>, max_chars| fact.as_ref().map(|fact| self.code(&fact.value, max_chars));
        let subject = &report.subject;
        let name = shown(&subject.service, 60).or_else(|| shown(&subject.repository, 60));
        let commit = subject.commit.as_ref().map(|fact| self.code(&format!("@{}", short(&fact.value)), 9));
        let what: Vec<_> = name.into_iter().chain(commit).collect();
        let parts = [what.join(" ")].into_iter().filter(|part| !part.is_empty()).chain(shown(&subject.stage, 40));
        parts.collect::<Vec<_>>().join(", ")
    }

    /// `Policy payments, appsec@acme.example`.
    pub(super) fn policy(self, report: &Report) -> String {
        report.policy.as_ref().map_or_else(
            || "No policy could be read".to_owned(),
            |policy| {
                let commit = policy.files.iter().find_map(|file| file.commit).map(|commit| commit.to_string());
                let commit = commit.map_or_else(String::new, |commit| format!(", of commit {}", short(&commit)));
                format!("Policy {}, {}{commit}", self.code(&policy.name, 60), self.code(&policy.owner, 60))
            },
        )
    }
}

fn short(commit: &str) -> String {
    commit.chars().take(7).collect()
}

//! Findings and the evidence they rest on.

use std::collections::HashMap;

#[cfg(test)]
pub(crate) mod sample;

use jiff::civil::Date;

use crate::base::pages::Pages;
use crate::base::pool::{Pool, Span};
use crate::base::text::{Text, Texts, Untrusted};
use crate::model::baseline::{Baseline, Entry, EntryId};
use crate::model::change::Change;
use crate::model::due::Clock;
use crate::model::group::{GroupId, Groups};
use crate::model::identity::{Category, FindingId, Fingerprint};
use crate::model::intel::{Feed, Listed, Ssvc};
use crate::model::location::{Location, Pointer};
use crate::model::owner::FileOwners;
use crate::model::policy::Newness;
use crate::model::problem::Problem;
use crate::model::raw::{BaselineState, Claimed, DetailId, Suppression};
use crate::model::scan::{Input, Scan, ScanId};
use crate::model::severity::{Assessment, Severity};
use crate::model::truth::Truth;

/// One thing to fix, merged from one or more sightings. Its lists live in the [`Evidence`].
#[derive(Clone, Copy)]
pub struct Finding {
    /// What people call it.
    pub id: FindingId,
    /// What kind of thing it is.
    pub category: Category,
    /// Whether the tool still holds that there is something to fix.
    pub state: State,
    /// Whether every sighting of it is suppressed by its own scan, and how.
    pub suppressed: Suppression,
    /// The severity that counts; `None` is unrated.
    pub severity: Option<Severity>,
    /// The place in `assessments` of the one that decided.
    pub chosen: u8,
    /// Everything that was said about its severity.
    pub assessments: Span<Assessment>,
    /// Which check of which tool found it (of several tools, the first).
    pub rule: RuleId,
    /// Advisory ids, sorted: CVE, GHSA, ….
    pub ids: Span<Text>,
    /// CWE numbers, sorted.
    pub cwes: Span<u32>,
    /// The words that its tool marks it or its kind with, sorted as text. None of a secret.
    pub tags: Span<Text>,
    /// What the tool says.
    pub message: Option<Text>,
    /// Where it is; the first is the primary one.
    pub locations: Span<Location>,
    /// The keys it is known by, strongest first.
    pub fingerprints: Span<Fingerprint>,
    /// The results it was merged from, never empty.
    pub sightings: Span<Sighting>,
    /// What findings of this kind have beside a rule and a place.
    pub detail: Option<DetailId>,
    /// The entry of the baseline that it was known by.
    pub entry: Option<EntryId>,
    /// The findings of other tools that are about the same thing in the code.
    pub group: Option<GroupId>,
}

/// What a finding about a component or a secret has beside a rule and a place. What nobody tells is unknown. Its lists live in the
/// [`Evidence`].
#[derive(Clone, Copy, Default)]
pub struct Detail {
    /// A few words that name it.
    pub title: Option<Text>,
    /// The component.
    pub package: Option<Package>,
    /// The versions of the component in which it was seen, sorted as text.
    pub versions: Span<Text>,
    /// The component's purl with each of them, sorted, where there are several.
    pub purls: Span<Text>,
    /// Versions that have it no more, as told.
    pub fixed_versions: Span<Text>,
    /// Whether there is a version that has it no more.
    pub fix_available: Option<bool>,
    /// What was scanned, where that is no file of the project: an image, a host.
    pub target: Option<Text>,
    /// Whether the vulnerable code can be reached.
    pub reachable: Option<bool>,
    /// Whether the component is for development only.
    pub dev: Option<bool>,
    /// Whether the project names the component itself.
    pub direct: Option<bool>,
    /// Whether the secret was tried and works.
    pub verified: Option<bool>,
    /// Whether a feed or a report lists the vulnerability as exploited.
    pub kev: Option<bool>,
    /// The probability of exploitation (EPSS) that a feed tells, else a report; of several vulnerabilities the greatest.
    pub epss: Option<Epss>,
    /// Whether `epss` may be greater: the feed does not have one of the vulnerabilities.
    pub epss_is_least: bool,
    /// What CISA's SSVC says of it; of several vulnerabilities the worst of each.
    pub ssvc: Option<Ssvc>,
    /// When the vulnerability was published.
    pub published: Option<Date>,
    /// When the first version came out that has it no more.
    pub fix_released: Option<Date>,
    /// When it was first seen, as a report tells.
    pub first_seen: Option<Date>,
    /// The advisory, where it is one for several vulnerabilities at once: the finding's other ids are no aliases of each other.
    pub bundle: Option<Text>,
}

impl Detail {
    /// A date that it tells.
    #[must_use]
    pub const fn date(&self, clock: Clock) -> Option<Date> {
        match clock {
            Clock::FirstSeen => self.first_seen,
            Clock::FixReleased => self.fix_released,
            Clock::Published => self.published,
        }
    }

    /// Where the component is, for identity: artifact and file, of which one may do. What an operating system brings is one thing in
    /// an artifact, wherever its files are. `path` is the finding's primary one.
    #[must_use]
    pub fn place(&self, path: Option<Text>) -> (Option<Text>, Option<Text>) {
        let is_os = self.package.is_some_and(|package| package.is_os);
        (self.target, path.filter(|_| !is_os || self.target.is_none()))
    }
}

/// A probability in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epss(pub u32);

impl Epss {
    /// From 0 to 1.
    #[must_use]
    pub fn number(self) -> f64 {
        f64::from(self.0) / 1e6
    }
}

/// A component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Package {
    /// The canonical purl, with the version and without qualifiers.
    pub purl: Option<Text>,
    /// What identity compares: the canonical purl without version, qualifiers and subpath, or what stands for it where no purl can say
    /// it.
    pub component: Text,
    /// The purl type, else the tool's word.
    pub ecosystem: Option<Text>,
    /// Its name, with the namespace as the ecosystem writes it: `@angular/core`, `org.apache:log4j`.
    pub name: Text,
    /// Whether an operating system brings it.
    pub is_os: bool,
}

/// One result of one scan.
#[derive(Clone, Copy)]
pub struct Sighting {
    /// The scan.
    pub scan: ScanId,
    /// Where the result stands in the report.
    pub pointer: Pointer,
    /// The tool's own word or number for the severity.
    pub severity_as_told: Option<Text>,
    /// Whether the scan itself suppressed this result.
    pub suppressed: Suppression,
    /// What its tool says by a baseline of its own.
    pub baseline_state: BaselineState,
    /// What the report holds of it.
    pub claim: Claimed,
}

/// What the tool says about the thing itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// There is something to fix.
    Open,
    /// The tool looked and found nothing wrong: not judged.
    Pass,
}

/// A handle on a [`Rule`] of the [`Evidence`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RuleId(pub u32);

/// One check of one tool.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The tool's id.
    pub tool: Text,
    /// The tool's name for the check; `None` when the result names none.
    pub rule_id: Option<Text>,
    /// A few words that name it.
    pub title: Option<Text>,
}

/// Everything that was read, and the findings in it.
#[derive(Clone, Default)]
pub struct Evidence {
    /// The texts that all handles refer to.
    pub texts: Texts,
    /// The reports, sorted by path.
    pub inputs: Vec<Input>,
    /// Their scans, in that order.
    pub scans: Vec<Scan>,
    /// The checks that found something.
    pub rules: Vec<Rule>,
    /// The findings.
    pub findings: Pages<Finding>,
    /// Lists of the findings.
    pub assessments: Pool<Assessment>,
    /// What only some findings have.
    pub details: Pages<Detail>,
    /// Lists of the findings and their details.
    pub words: Pool<Text>,
    /// Lists of the findings.
    pub cwes: Pool<u32>,
    /// Lists of the findings.
    pub locations: Pool<Location>,
    /// Lists of the findings.
    pub fingerprints: Pool<Fingerprint>,
    /// Lists of the findings.
    pub sightings: Pool<Sighting>,
    /// The feeds of the policy.
    pub feeds: Vec<Feed>,
    /// The CVEs of findings that the KEV feed lists.
    pub listed: HashMap<Text, Listed>,
    /// What is wrong beside the inputs, each of which tells its own.
    pub problems: Vec<Problem>,
    /// What CODEOWNERS says, where the policy asks for it.
    pub file_owners: FileOwners,
    /// What was known before, where there is a baseline.
    pub baseline: Option<Baseline>,
    /// What git says of the change.
    pub change: Change,
    /// Findings of several tools that are about one thing in the code.
    pub groups: Groups,
}

impl Evidence {
    /// A text, still untrusted.
    #[must_use]
    pub fn text(&self, text: Text) -> Untrusted<'_> {
        self.texts.get(text)
    }

    /// The rule of a finding.
    #[must_use]
    pub fn rule(&self, finding: &Finding) -> Option<&Rule> {
        self.rules.get(finding.rule.0 as usize)
    }

    /// The name of the rule, where the tool gave one.
    #[must_use]
    pub fn rule_id(&self, finding: &Finding) -> Option<Untrusted<'_>> {
        self.rule(finding)?.rule_id.map(|id| self.text(id))
    }

    /// What the finding has beside a rule and a place.
    #[must_use]
    pub fn detail(&self, finding: &Finding) -> Option<&Detail> {
        self.details.get(finding.detail?.index())
    }

    /// The entry of the baseline that a finding was known by.
    #[must_use]
    pub fn entry(&self, finding: &Finding) -> Option<&Entry> {
        self.baseline.as_ref()?.entry(finding.entry?)
    }

    /// The findings of its group, itself among them, by their ids; none of a finding without a group.
    pub fn group(&self, finding: &Finding) -> impl Iterator<Item = &Finding> {
        let members = finding.group.map_or(&[][..], |id| self.groups.members(id));
        members.iter().filter_map(|&number| self.findings.get(number as usize))
    }

    /// How many findings its group has; 0 without one.
    #[must_use]
    pub fn group_size(&self, finding: &Finding) -> usize {
        finding.group.map_or(0, |id| self.groups.members(id).len())
    }

    /// What its group is called: the smallest id in it.
    #[must_use]
    pub fn group_name(&self, finding: &Finding) -> Option<FindingId> {
        self.group(finding).next().map(|first| first.id)
    }

    /// Whether a finding was adopted. Without a baseline everything is new.
    #[must_use]
    pub fn newness(&self, finding: &Finding) -> Newness {
        self.entry(finding).map_or(Newness::New, Entry::newness)
    }

    /// A date that is known of a finding. The first that it was seen is the earlier of those that a report and the baseline tell.
    #[must_use]
    pub fn date(&self, finding: &Finding, clock: Clock) -> Option<Date> {
        let told = self.detail(finding).and_then(|detail| detail.date(clock));
        let known = self.entry(finding).filter(|_| clock == Clock::FirstSeen).map(|entry| entry.first_seen);
        told.into_iter().chain(known).min()
    }

    /// Whether somebody could mean a finding by this name: its id, one of its advisories', or that of the check.
    #[must_use]
    pub fn is_called(&self, finding: &Finding, name: &str) -> bool {
        finding.id.to_string() == name
            || self.words.get(finding.ids).iter().any(|id| self.text(*id).as_data() == name)
            || self.rule_id(finding).is_some_and(|id| id.as_data() == name)
    }

    /// The primary place.
    #[must_use]
    pub fn location(&self, finding: &Finding) -> Option<Location> {
        self.locations.get(finding.locations).first().copied()
    }

    /// The scan of a sighting.
    #[must_use]
    pub fn scan(&self, sighting: &Sighting) -> Option<&Scan> {
        self.scans.get(sighting.scan.0 as usize)
    }

    /// The report of a scan.
    #[must_use]
    pub fn input(&self, scan: &Scan) -> Option<&Input> {
        self.inputs.get(scan.input as usize)
    }

    /// The scans of a report, given its place in `inputs`.
    #[must_use]
    pub fn scans_of(&self, input: usize) -> &[Scan] {
        let start = self.scans.partition_point(|scan| (scan.input as usize) < input);
        let end = self.scans.partition_point(|scan| scan.input as usize <= input);
        self.scans.get(start..end).unwrap_or_default()
    }

    /// Why feeds tell nothing that cannot be right.
    pub fn misread(&self) -> impl Iterator<Item = &Problem> {
        self.feeds.iter().filter_map(|feed| feed.content.as_ref().err())
    }

    /// The entry of the KEV feed for a finding: of several the one that was due first.
    #[must_use]
    pub fn listed(&self, finding: &Finding) -> Option<Listed> {
        let entries = self.words.get(finding.ids).iter().filter_map(|id| self.listed.get(id)).copied();
        entries.min_by_key(|entry| (entry.due.is_none(), entry.due, entry.added))
    }

    /// Whether the change touches one of its files. Of what is no file of the project (an image, a host) that is unknown, and where the
    /// repository does not have all of them.
    #[must_use]
    pub fn in_change(&self, finding: &Finding) -> Truth {
        let Some(files) = &self.change.files else { return Truth::Unknown };
        if self.detail(finding).is_some_and(|detail| detail.target.is_some()) {
            return Truth::Unknown;
        }
        let places = self.locations.get(finding.locations);
        let of = |path: Option<Text>| path.and_then(|path| files.of.get(path)).copied().unwrap_or(Truth::Unknown);
        // In none: nothing says that it is not in the change.
        if places.is_empty() { Truth::Unknown } else { Truth::any(places.iter().map(|place| of(place.path))) }
    }

    /// The assessment that decided the severity.
    #[must_use]
    pub fn chosen(&self, finding: &Finding) -> Option<&Assessment> {
        self.assessments.get(finding.assessments).get(finding.chosen as usize)
    }

    /// Why the severity is what it is: `security-severity 8.1 of the rule`.
    #[must_use]
    pub fn severity_because(&self, finding: &Finding) -> String {
        self.chosen(finding).map_or_else(|| "nothing told".to_owned(), |a| a.because(&self.texts))
    }
}

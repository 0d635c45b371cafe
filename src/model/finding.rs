//! Findings and the evidence they rest on.

use crate::base::pages::Pages;
use crate::base::pool::{Pool, Span};
use crate::base::text::{Text, Texts, Untrusted};
use crate::model::identity::{Category, FindingId, Fingerprint};
use crate::model::location::{Location, Pointer};
use crate::model::problem::Problem;
use crate::model::raw::Suppression;
use crate::model::scan::{Input, Scan, ScanId};
use crate::model::severity::{Assessment, Severity};

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
    /// What the tool says.
    pub message: Option<Text>,
    /// Where it is; the first is the primary one.
    pub locations: Span<Location>,
    /// The keys it is known by, strongest first.
    pub fingerprints: Span<Fingerprint>,
    /// The results it was merged from, never empty.
    pub sightings: Span<Sighting>,
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
#[derive(Default)]
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
    /// Lists of the findings.
    pub words: Pool<Text>,
    /// Lists of the findings.
    pub cwes: Pool<u32>,
    /// Lists of the findings.
    pub locations: Pool<Location>,
    /// Lists of the findings.
    pub fingerprints: Pool<Fingerprint>,
    /// Lists of the findings.
    pub sightings: Pool<Sighting>,
    /// What could not be read or contradicts itself, of all inputs.
    pub problems: Vec<Problem>,
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

//! All that a renderer may show: the run, settled.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use jiff::Timestamp;

use crate::base::date::{date_of, days_between};
use crate::base::pool::Pool;
use crate::model::baseline::BaselineCounts;
use crate::model::decision::{Decision, Noted, Spent, Synthetic, Verdict};
use crate::model::decisions::Decisions;
use crate::model::due::DueWhy;
use crate::model::exception::{Exception, ExceptionType, Exceptions};
use crate::model::finding::{Evidence, Finding};
use crate::model::owner::{Owner, Owners};
use crate::model::policy::{Action, Budget, Ownership, Policy, Rule};
use crate::model::problem::Problem;
use crate::model::standing::{Fate, Standing};
use crate::model::vex::{Statement, Vex, VexDocument};

/// A run, judged.
pub struct Report {
    /// The answer.
    pub verdict: Verdict,
    /// What was judged.
    pub subject: Subject,
    /// The run's one instant.
    pub now: Timestamp,
    /// The digest of everything embedded that judges (policies, profiles, mappings), in hex, fixed at build: taken when it is told.
    pub engine_digest: LazyLock<String>,
    /// Whether it was asked for as a dry run.
    pub dry_run: bool,
    /// The flags of the command line that say by what it was judged, with their values: what `Reproduce:` repeats.
    pub flags: Vec<(&'static str, String)>,
    /// By what it was judged; `None` when no policy could be read.
    pub policy: Option<Policy>,
    /// The exceptions that were read.
    pub exceptions: Exceptions,
    /// What was read.
    pub evidence: Evidence,
    /// One per finding of the evidence, in the same order.
    pub decisions: Decisions,
    /// Lists of the decisions.
    pub fired: Pool<u16>,
    /// Who owns the findings.
    pub owners: Owners,
    /// What each of them came to, in the same order.
    pub standings: Vec<Standing>,
    /// What vendors and the team state of vulnerabilities.
    pub vex: Vex,
    /// What exceptions and VEX have to do with the findings that they are about.
    pub noted: Vec<Noted>,
    /// Places in the findings, sorted by action (strictest first), severity (gravest first) and id.
    pub order: Vec<u32>,
    /// What each budget of the policy came to, in the same order.
    pub budgets: Vec<Spent>,
    /// Findings about the evidence itself; `problems` does not repeat them.
    pub synthetics: Vec<Synthetic>,
    /// Every problem of the run, sorted.
    pub problems: Vec<Problem>,
    /// How many of what.
    pub counts: Counts,
    /// What the baseline came to.
    pub known: BaselineCounts,
    /// The entries of the baseline that a complete scan of their tool does not find any more, by their places.
    pub gone: BTreeSet<usize>,
}

impl Report {
    /// The findings with their decisions, in the order of reports.
    pub fn findings(&self) -> impl Iterator<Item = (&Finding, &Decision)> {
        self.order.iter().filter_map(|&i| Some((self.evidence.findings.get(i as usize)?, self.decisions.get(i as usize)?)))
    }

    /// Who owns a finding, the primary one first, each with the policy's row about it; `None` where nothing says who owns what.
    #[must_use]
    pub fn owners(&self, decision: &Decision) -> Option<Vec<(&Owner, Option<&Ownership>)>> {
        let row = |owner: &Owner| self.policy.as_ref()?.ownership.get(usize::from(owner.row?));
        Some(self.owners.group(decision.owners?).map(|owner| (owner, row(owner))).collect())
    }

    /// What exceptions have to do with a finding.
    #[must_use]
    pub fn noted(&self, decision: &Decision) -> Option<&Noted> {
        self.noted.get(decision.noted? as usize)
    }

    /// A record, given its place, with what it came to.
    #[must_use]
    pub fn exception(&self, place: u32) -> Option<(&Exception, Standing)> {
        Some((self.exceptions.records.get(place as usize)?, *self.standings.get(place as usize)?))
    }

    /// The records with what they came to, by their ids.
    pub fn exceptions(&self) -> impl Iterator<Item = (&Exception, Standing)> {
        self.exceptions.records.iter().zip(self.standings.iter().copied())
    }

    /// The record that lowered a finding.
    #[must_use]
    pub fn lowered_by(&self, decision: &Decision) -> Option<&Exception> {
        let lowered = decision.action < decision.without_exceptions;
        let first = *self.noted(decision).filter(|noted| lowered && !noted.by_vex)?.applied.first()?;
        self.exceptions.records.get(first as usize)
    }

    /// The VEX statement that lowered a finding, and its document.
    #[must_use]
    pub fn excused_by(&self, decision: &Decision) -> Option<(&Statement, &VexDocument)> {
        let first = *self.noted(decision).filter(|noted| noted.by_vex)?.vex.first()?;
        self.statement(first)
    }

    /// A VEX statement, given its place, and its document.
    #[must_use]
    pub fn statement(&self, place: u32) -> Option<(&Statement, &VexDocument)> {
        let statement = self.vex.statements.get(place as usize)?;
        Some((statement, self.vex.document(statement)?))
    }

    /// Whether an emergency holds for any finding.
    #[must_use]
    pub fn is_emergency(&self) -> bool {
        let holds = |(record, standing): (&Exception, Standing)| record.kind == ExceptionType::Emergency && standing.fate == Fate::Applied;
        self.exceptions().any(holds)
    }

    /// The budgets with what they came to.
    pub fn budgets(&self) -> impl Iterator<Item = (&Budget, &Spent)> {
        self.policy.iter().flat_map(|policy| &policy.budgets).zip(&self.budgets)
    }

    /// How many days after this one a record holds; negative when it has ended.
    #[must_use]
    pub fn days_left(&self, record: &Exception) -> i64 {
        days_between(date_of(self.now), record.expires)
    }

    /// The rules behind a decision, strictest first.
    pub fn rules(&self, decision: &Decision) -> impl Iterator<Item = &Rule> {
        let fired = self.fired.get(decision.fired).iter();
        fired.filter_map(|&rule| self.policy.as_ref()?.rules.get(usize::from(rule)))
    }

    /// The rule by which more is done from the day after a finding's due date on.
    #[must_use]
    pub fn once_overdue(&self, decision: &Decision) -> Option<&Rule> {
        let place = decision.once_overdue.filter(|_| decision.deadline.due.is_some() && decision.deadline.overdue == Some(false))?;
        self.policy.as_ref()?.rules.get(usize::from(place))
    }

    /// What sets a finding's due date, or would: `30d for high by fedramp-rev5, from published 2026-11-01; put off by EXC-7`.
    #[must_use]
    pub fn due_because(&self, finding: &Finding, decision: &Decision) -> Option<String> {
        let due = self.policy.as_ref()?.due.as_ref()?;
        let by = decision.deadline.by?;
        let why = match by.why {
            DueWhy::Kev => "known exploited",
            DueWhy::Severity(severity) => severity.word(),
            DueWhy::Risk(_) => "the risk",
        };
        let preset = due.schedule(by.schedule).and_then(|(_, preset)| preset).map(|preset| format!(" by {}", preset.id));
        let preset = preset.unwrap_or_default();
        let Some(hours) = due.hours(by) else { return Some(format!("next upgrade for {why}{preset}")) };
        let days = if hours.is_multiple_of(24) { format!("{}d", hours / 24) } else { format!("{hours}h") };
        let from = by.from.and_then(|clock| Some((clock, self.evidence.date(finding, clock)?)));
        let from = from.map_or_else(|| "from a day that nobody tells".to_owned(), |(clock, date)| format!("from {} {date}", clock.word()));
        let put_off = decision.deadline.put_off_by.and_then(|place| self.exceptions.records.get(place as usize));
        let put_off = put_off.map_or_else(String::new, |record| format!("; put off by {}", record.id));
        Some(format!("{days} for {why}{preset}, {from}{put_off}"))
    }

    /// How many days after this one a finding is due; negative when it is overdue.
    #[must_use]
    pub fn days_until_due(&self, decision: &Decision) -> Option<i64> {
        decision.deadline.due.map(|due| days_between(date_of(self.now), due))
    }

    /// Why the severity that was judged is what it is: `level absent by default, unrated, judged as high`.
    #[must_use]
    pub fn severity_because(&self, finding: &Finding, decision: &Decision) -> String {
        let mut told = self.evidence.severity_because(finding);
        let policy = self.policy.as_ref();
        let before = finding.severity.or(policy.map(|policy| policy.unrated_as));
        if let (None, Some(judged)) = (finding.severity, before) {
            told = format!("{told}, unrated, judged as {}", judged.word());
        }
        let Some((policy, entry)) =
            policy.zip(decision.overridden).and_then(|(policy, at)| Some((policy, policy.overrides.get(usize::from(at))?)))
        else {
            return told;
        };
        let file = policy.file(entry.place).map_or("", |file| file.name.as_str());
        format!("{told}; {} by {file}:{}, {}: {}", entry.severity.word(), entry.place.line, entry.owner, entry.reason)
    }
}

/// What is judged, as far as the caller said; nothing here is guessed.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// The repository's URL.
    pub repository: Option<Fact>,
    /// The full hash.
    pub commit: Option<Fact>,
    /// The commit that the configuration is read from, and that the change is held against: its full hash.
    pub config_ref: Option<Fact>,
    /// The branch.
    pub branch: Option<Fact>,
    /// The release.
    pub release: Option<Fact>,
    /// `pull_request`, `release`, ….
    pub stage: Option<Fact>,
    /// The service.
    pub service: Option<Fact>,
    /// The image or archive.
    pub artifact: Option<Fact>,
}

/// A fact about the run and who said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The value.
    pub value: String,
    /// `flag`, `policy`, or the name of a variable.
    pub source: Cow<'static, str>,
}

/// How many of what. `sightings = merged + findings`, asserted by the pipeline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Results read.
    pub sightings: u64,
    /// Sightings that joined another one's finding.
    pub merged: u64,
    /// Findings.
    pub findings: u64,
    /// Findings that say there is nothing to fix, not judged.
    pub passed: u64,
    /// Sightings that their own scan suppressed; judged all the same.
    pub suppressed: u64,
    /// Findings that an exception lowered.
    pub excepted: u64,
    /// Findings that VEX lowered.
    pub vex: u64,
    /// Findings to block or ticket that nobody owns, where the policy says who owns what.
    pub unowned: u64,
    /// Findings to block.
    pub block: u64,
    /// Findings to ticket.
    pub ticket: u64,
    /// Findings to pass.
    pub pass: u64,
    /// Findings by severity, in the order of `Severity::ALL`, then unrated.
    pub by_severity: [u64; 6],
    /// Findings by category, in the order of `Category::ALL`.
    pub by_category: [u64; 9],
}

impl Counts {
    /// The findings with an action.
    #[must_use]
    pub const fn of(&self, action: Action) -> u64 {
        match action {
            Action::Block => self.block,
            Action::Ticket => self.ticket,
            Action::Pass => self.pass,
        }
    }
}

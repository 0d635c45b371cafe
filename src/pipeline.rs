//! The phases of a run, in order, with a check between them that nothing was lost.
//!
//! [`gather`] reads and normalizes, one finding for each sighting: what `inspect` shows. [`judge`] goes on to the verdict.

mod baseline;
mod compare;
mod edit;
mod explain;
mod load;
mod publish;
mod saved;
mod start;
mod trial;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use anyhow::ensure;
use jiff::Timestamp;

pub use crate::act::append::append;
pub use crate::act::baseline::{Change, Next};
use crate::base::date::date_of;
use crate::base::order::Order as _;
use crate::base::source::{self, Committed, Found};
use crate::decide::{Excepted, Judged, Matched};
pub use crate::enrich::{BaselinePlaces, VexPlaces, baseline_path};
pub use crate::enrich::{Checkout, branch, head, no_clone, of_config_ref, touches_configuration};
use crate::ingest::Form;
use crate::model::decision::{Decision, Spent, Synthetic};
use crate::model::exception::Exceptions;
use crate::model::finding::{Evidence, Finding};
use crate::model::identity::Category;
use crate::model::intel::Feed;
use crate::model::mapping::Mappings;
use crate::model::policy::{Action, Budget, Policy};
use crate::model::problem::{Problem, Weight};
use crate::model::profile::Profiles;
use crate::model::report::{Counts, Report, Subject};
use crate::model::scan::Scan;
use crate::model::truth::Truth;
use crate::model::vex::Vex;
pub use crate::policy::{Draft, DraftMatch, IMPORTS, Import, Imported, NextRenewal, Places, Scan as StarterScan, Starter, Terms, Wanted};
pub use baseline::{is_complete, next_baseline};
pub use compare::{compare, preview};
pub use edit::{Edit, Edition, admitted, hold, import};
pub use explain::{Choice, choose, choose_saved, explain};
use load::{Loaded, load, refused};
pub use publish::{Output, clear_file, folder, prepare, publish, write_file};
pub use saved::{Again, read_saved, same_policy, unlike};
pub use start::{Started, start};
pub use trial::{Bench, run_suite, suite};

use crate::{correlate, decide, enrich, ingest, normalize, policy};

/// What is read, and how.
pub struct Sources<'a> {
    /// The reports: see [`find`].
    pub found: Found,
    /// What is known of tools: see [`tools`].
    pub tools: Tools,
    /// The folder that absolute paths in reports are relative to.
    pub root: Option<&'a str>,
    /// The folder of the sources, whose lines are hashed.
    pub source_root: Option<&'a Path>,
    /// The most bytes that one report may have.
    pub max_input_bytes: u64,
    /// How many reports are read at a time.
    pub threads: usize,
    /// Whether the digests of the reports are wanted.
    pub hashed: bool,
}

/// What is known of tools beside their reports.
pub struct Tools {
    /// The profiles of the program and of the project; without the project's where something is wrong with them.
    pub profiles: Profiles,
    /// The mappings, the same way.
    pub mappings: Mappings,
    /// What is wrong with the project's.
    pub problems: Vec<Problem>,
}

/// The folders of a project that say something of its tools, where there are such.
#[derive(Default)]
pub struct Folders<'a> {
    /// Of profiles.
    pub profiles: Option<PathBuf>,
    /// Of mappings.
    pub mappings: Option<PathBuf>,
    /// The commit from which files are read, where they are not those of the work tree.
    pub commit: Option<&'a Committed>,
}

/// What was read of the reports, merged: what a policy judges. Several may judge the same.
#[derive(Clone)]
pub struct Collected {
    evidence: Evidence,
    /// How many results were read.
    sightings: u64,
    /// How many of them joined another one's finding.
    merged: u64,
    /// What is wrong with what is known of tools.
    problems: Vec<Problem>,
}

impl Collected {
    /// Whether no report holds a scan.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.evidence.scans.is_empty()
    }

    /// What could not be read, or is not whole.
    pub fn gaps(&self) -> impl Iterator<Item = &Problem> {
        let of_inputs = self.evidence.inputs.iter().flat_map(|input| &input.problems);
        of_inputs.chain(self.evidence.scans.iter().flat_map(|scan| &scan.incomplete_because))
    }
}

/// What is judged, and by what.
pub struct Question<'a> {
    /// By what it is judged, or what is wrong with it: see [`policy()`].
    pub policy: Result<Policy, Vec<Problem>>,
    /// See [`Report::flags`].
    pub flags: Vec<(&'static str, String)>,
    /// Where exceptions are looked for.
    pub exceptions: Places<'a>,
    /// Where VEX documents are looked for.
    pub vex: VexPlaces<'a>,
    /// Where the baseline is looked for.
    pub baseline: BaselinePlaces<'a>,
    /// The root of the repository, from the current folder: where CODEOWNERS is looked for.
    pub repository: &'a Path,
    /// The clone that holds the commits, where one works in one.
    pub checkout: Option<&'a Checkout>,
    /// What would be wrong with the configuration that the change brings, were it merged: told where it edits any.
    pub proposed: Vec<Problem>,
    /// What is judged.
    pub subject: Subject,
    /// The run's one instant.
    pub now: Timestamp,
    /// Whether it is a rehearsal.
    pub dry_run: bool,
    /// What a ticket exits with.
    pub ticket_exit_code: u8,
}

/// The policy that is asked for, or everything that is wrong with it.
pub fn policy(wanted: &Wanted<'_>) -> Result<Policy, Vec<Problem>> {
    policy::load(wanted)
}

/// What is legal in a policy and dangerous, on the day of an instant.
#[must_use]
pub fn loud(policy: &Policy, now: Timestamp) -> Vec<Problem> {
    let subject = Subject::default();
    decide::loud(policy, &decide::Run { now, subject: &subject, dry_run: true, observed: false, ticket_exit_code: 0 })
}

/// What is legal in a policy and does not do what it looks like.
#[must_use]
pub fn lint(policy: &Policy, tools: &Tools) -> Vec<Problem> {
    decide::lint(policy, &tools.profiles)
}

/// What of a policy has nothing to do with what was read, and what is wrong with the CODEOWNERS that it asks for.
#[must_use]
pub fn unseen(collected: &mut Collected, policy: &Policy, repository: &Path, now: Timestamp) -> Vec<Problem> {
    let mut problems = enrich::owners(&mut collected.evidence, policy, repository, None);
    enrich::feeds(&mut collected.evidence, policy, now, None);
    problems.extend(collected.evidence.misread().cloned());
    let subject = Subject::default();
    let run = decide::Run { now, subject: &subject, dry_run: true, observed: false, ticket_exit_code: 0 };
    problems.extend(decide::unseen(&collected.evidence, policy, &run));
    problems
}

/// The exceptions that are asked for, and everything that is wrong or dangerous with them on the day of an instant; with a mistake in
/// any file there are none.
#[must_use]
pub fn exceptions(places: &Places<'_>, policy: Option<&Policy>, now: Timestamp) -> (Exceptions, Vec<Problem>) {
    policy::load_exceptions(places, policy, date_of(now))
}

/// What is stated by those whom a policy listens to, and what is wrong with it.
#[must_use]
pub fn vex(places: &VexPlaces<'_>, policy: Option<&Policy>, now: Timestamp) -> (Vex, Vec<Problem>) {
    policy.map(|policy| enrich::vex(policy, places, &normalize::named, now)).unwrap_or_default()
}

/// What is wrong with the baseline that a policy takes.
#[must_use]
pub fn baseline_problems(policy: Option<&Policy>, places: &BaselinePlaces<'_>, now: Timestamp) -> Vec<Problem> {
    enrich::baseline(&mut Evidence::default(), policy, places, now)
}

/// The feeds of a policy as they are at an instant, and what is wrong with them.
#[must_use]
pub fn feeds(policy: &Policy, now: Timestamp) -> (Vec<Feed>, Vec<Problem>) {
    let (mut evidence, subject) = (Evidence::default(), Subject::default());
    enrich::feeds(&mut evidence, policy, now, None);
    let run = decide::Run { now, subject: &subject, dry_run: true, observed: false, ticket_exit_code: 0 };
    let misread = evidence.misread().cloned();
    let too_old = decide::too_old(&evidence, policy, &run).map(|synthetic| synthetic.problem);
    let problems = misread.chain(too_old).chain(decide::aged(&evidence, policy, &run)).collect();
    (evidence.feeds, problems)
}

/// The text of a file of the configuration, to show a line of it; `None` where it cannot be read again.
#[must_use]
pub fn config_text(name: &str) -> Option<String> {
    policy::text(name)
}

/// The files of the configuration that a glob names.
#[must_use]
pub fn config_files(glob: &str) -> Vec<String> {
    source::find_config(&[glob.to_owned()]).0
}

/// Finds the reports that arguments name: files, folders, globs, `-`, `FORMAT:PATH`. Nothing is opened.
#[must_use]
pub fn find(reports: &[String], mappings: &Mappings) -> Found {
    source::find(reports, &|id| Form::named(id, mappings).is_some())
}

/// What is known of tools: by the program, and by the files in folders of the project.
#[must_use]
pub fn tools(folders: &Folders<'_>) -> Tools {
    let formats: Vec<&str> = ingest::FORMATS.iter().map(|format| format.id).collect();
    let (profiles, mut problems) = read(folders.profiles.as_deref(), folders.commit, policy::load_profiles);
    let (mappings, wrong) = read(folders.mappings.as_deref(), folders.commit, |files| policy::load_mappings(files, &formats));
    problems.extend(wrong);
    let profiles = profiles.unwrap_or_else(policy::embedded_profiles);
    Tools { profiles, mappings: mappings.unwrap_or_else(policy::embedded_mappings), problems }
}

/// What the files of a folder come to, and what is wrong with them: then they come to nothing.
fn read<T>(
    folder: Option<&Path>,
    commit: Option<&Committed>,
    load: impl Fn(&[(String, String)]) -> Result<T, Vec<Problem>>,
) -> (Option<T>, Vec<Problem>) {
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    let configs = |folder| commit.map_or_else(|| source::read_configs(folder), |commit| commit.read_all(folder));
    for (path, read) in folder.map(configs).unwrap_or_default() {
        match read {
            Ok(text) => files.push((path, text)),
            Err(fault) => problems.push(Problem::of_fault(Weight::Undecided, Some(path), fault)),
        }
    }
    match load(&files) {
        Ok(read) => (Some(read).filter(|_| problems.is_empty()), problems),
        Err(wrong) => {
            problems.extend(wrong);
            (None, problems)
        }
    }
}

/// Load, ingest, normalize: everything that was read, one finding for each sighting, in the order of the documents.
#[must_use]
pub fn gather(sources: &Sources<'_>) -> Evidence {
    let Found { reports, faults, .. } = &sources.found;
    let mut evidence = Evidence::default();
    let mut read = load(reports, sources).into_iter();
    let lost = faults.iter().map(|(path, fault)| refused(path.clone(), None, fault.clone()));
    for named in reports {
        let Some(Loaded { input, report }) = read.next() else { continue };
        let number = u32::try_from(evidence.inputs.len()).unwrap_or(u32::MAX);
        debug_assert_eq!(input.path, named.path);
        evidence.inputs.push(input);
        if let Some(report) = report {
            normalize::normalize(&mut evidence, number, report, &sources.tools.profiles, sources.root);
        }
        settle_input(&mut evidence, number);
    }
    evidence.inputs.extend(lost);
    if let Some(root) = sources.source_root {
        enrich::lines(&mut evidence, root);
    }
    evidence
}

/// Load, ingest, normalize, correlate: what was read, one finding for each thing to fix.
pub fn collect(sources: Sources<'_>) -> anyhow::Result<Collected> {
    let evidence = gather(&sources);
    merge(evidence, sources.tools.problems)
}

/// What was gathered, one finding for each thing to fix, and what is wrong with what is known of tools.
pub fn merge(mut evidence: Evidence, problems: Vec<Problem>) -> anyhow::Result<Collected> {
    let sightings = evidence.findings.len() as u64;
    ensure!(
        sightings == evidence.scans.iter().map(|scan| scan.sightings).sum::<u64>(),
        "internal error: {sightings} sightings became findings, and the scans have another number; report this as a bug"
    );
    let merged = correlate::merge(&mut evidence);
    Ok(Collected { evidence, sightings, merged, problems })
}

/// Whether a finding blocks that a change brings, or may have brought: a secret, or what is in code, may be of its history.
fn may_bring(evidence: &Evidence, finding: &Finding, decision: &Decision) -> bool {
    let may = match evidence.in_change(finding) {
        Truth::True => true,
        Truth::Unknown => [Category::Secret, Category::Sast, Category::Malware].contains(&finding.category),
        Truth::False => false,
    };
    may && decision.action == Action::Block
}

/// The phases after those of [`collect`]: the report of the run.
pub fn judge(collected: Collected, question: Question<'_>) -> anyhow::Result<Report> {
    let Collected { mut evidence, sightings, merged, problems: of_tools } = collected;
    let (dry_run, ticket_exit_code) = (question.dry_run, question.ticket_exit_code);
    let Question { policy, exceptions, vex, baseline, repository, checkout, proposed, flags, subject, now, .. } = question;
    let (policy, mut problems) = match policy {
        Ok(policy) => (Some(policy), Vec::new()),
        Err(problems) => (None, problems),
    };
    problems.append(&mut evidence.problems);
    let commit = exceptions.commit;
    let (exceptions, mut mistakes) = self::exceptions(&exceptions, policy.as_ref(), now);
    let (vex, unheard) = self::vex(&vex, policy.as_ref(), now);
    mistakes.extend(unheard);
    // By exceptions or VEX that are half understood nothing is judged: who reads that it blocks may not look at what is wrong.
    let is_whole = mistakes.iter().all(|problem| problem.weight != Weight::Undecided);
    problems.extend(mistakes);
    if let Some(policy) = &policy {
        enrich::feeds(&mut evidence, policy, now, commit);
    }
    // Nor by a feed that is: what it does not list would be held against every finding, or in favor of it.
    let misread: Vec<Problem> = evidence.misread().cloned().collect();
    let governing = policy.as_ref().filter(|_| is_whole && misread.is_empty());
    problems.extend(misread);
    let unread = enrich::baseline(&mut evidence, policy.as_ref(), &baseline, now);
    // Named by the ids that findings keep.
    correlate::group(&mut evidence);
    // Nor by a baseline that is: what it adopts would be half of what somebody approved.
    let governing = governing.filter(|_| unread.is_empty());
    problems.extend(unread);
    let observed = policy.as_ref().is_some_and(|policy| !policy.enforced);
    let run = decide::Run { now, subject: &subject, dry_run, observed, ticket_exit_code };
    if let Some(policy) = &policy {
        problems.extend(decide::loud(policy, &run));
        problems.extend(decide::accept(&mut evidence, policy, &run));
        (0..).take(evidence.inputs.len()).for_each(|number| settle_input(&mut evidence, number));
    }
    problems.extend(governing.map_or_else(Vec::new, |policy| enrich::owners(&mut evidence, policy, repository, commit)));
    problems.extend(enrich::change(&mut evidence, checkout, &subject));
    let edits = enrich::edits(&evidence, &subject);
    problems.extend(proposed.into_iter().filter(|_| !edits.is_empty()));
    problems.extend(edits);
    problems.extend(decide::without_future(&mut evidence, &run));
    let matched = governing.map_or_else(Matched::default, |policy| decide::matched(&evidence, policy, &exceptions, &run));
    let mut judged = governing.map_or_else(Judged::default, |policy| decide::judge(&evidence, policy, &run, &matched));
    let mut excepted =
        governing.map_or_else(Excepted::default, |policy| decide::except(&evidence, policy, &exceptions, &run, &matched, &mut judged));
    let mut synthetics = governing.map_or_else(Vec::new, |policy| decide::synthetics(&evidence, policy, &run));
    synthetics.extend(excepted.synthetics);
    problems.extend(excepted.problems);
    if let Some(policy) = governing {
        decide::vex(&evidence, policy, &vex, &run, &mut judged, &mut excepted.noted);
        problems.extend(decide::lowered(&evidence, policy, &judged.decisions));
        problems.extend(decide::aged(&evidence, policy, &run));
        problems.extend(decide::unowned(&evidence, policy, &judged.decisions));
    }
    let order = governing.map_or_else(Vec::new, |_| decide::order(&evidence, &judged.decisions));
    let Judged { decisions, fired, owners } = judged;
    let gone = decide::gone(&evidence);
    let known = decide::baseline_counts(&evidence, &decisions, &gone);
    problems.extend(decide::adopted(&evidence, &known));
    let budgets =
        governing.map_or_else(Vec::new, |policy| decide::budgets(&evidence, policy, &exceptions, &run, &matched, &decisions, &order));
    let counts: Counts = decide::counts(&evidence, &decisions, &excepted.noted);
    if governing.is_some() {
        nothing_is_lost(&counts, sightings, merged, order.len())?;
    }
    problems.extend(of_tools);
    let problems = told_once(problems, &evidence, &synthetics);
    let spent: Vec<(&Budget, &Spent)> = governing.iter().flat_map(|policy| &policy.budgets).zip(&budgets).collect();
    let configuration_only = enrich::is_configuration_only(&evidence, checkout, &subject)
        && !evidence.findings.iter().zip(decisions.iter()).any(|(finding, decision)| may_bring(&evidence, finding, decision));
    let verdict = decide::verdict(&counts, &spent, &synthetics, &problems, &run, configuration_only);
    Ok(Report {
        verdict,
        subject,
        now,
        engine_digest: LazyLock::new(policy::embedded_digest),
        dry_run,
        flags,
        policy,
        exceptions,
        evidence,
        decisions,
        fired,
        owners,
        standings: excepted.standings,
        vex,
        noted: excepted.noted,
        order,
        budgets,
        synthetics,
        problems,
        counts,
        known,
        gone,
    })
}

/// Counts in are counts out.
fn nothing_is_lost(counts: &Counts, sightings: u64, merged: u64, ordered: usize) -> anyhow::Result<()> {
    ensure!(
        counts.findings + counts.merged == sightings && counts.merged == merged && ordered as u64 == counts.findings,
        "internal error: of {sightings} sightings, {} became findings and {} were merged; report this as a bug",
        counts.findings,
        counts.merged
    );
    Ok(())
}

/// The problems of a run and those of its reports, sorted, without those that stand in a finding of their own.
fn told_once(mut problems: Vec<Problem>, evidence: &Evidence, synthetics: &[Synthetic]) -> Vec<Problem> {
    problems.extend(evidence.inputs.iter().flat_map(|input| input.problems.iter().cloned()));
    problems.extend(evidence.scans.iter().flat_map(|scan| scan.incomplete_because.iter().cloned()));
    let told: BTreeSet<&Problem> = synthetics.iter().map(|synthetic| &synthetic.problem).collect();
    problems.retain(|problem| !told.contains(problem));
    problems.order_by(Ord::cmp);
    problems.dedup();
    problems
}

/// Whether a report is complete, and how many sightings it has, now that its scans are known.
fn settle_input(evidence: &mut Evidence, number: u32) {
    let scans = evidence.scans_of(number as usize);
    let sightings = scans.iter().map(|scan| scan.sightings).sum();
    let scans_complete = scans.iter().all(Scan::complete);
    if let Some(input) = evidence.inputs.get_mut(number as usize) {
        input.sightings = sightings;
        input.complete = scans_complete && input.problems.iter().all(|problem| problem.weight != Weight::Undecided);
    }
}

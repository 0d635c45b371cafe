//! The baseline: what was known before, and which findings of the run that is.
//!
//! The file is read once, front to back ([`read`]), its texts kept with those of the reports so that a comparison is one of numbers.
//! Then each entry is looked for among the findings ([`recall`]). A file in which anything is wrong is not used at all: what it adopts
//! would be half of what somebody approved.

mod lines;
mod read;
mod recall;
mod report;
mod told;

use std::path::Path;

use jiff::Timestamp;

use crate::base::date::date_of;
use crate::base::fault::{Fault, Position};
use crate::base::source::{Committed, is_absent, open_inside};
use crate::model::baseline::{Baseline, BaselineSource, OnMissing, Origin};
use crate::model::finding::Evidence;
use crate::model::policy::Policy;
use crate::model::problem::{Problem, Problems, Weight};

/// The largest file that is read, in bytes: a few million entries.
const MAX_BYTES: u64 = 2 << 30;

/// What to do about a file that cannot be read.
const RESTORE: &str = "restore the file from the repository, or write it again: relgate baseline write";

/// Where a baseline is looked for.
#[derive(Clone, Copy, Default)]
pub struct BaselinePlaces<'a> {
    /// The file that somebody named.
    pub named: Option<&'a str>,
    /// The file that lies beside the policy, where there may be none.
    pub beside: Option<&'a str>,
    /// The commit that it is read from, where it lies in the repository of one.
    pub commit: Option<&'a Committed>,
    /// Whether a file that is not there is about to be written.
    pub is_written: bool,
}

/// Where a baseline is, and what it means that it is not there.
struct Looked<'a> {
    path: &'a str,
    root: Option<std::path::PathBuf>,
    on_missing: OnMissing,
    by: Option<&'a BaselineSource>,
}

/// The file that is the baseline of a run: that of the policy, else the one that is named, else the one beside the policy.
#[must_use]
pub fn baseline_path<'a>(policy: Option<&'a Policy>, places: &BaselinePlaces<'a>) -> Option<&'a str> {
    looked(policy, places).map(|looked| looked.path)
}

fn looked<'a>(policy: Option<&'a Policy>, places: &BaselinePlaces<'a>) -> Option<Looked<'a>> {
    let by = policy.and_then(|policy| policy.baseline.as_ref());
    let of_policy = by.zip(by.and_then(BaselineSource::path)).map(|(by, path)| Looked {
        path,
        root: policy.and_then(Policy::folder),
        on_missing: if places.is_written { OnMissing::AllNew } else { by.on_missing },
        by: Some(by),
    });
    let plain = |path, on_missing| Looked { path, root: None, on_missing, by: None };
    let named = places.named.map(|path| plain(path, if places.is_written { OnMissing::AllNew } else { OnMissing::Undecided }));
    of_policy.or(named).or_else(|| places.beside.map(|path| plain(path, OnMissing::AllNew)))
}

/// Reads the baseline of a run and recalls what it knows; or everything that is wrong with it.
pub fn baseline(evidence: &mut Evidence, policy: Option<&Policy>, places: &BaselinePlaces<'_>, now: Timestamp) -> Vec<Problem> {
    let by = policy.and_then(|policy| policy.baseline.as_ref());
    if let (Some(by), Some(named)) = (by, places.named)
        && by.path().is_none_or(|path| Path::new(path) != Path::new(named))
    {
        let own = by.path().unwrap_or("what tools report");
        let message = format!("`--baseline {named}`: the policy has a baseline of its own, {own}");
        return vec![at_policy(policy, by, "baseline-two", message, "leave out `--baseline`, or remove `baseline` from the policy")];
    }
    if let Some((by, adoption)) = by.and_then(|by| Some((by, by.adopt.as_ref()?))).filter(|(_, adoption)| adoption.approved > date_of(now))
    {
        let message = format!("`approved` is {}, which is yet to come", adoption.approved);
        return vec![at_policy(policy, by, "baseline-future", message, "name the day on which somebody looked at the report")];
    }
    if let Some((Origin::Tools(tools), Some(adoption))) = by.map(|by| (&by.origin, &by.adopt)) {
        told::recall(evidence, tools, adoption, now);
        return Vec::new();
    }
    let Some(looked) = looked(policy, places) else { return Vec::new() };
    let path = looked.path;
    let commit = places.commit.filter(|commit| commit.holds(Path::new(path)));
    if commit.map_or_else(|| is_absent(Path::new(path)), |commit| !commit.is_there(Path::new(path))) {
        return missing(policy, &looked).into_iter().collect();
    }
    let of_file = |fault: Fault| vec![Problem::of_fault(Weight::Undecided, Some(path.to_owned()), fault)];
    let root = looked.root.as_deref();
    let opened =
        commit.map_or_else(|| open_inside(Path::new(path), root, MAX_BYTES), |commit| commit.open_file(Path::new(path), root, MAX_BYTES));
    let mut opened = match opened {
        Ok(opened) => opened,
        Err(fault) => return of_file(Fault { help: RESTORE.to_owned(), ..fault }),
    };
    if opened.is_utf16() {
        let message = "the file is UTF-16".to_owned();
        return of_file(Fault { code: "baseline-encoding", position: Position::Byte(0), message, help: RESTORE.to_owned() });
    }
    let read = match looked.by.and_then(|by| by.adopt.as_ref()) {
        Some(adoption) => report::read(&mut opened, &mut evidence.texts, adoption, now).map_err(|fault| {
            let Fault { code, position, message, help } = fault;
            let mut problems = Problems::default();
            problems.add_at(Weight::Undecided, code, || position, message, &help);
            problems
        }),
        None => read::read(&mut opened, &mut evidence.texts, now),
    };
    match (read, opened.finish()) {
        (Ok(read), Ok(stored)) => {
            let read::Read { created, adoption, entries, keys, tickets } = read;
            let mut baseline = Baseline { path: path.to_owned(), sha256: stored.sha256, created, adoption, entries, keys, tickets };
            recall::recall(evidence, &mut baseline);
            evidence.baseline = Some(baseline);
            Vec::new()
        }
        (Err(wrong), _) => wrong.of_file(path).collect(),
        (Ok(_), Err(fault)) => of_file(fault),
    }
}

/// That a baseline is not there, where that matters.
fn missing(policy: Option<&Policy>, looked: &Looked<'_>) -> Option<Problem> {
    if looked.on_missing == OnMissing::AllNew {
        return None;
    }
    let message = format!("the baseline {} is not there", looked.path);
    let help = "restore it from the repository, or make one: relgate baseline write";
    let of_run = || {
        let fault = Fault { code: "baseline-missing", position: Position::Whole, message: message.clone(), help: help.to_owned() };
        Problem::of_fault(Weight::Undecided, None, fault)
    };
    Some(looked.by.map_or_else(of_run, |by| at_policy(policy, by, "baseline-missing", message.clone(), help)))
}

/// Something about the baseline, told where the policy names it.
fn at_policy(policy: Option<&Policy>, by: &BaselineSource, code: &'static str, message: String, help: &str) -> Problem {
    let files = policy.map_or(&[][..], |policy| policy.files.as_slice());
    by.place.problem(files, Weight::Undecided, code, message, help)
}

#[cfg(test)]
#[path = "../../benches/baseline.rs"]
mod bench;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

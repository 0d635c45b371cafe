//! Which findings are in files that the change touches, from the trees of two commits. No file that a report names is opened.

use std::path::Path;

use crate::base::fault::{Fault, Position};
use crate::base::git::{Changes, Commit, ObjectId, Place, Repository, Tracked};
use crate::base::source;
use crate::base::text::Text;
use crate::model::change::{Change, Files};
use crate::model::finding::Evidence;
use crate::model::problem::{Problem, Weight};
use crate::model::report::{Fact, Subject};
use crate::model::truth::Truth;

/// The repository that is worked in.
pub struct Checkout {
    /// Where it is.
    pub place: Place,
    /// The folder that is worked in, from its root, with a `/` behind it: paths in reports may be relative to that, too.
    pub below: String,
}

/// That the commit of `--config-ref` cannot be read.
#[must_use]
pub fn of_config_ref(fault: &Fault) -> Problem {
    told(Weight::Undecided, Some("--config-ref"), fault.clone())
}

/// That one does not work in a clone.
#[must_use]
pub fn no_clone() -> Fault {
    let message = "the folder that is worked in is not in a clone, so that no commit can be read";
    fault("git-missing", message, "run in a clone, or leave the flag out")
}

/// The commit that a branch points to.
pub fn branch(checkout: &Checkout, name: &str) -> Result<ObjectId, Fault> {
    Repository::open(&checkout.place)?.branch(name)
}

/// The commit that is checked out.
pub fn head(checkout: &Checkout) -> Result<ObjectId, Fault> {
    Repository::open(&checkout.place)?.head()
}

/// Notes in the evidence what the change does to the files of its findings, and tells what of the commits could not be read.
pub fn change(evidence: &mut Evidence, checkout: Option<&Checkout>, subject: &Subject) -> Vec<Problem> {
    let value = |fact: &Option<Fact>| fact.as_ref().map(|fact| fact.value.clone());
    let (commit, base) = (value(&subject.commit), value(&subject.config_ref));
    let mut problems = Vec::new();
    if subject.config_ref.as_ref().is_some_and(|fact| fact.source == "branch") {
        let message = "--config-ref is a branch of this clone, and whoever can move that decides by what is judged";
        problems.push(told(Weight::Warning, None, fault("config-ref-branch", message, "give the full hash of its tip")));
    }
    problems.extend(of_commits(evidence, checkout, commit, base));
    problems
}

/// The same of the commits.
fn of_commits(evidence: &mut Evidence, checkout: Option<&Checkout>, commit: Option<String>, base: Option<String>) -> Vec<Problem> {
    match (checkout, commit, base) {
        (_, None, None) | (None, Some(_), None) => Vec::new(),
        (_, None, Some(_)) => {
            let message = "what the change touches is not known: nothing says which commit is judged";
            vec![told(Weight::Warning, None, fault("change-unknown", message, "give it: --commit \"$(git rev-parse HEAD)\""))]
        }
        (None, Some(_), Some(_)) => {
            vec![of_config_ref(&no_clone())]
        }
        (Some(checkout), Some(commit), None) => match committed(checkout, &commit) {
            Ok(commit) => {
                evidence.change = Change { committed: Some(commit.committed), files: None };
                Vec::new()
            }
            // Without the other commit nothing rests on this one but how early the run may be.
            Err(fault) => vec![told(Weight::Warning, Some("--commit"), fault)],
        },
        (Some(checkout), Some(commit), Some(base)) => match between(evidence, checkout, &base, &commit) {
            Ok((change, problems)) => {
                evidence.change = change;
                problems
            }
            Err(("--config-ref", fault)) => vec![of_config_ref(&fault)],
            Err((flag, fault)) => vec![told(Weight::Undecided, Some(flag), fault)],
        },
    }
}

/// A commit by its full hash.
fn committed(checkout: &Checkout, commit: &str) -> Result<Commit, Fault> {
    Repository::open(&checkout.place)?.commit(id(commit)?)
}

fn id(hash: &str) -> Result<ObjectId, Fault> {
    ObjectId::parse(hash).ok_or_else(|| fault("git-hash", "this is no full hash", "give all 40 (or 64) hexadecimal digits"))
}

/// What lies between two commits, and which reports lie in them; or which flag cannot be followed.
fn between(evidence: &Evidence, checkout: &Checkout, base: &str, commit: &str) -> Result<(Change, Vec<Problem>), (&'static str, Fault)> {
    let of_base = |fault| ("--config-ref", fault);
    let of_commit = |fault| ("--commit", fault);
    let mut repository = Repository::open(&checkout.place).map_err(of_base)?;
    let base = id(base).and_then(|id| repository.commit(id)).map_err(of_base)?;
    let head = id(commit).and_then(|id| repository.commit(id)).map_err(of_commit)?;
    let changes = repository.changes(&base, &head).map_err(of_commit)?;
    let is_plain = changes.paths.values().all(|is_plain| *is_plain);
    let mut files = Files { touched: changes.paths.keys().cloned().collect(), is_plain, ..Files::default() };
    let paths = evidence.findings.iter().flat_map(|finding| evidence.locations.get(finding.locations)).filter_map(|place| place.path);
    for path in paths {
        if files.of.get(path).is_none() {
            let truth = touched(evidence, &mut repository, &changes, &checkout.below, path).map_err(of_commit)?;
            files.of.set(path, truth);
        }
    }
    let problems = reports(evidence, checkout, &mut repository, &changes).map_err(of_commit)?;
    Ok((Change { committed: Some(head.committed), files: Some(files) }, problems))
}

/// The reports that are files of the commits: no scanner of this run need have written them.
fn reports(evidence: &Evidence, checkout: &Checkout, repository: &mut Repository, changes: &Changes) -> Result<Vec<Problem>, Fault> {
    let mut problems = Vec::new();
    for path in evidence.inputs.iter().map(|input| &input.path) {
        let Some(within) = source::place_inside(&checkout.place.root, Path::new(path)) else { continue };
        let (weight, message) = match repository.tracked(changes, &within)? {
            Tracked::Changed => {
                (Weight::Undecided, "this report is a file that the change brings, and nobody knows whether a scanner wrote it")
            }
            Tracked::Same => (Weight::Warning, "this report is a file of the repository, and may be older than what is judged"),
            Tracked::Unknown => continue,
        };
        let told = fault("report-committed", message, "let scanners write where no change can lay a file: outside of the clone");
        problems.push(Problem::of_fault(weight, Some(path.clone()), told));
    }
    Ok(problems)
}

/// Whether a change touches what a path names, from the root of the repository or from the folder that is worked in: where it may be
/// either, both must be the same.
fn touched(evidence: &Evidence, repository: &mut Repository, changes: &Changes, below: &str, path: Text) -> Result<Truth, Fault> {
    let path = evidence.text(path).as_data();
    let candidates = [Some(path.to_owned()), (!below.is_empty()).then(|| format!("{below}{path}"))];
    let mut truth = Truth::Unknown;
    for candidate in candidates.into_iter().flatten() {
        match repository.tracked(changes, &candidate)? {
            Tracked::Changed => return Ok(Truth::True),
            Tracked::Same => truth = Truth::False,
            Tracked::Unknown => {}
        }
    }
    Ok(truth)
}

fn told(weight: Weight, flag: Option<&str>, told: Fault) -> Problem {
    let message = flag.map_or_else(|| told.message.clone(), |flag| format!("{flag}: {}", told.message));
    Problem::of_fault(weight, None, Fault { message, ..told })
}

fn fault(code: &'static str, message: &str, help: &str) -> Fault {
    Fault { code, position: Position::Whole, message: message.to_owned(), help: help.to_owned() }
}

//! Who owns the files that findings are in, from the repository's CODEOWNERS.
//!
//! The file is looked for where GitHub and GitLab look; the first that is there counts. Of each distinct path it is asked once.

mod codeowners;
mod pattern;

use std::collections::HashMap;
use std::path::Path;

use self::codeowners::{CodeOwners, Syntax};
use crate::base::fault::{Fault, Position};
use crate::base::source::{Committed, read_config};
use crate::base::text::Text;
use crate::model::finding::Evidence;
use crate::model::owner::FileOwners;
use crate::model::policy::{ConfigFile, Policy};
use crate::model::problem::{Problem, Weight};

/// Where the file may lie below the root of the repository, and whose syntax it has there; elsewhere its headings tell.
const PLACES: [(&str, Option<Syntax>); 4] = [
    (".github/CODEOWNERS", Some(Syntax::GitHub)),
    (".gitlab/CODEOWNERS", Some(Syntax::GitLab)),
    ("CODEOWNERS", None),
    ("docs/CODEOWNERS", None),
];

/// Gives the text of a file, which lies below a folder.
type Read<'r> = &'r dyn Fn(&Path, Option<&Path>) -> Result<String, Fault>;

/// Notes in the evidence who owns the files of its findings, where the policy asks for it, and tells what is wrong with the file that
/// says so. Without one nobody knows who owns what: the run is undecided.
///
/// `commit` is what the file is read from, where that is not the work tree.
pub fn owners(evidence: &mut Evidence, policy: &Policy, root: &Path, commit: Option<&Committed>) -> Vec<Problem> {
    let problems = match commit {
        Some(commit) => owners_with(evidence, policy, root, &|path, root| commit.read(path, root)),
        None => owners_with(evidence, policy, root, &read_config),
    };
    evidence.file_owners.file.iter_mut().for_each(|file| file.from(commit));
    problems
}

/// The same, of a file that `read` gives.
fn owners_with(evidence: &mut Evidence, policy: &Policy, root: &Path, read: Read<'_>) -> Vec<Problem> {
    let Some(asked) = policy.codeowners else { return Vec::new() };
    let shown = |name: &str| root.join(name).to_string_lossy().trim_start_matches("./").to_owned();
    let there = PLACES.iter().filter_map(|(name, syntax)| match read(&root.join(name), Some(root)) {
        Err(fault) if fault.code == "missing" => None,
        read => Some((shown(name), *syntax, read)),
    });
    let mut there = there.collect::<Vec<_>>().into_iter();
    let Some((name, syntax, read)) = there.next() else {
        let names = PLACES.map(|(name, _)| format!("`{name}`")).join(", ");
        let message = format!("the repository has no CODEOWNERS: none of {names} is there");
        let help = "add the file, or remove `use_codeowners`";
        return vec![asked.problem(&policy.files, Weight::Undecided, "codeowners-missing", message, help)];
    };
    let unread = there.map(|(other, ..)| {
        let fault = Fault {
            code: "codeowners-unread",
            position: Position::Whole,
            message: format!("{name} says who owns what, and this file is not read"),
            help: "keep one of them".to_owned(),
        };
        Problem::of_fault(Weight::Warning, Some(other), fault)
    });
    let mut problems: Vec<Problem> = unread.collect();
    match read {
        Ok(text) => {
            let (file, told) = CodeOwners::read(&text, syntax);
            problems.extend(told.of_file(&name));
            evidence.file_owners = of_paths(evidence, &file);
            evidence.file_owners.file = Some(ConfigFile::new(&name, &text));
        }
        Err(fault) => problems.push(Problem::of_fault(Weight::Undecided, Some(name), fault)),
    }
    problems
}

/// The owners of every path of the evidence.
fn of_paths(evidence: &Evidence, file: &CodeOwners) -> FileOwners {
    let mut owners = FileOwners::default();
    let mut known: HashMap<Vec<String>, u32> = HashMap::new();
    let paths = evidence.findings.iter().flat_map(|finding| evidence.locations.get(finding.locations)).filter_map(|place| place.path);
    let mut ask = |path: Text| {
        if owners.of.get(path).is_some() {
            return;
        }
        let list = file.owners(evidence.text(path).as_data());
        let number = *known.entry(list).or_insert_with_key(|list| {
            owners.lists.push(list.clone());
            u32::try_from(owners.lists.len() - 1).unwrap_or(u32::MAX)
        });
        owners.of.set(path, number);
    };
    paths.for_each(&mut ask);
    owners
}

#[cfg(test)]
mod tests;

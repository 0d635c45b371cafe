//! Policies and exceptions: from the names that the caller gave to one [`Policy`] and the records, or to everything that is wrong
//! with them.
//!
//! A file is read into nodes ([`crate::base::yaml`]) and checked by hand, so that all mistakes of all files are told at once, each
//! with its place and what to do. Nothing is guessed: an unknown key, word or shape is a mistake, and a mistake leaves the run
//! undecided, because a policy that is half understood may be looser than the one that was meant. Files are laid over each other,
//! and each may only tighten what lies under it ([`layers`]). Profiles of tools ([`profiles`]) and mappings of reports
//! ([`mappings`]) are read the same way.

mod baseline;
mod budgets;
mod builtin;
mod condition;
mod draft;
mod due;
mod embedded;
mod exceptions;
mod feeds;
mod file;
mod inputs;
mod layers;
mod limits;
mod load;
mod loud;
mod mappings;
mod ownership;
mod places;
mod profiles;
mod reader;
mod rules;
mod settle;
mod severity;
mod starter;
mod suite;
mod tables;
mod vex;
mod worse;

use crate::base::source::{Committed, read_config};
use crate::model::policy::Policy;
use crate::model::problem::Problem;
pub use exceptions::{
    Draft, DraftMatch, Edited, IMPORTS, Import, Imported, NextRenewal, Places, Terms, Unsafe, add_records, draft_file, import,
    load as load_exceptions, load_edited, not_admitted, renew_record, set_status,
};
use load::Loader;
pub use starter::{EXCEPTIONS, Scan, Starter};
pub use suite::load_suite;

/// The prefix of the embedded policies' names.
pub(crate) const BUILTIN: &str = "builtin:";

/// Which policies are asked for.
#[derive(Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// Files and embedded policies, each a layer over the one before; without any, `builtin:standard`.
    pub names: &'a [String],
    /// What lies under all of them.
    pub base: Option<&'a str>,
    /// What the bytes of the base, or without one of the first file, must come to: `sha256:` and 64 digits.
    pub digest: Option<&'a str>,
    /// The commit from which files are read, where they are not those of the work tree.
    pub commit: Option<&'a Committed>,
}

pub use mappings::{embedded as embedded_mappings, load as load_mappings};
pub use profiles::{embedded as embedded_profiles, load as load_profiles};

/// The digest of the embedded policies, profiles and mappings, fixed when the program was built.
#[must_use]
pub fn embedded_digest() -> String {
    builtin::digest()
}

/// The effective policy; without one, or with mistakes in it, everything that is wrong.
pub fn load(wanted: &Wanted<'_>) -> Result<Policy, Vec<Problem>> {
    let mut policy = match wanted.commit {
        Some(commit) => load_with(wanted, &|path, root| commit.read(path, root)),
        None => load_with(wanted, &read_config),
    }?;
    policy.files.iter_mut().for_each(|file| file.from(wanted.commit));
    Ok(policy)
}

/// The same, of files that `read` gives.
fn load_with(wanted: &Wanted<'_>, read: load::Read<'_>) -> Result<Policy, Vec<Problem>> {
    let standard = ["builtin:standard".to_owned()];
    let names = if wanted.names.is_empty() { &standard } else { wanted.names };
    let mut loader = Loader::new(read);
    let mut digest = wanted.digest;
    let mut draft = None;
    for name in wanted.base.into_iter().chain(names.iter().map(String::as_str)) {
        draft = loader.put(name, draft, digest.take());
    }
    let Loader { files, mut problems, .. } = loader;
    let policy = draft.and_then(|draft| settle::settle(draft, files, &mut problems));
    match policy {
        Some(policy) if problems.is_empty() => Ok(policy),
        Some(_) | None => Err(problems),
    }
}

/// The text of a file or an embedded policy; `None` where there is none.
#[must_use]
pub fn text(name: &str) -> Option<String> {
    load::text(name, None, &read_config).ok()
}

#[cfg(test)]
mod tests;

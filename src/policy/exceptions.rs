//! Files of exceptions: from their names to the records, or to everything that is wrong with them.
//!
//! A record is read ([`record`]), held against the policy and the day ([`valid`]), and all records against each other ([`together`]).
//! One that is wrong makes all of them worthless: what is half understood may excuse more than was meant. What is only dangerous is
//! told, and counts.

mod draft;
mod import;
mod matches;
mod record;
mod renewal;
mod splice;
mod together;
mod valid;

use std::path::Path;

pub use draft::{Draft, DraftMatch, file as draft_file};
pub use import::{FORMATS as IMPORTS, Import, Imported, Terms, import};
use jiff::civil::Date;
pub use renewal::not_admitted;
pub use splice::{NextRenewal, Unsafe, add as add_records, renew as renew_record, set_status};

use crate::base::fault::{Fault, Position};
use crate::base::order::Order as _;
use crate::base::pattern::Glob;
use crate::base::source::{Committed, find_config, read_config};
use crate::base::yaml::{self, Kind, Node};
use crate::model::exception::{Exception, Exceptions};
use crate::model::policy::{ConfigFile, Policy};
use crate::model::problem::{Problem, Weight};
use crate::policy::reader::{Keys, Reader};

const FILE: Keys = Keys { of: "the file", required: &["schema", "exceptions"], optional: &[] };

/// Where exceptions are looked for.
#[derive(Clone, Copy, Default)]
pub struct Places<'a> {
    /// Files and globs that the caller named, beside those of the policy.
    pub named: &'a [String],
    /// The glob beside a policy that was found, where the policy names no files.
    pub beside: Option<&'a str>,
    /// The commit from which files are read, where they are not those of the work tree.
    pub commit: Option<&'a Committed>,
}

/// A file as it would be.
#[derive(Clone, Copy)]
pub struct Edited<'a> {
    /// Its name, as the configuration or the caller names it.
    pub file: &'a str,
    /// All of it.
    pub text: &'a str,
}

/// What records are held against.
#[derive(Clone, Copy)]
struct Sight<'a> {
    /// The policy; without one, which was told, only what the files say is checked.
    policy: Option<&'a Policy>,
    today: Date,
}

/// The records of all files, by their ids, and what is wrong or dangerous. With a mistake in any file there are none.
#[must_use]
pub fn load(places: &Places<'_>, policy: Option<&Policy>, today: Date) -> (Exceptions, Vec<Problem>) {
    let (exceptions, problems, _) = load_edited(places, policy, today, None);
    (exceptions, problems)
}

/// The same with a file as it would be; and whether a run would read that file.
#[must_use]
pub fn load_edited(
    places: &Places<'_>,
    policy: Option<&Policy>,
    today: Date,
    edited: Option<Edited<'_>>,
) -> (Exceptions, Vec<Problem>, bool) {
    let of_policy = policy.map_or(&[][..], |policy| policy.exceptions.files.as_slice());
    let beside = places.beside.filter(|_| of_policy.is_empty()).map(str::to_owned);
    let of_policy: Vec<String> = of_policy.iter().cloned().chain(beside).collect();
    let find = |names: &[String]| places.commit.map_or_else(|| find_config(names), |commit| commit.find(names));
    let (inside, _) = find(&of_policy);
    let all: Vec<String> = of_policy.into_iter().chain(places.named.iter().cloned()).collect();
    let (mut files, faults) = find(&all);
    let mut problems: Vec<Problem> = faults.into_iter().map(|(file, fault)| problem(&file, fault)).collect();
    let mut exceptions = Exceptions::default();
    let root = policy.and_then(Policy::folder);
    let mut is_read = false;
    if let Some(Edited { file, .. }) = edited {
        is_read = files.iter().any(|known| known == file) || all.iter().any(|name| Glob::parse(name).is_ok_and(|glob| glob.matches(file)));
        problems.retain(|problem| problem.file.as_deref() != Some(file));
        if !files.iter().any(|known| known == file) {
            files.push(file.to_owned());
            files.order_by(Ord::cmp);
        }
    }
    for file in &files {
        // What the policy names lies below its folder, wherever a symlink leads; what the caller names, where the caller says.
        let root = root.as_deref().filter(|_| inside.contains(file));
        let text = match edited.filter(|edited| edited.file == file) {
            Some(edited) => seen(edited.text),
            None => places.commit.map_or_else(|| read_config(Path::new(file), root), |commit| commit.read(Path::new(file), root)),
        };
        match text {
            Ok(text) => read(&mut exceptions, file, &text, Sight { policy, today }, &mut problems),
            Err(fault) => problems.push(problem(file, fault)),
        }
    }
    exceptions.files.iter_mut().for_each(|file| file.from(places.commit));
    together::check(&exceptions, today, &mut problems);
    if problems.iter().any(|problem| problem.weight == Weight::Undecided) {
        exceptions.records.clear();
    }
    exceptions.records.order_by(|a, b| a.id.cmp(&b.id));
    (exceptions, problems, is_read)
}

/// A text as it would be read from a file: refused with what nobody sees in it.
fn seen(text: &str) -> Result<String, Fault> {
    let hidden = text.chars().find(|&c| yaml::deceives(c));
    let fault = |c: char| Fault {
        code: "config-character",
        position: Position::Whole,
        message: format!("it would hold the character U+{:04X}, which cannot be seen, or changes how the line is shown", u32::from(c)),
        help: "leave it out".to_owned(),
    };
    hidden.map_or_else(|| Ok(text.to_owned()), |c| Err(fault(c)))
}

/// What is wrong with a file that stands for itself, first.
fn wrong_with(text: &str, policy: &Policy, today: Date) -> Option<String> {
    let (mut exceptions, mut problems) = (Exceptions::default(), Vec::new());
    match seen(text) {
        Ok(text) => read(&mut exceptions, "", &text, Sight { policy: Some(policy), today }, &mut problems),
        Err(fault) => problems.push(problem("", fault)),
    }
    problems.into_iter().find(|problem| problem.weight == Weight::Undecided).map(|problem| problem.message)
}

/// Whether a text is one that a record may have as its reason.
fn is_reason(text: &str) -> bool {
    let node = Node { line: 1, column: 1, kind: Kind::Text(text.to_owned()) };
    Reader::new("", 0).reason(&node, "reason").is_some()
}

fn problem(file: &str, fault: Fault) -> Problem {
    Problem::of_fault(Weight::Undecided, Some(file.to_owned()), fault)
}

/// Adds the records of one file.
fn read(exceptions: &mut Exceptions, path: &str, text: &str, sight: Sight<'_>, problems: &mut Vec<Problem>) {
    let number = u32::try_from(exceptions.files.len()).unwrap_or(u32::MAX);
    exceptions.files.push(ConfigFile::new(path, text));
    let mut reader = Reader::new(path, number);
    match yaml::read(text) {
        Ok(root) => exceptions.records.extend(records(&mut reader, &root, sight)),
        Err(fault) => reader.fault(fault),
    }
    problems.extend(reader.finish());
}

fn records(reader: &mut Reader, root: &Node, sight: Sight<'_>) -> Vec<Exception> {
    let Some(fields) = reader.map(root, &FILE) else { return Vec::new() };
    fields.read("schema", |n| reader.word(n, "schema", &["relgate.exceptions/v1"], |word| word));
    let Some(list) = fields.get("exceptions") else { return Vec::new() };
    let Kind::List(items) = &list.kind else {
        return reader.not(list, "exceptions", "a list of records; `[]` where there are none").unwrap_or_default();
    };
    items.iter().filter_map(|item| record::read(reader, item, sight)).collect()
}

#[cfg(test)]
mod tests;

//! Files of exceptions: from their names to the records, or to everything that is wrong with them.
//!
//! A record is read ([`record`]), held against the policy and the day ([`valid`]), and all records against each other ([`together`]).
//! One that is wrong makes all of them worthless: what is half understood may excuse more than was meant. What is only dangerous is
//! told, and counts.

mod matches;
mod record;
mod together;
mod valid;

use std::path::Path;

use jiff::civil::Date;

use crate::base::fault::Fault;
use crate::base::source::{Committed, find_config, read_config};
use crate::base::yaml::{self, Kind, Node};
use crate::model::exception::{Exception, Exceptions};
use crate::model::policy::{ConfigFile, Policy};
use crate::model::problem::{Problem, Weight};
use crate::policy::reader::{Keys, Reader};

const FILE: Keys = Keys { of: "the file", required: &["schema", "exceptions"], optional: &[], later: &[] };

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
    let of_policy = policy.map_or(&[][..], |policy| policy.exceptions.files.as_slice());
    let beside = places.beside.filter(|_| of_policy.is_empty()).map(str::to_owned);
    let of_policy: Vec<String> = of_policy.iter().cloned().chain(beside).collect();
    let find = |names: &[String]| places.commit.map_or_else(|| find_config(names), |commit| commit.find(names));
    let (inside, _) = find(&of_policy);
    let all: Vec<String> = of_policy.into_iter().chain(places.named.iter().cloned()).collect();
    let (files, faults) = find(&all);
    let mut problems: Vec<Problem> = faults.into_iter().map(|(file, fault)| problem(&file, fault)).collect();
    let mut exceptions = Exceptions::default();
    let root = policy.and_then(Policy::folder);
    for file in &files {
        // What the policy names lies below its folder, wherever a symlink leads; what the caller names, where the caller says.
        let root = root.as_deref().filter(|_| inside.contains(file));
        let text = places.commit.map_or_else(|| read_config(Path::new(file), root), |commit| commit.read(Path::new(file), root));
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
    exceptions.records.sort_by(|a, b| a.id.cmp(&b.id));
    (exceptions, problems)
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

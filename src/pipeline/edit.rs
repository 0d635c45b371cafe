//! Edits of files of exceptions: a file is read, changed in memory, held against the policy with all other files, and only then
//! written, whole, if nobody else changed it meanwhile.

use std::path::Path;

use anyhow::{Result, anyhow, bail, ensure};
use jiff::Timestamp;

use crate::act::fresh;
use crate::base::date::date_of;
use crate::base::source::{has_mark, read_config};
use crate::model::exception::{Exception, Exceptions};
use crate::model::policy::Policy;
use crate::model::problem::{Problem, Weight};
use crate::pipeline::write_file;
use crate::policy::{self, Draft, Edited, Import, Imported, NextRenewal, Places, Terms, Unsafe};

/// A file, and what it is to become.
pub struct Edit {
    file: String,
    /// What it says now; `None` where there is none.
    before: Option<String>,
    after: String,
}

/// What is to be done to a file.
pub enum Edition<'a> {
    /// Records are added at the end; the file is begun where there is none.
    Add(&'a [Draft]),
    /// A record gets another status.
    Status(&'a str, &'a str),
    /// A record is renewed.
    Renew(&'a str, NextRenewal<'a>),
}

impl Edit {
    /// Reads a file and changes it in memory.
    pub fn of(file: &str, edition: &Edition<'_>) -> Result<Self> {
        let before = if fresh::is_there(file) {
            Some(read_config(Path::new(file), None).map_err(|fault| anyhow!("{file}: {fault}"))?)
        } else {
            None
        };
        let text = before.as_deref();
        let nothing = || Unsafe::Shape("the file is not there");
        let after = match (edition, text) {
            (Edition::Add(drafts), text) => {
                let records: Vec<Vec<String>> = drafts.iter().map(Draft::lines).collect();
                text.map_or_else(|| Ok(policy::draft_file(&records)), |text| policy::add_records(text, &records))
            }
            (Edition::Status(id, status), text) => {
                policy::set_status(text.ok_or_else(nothing).map_err(|why| told(file, &why))?, id, status)
            }
            (Edition::Renew(id, renewal), text) => {
                policy::renew_record(text.ok_or_else(nothing).map_err(|why| told(file, &why))?, id, renewal)
            }
        };
        Ok(Self { file: file.to_owned(), before, after: after.map_err(|why| told(file, &why))? })
    }

    /// A file where there is none.
    pub fn fresh(file: &str, drafts: &[Draft]) -> Result<Self> {
        ensure!(!fresh::is_there(file), "{file} is there already; nothing was written; name another with --output");
        Self::of(file, &Edition::Add(drafts))
    }

    /// All of the file as it would be.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.after
    }

    /// Writes the file, whole or not at all; one that changed since it was read is left alone.
    pub fn write(&self) -> Result<()> {
        let Self { file, before, after } = self;
        let _alone = fresh::alone(file);
        let Some(before) = before else { return fresh_file(file, after) };
        let path = Path::new(file.as_str());
        let fault = |fault| anyhow!("{file}: {fault}");
        let is_marked = has_mark(path).map_err(fault)?;
        ensure!(read_config(path, None).map_err(fault)? == *before, "{file} has changed meanwhile; nothing was written; run it again");
        write_file(file, &|out| {
            if is_marked {
                out.write_all("\u{feff}".as_bytes())?;
            }
            out.write_all(after.as_bytes())
        })
    }
}

fn told(file: &str, why: &Unsafe) -> anyhow::Error {
    match why {
        Unsafe::Absent => anyhow!("{file}: no record there has this id; nothing was written"),
        Unsafe::Shape(what) => anyhow!("{file}: {what}, so that it is not edited safely; nothing was written; edit it by hand"),
    }
}

/// Writes a file where there is none, with the folders that it needs.
fn fresh_file(file: &str, text: &str) -> Result<()> {
    let folders: Vec<&str> = file.match_indices('/').filter_map(|(at, _)| file.get(..at)).filter(|folder| is_folder(folder)).collect();
    fresh::create(&folders, &[(file, text)])
}

/// Whether a path names a folder that may have to be made.
fn is_folder(path: &str) -> bool {
    !path.is_empty() && !path.ends_with("..") && !path.ends_with("/.") && path != "."
}

/// What an edit comes to: the records that there would be, and whether a run would read them; or everything that would be wrong.
pub fn hold(edit: &Edit, places: &Places<'_>, policy: &Policy, now: Timestamp) -> Result<(Exceptions, bool), Vec<Problem>> {
    let edited = Edited { file: &edit.file, text: &edit.after };
    let (exceptions, problems, is_read) = policy::load_edited(places, Some(policy), date_of(now), Some(edited));
    let wrong: Vec<Problem> = problems.into_iter().filter(|problem| problem.weight == Weight::Undecided).collect();
    if wrong.is_empty() { Ok((exceptions, is_read)) } else { Err(wrong) }
}

/// Refuses a renewal that could excuse nothing.
pub fn admitted(policy: &Policy, record: &Exception) -> Result<()> {
    match policy::not_admitted(&policy.exceptions, record) {
        Some(why) => bail!("{}: {why}; nothing was written", record.id),
        None => Ok(()),
    }
}

/// What files come to by which other tools ignore findings, each a path and its format.
pub fn import(files: &[(String, &'static Import)], terms: &Terms<'_>) -> Result<Imported, Vec<Problem>> {
    let (mut read, mut wrong) = (Vec::new(), Vec::new());
    for (file, format) in files {
        match read_config(Path::new(file), None) {
            Ok(text) => read.push((file.clone(), text, *format)),
            Err(fault) => wrong.push(Problem::of_fault(Weight::Undecided, Some(file.clone()), fault)),
        }
    }
    if wrong.is_empty() { policy::import(&read, terms) } else { Err(wrong) }
}

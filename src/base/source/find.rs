//! From arguments to files: folders, globs, formats in front.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use globset::GlobMatcher;

use super::walk::Walk;
use super::{Named, check_kind, unreadable};
use crate::base::fault::{Fault, Position};
use crate::base::order::Order as _;

/// The endings of the files that are taken from a folder; `.gz` may follow.
const ENDINGS: [&str; 4] = [".json", ".sarif", ".ndjson", ".jsonl"];

/// What arguments found.
#[derive(Debug, Default)]
pub struct Found {
    /// The reports, sorted by path, each once.
    pub reports: Vec<Named>,
    /// What is wrong with arguments and files, by their paths.
    pub faults: Vec<(String, Fault)>,
    /// Where the reports lie.
    places: BTreeSet<PathBuf>,
    /// Where reports were looked for.
    looked: Vec<Looked>,
}

/// A folder that was searched, by its canonical path, and the glob below it; without one, reports are known by their endings.
#[derive(Debug)]
struct Looked {
    folder: PathBuf,
    glob: Option<GlobMatcher>,
}

impl Found {
    /// Whether the file at a canonical path is one of the reports, was named as one, or would be found as one the next time.
    #[must_use]
    pub fn holds(&self, place: &Path) -> bool {
        let would_be_found = |looked: &Looked| {
            let below = place.strip_prefix(&looked.folder).ok().filter(|below| !is_hidden(below));
            below.is_some_and(|below| looked.glob.as_ref().map_or_else(|| has_ending(below), |glob| glob.is_match(below)))
        };
        self.places.contains(place) || self.looked.iter().any(would_be_found)
    }
}

/// Finds the reports that arguments name. Nothing is opened.
///
/// An argument is a file, a folder (walked; reports are known by their endings, hidden folders are left out), a glob,
/// `-` for the standard input, or any of these behind `FORMAT:`. A file of the literal name comes before every other
/// reading. A folder without any report is a fault, as is a glob that matches nothing.
pub fn find(args: &[String], is_format: &dyn Fn(&str) -> bool) -> Found {
    let mut found = Search::default();
    for arg in args {
        match arg.split_once(':') {
            Some((format, path)) if is_format(format) && fs::symlink_metadata(arg).is_err() => found.add(path, Some(format)),
            Some(_) | None => found.add(arg, None),
        }
    }
    found.finish()
}

/// What was found so far.
#[derive(Default)]
struct Search {
    /// By canonical path.
    reports: BTreeMap<PathBuf, Named>,
    faults: Vec<(String, Fault)>,
    looked: Vec<Looked>,
}

impl Search {
    /// Adds what an argument names.
    fn add(&mut self, arg: &str, format: Option<&str>) {
        let path = Path::new(arg);
        if arg == "-" {
            return self.keep(PathBuf::from(arg), arg, format, true);
        }
        if fs::symlink_metadata(path).is_err() && arg.contains(['*', '?', '[', '{']) {
            return self.add_glob(arg, format);
        }
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                self.look(path, None);
                let mut walk = Walk::of(path, usize::MAX);
                walk.run(&|file| has_ending(file));
                if walk.files.is_empty() && walk.faults.is_empty() {
                    self.faults.push((arg.to_owned(), no_report()));
                }
                self.add_walked(walk, format);
            }
            Ok(metadata) => match check_kind(&metadata) {
                Ok(()) => self.add_file(path, format, true),
                Err(fault) => self.faults.push((arg.to_owned(), fault)),
            },
            Err(error) => self.faults.push((arg.to_owned(), unreadable(&error))),
        }
    }

    fn add_glob(&mut self, arg: &str, format: Option<&str>) {
        // The folders in front of the first one with a wildcard are walked from; the rest is matched.
        let wildcard = arg.find(['*', '?', '[', '{']).unwrap_or_default();
        let start = arg.get(..wildcard).and_then(|plain| plain.rfind('/')).map_or(0, |slash| slash + 1);
        let (base, pattern) = arg.split_at_checked(start).unwrap_or_default();
        let matcher = match globset::GlobBuilder::new(pattern).literal_separator(true).build() {
            Ok(glob) => glob.compile_matcher(),
            Err(error) => return self.faults.push((arg.to_owned(), bad_glob(&error))),
        };
        let depth = if pattern.contains("**") { usize::MAX } else { pattern.matches('/').count() };
        self.look(Path::new(base), Some(matcher.clone()));
        let mut walk = Walk::of(Path::new(base), depth);
        walk.run(&|file| matcher.is_match(file));
        if walk.files.is_empty() && walk.faults.is_empty() {
            self.faults.push((arg.to_owned(), no_match()));
        }
        self.add_walked(walk, format);
    }

    fn look(&mut self, folder: &Path, glob: Option<GlobMatcher>) {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        self.looked.extend(fs::canonicalize(folder).ok().map(|folder| Looked { folder, glob }));
    }

    fn add_walked(&mut self, walk: Walk<'_>, format: Option<&str>) {
        self.faults.extend(walk.faults.into_iter().map(|(path, fault)| (path.to_string_lossy().into_owned(), fault)));
        for file in walk.files {
            self.add_file(&file, format, false);
        }
    }

    fn add_file(&mut self, path: &Path, format: Option<&str>, explicit: bool) {
        let shown = path.to_string_lossy();
        match (path.to_str(), fs::canonicalize(path)) {
            (None, _) => self.faults.push((shown.into_owned(), bad_name())),
            (_, Err(error)) => self.faults.push((shown.into_owned(), unreadable(&error))),
            (Some(path), Ok(canonical)) => self.keep(canonical, path, format, explicit),
        }
    }

    /// Keeps a report, or joins it with the same one under another name: that does not depend on which came first.
    fn keep(&mut self, canonical: PathBuf, path: &str, format: Option<&str>, explicit: bool) {
        let new = Named { path: path.to_owned(), format: format.map(str::to_owned), explicit };
        let Some(old) = self.reports.get_mut(&canonical) else {
            self.reports.insert(canonical, new);
            return;
        };
        if let (Some(one), Some(other)) = (&old.format, &new.format)
            && one != other
        {
            self.faults.push((old.path.clone().min(new.path.clone()), two_formats(one.min(other), one.max(other))));
        }
        // The name that somebody gave comes before one that was found.
        if (!new.explicit, &new.path) < (!old.explicit, &old.path) {
            old.path = new.path;
        }
        old.explicit |= new.explicit;
        old.format = old.format.take().into_iter().chain(new.format).min();
    }

    fn finish(mut self) -> Found {
        // A report that is not there yet has a place all the same: that of its name.
        let lost = self.faults.iter().filter_map(|(path, _)| place(Path::new(path)));
        let places = self.reports.keys().cloned().chain(lost).collect();
        let mut reports: Vec<Named> = self.reports.into_values().collect();
        reports.order_by(|a, b| a.path.cmp(&b.path));
        self.faults.order_by(|(a, x), (b, y)| (a, x.code).cmp(&(b, y.code)));
        self.faults.dedup();
        Found { reports, faults: self.faults, places, looked: self.looked }
    }
}

/// Whether a path leads through a hidden folder, which is not searched.
fn is_hidden(path: &Path) -> bool {
    let folders = path.parent().into_iter().flat_map(Path::components);
    folders.into_iter().any(|folder| folder.as_os_str().to_string_lossy().starts_with('.'))
}

/// Where a name lies, whether or not there is something.
fn place(path: &Path) -> Option<PathBuf> {
    fs::canonicalize(path).ok().or_else(|| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some(fs::canonicalize(folder).ok()?.join(path.file_name()?))
    })
}

/// Whether a file in a folder looks like a report.
fn has_ending(file: &Path) -> bool {
    let name = file.as_os_str().to_string_lossy().to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

fn no_report() -> Fault {
    Fault {
        code: "no-report",
        position: Position::Whole,
        message: format!("no file in this folder is named like a report: {}", ENDINGS.join(", ")),
        help: "check that the scanners ran and wrote here; hidden folders are not searched".to_owned(),
    }
}

fn no_match() -> Fault {
    Fault {
        code: "no-match",
        position: Position::Whole,
        message: "no file matches this glob".to_owned(),
        help: "check it, and that the scanners ran; hidden folders are not searched".to_owned(),
    }
}

fn bad_glob(error: &globset::Error) -> Fault {
    Fault {
        code: "glob",
        position: Position::Whole,
        message: format!("there is no such file, and as a glob it cannot be read: {}", error.kind()),
        help: "name a file, or correct the glob".to_owned(),
    }
}

fn bad_name() -> Fault {
    Fault {
        code: "file-name",
        position: Position::Whole,
        message: "the name of this file is not UTF-8".to_owned(),
        help: "rename it: reports are told apart by their names".to_owned(),
    }
}

fn two_formats(one: &str, other: &str) -> Fault {
    Fault {
        code: "two-formats",
        position: Position::Whole,
        message: format!("this file is named as {one} and as {other}"),
        help: "name it once".to_owned(),
    }
}

#[cfg(test)]
mod tests;

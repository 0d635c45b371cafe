//! What differs between two commits: both trees are walked at once, and folders that are the same are not entered.
//!
//! A file system may take two names for one that differ in case: a path that differs from a changed one in that only counts as
//! changed.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::tree::{Entry, Mode, Tree};
use super::{Commit, MAX_DEPTH, ObjectId, Repository, fault};
use crate::base::fault::Fault;

/// More paths than this are no change that somebody looks at.
const MAX_PATHS: usize = 2_000_000;

/// What a change does to a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tracked {
    /// It is a file with the same bytes and the same mode in both commits.
    Same,
    /// It differs, or something above or below it does.
    Changed,
    /// The commits do not say what stands there: it is in neither, or it is no file of this repository but a symlink, a folder or a
    /// submodule.
    Unknown,
}

/// The paths in which two commits differ.
pub struct Changes {
    /// As they are written, each with whether it is a plain file (no symlink, no submodule, not to be run) wherever it is one.
    pub paths: BTreeMap<String, bool>,
    /// In the lower case, for those who do not tell it apart.
    folded: BTreeSet<String>,
    head: ObjectId,
}

impl Repository {
    /// What differs between two commits: files, symlinks and submodules that are only in one, or are not the same in both.
    pub fn changes(&mut self, base: &Commit, head: &Commit) -> Result<Changes, Fault> {
        let mut paths = BTreeMap::new();
        self.compare(Some(base.tree), Some(head.tree), "", 0, &mut paths)?;
        let folded = paths.keys().map(|path| path.to_lowercase()).collect();
        Ok(Changes { paths, folded, head: head.tree })
    }

    /// What a change does to a path from the root of the repository.
    pub fn tracked(&mut self, changes: &Changes, path: &str) -> Result<Tracked, Fault> {
        let folded = path.to_lowercase();
        let above = folded.match_indices('/').filter_map(|(end, _)| folded.get(..end)).any(|folder| changes.folded.contains(folder));
        let below = format!("{folded}/");
        let is_below = changes.folded.range(below.clone()..).next().is_some_and(|next| next.starts_with(&below));
        if above || is_below || changes.folded.contains(&folded) {
            return Ok(Tracked::Changed);
        }
        let entry = self.entry(changes.head, path)?;
        Ok(if entry.is_some_and(|(entry, is_end)| is_end && entry.mode.is_file()) { Tracked::Same } else { Tracked::Unknown })
    }

    /// Adds the paths in which two folders differ, of which one may not be there.
    fn compare(
        &mut self,
        base: Option<ObjectId>,
        head: Option<ObjectId>,
        folder: &str,
        depth: usize,
        paths: &mut BTreeMap<String, bool>,
    ) -> Result<(), Fault> {
        if base == head {
            return Ok(());
        }
        if depth > MAX_DEPTH {
            return Err(fault(
                "git-depth",
                format!("{folder}: folders lie more than {MAX_DEPTH} deep in each other"),
                "give another commit",
            ));
        }
        let mut read = |id: Option<ObjectId>| id.map(|id| self.tree(id)).transpose();
        let (base, head) = (read(base)?, read(head)?);
        let (mut old, mut new) = (entries(base.as_deref()).peekable(), entries(head.as_deref()).peekable());
        loop {
            let order = match (old.peek(), new.peek()) {
                (None, None) => return Ok(()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(old), Some(new)) => old.name.cmp(&new.name),
            };
            let before = if order.is_le() { old.next() } else { None };
            let after = if order.is_ge() { new.next() } else { None };
            self.differ(before, after, folder, depth, paths)?;
        }
    }

    /// Adds what of one name differs.
    fn differ(
        &mut self,
        before: Option<&Entry>,
        after: Option<&Entry>,
        folder: &str,
        depth: usize,
        paths: &mut BTreeMap<String, bool>,
    ) -> Result<(), Fault> {
        let (Some(either), false) = (before.or(after), before == after) else { return Ok(()) };
        let name = String::from_utf8_lossy(&either.name);
        let path = if folder.is_empty() { name.into_owned() } else { format!("{folder}/{name}") };
        let folder_of = |entry: Option<&Entry>| entry.filter(|entry| entry.mode == Mode::Folder).map(|entry| entry.id);
        self.compare(folder_of(before), folder_of(after), &path, depth + 1, paths)?;
        let plain = |entry: Option<&Entry>| entry.filter(|entry| entry.mode != Mode::Folder).cloned();
        if plain(before) != plain(after) {
            let is_plain = [before, after].into_iter().flatten().all(|entry| entry.mode == Mode::File);
            // Names that are no UTF-8 may be shown as one.
            *paths.entry(path).or_insert(true) &= is_plain;
        }
        if paths.len() > MAX_PATHS {
            return Err(fault("git-change", format!("the commits differ in more than {MAX_PATHS} files"), "give a nearer commit"));
        }
        Ok(())
    }
}

fn entries(tree: Option<&Tree>) -> impl Iterator<Item = &Entry> {
    tree.into_iter().flat_map(|tree| &tree.0)
}

//! Folders, walked in order, without leaving them and without turning in circles.

use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};

use super::{check_kind, unreadable};
use crate::base::fault::{Fault, Position};
use crate::base::order::Order as _;

/// A walk below one folder.
///
/// A symlink to a file in the tree is taken. One to a folder in the tree is passed over: the walk comes there itself. One
/// that leads elsewhere is a fault, since what is judged must be what is in the folder.
pub(super) struct Walk<'a> {
    root: &'a Path,
    /// How many folders below the root are entered.
    depth: usize,
    /// The files that were wanted.
    pub(super) files: Vec<PathBuf>,
    /// What is wrong, and where.
    pub(super) faults: Vec<(PathBuf, Fault)>,
}

/// Whether a file is wanted, by its path below the root.
type Wanted<'a> = &'a dyn Fn(&Path) -> bool;

impl<'a> Walk<'a> {
    /// A walk that was not begun. An empty root is the current folder.
    pub(super) fn of(root: &'a Path, depth: usize) -> Self {
        Self { root, depth, files: Vec::new(), faults: Vec::new() }
    }

    /// Walks. A root that does not exist has no files.
    pub(super) fn run(&mut self, wanted: Wanted<'_>) {
        let root = if self.root.as_os_str().is_empty() { Path::new(".") } else { self.root };
        match fs::canonicalize(root) {
            Ok(canonical) => self.folder(&canonical, Path::new(""), 0, wanted),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => self.faults.push((root.to_owned(), unreadable(&error))),
        }
    }

    /// Walks the folder `below` the root.
    fn folder(&mut self, root: &Path, below: &Path, depth: usize, wanted: Wanted<'_>) {
        let entries = fs::read_dir(root.join(below)).and_then(Iterator::collect::<io::Result<Vec<DirEntry>>>);
        let mut entries = match entries {
            Ok(entries) => entries,
            Err(error) => return self.faults.push((self.root.join(below), unreadable(&error))),
        };
        entries.order_by_key(DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name();
            let path = below.join(&name);
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => {
                    if depth < self.depth && !is_hidden(Path::new(&name)) {
                        self.folder(root, &path, depth + 1, wanted);
                    }
                }
                Ok(kind) if kind.is_symlink() => self.symlink(root, &path, depth, wanted),
                Ok(_) if wanted(&path) => self.take(&path, &entry.metadata()),
                Ok(_) => {}
                Err(error) => self.faults.push((self.root.join(path), unreadable(&error))),
            }
        }
    }

    fn symlink(&mut self, root: &Path, path: &Path, depth: usize, wanted: Wanted<'_>) {
        let target = fs::canonicalize(root.join(path));
        let metadata = fs::metadata(root.join(path));
        let leads_to_folder = metadata.as_ref().is_ok_and(fs::Metadata::is_dir);
        if leads_to_folder && (depth >= self.depth || is_hidden(path)) || !leads_to_folder && !wanted(path) {
            return;
        }
        match target {
            Ok(target) => match target.strip_prefix(root) {
                Ok(below) if leads_to_folder && !is_hidden(below) => {}
                Ok(_) if !leads_to_folder => self.take(path, &metadata),
                Ok(_) | Err(_) => self.faults.push((self.root.join(path), leads_away())),
            },
            Err(error) => self.faults.push((self.root.join(path), unreadable(&error))),
        }
    }

    fn take(&mut self, path: &Path, metadata: &io::Result<fs::Metadata>) {
        let path = self.root.join(path);
        match metadata.as_ref().map_err(unreadable).and_then(check_kind) {
            Ok(()) => self.files.push(path),
            Err(fault) => self.faults.push((path, fault)),
        }
    }
}

/// Whether a folder of the path is hidden.
fn is_hidden(path: &Path) -> bool {
    path.iter().any(|name| name.as_encoded_bytes().starts_with(b"."))
}

fn leads_away() -> Fault {
    Fault {
        code: "symlink",
        position: Position::Whole,
        message: "this symlink leads out of the folder that is searched".to_owned(),
        help: "name its target as an argument, or copy it here".to_owned(),
    }
}

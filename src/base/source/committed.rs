//! Files of the configuration as a commit has them, in the place of those in the work tree.
//!
//! Whatever lies in the repository is read from the commit and from nowhere else, by whatever name it is called; what lies outside of
//! the repository is read where it is.

use std::cell::RefCell;
use std::fs;
use std::io::Cursor;
use std::path::{Component, Path, PathBuf};

use super::config::{MAX_BYTES, text_of};
use super::configs::{Config, is_config};
use super::stored::Hashed;
use super::{Opened, find_config, list_inside, open_inside, opened, read_config, read_configs};
use crate::base::fault::{Fault, Position};
use crate::base::git::{Commit, Held, ObjectId, Place, Repository};
use crate::base::order::Order as _;

/// How deep folders of the configuration are searched.
const MAX_DEPTH: usize = 16;

/// The files of a commit.
pub struct Committed {
    repository: RefCell<Repository>,
    commit: Commit,
    /// The root of the repository.
    root: PathBuf,
    /// The folder that is worked in.
    here: PathBuf,
}

impl Committed {
    /// Opens a commit of the repository for who works in a folder of it.
    pub fn open(place: &Place, here: &Path, commit: ObjectId) -> Result<Self, Fault> {
        let mut repository = Repository::open(place)?;
        let commit = repository.commit(commit)?;
        Ok(Self { repository: RefCell::new(repository), commit, root: place.root.clone(), here: here.to_owned() })
    }

    /// The commit.
    #[must_use]
    pub const fn commit(&self) -> ObjectId {
        self.commit.id
    }

    /// Whether a file of this name is read from the commit.
    #[must_use]
    pub fn holds(&self, path: &Path) -> bool {
        self.below(path).is_some()
    }

    /// Whether the commit has something of this name, or something in the way of it that is none of its folders.
    #[must_use]
    pub fn is_there(&self, path: &Path) -> bool {
        // What cannot be looked at counts as there: reading it tells why.
        self.below(path).is_some_and(|path| self.held(&path) != Ok(Held::Nothing))
    }

    /// See [`read_config`].
    pub fn read(&self, path: &Path, root: Option<&Path>) -> Result<String, Fault> {
        let Some(below) = self.below(path) else { return read_config(path, root) };
        self.check_below(path, root)?;
        let bytes = self.repository.borrow_mut().file(&self.commit, &below, MAX_BYTES)?;
        text_of(&bytes.ok_or_else(|| self.missing())?)
    }

    /// See [`read_configs`].
    #[must_use]
    pub fn read_all(&self, folder: &Path) -> Vec<Config> {
        let Some(below) = self.below(folder) else { return read_configs(folder) };
        let names = match self.repository.borrow_mut().folder(&self.commit, &below) {
            Ok(Some(names)) => names,
            Ok(None) => return vec![(folder.to_string_lossy().into_owned(), Err(self.missing()))],
            Err(fault) => return vec![(folder.to_string_lossy().into_owned(), Err(fault))],
        };
        let paths = names.into_iter().map(|(name, _)| folder.join(name));
        let read = |path: &PathBuf| is_config(path).map(|named| named.and_then(|()| self.read(path, Some(folder))));
        paths.filter_map(|path| Some((path.to_string_lossy().into_owned(), read(&path)?))).collect()
    }

    /// See [`super::open_inside`].
    pub fn open_file(&self, path: &Path, root: Option<&Path>, max_bytes: u64) -> Result<Opened, Fault> {
        let Some(below) = self.below(path) else { return open_inside(path, root, max_bytes) };
        self.check_below(path, root)?;
        let bytes = self.repository.borrow_mut().file(&self.commit, &below, max_bytes)?.ok_or_else(|| self.missing())?;
        let may_be_gzip = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("gz"));
        opened(Hashed::new(Box::new(Cursor::new(bytes)), max_bytes, true), may_be_gzip, None)
    }

    /// See [`super::list_inside`].
    pub fn list(&self, folder: &Path, root: Option<&Path>) -> Result<Vec<(String, bool)>, Fault> {
        let Some(below) = self.below(folder) else { return list_inside(folder, root) };
        self.check_below(folder, root)?;
        let names = self.repository.borrow_mut().folder(&self.commit, &below)?.ok_or_else(|| self.missing())?;
        Ok(names.into_iter().filter(|(name, _)| !name.starts_with('.')).map(|(name, held)| (name, held == Held::Folder)).collect())
    }

    /// See [`find_config`].
    #[must_use]
    pub fn find(&self, names: &[String]) -> (Vec<String>, Vec<(String, Fault)>) {
        let (inside, outside): (Vec<String>, Vec<String>) = names.iter().cloned().partition(|name| self.holds(Path::new(name)));
        let (mut files, mut faults) = find_config(&outside);
        for name in inside {
            if let Err(fault) = self.find_one(&name, &mut files, &mut faults) {
                faults.push((name, fault));
            }
        }
        files.order_by(Ord::cmp);
        files.dedup();
        (files, faults)
    }

    /// The files that a name or a glob below the root of the repository names.
    fn find_one(&self, name: &str, files: &mut Vec<String>, faults: &mut Vec<(String, Fault)>) -> Result<(), Fault> {
        let wildcard = name.find(['*', '?', '[', '{']);
        match self.below(Path::new(name)).map(|path| self.held(&path)).transpose()? {
            Some(Held::File) => files.push(name.to_owned()),
            Some(Held::Folder) => {
                let help = format!("name its files: `{}/*.yaml`", name.trim_end_matches('/'));
                return Err(Fault { code: "config-folder", position: Position::Byte(0), message: "this is a folder".to_owned(), help });
            }
            Some(Held::Other(what)) => return Err(no_file(what)),
            Some(Held::Nothing) | None => {
                let Some(wildcard) = wildcard else { return Err(self.missing()) };
                let start = name.get(..wildcard).and_then(|plain| plain.rfind('/')).map_or(0, |slash| slash + 1);
                let (base, pattern) = name.split_at_checked(start).unwrap_or_default();
                let glob = globset::GlobBuilder::new(pattern).literal_separator(true).build();
                let glob = glob.map_err(|error| bad_glob(&error))?.compile_matcher();
                self.search(base, "", &glob, 0, files, faults)?;
            }
        }
        Ok(())
    }

    /// Adds the files below a folder that a glob matches. Hidden folders are passed over, as they are in the work tree.
    fn search(
        &self,
        base: &str,
        below: &str,
        glob: &globset::GlobMatcher,
        depth: usize,
        files: &mut Vec<String>,
        faults: &mut Vec<(String, Fault)>,
    ) -> Result<(), Fault> {
        let folder = self.below(Path::new(&format!("./{base}{below}")));
        let names = folder.map(|folder| self.repository.borrow_mut().folder(&self.commit, &folder)).transpose()?.flatten();
        for (name, held) in names.unwrap_or_default() {
            let path = format!("{below}{name}");
            match held {
                Held::Folder if depth < MAX_DEPTH && !name.starts_with('.') => {
                    self.search(base, &format!("{path}/"), glob, depth + 1, files, faults)?;
                }
                Held::File if glob.is_match(&path) => files.push(format!("{base}{path}")),
                Held::Other(what) if glob.is_match(&path) => faults.push((format!("{base}{path}"), no_file(what))),
                Held::Folder | Held::File | Held::Other(_) | Held::Nothing => {}
            }
        }
        Ok(())
    }

    /// That a file lies below a folder, as both are written.
    fn check_below(&self, path: &Path, root: Option<&Path>) -> Result<(), Fault> {
        if root.is_none_or(|root| lies_below(&self.here.join(path), &self.here.join(root))) {
            return Ok(());
        }
        let message = "the file lies outside the configuration's folder".to_owned();
        Err(Fault { code: "config-outside", position: Position::Byte(0), message, help: "move it below that folder".to_owned() })
    }

    fn held(&self, path: &str) -> Result<Held, Fault> {
        self.repository.borrow_mut().held(&self.commit, path)
    }

    /// The path from the root of the repository, of what lies in it.
    fn below(&self, path: &Path) -> Option<String> {
        let path = self.here.join(path);
        let inside = |path: &Path, root: &Path| path.strip_prefix(root).ok().map(slashed);
        inside(&lexical(&path), &self.root).or_else(|| {
            // By another name of the same folder.
            let known = path.ancestors().find_map(|folder| Some((fs::canonicalize(folder).ok()?, path.strip_prefix(folder).ok()?)))?;
            inside(&lexical(&known.0.join(known.1)), &fs::canonicalize(&self.root).ok()?)
        })
    }

    fn missing(&self) -> Fault {
        let message = format!("the commit {} has no such file", self.commit.id);
        let help = "check the path, and that it is committed to the branch that `--config-ref` is the tip of".to_owned();
        Fault { code: "missing", position: Position::Byte(0), message, help }
    }
}

/// The path without `.` and `..`, as it is written: no symlink is followed.
fn lexical(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut done, part| {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(done.pop()),
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => done.push(part),
        }
        done
    })
}

fn lies_below(path: &Path, folder: &Path) -> bool {
    lexical(path).starts_with(lexical(folder))
}

/// With `/` between the folders.
fn slashed(path: &Path) -> String {
    path.iter().map(|name| name.to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn no_file(what: &str) -> Fault {
    let message = format!("this is {what} in the commit, and no file of it");
    Fault { code: "git-no-file", position: Position::Byte(0), message, help: "commit a file there".to_owned() }
}

fn bad_glob(error: &globset::Error) -> Fault {
    let message = format!("there is no such file, and as a glob it cannot be read: {}", error.kind());
    Fault { code: "glob", position: Position::Byte(0), message, help: "name a file, or correct the glob".to_owned() }
}

//! Commits, trees and blobs of the repository that is worked in, by their full hashes.
//!
//! Git finds the objects ([`process`]), and the hash of each is computed here once more: what was put in place of another object,
//! lies elsewhere, or was made to collide with another one is not taken for it. No ref, no index and no file of the work tree decides
//! what is read. Sizes and depths are bounded, and what git would not have written is refused.

mod changes;
mod commit;
mod id;
mod process;
mod tree;

use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

pub use changes::{Changes, Tracked};
pub use commit::Commit;
pub use id::ObjectId;
pub use process::Place;

use crate::base::fault::{Fault, Position};
use process::{Answer, CatFile};
use tree::{Entry, Tree};

/// The largest commit and the largest tree that are read, in bytes.
const MAX_COMMIT: u64 = 1 << 20;
const MAX_TREE: u64 = 64 << 20;

/// So many commits are looked through for one that others stand on.
const MAX_ANCESTORS: usize = 10_000;

/// How deep folders may lie in each other.
const MAX_DEPTH: usize = 128;

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Commit,
    Tree,
    Blob,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Tree => "tree",
            Self::Blob => "blob",
        }
    }
}

/// What a commit has of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Nothing.
    Nothing,
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A symlink or a submodule, or something that lies behind one; in a sentence.
    Other(&'static str),
}

impl Held {
    const fn of(mode: tree::Mode) -> Self {
        match mode {
            tree::Mode::File | tree::Mode::Executable => Self::File,
            tree::Mode::Folder => Self::Folder,
            tree::Mode::Symlink | tree::Mode::Submodule => Self::Other(mode.word()),
        }
    }
}

/// A repository whose objects are read.
pub struct Repository {
    git: CatFile,
    /// The trees that were read.
    trees: HashMap<ObjectId, Rc<Tree>>,
}

impl Repository {
    /// Opens the repository.
    pub fn open(place: &Place) -> Result<Self, Fault> {
        Ok(Self { git: CatFile::start(place)?, trees: HashMap::new() })
    }

    /// A commit.
    pub fn commit(&mut self, id: ObjectId) -> Result<Commit, Fault> {
        let bytes = self.object(id, Kind::Commit, MAX_COMMIT)?;
        Commit::parse(id, &bytes).map_err(|what| malformed(Kind::Commit, id, what))
    }

    /// The commit that a branch of this clone, or of `origin`, points to.
    pub fn branch(&mut self, name: &str) -> Result<ObjectId, Fault> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "._/-+@".contains(c);
        let may_be = !name.is_empty() && name.chars().all(is_plain) && !name.contains("..") && !name.contains("@{");
        for folder in ["refs/heads/", "refs/remotes/origin/"].iter().filter(|_| may_be) {
            if let Answer::Object { id, size, .. } = self.git.ask(&format!("{folder}{name}"))? {
                self.skip(size)?;
                if let Some(id) = ObjectId::parse(&id) {
                    return Ok(id);
                }
            }
        }
        let message = format!("`{name}` is neither a full hash nor a branch of this clone");
        Err(fault("git-branch", message, "give the full hash: git rev-parse origin/BRANCH"))
    }

    /// The commit that is checked out.
    pub fn head(&mut self) -> Result<ObjectId, Fault> {
        if let Answer::Object { id, size, .. } = self.git.ask("HEAD")? {
            self.skip(size)?;
            if let Some(id) = ObjectId::parse(&id) {
                return Ok(id);
            }
        }
        Err(fault("git-head", "nothing is checked out".to_owned(), "check out the commit that is judged"))
    }

    /// Whether a commit is another one, or stands on it, as far as the clone has what lies between.
    pub fn stands_on(&mut self, head: ObjectId, base: ObjectId) -> bool {
        let (mut seen, mut next) = (HashSet::from([head]), VecDeque::from([head]));
        while let Some(id) = next.pop_front() {
            if id == base {
                return true;
            }
            let Ok(bytes) = self.object(id, Kind::Commit, MAX_COMMIT) else { continue };
            let parents = commit::parents(&bytes).filter(|parent| seen.len() < MAX_ANCESTORS && seen.insert(*parent));
            next.extend(parents);
        }
        false
    }

    /// Reads over an object that is not wanted.
    fn skip(&mut self, size: u64) -> Result<(), Fault> {
        if size > MAX_COMMIT {
            self.git.stop();
            return Err(fault("git-kind", "a branch names what is no commit".to_owned(), "give the full hash of a commit"));
        }
        self.git.body(size).map(drop)
    }

    /// A tree, which is read once.
    fn tree(&mut self, id: ObjectId) -> Result<Rc<Tree>, Fault> {
        if let Some(known) = self.trees.get(&id) {
            return Ok(Rc::clone(known));
        }
        let bytes = self.object(id, Kind::Tree, MAX_TREE)?;
        let tree = Rc::new(Tree::parse(&bytes, id.len()).map_err(|what| malformed(Kind::Tree, id, what))?);
        self.trees.insert(id, Rc::clone(&tree));
        Ok(tree)
    }

    /// What a commit has of a name; of the empty one, its root.
    pub fn held(&mut self, commit: &Commit, path: &str) -> Result<Held, Fault> {
        if path.is_empty() {
            return Ok(Held::Folder);
        }
        Ok(match self.entry(commit.tree, path)? {
            None => Held::Nothing,
            Some((entry, false)) if entry.mode.is_file() => Held::Nothing,
            Some((entry, _)) => Held::of(entry.mode),
        })
    }

    /// The names in a folder of a commit, sorted, and what each is; `None` where the commit has nothing of this name. What is no folder is
    /// refused. A name that is no text is passed over.
    pub fn folder(&mut self, commit: &Commit, path: &str) -> Result<Option<Vec<(String, Held)>>, Fault> {
        let id = match self.held(commit, path)? {
            Held::Nothing => return Ok(None),
            Held::Folder if path.is_empty() => commit.tree,
            Held::Folder => self.entry(commit.tree, path)?.map_or(commit.tree, |(entry, _)| entry.id),
            Held::File => {
                return Err(fault("git-no-folder", format!("{path} is a file in the commit {}", commit.id), "commit a folder there"));
            }
            Held::Other(what) => {
                return Err(fault("git-no-folder", format!("{path} is {what} in the commit {}", commit.id), "commit a folder there"));
            }
        };
        let names = self.tree(id)?;
        let text = |entry: &Entry| Some((std::str::from_utf8(&entry.name).ok()?.to_owned(), Held::of(entry.mode)));
        Ok(Some(names.0.iter().filter_map(text).collect()))
    }

    /// The bytes of a file of a commit, of which there may be so many; `None` where the commit has nothing of this name. What has it and
    /// is no file is refused, and so is what lies behind a symlink or in a submodule.
    pub fn file(&mut self, commit: &Commit, path: &str, max_bytes: u64) -> Result<Option<Vec<u8>>, Fault> {
        let Some((entry, is_end)) = self.entry(commit.tree, path)? else { return Ok(None) };
        if !is_end && entry.mode.is_file() {
            return Ok(None);
        }
        if !entry.mode.is_file() {
            let lies = if is_end { "is" } else { "lies behind" };
            let message = format!("{path} {lies} {} in the commit {}, and is no file of it", entry.mode.word(), commit.id);
            return Err(fault("git-no-file", message, "commit a file there"));
        }
        self.object(entry.id, Kind::Blob, max_bytes).map(Some)
    }

    /// What a path below the root of a tree names, and whether that is where it ends: what lies behind a symlink or in a submodule is
    /// not in the tree.
    fn entry(&mut self, root: ObjectId, path: &str) -> Result<Option<(Entry, bool)>, Fault> {
        let (mut folder, mut names) = (root, path.split('/').peekable());
        for _ in 0..MAX_DEPTH {
            let Some(name) = names.next() else { return Ok(None) };
            let Some(entry) = self.tree(folder)?.get(name.as_bytes()).cloned() else { return Ok(None) };
            match (names.peek(), entry.mode) {
                (Some(_), tree::Mode::Folder) => folder = entry.id,
                (rest, _) => return Ok(Some((entry, rest.is_none()))),
            }
        }
        Ok(None)
    }

    /// The bytes of an object, which are what its name says and at most so many.
    fn object(&mut self, id: ObjectId, kind: Kind, max_bytes: u64) -> Result<Vec<u8>, Fault> {
        let word = kind.word();
        let (told, size) = match self.git.ask(&id.to_string())? {
            Answer::Missing => return Err(missing(kind, id)),
            Answer::Object { kind, size, .. } => (kind, size),
        };
        if size > max_bytes {
            self.git.stop();
            return Err(fault("git-size", format!("the {word} {id} has more than {max_bytes} bytes"), "give another commit"));
        }
        let bytes = self.git.body(size)?;
        if told != word {
            let help = format!("give a commit: git rev-parse {id}^{{commit}}");
            return Err(fault("git-kind", format!("{id} is a {told}, not a {word}"), &help));
        }
        let again = "the clone is damaged, or somebody changed it: clone again";
        match id.names(kind, &bytes) {
            Ok(true) => Ok(bytes),
            Ok(false) => Err(fault("git-hash", format!("the {word} {id} holds what does not have this hash"), again)),
            Err(_) => Err(fault("git-collision", format!("the {word} {id} was made to have the hash of another one"), again)),
        }
    }
}

fn missing(kind: Kind, id: ObjectId) -> Fault {
    let (message, help) = match kind {
        Kind::Commit => (format!("the commit {id} is not in this clone"), format!("fetch it: git fetch --depth=1 origin {id}")),
        Kind::Tree | Kind::Blob => {
            (format!("the {} {id} is not in this clone", kind.word()), "fetch without a filter: git fetch --refetch --no-filter".to_owned())
        }
    };
    fault("git-missing", message, &help)
}

fn malformed(kind: Kind, id: ObjectId, what: &str) -> Fault {
    fault("git-malformed", format!("the {} {id} is not as git writes it: {what}", kind.word()), "give another commit")
}

fn fault(code: &'static str, message: String, help: &str) -> Fault {
    Fault { code, position: Position::Whole, message, help: help.to_owned() }
}

#[cfg(test)]
mod tests;

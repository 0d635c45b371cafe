//! Trees: the names in one folder of a commit.

use super::id::ObjectId;
use crate::base::order::Order as _;

/// What a name in a tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    File,
    Executable,
    Symlink,
    Folder,
    /// A commit of another repository, whose files are not here.
    Submodule,
}

impl Mode {
    fn of(octal: &[u8]) -> Option<Self> {
        Some(match octal {
            // What old versions of git wrote for a file that the group may write.
            b"100644" | b"100664" => Self::File,
            b"100755" => Self::Executable,
            b"120000" => Self::Symlink,
            b"40000" => Self::Folder,
            b"160000" => Self::Submodule,
            _ => return None,
        })
    }

    /// What it is, in a sentence.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::File | Self::Executable => "a file",
            Self::Symlink => "a symlink",
            Self::Folder => "a folder",
            Self::Submodule => "a submodule",
        }
    }

    /// Whether its object is what stands in the file.
    pub(super) const fn is_file(self) -> bool {
        matches!(self, Self::File | Self::Executable)
    }
}

/// A name in a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) name: Box<[u8]>,
    pub(super) mode: Mode,
    pub(super) id: ObjectId,
}

impl Entry {
    /// What git sorts by: a folder as if a `/` stood behind it.
    fn key(&self) -> impl Iterator<Item = u8> {
        let slash = (self.mode == Mode::Folder).then_some(b'/');
        self.name.iter().copied().chain(slash)
    }
}

/// The names in a folder, sorted by their bytes.
#[derive(Debug)]
pub(super) struct Tree(pub(super) Vec<Entry>);

impl Tree {
    /// Reads the object of a tree whose hashes have so many bytes; else what is wrong with it.
    pub(super) fn parse(mut bytes: &[u8], hash_len: usize) -> Result<Self, &'static str> {
        let mut entries: Vec<Entry> = Vec::new();
        while !bytes.is_empty() {
            let (entry, rest) = entry(bytes, hash_len)?;
            if entries.last().is_some_and(|last| !last.key().lt(entry.key())) {
                return Err("its names are not sorted, or one stands there twice");
            }
            entries.push(entry);
            bytes = rest;
        }
        entries.order_by(|a, b| a.name.cmp(&b.name));
        // A file and a folder of one name lie apart as git sorts them.
        if entries.windows(2).any(|pair| matches!(pair, [a, b] if a.name == b.name)) {
            return Err("a name stands there twice");
        }
        Ok(Self(entries))
    }

    pub(super) fn get(&self, name: &[u8]) -> Option<&Entry> {
        let place = self.0.binary_search_by(|entry| entry.name.as_ref().cmp(name)).ok()?;
        self.0.get(place)
    }
}

/// The first entry, `MODE NAME NUL HASH`, and what follows it.
fn entry(bytes: &[u8], hash_len: usize) -> Result<(Entry, &[u8]), &'static str> {
    const CUT: &str = "it is cut off";
    let space = memchr::memchr(b' ', bytes).ok_or(CUT)?;
    let (mode, rest) = bytes.split_at(space);
    let rest = rest.get(1..).ok_or(CUT)?;
    let end = memchr::memchr(0, rest).ok_or(CUT)?;
    let (name, rest) = rest.split_at(end);
    let (hash, rest) = rest.get(1..).and_then(|rest| rest.split_at_checked(hash_len)).ok_or(CUT)?;
    let mode = Mode::of(mode).ok_or("a name in it has a mode that there is not")?;
    if !is_name(name) {
        return Err("a name in it is none that a file may have");
    }
    let id = ObjectId::of_bytes(hash).ok_or(CUT)?;
    Ok((Entry { name: name.into(), mode, id }, rest))
}

/// Whether a file or folder of a commit may be called so: not by what leads elsewhere, nor by what a file system may take for `.git`.
fn is_name(name: &[u8]) -> bool {
    !name.is_empty() && !name.contains(&b'/') && ![&b"."[..], b".."].contains(&name) && !is_dot_git(name)
}

/// Whether a file system takes a name for `.git`: one that ignores case, dots and spaces at the end, streams (NTFS), or characters
/// that cannot be seen (HFS+).
fn is_dot_git(name: &[u8]) -> bool {
    let text = String::from_utf8_lossy(name);
    let is_unseen = |c: char| matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}');
    let seen: String = text.chars().filter(|&c| !is_unseen(c)).collect::<String>().to_ascii_lowercase();
    let plain = seen.split(':').next().unwrap_or_default().trim_end_matches(['.', ' ']);
    [".git", "git~1"].contains(&plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The object of a tree of these modes and names.
    fn object(names: &[(&str, &str)]) -> Vec<u8> {
        names.iter().flat_map(|(mode, name)| [format!("{mode} {name}\0").as_bytes(), &[7; 20]].concat()).collect()
    }

    #[test]
    fn trees_are_read_and_found_by_name() {
        let bytes = object(&[("100644", "a"), ("100755", "a.b"), ("40000", "b"), ("120000", "link"), ("160000", "sub")]);
        let tree = Tree::parse(&bytes, 20).unwrap();
        let modes: Vec<_> = ["a", "a.b", "b", "link", "sub", "c"].map(|name| tree.get(name.as_bytes()).map(|entry| entry.mode)).to_vec();
        let expected = [Mode::File, Mode::Executable, Mode::Folder, Mode::Symlink, Mode::Submodule].map(Some);
        assert_eq!(modes, [&expected[..], &[None]].concat());
        assert!(Tree::parse(b"", 20).unwrap().0.is_empty());
    }

    #[test]
    fn what_git_would_not_write_is_refused() {
        let told = |names: &[(&str, &str)]| Tree::parse(&object(names), 20).map(|_| ()).unwrap_err();
        let order = "its names are not sorted, or one stands there twice";
        assert_eq!(told(&[("100644", "b"), ("100644", "a")]), order);
        assert_eq!(told(&[("100644", "a"), ("100644", "a")]), order);
        // A folder is sorted as if a slash stood behind it.
        assert_eq!(told(&[("40000", "a"), ("100644", "a.b")]), order);
        assert_eq!(told(&[("100644", "a"), ("100644", "a.b"), ("40000", "a")]), "a name stands there twice");
        for mode in ["", "040000", "100600", "0", "100644x", "40755"] {
            assert_eq!(told(&[(mode, "a")]), "a name in it has a mode that there is not", "{mode}");
        }
        for name in ["", ".", "..", "a/b", ".git", ".GIT", ".git ", ".git.", "git~1", "GIT~1", ".g\u{200c}it", ".git::$INDEX_ALLOCATION"] {
            assert_eq!(told(&[("100644", name)]), "a name in it is none that a file may have", "{name}");
        }
        let whole = object(&[("100644", "a")]);
        for end in 1..whole.len() {
            assert!(Tree::parse(&whole[..end], 20).is_err(), "{end}");
        }
        assert!(Tree::parse(&whole, 32).is_err());
        assert!(Tree::parse(&object(&[("100644", ".gitignore"), ("100644", ".gitmodules")]), 20).is_ok());
    }
}

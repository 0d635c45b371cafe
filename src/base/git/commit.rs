//! Commits: which tree, and when.

use jiff::Timestamp;

use super::id::ObjectId;

/// A commit, as far as it is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its name.
    pub id: ObjectId,
    /// When it was committed, as whoever did so says.
    pub committed: Timestamp,
    /// Its files.
    pub(super) tree: ObjectId,
}

impl Commit {
    /// Reads the object of a commit; else what is wrong with it.
    pub(super) fn parse(id: ObjectId, bytes: &[u8]) -> Result<Self, &'static str> {
        let mut lines = bytes.split(|&byte| byte == b'\n');
        let first = lines.next().and_then(|line| std::str::from_utf8(line.strip_prefix(b"tree ")?).ok());
        let tree = first.and_then(ObjectId::parse).filter(|tree| tree.len() == id.len()).ok_or("it names no tree")?;
        // The head ends at an empty line; what somebody wrote there comes behind it.
        let signed = lines.take_while(|line| !line.is_empty()).find_map(|line| line.strip_prefix(b"committer "));
        let committed = signed.and_then(instant).ok_or("it does not say when it was committed")?;
        Ok(Self { id, committed, tree })
    }
}

/// The commits that one stands on, by its object.
pub(super) fn parents(bytes: &[u8]) -> impl Iterator<Item = ObjectId> {
    let head = bytes.split(|&byte| byte == b'\n').take_while(|line| !line.is_empty());
    head.filter_map(|line| ObjectId::parse(std::str::from_utf8(line.strip_prefix(b"parent ")?).ok()?))
}

/// The instant of `NAME <MAIL> SECONDS ZONE`.
fn instant(line: &[u8]) -> Option<Timestamp> {
    let mut words = line.rsplit(|&byte| byte == b' ');
    words.next()?;
    let seconds = std::str::from_utf8(words.next()?).ok()?;
    Timestamp::from_second(seconds.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_tell_their_tree_and_their_time() {
        let id = ObjectId::parse(&"1".repeat(40)).unwrap();
        let tree = "2".repeat(40);
        let told = |text: String| Commit::parse(id, text.as_bytes()).map(|commit| (commit.tree.to_string(), commit.committed.as_second()));
        let author = "author A <a@example.org> 1 +0000\n";
        let whole = format!("tree {tree}\nparent {tree}\n{author}committer C D <c@example.org> 1700000000 +0200\n\ntext\n");
        assert_eq!(parents(whole.as_bytes()).map(|parent| parent.to_string()).collect::<Vec<_>>(), [tree.as_str()]);
        assert_eq!(told(whole), Ok((tree.clone(), 1_700_000_000)));
        assert_eq!(
            told(format!("tree {tree}\n{author}\ncommitter C <c> 1700000000 +0000\n")),
            Err("it does not say when it was committed")
        );
        assert_eq!(told(format!("tree {tree}\ncommitter C <c> soon +0000\n\n")), Err("it does not say when it was committed"));
        assert_eq!(told(format!("{author}tree {tree}\n")), Err("it names no tree"));
        assert_eq!(told(format!("tree {}\n", "2".repeat(64))), Err("it names no tree"));
        assert_eq!(told(String::new()), Err("it names no tree"));
    }
}

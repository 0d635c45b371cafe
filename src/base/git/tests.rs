//! Objects of real repositories, and of such that somebody changed.
#![expect(clippy::disallowed_methods, reason = "git makes the repositories, and what is wrong with them is written here")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::*;

/// A repository of our own, made by git.
struct Made(tempfile::TempDir);

impl Made {
    fn new(format: &str) -> Self {
        let made = Self(tempfile::tempdir().unwrap());
        made.git(&["init", "-q", "-b", "main", &format!("--object-format={format}")]);
        made
    }

    fn git(&self, args: &[&str]) -> String {
        let mut command = Command::new("git");
        command.args(args).current_dir(self.0.path()).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "a").env(format!("GIT_{role}_EMAIL"), "a@example.org");
            command.env(format!("GIT_{role}_DATE"), "1700000000 +0000");
        }
        let done = command.output().unwrap();
        assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Commits everything.
    fn commit(&self) -> ObjectId {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
        ObjectId::parse(&self.git(&["rev-parse", "HEAD"])).unwrap()
    }

    fn open(&self) -> Repository {
        Repository::open(&self.place()).unwrap()
    }

    fn place(&self) -> Place {
        Place { root: self.0.path().to_owned(), programs: std::env::var_os("PATH").unwrap() }
    }

    /// The file of a loose object.
    fn loose(&self, id: &str) -> PathBuf {
        let (folder, file) = id.split_at(2);
        self.0.path().join(".git/objects").join(folder).join(file)
    }
}

/// Puts other bytes in the place of a file that nobody may write.
fn overwrite(path: &Path, bytes: Vec<u8>) {
    fs::remove_file(path).unwrap();
    fs::write(path, bytes).unwrap();
}

/// Both commits, and what differs between them.
fn compared(repository: &mut Repository, base: ObjectId, head: ObjectId) -> Changes {
    let [base, head] = [base, head].map(|id| repository.commit(id).unwrap());
    repository.changes(&base, &head).unwrap()
}

#[test]
fn what_differs_is_found_in_repositories_of_both_kinds() {
    for format in ["sha1", "sha256"] {
        let made = Made::new(format);
        for path in ["a.rs", "src/a.rs", "src/deep/b.rs", "src/same.rs", "gone/x", "turned", "mode.sh"] {
            made.write(path, path);
        }
        let base = made.commit();
        made.write("src/a.rs", "new");
        made.write("src/added/é.rs", "new");
        fs::remove_file(made.0.path().join("gone/x")).unwrap();
        fs::remove_file(made.0.path().join("turned")).unwrap();
        made.write("turned/into/folder", "x");
        made.git(&["update-index", "--chmod=+x", "mode.sh"]);
        made.git(&["config", "core.fileMode", "false"]);
        let head = made.commit();
        let mut repository = made.open();
        assert_eq!(repository.commit(base).unwrap().committed.as_second(), 1_700_000_000);
        let changes = compared(&mut repository, base, head);
        let paths: Vec<&str> = changes.paths.keys().map(String::as_str).collect();
        assert_eq!(paths, ["gone/x", "mode.sh", "src/a.rs", "src/added/é.rs", "turned", "turned/into/folder"], "{format}");
        for (path, expected) in [
            ("a.rs", Tracked::Same),
            ("src/deep/b.rs", Tracked::Same),
            ("src/a.rs", Tracked::Changed),
            ("gone/x", Tracked::Changed),
            ("gone", Tracked::Changed),
            ("src", Tracked::Changed),
            ("turned/into/folder", Tracked::Changed),
            ("src/deep", Tracked::Unknown),
            ("none.rs", Tracked::Unknown),
            ("a.rs/x", Tracked::Unknown),
            ("", Tracked::Unknown),
            ("/a.rs", Tracked::Unknown),
            ("src/../a.rs", Tracked::Unknown),
            ("./a.rs", Tracked::Unknown),
        ] {
            assert_eq!(repository.tracked(&changes, path).unwrap(), expected, "{format} {path}");
        }
        assert!(compared(&mut repository, head, head).paths.is_empty());
    }
}

#[cfg(unix)]
#[test]
fn symlinks_submodules_and_other_cases_are_never_the_same() {
    let made = Made::new("sha1");
    made.write("src/a.rs", "a");
    made.write("src/B.rs", "b");
    std::os::unix::fs::symlink("src", made.0.path().join("link")).unwrap();
    std::os::unix::fs::symlink("src/a.rs", made.0.path().join("link.rs")).unwrap();
    made.git(&["update-index", "--add", "--cacheinfo", "160000,1111111111111111111111111111111111111111,sub"]);
    made.git(&["add", "src", "link", "link.rs"]);
    made.git(&["commit", "-q", "-m", "x"]);
    let base = ObjectId::parse(&made.git(&["rev-parse", "HEAD"])).unwrap();
    made.write("src/b.rs", "what a file system may take for B.rs");
    made.git(&["add", "src"]);
    made.git(&["commit", "-q", "-m", "y"]);
    let head = ObjectId::parse(&made.git(&["rev-parse", "HEAD"])).unwrap();
    let mut repository = made.open();
    let changes = compared(&mut repository, base, head);
    for (path, expected) in [
        ("src/a.rs", Tracked::Same),
        ("src/A.rs", Tracked::Unknown),
        ("src/B.rs", Tracked::Changed),
        ("link", Tracked::Unknown),
        ("link.rs", Tracked::Unknown),
        ("link/a.rs", Tracked::Unknown),
        ("sub", Tracked::Unknown),
        ("sub/a.rs", Tracked::Unknown),
    ] {
        assert_eq!(repository.tracked(&changes, path).unwrap(), expected, "{path}");
    }
}

#[test]
fn what_cannot_be_read_is_said_with_what_to_do() {
    let made = Made::new("sha1");
    made.write("a", "a");
    let base = made.commit();
    made.git(&["tag", "-a", "v1", "-m", "x"]);
    let id = |name: &str| ObjectId::parse(&made.git(&["rev-parse", name])).unwrap();
    let mut repository = made.open();
    let told = |repository: &mut Repository, id| repository.commit(id).map_err(|fault| (fault.code, fault.to_string())).unwrap_err();
    let absent = ObjectId::parse(&"1".repeat(40)).unwrap();
    let help = format!("the commit {absent} is not in this clone; fetch it: git fetch --depth=1 origin {absent}");
    assert_eq!(told(&mut repository, absent), ("git-missing", help));
    let (tag, tree) = (id("v1"), id("HEAD^{tree}"));
    assert_eq!(told(&mut repository, tag).1, format!("{tag} is a tag, not a commit; give a commit: git rev-parse {tag}^{{commit}}"));
    assert_eq!(told(&mut repository, tree).0, "git-kind");
    // After all that it still answers.
    assert!(repository.commit(base).is_ok());
    let nowhere = Place { root: tempfile::tempdir().unwrap().path().to_owned(), ..made.place() };
    assert!(Repository::open(&nowhere).and_then(|mut none| none.commit(base)).is_err());
    let without_git = Place { programs: "relative:/nonexistent".into(), ..made.place() };
    assert_eq!(Repository::open(&without_git).err().map(|fault| fault.code), Some("git-program"));
}

#[test]
fn objects_that_somebody_put_in_place_of_others_are_not_taken_for_them() {
    let made = Made::new("sha1");
    made.write("a", "the file that was reviewed");
    let base = made.commit();
    made.write("a", "another");
    let other = made.commit();
    // The bytes of another commit under the name of this one.
    let bytes = fs::read(made.loose(&other.to_string())).unwrap();
    overwrite(&made.loose(&base.to_string()), bytes);
    let fault = made.open().commit(base).unwrap_err();
    assert!(["git-hash", "git-stopped"].contains(&fault.code), "{fault:?}");
    // No object at all.
    overwrite(&made.loose(&base.to_string()), b"x".to_vec());
    let fault = made.open().commit(base).unwrap_err();
    assert!(["git-missing", "git-stopped"].contains(&fault.code), "{fault:?}");
}

#[test]
fn branches_are_those_of_the_clone_whatever_else_is_called_so() {
    let made = Made::new("sha1");
    let first = made.commit();
    made.write("a", "a");
    let second = made.commit();
    made.git(&["tag", "main", &first.to_string()]);
    made.git(&["update-ref", "refs/remotes/origin/release/1", &first.to_string()]);
    let mut repository = made.open();
    assert_eq!(repository.branch("main").unwrap(), second);
    assert_eq!(repository.branch("release/1").unwrap(), first);
    for name in ["none", "", "HEAD", "main~1", "main\nrefs/tags/main", "a..b", "@{-1}", "-x"] {
        assert_eq!(repository.branch(name).unwrap_err().code, "git-branch", "{name:?}");
    }
}

#[test]
fn a_hundred_thousand_files_of_which_ten_differ_are_few_trees() {
    let made = Made::new("sha1");
    let import = (0..100_000).map(|n| format!("M 100644 inline d{}/e{}/f{n}\ndata 1\n{}\n", n % 40, n % 25, n % 10));
    let commit = "commit refs/heads/main\ncommitter a <a@example.org> 1700000000 +0000\ndata 1\nx\n";
    let more: Vec<String> = (0..10).map(|n| format!("M 100644 inline d{n}/e{n}/f{n}\ndata 3\nnew\n")).collect();
    let stream = format!("{commit}{}\n{commit}{}\n", import.collect::<Vec<_>>().concat(), more.concat());
    fs::write(made.0.path().join("stream"), stream).unwrap();
    let input = fs::File::open(made.0.path().join("stream")).unwrap();
    let done = Command::new("git").args(["fast-import", "--quiet"]).current_dir(made.0.path()).stdin(input).status().unwrap();
    assert!(done.success());
    let id = |name: &str| ObjectId::parse(&made.git(&["rev-parse", name])).unwrap();
    let (base, head) = (id("main~1"), id("main"));
    let mut repository = made.open();
    let changes = compared(&mut repository, base, head);
    assert_eq!(changes.paths.len(), 10);
    // The root, ten folders and ten in them, of both commits.
    assert_eq!(repository.trees.len(), 42);
    assert_eq!(repository.tracked(&changes, "d11/e11/f11").unwrap(), Tracked::Same);
}

//! One `git cat-file --batch` for a run: names go in, objects come out.
//!
//! Git is given nothing of the environment but where programs are, and no configuration of the machine or its user; it replaces no
//! object by another one, fetches nothing, and looks at no file of the work tree. What it answers is believed by nobody: see
//! [`super::Repository`].

#![expect(clippy::disallowed_methods, reason = "this is where git is asked for objects")]

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread::{self, JoinHandle};

use super::fault;
use crate::base::fault::Fault;

/// The longest line before an object, and so much of what git complains about is kept.
const MAX_LINE: u64 = 4096;

/// Where a repository is, and where programs are.
#[derive(Clone, Debug)]
pub struct Place {
    /// The folder that holds `.git`.
    pub root: PathBuf,
    /// The folders in which programs are looked for, as the variable `PATH` has them.
    pub programs: OsString,
}

/// What git says it has.
pub(super) enum Answer {
    /// No such object.
    Missing,
    /// An object of a kind, which has so many bytes: they wait to be read.
    Object { id: String, kind: String, size: u64 },
}

/// A git that waits for names.
pub(super) struct CatFile {
    child: Child,
    /// `None` once it can be asked no more.
    names: Option<ChildStdin>,
    objects: BufReader<ChildStdout>,
    complaints: Option<JoinHandle<Vec<u8>>>,
}

impl CatFile {
    /// Starts git.
    pub(super) fn start(place: &Place) -> Result<Self, Fault> {
        let cannot = |error: std::io::Error| {
            fault("git-program", format!("git cannot be run: {error}"), "install git, or put the folder that it is in on the PATH")
        };
        let mut child = command(place).spawn().map_err(cannot)?;
        let (names, objects, complaints) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let Some(objects) = objects else { return Err(stopped("")) };
        // Read all the time, or a git that complains much would wait for ever.
        let complaints = complaints.map(|mut stream| {
            thread::spawn(move || {
                let mut kept = Vec::new();
                let first = stream.by_ref().take(MAX_LINE).read_to_end(&mut kept);
                let rest = first.and_then(|_| std::io::copy(&mut stream, &mut std::io::sink()));
                // What can be read no more is no complaint.
                drop(rest);
                kept
            })
        });
        Ok(Self { child, names, objects: BufReader::with_capacity(1 << 16, objects), complaints })
    }

    /// Asks for an object by a name that holds no line end. What is answered must be read by [`Self::body`] before the next question.
    pub(super) fn ask(&mut self, name: &str) -> Result<Answer, Fault> {
        let Some(names) = &mut self.names else { return Err(stopped("it was stopped")) };
        if names.write_all(format!("{name}\n").as_bytes()).and_then(|()| names.flush()).is_err() {
            return Err(self.gave_up());
        }
        let mut line = Vec::new();
        let read = self.objects.by_ref().take(MAX_LINE).read_until(b'\n', &mut line);
        if read.is_err() || line.pop() != Some(b'\n') {
            return Err(self.gave_up());
        }
        let line = String::from_utf8_lossy(&line).into_owned();
        let mut words = line.split(' ');
        match (words.next(), words.next(), words.next(), words.next()) {
            (Some(asked), Some("missing"), None, None) if asked == name => Ok(Answer::Missing),
            (Some(id), Some(kind), Some(size), None) if size.parse::<u64>().is_ok() => {
                let size = size.parse().unwrap_or(u64::MAX);
                Ok(Answer::Object { id: id.to_owned(), kind: kind.to_owned(), size })
            }
            _ => Err(self.gave_up()),
        }
    }

    /// The bytes of the object that was answered.
    pub(super) fn body(&mut self, size: u64) -> Result<Vec<u8>, Fault> {
        let mut bytes = Vec::new();
        let read = self.objects.by_ref().take(size.saturating_add(1)).read_to_end(&mut bytes);
        if read.is_err() || bytes.len() as u64 != size + 1 || bytes.pop() != Some(b'\n') {
            return Err(self.gave_up());
        }
        Ok(bytes)
    }

    /// Ends it: what it would still say is not wanted.
    pub(super) fn stop(&mut self) {
        self.names = None;
        // One that has ended already needs no end; that it is waited for leaves no process behind.
        drop(self.child.kill());
        drop(self.child.wait());
    }

    /// That it does not answer any more, with the last of its complaints.
    fn gave_up(&mut self) -> Fault {
        self.stop();
        let kept = self.complaints.take().and_then(|thread| thread.join().ok());
        let kept = String::from_utf8_lossy(&kept.unwrap_or_default()).into_owned();
        if kept.contains("not a git repository") {
            return fault("git-missing", "the `.git` of the folder that is worked in is no repository".to_owned(), "run in a clone");
        }
        stopped(kept.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it does not say why"))
    }
}

impl Drop for CatFile {
    fn drop(&mut self) {
        self.stop();
    }
}

fn command(place: &Place) -> Command {
    let mut git_dir = OsString::from("--git-dir=");
    // Said, not looked for: neither a folder above nor a variable names another one.
    git_dir.push(absolute(&place.root).join(".git"));
    let mut command = Command::new("git");
    command.arg(git_dir).args(["-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never", "cat-file", "--batch"]);
    command.env_clear().env("PATH", programs(place));
    for (name, value) in [
        ("GIT_NO_REPLACE_OBJECTS", "1"),
        ("GIT_NO_LAZY_FETCH", "1"),
        ("GIT_ALLOW_PROTOCOL", "none"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_CONFIG_SYSTEM", "/dev/null"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_OPTIONAL_LOCKS", "0"),
        ("LC_ALL", "C"),
    ] {
        command.env(name, value);
    }
    command.current_dir(absolute(&place.root)).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The path that leads there whatever folder is worked in; the path itself where there is nothing.
fn absolute(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// The folders of programs that are the same wherever one works: in a folder of the change could lie a `git` of the change.
fn programs(place: &Place) -> OsString {
    let own = absolute(&place.root);
    let fixed = std::env::split_paths(&place.programs).filter(|folder| folder.is_absolute() && !absolute(folder).starts_with(&own));
    std::env::join_paths(fixed).unwrap_or_default()
}

fn stopped(why: &str) -> Fault {
    fault("git-stopped", format!("git gave no object: {why}"), "see whether the clone is whole: git fsck")
}

//! Programs in a clean room: a fresh folder, an environment with nothing in it, and an end to waiting.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// Longer than any run takes: whoever needs more than that hangs.
const PATIENCE: Duration = Duration::from_mins(1);

/// A fresh folder that is gone afterwards: `work` is where commands run, and `home` and `tmp` lie beside it.
pub(crate) struct Room(TempDir);

impl Room {
    pub(crate) fn new() -> Self {
        let room = Self(TempDir::new().unwrap());
        // The search for a policy ends at the root of a repository.
        for folder in ["work/.git", "home", "tmp"] {
            fs::create_dir_all(room.0.path().join(folder)).unwrap();
        }
        room
    }

    /// A path below `work`.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join("work").join(name)
    }

    /// Writes a file below `work`, and the folders it needs.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    /// What a file below `work` says.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Any program, likewise.
    pub(crate) fn command(&self, program: &str, args: &[&str]) -> Call {
        let mut command = Command::new(program);
        command.args(args).current_dir(self.path("")).stdin(Stdio::null()).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.0.path().join("home")).env("TMPDIR", self.0.path().join("tmp"));
        Call { command, input: None, log: TempDir::new().unwrap(), stdout: None }
    }
}

/// A command that was not run yet.
pub(crate) struct Call {
    command: Command,
    input: Option<Vec<u8>>,
    log: TempDir,
    stdout: Option<Stdio>,
}

impl Call {
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn cwd(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    pub(crate) fn arg(mut self, arg: &str) -> Self {
        self.command.arg(arg);
        self
    }

    /// The standard input.
    pub(crate) fn input(mut self, bytes: &[u8]) -> Self {
        self.input = Some(bytes.to_vec());
        self
    }

    /// Where the standard output goes instead of into [`Done::stdout`].
    pub(crate) fn stdout(mut self, stdout: impl Into<Stdio>) -> Self {
        self.stdout = Some(stdout.into());
        self
    }

    /// Runs it to its end; panics if that does not come.
    pub(crate) fn run(mut self) -> Done {
        let log = |name: &str| self.log.path().join(name);
        let stdout = self.stdout.take().unwrap_or_else(|| File::create(log("stdout")).unwrap().into());
        self.command.stdout(stdout).stderr(File::create(log("stderr")).unwrap());
        if self.input.is_some() {
            self.command.stdin(Stdio::piped());
        }
        let mut child = self.command.spawn().unwrap_or_else(|error| panic!("{:?}: {error}", self.command));
        if let (Some(input), Some(mut pipe)) = (&self.input, child.stdin.take()) {
            pipe.write_all(input).unwrap();
        }
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if start.elapsed() > PATIENCE {
                child.kill().unwrap();
                panic!("{:?} hangs", self.command);
            }
            std::thread::sleep(Duration::from_millis(1));
        };
        let text = |name: &str| fs::read(log(name)).map(|bytes| String::from_utf8(bytes).unwrap()).unwrap_or_default();
        Done { what: format!("{:?}", self.command), status, stdout: text("stdout"), stderr: text("stderr") }
    }
}

/// A command that was run.
pub(crate) struct Done {
    what: String,
    status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Done {
    /// The exit code; a signal is none.
    pub(crate) fn code(&self) -> i32 {
        self.status.code().unwrap_or_else(|| panic!("{self}\nended by {}", self.status))
    }

    /// Whether a signal ended it.
    #[cfg(unix)]
    pub(crate) fn killed(&self) -> bool {
        self.status.code().is_none()
    }

    /// Itself, if it exited with the code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code(), code, "{self}");
        self
    }

    /// Itself, if a line on stderr starts and goes on like that.
    #[track_caller]
    pub(crate) fn says(self, start: &str, word: &str) -> Self {
        assert!(self.stderr.lines().any(|line| line.starts_with(start) && line.contains(word)), "no `{start}…{word}`\n{self}");
        self
    }

    /// The standard output as one JSON document.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}\n{self}"))
    }
}

impl std::fmt::Display for Done {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}\nexit {:?}\n-- stdout\n{}-- stderr\n{}", self.what, self.status.code(), self.stdout, self.stderr)
    }
}

//! The binary under test, and what lies in the repository.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

pub(crate) use crate::room::{Call, Done, Room};

/// The binary under test.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_relgate");

/// An instant that every report of the fixtures lies before; it needs `--dry-run`.
pub(crate) const NOW: &str = "2026-11-23T12:00:00Z";

/// The repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file or folder of the repository.
pub(crate) fn in_repository(path: &str) -> PathBuf {
    repository().join(path)
}

/// The names in a folder, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Copies what lies in a folder, folders in it included.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for name in names(from) {
        let (from, to) = (from.join(&name), to.join(&name));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).unwrap();
        }
    }
}

impl Room {
    /// The binary with arguments, below `work`.
    pub(crate) fn relgate(&self, args: &[&str]) -> Call {
        self.command(BINARY, args)
    }
}

impl Call {
    /// Finds the binary under the name that people type.
    pub(crate) fn with_relgate_on_path(self) -> Self {
        let folder = Path::new(BINARY).parent().unwrap();
        let known = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(std::iter::once(folder.to_owned()).chain(std::env::split_paths(&known))).unwrap();
        self.env("PATH", path.to_str().unwrap())
    }
}

/// What of `expected` does not stand in `found`: of objects only the keys that are expected are looked at.
pub(crate) fn differences(expected: &Value, found: &Value, at: &str) -> Vec<String> {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            let differences = |(key, expected)| {
                let at = format!("{at}/{key}");
                found.get(key).map_or_else(|| vec![format!("{at}: missing")], |found| differences(expected, found, &at))
            };
            expected.iter().flat_map(differences).collect()
        }
        (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => {
            let pairs = expected.iter().zip(found).enumerate();
            pairs.flat_map(|(i, (expected, found))| differences(expected, found, &format!("{at}/{i}"))).collect()
        }
        _ if expected == found => Vec::new(),
        _ => vec![format!("{at}: expected {expected}, found {found}")],
    }
}

#[test]
fn a_difference_is_told_with_its_place() {
    let expected = serde_json::json!([{"a": 1, "b": {"c": [1, 2]}}, {"d": null}]);
    let found = serde_json::json!([{"a": 2, "b": {"c": [1]}, "e": 5}, {}]);
    assert_eq!(differences(&expected, &expected, ""), [""; 0]);
    assert_eq!(differences(&expected, &found, ""), ["/0/a: expected 1, found 2", "/0/b/c: expected [1,2], found [1]", "/1/d: missing"]);
}

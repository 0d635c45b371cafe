//! What the targets share: files in a folder of their own, policies to hold things against, and whether a place is one of a text.
#![forbid(unsafe_code)]

use std::path::Path;
use std::sync::LazyLock;

use jiff::Timestamp;
use relgate::base::fault::Position;
use relgate::model::policy::Policy;
use relgate::model::problem::Problem;
use relgate::policy::{Wanted, load};
use tempfile::TempDir;

/// The instant of every run.
pub static NOW: LazyLock<Timestamp> = LazyLock::new(|| "2026-11-23T12:00:00Z".parse().unwrap());

/// The folder of this process, below `TMPDIR`, which `fuzz/run` clears away.
pub static FOLDER: LazyLock<TempDir> = LazyLock::new(|| TempDir::new().unwrap());

/// Writes a file, and names it.
pub fn file(name: &str, bytes: &[u8]) -> String {
    let path = FOLDER.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

/// `builtin:standard` with more on it.
#[track_caller]
pub fn standard(more: &str) -> Policy {
    let head = "schema: relgate.policy/v1\nname: fuzz\nowner: appsec@acme.example\nextends: [\"builtin:standard\"]\n";
    let names = [file("standard.yaml", format!("{head}{more}\n").as_bytes())];
    load(&Wanted { names: &names, ..Wanted::default() }).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// Holds that every problem stands in the text, and says what it is and where, in the file that was named.
pub fn check_problems(problems: &[Problem], file: &str, text: &str) {
    for problem in problems {
        assert!(!problem.message.is_empty() && !problem.code.is_empty(), "{problem:?}");
        let of_file = problem.file.as_deref().is_none_or(|named| Path::new(named) == Path::new(file));
        assert!(!of_file || lies_in(&problem.position, text), "{problem:?} lies outside of the text");
    }
}

/// Whether a place is one of a text, or right behind it.
#[must_use]
pub fn lies_in(position: &Position, text: &str) -> bool {
    match position {
        Position::Whole => true,
        Position::Byte(at) => *at <= text.len() as u64,
        Position::Pointer(pointer) => pointer.is_empty() || pointer.starts_with('/'),
        Position::Line(0, _) | Position::Line(_, 0) => false,
        Position::Line(line, column) => {
            // YAML ends a line with a carriage return too.
            let yaml = text.replace("\r\n", "\n").replace('\r', "\n");
            [text, &yaml].into_iter().any(|text| {
                let told = usize::try_from(line - 1).ok().and_then(|before| text.split('\n').nth(before));
                told.is_some_and(|told| *column <= told.chars().count() as u64 + 1)
            })
        }
    }
}

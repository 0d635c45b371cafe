//! The files of a new project: each where nothing lies, all of them or none.

#![expect(clippy::disallowed_methods, reason = "this is where files and their folders are made")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};

use crate::act::outputs::Outputs;

/// Writes the files, with the folders that they need, which are named from outside in. If anything fails, nothing is left behind.
pub fn create(folders: &[&str], files: &[(&str, &str)]) -> Result<()> {
    for (path, _) in files {
        if is_there(path) {
            bail!("{path} is there already; nothing was written");
        }
    }
    let mut made: Vec<PathBuf> = Vec::new();
    let done = folders.iter().try_for_each(|folder| make(folder, &mut made)).and_then(|()| {
        let mut outputs = Outputs::default();
        files.iter().try_for_each(|(path, text)| outputs.stage(path, &|out| out.write_all(text.as_bytes())))?;
        outputs.commit_fresh()
    });
    if done.is_err() {
        // One that somebody put something into meanwhile stays.
        made.iter().rev().for_each(|folder| fs::remove_dir(folder).unwrap_or_default());
    }
    done
}

/// Waits until nobody else who asks so edits files in the folder of a file, and keeps others waiting until it is dropped. Where the folder
/// is yet to be made, that is the one above it; where a system locks no folders nobody waits.
#[must_use]
pub fn alone(path: &str) -> Option<fs::File> {
    loop {
        let folder = nearest(path);
        let held = fs::File::open(&folder).and_then(|folder| folder.lock().map(|()| folder)).ok()?;
        // Who waited may find that it was made meanwhile.
        if nearest(path) == folder {
            return Some(held);
        }
    }
}

/// The nearest folder above a file that is there.
fn nearest(path: &str) -> PathBuf {
    let above = Path::new(path).ancestors().skip(1).map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    above.into_iter().find(|folder| folder.is_dir()).unwrap_or(Path::new(".")).to_path_buf()
}

/// Whether something has this name, or may have it.
#[must_use]
pub fn is_there(path: &str) -> bool {
    let absent = |error: io::Error| matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory);
    fs::symlink_metadata(path).map_or_else(|error| !absent(error), |_| true)
}

/// Makes a folder where there is none. One that a symlink leads to lies somewhere else.
fn make(folder: &str, made: &mut Vec<PathBuf>) -> Result<()> {
    match fs::symlink_metadata(folder) {
        Ok(metadata) if metadata.is_dir() => Ok(()),
        Ok(metadata) if metadata.is_symlink() => bail!("{folder} is a symlink, which could lead anywhere; make it a folder"),
        Ok(_) => bail!("{folder} is no folder; move it away"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir(folder).map_err(|error| anyhow!("the folder {folder} cannot be made: {error}; check the permissions"))?;
            made.push(Path::new(folder).to_path_buf());
            Ok(())
        }
        Err(error) => bail!("{folder} cannot be looked at: {error}; check the permissions"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Tested = Result<(), Box<dyn std::error::Error>>;

    /// What a call for `a/b/one` and `a/two` leaves below a folder in which something was made, and what it says.
    fn tried(make: impl Fn(&Path) -> io::Result<()>) -> Result<(Vec<String>, String), Box<dyn std::error::Error>> {
        let room = tempfile::tempdir()?;
        make(room.path())?;
        let at = |name: &str| format!("{}/{name}", room.path().display());
        let (a, b, one, two) = (at("a"), at("a/b"), at("a/b/one"), at("a/two"));
        let said = create(&[&a, &b], &[(&one, "1"), (&two, "2")]).err().map_or_else(String::new, |error| error.to_string());
        let mut left: Vec<String> = [&a, &b, &one, &two].into_iter().filter(|path| is_there(path)).cloned().collect();
        let read = |path: &String| fs::read_to_string(path).unwrap_or_default();
        for path in &mut left {
            *path = format!("{}={}", path.replace(&at(""), ""), read(path));
        }
        Ok((left, said.replace(&at(""), "")))
    }

    #[test]
    fn all_of_them_are_there_or_none() -> Tested {
        assert_eq!(tried(|_| Ok(()))?, (["a=", "a/b=", "a/b/one=1", "a/two=2"].map(str::to_owned).into(), String::new()));
        assert_eq!(tried(|room| fs::create_dir(room.join("a")))?.0.len(), 4);
        let taken = tried(|room| fs::create_dir(room.join("a")).and_then(|()| fs::write(room.join("a/two"), "mine")))?;
        assert_eq!(taken, (["a=", "a/two=mine"].map(str::to_owned).into(), "a/two is there already; nothing was written".to_owned()));
        let file = tried(|room| fs::create_dir(room.join("a")).and_then(|()| fs::write(room.join("a/b"), "mine")))?;
        assert_eq!(file, (["a=", "a/b=mine"].map(str::to_owned).into(), "a/b is no folder; move it away".to_owned()));
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_through_a_symlink() -> Tested {
        let (left, said) = tried(|room| {
            fs::create_dir(room.join("elsewhere"))?;
            std::os::unix::fs::symlink("elsewhere", room.join("a"))
        })?;
        assert_eq!((left.len(), said.starts_with("a is a symlink")), (1, true), "{said}");
        Ok(())
    }
}

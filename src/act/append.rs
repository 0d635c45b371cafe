//! Files of a CI system, to which each step appends.

#![expect(clippy::disallowed_methods, reason = "this is where files are written")]

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use crate::act::outputs::Render;

/// Appends to a file that is there, in one piece. Refused is what is no regular file.
pub fn append(path: &Path, render: Render<'_>) -> io::Result<()> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(io::Error::other("this is no regular file"));
    }
    let mut text = Vec::new();
    render(&mut text)?;
    let mut file = OpenOptions::new().append(true).open(path)?;
    file.write_all(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_stays_and_a_symlink_is_refused() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let (file, link) = (folder.path().join("summary"), folder.path().join("link"));
        assert!(append(&file, &|out| writeln!(out, "x")).is_err(), "the system makes it");
        fs::write(&file, "before\n")?;
        append(&file, &|out| writeln!(out, "after"))?;
        assert_eq!(fs::read_to_string(&file)?, "before\nafter\n");
        std::os::unix::fs::symlink(&file, &link)?;
        assert!(append(&link, &|out| writeln!(out, "x")).is_err());
        Ok(())
    }
}

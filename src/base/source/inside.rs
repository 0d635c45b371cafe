//! Files that belong to a folder, however large: they must lie below it, wherever symlinks lead.

use std::fs;
use std::path::Path;

use super::{Opened, open_path, unreadable};
use crate::base::fault::{Fault, Position};

/// Opens a file, which where `root` is given must lie below it, and is hashed while it is read. It may have `max_bytes`, packed or
/// not.
pub fn open_inside(path: &Path, root: Option<&Path>, max_bytes: u64) -> Result<Opened, Fault> {
    check_inside(path, root)?;
    open_path(path, max_bytes, true)
}

/// Whether there is a file of this name.
#[must_use]
pub fn is_file(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
}

/// The names in a folder, sorted, and whether each is a folder itself. Where `root` is given the folder must lie below it. What is
/// hidden and what is no text is passed over; a symlink is no folder.
pub fn list_inside(folder: &Path, root: Option<&Path>) -> Result<Vec<(String, bool)>, Fault> {
    check_inside(folder, root)?;
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| unreadable(&error))? {
        let entry = entry.map_err(|error| unreadable(&error))?;
        let kind = entry.file_type().map_err(|error| unreadable(&error))?;
        names.extend(entry.file_name().into_string().ok().filter(|name| !name.starts_with('.')).map(|name| (name, kind.is_dir())));
    }
    names.sort();
    Ok(names)
}

/// That something lies below a folder of the configuration.
pub(super) fn check_inside(path: &Path, root: Option<&Path>) -> Result<(), Fault> {
    let Some(root) = root else { return Ok(()) };
    let place = |path: &Path| fs::canonicalize(path).map_err(|error| unreadable(&error));
    if place(path)?.starts_with(place(root)?) {
        return Ok(());
    }
    Err(Fault {
        code: "config-outside",
        position: Position::Byte(0),
        message: "the file lies outside the configuration's folder".to_owned(),
        help: "move it below that folder".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_listed_in_order_and_a_dash_is_a_name() -> anyhow::Result<()> {
        let room = tempfile::tempdir()?;
        for name in ["b.json", "a.json", ".hidden", "-"] {
            fs::write(room.path().join(name), "1")?;
        }
        fs::create_dir(room.path().join("2021"))?;
        let names = list_inside(room.path(), Some(room.path()))?;
        let names: Vec<(&str, bool)> = names.iter().map(|(name, is_folder)| (name.as_str(), *is_folder)).collect();
        assert_eq!(names, [("-", false), ("2021", true), ("a.json", false), ("b.json", false)]);
        assert!(is_file(&room.path().join("a.json")) && !is_file(&room.path().join("2021")));
        let read = open_inside(&room.path().join("-"), Some(room.path()), 9)?.finish()?;
        assert_eq!((read.bytes, read.sha256.map(|hex| hex.len())), (1, Some(64)));
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn what_a_symlink_leads_out_to_is_not_read() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let root = folder.path().join("root");
        fs::create_dir_all(&root)?;
        fs::write(folder.path().join("outside"), "1")?;
        std::os::unix::fs::symlink("../outside", root.join("link"))?;
        std::os::unix::fs::symlink("..", root.join("up"))?;
        assert_eq!(open_inside(&root.join("link"), Some(&root), 9).err().map(|fault| fault.code), Some("config-outside"));
        assert_eq!(list_inside(&root.join("up"), Some(&root)).err().map(|fault| fault.code), Some("config-outside"));
        Ok(())
    }
}

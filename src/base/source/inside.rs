//! Files that belong to a folder, however large: they must lie below it, wherever symlinks lead.

use std::fs;
use std::io::Read;
use std::path::Path;

use super::{Opened, open_path, unreadable};
use crate::base::fault::{Fault, Position};
use crate::base::order::Order as _;

/// Opens a file, which where `root` is given must lie below it, and is hashed while it is read. It may have `max_bytes`, packed or
/// not.
pub fn open_inside(path: &Path, root: Option<&Path>, max_bytes: u64) -> Result<Opened, Fault> {
    check_inside(path, root)?;
    open_path(path, max_bytes, true)
}

/// The text of a file of sources, by its path from a folder; `None` where it is not there, does not lie there under just this name
/// (a symlink leads to it, or the path climbs), is no regular file, has more than `max_bytes`, or is not in UTF-8.
#[must_use]
pub fn text_inside(root: &Path, path: &str, max_bytes: u64) -> Option<String> {
    let root = fs::canonicalize(root).ok()?;
    let place = root.join(path);
    if !place.starts_with(&root) || fs::canonicalize(&place).ok()? != place {
        return None;
    }
    let file = fs::File::open(&place).ok()?;
    let metadata = file.metadata().ok().filter(|metadata| metadata.is_file() && metadata.len() <= max_bytes)?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).ok()?);
    file.take(max_bytes + 1).read_to_end(&mut bytes).ok()?;
    String::from_utf8(bytes).ok().filter(|text| text.len() as u64 <= max_bytes)
}

/// Where a file lies below a folder, wherever symlinks and `..` lead: its path from there, with `/` between; `None` of what lies elsewhere, or
/// is not there.
#[must_use]
pub fn place_inside(root: &Path, path: &Path) -> Option<String> {
    let (root, place) = (fs::canonicalize(root).ok()?, fs::canonicalize(path).ok()?);
    let names: Option<Vec<&str>> = place.strip_prefix(&root).ok()?.iter().map(|name| name.to_str()).collect();
    names.map(|names| names.join("/"))
}

/// Whether nothing has this name. What cannot be looked at may be there.
#[must_use]
pub fn is_absent(path: &Path) -> bool {
    fs::symlink_metadata(path).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
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
    names.order_by(Ord::cmp);
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
    fn a_source_is_a_file_under_its_own_name() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let root = folder.path().join("root");
        fs::create_dir_all(root.join("src"))?;
        fs::write(folder.path().join("outside"), "1")?;
        fs::write(root.join("src/a.py"), "a = 1\n")?;
        fs::write(root.join("src/b.py"), [0xff])?;
        std::os::unix::fs::symlink("../outside", root.join("link"))?;
        std::os::unix::fs::symlink("src", root.join("lib"))?;
        let text = |path: &str| text_inside(&root, path, 9);
        assert_eq!(text("src/a.py").as_deref(), Some("a = 1\n"));
        for path in ["src/b.py", "src/none.py", "src", "link", "lib/a.py", "../outside", "src/../src/a.py", ""] {
            assert_eq!(text(path), None, "{path}");
        }
        assert_eq!(text(&folder.path().join("outside").to_string_lossy()), None, "an absolute path");
        assert_eq!(text_inside(&root, "src/a.py", 5), None);
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

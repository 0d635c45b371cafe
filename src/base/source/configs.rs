//! The files of one kind in a folder of the configuration.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{read_config, unreadable};
use crate::base::fault::{Fault, Position};
use crate::base::order::Order as _;

/// A file by its path, and its text or what is wrong with it.
pub type Config = (String, Result<String, Fault>);

/// The files of a folder whose names end in `.yaml`, in order. What could be meant to be one and is not read is a fault: `.yml`, a
/// file that lies elsewhere, a folder that cannot be listed.
#[must_use]
pub fn read_configs(folder: &Path) -> Vec<Config> {
    let shown = |path: &Path| path.to_string_lossy().into_owned();
    let listed = fs::read_dir(folder).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<PathBuf>>>());
    let mut paths = match listed {
        Ok(paths) => paths,
        Err(error) => return vec![(shown(folder), Err(Fault { help: "check the path".to_owned(), ..unreadable(&error) }))],
    };
    paths.order_by(Ord::cmp);
    let read = |path: &Path| is_config(path).map(|named| named.and_then(|()| read_config(path, Some(folder))));
    paths.iter().filter_map(|path| Some((shown(path), read(path)?))).collect()
}

/// Whether a file is one of them, by its name; a fault where it could be meant to be one; `None` where it is something else.
pub(super) fn is_config(path: &Path) -> Option<Result<(), Fault>> {
    match path.extension().and_then(|end| end.to_str()) {
        Some("yaml") => Some(Ok(())),
        Some(end) if ["yaml", "yml"].iter().any(|known| end.eq_ignore_ascii_case(known)) => Some(Err(misnamed())),
        Some(_) | None => None,
    }
}

fn misnamed() -> Fault {
    Fault {
        code: "config-name",
        position: Position::Whole,
        message: "the names of files here end in `.yaml`, and this one would not be read".to_owned(),
        help: "rename it".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_in_order_and_none_is_passed_over() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let told = |folder: &Path| -> Vec<(String, Result<String, &'static str>)> {
            let name = |path: &str| Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            read_configs(folder).into_iter().map(|(path, read)| (name(&path), read.map_err(|fault| fault.code))).collect()
        };
        assert_eq!(told(&folder.path().join("none")), [("none".to_owned(), Err("missing"))]);
        for (name, text) in [("b.yaml", "b"), ("a.yaml", "a"), ("c.yml", "c"), ("README.md", "d")] {
            fs::write(folder.path().join(name), text)?;
        }
        let all = [("a.yaml", Ok("a")), ("b.yaml", Ok("b")), ("c.yml", Err("config-name"))];
        assert_eq!(told(folder.path()), all.map(|(name, read)| (name.to_owned(), read.map(str::to_owned))));
        assert_eq!(told(&folder.path().join("a.yaml")), [("a.yaml".to_owned(), Err("unreadable"))]);
        Ok(())
    }
}

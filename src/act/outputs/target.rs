//! What the path of an output names, before anything is written there.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::cannot_write;

/// What an output is written to.
#[derive(Debug, PartialEq, Eq)]
pub enum Target {
    /// A device such as `/dev/null` or a terminal, which is written as it is.
    Device,
    /// A file, which may be there or not.
    File {
        /// The folder, without symlinks.
        folder: PathBuf,
        /// The file in it: two spellings of one file are equal.
        place: PathBuf,
    },
}

/// What a path names.
///
/// Refused are a folder, a symlink, a pipe, and a name in a folder that does not exist.
pub fn target(path: &str) -> Result<Target> {
    if is_device(path)? {
        return Ok(Target::Device);
    }
    let (folder, place) = place(path)?;
    Ok(Target::File { folder, place })
}

/// Whether the path is a device, which is written as it is; `false` for a name that a file may have.
fn is_device(path: &str) -> Result<bool> {
    let Ok(metadata) = fs::symlink_metadata(path) else { return Ok(false) };
    // The system's own symlinks, `/dev/stdout` among them, lead to what the process was given.
    let of_system = metadata.is_symlink() && Path::new(path).parent() == Some(Path::new("/dev"));
    let metadata = if of_system { fs::metadata(path).map_err(|error| cannot_write(path, &error))? } else { metadata };
    if is_character_device(&metadata) {
        return Ok(true);
    }
    if of_system {
        bail!("cannot write {path}: it is no terminal and no device here; name `-` for the standard output");
    }
    if metadata.is_symlink() {
        bail!("cannot write {path}: it is a symlink, which could lead anywhere; name the file itself, or remove the symlink");
    }
    if metadata.is_dir() {
        bail!("cannot write {path}: it is a folder; name a file in it");
    }
    if !metadata.is_file() {
        bail!("cannot write {path}: it is a pipe, a socket or a disk; name a file, or `-` for the standard output");
    }
    Ok(false)
}

#[cfg(unix)]
fn is_character_device(metadata: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    metadata.file_type().is_char_device()
}

#[cfg(not(unix))]
fn is_character_device(_: &Metadata) -> bool {
    false
}

/// The folder of an output, and its place in it.
fn place(path: &str) -> Result<(PathBuf, PathBuf)> {
    let whole = Path::new(path);
    let (Some(name), false) = (whole.file_name(), path.ends_with('/')) else {
        bail!("cannot write `{path}`: this names no file; name one");
    };
    let folder = match whole.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    let canonical = match fs::canonicalize(folder) {
        Ok(canonical) => canonical,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            bail!("cannot write {path}: there is no folder {}; create it first", folder.display())
        }
        Err(error) => return Err(cannot_write(path, &error)),
    };
    let place = canonical.join(name);
    // Where upper and lower case are one, the file that is there tells how it is written.
    let place = fs::canonicalize(&place).unwrap_or(place);
    Ok((canonical, place))
}

//! Output files, written whole or not at all.
//!
//! Each is written to a fresh file in the same folder and synced; when all are there, each is renamed to its name. Until
//! then no file under its own name has changed, and what is dropped leaves nothing behind.

#![expect(clippy::disallowed_methods, reason = "this is where files are written")]

mod target;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use tempfile::TempPath;

pub use target::{Target, target};

/// Writes an output into what it is given.
pub type Render<'a> = &'a dyn Fn(&mut dyn Write) -> io::Result<()>;

/// The outputs of a run, in the order in which they get their names.
#[derive(Default)]
pub struct Outputs(Vec<Staged>);

/// An output that is complete but for its name.
pub struct Staged {
    path: String,
    /// See [`Target::File`].
    place: PathBuf,
    temporary: TempPath,
}

/// Writes and syncs an output beside its name, on its own, so that several may at a time; `None` of a device.
pub fn staged(path: &str, render: Render<'_>) -> Result<Option<Staged>> {
    let (folder, place) = match target(path)? {
        Target::File { folder, place } => (folder, place),
        Target::Device => {
            let device = File::options().write(true).open(path).map_err(|error| cannot_write(path, &error))?;
            return write(device, render).map(|_| None).map_err(|error| cannot_write(path, &error));
        }
    };
    let temporary = temporary(&folder).map_err(|error| cannot_write(path, &error))?;
    let (file, temporary) = temporary.into_parts();
    write(file, render).and_then(|file| file.sync_all()).map_err(|error| cannot_write(path, &error))?;
    Ok(Some(Staged { path: path.to_owned(), place, temporary }))
}

/// Some outputs could not get their names.
#[derive(Debug)]
pub struct Torn {
    /// Those that did, in order.
    pub written: Vec<String>,
    /// The first that did not, and why. It and all after it are gone.
    pub error: anyhow::Error,
}

impl Outputs {
    /// Writes and syncs an output beside its name. A device such as `/dev/null` or a terminal is written at once.
    ///
    /// Refused are a folder, a symlink, a pipe, a name in a folder that does not exist, and a name that was staged already.
    pub fn stage(&mut self, path: &str, render: Render<'_>) -> Result<()> {
        self.add(staged(path, render)?)
    }

    /// Takes an output that was [`staged`].
    pub fn add(&mut self, output: Option<Staged>) -> Result<()> {
        let Some(output) = output else { return Ok(()) };
        if let Some(twin) = self.0.iter().find(|staged| staged.place == output.place) {
            return Err(two_in_one(&twin.path, &output.path));
        }
        self.0.push(output);
        Ok(())
    }

    /// Gives each output its name, in the order of staging; after the first that fails the rest is removed.
    pub fn commit(self) -> Result<(), Torn> {
        let mut written = Vec::new();
        for Staged { path, place, temporary } in self.0 {
            if let Err(failed) = temporary.persist(place) {
                return Err(Torn { written, error: cannot_write(&path, &failed.error) });
            }
            written.push(path);
        }
        Ok(())
    }

    /// Gives each output its name if nothing has it; if one has, none of them is left.
    pub fn commit_fresh(self) -> Result<()> {
        let mut written: Vec<PathBuf> = Vec::new();
        for Staged { path, place, temporary } in self.0 {
            if let Err(failed) = temporary.persist_noclobber(&place) {
                let stays = written.iter().find_map(|place| fs::remove_file(place).err().map(|error| (place, error)));
                let stays = stays.map(|(place, error)| format!("; {} was written and cannot be removed: {error}", place.display()));
                return Err(anyhow!("{}{}", cannot_write(&path, &failed.error), stays.unwrap_or_default()));
            }
            written.push(place);
        }
        Ok(())
    }
}

/// Makes a folder and those that it lies in, where there are none. Refused is what is there and is no folder.
pub fn folder(path: &str) -> Result<()> {
    // With `/` behind it a symlink would be what it leads to.
    match fs::symlink_metadata(path.trim_end_matches('/')) {
        Ok(metadata) if metadata.is_dir() => Ok(()),
        Ok(_) => Err(anyhow!("{path} is no folder; name one, or remove what is there")),
        Err(_) => {
            fs::create_dir_all(path).map_err(|error| anyhow!("the folder {path} cannot be made: {error}; make it, or name another one"))
        }
    }
}

/// Removes the file of an earlier run, so that nothing that goes wrong later leaves an old verdict to be taken for a new
/// one. What is no regular file stays, for [`Outputs::stage`] to judge.
pub fn clear_stale(path: &str) -> Result<()> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() => {
            fs::remove_file(path).map_err(|error| anyhow!("the old {path} cannot be removed: {error}; remove it, or name another output"))
        }
        Ok(_) | Err(_) => Ok(()),
    }
}

/// A fresh file that others may read as far as the umask allows: CI uploads it as another user.
fn temporary(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".relgate-").suffix(".tmp");
    #[cfg(unix)]
    builder.permissions(<fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o666));
    builder.tempfile_in(folder)
}

/// Writes everything, and gives the file back when nothing of it waits in a buffer.
fn write(file: File, render: Render<'_>) -> io::Result<File> {
    let mut buffer = BufWriter::new(file);
    render(&mut buffer)?;
    buffer.into_inner().map_err(io::IntoInnerError::into_error)
}

/// The refusal of a second output for one file.
#[must_use]
pub fn two_in_one(one: &str, other: &str) -> anyhow::Error {
    anyhow!("two outputs go to one file, {one} and {other}; give each its own")
}

fn cannot_write(path: &str, error: &io::Error) -> anyhow::Error {
    anyhow!("cannot write {path}: {error}; check the folder's permissions and the space on the disk")
}

#[cfg(test)]
mod tests;

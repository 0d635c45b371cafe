//! Reports as they come in: found, opened, bounded, decoded to UTF-8, hashed while they are read.
//!
//! The first bytes say what a file is. UTF-8, UTF-16 with a byte order mark, and gzip under a name that ends in `.gz` are
//! read; everything else that can be recognized is refused by its name. Nothing holds a whole file.

#![expect(clippy::disallowed_methods, reason = "this is where files are read")]

mod committed;
mod config;
mod configs;
mod decode;
mod find;
mod gzip;
mod inside;
mod named;
mod stored;
mod utf16;
mod walk;

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

pub use committed::Committed;
pub use config::{has_mark, read_config};
pub use configs::{Config, read_configs};
pub use find::{Found, find};
pub use inside::{is_absent, is_file, list_inside, open_inside, place_inside, text_inside};
pub use named::find_config;

use crate::base::fault::{Fault, Position};
use decode::Content;
use stored::Hashed;

/// One report to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The path as it is shown; `-` is the standard input.
    pub path: String,
    /// The format that somebody said it has.
    pub format: Option<String>,
    /// Whether it was named itself, not found in a folder or by a glob.
    pub explicit: bool,
}

/// What was read, as it lies on the disk or came through the pipe: before it was decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The SHA-256, in hexadecimal digits, if it was asked for.
    pub sha256: Option<String>,
    /// How many bytes there were.
    pub bytes: u64,
}

/// An open report. Reading gives UTF-8 without a byte order mark (whether it is valid is for the reader to see); every
/// error that reading gives carries a [`Fault`]: see [`fault_of`].
pub struct Opened {
    content: Content,
    /// How many more bytes may be read.
    left: u64,
    max_bytes: u64,
    /// The size of the file when it was opened; a pipe has none.
    size: Option<u64>,
}

/// Opens a report, which may have `max_bytes` both as it is stored and when it is decoded. `hashed` asks for its SHA-256.
///
/// The faults of decoding count the bytes of the text before it is decoded; of a gzip, those of the text in it.
pub fn open(named: &Named, max_bytes: u64, hashed: bool) -> Result<Opened, Fault> {
    if named.path == "-" {
        return opened(Hashed::new(Box::new(io::stdin()), max_bytes, hashed), false, None);
    }
    open_path(Path::new(&named.path), max_bytes, hashed)
}

/// The same, of a file.
fn open_path(path: &Path, max_bytes: u64, hashed: bool) -> Result<Opened, Fault> {
    let (file, size) = open_file(path)?;
    let may_be_gzip = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("gz"));
    opened(Hashed::new(Box::new(file), max_bytes, hashed), may_be_gzip, Some(size))
}

fn opened(stored: Hashed, may_be_gzip: bool, size: Option<u64>) -> Result<Opened, Fault> {
    let max_bytes = stored.max_bytes();
    let content = Content::of(stored, may_be_gzip).map_err(|error| fault_of(&error))?;
    Ok(Opened { content, left: max_bytes, max_bytes, size })
}

impl Read for Opened {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.content.read(buffer)?;
        match self.left.checked_sub(read as u64) {
            Some(left) => self.left = left,
            None => return Err(io::Error::other(too_large(self.max_bytes))),
        }
        Ok(read)
    }
}

impl Opened {
    /// Whether it is stored as UTF-16.
    #[must_use]
    pub const fn is_utf16(&self) -> bool {
        self.content.is_utf16()
    }

    /// What was stored. Reads what is left of it, without decoding, if the report was not read to its end.
    pub fn finish(self) -> Result<Stored, Fault> {
        let stored = self.content.into_stored().finish()?;
        match self.size {
            Some(size) if size != stored.bytes => Err(Fault {
                code: "changed",
                position: Position::Byte(stored.bytes.min(size)),
                message: format!("the file changed while it was read: it had {size} bytes, and {} could be read", stored.bytes),
                help: "let the scanner finish before the gate starts".to_owned(),
            }),
            Some(_) | None => Ok(stored),
        }
    }
}

/// The fault that an error of reading carries; one of its own for an error of the system.
#[must_use]
pub fn fault_of(error: &io::Error) -> Fault {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Fault>()) {
        Some(fault) => fault.clone(),
        None => unreadable(error),
    }
}

/// Opens a regular file. What it is, is asked before it is opened, since opening a pipe waits for its writer, and again of
/// the file that was opened.
fn open_file(path: &Path) -> Result<(File, u64), Fault> {
    check_kind(&fs::metadata(path).map_err(|error| unreadable(&error))?)?;
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    let metadata = file.metadata().map_err(|error| unreadable(&error))?;
    check_kind(&metadata)?;
    Ok((file, metadata.len()))
}

/// Refuses everything but a regular file.
fn check_kind(metadata: &fs::Metadata) -> Result<(), Fault> {
    if metadata.is_file() {
        return Ok(());
    }
    Err(Fault {
        code: "not-a-file",
        position: Position::Whole,
        message: format!("this is {}, not a file", kind(metadata.file_type())),
        help: "name a regular file, or `-` to read the standard input".to_owned(),
    })
}

/// What something is that is not a file, in a sentence.
fn kind(kind: fs::FileType) -> &'static str {
    if kind.is_dir() {
        return "a folder";
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        if kind.is_fifo() {
            return "a named pipe";
        }
        if kind.is_socket() {
            return "a socket";
        }
    }
    "a device"
}

fn unreadable(error: &io::Error) -> Fault {
    if error.kind() == io::ErrorKind::NotFound {
        return Fault {
            code: "missing",
            position: Position::Whole,
            message: "there is no such file".to_owned(),
            help: "check the path, and that what writes it ran".to_owned(),
        };
    }
    Fault {
        code: "unreadable",
        position: Position::Whole,
        message: format!("this cannot be read: {error}"),
        help: "check that it is whole and that the gate may read it".to_owned(),
    }
}

fn too_large(max_bytes: u64) -> Fault {
    Fault {
        code: "too-large",
        position: Position::Byte(max_bytes),
        message: format!("this is larger than {max_bytes} bytes, stored or decoded"),
        help: "split it, or raise the limit with --max-input-bytes".to_owned(),
    }
}

#[cfg(test)]
mod tests;

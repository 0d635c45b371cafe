//! The bytes as they are stored: counted, limited and hashed while they pass.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

use super::{Stored, too_large, unreadable};
use crate::base::digest::hex;
use crate::base::fault::Fault;

/// An input whose bytes go into the caller's buffer and, from there, into the hash.
pub(super) struct Hashed {
    input: Box<dyn Read + Send>,
    /// `None` when nobody will ask: hashing costs as much as reading the report.
    hash: Option<Sha256>,
    bytes: u64,
    max_bytes: u64,
}

impl Hashed {
    pub(super) fn new(input: Box<dyn Read + Send>, max_bytes: u64, hashed: bool) -> Self {
        Self { input, hash: hashed.then(Sha256::new), bytes: 0, max_bytes }
    }

    pub(super) const fn max_bytes(&self) -> u64 {
        self.max_bytes
    }

    /// Reads what is left, and tells what was stored.
    pub(super) fn finish(mut self) -> Result<Stored, Fault> {
        io::copy(&mut self, &mut io::sink()).map_err(|error| super::fault_of(&error))?;
        Ok(Stored { sha256: self.hash.map(|hash| hex(&hash.finalize())), bytes: self.bytes })
    }
}

impl Read for Hashed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match self.input.read(buffer) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(io::Error::other(unreadable(&error))),
            other => other?,
        };
        if let Some(hash) = &mut self.hash {
            hash.update(buffer.get(..read).unwrap_or_default());
        }
        self.bytes += read as u64;
        if self.bytes > self.max_bytes {
            return Err(io::Error::other(too_large(self.max_bytes)));
        }
        Ok(read)
    }
}

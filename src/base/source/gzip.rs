//! The text in a gzip of one or more members.

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;

use super::decode::Peeked;
use super::stored::Hashed;
use crate::base::fault::{Fault, Position};

/// Unpacks; what does not unpack is a fault.
pub(super) struct Unpacked {
    decoder: MultiGzDecoder<Peeked<Hashed>>,
    /// How many bytes came out so far.
    bytes: u64,
}

impl Unpacked {
    pub(super) fn new(packed: Peeked<Hashed>) -> Self {
        Self { decoder: MultiGzDecoder::new(packed), bytes: 0 }
    }

    pub(super) fn into_stored(self) -> Hashed {
        self.decoder.into_inner().into_inner()
    }

    fn broken(&self, error: &io::Error) -> Fault {
        let what = if error.kind() == io::ErrorKind::UnexpectedEof { "is cut off" } else { "is damaged" };
        Fault {
            code: "gzip",
            position: Position::Byte(self.bytes),
            message: format!("the gzip {what} after {} bytes of its text", self.bytes),
            help: "write the report again".to_owned(),
        }
    }
}

impl Read for Unpacked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.decoder.read(buffer) {
            Ok(read) => {
                self.bytes += read as u64;
                Ok(read)
            }
            Err(error) => {
                let of_input =
                    error.kind() == io::ErrorKind::Interrupted || error.get_ref().and_then(|inner| inner.downcast_ref::<Fault>()).is_some();
                Err(if of_input { error } else { io::Error::other(self.broken(&error)) })
            }
        }
    }
}

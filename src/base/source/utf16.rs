//! UTF-16 to UTF-8, a piece at a time.

use std::io::{self, Read};

use crate::base::fault::{Fault, Position};

/// How many bytes are decoded at once.
const PIECE: usize = 16 * 1024;

/// Decodes what follows a byte order mark.
pub(super) struct Utf16<R> {
    input: R,
    big_endian: bool,
    piece: Box<[u8]>,
    /// What is decoded, and how much of it was given away.
    text: String,
    given: usize,
    /// The first byte of a unit whose second was not read yet.
    odd: Option<u8>,
    /// A high surrogate that waits for its low one.
    high: Option<u16>,
    /// How many bytes were decoded, the mark included.
    bytes: u64,
}

impl<R: Read> Utf16<R> {
    /// `input` starts behind the mark.
    pub(super) fn new(input: R, big_endian: bool) -> Self {
        let piece = vec![0; PIECE].into_boxed_slice();
        Self { input, big_endian, piece, text: String::new(), given: 0, odd: None, high: None, bytes: 2 }
    }

    pub(super) fn into_inner(self) -> R {
        self.input
    }

    /// Decodes a piece; `false` at the end of the input.
    fn decode(&mut self) -> io::Result<bool> {
        self.text.clear();
        self.given = 0;
        let read = self.input.read(&mut self.piece)?;
        if read == 0 && (self.odd.is_some() || self.high.is_some()) {
            return Err(self.fault("ends in the middle of a character", 0));
        }
        for index in 0..read {
            let byte = self.piece.get(index).copied().unwrap_or_default();
            self.bytes += 1;
            let Some(first) = self.odd.take() else {
                self.odd = Some(byte);
                continue;
            };
            self.unit(if self.big_endian { u16::from_be_bytes([first, byte]) } else { u16::from_le_bytes([first, byte]) })?;
        }
        Ok(read > 0)
    }

    /// Decodes a unit: a character, or half of one.
    fn unit(&mut self, unit: u16) -> io::Result<()> {
        let high = self.high.take();
        if high.is_none() && matches!(unit, 0xd800..0xdc00) {
            self.high = Some(unit);
            return Ok(());
        }
        match char::decode_utf16(high.into_iter().chain([unit])).next() {
            Some(Ok(c)) => self.text.push(c),
            Some(Err(_)) | None => return Err(self.fault("has half of a surrogate pair", if high.is_some() { 4 } else { 2 })),
        }
        Ok(())
    }

    /// A fault so many bytes before the one that was read last.
    fn fault(&self, what: &str, before: u64) -> io::Error {
        io::Error::other(Fault {
            code: "utf-16",
            position: Position::Byte(self.bytes - before),
            message: format!("the UTF-16 text {what}"),
            help: "write the report again, as UTF-8".to_owned(),
        })
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() {
            if !self.decode()? {
                return Ok(0);
            }
        }
        let mut rest = self.text.as_bytes().get(self.given..).unwrap_or_default();
        let read = rest.read(buffer)?;
        self.given += read;
        Ok(read)
    }
}

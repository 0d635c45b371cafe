//! The stretch of the document that is in memory: valid UTF-8, slid forward as it is read.

use std::io::{ErrorKind, Read};
use std::mem;

use crate::base::fault::{Fault, Position};
use crate::base::json::Halt;

/// How much is read at once; little in unit tests, so that every token meets a window's end.
const STEP: usize = if cfg!(test) { 16 } else { 256 * 1024 };

/// The window over a document.
pub(super) struct Window<'s> {
    source: &'s mut dyn Read,
    text: String,
    /// Where the next unread byte is in `text`.
    pub(super) pos: usize,
    /// Bytes of a character that the last read cut.
    cut: Vec<u8>,
    /// Bytes of the document before the window.
    before: u64,
    /// Line ends before the window.
    lines: u64,
    /// Characters between the last line end before the window and the window.
    column: u64,
    ended: bool,
}

impl<'s> Window<'s> {
    pub(super) fn new(source: &'s mut dyn Read) -> Self {
        Self { source, text: String::new(), pos: 0, cut: Vec::new(), before: 0, lines: 0, column: 0, ended: false }
    }

    /// The bytes of the window.
    #[inline]
    pub(super) fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// The text between two places of the window that lie beside ASCII characters.
    #[inline]
    pub(super) fn text(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// Forgets what was read and reads on, so that `pos` becomes 0. False at the end of the document.
    #[cold]
    pub(super) fn slide(&mut self) -> Result<bool, Halt> {
        self.forget();
        if self.ended {
            return Ok(false);
        }
        let mut bytes = mem::take(&mut self.text).into_bytes();
        bytes.append(&mut self.cut);
        let kept = bytes.len();
        // A token longer than a step makes the steps grow with it, so that the whole stays linear.
        let step = STEP.max(kept);
        bytes.reserve_exact(step);
        let got = self.read(&mut bytes, step)?;
        self.ended = got == 0;
        self.text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let fault = error.utf8_error();
                let valid = fault.valid_up_to();
                let mut bytes = error.into_bytes();
                let rest = bytes.split_off(valid);
                self.text = String::from_utf8(bytes).unwrap_or_default();
                if fault.error_len().is_some() || self.ended {
                    return Err(self.bad_utf8(valid));
                }
                self.cut = rest;
                return Ok(true);
            }
        };
        Ok(!self.ended)
    }

    /// Keeps the unread tail and counts what goes.
    fn forget(&mut self) {
        let gone = self.text.get(..self.pos).unwrap_or_default();
        self.before += gone.len() as u64;
        self.lines += memchr::memchr_iter(b'\n', gone.as_bytes()).count() as u64;
        match gone.rfind('\n') {
            Some(at) => self.column = gone.get(at + 1..).unwrap_or_default().chars().count() as u64,
            None => self.column += gone.chars().count() as u64,
        }
        self.text.drain(..self.pos);
        self.pos = 0;
    }

    fn read(&mut self, bytes: &mut Vec<u8>, step: usize) -> Result<usize, Halt> {
        loop {
            match Read::by_ref(&mut self.source).take(step as u64).read_to_end(bytes) {
                Ok(got) => return Ok(got),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(Halt::of_io(&error)),
            }
        }
    }

    /// Bytes from the start of the document to a place of the window.
    pub(super) fn offset(&self, at: usize) -> u64 {
        self.before + at as u64
    }

    /// Line and column of a place of the window.
    pub(super) fn position(&self, at: usize) -> Position {
        let passed = self.text(0, at);
        let lines = memchr::memchr_iter(b'\n', passed.as_bytes()).count() as u64;
        let column = match passed.rfind('\n') {
            Some(end) => passed.get(end + 1..).unwrap_or_default().chars().count() as u64,
            None => self.column + passed.chars().count() as u64,
        };
        Position::Line(self.lines + lines + 1, column + 1)
    }

    fn bad_utf8(&self, at: usize) -> Halt {
        Halt::of(Fault {
            code: "invalid-utf8",
            position: self.position(at),
            message: format!("byte {} is not valid UTF-8", self.offset(at)),
            help: "let the scanner write UTF-8, or convert the file".to_owned(),
        })
    }
}

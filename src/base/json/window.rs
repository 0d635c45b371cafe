//! The stretch of the document that is in memory: valid UTF-8, slid forward as it is read.

use std::io::{ErrorKind, Read};
use std::mem;

use crate::base::fault::{Fault, Position};
use crate::base::json::Halt;

/// Room that is made at first: most reports of a folder are small.
const FIRST: usize = 8 * 1024;

/// The window over a document.
pub(super) struct Window<'s> {
    source: &'s mut dyn Read,
    /// How much is read at once.
    step: usize,
    text: String,
    /// Where the next unread byte is in `text`.
    pub(super) pos: usize,
    /// Bytes of a character that the last read cut.
    cut: Vec<u8>,
    /// Bytes of the document before the window.
    before: u64,
    /// Line ends before the window.
    lines: u64,
    /// Where the line begins that the window begins in, in bytes of the document.
    line_start: u64,
    ended: bool,
}

/// What [`Window::slide`] did.
pub(super) struct Slid {
    /// Whether there is more of the document than before.
    pub(super) more: bool,
    /// By how much every place in the window moved to the front.
    pub(super) by: usize,
}

impl<'s> Window<'s> {
    pub(super) fn new(source: &'s mut dyn Read, step: usize) -> Self {
        Self { source, step, text: String::new(), pos: 0, cut: Vec::new(), before: 0, lines: 0, line_start: 0, ended: false }
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

    /// Whether the window ends where the document does.
    pub(super) fn is_last(&self) -> bool {
        self.ended
    }

    /// Reads on. Forgets what was read, unless all of it is little: small documents stay whole, for the sake of positions.
    #[cold]
    pub(super) fn slide(&mut self) -> Result<Slid, Halt> {
        if self.ended {
            return Ok(Slid { more: false, by: 0 });
        }
        let by = if self.pos >= self.step / 2 { self.forget() } else { 0 };
        let mut bytes = mem::take(&mut self.text).into_bytes();
        let kept = bytes.len() - by;
        bytes.copy_within(by.., 0);
        // A token longer than a step makes the steps grow with it, so that the whole stays linear.
        let got = self.read(&mut bytes, kept, self.step.max(kept))?;
        self.text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let fault = error.utf8_error();
                let mut bytes = error.into_bytes();
                self.cut = bytes.split_off(fault.valid_up_to());
                self.text = String::from_utf8(bytes).unwrap_or_default();
                if fault.error_len().is_some() || self.ended {
                    return Err(self.bad_utf8(fault.valid_up_to()));
                }
                return Ok(Slid { more: true, by });
            }
        };
        Ok(Slid { more: got > 0, by })
    }

    /// Counts what goes when only the unread tail is kept.
    fn forget(&mut self) -> usize {
        let by = self.pos;
        let gone = self.text.get(..by).unwrap_or_default().as_bytes();
        self.lines += memchr::memchr_iter(b'\n', gone).count() as u64;
        if let Some(last) = memchr::memrchr(b'\n', gone) {
            self.line_start = self.before + last as u64 + 1;
        }
        self.before += by as u64;
        self.pos = 0;
        by
    }

    /// Puts what a character was cut to and the next `step` bytes of the document, or what is left of it, behind those that are kept;
    /// how many bytes the document had. Only room that was not there before is cleared.
    fn read(&mut self, bytes: &mut Vec<u8>, kept: usize, step: usize) -> Result<usize, Halt> {
        let start = kept + self.cut.len();
        bytes.resize(bytes.len().clamp(start, start + step), 0);
        for (byte, cut) in bytes.iter_mut().skip(kept).zip(self.cut.drain(..)) {
            *byte = cut;
        }
        let mut end = start;
        while end < start + step {
            // Nothing is read into no room: that would look like the end.
            let Some(room) = bytes.get_mut(end..).filter(|room| !room.is_empty()) else {
                bytes.resize((2 * end).clamp(start + FIRST.min(step), start + step), 0);
                continue;
            };
            match self.source.read(room) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(got) => end += got,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(Halt::of_io(&error)),
            }
        }
        bytes.truncate(end);
        Ok(end - start)
    }

    /// Bytes from the start of the document to a place of the window.
    pub(super) fn offset(&self, at: usize) -> u64 {
        self.before + at as u64
    }

    /// Line and column of a place of the window; the byte, where the line begins before the window.
    pub(super) fn position(&self, at: usize) -> Position {
        let passed = self.text(0, at);
        let lines = memchr::memchr_iter(b'\n', passed.as_bytes()).count() as u64;
        let line = match passed.rsplit_once('\n') {
            Some((_, line)) => line,
            None if self.line_start == self.before => passed,
            None => return Position::Byte(self.offset(at)),
        };
        Position::Line(self.lines + lines + 1, line.chars().count() as u64 + 1)
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

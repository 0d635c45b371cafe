//! Strings, numbers and words as the reader meets them, each first in the way that nearly all are written.

use super::refuse::BROKEN;
use super::{Reader, Result, scan};

/// Where a string's inside stands in the window.
#[derive(Clone, Copy, Default)]
pub(super) struct Inside {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) escaped: bool,
}

impl Reader<'_> {
    /// Reads a string. It stays valid until the next read.
    #[inline]
    pub(super) fn string(&mut self) -> Result<&str> {
        let inside = self.inside_string()?;
        if inside.escaped { self.unescaped(inside.start, inside.end) } else { Ok(self.window.text(inside.start, inside.end)) }
    }

    pub(super) fn unescaped(&mut self, start: usize, end: usize) -> Result<&str> {
        self.scratch.clear();
        if scan::unescape(self.window.text(start, end), &mut self.scratch).is_none() {
            return Err(self.refuse("lone-surrogate", "the string has half a character: an unpaired surrogate escape", BROKEN));
        }
        Ok(&self.scratch)
    }

    /// Passes over a string and says where its inside stands.
    #[inline]
    pub(super) fn inside_string(&mut self) -> Result<Inside> {
        let rest = self.window.bytes().get(self.window.pos..).unwrap_or_default();
        if let [b'"', inside @ ..] = rest
            && let Some(plain) = scan::string_special(inside)
        {
            let start = self.window.pos + 1;
            let escaped = inside.get(plain) != Some(&b'"');
            let bytes = self.window.bytes();
            let behind = if escaped { scan::escaped_string_end(bytes, start + plain).ok() } else { Some(start + plain + 1) };
            if let Some(behind) = behind {
                self.window.pos = behind;
                return Ok(Inside { start, end: behind - 1, escaped });
            }
        }
        self.any_inside_string()
    }

    /// The same for a string at the end of the window, one with white space in front, and what is none.
    #[cold]
    fn any_inside_string(&mut self) -> Result<Inside> {
        let mut at = self.window.pos;
        if self.window.bytes().get(at) != Some(&b'"') {
            let other = self.peek()?;
            if other != Some(b'"') {
                return Err(self.unexpected(other, "a string"));
            }
            at = self.window.pos;
        }
        at += 1;
        let mut escaped = false;
        loop {
            let bytes = self.window.bytes();
            let special = scan::string_special(bytes.get(at..).unwrap_or_default()).map(|n| at + n);
            match special.and_then(|n| Some((n, *bytes.get(n)?))) {
                Some((end, b'"')) => {
                    let start = self.window.pos + 1;
                    self.window.pos = end + 1;
                    return Ok(Inside { start, end, escaped });
                }
                Some((slash, b'\\')) => {
                    escaped = true;
                    at = self.escape(slash)?;
                }
                Some((control, byte)) => {
                    self.window.pos = control;
                    return Err(self.refuse(
                        "control-character",
                        &format!("raw control character {byte:#04x} in a string"),
                        "the scanner's report is broken: control characters must be escaped",
                    ));
                }
                None => at = self.more(bytes.len())?,
            }
        }
    }

    /// Checks the escape at a backslash; the place behind it.
    fn escape(&mut self, slash: usize) -> Result<usize> {
        let mut slash = slash;
        // `\u1234` is the longest.
        while self.window.bytes().len() < slash + 6 {
            let slid = self.window.slide()?;
            slash -= slid.by;
            if !slid.more {
                break;
            }
        }
        let rest = self.window.bytes().get(slash + 1..).unwrap_or_default();
        match rest.first() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(slash + 2),
            Some(b'u') if rest.get(1..5).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) => Ok(slash + 6),
            None => Err(self.cut_off()),
            Some(_) => {
                self.window.pos = slash;
                Err(self.refuse("bad-escape", "not an escape that JSON knows", BROKEN))
            }
        }
    }

    fn more(&mut self, at: usize) -> Result<usize> {
        let slid = self.window.slide()?;
        if slid.more { Ok(at - slid.by) } else { Err(self.cut_off()) }
    }

    #[inline]
    pub(super) fn number(&mut self) -> Result<(usize, usize)> {
        let start = self.window.pos;
        if let Some(end) = scan::whole_number_end(self.window.bytes(), start) {
            self.window.pos = end;
            return Ok((start, end));
        }
        self.any_number()
    }

    /// The same for one that is no whole number, or at the end of the window.
    fn any_number(&mut self) -> Result<(usize, usize)> {
        let length = self.bare()?;
        let start = self.window.pos;
        let bytes = self.window.bytes().get(start..start + length).unwrap_or_default();
        if scan::number(bytes) != Some(length) {
            return Err(self.refuse("bad-number", "not a number that JSON knows", BROKEN));
        }
        self.window.pos += length;
        Ok((start, start + length))
    }

    pub(super) fn word(&mut self) -> Result<&'static str> {
        let length = self.bare()?;
        let start = self.window.pos;
        let word = match self.window.text(start, start + length) {
            "true" => "true",
            "false" => "false",
            "null" => "null",
            _ => return Err(self.unexpected(self.window.bytes().get(start).copied(), "a value")),
        };
        self.window.pos += length;
        Ok(word)
    }

    /// The length of the number or word that comes next, all of it in the window.
    fn bare(&mut self) -> Result<usize> {
        loop {
            let rest = self.window.bytes().get(self.window.pos..).unwrap_or_default();
            match rest.iter().position(|&b| !scan::is_bare(b)) {
                Some(length) => return Ok(length),
                None if self.window.slide()?.more => {}
                None => return Ok(self.window.bytes().len() - self.window.pos),
            }
        }
    }
}

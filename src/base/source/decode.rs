//! What the first bytes say: which text it is and how to read it, or what it is instead.

use std::io::{self, Read};

use super::gzip::Unpacked;
use super::stored::Hashed;
use super::utf16::Utf16;
use crate::base::fault::{Fault, Position};

/// How many bytes are looked at before anything is decoded.
const HEAD: u64 = 512;

const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";
const UTF16_MARKS: [(&[u8], bool); 2] = [(b"\xff\xfe", false), (b"\xfe\xff", true)];
const UTF32_MARKS: [&[u8]; 2] = [b"\xff\xfe\0\0", b"\0\0\xfe\xff"];
const GZIP: &[u8] = b"\x1f\x8b";
/// A local file header, an empty archive, a part of a split one.
const ZIP: [&[u8]; 3] = [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"];
const LFS: &[u8] = b"version https://git-lfs";
const HTML: [&[u8]; 2] = [b"<!doctype html", b"<html"];

/// A report's text, plain or packed.
pub(super) enum Content {
    Plain(Text<Hashed>),
    Packed(Text<Box<Unpacked>>),
}

impl Content {
    /// Looks at the first bytes, and makes of them a text or a fault.
    pub(super) fn of(stored: Hashed, may_be_gzip: bool) -> io::Result<Self> {
        let stored = Peeked::of(stored)?;
        if may_be_gzip && stored.head().starts_with(GZIP) {
            let text = Box::new(Unpacked::new(stored));
            return Ok(Self::Packed(Text::of(Peeked::of(text)?)?));
        }
        Ok(Self::Plain(Text::of(stored)?))
    }

    pub(super) const fn is_utf16(&self) -> bool {
        matches!(self, Self::Plain(Text::Utf16(_)) | Self::Packed(Text::Utf16(_)))
    }

    pub(super) fn into_stored(self) -> Hashed {
        match self {
            Self::Plain(text) => text.into_inner(),
            Self::Packed(text) => text.into_inner().into_stored(),
        }
    }
}

impl Read for Content {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(text) => text.read(buffer),
            Self::Packed(text) => text.read(buffer),
        }
    }
}

/// A text in one of the two encodings.
pub(super) enum Text<R> {
    Utf8(Peeked<R>),
    Utf16(Utf16<Peeked<R>>),
}

impl<R: Read> Text<R> {
    fn of(mut input: Peeked<R>) -> io::Result<Self> {
        let head = input.head();
        // The mark of UTF-32LE begins with that of UTF-16LE.
        if UTF32_MARKS.iter().any(|mark| head.starts_with(mark)) {
            return Err(fault("utf-32", 0, "this is UTF-32", "write the report as UTF-8"));
        }
        for (mark, big_endian) in UTF16_MARKS {
            if head.starts_with(mark) {
                input.skip_mark(mark)?;
                return Ok(Self::Utf16(Utf16::new(input, big_endian)));
            }
        }
        if head.starts_with(UTF8_MARK) {
            input.skip_mark(UTF8_MARK)?;
        }
        refuse(input.head())?;
        Ok(Self::Utf8(input))
    }

    fn into_inner(self) -> R {
        match self {
            Self::Utf8(input) => input.into_inner(),
            Self::Utf16(input) => input.into_inner().into_inner(),
        }
    }
}

impl<R: Read> Read for Text<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Utf8(input) => input.read(buffer),
            Self::Utf16(input) => input.read(buffer),
        }
    }
}

/// Refuses what is no report, by what it is.
fn refuse(head: &[u8]) -> io::Result<()> {
    if head.starts_with(GZIP) {
        let what = "this is gzip, and its name does not say so, or it was packed twice";
        return Err(fault("gzip", 0, what, "unpack it, or give it a name that ends in .gz"));
    }
    if ZIP.iter().any(|magic| head.starts_with(magic)) {
        return Err(fault("zip", 0, "this is a zip archive", "unpack it and name the reports in it"));
    }
    if head.starts_with(LFS) {
        return Err(fault("lfs-pointer", 0, "this is a git LFS pointer, not the file it stands for", "run git lfs pull"));
    }
    let start = head.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or_default();
    let (space, page) = head.split_at_checked(start).unwrap_or_default();
    if HTML.iter().any(|tag| page.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag))) {
        return Err(html_page(space));
    }
    binary(head)
}

/// A page, after so much white space.
fn html_page(space: &[u8]) -> io::Error {
    let line = space.split(|&byte| byte == b'\n');
    let column = line.clone().next_back().unwrap_or_default().len() as u64 + 1;
    io::Error::other(Fault {
        code: "html-page",
        position: Position::Line(line.count() as u64, column),
        message: "this is an HTML page, not a report: an error or a login page was saved in its place".to_owned(),
        help: "check how the report was downloaded".to_owned(),
    })
}

/// Refuses bytes that no text has.
fn binary(head: &[u8]) -> io::Result<()> {
    let Some(first) = head.iter().position(|&byte| byte == 0) else { return Ok(()) };
    // Two characters of ASCII in UTF-16.
    let utf16 = match head {
        [a, 0, b, 0, ..] | [0, a, 0, b, ..] => *a != 0 && *b != 0,
        _ => false,
    };
    let first = first as u64;
    Err(if utf16 {
        fault("utf-16", first, "this is UTF-16 without a byte order mark: every second byte is NUL", "write the report as UTF-8")
    } else {
        fault("binary", first, "this is no text: it has a NUL byte", "write the report again; a crash or a full disk leaves such files")
    })
}

fn fault(code: &'static str, byte: u64, message: &str, help: &str) -> io::Error {
    io::Error::other(Fault { code, position: Position::Byte(byte), message: message.to_owned(), help: help.to_owned() })
}

/// An input whose first bytes can be seen before they are read.
pub(super) struct Peeked<R> {
    head: Vec<u8>,
    read: usize,
    input: R,
}

impl<R: Read> Peeked<R> {
    fn of(mut input: R) -> io::Result<Self> {
        let mut head = Vec::new();
        input.by_ref().take(HEAD).read_to_end(&mut head)?;
        Ok(Self { head, read: 0, input })
    }

    /// The first bytes: all of them, if there are fewer than [`HEAD`].
    fn head(&self) -> &[u8] {
        self.head.get(self.read..).unwrap_or_default()
    }

    /// Skips a byte order mark, after which there must be a text without one.
    fn skip_mark(&mut self, mark: &[u8]) -> io::Result<()> {
        self.read += mark.len();
        if self.head().starts_with(mark) {
            return Err(fault(
                "two-marks",
                mark.len() as u64,
                "there are two byte order marks",
                "write the report again, with one or none",
            ));
        }
        Ok(())
    }

    pub(super) fn into_inner(self) -> R {
        self.input
    }
}

impl<R: Read> Read for Peeked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut head = self.head.get(self.read..).unwrap_or_default();
        if head.is_empty() {
            return self.input.read(buffer);
        }
        let read = head.read(buffer)?;
        self.read += read;
        Ok(read)
    }
}

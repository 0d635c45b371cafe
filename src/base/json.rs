//! A pull reader for JSON that sees the document through a sliding window, checks all of it, and keeps none of it.
//!
//! A reader of a format asks for what it wants, in the order in which the document has it: [`members`]
//! walks an object and skips what is not named, [`Reader::array`] walks an array. What is skipped is checked like the rest:
//! grammar (RFC 8259), brackets, strings, depth, UTF-8, trailing bytes. A key that is asked for may stand once only. Every
//! error carries line, column and the JSON pointer, which is put together while the error travels up: a document without
//! mistakes pays nothing for it.

mod halt;
mod keys;
mod refuse;
mod scan;
mod skip;
mod token;
mod value;
mod window;

use std::io::Read;

pub use halt::{Halt, escaped, pointer};
use keys::Keys;
use skip::{Skip, Stop};
use token::Inside;
pub use value::{Scalar, ValueKind};
use window::Window;

/// How deep arrays and objects may nest.
pub const DEPTH_LIMIT: u32 = 128;

/// How much of the document is read at once.
const STEP: usize = 128 * 1024;

/// What one read returns.
pub type Result<T> = std::result::Result<T, Halt>;

/// Walks the object that comes next: `members!(reader, { "key" => expression, … })`, with at most 64 keys.
///
/// The expression reads the member's value; it may use `?`. Members that are not named are checked and skipped, a named one that
/// comes twice is refused, and so is a value that is no object.
macro_rules! members {
    ($reader:ident, { $($key:literal => $read:expr),+ $(,)? }) => {{
        const KEYS: &[&str] = &[$($key),+];
        let which = |key: &[u8]| {
            let mut number = 0_usize;
            $(
                if key == $key.as_bytes() {
                    return Some(number);
                }
                number += 1;
            )+
            let _ = number;
            None
        };
        let mut seen = 0_u64;
        $reader.open_object()?;
        while let Some(member) = $reader.next_member(which, &mut seen)? {
            let read = (|| -> $crate::base::json::Result<()> {
                let mut number = 0_usize;
                $(
                    if member == number {
                        $read;
                        return Ok(());
                    }
                    number += 1;
                )+
                let _ = number;
                Ok(())
            })();
            read.map_err(|halt| halt.inside(KEYS.get(member).copied().unwrap_or_default()))?;
        }
    }};
}

pub(crate) use members;

/// A JSON document, read forward.
pub struct Reader<'s> {
    window: Window<'s>,
    depth: u32,
    /// Whether an array or object was just opened: its first item has no comma in front.
    fresh: bool,
    scratch: String,
    /// The key that was read last: see [`Reader::key`].
    inside: Inside,
    /// Room for the keys of objects, lent to [`Reader::entries`].
    room: Vec<Keys>,
}

impl<'s> Reader<'s> {
    /// A reader at the start of a document of decoded text.
    pub fn new(source: &'s mut dyn Read) -> Self {
        Self::in_steps(source, STEP)
    }

    fn in_steps(source: &'s mut dyn Read, step: usize) -> Self {
        Self {
            window: Window::new(source, step),
            depth: 0,
            fresh: false,
            scratch: String::new(),
            inside: Inside::default(),
            room: Vec::new(),
        }
    }

    /// The first stretch of the document, to recognize its format by; reads nothing away.
    pub fn first_stretch(&mut self) -> Result<&str> {
        if self.window.bytes().is_empty() {
            self.window.slide()?;
        }
        Ok(self.window.text(0, self.window.bytes().len()))
    }

    /// The kind of the value that comes next.
    #[inline]
    pub fn kind(&mut self) -> Result<ValueKind> {
        let byte = self.peek()?;
        match byte.and_then(ValueKind::of) {
            Some(kind) => Ok(kind),
            None => Err(self.unexpected(byte, "a value")),
        }
    }

    /// Reads a string, if one comes next.
    #[inline]
    pub fn text(&mut self) -> Result<Option<&str>> {
        if self.peek()? == Some(b'"') { Ok(Some(self.string()?)) } else { Ok(None) }
    }

    /// Reads a string, number, boolean or null; skips an array or object.
    pub fn scalar(&mut self) -> Result<Scalar<'_>> {
        match self.kind()? {
            ValueKind::Text => Ok(Scalar::Text(self.string()?)),
            ValueKind::Number => {
                let (start, end) = self.number()?;
                Ok(Scalar::Number(self.window.text(start, end)))
            }
            ValueKind::Bool => Ok(Scalar::Bool(self.word()? == "true")),
            ValueKind::Null => {
                self.word()?;
                Ok(Scalar::Null)
            }
            ValueKind::Array => {
                self.skip()?;
                Ok(Scalar::Array)
            }
            ValueKind::Object => {
                self.skip()?;
                Ok(Scalar::Object)
            }
        }
    }

    /// Walks the array that comes next; `item` must read each item, whose index it gets. Any other value is refused.
    #[inline]
    pub fn array(&mut self, mut item: impl FnMut(&mut Self, u32) -> Result<()>) -> Result<()> {
        self.open(b'[', ValueKind::Array)?;
        let mut index = 0_u32;
        loop {
            match self.peek()? {
                Some(b']') => {
                    self.close();
                    return Ok(());
                }
                Some(b',') if !self.fresh => self.window.pos += 1,
                _ if self.fresh => {}
                other => return Err(self.unexpected(other, "`,` or `]`")),
            }
            self.fresh = false;
            item(self, index).map_err(|halt| halt.inside(&index.to_string()))?;
            index = index.checked_add(1).ok_or_else(|| self.too_long())?;
        }
    }

    /// Whether there is more than white space left.
    pub fn has_more(&mut self) -> Result<bool> {
        Ok(self.peek()?.is_some())
    }

    /// Walks values that stand one behind the other, as in JSON Lines, to the end of the text; `item` must read each, whose index it
    /// gets.
    pub fn stream(&mut self, mut item: impl FnMut(&mut Self, u32) -> Result<()>) -> Result<()> {
        let mut index = 0_u32;
        while self.has_more()? {
            item(self, index).map_err(|halt| halt.inside(&index.to_string()))?;
            index = index.checked_add(1).ok_or_else(|| self.too_long())?;
        }
        Ok(())
    }

    /// Walks the objects of a list, or objects that stand one behind the other: many tools write both, and one alone is a stream of
    /// one.
    pub fn list_or_stream(&mut self, item: impl FnMut(&mut Self, u32) -> Result<()>) -> Result<()> {
        if self.has_more()? && self.kind()? == ValueKind::Array { self.array(item) } else { self.stream(item) }
    }

    /// Walks the object that comes next, whatever its keys; none may come twice.
    pub fn entries(&mut self, mut entry: impl FnMut(&mut Self, &str) -> Result<()>) -> Result<()> {
        let mut keys = self.room.pop().unwrap_or_default();
        self.open_object()?;
        while self.next_new_key(&mut keys)? {
            entry(self, keys.last()).map_err(|halt| halt.inside(keys.last()))?;
        }
        keys.clear();
        self.room.push(keys);
        Ok(())
    }

    /// Goes to the value of the next member of the object that is open, and takes its key; false at the object's end.
    #[inline(never)]
    fn next_new_key(&mut self, keys: &mut Keys) -> Result<bool> {
        if !self.next_key()? {
            return Ok(false);
        }
        let Inside { start, end, escaped } = self.inside;
        if !keys.add(if escaped { &self.scratch } else { self.window.text(start, end) }) {
            return Err(self.repeated(keys.last()));
        }
        self.colon()?;
        Ok(true)
    }

    /// Enters the object that comes next: for [`members`].
    #[inline]
    pub fn open_object(&mut self) -> Result<()> {
        self.open(b'{', ValueKind::Object)
    }

    /// Goes to the value of the next member that `which` gives a number, skipping others; `None` at the object's end: for
    /// [`members`]. `seen` has a bit for each number.
    #[inline]
    pub fn next_member(&mut self, which: impl Fn(&[u8]) -> Option<usize>, seen: &mut u64) -> Result<Option<usize>> {
        while self.next_key()? {
            let Some(number) = which(self.key()) else {
                self.colon()?;
                self.skip()?;
                continue;
            };
            let bit = 1_u64 << (number % 64);
            if *seen & bit != 0 {
                let key = String::from_utf8_lossy(self.key()).into_owned();
                return Err(self.repeated(&key));
            }
            *seen |= bit;
            self.colon()?;
            return Ok(Some(number));
        }
        Ok(None)
    }

    /// Goes behind the key of the next member of the object that is open, which [`Reader::key`] tells; false when there is none,
    /// and the object is closed.
    fn next_key(&mut self) -> Result<bool> {
        match scan::key(self.window.bytes(), self.window.pos, self.fresh) {
            Some(scan::Key::Inside(start, end)) => {
                self.window.pos = end + 1;
                self.inside = Inside { start, end, escaped: false };
                self.fresh = false;
                Ok(true)
            }
            Some(scan::Key::End(at)) => {
                self.window.pos = at;
                self.close();
                Ok(false)
            }
            None => self.any_next_key(),
        }
    }

    /// The same for what is seldom: a key with escapes or at the end of the window, and mistakes.
    #[cold]
    fn any_next_key(&mut self) -> Result<bool> {
        if !self.next_entry()? {
            return Ok(false);
        }
        self.inside = self.inside_string()?;
        if self.inside.escaped {
            let Inside { start, end, .. } = self.inside;
            self.unescaped(start, end)?;
        }
        Ok(true)
    }

    /// The key that [`Reader::next_key`] went behind.
    #[inline]
    fn key(&self) -> &[u8] {
        let Inside { start, end, escaped } = self.inside;
        if escaped { self.scratch.as_bytes() } else { self.window.bytes().get(start..end).unwrap_or_default() }
    }

    /// The kind of the value that comes next, which is passed over.
    #[inline(never)]
    pub fn skip_kind(&mut self) -> Result<ValueKind> {
        let kind = self.kind()?;
        self.skip()?;
        Ok(kind)
    }

    /// Checks and passes over the value that comes next.
    pub fn skip(&mut self) -> Result<()> {
        if let Some(end) = scan::flat_end(self.window.bytes(), self.window.pos) {
            self.window.pos = end;
            return Ok(());
        }
        self.skip_any()
    }

    fn skip_any(&mut self) -> Result<()> {
        let mut skip = Skip::new(DEPTH_LIMIT - self.depth);
        loop {
            let mut at = self.window.pos;
            let stop = skip.run(self.window.bytes(), &mut at, self.window.is_last());
            self.window.pos = at;
            match stop {
                Stop::Done => return Ok(()),
                Stop::Window if !self.window.is_last() => {
                    self.window.slide()?;
                }
                Stop::Window | Stop::Unexpected => return Err(self.explain(&skip)),
                Stop::Depth => return Err(self.too_deep()),
            }
        }
    }

    /// Makes sure that nothing but white space is left, and that the source was read to its end.
    pub fn end(&mut self) -> Result<()> {
        match self.peek()? {
            None => Ok(()),
            Some(_) => Err(self.refuse(
                "trailing-bytes",
                &format!("there is more after the document ends, from byte {}", self.window.offset(self.window.pos)),
                "write one JSON document to the file and nothing else (logs belong on stderr)",
            )),
        }
    }

    #[inline]
    fn open(&mut self, bracket: u8, wanted: ValueKind) -> Result<()> {
        if self.peek()? != Some(bracket) {
            return Err(self.another(wanted));
        }
        self.window.pos += 1;
        if self.depth >= DEPTH_LIMIT {
            return Err(self.too_deep());
        }
        self.depth += 1;
        self.fresh = true;
        Ok(())
    }

    #[inline]
    fn close(&mut self) {
        self.window.pos += 1;
        self.depth -= 1;
        self.fresh = false;
    }

    /// Goes to the key of the next member of the object that is open; false when it was the last, and the object is closed.
    #[inline]
    fn next_entry(&mut self) -> Result<bool> {
        match self.peek()? {
            Some(b'}') => {
                self.close();
                return Ok(false);
            }
            Some(b',') if !self.fresh => {
                self.window.pos += 1;
                self.peek()?;
            }
            _ if self.fresh => {}
            other => return Err(self.unexpected(other, "`,` or `}`")),
        }
        self.fresh = false;
        Ok(true)
    }

    #[inline]
    fn colon(&mut self) -> Result<()> {
        let byte = self.peek()?;
        if byte != Some(b':') {
            return Err(self.unexpected(byte, "`:`"));
        }
        self.window.pos += 1;
        Ok(())
    }

    /// The next byte that is not white space; `None` at the end.
    #[inline]
    fn peek(&mut self) -> Result<Option<u8>> {
        match self.window.bytes().get(self.window.pos) {
            Some(&byte) if byte > b' ' => Ok(Some(byte)),
            _ => self.peek_past_space(),
        }
    }

    // Apart, so that the look at one byte stays small enough to be inlined.
    #[inline(never)]
    fn peek_past_space(&mut self) -> Result<Option<u8>> {
        self.window.pos = scan::past_blank(self.window.bytes(), self.window.pos);
        if let Some(&byte) = self.window.bytes().get(self.window.pos).filter(|&&byte| byte > b' ') {
            return Ok(Some(byte));
        }
        loop {
            let rest = self.window.bytes().get(self.window.pos..).unwrap_or_default();
            let space = scan::white_space(rest);
            let byte = rest.get(space).copied();
            self.window.pos += space;
            if byte.is_some() || !self.window.slide()?.more {
                return Ok(byte);
            }
        }
    }
}

#[cfg(test)]
mod tests;

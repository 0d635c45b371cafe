//! A pull reader for JSON that sees the document through a sliding window, checks all of it, and keeps none of it.
//!
//! A reader of a format asks for what it wants, in the order in which the document has it: [`members`]
//! walks an object and skips what is not named, [`Reader::array`] walks an array. What is skipped is checked like the rest:
//! grammar (RFC 8259), brackets, strings, depth, UTF-8, trailing bytes. A key that is asked for may stand once only. Every
//! error carries line, column and the JSON pointer, which is put together while the error travels up: a document without
//! mistakes pays nothing for it.

mod halt;
mod refuse;
mod scan;
mod value;
mod window;

use std::io::Read;
use std::mem;

pub use halt::{Halt, pointer};
use refuse::{BROKEN, WRONG_SHAPE};
use scan::{Skip, Stop};
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
        let which = |key: &str| {
            let mut number = 0_usize;
            $(
                if key == $key {
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
            let mut number = 0_usize;
            $(
                if member == number {
                    let read = (|| -> $crate::base::json::Result<()> { $read; Ok(()) })();
                    read.map_err(|halt| halt.inside($key))?;
                    continue;
                }
                number += 1;
            )+
            let _ = number;
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
    /// Room for a key, lent to [`Reader::entries`].
    key: String,
}

/// Where a string's inside stands in the window.
struct Inside {
    start: usize,
    end: usize,
    escaped: bool,
}

impl<'s> Reader<'s> {
    /// A reader at the start of a document of decoded text.
    pub fn new(source: &'s mut dyn Read) -> Self {
        Self::in_steps(source, STEP)
    }

    fn in_steps(source: &'s mut dyn Read, step: usize) -> Self {
        Self { window: Window::new(source, step), depth: 0, fresh: false, scratch: String::new(), key: String::new() }
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
        match self.peek()? {
            Some(b'"') => Ok(ValueKind::Text),
            Some(b'{') => Ok(ValueKind::Object),
            Some(b'[') => Ok(ValueKind::Array),
            Some(b't' | b'f') => Ok(ValueKind::Bool),
            Some(b'n') => Ok(ValueKind::Null),
            Some(b'-' | b'0'..=b'9') => Ok(ValueKind::Number),
            other => Err(self.unexpected(other, "a value")),
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
            item(self, index).map_err(|halt| halt.inside(index.to_string()))?;
            index =
                index.checked_add(1).ok_or_else(|| self.refuse("too-long", "the array has over four billion items", "split the report"))?;
        }
    }

    /// Walks the object that comes next, whatever its keys; none may come twice.
    pub fn entries(&mut self, mut entry: impl FnMut(&mut Self, &str) -> Result<()>) -> Result<()> {
        let mut key = mem::take(&mut self.key);
        let mut earlier = Vec::new();
        let mut many = hashbrown::HashSet::new();
        self.open_object()?;
        let mut first = true;
        while self.next_entry()? {
            if !mem::take(&mut first) {
                earlier.push(key.clone());
            }
            key.clear();
            key.push_str(self.string()?);
            // A look at each earlier key is cheapest for the few that objects have; a report may have as many as it likes.
            if earlier.len() > 16 {
                many.extend(earlier.drain(..));
            }
            if earlier.contains(&key) || many.contains(&key) {
                return Err(self.repeated(&key));
            }
            self.colon()?;
            entry(self, &key).map_err(|halt| halt.inside(key.as_str()))?;
        }
        self.key = key;
        Ok(())
    }

    /// Enters the object that comes next: for [`members`].
    pub fn open_object(&mut self) -> Result<()> {
        self.open(b'{', ValueKind::Object)
    }

    /// Goes to the value of the next member that `which` gives a number, skipping others; `None` at the object's end: for
    /// [`members`]. `seen` has a bit for each number.
    #[inline]
    pub fn next_member(&mut self, which: impl Fn(&str) -> Option<usize>, seen: &mut u64) -> Result<Option<usize>> {
        while self.next_entry()? {
            let inside = self.inside_string()?;
            let key = if inside.escaped { self.unescaped(&inside)? } else { self.window.text(inside.start, inside.end) };
            let Some(number) = which(key) else {
                self.colon()?;
                self.skip()?;
                continue;
            };
            let bit = 1_u64 << (number % 64);
            if *seen & bit != 0 {
                let key = key.to_owned();
                return Err(self.repeated(&key));
            }
            *seen |= bit;
            self.colon()?;
            return Ok(Some(number));
        }
        Ok(None)
    }

    /// Checks and passes over the value that comes next.
    pub fn skip(&mut self) -> Result<()> {
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

    fn open(&mut self, bracket: u8, wanted: ValueKind) -> Result<()> {
        if self.peek()? != Some(bracket) {
            let kind = self.kind()?;
            return Err(self.refuse("wrong-type", &format!("expected {}, found {}", wanted.word(), kind.word()), WRONG_SHAPE));
        }
        self.window.pos += 1;
        if self.depth >= DEPTH_LIMIT {
            return Err(self.too_deep());
        }
        self.depth += 1;
        self.fresh = true;
        Ok(())
    }

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
        match self.peek()? {
            Some(b':') => {
                self.window.pos += 1;
                Ok(())
            }
            other => Err(self.unexpected(other, "`:`")),
        }
    }

    /// The next byte that is not white space; `None` at the end.
    #[inline]
    fn peek(&mut self) -> Result<Option<u8>> {
        match self.window.bytes().get(self.window.pos) {
            Some(&byte) if byte > b' ' => Ok(Some(byte)),
            _ => self.peek_past_space(),
        }
    }

    fn peek_past_space(&mut self) -> Result<Option<u8>> {
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

    /// Reads a string. It stays valid until the next read.
    #[inline]
    fn string(&mut self) -> Result<&str> {
        let inside = self.inside_string()?;
        if inside.escaped { self.unescaped(&inside) } else { Ok(self.window.text(inside.start, inside.end)) }
    }

    #[cold]
    fn unescaped(&mut self, inside: &Inside) -> Result<&str> {
        self.scratch.clear();
        if scan::unescape(self.window.text(inside.start, inside.end), &mut self.scratch).is_none() {
            return Err(self.refuse("lone-surrogate", "the string has half a character: an unpaired surrogate escape", BROKEN));
        }
        Ok(&self.scratch)
    }

    /// Passes over a string and says where its inside stands.
    #[inline]
    fn inside_string(&mut self) -> Result<Inside> {
        let rest = self.window.bytes().get(self.window.pos..).unwrap_or_default();
        if let [b'"', inside @ ..] = rest
            && let Some(length) = scan::string_special(inside)
            && inside.get(length) == Some(&b'"')
        {
            let start = self.window.pos + 1;
            self.window.pos = start + length + 1;
            return Ok(Inside { start, end: start + length, escaped: false });
        }
        self.any_inside_string()
    }

    /// The same for a string with escapes, at the end of the window, or with white space in front.
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

    fn number(&mut self) -> Result<(usize, usize)> {
        let length = self.bare()?;
        let start = self.window.pos;
        let bytes = self.window.bytes().get(start..start + length).unwrap_or_default();
        if scan::number(bytes) != Some(length) {
            return Err(self.refuse("bad-number", "not a number that JSON knows", BROKEN));
        }
        self.window.pos += length;
        Ok((start, start + length))
    }

    fn word(&mut self) -> Result<&'static str> {
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

#[cfg(test)]
mod tests;

//! The inner loops: over strings, white space and numbers, eight bytes at a time where it pays.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;
const QUOTE: u64 = 0x22;
const BACKSLASH: u64 = 0x5c;
const BLANK: u64 = 0x20;

/// The first byte that ends a plain stretch of a string: a quote, a backslash or a control character (RFC 8259 §7).
#[inline]
pub(super) fn string_special(bytes: &[u8]) -> Option<usize> {
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let quote = word ^ (ONES * QUOTE);
        let backslash = word ^ (ONES * BACKSLASH);
        // A byte is zero, or below 0x20, where the subtraction borrows into its high bit; the lowest hit is exact.
        let hits =
            (quote.wrapping_sub(ONES) & !quote) | (backslash.wrapping_sub(ONES) & !backslash) | (word.wrapping_sub(ONES * BLANK) & !word);
        let hits = hits & HIGH;
        if hits != 0 {
            return Some(index * 8 + (hits.trailing_zeros() / 8) as usize);
        }
    }
    let plain = words.len() * 8;
    rest.iter().position(|&b| b == b'"' || b == b'\\' || b < 0x20).map(|at| plain + at)
}

/// How many bytes of white space (RFC 8259 §2) a text begins with.
#[inline]
pub(super) fn white_space(bytes: &[u8]) -> usize {
    let mut at = 0;
    // Indentation: runs of blanks, eight at a time.
    loop {
        match bytes.get(at) {
            Some(b' ') => {
                let (words, _) = bytes.get(at..).unwrap_or_default().as_chunks::<8>();
                for word in words {
                    let other = u64::from_le_bytes(*word) ^ (ONES * BLANK);
                    if other != 0 {
                        at += (other.trailing_zeros() / 8) as usize;
                        break;
                    }
                    at += 8;
                }
                while bytes.get(at) == Some(&b' ') {
                    at += 1;
                }
            }
            Some(b'\n' | b'\r' | b'\t') => at += 1,
            Some(_) | None => return at,
        }
    }
}

/// What comes next in a value that is skipped.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    Value,
    /// The first item of an array, or its end.
    Item,
    /// The first key of an object, or its end.
    Member,
    Key,
    Colon,
    /// A comma, or the end of what is open.
    After,
}

/// A value that is being skipped, across windows.
pub(super) struct Skip {
    /// One bit for each open bracket, the innermost lowest: 1 for an object.
    objects: u128,
    open: u32,
    /// How many more brackets may open.
    room: u32,
    pub(super) next: Next,
}

/// Why skipping stopped.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// The value is over.
    Done,
    /// The window is over.
    Window,
    /// Something else comes than `next`.
    Unexpected,
    /// One bracket too many.
    Depth,
}

impl Skip {
    pub(super) fn new(room: u32) -> Self {
        Self { objects: 0, open: 0, room, next: Next::Value }
    }

    /// Whether the innermost open bracket is that of an object.
    pub(super) fn in_object(&self) -> bool {
        self.objects & 1 == 1
    }

    /// Passes over the value as far as the window goes; `pos` moves to the token that was not passed. `last` says that the
    /// document ends with the window.
    pub(super) fn run(&mut self, bytes: &[u8], pos: &mut usize, last: bool) -> Stop {
        let mut at = *pos;
        let stop = loop {
            at += white_space(bytes.get(at..).unwrap_or_default());
            let Some(&byte) = bytes.get(at) else { break Stop::Window };
            match (self.next, byte) {
                (Next::Value | Next::Item, b'"') => match string_end(bytes, at + 1) {
                    Ok(end) => (at, self.next) = (end, Next::After),
                    Err(stop) => break stop,
                },
                (Next::Key | Next::Member, b'"') => match string_end(bytes, at + 1) {
                    Ok(end) => (at, self.next) = (end, Next::Colon),
                    Err(stop) => break stop,
                },
                (Next::Colon, b':') => (at, self.next) = (at + 1, Next::Value),
                (Next::After, b',') => (at, self.next) = (at + 1, if self.in_object() { Next::Key } else { Next::Value }),
                (Next::Value | Next::Item, b'{' | b'[') => {
                    if self.room == self.open {
                        break Stop::Depth;
                    }
                    let object = byte == b'{';
                    self.open += 1;
                    self.objects = self.objects << 1 | u128::from(object);
                    (at, self.next) = (at + 1, if object { Next::Member } else { Next::Item });
                }
                (Next::After | Next::Member, b'}') if self.in_object() => {
                    at += 1;
                    self.close();
                }
                (Next::After | Next::Item, b']') if !self.in_object() => {
                    at += 1;
                    self.close();
                }
                (Next::Value | Next::Item, b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => {
                    let rest = bytes.get(at..).unwrap_or_default();
                    let length = rest.iter().position(|&b| !is_bare(b));
                    if length.is_none() && !last {
                        break Stop::Window;
                    }
                    let token = rest.get(..length.unwrap_or(rest.len())).unwrap_or_default();
                    if !matches!(token, b"true" | b"false" | b"null") && number(token) != Some(token.len()) {
                        break Stop::Unexpected;
                    }
                    (at, self.next) = (at + token.len(), Next::After);
                }
                _ => break Stop::Unexpected,
            }
            if self.open == 0 && self.next == Next::After {
                break Stop::Done;
            }
        };
        *pos = at;
        stop
    }

    fn close(&mut self) {
        self.open -= 1;
        self.objects >>= 1;
        self.next = Next::After;
    }
}

/// The place behind the string whose inside begins at `at`.
fn string_end(bytes: &[u8], at: usize) -> Result<usize, Stop> {
    let mut at = at;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let plain = string_special(rest).ok_or(Stop::Window)?;
        match rest.get(plain..).unwrap_or_default() {
            [b'"', ..] => return Ok(at + plain + 1),
            [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => at += plain + 2,
            [b'\\', b'u', a, b, c, d, ..] if [a, b, c, d].iter().all(|digit| digit.is_ascii_hexdigit()) => at += plain + 6,
            [b'\\'] | [b'\\', b'u', _, _, _] | [b'\\', b'u', _, _] | [b'\\', b'u', _] | [b'\\', b'u'] => return Err(Stop::Window),
            _ => return Err(Stop::Unexpected),
        }
    }
}

/// The length of the number (RFC 8259 §6) that a text begins with; `None` if it is none. The text is known to go on past it, or to be all there is.
pub(super) fn number(bytes: &[u8]) -> Option<usize> {
    let digits = |from: usize| bytes.get(from..).map_or(0, |rest| rest.iter().take_while(|b| b.is_ascii_digit()).count());
    let mut at = usize::from(bytes.first() == Some(&b'-'));
    let whole = digits(at);
    if whole == 0 || (whole > 1 && bytes.get(at) == Some(&b'0')) {
        return None;
    }
    at += whole;
    if bytes.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        if fraction == 0 {
            return None;
        }
        at += 1 + fraction;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits(at + 1 + sign);
        if exponent == 0 {
            return None;
        }
        at += 1 + sign + exponent;
    }
    Some(at)
}

/// Whether a byte can stand inside a number or a word such as `true`.
pub(super) fn is_bare(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.' | b'_')
}

/// Undoes the escapes of a string's inside. `None` for a lone surrogate (RFC 8259 §8.2); the escapes are known to be well formed.
pub(super) fn unescape(raw: &str, out: &mut String) -> Option<()> {
    let mut rest = raw;
    while let Some((plain, after)) = rest.split_once('\\') {
        out.push_str(plain);
        let mut characters = after.chars();
        let character = match characters.next()? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let (unit, after) = hex4(characters.as_str())?;
                characters = after.chars();
                match unit {
                    0xD800..=0xDBFF => {
                        let (low, after) = hex4(after.strip_prefix("\\u")?)?;
                        characters = after.chars();
                        char::decode_utf16([unit, low]).next()?.ok()?
                    }
                    0xDC00..=0xDFFF => return None,
                    _ => char::from_u32(u32::from(unit))?,
                }
            }
            itself => itself,
        };
        out.push(character);
        rest = characters.as_str();
    }
    out.push_str(rest);
    Some(())
}

fn hex4(text: &str) -> Option<(u16, &str)> {
    let (digits, rest) = text.split_at_checked(4)?;
    Some((u16::from_str_radix(digits, 16).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_ends_at_the_first_special_byte_wherever_it_stands() {
        for length in 0..40 {
            for special in [b'"', b'\\', 0, 0x1f, b'\n'] {
                for filler in [b'a', 0x7f, 0x80, 0xff, b' ', b'!', b'#'] {
                    let mut bytes = vec![filler; length];
                    assert_eq!(string_special(&bytes), None);
                    bytes.push(special);
                    bytes.extend([filler; 9]);
                    assert_eq!(string_special(&bytes), Some(length), "{special} after {length} x {filler}");
                }
            }
        }
    }

    #[test]
    fn white_space_is_the_four_bytes_of_json() {
        for (text, length) in
            [("", 0), ("x", 0), ("  x", 2), ("\r\n\t           x", 14), ("                  ", 18), ("\u{a0}", 0), ("\u{b}", 0)]
        {
            assert_eq!(white_space(text.as_bytes()), length, "{text:?}");
        }
    }

    #[test]
    fn numbers_are_those_of_json() {
        for (text, length) in [("0", 1), ("-0.5e+10,", 8), ("42}", 2), ("1E5", 3), ("10", 2)] {
            assert_eq!(number(text.as_bytes()), Some(length), "{text}");
        }
        for text in ["", "-", "01", "1.", ".5", "1e", "+1", "NaN", "-Infinity"] {
            assert_eq!(number(text.as_bytes()), None, "{text}");
        }
        assert_eq!(number(b"0x10"), Some(1), "the x that follows is refused by the reader");
    }

    #[test]
    fn escapes_are_undone_and_lone_surrogates_refused() {
        let mut out = String::new();
        assert_eq!(unescape(r#"a\n\"\/\u00e9\ud83d\ude00z"#, &mut out), Some(()));
        assert_eq!(out, "a\n\"/é😀z");
        for lone in [r"\ud83d", r"\ude00", r"\ude00\ud83d", r"\ud83dx", r"\ud83dA"] {
            assert_eq!(unescape(lone, &mut String::new()), None, "{lone}");
        }
    }
}

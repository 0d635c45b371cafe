//! The inner loops: over strings, white space and numbers, sixteen bytes at a time where it pays.

use wide::u8x16;

use super::skip::Stop;

const QUOTE: u8x16 = u8x16::splat(b'"');
const BACKSLASH: u8x16 = u8x16::splat(b'\\');
const LAST_CONTROL: u8x16 = u8x16::splat(0x1f);
const BLANK: u8x16 = u8x16::splat(b' ');
const LINE_FEED: u8x16 = u8x16::splat(b'\n');
const RETURN: u8x16 = u8x16::splat(b'\r');
const TAB: u8x16 = u8x16::splat(b'\t');

/// The first byte that ends a plain stretch of a string: a quote, a backslash or a control character (RFC 8259 §7).
#[inline]
pub(super) fn string_special(bytes: &[u8]) -> Option<usize> {
    let (blocks, rest) = bytes.as_chunks::<16>();
    let mut plain = 0;
    for block in blocks {
        let block = u8x16::new(*block);
        let specials = block.simd_eq(QUOTE) | block.simd_eq(BACKSLASH) | block.min(LAST_CONTROL).simd_eq(block);
        let specials = specials.to_bitmask();
        if specials != 0 {
            return Some(plain + specials.trailing_zeros() as usize);
        }
        plain += 16;
    }
    rest.iter().position(|&b| b == b'"' || b == b'\\' || b < 0x20).map(|at| plain + at)
}

/// How many bytes of white space (RFC 8259 §2) a text begins with.
#[inline(never)]
pub(super) fn white_space(bytes: &[u8]) -> usize {
    let (blocks, rest) = bytes.as_chunks::<16>();
    let mut space = 0;
    for block in blocks {
        let block = u8x16::new(*block);
        let white = block.simd_eq(BLANK) | block.simd_eq(LINE_FEED) | block.simd_eq(RETURN) | block.simd_eq(TAB);
        let other = !white.to_bitmask() & 0xffff;
        if other != 0 {
            return space + other.trailing_zeros() as usize;
        }
        space += 16;
    }
    space + rest.iter().take_while(|&&b| matches!(b, b' ' | b'\n' | b'\r' | b'\t')).count()
}

/// The byte at which the next token begins, to which `at` moves; `None` at the end.
#[inline]
pub(super) fn token(bytes: &[u8], at: &mut usize) -> Option<u8> {
    match bytes.get(*at) {
        Some(&byte) if byte > b' ' => Some(byte),
        _ => {
            *at += white_space(bytes.get(*at..)?);
            bytes.get(*at).copied()
        }
    }
}

/// The place behind one blank, if there is one: indented text has one behind each colon.
#[inline]
pub(super) fn past_blank(bytes: &[u8], at: usize) -> usize {
    at + usize::from(bytes.get(at) == Some(&b' '))
}

/// The key of a member, or the end of the object.
pub(super) enum Key {
    /// Where its inside begins and ends.
    Inside(usize, usize),
    /// Where the bracket stands.
    End(usize),
}

/// The key that comes next, all of it in the window and without escapes. `fresh` says that it is the first one.
#[inline]
pub(super) fn key(bytes: &[u8], at: usize, fresh: bool) -> Option<Key> {
    let mut at = at;
    let mut byte = token(bytes, &mut at)?;
    if byte == b'}' {
        return Some(Key::End(at));
    }
    if !fresh {
        if byte != b',' {
            return None;
        }
        at += 1;
        byte = token(bytes, &mut at)?;
    }
    if byte != b'"' {
        return None;
    }
    let inside = bytes.get(at + 1..)?;
    let length = string_special(inside)?;
    (inside.get(length) == Some(&b'"')).then_some(Key::Inside(at + 1, at + 1 + length))
}

/// The place behind a string or whole number that comes next, if that is what comes next and all of it is in the window.
#[inline]
pub(super) fn flat_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = past_blank(bytes, at);
    match token(bytes, &mut at)? {
        b'"' => string_end(bytes, at + 1).ok(),
        b'0'..=b'9' => whole_number_end(bytes, at),
        _ => None,
    }
}

/// The place behind the number at `at`, if it is one without sign, fraction and exponent, as nearly all are, and the window goes on.
#[inline]
pub(super) fn whole_number_end(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_whole = digits == 1 || digits > 1 && rest.first() != Some(&b'0');
    (is_whole && !is_bare(*rest.get(digits)?)).then_some(at + digits)
}

/// The place behind the string whose inside begins at `at`.
#[inline]
pub(super) fn string_end(bytes: &[u8], at: usize) -> Result<usize, Stop> {
    let rest = bytes.get(at..).unwrap_or_default();
    match string_special(rest) {
        Some(plain) if rest.get(plain) == Some(&b'"') => Ok(at + plain + 1),
        Some(plain) => escaped_string_end(bytes, at + plain),
        None => Err(Stop::Window),
    }
}

/// The place behind the string that has something special at `at`.
pub(super) fn escaped_string_end(bytes: &[u8], at: usize) -> Result<usize, Stop> {
    let mut at = at;
    loop {
        match bytes.get(at..).unwrap_or_default() {
            [b'"', ..] => return Ok(at + 1),
            [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => at += 2,
            [b'\\', b'u', a, b, c, d, ..] if [a, b, c, d].iter().all(|digit| digit.is_ascii_hexdigit()) => at += 6,
            [b'\\'] | [b'\\', b'u', _, _, _] | [b'\\', b'u', _, _] | [b'\\', b'u', _] | [b'\\', b'u'] => return Err(Stop::Window),
            _ => return Err(Stop::Unexpected),
        }
        at += string_special(bytes.get(at..).unwrap_or_default()).ok_or(Stop::Window)?;
    }
}

/// The place behind the number or word that begins at `at`. `last` says that the document ends with the window.
#[inline]
pub(super) fn bare_end(bytes: &[u8], at: usize, last: bool) -> Result<usize, Stop> {
    let rest = bytes.get(at..).unwrap_or_default();
    if let Some(end) = whole_number_end(bytes, at) {
        return Ok(end);
    }
    let length = rest.iter().position(|&b| !is_bare(b));
    if length.is_none() && !last {
        return Err(Stop::Window);
    }
    let token = rest.get(..length.unwrap_or(rest.len())).unwrap_or_default();
    if !matches!(token, b"true" | b"false" | b"null") && number(token) != Some(token.len()) {
        return Err(Stop::Unexpected);
    }
    Ok(at + token.len())
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
    while let Some((plain, escape)) = string_special(rest.as_bytes()).and_then(|at| rest.split_at_checked(at)) {
        out.push_str(plain);
        let mut characters = escape.chars();
        // Nothing else is special in what is well formed: a quote has a backslash in front, which was passed with it.
        characters.next();
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

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

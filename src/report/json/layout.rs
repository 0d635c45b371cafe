//! How the JSON looks: one thing a line, and nothing in it that a terminal or an editor would obey or hide.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

/// Writes a document: each key of the top level on its own line, and each element of a list there.
pub(in crate::report) fn document(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    write(out, true, value)
}

/// Writes a list: each element on its own line.
pub(in crate::report) fn elements(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    formatted(out, Layout { breaks: true, depth: 1, empty: true, hash: false }, value)
}

/// Writes a value on one line.
pub(in crate::report) fn line(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    write(out, false, value)
}

fn write(out: &mut impl Write, breaks: bool, value: &impl Serialize) -> io::Result<()> {
    formatted(out, Layout { breaks, depth: 0, empty: true, hash: false }, value)
}

fn formatted(out: &mut impl Write, layout: Layout, value: &impl Serialize) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, layout))?;
    out.write_all(b"\n")
}

struct Layout {
    breaks: bool,
    depth: u32,
    /// Whether the innermost list has no element yet.
    empty: bool,
    /// Whether the string so far ends with `#`.
    hash: bool,
}

impl Layout {
    fn open<W: Write + ?Sized>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.empty = true;
        out.write_all(bracket)
    }

    /// A comma where one is due, and a line end at the depth that has them.
    fn next<W: Write + ?Sized>(&mut self, out: &mut W, first: bool, depth: u32, line_end: &[u8]) -> io::Result<()> {
        self.empty = false;
        if !first {
            out.write_all(b",")?;
        }
        if self.breaks && self.depth == depth { out.write_all(line_end) } else { Ok(()) }
    }

    fn close<W: Write + ?Sized>(&mut self, out: &mut W, depth: u32, line_end: &[u8], bracket: &[u8]) -> io::Result<()> {
        if self.breaks && self.depth == depth && !self.empty {
            out.write_all(line_end)?;
        }
        self.depth -= 1;
        self.empty = false;
        out.write_all(bracket)
    }
}

impl Formatter for Layout {
    fn begin_object<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"{")
    }

    fn begin_object_key<W: Write + ?Sized>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.next(out, first, 1, b"\n  ")
    }

    fn end_object<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, 1, b"\n", b"}")
    }

    fn begin_array<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"[")
    }

    fn begin_array_value<W: Write + ?Sized>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.next(out, first, 2, b"\n    ")
    }

    fn end_array<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, 2, b"\n  ", b"]")
    }

    fn begin_string<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.hash = false;
        out.write_all(b"\"")
    }

    fn write_string_fragment<W: Write + ?Sized>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        if fragment.is_ascii() && memchr::memchr2(0x7f, b'#', fragment.as_bytes()).is_none() {
            self.hash &= fragment.is_empty();
            return out.write_all(fragment.as_bytes());
        }
        for piece in fragment.split_inclusive(|c| c == '#' || deceives(c)) {
            let last = piece.chars().next_back();
            let plain = last.filter(|&c| c == '#' || deceives(c)).and_then(|c| piece.strip_suffix(c)).unwrap_or(piece);
            out.write_all(plain.as_bytes())?;
            self.hash &= plain.is_empty();
            match last {
                // Azure Pipelines obeys `##vso[` and `##[` wherever they stand in a line.
                Some('#') if !self.hash => out.write_all(b"#")?,
                Some(c) if plain.len() < piece.len() => escape(out, c)?,
                Some(_) | None => {}
            }
            self.hash = last == Some('#');
        }
        Ok(())
    }
}

fn escape<W: Write + ?Sized>(out: &mut W, c: char) -> io::Result<()> {
    c.encode_utf16(&mut [0; 2]).iter().try_for_each(|unit| write!(out, "\\u{unit:04x}"))
}

/// Characters that are legal in JSON but steer a terminal (DEL, C1), end a line in JavaScript, turn the reading direction
/// or cannot be seen. They are escaped: parsed back, the text is the same.
const fn deceives(c: char) -> bool {
    matches!(
        c,
        '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: &serde_json::Value, breaks: bool) -> anyhow::Result<String> {
        let mut out = Vec::new();
        write(&mut out, breaks, value)?;
        Ok(String::from_utf8(out)?)
    }

    #[test]
    fn top_level_keys_and_their_elements_have_their_own_lines() -> anyhow::Result<()> {
        let value = serde_json::json!({"a": [{"x": [1, 2]}, {}], "b": [], "c": {"d": [3], "e": 4}});
        let pretty = "{\n  \"a\":[\n    {\"x\":[1,2]},\n    {}\n  ],\n  \"b\":[],\n  \"c\":{\"d\":[3],\"e\":4}\n}\n";
        assert_eq!(written(&value, true)?, pretty);
        assert_eq!(written(&value, false)?, format!("{value}\n"));
        Ok(())
    }

    #[test]
    fn what_deceives_is_escaped_and_parses_back() -> anyhow::Result<()> {
        let text = "é\u{202e}\u{200b}x\u{7f}\u{9b}\u{2028}\u{e0041}\u{1b}[31m\n\"\\";
        let value = serde_json::Value::from(text);
        let json = written(&value, false)?;
        assert_eq!(json, "\"é\\u202e\\u200bx\\u007f\\u009b\\u2028\\udb40\\udc41\\u001b[31m\\n\\\"\\\\\"\n");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&json)?, value);
        Ok(())
    }

    #[test]
    fn no_command_of_azure_stands_in_a_string() -> anyhow::Result<()> {
        for (text, json) in [
            ("##vso[task.setvariable]", r##""#\u0023vso[task.setvariable]""##),
            ("a###[x]", r#""a#\u0023\u0023[x]""#),
            ("#a #b", r##""#a #b""##),
            ("#\u{7f}##", r##""#\u007f#\u0023""##),
        ] {
            let value = serde_json::Value::from(text);
            assert_eq!(written(&value, false)?.trim_end(), json);
            assert_eq!(serde_json::from_str::<serde_json::Value>(json)?, value);
        }
        // Strings that touch, a text in two pieces, and a key.
        let parts = (["#", "#"], crate::report::json::value::Shown(format_args!("#{}", "#")), serde_json::json!({"##": 1}));
        let mut out = Vec::new();
        line(&mut out, &parts)?;
        assert_eq!(String::from_utf8(out)?, "[[\"#\",\"#\"],\"#\\u0023\",{\"#\\u0023\":1}]\n");
        Ok(())
    }
}

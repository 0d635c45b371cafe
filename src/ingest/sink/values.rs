//! Single values as rows have them: texts, flags, numbers, lines.

use std::num::NonZeroU32;

use crate::base::json::{Reader, Result, Scalar, ValueKind};
use crate::base::text::Text;
use crate::ingest::Sink;
use crate::model::raw::MESSAGE_LIMIT;

impl Sink {
    /// An optional GUID, in lower case: the case of its digits says nothing (RFC 4122 §3).
    pub fn guid(&mut self, r: &mut Reader<'_>, at: impl FnOnce() -> String) -> Result<Option<Text>> {
        let guid = self.text(r, at)?;
        Ok(guid.map(|guid| self.lower(guid)))
    }

    /// An optional string.
    pub fn text(&mut self, r: &mut Reader<'_>, at: impl FnOnce() -> String) -> Result<Option<Text>> {
        if let Some(text) = r.text()? {
            return Ok(Some(self.report.texts.intern(text)));
        }
        self.no_text(r, at)
    }

    #[cold]
    fn no_text(&mut self, r: &mut Reader<'_>, at: impl FnOnce() -> String) -> Result<Option<Text>> {
        let kind = r.skip_kind()?;
        self.wrong_type(ValueKind::Text, kind, at);
        Ok(None)
    }

    /// An optional name: a string, where an empty one is none.
    pub fn name(&mut self, r: &mut Reader<'_>, at: impl FnOnce() -> String) -> Result<Option<Text>> {
        if let Some(name) = r.text()? {
            return Ok((!name.is_empty()).then(|| self.report.texts.intern(name)));
        }
        self.no_text(r, at)
    }

    /// An optional address, without its query and fragment: these differ from run to run and may hold a token.
    pub fn address(&mut self, r: &mut Reader<'_>, at: impl FnOnce() -> String) -> Result<Option<Text>> {
        if let Some(told) = r.text()? {
            let bare = told.split(['?', '#']).next().unwrap_or_default();
            return Ok((!bare.is_empty()).then(|| self.report.texts.intern(bare)));
        }
        self.no_text(r, at)
    }

    /// The texts that are told with something between them, kept as one; nothing of none.
    pub fn joined(&mut self, between: &str, texts: &[Option<Text>]) -> Option<Text> {
        let told: Vec<&str> = texts.iter().flatten().map(|&text| self.report.texts.get(text).as_data()).collect();
        let joined = told.join(between);
        (!joined.is_empty()).then(|| self.intern(&joined))
    }

    /// An optional string for people, cut at [`MESSAGE_LIMIT`].
    pub fn prose(&mut self, r: &mut Reader<'_>, at: impl FnOnce() -> String) -> Result<Option<Text>> {
        if let Some(text) = r.text()? {
            return Ok(Some(self.intern_prose(text)));
        }
        self.no_text(r, at)
    }

    /// Keeps a text for people, cut at [`MESSAGE_LIMIT`].
    pub fn intern_prose(&mut self, text: &str) -> Text {
        if text.len() <= MESSAGE_LIMIT {
            return self.report.texts.intern(text);
        }
        let end = (0..=MESSAGE_LIMIT).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        let cut = format!("{}…", text.get(..end).unwrap_or_default());
        self.report.texts.intern(&cut)
    }

    /// An optional boolean.
    pub fn flag(&mut self, r: &mut Reader<'_>, at: impl FnOnce() -> String) -> Result<Option<bool>> {
        let value = r.scalar()?;
        Ok(self.flag_of(value, at))
    }

    /// The same of a value that was read.
    pub(in crate::ingest) fn flag_of(&mut self, value: Scalar<'_>, at: impl FnOnce() -> String) -> Option<bool> {
        let flag = if let Scalar::Bool(flag) = value { Some(flag) } else { None };
        if flag.is_none() {
            self.wrong_type(ValueKind::Bool, value.kind(), at);
        }
        flag
    }

    /// An optional number as told, which may also be written as a string; an empty string is none.
    pub fn number(&mut self, r: &mut Reader<'_>, at: impl FnOnce() -> String) -> Result<Option<Text>> {
        let value = r.scalar()?;
        let found = value.kind();
        match value {
            Scalar::Text("") => Ok(None),
            Scalar::Text(told) | Scalar::Number(told) => Ok(Some(self.report.texts.intern(told))),
            Scalar::Bool(_) | Scalar::Null | Scalar::Array | Scalar::Object => {
                self.wrong_type(ValueKind::Number, found, at);
                Ok(None)
            }
        }
    }

    /// An optional score as told, likewise. What is of another type is no score, and may have been the worst: it is told as what it is.
    pub fn score(&mut self, r: &mut Reader<'_>, at: impl FnOnce() -> String) -> Result<Option<Text>> {
        let value = r.scalar()?;
        Ok(match value {
            Scalar::Null | Scalar::Text("") => None,
            Scalar::Text(told) | Scalar::Number(told) => Some(self.report.texts.intern(told)),
            Scalar::Bool(_) | Scalar::Array | Scalar::Object => {
                let (wanted, found) = (ValueKind::Number.word(), value.kind().word());
                self.breaks("wrong-type", format!("expected {wanted}, found {found}: a score that nobody can read"), at);
                Some(self.told_of(value))
            }
        })
    }

    /// An optional list of strings, of which empty ones are left out; a single string is a list of one.
    pub fn texts(&mut self, r: &mut Reader<'_>, into: &mut Vec<Text>, at: &dyn Fn() -> String) -> Result<()> {
        if r.kind()? == ValueKind::Text {
            into.extend(self.name(r, at)?);
        } else if self.expect(r, ValueKind::Array, at)? {
            r.array(|r, index| {
                into.extend(self.name(r, || format!("{}/{index}", at()))?);
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Any value as words, where the value itself is the statement: `null` is not absent here.
    pub fn told(&mut self, r: &mut Reader<'_>) -> Result<Text> {
        let value = r.scalar()?;
        Ok(self.told_of(value))
    }

    /// The same of a value that was read.
    pub(in crate::ingest) fn told_of(&mut self, value: Scalar<'_>) -> Text {
        let texts = &mut self.report.texts;
        match value {
            Scalar::Text(text) | Scalar::Number(text) if text.len() <= 64 => texts.intern(text),
            Scalar::Text(_) | Scalar::Number(_) => texts.intern("(too long)"),
            Scalar::Bool(_) => texts.intern("(boolean)"),
            Scalar::Null => texts.intern("(null)"),
            Scalar::Array => texts.intern("(array)"),
            Scalar::Object => texts.intern("(object)"),
        }
    }

    /// An optional place in a list; -1, SARIF's way to say none, is none. What is no such number is a problem.
    pub fn index(&mut self, r: &mut Reader<'_>, at: impl FnOnce() -> String) -> Result<Option<u32>> {
        let value = r.scalar()?;
        let index = value.number().and_then(|number| number.parse().ok());
        let none = value.is_null() || value.number() == Some("-1");
        if index.is_none() && !none {
            let found = value.kind().word();
            self.odd("bad-index", "an index", found, at);
        }
        Ok(index)
    }

    /// An optional line number, from 1; `4.2e1` is 42. What is no such number is a problem.
    pub fn line(&mut self, r: &mut Reader<'_>, at: impl FnOnce() -> String) -> Result<Option<NonZeroU32>> {
        let value = r.scalar()?;
        let line = value.number().and_then(line_number);
        if line.is_none() && !value.is_null() {
            let found = value.kind().word();
            self.odd("bad-line", "a line number, from 1", found, at);
        }
        Ok(line)
    }

    /// The same where 0 and below stand for none, and the number may be written as a string, or as a range of lines: `12-14`. The first
    /// line and the last.
    pub fn lines(&mut self, r: &mut Reader<'_>, at: impl FnOnce() -> String) -> Result<(Option<NonZeroU32>, Option<NonZeroU32>)> {
        let value = r.scalar()?;
        Ok(self.lines_of(value, at))
    }

    /// The same of a value that was read.
    pub(in crate::ingest) fn lines_of(
        &mut self,
        value: Scalar<'_>,
        at: impl FnOnce() -> String,
    ) -> (Option<NonZeroU32>, Option<NonZeroU32>) {
        let told = value.number().or(value.text());
        let range = told.map(|told| told.split_once('-').filter(|(first, _)| !first.is_empty()).unwrap_or((told, told)));
        let lines = range.map(|(first, last)| (line_number(first), line_number(last)));
        let is_none = value.is_null() || told.is_some_and(|told| told.is_empty() || told.parse::<f64>().is_ok_and(|number| number <= 0.0));
        if lines.is_none_or(|(first, _)| first.is_none()) && !is_none {
            self.odd("bad-line", "a line number, from 1", value.kind().word(), at);
        }
        lines.unwrap_or_default()
    }

    /// An optional line number, where 0 and below stand for none.
    pub fn line_or_zero(&mut self, r: &mut Reader<'_>, at: impl FnOnce() -> String) -> Result<Option<NonZeroU32>> {
        Ok(self.lines(r, at)?.0)
    }

    /// A text in lower case.
    pub fn lower(&mut self, text: Text) -> Text {
        let told = self.report.texts.get(text).as_data();
        if !told.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return text;
        }
        let lower = told.to_ascii_lowercase();
        self.intern(&lower)
    }
}

fn line_number(text: &str) -> Option<NonZeroU32> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let number: f64 = text.parse().ok()?;
    let whole = number.fract() == 0.0 && (1.0..=f64::from(u32::MAX)).contains(&number);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be whole and in range")]
    let number = whole.then_some(number as u32)?;
    NonZeroU32::new(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_whole_numbers_from_one() {
        for (text, line) in [("42", 42), ("4.2e1", 42), ("1.0", 1), ("4294967295", u32::MAX)] {
            assert_eq!(line_number(text).map(NonZeroU32::get), Some(line), "{text}");
        }
        for text in ["0", "-1", "1.5", "1e400", "4294967296", "1e-400", "-0"] {
            assert_eq!(line_number(text), None, "{text}");
        }
    }

    #[test]
    fn lines_may_be_a_range_or_none() {
        let number = |line: u32| NonZeroU32::new(line);
        for (text, first, last, problems) in [
            ("12", 12, 12, 0),
            (r#""12-14""#, 12, 14, 0),
            (r#""7""#, 7, 7, 0),
            ("0", 0, 0, 0),
            ("-1", 0, 0, 0),
            ("null", 0, 0, 0),
            (r#""""#, 0, 0, 0),
            (r#""x""#, 0, 0, 1),
            ("1.5", 0, 0, 1),
            ("[3]", 0, 0, 1),
        ] {
            let mut sink = Sink::default();
            let lines = sink.lines(&mut Reader::new(&mut text.as_bytes()), String::new);
            assert_eq!(lines.ok(), Some((number(first), number(last))), "{text}");
            assert_eq!(sink.unreadable(), problems, "{text}");
        }
    }

    #[test]
    fn a_score_of_another_type_is_one_that_nobody_can_read() {
        for (text, told, problems) in [
            ("9.8", Some("9.8"), 0),
            (r#""9.8""#, Some("9.8"), 0),
            ("null", None, 0),
            (r#""""#, None, 0),
            ("[9.8]", Some("(array)"), 1),
            ("true", Some("(boolean)"), 1),
        ] {
            let mut sink = Sink::default();
            let score = sink.score(&mut Reader::new(&mut text.as_bytes()), String::new).ok().flatten();
            assert_eq!(score.map(|score| sink.report.texts.get(score).as_data()), told, "{text}");
            assert_eq!(sink.unreadable(), problems, "{text}");
        }
    }

    #[test]
    fn an_address_is_kept_without_what_changes() {
        for (text, kept) in [
            (r#""https://a.example/b?c=d#e""#, Some("https://a.example/b")),
            (r#""a.example:22#x?""#, Some("a.example:22")),
            (r#""?c""#, None),
            (r#""""#, None),
            ("null", None),
        ] {
            let mut sink = Sink::default();
            let address = sink.address(&mut Reader::new(&mut text.as_bytes()), String::new).ok().flatten();
            assert_eq!(address.map(|address| sink.report.texts.get(address).as_data()), kept, "{text}");
        }
    }

    #[test]
    fn prose_is_cut_between_characters() {
        let mut sink = Sink::default();
        let text = sink.intern_prose(&"é".repeat(MESSAGE_LIMIT));
        let kept = sink.report.texts.get(text).as_data();
        assert!(kept.ends_with("é…") && kept.len() <= MESSAGE_LIMIT + 3);
    }
}

//! Where a reader puts what it finds, and how it takes values that may be missing or of another type.
//!
//! The rule for optional members: absent and `null` are nothing, another type is nothing and a problem that says where.

use std::mem;
use std::num::NonZeroU32;
use std::sync::Arc;

use crate::base::date::parse_instant;
use crate::base::json::{Reader, Result, Scalar, ValueKind};
use crate::base::text::Text;
use crate::ingest::Item;
use crate::model::problem::Weight;
use crate::model::raw::{MESSAGE_LIMIT, RawReport};
use crate::model::scan::Ended;

/// The report that is being read.
#[derive(Default)]
pub struct Sink {
    /// What was found so far.
    pub report: RawReport,
    /// The keys of properties whose values are kept, sorted.
    pub properties: Arc<[String]>,
    unreadable: u64,
    /// Room for the lists of the next result.
    pub(super) spare: Item,
}

impl Sink {
    /// A sink for a report of whose properties those with some keys are kept.
    pub(super) fn keeping(properties: &[String]) -> Self {
        Self { properties: properties.into(), ..Self::default() }
    }

    pub(super) fn into_report(self) -> RawReport {
        self.report
    }

    /// A result that says nothing yet.
    pub fn item(&mut self) -> Item {
        mem::take(&mut self.spare)
    }

    /// Keeps a text.
    pub fn intern(&mut self, text: &str) -> Text {
        self.report.texts.intern(text)
    }

    /// Notes a problem; `at` is its JSON pointer.
    pub fn problem(&mut self, weight: Weight, code: &'static str, at: impl FnOnce() -> String, message: impl Into<String>, help: &str) {
        self.report.problems.add(weight, code, at, message, help);
    }

    /// Whether a value of the kind comes next. Another one is skipped and, unless it is `null`, a problem.
    pub fn expect(&mut self, r: &mut Reader<'_>, wanted: ValueKind, at: impl FnOnce() -> String) -> Result<bool> {
        let kind = r.kind()?;
        if kind == wanted {
            return Ok(true);
        }
        r.skip()?;
        self.wrong_type(wanted, kind, at);
        Ok(false)
    }

    /// How many values were of a type that says nothing, so far: who reads a part that matters compares before and after.
    #[must_use]
    pub const fn unreadable(&self) -> u64 {
        self.unreadable
    }

    /// An optional GUID, in lower case: the case of its digits says nothing (RFC 4122 §3).
    pub fn guid(&mut self, r: &mut Reader<'_>, at: impl FnOnce() -> String) -> Result<Option<Text>> {
        let guid = self.text(r, at)?;
        Ok(guid.map(|guid| self.lower(guid)))
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

    /// An optional string.
    pub fn text(&mut self, r: &mut Reader<'_>, at: impl FnOnce() -> String) -> Result<Option<Text>> {
        if let Some(text) = r.text()? {
            return Ok(Some(self.report.texts.intern(text)));
        }
        self.no_text(r, at)
    }

    #[cold]
    fn no_text(&mut self, r: &mut Reader<'_>, at: impl FnOnce() -> String) -> Result<Option<Text>> {
        let kind = r.kind()?;
        r.skip()?;
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
        let flag = if let Scalar::Bool(flag) = value { Some(flag) } else { None };
        if flag.is_none() {
            let found = value.kind();
            self.wrong_type(ValueKind::Bool, found, at);
        }
        Ok(flag)
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

    /// An instant (RFC 3339). One that cannot be read is told apart from none.
    pub fn instant(&mut self, r: &mut Reader<'_>) -> Result<Ended> {
        Ok(match r.scalar()? {
            Scalar::Null => Ended::NotTold,
            Scalar::Text(told) => parse_instant(told).map_or(Ended::Unreadable, Ended::At),
            Scalar::Number(_) | Scalar::Bool(_) | Scalar::Array | Scalar::Object => Ended::Unreadable,
        })
    }

    /// Any value as words, where the value itself is the statement: `null` is not absent here.
    pub fn told(&mut self, r: &mut Reader<'_>) -> Result<Text> {
        let texts = &mut self.report.texts;
        Ok(match r.scalar()? {
            Scalar::Text(text) | Scalar::Number(text) if text.len() <= 64 => texts.intern(text),
            Scalar::Text(_) | Scalar::Number(_) => texts.intern("(too long)"),
            Scalar::Bool(_) => texts.intern("(boolean)"),
            Scalar::Null => texts.intern("(null)"),
            Scalar::Array => texts.intern("(array)"),
            Scalar::Object => texts.intern("(object)"),
        })
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

    /// Passes over a member that the format is not known to have. A list with something in it may hold results: that is told.
    pub fn unknown(&mut self, r: &mut Reader<'_>, key: &str, inside: &dyn Fn() -> String) -> Result<()> {
        if r.kind()? != ValueKind::Array {
            return r.skip();
        }
        let mut is_empty = true;
        r.array(|r, _| {
            is_empty = false;
            r.skip()
        })?;
        if !is_empty {
            let is_plain = key.len() <= 40 && key.bytes().all(|byte| byte.is_ascii_alphanumeric());
            let at = || if is_plain { format!("{}/{key}", inside()) } else { inside() };
            let what = "a list that is not known here was not read: it may hold results";
            self.problem(Weight::Warning, "unknown-list", at, what, "look for a newer relgate, or let the scanner write the report again");
        }
        Ok(())
    }

    fn wrong_type(&mut self, wanted: ValueKind, found: ValueKind, at: impl FnOnce() -> String) {
        if found != ValueKind::Null {
            self.odd("wrong-type", wanted.word(), found.word(), at);
        }
    }

    /// Notes a value that its format does not allow; it is taken as absent.
    #[cold]
    pub fn odd(&mut self, code: &'static str, wanted: &str, found: &str, at: impl FnOnce() -> String) {
        self.unreadable += 1;
        let message = format!("expected {wanted}, found {found}; taken as absent");
        self.problem(Weight::Note, code, at, message, "the report breaks its format: tell the scanner's maintainers");
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
    fn prose_is_cut_between_characters() {
        let mut sink = Sink::default();
        let text = sink.intern_prose(&"é".repeat(MESSAGE_LIMIT));
        let kept = sink.report.texts.get(text).as_data();
        assert!(kept.ends_with("é…") && kept.len() <= MESSAGE_LIMIT + 3);
    }
}

//! Where a reader puts what it finds, and how it takes values that may be missing or of another type.
//!
//! The rule for optional members: absent and `null` are nothing, another type is nothing and a problem that says where.

mod date;
mod instant;

pub(super) use instant::instant_of;

use std::mem;
use std::num::NonZeroU32;
use std::ops::Range;
use std::sync::Arc;

use crate::base::json::{Reader, Result, Scalar, ValueKind};
use crate::base::text::Text;
use crate::ingest::health::Reasons;
use crate::ingest::{Form, Item};
use crate::model::mapping::Mapping;
use crate::model::problem::Weight;
use crate::model::raw::{MESSAGE_LIMIT, RawReport, RawScan};

/// The report that is being read.
#[derive(Default)]
pub struct Sink {
    /// What was found so far.
    pub report: RawReport,
    /// The keys of properties whose values are kept, sorted.
    pub properties: Arc<[String]>,
    /// The mapping that is gone by, of a mapped report.
    pub(super) mapping: Option<Arc<Mapping>>,
    /// Whether somebody said that the report is of this format: then what could be of no scan at all is a scan that found nothing.
    pub(super) is_named: bool,
    unreadable: u64,
    /// Room for the lists of the next result.
    pub(super) spare: Item,
}

impl Sink {
    /// A sink for a report of a form of whose properties those with some keys are kept.
    pub(super) fn keeping(properties: &[String], form: &Form) -> Self {
        Self { properties: properties.into(), mapping: form.mapping.clone(), is_named: form.is_named, ..Self::default() }
    }

    pub(super) fn into_report(self) -> RawReport {
        self.report
    }

    /// A scan of a tool without results; nothing more is known of it.
    pub fn scan(&mut self, tool: &str) -> RawScan {
        RawScan::new(String::new(), self.intern(tool))
    }

    /// Keeps a scan that was read, with the reasons why it is not whole.
    pub(super) fn finish(&mut self, mut scan: RawScan, reasons: Reasons) {
        scan.incomplete_because.extend(reasons.into_list());
        self.report.scans.push(scan);
    }

    /// Keeps a scan that was read as a scan of each tool that its results are of, in the order in which they come: `tools` has the
    /// tool of each result.
    pub(super) fn finish_each(&mut self, mut all: RawScan, tools: &[Text], reasons: Reasons) {
        let mut distinct: Vec<Text> = Vec::new();
        for tool in tools {
            if !distinct.contains(tool) {
                distinct.push(*tool);
            }
        }
        if let [] | [_] = distinct.as_slice() {
            all.tool = distinct.first().copied().unwrap_or(all.tool);
            return self.finish(all, reasons);
        }
        all.incomplete_because.extend(reasons.into_list());
        for tool in distinct {
            let incomplete_because = all.incomplete_because.clone();
            let mut scan = RawScan { category: all.category, ended: all.ended, incomplete_because, ..RawScan::new(String::new(), tool) };
            for (number, _) in tools.iter().enumerate().filter(|(_, of)| **of == tool) {
                if let Some(row) = all.results.get_mut(number) {
                    scan.results.push(*row);
                }
            }
            self.report.scans.push(scan);
        }
    }

    /// Reads a list of results at a JSON pointer and keeps each in the scan: `read` fills it, and gets its pointer. How many there are.
    pub(super) fn rows(
        &mut self,
        r: &mut Reader<'_>,
        scan: &mut RawScan,
        at: &str,
        mut read: impl FnMut(&mut Reader<'_>, &mut Self, &mut Item, &dyn Fn() -> String) -> Result<()>,
    ) -> Result<u64> {
        let list = self.intern(at);
        let mut rows = 0;
        r.array(|r, index| {
            rows += 1;
            let mut item = self.item();
            read(r, self, &mut item, &|| format!("{at}/{index}"))?;
            item.keep(self, scan, list, index);
            Ok(())
        })?;
        Ok(rows)
    }

    /// The same of results that stand in a list or one behind the other, as in JSON Lines.
    pub(super) fn records(
        &mut self,
        r: &mut Reader<'_>,
        scan: &mut RawScan,
        mut read: impl FnMut(&mut Reader<'_>, &mut Self, &mut RawScan, &mut Item, &dyn Fn() -> String) -> Result<()>,
    ) -> Result<()> {
        let list = self.intern("");
        r.list_or_stream(|r, index| {
            let mut item = self.item();
            read(r, self, scan, &mut item, &|| format!("/{index}"))?;
            item.keep(self, scan, list, index);
            Ok(())
        })
    }

    /// Reads a list of results that are kept later by [`keep_all`](super::item::keep_all), when what stands around them is known too.
    pub(super) fn items(
        &mut self,
        r: &mut Reader<'_>,
        at: &dyn Fn() -> String,
        mut read: impl FnMut(&mut Reader<'_>, &mut Self, &mut Item, &dyn Fn() -> String) -> Result<()>,
    ) -> Result<Vec<Item>> {
        let mut items = Vec::new();
        r.array(|r, index| {
            let mut item = Item::default();
            read(r, self, &mut item, &|| format!("{}/{index}", at()))?;
            items.push(item);
            Ok(())
        })?;
        Ok(items)
    }

    /// Tells results that were kept, by their places among the details of the report, what was scanned.
    pub(super) fn name_target(&mut self, rows: Range<usize>, target: Option<Text>) {
        for number in rows {
            if let Some(detail) = self.report.details.get_mut(number) {
                detail.target = target;
            }
        }
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

    /// Notes in how many places `nosec` comments silence a tool whose report does not list what it found there.
    pub(super) fn silenced(&mut self, tool: &str, places: Option<u64>, at: impl FnOnce() -> String) {
        if let Some(places) = places.filter(|&places| places > 0) {
            let what = format!("`nosec` comments silence {tool} in {places} places: what it found there is not in the report");
            self.problem(Weight::Note, "scanner-ignores", at, what, "");
        }
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
    pub(super) fn flag_of(&mut self, value: Scalar<'_>, at: impl FnOnce() -> String) -> Option<bool> {
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
    pub(super) fn told_of(&mut self, value: Scalar<'_>) -> Text {
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
    pub(super) fn lines_of(&mut self, value: Scalar<'_>, at: impl FnOnce() -> String) -> (Option<NonZeroU32>, Option<NonZeroU32>) {
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

    /// Whether an object comes next: [`Sink::expect`].
    pub fn object(&mut self, r: &mut Reader<'_>, at: impl FnOnce() -> String) -> Result<bool> {
        self.expect(r, ValueKind::Object, at)
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

    /// Notes a value of a type that says nothing; `null` is none.
    pub(super) fn wrong_type(&mut self, wanted: ValueKind, found: ValueKind, at: impl FnOnce() -> String) {
        if found != ValueKind::Null {
            self.odd("wrong-type", wanted.word(), found.word(), at);
        }
    }

    /// Notes a value that its format does not allow; it is taken as absent.
    #[cold]
    pub fn odd(&mut self, code: &'static str, wanted: &str, found: &str, at: impl FnOnce() -> String) {
        self.unreadable += 1;
        self.problem(Weight::Note, code, at, absent(wanted, found), "the report breaks its format: tell the scanner's maintainers");
    }
}

// Not made for each caller of `odd`, of whom there are hundreds.
#[inline(never)]
fn absent(wanted: &str, found: &str) -> String {
    format!("expected {wanted}, found {found}; taken as absent")
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

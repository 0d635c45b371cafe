//! Where a reader puts what it finds, and how it takes values that may be missing or of another type ([`values`]).
//!
//! The rule for optional members: absent and `null` are nothing, another type is nothing and a problem that says where.

mod date;
mod instant;
mod values;

pub(super) use instant::instant_of;

use std::mem;
use std::ops::Range;
use std::sync::Arc;

use crate::base::json::{Reader, Result, ValueKind};
use crate::base::text::Text;
use crate::ingest::health::Reasons;
use crate::ingest::{Form, Item};
use crate::model::mapping::Mapping;
use crate::model::problem::Weight;
use crate::model::raw::{RawReport, RawScan};

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
        self.breaks(code, absent(wanted, found), at);
    }

    /// Notes what its format does not allow.
    fn breaks(&mut self, code: &'static str, what: String, at: impl FnOnce() -> String) {
        self.unreadable += 1;
        self.problem(Weight::Note, code, at, what, "the report breaks its format: tell the scanner's maintainers");
    }
}

// Not made for each caller of `odd`, of whom there are hundreds.
#[inline(never)]
fn absent(wanted: &str, found: &str) -> String {
    format!("expected {wanted}, found {found}; taken as absent")
}

//! Any bytes as a report of any format: what is read is one whole document, and how it comes in changes nothing.
//!
//! The first byte picks the format, or none; the rest is a file.
#![no_main]

use std::io::{self, Read};
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use relgate::base::fault::Fault;
use relgate::base::source::{self, Named};
use relgate::ingest::{Ends, FORMATS, Form, Refusal, read_with};
use relgate::model::mapping::Mappings;
use relgate::model::problem::Problem;
use relgate::model::raw::RawReport;
use relgate::policy::embedded_mappings;
use relgate_fuzz::{file, lies_in};
use serde::de::IgnoredAny;
use serde_json::Value;

static MAPPINGS: LazyLock<Mappings> = LazyLock::new(embedded_mappings);

/// As much as a reader takes in at once.
const WINDOW: usize = 128 * 1024;

/// A source that gives a few bytes at a time.
struct Sips<'b>(&'b [u8], usize);

impl Read for Sips<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let most = self.1.min(to.len());
        self.0.read(&mut to[..most])
    }
}

/// What came of a document.
#[derive(Debug, PartialEq)]
enum Told {
    Read { form: String, scans: Vec<Scan>, problems: Vec<Problem> },
    Refused { why: &'static str, form: Option<String>, fault: Fault },
}

#[derive(Debug, PartialEq)]
struct Scan {
    pointer: String,
    tool: String,
    incomplete_because: Vec<Problem>,
    claimed: Option<u64>,
    /// Of each result its pointer, its rule and what it says.
    results: Vec<(String, Option<String>, Option<String>)>,
}

impl Told {
    fn of(read: Result<(Form, RawReport), Refusal>) -> Self {
        let refused = |why, form: Option<&Form>, fault| Self::Refused { why, form: form.map(|form| form.id().to_owned()), fault };
        match read {
            Ok((form, report)) => Self::Read {
                form: form.id().to_owned(),
                scans: report.scans.iter().map(|scan| Scan::of(&report, scan)).collect(),
                problems: report.problems.into_list(),
            },
            Err(Refusal::Unclaimed(fault)) => refused("unclaimed", None, fault),
            Err(Refusal::ReadAgain(form, fault)) => refused("read again", Some(&form), fault),
            Err(Refusal::Broken(form, fault)) => refused("broken", form.as_ref(), fault),
        }
    }

    fn results(&self) -> Option<usize> {
        match self {
            Self::Read { scans, .. } => Some(scans.iter().map(|scan| scan.results.len()).sum()),
            Self::Refused { .. } => None,
        }
    }
}

impl Scan {
    fn of(report: &RawReport, scan: &relgate::model::raw::RawScan) -> Self {
        let text = |text| report.texts.get(text).as_data().to_owned();
        let results = scan.results.iter().map(|result| {
            (format!("{}/{}", text(result.pointer.list), result.pointer.index), result.rule_id.map(text), result.message.map(text))
        });
        Self {
            pointer: scan.pointer.clone(),
            tool: text(scan.tool),
            incomplete_because: scan.incomplete_because.clone(),
            claimed: scan.claimed,
            results: results.collect(),
        }
    }
}

fn read(mut source: impl Read, form: Option<&Form>) -> Told {
    Told::of(read_with(&mut source, form, &[], &MAPPINGS))
}

/// The file as text, as the program has it read.
fn decoded(bytes: &[u8]) -> Option<Vec<u8>> {
    let path = file(if bytes.starts_with(b"\x1f\x8b") { "report.gz" } else { "report" }, bytes);
    let named = Named { path, format: None, explicit: true };
    let mut text = Vec::new();
    source::open(&named, 1 << 20, false).ok()?.read_to_end(&mut text).ok()?;
    Some(text)
}

/// Whether a pointer goes into a document: deeper down, readers name some results by ids instead of places.
fn leads(document: &Value, pointer: &str) -> bool {
    let first = pointer.get(1..).and_then(|rest| rest.split('/').next()).unwrap_or_default();
    // Where a list may stand, one object alone is a list of one.
    document.pointer(&format!("/{first}")).is_some() || (document.is_object() && first == "0")
}

/// Holds that a document that was read is one that is whole.
fn check_whole(told: &Told, form: &Form, text: &[u8]) {
    let Told::Read { scans, .. } = told else { return };
    assert!(std::str::from_utf8(text).is_ok(), "what is no UTF-8 is read");
    let is_stream = form.format.ends != Ends::Bracket || form.mapping.as_ref().is_some_and(|mapping| mapping.label.lines);
    if is_stream || text.trim_ascii().is_empty() {
        return;
    }
    serde_json::from_slice::<IgnoredAny>(text).unwrap_or_else(|error| panic!("what is no JSON is read as {}: {error}", form.id()));
    // Numbers that are too large for it are JSON all the same.
    let Ok(document) = serde_json::from_slice::<Value>(text) else { return };
    for (pointer, ..) in scans.iter().flat_map(|scan| &scan.results) {
        assert!(leads(&document, pointer), "{}: nothing is at {pointer}", form.id());
    }
}

fuzz_target!(|input: &[u8]| {
    let Some((&row, bytes)) = input.split_first() else { return };
    let Some(text) = decoded(bytes) else { return };
    let picked = FORMATS.get(usize::from(row)).and_then(|format| Form::named(format.id, &MAPPINGS));
    let told = read(&text[..], picked.as_ref());
    if let Told::Refused { fault, .. } = &told {
        let shown = String::from_utf8_lossy(&text);
        assert!(lies_in(&fault.position, &shown) && !fault.message.is_empty(), "{fault:?}");
    }
    let sips = 1 + bytes.len() % 7;
    assert_eq!(read(Sips(&text, sips), picked.as_ref()), told, "in sips of {sips}");
    let form = match (&told, picked) {
        (_, Some(form)) => Some(form),
        (Told::Read { form, .. } | Told::Refused { form: Some(form), .. }, None) => Form::named(form, &MAPPINGS),
        (Told::Refused { form: None, .. }, None) => None,
    };
    let Some(form) = form else { return };
    check_whole(&told, &form, &text);
    // As an earlier look at it told.
    let again = read(&text[..], Some(&Form { is_named: false, ..form.clone() }));
    let is_named = usize::from(row) < FORMATS.len();
    if !is_named && !matches!(told, Told::Refused { why: "read again", .. }) {
        assert_eq!(again, told, "named as it was recognized");
        let named = read(&text[..], Some(&form)).results();
        assert!(told.results().is_none() || named == told.results(), "as {} {named:?} results, and {:?}", form.id(), told.results());
    }
    // The window's end falls into the document.
    let blank = WINDOW - text.len().min(WINDOW) * usize::from(row) / 256;
    let late = read(io::repeat(b'\n').take(blank as u64).chain(&text[..]), Some(&Form { is_named: false, ..form }));
    match (&late, &again) {
        // What is no text is told before what is no document as far as the window goes.
        (Told::Refused { fault: late, .. }, Told::Refused { fault: again, .. }) => {
            assert!(late.code == again.code || again.code == "invalid-utf8", "{late:?}, {again:?}");
        }
        (late, again) => assert_eq!(late, again, "behind {blank} line ends"),
    }
});

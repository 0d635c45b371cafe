//! No output of a run that exits 2 says pass.

#![expect(clippy::disallowed_methods, reason = "outputs are looked at, and spoiled while they are written")]

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::LazyLock;

use jiff::Timestamp;

use super::*;
use crate::base::pool::Pool;
use crate::base::source::find;
use crate::model::decision::Verdict;
use crate::model::decisions::Decisions;
use crate::model::exception::Exceptions;
use crate::model::finding::Evidence;
use crate::model::owner::Owners;
use crate::model::report::{Counts, Subject};

type Tested = Result<(), Box<dyn std::error::Error>>;

/// The outcome in a word.
static WORD: Format =
    Format { id: "word", title: "", file: None, render: |report, out| out.write_all(report.verdict.outcome.word().as_bytes()) };

/// The same, named last.
static LAST: Format = Format { id: "json", ..WORD };

/// The same, as long as nothing failed.
static ONCE: Format = Format {
    id: "once",
    title: "",
    file: None,
    render: |report, out| match report.problems.as_slice() {
        [] => (WORD.render)(report, out),
        [_, ..] => Err(io::Error::other("once is enough")),
    },
};

/// What never works.
static NEVER: Format = Format { id: "never", title: "", file: None, render: |_, _| Err(io::Error::other("no room")) };

fn report(outcome: Outcome, exit_code: u8) -> Report {
    Report {
        verdict: Verdict { outcome, reason: String::new(), configuration_only: false, enforced: true, exit_code },
        subject: Subject::default(),
        now: Timestamp::UNIX_EPOCH,
        engine_digest: LazyLock::default(),
        dry_run: false,
        flags: Vec::new(),
        policy: None,
        exceptions: Exceptions::default(),
        evidence: Evidence::default(),
        decisions: Decisions::default(),
        fired: Pool::default(),
        owners: Owners::default(),
        standings: Vec::new(),
        vex: crate::model::vex::Vex::default(),
        noted: Vec::new(),
        order: Vec::new(),
        budgets: Vec::new(),
        synthetics: Vec::new(),
        problems: Vec::new(),
        counts: Counts::default(),
        known: crate::model::baseline::BaselineCounts::default(),
        gone: BTreeSet::new(),
    }
}

/// A folder for outputs.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> io::Result<Self> {
        tempfile::tempdir().map(Self)
    }

    fn at(&self, name: &str) -> String {
        self.0.path().join(name).to_string_lossy().into_owned()
    }

    fn output(&self, format: &'static Format, name: &str) -> Output {
        Output { format, path: Some(self.at(name)) }
    }

    /// Everything in it: `NAME=CONTENT`, or `NAME/`.
    fn told(&self) -> io::Result<Vec<String>> {
        let entry = |path: &Path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() { Ok(name + "/") } else { Ok(format!("{name}={}", fs::read_to_string(path)?)) }
        };
        let mut told = fs::read_dir(self.0.path())?.map(|found| entry(&found?.path())).collect::<io::Result<Vec<_>>>()?;
        told.sort();
        Ok(told)
    }
}

/// A standard output that does something when it is written, which is after every file is staged.
struct Meddler<F>(F, Vec<u8>);

impl<F: FnMut() -> io::Result<()>> Write for Meddler<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (self.0)()?;
        self.1.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const STDOUT: Output = Output { format: &WORD, path: None };

#[test]
fn an_output_that_cannot_be_named_spoils_those_that_were() -> Tested {
    for (outcome, code, word, code_then) in
        [(Outcome::Pass, 0, "undecided", 2), (Outcome::Ticket, 3, "undecided", 2), (Outcome::Block, 1, "block", 1)]
    {
        let place = Place::new()?;
        let outputs = [place.output(&LAST, "z"), STDOUT, place.output(&WORD, "a"), place.output(&WORD, "b")];
        let mut report = report(outcome, code);
        publish(&mut report, &outputs, &mut Meddler(|| fs::create_dir(place.at("b")), Vec::new()), 2);
        assert_eq!((report.verdict.exit_code, report.problems.len()), (code_then, 1));
        assert_eq!(place.told()?, [format!("a={word}"), "b/".to_owned(), format!("z={word}")]);
    }
    Ok(())
}

#[test]
fn what_cannot_be_written_again_is_gone() -> Tested {
    let place = Place::new()?;
    let outputs = [place.output(&ONCE, "a"), place.output(&LAST, "b"), place.output(&LAST, "c"), STDOUT];
    let mut report = report(Outcome::Pass, 0);
    publish(&mut report, &outputs, &mut Meddler(|| fs::create_dir(place.at("b")), Vec::new()), 2);
    assert_eq!((report.verdict.exit_code, report.problems.len()), (2, 2));
    assert_eq!(place.told()?, ["b/", "c=undecided"]);
    Ok(())
}

#[test]
fn an_output_that_cannot_be_staged_is_told_in_all_others() -> Tested {
    let place = Place::new()?;
    let outputs = [STDOUT, place.output(&WORD, "a"), place.output(&NEVER, "b"), place.output(&LAST, "none/c")];
    let (mut report, mut printed) = (report(Outcome::Pass, 0), Vec::new());
    publish(&mut report, &outputs, &mut printed, 2);
    assert_eq!(report.verdict.exit_code, 2);
    assert_eq!(report.problems.iter().filter(|problem| problem.code == "output-failed").count(), 2);
    assert_eq!((place.told()?, String::from_utf8(printed)?), (vec!["a=undecided".to_owned()], "undecided".to_owned()));
    Ok(())
}

#[test]
fn a_standard_output_that_fails_is_told_in_the_files() -> Tested {
    let place = Place::new()?;
    let mut report = report(Outcome::Pass, 0);
    publish(&mut report, &[STDOUT, place.output(&LAST, "a")], &mut Meddler(|| Err(io::Error::other("full")), Vec::new()), 2);
    assert_eq!((report.verdict.exit_code, place.told()?), (2, vec!["a=undecided".to_owned()]));
    let message = report.problems.first().map(ToString::to_string);
    assert_eq!(
        message.as_deref(),
        Some("the standard output cannot be written: full; name a file with --output, or make room; then run again")
    );
    Ok(())
}

#[test]
fn no_report_that_is_read_is_an_output() -> Tested {
    let place = Place::new()?;
    for name in ["a.sarif", "b.sarif", "old"] {
        fs::write(place.at(name), "kept")?;
    }
    for reports in [place.at("a.sarif"), place.at("."), place.at("*.sarif"), place.at("a.sarif").replace("/a", "/./a")] {
        fs::write(place.at("old"), "pass")?;
        let found = find(&[reports], &|_| false);
        let refused = prepare(&[place.output(&WORD, "./a.sarif"), place.output(&LAST, "old")], &found);
        let told = format!("--output {}: this is among the reports to read, ", place.at("./a.sarif"));
        assert!(refused.is_err_and(|error| error.to_string().starts_with(&told)));
        assert_eq!(place.told()?, ["a.sarif=kept", "b.sarif=kept"]);
    }
    Ok(())
}

#[test]
fn outputs_are_judged_before_anything_is_read() -> Tested {
    let place = Place::new()?;
    fs::create_dir(place.at("folder"))?;
    let wrong =
        [(vec!["a", "./a"], "two outputs go to one file"), (vec!["folder"], "it is a folder"), (vec!["none/a"], "there is no folder")];
    for (names, words) in wrong {
        fs::write(place.at("a"), "pass")?;
        fs::write(place.at("z"), "pass")?;
        let names = names.iter().chain(&["z"]).map(|name| place.output(&WORD, name));
        let refused = prepare(&names.collect::<Vec<_>>(), &find(&[], &|_| false));
        assert!(refused.as_ref().is_err_and(|error| error.to_string().contains(words)), "{refused:?}");
        assert!(!place.told()?.contains(&"z=pass".to_owned()));
    }
    Ok(())
}

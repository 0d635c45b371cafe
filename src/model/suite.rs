//! Tests of a policy: what is given, and what must come of it.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::model::decision::Outcome;
use crate::model::policy::{Action, Place};
use crate::model::report::Subject;

/// The tests of one file.
#[derive(Debug)]
pub struct Suite {
    /// The file, as it was named.
    pub path: String,
    /// The policy that is tested: a file, named from the current folder, or `builtin:NAME`.
    pub policy: String,
    /// Where that is said.
    pub place: Place,
    /// The tests, in order.
    pub tests: Vec<Test>,
}

/// One test.
#[derive(Debug)]
pub struct Test {
    /// What it shows.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// The instant that is judged at.
    pub now: Timestamp,
    /// What is known of the run.
    pub subject: Subject,
    /// What is judged.
    pub given: Given,
    /// Files and globs of the exceptions that there are; no others count.
    pub exceptions: Vec<String>,
    /// What the findings are called that were adopted before, and where that is said.
    pub adopted: Vec<(String, Place)>,
    /// What must come of it.
    pub expect: Expect,
}

/// What is judged.
#[derive(Debug)]
pub enum Given {
    /// Findings that stand in the test, of each tool one document. Nothing is asked of the evidence.
    Findings(Vec<Document>),
    /// Reports: files, folders and globs.
    Reports(Vec<String>),
}

/// A `relgate.findings/v1` document, made of findings that stand in a test.
#[derive(Debug)]
pub struct Document {
    /// The JSON.
    pub text: String,
    /// Of each line of it, where what it says stands in the test.
    pub lines: Vec<Place>,
}

/// What must come of a test. What is not said may be anything.
#[derive(Debug, Default)]
pub struct Expect {
    /// The action of every finding.
    pub action: Option<(Action, Place)>,
    /// The action of the findings that are called so: by their id, one of their advisories', or that of the check.
    pub actions: Vec<(String, Action, Place)>,
    /// The ids of the rules that decide, of all findings together: those that fire and are as strict as the action without exceptions.
    pub causes: Option<(Vec<String>, Place)>,
    /// When every finding is due.
    pub due: Option<(DueDay, Place)>,
    /// The answer for the run.
    pub verdict: Option<(Outcome, Place)>,
}

/// When a finding is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueDay {
    /// On this day.
    On(Date),
    /// No days are set for it.
    Never,
    /// Days are set for it, or may be, and nobody knows from when they count.
    Unknown,
}

/// What came of a suite.
#[derive(Debug)]
pub struct Tried {
    /// The file.
    pub path: String,
    /// The policy that was tested.
    pub policy: String,
    /// What came of each test, in order.
    pub tests: Vec<Outcomes>,
}

/// What came of a test.
#[derive(Debug)]
pub struct Outcomes {
    /// What it shows.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// What is not as it must be; nothing where the test passes.
    pub failures: Vec<Failure>,
}

/// Something that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Where it is expected.
    pub place: Place,
    /// What was expected, and what came; it may quote scanners.
    pub message: String,
}

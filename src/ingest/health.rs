//! Why a scan cannot be relied on to be whole.
//!
//! A value that tells how the scan went, or that holds results, and that cannot be read leaves the scan incomplete: what it would
//! have said is not known, and nothing good may be read into it.

use crate::base::json::{Reader, Result, ValueKind};
use crate::model::problem::{Problem, Problems, Weight};

/// What to do about a scan that is not whole.
const HELP: &str = "look into the scanner's log, mend it and scan again";

/// The reasons, a few of each kind with a count of the rest.
#[derive(Default)]
pub(super) struct Reasons(Problems);

impl Reasons {
    /// Notes a reason at a JSON pointer.
    pub(super) fn add(&mut self, code: &'static str, at: impl FnOnce() -> String, what: impl Into<String>) {
        self.0.add(Weight::Undecided, code, at, what, HELP);
    }

    /// Whether a value of the kind comes next. Another one is skipped and, unless it is `null`, a reason.
    pub(super) fn expect(&mut self, r: &mut Reader<'_>, wanted: ValueKind, at: impl FnOnce() -> String) -> Result<bool> {
        if r.kind()? == ValueKind::Null {
            r.skip()?;
            return Ok(false);
        }
        self.item(r, wanted, at)
    }

    /// The same for an item of a list, which `null` cannot stand for.
    pub(super) fn item(&mut self, r: &mut Reader<'_>, wanted: ValueKind, at: impl FnOnce() -> String) -> Result<bool> {
        let found = r.kind()?;
        if found == wanted {
            return Ok(true);
        }
        r.skip()?;
        self.unreadable(wanted.word(), found.word(), at);
        Ok(false)
    }

    /// Notes a value that tells of the scan and cannot be read.
    pub(super) fn unreadable(&mut self, wanted: &str, found: &str, at: impl FnOnce() -> String) {
        let what = format!("expected {wanted}, found {found}: how the scan went cannot be read");
        self.add("health-unreadable", at, what);
    }

    /// Takes over the reasons of a part.
    pub(super) fn absorb(&mut self, part: Self) {
        self.0.absorb(part.0);
    }

    /// The reasons, in the order in which they were found.
    pub(super) fn into_list(self) -> Vec<Problem> {
        self.0.into_list()
    }
}

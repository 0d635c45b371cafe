//! Why a scan cannot be relied on to be whole, or a document is refused.
//!
//! A value that tells how the scan went, or that holds results, and that cannot be read leaves the scan incomplete: what it would
//! have said is not known, and nothing good may be read into it.

use crate::base::json::{Halt, Reader, Result, Scalar, ValueKind};
use crate::model::problem::{Problem, Problems, Weight};
use crate::model::scan::{ERROR_NOTIFICATION, TOOL_ERROR};

/// What to do about a scan that is not whole.
const HELP: &str = "look into the scanner's log, mend it and scan again";

/// How much of what a tool says of an error is kept.
const ERROR_LIMIT: usize = 200;

/// A document refused because something in it has no member that the format requires: without it, results could be missing.
pub(super) fn lacks(r: &Reader<'_>, what: &str, member: &str) -> Halt {
    r.refuse("missing-member", &format!("{what} has no `{member}`"), "the report is not whole: let the tool write it again")
}

/// The reasons, a few of each kind with a count of the rest.
#[derive(Default)]
pub(super) struct Reasons(Problems);

impl Reasons {
    /// Notes a reason at a JSON pointer.
    pub(super) fn add(&mut self, code: &'static str, at: impl FnOnce() -> String, what: impl Into<String>) {
        self.0.add(Weight::Undecided, code, at, what, HELP);
    }

    /// Notes that a report without results is no clean one: its tool found nothing that it could scan.
    pub(super) fn nothing_scanned(&mut self, at: &str, what: &str) {
        self.0.add(Weight::Undecided, "no-results", || at.to_owned(), what, "check what the scanner was told to scan");
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

    /// Notes an error that the tool tells of itself.
    pub(super) fn error(&mut self, at: impl FnOnce() -> String, text: Option<&str>) {
        let cut = |text: &str| text.chars().take(ERROR_LIMIT).collect::<String>();
        let what = text.map_or_else(|| TOOL_ERROR.to_owned(), |text| format!("{TOOL_ERROR}: {}", cut(text)));
        self.add(ERROR_NOTIFICATION, at, what);
    }

    /// Reads the mark of a next page: whatever it is, but `null` or an empty text, there is more than this document has.
    pub(super) fn next_page(&mut self, r: &mut Reader<'_>, at: impl FnOnce() -> String) -> Result<()> {
        if !matches!(r.scalar()?, Scalar::Null | Scalar::Text("")) {
            self.add("more-pages", at, "the results go on behind this page: fetch all pages");
        }
        Ok(())
    }

    /// Reads a member that tells of an error: whatever it is, but `null` or an empty text, is one.
    pub(super) fn told_error(&mut self, r: &mut Reader<'_>, at: impl FnOnce() -> String) -> Result<()> {
        match r.scalar()? {
            Scalar::Null | Scalar::Text("") => {}
            Scalar::Text(text) => self.error(at, Some(text)),
            Scalar::Number(_) | Scalar::Bool(_) | Scalar::Array | Scalar::Object => self.error(at, None),
        }
        Ok(())
    }

    /// Notes a record of a stream whose type is not known.
    pub(super) fn unknown_record(&mut self, at: impl FnOnce() -> String) {
        self.add("unknown-record", at, "a record is of a type that is not known: it may be a result");
    }

    /// Notes that the record which ends a stream is missing: `what` names it.
    pub(super) fn cut_off(&mut self, what: &str) {
        self.add("cut-off", String::new, format!("`{what}` does not end the report: what is missing is not known"));
    }

    /// Reads an optional list of errors, each of which is one, whatever it is: a text, or an object that has its text under the first
    /// of `keys` that it has.
    pub(super) fn errors(&mut self, r: &mut Reader<'_>, at: &str, keys: &[&str]) -> Result<()> {
        if !self.expect(r, ValueKind::Array, || at.to_owned())? {
            return Ok(());
        }
        r.array(|r, index| {
            let mut texts: Vec<Option<String>> = vec![None; keys.len()];
            let mut told = None;
            if r.kind()? == ValueKind::Object {
                r.entries(|r, key| {
                    let text = texts.iter_mut().zip(keys).find(|(_, known)| **known == key).map(|(text, _)| text);
                    if let (Some(text), Some(read)) = (text, r.scalar()?.text()) {
                        *text = Some(read.to_owned());
                    }
                    Ok(())
                })?;
                told = texts.into_iter().flatten().next();
            } else if let Some(text) = r.scalar()?.text() {
                told = Some(text.to_owned());
            }
            self.error(|| format!("{at}/{index}"), told.as_deref());
            Ok(())
        })
    }

    /// Reads an optional count, which may also be written as a string, or as `3.0`. What is no count is a reason.
    pub(super) fn count(&mut self, r: &mut Reader<'_>, at: impl FnOnce() -> String) -> Result<Option<u64>> {
        let value = r.scalar()?;
        Ok(self.count_of(value, at))
    }

    /// The same of a value that was read.
    pub(super) fn count_of(&mut self, value: Scalar<'_>, at: impl FnOnce() -> String) -> Option<u64> {
        let told = value.number().or(value.text());
        let count = told.and_then(|told| told.strip_suffix(".0").unwrap_or(told).parse().ok());
        if count.is_none() && !value.is_null() {
            self.unreadable("a count", value.kind().word(), at);
        }
        count
    }

    /// Reads a boolean that tells how the scan went. Whatever else stands there is a reason.
    pub(super) fn flag(&mut self, r: &mut Reader<'_>, at: impl FnOnce() -> String) -> Result<Option<bool>> {
        let value = r.scalar()?;
        if let Scalar::Bool(flag) = value {
            return Ok(Some(flag));
        }
        self.unreadable("true or false", value.kind().word(), at);
        Ok(None)
    }

    /// Holds a count of the report against what it lists: `what` names it, `vulnerabilities`.
    pub(super) fn counted(&mut self, what: &str, counted: Option<u64>, listed: u64, at: impl FnOnce() -> String) {
        if let Some(counted) = counted.filter(|&counted| counted != listed) {
            self.add("count-mismatch", at, format!("the report counts {counted} {what} and lists {listed}"));
        }
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_stands_in_a_list_of_errors_is_one() {
        let text = r#"["a", {"message": "c", "type": "b"}, {"code": 1}, 7, null, []]"#;
        let mut reasons = Reasons::default();
        assert!(reasons.errors(&mut Reader::new(&mut text.as_bytes()), "/errors", &["type", "message"]).is_ok());
        let list = reasons.into_list();
        let told: Vec<&str> = list.iter().map(|reason| reason.message.as_str()).collect();
        assert_eq!(told.get(..3), Some(&["the tool reports an error: a", "the tool reports an error: b", TOOL_ERROR][..]));
        assert_eq!(list.last().map(|last| last.more), Some(1));
    }

    #[test]
    fn a_member_for_an_error_or_a_next_page_tells_one_unless_it_is_empty() {
        for (text, is_one) in
            [("null", false), (r#""""#, false), (r#""x""#, true), ("{}", true), ("[]", true), ("0", true), ("false", true)]
        {
            let mut reasons = Reasons::default();
            assert!(reasons.told_error(&mut Reader::new(&mut text.as_bytes()), || "/Error".to_owned()).is_ok());
            assert!(reasons.next_page(&mut Reader::new(&mut text.as_bytes()), || "/next".to_owned()).is_ok());
            assert_eq!(reasons.into_list().len(), if is_one { 2 } else { 0 }, "{text}");
        }
    }

    #[test]
    fn a_flag_that_is_none_is_a_reason() {
        for (text, flag, reasons_told) in
            [("true", Some(true), 0), ("false", Some(false), 0), ("null", None, 1), ("\"true\"", None, 1), ("[]", None, 1)]
        {
            let mut reasons = Reasons::default();
            let read = reasons.flag(&mut Reader::new(&mut text.as_bytes()), || "/ok".to_owned()).ok().flatten();
            assert_eq!((read, reasons.into_list().len()), (flag, reasons_told), "{text}");
        }
    }

    #[test]
    fn a_count_is_held_against_the_list() {
        for (text, listed, code) in [
            ("2", 2, None),
            ("\"2\"", 2, None),
            ("2.0", 2, None),
            ("null", 2, None),
            ("2.5", 2, Some("health-unreadable")),
            ("3", 2, Some("count-mismatch")),
            ("-1", 2, Some("health-unreadable")),
            ("[]", 0, Some("health-unreadable")),
        ] {
            let mut reasons = Reasons::default();
            let counted = reasons.count(&mut Reader::new(&mut text.as_bytes()), || "/total".to_owned()).ok().flatten();
            reasons.counted("rows", counted, listed, || "/total".to_owned());
            assert_eq!(reasons.into_list().first().map(|reason| reason.code), code, "{text}");
        }
    }
}

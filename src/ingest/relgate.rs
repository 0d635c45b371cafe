//! relgate's own findings document, `relgate.findings/v1`, for tools without a reader: what `relgate inspect --json` prints, as a
//! document (docs/findings-document.md).
//!
//! Whoever writes it writes it for relgate, so nothing in it is guessed: an unknown key, word or type refuses it.

mod finding;

use crate::base::date::parse_instant;
use crate::base::json::{Halt, Reader, Result, Scalar, ValueKind};
use crate::base::suggest;
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::RawScan;
use crate::model::scan::Ended;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "relgate",
    title: "relgate's findings document",
    recognized: "`schema` that begins with `relgate.findings/`",
    reads: "Findings of any tool, in relgate's own words: see [the findings document](findings-document.md)",
    severity: "`severity` of the finding",
    incomplete: "`complete` is not true",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

const SCHEMA: &str = "relgate.findings/v1";

const KEYS: [&str; 9] = ["schema", "tool", "tool_version", "category", "complete", "incomplete_because", "ended", "commit", "findings"];

fn sniff(probe: &Probe) -> bool {
    probe.text("/schema").is_some_and(|schema| schema.starts_with("relgate.findings/"))
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut scan = RawScan::new(String::new(), sink.intern(""));
    let mut reasons = Reasons::default();
    let (mut schema, mut tool, mut complete, mut listed) = (false, None, None, false);
    let mut of_findings = None;
    r.entries(|r, key| {
        match key {
            "schema" => {
                one_of(r, [SCHEMA].into_iter(), |word| (word == SCHEMA).then_some(()))?;
                schema = true;
            }
            "tool" => tool = text(r, sink)?.filter(|&tool| !sink.report.texts.get(tool).as_data().is_empty()),
            "tool_version" => scan.tool_version = text(r, sink)?,
            "category" => scan.category = category(r)?,
            "complete" => complete = flag(r)?,
            "incomplete_because" => list(r, |r, index| {
                let said = required(r, "a reason")?;
                let said = sink.intern_prose(&said);
                let said = sink.report.texts.get(said).as_data();
                reasons.add("error-notification", || format!("/incomplete_because/{index}"), format!("the tool says: {said}"));
                Ok(())
            })?,
            "ended" => {
                let told = text(r, sink)?.map(|told| parse_instant(sink.report.texts.get(told).as_data()));
                scan.ended = match told {
                    None => Ended::NotTold,
                    Some(Some(instant)) => Ended::At(instant),
                    Some(None) => return Err(r.refuse("bad-instant", "not an instant", "write it as RFC 3339: `2026-01-15T10:00:00Z`")),
                };
            }
            "commit" => scan.commit = text(r, sink)?,
            "findings" => {
                listed = true;
                of_findings = finding::read_all(r, sink, &mut scan)?;
            }
            _ => return Err(unknown(r, "the document", key, &KEYS)),
        }
        Ok(())
    })?;
    let lacking = [("schema", schema), ("tool", tool.is_some()), ("complete", complete.is_some()), ("findings", listed)];
    if let Some((member, _)) = lacking.into_iter().find(|(_, told)| !told) {
        return Err(lacks(r, "the document", member));
    }
    if of_findings.is_some() && of_findings != tool {
        return Err(r.refuse("other-tool", "a finding names another tool than the document", "write one document for each tool"));
    }
    scan.tool = tool.unwrap_or(scan.tool);
    scan.incomplete_because = reasons.into_list();
    if complete == Some(false) && scan.incomplete_because.is_empty() {
        let mut reasons = Reasons::default();
        reasons.add("error-notification", || "/complete".to_owned(), "the tool says that it did not complete");
        scan.incomplete_because = reasons.into_list();
    }
    for detail in sink.report.details.iter_mut() {
        detail.category = detail.category.or(scan.category);
    }
    sink.report.scans.push(scan);
    Ok(())
}

/// A key that is none.
fn unknown(r: &Reader<'_>, of: &str, key: &str, known: &[&str]) -> Halt {
    let key: String = key.chars().take(40).collect();
    r.refuse("unknown-key", &format!("{of} has no key `{key}`"), &suggest::help(&key, known.iter().copied()))
}

/// A value of another type than its key has.
fn wrong(r: &mut Reader<'_>, wanted: &str) -> Halt {
    match r.kind() {
        Ok(kind) => r.refuse("wrong-type", &format!("expected {wanted}, found {}", kind.word()), "see docs/findings-document.md"),
        Err(halt) => halt,
    }
}

/// Whether there is a value: `null` is none.
fn some(r: &mut Reader<'_>) -> Result<bool> {
    if r.kind()? == ValueKind::Null {
        r.skip()?;
        return Ok(false);
    }
    Ok(true)
}

/// An optional string.
fn text(r: &mut Reader<'_>, sink: &mut Sink) -> Result<Option<Text>> {
    if !some(r)? {
        return Ok(None);
    }
    match r.text()? {
        Some(text) => Ok(Some(sink.intern(text))),
        None => Err(wrong(r, "a string")),
    }
}

/// A string that must be there.
fn required(r: &mut Reader<'_>, what: &str) -> Result<String> {
    match r.text()?.map(str::to_owned) {
        Some(text) if !text.is_empty() => Ok(text),
        Some(_) => Err(r.refuse("empty", &format!("{what} is empty"), "leave it out")),
        None => Err(wrong(r, "a string")),
    }
}

/// An optional boolean.
fn flag(r: &mut Reader<'_>) -> Result<Option<bool>> {
    if !some(r)? {
        return Ok(None);
    }
    match r.kind()? {
        ValueKind::Bool => Ok(Some(r.scalar()? == Scalar::Bool(true))),
        ValueKind::Text | ValueKind::Number | ValueKind::Null | ValueKind::Array | ValueKind::Object => Err(wrong(r, "a boolean")),
    }
}

/// An optional list.
fn list(r: &mut Reader<'_>, item: impl FnMut(&mut Reader<'_>, u32) -> Result<()>) -> Result<()> {
    if some(r)? { r.array(item) } else { Ok(()) }
}

/// A word out of some.
fn one_of<'w, T>(r: &mut Reader<'_>, known: impl Iterator<Item = &'w str> + Clone, meant: impl Fn(&str) -> Option<T>) -> Result<T> {
    let word = required(r, "the word")?;
    let shown: String = word.chars().take(40).collect();
    meant(&word).ok_or_else(|| r.refuse("unknown-word", &format!("`{shown}` is none of the words for it"), &suggest::help(&shown, known)))
}

/// An optional category.
fn category(r: &mut Reader<'_>) -> Result<Option<Category>> {
    if !some(r)? {
        return Ok(None);
    }
    one_of(r, Category::ALL.into_iter().map(Category::word), Category::from_word).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The code of the refusal; `None` where the document is read.
    fn refusal(members: &str) -> Option<&'static str> {
        let text = format!(r#"{{"schema": "relgate.findings/v1", "tool": "acme", "complete": true, {members}}}"#);
        let mut source = text.as_bytes();
        let mut reader = Reader::new(&mut source);
        let read = parse(&mut reader, &mut Sink::default()).and_then(|()| reader.end());
        read.err().map(|halt| halt.into_fault().code)
    }

    #[test]
    fn nothing_in_it_is_guessed() {
        let finding = |members: &str| refusal(&format!(r#""findings": [{{"rule_id": "a", {members}}}]"#));
        for (members, code) in [
            (r#""severity": null, "score": 7.5, "state": "suppressed""#, None),
            (r#""path": "a.py", "path": "b.py""#, Some("repeated-key")),
            (r#""line": 3"#, Some("unknown-key")),
            (r#""start_line": 0"#, Some("bad-line")),
            (r#""severity": "moderate""#, Some("unknown-word")),
            (r#""severity": 7.5"#, Some("wrong-type")),
            (r#""score": "7.5""#, Some("wrong-type")),
            (r#""score": 75"#, Some("bad-score")),
            (r#""ids": "CVE-2021-44906""#, Some("wrong-type")),
            (r#""cwes": ["CWE-79"]"#, Some("bad-cwe")),
            (r#""package": {"version": "1"}"#, Some("no-package")),
            (r#""suppressed": "external""#, Some("contradiction")),
            (r#""reachable": "no""#, Some("wrong-type")),
            (r#""tool": "other""#, Some("other-tool")),
        ] {
            assert_eq!(finding(members), code, "{members}");
        }
    }

    #[test]
    fn a_document_says_what_it_is_of_and_whether_it_is_whole() {
        for (members, code) in [
            (r#""findings": [], "ended": "2026-01-15T10:00:00Z", "category": null"#, None),
            (r#""findings": null"#, Some("wrong-type")),
            (r#""findings": [{}]"#, Some("no-finding")),
            (r#""findings": [], "ended": "yesterday""#, Some("bad-instant")),
            (r#""findings": [], "results": []"#, Some("unknown-key")),
            (r#""category": "sast""#, Some("missing-member")),
        ] {
            assert_eq!(refusal(members), code, "{members}");
        }
    }
}

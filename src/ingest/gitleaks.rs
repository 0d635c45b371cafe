//! gitleaks 8: `--report-format json`, a list of `report.Finding`.
//!
//! Only what cannot hold the secret is read: the rule, the place, and the fingerprint where it is made of nothing else. The secret,
//! the matched line, the author and the commit's message stay where they are.

use crate::base::json::{Reader, Result, members};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::RawLocation;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "gitleaks",
    title: "gitleaks 8 JSON",
    recognized: "items with `RuleID`",
    reads: "Rule, path and lines. The fingerprint is kept only where it is made of commit, path, rule and line; nothing else is read, so that no secret is",
    severity: "none is told",
    incomplete: "",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    probe.has("/0/RuleID")
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut scan = sink.scan("gitleaks");
    sink.rows(r, &mut scan, "", leak)?;
    sink.finish(scan, Reasons::default());
    Ok(())
}

fn leak(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let mut place = RawLocation::default();
    let (mut rule, mut commit, mut print) = (None, None, None);
    members!(r, {
        "RuleID" => rule = sink.name(r, || format!("{}/RuleID", at()))?,
        "File" => place.uri = sink.name(r, || format!("{}/File", at()))?,
        "StartLine" => place.start_line = sink.line(r, || format!("{}/StartLine", at()))?,
        "EndLine" => place.end_line = sink.line(r, || format!("{}/EndLine", at()))?,
        "Commit" => commit = sink.name(r, || format!("{}/Commit", at()))?,
        "Fingerprint" => print = r.text()?.map(str::to_owned).map_or_else(|| r.skip().map(|()| None), |text| Ok(Some(text)))?,
    });
    let Some(rule) = rule else { return Err(lacks(r, "a leak", "RuleID")) };
    item.is_of(Category::Secret);
    (item.rule_id, item.locations) = (Some(rule), vec![place]);
    item.detail.mark = print.filter(|print| is_of(print, sink, rule, place, commit)).map(|print| sink.intern(&print));
    Ok(())
}

/// Whether a fingerprint is what gitleaks makes it of, `commit:file:rule:line`, without the commit where none was scanned.
fn is_of(print: &str, sink: &Sink, rule: Text, place: RawLocation, commit: Option<Text>) -> bool {
    let word = |text: Option<Text>| text.map_or("", |text| sink.report.texts.get(text).as_data());
    let line = place.start_line.map_or(0, std::num::NonZero::get);
    let rest = format!("{}:{}:{line}", word(place.uri), word(Some(rule)));
    print.strip_suffix(rest.as_str()).is_some_and(|before| before.is_empty() || before.strip_suffix(':') == Some(word(commit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_that_may_hold_more_than_the_place_is_not_kept() {
        let marked = |print: &str| {
            let text = format!(r#"[{{"Fingerprint": "{print}", "File": "a.env", "StartLine": 3, "Commit": "c0ffee", "RuleID": "key"}}]"#);
            let mut sink = Sink::default();
            let read = parse(&mut Reader::new(&mut text.as_bytes()), &mut sink);
            assert!(read.is_ok());
            sink.report.details.iter().any(|detail| detail.mark.is_some())
        };
        for (print, kept) in [
            ("c0ffee:a.env:key:3", true),
            ("a.env:key:3", true),
            ("hunter2:a.env:key:3", false),
            ("a.env:key:4", false),
            ("hunter2", false),
            ("xa.env:key:3", false),
            ("", false),
        ] {
            assert_eq!(marked(print), kept, "{print}");
        }
    }
}

//! Phrases for people, encoded for a terminal.

use crate::base::escape;
use crate::base::text::{Text, Untrusted};
use crate::model::finding::{Evidence, Finding};
use crate::model::scan::Scan;

/// `1 sighting`, `2 sightings`.
pub(super) fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// `1`, `1 and 2`, `1, 2 and 3`.
pub(super) fn and(items: &[String]) -> String {
    match items.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// A text that may hold a scanner's words.
pub(super) fn plain(text: &str, max_chars: usize) -> String {
    escape::terminal(Untrusted::new(text), max_chars)
}

/// A text of a scanner; `-` where there is none.
pub(super) fn text(evidence: &Evidence, text: Option<Text>, max_chars: usize) -> String {
    match text {
        Some(text) => escape::terminal(evidence.text(text), max_chars),
        None => "-".to_owned(),
    }
}

/// What people call a finding: its advisory, else the title of the check, else its id.
pub(super) fn name(evidence: &Evidence, finding: &Finding, max_chars: usize) -> String {
    let rule = evidence.rule(finding);
    let advisory = evidence.words.get(finding.ids).first().copied();
    let name = advisory.or(rule.and_then(|rule| rule.title)).or(rule.and_then(|rule| rule.rule_id));
    name.map_or_else(|| "check without a name".to_owned(), |name| text(evidence, Some(name), max_chars))
}

/// `path:line`, the path cut at `max_chars`.
pub(super) fn place(evidence: &Evidence, finding: &Finding, max_chars: usize) -> String {
    let place = evidence.location(finding).unwrap_or_default();
    match (place.path, place.start_line) {
        (None, _) => "no path".to_owned(),
        (path, None) => text(evidence, path, max_chars),
        (path, Some(line)) => format!("{}:{line}", text(evidence, path, max_chars)),
    }
}

/// A row about a scan: whether it is complete, the report, its format, the tool with its version, the category.
pub(super) fn scan(evidence: &Evidence, scan: &Scan) -> [String; 5] {
    let input = evidence.input(scan);
    let tool = text(evidence, Some(scan.tool), 40);
    [
        completeness(scan.complete()).to_owned(),
        input.map_or_else(String::new, |input| plain(&input.path, 60)),
        input.and_then(|input| input.format).unwrap_or("-").to_owned(),
        scan.tool_version.map_or(tool.clone(), |version| format!("{tool} {}", text(evidence, Some(version), 20))),
        scan.category.word().to_owned(),
    ]
}

/// A word for it.
pub(super) const fn completeness(complete: bool) -> &'static str {
    if complete { "complete" } else { "INCOMPLETE" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_counts_read_like_prose() {
        let numbers = ["1", "2", "3"].map(str::to_owned);
        assert_eq!(and(&numbers), "1, 2 and 3");
        assert_eq!(and(numbers.get(..2).unwrap_or_default()), "1 and 2");
        assert_eq!(and(numbers.get(..1).unwrap_or_default()), "1");
        assert_eq!((count(1, "ticket"), count(0, "ticket")), ("1 ticket".to_owned(), "0 tickets".to_owned()));
    }
}

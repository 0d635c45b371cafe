//! A record that is to be written: its lines, and the file that it begins.

use jiff::civil::Date;

use crate::base::yaml::quoted;
use crate::model::exception::{ExceptionType, Status};
use crate::model::policy::Action;

/// Where editors find the schema of exceptions.
const SCHEMA: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/raw/main/schemas/exceptions.v1.json");

/// A record, each text as it will stand in it. Whether it is one that counts is told by who reads it.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its name.
    pub id: String,
    /// What it is about, for people.
    pub title: String,
    /// Why there may be one.
    pub kind: ExceptionType,
    /// Which findings.
    pub matches: DraftMatch,
    /// What is left of the action.
    pub effect: Action,
    /// When one of these becomes known it holds no more.
    pub until: Vec<&'static str>,
    /// What only some types have: the key and its value.
    pub of_type: Vec<(&'static str, String)>,
    /// What is done instead: what, where it can be seen, and when somebody looked.
    pub control: Option<(String, String, Date)>,
    /// Why it does no harm.
    pub reason: String,
    /// Who asked.
    pub requester: String,
    /// Where the work is tracked.
    pub ticket: Option<String>,
    /// When it was written.
    pub created: Date,
    /// Who answers for it, in which role; without one it is proposed. It was approved on the day on which it was written.
    pub approval: Option<(String, String)>,
    /// The last day on which it holds.
    pub expires: Date,
}

/// Which findings.
#[derive(Clone, Debug, Default)]
pub struct DraftMatch {
    /// An advisory id.
    pub vulnerability: Option<String>,
    /// `rule_id`, or `tool:rule_id`.
    pub rule_id: Option<String>,
    /// A key of the finding.
    pub fingerprint: Option<String>,
    /// A purl without version.
    pub package: Option<String>,
    /// Exact versions.
    pub versions: Vec<String>,
    /// Whether it is about every version, where none is named.
    pub any_version: bool,
    /// Globs of files.
    pub paths: Vec<String>,
}

impl Draft {
    /// The lines of the record, without what they are indented by.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let pair = |key: &str, value: &str| format!("{key}: {}", scalar(value));
        let status = if self.approval.is_some() { Status::Approved } else { Status::Proposed };
        let mut lines = vec![
            pair("id", &self.id),
            pair("title", &self.title),
            pair("type", self.kind.word()),
            pair("status", status.word()),
            "match:".to_owned(),
        ];
        lines.extend(self.matches.lines().into_iter().map(|line| format!("  {line}")));
        lines.push(pair("effect", self.effect.word()));
        lines.extend((!self.until.is_empty()).then(|| format!("until: [{}]", self.until.join(", "))));
        lines.extend(self.of_type.iter().map(|(key, value)| pair(key, value)));
        lines.push(pair("reason", &self.reason));
        if let Some((control, evidence, validated)) = &self.control {
            lines.push("compensating_controls:".to_owned());
            lines.push(format!("  - {{control: {}, evidence: {}, validated: {validated}}}", quoted(control), quoted(evidence)));
        }
        lines.push(pair("requester", &self.requester));
        if let Some((role, email)) = &self.approval {
            lines.push(format!("accountable: {{email: {}, role: {}}}", quoted(email), quoted(role)));
        }
        lines.extend(self.ticket.as_ref().map(|ticket| pair("ticket", ticket)));
        lines.push(format!("created: {}", self.created));
        lines.extend(self.approval.as_ref().map(|_| format!("approved: {}", self.created)));
        lines.push(format!("expires: {}", self.expires));
        lines
    }
}

impl DraftMatch {
    fn lines(&self) -> Vec<String> {
        let Self { vulnerability, rule_id, fingerprint, package, versions, any_version, paths } = self;
        let one = |key: &str, value: &Option<String>| value.as_ref().map(|value| format!("{key}: {}", scalar(value)));
        let list = |key: &str, values: &[String]| {
            let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
            (!values.is_empty()).then(|| format!("{key}: [{}]", values.join(", ")))
        };
        let any = any_version.then(|| "allow_any_version: true".to_owned());
        [
            one("vulnerability", vulnerability),
            one("rule_id", rule_id),
            one("fingerprint", fingerprint),
            one("package", package),
            list("versions", versions),
            any,
            list("path", paths),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// The text of a file with these records.
#[must_use]
pub fn file(records: &[Vec<String>]) -> String {
    let items: String = records.iter().map(|lines| item(lines, "  ", "\n")).collect();
    format!("# yaml-language-server: $schema={SCHEMA}\nschema: relgate.exceptions/v1\nexceptions:\n{items}")
}

/// The lines of a record as an item of a list.
pub(super) fn item(lines: &[String], indent: &str, newline: &str) -> String {
    let lead = |place| if place == 0 { "- " } else { "  " };
    let parts = lines.iter().enumerate().flat_map(|(place, line)| [indent, lead(place), line.as_str(), newline]);
    parts.collect()
}

/// A text as a value: without quotes where every reader takes it for this text.
fn scalar(text: &str) -> String {
    let is_word = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '@' | ':' | '%' | '+'))
        && !text.ends_with(':')
        && !matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n");
    if is_word { text.to_owned() } else { quoted(text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::yaml::{self, Kind};

    fn draft() -> Draft {
        Draft {
            id: "EXC-1".to_owned(),
            title: "a: b".to_owned(),
            kind: ExceptionType::RiskAcceptance,
            matches: DraftMatch { rule_id: Some("semgrep:a".to_owned()), ..DraftMatch::default() },
            effect: Action::Ticket,
            until: Vec::new(),
            of_type: Vec::new(),
            control: None,
            reason: "it does no harm".to_owned(),
            requester: "ola@acme.example".to_owned(),
            ticket: None,
            created: jiff::civil::date(2026, 11, 2),
            approval: None,
            expires: jiff::civil::date(2026, 12, 2),
        }
    }

    #[test]
    fn a_record_that_nobody_approved_is_proposed() {
        let expected = "id: EXC-1\ntitle: \"a: b\"\ntype: risk_acceptance\nstatus: proposed\nmatch:\n  rule_id: semgrep:a\neffect: ticket\nreason: \"it does no harm\"\nrequester: ola@acme.example\ncreated: 2026-11-02\nexpires: 2026-12-02";
        assert_eq!(draft().lines().join("\n"), expected);
    }

    #[test]
    fn all_that_a_record_can_say_is_written() {
        let matches = DraftMatch {
            vulnerability: Some("CVE-1".to_owned()),
            fingerprint: Some("ctx/1:0".to_owned()),
            package: Some("pkg:npm/%40a/b".to_owned()),
            versions: vec!["1.0".to_owned(), "2".to_owned()],
            paths: vec!["src/**".to_owned()],
            ..DraftMatch::default()
        };
        let whole = Draft {
            matches,
            until: vec!["kev", "fix_available"],
            of_type: vec![("evidence", "PAY-1".to_owned())],
            control: Some(("WAF".to_owned(), "https://w.example".to_owned(), jiff::civil::date(2026, 11, 1))),
            ticket: Some("PAY-881".to_owned()),
            approval: Some(("lead".to_owned(), "dana@acme.example".to_owned())),
            ..draft()
        };
        let expected = "match:\n  vulnerability: CVE-1\n  fingerprint: ctx/1:0\n  package: pkg:npm/%40a/b\n  versions: [\"1.0\", \"2\"]\n  path: [\"src/**\"]\neffect: ticket\nuntil: [kev, fix_available]\nevidence: PAY-1\nreason: \"it does no harm\"\ncompensating_controls:\n  - {control: \"WAF\", evidence: \"https://w.example\", validated: 2026-11-01}\nrequester: ola@acme.example\naccountable: {email: \"dana@acme.example\", role: \"lead\"}\nticket: PAY-881\ncreated: 2026-11-02\napproved: 2026-11-02\nexpires: 2026-12-02";
        let lines = whole.lines().join("\n");
        assert_eq!(lines, format!("id: EXC-1\ntitle: \"a: b\"\ntype: risk_acceptance\nstatus: approved\n{expected}"));
        let any = DraftMatch { vulnerability: Some("CVE-1".to_owned()), any_version: true, ..DraftMatch::default() };
        assert_eq!(any.lines(), ["vulnerability: CVE-1", "allow_any_version: true"]);
    }

    #[test]
    fn a_text_is_read_as_what_it_is() {
        for plain in ["a", "PAY-881", "pkg:npm/%40a/b+c", "a_b.c@d"] {
            assert_eq!(scalar(plain), plain);
        }
        for text in
            ["", "1", "1.5", "-", "a b", "a: b", "a:", "true", "No", "NULL", "y", "off", "*", "#", "~", "é", "a#b", "[a", "2026-11-02"]
        {
            assert_eq!(scalar(text), quoted(text));
        }
        for text in ["a", "a:b", "a:", "yes", "1", "", "a #b", "a\\b", "a\"b"] {
            let read = yaml::read(&format!("k: {}", scalar(text)));
            assert_eq!(read.ok().and_then(|root| root.get("k").map(|node| node.kind.clone())), Some(Kind::Text(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn a_file_is_a_list_of_its_records() {
        let text = file(&[vec!["id: a".to_owned(), "b: c".to_owned()], vec!["id: d".to_owned()]]);
        let (head, items) = text.split_once("exceptions:\n").unwrap_or_default();
        assert!(
            head.starts_with("# yaml-language-server: $schema=https://") && head.ends_with("\nschema: relgate.exceptions/v1\n"),
            "{head}"
        );
        assert_eq!(items, "  - id: a\n    b: c\n  - id: d\n");
    }
}

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

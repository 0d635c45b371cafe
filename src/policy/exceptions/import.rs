//! What files by which scanners ignore findings say, as records that are yet to be approved.
//!
//! Only what a record can say as exactly is taken over. What ignores more (a wildcard, whatever has no fix, a package whatever its
//! vulnerability) is told with its line instead, and so is what has ended.

mod deny;
mod grype;
mod osv;
mod snyk;
mod trivy;
mod trivyignore;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::draft::{Draft, DraftMatch};
use super::is_reason;
use crate::base::date::{date_of, days_between, parse_date, parse_instant};
use crate::base::fault::{Fault, Position};
use crate::base::yaml::{Kind, Node};
use crate::model::exception::ExceptionType;
use crate::model::identity::Category;
use crate::model::policy::{Action, Policy};
use crate::model::problem::{Problem, Weight};
use crate::model::severity::Severity;

/// How long a record is proposed for where its file says nothing that the limits admit.
const DAYS: i64 = 30;

/// One kind of file.
pub struct Import {
    /// The word of `--from`.
    pub id: &'static str,
    /// The names that such files have.
    pub names: &'static [&'static str],
    /// Its entries, of a text that lies in a folder.
    pub(super) read: fn(text: &str, folder: &str) -> Result<Vec<Entry>, Fault>,
}

/// Every kind.
pub static FORMATS: &[Import] = &[
    Import { id: "trivyignore", names: &[".trivyignore"], read: trivyignore::read },
    Import { id: "trivyignore-yaml", names: &[".trivyignore.yaml", ".trivyignore.yml"], read: trivy::read },
    Import { id: "grype", names: &[".grype.yaml", ".grype.yml"], read: grype::read },
    Import { id: "osv-scanner", names: &["osv-scanner.toml"], read: osv::read },
    Import { id: "snyk", names: &[".snyk"], read: snyk::read },
    Import { id: "cargo-deny", names: &["deny.toml", ".deny.toml"], read: deny::read },
];

/// What one entry ignores.
pub(super) struct Entry {
    /// The line, from 1.
    pub line: u64,
    /// What it names, for people.
    pub what: String,
    /// Which findings; or why no record says the same: a lower-case fragment.
    pub matches: Result<DraftMatch, String>,
    /// Why, if it says.
    pub reason: Option<String>,
    /// The last whole day, if it ends.
    pub ends: Option<Date>,
    /// What ends it beside.
    pub until: Vec<&'static str>,
}

impl Entry {
    fn of(line: u64, what: &str, matches: Result<DraftMatch, String>) -> Self {
        Self { line, what: what.to_owned(), matches, reason: None, ends: None, until: Vec::new() }
    }
}

/// Advisories begin with one of these.
const ADVISORIES: [&str; 24] = [
    "CVE-", "GHSA-", "RUSTSEC-", "GO-", "PYSEC-", "OSV-", "MAL-", "SNYK-", "NSWG-", "DLA-", "DSA-", "USN-", "RHSA-", "RHBA-", "ALAS-",
    "ALAS2-", "ELSA-", "TEMP-", "GSD-", "OSVDB-", "JVNDB-", "HSEC-", "npm:", "CGA-",
];

fn is_advisory(id: &str) -> bool {
    ADVISORIES.iter().any(|prefix| id.starts_with(prefix))
}

/// A vulnerability, in whatever version of whatever component.
fn anywhere(id: &str) -> DraftMatch {
    DraftMatch { vulnerability: Some(id.to_owned()), any_version: true, ..DraftMatch::default() }
}

/// An advisory wherever it is; an error of what is none.
fn advisory(id: &str) -> Result<DraftMatch, String> {
    if is_advisory(id) { Ok(anywhere(id)) } else { Err("this is no advisory that is known here".to_owned()) }
}

/// The last whole day before a day or an instant at which something ends.
fn last_day(told: &str) -> Option<Date> {
    let day = parse_date(told).or_else(|| parse_instant(told).map(date_of))?;
    Some(day.saturating_sub(1.day()))
}

/// The text under a key, where there is one. What says something else could be read as if it said nothing, and so as more than it says.
fn text<'n>(node: &'n Node, key: &str) -> Result<Option<&'n str>, String> {
    let Some(told) = node.get(key) else { return Ok(None) };
    text_of(told, key).map(Some)
}

fn text_of<'n>(node: &'n Node, key: &str) -> Result<&'n str, String> {
    if let Kind::Text(text) = &node.kind { Ok(text) } else { Err(other_than(key, node, "text")) }
}

/// The same of a list of texts.
fn texts<'n>(node: &'n Node, key: &str) -> Result<Vec<&'n str>, String> {
    let Some(told) = node.get(key) else { return Ok(Vec::new()) };
    list_of(told, key)?.iter().map(|item| text_of(item, key)).collect()
}

fn list_of<'n>(node: &'n Node, key: &str) -> Result<&'n [Node], String> {
    if let Kind::List(items) = &node.kind { Ok(items) } else { Err(other_than(key, node, "a list")) }
}

/// What is wrong with a value of another kind.
fn other_than(key: &str, node: &Node, wanted: &str) -> String {
    format!("`{key}` is {}, not {wanted}", node.kind.what())
}

/// What an entry says its reason is; of another kind it is none that could be taken over.
fn reason_of(node: &Node, key: &str) -> Option<String> {
    text(node, key).ok().flatten().map(str::to_owned)
}

/// Takes an end that an entry tells; one that cannot be read is why it is not taken over.
fn end_of(entry: &mut Entry, told: Result<Option<&str>, String>) {
    let ends = told.and_then(|told| {
        let Some(told) = told else { return Ok(None) };
        last_day(told).map(Some).ok_or_else(|| format!("`{told}` is no day on which it could end"))
    });
    match ends {
        Ok(ends) => entry.ends = ends,
        Err(why) => entry.matches = Err(why),
    }
}

/// The first key of a map that is none of those known.
fn stranger<'n>(node: &'n Node, known: &[&str]) -> Option<&'n str> {
    node.entries().iter().map(|(key, _)| key.text.as_str()).find(|key| !known.contains(key))
}

/// Where a byte of a text stands: the line, from 1.
fn line_of(text: &str, byte: usize) -> u64 {
    text.get(..byte).map_or(1, |before| before.matches('\n').count() as u64 + 1)
}

/// A mistake in TOML.
fn toml_fault(text: &str, error: &toml::de::Error) -> Fault {
    let line = error.span().map_or(Position::Whole, |span| Position::Line(line_of(text, span.start), 1));
    let message = format!("not as its tool reads it: {}", error.message());
    Fault { code: "import-format", position: line, message, help: "correct it, or name another format with --from".to_owned() }
}

/// A package URL of an entry: without its version, and the version.
fn package(purl: &str) -> Result<(String, Option<String>), String> {
    if purl.contains(['?', '#']) {
        return Err(format!("{purl} names more than a package and its version"));
    }
    Ok(purl.split_once('@').map_or_else(|| (purl.to_owned(), None), |(package, version)| (package.to_owned(), Some(version.to_owned()))))
}

/// What an id of Trivy ignores, in files: an advisory, or a check.
fn of_trivy(id: &str, of: Category) -> DraftMatch {
    if of == Category::Sca { anywhere(id) } else { DraftMatch { rule_id: Some(format!("trivy:{id}")), ..DraftMatch::default() } }
}

/// What all the records of an import have in common.
pub struct Terms<'a> {
    /// Who asks.
    pub requester: &'a str,
    /// What they are held against.
    pub policy: &'a Policy,
    /// The day.
    pub today: Date,
    /// The first number that is free.
    pub first: u32,
}

/// What files come to: the records, and what is no record, each with its line and why.
#[derive(Default)]
pub struct Imported {
    /// Proposed records, in the order of the files.
    pub drafts: Vec<Draft>,
    /// What was not taken over.
    pub skipped: Vec<Problem>,
}

/// The records that files of other tools come to.
pub fn import(files: &[(String, String, &'static Import)], terms: &Terms<'_>) -> Result<Imported, Vec<Problem>> {
    let (mut imported, mut wrong) = (Imported::default(), Vec::new());
    for (file, text, format) in files {
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        match (format.read)(text, folder) {
            Err(fault) => wrong.push(Problem::of_fault(Weight::Undecided, Some(file.clone()), fault)),
            Ok(entries) => entries.into_iter().for_each(|entry| take(&mut imported, file, entry, terms)),
        }
    }
    if wrong.is_empty() { Ok(imported) } else { Err(wrong) }
}

/// Takes an entry over, or says why not.
fn take(imported: &mut Imported, file: &str, entry: Entry, terms: &Terms<'_>) {
    let (line, what) = (entry.line, entry.what.clone());
    match draft(file, entry, terms, imported.drafts.len()) {
        Ok(draft) => imported.drafts.push(draft),
        Err(why) => {
            let message = format!("`{what}` is not imported: {why}");
            let fault = Fault {
                code: "import-skipped",
                position: Position::Line(line, 1),
                message,
                help: "look whether it is still needed".to_owned(),
            };
            imported.skipped.push(Problem::of_fault(Weight::Note, Some(file.to_owned()), fault));
        }
    }
}

fn draft(file: &str, entry: Entry, terms: &Terms<'_>, place: usize) -> Result<Draft, String> {
    let Terms { requester, policy, today, first } = terms;
    let Entry { line, matches, reason, ends, until, .. } = entry;
    let matches = matches?;
    if let Some(ended) = ends.filter(|ends| ends < today) {
        return Err(format!("it ended on {ended}"));
    }
    let grants =
        Severity::ALL.into_iter().flat_map(|severity| policy.exceptions.grant(ExceptionType::RiskAcceptance, severity).into_values());
    let most = grants.max().unwrap_or(DAYS);
    let own = ends.filter(|ends| days_between(*today, *ends) <= most);
    let reason = reason.map(|reason| reason.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|reason| is_reason(reason));
    let number = first.saturating_add(u32::try_from(place).unwrap_or(u32::MAX));
    let draft = Draft {
        id: format!("EXC-{}-{number:04}", today.year()),
        title: format!("imported from {file}:{line}"),
        kind: ExceptionType::RiskAcceptance,
        matches,
        effect: Action::Ticket,
        until,
        of_type: Vec::new(),
        control: None,
        reason: reason.unwrap_or_else(|| format!("Imported from {file}:{line}, which gives no reason; say why.")),
        requester: (*requester).to_owned(),
        ticket: None,
        created: *today,
        approval: None,
        expires: own.unwrap_or_else(|| today.saturating_add(DAYS.min(most).days())),
    };
    match super::wrong_with(&super::draft_file(&[draft.lines()]), policy, *today) {
        Some(why) => Err(why),
        None => Ok(draft),
    }
}

#[cfg(test)]
mod tests;

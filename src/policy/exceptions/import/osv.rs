//! `osv-scanner.toml`: `IgnoredVulns` with `id`, and maybe `ignoreUntil` and `reason` (OSV-Scanner, "Configuration"). It is about what lies
//! in the file's own folder, and so is the record.

use serde::Deserialize;
use toml::Spanned;

use super::{DraftMatch, Entry, advisory, end_of, line_of, toml_fault};
use crate::base::fault::Fault;

/// A key that is spelled otherwise is refused: the tool may take it for one that it knows, whatever its case.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default, rename = "IgnoredVulns")]
    ignored: Vec<Ignored>,
    #[serde(default, rename = "PackageOverrides")]
    overrides: Vec<Spanned<toml::Table>>,
    /// Says which Go the code is built with, and ignores nothing.
    #[serde(rename = "GoVersionOverride")]
    _go: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ignored {
    id: Spanned<String>,
    #[serde(rename = "ignoreUntil")]
    until: Option<toml::Value>,
    reason: Option<String>,
}

pub(super) fn read(text: &str, folder: &str) -> Result<Vec<Entry>, Fault> {
    let file: File = toml::from_str(text).map_err(|error| toml_fault(text, &error))?;
    let ignored = file.ignored.into_iter().map(|ignored| {
        let id = ignored.id.get_ref();
        let mut entry = Entry::of(line_of(text, ignored.id.span().start), id, matches(id, folder));
        entry.reason = ignored.reason;
        let until = ignored.until.map(|until| match until {
            toml::Value::String(text) => text,
            toml::Value::Datetime(instant) => instant.to_string(),
            other @ (toml::Value::Integer(_)
            | toml::Value::Float(_)
            | toml::Value::Boolean(_)
            | toml::Value::Array(_)
            | toml::Value::Table(_)) => other.type_str().to_owned(),
        });
        end_of(&mut entry, Ok(until.as_deref()));
        entry
    });
    let overrides = file.overrides.iter().map(|one| {
        let name = one.get_ref().get("name").and_then(toml::Value::as_str).unwrap_or("PackageOverrides");
        let why = "an override of a package ignores whatever it has, or says its license".to_owned();
        Entry::of(line_of(text, one.span().start), name, Err(why))
    });
    Ok(ignored.chain(overrides).collect())
}

fn matches(id: &str, folder: &str) -> Result<DraftMatch, String> {
    let folder = folder.trim_start_matches("./").trim_end_matches('/');
    if folder.starts_with('/') || folder.split('/').any(|part| part == "..") || folder.contains(['*', '?', '[', '{', '\\']) {
        return Err("it is about the files beside it; run this at the root of the repository".to_owned());
    }
    let glob = if matches!(folder, "" | ".") { "*".to_owned() } else { format!("{folder}/*") };
    Ok(DraftMatch { paths: vec![glob], ..advisory(id)? })
}

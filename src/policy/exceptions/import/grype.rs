//! `.grype.yaml`: rules under `ignore`, all of whose keys must hold (Grype, "Specifying matches to ignore", and
//! `grype/match/ignore.go`). A package without a type may be one of any ecosystem, and most other keys say nothing that a record could.

use super::{DraftMatch, Entry, anywhere, list_of, other_than, reason_of, stranger, text};
use crate::base::fault::Fault;
use crate::base::yaml::{self, Kind, Node};

/// Grype's types of packages, each with that of package URLs, where a name is the same in both.
const TYPES: [(&str, &str); 4] = [("npm", "npm"), ("gem", "gem"), ("rust-crate", "cargo"), ("python", "pypi")];

pub(super) fn read(text: &str, _folder: &str) -> Result<Vec<Entry>, Fault> {
    let root = yaml::read(text)?;
    let Some(rules) = root.get("ignore") else { return Ok(Vec::new()) };
    Ok(match list_of(rules, "ignore") {
        Ok(rules) => rules.iter().map(entry).collect(),
        Err(why) => vec![Entry::of(rules.line, "ignore", Err(why))],
    })
}

fn entry(rule: &Node) -> Entry {
    let first = rule.entries().first().map_or("a rule", |(key, _)| key.text.as_str());
    let mut entry = Entry::of(rule.line, text(rule, "vulnerability").ok().flatten().unwrap_or(first), matches(rule));
    entry.reason = reason_of(rule, "reason");
    entry
}

fn matches(rule: &Node) -> Result<DraftMatch, String> {
    if let Some(key) = stranger(rule, &["vulnerability", "include-aliases", "reason", "package"]) {
        return Err(format!("it depends on `{key}`, of which a record says nothing"));
    }
    let id = text(rule, "vulnerability")?.ok_or("it names no vulnerability, so that it ignores every one")?;
    let mut matches = anywhere(id);
    let Some(package) = rule.get("package") else { return Ok(matches) };
    if !matches!(package.kind, Kind::Map(_)) {
        return Err(other_than("package", package, "a map"));
    }
    if let Some(key) = stranger(package, &["name", "version", "type"]) {
        return Err(format!("it depends on the package's `{key}`, of which a record says nothing"));
    }
    if let Some(version) = text(package, "version")? {
        matches.any_version = false;
        matches.versions = vec![version.to_owned()];
    }
    match (text(package, "name")?, text(package, "type")?) {
        (None, None) => {}
        (Some(name), Some(kind)) => matches.package = Some(purl(name, kind)?),
        (Some(name), None) => return Err(format!("it names no `type` of the package {name}, so that it may be one of any ecosystem")),
        (None, Some(kind)) => return Err(format!("it is about every package of type {kind}")),
    }
    Ok(matches)
}

/// The package URL of a name. Grype takes it for a pattern, and so only one that is none is a name.
fn purl(name: &str, kind: &str) -> Result<String, String> {
    let (_, of_purl) =
        TYPES.iter().find(|(known, _)| *known == kind).ok_or_else(|| format!("a package of type {kind} has no one package URL"))?;
    let (scope, plain) =
        name.strip_prefix('@').and_then(|rest| rest.split_once('/')).map_or((None, name), |(scope, rest)| (Some(scope), rest));
    let is_plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let is_name = is_plain(plain) && scope.is_none_or(|scope| is_plain(scope) && kind == "npm");
    if !is_name {
        return Err(format!("the package's name `{name}` may be a pattern"));
    }
    let plain = if kind == "python" { plain.to_ascii_lowercase().replace('_', "-") } else { plain.to_owned() };
    Ok(scope.map_or_else(|| format!("pkg:{of_purl}/{plain}"), |scope| format!("pkg:{of_purl}/%40{scope}/{plain}")))
}

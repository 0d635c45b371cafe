//! `match` and `scope`: which findings a record is about, and where it holds.

use crate::base::fault::Position;
use crate::base::order::Order as _;
use crate::base::pattern::Glob;
use crate::base::yaml::{Kind, Node};
use crate::model::exception::{Match, Scope, Versions};
use crate::model::identity::Fingerprint;
use crate::policy::reader::{Fields, Keys, Reader};

const MATCH: Keys = Keys {
    of: "`match`",
    required: &[],
    optional: &["vulnerability", "package", "versions", "allow_any_version", "path", "fingerprint", "rule_id"],
};

const SCOPE: Keys = Keys { of: "`scope`", required: &[], optional: &["services", "repositories", "branches", "stages", "releases"] };

/// Paths of every kind that a project has. A list of globs that meets them all means every path, however it is spelled.
const PROBES: [&str; 14] = [
    "Dockerfile",
    "pom.xml",
    "a",
    "src/main.rs",
    "Src/Main.java",
    "lib/deep/er/than/that/x.c",
    ".github/workflows/ci.yml",
    "0/1",
    "node_modules/@scope/pkg/index.js",
    "tests/t_1.py",
    "xen/zone.tf",
    "dir with blank/file name",
    "äöü/ß.md",
    "_/-",
];

/// Which findings.
pub(super) fn read(reader: &mut Reader, node: &Node) -> Option<Match> {
    let fields = reader.map(node, &MATCH)?;
    let names_one = ["vulnerability", "fingerprint", "rule_id"].iter().any(|key| fields.get(key).is_some());
    if !names_one {
        let help = "add `vulnerability`, `fingerprint` or `rule_id`";
        reader.wrong("exception-match", node.position(), "`match` names no vulnerability, fingerprint or rule", help);
    }
    let vulnerability = told(reader, fields, "vulnerability", vulnerability);
    let fingerprint = told(reader, fields, "fingerprint", fingerprint);
    let rule_id = told(reader, fields, "rule_id", rule_id);
    let package = told(reader, fields, "package", package);
    let versions = versions(reader, fields, node);
    let paths = match fields.get("path") {
        Some(list) => paths(reader, list),
        None => Some(Vec::new()),
    };
    if !names_one {
        return None;
    }
    Some(Match {
        vulnerability: vulnerability?,
        fingerprint: fingerprint?,
        rule_id: rule_id?,
        package: package?,
        versions: versions?,
        paths: paths?,
    })
}

/// A value that may be absent: `Some(None)`; `None` is a mistake.
#[expect(clippy::option_option, reason = "an absent value is no mistake")]
fn told<T>(reader: &mut Reader, fields: Fields<'_>, key: &str, read: fn(&mut Reader, &Node) -> Option<T>) -> Option<Option<T>> {
    match fields.get(key) {
        Some(node) => read(reader, node).map(Some),
        None => Some(None),
    }
}

/// A text in which nothing stands for anything else.
fn exact(reader: &mut Reader, node: &Node, what: &str, wanted: &str) -> Option<String> {
    let Kind::Text(text) = &node.kind else { return reader.not(node, what, wanted) };
    let plain = !text.is_empty()
        && text.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '*' | '?' | '|' | ',' | '<' | '>' | '$' | '^' | '\\'));
    if plain { Some(text.clone()) } else { reader.not(node, what, wanted) }
}

fn vulnerability(reader: &mut Reader, node: &Node) -> Option<String> {
    exact(reader, node, "vulnerability", "one exact id, `CVE-2021-44228`")
}

fn rule_id(reader: &mut Reader, node: &Node) -> Option<String> {
    let text = reader.text(node, "rule_id")?;
    if text.trim() != text || text.contains(['*', '?']) || text.starts_with("relgate/") {
        return reader.not(node, "rule_id", "the exact id of one check of a scanner, `tool:rule_id` or `rule_id`");
    }
    Some(text)
}

/// `scheme/n:hex`. A key of a line is none of a finding: another bug may come to stand there.
fn fingerprint(reader: &mut Reader, node: &Node) -> Option<Fingerprint> {
    let wanted = "a key as reports show it, such as `ctx/1:` and 32 digits, but for `loc/1` and `text/1`, by which no finding goes";
    let Kind::Text(text) = &node.kind else { return reader.not(node, "fingerprint", wanted) };
    let parsed = Fingerprint::parse(text).filter(|key| key.scheme.identifies());
    parsed.or_else(|| reader.not(node, "fingerprint", wanted))
}

/// A package URL without version, qualifiers and subpath, as reports show it.
fn package(reader: &mut Reader, node: &Node) -> Option<String> {
    let wanted = "a package URL without version, as reports show it: `pkg:npm/lodash`, `pkg:npm/%40angular/core`";
    let Kind::Text(text) = &node.kind else { return reader.not(node, "package", wanted) };
    let is_canonical = text.strip_prefix("pkg:").and_then(|rest| rest.split_once('/')).is_some_and(|(kind, path)| {
        let is_kind = kind.starts_with(|c: char| c.is_ascii_lowercase())
            && kind.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'+' | b'-'));
        is_kind && path.split('/').all(is_encoded)
    });
    if is_canonical { Some(text.clone()) } else { reader.not(node, "package", wanted) }
}

/// A part of a package URL in its one spelling: all but ASCII letters, digits and `.-_~:` escaped, and nothing else.
fn is_encoded(part: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_~:".contains(&byte);
    let mut pieces = part.split('%');
    let first = pieces.next().unwrap_or_default();
    let escaped = |piece: &str| {
        let Some((hex, rest)) = piece.split_at_checked(2) else { return false };
        let byte = u8::from_str_radix(hex, 16).ok().filter(|_| hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F')));
        byte.is_some_and(|byte| !plain(byte)) && rest.bytes().all(plain)
    };
    !part.is_empty() && !matches!(part, "." | "..") && first.bytes().all(plain) && pieces.all(escaped)
}

/// What is said of versions; of a component something must be.
fn versions(reader: &mut Reader, fields: Fields<'_>, node: &Node) -> Option<Versions> {
    let any = fields.get("allow_any_version");
    match (fields.get("versions"), any) {
        (Some(list), Some(_)) => {
            reader.wrong("exception-match", list.position(), "`versions` and `allow_any_version` exclude each other", "keep one of them");
            None
        }
        (Some(list), None) => {
            let each = |reader: &mut Reader, item: &Node| exact(reader, item, "versions", "exact versions in quotes, `[\"4.17.15\"]`");
            let mut listed = reader.each(list, "versions", each)?;
            listed.order_by(Ord::cmp);
            listed.dedup();
            Some(Versions::These(listed))
        }
        (None, Some(any)) => {
            if any.kind == Kind::Bool(true) {
                return Some(Versions::Any);
            }
            reader.not(any, "allow_any_version", "`true`, or name `versions`")
        }
        (None, None) if fields.get("package").is_none() && fields.get("vulnerability").is_none() => Some(Versions::NotTold),
        (None, None) => {
            let help = "add `versions: [\"…\"]`, or `allow_any_version: true`";
            reader.wrong("exception-match", node.position(), "`match` does not say which versions", help);
            None
        }
    }
}

fn paths(reader: &mut Reader, node: &Node) -> Option<Vec<Glob>> {
    let mut globs = reader.each(node, "path", path)?;
    globs.order_by(|a, b| a.as_str().cmp(b.as_str()));
    globs.dedup();
    if PROBES.iter().all(|probe| globs.iter().any(|glob| glob.matches(probe))) {
        reader.wrong("exception-match", node.position(), "`path` matches every file", "name the files that it is about");
        return None;
    }
    Some(globs)
}

/// A glob without what says nothing in it: `./`, `//`.
fn path(reader: &mut Reader, node: &Node) -> Option<Glob> {
    let glob = reader.path_glob(node, "path")?;
    let parts: Vec<&str> = glob.as_str().split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    Glob::parse(&parts.join("/")).ok().or_else(|| reader.not(node, "path", "globs of files, `[\"services/pay/**\"]`"))
}

/// Where it holds.
pub(super) fn scope(reader: &mut Reader, node: &Node) -> Option<Scope> {
    let fields = reader.map(node, &SCOPE)?;
    let services = list(fields, "services", |n| reader.texts(n, "services"));
    let repositories = list(fields, "repositories", |n| reader.texts(n, "repositories"));
    let branches = list(fields, "branches", |n| reader.globs(n, "branches"));
    let stages = list(fields, "stages", |n| reader.texts(n, "stages"));
    let releases = list(fields, "releases", |n| reader.globs(n, "releases"));
    Some(Scope { services: services?, repositories: repositories?, branches: branches?, stages: stages?, releases: releases? })
}

/// A list that may be absent; `None` is a mistake.
pub(super) fn list<T>(fields: Fields<'_>, key: &str, read: impl FnOnce(&Node) -> Option<Vec<T>>) -> Option<Vec<T>> {
    fields.get(key).map_or_else(|| Some(Vec::new()), read)
}

/// Tells, without refusing it, that a record is about a whole tree: where only a rule and folders say which findings.
pub(super) fn whole_tree(found: &Match) -> Option<String> {
    if found.vulnerability.is_some() || found.fingerprint.is_some() || found.package.is_some() {
        return None;
    }
    let is_wide = |glob: &&Glob| {
        let text = glob.as_str();
        let first = text.split('/').next().unwrap_or_default();
        text.contains("**") || text.contains('/') && first.contains(['*', '?', '['])
    };
    match found.paths.iter().find(is_wide) {
        Some(glob) => Some(format!("`{}`", glob.as_str())),
        None if found.paths.is_empty() => Some("every file".to_owned()),
        None => None,
    }
}

/// The place of a key, or of the map that lacks it.
pub(super) fn at(fields: Fields<'_>, key: &str, node: &Node) -> Position {
    fields.get(key).unwrap_or(node).position()
}

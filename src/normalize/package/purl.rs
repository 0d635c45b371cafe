//! The syntax of package URLs: cut into decoded parts, and written in canonical encoding (purl specification, "parse" and "build").
//!
//! What a part means for its type is not known here. The crate `packageurl` does not do for this: it folds case by Unicode, so that
//! a KELVIN SIGN becomes the `k` of another package; it reads `%2e%2e` as a part and what it then writes without it; and it refuses
//! types for what they lack (`julia` its `uuid`, `composer` a vendor), which is no reason to lose the package of a finding. The
//! tests hold the two against each other where they should agree.

use std::fmt::{self, Write as _};

use super::super::path::percent_decode_utf8;

/// Why a text is no package URL. It quotes nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::normalize) enum BadPurl {
    /// It does not begin with `pkg:`.
    Scheme,
    /// No type, or one with other signs than ASCII letters, digits, `.`, `+` and `-`.
    Type,
    /// No name.
    Name,
    /// Escaped bytes that are not UTF-8.
    Encoding,
    /// A part that is `.` or `..`: the next reader could take it away.
    Dots,
}

impl fmt::Display for BadPurl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => "the package URL does not begin with `pkg:`",
            Self::Type => "the package URL has no type that could be one",
            Self::Name => "the package URL has no name",
            Self::Encoding => "the package URL escapes bytes that are not UTF-8",
            Self::Dots => "the package URL has a part that is `.` or `..`",
        })
    }
}

/// The parts of a package URL, decoded once. None of them is empty.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Purl {
    /// In lower case.
    pub(super) kind: String,
    pub(super) namespace: Vec<String>,
    pub(super) name: String,
    pub(super) version: Option<String>,
    /// Sorted by key, in lower case; each key once. What is no qualifier is left out.
    pub(super) qualifiers: Vec<(String, String)>,
}

/// Cuts a package URL into its parts. The subpath is left out.
pub(super) fn parse(text: &str) -> Result<Purl, BadPurl> {
    let text = text.trim_ascii();
    let (scheme, rest) = text.split_at_checked(4).ok_or(BadPurl::Scheme)?;
    if !scheme.eq_ignore_ascii_case("pkg:") {
        return Err(BadPurl::Scheme);
    }
    let rest = rest.rsplit_once('#').map_or(rest, |(rest, _subpath)| rest);
    let (rest, qualifiers) = rest.rsplit_once('?').unwrap_or((rest, ""));
    let (kind, rest) = rest.trim_start_matches('/').split_once('/').ok_or(BadPurl::Type)?;
    let well_formed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-');
    if !kind.starts_with(|c: char| c.is_ascii_alphabetic()) || !kind.chars().all(well_formed) {
        return Err(BadPurl::Type);
    }
    let (path, version) = split_version(rest);
    let decode = |part: &str| percent_decode_utf8(part).ok_or(BadPurl::Encoding);
    let mut namespace = path.split('/').filter(|part| !part.is_empty()).map(decode).collect::<Result<Vec<_>, _>>()?;
    let name = namespace.pop().ok_or(BadPurl::Name)?;
    if namespace.iter().chain([&name]).any(|part| is_dots(part)) {
        return Err(BadPurl::Dots);
    }
    let version = version.filter(|version| !version.is_empty()).map(decode).transpose()?;
    Ok(Purl { kind: kind.to_ascii_lowercase(), namespace, name, version, qualifiers: split_qualifiers(qualifiers) })
}

pub(super) fn is_dots(part: &str) -> bool {
    matches!(part, "." | "..")
}

/// At the last `@` that does not begin a part: an npm scope is often not escaped.
fn split_version(rest: &str) -> (&str, Option<&str>) {
    let begins_part = |at: usize| at == 0 || rest.as_bytes().get(at - 1) == Some(&b'/');
    let at = rest.rmatch_indices('@').map(|(at, _)| at).find(|&at| !begins_part(at));
    let split = at.and_then(|at| Some((rest.get(..at)?, rest.get(at + 1..)?)));
    split.map_or((rest, None), |(path, version)| (path, Some(version)))
}

fn split_qualifiers(text: &str) -> Vec<(String, String)> {
    if text.is_empty() {
        return Vec::new();
    }
    let well_formed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let mut found: Vec<(String, String)> = text
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .filter(|(key, value)| !key.is_empty() && key.chars().all(well_formed) && !value.is_empty())
        .filter_map(|(key, value)| Some((key.to_ascii_lowercase(), percent_decode_utf8(value)?)))
        .collect();
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    found.dedup_by(|(later, _), (first, _)| later == first);
    found
}

/// The package URL without version, qualifiers and subpath.
pub(super) fn write(kind: &str, namespace: &[String], name: &str) -> String {
    let length = kind.len() + name.len() + namespace.iter().map(|part| part.len() + 1).sum::<usize>();
    let mut text = String::with_capacity("pkg:/".len() + length);
    for part in ["pkg:", kind, "/"] {
        text.push_str(part);
    }
    for part in namespace {
        encode(part, &mut text);
        text.push('/');
    }
    encode(name, &mut text);
    text
}

/// Adds a part to a text, with all but ASCII letters, digits and `.-_~:` escaped (purl specification, "character encoding").
pub(super) fn encode(part: &str, into: &mut String) {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'~' | b':');
    if part.bytes().all(is_plain) {
        into.push_str(part);
        return;
    }
    for byte in part.bytes() {
        if is_plain(byte) {
            into.push(char::from(byte));
        } else {
            // Writing to a string never fails.
            let _infallible = write!(into, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use packageurl::PackageUrl;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parts_are_cut_and_decoded_once() {
        for (text, kind, namespace, name, version) in [
            ("pkg:npm/lodash@4.17.15", "npm", &[][..], "lodash", Some("4.17.15")),
            ("pkg:npm/%40angular/core@12", "npm", &["@angular"], "core", Some("12")),
            ("pkg:npm/@angular/core@12", "npm", &["@angular"], "core", Some("12")),
            ("pkg:npm/@angular/core", "npm", &["@angular"], "core", None),
            ("pkg:npm/%2540angular/core", "npm", &["%40angular"], "core", None),
            (" PKG://NPM//foo//bar/@ ", "npm", &["foo", "bar"], "@", None),
            ("pkg:npm/foo@", "npm", &[], "foo", None),
            ("pkg:npm/foo@1@2", "npm", &[], "foo@1", Some("2")),
            ("pkg:github/a/b@refs/heads/main", "github", &["a"], "b", Some("refs/heads/main")),
            ("pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie#a/b@c?d", "deb", &["debian"], "curl", Some("7.50.3-1")),
            ("pkg:generic/a%zz%", "generic", &[], "a%zz%", None),
            ("pkg:generic/a%00b@%0a", "generic", &[], "a\0b", Some("\n")),
            ("pkg:generic/a%2Fb/c%2Fd", "generic", &["a/b"], "c/d", None),
            ("pkg:docker/x@sha256:ab", "docker", &[], "x", Some("sha256:ab")),
        ] {
            let purl = parse(text).unwrap();
            let parts = (purl.kind.as_str(), purl.namespace.iter().map(String::as_str).collect::<Vec<_>>(), purl.name.as_str());
            assert_eq!((parts, purl.version.as_deref()), ((kind, namespace.to_vec(), name), version), "{text}");
        }
        let purl = parse("pkg:rpm/x@1?Epoch=1&a%20b=2&empty=&distro=a%2Db&epoch=2&bare&=3&bad=%ff").unwrap();
        assert_eq!(purl.qualifiers, [("distro".to_owned(), "a-b".to_owned()), ("epoch".to_owned(), "1".to_owned())]);
    }

    #[test]
    fn what_is_no_package_url_is_refused() {
        use BadPurl::{Dots, Encoding, Name, Scheme, Type};
        for (text, why) in [
            ("", Scheme),
            ("pkg", Scheme),
            ("npm/foo@1", Scheme),
            ("cpe:2.3:a:b", Scheme),
            ("pkgé/x", Scheme),
            ("pkg:", Type),
            ("pkg:npm", Type),
            ("pkg:npm@1", Type),
            ("pkg:/", Type),
            ("pkg:n%70m/foo", Type),
            ("pkg:3npm/foo", Type),
            ("pkg:ñpm/foo", Type),
            ("pkg:npm/", Name),
            ("pkg:npm//", Name),
            ("pkg:npm/?a=b", Name),
            ("pkg:npm/%ff", Encoding),
            ("pkg:npm/a@%c3", Encoding),
            ("pkg:maven/org.apache/../log4j", Dots),
            ("pkg:maven/%2e%2E/log4j", Dots),
            ("pkg:maven/./log4j", Dots),
            ("pkg:npm/..", Dots),
        ] {
            assert_eq!(parse(text), Err(why), "{text}");
            assert!(why.to_string().starts_with("the package URL "));
        }
    }

    fn part() -> impl Strategy<Value = String> {
        let any = prop_oneof!["[a-zA-Z0-9._+@%:/?#&= -]{1,12}", "\\PC{1,4}", "[\\x00-\\x1f]{1,3}"];
        any.prop_filter("a part that is written as it is", |part| !is_dots(part))
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(namespace in prop::collection::vec(part(), 0..3), name in part()) {
            let text = write("generic", &namespace, &name);
            prop_assert!(text.is_ascii());
            let purl = parse(&text).unwrap();
            prop_assert_eq!((&purl.namespace, &purl.name, &purl.version), (&namespace, &name, &None));
        }

        #[test]
        fn the_crate_reads_what_is_written(name in part(), version in part()) {
            let mut text = write("generic", &["a b".to_owned()], &name) + "@";
            encode(&version, &mut text);
            let purl: PackageUrl = text.parse().unwrap();
            prop_assert_eq!((purl.namespace(), purl.name(), purl.version()), (Some("a b"), name.as_str(), Some(version.as_str())));
        }

        #[test]
        fn what_the_crate_writes_is_read(name in part(), version in part(), value in part()) {
            // It does not escape a slash in a version, and what lies behind `/@` cannot be told from a name.
            let version = version.replace('/', ":");
            let mut purl = PackageUrl::new("generic", name.clone()).unwrap();
            purl.with_namespace("a b").unwrap().with_version(version.clone()).unwrap().add_qualifier("key", value.clone()).unwrap();
            let text = purl.to_string();
            let (namespace, qualifiers) = (vec!["a b".to_owned()], vec![("key".to_owned(), value)]);
            let expected = Purl { kind: "generic".to_owned(), namespace, name, version: Some(version), qualifiers };
            prop_assert_eq!(parse(&text), Ok(expected));
        }

        #[test]
        fn no_text_makes_it_panic(text in "(pkg:)?[a-z]{0,3}/?\\PC{0,30}", damaged in "pkg:[a-z]{1,3}/[a-zA-Z0-9%@/?#&=.:]{0,30}") {
            for text in [text, damaged] {
                let _either = parse(&text);
            }
        }
    }
}

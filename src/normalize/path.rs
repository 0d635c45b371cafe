//! Paths as the gate compares them: `/` between folders, percent-decoded once, no `./` in front, `..` kept.
//!
//! SARIF consumers shall not resolve `..` (§3.10.2), and a glob for `vendor/**` must not be reached through `vendor/../src`: so
//! `..` stays in sight.

/// The path that a URI reference or a path means; `None` for one that names no file. `base` is the URI that it is relative to.
///
/// Relative to an absolute base it stays as it is, since that base is where the project lay on the scanner's machine. A folder
/// `root` in front of an absolute path is taken off.
pub(super) fn of_uri(uri: &str, base: Option<&str>, root: Option<&str>) -> Option<String> {
    let joined = match base {
        Some(base) if !is_absolute(uri) && !is_absolute(base) => format!("{}/{uri}", base.trim_end_matches('/')),
        Some(_) | None => uri.to_owned(),
    };
    let elsewhere = has_scheme(&joined) && !starts_with_scheme(&joined, "file");
    if elsewhere {
        return Some(joined);
    }
    let (path, is_uri) = match strip_file_scheme(&joined) {
        Some(path) => (path, true),
        None => (joined.as_str(), false),
    };
    let mut path = percent_decode(path).replace('\\', "/");
    if is_uri {
        path = after_host(&path);
    }
    clean(&path, root)
}

/// The path that a plain path means, as most formats but SARIF write them: a `%` in it is one. `None` for one that names no file.
pub(super) fn of_path(path: &str, root: Option<&str>) -> Option<String> {
    if has_scheme(path) {
        return of_uri(path, None, root);
    }
    clean(&path.replace('\\', "/"), root)
}

fn clean(path: &str, root: Option<&str>) -> Option<String> {
    let path = if path.contains("//") { single_slashes(path) } else { path.to_owned() };
    let mut rest = path.as_str();
    while let Some(shorter) = rest.strip_prefix("./") {
        rest = shorter;
    }
    if let Some(inside) = root.and_then(|root| rest.strip_prefix(root.trim_end_matches('/'))?.strip_prefix('/')) {
        rest = inside;
    }
    (!matches!(rest, "" | "." | "/")).then(|| rest.to_owned())
}

/// Whether a path goes up, so that it need not lie where it seems to.
pub(super) fn climbs(path: &str) -> bool {
    path.contains("..") && path.split('/').any(|step| step == "..")
}

/// What is said of such a path.
pub(super) const CLIMBS: &str = "the path goes up with `..`: it is compared as it stands, never resolved";

/// `file:/a`, `file:///a`, `file:////a`, `file://host/a`: the part behind the scheme and an empty host.
fn strip_file_scheme(uri: &str) -> Option<&str> {
    starts_with_scheme(uri, "file").then(|| uri.get(5..)).flatten()
}

/// What comes behind the host of a file URI, if there is one; a drive keeps its letter in front.
fn after_host(path: &str) -> String {
    let slashes = path.len() - path.trim_start_matches('/').len();
    let rest = path.trim_start_matches('/');
    let has_drive = rest.as_bytes().get(1) == Some(&b':') && rest.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    match slashes {
        _ if has_drive => rest.to_owned(),
        2 => format!("//{rest}"),
        _ => format!("/{rest}"),
    }
}

/// Runs of slashes as one, but for two at the start: those name a host.
fn single_slashes(path: &str) -> String {
    let mut single = String::from(if path.starts_with("//") { "/" } else { "" });
    let mut after_slash = false;
    for character in path.chars() {
        let slash = character == '/';
        if !(slash && after_slash) {
            single.push(character);
        }
        after_slash = slash;
    }
    single
}

fn is_absolute(uri: &str) -> bool {
    uri.starts_with(['/', '\\']) || has_scheme(uri) || uri.as_bytes().get(1) == Some(&b':')
}

/// Whether a URI has a scheme (RFC 3986 §3.1) of at least two letters: one letter is a drive.
fn has_scheme(uri: &str) -> bool {
    uri.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() > 1
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'.' | b'-'))
    })
}

fn starts_with_scheme(uri: &str, scheme: &str) -> bool {
    uri.split_once(':').is_some_and(|(found, _)| found.eq_ignore_ascii_case(scheme))
}

/// Undoes percent-encoding once; what is no encoding, or encodes no UTF-8, stays.
fn percent_decode(text: &str) -> String {
    percent_decode_utf8(text).unwrap_or_else(|| text.to_owned())
}

/// Undoes percent-encoding once; what is no encoding stays. `None` where it encodes no UTF-8.
pub(super) fn percent_decode_utf8(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digit = |at: usize| after.get(at).and_then(|&byte| char::from(byte).to_digit(16));
        let byte = digit(0).zip(digit(1)).and_then(|(high, low)| u8::try_from(high << 4 | low).ok());
        let decoded = byte.filter(|_| first == b'%');
        bytes.push(decoded.unwrap_or(first));
        rest = after.get(if decoded.is_some() { 2 } else { 0 }..).unwrap_or_default();
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shapes_that_tools_write_become_one() {
        for (uri, path) in [
            ("src/a.py", "src/a.py"),
            ("./src//a.py", "src/a.py"),
            ("src\\a.py", "src/a.py"),
            ("dir%20with%20space/na%C3%AFve.py", "dir with space/naïve.py"),
            ("dir with space/naïve.py", "dir with space/naïve.py"),
            ("50%/a.py", "50%/a.py"),
            ("a%252e", "a%2e"),
            ("a%ff", "a%ff"),
            ("a%+f", "a%+f"),
            ("é//a.py", "é/a.py"),
            ("a///b////c", "a/b/c"),
            ("file:///home/x/a.py", "/home/x/a.py"),
            ("file:////src/a.py", "/src/a.py"),
            ("file:/src/a.py", "/src/a.py"),
            ("file:///C:/a/b.cs", "C:/a/b.cs"),
            ("file:///C:\\a\\b.cs", "C:/a/b.cs"),
            ("C:\\a\\b.cs", "C:/a/b.cs"),
            ("file://host/share/a", "//host/share/a"),
            ("\\\\host\\share\\a", "//host/share/a"),
            ("../../a/main.tf", "../../a/main.tf"),
            ("vendor/../src/a.c", "vendor/../src/a.c"),
            ("vendor/%2e%2e/src/a.c", "vendor/../src/a.c"),
            ("https://host/a%20b", "https://host/a%20b"),
            ("pkg:npm/lodash@4", "pkg:npm/lodash@4"),
        ] {
            assert_eq!(of_uri(uri, None, None).as_deref(), Some(path), "{uri}");
        }
        for (plain, path) in
            [("./a%20b/c.py", "a%20b/c.py"), ("src\\\\a.py", "src/a.py"), ("/w/app/go.mod", "go.mod"), ("file:///w/app/x%20y", "x y")]
        {
            assert_eq!(of_path(plain, Some("/w/app")).as_deref(), Some(path), "{plain}");
        }
        for nothing in ["", ".", "./", "/", "file:///"] {
            assert_eq!(of_uri(nothing, None, None), None, "{nothing}");
        }
    }

    #[test]
    fn a_path_that_goes_up_is_known() {
        for (path, expected) in [("../a", true), ("a/../b", true), ("a/..", true), ("a..b/c", false), ("a/b...", false)] {
            assert_eq!(climbs(path), expected, "{path}");
        }
    }

    #[test]
    fn a_relative_base_is_joined_and_the_root_taken_off() {
        assert_eq!(of_uri("a.c", Some("src/"), None).as_deref(), Some("src/a.c"));
        assert_eq!(of_uri("a.c", Some("file:///home/me/src/"), None).as_deref(), Some("a.c"));
        assert_eq!(of_uri("/x/a.c", Some("src/"), None).as_deref(), Some("/x/a.c"));
        assert_eq!(of_uri("file:///w/app/src/a.c", None, Some("/w/app")).as_deref(), Some("src/a.c"));
        assert_eq!(of_uri("/w/apple/a.c", None, Some("/w/app")).as_deref(), Some("/w/apple/a.c"));
    }
}

//! Paths as relative references of RFC 3986.

use std::fmt::Write as _;

use crate::base::text::Untrusted;

/// A path as a relative reference: every byte outside `A-Z a-z 0-9 - . _ ~ /` stands as `%41`, so that no scheme, host, query or fragment
/// begins in it, and `/` in front falls away.
#[must_use]
pub fn uri_path(path: Untrusted<'_>) -> String {
    let path = path.as_data().trim_start_matches('/');
    path.bytes().fold(String::with_capacity(path.len()), |mut uri, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            write!(uri, "%{byte:02X}").unwrap_or_default();
        }
        uri
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_path_holds_stays_in_it() {
        for (path, uri) in [
            ("src/a b.py", "src/a%20b.py"),
            ("javascript:alert(1)", "javascript%3Aalert%281%29"),
            ("//evil.example/x?y#z", "evil.example/x%3Fy%23z"),
            ("ä/\u{202e}", "%C3%A4/%E2%80%AE"),
        ] {
            assert_eq!(uri_path(Untrusted::new(path)), uri);
        }
    }
}

//! Mail addresses, as the names of people: one spelling, one person.

use std::fmt;

/// A dot-atom `local@domain` in ASCII (RFC 5322 §3.4.1, without quotes, comments and domain literals). Two are equal when they are
/// the same after case folding and without a tag behind `+`: whoever reads the mail of one reads that of the other.
#[derive(Clone, Debug)]
pub struct Address {
    told: String,
    person: String,
}

impl Address {
    /// Reads an address; `None` where it is none, or one that could be shown as another.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (local, domain) = text.split_once('@')?;
        let is_local = !local.is_empty() && local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atom));
        let is_label = |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let is_domain = domain.contains('.') && domain.split('.').all(is_label);
        if !is_local || !is_domain || text.len() > 254 {
            return None;
        }
        let plain = local.split_once('+').map_or(local, |(plain, _)| plain);
        Some(Self { told: text.to_owned(), person: format!("{plain}@{domain}").to_ascii_lowercase() })
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.told
    }
}

/// The characters of an atom (RFC 5322 §3.2.3), but for `*` and the backquote, which some readers take for more than a name.
const fn is_atom(byte: u8) -> bool {
    matches!(byte, b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'+' | b'/' | b'=' | b'?' | b'^' | b'_' | b'{' | b'|' | b'}' | b'~' | b'-')
        || byte.is_ascii_alphanumeric()
}

impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        self.person == other.person
    }
}

impl Eq for Address {}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_are_read() {
        for text in ["a@b.example", "dana.o'neil+sec@acme-1.example.test", "A_B@x.y"] {
            assert!(Address::parse(text).is_some(), "{text}");
        }
        for text in [
            "",
            "a",
            "a@",
            "@b.c",
            "a@b",
            "a@b.c.",
            "a@.b.c",
            ".a@b.c",
            "a.@b.c",
            "a..b@c.d",
            "a b@c.d",
            "a@b.c ",
            "Dana <a@b.c>",
            "\"a\"@b.c",
            "a(x)@b.c",
            "a@b.c,d@e.f",
            "mailto:a@b.c",
            "*@b.c",
            "a@*.c",
            "а@b.c",
            "a@b\u{200b}.c",
            "a@b_c.d",
            "a@@b.c",
        ] {
            assert!(Address::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn case_and_tag_do_not_make_another_person() {
        let same = |a: &str, b: &str| Address::parse(a).is_some() && Address::parse(a) == Address::parse(b);
        assert!(same("Dana+sec@ACME.example", "dana@acme.example"));
        assert!(!same("dana@acme.example", "dana@sub.acme.example"));
        assert!(!same("dana.o@acme.example", "danao@acme.example"));
    }
}

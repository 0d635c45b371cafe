//! SHA-256: of bytes, and of lists of fields in a layout that two different lists never share.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// The SHA-256 of `bytes`, as 64 lower-case hexadecimal digits.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes as lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        write!(text, "{byte:02x}").unwrap_or_default();
        text
    })
}

/// A SHA-256 over fields that come one after the other.
///
/// What is hashed is the scheme and then each field, each as its length in bytes (eight bytes, big-endian) followed by
/// the bytes themselves: `("ab", "c")` and `("a", "bc")` differ, and so do equal fields of two schemes.
#[derive(Clone)]
pub struct Fields(Sha256);

impl Fields {
    /// Starts a list. `scheme` names what the fields are and the version of their order.
    #[must_use]
    pub fn of(scheme: &str) -> Self {
        let mut fields = Self(Sha256::new());
        fields.field(scheme.as_bytes());
        fields
    }

    /// Adds a field: its length and its bytes.
    pub fn field(&mut self, bytes: &[u8]) -> &mut Self {
        // A length always fits: `usize` has at most 64 bits.
        self.joined(&[bytes])
    }

    /// Adds a field that is put together.
    pub fn joined(&mut self, parts: &[&[u8]]) -> &mut Self {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        self.raw(&(length as u64).to_be_bytes());
        parts.iter().fold(self, |fields, part| fields.raw(part))
    }

    /// Adds bytes as they are, for those that have a fixed length or carry their lengths already.
    pub fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.update(bytes);
        self
    }

    /// The first 16 bytes of the digest.
    #[must_use]
    pub fn first16(self) -> [u8; 16] {
        let mut first = [0; 16];
        first.iter_mut().zip(self.0.finalize()).for_each(|(to, from)| *to = from);
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(fields: &[&str]) -> [u8; 16] {
        let mut all = Fields::of("test/1");
        for field in fields {
            all.field(field.as_bytes());
        }
        all.first16()
    }

    #[test]
    fn the_digest_of_bytes_is_the_published_one() {
        assert_eq!(sha256_hex(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn the_layout_is_the_documented_one() {
        let bytes = b"\0\0\0\0\0\0\0\x06test/1\0\0\0\0\0\0\0\x02ab\0\0\0\0\0\0\0\0";
        assert_eq!(hex(&of(&["ab", ""])), sha256_hex(bytes).chars().take(32).collect::<String>());
    }

    #[test]
    fn fields_do_not_run_into_each_other() {
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        assert_ne!(of(&["ab"]), of(&["ab", ""]));
        assert_ne!(of(&[]), Fields::of("test/2").first16());
    }
}

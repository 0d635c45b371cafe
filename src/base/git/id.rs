//! Names of objects, and the hash that makes them: SHA-1 with a look for collisions, or SHA-256.

use std::fmt;

use sha1_checked::{Digest as _, Sha1};
use sha2::{Digest as _, Sha256};

use super::Kind;

/// The name of an object: the hash of what it holds, of 20 bytes (SHA-1) or 32 (SHA-256).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    /// Zeros behind a shorter hash.
    bytes: [u8; 32],
    len: usize,
}

/// The bytes of an object were made so that others have the same SHA-1.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Collision;

impl ObjectId {
    /// Of all 40 or 64 hexadecimal digits.
    #[must_use]
    pub fn parse(hex: &str) -> Option<Self> {
        let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        if !matches!(hex.len(), 40 | 64) {
            return None;
        }
        let pairs = hex.as_bytes().chunks_exact(2).map(|pair| match pair {
            [high, low] => Some(digit(high)? << 4 | digit(low)?),
            _ => None,
        });
        Self::of_bytes(&pairs.collect::<Option<Vec<u8>>>()?)
    }

    /// Of its bytes.
    pub(super) fn of_bytes(hash: &[u8]) -> Option<Self> {
        if !matches!(hash.len(), 20 | 32) {
            return None;
        }
        let mut bytes = [0; 32];
        bytes.iter_mut().zip(hash).for_each(|(to, from)| *to = *from);
        Some(Self { bytes, len: hash.len() })
    }

    /// How many bytes it has: those of every other object of the repository, too.
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// Whether it is what the bytes of an object come to.
    pub(super) fn names(&self, kind: Kind, bytes: &[u8]) -> Result<bool, Collision> {
        let head = format!("{} {}\0", kind.word(), bytes.len());
        let hash = if self.len == 20 {
            let mut sha1 = Sha1::new();
            sha1.update(head.as_bytes());
            sha1.update(bytes);
            let told = sha1.try_finalize();
            if told.has_collision() {
                return Err(Collision);
            }
            Self::of_bytes(told.hash())
        } else {
            Self::of_bytes(&Sha256::new().chain_update(head.as_bytes()).chain_update(bytes).finalize())
        };
        Ok(hash == Some(*self))
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bytes.iter().take(self.len).try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_git_makes_them() {
        // `printf 'hello\n' | git hash-object --stdin`, in repositories of both kinds.
        for hex in ["ce013625030ba8dba906f756967f9e9ca394464a", "2cf8d83d9ee29543b34a87727421fdecb7e3f3a183d337639025de576db9ebb4"] {
            let id = ObjectId::parse(hex).unwrap();
            assert_eq!(id.to_string(), hex);
            assert_eq!(id.names(Kind::Blob, b"hello\n"), Ok(true));
            assert_eq!(id.names(Kind::Blob, b"hello"), Ok(false));
            assert_eq!(id.names(Kind::Tree, b"hello\n"), Ok(false));
            assert_eq!(ObjectId::parse(&hex.to_uppercase()), Some(id));
        }
        for wrong in ["", "ce01", "ge013625030ba8dba906f756967f9e9ca394464a", "ce013625030ba8dba906f756967f9e9ca394464", "main"] {
            assert_eq!(ObjectId::parse(wrong), None, "{wrong}");
        }
    }
}

//! What a document shows at its top level: enough to recognize its format by.

use crate::base::json::{Reader, Result, Scalar, ValueKind};

/// No format is recognized by a longer key.
const KEY_LIMIT: usize = 64;

/// Nor by more characters of a text.
const TEXT_LIMIT: usize = 256;

/// The top level of a document, as far as it was looked at.
#[derive(Default)]
pub struct Probe {
    kind: Option<ValueKind>,
    members: Vec<(String, Option<String>)>,
}

impl Probe {
    /// Looks at the beginning of a document; what is cut off or broken there ends the look, not the reading.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut source = text.as_bytes();
        let mut probe = Self::default();
        // The end of the stretch is no mistake.
        let _cut = probe.look(&mut Reader::new(&mut source));
        probe
    }

    /// Walks a whole document, whose end may show what its beginning does not.
    pub fn of_all(reader: &mut Reader<'_>) -> Result<Self> {
        let mut probe = Self::default();
        probe.look(reader)?;
        reader.end()?;
        Ok(probe)
    }

    fn look(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        let kind = reader.kind()?;
        self.kind = Some(kind);
        if kind != ValueKind::Object {
            return reader.skip();
        }
        reader.entries(|reader, key| {
            if key.len() > KEY_LIMIT {
                return reader.skip();
            }
            // The key counts even where the stretch ends in its value.
            self.members.push((key.to_owned(), None));
            if let Scalar::Text(text) = reader.scalar()?
                && let Some((_, value)) = self.members.last_mut()
            {
                *value = Some(text.chars().take(TEXT_LIMIT).collect());
            }
            Ok(())
        })
    }

    /// Whether the document is an object with this key.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.members.iter().any(|(known, _)| known == key)
    }

    /// The string at a key of the document.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.members.iter().find(|(known, _)| known == key)?.1.as_deref()
    }

    /// What was seen, for a message.
    #[must_use]
    pub fn describe(&self) -> String {
        let Some(kind) = self.kind else { return "nothing that is JSON".to_owned() };
        if self.members.is_empty() {
            return kind.word().to_owned();
        }
        let keys: Vec<_> = self.members.iter().take(8).map(|(key, _)| key.chars().take(40).collect::<String>()).collect();
        format!("{} with {}", kind.word(), keys.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_the_keys_of_a_document_that_is_cut() {
        let probe = Probe::of(r#"{"version": "2.1.0", "runs": [{"tool": {"#);
        assert_eq!((probe.has("runs"), probe.has("tool"), probe.text("version")), (true, false, Some("2.1.0")));
        assert_eq!(probe.describe(), "an object with version, runs");
        assert_eq!(Probe::of("<html>").describe(), "nothing that is JSON");
        assert_eq!(Probe::of("[1]").describe(), "an array");
    }

    #[test]
    fn sees_every_key_of_a_whole_document_and_what_is_broken_in_it() {
        let long = format!(r#"{{"properties": "{}", "runs": []}}"#, "x".repeat(300_000));
        let of_all = |text: &str| Probe::of_all(&mut Reader::new(&mut text.as_bytes()));
        assert!(!Probe::of(long.get(..100_000).unwrap_or_default()).has("runs"));
        assert!(of_all(&long).is_ok_and(|probe| probe.has("runs")));
        assert!(of_all(r#"{"a": 1"#).is_err() && of_all("[1] 2").is_err() && of_all("[1]").is_ok());
    }
}

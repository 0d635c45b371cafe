//! What the first stretch of a document shows: enough to recognize its format by.

use crate::base::json::{Reader, Scalar, ValueKind};

/// The top level of a document, as far as its first stretch goes.
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
        let mut reader = Reader::new(&mut source);
        let mut probe = Self { kind: reader.kind().ok(), members: Vec::new() };
        if probe.kind == Some(ValueKind::Object) {
            let members = &mut probe.members;
            // The end of the stretch is no mistake.
            let _cut = reader.entries(|reader, key| {
                members.push((key.to_owned(), None));
                if let Scalar::Text(text) = reader.scalar()?
                    && let Some((_, value)) = members.last_mut()
                {
                    *value = Some(text.to_owned());
                }
                Ok(())
            });
        }
        probe
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
}

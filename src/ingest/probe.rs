//! What a document shows near its top: enough to recognize its format by.

use std::sync::Arc;

use crate::base::json::{Reader, Result, Scalar, ValueKind, escaped};
use crate::ingest::mapped;
use crate::model::mapping::{Mapping, Mappings, Step, Way};

/// No format is recognized by a longer key.
const KEY_LIMIT: usize = 128;

/// Nor by more characters of a text.
const TEXT_LIMIT: usize = 256;

/// Nor by more members; a package lock has a hundred thousand.
const MEMBER_LIMIT: usize = 256;

/// Nor by items behind these, of a document that is a list; of a list in it, behind the first.
const ITEMS: u32 = 4;

/// Nor by what lies deeper.
const DEPTH: u8 = 4;

/// But answers of GraphQL, objects under `data`, have the shape of the question.
const GRAPHQL_DEPTH: u8 = 8;

/// The top of a document, as far as it was looked at: its members, those of the objects in it, of each list the first item, and the
/// first few of a document that is one.
#[derive(Default)]
pub struct Probe {
    kind: Option<ValueKind>,
    members: Vec<Member>,
    mapped: Vec<Arc<Mapping>>,
}

struct Member {
    /// `/matches/0/artifact`.
    pointer: String,
    kind: ValueKind,
    text: Option<String>,
}

/// How deep to look at what has this pointer.
fn depth_limit(pointer: &str) -> u8 {
    let in_data = pointer.strip_prefix("/data/").is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()));
    if in_data { GRAPHQL_DEPTH } else { DEPTH }
}

impl Probe {
    /// Looks at the beginning of a document; what is cut off or broken there ends the look, not the reading.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut source = text.as_bytes();
        let mut probe = Self::default();
        // The end of the stretch is no mistake.
        let _cut = probe.look(&mut Reader::new(&mut source), &mut String::new(), 0);
        probe
    }

    /// Walks a whole document, whose end may show what its beginning does not.
    pub fn of_all(reader: &mut Reader<'_>) -> Result<Self> {
        let mut probe = Self::default();
        probe.look(reader, &mut String::new(), 0)?;
        reader.end()?;
        Ok(probe)
    }

    fn look(&mut self, reader: &mut Reader<'_>, at: &mut String, depth: u8) -> Result<()> {
        let kind = reader.kind()?;
        if depth == 0 {
            self.kind = Some(kind);
        } else if self.members.len() < MEMBER_LIMIT || depth == 1 {
            // It counts even where the stretch ends in its value.
            self.members.push(Member { pointer: at.clone(), kind, text: None });
        }
        if depth == depth_limit(at) {
            return reader.skip();
        }
        match kind {
            ValueKind::Object => reader.entries(|reader, key| {
                if key.len() > KEY_LIMIT {
                    return reader.skip();
                }
                self.inside(reader, at, key, depth)
            }),
            ValueKind::Array => {
                let items = if depth == 0 { ITEMS } else { 1 };
                reader.array(|reader, index| if index < items { self.inside(reader, at, &index.to_string(), depth) } else { reader.skip() })
            }
            ValueKind::Text => {
                if let Scalar::Text(text) = reader.scalar()?
                    && let Some(member) = self.members.last_mut().filter(|member| member.pointer == *at)
                {
                    member.text = Some(text.chars().take(TEXT_LIMIT).collect());
                }
                Ok(())
            }
            ValueKind::Number | ValueKind::Bool | ValueKind::Null => reader.skip(),
        }
    }

    fn inside(&mut self, reader: &mut Reader<'_>, at: &mut String, key: &str, depth: u8) -> Result<()> {
        let length = at.len();
        at.push('/');
        at.push_str(&escaped(key));
        let looked = self.look(reader, at, depth + 1);
        at.truncate(length);
        looked
    }

    fn member(&self, pointer: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.pointer == pointer)
    }

    /// Looks which mappings claim the document.
    #[must_use]
    pub fn knowing(mut self, mappings: &Mappings) -> Self {
        self.mapped = mappings.which(|label| mapped::claims(label, &self)).cloned().collect();
        self
    }

    /// The mappings that claim the document.
    #[must_use]
    pub fn mapped(&self) -> &[Arc<Mapping>] {
        &self.mapped
    }

    /// The values at the end of a way: of each its text, where it is a string.
    pub fn reached<'p>(&'p self, way: &'p Way) -> impl Iterator<Item = Option<&'p str>> {
        let leads = |pointer: &str| {
            let mut steps = pointer.split('/').skip(1);
            let along = way.0.iter().all(|step| match (step, steps.next()) {
                (Step::Key(key), Some(step)) => escaped(key) == step,
                (Step::Any | Step::Item, Some(_)) => true,
                (_, None) => false,
            });
            along && steps.next().is_none()
        };
        self.members.iter().filter(move |member| leads(&member.pointer)).map(|member| member.text.as_deref())
    }

    /// Whether there is a value here: `/runs`, `/matches/0/artifact`.
    #[must_use]
    pub fn has(&self, pointer: &str) -> bool {
        self.member(pointer).is_some()
    }

    /// Whether anything that was looked at has a member of this name.
    #[must_use]
    pub fn has_key(&self, key: &str) -> bool {
        self.members.iter().any(|member| member.pointer.rsplit('/').next() == Some(key))
    }

    /// The kind of the value here; of the document for the empty pointer.
    #[must_use]
    pub fn kind(&self, pointer: &str) -> Option<ValueKind> {
        if pointer.is_empty() { self.kind } else { Some(self.member(pointer)?.kind) }
    }

    /// The string here.
    #[must_use]
    pub fn text(&self, pointer: &str) -> Option<&str> {
        self.member(pointer)?.text.as_deref()
    }

    /// What was seen, for a message.
    #[must_use]
    pub fn describe(&self) -> String {
        let Some(kind) = self.kind else { return "nothing that is JSON".to_owned() };
        let top = self.members.iter().filter_map(|member| member.pointer.strip_prefix('/').filter(|key| !key.contains('/')));
        let keys: Vec<String> = top.take(8).map(|key| key.chars().take(40).collect()).collect();
        if keys.is_empty() || kind != ValueKind::Object {
            return kind.word().to_owned();
        }
        format!("{} with {}", kind.word(), keys.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_the_keys_of_a_document_that_is_cut() {
        let probe = Probe::of(r#"{"version": "2.1.0", "runs": [{"tool": {"#);
        assert_eq!((probe.has("/runs"), probe.has("/tool"), probe.text("/version")), (true, false, Some("2.1.0")));
        assert_eq!(probe.kind("/runs/0/tool"), Some(ValueKind::Object));
        assert_eq!(probe.describe(), "an object with version, runs");
        assert_eq!(Probe::of("<html>").describe(), "nothing that is JSON");
        assert_eq!(Probe::of("[1]").describe(), "an array");
    }

    #[test]
    fn sees_the_first_item_of_a_list_and_of_the_document_a_few() {
        let probe = Probe::of(r#"[{"RuleID": "a", "deep": {"er": {"and": {"deeper": 1}}}}, {"other": [1, 2]}, 2, 3, 4]"#);
        assert_eq!((probe.text("/0/RuleID"), probe.has("/1/other/0"), probe.kind("")), (Some("a"), true, Some(ValueKind::Array)));
        assert_eq!((probe.has("/1/other/1"), probe.has("/3"), probe.has("/4")), (false, true, false));
        assert_eq!((probe.has("/0/deep/er"), probe.has("/0/deep/er/and"), probe.has("/0/deep/er/and/deeper")), (true, true, false));
    }

    #[test]
    fn looks_deeper_into_answers_of_graphql() {
        let of = |top: &str| Probe::of(&format!(r#"{{"{top}": {{"a": {{"b": {{"nodes": [{{"found": []}}]}}}}}}}}"#));
        assert!(of("data").has_key("found") && !of("data").has_key("foun") && !of("rest").has_key("found"));
        assert!(!Probe::of(r#"{"data": [{"a": {"b": {"found": 1}}}]}"#).has_key("found"));
    }

    #[test]
    fn sees_every_key_of_a_whole_document_and_what_is_broken_in_it() {
        let long = format!(r#"{{"properties": "{}", "runs": []}}"#, "x".repeat(300_000));
        let of_all = |text: &str| Probe::of_all(&mut Reader::new(&mut text.as_bytes()));
        assert!(!Probe::of(long.get(..100_000).unwrap_or_default()).has("/runs"));
        assert!(of_all(&long).is_ok_and(|probe| probe.has("/runs")));
        let many = (0..300).fold(String::new(), |many, n| many + &format!(r#""k{n}": 1, "#));
        assert!(of_all(&format!(r#"{{"a": {{{many}"z": 1}}, "runs": []}}"#)).is_ok_and(|probe| probe.has("/runs")));
        assert!(of_all(r#"{"a": 1"#).is_err() && of_all("[1] 2").is_err() && of_all("[1]").is_ok());
    }
}

//! Patterns that people write: globs and regular expressions, checked when they are read, equal when they are written alike.

use std::sync::OnceLock;

use globset::{GlobBuilder, GlobMatcher};
use regex::{Regex, RegexBuilder};

/// The most bytes that a glob may have: its automaton grows with it.
const GLOB_LIMIT: usize = 1000;

/// The most memory that a compiled regular expression may take, in bytes.
const REGEX_LIMIT: usize = 1 << 17;

/// The most often that a part of an expression may be asked to repeat.
const REPEAT_LIMIT: u64 = 1000;

/// A glob: `*` and `?` do not match `/`, `**` does, case counts.
#[derive(Clone, Debug)]
pub struct Glob {
    text: String,
    parsed: globset::Glob,
    /// Made when it is asked: most globs are only put into sets, and making one takes longer than anything else about it.
    matcher: OnceLock<GlobMatcher>,
}

impl Glob {
    /// Reads a glob, or says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::build(text, true)
    }

    /// Reads a glob of prose, in which `/` is a character like others.
    pub fn of_prose(text: &str) -> Result<Self, String> {
        Self::build(text, false)
    }

    fn build(text: &str, literal_separator: bool) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Err("a glob that says nothing".to_owned());
        }
        if text.len() > GLOB_LIMIT {
            return Err(format!("a glob of {} bytes, more than {GLOB_LIMIT}", text.len()));
        }
        if text.chars().any(char::is_control) {
            return Err("a glob with a control character".to_owned());
        }
        let built = GlobBuilder::new(text).literal_separator(literal_separator).backslash_escape(true).build();
        let parsed = built.map_err(|error| format!("not a glob: {}", error.kind()))?;
        Ok(Self { text: text.to_owned(), parsed, matcher: OnceLock::new() })
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it matches all of a text.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.matcher.get_or_init(|| self.parsed.compile_matcher()).is_match(text)
    }

    /// The text that alone it matches, if it has no special characters.
    #[must_use]
    pub fn literal(&self) -> Option<&str> {
        (!self.text.contains(['*', '?', '[', ']', '{', '}', '\\'])).then_some(self.text.as_str())
    }

    /// The glob itself, to be put into a set of many.
    #[must_use]
    pub const fn parsed(&self) -> &globset::Glob {
        &self.parsed
    }
}

impl PartialEq for Glob {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Glob {}

/// A regular expression in the syntax of the crate `regex`: linear time, no look-around, no back-references.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

impl Pattern {
    /// Reads an expression, or says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("an expression that says nothing".to_owned());
        }
        if let Some(count) = repetitions(text).find(|count| *count > REPEAT_LIMIT) {
            return Err(format!("an expression that repeats something {count} times, more than {REPEAT_LIMIT}"));
        }
        let built = RegexBuilder::new(text).size_limit(REGEX_LIMIT).dfa_size_limit(REGEX_LIMIT).build();
        built.map(Self).map_err(|error| {
            if let regex::Error::CompiledTooBig(limit) = error {
                return format!("an expression that takes more than {limit} bytes");
            }
            // The last line says what is wrong; those before it draw where.
            let told = error.to_string();
            format!("not a regular expression: {}", told.lines().last().unwrap_or_default().trim_start_matches("error: "))
        })
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether it matches anywhere in a text.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

/// The numbers behind `{` and `,` in an expression, but for escaped braces.
fn repetitions(text: &str) -> impl Iterator<Item = u64> {
    let counted = text.match_indices('{').filter(|&(at, _)| !text.get(..at).unwrap_or_default().ends_with('\\'));
    let numbers = counted.filter_map(|(at, _)| text.get(at + 1..)?.split('}').next()).flat_map(|inside| inside.split(','));
    numbers
        .filter(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
        .map(|digits| digits.parse().unwrap_or(u64::MAX))
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Pattern {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_keep_to_their_folder_and_case() {
        let matches = |glob: &str, text: &str| Glob::parse(glob).is_ok_and(|glob| glob.matches(text));
        assert!(matches("src/*.rs", "src/a.rs") && !matches("src/*.rs", "src/x/a.rs") && !matches("src/*.rs", "SRC/a.rs"));
        assert!(matches("src/**", "src/x/a.rs") && matches("**/tests/**", "a/tests/b") && matches("{a,b}/c", "b/c"));
        for wrong in ["", "  ", "a[", "a{b", "a\\", "a\nb", &"a".repeat(1001)] {
            assert!(Glob::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Glob::parse("a/b.c").ok().as_ref().and_then(Glob::literal), Some("a/b.c"));
        assert_eq!(Glob::parse("a/*").ok().as_ref().and_then(Glob::literal), None);
    }

    #[test]
    fn the_heaviest_globs_can_be_asked() {
        let heavy = ["**/", "*", "[!é-ü]", "{a,{b,**/c}}", "?"].map(|part| Glob::parse(&part.repeat(GLOB_LIMIT / part.len())));
        let asked: Result<Vec<bool>, String> = heavy.into_iter().map(|glob| glob.map(|glob| glob.matches("a"))).collect();
        assert_eq!(asked, Ok(vec![true, true, false, false, false]));
    }

    #[test]
    fn expressions_are_linear_and_bounded() {
        assert!(Pattern::parse("(?i)sql.*inj").is_ok_and(|pattern| pattern.matches("a SQL x injection")));
        let told = |text: &str| Pattern::parse(text).err().unwrap_or_default();
        assert_eq!(told("(a"), "not a regular expression: unclosed group");
        assert_eq!(told("(?=a)"), "not a regular expression: look-around, including look-ahead and look-behind, is not supported");
        assert_eq!(told("(a{1000}){1000}"), "an expression that takes more than 131072 bytes");
        assert_eq!(told(""), "an expression that says nothing");
        assert_eq!(told("(?:){4294967295}"), "an expression that repeats something 4294967295 times, more than 1000");
        assert_eq!((told("a{1,1001}").is_empty(), told("a\\{5000}").is_empty(), told("a{2,}").is_empty()), (false, true, true));
    }
}

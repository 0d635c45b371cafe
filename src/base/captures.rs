//! What a text must begin with, and what is taken out of it: a regular expression.
//!
//! Most of them are fixed texts with something between them that ends where the next fixed text begins, such as
//! `^Package: (?<package>[^\n]+)\nInstalled`. They are walked in one pass, without the engine that the others need: the first
//! choice is the only one wherever what repeats cannot swallow what comes behind it, and no alternative begins another.

mod steps;

use std::fmt;
use std::ops::Range;

use regex::{Regex, RegexBuilder};

use steps::Step;

/// The most memory that one compiled pattern may take.
const BYTES: usize = 1 << 18;

/// A regular expression that begins with `^`, and what its named groups stand for.
#[derive(Clone, Debug)]
pub struct Pattern<G> {
    way: Way,
    groups: Vec<(usize, G)>,
}

#[derive(Clone, Debug)]
enum Way {
    Walk(Vec<Step>),
    Engine(Regex),
}

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadPattern {
    /// It does not begin with `^`: a search through all of a text costs more than what is done with it.
    Open,
    /// It cannot be read, and why.
    Syntax(String),
    /// It takes too much memory.
    TooLarge,
    /// Nothing is known by the name of a group.
    Group(String),
}

impl<G: Copy> Pattern<G> {
    /// Reads a pattern; `group` tells what the name of a group stands for.
    pub fn new(text: &str, group: impl Fn(&str) -> Option<G>) -> Result<Self, BadPattern> {
        if !text.starts_with('^') {
            return Err(BadPattern::Open);
        }
        let regex = RegexBuilder::new(text).size_limit(BYTES).build().map_err(|error| {
            let told = error.to_string();
            if matches!(error, regex::Error::CompiledTooBig(_)) {
                return BadPattern::TooLarge;
            }
            BadPattern::Syntax(told.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned())
        })?;
        let mut groups = Vec::new();
        for (number, name) in regex.capture_names().enumerate().filter_map(|(number, name)| Some((number, name?))) {
            groups.push((number, group(name).ok_or_else(|| BadPattern::Group(name.to_owned()))?));
        }
        let way = steps::of(text).map_or(Way::Engine(regex), Way::Walk);
        Ok(Self { way, groups })
    }

    /// What its groups stand for.
    pub fn groups(&self) -> impl Iterator<Item = G> {
        self.groups.iter().map(|&(_, group)| group)
    }

    /// Whether a text matches; adds where its groups are.
    pub fn find(&self, text: &str, found: &mut Vec<(G, Range<usize>)>) -> bool {
        match &self.way {
            Way::Walk(steps) => {
                let before = found.len();
                let known = |number| self.groups.iter().find(|(known, _)| *known == number).map(|&(_, group)| group);
                let is_met = steps::walk(steps, text, |number, range| found.extend(known(number).map(|group| (group, range))));
                if !is_met {
                    found.truncate(before);
                }
                is_met
            }
            Way::Engine(regex) if self.groups.is_empty() => regex.is_match(text),
            Way::Engine(regex) => {
                let mut places = regex.capture_locations();
                if regex.captures_read(&mut places, text).is_none() {
                    return false;
                }
                found.extend(self.groups.iter().filter_map(|&(number, group)| places.get(number).map(|(from, to)| (group, from..to))));
                true
            }
        }
    }
}

impl fmt::Display for BadPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => write!(f, "it does not begin with `^`"),
            Self::Syntax(told) => write!(f, "{told}"),
            Self::TooLarge => write!(f, "it takes too much memory"),
            Self::Group(name) => write!(f, "a group is named `{name}`"),
        }
    }
}

impl std::error::Error for BadPattern {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Patterns that are walked.
    const WALKED: [&str; 12] = [
        "^a",
        "^ab$",
        "^(?<x>[^\\n]+)$",
        "^a: (?<x>[^\\n]+)\\nb: (?<y>[^\\n]*)\\nc",
        "^\\[(?<x>[A-Z]+)\\] (?<y>[A-Z0-9-]+)$",
        "^(?<x>a|bc|B)$",
        "^(?<x>(?:a|é)-[0-9]+):(?<y>.+)",
        "^x?",
        "^[^ ]+ \\([^()]*\\): (?<x>[^a]*)a",
        "^(?<x>[^:]*):(?<y>[^:]*)(?::)",
        "^([ac]+)b(?<x>[^b]+)",
        "^é(?<x>[^é]*)é",
    ];

    fn found(pattern: &Pattern<char>, text: &str) -> Option<Vec<(char, Range<usize>)>> {
        let mut found = Vec::new();
        let is_met = pattern.find(text, &mut found);
        assert!(is_met || found.is_empty());
        is_met.then_some(found)
    }

    #[test]
    fn what_has_one_choice_is_walked_and_the_rest_is_not() {
        let is_walked = |pattern: &str| Pattern::new(pattern, |_| Some(())).is_ok_and(|read| matches!(read.way, Way::Walk(_)));
        for pattern in WALKED.iter().filter(|pattern| !["^(?<x>(?:a|é)-[0-9]+):(?<y>.+)", "^x?", "^é(?<x>[^é]*)é"].contains(pattern)) {
            assert!(is_walked(pattern), "{pattern}");
        }
        // What repeats could swallow what comes behind it, an alternative begins another, it looks elsewhere.
        for pattern in ["^.+: b", "^(?<x>a|ab)c", "^[a-z]+a", "^a+?b", "^(?i)a", "^\\w+ ", "^(?m)a$", "^a{2}b", "^(?<x>[^b]+)(?<y>[^a]+)"] {
            assert!(!is_walked(pattern), "{pattern}");
        }
    }

    #[test]
    fn mistakes_are_told() {
        let told = |pattern: &str| Pattern::new(pattern, |name| (name == "x").then_some(())).err();
        assert_eq!(told("a(?<x>b)"), Some(BadPattern::Open));
        assert_eq!(told("^(b"), Some(BadPattern::Syntax("unclosed group".to_owned())));
        assert_eq!(told("^(?:\\w{1000}){1000}"), Some(BadPattern::TooLarge));
        assert_eq!(told("^(?<y>b)"), Some(BadPattern::Group("y".to_owned())));
        assert_eq!(told("^(?<x>b)"), None);
    }

    proptest! {
        #[test]
        fn walking_finds_what_the_engine_finds(texts in prop::collection::vec("[ab:é\\n A-C0-9()\\[\\]-]{0,12}|a: [ab]{0,3}\\nb: [ab]{0,3}\\nc?|\\[[A-C]{1,3}\\] [A-C0-9-]{0,4}x?|[ab]{0,2} \\([ab()]{0,3}\\): [ba]{0,4}", 16)) {
            for text in WALKED {
                let (read, engine) = (Pattern::new(text, |name| name.chars().next()), Regex::new(text));
                let (Ok(read), Ok(engine)) = (read, engine) else { continue };
                let engine = Pattern { way: Way::Engine(engine), groups: read.groups.clone() };
                for told in &texts {
                    prop_assert_eq!(found(&read, told), found(&engine, told), "{} {:?}", text, told);
                }
            }
        }
    }
}

//! What all rules together ask about texts, so that each distinct text is looked at once.
//!
//! A policy with a thousand rules asks for thousands of paths, and a million findings have some ten thousand. Every list of words,
//! globs or expressions of a rule has a number here; a text is answered with the numbers that it meets, found through hashes and sets
//! of globs. Texts that meet the same numbers are of one class: rules are tried on classes, not on texts.

use hashbrown::HashMap;

use crate::base::globs::Globs;
use crate::base::pattern::{Glob, Pattern};
use crate::base::text::{Text, TextTable};
use crate::model::finding::Evidence;

/// What findings are asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Tool,
    RuleId,
    Message,
    Cwe,
    Vulnerability,
    Package,
    Ecosystem,
    Path,
    License,
    Owner,
    Tag,
}

/// How many subjects there are.
pub(super) const SUBJECTS: usize = 11;

/// Everything that is asked about one subject.
#[derive(Default)]
pub(super) struct Asked {
    count: u32,
    words: HashMap<String, Vec<u32>>,
    globs: Vec<(Glob, u32)>,
    compiled: Globs,
    patterns: Vec<(Pattern, u32)>,
}

impl Asked {
    /// Whether nothing is asked.
    pub(super) const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Ends the list that is asked for: its number.
    pub(super) const fn end_list(&mut self) -> u32 {
        self.count += 1;
        self.count - 1
    }

    /// Asks for a text of these words.
    pub(super) fn word(&mut self, word: &str) {
        self.words.entry(word.to_owned()).or_default().push(self.count);
    }

    /// Asks for a text that a glob matches.
    pub(super) fn glob(&mut self, glob: &Glob) {
        self.globs.push((glob.clone(), self.count));
    }

    /// Asks for a text in which an expression matches.
    pub(super) fn pattern(&mut self, pattern: &Pattern) {
        self.patterns.push((pattern.clone(), self.count));
    }

    /// Nothing more will be asked: compiles the globs.
    pub(super) fn finish(&mut self) {
        self.compiled = Globs::of(&std::mem::take(&mut self.globs));
    }

    /// The numbers that a text meets.
    pub(super) fn answer(&self, text: &str) -> Vec<u32> {
        let mut met: Vec<u32> = self.words.get(text).cloned().unwrap_or_default();
        met.extend(self.compiled.matching(text));
        met.extend(self.patterns.iter().filter(|(pattern, _)| pattern.matches(text)).map(|(_, number)| number));
        met
    }
}

/// What texts that were met before answered: the numbers and their class.
#[derive(Default)]
pub(super) struct Answers(TextTable<(Box<[u32]>, Class)>);

impl Answers {
    /// The numbers that a text meets, and their class.
    pub(super) fn of(&mut self, text: Text, asked: &Asked, classes: &mut Classes, evidence: &Evidence) -> (&[u32], Class) {
        if self.0.get(text).is_none() {
            let numbers = asked.answer(evidence.text(text).as_data());
            self.0.set(text, (numbers.clone().into(), classes.of(numbers)));
        }
        self.0.get(text).map_or((&[], Class::NOTHING), |(numbers, class)| (numbers, *class))
    }
}

/// Sets of numbers, each once.
pub(super) struct Classes {
    sets: Vec<Vec<u32>>,
    known: HashMap<Vec<u32>, Class>,
}

/// What a finding is for one subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Class(u32);

impl Class {
    /// There is nothing that could be asked about: no answer holds.
    pub(super) const NOTHING: Self = Self(0);
    /// There may be something, and nobody tells.
    pub(super) const UNKNOWN: Self = Self(u32::MAX);
}

impl Default for Classes {
    fn default() -> Self {
        Self { sets: vec![Vec::new()], known: HashMap::from([(Vec::new(), Class::NOTHING)]) }
    }
}

impl Classes {
    /// The class of what meets these numbers.
    pub(super) fn of(&mut self, mut met: Vec<u32>) -> Class {
        met.sort_unstable();
        met.dedup();
        if let Some(class) = self.known.get(&met) {
            return *class;
        }
        let class = Class(u32::try_from(self.sets.len()).unwrap_or(u32::MAX - 1));
        self.sets.push(met.clone());
        self.known.insert(met, class);
        class
    }

    /// Whether what is of a class meets a number; `None` where nobody knows.
    pub(super) fn meets(&self, class: Class, number: u32) -> Option<bool> {
        if class == Class::UNKNOWN {
            return None;
        }
        let set = self.sets.get(class.0 as usize).map_or(&[][..], Vec::as_slice);
        Some(set.binary_search(&number).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_meets_words_globs_and_expressions() -> Result<(), String> {
        let mut asked = Asked::default();
        asked.word("src/a.rs");
        asked.word("other");
        assert_eq!(asked.end_list(), 0);
        asked.glob(&Glob::parse("src/a.rs")?);
        asked.glob(&Glob::parse("src/**")?);
        assert_eq!(asked.end_list(), 1);
        asked.pattern(&Pattern::parse("a\\.rs$")?);
        assert_eq!(asked.end_list(), 2);
        for n in 0..1200 {
            asked.glob(&Glob::parse(&format!("lib-{n}/*"))?);
            asked.end_list();
        }
        asked.finish();
        let answer = |text: &str| {
            let mut met = asked.answer(text);
            met.sort_unstable();
            met.dedup();
            met
        };
        assert_eq!(answer("src/a.rs"), [0, 1, 2]);
        assert_eq!(answer("src/b/a.rs"), [1, 2]);
        assert_eq!(answer("lib-1100/x"), [1103]);
        assert_eq!(answer("lib-1100/x/y"), [0; 0]);
        Ok(())
    }

    #[test]
    fn a_class_is_what_it_meets() {
        let mut classes = Classes::default();
        let (one, same, other) = (classes.of(vec![7, 3, 3]), classes.of(vec![3, 7]), classes.of(vec![4]));
        assert_eq!((one == same, one == other, classes.of(Vec::new())), (true, false, Class::NOTHING));
        assert_eq!([3, 4, 7].map(|number| classes.meets(one, number)), [Some(true), Some(false), Some(true)]);
        assert_eq!((classes.meets(Class::NOTHING, 0), classes.meets(Class::UNKNOWN, 0)), (Some(false), None));
    }
}

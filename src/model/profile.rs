//! What is known of a tool beside its reports: who it is, what it finds, and what it means by what it writes.
//!
//! A profile is data: `policies/profiles/*.yaml`, and the files of users. `policy` reads it, `normalize` goes by it.

use std::fmt;
use std::sync::LazyLock;

use crate::base::captures::Pattern;
use crate::model::identity::Category;
use crate::model::severity::{Meaning, Score, Severity};

/// What is known of one tool.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// The tool's id in policies and reports.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Names of the driver in lower case; one that ends in `*` stands for all that begin so.
    pub drivers: Vec<String>,
    /// What it can report; the first is what a finding is unless something says otherwise.
    pub categories: Vec<Category>,
    /// What it means by levels, scores and severity words.
    pub scale: Scale,
    /// Where it tells what SARIF has no place for.
    pub facts: Vec<Fact>,
    /// Keys of SARIF's `fingerprints` that name no result.
    pub ignored_prints: Vec<String>,
    /// Whether its `primaryLocationLineHash` says nothing.
    pub ignores_line_hash: bool,
    /// Whether a user wrote it: it may raise what a tool says, and leaves high what it calls high.
    pub is_users: bool,
}

/// What a tool means by levels, scores and severity words.
#[derive(Clone, Debug, Default)]
pub struct Scale {
    /// What SARIF's `level` says.
    pub level: Level,
    /// Whether `security-severity` 0.0 means that nobody rated it, whatever the level says.
    pub zero_is_unrated: bool,
    /// Scores that stand for a word, not for a score.
    pub scores: Vec<(Score, Severity)>,
    /// Severity words, compared without case.
    pub words: Vec<(String, Meaning)>,
}

/// What SARIF's `level` says of a tool's results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// How bad it is, as SARIF means it.
    #[default]
    Severity,
    /// How bad it is where a result, an override or a rule states one; the default is no rating.
    Stated,
    /// Nothing about how bad it is: it is the same for all, or tells how sure the tool is.
    Unrated,
}

impl Level {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Severity, Self::Stated, Self::Unrated];

    /// The word in profiles.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Severity => "severity",
            Self::Stated => "stated",
            Self::Unrated => "unrated",
        }
    }
}

/// A place where a tool tells something, and what it tells there.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The place.
    pub from: From,
    /// The property's key, for places that are properties.
    pub key: String,
    /// What must match there; without it all of it is a severity word.
    pub pattern: Option<Pattern<Group>>,
    /// What a result is where it matches.
    pub category: Option<Category>,
    /// Where the components come from that it names.
    pub ecosystem: Option<String>,
    /// Whether the vulnerable code can be reached, where it matches.
    pub reachable: Option<Reach>,
}

/// Whether vulnerable code can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It can.
    Yes,
    /// It cannot.
    No,
    /// Nobody knows.
    Unknown,
}

/// What a group of a pattern takes out of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// A severity word.
    Severity,
    /// A CVSS score.
    Score,
    /// Advisory ids.
    Id,
    /// The name of the component.
    Package,
    /// Its version.
    Version,
    /// Versions that have it no more.
    Fixed,
    /// The component as a purl.
    Purl,
    /// Where the component comes from.
    Ecosystem,
}

impl Group {
    /// All of them.
    pub const ALL: [Self; 8] =
        [Self::Severity, Self::Score, Self::Id, Self::Package, Self::Version, Self::Fixed, Self::Purl, Self::Ecosystem];

    /// Its name in patterns.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Severity => "severity",
            Self::Score => "score",
            Self::Id => "id",
            Self::Package => "package",
            Self::Version => "version",
            Self::Fixed => "fixed",
            Self::Purl => "purl",
            Self::Ecosystem => "ecosystem",
        }
    }
}

/// A place in a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// The id of the rule, as the result tells it.
    RuleId,
    /// The rule's `name`.
    RuleName,
    /// The rule's `shortDescription`.
    RuleTitle,
    /// Each of the rule's tags.
    RuleTag,
    /// A property of the rule.
    RuleProperty,
    /// Each tag of the result itself.
    ResultTag,
    /// A property of the result.
    ResultProperty,
    /// The result's level, or the one that it has from elsewhere.
    ResultLevel,
    /// The result's message.
    ResultMessage,
}

impl From {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::RuleId,
        Self::RuleName,
        Self::RuleTitle,
        Self::RuleTag,
        Self::RuleProperty,
        Self::ResultTag,
        Self::ResultProperty,
        Self::ResultLevel,
        Self::ResultMessage,
    ];

    /// The word in profiles.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::RuleId => "rule.id",
            Self::RuleName => "rule.name",
            Self::RuleTitle => "rule.title",
            Self::RuleTag => "rule.tag",
            Self::RuleProperty => "rule.property",
            Self::ResultTag => "result.tag",
            Self::ResultProperty => "result.property",
            Self::ResultLevel => "result.level",
            Self::ResultMessage => "result.message",
        }
    }

    /// Whether all results of a rule share what is told there.
    #[must_use]
    pub const fn is_of_rule(self) -> bool {
        matches!(self, Self::RuleId | Self::RuleName | Self::RuleTitle | Self::RuleTag | Self::RuleProperty)
    }

    /// Whether it is a property, which has a key.
    #[must_use]
    pub const fn is_property(self) -> bool {
        matches!(self, Self::RuleProperty | Self::ResultProperty)
    }
}

/// Makes the profiles of one file, when the first of them is asked for.
pub type Make = Box<dyn FnOnce() -> Vec<Profile> + Send>;

/// Profiles that stand in one file.
pub struct Shelf {
    drivers: Vec<String>,
    profiles: LazyLock<Vec<Profile>, Make>,
}

impl Shelf {
    /// Profiles that are made when one of them is asked for; `drivers` are the names of all of them.
    #[must_use]
    pub fn new(drivers: Vec<String>, make: Make) -> Self {
        Self { drivers, profiles: LazyLock::new(make) }
    }

    /// The profiles.
    #[must_use]
    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }
}

/// All profiles.
#[derive(Default)]
pub struct Profiles {
    shelves: Vec<Shelf>,
    properties: Vec<String>,
}

impl Profiles {
    /// The profiles of some files. `properties` are the keys of the properties that they look at.
    #[must_use]
    pub fn new(shelves: Vec<Shelf>, mut properties: Vec<String>) -> Self {
        properties.sort_unstable();
        properties.dedup();
        Self { shelves, properties }
    }

    /// The keys of the properties that profiles look at, sorted.
    #[must_use]
    pub fn properties(&self) -> &[String] {
        &self.properties
    }

    /// The profile of a driver's name. A name with characters that cannot be told from others means only the profile that has all
    /// of it; the case of ASCII letters does not count.
    #[must_use]
    pub fn find(&self, driver: &str) -> Option<&Profile> {
        let name = driver.to_ascii_lowercase();
        let is_plain = is_plain(driver);
        let knows = |drivers: &[String]| drivers.iter().any(|driver| stands_for(driver, &name) && (is_plain || !driver.is_ascii()));
        let file = self.shelves.iter().find(|file| knows(&file.drivers))?;
        file.profiles().iter().find(|profile| knows(&profile.drivers))
    }

    /// All of them, in the order of the files.
    pub fn iter(&self) -> impl Iterator<Item = &Profile> {
        self.shelves.iter().flat_map(Shelf::profiles)
    }
}

impl fmt::Debug for Profiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let drivers: Vec<_> = self.shelves.iter().map(|shelf| &shelf.drivers).collect();
        f.debug_struct("Profiles").field("drivers", &drivers).field("properties", &self.properties).finish()
    }
}

/// Whether a name is printable ASCII, so that it can be told from every other.
#[must_use]
pub fn is_plain(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_graphic() || b == b' ')
}

/// Whether a driver's name of a profile stands for a name in lower case.
#[must_use]
pub fn stands_for(driver: &str, name: &str) -> bool {
    driver.strip_suffix('*').map_or(name == driver, |start| name.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_is_found_by_its_name_and_nothing_is_made_before() {
        let profile = |id: &str, driver: &str| Profile { id: id.to_owned(), drivers: vec![driver.to_owned()], ..Profile::default() };
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let made = move || vec![profile("a", "acme"), profile("b", "acme pro*"), profile("frog", "🐸 frog")];
        let never = Shelf::new(names(&["other"]), Box::new(Vec::new));
        let known = Shelf::new(names(&["acme", "acme pro*", "🐸 frog"]), Box::new(made));
        let profiles = Profiles::new(vec![never, known], names(&["b", "a", "b"]));
        let id = |driver| profiles.find(driver).map(|profile| profile.id.as_str());
        assert_eq!(profiles.properties(), ["a", "b"]);
        assert_eq!((id("ACME"), id("Acme Pro 7"), id("acme-x"), id("")), (Some("a"), Some("b"), None, None));
        // What only looks like a known name is not one.
        assert_eq!((id("Acme\u{200b}"), id("acme pro\u{200b}"), id("a\u{441}me"), id("other")), (None, None, None, None));
        assert_eq!((id("🐸 Frog"), id("🐸 Frog SAST")), (Some("frog"), None));
    }
}

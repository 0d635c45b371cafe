//! Profiles of tools: those that are part of the program, and those of users, who may add tools and redefine none.
//!
//! An embedded file is parsed when a report of one of its tools is read, and by the same code as a user's. What must be known
//! before, the names of drivers and the keys of properties, is picked out of its text.

mod embedded;
mod fact;

use crate::base::fault::Position;
use crate::base::yaml::Node;
use crate::model::identity::Category;
use crate::model::problem::Problem;
use crate::model::profile::{Level, Profile, Profiles, Scale, Shelf, stands_for};
use crate::model::severity::{Score, Severity};
use crate::policy::embedded::texts as texts_of;
use crate::policy::reader::{self, Keys, Reader};
use crate::policy::tables::{meaning, source, table};

/// How many different properties the profiles of a run may look at.
const PROPERTY_LIMIT: usize = 60;

const FILE: Keys = Keys { of: "the file", required: &["schema", "profiles"], optional: &[] };

const PROFILE: Keys = Keys {
    of: "a profile",
    required: &["id", "title", "drivers", "categories"],
    optional: &["source", "severity", "facts", "fingerprints"],
};

const SCALE: Keys = Keys { of: "`severity`", required: &[], optional: &["level", "zero", "scores", "words"] };

const PRINTS: Keys = Keys { of: "`fingerprints`", required: &[], optional: &["ignore", "line_hash"] };

/// The embedded profiles.
#[must_use]
pub fn embedded() -> Profiles {
    with_users(Vec::new())
}

/// The embedded profiles and those of a project's files, each given with its path and text; or everything that is wrong with them.
pub fn load(files: &[(String, String)]) -> Result<Profiles, Vec<Problem>> {
    if files.is_empty() {
        return Ok(embedded());
    }
    let mut problems = Vec::new();
    let mut taken = Taken::by_relgate();
    let mut users = Vec::new();
    for (path, text) in files {
        match parse(text, path, Some(&mut taken)) {
            Ok(profiles) => users.push(profiles),
            Err(wrong) => problems.extend(wrong),
        }
    }
    let profiles = with_users(users);
    if profiles.properties().len() > PROPERTY_LIMIT
        && let Some((path, _)) = files.last()
    {
        let mut reader = Reader::new(path, 0);
        let message = format!("the profiles look at {} different properties, more than {PROPERTY_LIMIT}", profiles.properties().len());
        reader.wrong("profile-value", Position::Line(1, 1), message, "look at fewer");
        problems.extend(reader.finish());
    }
    if problems.is_empty() { Ok(profiles) } else { Err(problems) }
}

/// The texts of the embedded profiles, for the digest of the engine.
pub(super) fn texts() -> impl Iterator<Item = &'static str> {
    texts_of(embedded::ALL)
}

fn with_users(users: Vec<Vec<Profile>>) -> Profiles {
    let mut properties: Vec<String> = embedded::ALL.iter().flat_map(|file| embedded::keys(file.text)).collect();
    let mut shelves: Vec<Shelf> = embedded::ALL
        .iter()
        // That each of them can be read is held by a test.
        .map(|file| Shelf::new(embedded::drivers(file.text), Box::new(move || parse(file.text, file.name, None).unwrap_or_default())))
        .collect();
    for profiles in users {
        let facts = profiles.iter().flat_map(|profile| &profile.facts).filter(|fact| fact.from.is_property());
        properties.extend(facts.map(|fact| fact.key.clone()));
        let drivers = profiles.iter().flat_map(|profile| profile.drivers.clone()).collect();
        shelves.push(Shelf::new(drivers, Box::new(move || profiles)));
    }
    Profiles::new(shelves, properties)
}

/// The ids and names of drivers that profiles have, which no other may have: each with whose it is.
struct Taken(Vec<(String, Vec<String>, String)>);

impl Taken {
    fn by_relgate() -> Self {
        let embedded = embedded::ALL.iter().flat_map(|file| parse(file.text, file.name, None).unwrap_or_default());
        Self(embedded.map(|profile| (profile.id, profile.drivers, "relgate".to_owned())).collect())
    }

    /// Tells an id that another profile has.
    fn id(&self, reader: &mut Reader, node: &Node, id: &str) {
        if let Some((_, _, whose)) = self.0.iter().find(|(known, ..)| known == id) {
            let message = format!("the id `{id}` is taken by a profile of {whose}");
            reader.wrong("profile-taken", node.position(), message, ADDS);
        }
    }

    /// Tells a name of a driver that could be meant by another profile too.
    fn driver(&self, reader: &mut Reader, node: &Node, driver: &str) {
        let both = self.0.iter().find_map(|(id, drivers, whose)| Some((id, drivers.iter().find(|known| overlap(driver, known))?, whose)));
        if let Some((id, known, whose)) = both {
            let message = format!("the driver `{driver}` is taken by `{known}` of the profile `{id}` of {whose}");
            reader.wrong("profile-taken", node.position(), message, ADDS);
        }
    }
}

/// What to do about what is taken.
const ADDS: &str = "a profile adds a tool and redefines none: rename or remove it";

/// Whether a name of a driver could be meant by both.
fn overlap(one: &str, other: &str) -> bool {
    let start = |driver: &str| driver.strip_suffix('*').unwrap_or(driver).to_owned();
    stands_for(one, &start(other)) || stands_for(other, &start(one))
}

/// The profiles of one file; `taken` is what others have, of a file of a user.
fn parse(text: &str, path: &str, taken: Option<&mut Taken>) -> Result<Vec<Profile>, Vec<Problem>> {
    reader::read_file(text, path, |reader, root| file(reader, root, path, taken))
}

fn file(reader: &mut Reader, root: &Node, path: &str, mut taken: Option<&mut Taken>) -> Option<Vec<Profile>> {
    let fields = reader.map(root, &FILE)?;
    fields.read("schema", |n| reader.word(n, "schema", &["relgate.profile/v1"], |word| word));
    reader.each(fields.get("profiles")?, "profiles", |reader, node| {
        let profile = profile(reader, node, taken.as_deref())?;
        if let Some(taken) = &mut taken {
            taken.0.push((profile.id.clone(), profile.drivers.clone(), path.to_owned()));
        }
        Some(profile)
    })
}

fn profile(reader: &mut Reader, node: &Node, taken: Option<&Taken>) -> Option<Profile> {
    let fields = reader.map(node, &PROFILE)?;
    let id = fields.read("id", |n| id(reader, n, taken));
    let title = fields.read("title", |n| reader.text(n, "title"));
    let drivers = fields.read("drivers", |n| reader.each(n, "drivers", |reader, node| driver(reader, node, taken)));
    source(reader, node, fields.get("source"), taken.is_none().then_some("a profile"));
    let categories = fields.read("categories", |n| reader.words(n, "categories", &Category::ALL, Category::word));
    let scale = fields.read("severity", |n| scale(reader, n, taken.is_some())).unwrap_or_default();
    let known = categories.as_deref().unwrap_or(&Category::ALL);
    let facts = fields.read("facts", |n| reader.each(n, "facts", |reader, row| fact::read(reader, row, known, !scale.words.is_empty())));
    let prints = fields.read("fingerprints", |n| prints(reader, n));
    let (ignored_prints, ignores_line_hash) = prints.unwrap_or_default();
    Some(Profile {
        id: id?,
        title: title?,
        drivers: drivers?,
        categories: categories?,
        scale,
        facts: facts.unwrap_or_default(),
        ignored_prints,
        ignores_line_hash,
        is_users: taken.is_some(),
    })
}

/// An id that no other profile has.
fn id(reader: &mut Reader, node: &Node, taken: Option<&Taken>) -> Option<String> {
    let id = reader.lower_id(node, "id")?;
    if let Some(taken) = taken {
        taken.id(reader, node, &id);
    }
    Some(id)
}

fn driver(reader: &mut Reader, node: &Node, taken: Option<&Taken>) -> Option<String> {
    let driver = reader.text(node, "drivers")?;
    let start = driver.strip_suffix('*').unwrap_or(&driver);
    let is_open = start.len() < driver.len();
    if driver.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return reader.not(node, "drivers", "it in lower case: the case of names does not count");
    }
    // What begins with a name that is not plain may go on with what cannot be seen.
    if start.contains('*') || start.trim().is_empty() || is_open && !start.is_ascii() {
        return reader.not(node, "drivers", "a name, or how names begin and `*`, in plain letters");
    }
    if let Some(taken) = taken {
        taken.driver(reader, node, &driver);
    }
    Some(driver)
}

/// Of a user's profile only what can raise a severity: unrated may be judged as less than what SARIF says.
fn scale(reader: &mut Reader, node: &Node, is_users: bool) -> Option<Scale> {
    let fields = reader.map(node, &SCALE)?;
    let (levels, zeros): (&[Level], &[&str]) =
        if is_users { (&[Level::Severity], &["level"]) } else { (&Level::ALL, &["level", "unrated"]) };
    let level = fields.read("level", |n| reader.word(n, "level", levels, Level::word));
    let zero = fields.read("zero", |n| reader.word(n, "zero", zeros, |word| word));
    let scores = fields.read("scores", |n| table(reader, n, "scores", score));
    let words = fields.read("words", |n| table(reader, n, "words", meaning));
    let scores = scores.unwrap_or_default().into_iter().map(|(told, severity)| Some((tenths(&told)?, severity)));
    Some(Scale {
        level: level.unwrap_or_default(),
        zero_is_unrated: zero == Some("unrated"),
        scores: scores.collect::<Option<_>>()?,
        words: words.unwrap_or_default(),
    })
}

fn score(reader: &mut Reader, told: &str, node: &Node) -> Option<Severity> {
    if tenths(told).is_none() {
        let message = format!("`{told}` is no score");
        reader.wrong("profile-value", node.position(), message, "write a score with one decimal, such as `9.5`, in quotes");
    }
    reader.word(node, told, &Severity::ALL, Severity::word)
}

/// A score as tools write it: `9.5`.
fn tenths(told: &str) -> Option<Score> {
    let (whole, tenth) = told.split_once('.')?;
    let digits = (1..=2).contains(&whole.len()) && tenth.len() == 1 && told.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    digits.then(|| Score::from_tenths(whole.parse::<u8>().ok()?.checked_mul(10)?.checked_add(tenth.parse().ok()?)?))?
}

fn prints(reader: &mut Reader, node: &Node) -> Option<(Vec<String>, bool)> {
    let fields = reader.map(node, &PRINTS)?;
    let ignored = fields.read("ignore", |n| reader.each(n, "ignore", |reader, key| reader.text(key, "ignore")));
    let line_hash = fields.read("line_hash", |n| reader.flag(n, "line_hash"));
    Some((ignored.unwrap_or_default(), line_hash == Some(false)))
}

#[cfg(test)]
mod tests;

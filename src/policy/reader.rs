//! Takes values out of the nodes of one file and keeps everything that is wrong with them.
//!
//! Each function answers `None` after it told a mistake, so that reading goes on and the next mistake is found too.

use std::collections::HashSet;
use std::fmt;
use std::ops::RangeInclusive;

use jiff::civil::Date;

use crate::base::address::Address;
use crate::base::date::parse_date;
use crate::base::fault::{Fault, Position};
use crate::base::pattern::{Glob, Pattern};
use crate::base::suggest;
use crate::base::yaml::{self, Key, Kind, Node};
use crate::model::policy::Place;
use crate::model::problem::{Problem, Weight};
use crate::policy::BUILTIN;
use crate::policy::draft::At;
use crate::policy::starter::BLANK;

/// One file of the configuration, and the mistakes in it.
pub(super) struct Reader<'f> {
    path: &'f str,
    /// Its place in the list of files.
    file: u32,
    problems: Vec<Problem>,
}

/// The keys of one kind of map.
pub(super) struct Keys {
    /// What the map is, in messages: `a rule`.
    pub(super) of: &'static str,
    /// Must be there.
    pub(super) required: &'static [&'static str],
    /// May be there.
    pub(super) optional: &'static [&'static str],
}

/// A map whose keys were checked.
#[derive(Clone, Copy)]
pub(super) struct Fields<'n>(&'n [(Key, Node)]);

impl<'n> Fields<'n> {
    pub(super) fn get(self, key: &str) -> Option<&'n Node> {
        self.0.iter().find(|(k, _)| k.text == key).map(|(_, node)| node)
    }

    /// What `read` makes of a value. `None` is an absent value or a mistake; both were told where they matter, and
    /// nothing is judged by a file with mistakes.
    pub(super) fn read<T>(self, key: &str, read: impl FnOnce(&'n Node) -> Option<T>) -> Option<T> {
        self.get(key).and_then(read)
    }

    pub(super) fn iter(self) -> impl Iterator<Item = (&'n Key, &'n Node)> {
        self.0.iter().map(|(key, node)| (key, node))
    }
}

/// A value under a key, with its place.
pub(super) fn at<T>(
    reader: &mut Reader,
    fields: Fields<'_>,
    key: &str,
    read: impl FnOnce(&mut Reader, &Node) -> Option<T>,
) -> Option<At<T>> {
    let node = fields.get(key)?;
    read(reader, node).map(|value| At { value, place: reader.place(node) })
}

/// What `read` makes of the text of a file that stands for itself; or everything that is wrong with it.
pub(super) fn read_file<T>(text: &str, path: &str, read: impl FnOnce(&mut Reader, &Node) -> Option<T>) -> Result<T, Vec<Problem>> {
    let mut reader = Reader::new(path, 0);
    let made = match yaml::read(text) {
        Ok(root) => read(&mut reader, &root),
        Err(fault) => {
            reader.fault(fault);
            None
        }
    };
    let problems = reader.finish();
    made.filter(|_| problems.is_empty()).ok_or(problems)
}

impl<'f> Reader<'f> {
    pub(super) const fn new(path: &'f str, file: u32) -> Self {
        Self { path, file, problems: Vec::new() }
    }

    /// Whether the file is part of the program.
    pub(super) fn is_builtin(&self) -> bool {
        self.path.starts_with(BUILTIN)
    }

    /// Everything that was wrong.
    pub(super) fn finish(self) -> Vec<Problem> {
        self.problems
    }

    /// Where a node stands.
    pub(super) const fn place(&self, node: &Node) -> Place {
        Place { file: self.file, line: node.line, column: node.column }
    }

    pub(super) fn fault(&mut self, fault: Fault) {
        self.problems.push(Problem::of_fault(Weight::Undecided, Some(self.path.to_owned()), fault));
    }

    /// Tells what is legal but dangerous.
    pub(super) fn warn(&mut self, fault: Fault) {
        self.problems.push(Problem::of_fault(Weight::Warning, Some(self.path.to_owned()), fault));
    }

    /// Tells a mistake.
    pub(super) fn wrong(&mut self, code: &'static str, position: Position, message: impl Into<String>, help: impl Into<String>) {
        self.fault(Fault { code, position, message: message.into(), help: help.into() });
    }

    /// A map with the right keys. Wrong ones are told and do not keep the others from being read.
    pub(super) fn map<'n>(&mut self, node: &'n Node, keys: &Keys) -> Option<Fields<'n>> {
        let Keys { of, required, optional } = keys;
        let Kind::Map(entries) = &node.kind else {
            let message =
                if node.kind == Kind::Null { format!("{of} has no value") } else { format!("{of} cannot be {}", node.kind.what()) };
            let first = required.iter().chain(*optional).next().map_or("", |key| *key);
            self.wrong("config-value", node.position(), message, format!("write a map of keys and values, `{{{first}: …}}`"));
            return None;
        };
        if entries.is_empty() {
            self.wrong("config-value", node.position(), format!("{of} is empty"), "say something, or remove it");
            return None;
        }
        let known = || required.iter().chain(*optional).copied();
        for (key, _) in entries {
            let name = key.text.as_str();
            if !known().any(|k| k == name) {
                self.wrong("config-unknown-key", key.position(), format!("{of} has no key `{name}`"), suggest::help(name, known()));
            }
        }
        for missing in required.iter().filter(|k| !entries.iter().any(|(key, _)| key.text == **k)) {
            self.wrong("config-missing-key", node.position(), format!("{of} lacks `{missing}`"), "add it");
        }
        Some(Fields(entries))
    }

    /// The entries of a map whose keys are the user's, at least one.
    pub(super) fn entries<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n [(Key, Node)]> {
        match &node.kind {
            Kind::Map(entries) if !entries.is_empty() => Some(entries),
            Kind::Map(_) => {
                self.wrong("config-value", node.position(), format!("`{what}` is empty"), "say something, or remove it");
                None
            }
            Kind::List(_) | Kind::Text(_) | Kind::Bool(_) | Kind::Int(_) | Kind::Null => self.not(node, what, "a map that says something"),
        }
    }

    /// A list that says something.
    pub(super) fn list<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n [Node]> {
        match &node.kind {
            Kind::List(items) if items.is_empty() => {
                self.wrong("config-value", node.position(), format!("`{what}` is an empty list"), "name something, or remove it");
                None
            }
            Kind::List(items) => Some(items),
            Kind::Text(text) => self.not(node, what, format_args!("a list, `[{}]`", flow(text))),
            Kind::Int(number) => self.not(node, what, format_args!("a list, `[{number}]`")),
            Kind::Map(_) | Kind::Bool(_) | Kind::Null => self.not(node, what, "a list, `[…]`"),
        }
    }

    /// Each item of a list; `None` if any of them is wrong.
    pub(super) fn each<T>(&mut self, node: &Node, what: &str, mut item: impl FnMut(&mut Self, &Node) -> Option<T>) -> Option<Vec<T>> {
        // All are read before the answer is formed, or the mistakes after the first would be lost.
        let items: Vec<Option<T>> = self.list(node, what)?.iter().map(|n| item(self, n)).collect();
        items.into_iter().collect()
    }

    pub(super) fn text(&mut self, node: &Node, what: &str) -> Option<String> {
        match &node.kind {
            Kind::Text(text) if !text.trim().is_empty() => Some(text.clone()),
            Kind::Map(_) | Kind::List(_) | Kind::Text(_) | Kind::Bool(_) | Kind::Int(_) | Kind::Null => {
                self.not(node, what, "text, in quotes if it looks like a number")
            }
        }
    }

    /// A list of texts, none of them twice.
    pub(super) fn texts(&mut self, node: &Node, what: &str) -> Option<Vec<String>> {
        let texts = self.each(node, what, |reader, item| reader.text(item, what))?;
        let mut known = HashSet::new();
        match texts.iter().position(|text| !known.insert(text)) {
            None => Some(texts),
            Some(twice) => {
                let position = self.list(node, what)?.get(twice).map_or_else(|| node.position(), Node::position);
                let message = format!("`{what}` names `{}` twice", texts.get(twice).map_or("", String::as_str));
                self.wrong("config-value", position, message, "keep one of them");
                None
            }
        }
    }

    /// The mail address of one person.
    pub(super) fn address(&mut self, node: &Node, what: &str) -> Option<Address> {
        let address = if let Kind::Text(text) = &node.kind { Address::parse(text) } else { None };
        address.or_else(|| self.not_an_address(node, what))
    }

    /// Tells that something is no mail address.
    pub(super) fn not_an_address<T>(&mut self, node: &Node, what: &str) -> Option<T> {
        let wanted = "one plain mail address, `dana@acme.example`";
        if node.kind == Kind::Text(BLANK.to_owned()) {
            self.wrong("config-value", node.position(), format!("`{what}` is not filled in yet"), format!("write {wanted}"));
            return None;
        }
        self.not(node, what, wanted)
    }

    /// A list of addresses, each with its place.
    pub(super) fn addresses_at(&mut self, node: &Node, what: &str) -> Option<Vec<At<Address>>> {
        let list = self.addresses(node, what)?;
        let places = self.list(node, what)?.iter().map(|item| self.place(item)).collect::<Vec<_>>();
        Some(list.into_iter().zip(places).map(|(value, place)| At { value, place }).collect())
    }

    /// A list of addresses, none of them of the same person twice.
    pub(super) fn addresses(&mut self, node: &Node, what: &str) -> Option<Vec<Address>> {
        let list = self.each(node, what, |reader, item| reader.address(item, what))?;
        let twice = list.iter().enumerate().find(|&(i, address)| list.iter().take(i).any(|other| other == address));
        if let Some((_, address)) = twice {
            self.wrong("config-value", node.position(), format!("`{what}` names {address} twice"), "keep one of them");
            return None;
        }
        Some(list)
    }

    /// A civil date.
    pub(super) fn date(&mut self, node: &Node, what: &str) -> Option<Date> {
        let date = if let Kind::Text(text) = &node.kind { parse_date(text) } else { None };
        date.or_else(|| self.not(node, what, "a date, `2026-11-23`"))
    }

    /// The id of a tool, as reports tell it.
    pub(super) fn tool(&mut self, node: &Node, what: &str) -> Option<String> {
        let is_plain = |b: u8| b.is_ascii_graphic() && !b.is_ascii_uppercase() && !matches!(b, b'*' | b'?' | b'[' | b']' | b'{' | b'}');
        match &node.kind {
            Kind::Text(text) if !text.is_empty() && text.bytes().all(is_plain) => Some(text.clone()),
            Kind::Map(_) | Kind::List(_) | Kind::Text(_) | Kind::Bool(_) | Kind::Int(_) | Kind::Null => {
                self.not(node, what, "the id of a tool, as `relgate inspect` shows it: lower case, without spaces")
            }
        }
    }

    /// A glob.
    pub(super) fn glob(&mut self, node: &Node, what: &str) -> Option<Glob> {
        self.any_glob(node, what, Glob::parse)
    }

    /// A glob of prose.
    pub(super) fn prose_glob(&mut self, node: &Node, what: &str) -> Option<Glob> {
        self.any_glob(node, what, Glob::of_prose)
    }

    fn any_glob(&mut self, node: &Node, what: &str, parse: fn(&str) -> Result<Glob, String>) -> Option<Glob> {
        let text = self.text(node, what)?;
        let glob = parse(&text);
        glob.map_err(|wrong| self.wrong("config-value", node.position(), format!("`{what}`: {wrong}"), "correct it")).ok()
    }

    /// A list of globs.
    pub(super) fn globs(&mut self, node: &Node, what: &str) -> Option<Vec<Glob>> {
        self.each(node, what, |reader, item| reader.glob(item, what))
    }

    /// A glob of files below the folder that paths are relative to.
    pub(super) fn path_glob(&mut self, node: &Node, what: &str) -> Option<Glob> {
        let glob = self.glob(node, what)?;
        let text = glob.as_str();
        let leaves = text.starts_with(['/', '\\', '~']) || text.split(['/', '\\']).any(|part| part == "..") || text.get(1..2) == Some(":");
        if leaves {
            self.wrong(
                "config-value",
                node.position(),
                format!("`{what}` leaves the folder: `{text}`"),
                "name files below it, without `..`",
            );
            return None;
        }
        Some(glob)
    }

    /// A file or folder below the one of the policy, `folder`, which ends with `/` or is empty.
    pub(super) fn file(&mut self, node: &Node, what: &str, folder: &str) -> Option<String> {
        let told = self.text(node, what)?;
        if told.contains("://") {
            return self.not(node, what, "a file below this folder: nothing is fetched");
        }
        let inside = Node { kind: Kind::Text(told.trim_end_matches('/').to_owned()), ..node.clone() };
        let glob = self.path_glob(&inside, what)?;
        match glob.literal() {
            Some(path) => Some(format!("{folder}{path}")),
            None => self.not(node, what, "the name of one file or folder"),
        }
    }

    /// A regular expression.
    pub(super) fn pattern(&mut self, node: &Node, what: &str) -> Option<Pattern> {
        let text = self.text(node, what)?;
        let pattern = Pattern::parse(&text);
        pattern.map_err(|wrong| self.wrong("config-value", node.position(), format!("`{what}`: {wrong}"), "correct it")).ok()
    }

    /// Why something is so, in words that say something.
    pub(super) fn reason(&mut self, node: &Node, what: &str) -> Option<String> {
        let text = self.text(node, what)?;
        let said = text.trim();
        let letters = said.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let is_link = !said.contains(char::is_whitespace) && said.contains("://");
        let wrong = if is_link {
            "is only a link"
        } else if matches!(letters.as_str(), "todo" | "tbd" | "fixme" | "n/a" | "na" | "none" | "xxx" | "") {
            "is a placeholder"
        } else if said.chars().count() < 10 {
            "says nothing in under 10 characters"
        } else {
            return Some(text);
        };
        self.wrong("config-value", node.position(), format!("`{what}` {wrong}"), "say in a sentence why");
        None
    }

    pub(super) fn flag(&mut self, node: &Node, what: &str) -> Option<bool> {
        match node.kind {
            Kind::Bool(flag) => Some(flag),
            Kind::Map(_) | Kind::List(_) | Kind::Text(_) | Kind::Int(_) | Kind::Null => self.not(node, what, "`true` or `false`"),
        }
    }

    pub(super) fn number(&mut self, node: &Node, what: &str, range: RangeInclusive<u32>) -> Option<u32> {
        let number = if let Kind::Int(n) = node.kind { u32::try_from(n).ok().filter(|n| range.contains(n)) } else { None };
        number.or_else(|| self.not(node, what, format_args!("a whole number from {} to {}", range.start(), range.end())))
    }

    /// A decimal number from 0 to `most`, in units of one `scale`-th.
    pub(super) fn decimal(&mut self, node: &Node, what: &str, most: f64, wanted: &str, scale: f64) -> Option<u32> {
        let told = match &node.kind {
            Kind::Int(number) => Some(number.to_string()),
            Kind::Text(text) if text.bytes().all(|b| b.is_ascii_digit() || b == b'.') => Some(text.clone()),
            Kind::Map(_) | Kind::List(_) | Kind::Text(_) | Kind::Bool(_) | Kind::Null => None,
        };
        let number = told.and_then(|told| told.parse::<f64>().ok()).filter(|number| (0.0..=most).contains(number));
        let units = number.map(|number| number * scale).filter(|units| (units - units.round()).abs() < 1e-6);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to a million")]
        units.map(|units| units.round() as u32).or_else(|| self.not(node, what, wanted))
    }

    /// One of the words of `all`.
    pub(super) fn word<T: Copy>(&mut self, node: &Node, what: &str, all: &[T], word: fn(T) -> &'static str) -> Option<T> {
        let Kind::Text(text) = &node.kind else {
            return self.not(node, what, suggest::one_of(all.iter().map(|&t| word(t))));
        };
        let found = all.iter().copied().find(|&t| word(t) == text);
        if found.is_none() {
            let help = suggest::help(text, all.iter().map(|&t| word(t)));
            self.wrong("config-value", node.position(), format!("`{what}` cannot be `{text}`"), help);
        }
        found
    }

    /// A list of such words.
    pub(super) fn words<T: Copy>(&mut self, node: &Node, what: &str, all: &[T], word: fn(T) -> &'static str) -> Option<Vec<T>> {
        self.each(node, what, |reader, item| reader.word(item, what, all, word))
    }

    /// The id of a rule, an input or the like.
    pub(super) fn id(&mut self, node: &Node, what: &str) -> Option<String> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        match &node.kind {
            Kind::Text(text) if (1..=64).contains(&text.len()) && text.chars().all(plain) => Some(text.clone()),
            Kind::Map(_) | Kind::List(_) | Kind::Text(_) | Kind::Bool(_) | Kind::Int(_) | Kind::Null => {
                self.not(node, what, "1 to 64 characters of `A-Z a-z 0-9 . _ -`")
            }
        }
    }

    /// An id in lower case, as ids of tools and formats are.
    pub(super) fn lower_id(&mut self, node: &Node, what: &str) -> Option<String> {
        let id = self.id(node, what)?;
        if id.bytes().any(|byte| byte.is_ascii_uppercase()) { self.not(node, what, "it in lower case") } else { Some(id) }
    }

    /// A duration `Nd` or `Nh` of 1 hour to 3650 days, in hours.
    pub(super) fn duration(&mut self, node: &Node, what: &str) -> Option<u32> {
        let hours = if let Kind::Text(text) = &node.kind { hours(text) } else { None };
        hours.or_else(|| self.not(node, what, "a duration such as `24h` or `30d`, from `1h` to `3650d`"))
    }

    /// Tells each item of a list whose id an earlier one has, without regard to case.
    pub(super) fn unique_ids(&mut self, list: &Node) {
        let Kind::List(items) = &list.kind else { return };
        let mut taken = HashSet::new();
        for node in items.iter().filter_map(|item| Fields(item.entries()).get("id")) {
            if let Kind::Text(id) = &node.kind
                && !taken.insert(id.to_ascii_lowercase())
            {
                self.wrong("config-duplicate-id", node.position(), format!("the id `{id}` is taken"), "rename one of them");
            }
        }
    }

    /// Tells that a value has the wrong shape.
    pub(super) fn not<T>(&mut self, node: &Node, what: &str, wanted: impl fmt::Display) -> Option<T> {
        let message = match &node.kind {
            Kind::Null => format!("`{what}` has no value"),
            Kind::Text(text) => format!("`{what}` cannot be `{text}`"),
            Kind::Int(number) => format!("`{what}` cannot be {number}"),
            Kind::Bool(flag) => format!("`{what}` cannot be {flag}"),
            kind @ (Kind::Map(_) | Kind::List(_)) => format!("`{what}` cannot be {}", kind.what()),
        };
        self.wrong("config-value", node.position(), message, format!("write {wanted}"));
        None
    }
}

/// A text as an item of a list in brackets.
fn flow(text: &str) -> String {
    let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '@'));
    if is_plain { text.to_owned() } else { format!("\"{text}\"") }
}

fn hours(text: &str) -> Option<u32> {
    let (digits, unit) = text.strip_suffix('d').map(|n| (n, 24)).or_else(|| Some((text.strip_suffix('h')?, 1)))?;
    let canonical = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    let hours = digits.parse::<u32>().ok().filter(|_| canonical)?.checked_mul(unit)?;
    (1..=3650 * 24).contains(&hours).then_some(hours)
}

#[cfg(test)]
mod tests;

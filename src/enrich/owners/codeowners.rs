//! CODEOWNERS as GitHub and GitLab read it.
//!
//! Both have a pattern and its owners in each line, and the last line that matches counts. GitHub
//! (<https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners>)
//! ignores a line that it cannot read. GitLab (<https://docs.gitlab.com/user/project/codeowners/reference/>) has sections, in each of
//! which the last line counts, and whose owners add up; a heading may name owners for lines that name none; and a line with `!` in front
//! takes what it matches out of its section, wherever it stands there. What cannot be read is told with its line.

use std::collections::BTreeMap;

use super::pattern;
use crate::base::address::Address;
use crate::base::fault::Position;
use crate::base::globs::Globs;
use crate::base::pattern::Glob;
use crate::model::problem::{Problems, Weight};

/// Whose syntax a file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    GitHub,
    GitLab,
}

/// The file, read.
pub(super) struct CodeOwners {
    entries: Vec<Entry>,
    globs: Globs,
}

/// A line that owns files, or takes them out.
struct Entry {
    /// The place of its section, in the order in which they begin.
    section: u32,
    owners: Vec<String>,
    excludes: bool,
}

/// A section as far as it was read.
struct Section {
    /// In lower case; `None` before the first heading.
    name: Option<String>,
    owners: Vec<String>,
}

/// A heading `^[Name][2] @owner`.
struct Heading<'t> {
    name: &'t str,
    owners: &'t str,
}

impl CodeOwners {
    /// Reads a file, and tells the lines that cannot be read. Where nothing says whose syntax it has, a heading shows that it is GitLab's.
    pub(super) fn read(text: &str, syntax: Option<Syntax>) -> (Self, Problems) {
        let has_heading = text.lines().any(|line| heading(line.trim()).is_some());
        let syntax = syntax.unwrap_or(if has_heading { Syntax::GitLab } else { Syntax::GitHub });
        let mut reading = Reading::new(syntax);
        for (line, number) in text.lines().zip(1..) {
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                reading.line(line, number);
            }
        }
        let Reading { entries, globs, problems, .. } = reading;
        (Self { entries, globs: Globs::of(&globs) }, problems)
    }

    /// The owners of a path from the root of the repository, in the order of the file, each once.
    pub(super) fn owners(&self, path: &str) -> Vec<String> {
        let mut last: BTreeMap<u32, Option<u32>> = BTreeMap::new();
        for number in self.globs.matching(path) {
            let Some(entry) = self.entries.get(number as usize) else { continue };
            let counting = last.entry(entry.section).or_insert(Some(number));
            // Once something is taken out of a section, it stays out.
            *counting = counting.filter(|_| !entry.excludes).map(|known| known.max(number));
        }
        let counting = last.into_values().flatten().filter_map(|number| self.entries.get(number as usize));
        let mut owners: Vec<String> = Vec::new();
        for owner in counting.flat_map(|entry| &entry.owners) {
            if !owners.contains(owner) {
                owners.push(owner.clone());
            }
        }
        owners
    }
}

/// A file that is being read.
struct Reading {
    syntax: Syntax,
    sections: Vec<Section>,
    /// The place of the section that lines belong to.
    section: usize,
    entries: Vec<Entry>,
    /// The patterns, each with the place of its entry.
    globs: Vec<(Glob, u32)>,
    problems: Problems,
}

impl Reading {
    fn new(syntax: Syntax) -> Self {
        let unnamed = Section { name: None, owners: Vec::new() };
        Self { syntax, sections: vec![unnamed], section: 0, entries: Vec::new(), globs: Vec::new(), problems: Problems::default() }
    }

    fn wrong(&mut self, line: u64, message: String, help: &str) {
        self.problems.add_at(Weight::Warning, "codeowners-line", || Position::Line(line, 1), message, help);
    }

    fn line(&mut self, line: &str, number: u64) {
        match heading(line).filter(|_| self.syntax == Syntax::GitLab) {
            Some(heading) => self.heading(&heading, number),
            None => self.entry(line, number),
        }
    }

    /// Sections of one name, in whatever case, are one.
    fn heading(&mut self, heading: &Heading<'_>, line: u64) {
        let name = Some(heading.name.to_lowercase());
        let (owners, _) = self.owners(heading.owners, line);
        if let Some(known) = self.sections.iter().position(|section| section.name == name) {
            self.section = known;
            if let Some(section) = self.sections.get_mut(known).filter(|_| !owners.is_empty()) {
                section.owners = owners;
            }
        } else {
            self.section = self.sections.len();
            self.sections.push(Section { name, owners });
        }
    }

    fn entry(&mut self, line: &str, number: u64) {
        let (told, rest) = split(line);
        let excluded = told.strip_prefix('!').filter(|_| self.syntax == Syntax::GitLab);
        let pattern = excluded.unwrap_or(told);
        let globs = match self.syntax {
            Syntax::GitHub => pattern::of_github(pattern),
            Syntax::GitLab => pattern::of_gitlab(pattern),
        };
        let globs = match globs {
            Ok(globs) => globs,
            Err(why) => {
                return self.wrong(number, format!("the pattern `{told}` cannot be read, and owns nothing: {why}"), "correct it");
            }
        };
        let (mut owners, are_owners) = if excluded.is_some() { (Vec::new(), true) } else { self.owners(rest, number) };
        if self.syntax == Syntax::GitHub && !are_owners {
            // As GitHub has it, the whole line says nothing.
            return;
        }
        let named_none = rest.trim_start().is_empty();
        if named_none && let Some(section) = self.sections.get(self.section) {
            owners.clone_from(&section.owners);
        }
        if owners.is_empty() && named_none && excluded.is_none() && self.syntax == Syntax::GitLab {
            self.wrong(number, format!("`{told}` has no owner"), "name one in the line, or in the heading of its section");
        }
        let place = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        let section = u32::try_from(self.section).unwrap_or(u32::MAX);
        self.entries.push(Entry { section, owners, excludes: excluded.is_some() });
        self.globs.extend(globs.into_iter().map(|glob| (glob, place)));
    }

    /// The owners behind a pattern or a heading, and whether all of it are some; what is none is told.
    fn owners(&mut self, text: &str, line: u64) -> (Vec<String>, bool) {
        let (mut owners, mut are_owners) = (Vec::new(), true);
        let mut in_comment = false;
        for word in text.split_whitespace() {
            in_comment |= word.starts_with('#');
            if in_comment && self.syntax == Syntax::GitHub {
                break;
            }
            if is_owner(word) {
                owners.push(word.to_owned());
            } else if !in_comment {
                let what = if self.syntax == Syntax::GitHub { "the line says nothing" } else { "it is left out" };
                are_owners = false;
                self.wrong(line, format!("`{word}` is no owner: {what}"), "write `@user`, `@group/team` or a mail address");
            }
        }
        (owners, are_owners)
    }
}

/// A heading of a section; `None` for any other line.
fn heading(line: &str) -> Option<Heading<'_>> {
    let (name, rest) = line.strip_prefix('^').unwrap_or(line).strip_prefix('[')?.split_once(']')?;
    let rest = match rest.strip_prefix('[') {
        Some(approvals) => {
            let (count, rest) = approvals.split_once(']')?;
            count.bytes().all(|b| b.is_ascii_digit()).then_some(rest)?
        }
        None => rest,
    };
    let ends = rest.is_empty() || rest.starts_with(char::is_whitespace);
    (ends && !name.trim().is_empty()).then_some(Heading { name: name.trim(), owners: rest })
}

/// The pattern of a line and what stands behind it; a space behind a backslash is a part of the pattern.
fn split(line: &str) -> (&str, &str) {
    let mut escaped = false;
    let end = line.char_indices().find(|&(_, c)| {
        let ends = c.is_whitespace() && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    line.split_at(end.map_or(line.len(), |(at, _)| at))
}

/// `@user`, `@group/team`, GitLab's role `@@maintainer`, or a mail address.
fn is_owner(word: &str) -> bool {
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    match word.strip_prefix('@') {
        Some(name) => name.strip_prefix('@').unwrap_or(name).split('/').all(is_name),
        None => Address::parse(word).is_some(),
    }
}

#[cfg(test)]
mod tests;

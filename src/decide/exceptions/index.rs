//! Which records match a finding, found through hashes.
//!
//! A record is filed under one key that a finding must have to match it: a fingerprint, else a vulnerability with the component if
//! one is named, else a rule. Where many records share a key, they are filed again under their paths: a literal path and `folder/**`
//! through hashes, other globs in sets whose answers are kept for each distinct path. What the index answers is then held against
//! the whole of `match`, so that the index only decides how much is tried.

use std::collections::HashMap;

use crate::base::pattern::Glob;
use crate::base::text::Text;
use crate::decide::asked::Asked;
use crate::model::exception::{Exception, Exceptions, Match, Versions};
use crate::model::finding::{Evidence, Finding};
use crate::model::identity::Fingerprint;

/// Fewer records than this under a key are simply tried.
const FEW: usize = 16;

/// So many versions of a component are told.
const VERSIONS: usize = 3;

/// How a record meets a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Met {
    /// It matches.
    Whole,
    /// It would, but for this.
    Nearly(String),
}

/// Records by what they ask for.
pub(super) struct Index<'a> {
    exceptions: &'a Exceptions,
    evidence: &'a Evidence,
    shelves: Vec<Shelf<'a>>,
    by_fingerprint: HashMap<Fingerprint, usize>,
    by_vulnerability: HashMap<(&'a str, Option<&'a str>), usize>,
    /// Of each rule of the evidence, its shelves.
    by_rule: Vec<Vec<usize>>,
}

/// The records that share a key.
enum Shelf<'a> {
    Few(Vec<u32>),
    Many(Box<Paths<'a>>),
}

/// Records by their paths.
#[derive(Default)]
struct Paths<'a> {
    anywhere: Vec<u32>,
    literal: HashMap<&'a str, Vec<u32>>,
    /// By the folder of `folder/**`.
    below: HashMap<&'a str, Vec<u32>>,
    globs: Asked,
    /// Of each question of `globs`, the record.
    asking: Vec<u32>,
    answers: HashMap<Text, Vec<u32>>,
}

impl<'a> Index<'a> {
    pub(super) fn of(exceptions: &'a Exceptions, evidence: &'a Evidence) -> Self {
        let mut lists: Vec<Vec<u32>> = Vec::new();
        let mut by_fingerprint = HashMap::new();
        let mut by_vulnerability = HashMap::new();
        let mut by_rule: HashMap<&str, usize> = HashMap::new();
        for (place, record) in (0..).zip(&exceptions.records) {
            let Match { fingerprint, vulnerability, rule_id, package, .. } = &record.matches;
            let next = lists.len();
            let shelf = match (fingerprint, vulnerability, rule_id) {
                (Some(key), _, _) => *by_fingerprint.entry(*key).or_insert(next),
                (None, Some(id), _) => *by_vulnerability.entry((id.as_str(), package.as_deref())).or_insert(next),
                (None, None, Some(rule)) => *by_rule.entry(rule.as_str()).or_insert(next),
                // No record is without any of them.
                (None, None, None) => continue,
            };
            if shelf == next {
                lists.push(Vec::new());
            }
            lists.get_mut(shelf).into_iter().for_each(|list| list.push(place));
        }
        let shelves = lists.into_iter().map(|list| Shelf::of(exceptions, list)).collect();
        let of_rule = |rule: &crate::model::finding::Rule| {
            let Some(id) = rule.rule_id.map(|id| evidence.text(id).as_data()) else { return Vec::new() };
            let with_tool = format!("{}:{id}", evidence.text(rule.tool).as_data());
            [id, with_tool.as_str()].into_iter().filter_map(|name| by_rule.get(name).copied()).collect()
        };
        let by_rule = evidence.rules.iter().map(of_rule).collect();
        Self { exceptions, evidence, shelves, by_fingerprint, by_vulnerability, by_rule }
    }

    /// The records that match a finding or nearly do, in their order.
    pub(super) fn matching(&mut self, finding: &Finding) -> Vec<(u32, Met)> {
        let evidence = self.evidence;
        let mut shelves: Vec<usize> = Vec::new();
        if !self.by_fingerprint.is_empty() {
            let keys = evidence.fingerprints.get(finding.fingerprints).iter();
            shelves.extend(keys.filter_map(|key| self.by_fingerprint.get(key)));
        }
        if !self.by_vulnerability.is_empty() {
            let component = component(evidence, finding);
            for &id in evidence.words.get(finding.ids) {
                let id = evidence.text(id).as_data();
                let with_component = component.and_then(|component| self.by_vulnerability.get(&(id, Some(component))));
                shelves.extend(self.by_vulnerability.get(&(id, None)).into_iter().chain(with_component));
            }
        }
        shelves.extend(self.by_rule.get(finding.rule.0 as usize).into_iter().flatten());
        let mut found = Vec::new();
        let path = evidence.location(finding).and_then(|place| place.path);
        for shelf in shelves {
            self.shelves.get_mut(shelf).into_iter().for_each(|shelf| shelf.ask(evidence, path, &mut found));
        }
        found.sort_unstable();
        found.dedup();
        let record = |place: u32| self.exceptions.records.get(place as usize);
        found.into_iter().filter_map(|place| Some((place, meets(evidence, finding, record(place)?)?))).collect()
    }
}

impl<'a> Shelf<'a> {
    fn of(exceptions: &'a Exceptions, list: Vec<u32>) -> Self {
        if list.len() < FEW {
            return Self::Few(list);
        }
        let mut paths = Paths::default();
        for place in list {
            match exceptions.records.get(place as usize).map(|record| record.matches.paths.as_slice()) {
                None => {}
                Some([]) => paths.anywhere.push(place),
                Some(globs) => globs.iter().for_each(|glob| paths.file(glob, place)),
            }
        }
        paths.globs.finish();
        Self::Many(Box::new(paths))
    }

    /// Adds the records that may match a finding with this first path.
    fn ask(&mut self, evidence: &Evidence, path: Option<Text>, found: &mut Vec<u32>) {
        match self {
            Self::Few(list) => found.extend_from_slice(list),
            Self::Many(paths) => paths.ask(evidence, path, found),
        }
    }
}

impl<'a> Paths<'a> {
    fn file(&mut self, glob: &'a Glob, place: u32) {
        let folder = glob.as_str().strip_suffix("/**").filter(|folder| !folder.contains(['*', '?', '[', ']', '{', '}', '\\']));
        if let Some(literal) = glob.literal() {
            self.literal.entry(literal).or_default().push(place);
        } else if let Some(folder) = folder {
            self.below.entry(folder).or_default().push(place);
        } else {
            self.globs.glob(glob);
            self.globs.end_list();
            self.asking.push(place);
        }
    }

    fn ask(&mut self, evidence: &Evidence, path: Option<Text>, found: &mut Vec<u32>) {
        found.extend_from_slice(&self.anywhere);
        let Some(path) = path else { return };
        let text = evidence.text(path).as_data();
        found.extend(self.literal.get(text).into_iter().flatten());
        if !self.below.is_empty() {
            let folders = text.match_indices('/').filter_map(|(at, _)| text.get(..at));
            found.extend(folders.filter_map(|folder| self.below.get(folder)).flatten());
        }
        if !self.globs.is_empty() {
            let asking = &self.asking;
            let answer = || self.globs.answer(text).into_iter().filter_map(|number| asking.get(number as usize).copied()).collect();
            found.extend(self.answers.entry(path).or_insert_with(answer).iter());
        }
    }
}

/// The component that a finding is in, as a purl without version.
pub(super) fn component<'e>(evidence: &'e Evidence, finding: &Finding) -> Option<&'e str> {
    let package = evidence.detail(finding)?.package?;
    Some(evidence.text(package.component).as_data())
}

/// Whether everything that a record names holds for a finding; `None` where something else than the version does not.
pub(super) fn meets(evidence: &Evidence, finding: &Finding, record: &Exception) -> Option<Met> {
    let Match { vulnerability, fingerprint, rule_id, package, versions, paths } = &record.matches;
    let holds = vulnerability.as_ref().is_none_or(|id| has_id(evidence, finding, id))
        && fingerprint.is_none_or(|key| evidence.fingerprints.get(finding.fingerprints).contains(&key))
        && rule_id.as_ref().is_none_or(|rule| is_rule(evidence, finding, rule))
        && package.as_ref().is_none_or(|package| component(evidence, finding) == Some(package));
    if !holds {
        return None;
    }
    if !paths.is_empty() {
        let matches = |path: Option<Text>| path.map(|path| evidence.text(path).as_data()).is_some_and(|path| is_below(paths, path));
        let mut places = evidence.locations.get(finding.locations).iter().map(|place| place.path);
        if !places.next().is_some_and(&matches) {
            return None;
        }
        if let Some(other) = places.find(|path| !matches(*path)) {
            let other = other.map_or("a place without a path", |path| evidence.text(path).as_data());
            return Some(Met::Nearly(format!("the finding is also in {other}")));
        }
    }
    let Versions::These(listed) = versions else { return Some(Met::Whole) };
    let seen = evidence.detail(finding).map_or(&[][..], |detail| evidence.words.get(detail.versions));
    if seen.is_empty() {
        return Some(Met::Nearly("the version is not known".to_owned()));
    }
    let others =
        seen.iter().map(|&version| evidence.text(version).as_data()).filter(|version| !listed.iter().any(|known| known == version));
    let others: Vec<&str> = others.take(VERSIONS).collect();
    Some(if others.is_empty() { Met::Whole } else { Met::Nearly(format!("another version: {}", others.join(", "))) })
}

/// Whether a vulnerability is one of the finding's, by any of its names.
pub(super) fn has_id(evidence: &Evidence, finding: &Finding, id: &str) -> bool {
    evidence.words.get(finding.ids).iter().any(|&known| evidence.text(known).as_data() == id)
}

/// Whether one of the globs of a record is about a path.
pub(super) fn is_below(globs: &[Glob], path: &str) -> bool {
    globs.iter().any(|glob| if goes_up(path) { glob.as_str() == path } else { glob.matches(path) })
}

/// Whether a path leads up somewhere: where it ends is not where its first folders say, and no glob reaches it.
fn goes_up(path: &str) -> bool {
    path.split('/').any(|step| step == "..")
}

/// Whether `rule_id` or `tool:rule_id` names the finding's check.
pub(super) fn is_rule(evidence: &Evidence, finding: &Finding, wanted: &str) -> bool {
    let Some(rule) = evidence.rule(finding) else { return false };
    let Some(id) = rule.rule_id.map(|id| evidence.text(id).as_data()) else { return false };
    let tool = evidence.text(rule.tool).as_data();
    wanted == id || wanted.strip_prefix(tool).and_then(|rest| rest.strip_prefix(':')) == Some(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::exceptions::sample::{self, Row, globs, record};

    /// The lists of paths that are met by a finding there, of so many records each.
    fn met(path: Option<&str>, times: usize) -> Vec<&'static str> {
        const LISTS: [&[&str]; 8] =
            [&[], &["src/a.py"], &["src/**"], &["src/b/**"], &["src/*/c/**"], &["{lib,src}/**"], &["**/a.py"], &["lib/*", "src/b/c/a.py"]];
        let of = |list: &[&str]| {
            record("").map(|record| Exception { matches: Match { paths: globs(list), ..record.matches.clone() }, ..record })
        };
        let records: Vec<Exception> = LISTS.iter().cycle().take(LISTS.len() * times).filter_map(|list| of(list)).collect();
        let exceptions = Exceptions { files: Vec::new(), records };
        let paths = path.map(str::to_owned).into_iter().collect();
        let evidence = sample::evidence(&[Row { paths, ..Row::code("sqli", "") }]);
        let mut index = Index::of(&exceptions, &evidence);
        let met = evidence.findings.get(0).map(|finding| index.matching(finding)).unwrap_or_default();
        assert!(met.iter().all(|(_, met)| *met == Met::Whole));
        let again = evidence.findings.get(0).map(|finding| index.matching(finding)).unwrap_or_default();
        assert_eq!(met, again, "answers that are kept are the same");
        let lists: Vec<_> = met.iter().filter_map(|(place, _)| LISTS.get(*place as usize % LISTS.len())).collect();
        let each: Vec<_> = lists.iter().take(lists.len() / times).map(|list| list.first().copied().unwrap_or("anywhere")).collect();
        assert_eq!(lists.len(), each.len() * times, "what one record meets all like it do");
        each
    }

    #[test]
    fn records_are_found_by_their_paths_be_they_few_or_many() {
        for times in [1, 5] {
            assert_eq!(met(Some("src/a.py"), times), ["anywhere", "src/a.py", "src/**", "{lib,src}/**", "**/a.py"], "{times}");
            assert_eq!(
                met(Some("src/b/c/a.py"), times),
                ["anywhere", "src/**", "src/b/**", "src/*/c/**", "{lib,src}/**", "**/a.py", "lib/*"],
                "{times}"
            );
            assert_eq!(met(Some("lib/b.py"), times), ["anywhere", "{lib,src}/**", "lib/*"], "{times}");
            assert_eq!(met(Some("src"), times), ["anywhere"], "{times}");
            assert_eq!(met(None, times), ["anywhere"], "{times}");
        }
    }

    #[test]
    fn no_glob_reaches_a_path_that_leads_up_somewhere() {
        for (list, path, is_met) in [
            (&["src/**"][..], "src/a/b.py", true),
            (&["src/**"], "src/../etc/b.py", false),
            (&["**/b.py", "src/*/b.py"], "src/../b.py", false),
            (&["src/**"], "src/..a/b.py", true),
        ] {
            assert_eq!(is_below(&globs(list), path), is_met, "{path}");
        }
        let exact = globs(&["src/../b.py"]);
        assert_eq!(is_below(&exact, "src/../b.py"), !exact.is_empty());
        assert!(!is_below(&exact, "b.py"));
    }
}

//! Which findings a name may mean: an id or its beginning, a vulnerability, a check, a place, a fingerprint.

use std::collections::BTreeSet;

use crate::base::suggest;
use crate::model::report::Report;
use crate::model::saved::SavedFinding;

/// An id begins with this many digits at least.
const DIGITS: usize = 6;

/// What a name came to.
pub enum Choice {
    /// The place of the finding that it means.
    One(u32),
    /// The places of all that it may mean.
    Several(Vec<u32>),
    /// It means none; what to do.
    None(String),
}

/// What a finding is known by.
struct Known<'a> {
    id: String,
    ids: Vec<&'a str>,
    /// The check, with and without its tool.
    checks: Vec<String>,
    /// Files, each with its first and last line.
    places: Vec<(&'a str, u32, u32)>,
    keys: Vec<String>,
}

/// The findings of a run that a name may mean.
#[must_use]
pub fn choose(report: &Report, name: &str) -> Choice {
    let evidence = &report.evidence;
    let known = evidence.findings.iter().map(|finding| {
        let rule = evidence.rule(finding);
        let id = evidence.rule_id(finding).map(|id| id.as_data().to_owned());
        let with_tool = rule.zip(id.as_ref()).map(|(rule, id)| format!("{}:{id}", evidence.text(rule.tool).as_data()));
        let lines = |place: &crate::model::location::Location| {
            let first = place.start_line.map_or(0, std::num::NonZeroU32::get);
            Some((evidence.text(place.path?).as_data(), first, place.end_line.map_or(first, std::num::NonZeroU32::get)))
        };
        Known {
            id: finding.id.to_string(),
            ids: evidence.words.get(finding.ids).iter().map(|&id| evidence.text(id).as_data()).collect(),
            checks: id.into_iter().chain(with_tool).collect(),
            places: evidence.locations.get(finding.locations).iter().filter_map(lines).collect(),
            keys: evidence.fingerprints.get(finding.fingerprints).iter().map(ToString::to_string).collect(),
        }
    });
    among(name, known)
}

/// The findings of a saved report that a name may mean.
#[must_use]
pub fn choose_saved(findings: &[SavedFinding], name: &str) -> Choice {
    let known = findings.iter().map(|finding| {
        let lines = |place: &'_ crate::model::saved::SavedLocation| {
            (place.start_line.unwrap_or(0), place.end_line.or(place.start_line).unwrap_or(0))
        };
        let tools = finding.sightings.iter().filter_map(|sighting| sighting.tool.as_ref());
        let rule = finding.rule_id.as_ref();
        let with_tool = tools.filter_map(|tool| Some(format!("{tool}:{}", rule?)));
        Known {
            id: finding.id.clone(),
            ids: finding.ids.iter().map(String::as_str).collect(),
            checks: rule.cloned().into_iter().chain(with_tool).collect(),
            places: finding.locations.iter().filter_map(|place| Some((place.path.as_deref()?, lines(place).0, lines(place).1))).collect(),
            keys: Vec::new(),
        }
    });
    among(name, known)
}

fn among<'a>(name: &str, all: impl Iterator<Item = Known<'a>>) -> Choice {
    let name = name.trim();
    let digits = name.strip_prefix("F-").or_else(|| name.strip_prefix("f-"));
    if let Some(digits) = digits.filter(|digits| digits.len() < DIGITS || !digits.bytes().all(|b| b.is_ascii_hexdigit())) {
        return Choice::None(format!("`F-{digits}` is not the beginning of an id: give `F-` and {DIGITS} hexadecimal digits at least"));
    }
    let mut met = Vec::new();
    let mut words = BTreeSet::new();
    for (place, known) in (0_u32..).zip(all) {
        let is_it = match digits {
            Some(digits) => known.id.get(2..).is_some_and(|own| own.starts_with(&digits.to_ascii_lowercase())),
            None => is_named(&known, name),
        };
        if is_it {
            met.push(place);
        } else if met.is_empty() {
            words.extend(known.suggested(digits.is_some()));
        }
    }
    match met.as_slice() {
        [] => Choice::None(help(name, &words)),
        [only] => Choice::One(*only),
        _ => Choice::Several(met),
    }
}

impl Known<'_> {
    /// What may have been meant.
    fn suggested(&self, is_id: bool) -> Vec<String> {
        if is_id {
            return vec![self.id.clone()];
        }
        let places = self.places.iter().map(|(path, first, _)| if *first == 0 { (*path).to_owned() } else { format!("{path}:{first}") });
        self.ids.iter().map(|id| (*id).to_owned()).chain(self.checks.iter().cloned()).chain(places).collect()
    }
}

fn help(name: &str, words: &BTreeSet<String>) -> String {
    let near = suggest::help(name, words.iter().map(String::as_str));
    let near = if near.starts_with("did you mean") { near } else { "`relgate check` lists the findings with their ids".to_owned() };
    format!("no finding is `{name}`: {near}")
}

/// Whether a name is one of a vulnerability, a check, a place, a fingerprint, or a check and a place.
fn is_named(known: &Known<'_>, name: &str) -> bool {
    let is_check = |name: &str| known.checks.iter().any(|check| check == name);
    let is_id = known.ids.iter().any(|id| id.eq_ignore_ascii_case(name));
    let is_both = || name.rsplit_once(' ').is_some_and(|(check, place)| is_check(check) && known.is_at(place));
    is_id || is_check(name) || known.is_at(name) || known.keys.iter().any(|key| key == name) || is_both()
}

impl Known<'_> {
    /// Whether it is in a file, or in a line of it.
    fn is_at(&self, name: &str) -> bool {
        let line = name.rsplit_once(':').and_then(|(path, line)| Some((path, line.parse::<u32>().ok()?)));
        let in_line =
            |(path, first, last): &(&str, u32, u32)| line.is_some_and(|(of, line)| of == *path && (*first..=*last).contains(&line));
        self.places.iter().any(|place| place.0 == name || in_line(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn among_two(name: &str) -> Result<Vec<u32>, String> {
        let known = |id: &str, ids: &[&'static str], check: &str, place: (&'static str, u32, u32)| Known {
            id: id.to_owned(),
            ids: ids.to_vec(),
            checks: vec![check.to_owned(), format!("semgrep:{check}")],
            places: vec![place],
            keys: vec![format!("loc/1:{id}")],
        };
        let all = [
            known("F-0f95581867bb", &["CVE-2021-1", "GHSA-a"], "eval-use", ("js/a.js", 6, 9)),
            known("F-0f95581867cc", &["CVE-2021-1"], "md5", ("js/a.js", 0, 0)),
        ];
        match among(name, all.into_iter()) {
            Choice::One(place) => Ok(vec![place]),
            Choice::Several(places) => Ok(places),
            Choice::None(help) => Err(help),
        }
    }

    #[test]
    fn a_finding_is_named_in_many_ways() {
        for (name, expected) in [
            ("F-0f95581867bb", vec![0]),
            ("f-0F95581867C", vec![1]),
            ("F-0f9558", vec![0, 1]),
            ("cve-2021-1", vec![0, 1]),
            ("GHSA-a", vec![0]),
            ("md5", vec![1]),
            ("semgrep:md5", vec![1]),
            ("js/a.js", vec![0, 1]),
            ("js/a.js:8", vec![0]),
            ("eval-use js/a.js:6", vec![0]),
            ("loc/1:F-0f95581867cc", vec![1]),
        ] {
            assert_eq!(among_two(name), Ok(expected), "{name}");
        }
    }

    #[test]
    fn what_is_not_there_is_answered_with_what_may_be_meant() {
        for (name, expected) in [
            ("F-0f95", "`F-0f95` is not the beginning of an id: give `F-` and 6 hexadecimal digits at least"),
            ("F-0f95581867bx", "`F-0f95581867bx` is not the beginning of an id: give `F-` and 6 hexadecimal digits at least"),
            ("F-0f95581867bd", "no finding is `F-0f95581867bd`: did you mean `F-0f95581867bb`?"),
            ("CVE-2021-2", "no finding is `CVE-2021-2`: did you mean `CVE-2021-1`?"),
            ("js/a.js:5", "no finding is `js/a.js:5`: did you mean `js/a.js:6`?"),
            ("something else", "no finding is `something else`: `relgate check` lists the findings with their ids"),
        ] {
            assert_eq!(among_two(name), Err(expected.to_owned()));
        }
    }
}

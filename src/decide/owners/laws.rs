//! Laws of ownership, over random findings, rows and files of owners: against one that looks at each file of a finding by itself.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::tests::{Told, evidence, named, owned, row};
use crate::base::pattern::Glob;
use crate::model::identity::Category;
use crate::model::policy::{Condition, Ownership};

const PATHS: [&str; 5] = ["src/a.rs", "src/b/a.rs", "tests/a.rs", "deploy/x.tf", "a"];
const GLOBS: [&str; 7] = ["src/**", "src/*.rs", "**/a.rs", "tests/a.rs", "*", "{deploy,tests}/**", "**"];
const CHECKS: [&str; 3] = ["sql.injection", "sql.tainted", "xss"];
const CHECK_GLOBS: [&str; 3] = ["sql.*", "xss", "*"];
const PURLS: [&str; 2] = ["pkg:npm/lodash", "pkg:pypi/django"];
const PURL_GLOBS: [&str; 2] = ["pkg:npm/*", "pkg:*/**"];

fn told() -> impl Strategy<Value = Told> {
    let category = select(vec![Category::Sast, Category::Sca, Category::Iac]);
    let file_owners = vec(vec(select(vec!["@a", "@b"]), 0..3), PATHS.len());
    (category, select(CHECKS.to_vec()), vec(select(PATHS.to_vec()), 0..4), proptest::option::of(select(PURLS.to_vec())), file_owners)
        .prop_map(|(category, check, paths, package, file_owners)| {
            let owners = |path: &&'static str| PATHS.iter().position(|known| known == path).map(|at| file_owners[at].clone());
            let of_files = PATHS.iter().map(|path| (*path, owners(path).unwrap())).collect();
            Told { category, check, paths, package, of_files }
        })
}

fn globs(all: &'static [&'static str]) -> impl Strategy<Value = Vec<Glob>> {
    vec(select(all.to_vec()), 1..3).prop_map(|texts| texts.into_iter().map(|text| Glob::parse(text).unwrap()).collect())
}

fn condition() -> impl Strategy<Value = Condition> {
    let plain = prop_oneof![
        globs(&GLOBS).prop_map(Condition::Path),
        globs(&GLOBS).prop_map(Condition::Path),
        globs(&CHECK_GLOBS).prop_map(Condition::RuleId),
        globs(&PURL_GLOBS).prop_map(Condition::Package),
        vec(select(vec![Category::Sast, Category::Sca]), 1..2).prop_map(Condition::Category),
        Just(Condition::Tag(vec!["t".to_owned()])),
    ];
    plain.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..4).prop_map(Condition::All),
            vec(inner.clone(), 1..4).prop_map(Condition::Any),
            inner.prop_map(|part| Condition::Not(Box::new(part))),
        ]
    })
}

fn rows() -> impl Strategy<Value = Vec<Ownership>> {
    vec((condition(), 0..4_u8), 0..6)
        .prop_map(|rows| rows.into_iter().map(|(matches, team)| row(&format!("team-{team}"), matches)).collect())
}

/// Whether a condition holds for a finding, were it in this file only; `None` is unknown.
fn oracle(told: &Told, path: Option<&str>, condition: &Condition) -> Option<bool> {
    let any = |globs: &[Glob], text: &str| globs.iter().any(|glob| glob.matches(text));
    let each = |parts: &[Condition]| parts.iter().map(|part| oracle(told, path, part)).collect::<Vec<_>>();
    if let Condition::All(parts) = condition {
        let parts = each(parts);
        if parts.contains(&Some(false)) { Some(false) } else { (!parts.contains(&None)).then_some(true) }
    } else if let Condition::Any(parts) = condition {
        let parts = each(parts);
        if parts.contains(&Some(true)) { Some(true) } else { (!parts.contains(&None)).then_some(false) }
    } else if let Condition::Not(part) = condition {
        oracle(told, path, part).map(|holds| !holds)
    } else if let Condition::Path(globs) = condition {
        path.map(|path| any(globs, path))
    } else if let Condition::RuleId(globs) = condition {
        Some(any(globs, told.check))
    } else if let Condition::Package(globs) = condition {
        match told.package {
            Some(purl) => Some(any(globs, purl)),
            None if told.category == Category::Sca => None,
            None => Some(false),
        }
    } else if let Condition::Category(list) = condition {
        Some(list.contains(&told.category))
    } else {
        None
    }
}

/// What CODEOWNERS says, where it is asked.
fn of_files(all: &[Told], codeowners: bool) -> &[(&'static str, Vec<&'static str>)] {
    all.first().filter(|_| codeowners).map_or(&[], |told| &told.of_files)
}

/// The owners of a finding: of each of its files the first row that matches, else those of the file.
fn owners(told: &Told, of_files: &[(&str, Vec<&str>)], rows: &[Ownership]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let paths: Vec<Option<&str>> = if told.paths.is_empty() { vec![None] } else { told.paths.iter().map(|path| Some(*path)).collect() };
    for path in paths {
        let first = rows.iter().find(|row| oracle(told, path, &row.matches) == Some(true));
        let of_file = of_files.iter().find(|(file, _)| Some(*file) == path).map(|(_, owners)| owners.as_slice());
        let here = match first {
            Some(row) => vec![row.owner.clone()],
            None => of_file.unwrap_or_default().iter().map(|owner| (*owner).to_owned()).collect(),
        };
        for owner in here {
            if !found.contains(&owner) {
                found.push(owner);
            }
        }
    }
    found
}

proptest! {
    #[test]
    fn of_each_file_the_first_row_that_matches_owns_it(all in vec(told(), 1..6), rows in rows(), codeowners in any::<bool>()) {
        let evidence = evidence(&all);
        let expected: Vec<Vec<String>> = all.iter().map(|told| owners(told, of_files(&all, codeowners), &rows)).collect();
        let told = owned(&evidence, rows.clone(), codeowners);
        let expected = (codeowners || !rows.is_empty()).then_some(expected);
        prop_assert_eq!(told, expected);
    }

    #[test]
    fn a_row_that_does_not_match_and_one_behind_a_match_change_nothing(told in told(), rows in rows(), more in rows(), turn in any::<bool>()) {
        let told = Told { paths: told.paths.iter().copied().take(1).collect(), ..told };
        let evidence = evidence(std::slice::from_ref(&told));
        let path = told.paths.first().copied();
        let matches = |row: &Ownership| oracle(&told, path, &row.matches) == Some(true);
        let before = owned(&evidence, rows.clone(), false);
        let kept: Vec<Ownership> = rows.iter().filter(|row| matches(row)).cloned().collect();
        if let Some(first) = kept.first() {
            let mut behind: Vec<Ownership> = rows.iter().chain(&more).cloned().collect();
            if turn {
                behind.reverse();
            }
            let alone: Vec<Ownership> = [first.clone()].into_iter().chain(behind).collect();
            prop_assert_eq!(owned(&evidence, alone, false), before);
        } else {
            prop_assert_eq!(before, (!rows.is_empty()).then(|| vec![Vec::new()]));
        }
    }

    #[test]
    fn a_question_about_the_owner_asks_exactly_those(all in vec(told(), 1..6), rows in rows(), codeowners in any::<bool>(), team in select(vec!["team-1", "@a", "@*", "team-*"])) {
        let evidence = evidence(&all);
        let glob = Glob::parse(team).unwrap();
        let is_configured = codeowners || !rows.is_empty();
        let expected: Vec<(bool, bool)> = all.iter().map(|told| {
            let owners = owners(told, of_files(&all, codeowners), &rows);
            let met = owners.iter().filter(|owner| glob.matches(owner)).count();
            if !is_configured {
                return (true, true);
            }
            // Under `not` a finding that only one of several owners has is not simply another team's.
            (met > 0, met == 0 || met < owners.len())
        }).collect();
        prop_assert_eq!(named(&evidence, rows, codeowners, &glob), expected);
    }
}

//! The file in its repository.

use super::*;
use crate::model::finding::{self, Finding};
use crate::model::identity::Category;
use crate::model::location::Location;
use crate::model::policy::sample;

/// A finding in each of these files.
fn evidence(paths: &[&str]) -> Evidence {
    let mut evidence = Evidence::default();
    for path in paths {
        let path = Some(evidence.texts.intern(path));
        let locations = evidence.locations.add([Location { path, ..Location::default() }]);
        let finding = Finding { locations, ..finding::sample::finding(Category::Sast, 1) };
        evidence.findings.push(finding);
    }
    evidence
}

/// Who owns `src/a` by the files of a repository, and what is told of them.
fn told(files: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
    let read = |path: &Path, root: Option<&Path>| {
        assert_eq!(root, Some(Path::new(".")));
        let found = files.iter().find(|(name, _)| Path::new(".").join(name) == path).map(|(_, text)| (*text).to_owned());
        let fault = |code| Fault { code, position: Position::Byte(0), message: "no".to_owned(), help: String::new() };
        found.ok_or_else(|| fault("missing")).and_then(|text| if text == "broken" { Err(fault("config-encoding")) } else { Ok(text) })
    };
    let policy = Policy { codeowners: Some(sample::place(4)), ..sample::policy(Vec::new()) };
    let mut evidence = evidence(&["src/a", "src/a", "docs/b"]);
    let problems = owners_with(&mut evidence, &policy, Path::new("."), &read);
    let problems = problems.iter().map(|problem| format!("{} {problem}", problem.weight.word())).collect();
    let path = evidence.texts.find("src/a").unwrap();
    (evidence.file_owners.get(path).to_vec(), problems)
}

#[test]
fn the_first_file_that_is_there_counts_and_the_others_are_told() {
    let (owners, problems) = told(&[("CODEOWNERS", "* @root\n"), (".github/CODEOWNERS", "* @hub\n")]);
    assert_eq!(owners, ["@hub"]);
    let unread = "warning CODEOWNERS: .github/CODEOWNERS says who owns what, and this file is not read; keep one of them";
    assert_eq!(problems, [unread]);
    // A heading is one of GitLab's where it can be.
    for (name, is_read) in [("docs/CODEOWNERS", true), (".gitlab/CODEOWNERS", true), (".github/CODEOWNERS", false)] {
        let (owners, problems) = told(&[(name, "[A] @a\n*\n")]);
        assert_eq!((owners.len(), problems.is_empty()), (usize::from(is_read), is_read), "{name}");
    }
}

#[test]
fn without_a_file_that_can_be_read_the_run_is_undecided() {
    let (_, problems) = told(&[]);
    let missing = "undecided p.yaml:4:1: the repository has no CODEOWNERS: none of `.github/CODEOWNERS`, `.gitlab/CODEOWNERS`, `CODEOWNERS`, \
                   `docs/CODEOWNERS` is there; add the file, or remove `use_codeowners`";
    assert_eq!(problems, [missing]);
    let (owners, problems) = told(&[("CODEOWNERS", "broken"), ("docs/CODEOWNERS", "* @a\n")]);
    assert!(owners.is_empty() && problems.contains(&"undecided CODEOWNERS: byte 0: no".to_owned()), "{problems:?}");
}

#[test]
fn nothing_is_read_that_the_policy_does_not_ask_for() {
    let read = |_: &Path, _: Option<&Path>| -> Result<String, Fault> { unreachable!("asked") };
    let mut evidence = evidence(&["a"]);
    assert_eq!(owners_with(&mut evidence, &sample::policy(Vec::new()), Path::new("."), &read), []);
}

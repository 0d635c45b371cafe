//! Any text as CODEOWNERS, with the paths that it owns: every owner stands in it, once; and as GitHub reads it, the last line that matches
//! counts, whatever stands around it.
//!
//! The first lines, up to an empty one, are paths, and the first byte says where the file lies.
#![no_main]

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use relgate::enrich::owners;
use relgate::ingest::read_with;
use relgate::model::finding::Evidence;
use relgate::model::mapping::Mappings;
use relgate::model::policy::Policy;
use relgate::model::problem::Problem;
use relgate::model::profile::Profiles;
use relgate::model::scan::Input;
use relgate::normalize::normalize;
use relgate::policy::embedded_profiles;
use relgate_fuzz::{FOLDER, check_problems, standard};
use serde_json::json;

/// Whose syntax each has: GitHub's, GitLab's, and as its headings tell.
const PLACES: [&str; 3] = [".github/CODEOWNERS", ".gitlab/CODEOWNERS", "CODEOWNERS"];

/// More lines than that are not held against each other.
const LINES: usize = 12;

static PROFILES: LazyLock<Profiles> = LazyLock::new(embedded_profiles);

thread_local! {
    static POLICY: Policy = standard("use_codeowners: true");
}

/// A finding in each of the paths.
fn evidence(paths: &[&str]) -> Evidence {
    let result = |uri: &&str| json!({"message": {"text": "x"}, "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri}}}]});
    let results: Vec<_> = paths.iter().map(result).collect();
    let text = json!({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": results}]}).to_string();
    let (form, report) = read_with(&mut text.as_bytes(), None, &[], &Mappings::default()).ok().expect("a report of ours");
    let mut evidence = Evidence::default();
    evidence.inputs.push(Input { format: Some(form.id().to_owned()), complete: true, ..Input::unread("report".to_owned()) });
    normalize(&mut evidence, 0, report, &PROFILES, None);
    evidence
}

/// Who owns each path of the evidence.
fn owned(evidence: &mut Evidence, place: &str, text: &str) -> (Vec<(String, Vec<String>)>, Vec<Problem>) {
    let root = FOLDER.path().join(place.replace('/', "-"));
    let file = root.join(place);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, text).unwrap();
    let problems = POLICY.with(|policy| owners(evidence, policy, &root, None));
    let places = evidence.findings.iter().flat_map(|finding| evidence.locations.get(finding.locations));
    let paths = places.filter_map(|place| place.path);
    (paths.map(|path| (evidence.text(path).as_data().to_owned(), evidence.file_owners.get(path).to_vec())).collect(), problems)
}

/// Who owns each path when only the last line that matches it stands there, behind one that matches all.
fn by_line(evidence: &mut Evidence, text: &str) -> Vec<(String, Vec<String>)> {
    let (mut of, _) = owned(evidence, PLACES[0], "# nothing\n");
    for line in text.lines() {
        let (alone, _) = owned(evidence, PLACES[0], &format!("* @nobody-else\n{line}\n"));
        for (known, (path, owners)) in of.iter_mut().zip(alone) {
            if owners != ["@nobody-else"] {
                *known = (path, owners);
            }
        }
    }
    of
}

fuzz_target!(|input: (u8, &str)| {
    let (place, input) = input;
    let (paths, text) = input.split_once("\n\n").unwrap_or(("src/a.rs", input));
    let paths: Vec<&str> = paths.lines().take(4).collect();
    let place = PLACES[usize::from(place) % PLACES.len()];
    let mut evidence = evidence(&paths);
    let (all, problems) = owned(&mut evidence, place, text);
    let file: PathBuf = FOLDER.path().join(place.replace('/', "-")).join(place);
    check_problems(&problems, file.to_str().unwrap(), text);
    for (path, owners) in &all {
        assert!(owners.iter().all(|owner| text.contains(owner.as_str())), "{path}: {owners:?} stand nowhere");
        assert!(owners.iter().enumerate().all(|(at, owner)| !owners[..at].contains(owner)), "{path}: {owners:?} twice");
    }
    let is_plain = problems.iter().all(|problem| problem.code == "codeowners-line") && !text.contains('\u{feff}');
    if is_plain {
        let (again, _) = owned(&mut evidence, place, &format!("# a comment\n\n{text}"));
        assert_eq!(again, all, "a comment says something");
    }
    if place == PLACES[0] && is_plain && text.lines().count() <= LINES && !text.contains("@nobody-else") {
        assert_eq!(by_line(&mut evidence, text), all, "the last line that matches does not count");
    }
});

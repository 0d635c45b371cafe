//! What the readers read: every `fixtures/formats/ID/CASE` through `inspect --json`, against what its documentation says it means.

use std::fs;

use serde_json::Value;

use crate::support::{Done, Room, differences, in_repository, names, repository};

/// What every format has to show.
const NEEDED: [&str; 3] = ["clean", "findings", "truncated"];

/// One folder of `fixtures/formats/ID`.
pub(crate) struct Case {
    pub(crate) format: String,
    pub(crate) name: String,
    /// Relative to the repository.
    pub(crate) input: String,
    /// The word in front of its path where only a user can tell the format: what is in it, such as an empty list, could be of several.
    pub(crate) named: Option<String>,
    pub(crate) expected: Value,
}

impl Case {
    /// The word that the refusal must contain, if the document must be refused.
    pub(crate) fn refused(&self) -> Option<&str> {
        self.expected.get("refused").map(|word| word.as_str().unwrap())
    }
}

/// Every case of every format.
pub(crate) fn cases() -> Vec<Case> {
    let root = in_repository("fixtures/formats");
    let formats = names(&root).into_iter();
    formats.flat_map(|format| names(&root.join(&format)).into_iter().map(move |name| case(&format, &name))).collect()
}

fn case(format: &str, name: &str) -> Case {
    let folder = format!("fixtures/formats/{format}/{name}");
    let files = names(&in_repository(&folder));
    let inputs: Vec<&String> = files.iter().filter(|file| file.starts_with("input.")).collect();
    let [input] = inputs.as_slice() else { panic!("{folder}: one input.*, please, and not {inputs:?}") };
    for file in ["SOURCE", "expected.json"] {
        assert!(files.iter().any(|other| other == file), "{folder}: {file} is missing; see CONTRIBUTING.md");
    }
    let expected = fs::read(in_repository(&folder).join("expected.json")).unwrap();
    let expected = serde_json::from_slice(&expected).unwrap_or_else(|error| panic!("{folder}/expected.json: {error}"));
    // Of a mapped report the id of its mapping.
    let named = fs::read_to_string(in_repository(&folder).join("NAMED")).ok();
    let named = named.map(|id| if id.trim().is_empty() { format.to_owned() } else { id.trim().to_owned() });
    Case { format: format.to_owned(), name: name.to_owned(), input: format!("{folder}/{input}"), named, expected }
}

fn inspect(case: &Case) -> Done {
    let input = case.named.as_ref().map_or_else(|| case.input.clone(), |id| format!("{id}:{}", case.input));
    Room::new().relgate(&["inspect", "--json", &input]).cwd(repository()).run()
}

/// Everything wrong with what `inspect` says of a case.
fn faults(case: &Case) -> Vec<String> {
    let done = inspect(case);
    let lines: Vec<Value> = done.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let is = |line: &&Value, what: &str| line["type"] == what;
    let scans: Vec<&Value> = lines.iter().filter(|line| is(line, "scan")).collect();
    let sightings = lines.iter().filter(|line| is(line, "sighting")).count();
    let mut faults = Vec::new();
    if let Some(word) = case.refused() {
        let place = |line: &str| {
            let place = line.strip_prefix("undecided: ")?.strip_prefix(&case.input)?;
            let (place, _) = place.split_once(": ").filter(|(place, _)| !place.is_empty()).or_else(|| place.get(2..)?.split_once(": "))?;
            Some(place.to_owned())
        };
        let placed = |place: String| place.starts_with('/') || place.starts_with("byte ") || place.starts_with(':');
        if !done.stderr.lines().any(|line| line.contains(word) && place(line).is_some_and(placed)) {
            faults.push(format!("no line on stderr names the file, a place in it and `{word}`"));
        }
        if sightings > 0 {
            faults.push(format!("refused, and {sightings} sightings all the same"));
        }
    } else {
        faults.extend(differences(&case.expected, &Value::Array(lines.clone()), ""));
        if scans.iter().map(|scan| scan["sightings"].as_u64().unwrap()).sum::<u64>() != sightings as u64 {
            faults.push("the scans count other sightings than there are".to_owned());
        }
    }
    let complete = case.refused().is_none() && !scans.is_empty() && scans.iter().all(|scan| scan["complete"] == true);
    if done.code() != if complete { 0 } else { 2 } {
        faults.push(format!("complete: {complete}, and the exit code is {}", done.code()));
    }
    if complete != done.stderr.lines().all(|line| !line.starts_with("undecided: ")) {
        faults.push(format!("complete: {complete}, and stderr says otherwise: {}", done.stderr));
    }
    faults.into_iter().map(|fault| format!("{}: {fault}\n", case.input)).collect()
}

#[test]
fn every_case_reads_as_its_documentation_says() {
    let cases = cases();
    assert!(cases.len() >= 20, "only {} cases", cases.len());
    let faults: String = cases.iter().flat_map(faults).collect();
    assert!(faults.is_empty(), "\n{faults}");
}

#[test]
fn what_must_be_named_does_not_count_without() {
    for case in cases().into_iter().filter(|case| case.named.is_some()) {
        let done = Room::new().relgate(&["inspect", &case.input]).cwd(repository()).run();
        let is_told = ["no known report format", "the file is empty", "name the format"].iter().any(|told| done.stderr.contains(told));
        assert!(done.code() == 2 && is_told, "{}: {done}", case.input);
    }
}

#[test]
fn every_format_has_its_cases_and_every_case_its_format() {
    let registered: Vec<&str> = relgate::ingest::FORMATS.iter().map(|format| format.id).collect();
    let folders = names(&in_repository("fixtures/formats"));
    assert_eq!(folders, registered, "fixtures/formats and the registry");
    for format in folders {
        let cases = names(&in_repository("fixtures/formats").join(&format));
        assert!(NEEDED.iter().all(|needed| cases.iter().any(|case| case == needed)), "{format} has {cases:?} and needs {NEEDED:?}");
    }
}

#[test]
fn the_needed_cases_are_what_they_are_called() {
    let named = |name: &'static str| cases().into_iter().filter(move |case| case.name == name);
    // Some tools list what passed too.
    let is_finding = |line: &&str| line.contains(r#""type":"sighting""#) && !line.contains(r#""state":"pass""#);
    let sightings = |case: &Case| inspect(case).stdout.lines().filter(is_finding).count();
    for case in named("clean") {
        assert_eq!((sightings(&case), inspect(&case).code()), (0, 0), "{}", case.format);
    }
    for case in named("findings") {
        assert!(sightings(&case) > 0 && inspect(&case).code() == 0, "{}", case.format);
    }
    assert!(named("truncated").all(|case| case.refused().is_some()));
}

#[test]
fn cargo_audit_and_cargo_deny_say_the_same_of_one_lock_file() {
    let told = |format: &str| {
        let case = cases().into_iter().find(|case| case.format == format && case.name == "findings").unwrap();
        let sightings = inspect(&case).stdout;
        let sightings =
            sightings.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).filter(|line| line["type"] == "sighting");
        let mut told: Vec<String> = sightings.map(|s| format!("{} {} {}", s["ids"], s["rule_id"], s["package"]["purl"])).collect();
        told.sort();
        told
    };
    assert_eq!(told("cargo-audit"), told("cargo-deny"));
}

#[test]
fn cases_are_small_enough_to_be_cut_at_every_byte() {
    for case in cases() {
        let bytes = fs::metadata(in_repository(&case.input)).unwrap().len();
        assert!(bytes < 16 * 1024, "{}: {bytes} bytes, at most 16 kB", case.input);
    }
}

/// What stands in inputs for a secret.
const SECRET: &str = "NOT-A-REAL-SECRET";

#[test]
fn what_stands_for_a_secret_is_not_repeated() {
    let holds = |case: &Case| fs::read_to_string(in_repository(&case.input)).is_ok_and(|text| text.contains(SECRET));
    let holding: Vec<Case> = cases().into_iter().filter(holds).collect();
    assert!(holding.len() >= 2);
    for case in holding {
        let done = inspect(&case);
        assert!(!done.stdout.contains(SECRET) && !done.stderr.contains(SECRET), "{}: {done}", case.input);
    }
}

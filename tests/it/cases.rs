//! Whole runs: every `fixtures/cases/NAME`.
//!
//! `README` says what the case shows and `cmd` what is run in a copy of `input/`. `facts.json` was written by hand, from what the
//! documents promise: the exit code, words on stderr, and of the JSON report the members that matter. `output.snap` is everything
//! that people see.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::schema;
use crate::support::{Done, NOW, Room, copy, differences, in_repository, names};

/// Cases whose `Reproduce:` line ends otherwise than the run that printed it, each with what the line leaves out: known faults.
const NOT_REPRODUCED: [(&str, &str); 1] =
    [("mixed-folder", "that the reports were given as a folder, in which a file that no format claims is skipped")];

struct Case {
    name: String,
    folder: PathBuf,
    args: Vec<String>,
    facts: Value,
}

fn cases() -> Vec<Case> {
    let root = in_repository("fixtures/cases");
    let case = |name: String| {
        let folder = root.join(&name);
        let read = |file: &str| fs::read_to_string(folder.join(file)).unwrap_or_else(|error| panic!("{name}/{file}: {error}"));
        assert!(!read("README").trim().is_empty(), "{name}/README says nothing");
        let args = read("cmd").split_whitespace().map(str::to_owned).collect();
        let facts = serde_json::from_str(&read("facts.json")).unwrap_or_else(|error| panic!("{name}/facts.json: {error}"));
        Case { name, folder, args, facts }
    };
    names(&root).into_iter().map(case).collect()
}

impl Case {
    /// A copy of its input.
    fn room(&self) -> Room {
        let room = Room::new();
        copy(&self.folder.join("input"), &room.path(""));
        room
    }

    /// Runs it in a copy of its input, with more arguments.
    fn run(&self, more: &[&str]) -> Done {
        let room = self.room();
        let args: Vec<&str> = self.args.iter().map(String::as_str).chain(more.iter().copied()).collect();
        let mut done = room.relgate(&args).run();
        // The folder is another one every time.
        let work = fs::canonicalize(room.path("")).unwrap();
        done.stderr = done.stderr.replace(&format!("{}/", work.display()), "[work]/");
        done
    }

    /// The same run, but for its JSON report at a fixed time.
    fn report(&self) -> Done {
        let timed = self.args.iter().any(|arg| arg == "--now");
        self.run(if timed { &["--output", "json=-"] } else { &["--output", "json=-", "--dry-run", "--now", NOW] })
    }
}

/// No control character but line ends, and nothing that turns or hides text.
fn is_plain(text: &str) -> bool {
    let hides = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    !text.chars().any(|c| (c.is_control() && c != '\n') || hides(c))
}

/// No line that a CI system takes for a command.
fn forges_nothing(text: &str) -> bool {
    !text.contains("##[") && !text.contains("##vso[") && !text.lines().any(|line| line.trim_start().starts_with("::"))
}

/// What holds for every run, whatever it is about.
fn check_run(done: &Done) {
    assert!(is_plain(&done.stdout) && is_plain(&done.stderr), "{done}");
    assert!(forges_nothing(&done.stdout) && forges_nothing(&done.stderr), "{done}");
    let undecided = done.stderr.lines().any(|line| line.starts_with("undecided: "));
    assert!(undecided || done.code() != 2, "undecided without a word why: {done}");
    assert!(!undecided || [1, 2].contains(&done.code()), "a gap, and exit {}: {done}", done.code());
}

/// What holds for every JSON report.
fn check_report(report: &Value, done: &Done) {
    let verdict = &report["verdict"];
    assert_eq!(verdict["exit_code"], done.code(), "{done}");
    let word = verdict["action"].as_str().unwrap();
    // A policy that only observes exits 0, and says so.
    let is_observed = verdict["enforced"] == false && done.stderr.contains("nothing is enforced");
    let code_of_word = match word {
        "pass" => [0, 0],
        "ticket" => [0, 42],
        "block" => [1, 1],
        "undecided" => [2, 2],
        other => panic!("{other}"),
    };
    assert!(code_of_word.contains(&done.code()) || is_observed && done.code() == 0, "{word}: {done}");
    let counts = &report["counts"];
    let number = |value: &Value| value.as_u64().unwrap();
    // Without a policy, or by a feed that cannot be right, nothing is judged, and nothing is a finding.
    let is_refused = report["feeds"].as_array().unwrap().iter().any(|feed| !feed["problem"].is_null());
    let found = if report["policy"].is_null() || is_refused { 0 } else { number(&counts["sightings"]) };
    assert_eq!(found, number(&counts["findings"]) + number(&counts["merged"]), "{done}");
    assert_eq!(number(&counts["findings"]), report["findings"].as_array().unwrap().len() as u64);
    let of_inputs: u64 = report["inputs"].as_array().unwrap().iter().map(|input| number(&input["sightings"])).sum();
    assert_eq!(of_inputs, number(&counts["sightings"]));
    let heavy = |weight: &str| report["problems"].as_array().unwrap().iter().filter(|problem| problem["weight"] == weight).count();
    let lines = |start: &str| done.stderr.lines().filter(|line| line.starts_with(start)).count();
    assert_eq!((heavy("undecided"), heavy("warning")), (lines("undecided: "), lines("warning: ")), "{done}");
    schema::check(report);
}

#[test]
fn every_run_ends_as_its_facts_say() {
    let cases = cases();
    assert!(cases.len() >= 30, "only {} cases", cases.len());
    let mut faults = Vec::new();
    for case in &cases {
        let done = case.run(&[]);
        check_run(&done);
        if case.facts["exit"] != done.code() {
            faults.push(format!("{}: expected exit {}: {done}", case.name, case.facts["exit"]));
        }
        let words = case.facts["stderr"].as_array().cloned().unwrap_or_default();
        let says = |word: &&Value| !done.stderr.contains(word.as_str().unwrap());
        faults.extend(words.iter().filter(says).map(|word| format!("{}: no {word} on stderr: {done}", case.name)));
        let json = case.report();
        let Some(expected) = case.facts.get("report") else {
            assert!(json.stdout.is_empty() && json.code() == 2, "{}: bad usage writes no report: {json}", case.name);
            continue;
        };
        assert_eq!(json.code(), done.code(), "{}: a dry run exits the same", case.name);
        let report = json.json();
        check_report(&report, &json);
        faults.extend(differences(expected, &report, "").into_iter().map(|difference| format!("{}: {difference}", case.name)));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_run_looks_as_it_did() {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        for case in cases() {
            let done = case.run(&[]);
            let seen = format!("exit {}\n-- stdout\n{}-- stderr\n{}", done.code(), done.stdout, done.stderr);
            check_run(&done);
            insta::with_settings!({ snapshot_path => Path::new(&case.folder) }, { insta::assert_snapshot!("output", seen); });
        }
    });
}

#[test]
fn the_line_that_reproduces_a_run_does_so() {
    let mut otherwise = Vec::new();
    let mut followed = 0;
    for case in cases() {
        let done = case.run(&[]);
        let Some(line) = done.stdout.lines().find_map(|line| line.strip_prefix("Reproduce: ")) else { continue };
        let again = case.room().command("sh", &["-ec", line]).with_relgate_on_path().run();
        followed += 1;
        if again.code() != done.code() {
            otherwise.push(case.name);
        }
    }
    assert!(followed >= 20, "only {followed} lines");
    assert_eq!(otherwise, NOT_REPRODUCED.map(|(name, _)| name), "what runs otherwise, and what is known to");
}

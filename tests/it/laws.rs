//! Laws that hold for every report, tried on the fixtures: what is cut is refused, and what is damaged is told.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use relgate::ingest::{self, Ends, Refusal};
use relgate::model::decision::Outcome;
use relgate::model::mapping::Mappings;
use relgate::model::report::{Report, Subject};
use relgate::pipeline::{Folders, Question, Sources, collect, find, judge, tools};

use crate::dice::Dice;
use crate::formats;
use crate::support::{NOW, Room, in_repository, names};

/// A report that is whole: its name, its bytes, and how such a document ends.
struct Whole {
    name: String,
    bytes: Vec<u8>,
    ends: Ends,
}

/// Every small JSON fixture that reads as it is meant without its format's name, and the demo's reports.
fn wholes() -> Vec<Whole> {
    let cases = formats::cases().into_iter().filter(|case| case.refused().is_none() && case.named.is_none());
    let cases = cases.map(|case| (case.input, ingest::find(&case.format).unwrap().ends));
    let demo = names(&in_repository("fixtures/demo")).into_iter().map(|name| format!("fixtures/demo/{name}"));
    let demo = demo.filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "sarif"));
    let all = cases.chain(demo.map(|name| (name, Ends::Bracket)));
    let all = all.map(|(name, ends)| Whole { bytes: fs::read(in_repository(&name)).unwrap(), name, ends });
    let small: Vec<Whole> = all.filter(|whole| whole.bytes.len() < 16 * 1024).collect();
    assert!(small.len() >= 20, "only {} fixtures", small.len());
    small
}

/// The whole run over paths, in this process.
pub(crate) fn run(reports: &[String]) -> Report {
    let sources = Sources {
        found: find(reports, &Mappings::default()),
        tools: tools(&Folders::default()),
        root: None,
        source_root: None,
        max_input_bytes: 1 << 30,
        threads: 1,
        hashed: false,
    };
    let now = NOW.parse().unwrap();
    let question = Question {
        flags: Vec::new(),
        policy: relgate::pipeline::policy(&relgate::pipeline::Wanted::default()),
        vex: relgate::pipeline::VexPlaces::default(),
        exceptions: relgate::pipeline::Places::default(),
        baseline: relgate::pipeline::BaselinePlaces::default(),
        repository: std::path::Path::new("."),
        checkout: None,
        proposed: Vec::new(),
        subject: Subject::default(),
        now,
        dry_run: true,
        ticket_exit_code: 0,
    };
    judge(collect(sources).unwrap(), question).unwrap()
}

/// The whole run over one report, left in a folder that is given as such.
pub(crate) fn run_on(room: &Room, bytes: &[u8]) -> Report {
    let file = room.write("reports/a.sarif", bytes);
    run(&[file.parent().unwrap().to_str().unwrap().to_owned()])
}

/// Where the last byte that is no white space ends.
fn end(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|byte| !byte.is_ascii_whitespace()).unwrap() + 1
}

/// The document without a byte order mark: marks are read before the reader.
fn text(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

#[test]
fn every_prefix_of_a_report_is_refused_as_broken() {
    let mappings = tools(&Folders::default()).mappings;
    for Whole { name, bytes, ends } in wholes() {
        let text = text(&bytes);
        for cut in 0..end(text) {
            // Not as unclaimed: such a file in a folder is only skipped.
            let read = ingest::read_with(&mut &text[..cut], None, &[], &mappings);
            let is_between = text[..cut].trim_ascii_end().ends_with(b"}") && text[cut..].trim_ascii_start().starts_with(b"{");
            match (read, ends) {
                (Err(Refusal::Broken(..)), _) => {}
                (Ok(_), Ends::Anywhere) if is_between => {}
                (Ok((_, report)), Ends::Record) if is_between => {
                    let told = report.scans.iter().any(|scan| !scan.incomplete_because.is_empty());
                    assert!(told, "{name}: its first {cut} bytes are read as whole");
                }
                (Ok(_) | Err(_), _) => panic!("{name}: its first {cut} bytes are not refused as broken"),
            }
        }
        for rest in end(text)..=text.len() {
            assert!(
                ingest::read_with(&mut &text[..rest], None, &[], &mappings).is_ok(),
                "{name}: without white space at its end it is refused"
            );
        }
    }
}

#[test]
fn a_run_over_a_prefix_is_undecided() {
    let room = Room::new();
    let mut dice = Dice::new(5);
    for Whole { name, bytes, .. } in wholes().into_iter().filter(|whole| whole.ends == Ends::Bracket) {
        let last = end(&bytes) - 1;
        for cut in [0, 1, 3, last].into_iter().chain((0..12).map(|_| dice.below(last))) {
            let report = run_on(&room, &bytes[..cut]);
            assert_eq!((report.verdict.outcome, report.verdict.exit_code), (Outcome::Undecided, 2), "{name}: its first {cut} bytes");
            assert_eq!(report.counts.sightings, 0, "{name}: its first {cut} bytes");
        }
    }
}

/// How strict a verdict is.
fn rank(report: &Report) -> u8 {
    match report.verdict.outcome {
        Outcome::Pass => 0,
        Outcome::Ticket => 1,
        Outcome::Undecided => 2,
        Outcome::Block => 3,
    }
}

/// The problems that a run tells.
fn told(report: &Report) -> BTreeSet<String> {
    let synthetics = report.synthetics.iter().map(|synthetic| &synthetic.problem);
    report.problems.iter().chain(synthetics).map(ToString::to_string).collect()
}

/// Members whose very value says how grave a result is or whether the scan failed: with another letter in key or value they say
/// something else, and nobody can know that they once said more.
const STATEMENTS: [&str; 27] = [
    "controlID",
    "defaultConfiguration",
    "executionSuccessful",
    "files",
    "files_scanned",
    "id",
    "index",
    "invocationIndex",
    "invocations",
    "kind",
    "level",
    "lines",
    "msg",
    "parsing_errors",
    "policies_validated",
    "properties",
    "provenance",
    "rule",
    "ruleId",
    "ruleIndex",
    "rules",
    "security-severity",
    "status",
    "tags",
    "toolExecutionNotifications",
    "unverified_secrets",
    "verified_secrets",
];

/// Which bytes belong to the key or the scalar value of one of [`STATEMENTS`].
fn statements(bytes: &[u8]) -> Vec<bool> {
    let mut marks = vec![false; bytes.len()];
    for key in STATEMENTS.iter().map(|key| format!("\"{key}\"")) {
        for start in (0..bytes.len()).filter(|&at| bytes[at..].starts_with(key.as_bytes())) {
            let after = start + key.len();
            let value = after + bytes[after..].iter().take_while(|byte| b" \n\r\t:".contains(byte)).count();
            let string = bytes.get(value) == Some(&b'"');
            let ends = |byte: &u8| if string { *byte == b'"' } else { b",}]\n {[".contains(byte) };
            let length = bytes[value + 1..].iter().take_while(|byte| !ends(byte)).count() + 2;
            marks[start..(value + length).min(bytes.len())].fill(true);
        }
    }
    marks
}

/// Which bytes belong to the name of a member. Under another name it is another member: formats but SARIF and our own grow new ones
/// every month, so that one which says something against the scan may be missed. What it held may not be lost in silence.
fn names_of_members(bytes: &[u8]) -> Vec<bool> {
    let mut marks = vec![false; bytes.len()];
    let (mut start, mut escaped) = (None, false);
    for (at, &byte) in bytes.iter().enumerate() {
        match (start, byte) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), b'\\') => escaped = true,
            (Some(from), b'"') => {
                let is_name = bytes[at + 1..].trim_ascii_start().starts_with(b":");
                marks[from..=at].fill(is_name);
                start = None;
            }
            (None, b'"') => start = Some(at),
            (Some(_) | None, _) => {}
        }
    }
    marks
}

#[test]
fn damage_never_improves_a_verdict_in_silence() {
    const FLIPS: usize = 100_000;
    let (room, mut dice) = (Room::new(), Dice::new(1));
    // Nothing but one member's name says there that the results lie elsewhere, or the tool's name that it looked for none.
    let is_told_once = |name: &str| ["external-results", "inventory-trivy"].iter().any(|case| name.contains(case));
    let wholes: Vec<Whole> = wholes().into_iter().filter(|whole| !is_told_once(&whole.name)).collect();
    let before: Vec<(Report, Vec<bool>)> = wholes.iter().map(|whole| (run_on(&room, &whole.bytes), statements(&whole.bytes))).collect();
    let is_ours = |name: &str| ["/sarif/", "/relgate/", "/demo/"].iter().any(|folder| name.contains(folder));
    let renaming: Vec<Vec<bool>> =
        wholes.iter().map(|whole| if is_ours(&whole.name) { Vec::new() } else { names_of_members(&whole.bytes) }).collect();
    let mappings = tools(&Folders::default()).mappings;
    let (mut read, mut restated, mut renamed) = (0, 0, 0);
    let mut faults = Vec::new();
    for flip in 0..FLIPS {
        let number = dice.below(wholes.len());
        let (Whole { name, bytes, .. }, (before, stating)) = (&wholes[number], &before[number]);
        let at = dice.below(bytes.len());
        // Mostly one bit, which leaves ASCII what it was.
        let mask = if dice.below(4) == 0 { u8::try_from(1 + dice.below(255)).unwrap() } else { 1 << dice.below(7) };
        let mut damaged = bytes.clone();
        damaged[at] ^= mask;
        // A document that is refused gives one problem: that is tried with the prefixes.
        if matches!(ingest::read_with(&mut text(&damaged), None, &[], &mappings), Err(Refusal::Broken(..))) {
            continue;
        }
        read += 1;
        let after = run_on(&room, &damaged);
        let silent = told(&after).is_subset(&told(before));
        let is_fewer = after.counts.sightings < before.counts.sightings;
        if silent && rank(&after) < rank(before) && stating[at] {
            restated += 1;
        } else if silent && rank(&after) < rank(before) && !is_fewer && renaming[number].get(at) == Some(&true) {
            renamed += 1;
        } else if silent && (rank(&after) < rank(before) || is_fewer) {
            faults.push(format!(
                "flip {flip}: {name}: byte {at} ^ {mask:#x}, in `{}`: {} -> {}, {} -> {} sightings",
                String::from_utf8_lossy(&bytes[at.saturating_sub(20)..(at + 20).min(bytes.len())]),
                before.verdict.outcome.word(),
                after.verdict.outcome.word(),
                before.counts.sightings,
                after.counts.sightings,
            ));
        }
    }
    assert!(faults.is_empty(), "{} of {read} flips\n{}", faults.len(), faults.join("\n"));
    let others = format!("{read} damaged reports could be read, {restated} of them state something else, {renamed} under another name");
    assert!(read > FLIPS / 4 && restated < read / 50 && renamed < read / 100, "{others}");
}

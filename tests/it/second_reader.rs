//! A second reader of SARIF, `serde-sarif`, agrees with relgate on every report that it can read: on how many results there are, and of
//! each on its rule, line, message and whether anything suppresses it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use serde_sarif::sarif::{ReportingDescriptor, Result as Row, Run, Sarif};

use crate::support::{Room, in_repository, names};

/// What both readers tell of a result. What one of them does not tell in a way that can be compared is `None`.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    pointer: String,
    rule_id: Option<String>,
    start_line: Option<i64>,
    message: Option<String>,
    is_suppressed: bool,
}

/// The rule of a result that only points at it.
fn pointed<'r>(run: &'r Run, row: &Row) -> Option<&'r ReportingDescriptor> {
    let reference = row.rule.as_ref();
    let index = reference.and_then(|rule| rule.index).filter(|index| *index >= 0).or(row.rule_index.filter(|index| *index >= 0))?;
    let component =
        reference.and_then(|rule| rule.tool_component.as_ref()).and_then(|component| component.index).filter(|index| *index >= 0);
    let component = match component {
        Some(extension) => run.tool.extensions.as_ref()?.get(usize::try_from(extension).unwrap())?,
        None => &run.tool.driver,
    };
    component.rules.as_ref()?.get(usize::try_from(index).unwrap())
}

fn second(sarif: &Sarif) -> Vec<Told> {
    let mut told = Vec::new();
    for (of, run) in sarif.runs.iter().enumerate() {
        for (at, row) in run.results.iter().flatten().enumerate() {
            let named = row.rule_id.clone().or_else(|| row.rule.as_ref()?.id.clone()).filter(|id| !id.is_empty());
            let place = row.locations.iter().flatten().next().and_then(|place| place.physical_location.as_ref());
            let line = place.and_then(|place| place.region.as_ref()).and_then(|region| region.start_line);
            told.push(Told {
                pointer: format!("/runs/{of}/results/{at}"),
                rule_id: named.or_else(|| Some(pointed(run, row)?.id.clone())),
                start_line: line.filter(|line| *line > 0),
                message: row.message.text.clone(),
                is_suppressed: row.suppressions.iter().flatten().next().is_some(),
            });
        }
    }
    told
}

fn first(report: &Path) -> Vec<Told> {
    let done = Room::new().relgate(&["inspect", "--json", "--", &format!("sarif:{}", report.display())]).run();
    let lines = done.stdout.clone();
    let rows = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).filter(|row| row["type"] == "sighting");
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let told = |row: Value| Told {
        pointer: text(&row["pointer"]).unwrap(),
        rule_id: text(&row["rule_id"]),
        start_line: row["start_line"].as_i64(),
        message: text(&row["message"]),
        is_suppressed: !row["suppressed"].is_null(),
    };
    rows.map(told).collect()
}

/// What they disagree about.
fn differences(first: &[Told], second: &[Told]) -> Vec<String> {
    if first.len() != second.len() {
        return vec![format!("{} results, and {}", first.len(), second.len())];
    }
    let mut found = Vec::new();
    for (ours, theirs) in first.iter().zip(second) {
        let mut differ = |what: &str, is: bool| found.extend(is.then(|| format!("{what}: {ours:?} {theirs:?}")));
        differ("place", ours.pointer != theirs.pointer);
        // That one does not follow every way in which a result may point at its rule.
        differ("rule", theirs.rule_id.is_some() && ours.rule_id != theirs.rule_id);
        differ("line", ours.start_line != theirs.start_line);
        differ("suppressed", ours.is_suppressed && !theirs.is_suppressed);
        // Ours is none of a secret, cut where it is long, and has its placeholders filled in.
        let is_plain = |message: &String| message.len() <= 1000 && !message.contains('{') && !message.trim().is_empty();
        if let (Some(message), Some(other)) = (&ours.message, theirs.message.as_ref().filter(|other| is_plain(other))) {
            differ("message", message != other);
        }
    }
    found
}

/// Holds the readers against each other; how many reports and results both could read.
fn compare(reports: &[PathBuf]) -> (usize, usize) {
    let (mut read, mut results, mut wrong) = (0, 0, Vec::new());
    for report in reports {
        let bytes = fs::read(report).unwrap();
        let Ok(sarif) = serde_json::from_slice::<Sarif>(&bytes) else { continue };
        let (first, second) = (first(report), second(&sarif));
        if sarif.version != "2.1.0" {
            // It reads what says that it is of another version; relgate refuses it.
            wrong.extend((!first.is_empty()).then(|| format!("{}: version {}", report.display(), sarif.version)));
            continue;
        }
        wrong.extend(differences(&first, &second).into_iter().take(3).map(|what| format!("{}: {what}", report.display())));
        read += 1;
        results += second.len();
    }
    assert!(wrong.is_empty(), "{} of {read} reports differ:\n{}", wrong.len(), wrong.join("\n"));
    (read, results)
}

#[test]
fn both_readers_agree_on_fixtures() {
    let home = in_repository("fixtures/formats/sarif");
    let cases = names(&home).into_iter().map(|case| home.join(case));
    let reports: Vec<PathBuf> = cases.flat_map(|case| names(&case).into_iter().map(move |file| case.join(file))).collect();
    let reports: Vec<PathBuf> =
        reports.into_iter().filter(|file| file.file_name().unwrap().to_string_lossy().starts_with("input.")).collect();
    let (read, results) = compare(&reports);
    assert!(read >= 12 && results >= 30, "{read} reports with {results} results");
}

/// Needs the corpus beside the repository.
#[test]
#[ignore = "needs ../shared"]
fn both_readers_agree_on_real_reports() {
    let home = in_repository("../shared/corpus/sarif");
    let reports: Vec<PathBuf> = names(&home).into_iter().map(|name| home.join(name)).collect();
    let reports: Vec<PathBuf> = reports.into_iter().filter(|file| file.extension().is_some_and(|ending| ending == "sarif")).collect();
    let (read, results) = compare(&reports);
    println!("{read} of {} reports, {results} results", reports.len());
    assert!(read >= 100, "{read} reports");
}

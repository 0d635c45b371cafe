//! Keys by lines of the sources.

use std::collections::BTreeMap;
use std::fs;

use relgate::base::line_hash::line_hashes;
use serde_json::Value;

use crate::support::{Room, in_repository, repository};

#[test]
fn an_independent_implementation_agrees_on_every_line() {
    let table = in_repository("../shared/corpus/line-hash.jsonl");
    if !table.exists() {
        return;
    }
    let rows = fs::read_to_string(table).unwrap();
    let (mut texts, mut lines) = (0, 0);
    for row in rows.lines() {
        let row: Value = serde_json::from_str(row).unwrap();
        let hashes: Vec<String> = line_hashes(row["text"].as_str().unwrap()).iter().map(ToString::to_string).collect();
        assert_eq!(serde_json::to_value(&hashes).unwrap(), row["hashes"], "{}", row["text"]);
        (texts, lines) = (texts + 1, lines + hashes.len());
    }
    assert!(texts >= 71, "{texts} texts, {lines} lines");
}

/// The keys of each sighting, by tool, check and line, of reports of a state of the drifting project, with its sources.
fn keys(state: &str, tool: &str) -> BTreeMap<String, Value> {
    let (report, root) = (format!("fixtures/drift/reports/{state}/{tool}"), format!("fixtures/drift/{state}"));
    let done = Room::new().relgate(&["inspect", &report, "--json", "--source-root", &root]).cwd(repository()).run().exits(0);
    let rows = done.stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).filter(|row| row["type"] == "sighting");
    rows.map(|row| {
        let [rule, path] = ["rule_id", "path"].map(|key| row[key].as_str().unwrap_or_default());
        (format!("{rule} {path}:{}", row["start_line"]), row["fingerprints"].clone())
    })
    .collect()
}

#[test]
fn what_moves_within_its_file_keeps_its_key_and_a_renamed_file_its_text() {
    for tool in ["semgrep.sarif", "bandit.json"] {
        let [before, after] = ["before", "after"].map(|state| keys(state, tool));
        let (sql, md5) = if tool == "bandit.json" { ("B608", "B324") } else { ("sql-format", "md5") };
        let line = |keys: &BTreeMap<String, Value>, at: String| keys[&at]["line/1"].clone();
        assert_eq!(line(&before, format!("{sql} app/db.py:17")), line(&after, format!("{sql} app/db.py:29")), "lines came in above");
        assert_ne!(line(&before, format!("{sql} app/db.py:17")), line(&after, format!("{sql} app/db.py:17")), "another function");
        let (old, new) = (&before[&format!("{md5} app/hashes.py:6")], &after[&format!("{md5} app/digests.py:6")]);
        assert!(old["line/1"] != new["line/1"] && old["text/1"] == new["text/1"], "{old} {new}");
    }
}

#[test]
fn without_its_file_a_finding_keeps_its_place_and_that_is_said() {
    let (room, report) = (Room::new(), "fixtures/drift/reports/before/bandit.json");
    let empty = room.path("none").display().to_string();
    fs::create_dir(&empty).unwrap();
    let done = room.relgate(&["inspect", report, "--json", "--source-root", &empty]).cwd(repository()).run().exits(0);
    assert!(!done.stdout.contains("line/1") && done.stdout.contains("loc/1"));
    let args = ["check", report, "--source-root", &empty, "--dry-run", "--now", "2026-11-29T00:00:00Z"];
    let done = room.relgate(&args).cwd(repository()).run();
    assert!(done.stdout.contains("no sources below"), "{}", done.stdout);
    let done = room.relgate(&["inspect", report, "--source-root", "nowhere"]).cwd(repository()).run().exits(2);
    assert!(done.stderr.contains("there is no such folder"), "{}", done.stderr);
}

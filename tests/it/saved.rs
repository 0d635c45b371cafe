//! `relgate report`: a saved report in other formats, or nothing.

use std::fs;

use crate::support::{NOW, Room, copy, in_repository, names};

/// A room with the reports of the demo, judged once; all outputs are in `first`.
fn judged(more: &[&str]) -> Room {
    let room = Room::new();
    copy(&in_repository("fixtures/demo"), &room.path("reports"));
    let args = [&["check", "reports", "--out-dir", "first", "--now", NOW, "--dry-run"], more].concat();
    room.relgate(&args).run().exits(1);
    room
}

#[test]
fn a_saved_report_gives_the_same_outputs_again() {
    let room = judged(&["--stage", "release", "--service", "payments-api"]);
    let done = room.relgate(&["report", "first/report.json", "--out-dir", "again"]).run().exits(0);
    assert_eq!(done.stderr, "");
    for name in names(&room.path("first")) {
        assert_eq!(room.read(&format!("first/{name}")), room.read(&format!("again/{name}")), "{name}");
    }
    assert_eq!(done.stdout, room.read("first/report.txt"));
}

#[test]
fn what_comes_to_something_else_is_not_rendered() {
    let room = judged(&[]);
    let report = |code: i32| room.relgate(&["report", "first/report.json", "--output", "markdown=again.md"]).run().exits(code);
    report(0);
    // Somebody wrote a verdict into the file.
    let json = room.read("first/report.json");
    room.write("first/report.json", json.replacen("\"action\":\"block\"", "\"action\":\"pass\"", 1));
    report(2).says("undecided: first/report.json: cannot be rendered again", "the file was edited");
    assert!(room.read("again.md").contains("BLOCK"), "what was rendered before stays");
    fs::remove_file(room.path("again.md")).unwrap();
    room.write("first/report.json", json);
    fs::remove_file(room.path("reports/semgrep.sarif")).unwrap();
    report(2).says("undecided: first/report.json: cannot be rendered again", "reports/semgrep.sarif is gone");
    assert!(!room.path("again.md").exists());
    // Nor is it lost.
    let done = room.relgate(&["report", "first/report.json", "--out-dir", "first"]).run().exits(2);
    done.says("undecided: ", "this is the report that is rendered");
    assert!(room.path("first/report.json").exists() && room.path("first/report.html").exists());
}

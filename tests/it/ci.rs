//! What is taken from the environment of CI systems, and what is given back.

use serde_json::{Value, json};

use crate::support::{Call, Done, Room};

fn sarif(message: &str) -> String {
    let at = json!([{"physicalLocation": {"artifactLocation": {"uri": "src/a.py"}, "region": {"startLine": 3}}}]);
    let result = json!({"ruleId": "sqli", "level": "error", "message": {"text": message}, "locations": at});
    json!({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "acme"}}, "results": [result]}]}).to_string()
}

/// A step of GitHub, with files for its summary and its outputs.
fn step(room: &Room, args: &[&str]) -> Call {
    let [summary, output] = ["summary", "output"].map(|name| room.write(&format!("runner/{name}"), "before\n"));
    room.relgate(args)
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_EVENT_NAME", "pull_request")
        .env("GITHUB_BASE_REF", "main")
        .env("GITHUB_HEAD_REF", "release/1")
        .env("GITHUB_REPOSITORY", "acme/pay")
        .env("GITHUB_SERVER_URL", "https://github.com")
        .env("GITHUB_STEP_SUMMARY", summary.to_str().unwrap())
        .env("GITHUB_OUTPUT", output.to_str().unwrap())
}

fn facts(done: &Done) -> Value {
    let report = done.json();
    report["subject"].clone()
}

#[test]
fn a_step_of_github_shows_its_summary_outputs_and_annotations() {
    let room = Room::new();
    room.write("a.sarif", sarif("bind it\n::set-output name=verdict::pass\n::add-mask::BLOCK"));
    let done = step(&room, &["check", "a.sarif", "--out-dir", "out"]).run().exits(1);
    let lines: Vec<&str> = done.stdout.lines().collect();
    let word = lines[0].strip_prefix("::stop-commands::").unwrap();
    let end = lines.iter().position(|line| *line == format!("::{word}::")).unwrap();
    assert!(lines[1].starts_with("BLOCK  https://github.com/acme/pay, pull_request: 1 block"), "{done}");
    assert_eq!(lines.len(), end + 2, "one annotation behind the fence: {done}");
    assert!(lines[end + 1].starts_with("::error file=src/a.py,line=3,title=block%3A HIGH sqli::"), "{done}");
    let summary = room.read("runner/summary");
    assert!(summary.starts_with("before\n<!-- relgate:report -->\n\n## 🛑 BLOCK"), "{summary}");
    let output = room.read("runner/output");
    assert!(output.starts_with("before\nverdict=block\nexit_code=1\nfindings=1\nblock=1\n"), "{output}");
    assert!(output.ends_with("report_dir=out\n") && output.lines().count() == 13, "{output}");
}

#[test]
fn facts_have_the_names_of_their_variables_and_flags_win() {
    let room = Room::new();
    room.write("a.sarif", sarif("bind it"));
    let subject = facts(&step(&room, &["check", "a.sarif", "--output", "json=-"]).run().exits(1));
    assert_eq!((&subject["branch"], &subject["stage"]), (&"main".into(), &"pull_request".into()), "{subject}");
    assert_eq!(subject["sources"]["branch"], "GITHUB_BASE_REF");
    assert_eq!(subject["sources"]["repository"], "GITHUB_REPOSITORY");
    let subject = facts(&step(&room, &["check", "a.sarif", "--stage", "release", "--output", "json=-"]).run().exits(1));
    assert_eq!((&subject["stage"], &subject["sources"]["stage"]), (&"release".into(), &"flag".into()));
    let none = facts(&step(&room, &["check", "a.sarif", "--ci", "none", "--output", "json=-"]).run().exits(1));
    assert!(none["branch"].is_null() && none["stage"].is_null() && none["repository"].is_null(), "{none}");
    assert_eq!(room.read("runner/output"), "before\n", "and nothing is given back");
}

#[test]
fn a_commit_counts_where_it_is_checked_out() {
    let room = Room::with_repository();
    room.write("a.sarif", sarif("bind it"));
    let head = room.commit();
    let asked = |sha: &str| {
        let call = room.relgate(&["check", "a.sarif", "--output", "json=-"]).env("GITLAB_CI", "true").env("CI_COMMIT_SHA", sha);
        facts(&call.env("CI_COMMIT_BRANCH", "main").run().exits(1))
    };
    let subject = asked(&head);
    assert_eq!((&subject["commit"], &subject["sources"]["commit"]), (&head.as_str().into(), &"CI_COMMIT_SHA".into()));
    assert_eq!(subject["branch"], "main");
    assert!(asked(&"1".repeat(40))["commit"].is_null());
    assert!(asked("HEAD")["commit"].is_null());
}

#[test]
fn what_cannot_be_given_back_is_a_warning_and_changes_nothing() {
    let room = Room::new();
    room.write("a.sarif", sarif("bind it"));
    let call = step(&room, &["check", "a.sarif"]).env("GITHUB_STEP_SUMMARY", "/dev/full").env("GITHUB_OUTPUT", "nowhere/output");
    let done = call.run().exits(1);
    for name in ["GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"] {
        assert!(done.stderr.lines().any(|line| line.starts_with(&format!("warning: {name}: "))), "{done}");
    }
    // What a program reads is left as it is.
    let done = step(&room, &["check", "a.sarif", "--output", "json=-"]).run().exits(1);
    assert_eq!(done.json()["verdict"]["action"], "block");
}

//! `relgate explain` from outside: which finding is meant, what is told of it, from reports and from a saved one.

use std::fs;

use serde_json::Value;

use crate::docs::{marked, read};
use crate::schema::hold;
use crate::support::{NOW, Room, copy, in_repository};

const MERGED: &str = "CVE-2021-44906";

/// The input of the case, which has a finding of two tools and exceptions that come near.
fn room() -> Room {
    let room = Room::new();
    copy(&in_repository("fixtures/cases/explain/input"), &room.path(""));
    room
}

fn text(room: &Room, args: &[&str]) -> String {
    room.relgate(&[&["explain"], args].concat()).run().exits(0).stdout
}

/// The rules of an explanation by their ids.
fn rule<'v>(explained: &'v Value, id: &str) -> &'v Value {
    explained["rules"].as_array().unwrap().iter().find(|rule| rule["id"] == id).unwrap()
}

#[test]
fn all_that_led_to_a_decision_is_told() {
    let room = room();
    let told = text(&room, &[MERGED, "--stage", "pull_request", "--now", NOW]);
    for words in [
        "BLOCK  CRITICAL  CVE-2021-44906",
        "known as: CVE-2021-44906, GHSA-xvch-5gv4-984h",
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        "redhat",
        "the sources are far apart: from medium to critical",
        "owner: web; lee@acme.example is accountable; ask #web",
        "trivy  reports/trivy.json",
        "grype  reports/grype.json",
        "new-dependency  block  standard.yaml:",
        "FIRES, as what is unknown counts as if it held",
        "true     category: [sca]; here sca",
        "unknown    in_change: true; here nobody tells (--commit and --config-ref)",
        "false      stage: [\"release\"]; here pull_request",
        "far-apart  block  policy.yaml:14  fires from 2027-01-01 on",
        "does not fire: it skips what is unknown",
        "not applied: critical",
        "default_action  pass  not used",
        "near miss: EXC-2026-0007",
        "does not apply: out of scope: stage is pull_request",
        "nearest: EXC-2026-0012",
        "does not apply: it is about pkg:npm/mkdirp, and the finding is in pkg:npm/minimist",
        "Decision: block, by rule new-dependency",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    // Where its stage is in the scope the exception holds.
    let released = text(&room, &[MERGED, "--stage", "release", "--now", NOW]);
    assert!(
        released.contains("applied: EXC-2026-0007") && released.contains("ticket, not block, by exception EXC-2026-0007"),
        "{released}"
    );
}

#[test]
fn what_is_explained_is_what_check_decides() {
    let room = room();
    let checked = room.relgate(&["check", "--now", NOW, "--dry-run", "--output", "json=-"]).run().exits(1).json();
    let findings = checked["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 2);
    for finding in findings {
        let explained = room.relgate(&["explain", finding["id"].as_str().unwrap(), "--json", "--now", NOW]).run().exits(0).json();
        assert_eq!(explained["schema"], "relgate.explanation/v1");
        for key in ["action", "without_exceptions", "rules", "cause", "near_misses"] {
            assert_eq!(explained["finding"]["decision"][key], finding["decision"][key], "{key}");
        }
        assert_eq!(explained["finding"]["severity"]["assessments"], finding["severity"]["assessments"]);
        let is_one = |rule: &&Value| rule["outcome"].as_str().unwrap().starts_with("fires");
        let fired = explained["rules"].as_array().unwrap().iter().filter(is_one).count();
        assert_eq!(fired, finding["decision"]["rules"].as_array().unwrap().len());
    }
}

#[test]
fn a_finding_is_named_or_the_choice_is_shown() {
    let room = room();
    for name in ["GHSA-xvch-5gv4-984h", "cve-2021-44906"] {
        assert!(text(&room, &[name, "--now", NOW]).contains("CVE-2021-44906"));
    }
    let several = room.relgate(&["explain", "web/package-lock.json", "--now", NOW]).run().exits(2);
    several.says("undecided: ", "may be 2 findings; name one by its id");
    let several = room.relgate(&["explain", "web/package-lock.json", "--now", NOW]).run().exits(2);
    assert!(several.stdout.is_empty() && several.stderr.contains("CVE-2023-45133"), "{several}");
    room.relgate(&["explain", "CVE-2021-44907", "--now", NOW]).run().exits(2).says("undecided: ", "did you mean `CVE-2021-44906`?");
    room.relgate(&["explain", "F-12", "--now", NOW]).run().exits(2).says("undecided: ", "6 hexadecimal digits at least");
    room.write(".relgate/policy.yaml", "schema: relgate.policy/v1\nrule: []\n");
    room.relgate(&["explain", MERGED, "reports", "--now", NOW]).run().exits(2).says("undecided: ", "`rule`");
}

#[test]
fn a_saved_report_is_judged_again_or_told_as_it_is() {
    let room = room();
    room.relgate(&["check", "--stage", "pull_request", "--now", NOW, "--dry-run", "--output", "json=saved.json"]).run().exits(1);
    let saved = || text(&room, &[MERGED, "--report", "saved.json"]);
    assert_eq!(saved(), text(&room, &[MERGED, "--stage", "pull_request", "--now", NOW]), "as it was then");
    // A policy that was named then is found by the report.
    room.relgate(&["check", "reports", "--policy", "builtin:strict", "--now", NOW, "--dry-run", "--output", "json=strict.json"])
        .run()
        .exits(1);
    let strict = room.relgate(&["explain", MERGED, "--report", "strict.json", "--json"]).run().exits(0).json();
    assert!(rule(&strict, "known-exploited")["file"].as_str().unwrap().starts_with("builtin:"), "{strict}");

    let exceptions = room.read(".relgate/exceptions/pay.yaml");
    room.write(".relgate/exceptions/pay.yaml", exceptions.replace("stages: [release]", "stages: [pull_request]"));
    assert!(saved().contains("it is decided otherwise now: exceptions"), "{}", saved());
    room.write(".relgate/exceptions/pay.yaml", exceptions);

    let trivy = room.read("reports/trivy.json");
    room.write("reports/trivy.json", trivy.replace("0.69.3", "0.69.4"));
    let told = saved();
    for words in [
        "reports/trivy.json has changed",
        "new-dependency  builtin:standard:",
        "near miss: EXC-2026-0007",
        "Decision: block, by rule new-dependency",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    fs::remove_file(room.path("reports/trivy.json")).unwrap();
    assert!(saved().contains("reports/trivy.json is gone"), "{}", saved());
    room.write("reports/trivy.json", trivy);
    let policy = room.read(".relgate/policy.yaml");
    room.write(".relgate/policy.yaml", policy.replace("2027-01-01", "2027-02-01"));
    assert!(saved().contains(".relgate/policy.yaml has changed"), "{}", saved());

    for (text, word) in
        [("{}", "saved.json:1:2"), ("{\"schema\": \"x\"}", "`schema` is `x`"), ("{\"schema\": \"relgate.report/v1\"}", "missing field")]
    {
        room.write("saved.json", text);
        room.relgate(&["explain", MERGED, "--report", "saved.json"]).run().exits(2).says("undecided: ", word);
    }
    room.relgate(&["explain", MERGED, "reports", "--report", "saved.json"]).run().exits(2);
}

#[test]
fn hostile_words_forge_nothing() {
    const HOSTILE: &str = "\n::error::x\u{1b}[31m\u{202e}\r##[set-output name=a]b";
    let room = Room::new();
    let message = serde_json::json!({"text": HOSTILE});
    let place = serde_json::json!({"physicalLocation": {"artifactLocation": {"uri": "src/a.py"}, "region": {"startLine": 7}}});
    let result = serde_json::json!({"ruleId": HOSTILE, "level": "error", "message": message, "locations": [place]});
    let run = serde_json::json!({"tool": {"driver": {"name": HOSTILE}}, "results": [result]});
    room.write("a.sarif", serde_json::json!({"version": "2.1.0", "runs": [run]}).to_string());
    let policy = "{schema: relgate.policy/v1, name: p, owner: a@acme.example, extends: ['builtin:standard'], rules: [{id: r, when: {rule_id: ['*x*'], message: x, tool: [semgrep]}, action: ticket}]}";
    room.write("policy.yaml", policy);
    let told = text(&room, &["src/a.py:7", "a.sarif", "--policy", "policy.yaml"]);
    assert!(told.contains("message: \"x\"; here ⏎: :error::x"), "{told}");
    let json = text(&room, &["src/a.py:7", "a.sarif", "--policy", "policy.yaml", "--json"]);
    for text in [&told, &json] {
        assert!(!text.contains("##[") && !text.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'), "{text}");
        assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "{text}");
    }
}

#[test]
fn the_explanation_that_is_shown_is_the_real_one() {
    const FILE: &str = "docs/explain.md";
    let shown = read(FILE);
    let real = text(&room(), &[MERGED, "--stage", "pull_request", "--now", NOW]);
    let block = |text: &str| format!("<!-- transcript -->\n```text\n{text}```\n");
    hold(FILE, &shown.replace(&block(&marked(&shown, "transcript")), &block(&real)));
}

#[test]
fn what_other_tools_see_at_the_same_place_is_told() {
    let reports = ["fixtures/drift/reports/before/semgrep.sarif", "fixtures/drift/reports/before/bandit.json"].map(in_repository);
    let paths = reports.each_ref().map(|path| path.to_str().unwrap());
    let told: Value = serde_json::from_str(&text(&Room::new(), &["F-b934a2bfd232", paths[0], paths[1], "--now", NOW, "--json"])).unwrap();
    let group = told["finding"]["group"].as_str().unwrap();
    let shown = text(&Room::new(), &[told["finding"]["id"].as_str().unwrap(), paths[0], paths[1], "--now", NOW]);
    assert!(shown.contains(&format!("  group: other tools see it too, {group}\n")), "{shown}");
}

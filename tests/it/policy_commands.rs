//! `relgate policy check|show|test|diff`: what is told of policies, and what they would do.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::comparison;
use crate::docs::{marked, read};
use crate::schema::hold;
use crate::support::{NOW, Room, copy, in_repository, names};

/// A policy over `standard` with some keys more.
fn policy(keys: &str) -> String {
    format!("schema: relgate.policy/v1\nname: p\nowner: a@acme.example\nextends: [\"builtin:standard\"]\n{keys}\n")
}

/// A room with the demo's reports.
fn demo() -> Room {
    let room = Room::new();
    copy(&in_repository("fixtures/demo"), &room.path("reports"));
    room
}

#[test]
fn every_embedded_policy_has_tests_and_passes_them() {
    let files = names(&in_repository("policies"));
    let policies: Vec<&str> = files.iter().filter_map(|name| name.strip_suffix(".yaml")).filter(|name| !name.contains('.')).collect();
    assert!(policies.contains(&"standard") && policies.contains(&"strict"), "{files:?}");
    for policy in policies {
        assert!(files.contains(&format!("{policy}.test.yaml")), "{policy} has no tests");
        let done = Room::new().relgate(&["policy", "test", &format!("builtin:{policy}")]).run().exits(0);
        assert!(done.stdout.contains("  ok      ") && done.stderr.is_empty(), "{done}");
        let done = Room::new().relgate(&["policy", "check", "--policy", &format!("builtin:{policy}")]).run().exits(0);
        assert!(!done.stdout.contains("the rule `"), "{done}");
    }
}

#[test]
fn the_tests_that_are_shown_do_what_is_said() {
    const FILE: &str = "docs/policy-tests.md";
    let text = read(FILE);
    let room = Room::new();
    room.write(".relgate/policy.yaml", marked(&text, "policy"));
    room.write(".relgate/pay.test.yaml", marked(&text, "tests"));
    let done = room.relgate(&["policy", "test", "--junit", "out.xml"]).run().exits(1);
    let block = |text: &str| format!("<!-- output -->\n```text\n{text}```\n");
    hold(FILE, &text.replace(&block(&marked(&text, "output")), &block(&done.stdout)));
    let xml = room.read("out.xml");
    assert!(xml.contains(r#"tests="3" failures="1""#) && xml.contains("weak-hash: expected pass, got ticket"), "{xml}");
}

#[test]
fn the_lints_that_are_shown_are_told() {
    let text = read("docs/policy.md");
    let shown = marked(&text, "lints");
    let (before, _) = text.split_once("<!-- lints -->").unwrap();
    let (_, policy) = before.rsplit_once("```yaml policy\n").unwrap();
    let room = Room::new();
    room.write(".relgate/policy.yaml", policy.split_once("```").unwrap().0);
    let said = room.relgate(&["policy", "check"]).run().exits(0).stdout;
    assert!(shown.lines().count() == 3 && shown.lines().all(|line| said.lines().any(|real| real == line)), "{said}");
}

#[test]
fn a_test_that_cannot_be_tried_is_told_with_its_line() {
    let head = "schema: relgate.policy-test/v1\npolicy: builtin:standard\nnow: 2026-11-23T12:00:00Z\ntests:\n";
    let tell = |tests: &str| {
        let room = Room::new();
        room.write("p.test.yaml", format!("{head}{tests}"));
        room.relgate(&["policy", "test", "p.test.yaml"]).run().exits(2).stdout
    };
    for (finding, said) in [
        ("severity: hihg", "p.test.yaml:8:9: `hihg` is none of the words for it; did you mean `high`?"),
        ("severty: high", "p.test.yaml:8:9: a finding has no key `severty`; did you mean `severity`?"),
        ("score: 75", "p.test.yaml:8:9: not a score; scores are from 0.0 to 10.0"),
        ("epss: '1.5'", "p.test.yaml:8:9: not a probability; probabilities are from 0.0 to 1.0"),
    ] {
        let told = tell(&format!("  - name: a\n    findings:\n      - rule_id: x\n        {finding}\n    expect: {{action: pass}}\n"));
        assert!(told.contains(said), "{said}\n{told}");
    }
    let room = Room::new();
    room.write(
        "p.test.yaml",
        format!("{}  - {{name: a, findings: [], expect: {{verdict: pass}}}}\n", head.replace("standard", "standrad")),
    );
    let done = room.relgate(&["policy", "test", "p.test.yaml"]).run().exits(2);
    assert!(done.stdout.contains("did you mean `standard`?"), "{done}");
    Room::new().relgate(&["policy", "test"]).run().exits(2).says("undecided: ", "there is no test");
    Room::new().relgate(&["policy", "test", "none.yaml"]).run().exits(2);
}

#[test]
fn a_day_that_is_not_the_expected_one_is_told_with_what_sets_it() {
    let room = Room::new();
    room.write("p.yaml", policy("due: {clock: first_seen, high: 30d}"));
    let head = "schema: relgate.policy-test/v1\npolicy: p.yaml\nnow: 2026-11-23T12:00:00Z\ntests:\n";
    let finding = "findings: [{rule_id: x, severity: high, first_seen: 2026-11-01}]";
    let test = |name: &str, due: &str| format!("  - {{name: {name}, {finding}, expect: {{due: {due}}}}}\n");
    room.write("p.test.yaml", [head, &test("right", "2026-12-01"), &test("wrong", "never")].concat());
    let done = room.relgate(&["policy", "test", "p.test.yaml"]).run().exits(1);
    let said = "p.test.yaml:6: x: expected to be due never, and is due 2026-12-01: 30d for high, from first_seen 2026-11-01";
    assert!(done.stdout.contains(said) && done.stdout.contains("1 passed"), "{done}");
}

#[test]
fn a_day_that_nobody_knows_is_not_never() {
    let room = Room::new();
    room.write("p.yaml", policy("due: {clock: first_seen, high: 30d}"));
    let head = "schema: relgate.policy-test/v1\npolicy: p.yaml\nnow: 2026-11-23T12:00:00Z\ntests:\n";
    let test = |severity: &str, due: &str| {
        format!("  - {{name: {severity} {due}, findings: [{{rule_id: x, severity: {severity}}}], expect: {{due: {due}}}}}\n")
    };
    let tests = [test("high", "unknown"), test("low", "never"), test("high", "never"), test("low", "unknown")].concat();
    room.write("p.test.yaml", format!("{head}{tests}"));
    let done = room.relgate(&["policy", "test", "p.test.yaml"]).run().exits(1);
    assert!(done.stdout.contains("x: expected to be due never, and is due on a day that is unknown: 30d for high"), "{done}");
    assert!(done.stdout.contains("4 tests: 2 passed, 2 failed"), "{done}");
    room.write("p.test.yaml", format!("{head}{}", test("high", "nevr")));
    let done = room.relgate(&["policy", "test", "p.test.yaml"]).run().exits(2);
    assert!(done.stdout.contains("`due` cannot be `nevr`; write a date, `2026-11-23`, or `never` or `unknown`"), "{done}");
}

#[test]
fn tickets_and_the_lines_of_inspect_tell_who_and_since_when() {
    let room = Room::new();
    room.write(
        "p.yaml",
        policy("ownership: [{match: {category: [sast]}, owner: payments, accountable: maria@acme.example, contact: \"#pay\"}]"),
    );
    let finding = r#"{"rule_id":"x","category":"sast","severity":"medium","path":"a.py","start_line":1,"first_seen":"2026-11-01"}"#;
    let report = format!(r#"{{"schema":"relgate.findings/v1","tool":"t","category":"sast","complete":true,"findings":[{finding}]}}"#);
    room.write("a.json", report);
    let done = room.relgate(&["check", "a.json", "--policy", "p.yaml", "--now", NOW, "--dry-run"]).run();
    assert!(done.stdout.contains("- MEDIUM    x  a.py:1  ") && done.stdout.contains("; owner payments (ask #pay)  F-"), "{done}");
    let done = room.relgate(&["inspect", "--json", "a.json"]).run().exits(0);
    assert!(done.stdout.contains(r#""first_seen":"2026-11-01","published":null,"fix_released":null"#), "{done}");
}

#[test]
fn a_comparison_has_the_same_policy_under_both() {
    let room = demo();
    let head = "schema: relgate.policy/v1\nname: p\nowner: a@acme.example\n";
    room.write("same.yaml", head);
    room.write("all.yaml", format!("{head}rules: [{{id: all, when: {{severity: {{at_least: info}}}}, action: block}}]\n"));
    room.write("loose.yaml", format!("{head}enforcement: observe\n"));
    room.write("org.yaml", policy(""));
    let diff = |before: &str| {
        let args = ["policy", "diff", before, "all.yaml", "--reports", "reports", "--now", NOW, "--format", "json"];
        room.relgate(&[&args[..], &["--base-policy", "org.yaml"]].concat()).run()
    };
    let told = diff("same.yaml").exits(0).json();
    let of = |side: &str| told[side]["policy"]["files"].as_array().unwrap().iter().any(|file| file["path"] == "org.yaml");
    assert!(of("before") && of("after") && told["counts"]["changed"].as_u64().unwrap() > 0, "{told}");
    let refused = diff("loose.yaml").exits(2);
    assert!(refused.stderr.contains("loose.yaml:4:14: `enforcement` is looser"), "{refused}");
}

#[test]
fn tests_judge_reports_and_exceptions_too() {
    let room = demo();
    room.write(
        "p.test.yaml",
        "schema: relgate.policy-test/v1\npolicy: builtin:standard\nnow: 2026-11-23T12:00:00Z\ntests:\n  - {name: demo, reports: [reports], expect: {verdict: block}}\n  - {name: none, reports: [nowhere], expect: {verdict: pass}}\n",
    );
    let done = room.relgate(&["policy", "test", "p.test.yaml"]).run().exits(1);
    assert!(done.stdout.contains("ok      demo"), "{done}");
    assert!(done.stdout.contains("verdict: expected pass, got undecided: "), "{done}");
}

/// What `check` does about each finding, by its id.
fn actions(room: &Room, policy: &str, facts: &[&str]) -> (BTreeMap<String, String>, Value) {
    let args = [&["check", "reports", "--policy", policy, "--dry-run", "--now", NOW, "--output", "json=-"], facts].concat();
    let report = room.relgate(&args).run().json();
    let of = |finding: &Value| {
        let (id, action) = (&finding["id"], &finding["decision"]["action"]);
        (id.as_str().unwrap().to_owned(), action.as_str().unwrap().to_owned())
    };
    (report["findings"].as_array().unwrap().iter().map(of).collect(), report["counts"]["by_action"].clone())
}

#[test]
fn a_comparison_is_what_two_runs_differ_in() {
    let room = demo();
    room.write("loose.yaml", policy("rules: [{id: sqli, when: {cwe: [89]}, action: block}]"));
    for (before, after, facts) in [
        ("builtin:standard", "builtin:strict", &["--stage", "nightly"][..]),
        ("builtin:strict", "loose.yaml", &[]),
        ("loose.yaml", "builtin:standard", &["--stage", "release"]),
        ("builtin:observe", "builtin:standard", &[]),
    ] {
        let args = [&["policy", "diff", before, after, "--reports", "reports", "--now", NOW, "--format", "json"], facts].concat();
        let diff = room.relgate(&args).run().exits(0).json();
        comparison::check(&diff);
        let ((one, one_counts), (other, other_counts)) = (actions(&room, before, facts), actions(&room, after, facts));
        assert_eq!((&diff["before"]["by_action"], &diff["after"]["by_action"]), (&one_counts, &other_counts));
        let told: BTreeMap<(&str, &str), &str> = diff["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| ((finding["id"].as_str().unwrap(), finding["from"].as_str().unwrap()), finding["to"].as_str().unwrap()))
            .collect();
        let real: BTreeMap<(&str, &str), &str> = one
            .iter()
            .filter(|(id, action)| other[*id] != **action)
            .map(|(id, action)| ((id.as_str(), action.as_str()), other[id].as_str()))
            .collect();
        assert_eq!(told, real, "{before} {after}");
        assert_eq!(diff["counts"]["changed"], real.len());
        let sum = |key: &str| diff[key].as_array().unwrap().iter().map(|row| row["findings"].as_u64().unwrap()).sum::<u64>();
        assert_eq!((sum("changes"), sum("groups")), (real.len() as u64, real.len() as u64));
        for format in ["text", "markdown"] {
            let args = [&args[..args.len() - facts.len() - 1], &[format], facts].concat();
            let page = room.relgate(&args).run().exits(0).stdout;
            let said = if real.is_empty() { "nothing changes for ".to_owned() } else { format!("{} of ", real.len()) };
            assert!(page.contains(&said), "{page}");
        }
    }
}

#[test]
fn a_comparison_names_the_rule_that_makes_the_difference() {
    let room = demo();
    room.write("more.yaml", policy("rules:\n  - {id: all, when: {severity: {at_least: info}}, action: block}"));
    let diff = |before: &str, after: &str| {
        room.relgate(&["policy", "diff", before, after, "--reports", "reports", "--now", NOW, "--format", "json"]).run().exits(0).json()
    };
    for (report, side) in [(diff("builtin:standard", "more.yaml"), "after"), (diff("more.yaml", "builtin:standard"), "before")] {
        let groups = report["groups"].as_array().unwrap();
        assert!(!groups.is_empty());
        for group in groups {
            assert_eq!((&group["rule"], &group["line"], &group["side"]), (&"all".into(), &6.into(), &side.into()), "{group}");
        }
    }
    room.write("bad.yaml", "schema: relgate.policy/v1\n");
    room.relgate(&["policy", "diff", "builtin:standard", "bad.yaml", "--reports", "reports"])
        .run()
        .exits(2)
        .says("undecided: bad.yaml:1:1", "lacks");
    room.relgate(&["policy", "diff", "builtin:standard", "builtin:strict", "--reports", "nowhere"])
        .run()
        .exits(2)
        .says("undecided: ", "nothing");
    room.write("reports/broken.sarif", "{");
    let done = room.relgate(&["policy", "diff", "builtin:standard", "more.yaml", "--reports", "reports"]).run().exits(0);
    assert!(done.stdout.contains("could not be read or are not whole") && done.stdout.contains("reports/broken.sarif: "), "{done}");
}

#[test]
fn what_has_nothing_to_do_with_reports_is_told() {
    let room = demo();
    let overrides = "severity: {overrides: [{rule_id: nope, severity: high, reason: it is graver than told, owner: a@acme.example}]}";
    room.write(
        "p.yaml",
        policy(&format!("{overrides}\nrules: [{{id: idle, when: {{path: [\"nowhere/**\"]}}, on_unknown: skip, action: block}}]")),
    );
    let done = room.relgate(&["policy", "check", "--policy", "p.yaml", "--reports", "reports"]).run().exits(0);
    for said in
        ["warning: p.yaml:5:24: the override matches nothing in these reports", "note: p.yaml:6:9: the rule `idle` fires on nothing"]
    {
        assert!(done.stdout.contains(said), "{said}\n{done}");
    }
    let done = room.relgate(&["policy", "check", "--policy", "p.yaml"]).run().exits(0);
    assert!(!done.stdout.contains("in these reports"), "{done}");
    room.relgate(&["policy", "check", "--policy", "p.yaml", "--reports", "nowhere"])
        .run()
        .exits(2)
        .says("undecided: ", "nothing could be read");
}

#[test]
fn a_row_of_ownership_that_never_counts_is_told() {
    let room = Room::new();
    let row = |path: &str, owner: &str| format!("  - {{match: {{path: [{path}]}}, owner: {owner}, accountable: a@acme.example}}");
    let rows = [row("\"pay/**\"", "pay"), row("lib/b.rs", "lib"), row("pay/a.rs, \"pay/**\"", "late")].join("\n");
    room.write("p.yaml", policy(&format!("ownership:\n{rows}")));
    let done = room.relgate(&["policy", "check", "--policy", "p.yaml"]).run().exits(0);
    let told: Vec<&str> = done.stdout.lines().filter(|line| line.contains("never counts")).collect();
    let said = "warning: p.yaml:8:5: the row of `late` never counts: the row of `pay` (p.yaml:6) stands before it and matches whatever it does; put it first, or remove it";
    assert_eq!(told, [said], "{done}");
}

#[test]
fn each_value_that_is_shown_says_where_it_comes_from() {
    let room = Room::new();
    room.write("org.yaml", policy("escalation: [b@acme.example]\ndue: {critical: 7d}"));
    room.write(
        "p.yaml",
        "schema: relgate.policy/v1\nname: q\nowner: c@acme.example\nextends: [org.yaml]\nescalation: [d@acme.example]\ncontext: {exposure: public}\nexceptions: {roles: {approver: [e@acme.example]}, unused: undecided}\n",
    );
    let shown = room.relgate(&["policy", "show", "--policy", "p.yaml"]).run().exits(0).stdout;
    for line in [
        "name: \"q\"  # p.yaml:2",
        "enforcement: enforce  # default",
        "  exposure: public  # p.yaml:6",
        "  - \"b@acme.example\"  # org.yaml:5",
        "  - \"d@acme.example\"  # p.yaml:5",
        "  unrated_as: high  # default",
        "  clock: first_seen  # standard.yaml:93",
        "  critical: 7d  # org.yaml:6",
        "    approver: [\"e@acme.example\"]  # p.yaml:7",
        "  unused: undecided  # p.yaml:7",
        "  warn_before_expiry: 14d  # default",
    ] {
        assert!(shown.lines().any(|real| real == line), "{line}\n{shown}");
    }
    let without = |line: &&str| {
        !["schema:", "context:", "inputs:", "  require:", "severity:", "rules:", "due:", "exceptions:"]
            .iter()
            .any(|key| line.starts_with(key))
    };
    let bare: Vec<&str> = shown
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter(without)
        .filter(|line| !line.contains("  # ") && !line.ends_with(':'))
        .collect();
    assert_eq!(bare, [""; 0]);
}

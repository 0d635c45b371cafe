//! The commands that list, write, renew, revoke and import exceptions.

use std::collections::BTreeSet;

use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::{Value, json};

use crate::support::{Done, Room, copy, in_repository};

const POLICY: &str = r#"{schema: relgate.policy/v1, name: p, owner: a@acme.example, extends: ["builtin:standard"],
  exceptions: {roles: {approver: [dana@acme.example, eve@acme.example]}}}"#;

/// The day of the runs: 2026-11-23.
const EPOCH: &str = "1795435200";

/// A project with the demo's reports and a policy under which Dana and Eve may approve.
fn project() -> Room {
    let room = Room::new();
    copy(&in_repository("fixtures/demo"), &room.path("reports"));
    room.write(".relgate/policy.yaml", POLICY);
    room
}

fn run(room: &Room, args: &[&str]) -> Done {
    room.relgate(args).env("SOURCE_DATE_EPOCH", EPOCH).run()
}

/// A record about `js/a.js`, approved on 2026-11-02.
fn record(id: &str, more: &Value) -> Value {
    let mut record = json!({
        "id": id, "type": "risk_acceptance", "status": "approved", "match": {"rule_id": "local.eval-use", "path": [format!("js/{id}.js")]},
        "effect": "ticket", "reason": "The input is validated upstream.", "requester": "ola@acme.example",
        "accountable": {"email": "dana@acme.example", "role": "approver"}, "ticket": "PAY-1", "approved": "2026-11-02",
        "expires": "2026-12-20",
    });
    let record_of = record.as_object_mut().unwrap();
    record_of.extend(more.as_object().unwrap().clone());
    record_of.retain(|_, value| !value.is_null());
    record
}

fn shelve(room: &Room, records: &[Value]) {
    let document = json!({"schema": "relgate.exceptions/v1", "exceptions": records});
    room.write(".relgate/exceptions/pay.yaml", document.to_string());
}

/// A register of everything there can be.
fn register() -> Room {
    let room = project();
    let hit = json!({"match": {"rule_id": "local.eval-use", "path": ["js/a.js"]}, "expires": "2026-12-24"});
    let soon = json!({"expires": "2026-11-30", "accountable": {"email": "Eve+x@acme.example", "role": "approver"}, "title": "=1+1, \"the other\""});
    let proposed = json!({"status": "proposed", "accountable": null, "ticket": null, "approved": null, "title": "@a [x](http://a) <b>"});
    shelve(
        &room,
        &[
            record("EXC-1", &hit),
            record("EXC-2", &soon),
            record("EXC-3", &json!({"expires": "2026-11-20"})),
            record("EXC-4", &proposed),
            record("EXC-5", &json!({"status": "revoked"})),
        ],
    );
    room
}

fn ids(done: &Done) -> Vec<String> {
    done.json()["exceptions"].as_array().unwrap().iter().map(|record| record["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_register_is_filtered_by_every_condition_at_once() {
    let room = register();
    let listed = |args: &[&str]| {
        let args: Vec<&str> = ["exception", "list", "--format", "json"].iter().chain(args).copied().collect();
        ids(&run(&room, &args).exits(0))
    };
    assert_eq!(listed(&[]), ["EXC-2", "EXC-1", "EXC-3", "EXC-4", "EXC-5"]);
    assert_eq!(listed(&["--expiring", "7d"]), ["EXC-2"]);
    assert_eq!(listed(&["--expiring", "6d"]), [""; 0]);
    assert_eq!(listed(&["--expiring", "60d"]), ["EXC-2", "EXC-1"]);
    assert_eq!(listed(&["--expiring", "60d", "--owner", "DANA@acme.example"]), ["EXC-1"]);
    assert_eq!(listed(&["--expired"]), ["EXC-3"]);
    assert_eq!(listed(&["--expired", "--now", "2026-11-20T23:00:00Z"]), [""; 0]);
    assert_eq!(listed(&["--owner", "eve@acme.example"]), ["EXC-2"]);
    assert_eq!(listed(&["--unused", "--reports", "reports"]), ["EXC-2"]);
    assert_eq!(listed(&["--unused", "--reports", "reports", "--expiring", "6d"]), [""; 0]);
    run(&room, &["exception", "list", "--expiring", "soon"]).exits(2).says("undecided: --expiring soon: ", "such as 30d");
    run(&room, &["exception", "list", "--owner", "dana"]).exits(2).says("undecided: --owner dana: ", "mail address");
    run(&room, &["exception", "list", "--unused"]).exits(2).says("undecided: no report was read", "inputs.reports");
    room.write("reports/cut.json", "{\"runs\": [");
    let done = run(&room, &["exception", "list", "--unused", "--reports", "reports"]).exits(2);
    assert!(done.stdout.is_empty() && done.stderr.contains("cut.json"), "{done}");
}

/// The lines of a CSV document, each with its cells (RFC 4180).
fn csv(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, quoted) {
            ('"', true) if chars.peek() == Some(&'"') => cell.extend(chars.next()),
            ('"', _) => quoted = !quoted,
            (',', false) => row.push(std::mem::take(&mut cell)),
            ('\r', false) => {
                assert_eq!(chars.next(), Some('\n'));
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            _ => cell.push(c),
        }
    }
    assert!(row.is_empty() && cell.is_empty() && !quoted, "{text}");
    rows
}

#[test]
fn every_format_tells_the_same_records() {
    let room = register();
    let list = |format: &str| run(&room, &["exception", "list", "--format", format]).exits(0);
    let done = list("json");
    let told = done.json();
    assert_eq!((&told["schema"], &told["today"], &told["all"]), (&json!("relgate.exception-list/v1"), &json!("2026-11-23"), &json!(5)));
    let states: Vec<&str> = told["exceptions"].as_array().unwrap().iter().map(|record| record["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["ends_soon", "in_force", "expired", "proposed", "revoked"]);
    let rows = csv(&list("csv").stdout);
    assert!(rows.iter().all(|row| row.len() == rows[0].len()) && rows.len() == 6, "{rows:?}");
    let column = |name: &str| {
        let at = rows[0].iter().position(|head| head == name).unwrap_or_else(|| panic!("no column {name}"));
        rows[1..].iter().map(|row| row[at].as_str()).collect::<Vec<_>>()
    };
    assert_eq!(column("id"), ids(&done));
    assert_eq!(column("title"), ["'=1+1, \"the other\"", "", "", "'@a [x](http://a) <b>", ""]);
    assert_eq!(column("days_left"), ["7", "31", "-3", "27", "27"]);
    for name in ["type", "status", "matches", "effect", "reason", "requester", "expires", "file"] {
        assert!(column(name).iter().all(|cell| !cell.is_empty()), "{name}: {rows:?}");
    }
    let text = list("markdown").stdout;
    let events: Vec<Event<'_>> = Parser::new_ext(&text, Options::all()).collect();
    let rows = events.iter().filter(|event| matches!(event, Event::Start(Tag::TableRow))).count();
    let bad =
        |event: &&Event<'_>| matches!(event, Event::Start(Tag::Link { .. } | Tag::Image { .. }) | Event::Html(_) | Event::InlineHtml(_));
    assert_eq!((rows, events.iter().filter(bad).count()), (5, 0), "{text}");
    let codes: BTreeSet<String> =
        events.iter().filter_map(|event| if let Event::Code(code) = event { Some(code.to_string()) } else { None }).collect();
    assert!(ids(&done).iter().all(|id| codes.contains(id)) && codes.contains("dana@acme.example"), "{text}");
    let none = run(&room, &["exception", "list", "--expiring", "1d", "--format", "markdown"]).exits(0).stdout;
    assert_eq!(none, "## 0 of 5 exceptions: ending within 1 day\n\nThere is none.\n");
}

/// What every record needs that only a person can say.
const TOLD: [&str; 6] = ["--type", "risk_acceptance", "--reason", "The input comes from our own build.", "--requester", "ola@acme.example"];

fn new(room: &Room, args: &[&str]) -> Done {
    let args: Vec<&str> = ["exception", "new"].iter().chain(args).chain(&TOLD).copied().collect();
    room.relgate(&args).run()
}

/// The JSON report of the demo at noon of a day.
fn judged(room: &Room, day: &str) -> Value {
    let now = format!("{day}T12:00:00Z");
    room.relgate(&["check", "reports", "--now", &now, "--dry-run", "--output", "json=-"]).run().exits(1).json()
}

fn blocking(report: &Value) -> BTreeSet<String> {
    let blocks = report["findings"].as_array().unwrap().iter().filter(|finding| finding["decision"]["action"] == "block");
    blocks.map(|finding| finding["id"].as_str().unwrap().to_owned()).collect()
}

/// A value of a record's key, as the file says it.
fn value(text: &str, key: &str) -> String {
    let line = text.lines().find_map(|line| line.trim_start().trim_start_matches("- ").strip_prefix(&format!("{key}: ")));
    line.unwrap_or_else(|| panic!("no {key}: {text}")).to_owned()
}

fn next_day(day: &str) -> String {
    day.parse::<jiff::civil::Date>().unwrap().tomorrow().unwrap().to_string()
}

#[test]
fn an_approved_record_makes_one_blocker_a_ticket_until_its_day() {
    let room = project();
    let before = blocking(&judged(&room, "2026-11-23"));
    let args = ["js/a.js:6", "reports", "--approve", "approver:dana@acme.example", "--ticket", "PAY-7"];
    let done = new(&room, &args).exits(0);
    assert!(done.stdout.contains("who may approve it: approver (dana@acme.example, eve@acme.example), 30 days at most"), "{done}");
    let (file, id) = {
        let line = done.stdout.lines().next().unwrap();
        let id = line.split(['\u{20}', ',']).nth(1).unwrap().to_owned();
        (format!(".relgate/exceptions/{}.yaml", id.to_lowercase()), id)
    };
    assert!(id.starts_with("EXC-2") && id.ends_with("-0001"), "{done}");
    let text = room.read(&file);
    assert_eq!(value(&text, "rule_id"), "semgrep:local.eval-use");
    assert_eq!(value(&text, "fingerprint"), "ctx/1:0f95581867bb093f2f4cb2508eca4434");
    assert_eq!(value(&text, "path"), "[\"js/a.js\"]");
    let check = room.relgate(&["exception", "check"]).run().exits(0).stdout;
    assert!(check.ends_with("ok: 1 record in 1 file\n") && !check.contains("warning"), "{check}");
    let (approved, expires) = (value(&text, "approved"), value(&text, "expires"));
    for day in [&approved, &expires] {
        let report = judged(&room, day);
        let gone: Vec<String> = before.difference(&blocking(&report)).cloned().collect();
        assert_eq!(gone, ["F-0f95581867bb"]);
        let finding = report["findings"].as_array().unwrap().iter().find(|finding| finding["id"] == "F-0f95581867bb").unwrap();
        assert_eq!(finding["decision"]["action"], "ticket");
        assert_eq!(finding["decision"]["exceptions"][0]["accountable"], "dana@acme.example");
    }
    let report = judged(&room, &next_day(&expires));
    assert_eq!(blocking(&report), before);
    let finding = report["findings"].as_array().unwrap().iter().find(|finding| finding["id"] == "F-0f95581867bb").unwrap();
    let why = finding["decision"]["near_misses"][0]["why"].as_str().unwrap();
    assert!(why.contains("expired") || why.contains("ended"), "{why}");
    // The next one has the next number, in the same file.
    let done = new(&room, &["GHSA-765h-qjxv-5f44", "reports", "--file", &file]).exits(0);
    assert!(done.stdout.contains("-0002, proposed, to ") && done.stdout.contains("no report tells the version"), "{done}");
    let both = room.read(&file);
    assert!(
        both.starts_with(&text) && both.contains("vulnerability: GHSA-765h-qjxv-5f44") && both.contains("allow_any_version: true"),
        "{both}"
    );
    assert!(!both.contains("approved:\n") && both.matches("status: proposed").count() == 1, "{both}");
    room.relgate(&["exception", "check"]).run().exits(0);
    assert_eq!(blocking(&judged(&room, &approved)).len(), before.len() - 1);
}

#[test]
fn a_saved_report_names_the_same_finding() {
    let room = project();
    room.relgate(&["check", "reports", "--output", "json=saved.json"]).run().exits(1);
    let print = |args: &[&str]| new(&room, &[args, &["--dry-run", "--expires", "10d"]].concat()).exits(0).stdout;
    let (live, saved) = (print(&["F-0f95581867bb", "reports"]), print(&["F-0f95581867bb", "--report", "saved.json"]));
    assert_eq!(live, saved);
    assert!(live.starts_with("# yaml-language-server: $schema=") && live.contains("schemas/exceptions.v1.json"), "{live}");
    // Only a place is known of it, which another may come to stand on.
    let place = print(&["F-b87f44b0e0bf", "--report", "saved.json"]);
    assert!(!place.contains("fingerprint") && place.contains("rule_id: hadolint:DL3020") && place.contains("[\"Dockerfile\"]"), "{place}");
    assert!(!print(&["F-b87f44b0e0bf", "reports", "--no-path"]).contains("Dockerfile\"]"));
    assert!(!room.path(".relgate/exceptions").exists());
}

#[test]
fn a_record_that_would_not_count_is_not_written() {
    let room = project();
    let done = room.relgate(&["exception", "new", "F-0f95581867bb", "reports"]).run().exits(2);
    assert_eq!(done.stderr, "undecided: a record needs --type, --reason, --requester; nothing was written\n");
    let done = room.relgate(&[
        "exception",
        "new",
        "F-0f95581867bb",
        "reports",
        "--type",
        "compensating_control",
        "--approve",
        "approver:eve@acme.example",
    ]);
    done.run().exits(2).says("undecided: a record needs --reason, --requester, --control, --evidence, --ticket", "nothing was written");
    let refused = |args: &[&str], word: &str| new(&room, &[&["js/a.js:6", "reports"], args].concat()).exits(2).says("undecided: ", word);
    let mut own = vec!["exception", "new", "js/a.js:6", "reports", "--approve", "approver:dana@acme.example", "--ticket", "PAY-1"];
    own.extend(TOLD.map(|told| if told == "ola@acme.example" { "Dana+x@acme.example" } else { told }));
    room.relgate(&own).run().exits(2).says("undecided: ", "asks for it and approves it");
    refused(&["--approve", "approver:kim@acme.example", "--ticket", "PAY-1"], "kim@acme.example does not hold the role");
    refused(&["--approve", "boss:dana@acme.example", "--ticket", "PAY-1"], "no policy defines the role `boss`");
    refused(&["--approve", "dana@acme.example", "--ticket", "PAY-1"], "ROLE:ADDRESS");
    refused(&["--approve", "approver:dana@acme.example", "--ticket", "soon"], "`ticket` cannot be `soon`");
    refused(&["--expires", "31d"], "30 at most are admitted");
    refused(&["--expires", "2020-01-01"], "past");
    refused(&["--expires", "soon"], "such as 30d");
    refused(&["--id", "a b"], "`id`");
    refused(&["--file", "reports"], "reports");
    new(&room, &["local.eval-use", "reports"]).exits(2).says("undecided: `local.eval-use` may be ", "name one by its id");
    new(&room, &["js/a.js:6", "reports", "--reason", "x"]).exits(2);
    let reason: [&str; 6] = ["--type", "risk_acceptance", "--reason", "a\u{202e}b is what this does", "--requester", "ola@acme.example"];
    let args: Vec<&str> = ["exception", "new", "js/a.js:6", "reports"].iter().chain(&reason).copied().collect();
    room.relgate(&args).run().exits(2).says("undecided: ", "U+202E");
    assert!(!room.path(".relgate/exceptions").exists());
    // One record that is wrong is mended first, and a file in brackets is not touched.
    room.write(".relgate/exceptions/a.yaml", "schema: relgate.exceptions/v1\nexceptions: [{id: EXC-1}]\n");
    new(&room, &["js/a.js:6", "reports"]).exits(2).says("undecided: .relgate/exceptions/a.yaml:2:", "lacks");
    shelve(&room, &[record("EXC-1", &json!({"status": "proposed"}))]);
    std::fs::remove_file(room.path(".relgate/exceptions/a.yaml")).unwrap();
    let text = room.read(".relgate/exceptions/pay.yaml");
    refused(&["--file", ".relgate/exceptions/pay.yaml"], "brackets");
    refused(&["--id", "exc-1"], "is taken");
    assert_eq!(room.read(".relgate/exceptions/pay.yaml"), text);
}

#[test]
fn a_record_is_renewed_and_revoked_and_nothing_else_changes() {
    let room = project();
    let ends = |days: i64| (relgate::base::date::date_of(jiff::Timestamp::now()) + jiff::Span::new().days(days)).to_string();
    let text = |renewal: &str, end: &str| {
        let (start, first) = (ends(-20), ends(5));
        format!(
            "# ours\r\nschema: relgate.exceptions/v1\r\nexceptions:\r\n  # the first\r\n  - id: EXC-1   # one\r\n    type: risk_acceptance\r\n    status: approved # by mail\r\n    match: {{rule_id: local.eval-use, path: [js/a.js]}}\r\n    effect: ticket\r\n    reason: >-\r\n      The input is\r\n      ours.\r\n    requester: ola@acme.example\r\n    accountable: {{email: dana@acme.example, role: approver}}\r\n    ticket: PAY-1\r\n    approved: {start}\r\n    expires: {end} # soon\r\n{renewal}\r\n  - id: EXC-2\r\n    type: risk_acceptance\r\n    status: proposed\r\n    match: {{rule_id: b, path: [b.js]}}\r\n    effect: ticket\r\n    reason: the input is ours\r\n    requester: ola@acme.example\r\n    expires: {first}\r\n# the end"
        )
    };
    let file = ".relgate/exceptions/pay.yaml";
    let before = text("", &ends(5));
    room.write(file, format!("\u{feff}{before}"));
    let exception = |args: &[&str]| {
        let args: Vec<&str> = ["exception"].iter().chain(args).copied().collect();
        room.relgate(&args).run()
    };
    let renew =
        |id: &str, expires: &str, by: &str| exception(&["renew", id, "--expires", expires, "--by", by, "--reason", "The driver is late."]);
    let refused = |done: Done, word: &str| {
        let done = done.exits(2).says("undecided: ", word);
        assert_eq!(room.read(file), format!("\u{feff}{before}"), "{done}");
    };
    refused(renew("EXC-1", "91d", "eve@acme.example"), "it would last 91 days, 90 at most");
    refused(renew("EXC-1", "400d", "eve@acme.example"), "no limits row admits more than 365");
    refused(renew("EXC-1", "5d", "eve@acme.example"), "later than");
    refused(renew("EXC-1", "20d", "ola@acme.example"), "renews it");
    refused(renew("EXC-1", "20d", "kim@acme.example"), "holds no role");
    refused(renew("EXC-1", "20d", "kim"), "mail address");
    refused(renew("EXC-2", "20d", "eve@acme.example"), "proposed");
    refused(renew("EXC-9", "20d", "eve@acme.example"), "did you mean");
    refused(exception(&["renew", "EXC-1", "--expires", "20d", "--by", "eve@acme.example", "--reason", "n/a"]), "says nothing");
    refused(exception(&["revoke", "EXC-9"]), "did you mean");
    let done =
        exception(&["renew", "EXC-1", "--expires", "20d", "--by", "eve@acme.example", "--reason", "The driver is late.", "--dry-run"])
            .exits(0);
    assert!(done.stdout.contains("# the end") && room.read(file).ends_with(&before), "{done}");
    renew("EXC-1", "20d", "eve@acme.example").exits(0);
    let renewal = format!(
        "    renewals:\r\n      - {{\"approved\": \"{}\", \"expires\": \"{}\", \"by\": \"eve@acme.example\", \"reason\": \"The driver is late.\"}}\r\n",
        ends(0),
        ends(20)
    );
    // The blank line behind the record stays behind it.
    let after = text(&renewal, &ends(20));
    assert_eq!(room.read(file), format!("\u{feff}{after}"));
    exception(&["check"]).exits(0);
    exception(&["revoke", "exc-1"]).exits(0);
    assert_eq!(room.read(file), format!("\u{feff}{}", after.replace("status: approved # by mail", "status: revoked # by mail")));
    exception(&["revoke", "EXC-1"]).exits(2).says("undecided: ", "is revoked already");
    // What ended more than a day ago is asked for anew.
    room.write(file, text("", &ends(-2)));
    renew("EXC-1", "20d", "eve@acme.example").exits(2).says("undecided: ", "ended on");
    assert_eq!(room.read(file), text("", &ends(-2)));
    room.write(file, text("", &ends(-1)));
    renew("EXC-1", "20d", "eve@acme.example").exits(0);
}

/// What each kind of file looks like in projects: its name and its text.
const IGNORED: [(&str, &str); 6] = [
    (".trivyignore", "# The risk is accepted by the team\nCVE-2018-14618\nCVE-2019-14697 exp:2020-01-01\nAVD-DS-0002\nGPL-3.0\n"),
    (
        ".trivyignore.yaml",
        "vulnerabilities:\n  - id: CVE-2022-40897\n    paths: [\"usr/local/setuptools.egg-info/**\"]\n    statement: Accept the risk\n  - id: CVE-2023-2650\n    paths: [\"**\"]\nmisconfigurations:\n  - id: DS001\n    paths: [docs/Dockerfile]\nsecrets:\n  - id: aws-access-key-id\n    paths: [foo/bar/aws.secret]\n",
    ),
    (
        ".grype.yaml",
        "ignore:\n  - vulnerability: CVE-2008-4318\n    reason: n/a\n  - fix-state: wont-fix\n  - vulnerability: GHSA-1234-5678-9abc\n    package: {name: lodash, version: \"4.17.15\", type: npm}\n",
    ),
    (
        "web/osv-scanner.toml",
        "[[IgnoredVulns]]\nid = \"GO-2022-0968\"\nignoreUntil = 2099-11-09\nreason = \"No ssh servers are written in Go here\"\n\n[[PackageOverrides]]\nname = \"lib\"\nignore = true\n",
    ),
    (
        ".snyk",
        "version: v1.25.0\nignore:\n  SNYK-JS-TMP-11501554:\n    - '*':\n        reason: https://jira.acme.example/browse/IS-5312\n        expires: 2099-11-06T14:18:34.2257Z\n  'npm:ms:20170412':\n    - debug > ms: {reason: None given}\npatch: {}\n",
    ),
    (
        "deny.toml",
        "[advisories]\nignore = [\"RUSTSEC-2020-0168\", { id = \"RUSTSEC-2024-0436\", reason = \"Only the build uses it.\" }, \"a@0.1\"]\n",
    ),
];

#[test]
fn what_other_tools_ignore_is_proposed_and_what_no_record_says_is_told() {
    let room = project();
    for (name, text) in IGNORED {
        room.write(name, text);
    }
    let import = |args: &[&str]| {
        let args: Vec<&str> = ["exception", "import", "--requester", "ola@acme.example"].iter().chain(args).copied().collect();
        room.relgate(&args).run()
    };
    let files: Vec<&str> = IGNORED.iter().map(|(name, _)| *name).collect();
    let printed = import(&[&files[..], &["--dry-run"]].concat()).exits(0);
    let file = ".relgate/exceptions/imported.yaml";
    assert!(!room.path(file).exists());
    let done = import(&files).exits(0);
    assert!(done.stdout.starts_with("wrote 11 proposed to .relgate/exceptions/imported.yaml; 7 could not be imported\n"), "{done}");
    assert_eq!(room.read(file), printed.stdout);
    for told in [
        ".trivyignore:3:1: `CVE-2019-14697` is not imported: it ended on 2019-12-31",
        ".trivyignore:5:1: `GPL-3.0` is not imported: it may be",
        ".trivyignore.yaml:5:1: `CVE-2023-2650` is not imported: `path` matches every file",
        ".grype.yaml:4:1: `fix-state` is not imported: it depends on `fix-state`",
        "web/osv-scanner.toml:6:1: `lib` is not imported",
        ".snyk:8:1: `npm:ms:20170412` is not imported: it is only about the path `debug > ms`",
        "deny.toml:2:1: `a@0.1` is not imported: a crate that was yanked",
    ] {
        assert!(done.stderr.lines().any(|line| line.starts_with("note: ") && line.contains(told)), "{told}\n{done}");
    }
    room.relgate(&["exception", "check"]).run().exits(0);
    let listed = room.relgate(&["exception", "list", "--format", "json"]).run().exits(0).json();
    let listed = listed["exceptions"].as_array().unwrap();
    assert!(listed.len() == 11 && listed.iter().all(|record| record["status"] == "proposed"), "{listed:?}");
    let of = |about: &str| listed.iter().find(|record| record["about"] == about).unwrap_or_else(|| panic!("no {about}: {listed:?}"));
    let days = |about: &str| of(about)["days_left"].as_i64().unwrap();
    let reason = |about: &str| of(about)["reason"].as_str().unwrap().to_owned();
    assert_eq!(of("CVE-2018-14618 any version")["title"], "imported from .trivyignore:2");
    assert_eq!(reason("CVE-2018-14618 any version"), "The risk is accepted by the team");
    assert_eq!(reason("CVE-2008-4318 any version"), "Imported from .grype.yaml:2, which gives no reason; say why.");
    assert_eq!(reason("SNYK-JS-TMP-11501554 any version"), "Imported from .snyk:4, which gives no reason; say why.");
    assert_eq!((days("GO-2022-0968 any version web/*"), days("GHSA-1234-5678-9abc pkg:npm/lodash 4.17.15")), (30, 30));
    assert!(listed.iter().any(|record| record["about"] == "trivy:AVD-DS-0002"));
    // It excuses nothing, is not written over, and takes the next numbers.
    assert_eq!(blocking(&judged(&room, &value(&printed.stdout, "created"))).len(), 17);
    import(&files).exits(2).says("undecided: .relgate/exceptions/imported.yaml is there already", "nothing was written");
    assert_eq!(room.read(file), printed.stdout);
    room.write("ignored.txt", "CVE-2018-14618 exp:2099-01-01\n");
    import(&["ignored.txt"]).exits(2).says("undecided: ignored.txt: its name does not say what it is", "trivyignore");
    let more = import(&["ignored.txt", "--from", "trivyignore", "--output", ".relgate/exceptions/more.yaml"]).exits(0);
    assert!(room.read(".relgate/exceptions/more.yaml").contains("-0012\n"), "{more}");
    import(&[".none", "--from", "snyk"]).exits(2).says("undecided: .none", "there is no such file");
    room.write(".snyk", "ignore: &a 1\n");
    import(&[".snyk", "--output", ".relgate/exceptions/x.yaml"]).exits(2).says("undecided: .snyk:1:12: ", "anchor");
    room.relgate(&["exception", "import", ".snyk", "--requester", "ola"])
        .run()
        .exits(2)
        .says("undecided: --requester ola: ", "mail address");
    assert!(!room.path(".relgate/exceptions/x.yaml").exists());
}

#[test]
fn who_edits_one_file_at_once_loses_nothing_in_silence() {
    let room = Room::new();
    room.write(".relgate/policy.yaml", "schema: relgate.policy/v1\nname: p\nowner: a@acme.example\nextends: [\"builtin:standard\"]\nexceptions: {roles: {approver: [dana@acme.example]}}\n");
    copy(&in_repository("fixtures/demo"), &room.path("reports"));
    let new = |n: usize| {
        let id = format!("P{n}");
        let args = ["exception", "new", "DL3020", "reports", "--type", "risk_acceptance", "--requester", "ola@acme.example", "--id", &id];
        room.relgate(&[&args[..], &["--reason", "ADD only fetches our own archive.", "--file", ".relgate/exceptions/par.yaml"]].concat())
            .run()
    };
    let wrote = std::thread::scope(|scope| {
        let all: Vec<_> = (0..8).map(|n| scope.spawn(move || new(n).stdout.starts_with("wrote"))).collect();
        all.into_iter().filter_map(|one| one.join().ok()).filter(|wrote| *wrote).count()
    });
    let kept = room.read(".relgate/exceptions/par.yaml").matches("- id: ").count();
    assert!(wrote >= 1 && wrote == kept, "{wrote} said that they wrote, and {kept} are there");
}

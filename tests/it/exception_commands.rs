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
    run(&room, &["exception", "list", "--unused"]).exits(2).says("undecided: no report was read", "--reports");
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

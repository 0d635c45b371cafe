//! Exceptions from outside: their order says nothing, and their examples in the documents run.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use relgate::model::mapping::Mappings;
use relgate::model::report::{Fact, Subject};
use relgate::pipeline::{Folders, Places, Question, Sources, Wanted, collect, find, judge, policy, tools};

use crate::docs::{blocks, read};
use crate::support::{NOW, Room, copy, in_repository};

const POLICY: &str = r#"{schema: relgate.policy/v1, name: p, owner: a@acme.example, extends: ["builtin:standard"],
  exceptions: {roles: {approver: [dana@acme.example], auditor: [kim@acme.example]}}}"#;

/// A record about one of a few files, by one of a few people.
fn record() -> impl Strategy<Value = Value> {
    let who = select(vec![("dana", "approver"), ("dana", "approver"), ("kim", "auditor"), ("kim", "approver")]);
    let paths =
        select(vec![json!(["src/a.py"]), json!(["src/*.py"]), json!(["src/**"]), json!(["lib/b.py"]), json!(["src/a.py", "lib/b.py"])]);
    let rule = select(vec!["sqli", "semgrep:sqli", "xss", "none"]);
    let days = (select(vec!["2026-09-01", "2026-11-02"]), select(vec!["2026-11-22", "2026-11-23", "2026-11-29", "2027-01-20"]));
    let more = (1_u32..3, select(vec!["approved", "approved", "proposed", "revoked"]), select(vec![None, Some("release"), Some("dev")]));
    (who, paths, rule, days, more).prop_map(|((name, role), path, rule, (approved, expires), (max_findings, status, stage))| {
        let mut record = json!({
            "type": "risk_acceptance", "status": status, "match": {"rule_id": rule, "path": path}, "effect": "ticket",
            "reason": "the input is validated upstream", "requester": "ola@acme.example",
            "accountable": {"email": format!("{name}@acme.example"), "role": role}, "ticket": "PAY-1",
            "approved": approved, "expires": expires, "max_findings": max_findings,
        });
        if let Some(stage) = stage {
            record["scope"] = json!({"stages": [stage]});
        }
        record
    })
}

fn result(rule: &str, path: &str, line: u32) -> Value {
    let place = json!({"physicalLocation": {"artifactLocation": {"uri": path}, "region": {"startLine": line}}});
    json!({"ruleId": rule, "level": "error", "message": {"text": "found"}, "locations": [place]})
}

/// The JSON report of a run with these files of exceptions, without the lines and columns at which records stand.
fn report(room: &Room, report: &str, files: &[String]) -> String {
    let sources = Sources {
        found: find(&[report.to_owned()], &Mappings::default()),
        tools: tools(&Folders::default()),
        root: None,
        source_root: None,
        max_input_bytes: 1 << 30,
        threads: 1,
        hashed: false,
    };
    let names = [room.path("policy.yaml").to_str().unwrap().to_owned()];
    let stage = Some(Fact { value: "release".to_owned(), source: "flag".into() });
    let judged = judge(
        collect(sources).unwrap(),
        Question {
            policy: policy(&Wanted { names: &names, ..Wanted::default() }),
            vex: relgate::pipeline::VexPlaces::default(),
            exceptions: Places { named: files, beside: None, commit: None },
            baseline: relgate::pipeline::BaselinePlaces::default(),
            repository: std::path::Path::new("."),
            checkout: None,
            proposed: Vec::new(),
            flags: Vec::new(),
            subject: Subject { stage, ..Subject::default() },
            now: NOW.parse().unwrap(),
            dry_run: true,
            ticket_exit_code: 0,
        },
    );
    let mut bytes = Vec::new();
    (relgate::report::find("json").unwrap().render)(&judged.unwrap(), &mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let of_records = |line: &str| line.contains("exceptions.yaml");
    let strip = |line: &str| {
        line.split(',').filter(|part| !part.starts_with("\"line\":") && !part.starts_with("\"column\":")).collect::<Vec<_>>().join(",")
    };
    let mut lines: Vec<String> = text.lines().map(|line| if of_records(line) { strip(line) } else { line.to_owned() }).collect();
    // Problems stand in the order of their places in the files.
    let is_problem = |line: &String| line.starts_with("    {\"weight\"");
    lines.iter_mut().filter(|line| is_problem(line)).for_each(|line| *line = line.trim_end_matches(',').to_owned());
    lines.chunk_by_mut(|a, b| is_problem(a) && is_problem(b)).for_each(<[String]>::sort);
    lines.join("\n")
}

fn write(room: &Room, name: &str, records: &[Value]) -> String {
    let document = json!({"schema": "relgate.exceptions/v1", "exceptions": records});
    room.write(name, document.to_string()).to_str().unwrap().to_owned()
}

proptest! {
    #[test]
    fn the_order_of_records_and_files_changes_no_byte(records in prop::collection::vec(record(), 0..10), turn in any::<Index>()) {
        let number = |(number, mut record): (usize, Value)| {
            record["id"] = json!(format!("EXC-{number}"));
            record
        };
        let records: Vec<Value> = records.into_iter().enumerate().map(number).collect();
        let room = Room::new();
        room.write("policy.yaml", POLICY);
        let results = [result("sqli", "src/a.py", 1), result("sqli", "src/a.py", 9), result("sqli", "src/c.py", 3), result("xss", "lib/b.py", 1)];
        let sarif = json!({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "semgrep"}}, "results": results}]});
        let sarif = room.write("a.sarif", sarif.to_string()).to_str().unwrap().to_owned();
        // Which file a record stands in is part of the report; in which place is not.
        let shelve = |records: &[Value]| {
            let (one, other): (Vec<Value>, Vec<Value>) = records.iter().cloned().partition(|record| record["ticket"] != json!(null) && record["id"].as_str().unwrap().ends_with(['0', '2', '4', '6', '8']));
            [write(&room, "1-exceptions.yaml", &one), write(&room, "2-exceptions.yaml", &other)]
        };
        let straight = report(&room, &sarif, &shelve(&records));
        let mut turned = records.clone();
        turned.reverse();
        if !turned.is_empty() {
            let by = turn.index(turned.len());
            turned.rotate_left(by);
        }
        let [one, other] = shelve(&turned);
        prop_assert_eq!(straight, report(&room, &sarif, &[other, one]));
    }
}

#[test]
fn the_examples_of_the_documents_are_in_order() {
    let text = read("docs/exceptions.md");
    let of = |schema: &str| {
        blocks(&text)
            .into_iter()
            .filter(|(info, block)| info.starts_with("yaml") && block.contains(schema))
            .map(|(_, block)| block)
            .collect::<Vec<_>>()
    };
    let (policies, records) = (of("relgate.policy/v1"), of("relgate.exceptions/v1"));
    assert_eq!((policies.len(), records.len()), (2, 2));
    for (policy, example) in policies.iter().zip(records) {
        assert!(example.starts_with("# yaml-language-server: $schema="), "{example}");
        let room = Room::new();
        copy(&in_repository("fixtures/demo"), &room.path("reports"));
        room.write(".relgate/policy.yaml", policy);
        room.write(".relgate/exceptions/example.yaml", &example);
        let done = room.relgate(&["check", "reports", "--now", NOW, "--dry-run", "--output", "json=-"]).run().exits(1);
        let exceptions = &done.json()["exceptions"];
        assert!(!done.stderr.contains("undecided"), "{done}");
        assert!(!exceptions["applied"].as_array().unwrap().is_empty(), "{done}");
    }
}

#[test]
fn the_register_tells_how_far_each_record_got_and_the_check_what_is_wrong() {
    let room = Room::new();
    room.write(".relgate/policy.yaml", POLICY);
    let record = |id: &str, status: &str, path: &str, expires: &str| {
        format!(
            "  - {{id: {id}, type: risk_acceptance, status: {status}, match: {{rule_id: sqli, path: [{path}]}}, effect: ticket, reason: validated upstream, requester: ola@acme.example, accountable: {{email: dana@acme.example, role: approver}}, ticket: PAY-1, approved: 2026-11-02, expires: {expires}}}\n"
        )
    };
    let head = "schema: relgate.exceptions/v1\nexceptions:\n";
    let records = [record("EXC-2", "approved", "a.py", "2026-11-20"), record("EXC-1", "proposed", "b.py", "2027-01-20")].concat();
    room.write(".relgate/exceptions/pay.yaml", format!("{head}{records}"));
    let run = |args: &[&str]| room.relgate(args).env("SOURCE_DATE_EPOCH", "1795500000").run();
    let list = run(&["exception", "list"]).exits(0).stdout;
    assert!(list.contains("EXC-2  expired ") && list.contains("EXC-1  proposed") && list.contains("dana@acme.example"), "{list}");
    assert_eq!(run(&["exception", "check"]).exits(0).stdout.lines().last(), Some("ok: 2 records in 1 file"));
    room.write(".relgate/exceptions/pay.yaml", format!("{head}{}", records.replace("2027-01-20", "tomorrow")));
    let check = run(&["exception", "check"]).exits(2).stdout;
    assert!(
        check.contains("pay.yaml:4:") && check.contains("`expires` cannot be `tomorrow`; write a date") && check.contains("^\n"),
        "{check}"
    );
    let list = run(&["exception", "list"]).exits(2);
    assert!(list.stdout.is_empty() && list.stderr.starts_with("undecided: "), "{list}");
}

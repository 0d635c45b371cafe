//! `docs/policy.md` says what policies do: each of its examples is read by the program.
//!
//! A block of ```` ```yaml policy ```` is a whole policy, `.relgate/policy.yaml` or what the fence names; one that is `refused` has what
//! is said of it in the next block of text. Keys (`key`) and rules (`rule`) are put into the root policy of that document, as are the
//! examples in the first column of the table of predicates.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::config_schema::{EXCEPTIONS, POLICY, faults};
use crate::docs::{blocks, documents, marked, properties, read};
use crate::schema::committed;
use crate::support::Room;

const OWN: &str = ".relgate/policy.yaml";

/// The root policy of the document, with other keys in the place of its own or beside them.
fn with_keys(keys: &str) -> String {
    let root = marked(&read("docs/policy.md"), "root policy");
    let given: BTreeSet<&str> =
        keys.lines().filter(|line| !line.starts_with([' ', '-', '#'])).filter_map(|line| line.split(':').next()).collect();
    let mut kept = true;
    let mut text = String::new();
    for line in root.lines() {
        if !line.starts_with(' ') {
            kept = !line.split(':').next().is_some_and(|key| given.contains(key));
        }
        if kept {
            text.extend([line, "\n"]);
        }
    }
    text + keys
}

/// The root policy with another rule.
fn with_rule(rule: &str) -> String {
    with_keys(&format!("rules:\n  {}\n", rule.trim_end().replace('\n', "\n  ")))
}

/// Holds a policy in a room against the program and the schema.
#[track_caller]
fn hold_valid(room: &Room, file: &str, text: &str) {
    room.write(file, text);
    let done = room.relgate(&["policy", "check", "--policy", file]).run();
    assert!(done.code() == 0, "{text}\n{done}");
    assert_eq!(faults(POLICY, text), [""; 0], "{text}");
}

#[test]
fn every_example_of_a_policy_is_one() {
    let mut seen = BTreeSet::new();
    for document in documents() {
        let room = Room::new();
        let text = read(&document);
        let mut refused: Option<String> = None;
        for (info, block) in blocks(&text) {
            let mut words = info.split(' ');
            if let Some(said) = refused.take() {
                assert!(info == "text" && block.lines().all(|line| said.lines().any(|real| real == line)), "{document}: {said}\n{block}");
            }
            if words.next() != Some("yaml") {
                continue;
            }
            let kind = words.next().unwrap_or_default().to_owned();
            let file = words.next().unwrap_or(OWN);
            match kind.as_str() {
                "policy" => hold_valid(&room, file, &block),
                "key" => hold_valid(&room, file, &with_keys(&block)),
                "rule" => hold_valid(&room, file, &with_rule(&block)),
                "refused" => {
                    room.write(file, &block);
                    refused = Some(room.relgate(&["policy", "check"]).run().exits(2).stdout);
                }
                "exceptions" => assert_eq!(faults(EXCEPTIONS, &block), [""; 0], "{document}: {block}"),
                "" if !block.contains("schema: relgate.policy/v1") && document != "docs/policy.md" => continue,
                _ => panic!("{document}: `{info}` does not say what it is an example of"),
            }
            seen.insert(kind);
        }
    }
    assert_eq!(seen, ["exceptions", "key", "policy", "refused", "rule"].map(str::to_owned).into());
}

#[test]
fn the_table_of_predicates_has_each_once_with_an_example() {
    let text = read("docs/policy.md");
    let table = text.split_once("<!-- predicates -->\n").unwrap().1.lines().skip(2).take_while(|line| line.starts_with('|'));
    let examples: Vec<&str> = table.map(|row| row.split('`').nth(1).unwrap()).collect();
    let told: Vec<&str> = examples.iter().map(|example| example.split(':').next().unwrap()).collect();
    let schema = committed(POLICY);
    let mut known: Vec<&str> = schema["$defs"]["Condition"]["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    let mut sorted = told.clone();
    sorted.sort_unstable();
    known.sort_unstable();
    assert_eq!(sorted, known);
    let room = Room::new();
    for example in examples {
        hold_valid(&room, OWN, &with_rule(&format!("- {{id: a, when: {{{example}}}, on_unknown: skip, action: block}}")));
        let strict = format!("- {{id: a, when: {{{example}}}, action: block}}");
        room.write(OWN, with_rule(&strict));
        let needs_feed = ["kev", "epss", "ssvc"].contains(&example.split(':').next().unwrap());
        room.relgate(&["policy", "check"]).run().exits(if needs_feed { 2 } else { 0 });
    }
}

#[test]
fn every_key_and_word_of_the_schema_is_explained() {
    let schema: Value = committed(POLICY);
    let mut words = BTreeSet::new();
    properties(&schema, &mut words);
    assert!(words.len() > 70, "{words:?}");
    let text = read("docs/policy.md");
    let told: BTreeSet<&str> = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).collect();
    let untold: Vec<&String> = words.iter().filter(|word| !told.contains(word.as_str())).collect();
    assert_eq!(untold, [""; 0], "keys that docs/policy.md does not explain");
}

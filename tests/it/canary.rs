//! A secret that a scanner found is in no output, wherever in a result the scanner put it.

use std::fs;

use relgate::report::FORMATS;
use serde_json::{Value, json};

use crate::support::{Room, in_repository};

/// What no output may show. Part of it is enough to tell.
const CANARY: &str = "canary-5f1e0c7a9b3d";

/// The drivers of tools that find secrets.
const TOOLS: [&str; 3] = ["gitleaks", "secretlint", "trufflehog"];

/// What is shown by design: the name of the rule that found it.
const MEANT: [&str; 1] = ["result.ruleId"];

/// A result whose place is told.
fn result(line: u32) -> Value {
    let region = json!({"startLine": line});
    let place = json!({"physicalLocation": {"artifactLocation": {"uri": "src/a.env"}, "region": region}});
    json!({"ruleId": "aws-key", "level": "error", "message": {"text": "a key"}, "locations": [place]})
}

/// Where a result may hold the secret: a name, and the result.
fn planted() -> Vec<(&'static str, Value)> {
    let with = |pointer: &str, value: Value| {
        let mut result = result(7);
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        result.pointer_mut(parent).unwrap()[key] = value;
        json!({"results": [result]})
    };
    let place = "/locations/0/physicalLocation";
    let secret = || json!(format!("password={CANARY} in it"));
    vec![
        ("message.text", with("/message/text", secret())),
        ("message.markdown", with("/message/markdown", secret())),
        ("message.arguments", with("/message", json!({"text": "found {0}", "arguments": [secret()]}))),
        ("message.id", with("/message", json!({"id": "m", "arguments": [secret()]}))),
        ("region.snippet", with(&format!("{place}/region/snippet"), json!({"text": secret()}))),
        ("region.message", with(&format!("{place}/region/message"), json!({"text": secret()}))),
        ("contextRegion.snippet", with(&format!("{place}/contextRegion"), json!({"startLine": 1, "snippet": {"text": secret()}}))),
        ("location.message", with("/locations/0/message", json!({"text": secret()}))),
        ("logicalLocations", with("/locations/0/logicalLocations", json!([{"name": secret(), "fullyQualifiedName": secret()}]))),
        ("fingerprints", with("/fingerprints", json!({"a/v1": CANARY, CANARY: "b"}))),
        ("partialFingerprints", with("/partialFingerprints", json!({"primaryLocationLineHash": CANARY, "author": CANARY, CANARY: "c"}))),
        ("properties", with("/properties", json!({"secret": secret(), CANARY: CANARY, "deep": {"match": [secret()]}}))),
        ("codeFlows", with("/codeFlows", json!([{"threadFlows": [{"locations": [{"location": {"message": {"text": secret()}}}]}]}]))),
        ("relatedLocations", with("/relatedLocations", json!([{"message": {"text": secret()}}]))),
        ("fixes", with("/fixes", json!([{"description": {"text": secret()}}]))),
        ("attachments", with("/attachments", json!([{"description": {"text": secret()}}]))),
        ("suppressions", with("/suppressions", json!([{"kind": "external", "justification": secret()}]))),
        ("webRequest", with("/webRequest", json!({"target": secret(), "body": {"text": secret()}}))),
        ("stacks", with("/stacks", json!([{"message": {"text": secret()}}]))),
    ]
}

/// Places beside those of a result's content: what names and rates it, and what stands around it in the run. Of these some are shown.
fn around() -> Vec<(&'static str, Value)> {
    let secret = || json!(format!("password={CANARY} in it"));
    let of_result = |key: &str, value: Value| json!({"results": [{key: value}]});
    let of_rule = |key: &str, value: Value| json!({"tool": {"driver": {"rules": [{key: value}]}}});
    let of_run = |value: Value| json!({"invocations": [value]});
    let notification = json!({"level": "error", "message": {"text": secret()}});
    vec![
        ("result.ruleId", of_result("ruleId", secret())),
        ("result.level", of_result("level", secret())),
        ("result.kind", of_result("kind", secret())),
        ("result.properties.security-severity", of_result("properties", json!({"security-severity": secret()}))),
        ("result.properties.tags", of_result("properties", json!({"tags": [CANARY]}))),
        ("result.taxa", of_result("taxa", json!([{"id": CANARY}]))),
        ("result.guid", of_result("guid", secret())),
        ("result.correlationGuid", of_result("correlationGuid", secret())),
        ("result.hostedViewerUri", of_result("hostedViewerUri", secret())),
        ("result.workItemUris", of_result("workItemUris", json!([secret()]))),
        ("result.baselineState", of_result("baselineState", secret())),
        ("rule.name", of_rule("name", secret())),
        ("rule.shortDescription", of_rule("shortDescription", json!({"text": secret()}))),
        ("rule.fullDescription", of_rule("fullDescription", json!({"text": secret()}))),
        ("rule.help", of_rule("help", json!({"text": secret()}))),
        ("rule.messageStrings", of_rule("messageStrings", json!({"m": {"text": secret()}}))),
        ("rule.properties.security-severity", of_rule("properties", json!({"security-severity": secret()}))),
        ("rule.properties.tags", of_rule("properties", json!({"tags": [CANARY]}))),
        ("rule.defaultConfiguration.level", of_rule("defaultConfiguration", json!({"level": secret()}))),
        ("driver.version", json!({"tool": {"driver": {"version": secret()}}})),
        ("driver.fullName", json!({"tool": {"driver": {"fullName": secret()}}})),
        ("driver.properties", json!({"tool": {"driver": {"properties": {"a": secret()}}}})),
        ("invocation.commandLine", of_run(json!({"executionSuccessful": true, "commandLine": secret(), "arguments": [secret()]}))),
        ("invocation.environmentVariables", of_run(json!({"executionSuccessful": true, "environmentVariables": {"A": secret()}}))),
        ("invocation.exitCodeDescription", of_run(json!({"executionSuccessful": true, "exitCodeDescription": secret()}))),
        ("invocation.notification", of_run(json!({"executionSuccessful": true, "toolExecutionNotifications": [notification]}))),
        ("artifacts.contents", json!({"artifacts": [{"location": {"uri": "src/a.env"}, "contents": {"text": secret()}}]})),
        ("run.properties", json!({"properties": {"a": secret()}})),
        (
            "versionControlProvenance.repositoryUri",
            json!({"versionControlProvenance": [{"repositoryUri": format!("https://a:{CANARY}@example.com/a.git")}]}),
        ),
        (
            "versionControlProvenance.revisionId",
            json!({"versionControlProvenance": [{"repositoryUri": "https://example.com/a.git", "revisionId": secret()}]}),
        ),
    ]
}

/// Puts the members of one value into another, item by item.
fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            from.into_iter().for_each(|(key, value)| merge(into.entry(key).or_insert(Value::Null), value));
        }
        (Value::Array(into), Value::Array(from)) => into.iter_mut().zip(from).for_each(|(into, from)| merge(into, from)),
        (into, from) => *into = from,
    }
}

/// The outputs of all commands over a run with this result, each with its name.
fn outputs(tool: &str, planted: &Value) -> Vec<(&'static str, String)> {
    let room = Room::new();
    let rules = json!([{"id": "aws-key", "messageStrings": {"m": {"text": "found {0}"}}}]);
    let mut run = json!({"tool": {"driver": {"name": tool, "rules": rules}}, "results": [result(7)]});
    merge(&mut run, planted.clone());
    room.write("a.sarif", json!({"version": "2.1.0", "runs": [run]}).to_string());
    let wanted: Vec<String> = FORMATS.iter().map(|format| format!("--output={}=out.{}", format.id, format.id)).collect();
    let check = room.relgate(&[&["check", "a.sarif"], &wanted.iter().map(String::as_str).collect::<Vec<_>>()[..]].concat()).run();
    let json = room.read("out.json");
    assert!(json.contains("\"src/a.env\""), "the path remains: {json}");
    let lines = room.relgate(&["inspect", "a.sarif", "--json"]).run();
    let table = room.relgate(&["inspect", "a.sarif"]).run();
    let stderr = [check.stderr, lines.stderr, table.stderr].concat();
    let reports = FORMATS.iter().map(|format| (format.id, room.read(&format!("out.{}", format.id))));
    let others = [("inspect --json", lines.stdout), ("inspect", table.stdout), ("stderr", stderr)];
    reports.chain(others).collect()
}

/// The places that show: `FIELD in OUTPUT`.
fn shown(tool: &str, places: &[(&str, Value)]) -> Vec<String> {
    let shown = |(place, result): &(&str, Value)| {
        let outputs = outputs(tool, result).into_iter().filter(|(_, text)| text.contains(CANARY));
        outputs.map(|(output, _)| format!("{place} in {output}")).collect::<Vec<_>>()
    };
    places.iter().flat_map(shown).collect()
}

#[test]
fn no_secret_is_in_any_output() {
    for tool in TOOLS {
        assert_eq!(shown(tool, &planted()), [""; 0], "{tool}");
    }
}

#[test]
fn the_canary_sings_where_nothing_is_secret() {
    let sung = shown("demo-scan", &planted());
    // VEX and variables say nothing of what a scanner says.
    let is_told = |format: &&relgate::report::Format| !["openvex", "dotenv"].contains(&format.id);
    assert!(FORMATS.iter().filter(is_told).all(|format| sung.contains(&format!("message.text in {}", format.id))), "{sung:?}");
    assert!(sung.iter().any(|place| place == "message.arguments in text"), "{sung:?}");
}

#[test]
fn what_stands_around_a_secret_shows_it_only_where_that_is_known() {
    for tool in TOOLS {
        let mut fields: Vec<String> = shown(tool, &around()).iter().filter_map(|place| Some(place.split_once(' ')?.0.to_owned())).collect();
        fields.sort_unstable();
        fields.dedup();
        assert_eq!(fields, MEANT, "{tool}");
    }
}

/// The pointers of all strings in a value.
fn strings(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::String(_) => found.push(at.to_owned()),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| strings(item, &format!("{at}/{index}"), found)),
        Value::Object(members) => members.iter().for_each(|(key, item)| strings(item, &format!("{at}/{key}"), found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn of_the_secrets_of_other_formats_only_rule_and_place_are_shown() {
    for (input, secrets, meant) in [
        ("fixtures/formats/gitleaks/findings/input.json", "/", &["/RuleID", "/File"][..]),
        ("fixtures/formats/trivy/secret-and-license/input.json", "/Secrets/", &["/RuleID"]),
    ] {
        let whole: Value = serde_json::from_slice(&fs::read(in_repository(input)).unwrap()).unwrap();
        let mut fields = Vec::new();
        strings(&whole, "", &mut fields);
        fields.retain(|field| field.contains(secrets));
        assert!(fields.len() >= 5, "{input}: {fields:?}");
        for field in fields {
            let mut planted = whole.clone();
            *planted.pointer_mut(&field).unwrap() = json!(format!("password={CANARY} in it"));
            let room = Room::new();
            room.write("a.json", planted.to_string());
            let check = ["check", "a.json", "--output", "json=a.out.json", "--output", "markdown=a.md", "--output", "text=-"];
            let told = [&check[..], &["inspect", "a.json", "--json"], &["inspect", "a.json"]].map(|args| room.relgate(args).run());
            let outputs = told.iter().flat_map(|done| [&done.stdout, &done.stderr]).cloned();
            let shown = outputs.chain([room.read("a.out.json"), room.read("a.md")]).any(|text| text.contains(CANARY));
            let is_meant = meant.iter().any(|name| field.ends_with(name));
            assert_eq!(shown, is_meant, "{input}: {field}");
        }
    }
}

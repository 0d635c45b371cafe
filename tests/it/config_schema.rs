//! `schemas/policy.v1.json`, `schemas/exceptions.v1.json` and `schemas/mappings.v1.json`: and `schemas/policy-test.v1.json`: what editors know of the configuration, held against what is read.
//!
//! The structs below say which keys there are and what each is for. The program names all keys of a map when it meets one that it
//! does not know; they must be those of the schema, so that there is one list.

mod exceptions;
mod mappings;
mod policy;
mod suite;
mod words;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use relgate::base::yaml::{self, Kind, Node};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use crate::schema::{committed, hold};
use crate::support::{Room, in_repository, names};

pub(crate) const POLICY: &str = "schemas/policy.v1.json";
pub(crate) const EXCEPTIONS: &str = "schemas/exceptions.v1.json";
pub(crate) const MAPPINGS: &str = "schemas/mappings.v1.json";
pub(crate) const SUITE: &str = "schemas/policy-test.v1.json";

pub(crate) fn schema<T: JsonSchema>(title: &str) -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    let mut schema = schema.to_value();
    without_null(&mut schema);
    schema
}

/// Takes `null` out of every type: a key without a value is a mistake.
fn without_null(schema: &mut Value) {
    let is_null = |schema: &Value| schema.get("type").is_some_and(|kind| kind == "null");
    if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
        choices.retain(|choice| !is_null(choice));
        if let [Value::Object(only)] = choices.as_slice() {
            let only = only.clone();
            let object = schema.as_object_mut().unwrap();
            object.remove("anyOf");
            // What the key is for says more than what its value is.
            for (key, value) in only {
                object.entry(key).or_insert(value);
            }
        }
    }
    if let Some(Value::Array(kinds)) = schema.get_mut("type") {
        kinds.retain(|kind| kind != "null");
        if let [only] = kinds.as_slice() {
            schema["type"] = only.clone();
        }
    }
    match schema {
        Value::Object(members) => members.values_mut().for_each(without_null),
        Value::Array(items) => items.iter_mut().for_each(without_null),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A text as a program that reads JSON schemas sees it.
fn value(node: &Node) -> Value {
    match &node.kind {
        Kind::Map(entries) => Value::Object(entries.iter().map(|(key, node)| (key.text.clone(), value(node))).collect::<Map<_, _>>()),
        Kind::List(items) => items.iter().map(value).collect(),
        Kind::Text(text) => text.as_str().into(),
        Kind::Bool(flag) => (*flag).into(),
        Kind::Int(number) => (*number).into(),
        Kind::Null => Value::Null,
    }
}

/// What a schema has against a text.
pub(crate) fn faults(schema: &str, text: &str) -> Vec<String> {
    let validator = jsonschema::validator_for(&committed(schema)).unwrap();
    match yaml::read(text) {
        Ok(root) => validator.iter_errors(&value(&root)).map(|fault| format!("{}: {fault}", fault.instance_path())).collect(),
        Err(fault) => vec![format!("{fault:?}")],
    }
}

#[test]
fn the_committed_schemas_are_those_of_the_structs() {
    hold(POLICY, &format!("{:#}\n", schema::<policy::Policy>("relgate.policy/v1")));
    hold(EXCEPTIONS, &format!("{:#}\n", schema::<exceptions::Exceptions>("relgate.exceptions/v1")));
    hold(MAPPINGS, &format!("{:#}\n", schema::<mappings::File>("relgate.mapping/v1")));
    hold(SUITE, &format!("{:#}\n", schema::<suite::Suite>("relgate.policy-test/v1")));
}

#[test]
fn the_program_prints_the_committed_schemas() {
    for (of, file) in [
        ("policy", POLICY),
        ("exceptions", EXCEPTIONS),
        ("mappings", MAPPINGS),
        ("policy-test", SUITE),
        ("baseline", crate::baseline::BASELINE),
        ("policy-diff", "schemas/policy-diff.v1.json"),
        ("report", "schemas/report.v1.json"),
        ("tickets", "schemas/tickets.v1.json"),
    ] {
        let done = Room::new().relgate(&["schema", of]).run().exits(0);
        assert!(done.stdout == fs::read_to_string(in_repository(file)).unwrap(), "{of}");
    }
}

/// Each map of a policy: its name in the schema, and where it stands.
const MAPS: [(&str, &str); 28] = [
    ("", "HERE"),
    ("Context", "context: {HERE}"),
    ("Inputs", "inputs: {HERE}"),
    ("Requirement", "inputs: {require: [{HERE}]}"),
    ("AcceptedError", "inputs: {accept_partial: [{HERE}]}"),
    ("SeverityKeys", "severity: {HERE}"),
    ("Strategy", "severity: {strategy: {HERE}}"),
    ("Override", "severity: {overrides: [{HERE}]}"),
    ("Rule", "rules: [{HERE}]"),
    ("Condition", "rules: [{when: {HERE}}]"),
    ("Severities", "rules: [{when: {severity: {HERE}}}]"),
    ("Scores", "rules: [{when: {cvss: {HERE}}}]"),
    ("Probabilities", "rules: [{when: {epss: {HERE}}}]"),
    ("Ages", "rules: [{when: {age: {HERE}}}]"),
    ("Ssvc", "rules: [{when: {ssvc: {HERE}}}]"),
    ("Feeds", "feeds: {HERE}"),
    ("Feed", "feeds: {kev: {HERE}}"),
    ("Vex", "vex: {HERE}"),
    ("VexSource", "vex: {sources: [{HERE}]}"),
    ("Baseline", "baseline: {HERE}"),
    ("Adopt", "baseline: {adopt: {HERE}}"),
    ("Due", "due: {HERE}"),
    ("Budget", "budgets: [{HERE}]"),
    ("Exceptions", "exceptions: {HERE}"),
    ("Limit", "exceptions: {limits: [{HERE}]}"),
    ("Emergency", "exceptions: {emergency: {HERE}}"),
    ("Ownership", "ownership: [{HERE}]"),
    ("OwnershipMatch", "ownership: [{match: {HERE}}]"),
];

/// What the program says of a policy in which keys stand at a place.
fn told(place: &str, keys: &BTreeSet<&str>) -> String {
    let (rest, between) = match place {
        "HERE" if keys.contains("extends") => ("", "\n"),
        "HERE" => ("extends: [\"builtin:standard\"]\n", "\n"),
        _ => ("schema: relgate.policy/v1\nname: n\nowner: a@b.example\nextends: [\"builtin:standard\"]\n", ", "),
    };
    let keys: Vec<String> = keys.iter().map(|key| format!("{key}: 1")).collect();
    let room = Room::new();
    room.write("policy.yaml", format!("{rest}{}\n", place.replace("HERE", &keys.join(between))));
    room.relgate(&["policy", "check", "--policy", "policy.yaml"]).run().exits(2).stdout
}

/// The words in backquotes of a text.
fn quoted(text: &str) -> BTreeSet<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

#[test]
fn the_keys_of_the_schema_are_those_of_the_program() {
    let schema = committed(POLICY);
    let definitions = schema["$defs"].as_object().unwrap().iter().filter(|(_, definition)| definition.get("properties").is_some());
    let maps: BTreeSet<&str> = definitions.map(|(name, _)| name.as_str()).chain([""]).collect();
    assert_eq!(maps, MAPS.map(|(name, _)| name).into(), "MAPS are those of the schema");
    for (name, place) in MAPS {
        let map = if name.is_empty() { &schema } else { &schema["$defs"][name] };
        assert_eq!(map["additionalProperties"], false, "{name}");
        let keys: BTreeSet<&str> = map["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        let required: BTreeSet<&str> = map["required"].as_array().into_iter().flatten().map(|key| key.as_str().unwrap()).collect();

        let probe = "a-key-that-is-near-to-none-of-them";
        let said = told(place, &[probe].into());
        let line = said.lines().find(|line| line.contains(&format!(" has no key `{probe}`; use ")));
        let (what, known) = line.and_then(|line| line.split_once(" has no key ")).unwrap_or_else(|| panic!("{name}: {said}"));
        let what = what.rsplit_once(": ").unwrap().1;
        let known: BTreeSet<&str> = quoted(known).into_iter().filter(|key| *key != probe).collect();
        let lacking: BTreeSet<&str> =
            said.lines().filter_map(|line| line.split_once(&format!(": {what} lacks "))).flat_map(|(_, rest)| quoted(rest)).collect();
        assert_eq!(required, lacking, "{name}: what must be there");

        let said = told(place, &known);
        let later = |key: &&str| said.contains(&format!(": `{key}` of {what} is not supported yet"));
        let later: BTreeSet<&str> = known.iter().copied().filter(later).collect();
        assert!(!said.contains(" has no key "), "{name}: {said}");
        assert_eq!(keys, &known - &later, "{name}: what may be there");
    }
}

/// The files in a folder whose names start so.
fn files(folder: PathBuf, start: &str) -> impl Iterator<Item = PathBuf> {
    let names = names(&folder).into_iter().filter(move |name| name.starts_with(start));
    names.map(move |name| folder.join(name)).filter(|path| path.is_file()).collect::<Vec<_>>().into_iter()
}

/// Holds files against their schema; answers how many there were.
fn hold_valid(files: impl Iterator<Item = PathBuf>) -> usize {
    let mut wrong = Vec::new();
    let mut count = 0;
    for path in files {
        count += 1;
        let text = fs::read_to_string(&path).unwrap();
        let of = |id: &str| text.contains(&format!("schema: relgate.{id}/v1"));
        let schema = if of("exceptions") {
            EXCEPTIONS
        } else if of("mapping") {
            MAPPINGS
        } else if of("policy-test") {
            SUITE
        } else {
            POLICY
        };
        wrong.extend(faults(schema, &text).into_iter().map(|fault| format!("{}: {fault}", path.display())));
    }
    assert_eq!(wrong, [""; 0]);
    count
}

/// Every policy and file of exceptions below a folder.
fn configuration(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in names(folder).into_iter().map(|name| folder.join(name)) {
        let is_config = |text: String| {
            ["policy", "exceptions", "mapping", "policy-test"].iter().any(|of| text.contains(&format!("schema: relgate.{of}/v1\n")))
        };
        if path.is_dir() {
            found.extend(configuration(&path));
        } else if path.extension().is_some_and(|ending| ending == "yaml") && fs::read_to_string(&path).is_ok_and(is_config) {
            found.push(path);
        }
    }
    found
}

#[test]
fn what_the_program_reads_is_valid_by_its_schema() {
    assert!(hold_valid(files(in_repository("policies"), "")) >= 3);
    let cases = configuration(&in_repository("fixtures")).into_iter();
    // The cases whose files are wrong in every way.
    let is_wrong = |path: &PathBuf| {
        path.components().any(|part| {
            ["policy-mistakes", "owners-mistakes", "own-mapping-mistakes", "due-and-budget-mistakes"]
                .iter()
                .any(|case| part.as_os_str() == *case)
        })
    };
    assert!(hold_valid(cases.filter(|path| !is_wrong(path))) >= 6);
    assert!(hold_valid(files(in_repository("policies/mappings"), "")) >= 10);
}

#[test]
fn the_good_files_of_the_hostile_set_are_valid_by_their_schema() {
    let set = in_repository("../shared/corpus/hostile");
    if !set.is_dir() {
        assert!(std::env::var_os("CI").is_none(), "{} is missing", set.display());
        eprintln!("NOT TESTED: the schemas against the hostile set, for {} is missing", set.display());
        return;
    }
    let is_read = |path: &PathBuf| {
        let done = Room::new().relgate(&["policy", "check", "--policy", path.to_str().unwrap()]).run();
        !done.stdout.contains(" is not supported yet")
    };
    assert!(hold_valid(files(set.join("policy"), "_").filter(is_read)) > 20);
    assert!(hold_valid(files(set.join("exceptions"), "_")) > 10);
}

#[test]
fn what_the_program_refuses_is_refused_by_the_schema_where_it_can_tell() {
    let policy = fs::read_to_string(in_repository("policies/standard.yaml")).unwrap();
    assert_eq!(faults(POLICY, &policy), [""; 0]);
    for (told, instead) in [
        ("relgate.policy/v1", "relgate.policy/v2"),
        ("default_action: pass", "default_action: allow"),
        ("default_action: pass", "default_action:"),
        ("default_action: pass", "default_acton: pass"),
        ("name: standard\n", ""),
        ("{category: [malware]}", "{}"),
        ("{category: [malware]}", "{category: malware}"),
        ("kev: 7d", "kev: 7"),
        ("max_lifetime: 30d, ", ""),
        ("owner: unassigned", "owner: FILL-IN"),
    ] {
        assert!(policy.contains(told), "{told}");
        assert!(!faults(POLICY, &policy.replacen(told, instead, 1)).is_empty(), "`{instead}` is let through");
    }
}

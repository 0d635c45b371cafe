//! The keys of a file of mappings, and a test that holds them against those that the program knows.
#![expect(dead_code, reason = "only their schema is asked for")]

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;

use super::words::{Category, Severity, Text};
use super::{MAPPINGS, quoted};
use crate::schema::committed;
use crate::support::Room;

/// Mappings: how the reports of tools are read that relgate has no reader for. `.relgate/mappings/*.yaml`; docs/mappings.md explains
/// every key.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    /// What the file is.
    schema: SchemaId,
    /// One row a format.
    #[schemars(length(min = 1))]
    mappings: Vec<Mapping>,
}

#[derive(JsonSchema)]
enum SchemaId {
    #[serde(rename = "relgate.mapping/v1")]
    V1,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Mapping {
    /// The format: in front of a path and in reports.
    id: LowerId,
    /// What people call it.
    title: Text,
    /// The address of the document that shows it.
    source: Option<Link>,
    /// The tool's id, or where the report tells its name.
    tool: Tool,
    /// What a result is, or tables that tell it and what it is otherwise.
    category: Categories,
    /// Pointers that must all be there.
    recognize: OneOrMore<Sign>,
    /// Pointers to each result; they end with `*`.
    results: OneOrMore<Results>,
    /// Whether the report is JSON Lines.
    lines: Option<bool>,
    /// Whether the tool writes an empty file where it finds nothing. With `lines`.
    blank: Option<bool>,
    /// Where the fields of a result stand. At least `rule_id` or `ids`.
    fields: Fields,
    /// What else must be there.
    required: Option<OneOrMore<Pointer>>,
    /// What the tool writes for no result instead of an empty list.
    tolerate: Option<Tolerate>,
    /// Lists of other results, which are not read.
    unread: Option<OneOrMore<Pointer>>,
    /// Where the number of results is told.
    claimed: Option<OneOrMore<Claimed>>,
    /// Where the tool tells errors.
    errors: Option<OneOrMore<Pointer>>,
    /// What says that all went well.
    complete: Option<Complete>,
    /// Where the tool's version stands.
    version: Option<Pointer>,
    /// Where the end of the scan stands.
    ended: Option<Pointer>,
    /// Where the commit stands that was scanned.
    commit: Option<Pointer>,
}

#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
enum OneOrMore<T> {
    One(T),
    More(#[schemars(length(min = 1))] Vec<T>),
}

#[derive(JsonSchema)]
#[schemars(inline, extend("pattern" = "^[a-z0-9._-]{1,64}$"))]
struct LowerId(String);

#[derive(JsonSchema)]
#[schemars(inline, extend("pattern" = "^(https://|fixtures/)"))]
struct Link(String);

/// A JSON pointer from the document, in which `*` stands for any item or key.
#[derive(JsonSchema)]
#[schemars(inline, extend("pattern" = "^(/[^/]+)+$"))]
struct Pointer(String);

#[derive(JsonSchema)]
#[schemars(inline, extend("pattern" = r"^(/[^/]+)*/\*$"))]
struct Results(String);

/// A pointer from the result; `^` looks one level out, `#` is a key.
#[derive(JsonSchema)]
#[schemars(inline, extend("pattern" = r"^\^*(#|(/[^/]+)+)$"))]
struct Place(String);

#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
enum Tool {
    Id(Text),
    Told(ToldTool),
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct ToldTool {
    /// Where the report tells the tool's name.
    pointer: Pointer,
}

#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
enum Sign {
    There(Pointer),
    Says(Says),
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Says {
    /// Where it stands.
    pointer: Pointer,
    /// What may stand there.
    is: Option<OneOrMore<Value>>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Complete {
    /// Where it stands.
    pointer: Pointer,
    /// What stands there when all went well.
    is: OneOrMore<Value>,
}

#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
enum Value {
    Text(String),
    Number(i64),
    Flag(bool),
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
struct Tolerate {
    /// Lists on the way to the results that may be absent. Needs `claimed`.
    absent: Option<OneOrMore<Pointer>>,
    /// Lists on the way to the results that may be `null`.
    null: Option<OneOrMore<Pointer>>,
    /// Lists around lists of results that may be empty.
    empty: Option<OneOrMore<Pointer>>,
}

#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
enum Claimed {
    Results(Pointer),
    Other(Counts),
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Counts {
    /// Where the count stands.
    pointer: Pointer,
    /// What it counts, if not the results.
    counts: Option<Pointer>,
}

#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
enum Categories {
    Is(Category),
    Told(#[schemars(length(min = 1))] Vec<CategoryOrTable>),
}

#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
enum CategoryOrTable {
    Is(Category),
    Told(Table<Category>),
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
struct Table<T> {
    /// Where the tool tells it.
    pointer: Place,
    /// What the tool's words mean.
    words: BTreeMap<String, T>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
struct Told {
    /// Where the tool tells it.
    pointer: Place,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
struct Given<T> {
    /// What it is for all results.
    value: T,
}

#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
enum Field {
    Place(Place),
    Told(Told),
}

#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
enum TextField {
    Place(Place),
    Told(Told),
    Given(Given<Text>),
}

#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
enum Flag {
    Place(Place),
    Told(Told),
    Table(Table<bool>),
}

#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
enum Grade {
    Place(Place),
    Told(Told),
    Table(Table<Meaning>),
    Given(Given<Grave>),
}

#[derive(JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
enum Meaning {
    Is(Severity),
    Unrated(Unrated),
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Unrated {
    Unrated,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Grave {
    Critical,
    High,
}

#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
enum State {
    Open,
    Pass,
    Suppressed,
    Fixed,
    NotAffected,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("anyOf" = [{"required": ["rule_id"]}, {"required": ["ids"]}]))]
struct Fields {
    /// The tool's name for the check.
    rule_id: Option<OneOrMore<TextField>>,
    /// The ids of a vulnerability, the tool's own first.
    ids: Option<OneOrMore<Field>>,
    /// A few words that name it.
    title: Option<OneOrMore<TextField>>,
    /// What the tool says.
    message: Option<OneOrMore<TextField>>,
    /// How bad it is.
    severity: Option<OneOrMore<Grade>>,
    /// A CVSS score.
    score: Option<OneOrMore<Field>>,
    /// A CVSS vector.
    vector: Option<OneOrMore<Field>>,
    /// The file.
    path: Option<OneOrMore<TextField>>,
    /// The first line.
    start_line: Option<OneOrMore<Field>>,
    /// The last line.
    end_line: Option<OneOrMore<Field>>,
    /// The component.
    package: Option<Package>,
    /// Versions of the component without it.
    fixed_versions: Option<OneOrMore<Field>>,
    /// Weaknesses.
    cwes: Option<OneOrMore<Field>>,
    /// What the tool itself knows the result again by.
    fingerprint: Option<OneOrMore<Field>>,
    /// What was scanned, where that is no file.
    target: Option<OneOrMore<TextField>>,
    /// Whether the component is for development only.
    dev: Option<OneOrMore<Flag>>,
    /// Whether the project names the component itself.
    direct: Option<OneOrMore<Flag>>,
    /// Whether the vulnerable code can be reached.
    reachable: Option<OneOrMore<Flag>>,
    /// Whether the secret was tried and works.
    verified: Option<OneOrMore<Flag>>,
    /// What the tool holds of it.
    state: Option<OneOrMore<Table<State>>>,
    /// Whether the tool marks it as not to be reported.
    suppressed: Option<OneOrMore<Flag>>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
struct Package {
    /// The component as a purl.
    purl: Option<OneOrMore<Field>>,
    /// What it comes from.
    ecosystem: Option<OneOrMore<TextField>>,
    /// Its name.
    name: Option<OneOrMore<TextField>>,
    /// The version that is in use.
    version: Option<OneOrMore<Field>>,
}

/// Each map of which the program names all keys: its name in the schema, and where it stands.
const MAPS: [(&str, &str); 7] = [
    ("", "{HERE}"),
    ("Mapping", "{mappings: [{HERE}]}"),
    ("ToldTool", "{mappings: [{tool: {HERE}}]}"),
    ("Says", "{mappings: [{recognize: {HERE}}]}"),
    ("Fields", "{mappings: [{fields: {HERE}}]}"),
    ("Package", "{mappings: [{fields: {package: {HERE}}}]}"),
    ("Counts", "{mappings: [{claimed: {HERE}}]}"),
];

#[test]
fn the_keys_of_mappings_are_those_of_the_program() {
    let schema = committed(MAPPINGS);
    for (name, place) in MAPS {
        let map = if name.is_empty() { &schema } else { &schema["$defs"][name] };
        let keys: BTreeSet<&str> = map["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        let room = Room::new();
        let probe = "a-key-that-is-near-to-none-of-them";
        room.write(".relgate/mappings/m.yaml", place.replace("HERE", &format!("{probe}: 1")));
        room.write("a.sarif", r#"{"version": "2.1.0", "runs": []}"#);
        let said = room.relgate(&["inspect", "a.sarif"]).run().exits(2).stderr;
        let line = said.lines().find_map(|line| line.split_once(&format!(" has no key `{probe}`; use ")));
        let (_, known) = line.unwrap_or_else(|| panic!("{name}: {said}"));
        assert_eq!(keys, quoted(known), "{name}");
    }
}

//! What is stated of vulnerabilities, by chance: `OpenVEX` documents, and to whom a policy listens.

use serde_json::{Value, json};

use super::findings;
use crate::dice::Dice;

const AUTHORS: [&str; 3] = ["appsec@acme.example", "Example PSIRT", "somebody@else.example"];
const JUSTIFICATIONS: [&str; 5] = [
    "component_not_present",
    "vulnerable_code_not_present",
    "vulnerable_code_not_in_execute_path",
    "vulnerable_code_cannot_be_controlled_by_adversary",
    "inline_mitigations_already_exist",
];
const INSTANTS: [&str; 5] =
    ["2026-06-01T00:00:00Z", "2026-11-10T00:00:00Z", "2026-11-10T12:00:00Z", "2026-11-23T06:00:00Z", "2026-12-31T23:00:00Z"];

/// To whom a policy listens, and what they may say.
pub(super) fn listening(dice: &mut Dice, may_be_wide: bool) -> Value {
    let mut vex = json!({"sources": [{"path": "vex/*.json", "authors": dice.some(&AUTHORS[..2], 2)}]});
    if dice.percent(30) {
        let authors = dice.some(&AUTHORS, 2);
        vex["sources"].as_array_mut().unwrap().push(json!({"path": "vendor/*.json", "authors": authors}));
    }
    if dice.percent(30) {
        vex["accept_justifications"] = dice.some(&JUSTIFICATIONS, 3);
    }
    if may_be_wide && dice.percent(30) {
        vex["allow_versionless"] = json!(dice.percent(70));
    }
    vex
}

/// Documents, each with the folder that it lies in, mostly about what reports tell. Some are versions of one.
pub(super) fn documents(dice: &mut Dice, reports: &[Value]) -> Vec<Value> {
    let findings = reports.iter().flat_map(|report| report["findings"].as_array().unwrap());
    let components: Vec<&Value> = findings.filter(|finding| finding.get("ids").is_some()).collect();
    if dice.percent(40) {
        return Vec::new();
    }
    (1..=1 + dice.below(4.min(1 + components.len())))
        .map(|number| json!({"folder": dice.pick(&["vex", "vex", "vendor"]), "says": document(dice, &components, number)}))
        .collect()
}

fn document(dice: &mut Dice, components: &[&Value], number: usize) -> Value {
    let mut document = json!({
        "@context": "https://openvex.dev/ns/v0.2.0", "author": dice.pick(&[&AUTHORS[..2], &AUTHORS[..]].concat()),
        "@id": format!("https://acme.example/vex/{}", if dice.percent(60) { 0 } else { number }), "version": 1 + dice.below(3),
    });
    // Without a date it is as old as its statements say.
    if dice.percent(90) {
        document["timestamp"] = json!(dice.pick(&INSTANTS));
    }
    document["statements"] = (0..=dice.below(12.min(1 + components.len()))).map(|_| statement(dice, components)).collect();
    document
}

fn statement(dice: &mut Dice, components: &[&Value]) -> Value {
    let about = if components.is_empty() || dice.percent(15) { None } else { Some(components[dice.below(components.len())]) };
    let ids = about.map_or(&[][..], |finding| finding["ids"].as_array().unwrap());
    let id = if ids.is_empty() { findings::id(dice) } else { ids[dice.below(ids.len())].as_str().unwrap().to_owned() };
    let name = match dice.below(12) {
        0 => id.to_lowercase(),
        1 => format!("https://nvd.example/vuln/detail/{id}"),
        _ => id,
    };
    let products: Vec<Value> = (0..=dice.below(2)).map(|_| product(dice, about)).collect();
    let status = dice.pick(&["not_affected", "not_affected", "not_affected", "fixed", "fixed", "under_investigation", "affected"]);
    let mut statement = json!({"vulnerability": {"name": name}, "products": products, "status": status});
    match status {
        "not_affected" if dice.percent(85) => {
            statement["justification"] = json!(dice.pick(&[&JUSTIFICATIONS[..3], &JUSTIFICATIONS[..]].concat()));
        }
        "not_affected" => statement["impact_statement"] = json!("it does no harm"),
        "affected" => statement["action_statement"] = json!("upgrade"),
        _ => {}
    }
    if dice.percent(30) {
        statement["timestamp"] = json!(dice.pick(&INSTANTS));
    }
    statement
}

/// A component, or something that has it.
fn product(dice: &mut Dice, about: Option<&Value>) -> Value {
    let purl = findings::purl(dice, about);
    match dice.below(10) {
        0 => json!({"@id": "pkg:oci/pay@1", "subcomponents": [{"@id": purl}]}),
        1 => json!({"@id": findings::purl(dice, about), "subcomponents": [{"@id": purl}]}),
        _ => json!({"@id": purl}),
    }
}

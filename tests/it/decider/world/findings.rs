//! Reports by chance: documents of `relgate.findings/v1`.

use serde_json::{Value, json};

use super::{CLOCKS, PATHS, RULES, SEVERITIES, TOOLS};
use crate::dice::Dice;

/// Components with their versions; ids belong to one component each, so that no alias of one joins vulnerabilities of another.
const COMPONENTS: [(&str, &str, [&str; 2]); 3] =
    [("npm", "lodash", ["4.17.15", "4.17.20"]), ("pypi", "requests", ["2.6.0", "2.31.0"]), ("cargo", "time", ["0.1.40", "0.2.7"])];

/// The names of a component's vulnerability.
fn ids(component: usize, number: usize) -> [String; 2] {
    [format!("CVE-2024-1{component}{number}0"), format!("GHSA-2222-3333-4{}{}", b"23456789cf"[component] as char, digits(number))]
}

fn digits(number: usize) -> &'static str {
    ["22", "33", "44", "55"][number]
}

/// Any id of any component.
pub(super) fn id(dice: &mut Dice) -> String {
    ids(dice.below(3), dice.below(4))[dice.below(2)].clone()
}

/// The component of a finding or any by its package URL, as statements name it: mostly with a version.
pub(super) fn purl(dice: &mut Dice, of: Option<&Value>) -> String {
    let any = dice.below(COMPONENTS.len());
    let is_its = |(_, name, _): &&(&str, &str, [&str; 2])| of.is_some_and(|finding| finding["package"]["name"] == **name);
    let (ecosystem, name, versions) = COMPONENTS.iter().find(is_its).unwrap_or(&COMPONENTS[any]);
    let version = dice.pick(versions);
    match dice.below(10) {
        0 => format!("pkg:{ecosystem}/{name}"),
        1 => format!("pkg:{ecosystem}/{name}@{version}?arch=amd64"),
        _ => format!("pkg:{ecosystem}/{name}@{version}"),
    }
}

/// What feeds say of some of the CVEs.
pub(super) fn feeds(dice: &mut Dice) -> Value {
    let mut feeds = json!({"kev": [], "epss": {}, "ssvc": {}});
    for cve in (0..12).map(|at| ids(at / 4, at % 4)[0].clone()) {
        if dice.percent(30) {
            feeds["kev"].as_array_mut().unwrap().push(json!(cve));
        }
        if dice.percent(60) {
            feeds["epss"][&cve] = json!(dice.pick(&[&0.001, &0.01, &0.3, &0.5, &0.97]));
        }
        if dice.percent(60) {
            feeds["ssvc"][&cve] = json!({
                "exploitation": dice.pick(&["none", "poc", "active"]), "automatable": dice.pick(&["no", "yes"]),
                "technical_impact": dice.pick(&["partial", "total"]),
            });
        }
    }
    feeds
}

/// One document for each tool.
pub(super) fn documents(dice: &mut Dice, findings: usize) -> Vec<Value> {
    let mut documents: Vec<Value> = TOOLS
        .iter()
        .map(|tool| json!({"schema": "relgate.findings/v1", "tool": tool, "category": "sast", "complete": true, "findings": []}))
        .collect();
    if dice.percent(5) {
        documents[2]["complete"] = json!(false);
    }
    for line in 1..=findings {
        let finding = finding(dice, line);
        documents[dice.below(TOOLS.len())]["findings"].as_array_mut().unwrap().push(finding);
    }
    documents
}

/// A finding. Lines are all different, so that only components are merged.
fn finding(dice: &mut Dice, line: usize) -> Value {
    let mut finding = if dice.percent(45) { component(dice) } else { code(dice, line) };
    if dice.percent(75) {
        finding["severity"] = json!(dice.pick(&SEVERITIES));
    }
    if dice.percent(40) {
        finding["score"] = json!(dice.pick(&[&0.0, &2.5, &4.0, &6.9, &7.0, &8.8, &9.0, &9.8]));
    }
    for clock in CLOCKS {
        if dice.percent(35) {
            finding[clock] = json!(dice.pick(&["2026-06-27", "2026-08-25", "2026-10-24", "2026-11-08", "2026-11-20", "2026-11-22"]));
        }
    }
    finding
}

fn code(dice: &mut Dice, line: usize) -> Value {
    let category = dice.pick(&["sast", "secret", "iac", "dast", "quality", "other"]);
    let mut finding = json!({"category": category, "start_line": line});
    let named = dice.percent(85);
    if named {
        finding["rule_id"] = json!(dice.pick(&RULES));
    }
    if !named || dice.percent(70) {
        finding["message"] = json!(format!("{} {line}", dice.pick(&["user input reaches the query", "eval is used", "the input is odd"])));
    }
    if dice.percent(90) {
        finding["path"] = json!(dice.pick(&PATHS));
    }
    if dice.percent(40) {
        finding["cwes"] = dice.pick(&[&json!([79]), &json!([89]), &json!([79, 22])]).clone();
    }
    if dice.percent(15) {
        finding["state"] = json!("suppressed");
        if dice.percent(70) {
            finding["suppressed"] = json!(dice.pick(&["in_source", "external"]));
        }
    } else if dice.percent(8) {
        finding["state"] = json!(dice.pick(&["pass", "not_affected", "fixed", "open"]));
    }
    finding
}

fn component(dice: &mut Dice) -> Value {
    let at = dice.below(COMPONENTS.len());
    let (ecosystem, name, versions) = COMPONENTS[at];
    let category = match dice.below(10) {
        0 => "malware",
        1 => "license",
        _ => "sca",
    };
    // Several sightings of one component, whose paths are few, are one finding where they share an id.
    let mut finding = json!({
        "category": category, "path": dice.pick(&PATHS[3..5]),
        "package": {"ecosystem": ecosystem, "name": name, "version": dice.pick(&versions)},
    });
    match category {
        "license" => finding["rule_id"] = json!(dice.pick(&["GPL-3.0-only", "MIT"])),
        "malware" => finding["ids"] = json!([format!("MAL-2024-{at}")]),
        _ => {
            let number = dice.below(4);
            let mut names: Vec<String> = match dice.below(3) {
                0 => ids(at, number).to_vec(),
                which => vec![ids(at, number)[which - 1].clone()],
            };
            // One advisory for two vulnerabilities.
            if dice.percent(8) {
                names.push(ids(at, (number + 1) % 4)[0].clone());
            }
            finding["ids"] = json!(names);
        }
    }
    if dice.percent(40) {
        finding["fixed_versions"] = json!(["9.9.9"]);
    }
    for told in ["reachable", "dev"] {
        if dice.percent(30) {
            finding[told] = json!(dice.percent(50));
        }
    }
    finding
}

//! Worlds by chance: a policy, exceptions, reports and what is known of the run, as the documents that people write.

mod condition;
mod exceptions;
mod findings;
mod policy;
mod vex;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::decider::{Place, Relgate};
use crate::dice::Dice;

pub(super) use policy::{due, layer, limit, lowering, root};

pub(super) const TOOLS: [&str; 3] = ["acme-a", "acme-b", "acme-c"];
pub(super) const RULES: [&str; 5] = ["sqli", "xss", "py.audit.eval", "js.audit.exec", "root-user"];
pub(super) const PATHS: [&str; 6] =
    ["src/a.js", "src/lib/b.py", "tests/a.js", "services/pay/package-lock.json", "package-lock.json", "Dockerfile"];
/// What stands in each of [`PATHS`] in a few commits, where there is such a file.
pub(super) const COMMITS: [[Option<&str>; 6]; 4] = [
    [Some("1"), Some("1"), Some("1"), Some("1"), Some("1"), None],
    [Some("2"), Some("1"), None, Some("2"), Some("1"), None],
    [Some("1"), Some("2"), Some("1"), None, Some("1"), Some("1")],
    [Some("1"), Some("1"), Some("2"), Some("2"), Some("2"), None],
];
pub(super) const CATEGORIES: [&str; 9] = ["sast", "sca", "secret", "iac", "dast", "license", "malware", "quality", "other"];
/// From the mildest to the gravest.
pub(super) const SEVERITIES: [&str; 5] = ["info", "low", "medium", "high", "critical"];
/// From the mildest to the strictest.
pub(super) const ACTIONS: [&str; 3] = ["pass", "ticket", "block"];
/// When the feeds were published: before every run.
pub(super) const RELEASED: &str = "2026-11-22T00:00:00Z";
/// What due dates are counted from.
pub(super) const CLOCKS: [&str; 3] = ["first_seen", "published", "fix_released"];
const STAGES: [&str; 3] = ["pull_request", "release", "nightly"];
const BRANCHES: [&str; 3] = ["main", "release/2.14", "topic/a/b"];

/// What a project stands on: `layers` (each over the one before), `feeds` and `codeowners`.
pub(crate) fn ground(dice: &mut Dice) -> Value {
    let owned = [
        "* @acme/core",
        "*.js @web @acme/core",
        "/services/pay/ @acme/payments",
        "lib/ @lib",
        "package-lock.json deps@acme.example",
        "/src/*",
        "/Dockerfile @ops",
    ];
    let mut layers = vec![policy::root(dice)];
    while layers.len() < 3 && dice.percent(30) {
        layers.push(layer(dice, &layers));
    }
    json!({"layers": layers, "feeds": findings::feeds(dice), "codeowners": dice.some(&owned, 5)})
}

/// A ground, and on it `records`, `known`, `vex`, `documents` and `run`.
pub(crate) fn world(relgate: &Relgate, ground: Value, dice: &mut Dice, findings: usize) -> Value {
    let mut run = run(dice);
    let documents = findings::documents(dice, findings);
    let seen = relgate.keys(&json!(documents));
    let layers = ground["layers"].as_array().unwrap();
    let records = exceptions::records(dice, layers, &documents, &seen, run["now"].as_str().unwrap());
    // What the change is held against, and what is judged: numbers of commits.
    for key in ["from", "to"] {
        if dice.percent(75) {
            run[key] = json!(dice.below(4));
        }
    }
    let known = known(dice, &documents, &seen);
    let vex = vex::documents(dice, &documents);
    let mut world = ground;
    for (key, value) in [("known", known), ("records", records), ("vex", vex), ("documents", documents)] {
        world[key] = json!(value);
    }
    world["run"] = run;
    world
}

/// The baseline: components that were known before, each by the keys that one sighting of it has.
fn known(dice: &mut Dice, documents: &[Value], seen: &BTreeMap<Place, Vec<String>>) -> Vec<Value> {
    let mut taken = BTreeSet::new();
    let mut known = Vec::new();
    if dice.percent(50) {
        return known;
    }
    for ((document, _), keys) in seen {
        if dice.percent(40) && keys.iter().all(|key| key.starts_with("sca/")) && !keys.is_empty() && taken.insert(keys) {
            known.push(json!({
                "standing": dice.pick(&["adopted", "seen"]), "keys": keys, "tool": documents[*document]["tool"],
                "first_seen": dice.pick(&["2025-11-01", "2026-06-01", "2026-10-20", "2026-11-20"]),
            }));
        }
    }
    known
}

/// What is known of the run; what is not named is not known.
fn run(dice: &mut Dice) -> Value {
    let mut run =
        json!({"now": dice.pick(&["2026-11-23T12:00:00Z", "2026-11-23T00:00:00Z", "2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z"])});
    for (fact, values) in [
        ("stage", &STAGES[..]),
        ("branch", &BRANCHES[..]),
        ("release", &["2.14.1", "3.0.0"]),
        ("service", &["payments-api", "billing"]),
        ("repository", &["https://github.com/acme/pay", "https://github.com/acme/bill"]),
    ] {
        if dice.percent(60) {
            run[fact] = json!(dice.pick(values));
        }
    }
    run
}

//! Policies by chance, and layers that only tighten.

use serde_json::{Value, json};

use super::condition::{Allowed, asks_feeds, condition};
use super::{ACTIONS, PATHS, RULES, SEVERITIES, TOOLS, findings};
use crate::decider::naive::rank;
use crate::dice::Dice;

pub(super) const TYPES: [&str; 8] = [
    "false_positive",
    "rotated",
    "risk_acceptance",
    "compensating_control",
    "operational_requirement",
    "vendor_dependency",
    "risk_adjustment",
    "emergency",
];

/// A policy that stands on no other.
pub(super) fn root(dice: &mut Dice) -> Value {
    let mut policy = json!({
        "schema": "relgate.policy/v1", "name": "base", "owner": "appsec@acme.example", "inputs": {"require": []},
        "default_action": dice.pick(&["pass", "pass", "ticket", "block"]),
        "exceptions": {"roles": {"lead": ["dana@acme.example", "lee@acme.example"], "ciso": ["kim@acme.example"]}},
    });
    if dice.percent(15) {
        policy["inputs"]["require"] =
            json!([dice.pick(&[&json!({"id": "code", "tools": ["acme-a"]}), &json!({"id": "hosts", "category": "dast"})])]);
    }
    if dice.percent(40) {
        policy["severity"] = json!({"unrated_as": dice.pick(&SEVERITIES)});
    }
    if dice.percent(30) {
        policy["context"] = json!({"exposure": dice.pick(&["public", "internal", "unknown"])});
    }
    if dice.percent(10) {
        policy["enforcement"] = json!("observe");
    }
    if dice.percent(40) {
        policy["due"] = due(dice);
    }
    let allowed = Allowed { due: policy.get("due").is_some() };
    policy["rules"] = (0..=dice.below(6)).map(|i| rule(dice, allowed, &format!("base-{i}"))).collect();
    overrides(dice, &mut policy, &SEVERITIES);
    let exceptions = &mut policy["exceptions"];
    exceptions["limits"] = (0..=dice.below(3)).map(|_| limit(dice)).collect();
    if dice.percent(30) {
        exceptions["unused"] = json!(dice.pick(&["undecided", "warn", "ignore"]));
    }
    if dice.percent(50) {
        let ceiling = dice.pick(&SEVERITIES[2..]);
        exceptions["emergency"] = json!({"roles": ["ciso"], "max_days": 3, "severity_at_most": ceiling, "review_within": "7d"});
    }
    policy
}

/// A layer over others, which loosens nothing.
pub(crate) fn layer(dice: &mut Dice, under: &[Value]) -> Value {
    let mut policy = json!({"schema": "relgate.policy/v1", "name": "layer", "owner": "pay@acme.example"});
    let set = |pointer: &str| under.iter().rev().find_map(|layer| layer.pointer(pointer));
    let upwards = |dice: &mut Dice, words: &[&str], from: Option<&Value>| {
        let from = from.map_or(0, |from| rank(words, from));
        json!(words[from + dice.below(words.len() - from)])
    };
    if dice.percent(30) {
        policy["default_action"] = upwards(dice, &ACTIONS, set("/default_action"));
    }
    if dice.percent(30) {
        let default = json!("high");
        policy["severity"] = json!({"unrated_as": upwards(dice, &SEVERITIES, Some(set("/severity/unrated_as").unwrap_or(&default)))});
    }
    if set("/due").is_none() && dice.percent(30) {
        policy["due"] = due(dice);
    }
    if set("/context/exposure").is_none() && dice.percent(30) {
        policy["context"] = json!({"exposure": dice.pick(&["public", "internal"])});
    }
    let allowed = Allowed { due: set("/due").is_some() || policy.get("due").is_some() };
    if dice.percent(80) {
        let level = under.len();
        policy["rules"] = (0..=dice.below(3)).map(|i| rule(dice, allowed, &format!("layer-{level}-{i}"))).collect();
    }
    overrides(dice, &mut policy, &SEVERITIES[3..]);
    if dice.percent(40) {
        // No wider than one row of each layer below: the same, shorter and with a higher floor.
        let rows = under.iter().find_map(|layer| layer.pointer("/exceptions/limits")).and_then(Value::as_array).unwrap();
        if under[1..].iter().all(|layer| layer.pointer("/exceptions/limits").is_none()) {
            let mut row = rows[dice.below(rows.len())].clone();
            let floor = upwards(dice, &ACTIONS, Some(&row["floor"]));
            row["floor"] = floor;
            if dice.percent(50) {
                row["max_renewals"] = json!(0);
            }
            if dice.percent(50) {
                row["max_lifetime"] = json!("30d");
            }
            policy["exceptions"] = json!({"limits": [row]});
        }
    }
    policy
}

fn rule(dice: &mut Dice, allowed: Allowed, id: &str) -> Value {
    let when = condition(dice, allowed, 3);
    let mut rule = json!({"id": id, "action": dice.pick(&["block", "block", "ticket", "ticket", "pass"])});
    if asks_feeds(&when) || dice.percent(30) {
        rule["on_unknown"] = json!("skip");
    } else if dice.percent(10) {
        rule["on_unknown"] = json!("match");
    }
    rule["when"] = when;
    if dice.percent(15) {
        rule["effective_on"] = json!(dice.pick(&["2026-11-23", "2026-11-24", "2027-01-01", "2027-01-02"]));
    }
    match dice.below(6) {
        0 => rule["waivable"] = json!(false),
        1 => rule["waivable"] = json!(true),
        2 => rule["waivable"] = dice.some(&[&TYPES[..], &["vex"]].concat(), 5),
        _ => {}
    }
    rule
}

fn overrides(dice: &mut Dice, policy: &mut Value, severities: &[&str]) {
    if !dice.percent(35) {
        return;
    }
    let of = |dice: &mut Dice| {
        let mut entry = json!({"severity": dice.pick(severities), "reason": "the team knows better", "owner": "appsec@acme.example"});
        for _ in 0..=dice.below(2) {
            match dice.below(5) {
                0 => entry["tool"] = json!(dice.pick(&TOOLS)),
                1 => entry["rule_id"] = json!(dice.pick(&[&["*.audit.*", "s*"], &RULES[..]].concat())),
                2 => entry["vulnerability"] = json!(findings::id(dice)),
                3 => entry["package"] = json!(dice.pick(&["pkg:npm/lodash*", "pkg:pypi/requests", "pkg:cargo/*"])),
                _ => entry["path"] = json!([dice.pick(&[&["src/**", "**/*.json"], &PATHS[..]].concat())]),
            }
        }
        entry
    };
    let entries: Vec<Value> = (0..=dice.below(3)).map(|_| of(dice)).collect();
    if policy.get("severity").is_none() {
        policy["severity"] = json!({});
    }
    policy["severity"]["overrides"] = json!(entries);
}

fn due(dice: &mut Dice) -> Value {
    let mut due = json!({"clock": dice.pick(&["first_seen", "fix_released", "published"]), "critical": "15d"});
    for (severity, days) in [("high", "30d"), ("medium", "90d"), ("low", "180d")] {
        if dice.percent(60) {
            due[severity] = json!(days);
        }
    }
    due
}

fn limit(dice: &mut Dice) -> Value {
    let mut row = json!({
        "severity": dice.pick(&[&json!({"at_least": "info"}), &json!({"at_most": "high"}), &json!({"at_least": "critical"})]),
        "max_lifetime": dice.pick(&["30d", "90d", "365d"]), "max_renewals": dice.below(3),
        "approver_roles": dice.some(&["lead", "ciso"], 2), "floor": dice.pick(&["pass", "pass", "ticket", "block"]),
    });
    if dice.percent(35) {
        row["types"] = dice.some(&TYPES, 5);
    }
    row
}

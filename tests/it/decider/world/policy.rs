//! Policies by chance, and layers that only tighten.

use serde_json::{Value, json};

use super::condition::{Allowed, asks_feeds, condition};
use super::{ACTIONS, CATEGORIES, PATHS, RULES, SEVERITIES, TOOLS, findings, vex};
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
pub(crate) fn root(dice: &mut Dice) -> Value {
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
    if dice.percent(60) {
        policy["vex"] = vex::listening(dice, true);
    }
    owners(dice, &mut policy, 0);
    feeds(dice, &mut policy, &[]);
    let allowed = allowed(&[], &policy);
    policy["rules"] = (0..=dice.below(6)).map(|i| rule(dice, allowed, &format!("base-{i}"))).collect();
    budgets(dice, &mut policy, allowed, 0);
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
    if set("/vex").is_none() && dice.percent(30) {
        policy["vex"] = vex::listening(dice, false);
    }
    feeds(dice, &mut policy, under);
    let allowed = allowed(under, &policy);
    if dice.percent(80) {
        let level = under.len();
        policy["rules"] = (0..=dice.below(3)).map(|i| rule(dice, allowed, &format!("layer-{level}-{i}"))).collect();
    }
    owners(dice, &mut policy, under.len());
    budgets(dice, &mut policy, allowed, under.len());
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
    if asks_feeds(&when, allowed) || dice.percent(30) {
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

/// What the rules of a policy over others may ask.
fn allowed(under: &[Value], policy: &Value) -> Allowed {
    let says = |pointer: &str| under.iter().chain([policy]).any(|layer| layer.pointer(pointer).is_some());
    Allowed { due: says("/due"), kev: says("/feeds/kev"), epss: says("/feeds/epss"), ssvc: says("/feeds/ssvc") }
}

/// Feeds that nothing under it names.
fn feeds(dice: &mut Dice, policy: &mut Value, under: &[Value]) {
    for (name, path) in [("kev", "feeds/kev.json"), ("epss", "feeds/epss.csv"), ("ssvc", "feeds/ssvc")] {
        let is_named = under.iter().any(|layer| layer.pointer(&format!("/feeds/{name}")).is_some());
        if !is_named && dice.percent(40) {
            if policy.get("feeds").is_none() {
                policy["feeds"] = json!({});
            }
            policy["feeds"][name] = json!({"path": path, "max_age": dice.pick(&["24h", "60d", "60d", "60d"])});
            if dice.percent(70) {
                policy["feeds"][name]["on_stale"] = json!(dice.pick(&["undecided", "warn"]));
            }
        }
    }
}

/// How much of something may be there.
fn budgets(dice: &mut Dice, policy: &mut Value, allowed: Allowed, level: usize) {
    if dice.percent(35) {
        let budget = |dice: &mut Dice, number: usize| {
            let most = if dice.percent(50) { 3 } else { 30 };
            let max = dice.below(most);
            let mut budget = json!({"id": format!("debt-{level}-{number}"), "max": max, "action": dice.pick(&["block", "ticket", "pass"])});
            let when = condition(dice, allowed, 2);
            if asks_feeds(&when, allowed) || dice.percent(25) {
                budget["count"] = json!("active_exceptions");
            } else {
                budget["when"] = when;
            }
            budget
        };
        policy["budgets"] = (0..=dice.below(2)).map(|number| budget(dice, number)).collect();
    }
}

/// Who owns what: rows that are all different, and CODEOWNERS.
fn owners(dice: &mut Dice, policy: &mut Value, level: usize) {
    if dice.percent(40) {
        let row = |dice: &mut Dice, number: usize| {
            let team = dice.below(3);
            // What it asks is its own: its number is in it.
            let unlike = json!({"rule_id": [format!("row-{level}-{number}")]});
            let asks = match dice.below(5) {
                0 => json!({"category": dice.some(&CATEGORIES, 4)}),
                1 => json!({"tool": dice.some(&TOOLS, 2)}),
                2 => json!({"ecosystem": dice.some(&["npm", "pypi"], 1)}),
                3 => json!({"not": {"path": ["src/**"]}}),
                _ => json!({"path": dice.some(&["src/**", "services/*/*.json", "**/*.js", "Dockerfile"], 2)}),
            };
            json!({"match": {"any": [asks, unlike]}, "owner": dice.pick(&[["payments", "platform", "web"][team]]), "accountable": format!("p{team}@acme.example")})
        };
        policy["ownership"] = (0..=dice.below(3)).map(|number| row(dice, number)).collect();
    }
    if level == 0 && dice.percent(40) {
        policy["use_codeowners"] = json!(dice.percent(80));
    }
}

/// An override that no layer may have: it could lower.
pub(crate) fn lowering(dice: &mut Dice) -> Value {
    let severity = dice.pick(&SEVERITIES[..3]);
    json!({"tool": dice.pick(&TOOLS), "severity": severity, "reason": "the team knows better", "owner": "appsec@acme.example"})
}

/// Days by severity.
pub(crate) fn due(dice: &mut Dice) -> Value {
    let mut due = json!({"clock": dice.pick(&["first_seen", "fix_released", "published"]), "critical": "15d"});
    for (severity, days) in [("high", "30d"), ("medium", "90d"), ("low", "180d")] {
        if dice.percent(60) {
            due[severity] = json!(days);
        }
    }
    if dice.percent(40) {
        due["kev"] = json!(dice.pick(&["7d", "40d"]));
    }
    due
}

/// A limits row.
pub(crate) fn limit(dice: &mut Dice) -> Value {
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

//! Conditions by chance, over all predicates.

use serde_json::{Map, Value, json};

use super::{CATEGORIES, SEVERITIES, STAGES, TOOLS, findings};
use crate::dice::Dice;

/// What a policy lets its rules ask.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each says whether one predicate may be made")]
pub(super) struct Allowed {
    /// It has days.
    pub(super) due: bool,
    /// It names this feed.
    pub(super) kev: bool,
    pub(super) epss: bool,
    pub(super) ssvc: bool,
}

/// A `when`.
pub(super) fn condition(dice: &mut Dice, allowed: Allowed, depth: usize) -> Value {
    let mut when = Map::new();
    for _ in 0..=dice.below(3) {
        if depth > 0 && dice.percent(25) {
            let word = dice.pick(&["any", "all", "not"]);
            let inner = if word == "not" {
                condition(dice, allowed, depth - 1)
            } else {
                (0..=dice.below(3)).map(|_| condition(dice, allowed, depth - 1)).collect()
            };
            when.insert(word.to_owned(), inner);
        } else {
            let (word, wanted) = predicate(dice, allowed);
            when.insert(word.to_owned(), wanted);
        }
    }
    Value::Object(when)
}

/// Whether it asks what only a feed that the policy does not name could answer.
pub(super) fn asks_feeds(when: &Value, allowed: Allowed) -> bool {
    let is_missing = |key: &str| match key {
        "kev" => !allowed.kev,
        "epss" => !allowed.epss,
        "ssvc" => !allowed.ssvc,
        _ => false,
    };
    match when {
        Value::Object(members) => members.iter().any(|(key, value)| is_missing(key) || asks_feeds(value, allowed)),
        Value::Array(items) => items.iter().any(|item| asks_feeds(item, allowed)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn predicate(dice: &mut Dice, allowed: Allowed) -> (&'static str, Value) {
    let yes = json!(dice.percent(60));
    match dice.below(if allowed.due { 31 } else { 30 }) {
        0 | 1 => ("category", dice.some(&CATEGORIES, 4)),
        2 => ("tool", dice.some(&TOOLS, 2)),
        3 => ("rule_id", dice.some(&["sqli", "*.audit.*", "py.*", "*", "x*s", "root-user"], 2)),
        4 => ("message", json!(dice.pick(&["eval", "(?i)INPUT", "^user"]))),
        5 => ("cwe", dice.pick(&[&json!([79]), &json!(["CWE-89"]), &json!([79, 89])]).clone()),
        6 => ("vulnerability", json!([findings::id(dice)])),
        7 | 8 => ("severity", severities(dice)),
        9 => ("cvss", range(dice)),
        10 => ("kev", yes),
        11 => ("epss", json!({"at_least": dice.pick(&[&0.01, &0.5])})),
        12 => ("fix_available", yes),
        13 => ("direct", yes),
        14 => ("dev_dependency", yes),
        15 => ("reachable", yes),
        16 => ("verified", yes),
        17 => ("package", dice.some(&["pkg:npm/lodash*", "pkg:npm/**", "pkg:pypi/requests", "pkg:cargo/time@0.1.*"], 2)),
        18 => ("ecosystem", dice.some(&["npm", "pypi", "cargo"], 2)),
        19 => ("path", dice.some(&["src/**", "**/tests/**", "*.json", "**/*.js", "services/*/*.json", "Dockerfile"], 2)),
        20 => ("state", dice.some(&["new", "existing", "unknown"], 2)),
        21 => ("suppressed", dice.some(&["none", "in_source", "external"], 2)),
        22 => ("in_change", yes),
        23 => ("license", dice.some(&["GPL-3.0-only", "MIT"], 1)),
        24 => ("exposure", dice.some(&["public", "internal"], 1)),
        25 => ("stage", dice.some(&STAGES, 2)),
        26 => ("branch", dice.some(&["main", "release/*", "topic/*", "topic/**"], 2)),
        27 => ("age", json!({"older_than": dice.pick(&["30d", "36h"])})),
        28 => ("ssvc", ssvc(dice)),
        29 => ("owner", dice.some(&["payments", "p*", "web", "@acme/*", "@web", "deps@acme.example"], 2)),
        _ => ("overdue", yes),
    }
}

fn severities(dice: &mut Dice) -> Value {
    let from = dice.below(5);
    match dice.below(4) {
        0 => json!({"in": dice.some(&SEVERITIES, 3)}),
        1 => json!({"at_most": SEVERITIES[from]}),
        2 => json!({"at_least": SEVERITIES[from], "at_most": SEVERITIES[from + dice.below(5 - from)]}),
        _ => json!({"at_least": SEVERITIES[from]}),
    }
}

fn ssvc(dice: &mut Dice) -> Value {
    let mut wanted = json!({"exploitation": dice.some(&["active", "poc", "none"], 2)});
    if dice.percent(40) {
        wanted["automatable"] = json!(dice.percent(60));
    }
    if dice.percent(40) {
        wanted["technical_impact"] = dice.some(&["total", "partial"], 2);
    }
    wanted
}

fn range(dice: &mut Dice) -> Value {
    match dice.below(3) {
        0 => json!({"at_least": 7.0}),
        1 => json!({"at_most": 6.9}),
        _ => json!({"at_least": 4.0, "at_most": 8.9}),
    }
}

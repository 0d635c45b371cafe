//! Exceptions by chance, each valid, most of them about something that was found.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan as _;
use jiff::civil::Date;
use relgate::base::date::date_of;
use serde_json::{Value, json};

use super::policy::TYPES;
use super::{PATHS, RULES, SEVERITIES, TOOLS, findings};
use crate::decider::Place;
use crate::decider::naive::days;
use crate::dice::Dice;

/// The records of a world, no two of which are about the same, and no more than there are findings.
pub(super) fn records(
    dice: &mut Dice,
    layers: &[Value],
    documents: &[Value],
    keys: &BTreeMap<Place, Vec<String>>,
    now: &str,
) -> Vec<Value> {
    let today = date_of(now.parse().unwrap());
    let mut taken = BTreeSet::new();
    let mut records = Vec::new();
    let findings: usize = documents.iter().map(|document| document["findings"].as_array().unwrap().len()).sum();
    for number in 0..dice.below(9.min(findings + 1)) {
        let matches = matches(dice, documents, keys);
        if taken.insert(matches.to_string()) {
            let mut record = record(dice, layers, today);
            record["id"] = json!(format!("EXC-{number}"));
            record["match"] = matches;
            records.push(record);
        }
    }
    records
}

fn matches(dice: &mut Dice, documents: &[Value], keys: &BTreeMap<Place, Vec<String>>) -> Value {
    let (number, document) = {
        let number = dice.below(documents.len());
        (number, &documents[number])
    };
    let found = document["findings"].as_array().unwrap();
    let (index, finding) = if found.is_empty() {
        (0, &Value::Null)
    } else {
        let index = dice.below(found.len());
        (index, &found[index])
    };
    let bound: Vec<&String> = keys.get(&(number, index)).into_iter().flatten().filter(|key| !key.starts_with("loc/")).collect();
    let mut matches = json!({});
    if !bound.is_empty() && dice.percent(30) {
        matches["fingerprint"] = json!(bound[dice.below(bound.len())]);
    } else if let Some(ids) = finding["ids"].as_array() {
        matches["vulnerability"] = if dice.percent(80) { ids[dice.below(ids.len())].clone() } else { json!(findings::id(dice)) };
        let package = &finding["package"];
        if dice.percent(50) {
            matches["package"] = json!(format!("pkg:{}/{}", package["ecosystem"].as_str().unwrap(), package["name"].as_str().unwrap()));
        }
        match dice.below(3) {
            0 => matches["versions"] = json!([package["version"]]),
            1 => matches["versions"] = json!(["4.17.15", "4.17.20", "2.6.0", "2.31.0"]),
            _ => matches["allow_any_version"] = json!(true),
        }
    } else {
        let rule = finding["rule_id"].as_str().unwrap_or_else(|| dice.pick(&RULES));
        // Of tools that agree on a license, one is asked: not said is which.
        let is_named = dice.percent(40) && finding["category"] != "license";
        matches["rule_id"] = if is_named { json!(format!("{}:{rule}", dice.pick(&TOOLS))) } else { json!(rule) };
    }
    if dice.percent(50) {
        let path = finding["path"].as_str().unwrap_or(PATHS[0]);
        matches["path"] = dice.pick(&[&json!([path]), &json!([path]), &json!(["src/*"]), &json!(["**/*.js", "src/lib/b.py"])]).clone();
    }
    matches
}

fn record(dice: &mut Dice, layers: &[Value], today: Date) -> Value {
    let limits = layers.iter().filter_map(|layer| layer.pointer("/exceptions/limits")).filter_map(Value::as_array);
    // A lifetime longer than every row is a mistake of the file.
    let longest = limits.map(|rows| rows.iter().map(|row| days(&row["max_lifetime"])).max().unwrap()).min().unwrap();
    let emergency = layers[0].pointer("/exceptions/emergency");
    let kind = match dice.pick(&TYPES) {
        "emergency" if emergency.is_none() => "risk_acceptance",
        kind => kind,
    };
    let is_emergency = kind == "emergency";
    let longest = if is_emergency { longest.min(3) } else { longest };
    let lifetime = dice.below(usize::try_from(longest).unwrap() + 1);
    // Mostly in force, now and then ended; of what ends today the day still counts.
    let left = if dice.percent(15) { 0 } else { dice.below(lifetime + 1) };
    let approved = today - i64::try_from(lifetime - left).unwrap().days();
    let approved = if dice.percent(10) { approved - 1.days() } else { approved };
    let expires = approved + i64::try_from(lifetime).unwrap().days();
    let (role, holder) = dice.pick(&[&("lead", "dana"), &("lead", "lee"), &("ciso", "kim"), &("ciso", "kim"), &("lead", "kim")]);
    let (role, holder) = if is_emergency { (&"ciso", &"kim") } else { (role, holder) };
    let mut record = json!({
        "type": kind, "status": dice.pick(&["approved", "approved", "approved", "approved", "approved", "approved", "proposed", "revoked"]),
        "effect": dice.pick(&["pass", "ticket"]), "requester": "ola@acme.example", "ticket": "PAY-1",
        "accountable": {"email": format!("{holder}@acme.example"), "role": role},
        "approved": day(approved), "expires": day(expires),
        "reason": if is_emergency { "production-down: the fix ships with it" } else { "the input is validated upstream" },
    });
    match kind {
        "false_positive" => record["justification"] = json!("vulnerable_code_not_present"),
        "rotated" => record["evidence"] = json!("https://wiki.acme.example/rotated"),
        "risk_adjustment" => record["residual_severity"] = json!(dice.pick(&SEVERITIES)),
        "compensating_control" => {
            record["compensating_controls"] =
                json!([{"control": "WAF", "evidence": "https://wiki.acme.example/waf", "validated": day(approved)}]);
        }
        _ => {}
    }
    if !is_emergency && dice.percent(20) {
        // The approval that counts is that of the renewal.
        record["approved"] = day(approved - 20.days());
        let by = dice.pick(&["dana@acme.example", "kim@acme.example", "gone@acme.example"]);
        record["renewals"] = json!([{"approved": day(approved), "expires": day(expires), "by": by, "reason": "the upgrade takes longer"}]);
        if kind == "compensating_control" {
            record["compensating_controls"][0]["validated"] = day(approved - 20.days());
        }
    }
    if is_emergency && dice.percent(60) && expires < today {
        record["review"] = json!({"by": "dana@acme.example", "date": day(expires), "outcome": "it was mended"});
    }
    scope(dice, &mut record);
    record
}

fn scope(dice: &mut Dice, record: &mut Value) {
    if dice.percent(25) {
        let (fact, values): (_, &[&str]) = match dice.below(5) {
            0 => ("stages", &["release", "nightly"]),
            1 => ("branches", &["main", "release/*"]),
            2 => ("services", &["payments-api"]),
            3 => ("releases", &["2.14.*"]),
            _ => ("repositories", &["https://github.com/acme/pay"]),
        };
        record["scope"] = json!({fact: values});
    }
    if dice.percent(15) {
        record["until"] = dice.some(&["fix_available", "kev", "reachable"], 2);
    }
    if dice.percent(15) {
        record["max_findings"] = json!(1 + dice.below(2));
    }
}

fn day(date: Date) -> Value {
    json!(date.to_string())
}

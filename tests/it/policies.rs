//! Policies as a whole: what is shown reads the same again, and the order in which things stand says nothing.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use relgate::model::policy::Policy;
use relgate::pipeline::{self, Wanted};
use relgate::report::policy as shown;
use serde_json::{Value, json};

use crate::support::Room;

/// A policy with every key and every predicate.
fn whole() -> Value {
    json!({
        "schema": "relgate.policy/v1",
        "name": "whole: \"quoted\" # and all",
        "owner": "appsec@acme.example",
        "enforcement": "observe",
        "context": {"service": "pay", "repository": "https://github.com/acme/pay", "exposure": "internal"},
        "escalation": ["head@acme.example", "cto@acme.example"],
        "inputs": {
            "require": [
                {"id": "sast", "category": "sast", "tools": ["semgrep", "codeql"], "min": 2, "max_age": "36h", "allow_undated": true},
                {"id": "sca", "category": "sca", "same_commit": true},
            ],
            "accept_partial": [
                {"tool": "codeql", "notification": "*extraction*", "reason": "generated code does not parse", "accountable": "dana@acme.example", "expires": "2027-01-31"},
            ],
        },
        "severity": {
            "strategy": {"os_packages": "vendor_first", "default": "highest"},
            "source_order": ["vendor", "ghsa", "osv", "nvd", "tool"],
            "unrated_as": "medium",
            "overrides": [
                {"tool": "semgrep", "rule_id": "*.audit.*", "path": ["src/**"], "severity": "low", "reason": "audit rules are advisory", "owner": "appsec@acme.example"},
                {"vulnerability": "CVE-2020-1", "package": "pkg:npm/*", "severity": "critical", "reason": "we are reachable by it", "owner": "appsec@acme.example"},
            ],
        },
        "rules": [
            {"id": "facts", "description": "of a finding", "when": {"category": ["sca"], "severity": {"at_least": "low", "at_most": "high"}, "suppressed": ["none"], "state": ["new", "unknown"], "tool": ["trivy"], "cwe": [79, "CWE-89"], "vulnerability": ["CVE-2020-1"], "cvss": {"at_least": 7.5, "at_most": 9.9}, "fix_available": true, "direct": false, "dev_dependency": false, "reachable": true, "package": ["pkg:npm/*"], "ecosystem": ["npm"]}, "action": "block", "waivable": ["vex", "false_positive"], "controls": ["RA-5", "PCI-DSS 6.3.3"], "effective_on": "2027-01-01"},
            {"id": "feeds", "when": {"kev": true, "epss": {"at_least": 0.25}, "ssvc": {"exploitation": ["active", "poc"], "automatable": true, "technical_impact": ["total"]}}, "on_unknown": "skip", "action": "block", "waivable": false},
            {"id": "texts", "when": {"rule_id": ["a.*"], "message": "(?i)sql \"x\" # y", "path": ["src/**", "lib/*.rs"], "verified": true, "license": ["GPL-3.0-only"]}, "action": "ticket"},
            {"id": "run", "when": {"any": [{"stage": ["release"]}, {"all": [{"branch": ["main", "release/*"]}, {"not": {"in_change": true}}]}], "exposure": ["public", "internal"], "overdue": true, "age": {"older_than": "36h"}, "owner": ["pay-*"], "tag": ["unmaintained"]}, "action": "ticket"},
            {"id": "twice", "when": {"all": [{"severity": {"at_least": "low"}}, {"severity": {"at_most": "high"}}]}, "action": "pass"},
        ],
        "default_action": "ticket",
        "due": {"clock": "first_seen", "preset": "pci-dss-4.0.1", "kev": "7d", "critical": "36h", "low": "200d"},
        "budgets": [
            {"id": "debt", "when": {"severity": {"at_least": "high"}, "overdue": true}, "max": 20, "action": "block"},
            {"id": "exceptions", "count": "active_exceptions", "max": 25, "action": "ticket"},
        ],
        "exceptions": {
            "roles": {"lead": ["dana@acme.example", "kim@acme.example"], "ciso": ["lee@acme.example"]},
            "limits": [
                {"types": ["rotated", "false_positive"], "severity": {"at_least": "info"}, "max_lifetime": "365d", "max_renewals": 3, "approver_roles": ["lead", "ciso"], "floor": "pass"},
                {"severity": {"in": ["critical", "low"]}, "max_lifetime": "12h", "max_renewals": 0, "approver_roles": ["ciso"], "floor": "block"},
            ],
            "separation_of_duties": false,
            "warn_before_expiry": "9d",
            "unused": "undecided",
            "emergency": {"roles": ["ciso"], "max_days": 2, "severity_at_most": "medium", "review_within": "5d"},
        },
        "ownership": [
            {"match": {"path": ["services/pay/**"], "not": {"category": ["iac"]}}, "owner": "payments", "accountable": "maria@acme.example", "contact": "#pay", "escalate_to": ["vp@acme.example", "cto@acme.example"], "route": "jira:PAY"},
            {"match": {"any": [{"package": ["pkg:npm/*"]}, {"ecosystem": ["npm"]}, {"tool": ["trivy"]}, {"rule_id": ["a.*"]}, {"tag": ["t"]}]}, "owner": "web: \"all\"", "accountable": "lee@acme.example"},
        ],
        "use_codeowners": true,
    })
}

fn load(room: &Room, text: &str) -> Policy {
    let path = room.write("policy.yaml", text);
    let names = [path.to_str().unwrap().to_owned()];
    pipeline::policy(&Wanted { names: &names, ..Wanted::default() }).unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"))
}

#[test]
fn what_is_shown_reads_the_same_again() {
    let room = Room::new();
    let policy = load(&room, &whole().to_string());
    let mut text = Vec::new();
    shown::render(&policy, &mut text).unwrap();
    let again = load(&room, &String::from_utf8(text).unwrap());
    assert_eq!(shown::digest(&again), shown::digest(&policy));
    // Each part is in the digest.
    let changed = |change: &dyn Fn(&mut Policy)| {
        let mut other = policy.clone();
        change(&mut other);
        shown::digest(&other) != shown::digest(&policy)
    };
    assert!(changed(&|p| p.enforced = true) && changed(&|p| p.overrides.clear()) && changed(&|p| p.rules[1].fires_on_unknown = true));
    assert!(
        changed(&|p| p.exceptions.emergency = None)
            && changed(&|p| p.due = None)
            && changed(&|p| p.budgets.clear())
            && changed(&|p| p.budgets[0].max = 19)
            && changed(&|p| p.accept_partial.clear())
    );
    assert!(changed(&|p| p.ownership.reverse()) && changed(&|p| p.codeowners = None) && changed(&|p| p.ownership[0].route = None));
}

/// Another order, by the numbers.
fn shuffled(mut parts: Vec<String>, numbers: &mut dyn Iterator<Item = u64>) -> Vec<String> {
    for i in (1..parts.len()).rev() {
        let j = usize::try_from(numbers.next().unwrap() % (i as u64 + 1)).unwrap();
        parts.swap(i, j);
    }
    parts
}

/// The document with the keys of each map, and the rows of the lists that have no order, turned as the numbers say.
fn turned(value: &Value, numbers: &mut dyn Iterator<Item = u64>) -> String {
    match value {
        Value::Object(map) => {
            let order = shuffled(map.keys().cloned().collect(), numbers);
            let mut part = |key: &String| {
                // Of these rows the first that matches counts.
                let rows = map[key].as_array().filter(|_| key == "ownership");
                let rows = rows.map(|rows| rows.iter().map(|row| turned(row, numbers)).collect::<Vec<_>>().join(", "));
                rows.map_or_else(|| turned(&map[key], numbers), |rows| format!("[{rows}]"))
            };
            let parts: Vec<String> = order.iter().map(|key| format!("{}: {}", json!(key), part(key))).collect();
            format!("{{{}}}", parts.join(", "))
        }
        Value::Array(items) if items.iter().all(Value::is_object) => {
            let parts = items.iter().map(|item| turned(item, numbers)).collect();
            format!("[{}]", shuffled(parts, numbers).join(", "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => value.to_string(),
    }
}

#[test]
fn the_order_of_keys_and_rows_says_nothing() {
    let room = Room::new();
    let document = whole();
    let digest = shown::digest(&load(&room, &document.to_string()));
    let config = Config { failure_persistence: None, ..Config::with_cases(10_000) };
    TestRunner::new(config)
        .run(&any::<u64>(), |seed| {
            let mut numbers = (0_u64..).map(|n| (seed ^ n.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 16);
            let text = turned(&document, &mut numbers);
            prop_assert_eq!(&shown::digest(&load(&room, &text)), &digest, "{}", text);
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_policy_named_without_its_folder_stands_on_its_neighbor() {
    let room = Room::new();
    let on = |name: &str, on: &str| format!("schema: relgate.policy/v1\nname: {name}\nowner: a@b.example\nextends: [\"{on}\"]\n");
    room.write("org.yaml", on("org", "builtin:standard"));
    room.write("team.yaml", on("team", "org.yaml"));
    for name in ["team.yaml", "./team.yaml"] {
        let done = room.relgate(&["policy", "check", "--policy", name]).run().exits(0);
        assert_eq!(done.stdout, "ok: team, a@b.example: 10 rules (7 block), 1 required scan; from 3 files\n", "{name}");
    }
}

//! What layers may do: whatever the loader lets through lowers nothing, and whatever would loosen is refused.

use serde_json::{Value, json};

use super::world::{self, ACTIONS, SEVERITIES};
use super::{Answer, Relgate, naive, wanted};
use crate::dice::Dice;

/// A layer that says anything at all, looser or not.
fn wild(dice: &mut Dice, under: &[Value]) -> Value {
    let mut layer = world::layer(dice, under);
    for _ in 0..=dice.below(2) {
        let (pointer, value) = match dice.below(12) {
            0 => ("/default_action", json!(dice.pick(&ACTIONS))),
            1 => ("/severity/unrated_as", json!(dice.pick(&SEVERITIES))),
            2 => ("/enforcement", json!(dice.pick(&["enforce", "observe"]))),
            3 => ("/context/exposure", json!(dice.pick(&["public", "internal"]))),
            4 => ("/exceptions/unused", json!(dice.pick(&["undecided", "warn", "ignore"]))),
            5 => ("/exceptions/roles", json!({"lead": dice.some(&["dana@acme.example", "lee@acme.example", "kim@acme.example"], 3)})),
            6 => ("/exceptions/separation_of_duties", json!(dice.percent(50))),
            7 => ("/exceptions/emergency", json!({"severity_at_most": dice.pick(&SEVERITIES)})),
            8 => ("/exceptions/limits", json!([world::limit(dice)])),
            9 => ("/inputs/require", json!([{"id": "more", "tools": [dice.pick(&world::TOOLS)]}])),
            10 => ("/severity/overrides", json!([world::lowering(dice)])),
            _ => ("/due", world::due(dice)),
        };
        set(&mut layer, pointer, value);
    }
    layer
}

/// Sets a value two keys deep.
fn set(layer: &mut Value, pointer: &str, value: Value) {
    let (section, key) = pointer.rsplit_once('/').unwrap();
    if let Some(section) = section.strip_prefix('/') {
        layer[section][key] = value;
    } else {
        layer[key] = value;
    }
}

/// Takes out of a layer what tells facts that nobody told under it, and so answers what was unknown.
fn without_news(layer: &mut Value, base: &Value) {
    for key in ["context", "due", "feeds", "vex"].into_iter().filter(|key| base.get(key).is_none()).chain(["ownership"]) {
        layer.as_object_mut().unwrap().remove(key);
    }
    let known = base.get("feeds").and_then(Value::as_object);
    if let (Some(feeds), Some(known)) = (layer.get_mut("feeds").and_then(Value::as_object_mut), known) {
        feeds.retain(|kind, _| known.contains_key(kind));
        if feeds.is_empty() {
            layer.as_object_mut().unwrap().remove("feeds");
        }
    }
}

/// What of the upper answer is lower than in the other.
fn lowered(under: &Answer, over: &Answer) -> Vec<String> {
    let rank = |word: &str| ["pass", "ticket", "undecided", "block"].iter().position(|known| *known == word);
    let findings = under.findings.iter().filter_map(|(places, told)| {
        let now = over.findings.get(places).map(|now| now.action);
        (now.and_then(rank) < rank(told.action)).then(|| format!("{places:?}: {} under it, {now:?} with it", told.action))
    });
    let verdict = (rank(over.verdict) < rank(under.verdict)).then(|| format!("{} under it, {} with it", under.verdict, over.verdict));
    findings.chain(verdict).collect()
}

#[test]
fn no_layer_lowers_anything() {
    let (cases, relgate, dice) = (wanted(500).min(10_000), Relgate::new(), &mut Dice::new(7));
    let (mut judged, mut refused) = (0, 0);
    while judged < cases {
        let mut world = world::world(&relgate, world::ground(dice), dice, 40);
        let layers = world["layers"].as_array_mut().unwrap();
        layers.truncate(1);
        let mut layer = wild(dice, layers);
        without_news(&mut layer, &layers[0]);
        let under = relgate.answer(&world).unwrap();
        world["layers"].as_array_mut().unwrap().push(layer);
        match relgate.answer(&world) {
            Ok(over) => {
                let lowered = lowered(&under.answer, &over.answer);
                assert!(lowered.is_empty(), "{world:#}\n{}", lowered.join("\n"));
                let naive = naive::answer(&world, &over);
                assert!(naive == over.answer, "{world:#}\n{}", super::told(&naive, &over.answer));
                judged += under.answer.findings.len();
            }
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 0, "every layer is let through");
}

/// A layer with one thing in it that is looser than under it.
fn loosening(dice: &mut Dice, base: &Value) -> Value {
    let mut layer = json!({"schema": "relgate.policy/v1", "name": "layer", "owner": "pay@acme.example"});
    let told = |pointer: &str| base.pointer(pointer).cloned();
    let lower = |dice: &mut Dice, words: &[&str], value: Option<Value>| {
        let place = value.map_or(0, |value| naive::rank(words, &value));
        (place > 0).then(|| json!(words[dice.below(place)]))
    };
    let widest = |change: &dyn Fn(&mut Value)| {
        // Wider than every row, whatever they are.
        let mut row = json!({
            "severity": {"at_least": "critical"}, "max_lifetime": "1d", "max_renewals": 0, "approver_roles": ["lead"], "floor": "block",
            "types": ["rotated"],
        });
        change(&mut row);
        Some(json!([row]))
    };
    loop {
        let (pointer, value) = match dice.below(14) {
            0 => ("/default_action", lower(dice, &ACTIONS, told("/default_action"))),
            1 => ("/severity/unrated_as", lower(dice, &SEVERITIES, told("/severity/unrated_as").or(Some(json!("high"))))),
            2 => ("/enforcement", (told("/enforcement") != Some(json!("observe"))).then(|| json!("observe"))),
            3 => ("/context/exposure", (told("/context/exposure") == Some(json!("public"))).then(|| json!("internal"))),
            4 => ("/exceptions/unused", lower(dice, &["ignore", "warn", "undecided"], told("/exceptions/unused").or(Some(json!("warn"))))),
            5 => ("/exceptions/roles", Some(json!({"ciso": ["kim@acme.example", "eve@acme.example"]}))),
            6 => ("/exceptions/separation_of_duties", Some(json!(false))),
            7 => ("/exceptions/emergency", Some(json!({"roles": ["ciso", "lead"], "max_days": 3}))),
            8 => ("/exceptions/limits", widest(&|row| row["max_lifetime"] = json!("366d"))),
            9 => ("/exceptions/limits", widest(&|row| row["max_renewals"] = json!(9))),
            10 => ("/severity/overrides", Some(json!([world::lowering(dice)]))),
            11 => ("/rules", Some(json!([{"id": "BASE-0", "when": {"category": ["sast"]}, "action": "pass"}]))),
            12 => ("/due", told("/due").map(|_| json!({"critical": "16d"}))),
            _ => {
                let partial = json!({"tool": "acme-a", "notification": "*x*", "reason": "it is known and harmless", "accountable": "dana@acme.example", "expires": "2027-01-31"});
                ("/inputs/accept_partial", Some(json!([partial])))
            }
        };
        if let Some(value) = value {
            set(&mut layer, pointer, value);
            return layer;
        }
    }
}

#[test]
fn what_loosens_is_refused_with_its_line() {
    let (cases, relgate, dice) = (wanted(200).min(10_000), Relgate::new(), &mut Dice::new(8));
    for _ in 0..cases {
        let base = world::root(dice);
        let layer = loosening(dice, &base);
        let told = relgate.refusal(&[base.clone(), layer.clone()]).unwrap_or_default();
        assert!(
            told.iter().any(|(code, file)| ["policy-looser", "repeated-id"].contains(&code.as_str()) && file.ends_with("policy-1.json")),
            "{base:#}\n{layer:#}\n{told:?}"
        );
    }
}

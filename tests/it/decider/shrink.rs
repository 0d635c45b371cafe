//! Makes a world that shows something small.

use serde_json::Value;

/// Takes away, for as long as it shows, whatever can be taken away of a world: members, items, and what is in them.
pub(super) fn shrink(mut world: Value, mut told: String, shows: impl Fn(&Value) -> Option<String>) -> (Value, String) {
    loop {
        let mut is_smaller = false;
        let mut pointers = Vec::new();
        collect(&world, "", &mut pointers);
        for pointer in pointers {
            let Some(smaller) = without(&world, &pointer) else { continue };
            if let Some(now) = shows(&smaller) {
                (world, told, is_smaller) = (smaller, now, true);
            }
        }
        if !is_smaller {
            return (world, told);
        }
    }
}

/// Everything that can be named in a value; later items first, so that the places of the others stay.
fn collect(value: &Value, at: &str, pointers: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(key, value)| {
            let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
            pointers.push(at.clone());
            collect(value, &at, pointers);
        }),
        Value::Array(items) => items.iter().enumerate().rev().for_each(|(i, value)| {
            let at = format!("{at}/{i}");
            pointers.push(at.clone());
            collect(value, &at, pointers);
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The world without what a pointer names; `None` where the world would be none any more.
fn without(world: &Value, pointer: &str) -> Option<Value> {
    let (parent, key) = pointer.rsplit_once('/')?;
    if is_needed(parent, key) {
        return None;
    }
    let mut smaller = world.clone();
    match smaller.pointer_mut(parent)? {
        Value::Object(members) => drop(members.remove(key)?),
        Value::Array(items) => {
            let at: usize = key.parse().ok()?;
            if at >= items.len() {
                return None;
            }
            items.remove(at);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return None,
    }
    Some(smaller)
}

/// Whether no world is without it. Documents stay where they are: their places are their names.
fn is_needed(parent: &str, key: &str) -> bool {
    let is_in = |list: &str| parent.rsplit_once('/').is_some_and(|(over, _)| over == list || over.ends_with(&format!("exceptions{list}")));
    match key {
        "category" | "start_line" | "feeds" | "max" | "now" | "complete" | "package" | "ecosystem" | "version" | "id" | "action"
        | "when" | "reason" | "owner" => true,
        "rules" | "default_action" | "exceptions" | "limits" | "roles" | "emergency" | "clock" if parent.starts_with("/layers/0") => true,
        "path" => parent.starts_with("/documents"),
        _ if parent.starts_with("/known/") => true,
        _ if parent.contains("/vex/") => key.parse::<usize>().is_err(),
        "scope" | "until" | "max_findings" | "renewals" => false,
        _ => {
            (parent == "/layers" && key == "0")
                || parent.is_empty()
                || parent == "/documents"
                || is_in("/documents")
                || (is_in("/layers") && ["schema", "name", "owner", "inputs"].contains(&key))
                || is_in("/records")
                || is_in("/limits")
                || parent.ends_with("/emergency")
                || parent.contains("feeds/")
                || parent.ends_with("/roles")
                || parent.contains("/renewals/")
                || parent.ends_with("/accountable")
        }
    }
}

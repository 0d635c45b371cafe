//! A project in two states, scanned by two tools: what is new, known and gone is exactly what changed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

use crate::support::{Room, in_repository, repository};

/// A finding of a state: the check, and `path:line`.
type Place = (String, String);

fn place(value: &Value, path: &Value, line: &Value) -> Place {
    (value["rule_id"].as_str().unwrap().to_owned(), format!("{}:{line}", path.as_str().unwrap()))
}

/// What the finding of each place after was before; and what is gone.
fn recalled(room: &Room) -> (BTreeMap<Place, Option<Place>>, BTreeSet<Place>) {
    let baseline = room.path("baseline.json").display().to_string();
    let sources = |state: &str| [format!("fixtures/drift/reports/{state}"), format!("--source-root=fixtures/drift/{state}")];
    let [reports, tree] = sources("before");
    let who = ["--accountable", "dana@acme.example", "--reason", "known before the gate was switched on", "--baseline", &baseline];
    room.relgate(&[&["baseline", "adopt", &reports, &tree], &who[..]].concat()).cwd(repository()).run().exits(0);
    let entries: Value = serde_json::from_str(&room.read("baseline.json")).unwrap();
    let entries: BTreeMap<&str, Place> = entries["adopted"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["id"].as_str().unwrap(), place(entry, &entry["path"], &entry["start_line"])))
        .collect();
    let [reports, tree] = sources("after");
    let args = ["check", &reports, &tree, "--baseline", &baseline, "--dry-run", "--output", "json=-"];
    let report = room.relgate(&args).cwd(repository()).run().json();
    let mut gone: BTreeSet<Place> = entries.values().cloned().collect();
    let after = report["findings"].as_array().unwrap().iter().map(|finding| {
        let at = &finding["locations"][0];
        let before = (!finding["known"].is_null()).then(|| entries[finding["id"].as_str().unwrap()].clone());
        if let Some(before) = &before {
            gone.remove(before);
        }
        (place(finding, &at["path"], &at["start_line"]), before)
    });
    let after = after.collect();
    (after, gone)
}

#[test]
fn what_is_new_known_and_gone_is_what_changed() {
    let (after, gone) = recalled(&Room::new());
    let truth = fs::read_to_string(in_repository("fixtures/drift/truth.tsv")).unwrap();
    let (mut rows, mut equal) = (0, BTreeMap::<&str, (BTreeSet<Place>, BTreeSet<Place>)>::new());
    for row in truth.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = row.split('\t').collect();
        let at = |cell: &str| (cell != "-").then(|| (cells[1].to_owned(), cell.to_owned()));
        let (old, new) = (at(cells[2]), at(cells[3]));
        rows += usize::from(new.is_some());
        match (cells.get(4), new) {
            // Equal code: as many are known as there were.
            (Some(group), Some(new)) => {
                let (olds, news) = equal.entry(group).or_default();
                olds.extend(old);
                news.insert(new);
            }
            (_, Some(new)) => assert_eq!(after[&new], old, "{row}"),
            (_, None) => assert!(gone.contains(&old.unwrap()), "{row}"),
        }
    }
    for (olds, news) in equal.values() {
        let known: BTreeSet<Place> = news.iter().filter_map(|new| after[new].clone()).collect();
        assert_eq!(&known, olds, "{news:?}");
    }
    assert_eq!((after.len(), gone.len()), (rows, 7));
}

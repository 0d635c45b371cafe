//! Any bytes as a VEX document: what counts stands in a whole document of an author who is listened to, and was stated by now.
#![no_main]

use std::cell::RefCell;

use libfuzzer_sys::fuzz_target;
use relgate::model::policy::Policy;
use relgate::model::problem::Weight;
use relgate::model::vex::{Vex, VexSource};
use relgate::pipeline::{VexPlaces, vex};
use relgate_fuzz::{NOW, check_problems, file, standard};
use serde_json::Value;

thread_local! {
    static POLICY: RefCell<Policy> = RefCell::new(standard("vex: {sources: [{path: vex.json, authors: [nobody]}]}"));
}

/// Every short text of a document: its author is among them.
fn texts(value: &Value, all: &mut Vec<String>) {
    match value {
        Value::String(text) if !text.is_empty() && text.len() < 200 => all.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, all)),
        Value::Object(members) => members.values().for_each(|member| texts(member, all)),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn read(path: &str, authors: Vec<String>) -> (Vex, Vec<relgate::model::problem::Problem>) {
    POLICY.with_borrow_mut(|policy| {
        let place = policy.place;
        policy.vex.sources = vec![VexSource { place, path: path.to_owned(), authors }];
        vex(&VexPlaces::default(), Some(policy), *NOW)
    })
}

fuzz_target!(|bytes: &[u8]| {
    let path = file("vex.json", bytes);
    let document: Option<Value> = serde_json::from_slice(bytes).ok();
    let mut authors = Vec::new();
    document.iter().for_each(|document| texts(document, &mut authors));
    let (vex, problems) = read(&path, authors);
    check_problems(&problems, &path, &String::from_utf8_lossy(bytes));
    let is_wrong = problems.iter().any(|problem| problem.weight == Weight::Undecided);
    assert!(!is_wrong || vex.statements.is_empty(), "something is stated, and {problems:?}");
    if vex.documents.is_empty() {
        return assert!(!problems.is_empty() && vex.statements.is_empty(), "nothing is told of a document that does not count");
    }
    let stated = vex.documents.iter().map(|document| document.statements).sum::<u64>();
    assert!(vex.statements.len() as u64 <= stated);
    for statement in &vex.statements {
        assert!(statement.timestamp <= *NOW && !statement.products.is_empty() && statement.document == 0, "{statement:?}");
        let there = document.as_ref().is_none_or(|document| document.pointer(&statement.pointer).is_some());
        assert!(there, "nothing is at {}", statement.pointer);
    }
    let (unheard, told) = read(&path, vec!["nobody".to_owned()]);
    let is_nobody = vex.documents.iter().all(|document| document.author == "nobody");
    assert!(is_nobody || (unheard.statements.is_empty() && !told.is_empty()), "somebody is heard whom nobody listens to");
});

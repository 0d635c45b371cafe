//! Any text as a file of exceptions: with a mistake in it there are no records, the records that there are have ids of their own, and an
//! edit changes what it was asked to change and nothing else.
#![no_main]

use std::sync::LazyLock;

use jiff::civil::{Date, date};
use libfuzzer_sys::fuzz_target;
use relgate::model::exception::Exceptions;
use relgate::model::policy::Policy;
use relgate::model::problem::{Problem, Weight};
use relgate::policy::{Edited, Places, load_edited, load_exceptions, set_status};
use relgate_fuzz::{check_problems, file, standard};

const TODAY: Date = date(2026, 11, 23);

static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    let people = "[dana@acme.example, alice@example.test, carol@example.test, kim@example.test]";
    standard(&format!("exceptions: {{roles: {{approver: {people}}}}}"))
});

fn read(text: &str) -> (Exceptions, Vec<Problem>) {
    let edited = Some(Edited { file: "exceptions.yaml", text });
    let (exceptions, problems, _) = load_edited(&Places::default(), Some(&POLICY), TODAY, edited);
    (exceptions, problems)
}

fn is_wrong(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.weight == Weight::Undecided)
}

fuzz_target!(|text: &str| {
    let (exceptions, problems) = read(text);
    check_problems(&problems, "exceptions.yaml", text);
    let records = exceptions.records;
    assert!(records.is_empty() || !is_wrong(&problems), "{problems:?}");
    assert!(records.windows(2).all(|two| two[0].id < two[1].id), "two records of one id, or in another order");
    let told = format!("{records:?}");
    let name = file("exceptions.yaml", text.as_bytes());
    let places = Places { named: std::slice::from_ref(&name), ..Places::default() };
    let (of_file, wrong) = load_exceptions(&places, Some(&POLICY), TODAY);
    // A byte order mark is left out of a file, and nobody types one.
    if !text.starts_with('\u{feff}') {
        assert_eq!((format!("{:?}", of_file.records), is_wrong(&wrong)), (told.clone(), is_wrong(&problems)));
    }
    let Some(record) = records.first() else { return };
    let more = format!("{text}\nno_key_of_a_file: 1\n");
    assert!(is_wrong(&read(&more).1), "a key that nobody knows is let in");
    let twin = file("twin.yaml", text.as_bytes());
    let both = load_exceptions(&Places { named: &[name, twin], ..Places::default() }, Some(&POLICY), TODAY);
    assert!(both.0.records.is_empty() && is_wrong(&both.1), "one id in two files");
    if let Ok(edited) = set_status(text, &record.id, "revoked") {
        let (after, problems) = read(&edited);
        assert!(!is_wrong(&problems), "{problems:?}");
        let rest = |records: &[relgate::model::exception::Exception]| {
            records.iter().filter(|other| other.id != record.id).map(|other| (other.id.clone(), other.status)).collect::<Vec<_>>()
        };
        assert_eq!((rest(&after.records), after.records.len()), (rest(&records), records.len()));
        assert!(after.records.iter().any(|other| other.id == record.id && format!("{:?}", other.status) == "Revoked"));
    }
});

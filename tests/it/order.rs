//! What changes no byte of a report: the order and the spelling of the arguments, threads, the clock's zone, the language, the folder.

use std::fs;
use std::path::Path;

use relgate::report::FORMATS;

use crate::formats;
use crate::support::{Call, NOW, Room, in_repository};

/// A folder of reports: whole ones, one whose scan failed, one that is cut, and the same document twice.
fn reports() -> (Room, Vec<String>) {
    let room = Room::new();
    let cases = formats::cases();
    // Of `reports/1` the format can be named.
    let folder = |case: &formats::Case| if case.format == "sarif" { 1 } else { case.name.len() % 2 * 2 };
    let name = |case: &formats::Case| format!("reports/{}/{}-{}.sarif", folder(case), case.format, case.name);
    let names: Vec<String> = cases.iter().map(name).collect();
    for (case, name) in cases.iter().zip(&names) {
        room.write(name, fs::read(in_repository(&case.input)).unwrap());
    }
    fs::copy(room.path(&names[0]), room.path("reports/twin.sarif")).unwrap();
    let names = names.into_iter().chain(["reports/twin.sarif".to_owned()]).collect();
    (room, names)
}

fn check(room: &Room, reports: &[&str]) -> Call {
    let args = ["check", "--output", "json=-", "--now", NOW, "--dry-run"];
    room.relgate(&[&args[..], reports].concat())
}

/// The whole report, which says what all of it is about.
fn report(call: Call) -> String {
    let done = call.run().exits(1);
    assert!(done.json()["findings"].as_array().unwrap().len() > 50, "{done}");
    done.stdout
}

#[test]
fn the_order_and_spelling_of_arguments_change_no_byte() {
    let (room, names) = reports();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let expected = report(check(&room, &names));
    let mut reversed = names.clone();
    reversed.reverse();
    let mut rotated = names.clone();
    rotated.rotate_left(7);
    let twice = [&reversed[..], &names[..]].concat();
    let with_folder = [&["reports"], &names[..], &["reports/"]].concat();
    let spellings: [&[&str]; 8] = [
        &reversed,
        &rotated,
        &twice,
        &with_folder,
        &["reports"],
        &["reports/"],
        &["reports/**/*.sarif"],
        &["reports/*.sarif", "reports/2", "reports/0/*", "sarif:reports/1"],
    ];
    for spelling in spellings {
        assert!(report(check(&room, spelling)) == expected, "{spelling:?}");
    }
}

#[test]
fn surroundings_change_no_byte() {
    let (room, names) = reports();
    let absolute: Vec<String> = names.iter().map(|name| room.path(name).to_str().unwrap().to_owned()).collect();
    let absolute: Vec<&str> = absolute.iter().map(String::as_str).collect();
    let call = || check(&room, &absolute);
    let expected = report(call());
    assert!(report(call()) == expected, "the same again");
    for threads in ["1", "2", "4", "64"] {
        assert!(report(call().arg("--threads").arg(threads)) == expected, "--threads {threads}");
    }
    for zone in ["UTC", "Pacific/Kiritimati", "America/St_Johns", "nonsense"] {
        assert!(report(call().env("TZ", zone)) == expected, "TZ={zone}");
    }
    for language in ["C", "tr_TR.UTF-8", "ar_EG.UTF-8", "nonsense"] {
        assert!(report(call().env("LANG", language).env("LC_ALL", language)) == expected, "LANG={language}");
    }
    for folder in [Path::new("/"), &room.path("reports")] {
        assert!(report(call().cwd(folder)) == expected, "in {}", folder.display());
    }
    for (name, value) in [("CI", "true"), ("GITHUB_ACTIONS", "true"), ("NO_COLOR", "1"), ("COLUMNS", "20"), ("TERM", "xterm-256color")] {
        assert!(report(call().env(name, value)) == expected, "{name}={value}");
    }
}

#[test]
fn every_format_is_the_same_whatever_the_order() {
    let (room, names) = reports();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let reversed: Vec<&str> = names.iter().rev().copied().collect();
    for format in FORMATS {
        let output = format!("--output={}=-", format.id);
        let told = |reports: &[&str], threads: &str| {
            let args = ["check", &output, "--now", NOW, "--dry-run", "--threads", threads];
            room.relgate(&[&args[..], reports].concat()).run().exits(1).stdout
        };
        let expected = told(&names, "1");
        // Nobody excepts anything here, so that VEX has only its head, and variables are few.
        let least = if ["openvex", "dotenv"].contains(&format.id) { 100 } else { 1_000 };
        assert!(expected.len() > least && told(&reversed, "4") == expected, "{}", format.id);
    }
}

#[test]
fn one_document_under_two_names_is_told_twice_and_counted_once() {
    let (room, names) = reports();
    let twin: &[&str] = &["reports/twin.sarif"];
    let alone = check(&room, twin).run().json();
    let both = check(&room, &[twin, &[names[0].as_str()]].concat()).run().json();
    assert_eq!(alone["counts"]["findings"], both["counts"]["findings"]);
    assert_eq!(alone["counts"]["by_action"], both["counts"]["by_action"]);
    let sightings = |report: &serde_json::Value| report["counts"]["sightings"].as_u64().unwrap();
    assert_eq!(2 * sightings(&alone), sightings(&both));
}

//! `relgate init`: the first policy of a project, and that nothing of it is ever lost.

use std::fs;

use crate::config_schema::{EXCEPTIONS, POLICY, faults};
use crate::docs::blocks;
use crate::support::{Room, copy, in_repository, names};

const ARGS: [&str; 5] = ["init", "--owner", "appsec@acme.example", "--approver", "dana@acme.example"];

#[test]
fn the_first_policy_is_found_and_valid() {
    let room = Room::new();
    let done = room.relgate(&ARGS).run().exits(0);
    let said =
        "wrote .relgate/policy.yaml\nwrote .relgate/README.md\nwrote .relgate/exceptions/README.md\nthen run: relgate policy check\n";
    assert_eq!((done.stdout.as_str(), done.stderr.as_str()), (said, ""));
    let done = room.relgate(&["policy", "check"]).run().exits(0);
    assert_eq!(done.stdout, "ok: work, appsec@acme.example: 10 rules (7 block), 4 required scans; from 2 files\n");
    let policy = room.read(".relgate/policy.yaml");
    assert_eq!(faults(POLICY, &policy), [""; 0]);
    let schema = concat!("# yaml-language-server: $schema=", env!("CARGO_PKG_REPOSITORY"), "/raw/main/schemas/policy.v1.json\n");
    assert!(policy.starts_with(schema), "{policy}");
    assert!(!policy.contains("FILL-IN"));
    // What is left out as a comment works as well.
    room.write(".relgate/policy.yaml", policy.replace("# reports:", "reports:"));
    copy(&in_repository("fixtures/demo"), &room.path("reports"));
    let report = room.relgate(&["check", "--output", "json=-"]).run().exits(1).json();
    assert_eq!(report["inputs"].as_array().unwrap().len(), 5);
}

#[test]
fn what_nobody_was_named_for_is_refused_until_it_is_filled_in() {
    let room = Room::new();
    let done = room.relgate(&["init"]).run().exits(0);
    assert!(done.stdout.contains("fill in FILL-IN in .relgate/policy.yaml: owner, approver\n"), "{done}");
    let done = room.relgate(&["policy", "check"]).run().exits(2);
    assert_eq!(done.stdout.matches("is not filled in yet; write one plain mail address").count(), 2, "{done}");
    copy(&in_repository("fixtures/demo"), &room.path("reports"));
    room.relgate(&["check", "reports"]).run().exits(2).says("undecided: .relgate/policy.yaml:", "`owner` is not filled in yet");
}

#[test]
fn the_scans_are_those_that_the_project_wants() {
    let room = Room::new();
    for file in ["web/package-lock.json", "Dockerfile", ".trivyignore", ".github/workflows/ci.yml"] {
        room.write(file, "");
    }
    let done = room.relgate(&ARGS).run().exits(0);
    assert!(done.stdout.contains("relgate exception import .trivyignore\n"), "{done}");
    let policy = room.read(".relgate/policy.yaml");
    for line in [
        "    # - {id: sast, category: sast}   # nothing here wants it\n",
        "    - {id: sca, category: sca}   # web/package-lock.json\n",
        "    - {id: secrets, category: secret}\n",
        "    - {id: iac, category: iac}   # Dockerfile\n",
    ] {
        assert!(policy.contains(line), "{line}: {policy}");
    }
    room.relgate(&["policy", "check"]).run().exits(0);
    let readme = room.read(".relgate/README.md");
    assert!(readme.contains("uses: relgate/relgate@") && readme.contains("/.relgate/ dana@acme.example\n"), "{readme}");
}

#[test]
fn shells_and_manuals_know_every_command() {
    let room = Room::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let done = room.relgate(&["completions", shell]).run().exits(0);
        assert!(done.stdout.contains("config-ref") && done.stdout.contains("renew"), "{shell}");
    }
    assert!(room.relgate(&["man"]).run().exits(0).stdout.starts_with(".ie"), "a page of roff");
    assert!(room.relgate(&["man", "policy", "check"]).run().exits(0).stdout.contains("relgate\\-policy\\-check"));
    room.relgate(&["man", "chekc"]).run().exits(2).says("undecided: ", "there is no command `chekc`; commands: check, explain");
}

#[test]
fn nothing_is_overwritten() {
    let room = Room::new();
    room.write(".relgate/exceptions/README.md", "mine");
    let done = room.relgate(&ARGS).run().exits(0);
    assert!(done.stdout.contains("kept .relgate/exceptions/README.md, which was there\n"), "{done}");
    let policy = room.read(".relgate/policy.yaml");
    let done = room.relgate(&["init", "--owner", "other@acme.example"]).run().exits(2);
    assert_eq!(done.stderr, "undecided: .relgate/policy.yaml is there already; nothing was written; look at it: relgate policy check\n");
    assert_eq!((room.read(".relgate/policy.yaml"), room.read(".relgate/exceptions/README.md").as_str()), (policy, "mine"));
    // One further up judges here as well.
    fs::create_dir(room.path("sub")).unwrap();
    room.relgate(&ARGS).cwd(&room.path("sub")).run().exits(2).says("undecided: ../.relgate/policy.yaml is there already", "");
    assert_eq!(names(&room.path("sub")), [""; 0]);
}

#[test]
fn what_is_wrong_with_the_command_writes_nothing() {
    for (args, word) in [
        (["--owner", "Dana", "--approver", "a@b.example"], "--owner Dana: expected one plain mail address"),
        (["--owner", "a@b.example", "--approver", "x"], "--approver x: expected one plain mail address"),
        (["--approver", "a@b.example", "--approver", "A+x@b.example"], "--approver A+x@b.example: the same person twice"),
    ] {
        let room = Room::new();
        room.relgate(&[&["init"][..], &args].concat()).run().exits(2).says("undecided: ", word);
        assert_eq!(names(&room.path("")), [".git"]);
    }
}

#[test]
fn the_record_that_is_shown_is_valid() {
    let room = Room::new();
    room.relgate(&ARGS).run().exits(0);
    let shown = blocks(&room.read(".relgate/exceptions/README.md"));
    let [(_, record)] = shown.as_slice() else { panic!("{shown:?}") };
    assert_eq!(faults(EXCEPTIONS, record), [""; 0]);
    let approved = record.replace("\n    # ", "\n    ").replace("status: proposed", "status: approved");
    assert_eq!(faults(EXCEPTIONS, &approved), [""; 0], "{approved}");
    assert!(approved.contains("\n    approved: "));
}

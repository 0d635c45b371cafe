//! Disks that are full, folders that are closed, inputs that are no files, and an error of our own: never exit 0, never a stale
//! verdict, never a hang.

use std::fs::{self, File, OpenOptions};
use std::io::pipe;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{Done, Room, in_repository, names, repository};

/// Reports that pass and that block.
const PASS: &str = "fixtures/formats/sarif/clean/input.sarif";
const BLOCK: &str = "fixtures/formats/sarif/findings/input.sarif";

/// A folder with both, and with one whose scan failed.
pub(crate) fn room() -> Room {
    let room = Room::new();
    for (name, file) in [("pass.sarif", PASS), ("block.sarif", BLOCK), ("failed.sarif", "fixtures/formats/sarif/failed-run/input.sarif")] {
        room.write(name, fs::read(in_repository(file)).unwrap());
    }
    room
}

/// Runs over the report that passes and the one that blocks; the first must be undecided, and the second block all the same.
fn undecided_and_block(room: &Room, run: impl Fn(&str) -> Done) -> (Done, Done) {
    assert_eq!(room.relgate(&["check", "pass.sarif"]).run().exits(0).stderr, "", "what passes by itself");
    (run("pass.sarif").exits(2), run("block.sarif").exits(1))
}

/// Runs over both; what is asked of them is bad usage, so that neither is judged.
fn refused(run: impl Fn(&str) -> Done) -> [Done; 2] {
    ["pass.sarif", "block.sarif"].map(|file| {
        let done = run(file).exits(2);
        assert!(done.stdout.is_empty() && done.stderr.lines().count() == 1, "{done}");
        done
    })
}

/// What an earlier run left there.
pub(crate) const OLD: &str = r#"{"verdict":{"action":"pass"}}"#;

fn action(room: &Room, file: &str) -> String {
    let report: serde_json::Value = serde_json::from_str(&room.read(file)).unwrap();
    report["verdict"]["action"].as_str().unwrap().to_owned()
}

/// Temporary files that were left behind.
fn left_over(folder: &Path) -> Vec<String> {
    names(folder).into_iter().filter(|name| name.starts_with(".relgate-")).collect()
}

#[test]
fn a_full_standard_output_is_no_pass() {
    let room = room();
    let full = || OpenOptions::new().write(true).open("/dev/full").unwrap();
    for output in ["text=-", "json=-"] {
        let (pass, block) = undecided_and_block(&room, |file| room.relgate(&["check", file, "--output", output]).stdout(full()).run());
        pass.says("undecided: ", "the standard output cannot be written");
        block.says("undecided: ", "the standard output cannot be written");
    }
    room.relgate(&["inspect", "pass.sarif", "--json"]).stdout(full()).run().exits(2).says("undecided: ", "standard output");
    room.relgate(&["inspect", "pass.sarif"]).stdout(full()).run().exits(2).says("undecided: ", "standard output");
    room.relgate(&["formats"]).stdout(full()).run().exits(2).says("undecided: ", "standard output");
    room.relgate(&["--help"]).stdout(full()).run().exits(2);
}

#[test]
fn a_full_standard_error_is_no_pass() {
    let room = room();
    let run = |args: &str| room.command("sh", &["-c", &format!("relgate {args} 2>/dev/full")]).with_relgate_on_path().run();
    for args in ["check failed.sarif", "check pass.sarif failed.sarif", "check missing.sarif", "check --nonsense", "inspect failed.sarif"] {
        assert_ne!(run(args).code(), 0, "{args}");
    }
    run("check pass.sarif").exits(0);
    run("check block.sarif").exits(1);
}

#[test]
fn a_full_standard_error_changes_no_exit_code() {
    let room = room();
    let run = |args: &str| room.command("sh", &["-c", &format!("relgate {args} 2>/dev/full")]).with_relgate_on_path().run().code();
    assert_eq!((run("check failed.sarif"), run("check block.sarif failed.sarif")), (2, 1));
}

#[test]
fn a_closed_standard_output_is_no_pass() {
    let room = room();
    let run = |args: &str| room.command("sh", &["-c", &format!("relgate {args} >&-")]).with_relgate_on_path().run().code();
    assert_eq!((run("check pass.sarif"), run("check block.sarif"), run("inspect pass.sarif")), (2, 1, 2));
    assert_eq!(run("check pass.sarif --output text=report.txt"), 0, "the report is elsewhere");
}

#[test]
fn a_reader_that_went_away_is_no_pass() {
    let room = room();
    let gone = || -> Stdio { pipe().unwrap().1.into() };
    let (pass, _) = undecided_and_block(&room, |file| room.relgate(&["check", file]).stdout(gone()).run());
    pass.says("undecided: ", "the standard output cannot be written");
    room.relgate(&["inspect", "pass.sarif"]).stdout(gone()).run().exits(2);
    room.relgate(&["formats"]).stdout(gone()).run().exits(2);
}

#[test]
fn a_failed_standard_output_is_told_in_the_files() {
    let room = room();
    let full = File::options().write(true).open("/dev/full").unwrap();
    room.relgate(&["check", "pass.sarif", "--output", "text=-", "--output", "json=a.json"]).stdout(full).run().exits(2);
    assert_eq!(action(&room, "a.json"), "undecided");
}

#[test]
fn a_full_disk_is_no_pass() {
    let room = room();
    let (pass, block) = undecided_and_block(&room, |file| {
        room.relgate(&["check", file, "--output", "json=/dev/full", "--output", "text=a.txt", "--output", "text=-"]).run()
    });
    for done in [&pass, &block] {
        assert!(done.stderr.contains("cannot write /dev/full"), "{done}");
    }
    assert!(room.read("a.txt").contains("BLOCK"));
    room.relgate(&["check", "pass.sarif", "--output", "json=/dev/full", "--output", "text=a.txt"]).run().exits(2);
    assert!(room.read("a.txt").contains("UNDECIDED"), "{}", room.read("a.txt"));
}

#[test]
fn a_folder_that_nobody_may_write_is_no_pass() {
    let room = room();
    let closed = room.path("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o500)).unwrap();
    // Permissions do not stop root, but nobody makes files in /proc.
    let is_root = File::create(closed.join("probe")).is_ok();
    let folder = if is_root { "/proc" } else { "closed" };
    let output = format!("json={folder}/a.json");
    let (pass, block) = undecided_and_block(&room, |file| room.relgate(&["check", file, "--output", &output]).run());
    for done in [&pass, &block] {
        assert!(done.stderr.contains(&format!("cannot write {folder}/a.json")), "{done}");
    }
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn an_output_in_a_folder_that_does_not_exist_is_bad_usage_and_makes_none() {
    let room = room();
    let args = ["--output", "text=a.txt", "--output", "json=missing/deep/a.json"];
    for done in refused(|file| room.relgate(&[&["check", file], &args[..]].concat()).run()) {
        done.says("undecided: ", "there is no folder missing/deep");
    }
    assert_eq!(names(&room.path("")), [".git", "block.sarif", "failed.sarif", "pass.sarif"]);
}

#[test]
fn what_is_no_regular_file_is_refused_as_output() {
    let room = room();
    let target = room.write("target.json", OLD);
    symlink(&target, room.path("link.json")).unwrap();
    symlink(room.path("nowhere.json"), room.path("dangling.json")).unwrap();
    fs::create_dir(room.path("folder.json")).unwrap();
    fifo(&room, "fifo.json");
    for (name, word) in [("link", "symlink"), ("dangling", "symlink"), ("folder", "folder"), ("fifo", "pipe")] {
        let output = format!("json={name}.json");
        for done in refused(|file| room.relgate(&["check", file, "--output", &output]).run()) {
            done.says("undecided: ", word);
        }
    }
    assert_eq!(fs::read_to_string(target).unwrap(), OLD, "the target of a symlink is let be");
    assert!(!room.path("nowhere.json").exists());
    assert_eq!(left_over(&room.path("")), [""; 0]);
}

#[test]
fn two_outputs_do_not_share_a_file() {
    let room = room();
    let args = ["--output", "json=a.out", "--output", "text=./a.out"];
    for done in refused(|file| room.relgate(&[&["check", file], &args[..]].concat()).run()) {
        done.says("undecided: ", "two outputs go to one file");
    }
    assert!(!room.path("a.out").exists());
}

#[test]
fn an_output_is_none_of_the_reports() {
    let room = room();
    for (report, output) in [
        (&["pass.sarif"][..], "pass.sarif"),
        (&["pass.sarif"], "./pass.sarif"),
        (&["block.sarif", "pass.sarif"], "pass.sarif"),
        (&["sarif:pass.sarif"], "pass.sarif"),
        (&["*.sarif"], "pass.sarif"),
        (&["."], "pass.sarif"),
        (&["new.json", "pass.sarif"], "new.json"),
    ] {
        let before = fs::read(room.path("pass.sarif")).unwrap();
        for format in relgate::report::FORMATS {
            let output = format!("{}={output}", format.id);
            let done = room.relgate(&[&["check"], report, &["--output", &output]].concat()).run().exits(2);
            done.says("undecided: ", "among the reports to read");
        }
        assert_eq!(fs::read(room.path("pass.sarif")).unwrap(), before, "{report:?} {output}");
        assert_eq!(names(&room.path("")), [".git", "block.sarif", "failed.sarif", "pass.sarif"], "{report:?} {output}");
    }
}

#[test]
fn an_output_of_an_earlier_run_in_a_folder_of_reports_is_refused_as_output() {
    let room = room();
    room.write("reports/a.sarif", fs::read(in_repository(PASS)).unwrap());
    room.write("reports/verdict.json", OLD);
    let done = room.relgate(&["check", "reports", "--output", "json=reports/verdict.json", "--output", "text=a.txt"]).run().exits(2);
    done.says("undecided: ", "since an earlier run");
    assert_eq!(names(&room.path("reports")), ["a.sarif", "verdict.json"]);
    assert!(!room.path("a.txt").exists());
}

#[test]
fn an_old_verdict_never_survives_a_run_that_could_not_decide() {
    let room = room();
    let runs: [(&[&str], Option<&str>); 10] = [
        (&["failed.sarif"], Some("undecided")),
        (&["missing.sarif"], Some("undecided")),
        (&["pass.sarif", "--policy", "builtin:nonsense"], Some("undecided")),
        (&["pass.sarif", "--policy", "mine.yaml"], Some("undecided")),
        // Bad usage writes no report.
        (&["pass.sarif", "--output", "text=missing/a.txt"], None),
        (&["block.sarif", "--output", "text=missing/a.txt"], None),
        (&["block.sarif", "--output", "nonsense=a.txt"], None),
        (&["pass.sarif", "--now", "yesterday"], None),
        (&["pass.sarif", "--commit", "main"], None),
        (&["pass.sarif", "--stage", ""], None),
    ];
    for (args, expected) in runs {
        // Before what is wrong, and behind it.
        let output = ["--output", "json=verdict.json"];
        for all in [[&["check"], &output[..], args].concat(), [&["check"], args, &output[..]].concat()] {
            room.write("verdict.json", OLD);
            let done = room.relgate(&all).run().exits(2);
            let found = room.path("verdict.json").exists().then(|| action(&room, "verdict.json"));
            assert_eq!(found.as_deref(), expected, "{done}");
        }
    }
    room.write(".relgate/policy.yaml", "schema: relgate.policy/v1\n");
    room.write("verdict.json", OLD);
    let done = room.relgate(&["check", "pass.sarif", "--output", "json=verdict.json"]).run().exits(2);
    done.says("undecided: .relgate/policy.yaml:1:1: ", "the policy lacks `name`");
    assert_eq!(action(&room, "verdict.json"), "undecided");
}

fn fifo(room: &Room, name: &str) {
    room.command("mkfifo", &[name]).run().exits(0);
}

#[test]
fn what_is_no_regular_file_is_refused_as_input_and_waited_for_by_nobody() {
    let room = room();
    fifo(&room, "fifo.sarif");
    symlink("loop.sarif", room.path("loop.sarif")).unwrap();
    symlink("fifo.sarif", room.path("to-fifo.sarif")).unwrap();
    symlink("nowhere", room.path("dangling.sarif")).unwrap();
    for (input, word) in [
        ("fifo.sarif", "a named pipe"),
        ("to-fifo.sarif", "a named pipe"),
        ("sarif:fifo.sarif", "a named pipe"),
        ("loop.sarif", "cannot be read"),
        ("dangling.sarif", "there is no such file"),
        ("/dev/zero", "a device"),
        ("/dev/null", "a device"),
        ("pass.sarif/a.sarif", ""),
    ] {
        let name = input.strip_prefix("sarif:").unwrap_or(input);
        room.relgate(&["check", input]).run().exits(2).says(&format!("undecided: {name}: "), word);
        room.relgate(&["check", input, "pass.sarif"]).run().exits(2);
        room.relgate(&["check", input, "block.sarif"]).run().exits(1);
        room.relgate(&["inspect", input, "pass.sarif"]).run().exits(2);
    }
}

#[test]
fn a_folder_with_traps_is_walked_to_its_end() {
    let room = Room::new();
    room.write("reports/a.sarif", fs::read(in_repository(PASS)).unwrap());
    room.write("reports/called.sarif/b.sarif", fs::read(in_repository(PASS)).unwrap());
    symlink("..", room.path("reports/up")).unwrap();
    symlink(".", room.path("reports/self")).unwrap();
    let done = room.relgate(&["check", "reports"]).run();
    // What is judged must be what is in the folder, and `up` leads out of it.
    done.exits(2).says("undecided: reports/up: ", "leads out of the folder");
    fs::remove_file(room.path("reports/up")).unwrap();
    let report = room.relgate(&["check", "reports", "--output", "json=-"]).run().exits(0).json();
    let paths: Vec<&str> = report["inputs"].as_array().unwrap().iter().map(|input| input["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["reports/a.sarif", "reports/called.sarif/b.sarif"]);
    fifo(&room, "reports/fifo.json");
    symlink("loop.json", room.path("reports/loop.json")).unwrap();
    let done = room.relgate(&["check", "reports"]).run().exits(2);
    done.says("undecided: reports/fifo.json: ", "a named pipe").says("undecided: reports/loop.json: ", "");
}

#[test]
fn the_standard_input_is_a_report_like_any_other() {
    let room = Room::new();
    let bytes = |file| fs::read(in_repository(file)).unwrap();
    room.relgate(&["check", "-"]).input(&bytes(PASS)).run().exits(0);
    room.relgate(&["check", "-"]).input(&bytes(BLOCK)).run().exits(1);
    room.relgate(&["check", "-"]).input(&bytes(BLOCK)[..700]).run().exits(2).says("undecided: -:", "");
    room.relgate(&["check", "-"]).input(b"").run().exits(2).says("undecided: -: byte 0: ", "empty");
    room.relgate(&["check", "-"]).run().exits(2);
}

#[test]
fn a_report_that_is_too_large_is_refused() {
    let room = room();
    let size = fs::metadata(room.path("pass.sarif")).unwrap().len();
    let run = |limit: u64| room.relgate(&["check", "pass.sarif", "--max-input-bytes", &limit.to_string()]).run();
    run(size).exits(0);
    run(size - 1).exits(2).says("undecided: pass.sarif: byte ", "larger than");
    run(1).exits(2).says("undecided: pass.sarif: byte ", "larger than");
}

#[test]
fn a_panic_is_undecided_in_one_line() {
    let room = room();
    let target = in_repository("target/planted");
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--bin", "relgate", "--features", "planted-panic", "--offline", "--locked", "--quiet", "--target-dir"]);
    build.arg(&target).current_dir(repository()).env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_INCREMENTAL", "0");
    let done = build.output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let binary = target.join("debug/relgate");
    for file in ["pass.sarif", "block.sarif"] {
        room.write("verdict.json", OLD);
        let done = room.command(binary.to_str().unwrap(), &["check", file, "--output", "json=verdict.json"]).run().exits(2);
        assert!(done.stderr.starts_with("undecided: internal error") && done.stderr.lines().count() == 1, "{done}");
        assert!(done.stdout.is_empty() && !room.path("verdict.json").exists(), "{done}");
    }
    let told = room.command(binary.to_str().unwrap(), &["check", "pass.sarif"]).env("RUST_BACKTRACE", "1").run().exits(2);
    assert!(told.stderr.contains("warning: panicked at src/cli/check.rs:"), "{told}");
}

#[test]
fn a_policy_of_the_projects_own_is_looked_for_up_to_its_root() {
    let room = room();
    let run = |args: &[&str]| room.relgate(args).cwd(&room.path("inner")).run();
    room.write("inner/deep/.keep", "");
    room.write(".relgate/policy.yaml", "schema: relgate.policy/v1\n");
    run(&["check", "../pass.sarif"]).exits(2).says("undecided: ../.relgate/policy.yaml:1:1: ", "the policy lacks `owner`");
    run(&["check", "../block.sarif"]).exits(2);
    run(&["check", "../pass.sarif", "--policy", "builtin:standard"]).exits(0);
    fs::create_dir(room.path("inner/.git")).unwrap();
    run(&["check", "../pass.sarif"]).exits(0);
}

#[test]
fn a_policy_that_leads_nowhere_or_is_misnamed_is_no_pass() {
    type Make = fn(&Path);
    let make: [(&str, &str, Make); 4] = [
        (".relgate/policy.yaml", "there is no such file", |path| symlink("nowhere", path).unwrap()),
        (".relgate/policy.yaml", "cannot be read", |path| symlink("policy.yaml", path).unwrap()),
        (".relgate/policy.yml", "rename it", |path| fs::write(path, "schema: relgate.policy/v1\n").unwrap()),
        (".relgate/policy.yml", "rename it", |path| symlink("nowhere", path).unwrap()),
    ];
    for (name, word, make) in make {
        let room = room();
        fs::create_dir(room.path(".relgate")).unwrap();
        make(&room.path(name));
        for file in ["pass.sarif", "block.sarif"] {
            room.write("verdict.json", OLD);
            let done = room.relgate(&["check", file, "--output", "json=verdict.json"]).run().exits(2);
            done.says("undecided: ", word).says("undecided: ", name);
            let found = room.path("verdict.json").exists().then(|| action(&room, "verdict.json"));
            assert!(found.is_none_or(|action| action == "undecided"), "{name} {file}");
        }
        room.relgate(&["check", "pass.sarif", "--policy", "builtin:standard"]).run().exits(0);
    }
}

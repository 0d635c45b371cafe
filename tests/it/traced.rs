//! The program watched from the kernel's side, by strace: it opens no socket, and whichever write, sync or rename fails or is its
//! last, no verdict is left that it did not reach.

use std::io::Write as _;
use std::process::Command;

use crate::faults::{OLD, room};
use crate::support::{BINARY, Done, Room};

/// Whether strace is there. Without it a test says that it did not run; under CI it fails.
fn strace() -> bool {
    let there = Command::new("strace").arg("-V").output().is_ok();
    assert!(there || std::env::var_os("CI").is_none(), "strace is not installed");
    if !there {
        // Past the test harness, which keeps what a test that passes prints.
        writeln!(std::io::stderr(), "\nNOT RUN: what the program asks of the kernel: strace is not installed").unwrap();
    }
    there
}

/// Runs the program below strace with these options.
fn traced(room: &Room, options: &[&str], args: &[&str]) -> Done {
    let strace = ["-f", "-qq", "-o", "trace"];
    room.command("strace", &[&strace[..], options, &[BINARY], args].concat()).run()
}

#[test]
fn no_socket_is_opened() {
    if !strace() {
        return;
    }
    let room = room();
    for args in [&["check", "block.sarif", "failed.sarif", "--output", "json=a.json"][..], &["inspect", "block.sarif"], &["formats"]] {
        traced(&room, &["-e", "trace=network,execve"], args);
        let trace = room.read("trace");
        let calls: Vec<&str> = trace.lines().filter(|line| line.contains('(')).collect();
        assert!(calls.len() == 1 && calls[0].contains("execve("), "more than the start of the program: {trace}");
    }
}

/// Runs with two outputs while a call fails or kills. `None` is a process that was killed.
fn disturbed(room: &Room, file: &str, calls: &str, how: &str) -> Option<i32> {
    for output in ["a.json", "a.txt"] {
        room.write(output, OLD);
    }
    let (trace, inject) = (format!("trace={calls}"), format!("inject={calls}:{how}"));
    let args = ["check", file, "--output", "json=a.json", "--output", "text=a.txt", "--threads", "1"];
    let done = traced(room, &["-e", &trace, "-e", &inject], &args);
    assert!(room.read("trace").contains("INJECTED") || done.killed(), "{calls}:{how} met no call: {done}");
    (!done.killed()).then(|| done.code())
}

const RENAMES: &str = "?rename,?renameat,?renameat2";

#[test]
fn a_call_that_fails_leaves_no_pass() {
    if !strace() {
        return;
    }
    for calls in ["write", "fsync", RENAMES] {
        for error in ["EIO", "ENOSPC"] {
            for which in ["", ":when=1", ":when=2"] {
                if calls == "write" && which.is_empty() {
                    // The standard error fails as well then: see `faults`.
                    continue;
                }
                let how = format!("error={error}{which}");
                let room = room();
                assert_eq!(disturbed(&room, "pass.sarif", calls, &how), Some(2), "{calls}:{how}");
                for output in ["a.json", "a.txt"].map(|name| room.path(name)) {
                    let text = std::fs::read_to_string(output).unwrap_or_default();
                    let says_so = text.starts_with("UNDECIDED") || text.contains(r#""action":"undecided""#);
                    assert!(text.is_empty() || says_so, "{calls}:{how}: {text}");
                }
                assert_eq!(disturbed(&room, "block.sarif", calls, &how), Some(1), "{calls}:{how}");
            }
        }
    }
}

#[test]
fn a_run_that_is_killed_leaves_no_old_verdict_and_no_torn_one() {
    if !strace() {
        return;
    }
    for calls in ["write", "fsync", RENAMES] {
        for which in 1..=2 {
            let room = room();
            let how = format!("signal=KILL:when={which}");
            assert_eq!(disturbed(&room, "pass.sarif", calls, &how), None, "{calls}:{how}");
            // The JSON report gets its name last of all.
            assert!(!room.path("a.json").exists(), "{calls}:{how}: {}", room.read("a.json"));
            let text = std::fs::read_to_string(room.path("a.txt")).unwrap_or_default();
            assert!(text.is_empty() || text.lines().any(|line| line.starts_with("Reproduce: ")), "{calls}:{how}: torn: {text}");
        }
    }
}

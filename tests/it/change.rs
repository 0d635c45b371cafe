//! Facts about the change that is judged, from real repositories.

use serde_json::{Value, json};

use crate::support::{NOW, Room};

/// A SARIF report of high results in files; a result may be in several.
fn sarif(results: &[&[&str]]) -> String {
    let results: Vec<Value> = results
        .iter()
        .enumerate()
        .map(|(n, paths)| {
            let place = |path: &&str| json!({"physicalLocation": {"artifactLocation": {"uri": path}, "region": {"startLine": n + 1}}});
            let locations: Vec<Value> = paths.iter().map(place).collect();
            json!({"ruleId": format!("r{n}"), "level": "error", "message": {"text": "found"}, "locations": locations})
        })
        .collect();
    json!({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "semgrep"}}, "results": results}]}).to_string()
}

/// A repository with one commit, and another one on it in which `changed.py` is another file; the report is in neither.
fn two_commits() -> (Room, String, String) {
    let room = Room::with_repository();
    room.write(".gitignore", "a.sarif\n");
    for path in ["same.py", "changed.py", "sub/same.py", "sub/changed.py"] {
        room.write(path, path);
    }
    let base = room.commit();
    room.write("changed.py", "other");
    room.write("sub/changed.py", "other");
    room.write("new.py", "new");
    let head = room.commit();
    (room, base, head)
}

/// What the JSON report says with these further arguments.
fn report(room: &Room, code: i32, more: &[&str]) -> Value {
    let args = ["check", "a.sarif", "--dry-run", "--now", NOW, "--stage", "pull_request", "--output", "json=-"];
    room.relgate(&[&args, more].concat()).run().exits(code).json()
}

/// `in_change` of each result, by its rule.
fn in_change(report: &Value) -> Vec<Value> {
    let findings = report["findings"].as_array().unwrap();
    let mut all: Vec<(&str, Value)> =
        findings.iter().map(|finding| (finding["rule_id"].as_str().unwrap(), finding["in_change"].clone())).collect();
    all.sort_by_key(|(rule, _)| *rule);
    all.into_iter().map(|(_, truth)| truth).collect()
}

#[test]
fn what_the_change_does_not_touch_is_told_from_what_it_does() {
    let (room, base, head) = two_commits();
    let results: [&[&str]; 8] = [
        &["same.py"],
        &["changed.py"],
        &["new.py"],
        &["same.py", "changed.py"],
        &["same.py", "untracked.py"],
        &["untracked.py"],
        &["Changed.py"],
        &["sub/../changed.py"],
    ];
    room.write("a.sarif", sarif(&results));
    let refs = ["--commit", &head, "--config-ref", &base];
    let told = report(&room, 1, &refs);
    assert_eq!(
        in_change(&told),
        [json!(false), json!(true), json!(true), json!(true), Value::Null, Value::Null, json!(true), Value::Null],
        "{told:#}"
    );
    let facts = &told["subject"];
    assert_eq!((&facts["config_ref"], &facts["sources"]["config_ref"]), (&json!(base), &json!("flag")));
    let decisions: Vec<(&Value, &Value)> =
        told["findings"].as_array().unwrap().iter().map(|finding| (&finding["rule_id"], &finding["decision"]["action"])).collect();
    // Only what is known not to be in the change is let through in a pull request.
    assert_eq!(decisions.iter().filter(|(_, action)| **action == "ticket").collect::<Vec<_>>(), [&(&json!("r0"), &json!("ticket"))]);
    // Nothing is known without either.
    for refs in [&["--commit", head.as_str()][..], &["--config-ref", &base], &[]] {
        assert!(in_change(&report(&room, 1, refs)).iter().all(Value::is_null), "{refs:?}");
    }
    room.relgate(&["check", "a.sarif", "--dry-run", "--now", NOW, "--config-ref", &base]).run().exits(1).says("warning:", "--commit");
}

#[test]
fn people_read_it_and_explain_tells_why() {
    let (room, base, head) = two_commits();
    room.write("a.sarif", sarif(&[&["same.py"], &["changed.py"], &["none.py"]]));
    let refs = ["--dry-run", "--now", NOW, "--stage", "release", "--commit", &head, "--config-ref", &base];
    let text = room.relgate(&[&["check", "a.sarif"], &refs[..]].concat()).run().exits(1).stdout;
    for line in ["same.py:1   new, not in this change   F-", "changed.py:2   new, in this change   F-", "none.py:3   new   F-"] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(text.contains(&format!("--commit {head} --config-ref {base}")), "{text}");
    let markdown = room.relgate(&[&["check", "a.sarif", "--output", "markdown=-"], &refs[..]].concat()).run().exits(1).stdout;
    assert!(markdown.contains("**HIGH**, new, in this change | "), "{markdown}");
    for (place, line) in [
        ("same.py:1", "false    in_change: true; here the change touches none of its files"),
        ("changed.py:2", "true     in_change: true; here the change touches its files"),
        ("none.py:3", "unknown  in_change: true; here not all of its files are in the repository"),
    ] {
        let told = room.relgate(&[&["explain", place, "a.sarif"], &refs[1..]].concat()).run().exits(0).stdout;
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words(&told).contains(&words(line)), "{line}\n{told}");
    }
    // A saved report is judged once more, from the same commits.
    room.relgate(&[&["check", "a.sarif", "--output", "json=saved.json"], &refs[..]].concat()).run().exits(1);
    let told = room.relgate(&["explain", "same.py:1", "--report", "saved.json"]).run().exits(0).stdout;
    assert!(told.contains("here the change touches none of its files"), "{told}");
}

#[test]
fn paths_from_the_folder_that_is_worked_in_are_found_as_well() {
    let (room, base, head) = two_commits();
    room.write("sub/a.sarif", sarif(&[&["same.py"], &["changed.py"], &["sub/same.py"], &["new.py"]]));
    let args = ["check", "a.sarif", "--dry-run", "--now", NOW, "--commit", &head, "--config-ref", &base, "--output", "json=-"];
    let told = room.relgate(&args).cwd(&room.path("sub")).run().exits(1).json();
    assert_eq!(in_change(&told), [json!(false), json!(true), json!(false), json!(true)]);
}

#[test]
fn a_commit_that_cannot_be_read_leaves_the_run_undecided() {
    let (room, base, head) = two_commits();
    room.write("a.sarif", sarif(&[]));
    let absent = "1".repeat(40);
    let run = |refs: &[&str]| room.relgate(&[&["check", "a.sarif", "--dry-run", "--now", NOW], refs].concat()).run();
    run(&["--commit", &head, "--config-ref", &base]).exits(0);
    let fetch = format!("undecided: --config-ref: the commit {absent} is not in this clone; fetch it: git fetch --depth=1 origin {absent}");
    run(&["--commit", &head, "--config-ref", &absent]).exits(2).says(&fetch, "");
    run(&["--commit", &absent, "--config-ref", &base]).exits(2).says("undecided: --commit: the commit", "git fetch");
    // Nothing rests on it but how early the run may be.
    run(&["--commit", &absent]).exits(0).says("warning: --commit: the commit", "git fetch");
    room.git(&["tag", "-a", "v1", "-m", "x"]);
    let tag = room.git(&["rev-parse", "v1"]);
    run(&["--commit", &head, "--config-ref", &tag]).exits(2).says("undecided: --config-ref:", "is a tag, not a commit");
    // Outside of any clone.
    std::fs::remove_dir_all(room.path(".git")).unwrap();
    run(&["--commit", &head, "--config-ref", &base]).exits(2).says("undecided: --config-ref:", "not in a clone");
    run(&["--commit", &head]).exits(0);
}

#[test]
fn a_branch_is_taken_only_where_nobody_else_moves_it() {
    let (room, base, head) = two_commits();
    room.git(&["branch", "protected", &base]);
    // A tag of the same name is not meant.
    room.git(&["tag", "protected", &head]);
    room.write("a.sarif", sarif(&[&["same.py"], &["changed.py"]]));
    let args = ["check", "a.sarif", "--dry-run", "--now", NOW, "--commit", &head, "--output", "json=-", "--config-ref"];
    let done = room.relgate(&[&args[..], &["protected"]].concat()).run().exits(1).says("warning:", "--config-ref is a branch");
    let told = done.json();
    assert_eq!(in_change(&told), [json!(false), json!(true)]);
    assert_eq!((&told["subject"]["config_ref"], &told["subject"]["sources"]["config_ref"]), (&json!(base), &json!("branch")));
    for variable in ["CI", "GITHUB_ACTIONS", "JENKINS_URL"] {
        let done = room.relgate(&[&args[..], &["protected"]].concat()).env(variable, "true").run().exits(2);
        done.says("undecided: --config-ref protected: not a full hash", variable);
    }
    for name in ["none", "HEAD", "main~1", base.split_at(12).0] {
        room.relgate(&[&args[..], &[name]].concat()).run().exits(2).says(&format!("undecided: --config-ref {name}:"), "full hash");
    }
}

#[test]
fn a_clock_before_the_commit_is_told() {
    let (room, base, head) = two_commits();
    room.write("a.sarif", sarif(&[]));
    let run = |now: &str, refs: &[&str]| room.relgate(&[&["check", "a.sarif", "--dry-run", "--now", now], refs].concat()).run();
    // It is of 2023-11-14T22:13:20Z.
    for refs in [&["--commit", head.as_str()][..], &["--commit", &head, "--config-ref", &base]] {
        run("2023-11-13T22:13:20Z", refs).exits(0);
        run("2023-11-13T22:13:19Z", refs).exits(2).says("undecided: the commit that is judged is of 2023-11-14T22:13:20Z", "clock");
    }
}

#[test]
fn nothing_of_the_environment_decides_what_is_read() {
    let (room, base, head) = two_commits();
    room.write("a.sarif", sarif(&[&["same.py"], &["changed.py"]]));
    let (other, _, _) = two_commits();
    let elsewhere = other.path(".git").to_str().unwrap().to_owned();
    let hook = room.write("hook", "#!/bin/sh\ntouch \"$0.ran\"\n");
    let args = ["check", "a.sarif", "--dry-run", "--now", NOW, "--commit", &head, "--config-ref", &base, "--output", "json=-"];
    let plain = room.relgate(&args).run().exits(1).stdout;
    for (name, value) in [
        ("GIT_DIR", elsewhere.as_str()),
        ("GIT_OBJECT_DIRECTORY", "/nonexistent"),
        ("GIT_ALTERNATE_OBJECT_DIRECTORIES", &elsewhere),
        ("GIT_NAMESPACE", "x"),
        ("GIT_REPLACE_REF_BASE", "refs/heads/"),
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_PARAMETERS", "'core.repositoryformatversion'='9'"),
        ("GIT_EXEC_PATH", "/nonexistent"),
        ("GIT_TRACE", hook.to_str().unwrap()),
        ("GIT_SHALLOW_FILE", "/nonexistent"),
        ("LD_PRELOAD", "/nonexistent"),
    ] {
        let done = room.relgate(&args).env(name, value).run().exits(1);
        assert_eq!(done.stdout, plain, "{name}");
    }
    // A `git` of the change is not run, wherever the PATH looks.
    let own = room.write("bin/git", "#!/bin/sh\ntouch ran\nexit 1\n");
    #[cfg(unix)]
    std::fs::set_permissions(&own, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let known = std::env::var("PATH").unwrap();
    for first in [own.parent().unwrap().to_str().unwrap(), "bin", "", "."] {
        let done = room.relgate(&args).env("PATH", &format!("{first}:{known}")).run().exits(1);
        assert_eq!(done.stdout, plain, "{first}");
    }
    assert!(!room.path("ran").exists());
}

#[test]
fn a_pull_request_that_edits_the_configuration_alone_is_not_blocked() {
    let room = Room::with_repository();
    room.write(".gitignore", "a.sarif\n");
    room.write("same.py", "same");
    let base = room.commit();
    room.write("a.sarif", sarif(&[&["same.py"]]));
    room.write(".relgate/exceptions/e.yaml", "schema: relgate.exceptions/v1\nexceptions: []\n");
    let only = room.commit();
    let of = |commit: &str, code: i32, more: &[&str]| {
        report(&room, code, &[&["--policy", "builtin:strict", "--commit", commit, "--config-ref", &base], more].concat())
    };
    let told = of(&only, 3, &["--ticket-exit-code", "3"]);
    let verdict = &told["verdict"];
    assert_eq!((&verdict["action"], &verdict["configuration_only"]), (&json!("ticket"), &json!(true)));
    assert_eq!(told["findings"][0]["decision"]["action"], "block");
    let text = room.relgate(&[
        "check",
        "a.sarif",
        "--policy",
        "builtin:strict",
        "--dry-run",
        "--now",
        NOW,
        "--stage",
        "pull_request",
        "--commit",
        &only,
        "--config-ref",
        &base,
    ]);
    let text = text.run().exits(0).stdout;
    assert!(
        text.starts_with("dry run: would TICKET (configuration only)")
            && text.contains("the change ships no code but texts of the gate")
            && text.contains("what blocks goes on blocking everything else"),
        "{text}"
    );
    // At no other stage.
    room.relgate(&[
        "check",
        "a.sarif",
        "--policy",
        "builtin:strict",
        "--dry-run",
        "--now",
        NOW,
        "--stage",
        "release",
        "--commit",
        &only,
        "--config-ref",
        &base,
    ])
    .run()
    .exits(1);
    // Nor where it brings what it is blocked by.
    for brought in [".relgate/exceptions/e.yaml", "gone-again.py", "/.relgate/exceptions/e.yaml"] {
        room.write("a.sarif", sarif(&[&["same.py"], &[brought]]));
        let told = of(&only, 1, &[]);
        let seen = (&told["verdict"]["configuration_only"], &told["counts"]["by_action"]["block"]);
        assert_eq!(seen, (&json!(false), &json!(2)), "{brought}");
    }
    // Nor where it does not stand on what it is held against: that could come back with it.
    room.write("a.sarif", sarif(&[&["same.py"]]));
    room.git(&["checkout", "-q", "-b", "other", &base]);
    let further = room.commit();
    let told = report(&room, 1, &["--policy", "builtin:strict", "--commit", &only, "--config-ref", &further]);
    assert_eq!(told["verdict"]["configuration_only"], json!(false));
}

#[test]
fn a_report_that_the_change_brings_is_no_evidence() {
    let room = Room::with_repository();
    room.write("old.sarif", sarif(&[]));
    let base = room.commit();
    room.write("reports/new.sarif", sarif(&[]));
    let head = room.commit();
    room.write("written.sarif", sarif(&[]));
    let check = |reports: &str| {
        let args = ["check", reports, "--dry-run", "--now", NOW, "--commit", &head, "--config-ref", &base];
        room.relgate(&args).run()
    };
    let warned = "this report is a file of the repository";
    check("written.sarif").exits(0);
    check("./old.sarif").exits(0).says("warning: ./old.sarif: ", warned);
    // Whatever way leads there.
    std::os::unix::fs::symlink("reports", room.path("link")).unwrap();
    for reports in ["reports", "..", "link/new.sarif", room.path("reports/new.sarif").to_str().unwrap()] {
        if reports.contains("..") {
            room.relgate(&["check", "../reports", "--dry-run", "--now", NOW, "--commit", &head, "--config-ref", &base])
                .cwd(&room.path("reports"))
                .run()
                .exits(2)
                .says("undecided: ", "this report is a file that the change brings");
            continue;
        }
        check(reports).exits(2).says("undecided: ", "this report is a file that the change brings");
    }
}

/// What a change does beside an edit of the gate's texts.
type Edit = (&'static str, &'static dyn Fn(&Room));

#[test]
fn whatever_is_more_than_a_text_of_the_gate_is_code() {
    let with = |edit: &dyn Fn(&Room)| {
        let room = Room::with_repository();
        room.write(".gitignore", "a.sarif\n");
        room.write("same.py", "same");
        let base = room.commit();
        room.write("a.sarif", sarif(&[&["same.py"]]));
        room.write(".relgate/exceptions/e.yaml", "schema: relgate.exceptions/v1\nexceptions: []\n");
        edit(&room);
        room.git(&["add", "-A"]);
        room.git(&["commit", "-q", "-m", "x"]);
        let head = room.git(&["rev-parse", "HEAD"]);
        let judged = ["--policy", "builtin:strict", "--commit", &head, "--config-ref", &base];
        let args = [&["check", "a.sarif", "--dry-run", "--now", NOW, "--stage", "pull_request"], &judged[..]].concat();
        room.relgate(&args).run()
    };
    with(&|_| {}).exits(0);
    let edits: [Edit; 8] = [
        ("another file", &|room| drop(room.write("b.py", "x"))),
        ("a folder of another one", &|room| drop(room.write("services/.relgate/exceptions/e.yaml", "x"))),
        ("a folder in another case", &|room| drop(room.write(".Relgate/exceptions/e.yaml", "x"))),
        ("a script", &|room| drop(room.write(".relgate/run.sh", "true"))),
        ("what another program could take", &|room| drop(room.write(".relgate/ci.yaml", "x"))),
        ("a symlink", &|room| std::os::unix::fs::symlink("../../same.py", room.path(".relgate/exceptions/notes.md")).unwrap()),
        ("what is to be run", &|room| {
            room.write(".relgate/exceptions/run.md", "#!/bin/sh\n");
            room.git(&["add", "-A"]);
            room.git(&["update-index", "--chmod=+x", ".relgate/exceptions/run.md"]);
            room.git(&["config", "core.fileMode", "false"]);
        }),
        ("a submodule", &|room| {
            room.git(&["init", "-q", ".relgate/vex/a.json"]);
            room.git(&["-C", ".relgate/vex/a.json", "commit", "-q", "--allow-empty", "-m", "x"]);
        }),
    ];
    for (what, edit) in edits {
        let done = with(edit);
        assert!(done.code() != 0 && !done.stdout.contains("configuration only"), "{what}: {done}");
    }
}

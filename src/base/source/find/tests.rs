//! Arguments and what they find.

use std::fs;

use super::*;

type Tested = Result<(), Box<dyn std::error::Error>>;

/// A folder with some files in it.
fn folder(files: &[&str]) -> std::io::Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    for file in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap_or(folder.path()))?;
        fs::write(path, "{}")?;
    }
    Ok(folder)
}

/// What arguments below a folder find: `FORMAT:PATH` with `!` if it was named itself, and `PATH: code` of each fault.
fn found(folder: &tempfile::TempDir, args: &[&str]) -> (Vec<String>, Vec<String>) {
    let root = format!("{}/", folder.path().display());
    let args: Vec<String> = args
        .iter()
        .map(|arg| match arg.split_once(':') {
            Some((format @ ("sarif" | "trivy"), path)) => format!("{format}:{root}{path}"),
            Some(_) | None if *arg == "-" => (*arg).to_owned(),
            Some(_) | None => format!("{root}{arg}"),
        })
        .collect();
    let Found { reports, faults, .. } = find(&args, &|format| matches!(format, "sarif" | "trivy"));
    let short = |path: &str| path.strip_prefix(&root).unwrap_or(path).to_owned();
    let report = |named: Named| {
        let format = named.format.map(|format| format + ":").unwrap_or_default();
        format!("{format}{}{}", short(&named.path), if named.explicit { "!" } else { "" })
    };
    (
        reports.into_iter().map(report).collect(),
        faults.into_iter().map(|(path, fault)| format!("{}: {}", short(&path), fault.code)).collect(),
    )
}

fn is(found: &(Vec<String>, Vec<String>), reports: &[&str], faults: &[&str]) {
    assert_eq!(
        (found.0.iter().map(String::as_str).collect::<Vec<_>>(), found.1.iter().map(String::as_str).collect::<Vec<_>>()),
        (reports.to_vec(), faults.to_vec())
    );
}

#[test]
fn a_folder_gives_its_reports_in_order() -> Tested {
    let tree = folder(&["b.json", "a/x.SARIF", "a/y.ndjson.gz", "c.jsonl", "notes.txt", ".git/z.json", "a/.h/z.json", ".dot.json"])?;
    is(&found(&tree, &["."]), &["./.dot.json", "./a/x.SARIF", "./a/y.ndjson.gz", "./b.json", "./c.jsonl"], &[]);
    is(&found(&tree, &[".git"]), &[".git/z.json"], &[]);
    Ok(())
}

#[test]
fn one_file_is_kept_once_whatever_the_order() -> Tested {
    let tree = folder(&["a.json", "b.json"])?;
    for args in [["a.json", ".", "trivy:*.json"], ["trivy:*.json", ".", "a.json"], [".", "trivy:*.json", "a.json"]] {
        is(&found(&tree, &args), &["trivy:./b.json", "trivy:a.json!"], &[]);
    }
    for args in [["trivy:a.json", "sarif:a.json"], ["sarif:a.json", "trivy:a.json"]] {
        is(&found(&tree, &args), &["sarif:a.json!"], &["a.json: two-formats"]);
    }
    is(&found(&tree, &["-", "-"]), &["-!"], &[]);
    Ok(())
}

#[test]
fn a_format_is_told_from_a_name() -> Tested {
    let tree = folder(&["sarif:a.json", "a.json"])?;
    let name = format!("{}/sarif:a.json", tree.path().display());
    let named = find(&[name, "sarif:-".to_owned()], &|_| true);
    let formats: Vec<_> = named.reports.iter().map(|named| named.format.as_deref()).collect();
    assert_eq!(formats, [Some("sarif"), None]);
    is(&found(&tree, &["other:a.json"]), &[], &["other:a.json: missing"]);
    Ok(())
}

#[test]
fn globs_match_below_their_folder() -> Tested {
    let tree = folder(&["r/a.json", "r/b.txt", "r/s/c.json", "r/.h/d.json", "[x].json", "x.json"])?;
    is(&found(&tree, &["r/*"]), &["r/a.json", "r/b.txt"], &[]);
    is(&found(&tree, &["r/**/*.json"]), &["r/a.json", "r/s/c.json"], &[]);
    is(&found(&tree, &["r/*/c.{json,sarif}"]), &["r/s/c.json"], &[]);
    is(&found(&tree, &["[x].json"]), &["[x].json!"], &[]);
    is(&found(&tree, &["none/*.json", "*.sarif", "[z.json"]), &[], &["*.sarif: no-match", "[z.json: glob", "none/*.json: no-match"]);
    Ok(())
}

#[test]
fn a_folder_without_a_report_is_a_fault() -> Tested {
    let tree = folder(&["empty/notes.txt", "empty/.h/a.json", "full/a.json"])?;
    is(&found(&tree, &["empty", "full"]), &["full/a.json"], &["empty: no-report"]);
    Ok(())
}

#[test]
fn every_report_has_its_place() -> Tested {
    let tree = folder(&["r/a.json", "b.json"])?;
    let at = |name: &str| tree.path().join(name).to_string_lossy().into_owned();
    let found = find(&[at("r/../r"), at("b.*"), at("r/none.sarif"), "-".to_owned()], &|_| false);
    let root = tree.path().canonicalize()?;
    let held = |name: &str| found.holds(&root.join(name));
    for name in ["r/a.json", "b.json", "r/none.sarif", "r/other.sarif", "r/deep/new.json", "b.new"] {
        assert!(held(name), "{name}");
    }
    for name in ["c.json", "r/notes.txt", "r/.out/new.json"] {
        assert!(!held(name), "{name}");
    }
    Ok(())
}

#[cfg(unix)]
#[test]
fn symlinks_stay_in_the_tree() -> Tested {
    use std::os::unix::fs::symlink;
    let (tree, outside) = (folder(&["a/x.json", "a/.h/z.json", "data"])?, folder(&["o.json", "d/o.json"])?);
    let at = |name: &str| tree.path().join(name);
    symlink("..", at("a/loop"))?;
    symlink("a", at("inside"))?;
    symlink("data", at("named.json"))?;
    symlink(outside.path().join("o.json"), at("notes.txt"))?;
    is(&found(&tree, &["."]), &["./a/x.json", "./named.json"], &[]);
    symlink("a/.h", at("to-hidden"))?;
    symlink(outside.path().join("o.json"), at("out.json"))?;
    symlink(outside.path().join("d"), at("out"))?;
    symlink("nowhere", at("broken.json"))?;
    symlink("self.json", at("self.json"))?;
    let faults = ["./broken.json: missing", "./out: symlink", "./out.json: symlink", "./self.json: unreadable", "./to-hidden: symlink"];
    is(&found(&tree, &["."]), &["./a/x.json", "./named.json"], &faults);
    is(&found(&tree, &["o*.json"]), &[], &["out.json: symlink"]);
    // Who names a symlink, means its target.
    is(&found(&tree, &["out.json", "out"]), &["out.json!", "out/o.json"], &[]);
    Ok(())
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_a_fault() -> Tested {
    use std::os::unix::ffi::OsStrExt as _;
    let tree = folder(&[])?;
    let pipe = tree.path().join("pipe.json");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status()?.success());
    fs::write(tree.path().join(std::ffi::OsStr::from_bytes(b"\xff.json")), "{}")?;
    is(&found(&tree, &["pipe.json", "none.json"]), &[], &["none.json: missing", "pipe.json: not-a-file"]);
    is(&found(&tree, &["."]), &[], &["./pipe.json: not-a-file", "./\u{fffd}.json: file-name"]);
    Ok(())
}

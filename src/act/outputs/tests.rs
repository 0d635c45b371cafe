//! Whole or not at all.

use super::*;

type Tested = Result<(), Box<dyn std::error::Error>>;

/// The path of a name in a folder.
fn at(folder: &tempfile::TempDir, name: &str) -> String {
    folder.path().join(name).to_string_lossy().into_owned()
}

/// What a folder holds, in order.
fn names(folder: &tempfile::TempDir) -> io::Result<Vec<String>> {
    let names = fs::read_dir(folder.path())?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let mut names = names.collect::<io::Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

/// Why staging fails.
fn refusal(path: &str) -> Option<String> {
    Outputs::default().stage(path, &|out| out.write_all(b"new")).err().map(|error| error.to_string())
}

#[test]
fn names_change_only_when_everything_is_written() -> Tested {
    let folder = tempfile::tempdir()?;
    let (text, json) = (at(&folder, "report.md"), at(&folder, "report.json"));
    fs::write(&text, "old")?;
    let mut outputs = Outputs::default();
    outputs.stage(&text, &|out| out.write_all(b"new"))?;
    outputs.stage(&json, &|out| writeln!(out, "{{}}"))?;
    assert_eq!((fs::read_to_string(&text)?.as_str(), Path::new(&json).exists()), ("old", false));
    assert!(outputs.commit().is_ok());
    assert_eq!((fs::read_to_string(&text)?, fs::read_to_string(&json)?), ("new".to_owned(), "{}\n".to_owned()));
    assert_eq!(names(&folder)?, ["report.json", "report.md"]);
    Ok(())
}

#[test]
fn an_output_that_fails_leaves_nothing() -> Tested {
    let folder = tempfile::tempdir()?;
    let mut outputs = Outputs::default();
    outputs.stage(&at(&folder, "a"), &|out| out.write_all(b"a"))?;
    let broken = outputs.stage(&at(&folder, "b"), &|out| {
        out.write_all(b"half")?;
        Err(io::Error::other("no more"))
    });
    let message = format!("cannot write {}: no more; check the folder's permissions and the space on the disk", at(&folder, "b"));
    assert_eq!(broken.err().map(|error| error.to_string()), Some(message));
    drop(outputs);
    assert_eq!(names(&folder)?, Vec::<String>::new());
    Ok(())
}

#[test]
fn a_name_that_cannot_be_given_stops_the_rest() -> Tested {
    let folder = tempfile::tempdir()?;
    let mut outputs = Outputs::default();
    for name in ["a", "b", "c"] {
        outputs.stage(&at(&folder, name), &|out| out.write_all(name.as_bytes()))?;
    }
    fs::create_dir(at(&folder, "b"))?;
    let torn = outputs.commit().err();
    assert_eq!(torn.as_ref().map(|torn| torn.written.clone()), Some(vec![at(&folder, "a")]));
    assert!(torn.is_some_and(|torn| torn.error.to_string().starts_with(&format!("cannot write {}: ", at(&folder, "b")))));
    assert_eq!(names(&folder)?, ["a", "b"]);
    Ok(())
}

#[test]
fn what_no_file_can_be_is_refused() -> Tested {
    let folder = tempfile::tempdir()?;
    let refused = |path: &str, words: &str| assert!(refusal(path).is_some_and(|text| text.contains(words)), "{path}: {:?}", refusal(path));
    refused(&at(&folder, ""), "is a folder");
    refused(&at(&folder, "none/"), "names no file");
    refused(&at(&folder, "none/report.json"), "there is no folder");
    refused("", "names no file");
    Ok(())
}

#[test]
fn one_file_under_two_spellings_is_refused() -> Tested {
    let folder = tempfile::tempdir()?;
    let mut outputs = Outputs::default();
    outputs.stage(&at(&folder, "a"), &|_| Ok(()))?;
    assert!(
        outputs.stage(&at(&folder, "./a"), &|_| Ok(())).is_err_and(|error| error.to_string().starts_with("two outputs go to one file"))
    );
    Ok(())
}

#[cfg(unix)]
#[test]
fn symlinks_and_pipes_are_refused() -> Tested {
    let folder = tempfile::tempdir()?;
    fs::write(at(&folder, "target"), "old")?;
    std::os::unix::fs::symlink("target", at(&folder, "link"))?;
    std::os::unix::fs::symlink("/dev/null", at(&folder, "device"))?;
    assert!(std::process::Command::new("mkfifo").arg(at(&folder, "pipe")).status()?.success());
    for (name, words) in [("link", "is a symlink"), ("device", "is a symlink"), ("pipe", "is a pipe")] {
        assert!(refusal(&at(&folder, name)).is_some_and(|text| text.contains(words)), "{name}");
    }
    assert_eq!(fs::read_to_string(at(&folder, "target"))?, "old");
    Ok(())
}

#[cfg(target_os = "linux")]
#[test]
fn devices_are_written_as_they_are() {
    assert_eq!(refusal("/dev/null"), None);
    assert!(refusal("/dev/full").is_some_and(|text| text.starts_with("cannot write /dev/full: No space left")));
}

#[cfg(unix)]
#[test]
fn others_may_read_an_output() -> Tested {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir()?;
    fs::write(at(&folder, "plain"), "")?;
    let mut outputs = Outputs::default();
    outputs.stage(&at(&folder, "a"), &|_| Ok(()))?;
    assert!(outputs.commit().is_ok());
    let mode = |name| fs::metadata(at(&folder, name)).map(|metadata| metadata.permissions().mode());
    assert_eq!(mode("a")?, mode("plain")?);
    Ok(())
}

#[test]
fn an_old_verdict_is_removed_and_nothing_else() -> Tested {
    let folder = tempfile::tempdir()?;
    fs::write(at(&folder, "old"), "pass")?;
    fs::create_dir(at(&folder, "folder"))?;
    for name in ["old", "folder", "none"] {
        clear_stale(&at(&folder, name))?;
    }
    assert_eq!(names(&folder)?, ["folder"]);
    Ok(())
}

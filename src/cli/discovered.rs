//! A project's own configuration: `.relgate` between the current folder and the root of its repository, and no further.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::base::source::Committed;
use crate::pipeline::Folders;

/// Where a project keeps its configuration.
const FOLDER: &str = ".relgate";

/// Its policy.
const POLICY: &str = "policy.yaml";

/// Its baseline.
pub(super) const BASELINE: &str = "baseline.json";

/// What the policy is called by mistake.
const MISNAMED: &str = "policy.yml";

/// Its profiles of tools.
const PROFILES: &str = "profiles";

/// Its mappings of reports.
const MAPPINGS: &str = "mappings";

/// The project's policy, named from the current folder: `.relgate/policy.yaml`, `../.relgate/policy.yaml`. One that could lie there
/// and cannot be seen counts as there.
///
/// With a commit it is looked for there.
pub(super) fn policy(here: io::Result<PathBuf>, commit: Option<&Committed>) -> Result<Option<String>> {
    let help = "name a policy: --policy builtin:standard";
    let here = here.with_context(|| format!("the current folder is not known, nor whether a policy lies there; {help}"))?;
    for (up, folder) in here.ancestors().enumerate() {
        let relgate = folder.join(FOLDER);
        let (policy, misnamed) = (relgate.join(POLICY), relgate.join(MISNAMED));
        if is_there(&policy, commit) || leads_nowhere(&relgate, commit) {
            return Ok(Some(format!("{}{FOLDER}/{POLICY}", "../".repeat(up))));
        }
        if is_there(&misnamed, commit) {
            bail!("{}: a project's policy is called {POLICY}, and this one would not be read; rename it, or {help}", misnamed.display());
        }
        if folder.join(".git").exists() {
            break;
        }
    }
    Ok(None)
}

/// The baseline of a project without a policy, where there is one.
pub(super) fn baseline(here: io::Result<PathBuf>, commit: Option<&Committed>) -> Result<Option<String>> {
    let here = here.context("the current folder is not known, nor whether a baseline lies there; run in a folder that exists")?;
    Ok(nearest(&here, BASELINE, commit).map(|path| path.to_string_lossy().into_owned()))
}

/// The folders that say something of the project's tools.
pub(super) fn tools(here: io::Result<PathBuf>, commit: Option<&Committed>) -> Result<Folders<'_>> {
    let here = here.context("the current folder is not known, nor whether profiles and mappings lie there; run in a folder that exists")?;
    Ok(Folders { profiles: nearest(&here, PROFILES, commit), mappings: nearest(&here, MAPPINGS, commit), commit })
}

/// A folder or file of the project's configuration, named from the current folder: the nearest that there is, up to the root of the
/// repository. One that could lie there and cannot be seen counts as there.
fn nearest(here: &Path, name: &str, commit: Option<&Committed>) -> Option<PathBuf> {
    for (up, folder) in here.ancestors().enumerate() {
        let relgate = folder.join(FOLDER);
        if is_there(&relgate.join(name), commit) || leads_nowhere(&relgate, commit) {
            return Some(Path::new(&"../".repeat(up)).join(FOLDER).join(name));
        }
        if folder.join(".git").exists() {
            break;
        }
    }
    None
}

/// The root of the repository from a folder in it: `..`, `../..`; `None` for the root itself and outside of any.
pub(super) fn root(here: &Path) -> Option<String> {
    let up = here.ancestors().position(|folder| folder.join(".git").exists()).filter(|up| *up > 0)?;
    Some(vec![".."; up].join("/"))
}

/// The folder of the repository, for what lies in it: its root, else the folder that is worked in.
pub(super) fn repository() -> PathBuf {
    // Where the current folder is not known, what lies in it is not found either, and that is told.
    let root = std::env::current_dir().ok().and_then(|here| root(&here));
    PathBuf::from(root.unwrap_or_else(|| ".".to_owned()))
}

/// Whether something has this name, or could have it and cannot be seen.
fn is_there(path: &Path, commit: Option<&Committed>) -> bool {
    if let Some(commit) = commit {
        return commit.is_there(path);
    }
    fs::symlink_metadata(path).map_or_else(|error| error.kind() != io::ErrorKind::NotFound, |_| true)
}

/// Whether a name is there, and nothing behind it. What lies behind a symlink in a commit counts as there, and is refused where it is read.
fn leads_nowhere(path: &Path, commit: Option<&Committed>) -> bool {
    commit.is_none() && is_there(path, None) && fs::metadata(path).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Tested = Result<(), Box<dyn std::error::Error>>;

    /// What a run in `sub/deep` of a repository finds, in which something was made.
    fn found(make: impl Fn(&Path) -> io::Result<()>) -> Result<String, Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let repository = folder.path().join("repository");
        fs::create_dir_all(repository.join(".git"))?;
        fs::create_dir_all(repository.join("sub/deep"))?;
        make(&repository)?;
        let root = format!("{}/", repository.display());
        Ok(match policy(Ok(repository.join("sub/deep")), None) {
            Ok(found) => found.unwrap_or_default(),
            Err(error) => error.to_string().replace(&root, ""),
        })
    }

    #[test]
    fn a_policy_is_found_up_to_the_repository() -> Tested {
        assert_eq!(found(|_| Ok(()))?, "");
        let outside =
            |root: &Path| fs::create_dir(root.join("../.relgate")).and_then(|()| fs::write(root.join("../.relgate/policy.yaml"), ""));
        assert_eq!(found(outside)?, "");
        assert_eq!(found(|root| fs::create_dir(root.join(".relgate")))?, "");
        let made = |folder: &'static str, name: &'static str| {
            found(move |root| fs::create_dir(root.join(folder)).and_then(|()| fs::write(root.join(folder).join(name), "")))
        };
        assert_eq!(made("sub/.relgate", "policy.yaml")?, "../.relgate/policy.yaml");
        assert_eq!(made(".relgate", "policy.yaml")?, "../../.relgate/policy.yaml");
        assert_eq!(made("sub/deep/.relgate", "policy.yaml")?, ".relgate/policy.yaml");
        assert!(made("sub/.relgate", "policy.yml")?.starts_with("sub/.relgate/policy.yml: a project's policy is called policy.yaml, "));
        assert_eq!(made("sub/.relgate", "notes.txt")?, "");
        Ok(())
    }

    #[test]
    fn profiles_are_those_of_the_nearest_folder_up_to_the_repository() -> Tested {
        let folder = tempfile::tempdir()?;
        let repository = folder.path().join("repository");
        fs::create_dir_all(repository.join(".git"))?;
        fs::create_dir_all(repository.join("sub/deep"))?;
        let found = || {
            Ok::<_, anyhow::Error>(tools(Ok(repository.join("sub/deep")), None)?.profiles.map(|path| path.to_string_lossy().into_owned()))
        };
        fs::create_dir_all(folder.path().join(".relgate/profiles"))?;
        assert_eq!(found()?, None);
        fs::create_dir_all(repository.join(".relgate/profiles"))?;
        assert_eq!(found()?.as_deref(), Some("../../.relgate/profiles"));
        fs::create_dir_all(repository.join("sub/deep/.relgate"))?;
        assert_eq!(found()?.as_deref(), Some("../../.relgate/profiles"));
        fs::write(repository.join("sub/deep/.relgate/profiles"), "")?;
        assert_eq!(found()?.as_deref(), Some(".relgate/profiles"));
        Ok(())
    }

    #[test]
    fn the_root_is_named_from_below() -> Tested {
        let folder = tempfile::tempdir()?;
        fs::create_dir_all(folder.path().join(".git"))?;
        fs::create_dir_all(folder.path().join("sub/deep"))?;
        let from = |name: &str| root(&folder.path().join(name));
        assert_eq!((from("sub/deep").as_deref(), from("sub").as_deref(), root(folder.path())), (Some("../.."), Some(".."), None));
        Ok(())
    }

    #[test]
    fn what_cannot_be_seen_counts_as_there() -> Tested {
        assert_eq!(found(|root| fs::write(root.join(".relgate"), ""))?, "../../.relgate/policy.yaml");
        let unknown = policy(Err(io::Error::other("gone")), None);
        assert!(unknown.is_err_and(|error| error.to_string().starts_with("the current folder is not known")));
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn a_symlink_to_nothing_counts_as_there() -> Tested {
        use std::os::unix::fs::symlink;
        assert_eq!(found(|root| symlink("nowhere", root.join(".relgate")))?, "../../.relgate/policy.yaml");
        let dangling = |root: &Path| fs::create_dir(root.join(".relgate")).and_then(|()| symlink("no", root.join(".relgate/policy.yaml")));
        assert_eq!(found(dangling)?, "../../.relgate/policy.yaml");
        Ok(())
    }
}

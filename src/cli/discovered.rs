//! A project's own policy, which is not read yet: where one lies, judging by another would be wrong.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

/// Where a project keeps its configuration.
const FOLDER: &str = ".relgate";

/// Its policy.
const POLICY: &str = "policy.yaml";

/// What the policy is called by mistake.
const MISNAMED: &str = "policy.yml";

/// Its profiles of tools.
const PROFILES: &str = "profiles";

/// Refuses a run without `--policy` where a policy lies between a folder and the root of its repository, or could lie and
/// cannot be seen.
pub(super) fn refuse_policy(here: io::Result<PathBuf>) -> Result<()> {
    let help = "name an embedded policy: --policy builtin:standard";
    let here = here.with_context(|| format!("the current folder is not known, nor whether a policy lies there; {help}"))?;
    for folder in here.ancestors() {
        let relgate = folder.join(FOLDER);
        let (policy, misnamed) = (relgate.join(POLICY), relgate.join(MISNAMED));
        if is_there(&policy) || leads_nowhere(&relgate) {
            bail!("{}: policy files are not supported yet; {help}", policy.display());
        }
        if is_there(&misnamed) {
            bail!("{}: a project's policy is called {POLICY}, and this one would not be read; rename it, or {help}", misnamed.display());
        }
        if folder.join(".git").exists() {
            break;
        }
    }
    Ok(())
}

/// The folder of the project's profiles of tools, named from the current folder: the nearest that there is, up to the root of the
/// repository. One that could lie there and cannot be seen counts as there.
pub(super) fn profiles(here: io::Result<PathBuf>) -> Result<Option<PathBuf>> {
    let here = here.context("the current folder is not known, nor whether profiles of tools lie there; run in a folder that exists")?;
    for (up, folder) in here.ancestors().enumerate() {
        let relgate = folder.join(FOLDER);
        if is_there(&relgate.join(PROFILES)) || leads_nowhere(&relgate) {
            return Ok(Some(Path::new(&"../".repeat(up)).join(FOLDER).join(PROFILES)));
        }
        if folder.join(".git").exists() {
            break;
        }
    }
    Ok(None)
}

/// Whether something has this name, or could have it and cannot be seen.
fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).map_or_else(|error| error.kind() != io::ErrorKind::NotFound, |_| true)
}

/// Whether a name is there, and nothing behind it.
fn leads_nowhere(path: &Path) -> bool {
    is_there(path) && fs::metadata(path).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Tested = Result<(), Box<dyn std::error::Error>>;

    /// What a run in `sub/deep` of a repository says, in which something was made.
    fn told(make: impl Fn(&Path) -> io::Result<()>) -> Result<String, Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let repository = folder.path().join("repository");
        fs::create_dir_all(repository.join(".git"))?;
        fs::create_dir_all(repository.join("sub/deep"))?;
        make(&repository)?;
        let error = refuse_policy(Ok(repository.join("sub/deep"))).err();
        let root = format!("{}/", repository.display());
        Ok(error.map_or_else(String::new, |error| error.to_string().replace(&root, "")))
    }

    #[test]
    fn a_policy_is_found_up_to_the_repository() -> Tested {
        assert_eq!(told(|_| Ok(()))?, "");
        assert_eq!(
            told(|root| fs::create_dir(root.join("../.relgate")).and_then(|()| fs::write(root.join("../.relgate/policy.yaml"), "")))?,
            ""
        );
        assert_eq!(told(|root| fs::create_dir(root.join(".relgate")))?, "");
        let made = |name: &str| {
            told(|root| fs::create_dir(root.join("sub/.relgate")).and_then(|()| fs::write(root.join("sub/.relgate").join(name), "")))
        };
        assert!(made("policy.yaml")?.starts_with("sub/.relgate/policy.yaml: policy files are not supported yet; "));
        assert!(made("policy.yml")?.starts_with("sub/.relgate/policy.yml: a project's policy is called policy.yaml, "));
        assert_eq!(made("notes.txt")?, "");
        Ok(())
    }

    #[test]
    fn profiles_are_those_of_the_nearest_folder_up_to_the_repository() -> Tested {
        let folder = tempfile::tempdir()?;
        let repository = folder.path().join("repository");
        fs::create_dir_all(repository.join(".git"))?;
        fs::create_dir_all(repository.join("sub/deep"))?;
        let found = || Ok::<_, anyhow::Error>(profiles(Ok(repository.join("sub/deep")))?.map(|path| path.to_string_lossy().into_owned()));
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
    fn what_cannot_be_seen_counts_as_there() -> Tested {
        let refused = |made: Result<String, _>| made.map(|told: String| told.starts_with(".relgate/policy.yaml: policy files"));
        assert!(refused(told(|root| fs::write(root.join(".relgate"), "")))?);
        assert!(
            refuse_policy(Err(io::Error::other("gone")))
                .is_err_and(|error| error.to_string().starts_with("the current folder is not known"))
        );
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn a_symlink_to_nothing_counts_as_there() -> Tested {
        use std::os::unix::fs::symlink;
        let refused = |made: Result<String, _>| made.map(|told: String| told.starts_with(".relgate/policy.yaml: policy files"));
        assert!(refused(told(|root| symlink("nowhere", root.join(".relgate"))))?);
        assert!(refused(told(
            |root| fs::create_dir(root.join(".relgate")).and_then(|()| symlink("no", root.join(".relgate/policy.yaml")))
        ))?);
        Ok(())
    }
}

//! What of the configuration a change edits: it is judged by what was there before, and somebody should look.

use super::Checkout;
use crate::base::fault::{Fault, Position};
use crate::base::git::{ObjectId, Repository};
use crate::model::finding::Evidence;
use crate::model::problem::{Problem, Weight};
use crate::model::report::{Fact, Subject};

/// So many files are named one by one.
const NAMED: usize = 20;

/// Files of the configuration outside of `.relgate`.
const OWNERS: [&str; 4] = [".github/CODEOWNERS", ".gitlab/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// Whether what differs between the commit that is judged and that of the configuration touches any of the configuration. Where they
/// cannot be read, that is told by who compares them.
#[must_use]
pub fn touches_configuration(checkout: &Checkout, subject: &Subject) -> bool {
    let id = |fact: &Option<Fact>| ObjectId::parse(&fact.as_ref()?.value);
    let (Some(base), Some(head)) = (id(&subject.config_ref), id(&subject.commit)) else { return false };
    let changes = Repository::open(&checkout.place).and_then(|mut repository| {
        let (base, head) = (repository.commit(base)?, repository.commit(head)?);
        repository.changes(&base, &head)
    });
    changes.is_ok_and(|changes| changes.paths.keys().any(|path| is_config(path)))
}

/// Tells which files of the configuration the change touches.
#[must_use]
pub fn edits(evidence: &Evidence, subject: &Subject) -> Vec<Problem> {
    let (Some(files), Some(base)) = (&evidence.change.files, &subject.config_ref) else { return Vec::new() };
    let all: Vec<&String> = files.touched.iter().filter(|path| is_config(path)).collect();
    let commit: String = base.value.chars().take(7).collect();
    let more = u64::try_from(all.len().saturating_sub(NAMED)).unwrap_or(u64::MAX);
    let mut problems: Vec<Problem> = all
        .into_iter()
        .take(NAMED)
        .map(|path| {
            let message = format!(
                "the change edits this file of the configuration: what commit {commit} has judges, and this counts once it is merged"
            );
            let help = "review it as what it is: who may merge it decides by what is judged".to_owned();
            let fault = Fault { code: "config-edited", position: Position::Whole, message, help };
            Problem::of_fault(Weight::Warning, Some(path.clone()), fault)
        })
        .collect();
    problems.last_mut().into_iter().for_each(|last| last.more = more);
    problems
}

/// The folders of the gate at the root of the repository that hold texts which it reads.
const FOLDERS: [&str; 3] = ["exceptions", "mappings", "profiles"];

/// Whether a pull request ships no code: all that it touches are plain files that the gate reads, and it stands on the commit that it is
/// held against. Else what that one mended could come back with it.
#[must_use]
pub fn is_configuration_only(evidence: &Evidence, checkout: Option<&Checkout>, subject: &Subject) -> bool {
    let is_request = subject.stage.as_ref().is_some_and(|stage| stage.value == "pull_request");
    let Some(files) = evidence.change.files.as_ref().filter(|files| is_request && files.is_plain) else { return false };
    let is_ours = !files.touched.is_empty() && files.touched.iter().all(|path| is_text_of_ours(path));
    let id = |fact: &Option<Fact>| ObjectId::parse(&fact.as_ref()?.value);
    let (Some(checkout), Some(head), Some(base)) = (checkout.filter(|_| is_ours), id(&subject.commit), id(&subject.config_ref)) else {
        return false;
    };
    Repository::open(&checkout.place).is_ok_and(|mut repository| repository.stands_on(head, base))
}

/// Whether a file is by its name a text of the gate of this repository: no other one's, and none that something else could be told to
/// take.
fn is_text_of_ours(path: &str) -> bool {
    let Some(path) = path.strip_prefix(".relgate/") else { return false };
    match path.split_once('/') {
        None => ["policy.yaml", "baseline.json", "README.md"].contains(&path),
        Some(("vex", name)) => !name.contains('/') && name.ends_with("vex.json"),
        Some((folder, name)) => {
            FOLDERS.contains(&folder) && !name.contains('/') && (name == "README.md" || name.strip_suffix(".yaml").is_some())
        }
    }
}

/// Whether a file is one of the configuration, as any file system would find it.
fn is_config(path: &str) -> bool {
    let is_ours = path.split('/').any(|name| name.eq_ignore_ascii_case(".relgate"));
    is_ours || OWNERS.iter().any(|place| place.eq_ignore_ascii_case(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_is_known_by_its_folder() {
        for (path, expected) in [
            (".relgate/policy.yaml", true),
            ("services/pay/.relgate/exceptions/a.yaml", true),
            (".Relgate/policy.yaml", true),
            (".github/CODEOWNERS", true),
            ("CODEOWNERS", true),
            ("src/CODEOWNERS", false),
            ("docs/.relgate", true),
            ("relgate/policy.yaml", false),
        ] {
            assert_eq!(is_config(path), expected, "{path}");
        }
    }

    #[test]
    fn what_could_be_run_is_code_wherever_it_lies() {
        for (path, expected) in [
            (".relgate/policy.yaml", true),
            (".relgate/compose.test.yaml", false),
            (".relgate/baseline.json", true),
            (".relgate/exceptions/a.yaml", true),
            (".relgate/exceptions/README.md", true),
            (".relgate/vex/a.openvex.json", true),
            (".relgate/vex/package.json", false),
            (".relgate/profiles/sub/deploy.yaml", false),
            (".relgate/exceptions/run.md", false),
            ("services/pay/.relgate/exceptions/a.yaml", false),
            (".relgate/ci.yaml", false),
            (".relgate/include/ci.yaml", false),
            (".relgate/run.sh", false),
            (".relgate/policy.yaml.py", false),
            (".Relgate/policy.yaml", false),
            (".github/CODEOWNERS", false),
            ("relgate/policy.yaml", false),
        ] {
            assert_eq!(is_text_of_ours(path), expected, "{path}");
        }
    }
}

//! What of the configuration a change edits: it is judged by what was there before, and somebody should look.

use crate::base::fault::{Fault, Position};
use crate::model::finding::Evidence;
use crate::model::problem::{Problem, Weight};
use crate::model::report::Subject;

/// So many files are named one by one.
const NAMED: usize = 20;

/// Files of the configuration outside of `.relgate`.
const OWNERS: [&str; 4] = [".github/CODEOWNERS", ".gitlab/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

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

/// Whether a pull request ships no code: all that it touches are texts of the gate's own folder.
#[must_use]
pub fn is_configuration_only(evidence: &Evidence, subject: &Subject) -> bool {
    let is_request = subject.stage.as_ref().is_some_and(|stage| stage.value == "pull_request");
    let touched = evidence.change.files.as_ref().map_or(&[][..], |files| files.touched.as_slice());
    is_request && !touched.is_empty() && touched.iter().all(|path| is_text_of_ours(path))
}

/// Whether a file lies in a folder `.relgate`, exactly so, and is no more than a text that the gate reads.
fn is_text_of_ours(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_ours = folders.split('/').any(|folder| folder == ".relgate");
    is_ours && [".yaml", ".json", ".md"].iter().any(|ending| name.ends_with(ending))
}

/// Whether a file is one of the configuration, as any file system would find it.
fn is_config(path: &str) -> bool {
    let is_ours = path.split('/').rev().skip(1).any(|folder| folder.eq_ignore_ascii_case(".relgate"));
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
            ("docs/.relgate", false),
            ("relgate/policy.yaml", false),
        ] {
            assert_eq!(is_config(path), expected, "{path}");
        }
    }

    #[test]
    fn what_could_be_run_is_code_wherever_it_lies() {
        for (path, expected) in [
            (".relgate/policy.yaml", true),
            ("services/pay/.relgate/exceptions/a.yaml", true),
            (".relgate/vex/a.json", true),
            (".relgate/README.md", true),
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

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
}

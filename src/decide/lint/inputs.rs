//! Required scans that no tool makes that is known.

use crate::base::suggest;
use crate::model::identity::Category;
use crate::model::policy::{Policy, Requirement};
use crate::model::problem::Problem;
use crate::model::profile::Profiles;

/// What no profile can satisfy. A report may still say of itself what it is.
pub(super) fn impossible(policy: &Policy, profiles: &Profiles) -> Vec<Problem> {
    let told = |row: &Requirement, message: String, help: &str| super::told(policy, row.place, "lint-required-input", message, help);
    let mut problems = Vec::new();
    for row in &policy.require {
        for tool in &row.tools {
            let known = profiles.iter().find(|profile| profile.id == *tool);
            match (known, row.category) {
                (Some(profile), Some(category)) if !profile.categories.contains(&category) => {
                    let reports: Vec<&str> = profile.categories.iter().map(|category| category.word()).collect();
                    let message = format!("`{}` asks `{tool}` for {}, and it reports {}", row.id, category.word(), reports.join(", "));
                    problems.push(told(row, message, "name a tool that reports it, or another category"));
                }
                (None, category) => {
                    let near = suggest::nearest(tool, profiles.iter().map(|profile| profile.id.as_str()));
                    let of_other = category.is_some_and(|category| category != Category::Other);
                    let message = format!("`{}` asks for `{tool}`, and no profile knows that tool", row.id);
                    match near {
                        Some(near) => problems.push(told(row, message, &format!("did you mean `{near}`?"))),
                        None if of_other => {
                            let help = "write a profile that says what it reports, unless its reports do";
                            problems.push(told(row, message, help));
                        }
                        None => {}
                    }
                }
                (Some(_), _) => {}
            }
        }
        if let (Some(category), []) = (row.category, row.tools.as_slice())
            && category != Category::Other
            && !profiles.iter().any(|profile| profile.categories.contains(&category))
        {
            let message = format!("`{}` asks for {}, and no profile of a tool reports that", row.id, category.word());
            problems.push(told(row, message, "write a profile of the tool that does, unless its reports say so themselves"));
        }
    }
    problems
}

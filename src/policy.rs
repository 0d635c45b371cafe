//! Policies: from the names that the caller gave to one [`Policy`], or to everything that is wrong with them.
//!
//! A file is read into nodes ([`crate::base::yaml`]) and checked by hand, so that all its mistakes are told at once, each with
//! its place and what to do. Nothing is guessed: an unknown key, word or shape is a mistake, and a mistake leaves the run
//! undecided, because a policy that is half understood may be looser than the one that was meant.
//! Profiles of tools ([`profiles`]) are read the same way.

mod builtin;
mod condition;
mod file;
mod inputs;
mod limits;
mod profiles;
mod reader;
mod rules;

use crate::base::fault::{Fault, Position};
use crate::base::suggest;
use crate::model::policy::Policy;
use crate::model::problem::{Problem, Weight};

/// The prefix of the embedded policies' names.
const BUILTIN: &str = "builtin:";

pub use profiles::{embedded as embedded_profiles, load as load_profiles};

/// The digest of the embedded policies and profiles, fixed when the program was built.
#[must_use]
pub fn embedded_digest() -> String {
    builtin::digest()
}

/// The policy that the names stand for; without any, `builtin:standard`.
pub fn load(names: &[String]) -> Result<Policy, Vec<Problem>> {
    match names {
        [] => load_one("builtin:standard"),
        [name] => load_one(name),
        [_, further, ..] => Err(vec![refusal(
            "policy-not-supported",
            further,
            "a second policy is not supported yet".to_owned(),
            "give one policy".to_owned(),
        )]),
    }
}

fn load_one(name: &str) -> Result<Policy, Vec<Problem>> {
    let Some(short) = name.strip_prefix(BUILTIN) else {
        return Err(vec![refusal(
            "policy-not-supported",
            name,
            "policy files are not supported yet".to_owned(),
            "use `builtin:standard`".to_owned(),
        )]);
    };
    match builtin::find(short) {
        Some(builtin) => file::read(builtin.text, name, builtin.file),
        None => Err(vec![refusal(
            "policy-not-found",
            name,
            format!("there is no embedded policy `{short}`"),
            suggest::help(short, builtin::ALL.iter().map(|b| b.name)),
        )]),
    }
}

fn refusal(code: &'static str, file: &str, message: String, help: String) -> Problem {
    Problem::of_fault(Weight::Undecided, Some(file.to_owned()), Fault { code, position: Position::Whole, message, help })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::policy::Action;

    fn told(names: &[&str]) -> Vec<String> {
        let names: Vec<String> = names.iter().map(|&n| n.to_owned()).collect();
        load(&names).err().unwrap_or_default().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn without_a_name_it_is_standard() {
        for names in [vec![], vec!["builtin:standard".to_owned()]] {
            let policy = load(&names).map(|p| (p.name, p.owner, p.default_action, p.rules.len()));
            assert_eq!(policy, Ok(("standard".to_owned(), "unassigned".to_owned(), Action::Pass, 8)));
        }
    }

    #[test]
    fn anything_else_is_refused_with_what_to_do() {
        assert_eq!(told(&["builtin:standrad"]), ["builtin:standrad: there is no embedded policy `standrad`; did you mean `standard`?"]);
        assert_eq!(told(&["builtin:lax"]), ["builtin:lax: there is no embedded policy `lax`; use `standard`"]);
        assert_eq!(told(&["policy.yaml"]), ["policy.yaml: policy files are not supported yet; use `builtin:standard`"]);
        assert_eq!(told(&["builtin:standard", "b.yaml"]), ["b.yaml: a second policy is not supported yet; give one policy"]);
    }
}

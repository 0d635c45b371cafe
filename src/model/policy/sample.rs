//! Parts of policies made by hand, for the tests of several stages.

use std::collections::BTreeMap;

use super::{Action, Condition, ConfigFile, Context, ExceptionRules, Place, Policy, Rule, Unused, Waivable};
use crate::model::severity::Severity;

/// A line of the first file.
pub(crate) const fn place(line: u64) -> Place {
    Place { file: 0, line, column: 1 }
}

/// A rule in the first line.
pub(crate) fn rule(id: &str, when: Condition, action: Action) -> Rule {
    Rule {
        id: id.to_owned(),
        place: place(1),
        description: None,
        when,
        fires_on_unknown: true,
        action,
        waivable: Waivable::Any,
        controls: Vec::new(),
        effective_on: None,
    }
}

/// The policy `p.yaml` of these rules, with no exceptions.
pub(crate) fn policy(rules: Vec<Rule>) -> Policy {
    Policy {
        name: "p".to_owned(),
        place: place(1),
        owner: "o".to_owned(),
        files: vec![ConfigFile { path: "p.yaml".to_owned(), name: "p.yaml".to_owned(), sha256: String::new(), commit: None }],
        enforced: true,
        context: Context::default(),
        escalation: Vec::new(),
        reports: Vec::new(),
        require: Vec::new(),
        accept_partial: Vec::new(),
        unrated_as: Severity::High,
        overrides: Vec::new(),
        default_over: rules.len(),
        rules,
        default_action: Action::Pass,
        feeds: BTreeMap::new(),
        baseline: None,
        due: None,
        budgets: Vec::new(),
        exceptions: ExceptionRules {
            files: Vec::new(),
            roles: BTreeMap::new(),
            limits: Vec::new(),
            separation_of_duties: true,
            warn_before_expiry_hours: 14 * 24,
            unused: Unused::Warn,
            emergency: None,
        },
        ownership: Vec::new(),
        codeowners: None,
        vex: crate::model::vex::VexRules::default(),
        loud: Vec::new(),
        places: BTreeMap::new(),
    }
}

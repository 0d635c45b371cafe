//! A condition as lines, one for each predicate, with its value and the fact that it was held against.

use crate::model::explanation::Tried;
use crate::model::policy::Condition;
use crate::report::pen::TERMINAL;
use crate::report::policy::predicate;

/// `true     category: [sca]; here sca`, each below `indent`, encoded for a terminal.
pub(super) fn lines(tried: &Tried<'_>, indent: usize) -> Vec<String> {
    let mut lines = Vec::new();
    // All keys of a `when` hold together: the word is in the policy only where it is written.
    if matches!(tried.condition, Condition::All(_)) && !tried.parts.is_empty() {
        tried.parts.iter().for_each(|part| add(part, indent, 0, &mut lines));
    } else {
        add(tried, indent, 0, &mut lines);
    }
    lines
}

fn add(tried: &Tried<'_>, indent: usize, depth: usize, lines: &mut Vec<String>) {
    // One key in a map of its own is that key.
    if let (Condition::All(_), [only]) = (tried.condition, tried.parts.as_slice()) {
        return add(only, indent, depth, lines);
    }
    let said = match &tried.fact {
        Some(fact) => format!("{}; here {}", TERMINAL.prose(&predicate(tried.condition), 400), TERMINAL.prose(fact, 300)),
        None => branch(tried.condition).to_owned(),
    };
    lines.push(format!("{:indent$}{:<7}  {:pad$}{said}", "", tried.truth.word(), "", pad = depth * 2));
    tried.parts.iter().for_each(|part| add(part, indent, depth + 1, lines));
}

/// What stands above the parts of a condition.
fn branch(condition: &Condition) -> &'static str {
    if matches!(condition, Condition::Any(_)) {
        "any of"
    } else if matches!(condition, Condition::Not(_)) {
        "not"
    } else {
        "all of"
    }
}

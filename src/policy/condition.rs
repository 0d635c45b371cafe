//! `when`: predicates over the facts of a finding and of the run.

use crate::base::yaml::{Key, Node};
use crate::model::identity::Category;
use crate::model::policy::{Condition, Newness};
use crate::model::raw::Suppression;
use crate::model::severity::Severity;
use crate::policy::reader::{Keys, Reader};

const PREDICATES: Keys = Keys {
    of: "a condition",
    required: &[],
    optional: &[
        "category",
        "severity",
        "suppressed",
        "state",
        "in_change",
        "stage",
        "kev",
        "fix_available",
        "overdue",
        "any",
        "all",
        "not",
    ],
    later: &[
        "tool",
        "rule_id",
        "message",
        "cwe",
        "vulnerability",
        "cvss",
        "epss",
        "ssvc",
        "direct",
        "dev_dependency",
        "reachable",
        "verified",
        "package",
        "ecosystem",
        "path",
        "age",
        "license",
        "exposure",
        "branch",
        "owner",
        "tag",
    ],
};

const RANGE: Keys = Keys { of: "a severity range", required: &[], optional: &["at_least", "at_most", "in"], later: &[] };

/// How deep `any`, `all` and `not` may nest.
const MAX_DEPTH: u32 = 8;

/// What the rule and the policy around a condition allow it to ask.
#[derive(Clone, Copy)]
pub(super) struct Scope {
    /// Whether the policy has due dates.
    pub(super) due: bool,
    /// Whether the rule fires on what is not known.
    pub(super) fires_on_unknown: bool,
}

/// The condition of a rule.
pub(super) fn read(reader: &mut Reader, node: &Node, scope: Scope) -> Option<Condition> {
    all_of(reader, node, scope, 0)
}

/// A map of predicates, every one of which must hold.
fn all_of(reader: &mut Reader, node: &Node, scope: Scope, depth: u32) -> Option<Condition> {
    if depth > MAX_DEPTH {
        let message = format!("`any`, `all` and `not` nest deeper than {MAX_DEPTH}");
        reader.wrong("policy-value", node.position(), message, "split the rule");
        return None;
    }
    let fields = reader.map(node, &PREDICATES)?;
    let all: Vec<Option<Condition>> = fields.iter().map(|(key, value)| predicate(reader, key, value, scope, depth)).collect();
    let mut all = all.into_iter().collect::<Option<Vec<_>>>()?;
    if all.len() == 1 { all.pop() } else { Some(Condition::All(all)) }
}

fn predicate(reader: &mut Reader, key: &Key, node: &Node, scope: Scope, depth: u32) -> Option<Condition> {
    let name = key.text.as_str();
    match name {
        "category" => reader.words(node, name, &Category::ALL, Category::word).map(Condition::Category),
        "severity" => severities(reader, node).map(Condition::Severity),
        "suppressed" => {
            let all = [Suppression::None, Suppression::InSource, Suppression::External];
            reader.words(node, name, &all, Suppression::word).map(Condition::Suppressed)
        }
        "state" => reader.words(node, name, &Newness::ALL, Newness::word).map(Condition::State),
        "in_change" => reader.flag(node, name).map(Condition::InChange),
        "stage" => reader.each(node, name, |reader, stage| reader.id(stage, name)).map(Condition::Stage),
        "kev" => {
            if scope.fires_on_unknown {
                let help = "say `on_unknown: skip` in the rule";
                reader.wrong("policy-no-feed", key.position(), "`kev` without a KEV feed is never known", help);
            }
            reader.flag(node, name).map(Condition::Kev)
        }
        "fix_available" => reader.flag(node, name).map(Condition::FixAvailable),
        "overdue" => {
            if !scope.due {
                reader.wrong("policy-no-due", key.position(), "`overdue` in a policy without `due`", "add `due`, or remove it");
            }
            reader.flag(node, name).map(Condition::Overdue)
        }
        "any" => reader.each(node, name, |reader, n| all_of(reader, n, scope, depth + 1)).map(Condition::Any),
        "all" => reader.each(node, name, |reader, n| all_of(reader, n, scope, depth + 1)).map(Condition::All),
        "not" => all_of(reader, node, scope, depth + 1).map(|c| Condition::Not(Box::new(c))),
        // Told with the keys of the map.
        _ => None,
    }
}

/// The severities of a range `{at_least, at_most, in}`, gravest first.
pub(super) fn severities(reader: &mut Reader, node: &Node) -> Option<Vec<Severity>> {
    let fields = reader.map(node, &RANGE)?;
    let at_least = fields.read("at_least", |n| reader.word(n, "at_least", &Severity::ALL, Severity::word));
    let at_most = fields.read("at_most", |n| reader.word(n, "at_most", &Severity::ALL, Severity::word));
    let within = fields.read("in", |n| reader.words(n, "in", &Severity::ALL, Severity::word));
    let holds = |s: &Severity| {
        at_least.is_none_or(|least| *s >= least)
            && at_most.is_none_or(|most| *s <= most)
            && within.as_ref().is_none_or(|list| list.contains(s))
    };
    let range: Vec<Severity> = Severity::ALL.into_iter().filter(holds).collect();
    if range.is_empty() {
        reader.wrong("policy-value", node.position(), "no severity is in this range", "widen it");
        return None;
    }
    Some(range)
}

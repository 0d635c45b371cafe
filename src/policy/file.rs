//! One policy file: its keys, and the policy they make.

use crate::base::digest::sha256_hex;
use crate::base::yaml::{self, Node};
use crate::model::policy::{Action, Policy, PolicyFile};
use crate::model::problem::Problem;
use crate::model::severity::Severity;
use crate::policy::reader::{Keys, Reader};
use crate::policy::{inputs, limits, rules};

const KEYS: Keys = Keys {
    of: "the policy",
    required: &["schema", "name", "owner", "inputs", "rules", "default_action", "exceptions"],
    optional: &["due"],
    later: &["extends", "enforcement", "context", "escalation", "severity", "feeds", "vex", "baseline", "budgets", "ownership"],
};

/// Reads a file that stands alone. `path` is how the user named it, `name` how reports call it.
pub(super) fn read(text: &str, path: &str, name: &str) -> Result<Policy, Vec<Problem>> {
    let mut reader = Reader::new(path);
    let policy = match yaml::read(text) {
        Ok(root) => {
            policy(&mut reader, &root, PolicyFile { path: path.to_owned(), name: name.to_owned(), sha256: sha256_hex(text.as_bytes()) })
        }
        Err(fault) => {
            reader.fault(fault);
            None
        }
    };
    reader.finish(policy)
}

fn policy(reader: &mut Reader, root: &Node, file: PolicyFile) -> Option<Policy> {
    let fields = reader.map(root, &KEYS)?;
    fields.read("schema", |n| reader.word(n, "schema", &["relgate.policy/v1"], |word| word));
    let name = fields.read("name", |n| reader.text(n, "name"));
    let owner = fields.read("owner", |n| reader.text(n, "owner"));
    let require = fields.read("inputs", |n| inputs::read(reader, n));
    fields.read("due", |n| limits::check_due(reader, n));
    let rules = fields.read("rules", |n| rules::read(reader, n, fields.get("due").is_some()));
    let default_action = fields.read("default_action", |n| reader.word(n, "default_action", &Action::ALL, Action::word));
    fields.read("exceptions", |n| limits::check_exceptions(reader, n));
    Some(Policy {
        name: name?,
        owner: owner?,
        files: vec![file],
        unrated_as: Severity::High,
        require: require?,
        rules: rules?,
        default_action: default_action?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::identity::Category;
    use crate::model::policy::{Condition, Newness, Waivable};

    const HEAD: &str = "schema: relgate.policy/v1\nname: p\nowner: o\ninputs: {require: []}\ndefault_action: pass\n";
    const LIMITS: &str =
        "exceptions: {limits: [{severity: {at_least: info}, max_lifetime: 1d, max_renewals: 0, approver_roles: [r], floor: block}]}\n";

    fn told(text: &str) -> Vec<String> {
        read(text, "p.yaml", "p.yaml").err().unwrap_or_default().iter().map(ToString::to_string).collect()
    }

    /// What is told about a policy with this rule on line 7.
    fn rule(rule: &str) -> Vec<String> {
        told(&format!("{HEAD}{LIMITS}rules: [{rule}]\n"))
    }

    #[test]
    fn a_rule_is_read_whole() -> Result<(), Vec<Problem>> {
        let text = format!(
            "{HEAD}{LIMITS}rules:\n  - {{id: r, when: {{category: [sast], severity: {{at_least: high}}, not: {{state: [existing]}}}}, action: ticket, waivable: [vex]}}\n"
        );
        let policy = read(&text, "p.yaml", "p.yaml")?;
        let rule = policy.rules.first();
        let when = Condition::All(vec![
            Condition::Category(vec![Category::Sast]),
            Condition::Severity(vec![Severity::Critical, Severity::High]),
            Condition::Not(Box::new(Condition::State(vec![Newness::Existing]))),
        ]);
        assert_eq!(rule.map(|r| (&r.when, r.place.line, r.action, r.fires_on_unknown)), Some((&when, 8, Action::Ticket, true)));
        assert_eq!(rule.map(|r| &r.waivable), Some(&Waivable::Only(vec!["vex".to_owned()])));
        assert_eq!(policy.files.first().map(|f| f.sha256.len()), Some(64));
        Ok(())
    }

    #[test]
    fn all_mistakes_are_told_at_once_with_their_places() {
        let text = format!(
            "{HEAD}extend: [a]\nfeeds: {{}}\nrules:\n  - {{id: A, when: {{}}, action: blok}}\n  - {{id: a, wen: {{kev: true}}, action: pass}}\n"
        );
        assert_eq!(
            told(&text),
            [
                "p.yaml:6:1: the policy has no key `extend`; did you mean `extends`?",
                "p.yaml:7:1: `feeds` of the policy is not supported yet; remove it",
                "p.yaml:1:1: the policy lacks `exceptions`; add it",
                "p.yaml:10:10: the id `a` is taken; rename one of them",
                "p.yaml:9:19: a condition is empty; say something, or remove it",
                "p.yaml:9:31: `action` cannot be `blok`; did you mean `block`?",
                "p.yaml:10:13: a rule has no key `wen`; did you mean `when`?",
                "p.yaml:10:5: a rule lacks `when`; add it",
            ]
        );
    }

    #[test]
    fn each_refusal_of_a_rule_has_its_place() {
        let when = |when: &str| rule(&format!("{{id: r, when: {{{when}}}, action: block}}"));
        assert_eq!(when("category: [sast, scs]"), ["p.yaml:7:41: `category` cannot be `scs`; did you mean `sca`?"]);
        assert_eq!(when("category: sast"), ["p.yaml:7:34: `category` cannot be `sast`; write a list, `[…]`"]);
        assert_eq!(when("category: []"), ["p.yaml:7:34: `category` is an empty list; name something, or remove it"]);
        assert_eq!(when("severity: {}"), ["p.yaml:7:34: a severity range is empty; say something, or remove it"]);
        assert_eq!(when("severity: {at_least: high, at_most: low}"), ["p.yaml:7:34: no severity is in this range; widen it"]);
        assert_eq!(when("in_change: yes"), ["p.yaml:7:35: `in_change` cannot be `yes`; write `true` or `false`"]);
        assert_eq!(when("in_change: "), ["p.yaml:7:33: `in_change` has no value; write `true` or `false`"]);
        assert_eq!(when("path: [a]"), ["p.yaml:7:24: `path` of a condition is not supported yet; remove it"]);
        assert_eq!(when("any: [{stat: [new]}]"), ["p.yaml:7:31: a condition has no key `stat`; did you mean `state`?"]);
        assert_eq!(when("overdue: true"), ["p.yaml:7:24: `overdue` in a policy without `due`; add `due`, or remove it"]);
        assert_eq!(when("kev: true"), ["p.yaml:7:24: `kev` without a KEV feed is never known; say `on_unknown: skip` in the rule"]);
        let nested = |n: usize| when(&format!("{}in_change: true{}", "not: {".repeat(n), "}".repeat(n)));
        assert_eq!(nested(8), [""; 0]);
        assert_eq!(nested(9), ["p.yaml:7:77: `any`, `all` and `not` nest deeper than 8; split the rule"]);
    }

    #[test]
    fn each_refusal_of_a_value_has_its_place() {
        let ids = "write 1 to 64 characters of `A-Z a-z 0-9 . _ -`";
        assert_eq!(rule("{id: a b, when: {in_change: true}, action: block}"), [format!("p.yaml:7:14: `id` cannot be `a b`; {ids}")]);
        assert_eq!(rule("{id: 7, when: {in_change: true}, action: block}"), [format!("p.yaml:7:14: `id` cannot be 7; {ids}")]);
        assert_eq!(
            rule("{id: a, when: {in_change: true}, action: block, waivable: [nobody]}"),
            [
                "p.yaml:7:68: `waivable` cannot be `nobody`; use `false_positive`, `rotated`, `risk_acceptance`, `compensating_control`, `operational_requirement`, `vendor_dependency`, `risk_adjustment`, `emergency` or `vex`"
            ]
        );
        assert_eq!(rule(""), ["p.yaml:7:8: `rules` is an empty list; name something, or remove it"]);
        let rules = "rules: [{id: r, when: {in_change: true}, action: block}]\n";
        let other = |from: &str, to: &str| told(&format!("{HEAD}{LIMITS}{rules}").replace(from, to));
        assert_eq!(
            other("[]", "[{id: a, max_age: 30}]"),
            ["p.yaml:4:37: `max_age` cannot be 30; write a duration such as `24h` or `30d`, from `1h` to `3650d`"]
        );
        assert_eq!(other("[]", "[{id: a, min: 0}]"), ["p.yaml:4:33: `min` cannot be 0; write a whole number from 1 to 1000"]);
        assert_eq!(
            other("policy/v1", "policy/v2"),
            ["p.yaml:1:9: `schema` cannot be `relgate.policy/v2`; did you mean `relgate.policy/v1`?"]
        );
        assert_eq!(other("floor: block", "floor: none"), ["p.yaml:6:115: `floor` cannot be `none`; use `block`, `ticket` or `pass`"]);
        assert_eq!(
            other("rules:", "due: {clock: seen}\nrules:"),
            ["p.yaml:7:14: `clock` cannot be `seen`; use `first_seen`, `fix_released` or `published`"]
        );
        assert_eq!(other("name: p", "name: &a p"), ["p.yaml:2:10: an anchor is not allowed here; repeat the value where it is needed"]);
        assert_eq!(told("[]"), ["p.yaml:1:1: the policy cannot be a list; write a map of keys and values"]);
    }
}

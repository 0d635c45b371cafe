//! Whole policies: what is read, and every mistake with its place.

mod conditions;
mod files;
mod inputs;
mod layers;
mod limits;
mod loud;
mod rules;
mod sections;
mod severity;

use std::path::Path;

use super::*;
use crate::base::address::Address;
use crate::base::fault::{Fault, Position};
use crate::model::exception::ExceptionType;
use crate::model::identity::Category;
use crate::model::policy::{Action, Condition, Newness, Waivable};
use crate::model::severity::Severity;

const HEAD: &str = "schema: relgate.policy/v1\nname: p\nowner: o@a.example\ninputs: {require: []}\ndefault_action: pass\n";
const LIMITS: &str = "exceptions: {roles: {r: [a@a.example]}, limits: [{severity: {at_least: info}, max_lifetime: 1d, max_renewals: 0, approver_roles: [r], floor: block}]}\n";

type Tested = Result<(), Box<dyn std::error::Error>>;

/// Policies in memory, the first of which is asked for.
fn with(files: &[(&str, &str)]) -> Result<Policy, Vec<String>> {
    let read = |path: &Path, _: Option<&Path>| {
        let found = files.iter().find(|(name, _)| Path::new(name) == path).map(|(_, text)| (*text).to_owned());
        let help = "check the path".to_owned();
        found.ok_or_else(|| Fault { code: "unreadable", position: Position::Byte(0), message: "there is no such file".to_owned(), help })
    };
    let names: Vec<String> = files.iter().take(1).map(|(name, _)| (*name).to_owned()).collect();
    load_with(&Wanted { names: &names, ..Wanted::default() }, &read).map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

fn told(text: &str) -> Vec<String> {
    with(&[("p.yaml", text)]).err().unwrap_or_default()
}

/// What is told about a policy with this rule on line 7.
fn rule(rule: &str) -> Vec<String> {
    told(&format!("{HEAD}{LIMITS}rules: [{rule}]\n"))
}

fn when(when: &str) -> Vec<String> {
    rule(&format!("{{id: r, when: {{{when}}}, action: block}}"))
}

#[test]
fn without_a_name_it_is_standard() {
    for names in [vec![], vec!["builtin:standard".to_owned()]] {
        let policy = load(&Wanted { names: &names, ..Wanted::default() });
        let policy = policy.map(|p| (p.name, p.owner, p.default_action, p.rules.len()));
        assert_eq!(policy, Ok(("standard".to_owned(), "unassigned".to_owned(), Action::Pass, 10)));
    }
}

#[test]
fn every_embedded_policy_can_be_read() {
    for builtin in builtin::ALL {
        let names = [format!("builtin:{}", builtin.name)];
        let policy = load(&Wanted { names: &names, ..Wanted::default() });
        assert_eq!(policy.map(|policy| policy.name), Ok(builtin.name.to_owned()));
    }
}

#[test]
fn a_name_that_is_none_is_refused_with_what_to_do() {
    let told = |name: &str| -> Vec<String> {
        let read = load(&Wanted { names: &[name.to_owned()], ..Wanted::default() });
        read.err().unwrap_or_default().iter().map(ToString::to_string).collect()
    };
    assert_eq!(told("builtin:standrad"), ["builtin:standrad: there is no embedded policy `standrad`; did you mean `standard`?"]);
    assert_eq!(told("no/such.yaml"), ["no/such.yaml: byte 0: there is no such file; check the path"]);
}

#[test]
fn a_rule_is_read_whole() -> Tested {
    let text = format!(
        "{HEAD}{LIMITS}rules:\n  - {{id: r, when: {{category: [sast], severity: {{at_least: high}}, not: {{state: [existing]}}}}, action: ticket, waivable: [vex, rotated], controls: [RA-5], effective_on: 2027-01-01}}\n"
    );
    let policy = with(&[("p.yaml", &text)]).map_err(|told| told.join("\n"))?;
    let rule = policy.rules.first().ok_or("no rule")?;
    let when = Condition::All(vec![
        Condition::Category(vec![Category::Sast]),
        Condition::Severity(vec![Severity::Critical, Severity::High]),
        Condition::Not(Box::new(Condition::State(vec![Newness::Existing]))),
    ]);
    assert_eq!((&rule.when, rule.place.line, rule.action, rule.fires_on_unknown), (&when, 8, Action::Ticket, true));
    assert_eq!(rule.waivable, Waivable::Only { types: vec![ExceptionType::Rotated], vex: true });
    assert_eq!((rule.controls.as_slice(), rule.effective_on), (&["RA-5".to_owned()][..], crate::base::date::parse_date("2027-01-01")));
    assert_eq!(policy.files.first().map(|f| f.sha256.len()), Some(64));
    Ok(())
}

#[test]
fn all_mistakes_are_told_at_once_with_their_places() {
    let text =
        format!("{HEAD}extend: [a]\nrules:\n  - {{id: A, when: {{}}, action: blok}}\n  - {{id: a, wen: {{kev: true}}, action: pass}}\n");
    assert_eq!(
        told(&text),
        [
            "p.yaml:6:1: the policy has no key `extend`; did you mean `extends`?",
            "p.yaml:9:10: the id `a` is taken; rename one of them",
            "p.yaml:8:19: a condition is empty; say something, or remove it",
            "p.yaml:8:31: `action` cannot be `blok`; did you mean `block`?",
            "p.yaml:9:13: a rule has no key `wen`; did you mean `when`?",
            "p.yaml:9:5: a rule lacks `when`; add it",
            "p.yaml:1:1: the policy lacks `exceptions`; add it, or stand on a policy that has it: `extends: [builtin:standard]`",
        ]
    );
}

#[test]
fn each_refusal_of_a_condition_has_its_place() {
    for (predicate, problem) in [
        ("category: [sast, scs]", "7:41: `category` cannot be `scs`; did you mean `sca`?"),
        ("category: sast", "7:34: `category` cannot be `sast`; write a list, `[sast]`"),
        ("category: []", "7:34: `category` is an empty list; name something, or remove it"),
        ("severity: {}", "7:34: a severity range is empty; say something, or remove it"),
        ("severity: {at_least: high, at_most: low}", "7:34: no severity is in this range; widen it"),
        ("in_change: yes", "7:35: `in_change` cannot be `yes`; write `true` or `false`"),
        ("in_change: ", "7:33: `in_change` has no value; write `true` or `false`"),
        ("any: [{stat: [new]}]", "7:31: a condition has no key `stat`; did you mean `state`?"),
        ("path: [../a]", "7:31: `path` leaves the folder: `../a`; name files below it, without `..`"),
        ("path: [\"a[\"]", "7:31: `path`: not a glob: unclosed character class; missing ']'; correct it"),
        ("message: \"(a\"", "7:33: `message`: not a regular expression: unclosed group; correct it"),
        ("cwe: [CWE-079]", "7:30: `cwe` cannot be `CWE-079`; write the number of a weakness, `79` or `CWE-79`"),
        ("cvss: {at_least: 11}", "7:41: `at_least` cannot be 11; write a CVSS score from 0.0 to 10.0 with one digit behind the point"),
        ("cvss: {at_least: 9, at_most: 8.9}", "7:30: no score is in this range; widen it"),
        ("package: [lodash]", "7:34: `package` cannot be `lodash`; write a glob of package URLs, `pkg:npm/lodash*`"),
        ("license: [GPL-9.9-maybe]", "7:34: `license` cannot be `GPL-9.9-maybe`; write an SPDX license id, `GPL-3.0-only`"),
        ("ecosystem: [npm, npm]", "7:41: `ecosystem` names `npm` twice; keep one of them"),
        ("exposure: [world]", "7:35: `exposure` cannot be `world`; use `public`, `internal` or `unknown`"),
        ("overdue: true", "7:9: the rule `r` asks for `overdue`, and there is no `due`; add `due`, or remove it"),
        (
            "kev: true",
            "7:9: the rule `r` asks for `kev`, and there is no such feed: it is known only where a report tells it; name it, `feeds: {kev: {path: …, max_age: 7d}}`, or say `on_unknown: skip` in the rule",
        ),
        (
            "any: [{not: {epss: {at_least: 0.5}}}]",
            "7:9: the rule `r` asks for `epss`, and there is no such feed: it is known only where a report tells it; name it, `feeds: {epss: {path: …, max_age: 7d}}`, or say `on_unknown: skip` in the rule",
        ),
    ] {
        assert_eq!(when(predicate), [format!("p.yaml:{problem}")], "{predicate}");
    }
    let nested = |n: usize| when(&format!("{}in_change: true{}", "not: {".repeat(n), "}".repeat(n)));
    assert_eq!(nested(7), [""; 0]);
    assert_eq!(nested(8), ["p.yaml:7:71: conditions nest deeper than 8; split the rule"]);
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
    for (from, to, problem) in [
        (
            "[]",
            "[{id: a, tools: [t], max_age: 30}]",
            "4:49: `max_age` cannot be 30; write a duration such as `24h` or `30d`, from `1h` to `3650d`",
        ),
        ("[]", "[{id: a, tools: [t], min: 0}]", "4:45: `min` cannot be 0; write a whole number from 1 to 1000"),
        ("[]", "[{id: a}]", "4:20: the required input `a` asks for nothing; add `category` or `tools`"),
        (
            "[]",
            "[{id: a, tools: [\"*\"]}]",
            "4:36: `tools` cannot be `*`; write the id of a tool, as `relgate inspect` shows it: lower case, without spaces",
        ),
        ("policy/v1", "policy/v2", "1:9: `schema` cannot be `relgate.policy/v2`; did you mean `relgate.policy/v1`?"),
        ("floor: block", "floor: none", "6:142: `floor` cannot be `none`; use `block`, `ticket` or `pass`"),
        ("rules:", "due: {clock: seen}\nrules:", "7:14: `clock` cannot be `seen`; use `first_seen`, `fix_released` or `published`"),
        ("name: p", "name: &a p", "2:10: an anchor is not allowed here; repeat the value where it is needed"),
        ("owner: o@a.example", "owner: o", "3:8: `owner` cannot be `o`; write one plain mail address, `dana@acme.example`"),
        ("[a@a.example]", "[a@a.example, A+x@a.example]", "6:25: `r` names A+x@a.example twice; keep one of them"),
        ("approver_roles: [r]", "approver_roles: [rr]", "6:50: no policy defines the role `rr`; did you mean `r`?"),
        (
            "rules:",
            "severity: {strategy: {default: vendor_first}}\nrules:",
            "7:32: `default: vendor_first` is not supported yet; write `highest`, or remove it",
        ),
        (
            "rules:",
            "severity: {overrides: [{severity: low, reason: because we can, owner: o@a.example}]}\nrules:",
            "7:24: a severity override names no findings; add `tool`, `rule_id`, `vulnerability`, `package` or `path`",
        ),
    ] {
        assert!(other(from, to).contains(&format!("p.yaml:{problem}")), "{to}: {:?}", other(from, to));
    }
    assert_eq!(told("[]"), ["p.yaml:1:1: the policy cannot be a list; write a map of keys and values, `{schema: …}`"]);
}

const LAYER: &str = "schema: relgate.policy/v1\nname: l\nowner: l@a.example\nextends: [base.yaml]\n";
const BASE: &str = "schema: relgate.policy/v1
name: base
owner: o@a.example
context: {service: pay, exposure: public}
inputs: {require: [{id: code, tools: [semgrep]}]}
severity: {unrated_as: high}
rules: [{id: high, when: {severity: {at_least: high}}, action: block}]
default_action: ticket
due: {clock: first_seen, high: 30d}
exceptions:
  roles: {lead: [a@a.example, b@a.example]}
  limits: [{types: [rotated], severity: {at_least: high}, max_lifetime: 30d, max_renewals: 1, approver_roles: [lead], floor: ticket}]
  unused: undecided
  emergency: {roles: [lead], max_days: 3}
";

#[test]
fn a_layer_may_tighten_and_add() -> Tested {
    let text = format!(
        "{LAYER}context: {{repository: \"https://a.example/x\"}}\ninputs: {{require: [{{id: deps, category: sca}}]}}\nseverity: {{unrated_as: critical}}\nrules: [{{id: medium, when: {{severity: {{at_least: medium}}}}, action: block}}]\ndefault_action: block\ndue: {{high: 10d, low: 90d}}\nexceptions:\n  roles: {{lead: [a@a.example]}}\n  limits: [{{types: [rotated], severity: {{at_least: critical}}, max_lifetime: 3d, max_renewals: 0, approver_roles: [lead], floor: block}}]\n  emergency: {{max_days: 1}}\n"
    );
    let policy = with(&[("layer.yaml", &text), ("base.yaml", BASE)]).map_err(|told| told.join("\n"))?;
    assert_eq!((policy.name.as_str(), policy.owner.as_str(), policy.default_action), ("l", "l@a.example", Action::Block));
    assert_eq!(policy.require.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["code", "deps"]);
    assert_eq!((policy.unrated_as, policy.rules.len(), policy.exceptions.limits.len()), (Severity::Critical, 2, 2));
    assert_eq!(policy.context.service.as_deref(), Some("pay"));
    assert_eq!(policy.due.as_ref().map(|due| (due.own.of(Severity::High), due.own.of(Severity::Low))), Some((Some(240), Some(90 * 24))));
    assert_eq!(policy.exceptions.roles.get("lead").map(Vec::len), Some(1));
    assert_eq!(policy.exceptions.emergency.as_ref().map(|e| (e.max_days, e.severity_at_most)), Some((1, Severity::High)));
    assert_eq!(policy.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["layer.yaml", "base.yaml"]);
    Ok(())
}

#[test]
fn a_layer_that_loosens_is_refused_naming_both_lines() {
    let tighten = "a layer may only tighten: remove it, or make it stricter";
    for (text, problem) in [
        ("severity: {unrated_as: low}", format!("5:24: `unrated_as` is looser here than base.yaml:6; {tighten}")),
        ("default_action: pass", format!("5:17: `default_action` is looser here than base.yaml:8; {tighten}")),
        ("enforcement: observe", format!("5:14: `enforcement` is looser here than its default; {tighten}")),
        ("context: {exposure: internal}", format!("5:21: `exposure` is looser here than base.yaml:4; {tighten}")),
        ("context: {service: x}", "5:20: `service` is another one than base.yaml:4; keep what the policy under it says".to_owned()),
        ("due: {high: 31d}", format!("5:13: `high` is looser here than base.yaml:9; {tighten}")),
        ("exceptions: {unused: warn}", format!("5:22: `unused` is looser here than base.yaml:13; {tighten}")),
        ("exceptions: {separation_of_duties: false}", format!("5:36: `separation_of_duties` is looser here than its default; {tighten}")),
        ("exceptions: {emergency: {max_days: 4}}", format!("5:36: `max_days` is looser here than base.yaml:14; {tighten}")),
        (
            "exceptions: {roles: {lead: [c@a.example]}}",
            "5:22: the role `lead` has more people than base.yaml:11; a layer may only take people out of a role".to_owned(),
        ),
        (
            "exceptions: {limits: [{severity: {at_least: high}, max_lifetime: 30d, max_renewals: 1, approver_roles: [lead], floor: ticket}]}",
            "5:23: this row admits more than base.yaml:12; make it no wider than a row there: severity, types, lifetime, renewals, roles, floor"
                .to_owned(),
        ),
        (
            "rules: [{id: HIGH, when: {severity: {at_least: low}}, action: block}]",
            "5:9: the rule `HIGH` is there already, at base.yaml:7; give it a name of its own: what a policy under it says cannot be redefined"
                .to_owned(),
        ),
        (
            "inputs: {require: [{id: code, tools: [semgrep]}]}",
            "5:20: the required input `code` is there already, at base.yaml:5; give it a name of its own: what a policy under it says cannot be redefined"
                .to_owned(),
        ),
        (
            "severity: {overrides: [{tool: semgrep, severity: low, reason: noise only, owner: o@a.example}]}",
            "5:24: an override of a layer may only raise, and `low` lowers; let the policy under it have the override".to_owned(),
        ),
        ("rules:", "5:6: `rules` has no value; write a list, `[…]`".to_owned()),
    ] {
        let told = with(&[("layer.yaml", &format!("{LAYER}{text}\n")), ("base.yaml", BASE)]).err().unwrap_or_default();
        assert_eq!(told, [format!("layer.yaml:{problem}")], "{text}");
    }
}

#[test]
fn a_layer_makes_nothing_worse_over_what_lets_the_worse_go() {
    let raise = "severity: {overrides: [{tool: semgrep, severity: critical, reason: worse here, owner: o@a.example}]}";
    let high = "rules: [{id: high, when: {severity: {at_least: high}}, action: block}]";
    let row = "severity: {at_least: info}, max_lifetime: 30d";
    for (under, over, layer, refused) in [
        (high, high, raise, None),
        (
            high,
            "rules: [{id: high, when: {severity: {in: [high]}}, action: block}]",
            raise,
            Some("5:24: what this makes worse, the rule `high` at base.yaml:7"),
        ),
        (high, "rules: [{id: high, when: {not: {severity: {at_most: high}}}, action: block}]", raise, None),
        (
            high,
            "rules: [{id: high, when: {not: {severity: {at_least: critical}}}, action: block}]",
            raise,
            Some("the rule `high` at base.yaml:7"),
        ),
        (
            high,
            "rules: [{id: high, when: {severity: {in: [medium, high]}}, action: block}]",
            "severity: {unrated_as: critical}",
            Some("5:24: what this makes worse, the rule `high`"),
        ),
        (high, "rules: [{id: high, when: {severity: {in: [medium, high]}}, action: block}]", "severity: {unrated_as: high}", None),
        // Milder than the default, whose place it takes.
        (high, "rules: [{id: high, when: {severity: {at_least: high}}, action: pass}]", raise, Some("the rule `high` at base.yaml:7")),
        (
            high,
            "rules: [{id: high, when: {overdue: false}, action: block}]",
            "due: {high: 20d}",
            Some("5:6: what this makes worse, the rule `high`"),
        ),
        (high, "rules: [{id: high, when: {overdue: true}, action: block}]", "due: {high: 20d}", None),
        // No days for critical: a critical finding is never late.
        (high, "rules: [{id: high, when: {overdue: true}, action: block}]", raise, Some("the rule `high` at base.yaml:7")),
        ("exposure: public", "exposure: internal", "context: {exposure: public}", None),
        (
            "default_action: ticket",
            "default_action: ticket\nbudgets: [{id: few, when: {severity: {at_most: high}}, max: 1, action: block}]",
            raise,
            Some("the budget `few` at base.yaml:9"),
        ),
        (row, "severity: {in: [critical]}, max_lifetime: 30d", raise, Some("the limits row at base.yaml:12")),
    ] {
        let base = BASE.replace("[rotated], severity: {at_least: high}", "[rotated], severity: {at_least: info}");
        assert!(base.contains(under), "{under}");
        let base = base.replace(under, over);
        let told = with(&[("layer.yaml", &format!("{LAYER}{layer}\n")), ("base.yaml", &base)]).err().unwrap_or_default();
        match refused {
            None => assert!(told.is_empty(), "{over}: {told:?}"),
            Some(refused) => assert!(told.iter().any(|told| told.contains(refused)), "{over}: {told:?}"),
        }
    }
}

#[test]
fn what_a_policy_stands_on_has_limits() {
    let on = |name: &str| format!("schema: relgate.policy/v1\nname: l\nowner: l@a.example\nextends: [\"{name}\"]\n");
    for (name, problem) in [
        ("p.yaml", "`p.yaml` stands on itself; break the loop"),
        ("./p.yaml", "`./p.yaml` stands on itself; break the loop"),
        ("none.yaml", "`none.yaml`: there is no such file; check the path"),
        ("strict", "`strict`: there is no such file; did you mean `builtin:strict`?"),
        ("/etc/passwd", "`extends` leaves the folder: `/etc/passwd`; name files below it, without `..`"),
        ("../x.yaml", "`extends` leaves the folder: `../x.yaml`; name files below it, without `..`"),
        ("*.yaml", "`extends` cannot be `*.yaml`; write the name of one file, or `builtin:standard`"),
        ("https://a.example/p.yaml", "`extends` cannot be `https://a.example/p.yaml`; write a file below this folder: nothing is fetched"),
        ("builtin:standrad", "`builtin:standrad`: there is no embedded policy `standrad`; did you mean `standard`?"),
    ] {
        let told = with(&[("p.yaml", &on(name))]).err().unwrap_or_default();
        assert!(told.iter().any(|told| told.ends_with(problem)), "{name}: {told:?}");
    }
    let chain: Vec<(String, String)> = (0..10).map(|n| (format!("{n}.yaml"), on(&format!("{}.yaml", n + 1)))).collect();
    let files: Vec<(&str, &str)> = chain.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let told = with(&files).err().unwrap_or_default();
    assert!(told.iter().any(|told| told.contains("more than 8 deep")), "{told:?}");
}

#[test]
fn what_two_layers_stand_on_lies_under_both() {
    let on = |name: &str, on: &str| format!("schema: relgate.policy/v1\nname: {name}\nowner: l@a.example\nextends: [{on}]\n");
    let (org, team) = (on("org", "\"builtin:standard\""), on("team", "\"builtin:standard\", org.yaml, \"builtin:strict\""));
    let policy = with(&[("team.yaml", &team), ("org.yaml", &org)]);
    assert_eq!(policy.map(|policy| (policy.rules.len(), policy.files.len())), Ok((13, 4)));
    let read = |_: &Path, _: Option<&Path>| Ok(org.clone());
    for names in [vec![], vec!["builtin:standard".to_owned()]] {
        let policy = load_with(&Wanted { names: &names, base: Some("org.yaml"), digest: None, commit: None }, &read);
        assert_eq!(policy.map(|policy| (policy.name, policy.rules.len())), Ok(("org".to_owned(), 10)));
    }
    let twice = told(&on("p", "\"builtin:standard\", \"builtin:standard\""));
    assert_eq!(twice, ["p.yaml:4:31: `extends` names `builtin:standard` twice; keep one of them"]);
}

#[test]
fn paths_are_those_of_the_file_that_names_them() -> Tested {
    let text = format!("{LAYER}inputs: {{reports: [\"out/**/*.sarif\", \"trivy:t.json\"]}}\nexceptions: {{files: [\"ex/*.yaml\"]}}\n");
    let policy = with(&[(".relgate/p.yaml", &text), (".relgate/base.yaml", BASE)]).map_err(|told| told.join("\n"))?;
    assert_eq!(policy.exceptions.files, [".relgate/ex/*.yaml"]);
    assert_eq!(policy.reports, ["out/**/*.sarif", "trivy:t.json"]);
    Ok(())
}

#[test]
fn what_is_left_to_fill_in_is_no_address() {
    let scans = [("sast", Category::Sast, None), ("sca", Category::Sca, Some("a\n- {id: b}#.json".to_owned()))];
    let scans = scans.map(|(id, category, because)| Scan { id, category, because });
    let starter = |owner, approvers| Starter { name: "a \"b\"", owner, approvers, scans: &scans, notes: "" };
    let blank = starter(None, &[]);
    let said = told(&blank.policy());
    let said: Vec<&str> = said.iter().filter_map(|told| told.split_once(": ")).map(|(_, told)| told).collect();
    let wanted = |key: &str| format!("`{key}` is not filled in yet; write one plain mail address, `dana@acme.example`");
    assert_eq!((said, blank.blanks()), (vec![wanted("approver").as_str(), &wanted("owner")], vec!["owner", "approver"]));
    let people: Vec<_> = ["o'neil@a.example", "a#b{x}%&@b.example"].iter().filter_map(|told| Address::parse(told)).collect();
    let filled = starter(people.first(), &people);
    assert_eq!((told(&filled.policy()), filled.blanks().len(), people.len()), (Vec::new(), 0, 2));
}

#[test]
fn the_digest_of_a_policy_can_be_asked_for() {
    let names = ["builtin:standard".to_owned()];
    let right = builtin::find("standard").map(|builtin| format!("sha256:{}", crate::base::digest::sha256_hex(builtin.text.as_bytes())));
    let read = |digest: &str| load(&Wanted { names: &names, base: None, digest: Some(digest), commit: None }).is_ok();
    assert!(right.is_some_and(|right| read(&right)));
    assert!(!read(&format!("sha256:{}", "0".repeat(64))));
}

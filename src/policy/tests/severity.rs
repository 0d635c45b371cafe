//! `severity`: the only ratings that are built, and what the team knows better.

use super::*;
use crate::base::pattern::Glob;

/// A policy that says this of severities on line 7.
fn of(told: &str) -> Result<Policy, Vec<String>> {
    with(&[("p.yaml", &format!("{HEAD}{LIMITS}severity: {told}\nrules: [{{id: r, when: {{in_change: true}}, action: block}}]\n"))])
}

fn wrong(text: &str) -> Vec<String> {
    of(text).err().unwrap_or_default()
}

#[test]
fn ratings_are_made_in_one_way_and_another_is_refused() {
    for built in [
        "{strategy: {os_packages: vendor_first, default: highest}}",
        "{strategy: {default: highest}, source_order: [vendor, ghsa, osv, nvd, tool]}",
    ] {
        assert_eq!(wrong(built), [""; 0], "{built}");
    }
    for (told, problem) in [
        ("{strategy: {os_packages: highest}}", "7:36: `os_packages: highest` is not supported yet; write `vendor_first`, or remove it"),
        ("{strategy: {default: lowest}}", "7:32: `default` cannot be `lowest`; use `vendor_first` or `highest`"),
        (
            "{source_order: [tool, vendor, ghsa, osv, nvd]}",
            "7:26: another `source_order` is not supported yet; write `[vendor, ghsa, osv, nvd, tool]`, or remove it",
        ),
        (
            "{source_order: [vendor, ghsa, osv, nvd]}",
            "7:26: another `source_order` is not supported yet; write `[vendor, ghsa, osv, nvd, tool]`, or remove it",
        ),
        ("{source_order: [vendor, ghsa, osv, nvd, nvd]}", "7:26: `source_order` names `nvd` twice; keep one of them"),
        ("{unrated_as: unknown}", "7:24: `unrated_as` cannot be `unknown`; use `critical`, `high`, `medium`, `low` or `info`"),
    ] {
        assert_eq!(wrong(told), [format!("p.yaml:{problem}")], "{told}");
    }
}

#[test]
fn what_is_unrated_counts_as_the_policy_says() {
    let unrated = |told: &str| of(told).map(|policy| policy.unrated_as);
    assert_eq!(unrated("{unrated_as: low}"), Ok(Severity::Low));
    assert_eq!(unrated("{strategy: {default: highest}}"), Ok(Severity::High), "where it says nothing");
}

#[test]
fn an_override_is_read_whole() -> Tested {
    let glob = |text: &str| Glob::parse(text);
    let entry = "tool: semgrep, rule_id: \"sql*\", vulnerability: CVE-1, package: \"pkg:npm/*\", path: [a, \"b/**\"]";
    let policy = of(&format!("{{overrides: [{{{entry}, severity: low, reason: generated code only, owner: o@a.example}}]}}"));
    let policy = policy.map_err(|told| told.join("\n"))?;
    let entry = policy.overrides.first().ok_or("none")?;
    let when = Condition::All(vec![
        Condition::Tool(vec!["semgrep".to_owned()]),
        Condition::RuleId(vec![glob("sql*")?]),
        Condition::Vulnerability(vec!["CVE-1".to_owned()]),
        Condition::Package(vec![glob("pkg:npm/*")?]),
        Condition::Path(vec![glob("a")?, glob("b/**")?]),
    ]);
    assert_eq!((&entry.when, entry.severity, entry.only_raises), (&when, Severity::Low, false));
    assert_eq!((entry.reason.as_str(), entry.owner.to_string().as_str()), ("generated code only", "o@a.example"));
    assert_eq!((entry.place.line, entry.place.column), (7, 24));
    Ok(())
}

#[test]
fn an_override_names_some_findings() {
    let entry = |of: &str| wrong(&format!("{{overrides: [{{{of}severity: low, reason: generated code only, owner: o@a.example}}]}}"));
    for one in ["tool: semgrep, ", "rule_id: a, ", "vulnerability: CVE-1, ", "package: \"pkg:npm/a\", ", "path: a, ", "path: [a], "] {
        assert_eq!(entry(one), [""; 0], "{one}");
    }
    // What is wrong with what it names is told, and nothing else.
    for (one, problem) in [
        ("tool: \"*\", ", "7:31: `tool` cannot be `*`; write the id of a tool, as `relgate inspect` shows it: lower case, without spaces"),
        ("path: ../a, ", "7:31: `path` leaves the folder: `../a`; name files below it, without `..`"),
        ("path: [../a], ", "7:32: `path` leaves the folder: `../a`; name files below it, without `..`"),
    ] {
        assert_eq!(entry(one), [format!("p.yaml:{problem}")], "{one}");
    }
}

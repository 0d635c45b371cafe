//! What is legal and dangerous is told with its line, and what is only near to it is not.

use super::*;

const QUIET: &str = "schema: relgate.policy/v1
name: p
owner: o@a.example
inputs: {require: [{id: code, tools: [semgrep]}]}
rules: [{id: r, when: {in_change: true}, action: block}]
default_action: pass
exceptions:
  roles: {lead: [a@a.example]}
  limits:
    - {severity: {at_least: high}, max_lifetime: 30d, max_renewals: 1, approver_roles: [lead], floor: ticket}
";

/// What is loud in a policy that says this in another place, or too, from line 11: lines and columns, and what is told.
fn loud(from: &str, to: &str) -> Vec<String> {
    assert!(QUIET.contains(from), "{from}");
    let text = if from.is_empty() { format!("{QUIET}{to}\n") } else { QUIET.replace(from, to) };
    let told = with(&[("p.yaml", &text)]).map(|policy| policy.loud.iter().map(ToString::to_string).collect());
    let told: Vec<String> = told.unwrap_or_else(|wrong| wrong.into_iter().map(|told| format!("wrong: {told}")).collect());
    told.iter().map(|told| told.split("; ").next().unwrap_or_default().replace("p.yaml:", "")).collect()
}

/// What is told about something on line 11.
fn too(to: &str) -> Vec<String> {
    loud("", to)
}

#[test]
fn what_switches_the_gate_off_is_loud() {
    assert_eq!(too(""), [""; 0]);
    assert_eq!(too("enforcement: observe"), ["11:14: nothing is enforced: a block exits 0"]);
    assert_eq!(too("enforcement: enforce"), [""; 0]);
    assert_eq!(too("  separation_of_duties: false"), ["11:25: who asks for an exception may approve it"]);
    assert_eq!(too("  separation_of_duties: true"), [""; 0]);
    assert_eq!(too("severity: {unrated_as: info}"), ["11:24: what nobody rated counts as nothing"]);
    assert_eq!(too("severity: {unrated_as: low}"), [""; 0]);
    let none = ["4:19: no scan is required: a scanner that did not run is not missed"];
    assert_eq!(loud("[{id: code, tools: [semgrep]}]", "[]"), none);
    let budget = |action: &str| too(&format!("budgets: [{{id: few, when: {{in_change: true}}, max: 1, action: {action}}}]"));
    assert_eq!(budget("pass"), ["11:11: the budget `few` does nothing when it is exceeded"]);
    assert_eq!(budget("ticket"), [""; 0]);
}

#[test]
fn an_override_that_lowers_all_of_a_tool_is_loud() {
    let entry = |of: &str, severity: &str| {
        too(&format!("severity: {{overrides: [{{tool: semgrep, {of}severity: {severity}, reason: only noise, owner: o@a.example}}]}}"))
    };
    assert_eq!(entry("", "medium"), ["11:24: all that a tool says counts as medium"]);
    assert_eq!(entry("", "info"), ["11:24: all that a tool says counts as info"]);
    assert_eq!(entry("", "high"), [""; 0]);
    for everything in ["rule_id: \"*\", ", "path: \"**\", ", "path: [src, \"**\"], ", "rule_id: \"*\", path: \"**\", "] {
        assert_eq!(entry(everything, "low"), ["11:24: all that a tool says counts as low"], "{everything}");
    }
    for narrow in
        ["rule_id: \"a*\", ", "path: \"src/**\", ", "vulnerability: CVE-1, ", "package: \"pkg:npm/*\", ", "rule_id: a, path: \"**\", "]
    {
        assert_eq!(entry(narrow, "low"), [""; 0], "{narrow}");
    }
}

#[test]
fn an_error_that_is_accepted_of_everything_is_loud() {
    let accept = |tool: &str, notification: &str| {
        let row = format!(
            "{{tool: {tool}, notification: {notification}, reason: generated code only, accountable: a@a.example, expires: 2026-12-31}}"
        );
        loud("inputs: {", &format!("inputs: {{accept_partial: [{row}], "))
    };
    assert_eq!(accept("semgrep", "\"Syntax error*\""), [""; 0]);
    assert_eq!(accept("semgrep", "\"*\""), ["4:27: every error of the tool is accepted"]);
    assert_eq!(accept("\"*\"", "\"*\""), ["4:27: every error of the tool is accepted"]);
    assert_eq!(accept("\"*\"", "\"Syntax error*\""), ["4:27: the error is accepted of every tool"]);
}

#[test]
fn more_days_for_what_is_graver_are_loud() {
    let due = |days: &str| too(&format!("due: {{clock: first_seen, {days}}}"));
    assert_eq!(due("critical: 10d, high: 10d, medium: 11d"), [""; 0]);
    assert_eq!(due("critical: 11d, high: 10d"), ["11:36: critical findings have more days than high ones"]);
    assert_eq!(due("critical: 11d, low: 10d"), ["11:36: critical findings have more days than low ones"]);
    assert_eq!(due("low: 1d"), [""; 0]);
    let kev = ["11:31: there is no KEV feed: which findings have these days is known only where a report tells it"];
    assert_eq!(due("kev: 3d"), kev);
    let named = "due: {clock: first_seen, kev: 3d}\nfeeds: {kev: {path: kev.json, max_age: 7d}}";
    assert_eq!(too(named), [""; 0]);
}

#[test]
fn a_preset_without_the_feeds_that_it_asks_for_is_loud() {
    let lacks = |feeds: &str| [format!("11:15: `cisa-bod-26-04` asks for the feeds {feeds}: what nobody tells takes the worse value")];
    let (kev, ssvc) = ("kev: {path: kev.json, max_age: 7d}", "ssvc: {path: ssvc, max_age: 7d}");
    assert_eq!(too("due: {preset: cisa-bod-26-04}"), lacks("kev and ssvc"));
    assert_eq!(too(&format!("due: {{preset: cisa-bod-26-04}}\nfeeds: {{{kev}}}")), lacks("ssvc"));
    assert_eq!(too(&format!("due: {{preset: cisa-bod-26-04}}\nfeeds: {{{kev}, {ssvc}}}")), [""; 0]);
    assert_eq!(too("due: {preset: fedramp-rev5}"), [""; 0], "it has no table");
}

#[test]
fn a_row_that_admits_nothing_more_is_loud() {
    let rows = |one: &str, other: &str| {
        let row = |severity: &str, days: u32| {
            format!("    - {{severity: {{{severity}}}, max_lifetime: {days}d, max_renewals: 1, approver_roles: [lead], floor: ticket}}\n")
        };
        let of = |told: &str| told.split_once(' ').map_or_else(String::new, |(days, severity)| row(severity, days.parse().unwrap_or(0)));
        let known = QUIET.lines().last().map_or_else(String::new, |line| format!("{line}\n"));
        loud(&known, &format!("{}{}", of(one), of(other)))
    };
    let nothing = |row: u32, other: u32| [format!("{row}:7: this row admits nothing that the row in line {other} does not")];
    assert_eq!(rows("30 at_least: high", "30 at_least: critical"), nothing(11, 10));
    assert_eq!(rows("30 at_least: critical", "30 at_least: high"), nothing(10, 11));
    assert_eq!(rows("30 at_least: high", "31 at_least: critical"), [""; 0]);
    assert_eq!(rows("30 at_least: high", "30 at_least: high"), nothing(11, 10), "the first is enough");
}

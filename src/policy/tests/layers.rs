//! What a layer may tighten, key by key: what is as strict or stricter is taken, and what is looser is refused.

use super::*;
use crate::model::vex::Justification;

/// A base in which a text is another one, under a layer that says this: the policy, or what is wrong.
fn layered(under: (&str, &str), layer: &str) -> Result<Policy, Vec<String>> {
    let base = BASE.replace(under.0, under.1);
    assert!(BASE.contains(under.0), "{}", under.0);
    with(&[("layer.yaml", &format!("{LAYER}{layer}\n")), ("base.yaml", &base)])
}

/// What is refused of a layer over the base, without its place and what to do.
fn refused(layer: &str) -> Vec<String> {
    refused_over(("", ""), layer)
}

fn refused_over(under: (&str, &str), layer: &str) -> Vec<String> {
    let told = layered(under, layer).err().unwrap_or_default();
    told.iter()
        .map(|told| told.split("; ").next().unwrap_or_default().splitn(4, ':').nth(3).unwrap_or_default().trim().to_owned())
        .collect()
}

#[test]
fn a_row_admits_no_more_than_one_under_it_in_any_respect() {
    let keys = [
        ("types", "[rotated]"),
        ("severity", "{at_least: high}"),
        ("max_lifetime", "30d"),
        ("max_renewals", "1"),
        ("approver_roles", "[lead]"),
        ("floor", "ticket"),
    ];
    let row = |key: &str, value: &str| {
        let told: Vec<String> = keys.iter().map(|&(known, own)| format!("{known}: {}", if known == key { value } else { own })).collect();
        refused(&format!("exceptions: {{roles: {{boss: [a@a.example]}}, limits: [{{{}}}]}}", told.join(", ")))
    };
    assert_eq!(row("", ""), [""; 0], "as wide as the row under it");
    for (key, value) in [("severity", "{at_least: critical}"), ("max_lifetime", "29d"), ("max_renewals", "0"), ("floor", "block")] {
        assert_eq!(row(key, value), [""; 0], "{key}: {value}");
    }
    for (key, value) in [
        ("types", "[rotated, false_positive]"),
        ("types", "[false_positive]"),
        ("severity", "{at_least: medium}"),
        ("max_lifetime", "31d"),
        ("max_renewals", "2"),
        ("approver_roles", "[lead, boss]"),
        ("approver_roles", "[boss]"),
        ("floor", "pass"),
    ] {
        assert_eq!(row(key, value), ["this row admits more than base.yaml:12"], "{key}: {value}");
    }
    // A row that names no types is for all of them, and one under it admits them all.
    let of_all = |under, layer: &str| refused_over(under, &format!("exceptions: {{limits: [{{{layer}}}]}}"));
    let rest = "severity: {at_least: high}, max_lifetime: 30d, max_renewals: 1, approver_roles: [lead], floor: ticket";
    assert_eq!(of_all(("types: [rotated], ", ""), rest), [""; 0]);
    assert_eq!(of_all(("types: [rotated], ", ""), &format!("types: [rotated], {rest}")), [""; 0]);
    assert_eq!(of_all(("", ""), rest), ["this row admits more than base.yaml:12"]);
}

#[test]
fn an_emergency_may_only_be_bounded_more() {
    let with = |told: &str| refused(&format!("exceptions: {{roles: {{boss: [a@a.example]}}, emergency: {{{told}}}}}"));
    for told in [
        "roles: [lead]",
        "max_days: 3",
        "max_days: 2",
        "severity_at_most: high",
        "severity_at_most: low",
        "review_within: 7d",
        "review_within: 1d",
    ] {
        assert_eq!(with(told), [""; 0], "{told}");
    }
    assert_eq!(with("roles: [lead, boss]"), ["`roles` is looser here than base.yaml:14"]);
    assert_eq!(with("max_days: 4"), ["`max_days` is looser here than base.yaml:14"]);
    assert_eq!(with("severity_at_most: critical"), ["`severity_at_most` is looser here than its default"]);
    assert_eq!(with("review_within: 8d"), ["`review_within` is looser here than its default"]);
    let none = ("  emergency: {roles: [lead], max_days: 3}\n", "");
    let brought = "exceptions: {emergency: {roles: [lead], max_days: 1}}";
    assert_eq!(refused_over(none, brought), ["a layer may not bring `emergency`"]);
}

#[test]
fn a_layer_listens_to_fewer_and_accepts_fewer_reasons() {
    let vex = "vex: {sources: [{path: \"v/*.json\", authors: [a, b]}], accept_justifications: [component_not_present, inline_mitigations_already_exist]}\n";
    let base = ("exceptions:\n", &*format!("{vex}exceptions:\n"));
    let over = |layer: &str| refused_over(base, layer);
    for fewer in [
        "vex: {sources: [{path: \"v/*.json\", authors: [b]}]}",
        "vex: {sources: [{path: \"v/*.json\", authors: [a]}, {path: \"v/*.json\", authors: [b]}]}",
        "vex: {accept_justifications: [inline_mitigations_already_exist]}",
        "vex: {allow_versionless: false}",
    ] {
        assert_eq!(over(fewer), [""; 0], "{fewer}");
    }
    let another = |path: &str| format!("`sources` has another one, or another author: {path} than base.yaml:10");
    assert_eq!(over("vex: {sources: [{path: \"v/*.json\", authors: [a, c]}]}"), [another("v/*.json")]);
    assert_eq!(over("vex: {sources: [{path: \"w/*.json\", authors: [a]}]}"), [another("w/*.json")]);
    let one_more = "`accept_justifications` has one more: vulnerable_code_not_present than base.yaml:10";
    assert_eq!(over("vex: {accept_justifications: [vulnerable_code_not_present]}"), [one_more]);
    assert_eq!(over("vex: {allow_versionless: true}"), ["`allow_versionless` is looser here than its default"]);
    // What the policy under it does not say of reasons has the default.
    let silent = ("exceptions:\n", "vex: {sources: [{path: v.json, authors: [a]}]}\nexceptions:\n");
    assert_eq!(refused_over(silent, "vex: {accept_justifications: [component_not_present]}"), [""; 0]);
    let more = "`accept_justifications` has one more: inline_mitigations_already_exist";
    assert_eq!(refused_over(silent, "vex: {accept_justifications: [inline_mitigations_already_exist]}"), [more]);
}

#[test]
fn what_nobody_said_of_vex_a_layer_may_say() -> Tested {
    let layer = "vex: {sources: [{path: v.json, authors: [a]}], accept_justifications: [inline_mitigations_already_exist]}";
    let policy = layered(("", ""), layer).map_err(|told| told.join("\n"))?;
    assert_eq!((policy.vex.sources.len(), policy.vex.accepted), (1, vec![Justification::InlineMitigationsAlreadyExist]));
    assert_eq!(refused("vex: {allow_versionless: true}"), ["`allow_versionless` is looser here than its default"]);
    Ok(())
}

#[test]
fn a_baseline_under_a_layer_stays_the_one_it_is() {
    let base = |told: &str| format!("baseline: {{path: b.json{told}}}\nexceptions:\n");
    let over = |told: &str, layer: &str| refused_over(("exceptions:\n", &base(told)), &format!("baseline: {{{layer}}}"));
    assert_eq!(over("", "path: b.json, on_missing: undecided"), [""; 0]);
    assert_eq!(over(", on_missing: undecided", "path: b.json, on_missing: all_new"), ["`on_missing` is looser here than base.yaml:10"]);
    assert_eq!(over(", on_missing: undecided", "path: b.json, on_missing: undecided"), [""; 0]);
    assert_eq!(over("", "path: c.json"), ["`path` is another one than base.yaml:10"]);
}

#[test]
fn what_is_strict_already_a_layer_does_not_loosen() {
    let strict = |under: (&str, &str), layer: &str| refused_over(under, layer);
    let enforced = ("default_action: ticket\n", "default_action: ticket\nenforcement: enforce\n");
    assert_eq!(strict(enforced, "enforcement: observe"), ["`enforcement` is looser here than base.yaml:9"]);
    let observed = ("default_action: ticket\n", "default_action: ticket\nenforcement: observe\n");
    assert_eq!(strict(observed, "enforcement: enforce"), [""; 0]);
    assert_eq!(strict(observed, "enforcement: observe"), [""; 0]);
    let together = ("  unused: undecided\n", "  separation_of_duties: false\n");
    assert_eq!(strict(together, "exceptions: {separation_of_duties: true}"), [""; 0]);
    assert_eq!(strict(together, "exceptions: {separation_of_duties: false}"), [""; 0]);
    for (layer, same_or_stricter) in [
        ("severity: {unrated_as: high}", true),
        ("severity: {unrated_as: medium}", false),
        ("default_action: ticket", true),
        ("default_action: pass", false),
    ] {
        assert_eq!(refused(layer).is_empty(), same_or_stricter, "{layer}");
    }
    // What lies under it may be open to whom nobody knows, and is open to all in the layer, or the other way round.
    let unknown = ("exposure: public", "exposure: unknown");
    assert_eq!(strict(unknown, "context: {exposure: public}"), [""; 0]);
    assert_eq!(strict(unknown, "context: {exposure: internal}"), ["`exposure` is looser here than base.yaml:4"]);
    assert_eq!(refused("context: {exposure: unknown}"), [""; 0]);
    assert_eq!(refused("context: {service: pay}"), [""; 0]);
}

#[test]
fn a_layer_accepts_no_error_and_its_overrides_only_raise() -> Tested {
    let accept = "inputs: {accept_partial: [{tool: semgrep, notification: \"x\", reason: generated code only, accountable: a@a.example, expires: 2026-12-31}]}";
    assert_eq!(refused(accept), ["a layer accepts no error of a scanner"]);
    let over = |severity: &str| {
        layered(
            ("severity: {at_least: high}", "severity: {at_least: info}"),
            &format!("severity: {{overrides: [{{tool: semgrep, severity: {severity}, reason: worse here, owner: o@a.example}}]}}"),
        )
    };
    let told = over("medium").err().unwrap_or_default();
    assert!(told.iter().any(|told| told.contains("may only raise, and `medium` lowers")), "{told:?}");
    let policy = over("high").map_err(|told| told.join("\n"))?;
    assert_eq!(policy.overrides.iter().map(|entry| entry.only_raises).collect::<Vec<_>>(), [true]);
    Ok(())
}

#[test]
fn people_who_are_told_are_joined_each_once() -> Tested {
    let base = ("owner: o@a.example\n", "owner: o@a.example\nescalation: [a@a.example, b@a.example]\n");
    let policy = layered(base, "escalation: [b@a.example, c@a.example]").map_err(|told| told.join("\n"))?;
    let people: Vec<String> = policy.escalation.iter().map(ToString::to_string).collect();
    assert_eq!(people, ["a@a.example", "b@a.example", "c@a.example"]);
    Ok(())
}

/// What a layer lets go of a base in which some texts are others.
fn let_go(under: &[(&str, &str)], layer: &str) -> Vec<String> {
    let base = under.iter().fold(BASE.to_owned(), |base, (from, to)| {
        assert!(base.contains(from), "{from}");
        base.replace(from, to)
    });
    let told = with(&[("layer.yaml", &format!("{LAYER}{layer}\n")), ("base.yaml", &base)]).err().unwrap_or_default();
    let one = |told: &String| Some(told.split_once("what this makes worse, ")?.1.split_once(" may let go")?.0.to_owned());
    told.iter().filter_map(one).collect()
}

#[test]
fn a_service_that_is_opened_is_not_let_go_by_a_rule_for_what_is_inside() {
    let rule = |when: &str| format!("when: {{{when}}}, action: block");
    let of = |exposure: &str, when: &str, layer: &str| {
        let under =
            [("exposure: public", format!("exposure: {exposure}")), ("when: {severity: {at_least: high}}, action: block", rule(when))];
        let under = under.each_ref().map(|(from, to)| (*from, to.as_str()));
        let_go(&under, &format!("context: {{exposure: {layer}}}"))
    };
    let high = ["the rule `high` at base.yaml:7"];
    assert_eq!(of("internal", "exposure: [internal]", "public"), high);
    assert_eq!(of("internal", "exposure: [internal, public]", "public"), [""; 0]);
    assert_eq!(of("internal", "exposure: [public]", "public"), [""; 0], "it begins to hold");
    assert_eq!(of("internal", "not: {exposure: [public]}", "public"), high);
    assert_eq!(of("internal", "exposure: [internal]", "internal"), [""; 0], "nothing is opened");
    assert_eq!(of("public", "exposure: [internal]", "unknown"), [""; 0], "it was open");
    assert_eq!(of("unknown", "exposure: [internal]", "public"), [""; 0]);
}

#[test]
fn a_rule_as_strict_as_the_default_takes_nothing_away() {
    let raise = "severity: {overrides: [{tool: semgrep, severity: critical, reason: worse here, owner: o@a.example}]}";
    let row = ("[rotated], severity: {at_least: high}", "[rotated], severity: {at_least: info}");
    let of = |action: &str| {
        let_go(
            &[row, ("severity: {at_least: high}}, action: block", &format!("severity: {{at_least: critical}}}}, action: {action}"))],
            raise,
        )
    };
    assert_eq!(of("ticket"), [""; 0], "the default is a ticket");
    assert_eq!(of("block"), [""; 0]);
    assert_eq!(of("pass"), ["the rule `high` at base.yaml:7"], "it begins to hold, in the place of the default");
}

#[test]
fn a_milder_rule_that_begins_to_hold_takes_a_finding_out_of_the_default() {
    let of = |when: &str, layer: &str| {
        let rule = format!("when: {{{when}}}, action: pass");
        let_go(&[("exposure: public", "exposure: internal"), ("when: {severity: {at_least: high}}, action: block", &rule)], layer)
    };
    let high = ["the rule `high` at base.yaml:7"];
    for opened in ["context: {exposure: public}", "context: {exposure: unknown}"] {
        assert_eq!(of("exposure: [public]", opened), high, "{opened}");
        assert_eq!(of("exposure: [internal, public]", opened), [""; 0], "it holds before and after");
        assert_eq!(of("overdue: true", opened), high, "days of a table depend on who can reach it");
    }
    let sooner = "due: {high: 20d}";
    assert_eq!(of("overdue: true", sooner), high);
    assert_eq!(of("exposure: [public]", sooner), [""; 0], "nothing is opened");
}

#[test]
fn what_a_layer_leaves_as_it_was_lets_nothing_go() {
    let raise = |severity: &str| format!("{{tool: semgrep, severity: {severity}, reason: worse here, owner: o@a.example}}");
    let of = |when: &str, layer: &str| {
        let rule = format!("when: {{{when}}}, action: block");
        let row = ("[rotated], severity: {at_least: high}", "[rotated], severity: {at_least: info}");
        let_go(&[row, ("exposure: public", "exposure: internal"), ("when: {severity: {at_least: high}}, action: block", &rule)], layer)
    };
    let high = ["the rule `high` at base.yaml:7"];
    assert_eq!(of("overdue: false", "severity: {unrated_as: high}"), [""; 0], "it counted as high before");
    assert_eq!(of("exposure: [internal]", &format!("severity: {{overrides: [{}]}}", raise("high"))), [""; 0]);
    // The gravest of them counts, wherever it stands.
    let both = |one, other| format!("severity: {{overrides: [{}, {}]}}", raise(one), raise(other));
    assert_eq!(of("severity: {in: [high]}", &both("high", "critical")), high);
    assert_eq!(of("severity: {in: [high]}", &both("critical", "high")), high);
    assert_eq!(of("severity: {in: [high]}", &both("high", "high")), [""; 0]);
}

#[test]
fn a_milder_rule_of_a_layer_takes_the_place_of_no_default() {
    let middle = format!("{LAYER}rules: [{{id: late, when: {{overdue: true}}, action: pass}}]\n");
    let top = LAYER.replace("base.yaml", "middle.yaml") + "due: {high: 20d}\n";
    let policy = with(&[("top.yaml", &top), ("middle.yaml", &middle), ("base.yaml", BASE)]);
    assert_eq!(policy.map(|policy| (policy.rules.len(), policy.default_over)), Ok((2, 1)));
}

const RAISE: &str = "severity: {overrides: [{tool: semgrep, severity: critical, reason: worse here, owner: o@a.example}]}";

#[test]
fn what_is_late_stays_late_when_it_gets_graver_where_that_has_no_more_days() {
    let high = ["the rule `high` at base.yaml:7"];
    let of = |due: &str, when: &str, layer: &str| {
        let rule = format!("when: {{{when}}}, action: block");
        let row = ("[rotated], severity: {at_least: high}", "[rotated], severity: {at_least: info}");
        let days = ("due: {clock: first_seen, high: 30d}", due);
        let_go(&[row, days, ("when: {severity: {at_least: high}}, action: block", &rule)], layer)
    };
    for (due, lets_go) in [
        ("due: {clock: first_seen, critical: 20d, high: 30d}", false),
        ("due: {clock: first_seen, critical: 30d, high: 30d}", false),
        ("due: {clock: first_seen, critical: 31d, high: 30d}", true),
        ("due: {clock: first_seen, high: 30d}", true),
        ("due: {clock: first_seen, critical: 20d, high: 30d, low: 10d}", true),
        ("due: {preset: fedramp-rev5}", false),
        ("due: {preset: fedramp-rev5, critical: 20d, high: 20d}", false),
        ("due: {preset: fedramp-rev5, high: 20d}", true),
    ] {
        assert_eq!(!of(due, "overdue: true", RAISE).is_empty(), lets_go, "{due}");
        assert_eq!(of(due, "overdue: false", RAISE), high, "{due}: it may be late now");
    }
    assert_eq!(of("due: {clock: first_seen, high: 30d}", "not: {overdue: false}", "due: {high: 20d}"), [""; 0], "it comes earlier");
}

#[test]
fn a_row_that_stops_emergencies_stops_them_for_what_is_graver() {
    let of = |rows: &[&str]| {
        let rows: Vec<String> =
            rows.iter().map(|row| format!("{{{row}, max_lifetime: 30d, max_renewals: 1, approver_roles: [lead]}}")).collect();
        let row =
            "[{types: [rotated], severity: {at_least: high}, max_lifetime: 30d, max_renewals: 1, approver_roles: [lead], floor: ticket}]";
        let_go(&[(row, &format!("[{}]", rows.join(", ")))], RAISE)
    };
    let row = ["the limits row at base.yaml:12"];
    assert_eq!(of(&["severity: {at_most: high}, floor: block"]), row);
    assert_eq!(of(&["types: [emergency], severity: {at_most: high}, floor: block"]), row);
    assert_eq!(of(&["types: [rotated], severity: {at_most: high}, floor: block"]), [""; 0], "it stops none");
    assert_eq!(of(&["severity: {at_most: high}, floor: ticket"]), [""; 0], "a ticket is what an emergency comes to");
    assert_eq!(of(&["severity: {at_most: high}, floor: block", "severity: {in: [critical]}, floor: block"]), [""; 0]);
    assert_eq!(of(&["severity: {at_most: high}, floor: block", "severity: {in: [critical]}, floor: ticket"]), row, "it admits more");
}

#[test]
fn what_says_the_same_as_under_it_is_not_looser() {
    for same in ["due: {high: 30d}", "exceptions: {unused: undecided}", "exceptions: {emergency: {max_days: 3, roles: [lead]}}"] {
        assert_eq!(refused(same), [""; 0], "{same}");
    }
    let preset = ("due: {clock: first_seen, high: 30d}", "due: {preset: fedramp-rev5}");
    assert_eq!(refused_over(preset, "due: {high: 30d}"), [""; 0]);
    assert_eq!(refused_over(preset, "due: {high: 31d}"), ["`high` is looser here than base.yaml:9"]);
    for (known, told, looser) in [
        ("max_age: 7d", "max_age: 7d", None),
        ("max_age: 7d, on_stale: warn", "on_stale: warn", None),
        ("max_age: 7d, on_stale: warn", "on_stale: undecided", None),
        ("max_age: 7d, on_stale: undecided", "on_stale: undecided", None),
        ("max_age: 7d, on_stale: undecided", "on_stale: warn", Some("`on_stale` is looser here than base.yaml:10")),
        ("max_age: 7d", "on_stale: warn", Some("`on_stale` is looser here than its default")),
    ] {
        let under = format!("feeds: {{kev: {{path: kev.json, {known}}}}}\nexceptions:\n");
        let refused = refused_over(("exceptions:\n", &under), &format!("feeds: {{kev: {{{told}}}}}"));
        assert_eq!(refused, looser.into_iter().collect::<Vec<_>>(), "{told} over {known}");
    }
}

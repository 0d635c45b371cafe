//! `exceptions`: who may let what through, and for how long.

use super::*;
use crate::model::policy::Unused;

const ROW: &str = "severity: {at_least: info}, max_lifetime: 1d, max_renewals: 0, approver_roles: [r], floor: block";

/// A policy that says this of exceptions on line 7.
fn of(told: &str) -> Result<Policy, Vec<String>> {
    let rules = "rules: [{id: r, when: {in_change: true}, action: block}]";
    with(&[("p.yaml", &format!("{HEAD}{rules}\nexceptions: {{{told}}}\n"))])
}

fn wrong(told: &str) -> Vec<String> {
    of(told).err().unwrap_or_default()
}

#[test]
fn a_row_is_read_whole() -> Tested {
    let row =
        "types: [rotated, emergency], severity: {in: [high]}, max_lifetime: 36h, max_renewals: 2, approver_roles: [r, s], floor: ticket";
    let policy =
        of(&format!("roles: {{r: [a@a.example], s: [b@a.example, c@a.example]}}, limits: [{{{row}}}]")).map_err(|told| told.join("\n"))?;
    let row = policy.exceptions.limits.iter().flatten().next().ok_or("none")?;
    assert_eq!(
        (row.types.as_slice(), row.severities.as_slice()),
        (&[ExceptionType::Rotated, ExceptionType::Emergency][..], &[Severity::High][..])
    );
    assert_eq!((row.max_lifetime_hours, row.max_renewals, row.floor, row.place.line), (36, 2, Action::Ticket, 7));
    assert_eq!(row.approver_roles, ["r", "s"]);
    assert_eq!(policy.exceptions.roles.values().map(Vec::len).collect::<Vec<_>>(), [1, 2]);
    Ok(())
}

#[test]
fn what_is_not_said_of_exceptions_has_its_default() -> Tested {
    let with = |told: &str| of(&format!("roles: {{r: [a@a.example]}}, limits: [{{{ROW}}}]{told}")).map_err(|told| told.join("\n"));
    let rules = with("")?.exceptions;
    assert_eq!((rules.separation_of_duties, rules.warn_before_expiry_hours, rules.unused), (true, 14 * 24, Unused::Warn));
    assert_eq!((rules.emergency.is_none(), rules.files.len()), (true, 0));
    let rules = with(", separation_of_duties: false, warn_before_expiry: 2d, unused: undecided, files: [a.yaml]")?.exceptions;
    assert_eq!((rules.separation_of_duties, rules.warn_before_expiry_hours, rules.unused), (false, 48, Unused::Undecided));
    assert_eq!(rules.files, ["a.yaml"]);
    let emergency = with(", emergency: {roles: [r]}")?.exceptions.emergency.ok_or("none")?;
    assert_eq!((emergency.max_days, emergency.severity_at_most, emergency.review_within_hours), (3, Severity::High, 168));
    let emergency = with(", emergency: {roles: [r], max_days: 1, severity_at_most: low, review_within: 1d}")?.exceptions.emergency;
    let emergency = emergency.ok_or("none")?;
    assert_eq!(emergency.roles, ["r"]);
    assert_eq!((emergency.max_days, emergency.severity_at_most, emergency.review_within_hours), (1, Severity::Low, 24));
    Ok(())
}

#[test]
fn a_role_that_is_named_is_defined() {
    let limits = format!("limits: [{{{ROW}}}]");
    let none = |help: &str| vec![format!("p.yaml:7:23: no policy defines the role `r`; {help}")];
    assert_eq!(wrong(&limits), none("define it under `exceptions.roles`"));
    let many = |roles: &str| wrong(&format!("{limits}, roles: {roles}"));
    assert_eq!(many("{rr: [a@a.example]}"), none("did you mean `rr`?"));
    let shape = "write roles with lists of mail addresses";
    assert!(many("{}").contains(&format!("p.yaml:7:131: `roles` cannot be a map; {shape}")), "{:?}", many("{}"));
    assert!(many("[r]").contains(&format!("p.yaml:7:131: `roles` cannot be a list; {shape}")), "{:?}", many("[r]"));
    // Its list is wrong, and it is a role all the same.
    assert_eq!(many("{r: [a]}").len(), 1);
    assert_eq!(many("{r: [a@a.example], \"r r\": [a@a.example]}").len(), 1);
    // Each place of one that nobody defines is told once.
    let twice = ROW.replace("[r]", "[q, q]");
    let roles = "roles: {r: [a@a.example]}";
    assert_eq!(wrong(&format!("limits: [{{{twice}}}], {roles}")).len(), 1);
    assert_eq!(wrong(&format!("limits: [{{{ROW}}}, {{{twice}}}, {{{twice}}}], {roles}")).len(), 2);
    assert_eq!(wrong(&format!("{limits}, {roles}, emergency: {{roles: [q]}}")).len(), 1);
    assert_eq!(
        wrong(&format!("{limits}, {roles}, emergency: {{max_days: 1}}")),
        ["p.yaml:7:162: `emergency` lacks `roles`; name who may approve"]
    );
}

#[test]
fn who_stands_on_an_embedded_policy_fills_its_roles() {
    let over = |told: &str| {
        let text = format!("schema: relgate.policy/v1\nname: l\nowner: l@a.example\nextends: [\"builtin:standard\"]\n{told}");
        with(&[("l.yaml", &text)]).map(|policy| policy.exceptions.roles.values().map(Vec::len).sum::<usize>())
    };
    assert_eq!(over(""), Ok(0), "nobody holds them");
    let standard = load(&Wanted::default()).map(|policy| policy.exceptions.roles.into_keys().next().unwrap_or_default());
    let role = standard.unwrap_or_default();
    assert_eq!(over(&format!("exceptions: {{roles: {{{role}: [a@a.example]}}}}\n")), Ok(1));
}

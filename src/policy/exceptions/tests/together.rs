//! Records that are held against each other.

use super::*;

#[test]
fn records_are_held_against_each_other() -> anyhow::Result<()> {
    let other = |changes: &[(&str, &str)]| file(&[record(&[&[("id", "EXC-2")], changes].concat())]);
    let with = |text: String| -> anyhow::Result<Vec<String>> { Ok(load_all(&[file(&[record(&[])]), text], &policy())?.1) };
    assert_eq!(with(other(&[("match", "{rule_id: xss, path: [a]}")]))?, [""; 0]);
    let same = [
        "1.yaml:3:5: `EXC-2` is about the same as `EXC-1` in 0.yaml, and both are in force; keep one of them, or let the first end before the second begins",
    ];
    assert_eq!(with(other(&[("match", "{path: [./src//a.py], rule_id: sqli}")]))?, same);
    assert_eq!(with(other(&[("status", "proposed")]))?, [""; 0]);
    assert_eq!(with(other(&[("expires", "2026-11-22")]))?, [""; 0]);
    let taken = ["1.yaml:3:5: the id `exc-1` is taken by one of 0.yaml:3; rename one of them"];
    assert_eq!(with(other(&[("id", "exc-1"), ("status", "revoked")]))?, taken);
    Ok(())
}

#[test]
fn an_emergency_is_not_followed_by_another() -> anyhow::Result<()> {
    let em = |id: &'static str, approved: &'static str, expires: &'static str| {
        record(&[
            ("id", id),
            ("type", "emergency"),
            ("reason", "'security-fix: the login outage is being repaired'"),
            ("accountable", "{email: ivan@acme.example, role: commander}"),
            ("approved", approved),
            ("expires", expires),
        ])
    };
    let after = |approved| -> anyhow::Result<Vec<String>> {
        Ok(load_all(&[file(&[em("A", "2026-10-01", "2026-10-03"), em("B", approved, approved)])], &policy())?.1)
    };
    let told = "0.yaml:14:5: the emergency `B` follows `A`, which ended on 2026-10-03; an emergency is not renewed: ask for an exception of another type";
    assert_eq!(after("2026-11-02")?, [told]);
    assert_eq!(after("2026-11-03")?, [""; 0]);
    Ok(())
}

#[test]
fn records_are_held_against_each_other_by_their_ids() -> anyhow::Result<()> {
    let named = |id: &'static str, more: &[(&'static str, &'static str)]| record(&[&[("id", id)], more].concat());
    let emergency = |id: &'static str, more: &[(&'static str, &'static str)]| {
        let keys = [
            ("type", "emergency"),
            ("reason", "'security-fix: the login outage is being repaired'"),
            ("accountable", "{email: ivan@acme.example, role: commander}"),
            ("expires", "2026-11-03"),
        ];
        named(id, &[&keys[..], more].concat())
    };
    let told = |records: &[String]| -> anyhow::Result<Vec<String>> { Ok(load_all(&[file(records)], &policy())?.1) };
    // Whichever stands first, the one with the later id is told.
    let same =
        "`B` is about the same as `A` in 0.yaml, and both are in force; keep one of them, or let the first end before the second begins";
    assert_eq!(told(&[named("A", &[]), named("B", &[])])?, [format!("0.yaml:14:5: {same}")]);
    assert_eq!(told(&[named("B", &[]), named("A", &[])])?, [format!("0.yaml:3:5: {same}")]);
    // Today is the last day of one: both are in force.
    assert_eq!(told(&[named("A", &[("expires", "2026-11-23")]), named("B", &[])])?.len(), 1);
    assert_eq!(told(&[named("A", &[("expires", "2026-11-22")]), named("B", &[])])?, [""; 0]);
    // An emergency that nobody approved yet follows none, and one about something else is another one.
    let after = [("approved", "2026-11-05"), ("expires", "2026-11-06")];
    assert_eq!(told(&[emergency("A", &[]), emergency("B", &after)])?.len(), 1);
    assert_eq!(
        told(&[emergency("A", &[]), emergency("B", &[("approved", ""), ("status", "proposed"), ("expires", "2026-11-06")])])?,
        [""; 0]
    );
    let other = [after[0], after[1], ("match", "{rule_id: xss, path: [a]}")];
    assert_eq!(told(&[emergency("A", &[]), emergency("B", &other)])?, [""; 0]);
    assert_eq!(told(&[emergency("A", &[]), named("B", &[])])?, [""; 0], "an exception of another type is asked for");
    Ok(())
}

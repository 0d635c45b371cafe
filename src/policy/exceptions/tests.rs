#![expect(clippy::disallowed_methods, reason = "tests write files to be read")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use super::*;
use crate::base::address::Address;
use crate::base::date::parse_date;
use crate::model::exception::{ExceptionType, Status, Until, Versions};
use crate::model::policy::sample;
use crate::model::policy::{Action, Emergency, ExceptionRules, Limit};
use crate::model::severity::Severity;

/// Two rows, of 60 and 365 days; emergencies of three days.
fn policy() -> Policy {
    let row = |days: u32, severities: &[Severity]| Limit {
        place: sample::place(9),
        types: Vec::new(),
        severities: severities.to_vec(),
        max_lifetime_hours: days * 24,
        max_renewals: 1,
        approver_roles: vec!["lead".to_owned()],
        floor: Action::Ticket,
    };
    let policy = sample::policy(Vec::new());
    let people = |name: &str| Address::parse(name).into_iter().collect::<Vec<_>>();
    let roles = BTreeMap::from([("lead".to_owned(), people("dana@acme.example")), ("commander".to_owned(), people("ivan@acme.example"))]);
    let emergency =
        Emergency { roles: vec!["commander".to_owned()], max_days: 3, severity_at_most: Severity::High, review_within_hours: 168 };
    let limits = vec![vec![row(60, &[Severity::Critical]), row(365, &[Severity::Low])]];
    let exceptions = ExceptionRules { roles, limits, emergency: Some(emergency), ..policy.exceptions };
    Policy { exceptions, ..policy }
}

/// A record that is in order on 2026-11-23, key by key.
const RECORD: [(&str, &str); 11] = [
    ("id", "EXC-1"),
    ("type", "risk_acceptance"),
    ("status", "approved"),
    ("match", "{rule_id: sqli, path: [src/a.py]}"),
    ("effect", "ticket"),
    ("reason", "the input is validated upstream"),
    ("requester", "ola@acme.example"),
    ("accountable", "{email: dana@acme.example, role: lead}"),
    ("ticket", "PAY-881"),
    ("approved", "2026-11-02"),
    ("expires", "2026-12-15"),
];

/// A record with other values, an empty one taking its key away.
fn record(changes: &[(&str, &str)]) -> String {
    let mut keys: Vec<(&str, &str)> = RECORD.to_vec();
    for &(key, value) in changes {
        match keys.iter_mut().find(|(known, _)| *known == key) {
            Some(known) => known.1 = value,
            None => keys.push((key, value)),
        }
    }
    let mut text = String::new();
    for (number, (key, value)) in keys.iter().filter(|(_, value)| !value.is_empty()).enumerate() {
        let lead = if number == 0 { "  - " } else { "    " };
        // Writing to a string never fails.
        let _infallible = writeln!(text, "{lead}{key}: {value}");
    }
    text
}

fn file(records: &[String]) -> String {
    format!("schema: relgate.exceptions/v1\nexceptions:\n{}", records.concat())
}

/// What is wrong with files, or dangerous, without the folder in front, and the records.
fn load_all(files: &[String], policy: &Policy) -> anyhow::Result<(Exceptions, Vec<String>)> {
    let room = tempfile::tempdir()?;
    for (number, text) in files.iter().enumerate() {
        fs::write(room.path().join(format!("{number}.yaml")), text)?;
    }
    let named = [format!("{}/*.yaml", room.path().display())];
    let today = parse_date("2026-11-23").unwrap_or_default();
    let (exceptions, problems) = load(&Places { named: &named, beside: None, commit: None }, Some(policy), today);
    let lead = format!("{}/", room.path().display());
    let told = problems.iter().map(|problem| problem.to_string().replace(&lead, "")).collect();
    Ok((exceptions, told))
}

fn told(changes: &[(&str, &str)]) -> anyhow::Result<Vec<String>> {
    Ok(load_all(&[file(&[record(changes)])], &policy())?.1)
}

#[test]
fn a_whole_record_is_read() -> anyhow::Result<()> {
    let text = file(&[record(&[
        ("title", "login"),
        ("match", "{vulnerability: CVE-2020-8203, package: pkg:npm/lodash, versions: [\"4.17.15\", \"4.17.1\"], path: [./b, \"a//*\"]}"),
        ("scope", "{services: [pay], repositories: [\"https://x.example/a\"], branches: [main], stages: [release], releases: [\"2.*\"]}"),
        ("until", "[fix_available, kev]"),
        ("max_findings", "3"),
        ("compensating_controls", "[{control: WAF, evidence: \"https://w.example\", validated: 2026-11-23}]"),
        ("informed", "[pay@acme.example]"),
        ("fix_by", "2026-12-15"),
        ("created", "2026-11-02"),
        ("renewals", "[{approved: 2026-11-20, expires: 2026-12-15, by: dana@acme.example, reason: the driver is late}]"),
    ])]);
    let (exceptions, problems) = load_all(&[text], &policy())?;
    assert_eq!(problems, [""; 0]);
    let Some(record) = exceptions.records.first() else { anyhow::bail!("no record") };
    assert_eq!((record.kind, record.status, record.effect), (ExceptionType::RiskAcceptance, Status::Approved, Action::Ticket));
    assert_eq!(record.matches.versions, Versions::These(vec!["4.17.1".to_owned(), "4.17.15".to_owned()]));
    assert_eq!(record.matches.paths.iter().map(crate::base::pattern::Glob::as_str).collect::<Vec<_>>(), ["a/*", "b"]);
    assert_eq!((record.until.as_slice(), record.max_findings), (&[Until::FixAvailable, Until::Kev][..], 3));
    assert_eq!((record.scope.services.len(), record.compensating_controls.len(), record.renewals.len()), (1, 1, 1));
    assert_eq!((record.place.line, record.lifetime_days()), (3, Some(25)));
    Ok(())
}

#[test]
fn each_mistake_is_told_where_it_stands() -> anyhow::Result<()> {
    let em = |key: &'static str, value: &'static str| {
        vec![
            ("type", "emergency"),
            ("reason", "'security-fix: the login outage is being repaired'"),
            ("accountable", "{email: ivan@acme.example, role: commander}"),
            ("approved", "2026-11-22"),
            ("expires", "2026-11-24"),
            (key, value),
        ]
    };
    let renewed = |list: &'static str| vec![("renewals", list)];
    for (changes, wanted) in [
        (vec![("approved", "")], "0.yaml:3:5: an approved exception lacks `approved`; add it, or say `status: proposed`"),
        (
            vec![("ticket", "javascript:x")],
            "0.yaml:11:13: `ticket` cannot be `javascript:x`; write an http(s) URL, or a key such as `PAY-881`",
        ),
        (vec![("approved", "2026-11-24")], "0.yaml:12:15: `approved` 2026-11-24 is in the future; write the day on which it was done"),
        (vec![("created", "2026-11-03")], "0.yaml:12:15: `approved` 2026-11-02 comes before `created` 2026-11-03; correct one of them"),
        (vec![("expires", "2026-11-01")], "0.yaml:12:15: `approved` 2026-11-02 comes after `expires` 2026-11-01; correct one of them"),
        (
            vec![("expires", "2027-11-03")],
            "0.yaml:13:14: the exception lasts 366 days, and no limits row admits more than 365; let it end earlier",
        ),
        (
            vec![("fix_by", "2026-12-16")],
            "0.yaml:14:13: `fix_by` 2026-12-16 comes after `expires` 2026-12-15; fix it before the exception ends, or have it approved for longer",
        ),
        (
            vec![("requester", "Dana+x@acme.example")],
            "0.yaml:9:16: Dana+x@acme.example asks for it and approves it; let somebody else approve",
        ),
        (
            vec![("accountable", "{email: dana@acme.example, role: leed}")],
            "0.yaml:10:18: no policy defines the role `leed`; did you mean `lead`?",
        ),
        (
            vec![("residual_severity", "low")],
            "0.yaml:14:24: `residual_severity` belongs to the type risk_adjustment, not risk_acceptance; remove it, or correct `type`",
        ),
        (vec![("type", "risk_adjustment")], "0.yaml:4:11: an exception of type risk_adjustment lacks `residual_severity`; add it"),
        (vec![("type", "false_positive")], "0.yaml:4:11: an exception of type false_positive lacks `justification`; add it"),
        (vec![("type", "rotated")], "0.yaml:4:11: an exception of type rotated lacks `evidence`; add it"),
        (
            vec![("type", "compensating_control")],
            "0.yaml:4:11: an exception of type compensating_control lacks `compensating_controls`; add it",
        ),
        (
            vec![("match", "{path: [a]}")],
            "0.yaml:6:12: `match` names no vulnerability, fingerprint or rule; add `vulnerability`, `fingerprint` or `rule_id`",
        ),
        (vec![("match", "{rule_id: a, path: [x, \"**\"]}")], "0.yaml:6:31: `path` matches every file; name the files that it is about"),
        (vec![("match", "{rule_id: a, path: [\"**/[!/]*\"]}")], "0.yaml:6:31: `path` matches every file; name the files that it is about"),
        (
            vec![("match", "{vulnerability: CVE-1}")],
            "0.yaml:6:12: `match` does not say which versions; add `versions: [\"…\"]`, or `allow_any_version: true`",
        ),
        (
            renewed("[{approved: 2026-11-20, expires: 2026-12-14, by: dana@acme.example, reason: the driver is late}]"),
            "0.yaml:14:15: the last renewal ends on 2026-12-14, and `expires` says 2026-12-15; let both say the same day",
        ),
        (
            renewed("[{approved: 2026-11-20, expires: 2026-12-15, by: ola+1@acme.example, reason: the driver is late}]"),
            "0.yaml:14:15: ola@acme.example asked for it and renews it; let somebody else renew it",
        ),
        (
            renewed("[{approved: 2026-11-01, expires: 2026-12-15, by: dana@acme.example, reason: the driver is late}]"),
            "0.yaml:14:15: the renewal of 2026-11-01 comes before `approved`; correct one of them",
        ),
        (
            em("expires", "2026-11-26"),
            "0.yaml:13:14: the emergency lasts 4 days, 3 at most; let it end earlier, or ask for an exception of another type",
        ),
        (
            em("accountable", "{email: dana@acme.example, role: lead}"),
            "0.yaml:10:18: the role lead may not approve an emergency; let one of these: commander",
        ),
        (em("requester", "ivan@acme.example"), "0.yaml:9:16: ivan@acme.example asks for it and approves it; let somebody else approve"),
        (
            em("reason", "'Security-fix: the login outage is being repaired'"),
            "0.yaml:8:13: the reason of an emergency does not say which; begin it with one of `production-down:`, `security-fix:`, `legal-deadline:`, `other:`",
        ),
        (
            em("review", "{by: dana@acme.example, date: 2026-11-21, outcome: fixed}"),
            "0.yaml:14:13: the review's `date` 2026-11-21 does not lie between `approved` and today; write the day on which somebody looked",
        ),
    ] {
        assert_eq!(told(&changes)?, [wanted], "{changes:?}");
    }
    Ok(())
}

#[test]
fn what_is_in_order_is_not_told() -> anyhow::Result<()> {
    for changes in [
        vec![],
        vec![("status", "proposed"), ("accountable", ""), ("ticket", ""), ("approved", "")],
        vec![("expires", "2027-11-02")],
        vec![("renewals", "[]")],
        vec![("type", "false_positive"), ("justification", "vulnerable_code_not_present")],
        vec![("type", "rotated"), ("evidence", "https://vault.example/77")],
        vec![("match", "{fingerprint: \"ctx/1:0123456789abcdef0123456789abcdef\"}")],
        vec![("match", "{vulnerability: GHSA-p6mc-m468-83gw, package: pkg:npm/%40a/b, allow_any_version: true}")],
    ] {
        assert_eq!(told(&changes)?, [""; 0], "{changes:?}");
    }
    let alone = Policy { exceptions: ExceptionRules { separation_of_duties: false, ..policy().exceptions }, ..policy() };
    let own = file(&[record(&[("requester", "dana@acme.example")])]);
    assert_eq!(load_all(&[own], &alone)?.1, [""; 0]);
    Ok(())
}

#[test]
fn exact_values_stand_for_nothing_else() -> anyhow::Result<()> {
    for matches in [
        "{rule_id: \"*\"}",
        "{rule_id: relgate/missing-scan}",
        "{rule_id: \" sqli\"}",
        "{fingerprint: \"loc/1:0123456789abcdef0123456789abcdef\"}",
        "{fingerprint: \"ctx/1:0123456789ABCDEF0123456789ABCDEF\"}",
        "{fingerprint: \"ctx/1:0123\"}",
        "{vulnerability: \"CVE-2020-*\", allow_any_version: true}",
        "{vulnerability: \"CVE-1 \", allow_any_version: true}",
        "{vulnerability: CVE-1, versions: [\">1\"]}",
        "{vulnerability: CVE-1, versions: [\"1\"], allow_any_version: true}",
        "{vulnerability: CVE-1, allow_any_version: false}",
        "{vulnerability: CVE-1, package: \"pkg:npm\", allow_any_version: true}",
        "{vulnerability: CVE-1, package: \"pkg:npm/lodash@4\", allow_any_version: true}",
        "{vulnerability: CVE-1, package: \"pkg:npm/@a/b\", allow_any_version: true}",
        "{vulnerability: CVE-1, package: \"pkg:npm/%6Codash\", allow_any_version: true}",
        "{vulnerability: CVE-1, package: \"pkg:NPM/lodash\", allow_any_version: true}",
        "{vulnerability: CVE-1, package: \"pkg:npm/a/../b\", allow_any_version: true}",
        "{vulnerability: CVE-1, package: \"pkg:npm/lodash?a=b\", allow_any_version: true}",
    ] {
        assert_eq!(told(&[("match", matches)])?.len(), 1, "{matches}");
    }
    Ok(())
}

#[test]
fn a_whole_tree_is_loud_and_counts() -> anyhow::Result<()> {
    for (matches, tree) in [
        ("{rule_id: a}", "every file"),
        ("{rule_id: a, path: [\"src/**\"]}", "`src/**`"),
        ("{rule_id: a, path: [\"[!x]*/b\"]}", "`[!x]*/b`"),
    ] {
        let (exceptions, told) = load_all(&[file(&[record(&[("match", matches)])])], &policy())?;
        assert_eq!(told, [format!("0.yaml:6:12: the exception `EXC-1` is about {tree}; name the files that it is about")]);
        assert_eq!(exceptions.records.len(), 1);
    }
    Ok(())
}

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
fn one_broken_record_makes_all_of_them_worthless() -> anyhow::Result<()> {
    let files = [file(&[record(&[])]), file(&[record(&[("id", "EXC-2"), ("effect", "block")])])];
    let (exceptions, told) = load_all(&files, &policy())?;
    assert_eq!((exceptions.records.len(), told.len()), (0, 1));
    Ok(())
}

#[test]
fn files_are_read_once_and_a_name_must_be_there() -> anyhow::Result<()> {
    let room = tempfile::tempdir()?;
    let path = room.path().join("a.yaml");
    fs::write(&path, file(&[record(&[])]))?;
    let (path, glob) = (path.display().to_string(), format!("{}/*.yaml", room.path().display()));
    let today = parse_date("2026-11-23").unwrap_or_default();
    let load = |named: &[String]| load(&Places { named, beside: None, commit: None }, Some(&policy()), today);
    let (exceptions, problems) = load(&[path.clone(), glob, path]);
    assert_eq!((exceptions.records.len(), exceptions.files.len(), problems.len()), (1, 1, 0));
    let (_, problems) = load(&[format!("{}/b.yaml", room.path().display())]);
    assert_eq!(problems.iter().map(|problem| (problem.weight, problem.code)).collect::<Vec<_>>(), [(Weight::Undecided, "missing")]);
    let (_, problems) = load(&[format!("{}/none/*.yaml", room.path().display())]);
    assert_eq!(problems, []);
    Ok(())
}

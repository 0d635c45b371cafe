#![expect(clippy::disallowed_methods, reason = "tests write files to be read")]

mod edited;
mod imports;
mod records;
mod together;

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

#[test]
fn a_day_may_be_today_and_no_later() -> anyhow::Result<()> {
    let renewed = |list: &'static str| vec![("renewals", list)];
    let validated = |day: &'static str| {
        let list = if day == "2026-11-23" {
            "[{control: WAF, evidence: \"https://w.example\", validated: 2026-11-23}]"
        } else {
            "[{control: WAF, evidence: \"https://w.example\", validated: 2026-11-24}]"
        };
        vec![("compensating_controls", list)]
    };
    let (done, future) = ("write the day on which it was done", "is in the future");
    let looked = "write the day on which somebody looked";
    for (changes, wanted) in [
        (vec![("approved", "2026-11-23")], vec![]),
        (vec![("approved", "2026-12-15"), ("status", "proposed")], vec![format!("`approved` 2026-12-15 {future}; {done}")]),
        (vec![("created", "2026-11-02")], vec![]),
        (vec![("created", "2026-11-24"), ("approved", ""), ("status", "proposed")], vec![format!("`created` 2026-11-24 {future}; {done}")]),
        (
            vec![("created", "2026-11-03"), ("approved", ""), ("status", "proposed"), ("expires", "2026-11-02")],
            vec!["`created` 2026-11-03 comes after `expires` 2026-11-02; correct one of them".to_owned()],
        ),
        (vec![("expires", "2026-11-02")], vec![]),
        (vec![("fix_by", "2026-12-15")], vec![]),
        (validated("2026-11-23"), vec![]),
        (validated("2026-11-24"), vec![format!("`validated` 2026-11-24 {future}; {looked}")]),
        (
            renewed("[{approved: 2026-11-24, expires: 2026-12-15, by: dana@acme.example, reason: the driver is late}]"),
            vec!["the renewal of 2026-11-24 is in the future; write the day on which it was approved".to_owned()],
        ),
        (renewed("[{approved: 2026-11-23, expires: 2026-12-15, by: dana@acme.example, reason: the driver is late}]"), vec![]),
        (renewed("[{approved: 2026-11-02, expires: 2026-12-15, by: dana@acme.example, reason: the driver is late}]"), vec![]),
    ] {
        let told: Vec<String> = told(&changes)?.iter().filter_map(|told| Some(told.splitn(4, ':').nth(3)?.trim().to_owned())).collect();
        assert_eq!(told, wanted, "{changes:?}");
    }
    Ok(())
}

#[test]
fn renewals_follow_each_other_without_a_gap() -> anyhow::Result<()> {
    let after = |first: (&str, &str), second: (&str, &str)| -> anyhow::Result<Vec<String>> {
        let one = |(approved, expires): (&str, &str)| {
            format!("{{approved: {approved}, expires: {expires}, by: dana@acme.example, reason: the driver is late}}")
        };
        let list = format!("[{}, {}]", one(first), one(second));
        let told = told(&[("renewals", &list), ("expires", second.1)])?;
        Ok(told.iter().filter_map(|told| Some(told.split_once(' ')?.1.to_owned())).collect())
    };
    let (nothing, last): ([&str; 0], _) = ([], ("2026-11-12", "2026-12-15"));
    assert_eq!(after(("2026-11-03", "2026-11-12"), last)?, nothing);
    assert_eq!(after(("2026-11-03", "2026-11-11"), last)?, nothing, "on the next day");
    let ended = "the exception had ended on 2026-11-10 when it was renewed on 2026-11-12; an exception that has ended is asked for anew, under another id";
    assert_eq!(after(("2026-11-03", "2026-11-10"), last)?, [ended]);
    let behind = |first: &str| format!("the renewal of 2026-11-12 stands behind that of {first}; add each renewal at the end");
    assert_eq!(after(("2026-11-12", "2026-11-20"), last)?, [behind("2026-11-12")]);
    assert_eq!(after(("2026-11-13", "2026-11-20"), last)?, [behind("2026-11-13")]);
    assert_eq!(after(("2026-11-03", "2026-12-15"), last)?, [behind("2026-11-03")], "it prolongs nothing");
    let backward = "the renewal of 2026-11-05 ends before it begins; correct its dates";
    assert_eq!(after(("2026-11-05", "2026-11-04"), ("2026-11-05", "2026-12-15"))?.first().map(String::as_str), Some(backward));
    assert_eq!(after(("2026-11-05", "2026-11-05"), ("2026-11-06", "2026-12-15"))?, nothing, "of one day");
    Ok(())
}

#[test]
fn an_emergency_has_bounds_of_its_own() -> anyhow::Result<()> {
    let with = |policy: &Policy, changes: &[(&str, &str)]| -> anyhow::Result<Vec<String>> {
        let keys = [
            ("type", "emergency"),
            ("reason", "'security-fix: the login outage is being repaired'"),
            ("accountable", "{email: ivan@acme.example, role: commander}"),
            ("approved", "2026-11-22"),
            ("expires", "2026-11-25"),
        ];
        let told = load_all(&[file(&[record(&[&keys[..], changes].concat())])], policy)?.1;
        Ok(told.iter().filter_map(|told| Some(told.split_once(' ')?.1.to_owned())).collect())
    };
    let nothing: [&str; 0] = [];
    assert_eq!(with(&policy(), &[])?, nothing, "three days, as many as it may");
    let review = |date: &str| format!("{{by: dana@acme.example, date: {date}, outcome: fixed}}");
    for day in ["2026-11-22", "2026-11-23"] {
        assert_eq!(with(&policy(), &[("review", &review(day))])?, nothing);
    }
    let date = "the review's `date` 2026-11-24 does not lie between `approved` and today; write the day on which somebody looked";
    assert_eq!(with(&policy(), &[("review", &review("2026-11-24"))])?, [date]);
    let renewals = [("renewals", "[{approved: 2026-11-23, expires: 2026-11-25, by: dana@acme.example, reason: the driver is late}]")];
    assert_eq!(with(&policy(), &renewals)?, ["an emergency is not renewed; ask for an exception of another type"]);
    // Whatever the policy says of others, who asks for one does not approve it.
    let mut alone = policy();
    alone.exceptions.separation_of_duties = false;
    let own = "ivan@acme.example asks for it and approves it; let somebody else approve";
    assert_eq!(with(&alone, &[("requester", "ivan@acme.example")])?, [own]);
    let mut none = policy();
    none.exceptions.emergency = None;
    assert_eq!(with(&none, &[])?, ["the policy lets nobody declare an emergency; choose another type"]);
    // Behind the occasion stands a reason like any other.
    assert_eq!(with(&policy(), &[("reason", "'production-down: x'")])?.len(), 1);
    Ok(())
}

#[test]
fn only_what_is_approved_lasts_too_long() -> anyhow::Result<()> {
    assert_eq!(told(&[("expires", "2027-11-02")])?, [""; 0], "365 days, as long as any row admits");
    assert_eq!(told(&[("expires", "2027-11-03"), ("status", "revoked")])?, [""; 0]);
    let mut layered = policy();
    layered.exceptions.limits.push(layered.exceptions.limits.iter().flatten().take(1).cloned().collect());
    let long = "0.yaml:13:14: the exception lasts 61 days, and no limits row admits more than 60; let it end earlier";
    assert_eq!(load_all(&[file(&[record(&[("expires", "2027-01-02")])])], &layered)?.1, [long], "each layer must admit it");
    Ok(())
}

#[test]
fn a_package_url_has_one_spelling() -> anyhow::Result<()> {
    let count = |package: &str| -> anyhow::Result<usize> {
        let matches = format!("{{vulnerability: CVE-1, package: \"{package}\", allow_any_version: true}}");
        Ok(told(&[("match", &matches)])?.len())
    };
    for package in ["pkg:npm/lodash", "pkg:npm/%40a/b", "pkg:golang/github.com/a/b", "pkg:a.b+c-1/x~y_z:1", "pkg:deb/debian/libc%2B%2B"] {
        assert_eq!(count(package)?, 0, "{package}");
    }
    for package in [
        "npm/lodash",
        "pkg:1npm/a",
        "pkg:npm_x/a",
        "pkg:npm/",
        "pkg:npm//a",
        "pkg:npm/.",
        "pkg:npm/a/..",
        "pkg:npm/a%2b",
        "pkg:npm/%4",
        "pkg:npm/%zz",
        "pkg:npm/a%61",
        "pkg:npm/%2Ba b",
        "pkg:npm/%2B@",
        "pkg:npm/a+b",
    ] {
        assert_eq!(count(package)?, 1, "{package}");
    }
    for sign in ["*", "?", "|", ",", "<", ">", "$", "^", "\\\\", " ", "\\u00e9", ""] {
        let id = if sign.is_empty() { String::new() } else { format!("CVE-1{sign}") };
        assert_eq!(told(&[("match", &format!("{{vulnerability: \"{id}\", allow_any_version: true}}"))])?.len(), 1, "{sign:?}");
    }
    for rule in ["a?", "a*", "sqli ", "relgate/x"] {
        assert_eq!(told(&[("match", &format!("{{rule_id: \"{rule}\", path: [a]}}"))])?.len(), 1, "{rule:?}");
    }
    Ok(())
}

#[test]
fn only_a_rule_with_folders_alone_is_about_a_whole_tree() -> anyhow::Result<()> {
    for (matches, is_wide) in [
        ("{rule_id: a, path: [\"?x/b\"]}", true),
        ("{rule_id: a, path: [x, \"*/b\"]}", true),
        ("{rule_id: a, path: [\"a/b\", \"*.py\"]}", false),
        ("{rule_id: a, path: [\"a/*.py\"]}", false),
        ("{rule_id: a, vulnerability: CVE-1, allow_any_version: true}", false),
        ("{rule_id: a, fingerprint: \"ctx/1:0123456789abcdef0123456789abcdef\"}", false),
        ("{rule_id: a, package: pkg:npm/a, allow_any_version: true}", false),
    ] {
        let told = told(&[("match", matches)])?;
        assert_eq!(told.iter().filter(|told| told.contains(" is about ")).count(), usize::from(is_wide), "{matches}: {told:?}");
        assert_eq!(told.len(), usize::from(is_wide), "{matches}: {told:?}");
    }
    Ok(())
}

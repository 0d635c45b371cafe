//! The matrix of a policy made by hand.

use super::*;
use crate::base::pattern::Glob;
use crate::model::policy::sample::{place, policy as sample};
use crate::model::policy::{Condition, Emergency, Ownership};
use crate::model::severity::Severity;

fn person(name: &str) -> Address {
    Address::parse(&format!("{name}@acme.example")).unwrap()
}

fn limit(line: u64, severities: &[Severity], roles: &[&str], floor: Action) -> Limit {
    let approver_roles = roles.iter().map(|role| (*role).to_owned()).collect();
    let severities = severities.to_vec();
    Limit { place: place(line), types: Vec::new(), severities, max_lifetime_hours: 720, max_renewals: 1, approver_roles, floor }
}

fn row(line: u64, owner: &str, path: &str, contact: &str) -> Ownership {
    Ownership {
        place: place(line),
        matches: Condition::Path(vec![Glob::parse(path).unwrap()]),
        owner: owner.to_owned(),
        accountable: person("maria"),
        contact: Some(contact.to_owned()),
        escalate_to: vec![person("vp")],
        route: None,
    }
}

fn matrix() -> Policy {
    let mut policy = sample(Vec::new());
    let [critical, rest @ ..] = Severity::ALL;
    policy.owner = "appsec@acme.example".to_owned();
    policy.escalation = vec![person("cto")];
    policy.exceptions.roles = [("ciso".to_owned(), vec![person("kim")]), ("lead".to_owned(), vec![person("dana"), person("eve")])].into();
    policy.exceptions.limits =
        vec![vec![limit(7, &rest, &["lead", "ciso"], Action::Ticket), limit(8, &[critical], &["ciso"], Action::Ticket)]];
    policy.exceptions.emergency = Some(Emergency {
        roles: vec!["lead".to_owned(), "ciso".to_owned()],
        max_days: 3,
        severity_at_most: Severity::High,
        review_within_hours: 1,
    });
    policy.ownership =
        vec![row(20, "payments", "pay/**", "#pay"), row(21, "web", "web/**", "x | y"), row(22, "payments", "bank/**", "#bank")];
    policy
}

#[test]
fn each_row_has_one_who_is_accountable() {
    let mut out = Vec::new();
    text(&matrix(), &mut out).unwrap();
    let shown = String::from_utf8(out).unwrap();
    let told: Vec<Vec<&str>> =
        shown.lines().map(|line| line.split("  ").filter(|cell| !cell.is_empty()).map(str::trim).collect()).collect();
    let lead = "lead (dana@acme.example, eve@acme.example)";
    assert_eq!(
        told,
        [
            vec!["what", "responsible", "accountable", "consulted", "informed", "from"],
            vec!["policy p", "appsec@acme.example", "appsec@acme.example", "-", "cto@acme.example", "p.yaml:1"],
            vec!["exceptions, critical", "requester", "ciso (kim@acme.example)", "-", "-", "p.yaml:8"],
            vec!["exceptions, high", "requester", "ciso (kim@acme.example)", lead, "-", "p.yaml:7"],
            vec!["exceptions, medium", "requester", "ciso (kim@acme.example)", lead, "-", "p.yaml:7"],
            vec!["exceptions, low", "requester", "ciso (kim@acme.example)", lead, "-", "p.yaml:7"],
            vec!["exceptions, info", "requester", "ciso (kim@acme.example)", lead, "-", "p.yaml:7"],
            vec!["emergency, up to high", "requester", "ciso (kim@acme.example)", lead, "cto@acme.example", "-"],
            vec!["findings of payments", "payments", "maria@acme.example", "#pay, #bank", "vp@acme.example", "p.yaml:20"],
            vec!["findings of web", "web", "maria@acme.example", "x | y", "vp@acme.example", "p.yaml:21"],
        ],
        "{shown}"
    );
}

#[test]
fn where_no_exception_is_admitted_the_owner_of_the_policy_is() {
    let mut policy = matrix();
    policy.exceptions.limits = vec![vec![limit(7, &Severity::ALL, &["ciso"], Action::Block)]];
    let cells = cells(&policy);
    let critical = cells.iter().find(|row| row.first().is_some_and(|what| what == "exceptions, critical")).unwrap();
    assert_eq!(
        critical.each_ref().map(String::as_str),
        ["exceptions, critical", "-", "appsec@acme.example (none can be granted)", "-", "-", "-"]
    );
}

#[test]
fn a_table_of_markdown_is_one() {
    let mut policy = matrix();
    policy.codeowners = Some(place(30));
    let mut out = Vec::new();
    markdown(&policy, &mut out).unwrap();
    let shown = String::from_utf8(out).unwrap();
    let rows: Vec<&str> = shown.lines().take_while(|line| !line.is_empty()).collect();
    let bars = |row: &str| row.matches('|').count() - row.matches("\\|").count();
    assert!(rows.len() == 11 && rows.iter().all(|row| bars(row) == 7), "{shown}");
    assert!(shown.ends_with("accountable for them here.\n"), "{shown}");
}

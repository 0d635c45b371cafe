//! The ticket plan: its shape, `schemas/tickets.v1.json` made from it, and what is one ticket.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::schema::hold;
use crate::support::{NOW, Room, repository};

const SCHEMA: &str = "schemas/tickets.v1.json";

/// One ticket for each thing to do. See docs/tickets.md.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Plan {
    schema: SchemaId,
    repository: Option<String>,
    service: Option<String>,
    /// Whether the evidence suffices: where it does not, nothing that is missing here is done.
    complete: bool,
    /// By owner and route, then the most urgent first.
    tickets: Vec<Ticket>,
    /// Tickets that the baseline says were planned, and that nobody wants any more; none where evidence is missing. By key.
    no_longer_needed: Vec<Unneeded>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Unneeded {
    #[schemars(regex(pattern = "^relgate-[0-9a-f]{32}$"))]
    key: String,
    /// The ids of the findings that it was for: these are gone, or pass.
    findings: Vec<String>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
enum SchemaId {
    #[serde(rename = "relgate.tickets/v1")]
    V1,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Ticket {
    /// The same for the same work, whatever else of it changes: a tracker that has it updates its ticket.
    #[schemars(regex(pattern = "^relgate-[0-9a-f]{32}$"))]
    key: String,
    /// One line without markup.
    title: String,
    /// Markdown, in which a scanner's words do nothing.
    body: String,
    labels: Vec<String>,
    action: Action,
    severity: Level,
    category: String,
    owner: Option<String>,
    accountable: Option<String>,
    contact: Option<String>,
    escalate_to: Vec<String>,
    route: Option<String>,
    /// The day on which the first of the findings must be gone, `YYYY-MM-DD`.
    due: Option<String>,
    overdue: bool,
    fix: Fix,
    /// The ids of the findings, in the order of reports.
    findings: Vec<String>,
    /// When it is done.
    acceptance: String,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Action {
    Ticket,
    Block,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Level {
    Critical,
    High,
    Medium,
    Low,
    Info,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Fix {
    kind: Kind,
    tool: Option<String>,
    rule_id: Option<String>,
    /// The component, a purl without version.
    package: Option<String>,
    path: Option<String>,
    target: Option<String>,
    /// Of an upgrade, versions that mend all of it; empty where none is known to.
    versions: Vec<String>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Upgrade,
    Remove,
    Replace,
    Rotate,
    Change,
}

/// What a run writes as a plan, and as a report.
fn written(reports: &[&str]) -> (String, Value) {
    let room = Room::new();
    let plan = format!("tickets={}", room.path("plan.json").display());
    let args = [&["check"], reports, &["--now", NOW, "--dry-run", "--output", &plan, "--output", "json=-"]].concat();
    let report = room.relgate(&args).cwd(repository()).run().json();
    (room.read("plan.json"), report)
}

#[test]
fn the_committed_schema_is_that_of_the_plan() {
    let mut schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Plan>();
    schema.insert("title".to_owned(), "relgate.tickets/v1".into());
    hold(SCHEMA, &format!("{:#}\n", schema.to_value()));
}

#[test]
fn a_plan_is_what_its_schema_says_and_the_same_twice() {
    let reports = ["fixtures/demo", "fixtures/formats/pip-audit", "fixtures/formats/trivy"];
    let (plan, report) = written(&reports);
    let mut turned = reports;
    turned.reverse();
    assert!(plan == written(&turned).0, "the order of reports changes the plan");
    let value: Value = serde_json::from_str(&plan).unwrap();
    let read: Plan = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), value, "the plan has keys that tests/it/tickets.rs does not know");
    let mut planned: Vec<&str> = read.tickets.iter().flat_map(|ticket| &ticket.findings).map(String::as_str).collect();
    planned.sort_unstable();
    let findings = report["findings"].as_array().unwrap().iter();
    let mut wanted: Vec<&str> =
        findings.filter(|finding| finding["decision"]["action"] != "pass").map(|finding| finding["id"].as_str().unwrap()).collect();
    wanted.sort_unstable();
    assert_eq!(planned, wanted, "every finding that wants a ticket stands in exactly one");
}

#[test]
fn what_one_upgrade_mends_is_one_ticket_and_a_file_is_another_place() {
    let finding = |id: &str, package: &str, path: &str, fixed: &str| {
        format!(
            r#"{{"ids":["{id}"],"severity":"high","package":{{"purl":"pkg:npm/{package}"}},"fixed_versions":[{fixed}],"path":"{path}"}}"#
        )
    };
    let findings = [
        finding("CVE-2026-0001", "a@1.0.0", "web/package-lock.json", r#""1.1.0", "2.0.0""#),
        finding("CVE-2026-0002", "a@1.0.0", "web/package-lock.json", r#""2.0.0""#),
        finding("CVE-2026-0003", "a@1.0.1", "web/package-lock.json", r#""2.0.0""#),
        finding("CVE-2026-0004", "a@1.0.0", "api/package-lock.json", ""),
        finding("CVE-2026-0005", "b@1.0.0", "web/package-lock.json", ""),
    ];
    let room = Room::new();
    let document =
        format!(r#"{{"schema":"relgate.findings/v1","tool":"t","category":"sca","complete":true,"findings":[{}]}}"#, findings.join(","));
    room.write("r.json", document);
    let args = ["check", "relgate:r.json", "--now", NOW, "--dry-run", "--output", "tickets=-", "--service", "pay"];
    let plan: Plan = serde_json::from_value(room.relgate(&args).run().exits(1).json()).unwrap();
    let told: BTreeMap<&str, usize> = plan.tickets.iter().map(|ticket| (ticket.title.as_str(), ticket.findings.len())).collect();
    let wanted = [
        ("Upgrade a to 2.0.0 in web/package-lock.json (3 findings)", 3),
        ("Upgrade or replace a in api/package-lock.json", 1),
        ("Upgrade or replace b in web/package-lock.json", 1),
    ];
    assert_eq!(told, wanted.into());
    // Another service has tickets of its own, and a finding more is no other ticket.
    let keys = |document: &str, service: &str| -> Vec<String> {
        room.write("r.json", document);
        let args = ["check", "relgate:r.json", "--now", NOW, "--dry-run", "--output", "tickets=-", "--service", service];
        let plan: Plan = serde_json::from_value(room.relgate(&args).run().exits(1).json()).unwrap();
        plan.tickets.into_iter().map(|ticket| ticket.key).collect()
    };
    let fewer = room.read("r.json").replace(&format!("{},", findings[1]), "");
    let (all, fewer, other) = (keys(&room.read("r.json"), "pay"), keys(&fewer, "pay"), keys(&fewer, "shop"));
    assert_eq!(all.len(), 3);
    assert!(fewer.iter().all(|key| all.contains(key)) && other.iter().all(|key| !all.contains(key)), "{all:?} {fewer:?} {other:?}");
}

#[test]
fn what_the_demo_wants_of_one_package_is_one_ticket() {
    let plan: Plan = serde_json::from_str(&written(&["fixtures/demo"]).0).unwrap();
    let of: Vec<&Ticket> = plan.tickets.iter().filter(|ticket| ticket.fix.package.as_deref() == Some("pkg:npm/handlebars")).collect();
    let [one] = of.as_slice() else { panic!("{} tickets", of.len()) };
    assert!(one.findings.len() >= 5 && one.title.starts_with("Upgrade handlebars"), "{}", one.title);
}

#[test]
fn what_two_tools_see_at_one_place_is_one_ticket() {
    let reports = ["fixtures/drift/reports/before/semgrep.sarif", "fixtures/drift/reports/before/bandit.json"];
    let (plan, report) = written(&reports);
    let plan: Plan = serde_json::from_str(&plan).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let ticket_of =
        |id: &Value| plan.tickets.iter().find(|ticket| ticket.findings.iter().any(|other| *id == **other)).map(|ticket| &ticket.key);
    let mut groups: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding["decision"]["action"] != "pass" && !finding["group"].is_null()) {
        groups.entry(finding["group"].as_str().unwrap()).or_default().extend(ticket_of(&finding["id"]));
    }
    assert!(groups.values().any(|keys| keys.len() > 1), "no group wants two");
    assert!(groups.values().all(|keys| keys.array_windows().all(|[one, other]| one == other)), "{groups:?}");
}

#[test]
fn a_ticket_that_was_planned_and_that_nobody_wants_any_more_is_listed() {
    let room = Room::new();
    let policy = "schema: relgate.policy/v1\nname: p\nowner: a@acme.example\nextends: [\"builtin:standard\"]\ninputs: {require: []}\ncontext: {service: pay}\nexceptions: {roles: {approver: [dana@acme.example]}}\n";
    room.write(".relgate/policy.yaml", policy);
    let finding = |package: &str, id: u32| {
        let package = format!(r#"{{"purl":"pkg:npm/{package}@1.0.0"}}"#);
        format!(r#"{{"ids":["CVE-2026-000{id}"],"severity":"high","package":{package},"fixed_versions":["1.{id}.0"],"path":"p.json"}}"#)
    };
    let document = |findings: &[String], complete: bool| {
        let head = format!(r#""schema":"relgate.findings/v1","tool":"t","category":"sca","complete":{complete}"#);
        room.write("reports/r.json", format!(r#"{{{head},"findings":[{}]}}"#, findings.join(",")));
    };
    let (a, b) = ([finding("a", 1), finding("a", 2)], finding("b", 3));
    let plan = |code: i32| -> Plan {
        let done = room.relgate(&["check", "reports", "--now", NOW, "--dry-run", "--output", "tickets=-"]).run();
        serde_json::from_value(done.exits(code).json()).unwrap()
    };
    document(&[a[0].clone(), a[1].clone(), b.clone()], true);
    let night = || {
        let done = room.relgate(&["baseline", "write", "reports", "--now", NOW, "--dry-run"]).run().exits(0);
        room.write(".relgate/baseline.json", done.stdout);
    };
    night();
    let first = plan(1);
    assert_eq!((first.tickets.len(), first.no_longer_needed.len()), (2, 0));
    let key = |package: &str| {
        let is_of = |ticket: &&Ticket| ticket.fix.package.as_deref() == Some(package);
        first.tickets.iter().find(is_of).map(|ticket| ticket.key.clone()).unwrap()
    };
    assert_eq!(first.tickets.iter().find(|ticket| ticket.key == key("pkg:npm/a")).unwrap().fix.versions, ["1.2.0"]);
    // One of two findings is gone: the ticket is wanted still. Both are: it is not.
    document(&[a[1].clone(), b.clone()], true);
    assert_eq!((plan(1).tickets.len(), plan(1).no_longer_needed.len()), (2, 0));
    document(std::slice::from_ref(&b), true);
    let mended = plan(1);
    let unneeded: Vec<(&str, usize)> = mended.no_longer_needed.iter().map(|one| (one.key.as_str(), one.findings.len())).collect();
    assert_eq!((mended.tickets.len(), unneeded), (1, vec![(key("pkg:npm/a").as_str(), 2)]));
    // Of half the evidence nothing is known to be done.
    document(std::slice::from_ref(&b), false);
    assert_eq!((plan(1).complete, plan(1).no_longer_needed.len()), (false, 0));
    // What an exception lets pass wants no ticket any more; after a night nothing is said of it again.
    document(&[a[0].clone(), a[1].clone(), b], true);
    room.write(
        ".relgate/exceptions/e.yaml",
        "schema: relgate.exceptions/v1\nexceptions:\n  - id: E1\n    type: false_positive\n    status: approved\n    match: {vulnerability: CVE-2026-0003, package: \"pkg:npm/b\", allow_any_version: true}\n    effect: pass\n    justification: vulnerable_code_not_present\n    reason: The function is not in our build of it.\n    requester: ola@acme.example\n    accountable: {email: dana@acme.example, role: approver}\n    ticket: PAY-1\n    approved: 2026-11-20\n    expires: 2026-12-20\n",
    );
    let excepted = plan(1);
    assert_eq!(excepted.no_longer_needed.iter().map(|one| one.key.as_str()).collect::<Vec<_>>(), [key("pkg:npm/b")]);
    night();
    assert_eq!(plan(1).no_longer_needed.len(), 0);
}

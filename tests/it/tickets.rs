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
    /// Of an upgrade, versions that mend all of it; empty where none is named for all.
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

//! What is stated of a finding by those whom the policy listens to, and whether that excuses it.

use jiff::Timestamp;
use serde_json::Value;

use super::facts::Facts;
use super::pattern::glob;
use super::{Ruled, Run, list, rank};
use crate::decider::world::ACTIONS;

/// From the best to the worst, where authors do not agree.
const STATUSES: [&str; 4] = ["not_affected", "fixed", "under_investigation", "affected"];

/// What is said for a finding is held to the letter, what is said against it is not.
struct Statement<'w> {
    says: &'w Value,
    author: &'w str,
    instant: Timestamp,
    status: usize,
}

impl Run<'_> {
    /// What VEX leaves of what the rules come to; `None` where it leaves all of it.
    pub(super) fn excused(&self, finding: &Facts<'_>, ruled: &Ruled) -> Option<usize> {
        let cves = finding.cves();
        let asked: Vec<Option<&str>> = if cves.len() < 2 { vec![None] } else { cves.into_iter().map(Some).collect() };
        let statements = self.statements();
        let is_excused = |cve: Option<&str>| finding.versions.iter().all(|version| self.is_harmless(&statements, finding, cve, version));
        let may_lower = |rule: &&Value| match &rule["waivable"] {
            Value::Bool(any) => *any,
            Value::Array(of) => of.iter().any(|one| one == "vex"),
            Value::Null | Value::Number(_) | Value::String(_) | Value::Object(_) => true,
        };
        let kept = ruled.fired.iter().filter(|rule| !may_lower(rule)).map(|rule| rank(&ACTIONS, &rule["action"])).max().unwrap_or(0);
        (finding.package.is_some() && kept < ruled.action && asked.into_iter().all(is_excused)).then_some(kept)
    }

    /// Every statement that counts at all: by whom the policy listens to, with a date that has come, of the last version of its document
    /// unless it holds something against a finding.
    fn statements(&self) -> Vec<Statement<'_>> {
        let now: Timestamp = self.facts["now"].as_str().unwrap().parse().unwrap();
        let is_heard = |file: &&Value| {
            let sources = self.policy.says("/vex/sources").into_iter().flat_map(list);
            let path = format!("{}/1.json", file["folder"].as_str().unwrap());
            sources
                .into_iter()
                .any(|source| glob(source["path"].as_str().unwrap(), &path) && list(&source["authors"]).contains(&file["says"]["author"]))
        };
        let heard: Vec<&Value> = self.vex.iter().filter(is_heard).map(|file| &file["says"]).collect();
        let is_old = |document: &Value| {
            heard.iter().any(|other| {
                other["author"] == document["author"]
                    && other["@id"] == document["@id"]
                    && other["version"].as_u64() > document["version"].as_u64()
            })
        };
        let mut statements = Vec::new();
        for document in &heard {
            for says in list(&document["statements"]) {
                let Some(told) = says.get("timestamp").or(document.get("timestamp")) else { continue };
                let (instant, status): (Timestamp, usize) = (told.as_str().unwrap().parse().unwrap(), rank(&STATUSES, &says["status"]));
                if instant <= now && (status > 1 || !is_old(document)) {
                    statements.push(Statement { says, author: document["author"].as_str().unwrap(), instant, status });
                }
            }
        }
        statements
    }

    /// Whether what is stated of a vulnerability in a version excuses it: of each author the newest, of several the worst.
    fn is_harmless(&self, statements: &[Statement<'_>], finding: &Facts<'_>, cve: Option<&str>, version: &str) -> bool {
        let about: Vec<&Statement<'_>> = statements.iter().filter(|one| self.is_about(one, finding, cve, version)).collect();
        let is_newest = |one: &&&Statement<'_>| about.iter().all(|other| other.author != one.author || other.instant <= one.instant);
        let current: Vec<&&Statement<'_>> = about.iter().filter(is_newest).collect();
        let default = ["component_not_present", "vulnerable_code_not_present", "vulnerable_code_not_in_execute_path"];
        let is_accepted = |why: &Value| match self.policy.says("/vex/accept_justifications") {
            Some(accepted) => list(accepted).contains(why),
            None => default.iter().any(|accepted| why == accepted),
        };
        let excuses = |one: &&&Statement<'_>| one.status == 1 || is_accepted(&one.says["justification"]);
        current.iter().all(|one| one.status < 2) && current.iter().any(excuses)
    }

    fn is_about(&self, statement: &Statement<'_>, finding: &Facts<'_>, cve: Option<&str>, version: &str) -> bool {
        let is_held_against = statement.status > 1;
        let name = statement.says["vulnerability"]["name"].as_str().unwrap();
        let is_named = if is_held_against {
            finding.ids.iter().any(|id| id.eq_ignore_ascii_case(name.rsplit('/').next().unwrap()))
        } else {
            cve.map_or_else(|| finding.ids.contains(name), |cve| cve == name)
        };
        let may_be_any = is_held_against || self.policy.says("/vex/allow_versionless").is_some_and(|any| any == true);
        let fits = |told: &Value| {
            let told = told["@id"].as_str().unwrap();
            let (purl, qualifiers) = told.split_once('?').map_or((told, None), |(purl, rest)| (purl, Some(rest)));
            let (component, told) = purl.split_once('@').map_or((purl, None), |(component, version)| (component, Some(version)));
            component == finding.purls().0 && told.map_or(may_be_any, |told| told == version) && (qualifiers.is_none() || is_held_against)
        };
        let is_of = |product: &Value| match product.get("subcomponents") {
            Some(parts) => list(parts).iter().any(fits) && (is_held_against || fits(product)),
            None => fits(product),
        };
        is_named && list(&statement.says["products"]).iter().any(is_of)
    }
}

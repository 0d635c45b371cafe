//! The decider as semantics would have it, by brute force: it reads the documents as people write them and looks at everything.

mod change;
mod due;
mod exceptions;
mod facts;
mod feeds;
mod owners;
mod pattern;
mod truth;
mod vex;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use relgate::base::date::date_of;
use serde_json::Value;

use crate::decider::world::{ACTIONS, SEVERITIES};
use crate::decider::{Answer, Said, Told};
use exceptions::Records;
use facts::{Facts, merged};

/// The effective policy: what all layers say together.
struct Policy<'w> {
    layers: &'w [Value],
}

/// What is asked about: one policy and one run.
struct Run<'w> {
    policy: Policy<'w>,
    facts: &'w Value,
    codeowners: &'w [Value],
    feeds: &'w Value,
    vex: &'w [Value],
    today: Date,
}

/// What a condition is asked about.
#[derive(Clone, Copy)]
struct About<'a> {
    finding: &'a Facts<'a>,
    /// As which it is judged.
    severity: usize,
    /// The last day of the exceptions that match it.
    grace: Option<Date>,
    run: &'a Run<'a>,
}

/// A finding as the rules see it.
struct Ruled {
    /// By the rules alone.
    action: usize,
    /// The rules that count.
    fired: Vec<Value>,
    /// Those whose day has not come.
    later: BTreeSet<String>,
}

/// The answer, given what relgate calls the findings.
pub(super) fn answer(world: &Value, said: &Said) -> Answer {
    let today = date_of(world["run"]["now"].as_str().unwrap().parse().unwrap());
    let run = Run {
        policy: Policy { layers: list(&world["layers"]) },
        facts: &world["run"],
        codeowners: list(&world["codeowners"]),
        feeds: &world["feeds"],
        vex: list(&world["vex"]),
        today,
    };
    let findings = merged(list(&world["documents"]), list(&world["known"]), &said.identities);
    let severities: Vec<usize> = findings.iter().map(|finding| run.severity(finding)).collect();
    let graces = run.graces(list(&world["records"]), &findings, &severities);
    let ruled: Vec<Ruled> = (0..findings.len()).map(|n| run.rule(&findings[n], severities[n], graces[n])).collect();
    let records = Records::held_against(list(&world["records"]), &run, &findings, &severities, &graces, &ruled);
    let mut answer = Answer { verdict: "", exit_code: 0, findings: BTreeMap::new(), budgets: BTreeMap::new(), fates: records.fates() };
    for (number, (finding, ruled)) in findings.iter().zip(&ruled).enumerate() {
        let (action, applied) = records.lower(number, ruled.action);
        let excused = run.excused(finding, ruled);
        let (due, overdue) = run.due(finding, severities[number], graces[number]);
        let told = Told {
            action: ACTIONS[excused.map_or(action, |left| action.min(left))],
            without_exceptions: ACTIONS[ruled.action],
            severity: SEVERITIES[severities[number]],
            fired: ruled.fired.iter().map(|rule| text(&rule["id"])).collect(),
            later: ruled.later.clone(),
            applied,
            is_excused: excused.is_some(),
            owners: run.owners(finding),
            due: due.map(|day| day.to_string()),
            overdue,
        };
        answer.findings.insert(finding.places.clone(), told);
    }
    answer.budgets = run.budgets(&findings, &severities, &graces, &answer, &records);
    (answer.verdict, answer.exit_code) = run.verdict(&answer, &records, list(&world["documents"]));
    answer
}

impl Policy<'_> {
    /// A value that the uppermost layer which says it decides.
    fn says(&self, pointer: &str) -> Option<&Value> {
        self.layers.iter().rev().find_map(|layer| layer.pointer(pointer))
    }

    /// The lists of each layer that has one, under it the number of the layer.
    fn each(&self, pointer: &str) -> impl Iterator<Item = (usize, &Value)> {
        self.layers.iter().enumerate().filter_map(move |(number, layer)| Some((number, layer.pointer(pointer)?)))
    }
}

impl Run<'_> {
    /// The severity that is judged: that of the reports, or what overrides make of it.
    fn severity(&self, finding: &Facts<'_>) -> usize {
        let unrated = self.policy.says("/severity/unrated_as").map_or(3, |word| rank(&SEVERITIES, word));
        let mut severity = finding.severity.unwrap_or(unrated);
        for (layer, entries) in self.policy.each("/severity/overrides") {
            let fit = list(entries).iter().filter(|entry| finding.fits(entry, layer == 0));
            if let Some(gravest) = fit.map(|entry| rank(&SEVERITIES, &entry["severity"])).max() {
                // A layer only raises.
                severity = if layer == 0 { gravest } else { severity.max(gravest) };
            }
        }
        severity
    }

    /// Which rules fire, and what comes of it.
    fn rule(&self, finding: &Facts<'_>, severity: usize, grace: Option<Date>) -> Ruled {
        let mut ruled = Ruled { action: 0, fired: Vec::new(), later: BTreeSet::new() };
        let mut is_replaced = false;
        for (layer, rules) in self.policy.each("/rules") {
            for rule in list(rules) {
                let holds = truth::holds(&rule["when"], &About { finding, severity, grace, run: self }, false);
                if !holds.unwrap_or_else(|| rule.get("on_unknown").is_none_or(|word| word == "match")) {
                    continue;
                }
                if rule.get("effective_on").is_some_and(|day| day.as_str().unwrap().parse::<Date>().unwrap() > self.today) {
                    ruled.later.insert(text(&rule["id"]));
                } else {
                    ruled.action = ruled.action.max(rank(&ACTIONS, &rule["action"]));
                    ruled.fired.push(rule.clone());
                    is_replaced |= layer == 0;
                }
            }
        }
        // A rule of a layer takes the place of no default, or it could lower what lies under it.
        if !is_replaced {
            let defaults = self.policy.each("/default_action").map(|(_, word)| rank(&ACTIONS, word));
            ruled.action = ruled.action.max(defaults.max().unwrap_or(0));
        }
        ruled
    }

    /// What each budget comes to, after exceptions, and whether that is too much.
    fn budgets(
        &self,
        findings: &[Facts<'_>],
        severities: &[usize],
        graces: &[Option<Date>],
        answer: &Answer,
        records: &Records<'_>,
    ) -> BTreeMap<String, (usize, bool)> {
        let count = |budget: &Value| {
            let Some(when) = budget.get("when") else { return records.active() };
            let counts = |&n: &usize| {
                let told = &answer.findings[&findings[n].places];
                let is_let_pass = told.action == "pass" && told.without_exceptions != "pass";
                let about = About { finding: &findings[n], severity: severities[n], grace: graces[n], run: self };
                !is_let_pass && truth::holds(when, &about, false) != Some(false)
            };
            (0..findings.len()).filter(counts).count()
        };
        let budgets = self.policy.each("/budgets").flat_map(|(_, budgets)| list(budgets));
        budgets
            .map(|budget| (text(&budget["id"]), (count(budget), count(budget) > usize::try_from(budget["max"].as_u64().unwrap()).unwrap())))
            .collect()
    }

    /// The most severe; undecided where the evidence is incomplete and nothing blocks.
    fn verdict(&self, answer: &Answer, records: &Records<'_>, documents: &[Value]) -> (&'static str, u8) {
        let gravest = answer.findings.values().map(|told| rank(&ACTIONS, &Value::from(told.action))).max().unwrap_or(0);
        let exceeded = self
            .policy
            .each("/budgets")
            .flat_map(|(_, budgets)| list(budgets))
            .filter(|budget| answer.budgets[budget["id"].as_str().unwrap()].1);
        let gravest = exceeded.map(|budget| rank(&ACTIONS, &budget["action"])).fold(gravest, usize::max);
        let is_complete = |document: &Value| document["complete"] == true;
        let missing = |row: &Value| {
            let meets = |document: &&Value| match row.get("tools") {
                Some(tools) => list(tools).contains(&document["tool"]),
                None => document["category"] == row["category"],
            };
            !documents.iter().filter(|document| is_complete(document)).any(|document| meets(&document))
        };
        let incomplete = !documents.iter().all(is_complete)
            || self.policy.each("/inputs/require").any(|(_, rows)| list(rows).iter().any(missing))
            || self.is_stale()
            || records.leaves_undecided(self);
        let is_observed = self.policy.says("/enforcement").is_some_and(|word| word == "observe");
        let exit = |code| match (is_observed, incomplete) {
            (false, _) => code,
            (true, false) => 0,
            (true, true) => 2,
        };
        if gravest == 2 || records.lacks_review(self) {
            ("block", exit(1))
        } else if incomplete {
            ("undecided", 2)
        } else if gravest == 1 {
            ("ticket", exit(3))
        } else {
            ("pass", 0)
        }
    }
}

/// The place of a word among words from the mildest on.
pub(super) fn rank(words: &[&str], word: &Value) -> usize {
    words.iter().position(|known| word == known).unwrap_or_else(|| panic!("{word} is none of {words:?}"))
}

/// The hours of a duration.
fn hours(duration: &Value) -> i64 {
    let duration = duration.as_str().unwrap();
    let number = |end: char| duration.strip_suffix(end).map(|number| number.parse::<i64>().unwrap());
    number('h').or_else(|| number('d').map(|days| days * 24)).unwrap()
}

/// The whole days of a duration.
pub(super) fn days(duration: &Value) -> i64 {
    hours(duration) / 24
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

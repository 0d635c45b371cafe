//! Which exceptions hold for which findings, and what is left to do.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde_json::Value;

use super::facts::Facts;
use super::pattern::glob;
use super::truth::is_within;
use super::{Ruled, Run, days, list, rank, text};
use crate::decider::world::{ACTIONS, SEVERITIES};

/// The records, held against the findings.
pub(super) struct Records<'w> {
    all: &'w [Value],
    today: Date,
    /// For each record the findings that it is about.
    about: Vec<BTreeSet<usize>>,
    /// For each finding the records that hold for it, with the most that they leave of the action; the one that decides is the first.
    holding: Vec<Vec<(usize, usize)>>,
}

impl<'w> Records<'w> {
    pub(super) fn held_against(
        records: &'w [Value],
        run: &Run<'_>,
        findings: &[Facts<'_>],
        severities: &[usize],
        graces: &[Option<Date>],
        ruled: &[Ruled],
    ) -> Self {
        let about = records.iter().map(|record| (0..findings.len()).filter(|&n| is_about(record, &findings[n])).collect()).collect();
        let mut order: Vec<usize> = (0..findings.len()).collect();
        order.sort_by_key(|&n| (ACTIONS.len() - ruled[n].action, SEVERITIES.len() - severities[n], findings[n].id));
        let mut holding = vec![Vec::new(); findings.len()];
        let mut covered = vec![0; records.len()];
        for n in order {
            let (finding, raw) = (&findings[n], ruled[n].action);
            let offers = (0..records.len()).filter(|&at| raw == 0 || covered[at] < most(&records[at])).filter_map(|at| {
                let record = &records[at];
                let floor = run.admits(record, finding, severities[n], &ruled[n])?;
                let judged = record.get("residual_severity").map(|word| run.rule(finding, rank(&SEVERITIES, word), graces[n]).action);
                Some((at, raw.min(floor.max(judged.unwrap_or(raw).min(rank(&ACTIONS, &record["effect"]))))))
            });
            let offers: Vec<(usize, usize)> = offers.collect();
            // What passes needs no exception, and uses none up; else each is used up, whether or not the others suffice.
            offers.iter().filter(|_| raw > 0).for_each(|(at, _)| covered[*at] += 1);
            holding[n] = if raw == 0 { offers } else { covering(records, offers, finding) };
        }
        Self { all: records, today: run.today, about, holding }
    }

    /// What is left of an action, and the records behind it.
    pub(super) fn lower(&self, finding: usize, action: usize) -> (usize, BTreeSet<String>) {
        // What passes needs none.
        if action == 0 {
            return (action, BTreeSet::new());
        }
        let holding = &self.holding[finding];
        let applied = holding.iter().map(|(record, _)| text(&self.all[*record]["id"])).collect();
        (holding.first().map_or(action, |(_, action)| *action), applied)
    }

    pub(super) fn fates(&self) -> BTreeMap<String, &'static str> {
        let fate = |(at, record): (usize, &Value)| {
            let holds = self.holding.iter().any(|holding| holding.iter().any(|(record, _)| *record == at));
            let fate = match record["status"].as_str().unwrap() {
                "proposed" => "proposed",
                "revoked" => "revoked",
                _ if date(&record["expires"]) < self.today => "expired",
                _ if holds => "applied",
                _ if self.about[at].is_empty() => "unused",
                _ => "near_miss",
            };
            (text(&record["id"]), fate)
        };
        self.all.iter().enumerate().map(fate).collect()
    }

    /// How many are approved and have not ended.
    pub(super) fn active(&self) -> usize {
        self.fates().values().filter(|fate| ["applied", "near_miss", "unused"].contains(fate)).count()
    }

    /// Whether one matches nothing, and the policy will not have that.
    pub(super) fn leaves_undecided(&self, run: &Run<'_>) -> bool {
        run.policy.says("/exceptions/unused").is_some_and(|word| word == "undecided") && self.fates().values().any(|fate| *fate == "unused")
    }

    /// Whether an emergency ended, and nobody looked at it in time.
    pub(super) fn lacks_review(&self, run: &Run<'_>) -> bool {
        let Some(within) = run.policy.says("/exceptions/emergency/review_within").map(days) else { return false };
        let late = |record: &Value| date(&record["expires"]).until(self.today).unwrap().get_days() > i32::try_from(within).unwrap();
        let lacks = |record: &Value| record["type"] == "emergency" && record["status"] != "proposed" && record.get("review").is_none();
        self.all.iter().any(|record| lacks(record) && late(record))
    }
}

/// The records that hold together: every CVE must be named by one, and the least covered one decides.
fn covering(records: &[Value], left: Vec<(usize, usize)>, finding: &Facts<'_>) -> Vec<(usize, usize)> {
    let order = |&(at, action): &(usize, usize)| (action, text(&records[at]["expires"]), text(&records[at]["id"]));
    let cves = finding.cves();
    if cves.len() < 2 {
        let mut left = left;
        left.sort_by_key(order);
        return left;
    }
    let best = |cve: &&str| left.iter().filter(|(at, _)| is_of(&records[*at], cve)).min_by_key(|holding| order(holding)).copied();
    let Some(bests) = cves.iter().map(best).collect::<Option<Vec<_>>>() else { return Vec::new() };
    let decides = bests.into_iter().max_by_key(order);
    let is_of_one = |at: usize| cves.iter().any(|cve| is_of(&records[at], cve));
    let mut rest: Vec<(usize, usize)> = left.iter().copied().filter(|holding| Some(*holding) != decides && is_of_one(holding.0)).collect();
    rest.sort_by_key(order);
    decides.into_iter().chain(rest).collect()
}

/// How many findings a record covers.
fn most(record: &Value) -> u64 {
    record["max_findings"].as_u64().unwrap_or(20)
}

/// Whether a record is about a CVE of several: it says its id. A key of the finding is of all of it.
fn is_of(record: &Value, cve: &str) -> bool {
    let says = |key: &str| record["match"][key].as_str();
    let is_rule = |rule: &str| rule == cve || rule.rsplit_once(':').is_some_and(|(_, rule)| rule == cve);
    says("vulnerability") == Some(cve) || says("rule_id").is_some_and(is_rule)
}

/// Whether a record names a finding, whatever else is asked of it.
fn is_about(record: &Value, finding: &Facts<'_>) -> bool {
    let wanted = &record["match"];
    let is = |key: &str, holds: &dyn Fn(&str) -> bool| wanted.get(key).and_then(Value::as_str).is_none_or(holds);
    let in_path = wanted
        .get("path")
        .is_none_or(|globs| finding.path.is_some_and(|path| list(globs).iter().any(|pattern| glob(pattern.as_str().unwrap(), path))));
    in_path
        && is("vulnerability", &|id| finding.ids.contains(id))
        && is("package", &|purl| finding.purls().0 == purl)
        && is("fingerprint", &|key| finding.keys.contains(key))
        && is("rule_id", &|rule| {
            finding.rule_id.is_some_and(|known| known == rule || finding.tools.iter().any(|tool| format!("{tool}:{known}") == rule))
        })
}

impl Run<'_> {
    /// For each finding the last day of the exceptions that match it, in scope and within limits, whatever the rules say of it: of
    /// several CVEs that of the one for which they end first. A record is for no more findings than it may cover, the gravest.
    pub(super) fn graces(&self, records: &[Value], findings: &[Facts<'_>], severities: &[usize]) -> Vec<Option<Date>> {
        let mut graces = vec![None; findings.len()];
        let mut used = vec![0; records.len()];
        let mut order: Vec<usize> = (0..findings.len()).collect();
        order.sort_by_key(|&n| (SEVERITIES.len() - severities[n], findings[n].id));
        for n in order {
            let holds = |at: &usize| used[*at] < most(&records[*at]) && self.limit(&records[*at], &findings[n], severities[n]).is_some();
            let holding: Vec<usize> = (0..records.len()).filter(holds).collect();
            for at in &holding {
                used[*at] += 1;
            }
            let last = |is_of: &dyn Fn(&Value) -> bool| {
                let about = holding.iter().map(|at| &records[*at]).filter(|record| is_of(record));
                about.map(|record| date(&record["expires"])).max()
            };
            let cves = findings[n].cves();
            graces[n] = if cves.len() < 2 {
                last(&|_| true)
            } else {
                let each = cves.into_iter().map(|cve| last(&|record| is_of(record, cve))).collect::<Option<Vec<_>>>();
                each.and_then(|each| each.into_iter().min())
            };
        }
        graces
    }

    /// The floor of the limits that admit a record for a finding; `None` where it does not hold, whatever the rules say.
    fn limit(&self, record: &Value, finding: &Facts<'_>, severity: usize) -> Option<usize> {
        let wanted = &record["match"];
        let in_versions = wanted
            .get("versions")
            .is_none_or(|versions| finding.versions.iter().all(|version| list(versions).iter().any(|v| v == version)));
        let is_live = record["status"] == "approved" && date(&record["expires"]) >= self.today;
        let kind = &record["type"];
        let ended = list(&record["until"]).iter().any(|until| match until.as_str().unwrap() {
            "fix_available" => finding.is_fixed,
            "reachable" => finding.reachable == Some(true),
            _ => self.kev(finding) == Some(true),
        });
        let is_held = self.holds(&record["accountable"]["role"], &record["accountable"]["email"]);
        let is_sensible = kind != "rotated" || finding.category == "secret";
        if !is_about(record, finding) || !is_sensible || !in_versions || !is_live || !self.in_scope(record) || ended || !is_held {
            return None;
        }
        let is_emergency = kind == "emergency";
        if is_emergency && severity > rank(&SEVERITIES, self.policy.says("/exceptions/emergency/severity_at_most")?) {
            return None;
        }
        let layers = self.policy.each("/exceptions/limits").map(|(_, rows)| {
            let admits = |row: &&Value| is_for(row, kind, severity) && (is_emergency || self.grants(row, record));
            let floor = list(rows).iter().filter(admits).map(|row| rank(&ACTIONS, &row["floor"])).min();
            // An emergency has its own roles and days; where no row speaks of it, a ticket is left.
            floor.or(is_emergency.then_some(1))
        });
        layers.collect::<Option<Vec<_>>>()?.into_iter().max()
    }

    /// The action below which a record does not go for a finding; `None` where it does not hold.
    fn admits(&self, record: &Value, finding: &Facts<'_>, severity: usize, ruled: &Ruled) -> Option<usize> {
        let is_waivable = |rule: &Value| match rule.get("waivable") {
            None => true,
            Some(Value::Bool(waivable)) => *waivable,
            Some(types) => list(types).contains(&record["type"]),
        };
        let rank_of = |rule: &Value| rank(&ACTIONS, &rule["action"]);
        // A rule that it may not lower keeps its action.
        let kept = ruled.fired.iter().filter(|rule| !is_waivable(rule)).map(rank_of).max();
        if kept.is_some_and(|kept| kept >= ruled.action) {
            return None;
        }
        let floor = self.limit(record, finding, severity)?.max(kept.unwrap_or(0));
        // It is no exception to what must stay as it is.
        (floor < ruled.action || rank(&ACTIONS, &record["effect"]) >= ruled.action).then_some(floor)
    }

    fn in_scope(&self, record: &Value) -> bool {
        let within = |fact: &str, of: &str, is_glob: bool| {
            record["scope"].get(of).is_none_or(|values| {
                let Some(known) = self.facts[fact].as_str() else { return false };
                list(values).iter().filter_map(Value::as_str).any(|value| if is_glob { glob(value, known) } else { value == known })
            })
        };
        within("stage", "stages", false)
            && within("branch", "branches", true)
            && within("release", "releases", true)
            && within("service", "services", false)
            && within("repository", "repositories", false)
    }

    /// Whether somebody holds a role.
    fn holds(&self, role: &Value, who: &Value) -> bool {
        let people = self.policy.says(&format!("/exceptions/roles/{}", role.as_str().unwrap()));
        people.is_some_and(|people| list(people).contains(who))
    }

    /// Whether a limits row lets its people approve a record for so long, so often.
    fn grants(&self, row: &Value, record: &Value) -> bool {
        let (renewals, roles) = (list(&record["renewals"]), list(&row["approver_roles"]));
        let approved = date(renewals.last().map_or(&record["approved"], |renewal| &renewal["approved"]));
        let lifetime = approved.until(date(&record["expires"])).unwrap().get_days();
        i64::from(lifetime) <= days(&row["max_lifetime"])
            && renewals.len() <= usize::try_from(row["max_renewals"].as_u64().unwrap()).unwrap()
            && roles.contains(&record["accountable"]["role"])
            && renewals.iter().all(|renewal| roles.iter().any(|role| self.holds(role, &renewal["by"])))
    }
}

/// Whether a limits row is about exceptions of a type for findings of a severity.
fn is_for(row: &Value, kind: &Value, severity: usize) -> bool {
    row.get("types").is_none_or(|types| list(types).contains(kind)) && is_within(&row["severity"], severity)
}

fn date(value: &Value) -> Date {
    value.as_str().unwrap().parse().unwrap()
}

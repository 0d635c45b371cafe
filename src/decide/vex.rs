//! VEX, applied: what is stated of each finding, by those who are listened to, and what is left to do.
//!
//! 1. **A statement is about a finding** when one of its ids is one of the finding's and one of its products is the component, in the
//!    version in use. What it claims beside that counts for nothing. One that holds something against the finding is read widely: in any
//!    case, without a version, by an address that ends in the id, whatever more its purl says, and for each of the finding's CVEs.
//! 2. **Of one author the newest counts, of several authors the worst.** Of one instant the worst counts too.
//! 3. **A finding is lowered** when that is `not_affected` for a reason that the policy accepts, or `fixed`: for each of its CVEs, in each
//!    version in use. It is lowered below no rule that fired and that VEX may not lower.

use std::collections::BTreeSet;

use hashbrown::HashMap;
use jiff::Timestamp;

use super::exceptions::cves;
use crate::base::order::Order as _;
use crate::decide::{Judged, Run};
use crate::model::decision::{Decision, Noted};
use crate::model::finding::{Evidence, Finding, State};
use crate::model::policy::{Action, Policy, Waivable};
use crate::model::vex::{Named, Product, Statement, Vex, VexMiss, VexStatus};

/// Applies what is stated to what was decided, exceptions or not.
pub fn vex(evidence: &Evidence, policy: &Policy, vex: &Vex, run: &Run, judged: &mut Judged, noted: &mut Vec<Noted>) {
    if vex.statements.is_empty() {
        return;
    }
    let stating = Stating::new(evidence, policy, vex, run);
    for (place, finding) in evidence.findings.iter().enumerate() {
        let Some(mut decision) = judged.decisions.get(place).copied() else { continue };
        if finding.state != State::Open || decision.without_exceptions == Action::Pass {
            continue;
        }
        let about = stating.about(finding);
        if about.is_empty() {
            continue;
        }
        let told = stating.told(finding, &about);
        let kept = kept(policy, judged.fired.get(decision.fired));
        if decision.noted.is_none() {
            decision.noted = u32::try_from(noted.len()).ok();
            noted.push(Noted::default());
        }
        if let Some(noted) = decision.noted.and_then(|place| noted.get_mut(place as usize)) {
            note(noted, &mut decision, told, kept);
        }
        judged.decisions.set(place, decision);
    }
}

/// Lowers a finding, or says why what is stated does not.
fn note(noted: &mut Noted, decision: &mut Decision, told: Told, kept: Option<(Action, String)>) {
    noted.vex_missed = told.missed;
    let Some(applied) = told.applied else { return };
    match kept {
        Some((action, rule)) if action >= decision.without_exceptions => {
            let why = format!("rule {rule} may not be lowered by VEX");
            noted.vex_missed.extend(applied.into_iter().map(|statement| VexMiss { statement, why: why.clone() }));
        }
        kept => {
            let action = kept.map_or(Action::Pass, |(action, _)| action);
            noted.vex = applied;
            noted.by_vex = action < decision.action;
            decision.action = decision.action.min(action);
        }
    }
}

/// The strictest of the rules that fired which VEX may not lower.
fn kept(policy: &Policy, fired: &[u16]) -> Option<(Action, String)> {
    let rules = fired.iter().filter_map(|&rule| policy.rules.get(usize::from(rule)));
    let kept = rules.filter(|rule| match &rule.waivable {
        Waivable::Any => false,
        Waivable::Never => true,
        Waivable::Only { vex, .. } => !vex,
    });
    kept.max_by_key(|rule| rule.action).map(|rule| (rule.action, rule.id.clone()))
}

/// What comes of the statements about a finding.
#[derive(Default)]
struct Told {
    /// Those that excuse it; `None` where it is not excused.
    applied: Option<Vec<u32>>,
    missed: Vec<VexMiss>,
}

/// An id in whatever case, without the address that may stand before it.
fn wide(id: &str) -> String {
    id.rsplit('/').next().unwrap_or(id).to_ascii_uppercase()
}

struct Stating<'a> {
    evidence: &'a Evidence,
    policy: &'a Policy,
    vex: &'a Vex,
    /// The image or archive that is judged.
    artifact: Option<&'a str>,
    /// The statements about an id.
    by_id: HashMap<String, Vec<u32>>,
}

impl<'a> Stating<'a> {
    fn new(evidence: &'a Evidence, policy: &'a Policy, vex: &'a Vex, run: &Run<'a>) -> Self {
        let mut by_id: HashMap<String, Vec<u32>> = HashMap::new();
        for (place, statement) in (0..).zip(&vex.statements) {
            let ids: BTreeSet<String> = statement.ids.iter().map(|id| wide(id)).collect();
            for id in ids {
                by_id.entry(id).or_default().push(place);
            }
        }
        let artifact = run.subject.artifact.as_ref().map(|fact| fact.value.as_str());
        Self { evidence, policy, vex, artifact, by_id }
    }

    /// The statements that name the finding's vulnerability, and its component if any version of it.
    fn about(&self, finding: &Finding) -> Vec<u32> {
        let Some(package) = self.evidence.detail(finding).and_then(|detail| detail.package) else { return Vec::new() };
        let component = self.evidence.text(package.component).as_data();
        let ids = self.evidence.words.get(finding.ids).iter().map(|id| self.evidence.text(*id).as_data());
        let ids: Vec<&str> = ids.collect();
        let about: BTreeSet<u32> = ids.iter().filter_map(|id| self.by_id.get(&wide(id))).flatten().copied().collect();
        let is_about = |place: &u32| {
            self.statement(*place).is_some_and(|statement| {
                let is_named = !statement.status.may_excuse() || statement.ids.iter().any(|told| ids.iter().any(|id| id == told));
                is_named && statement.products.iter().any(|product| self.is_of(product, component, statement.status))
            })
        };
        about.into_iter().filter(is_about).collect()
    }

    fn statement(&self, place: u32) -> Option<&'a Statement> {
        self.vex.statements.get(place as usize)
    }

    /// Whether a product is the component or has it, whatever the version.
    fn is_of(&self, product: &Product, component: &str, status: VexStatus) -> bool {
        let has = |all: &Vec<Named>| all.iter().any(|sub| sub.component == component);
        let below = product.subcomponents.as_ref();
        let is_product = product.named.component == component || self.is_artifact(product);
        (is_product && below.is_none_or(has)) || (!status.may_excuse() && below.is_some_and(has))
    }

    /// Whether a product is what is judged, as `--artifact` calls it.
    fn is_artifact(&self, product: &Product) -> bool {
        self.artifact == Some(product.purl.as_str())
    }

    /// Whether a statement is about a version of the component; `None` is one that nobody tells.
    fn covers(&self, statement: &Statement, component: &str, version: Option<&str>) -> bool {
        // What the purl of a statement says beside the version must be so to excuse anything, and no finding tells it.
        let is_it = |named: &Named| {
            let is_version = match (&named.version, version) {
                (Some(told), Some(version)) => told == version,
                (Some(_), None) => !statement.status.may_excuse(),
                (None, _) => self.policy.vex.allow_versionless || !statement.status.may_excuse(),
            };
            named.component == component && is_version && (!named.is_narrower || !statement.status.may_excuse())
        };
        statement.products.iter().any(|product| {
            let below = product.subcomponents.as_ref().is_none_or(|all| all.iter().any(is_it));
            // What is held against a component counts in whatever product it is.
            let is_held = !statement.status.may_excuse() && product.subcomponents.is_some();
            below && (is_held || is_it(&product.named) || self.is_artifact(product))
        })
    }

    /// What comes of the statements about a finding, for each of its vulnerabilities in each version.
    fn told(&self, finding: &Finding, about: &[u32]) -> Told {
        let Some(detail) = self.evidence.detail(finding) else { return Told::default() };
        let Some(package) = detail.package else { return Told::default() };
        let component = self.evidence.text(package.component).as_data();
        let told: Vec<Option<&str>> =
            self.evidence.words.get(detail.versions).iter().map(|told| Some(self.evidence.text(*told).as_data())).collect();
        let versions = if told.is_empty() { vec![None] } else { told };
        let several = cves(self.evidence, finding);
        // Of one vulnerability any of its ids will do; of several each is asked for by its own.
        let asked: Vec<Option<&str>> = if several.len() < 2 { vec![None] } else { several.into_iter().map(Some).collect() };
        let (mut applied, mut missed, mut is_excused) = (BTreeSet::new(), Vec::new(), true);
        let mut covering = BTreeSet::new();
        for id in &asked {
            for version in &versions {
                let of = about.iter().copied().filter(|place| {
                    let statement = self.statement(*place);
                    let names = |statement: &Statement| {
                        !statement.status.may_excuse() || id.is_none_or(|id| statement.ids.iter().any(|told| told == id))
                    };
                    statement.is_some_and(|statement| names(statement) && self.covers(statement, component, *version))
                });
                let of: Vec<u32> = of.collect();
                covering.extend(of.iter().copied());
                match self.worst(&of) {
                    Ok(all) if !all.is_empty() => applied.extend(all),
                    Ok(_) => is_excused = false,
                    Err(why) => {
                        is_excused = false;
                        missed.extend(why);
                    }
                }
            }
        }
        let is_missed = |missed: &[VexMiss], place: u32| missed.iter().any(|miss| miss.statement == place);
        for &place in about {
            let why = match () {
                () if !covering.contains(&place) => {
                    "it is not about what is in use: the version, all CVEs of the finding, or nothing more than the component"
                }
                () if !is_excused && applied.contains(&place) => "another CVE or version of the finding is not excused",
                () => continue,
            };
            if !is_missed(&missed, place) {
                missed.push(VexMiss { statement: place, why: why.to_owned() });
            }
        }
        missed.order_by_key(|miss| miss.statement);
        missed.dedup();
        Told { applied: is_excused.then(|| applied.into_iter().collect()), missed }
    }

    /// Those of some statements that excuse, where nobody states anything worse; or why they do not.
    fn worst(&self, of: &[u32]) -> Result<Vec<u32>, Vec<VexMiss>> {
        // Of each author the newest instant.
        let mut newest: HashMap<&str, Timestamp> = HashMap::new();
        let (mut all, mut missed) = (Vec::new(), Vec::new());
        for &place in of {
            let Some(statement) = self.statement(place) else { continue };
            let Some(document) = self.vex.document(statement) else { continue };
            if statement.is_outdated && statement.status.may_excuse() {
                missed.push(VexMiss { statement: place, why: "there is a later version of its document".to_owned() });
            } else {
                all.push((place, statement, document.author.as_str()));
            }
        }
        for (_, statement, author) in &all {
            let instant = newest.entry(author).or_insert(statement.timestamp);
            *instant = statement.timestamp.max(*instant);
        }
        let mut current: Vec<(VexStatus, u32, &Statement)> = Vec::new();
        for &(place, statement, author) in &all {
            if newest.get(author) == Some(&statement.timestamp) {
                current.push((statement.status, place, statement));
            } else {
                missed.push(VexMiss { statement: place, why: format!("{author} has stated something newer") });
            }
        }
        let Some(worst) = current.iter().map(|(status, ..)| *status).max() else {
            return if missed.is_empty() { Ok(Vec::new()) } else { Err(missed) };
        };
        let mut excusing = Vec::new();
        for (status, place, statement) in current {
            let why = match status {
                _ if worst > VexStatus::Fixed && status < worst => format!("it is also stated to be {}", worst.word()),
                VexStatus::Affected | VexStatus::UnderInvestigation => format!("{} excuses nothing", status.word()),
                VexStatus::Fixed => {
                    excusing.push(place);
                    continue;
                }
                VexStatus::NotAffected => match statement.justification {
                    Some(why) if self.policy.vex.accepted.contains(&why) => {
                        excusing.push(place);
                        continue;
                    }
                    Some(why) => format!("the policy does not accept {}", why.word()),
                    None => "it gives no justification".to_owned(),
                },
            };
            missed.push(VexMiss { statement: place, why });
        }
        if worst > VexStatus::Fixed || excusing.is_empty() { Err(missed) } else { Ok(excusing) }
    }
}

#[cfg(test)]
mod laws;

#[cfg(test)]
mod tests;

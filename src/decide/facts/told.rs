//! What a finding has for each condition, in words: for who asks why a rule fires.

use super::{Amount, Facted, Facts, Meets, Test};
use crate::base::date::days_between;
use crate::base::text::Text;
use crate::decide::due;
use crate::decide::truth::Truth;
use crate::model::explanation::Tried;
use crate::model::finding::{Evidence, Finding};
use crate::model::identity::Category;
use crate::model::intel::{Exploitation, Ssvc, TechnicalImpact};
use crate::model::policy::{Condition, Exposure};
use crate::model::report::Fact;
use crate::model::severity::Severity;

/// What is said of a fact that is not known.
const NOBODY: &str = "nobody tells";

/// So many texts of one kind are told.
const TEXTS: usize = 8;

/// So many characters of a message are told.
const MESSAGE: usize = 200;

/// A finding, and what is asked about it.
pub(in crate::decide) struct Known<'f> {
    /// Its place in the evidence.
    pub(in crate::decide) place: u32,
    pub(in crate::decide) finding: &'f Finding,
    pub(in crate::decide) facts: &'f Facts,
    /// Who owns it; `None` where nothing says who owns what.
    pub(in crate::decide) owners: Option<&'f str>,
}

impl Facted<'_> {
    /// A condition with its value, and the values of all that it is made of: the very ones that [`Facted::holds`] decides by.
    pub(in crate::decide) fn tried<'p>(
        &self,
        (condition, test): (&'p Condition, &Test<'_>),
        known: &Known<'_>,
        severity: Severity,
        meets: Meets,
    ) -> Tried<'p> {
        let part = |of, meets| self.tried(of, known, severity, meets);
        let parts = match (condition, test) {
            (Condition::All(conditions), Test::All(tests)) | (Condition::Any(conditions), Test::Any(tests)) => {
                conditions.iter().zip(tests).map(|of| part(of, meets)).collect()
            }
            (Condition::Not(condition), Test::Not(test)) => vec![part((condition.as_ref(), test.as_ref()), meets.turned())],
            (_, _) => Vec::new(),
        };
        Tried { condition, truth: self.holds(test, known.facts, severity, meets), fact: self.told(condition, known, severity), parts }
    }

    /// The fact that a condition is about.
    fn told(&self, condition: &Condition, known: &Known<'_>, severity: Severity) -> Option<String> {
        let Known { place, finding, facts, owners } = *known;
        let evidence = self.evidence;
        let detail = evidence.detail(finding).copied().unwrap_or_default();
        let none_known = none(facts.of_component());
        Some(match condition {
            Condition::All(_) | Condition::Any(_) | Condition::Not(_) => return None,
            Condition::Category(_) => facts.category.word().to_owned(),
            Condition::Severity(_) => self.severity(finding, facts, severity),
            Condition::Suppressed(_) => facts.suppressed.word().to_owned(),
            Condition::State(_) => facts.newness.word().to_owned(),
            Condition::Tool(_) => {
                let scans = evidence.sightings.get(finding.sightings).iter().filter_map(|sighting| evidence.scan(sighting));
                texts(evidence, scans.map(|scan| scan.tool), NOBODY)
            }
            Condition::RuleId(_) => {
                let none = if finding.ids.is_empty() { NOBODY } else { "none: an advisory is no check" };
                texts(evidence, evidence.rule(finding).and_then(|rule| rule.rule_id).into_iter(), none)
            }
            Condition::Message(_) => match finding.message {
                Some(message) => evidence.text(message).as_data().chars().take(MESSAGE).collect(),
                None => NOBODY.to_owned(),
            },
            Condition::Cwe(_) => list(evidence.cwes.get(finding.cwes).iter().map(|number| format!("CWE-{number}")), NOBODY),
            Condition::Vulnerability(_) => texts(evidence, evidence.words.get(finding.ids).iter().copied(), none_known),
            Condition::Cvss(..) => match facts.cvss {
                Amount::Is(tenths) => format!("{}.{}", tenths / 10, tenths % 10),
                Amount::AtLeast(tenths) => format!("at least {}.{}", tenths / 10, tenths % 10),
                Amount::Unknown => NOBODY.to_owned(),
                Amount::None => none(false).to_owned(),
            },
            Condition::Epss(_) => match facts.epss {
                Amount::Is(millionths) => (f64::from(millionths) / 1e6).to_string(),
                Amount::AtLeast(millionths) => format!("at least {}", f64::from(millionths) / 1e6),
                Amount::Unknown => NOBODY.to_owned(),
                Amount::None => none(false).to_owned(),
            },
            Condition::Ssvc(_) => facts.ssvc.map_or_else(|| none(false).to_owned(), ssvc),
            Condition::Package(_) => {
                let purls = evidence.words.get(detail.purls).iter().copied();
                let package = detail.package;
                let own = package.and_then(|package| package.purl).filter(|_| detail.purls.is_empty());
                let component = package.map(|package| package.component).filter(|_| own.is_none() && detail.purls.is_empty());
                texts(evidence, purls.chain(own).chain(component), none_known)
            }
            Condition::Ecosystem(_) => texts(evidence, detail.package.and_then(|package| package.ecosystem).into_iter(), none_known),
            Condition::Path(_) => texts(evidence, evidence.locations.get(finding.locations).iter().filter_map(|place| place.path), NOBODY),
            Condition::License(_) => {
                let is_license = facts.category == Category::License;
                let rule_id = evidence.rule(finding).and_then(|rule| rule.rule_id);
                texts(evidence, rule_id.into_iter().filter(|_| is_license), none(is_license))
            }
            Condition::Exposure(_) => match self.policy.context.exposure {
                Some(exposure @ (Exposure::Public | Exposure::Internal)) => exposure.word().to_owned(),
                Some(Exposure::Unknown) | None => "unknown, judged as public".to_owned(),
            },
            Condition::Stage(_) => given(self.run.subject.stage.as_ref(), "--stage"),
            Condition::Branch(_) => given(self.run.subject.branch.as_ref(), "--branch"),
            Condition::InChange(_) => in_change(evidence, facts),
            Condition::Age(_) => match self.known(place, finding, facts.kev).since() {
                Some(since) => format!("since {since}, {} days", days_between(since, self.today)),
                None => NOBODY.to_owned(),
            },
            Condition::Tag(_) => texts(evidence, evidence.words.get(finding.tags).iter().copied(), NOBODY),
            Condition::Owner(_) => match owners {
                Some("") => "nobody owns it".to_owned(),
                owners => owners.unwrap_or(NOBODY).to_owned(),
            },
            Condition::Kev(_) => fact(facts.kev, detail.kev),
            Condition::FixAvailable(_) => fact(facts.fix_available, detail.fix_available),
            Condition::Direct(_) => fact(facts.direct, detail.direct),
            Condition::DevDependency(_) => fact(facts.dev_dependency, detail.dev),
            Condition::Reachable(_) => fact(facts.reachable, detail.reachable),
            Condition::Verified(_) => fact(facts.verified, detail.verified),
            Condition::Overdue(_) => self.overdue_told(place, finding, facts, severity),
        })
    }

    /// `due 2026-12-01`, or why there is no such day.
    fn overdue_told(&self, place: u32, finding: &Finding, facts: &Facts, severity: Severity) -> String {
        let known = self.known(place, finding, facts.kev);
        let deadline = self.policy.due.as_ref().map(|due| due::deadline(due, &known, severity, self.today)).unwrap_or_default();
        match (deadline.due, facts.overdue(severity)) {
            (Some(due), Truth::Unknown) => format!("due {due}, and sooner if it is exploited"),
            (Some(due), Truth::False | Truth::True) => format!("due {due}"),
            (None, Truth::Unknown) => "nobody tells since when it is there".to_owned(),
            (None, Truth::False | Truth::True) => "never: the policy sets no days for it".to_owned(),
        }
    }

    /// `high (CVSS 3 score 7.5 by nvd)`.
    fn severity(&self, finding: &Finding, facts: &Facts, severity: Severity) -> String {
        let because = self.evidence.severity_because(finding);
        let unrated =
            if finding.severity.is_none() { format!(", unrated, judged as {}", self.policy.unrated_as.word()) } else { String::new() };
        let replaced = if severity == facts.severity { "" } else { ", replaced by an override" };
        format!("{} ({because}{unrated}{replaced})", severity.word())
    }
}

impl Facts {
    fn of_component(&self) -> bool {
        matches!(self.category, Category::Sca | Category::Malware)
    }
}

/// What is said where there is nothing: that nobody tells, or that there can be none.
const fn none(applies: bool) -> &'static str {
    if applies { NOBODY } else { "none" }
}

/// A fact, and whether anybody told it.
fn fact(truth: Truth, told: Option<bool>) -> String {
    match (truth, told) {
        (Truth::Unknown, _) => NOBODY.to_owned(),
        (Truth::False, None) => "false: that does not apply to such a finding".to_owned(),
        (Truth::False | Truth::True, _) => truth.word().to_owned(),
    }
}

/// A fact of the run.
fn given(fact: Option<&Fact>, flag: &str) -> String {
    fact.map_or_else(|| format!("{NOBODY} ({flag})"), |fact| fact.value.clone())
}

/// What the change does to the files of a finding.
fn in_change(evidence: &Evidence, facts: &Facts) -> String {
    match (facts.in_change, &evidence.change.files) {
        (Truth::True, _) => "the change touches its files".to_owned(),
        (Truth::False, _) => "the change touches none of its files".to_owned(),
        (Truth::Unknown, Some(_)) => "not all of its files are in the repository".to_owned(),
        (Truth::Unknown, None) => format!("{NOBODY} (--commit and --config-ref)"),
    }
}

fn ssvc(ssvc: Ssvc) -> String {
    let told = [
        ssvc.exploitation.map(Exploitation::word).map(|word| format!("exploitation {word}")),
        ssvc.automatable.map(|automatable| format!("automatable {automatable}")),
        ssvc.technical_impact.map(TechnicalImpact::word).map(|word| format!("technical impact {word}")),
    ];
    list(told.into_iter().flatten(), NOBODY)
}

fn texts(evidence: &Evidence, all: impl Iterator<Item = Text>, none: &str) -> String {
    let mut distinct: Vec<Text> = Vec::new();
    for text in all {
        if !distinct.contains(&text) {
            distinct.push(text);
        }
    }
    list(distinct.into_iter().map(|text| evidence.text(text).as_data().to_owned()), none)
}

fn list(mut all: impl Iterator<Item = String>, none: &str) -> String {
    let mut shown: Vec<String> = all.by_ref().take(TEXTS).collect();
    let more = all.count();
    if more > 0 {
        shown.push(format!("and {more} more"));
    }
    if shown.is_empty() { none.to_owned() } else { shown.join(", ") }
}

#[cfg(test)]
mod tests;

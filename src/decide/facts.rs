//! What the rules look at in one finding, and which of their conditions hold ([`conditions`]).
//!
//! A finding is judged on a handful of facts, and a million findings have only a few hundred different combinations of them: each
//! combination is judged once. What is asked about texts is in the [`Class`] of each subject.

mod amount;
mod classes;
mod conditions;
mod dated;
mod points;
mod told;

use amount::Amount;
pub(super) use conditions::{Meets, Test};
pub(super) use told::Known;

use hashbrown::HashMap;
use jiff::civil::Date;

use crate::base::date::date_of;
use crate::decide::Run;
use crate::decide::asked::{Answers, Asked, Class, Classes, SUBJECTS};
use crate::decide::due::Grace;
use crate::decide::truth::Truth;
use crate::model::finding::{Evidence, Finding};
use crate::model::identity::Category;
use crate::model::intel::Ssvc;
use crate::model::policy::{Newness, Policy};
use crate::model::raw::Suppression;
use crate::model::severity::{Kind, Severity};

/// What the rules look at in one finding.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Facts {
    pub(super) category: Category,
    /// As it is rated; unrated, as the policy says.
    pub(super) severity: Severity,
    suppressed: Suppression,
    newness: Newness,
    /// Whether it is exploited, as far as reports tell.
    pub(super) kev: Truth,
    fix_available: Truth,
    direct: Truth,
    dev_dependency: Truth,
    reachable: Truth,
    verified: Truth,
    /// Whether the change touches one of its files.
    in_change: Truth,
    /// Whether it is overdue, were it of each severity, in the order of [`Severity::ALL`].
    overdue: [Truth; 5],
    /// Over how many of the ages that rules ask for it is; `None` where nobody knows how old it is.
    older_than: Option<u32>,
    /// In tenths.
    cvss: Amount,
    /// In millionths.
    epss: Amount,
    /// CISA's decision points; `None` where nothing could have them.
    ssvc: Option<Ssvc>,
    /// What one of the texts meets.
    classes: [Class; SUBJECTS],
    /// What each of the texts meets: of a finding in two files, the questions that both answer.
    every: [Class; SUBJECTS],
}

/// Makes tests of conditions, and facts of findings.
pub(super) struct Facted<'a> {
    evidence: &'a Evidence,
    policy: &'a Policy,
    run: &'a Run<'a>,
    today: Date,
    asked: [Asked; SUBJECTS],
    /// What texts that were met before answered.
    answers: [Answers; SUBJECTS],
    classes: Classes,
    /// Whether a rule asks for scores, which nobody looks for otherwise.
    asks_cvss: bool,
    /// Whether a rule asks what is overdue.
    asks_overdue: bool,
    /// The ages that rules ask for, in hours, sorted.
    ages: Vec<u32>,
    /// What due dates exceptions put off, by the place of the finding.
    graces: Option<&'a HashMap<u32, Grace>>,
    deadlines: dated::Deadlines,
}

impl<'a> Facted<'a> {
    pub(super) fn new(evidence: &'a Evidence, policy: &'a Policy, run: &'a Run<'a>) -> Self {
        Self {
            evidence,
            policy,
            run,
            today: date_of(run.now),
            asked: Default::default(),
            answers: Default::default(),
            classes: Classes::default(),
            asks_cvss: false,
            asks_overdue: false,
            ages: Vec::new(),
            graces: None,
            deadlines: dated::Deadlines::new(),
        }
    }

    /// The same with due dates that exceptions put off.
    pub(super) fn with(self, graces: &'a HashMap<u32, Grace>) -> Self {
        Self { graces: Some(graces), ..self }
    }

    /// What facts are made of.
    pub(super) const fn evidence(&self) -> &'a Evidence {
        self.evidence
    }

    /// The facts of a finding, which stands at this place of the evidence.
    pub(super) fn of(&mut self, place: u32, finding: &Finding) -> Facts {
        let evidence = self.evidence;
        let detail = evidence.detail(finding).copied().unwrap_or_default();
        let is_component = matches!(finding.category, Category::Sca | Category::Malware);
        // How the project came to a component is asked whatever is said of that: its license, that nobody maintains it.
        let brings_one = is_component || detail.package.is_some();
        let is_cve = |id: &_| evidence.text(*id).as_data().starts_with("CVE-");
        // What has no CVE cannot be listed.
        let could_be_listed = is_component && evidence.words.get(finding.ids).iter().any(is_cve);
        let told = |fact: Option<bool>, applies: bool| match fact {
            Some(fact) => fact.into(),
            None if applies => Truth::Unknown,
            None => Truth::False,
        };
        let assessments = if self.asks_cvss { evidence.assessments.get(finding.assessments) } else { &[] };
        let scores = assessments.iter();
        let cvss = scores.filter(|a| matches!(a.kind, Kind::Cvss(_))).filter_map(|a| a.score).map(|score| u32::from(score.tenths())).max();
        let amount = |number: Option<u32>, applies: bool| match number {
            Some(number) => Amount::Is(number),
            None if applies => Amount::Unknown,
            None => Amount::None,
        };
        let kev = if could_be_listed || detail.kev == Some(true) { told(detail.kev, true) } else { Truth::False };
        let known = (self.asks_overdue || !self.ages.is_empty()).then(|| self.known(place, finding, kev));
        let (classes, every) = self.classes_of(finding);
        Facts {
            category: finding.category,
            severity: finding.severity.unwrap_or(self.policy.unrated_as),
            suppressed: finding.suppressed,
            newness: evidence.newness(finding),
            kev,
            overdue: known.filter(|_| self.asks_overdue).map_or([Truth::Unknown; 5], |known| self.overdue(known)),
            older_than: known.filter(|_| !self.ages.is_empty()).and_then(|known| self.older_than(&known)),
            fix_available: told(detail.fix_available.filter(|_| is_component), is_component),
            direct: told(detail.direct, brings_one),
            dev_dependency: told(detail.dev, brings_one),
            reachable: told(detail.reachable, is_component),
            verified: told(detail.verified, finding.category == Category::Secret),
            in_change: evidence.in_change(finding),
            cvss: amount(cvss, is_component),
            epss: match detail.epss.filter(|_| detail.epss_is_least) {
                Some(least) => Amount::AtLeast(least.0),
                None => amount(detail.epss.map(|epss| epss.0), could_be_listed),
            },
            ssvc: detail.ssvc.or_else(|| could_be_listed.then(Ssvc::default)),
            classes,
            every,
        }
    }
}

impl Facts {
    /// A finding of which nothing is known but what it is.
    pub(super) fn unknown(category: Category, severity: Severity) -> Self {
        let is_component = matches!(category, Category::Sca | Category::Malware);
        let unless = |applies: bool| if applies { Truth::Unknown } else { Truth::False };
        let amount = if is_component { Amount::Unknown } else { Amount::None };
        Self {
            category,
            severity,
            suppressed: Suppression::None,
            newness: Newness::New,
            kev: unless(is_component),
            fix_available: unless(is_component),
            direct: unless(is_component),
            dev_dependency: unless(is_component),
            reachable: unless(is_component),
            verified: unless(category == Category::Secret),
            in_change: Truth::Unknown,
            overdue: [Truth::Unknown; 5],
            older_than: None,
            cvss: amount,
            epss: amount,
            ssvc: is_component.then(Ssvc::default),
            classes: [Class::UNKNOWN; SUBJECTS],
            every: [Class::UNKNOWN; SUBJECTS],
        }
    }

    /// The same finding, were it new; `None` where it is.
    pub(super) fn as_new(self) -> Option<Self> {
        (self.newness != Newness::New).then_some(Self { newness: Newness::New, ..self })
    }
}

#[cfg(test)]
mod tests;

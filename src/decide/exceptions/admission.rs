//! Whether a record that matches a finding holds for it: its day, where it holds, who answers for it, what would end it, what the
//! rules that fired let pass, and the limits.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{days, limits};
use crate::base::date::days_between;
use crate::base::order::Order as _;
use crate::decide::{Run, origin};
use crate::model::decision::Decision;
use crate::model::exception::{Exception, ExceptionType, Exceptions, Scope, Status, Until};
use crate::model::finding::{Evidence, Finding};
use crate::model::policy::{Action, Policy};
use crate::model::report::{Fact, Subject};
use crate::model::severity::Severity;

/// What records are held against.
pub(super) struct Bar<'a> {
    policy: &'a Policy,
    /// Why a record holds for no finding of the run.
    barred: Vec<Option<String>>,
    /// How often each was renewed: by its renewals, and by the same match approved before under another id.
    renewals: Vec<u32>,
}

impl<'a> Bar<'a> {
    pub(super) fn of(policy: &'a Policy, exceptions: &Exceptions, run: &Run, today: Date) -> Self {
        let barred = exceptions.records.iter().map(|record| barred(policy, record, run.subject, today)).collect();
        Self { policy, barred, renewals: renewals(exceptions) }
    }

    /// Whether a record holds for a finding of a severity that it matches, whatever rules say of it.
    pub(super) fn is_valid(&self, place: u32, record: &Exception, evidence: &Evidence, finding: &Finding, severity: Severity) -> bool {
        let holds = || self.holds(place, record, evidence, finding).and_then(|()| self.limit(place, record, severity));
        record.status == Status::Approved && holds().is_ok()
    }

    /// The action below which a record does not go for a finding, or why it does not hold.
    pub(super) fn floor(
        &self,
        place: u32,
        record: &Exception,
        evidence: &Evidence,
        finding: &Finding,
        decision: &Decision,
        fired: &[u16],
    ) -> Result<Action, String> {
        self.holds(place, record, evidence, finding)?;
        let rules = fired.iter().filter_map(|&rule| self.policy.rules.get(usize::from(rule)));
        // What fired and may not be lowered stays, whatever else fired: else a rule more could lower the verdict.
        let unwaivable = rules.filter(|rule| !rule.waivable.admits(record.kind)).max_by_key(|rule| rule.action);
        if let Some(rule) = unwaivable.filter(|rule| rule.action >= decision.without_exceptions) {
            return Err(format!("rule {} may not be lowered by {}", rule.id, record.kind.word()));
        }
        let kept = unwaivable.map_or(Action::Pass, |rule| rule.action);
        self.limit(place, record, decision.severity).map(|floor| floor.max(kept))
    }

    /// Whether a record holds for a finding on its day and in its scope, or why not.
    fn holds(&self, place: u32, record: &Exception, evidence: &Evidence, finding: &Finding) -> Result<(), String> {
        if let Some(why) = self.barred.get(place as usize).and_then(Option::as_ref) {
            return Err(why.clone());
        }
        if !record.kind.is_of(finding.category) {
            return Err(format!("{} is said of no {} finding", record.kind.word(), finding.category.word()));
        }
        if let Some(until) = record.until.iter().find(|until| came_true(evidence, finding, **until)) {
            return Err(match until {
                Until::FixAvailable => "it held until there was a fix, and there is one".to_owned(),
                Until::Kev => "it held until the vulnerability was exploited, and it is".to_owned(),
                Until::Reachable => "it held until the vulnerable code could be reached, and it can".to_owned(),
            });
        }
        Ok(())
    }

    /// The action below which the limits let a record go for findings of a severity, or why they do not admit it.
    fn limit(&self, place: u32, record: &Exception, severity: Severity) -> Result<Action, String> {
        let renewals = self.renewals.get(place as usize).copied().unwrap_or(u32::MAX);
        match (record.kind, &self.policy.exceptions.emergency) {
            (ExceptionType::Emergency, Some(emergency)) => {
                if severity > emergency.severity_at_most {
                    return Err(format!("an emergency covers {} findings at most", emergency.severity_at_most.word()));
                }
                Ok(limits::floor_of_emergency(&self.policy.exceptions, severity))
            }
            (ExceptionType::Emergency, None) => Err("the policy lets nobody declare an emergency".to_owned()),
            (_, _) => limits::floor(&self.policy.exceptions, record, renewals, severity),
        }
    }
}

/// Whether what ends an exception is known of a finding. What nobody tells has not come true.
fn came_true(evidence: &Evidence, finding: &Finding, until: Until) -> bool {
    let detail = evidence.detail(finding).copied().unwrap_or_default();
    let fact = match until {
        Until::FixAvailable => detail.fix_available,
        Until::Kev => detail.kev,
        Until::Reachable => detail.reachable,
    };
    fact == Some(true)
}

/// Why a record holds for no finding of the run.
fn barred(policy: &Policy, record: &Exception, subject: &Subject, today: Date) -> Option<String> {
    if record.expires < today {
        return Some(format!("expired {} ago", days(days_between(record.expires, today))));
    }
    if let Some(why) = out_of_scope(&record.scope, subject) {
        return Some(format!("out of scope: {why}"));
    }
    let Some(accountable) = &record.accountable else { return Some("nobody answers for it".to_owned()) };
    let holders = policy.exceptions.roles.get(&accountable.role).map_or(&[][..], Vec::as_slice);
    let holds = holders.contains(&accountable.email);
    (!holds).then(|| format!("{} does not hold the role {}", accountable.email, accountable.role))
}

/// What of the run is not as the scope says. What is not known never is.
fn out_of_scope(scope: &Scope, subject: &Subject) -> Option<String> {
    let out = |what: &str, asked: bool, fact: &Option<Fact>, holds: &dyn Fn(&str) -> bool| match fact {
        _ if !asked => None,
        Some(fact) if holds(&fact.value) => None,
        Some(fact) => Some(format!("{what} is {}", fact.value)),
        None => Some(format!("{what} is not known")),
    };
    let named = |list: &[String], value: &str| list.iter().any(|known| known == value);
    let same_repository = |value: &str| scope.repositories.iter().any(|known| origin::canonical(known) == origin::canonical(value));
    out("service", !scope.services.is_empty(), &subject.service, &|value| named(&scope.services, value))
        .or_else(|| out("repository", !scope.repositories.is_empty(), &subject.repository, &same_repository))
        .or_else(|| out("stage", !scope.stages.is_empty(), &subject.stage, &|value| named(&scope.stages, value)))
        .or_else(|| {
            out("branch", !scope.branches.is_empty(), &subject.branch, &|value| scope.branches.iter().any(|glob| glob.matches(value)))
        })
        .or_else(|| {
            out("release", !scope.releases.is_empty(), &subject.release, &|value| scope.releases.iter().any(|glob| glob.matches(value)))
        })
}

/// How often each record was renewed. The same match, approved before under another id, makes the later approval a renewal; one that
/// was taken back since had been approved all the same.
fn renewals(exceptions: &Exceptions) -> Vec<u32> {
    let own = |record: &Exception| u32::try_from(record.renewals.len()).unwrap_or(u32::MAX);
    let mut counts: Vec<u32> = exceptions.records.iter().map(own).collect();
    let approved =
        exceptions.records.iter().enumerate().filter(|(_, record)| record.status != Status::Proposed && record.approved.is_some());
    let mut approved: Vec<(usize, &Exception)> = approved.collect();
    approved.order_by_key(|(_, record)| (record.approved, record.expires, &record.id));
    let mut before: HashMap<_, u32> = HashMap::new();
    for (place, record) in approved {
        let earlier = before.entry(record.matches.key()).or_default();
        counts.get_mut(place).into_iter().for_each(|count| *count = count.saturating_add(*earlier));
        *earlier = earlier.saturating_add(own(record)).saturating_add(1);
    }
    counts
}

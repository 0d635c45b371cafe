//! What each exception has to do with one finding: those that hold, those that nearly do, and the one that comes nearest of the others.

use std::cmp::Reverse;

use super::admission::Bar;
use super::index::{Met, component, has_id, is_below, is_rule, meets};
use crate::base::date::date_of;
use crate::base::order::Order as _;
use crate::decide::Run;
use crate::model::decision::Decision;
use crate::model::exception::{Exception, Match, Status};
use crate::model::explanation::{ExceptionOutcome, ExceptionTried};
use crate::model::finding::{Evidence, Finding, State};
use crate::model::policy::{Action, Policy};
use crate::model::report::Report;

/// Holds the exceptions of a run against a finding that was decided. What was noted of it when it was decided is repeated; of the rest
/// it is asked again.
pub(in crate::decide) fn considered(
    report: &Report,
    policy: &Policy,
    run: &Run,
    finding: &Finding,
    decision: &Decision,
) -> Vec<ExceptionTried> {
    let (evidence, exceptions) = (&report.evidence, &report.exceptions);
    let noted = report.noted(decision);
    let bar = Bar::of(policy, exceptions, run, date_of(run.now));
    let fired = report.fired.get(decision.fired);
    let mut near = Vec::new();
    let mut others = Vec::new();
    for (place, record) in (0..).zip(&exceptions.records) {
        let applied = noted.is_some_and(|noted| noted.applied.contains(&place));
        let missed = noted.and_then(|noted| noted.missed.iter().find(|miss| miss.exception == place));
        let outcome = match (missed, meets(evidence, finding, record)) {
            _ if applied => ExceptionOutcome::Applied,
            (Some(miss), _) => ExceptionOutcome::NearMiss(miss.why.clone()),
            (None, Some(_)) if record.status != Status::Approved => ExceptionOutcome::NearMiss(format!("it is {}", record.status.word())),
            (None, Some(Met::Nearly(why))) => ExceptionOutcome::NearMiss(why),
            (None, Some(Met::Whole)) => {
                let why = nothing_to_lower(finding, decision)
                    .map(str::to_owned)
                    .or_else(|| bar.floor(place, record, evidence, finding, decision, fired).err());
                ExceptionOutcome::NearMiss(why.unwrap_or_else(|| "others nearly hold as well, more than are told".to_owned()))
            }
            (None, None) => {
                others.extend(difference(evidence, finding, record).map(|difference| (place, record, difference)));
                continue;
            }
        };
        near.push((record, ExceptionTried { exception: place, outcome }));
    }
    near.order_by_key(|(record, tried)| (tried.outcome != ExceptionOutcome::Applied, &record.id));
    let nearest = others.into_iter().min_by_key(|(_, record, Difference { same, differing, .. })| (Reverse(*same), *differing, &record.id));
    let nearest =
        nearest.map(|(exception, _, Difference { first, .. })| ExceptionTried { exception, outcome: ExceptionOutcome::Nearest(first) });
    near.into_iter().map(|(_, tried)| tried).chain(nearest).collect()
}

/// Why no exception can do anything about a finding.
fn nothing_to_lower(finding: &Finding, decision: &Decision) -> Option<&'static str> {
    match finding.state {
        State::Pass => Some("the tool says that there is nothing to fix"),
        State::Open if decision.without_exceptions == Action::Pass => Some("nothing is to be lowered: the finding passes without it"),
        State::Open => None,
    }
}

/// How far a record is from a finding that it does not match.
struct Difference {
    /// How many of what it names are the finding's: vulnerability, fingerprint, check, component.
    same: usize,
    /// How much is not.
    differing: usize,
    /// What differs first.
    first: String,
}

/// `None` where the record and the finding have nothing in common.
fn difference(evidence: &Evidence, finding: &Finding, record: &Exception) -> Option<Difference> {
    let Match { vulnerability, fingerprint, rule_id, package, paths, .. } = &record.matches;
    let ids = || texts(evidence, evidence.words.get(finding.ids).iter().copied());
    let named = [
        vulnerability.as_ref().map(|id| (has_id(evidence, finding, id), format!("it is about {id}, and the finding is {}", ids()))),
        fingerprint.map(|key| {
            let known = evidence.fingerprints.get(finding.fingerprints).contains(&key);
            (known, format!("it is about the fingerprint {key}, which is not the finding's"))
        }),
        rule_id.as_ref().map(|rule| {
            let own = texts(evidence, evidence.rule(finding).and_then(|rule| rule.rule_id).into_iter());
            (is_rule(evidence, finding, rule), format!("it is about the check {rule}, and the finding's is {own}"))
        }),
        package.as_ref().map(|package| {
            let own = component(evidence, finding);
            (own == Some(package), format!("it is about {package}, and the finding is in {}", own.unwrap_or("no component")))
        }),
    ];
    let same = named.iter().flatten().filter(|(holds, _)| *holds).count();
    let path = evidence.location(finding).and_then(|place| place.path).map(|path| evidence.text(path).as_data());
    let is_elsewhere = !paths.is_empty() && !path.is_some_and(|path| is_below(paths, path));
    let elsewhere = is_elsewhere.then(|| {
        let globs: Vec<&str> = paths.iter().map(crate::base::pattern::Glob::as_str).collect();
        format!("it is about {}, and the finding is in {}", globs.join(" or "), path.unwrap_or("no file"))
    });
    let differing: Vec<String> = named.into_iter().flatten().filter(|(holds, _)| !holds).map(|(_, why)| why).chain(elsewhere).collect();
    let count = differing.len();
    let first = differing.into_iter().next().filter(|_| same > 0)?;
    Some(Difference { same, differing: count, first })
}

fn texts(evidence: &Evidence, texts: impl Iterator<Item = crate::base::text::Text>) -> String {
    let all: Vec<&str> = texts.map(|text| evidence.text(text).as_data()).collect();
    if all.is_empty() { "none that has a name".to_owned() } else { all.join(", ") }
}

//! Exceptions, applied: which records match which findings, which of those hold, and what is left to do.
//!
//! 1. **The index answers with the records that match a finding** ([`index`]), or would but for the version.
//! 2. **Each holds for it or says why not** ([`admission`]): its day, its scope, its people, the limits of every layer, the rules that
//!    fired. Those that do not are told beside the finding.
//! 3. **Findings are covered in the order of reports**, so that a record that covers too many covers the gravest. A finding of several
//!    vulnerabilities is covered when each of them is.
//!
//! A finding is changed by no record that does not match it, and neither the order of the records nor that of their files matters.

mod admission;
mod considered;
mod cover;
mod grace;
mod index;
mod limits;
mod review;
mod standing;

#[cfg(test)]
#[path = "../../benches/exceptions.rs"]
mod bench;
#[cfg(test)]
pub(super) mod laws;
#[cfg(test)]
pub(super) mod sample;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use hashbrown::HashMap;

use crate::base::date::date_of;
use crate::base::order::Order as _;
use crate::decide::due::Grace;
use crate::decide::matching::Judge;
use crate::decide::{Judged, Run, order};
use crate::model::decision::{Decision, NearMiss, Noted, Synthetic};
use crate::model::decisions::Decisions;
use crate::model::exception::{Exception, Exceptions, Status};
use crate::model::finding::{Evidence, Finding, State};
use crate::model::policy::{Action, Policy};
use crate::model::problem::{Problem, Weight};
use crate::model::standing::Standing;

use admission::Bar;
pub(super) use considered::considered;
pub(super) use cover::cves;
use cover::{Cover, Offer};
use index::{Index, Met};

/// So many near misses are told beside a finding; the rest of them says nothing new.
const NEAR_MISSES: usize = 8;

/// What the exceptions came to.
#[derive(Default)]
pub struct Excepted {
    /// What they have to do with the findings that they match.
    pub noted: Vec<Noted>,
    /// What each came to, in the order of the records.
    pub standings: Vec<Standing>,
    /// What is dangerous about them.
    pub problems: Vec<Problem>,
    /// Emergencies that nobody looked at afterwards.
    pub synthetics: Vec<Synthetic>,
}

/// Which records match which findings, and what follows from that before any rule is tried.
#[derive(Default)]
pub struct Matched {
    /// By the place of the finding.
    met: BTreeMap<u32, Vec<(u32, Met)>>,
    /// The due dates that are put off, by the place of the finding.
    pub(super) graces: HashMap<u32, Grace>,
}

/// Finds the records that match findings.
#[must_use]
pub fn matched(evidence: &Evidence, policy: &Policy, exceptions: &Exceptions, run: &Run) -> Matched {
    if exceptions.records.is_empty() {
        return Matched::default();
    }
    let mut index = Index::of(exceptions, evidence);
    let met = (0..).zip(evidence.findings.iter()).map(|(place, finding)| (place, index.matching(finding)));
    let met: BTreeMap<_, _> = met.filter(|(_, met)| !met.is_empty()).collect();
    let graces = policy.due.as_ref().map_or_else(HashMap::new, |_| {
        let bar = Bar::of(policy, exceptions, run, date_of(run.now));
        grace::graces(evidence, policy, exceptions, run, &bar, &met)
    });
    Matched { met, graces }
}

/// Applies the exceptions that match findings to what was decided without them.
#[must_use]
pub fn except(
    evidence: &Evidence,
    policy: &Policy,
    exceptions: &Exceptions,
    run: &Run,
    matched: &Matched,
    judged: &mut Judged,
) -> Excepted {
    if exceptions.records.is_empty() {
        return Excepted::default();
    }
    let today = date_of(run.now);
    let mut phase = Phase {
        evidence,
        policy,
        exceptions,
        matched,
        bar: Bar::of(policy, exceptions, run, today),
        tally: vec![Tally::default(); exceptions.records.len()],
        judge: None,
        run,
    };
    let touched = phase.touched(judged);
    let noted = phase.cover(touched, &mut judged.decisions);
    let (problems, synthetics) = (standing::problems(&phase, today), review::missing(policy, exceptions, today));
    let standings = standing::all(&phase, today);
    Excepted { noted, standings, problems, synthetics }
}

/// What one record came to so far.
#[derive(Clone, Copy, Default)]
struct Tally {
    /// The findings that it matches.
    matched: u32,
    /// Those that it holds for.
    held: u32,
    /// Those of them whose action it may lower.
    covered: u32,
    /// Those that are too many for it.
    over: u32,
}

/// What the records say to one finding.
#[derive(Default)]
struct Touched {
    offers: Vec<Offer>,
    missed: Vec<NearMiss>,
}

struct Phase<'a> {
    evidence: &'a Evidence,
    policy: &'a Policy,
    exceptions: &'a Exceptions,
    matched: &'a Matched,
    bar: Bar<'a>,
    tally: Vec<Tally>,
    /// For the action at another severity; made when it is first asked for.
    judge: Option<Judge<'a>>,
    run: &'a Run<'a>,
}

impl Phase<'_> {
    fn record(&self, place: u32) -> Option<&Exception> {
        self.exceptions.records.get(place as usize)
    }

    fn count(&mut self, place: u32, add: impl Fn(&mut Tally)) {
        self.tally.get_mut(place as usize).into_iter().for_each(add);
    }

    /// What the records say to each finding that any of them matches.
    fn touched(&mut self, judged: &Judged) -> BTreeMap<u32, Touched> {
        let (matched, mut touched) = (self.matched, BTreeMap::new());
        for (&place, met) in &matched.met {
            // Where a tool found nothing wrong there is nothing to except.
            let finding = self.evidence.findings.get(place as usize).filter(|finding| finding.state == State::Open);
            if let Some((finding, decision)) = finding.zip(judged.decisions.get(place as usize)) {
                touched.insert(place, self.touch(judged, place, finding, decision, met));
            }
        }
        touched.retain(|_, told: &mut Touched| !told.offers.is_empty() || !told.missed.is_empty());
        touched
    }

    fn touch(&mut self, judged: &Judged, at: u32, finding: &Finding, decision: &Decision, met: &[(u32, Met)]) -> Touched {
        let mut touched = Touched::default();
        let can_be_lowered = decision.without_exceptions > Action::Pass;
        for &(place, ref met) in met {
            let Some(record) = self.exceptions.records.get(place as usize) else { continue };
            // One that matches but for the version or a second place is a near miss, not unused.
            self.count(place, |tally| tally.matched += 1);
            if record.status != Status::Approved {
                continue;
            }
            let admitted = match met {
                Met::Whole => self.admit(judged, place, record, (at, finding), decision),
                Met::Nearly(why) => Err(why.clone()),
            };
            match admitted {
                Ok(action) if can_be_lowered => touched.offers.push(Offer { exception: place, action }),
                Ok(_) => self.count(place, |tally| tally.held += 1),
                Err(why) if can_be_lowered => touched.missed.push(NearMiss { exception: place, why }),
                Err(_) => {}
            }
        }
        touched
    }

    /// The action that a record leaves, or why it does not hold.
    fn admit(
        &mut self,
        judged: &Judged,
        place: u32,
        record: &Exception,
        (at, finding): (u32, &Finding),
        decision: &Decision,
    ) -> Result<Action, String> {
        let fired = judged.fired.get(decision.fired);
        let floor = self.bar.floor(place, record, self.evidence, finding, decision, fired)?;
        let raw = decision.without_exceptions;
        if floor >= raw && record.effect < raw {
            return Err(format!("no exception lowers {} findings below {}", decision.severity.word(), floor.word()));
        }
        let judged_as = match record.residual_severity {
            Some(severity) => {
                let judge = self.judge.get_or_insert_with(|| Judge::with(self.evidence, self.policy, self.run, self.matched));
                judge.action_as(at, finding, severity)
            }
            None => raw,
        };
        Ok(raw.min(floor.max(judged_as.min(record.effect))))
    }

    /// Covers the findings, in the order of reports.
    fn cover(&mut self, mut touched: BTreeMap<u32, Touched>, decisions: &mut Decisions) -> Vec<Noted> {
        let mut noted = Vec::new();
        for place in order::sorted(self.evidence, decisions, touched.keys().copied()) {
            let (Some(told), Some(finding)) = (touched.remove(&place), self.evidence.findings.get(place as usize)) else { continue };
            let (note, action) = self.settle(finding, told);
            let Some(&decision) = decisions.get(place as usize) else { continue };
            let (action, at) = (action.unwrap_or(decision.action), u32::try_from(noted.len()).ok());
            decisions.set(place as usize, Decision { action, noted: at, ..decision });
            noted.push(note);
        }
        noted
    }

    /// What is noted of a finding, and the action that is left if it is covered.
    fn settle(&mut self, finding: &Finding, told: Touched) -> (Noted, Option<Action>) {
        let Touched { offers, mut missed } = told;
        let (mut within, mut over) = (Vec::new(), Vec::new());
        for offer in offers {
            let most = self.record(offer.exception).map_or(0, |record| record.max_findings);
            let tally = self.tally.get(offer.exception as usize).copied().unwrap_or_default();
            if tally.covered < most { within.push(offer) } else { over.push((offer, most)) }
        }
        for (offer, most) in over {
            self.count(offer.exception, |tally| tally.over += 1);
            missed.push(NearMiss { exception: offer.exception, why: format!("it covers {most} other findings, as many as it may") });
        }
        // Whether the others suffice is nothing to this one: it would change findings that those do not match.
        for offer in &within {
            self.count(offer.exception, |tally| tally.covered += 1);
        }
        let Cover { action, applied, missed: not_enough } = cover::cover(self.evidence, self.exceptions, finding, within);
        missed.extend(not_enough);
        for &place in &applied {
            self.count(place, |tally| tally.held += 1);
        }
        missed.order_by_key(|miss| self.exceptions.records.get(miss.exception as usize).map(|record| &record.id));
        missed.truncate(NEAR_MISSES);
        (Noted { applied, missed, ..Noted::default() }, action)
    }

    /// Something about a record, told where it stands.
    fn problem(&self, weight: Weight, code: &'static str, record: &Exception, message: String, help: &str) -> Problem {
        problem(self.exceptions, weight, code, record, message, help)
    }
}

/// Whether a record matches a finding or nearly does.
#[cfg(test)]
pub(super) fn is_met(evidence: &Evidence, finding: &Finding, record: &Exception) -> bool {
    index::meets(evidence, finding, record).is_some()
}

fn problem(exceptions: &Exceptions, weight: Weight, code: &'static str, record: &Exception, message: String, help: &str) -> Problem {
    record.place.problem(&exceptions.files, weight, code, message, help)
}

/// In how many days, or how many days ago.
fn days(number: i64) -> String {
    if number == 1 { "1 day".to_owned() } else { format!("{number} days") }
}

//! The order of findings in reports.

use std::cmp::Ordering;

use crate::base::text::Untrusted;
use crate::model::decisions::Decisions;
use crate::model::finding::{Evidence, Finding};
use crate::model::policy::Action;
use crate::model::severity::Severity;

/// The places of the findings, sorted by action (strictest first), severity (gravest first) and id; what is equal in all of
/// these by what the finding is, so that the order does not depend on the order of the inputs.
#[must_use]
pub fn order(evidence: &Evidence, decisions: &Decisions) -> Vec<u32> {
    sorted(evidence, decisions, (0..).take(decisions.len()))
}

/// Some of them in that order.
pub(super) fn sorted(evidence: &Evidence, decisions: &Decisions, places: impl Iterator<Item = u32>) -> Vec<u32> {
    sorted_by(evidence, places, |place| decisions.get(place as usize).map(|decision| (decision.action, decision.severity)))
}

/// Some findings in the order of reports, had they these actions and severities.
pub(super) fn sorted_by(
    evidence: &Evidence,
    places: impl Iterator<Item = u32>,
    judged: impl Fn(u32) -> Option<(Action, Severity)>,
) -> Vec<u32> {
    // Action, severity and id in one number: most findings differ in it.
    let key = |place: u32| {
        let (finding, (action, severity)) = (evidence.findings.get(place as usize)?, judged(place)?);
        let action = u64::from(u8::MAX - action as u8);
        let severity = u64::from(u8::MAX - severity as u8);
        let id = finding.id.0.iter().fold(0, |id, &byte| id << 8 | u64::from(byte));
        Some((action << 56 | severity << 48 | id, place))
    };
    let mut keys: Vec<(u64, u32)> = places.filter_map(key).collect();
    keys.sort_unstable_by_key(|(key, _)| *key);
    for same in keys.chunk_by_mut(|(a, _), (b, _)| a == b).filter(|same| same.len() > 1) {
        same.sort_unstable_by(|(_, a), (_, b)| by_nature(evidence, *a, *b).then_with(|| a.cmp(b)));
    }
    keys.into_iter().map(|(_, place)| place).collect()
}

fn by_nature(evidence: &Evidence, a: u32, b: u32) -> Ordering {
    let finding = |place: u32| evidence.findings.get(place as usize);
    let (Some(a), Some(b)) = (finding(a), finding(b)) else { return Ordering::Equal };
    let keys = |f: &Finding| evidence.fingerprints.get(f.fingerprints);
    keys(a)
        .cmp(keys(b))
        .then_with(|| place(evidence, a).cmp(&place(evidence, b)))
        .then_with(|| source(evidence, a).cmp(&source(evidence, b)))
}

/// Where the finding is.
fn place<'e>(evidence: &'e Evidence, finding: &Finding) -> (Option<Untrusted<'e>>, Option<u32>) {
    let location = evidence.location(finding).unwrap_or_default();
    (location.path.map(|path| evidence.text(path)), location.start_line.map(std::num::NonZeroU32::get))
}

/// Where it was first seen: the report and the pointer into it.
fn source<'e>(evidence: &'e Evidence, finding: &Finding) -> Option<(&'e str, Untrusted<'e>, u32)> {
    let first = evidence.sightings.get(finding.sightings).first()?;
    let input = evidence.input(evidence.scan(first)?)?;
    Some((&input.path, evidence.text(first.pointer.list), first.pointer.index))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::sample;
    use crate::model::decision::Decision;
    use crate::model::identity::{Category, FindingId};
    use crate::model::location::Location;

    #[test]
    fn action_then_severity_then_id_then_what_the_finding_is() {
        let rows = [
            (Action::Ticket, Some(Severity::Critical), 9, "a"),
            (Action::Block, Some(Severity::Low), 1, "a"),
            (Action::Block, Some(Severity::High), 3, "b"),
            (Action::Block, Some(Severity::High), 3, "a"),
            (Action::Block, None, 2, "a"),
            (Action::Block, Some(Severity::Critical), 8, "a"),
        ];
        let sorted = |rows: &[(Action, Option<Severity>, u8, &'static str)]| -> Vec<_> {
            let mut evidence = Evidence::default();
            sample::scan(&mut evidence, "a.sarif", "t", Category::Sast);
            for &(_, severity, digest, path) in rows {
                sample::finding(&mut evidence, Category::Sast, severity, digest);
                let path = Some(evidence.texts.intern(path));
                let place = evidence.locations.add([Location { path, ..Default::default() }]);
                let last = evidence.findings.len() - 1;
                evidence.findings.get_mut(last).into_iter().for_each(|f| f.locations = place);
            }
            let decisions: Decisions = rows
                .iter()
                .map(|&(action, severity, ..)| Decision { action, severity: severity.unwrap_or(Severity::High), ..Decision::default() })
                .collect();
            let order = order(&evidence, &decisions);
            order.into_iter().filter_map(|i| rows.get(i as usize).copied()).collect()
        };
        let wanted = sorted(&rows).iter().map(|&(_, _, digest, path)| (digest, path)).collect::<Vec<_>>();
        assert_eq!(wanted, [(8, "a"), (2, "a"), (3, "a"), (3, "b"), (1, "a"), (9, "a")]);
        let mut turned = rows;
        turned.reverse();
        assert_eq!(sorted(&turned), sorted(&rows));
    }

    #[test]
    fn the_id_goes_before_the_keys_of_which_a_baseline_may_have_kept_another() {
        let mut evidence = Evidence::default();
        let ids = [[1, 0, 0, 0, 0, 0], [0, 2, 0, 0, 0, 0], [0, 0, 0, 0, 0, 3], [0, 0, 0, 0, 4, 0]];
        for (digest, id) in (0..).zip(ids) {
            sample::finding(&mut evidence, Category::Sast, Some(Severity::High), digest).unwrap().id = FindingId(id);
        }
        let decisions: Decisions = ids.iter().map(|_| Decision::default()).collect();
        assert_eq!(order(&evidence, &decisions), [2, 3, 1, 0]);
    }

    #[test]
    fn what_is_the_same_at_the_same_place_goes_by_its_report() {
        let of = |paths: [&'static str; 2]| {
            let mut evidence = Evidence::default();
            for path in paths {
                sample::scan(&mut evidence, path, "t", Category::Sast);
                sample::finding(&mut evidence, Category::Sast, Some(Severity::High), 1);
            }
            let decisions: Decisions = paths.iter().map(|_| Decision::default()).collect();
            order(&evidence, &decisions)
        };
        assert_eq!((of(["a.sarif", "b.sarif"]), of(["b.sarif", "a.sarif"])), (vec![0, 1], vec![1, 0]));
    }
}

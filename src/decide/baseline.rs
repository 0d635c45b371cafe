//! What the baseline came to: how many of what.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::base::date::date_of;
use crate::base::text::Text;
use crate::model::baseline::{Baseline, BaselineCounts, Entry, EntryId, Proof, Recalled, Standing};
use crate::model::decisions::Decisions;
use crate::model::due::Clock;
use crate::model::finding::{Evidence, State};
use crate::model::policy::{Newness, Place};

/// Counts findings that are new and known, and entries that are gone.
#[must_use]
pub fn baseline_counts(evidence: &Evidence, decisions: &Decisions, gone: &BTreeSet<usize>) -> BaselineCounts {
    let mut counts = BaselineCounts::default();
    let judged = evidence.findings.iter().zip(decisions.iter()).filter(|(finding, _)| finding.state == State::Open);
    for (finding, decision) in judged {
        match evidence.newness(finding) {
            Newness::Existing => counts.existing += 1,
            Newness::New | Newness::Unknown => counts.new += 1,
        }
        counts.moved += u64::from(evidence.entry(finding).and_then(|entry| entry.recalled).is_some_and(|recalled| recalled.moved));
        counts.lowered += u64::from(decision.without_exceptions < decision.if_new);
    }
    let entries = evidence.baseline.iter().flat_map(|baseline| &baseline.entries).enumerate();
    for (place, entry) in entries.filter(|(_, entry)| entry.recalled.is_none()) {
        match entry.standing {
            _ if !gone.contains(&place) => counts.not_scanned += 1,
            Standing::Adopted => counts.gone += 1,
            Standing::Seen => counts.gone_seen += 1,
        }
    }
    counts
}

/// The tools all of whose scans in the run are complete.
fn scanned(evidence: &Evidence) -> BTreeSet<&str> {
    let name = |tool: Text| evidence.text(tool).as_data();
    let broken: BTreeSet<&str> = evidence.scans.iter().filter(|scan| !scan.complete()).map(|scan| name(scan.tool)).collect();
    evidence.scans.iter().map(|scan| name(scan.tool)).filter(|tool| !broken.contains(tool)).collect()
}

/// The entries that a complete scan of their tool does not find any more, by their places.
#[must_use]
pub fn gone(evidence: &Evidence) -> BTreeSet<usize> {
    let scanned = scanned(evidence);
    let is_gone = |entry: &Entry| entry.recalled.is_none() && scanned.contains(evidence.text(entry.tool).as_data());
    let entries = evidence.baseline.iter().flat_map(|baseline| &baseline.entries);
    entries.enumerate().filter(|(_, entry)| is_gone(entry)).map(|(place, _)| place).collect()
}

/// Takes the findings that are called so as adopted on a day, for a test of a policy; the names that none has.
pub fn adopt<'n>(evidence: &mut Evidence, names: &'n [(String, Place)], created: Timestamp) -> Vec<&'n (String, Place)> {
    let mut missing: Vec<&(String, Place)> = names.iter().collect();
    let mut baseline = Baseline { created, ..Baseline::default() };
    for place in 0..evidence.findings.len() {
        let Some(finding) = evidence.findings.get(place).filter(|finding| finding.state == State::Open) else { continue };
        let is_meant = |name: &&(String, Place)| evidence.is_called(finding, &name.0);
        let Some(rule) = evidence.rule(finding).filter(|_| names.iter().any(|name| is_meant(&name))) else { continue };
        missing.retain(|name| !is_meant(name));
        baseline.entries.push(Entry {
            standing: Standing::Adopted,
            id: finding.id,
            keys: baseline.keys.add(evidence.fingerprints.get(finding.fingerprints).iter().copied()),
            tool: rule.tool,
            rule_id: None,
            path: None,
            start_line: None,
            vulnerability: None,
            package: None,
            first_seen: evidence.date(finding, Clock::FirstSeen).unwrap_or_else(|| date_of(created)),
            recalled: Some(Recalled { by: Proof::Nearby, moved: false }),
        });
        let entry = EntryId::at(baseline.entries.len() - 1);
        evidence.findings.get_mut(place).into_iter().for_each(|finding| finding.entry = Some(entry));
    }
    evidence.baseline = Some(baseline).filter(|_| !names.is_empty());
    missing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::exceptions::sample::day;
    use crate::decide::sample;
    use crate::model::decision::Decision;
    use crate::model::finding::Rule;
    use crate::model::identity::{Category, Fingerprint, Scheme};
    use crate::model::policy::Action;
    use crate::model::policy::sample::place;
    use crate::model::severity::Severity;

    const KEY: Fingerprint = Fingerprint { scheme: Scheme::Loc, digest: [1; 16] };

    /// An entry of a tool, and whether a finding of the run was found to be it, and moved.
    fn entry(evidence: &mut Evidence, tool: &str, standing: Standing, recalled: Option<bool>) -> Entry {
        Entry {
            standing,
            id: KEY.into(),
            keys: crate::base::pool::Span::default(),
            tool: evidence.texts.intern(tool),
            rule_id: None,
            path: None,
            start_line: None,
            vulnerability: None,
            package: None,
            first_seen: day("2026-07-01"),
            recalled: recalled.map(|moved| Recalled { by: Proof::Nearby, moved }),
        }
    }

    #[test]
    fn only_a_complete_scan_of_its_tool_shows_that_an_entry_is_gone() {
        let mut evidence = Evidence::default();
        for (tool, is_complete) in [("whole", true), ("broken", false), ("partly", true), ("partly", false)] {
            let scan = sample::scan(&mut evidence, "a.sarif", tool, Category::Sast);
            let problem = (!is_complete).then(|| sample::undecided("failed", "a.sarif"));
            if let Some(scan) = scan {
                scan.incomplete_because.extend(problem);
            }
        }
        let rows = [
            ("whole", Standing::Adopted, None),
            ("whole", Standing::Adopted, Some(false)),
            ("broken", Standing::Adopted, None),
            ("partly", Standing::Adopted, None),
            ("absent", Standing::Seen, None),
            ("whole", Standing::Seen, None),
        ];
        let entries = rows.map(|(tool, standing, recalled)| entry(&mut evidence, tool, standing, recalled)).to_vec();
        evidence.baseline = Some(Baseline { entries, ..Baseline::default() });
        let gone = gone(&evidence);
        assert_eq!(gone.iter().copied().collect::<Vec<_>>(), [0, 5]);
        let counts = baseline_counts(&evidence, &Decisions::default(), &gone);
        assert_eq!((counts.gone, counts.gone_seen, counts.not_scanned), (1, 1, 3));
    }

    #[test]
    fn findings_are_counted_as_new_or_known_and_by_what_the_baseline_lowered() {
        let mut evidence = Evidence::default();
        sample::scan(&mut evidence, "a.sarif", "t", Category::Sast);
        for digest in 0..5 {
            sample::finding(&mut evidence, Category::Sast, Some(Severity::High), digest);
        }
        let entries = [(Standing::Adopted, false), (Standing::Adopted, true), (Standing::Seen, false)];
        let entries = entries.map(|(standing, moved)| entry(&mut evidence, "t", standing, Some(moved))).to_vec();
        evidence.baseline = Some(Baseline { entries, ..Baseline::default() });
        for place in 0..3 {
            evidence.findings.get_mut(place).into_iter().for_each(|finding| finding.entry = Some(EntryId::at(place)));
        }
        evidence.findings.get_mut(4).into_iter().for_each(|finding| finding.state = State::Pass);
        let decision = |without_exceptions, if_new| Decision { without_exceptions, if_new, ..Decision::default() };
        let (lowered, same) = (decision(Action::Ticket, Action::Block), decision(Action::Block, Action::Block));
        let counts = baseline_counts(&evidence, &[lowered, same, same, same, lowered].into_iter().collect(), &BTreeSet::new());
        assert_eq!((counts.existing, counts.new, counts.moved, counts.lowered), (2, 2, 1, 1));
        assert_eq!((counts.gone, counts.gone_seen, counts.not_scanned), (0, 0, 0));
    }

    #[test]
    fn what_a_test_of_a_policy_names_is_adopted_and_nothing_else() -> anyhow::Result<()> {
        let created: Timestamp = "2026-07-15T00:00:00Z".parse()?;
        let names = |list: &[&str]| list.iter().map(|name| ((*name).to_owned(), place(4))).collect::<Vec<_>>();
        let mut evidence = Evidence::default();
        sample::scan(&mut evidence, "a.sarif", "t", Category::Sast);
        for id in ["sqli", "xss", "passed"] {
            let (tool, rule_id) = (evidence.texts.intern("t"), Some(evidence.texts.intern(id)));
            evidence.rules.push(Rule { tool, rule_id, title: None });
            let rule = crate::model::finding::RuleId(u32::try_from(evidence.rules.len() - 1)?);
            if let Some(finding) = sample::finding(&mut evidence, Category::Sast, None, 1) {
                finding.rule = rule;
            }
        }
        evidence.findings.get_mut(2).into_iter().for_each(|finding| finding.state = State::Pass);
        let all = names(&["sqli", "none", "passed"]);
        let missing: Vec<_> = adopt(&mut evidence, &all, created).into_iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(missing, ["none", "passed"]);
        let entries: Vec<_> = evidence.findings.iter().map(|finding| finding.entry).collect();
        assert_eq!(entries, [Some(EntryId::at(0)), None, None]);
        let newness: Vec<_> = evidence.findings.iter().map(|finding| evidence.newness(finding)).collect();
        assert_eq!(newness, [Newness::Existing, Newness::New, Newness::New]);
        let seen: Vec<_> = evidence.baseline.iter().flat_map(|baseline| &baseline.entries).map(|entry| entry.first_seen).collect();
        assert_eq!(seen, [day("2026-07-15")]);
        assert_eq!(evidence.baseline.as_ref().map(|baseline| baseline.created), Some(created));
        let nothing = names(&[]);
        assert_eq!(adopt(&mut evidence, &nothing, created).len(), 0);
        assert!(evidence.baseline.is_none(), "where nothing is named there is no baseline");
        Ok(())
    }
}

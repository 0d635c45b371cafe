//! The answer for the whole run, from counts alone.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::decide::Run;
use crate::decide::owners::is_unowned;
use crate::model::decision::{Noted, Outcome, Spent, Synthetic, Verdict};
use crate::model::decisions::Decisions;
use crate::model::finding::{Evidence, State};
use crate::model::identity::Category;
use crate::model::policy::{Action, Budget};
use crate::model::problem::{Problem, Weight};
use crate::model::report::Counts;
use crate::model::severity::Severity;

/// How many of what. Findings that say there is nothing to fix are among the findings, with action pass.
#[must_use]
pub fn counts(evidence: &Evidence, decisions: &Decisions, noted: &[Noted]) -> Counts {
    let mut counts = Counts {
        sightings: evidence.scans.iter().map(|scan| scan.sightings).sum(),
        suppressed: evidence.scans.iter().map(|scan| scan.suppressed).sum(),
        ..Counts::default()
    };
    for (finding, decision) in evidence.findings.iter().zip(decisions.iter()) {
        let results: u64 = evidence.sightings.get(finding.sightings).len() as u64;
        counts.findings += 1;
        counts.merged += results.saturating_sub(1);
        counts.passed += u64::from(finding.state == State::Pass);
        counts.unowned += u64::from(is_unowned(decision));
        let by_vex = decision.noted.and_then(|place| noted.get(place as usize)).is_some_and(|noted| noted.by_vex);
        counts.vex += u64::from(by_vex);
        counts.excepted += u64::from(!by_vex && decision.action < decision.without_exceptions);
        match decision.action {
            Action::Block => counts.block += 1,
            Action::Ticket => counts.ticket += 1,
            Action::Pass => counts.pass += 1,
        }
        let severity = Severity::ALL.iter().position(|s| Some(*s) == finding.severity).unwrap_or(Severity::ALL.len());
        let category = Category::ALL.iter().position(|c| *c == finding.category).unwrap_or(Category::ALL.len());
        counts.by_severity.get_mut(severity).into_iter().for_each(|n| *n += 1);
        counts.by_category.get_mut(category).into_iter().for_each(|n| *n += 1);
    }
    counts
}

/// What blocks, blocks, an emergency that nobody reviewed too; else a gap in the evidence leaves the run undecided; else the strictest
/// action over the findings and the budgets that are exceeded.
///
/// A policy that only observes exits 0, and 2 wherever there is a gap: what it would block may be what nobody looked at. `problems` are those of the whole run; only the undecided ones count, and one that a synthetic finding tells counts once.
#[must_use]
pub fn verdict(
    counts: &Counts,
    budgets: &[(&Budget, &Spent)],
    synthetics: &[Synthetic],
    problems: &[Problem],
    run: &Run,
    configuration_only: bool,
) -> Verdict {
    let told: BTreeSet<&Problem> = synthetics.iter().map(|synthetic| &synthetic.problem).collect();
    let untold = |p: &&Problem| p.weight == Weight::Undecided && !told.contains(p);
    let reviews = synthetics.iter().filter(|synthetic| synthetic.blocks()).count() as u64;
    let gaps = synthetics.len() as u64 - reviews + problems.iter().filter(untold).count() as u64;
    let over = |action: Action| budgets.iter().filter(|(budget, spent)| spent.exceeded && budget.action == action).count() as u64;
    let blocking = counts.block + reviews + over(Action::Block);
    // An exception, and the review of one, could else never be merged.
    let configuration_only = configuration_only && blocking > 0;
    let (blocking, ticket) = if configuration_only { (0, blocking) } else { (blocking, counts.ticket + over(Action::Ticket)) };
    let (outcome, exit_code) = match (blocking, gaps, ticket) {
        (1.., _, _) => (Outcome::Block, 1),
        (0, 1.., _) => (Outcome::Undecided, 2),
        (0, 0, 1..) => (Outcome::Ticket, run.ticket_exit_code),
        (0, 0, 0) => (Outcome::Pass, 0),
    };
    let exit_code = match (run.observed, gaps) {
        (false, _) => exit_code,
        (true, 0) => 0,
        (true, _) => 2,
    };
    let said = reason(counts, budgets, reviews, gaps);
    let reason = if configuration_only {
        format!("the change ships no code but texts of the gate, which what follows does not block: {said}")
    } else {
        said
    };
    Verdict { outcome, reason, configuration_only, enforced: !run.dry_run && !run.observed, exit_code }
}

fn reason(counts: &Counts, budgets: &[(&Budget, &Spent)], reviews: u64, gaps: u64) -> String {
    let phrase = |n: u64, one: &str, many: String| match n {
        0 => None,
        1 => Some(one.to_owned()),
        _ => Some(many),
    };
    let said = [
        phrase(counts.block, "1 finding blocks", format!("{} findings block", counts.block)),
        phrase(counts.ticket, "1 finding gets a ticket", format!("{} findings get a ticket", counts.ticket)),
        exceeded(budgets),
        phrase(reviews, "1 emergency was not reviewed", format!("{reviews} emergencies were not reviewed")),
        phrase(gaps, "the evidence has 1 gap", format!("the evidence has {gaps} gaps")),
    ];
    let said: Vec<String> = said.into_iter().flatten().collect();
    if said.is_empty() { "no finding blocks or gets a ticket, and the evidence is complete".to_owned() } else { said.join(", ") }
}

/// `the budget ticket-debt is exceeded (23 of 20)`, of the strictest of them.
fn exceeded(budgets: &[(&Budget, &Spent)]) -> Option<String> {
    let over = || budgets.iter().filter(|(_, spent)| spent.exceeded);
    let (first, spent) = over().min_by_key(|(budget, _)| (Reverse(budget.action), &budget.id))?;
    let told = format!("the budget {} is exceeded ({} of {})", first.id, spent.count, first.max);
    let more = over().count() - 1;
    Some(if more == 0 { told } else { format!("{told}, and {more} more") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::sample;
    use crate::model::decision::Decision;
    use crate::model::finding::Sighting;
    use crate::model::owner::Owners;
    use crate::model::policy::Counted;
    use crate::model::report::Subject;

    #[test]
    fn the_table_of_verdicts() {
        let gap = || Synthetic { rule_id: "relgate/failed-run", problem: sample::undecided("failed", "a.sarif") };
        let warning = Problem { weight: Weight::Warning, ..sample::undecided("odd", "a.sarif") };
        // block, ticket, synthetics, problems; outcome, exit code, exit code with 3 for tickets
        let table = [
            (0, 0, vec![], vec![], Outcome::Pass, 0, 0),
            (0, 0, vec![], vec![warning], Outcome::Pass, 0, 0),
            (0, 2, vec![], vec![], Outcome::Ticket, 0, 3),
            (1, 2, vec![], vec![], Outcome::Block, 1, 1),
            (0, 0, vec![gap()], vec![], Outcome::Undecided, 2, 2),
            (0, 2, vec![], vec![sample::undecided("bad", "policy")], Outcome::Undecided, 2, 2),
            (1, 0, vec![gap()], vec![], Outcome::Block, 1, 1),
        ];
        let subject = Subject::default();
        for (block, ticket, synthetics, problems, outcome, code, code_of_tickets) in table {
            let counts = Counts { block, ticket, ..Counts::default() };
            for (ticket_exit_code, exit_code) in [(0, code), (3, code_of_tickets)] {
                for dry_run in [false, true] {
                    let run = Run { dry_run, ticket_exit_code, ..sample::run(&subject) };
                    let verdict = verdict(&counts, &[], &synthetics, &problems, &run, false);
                    assert_eq!((verdict.outcome, verdict.exit_code, verdict.enforced), (outcome, exit_code, !dry_run), "{verdict:?}");
                }
            }
        }
    }

    #[test]
    fn what_edits_the_configuration_alone_is_blocked_by_nothing_and_excused_from_nothing_else() {
        let subject = Subject::default();
        let run = Run { ticket_exit_code: 3, ..sample::run(&subject) };
        let of = |block, ticket, problems: &[Problem]| {
            let verdict = verdict(&Counts { block, ticket, ..Counts::default() }, &[], &[], problems, &run, true);
            (verdict.outcome, verdict.exit_code, verdict.configuration_only)
        };
        assert_eq!(of(2, 1, &[]), (Outcome::Ticket, 3, true));
        assert_eq!(of(0, 1, &[]), (Outcome::Ticket, 3, false));
        assert_eq!(of(0, 0, &[]), (Outcome::Pass, 0, false));
        assert_eq!(of(2, 1, &[sample::undecided("bad", "policy")]), (Outcome::Undecided, 2, true));
    }

    #[test]
    fn the_reason_counts_each_gap_once() {
        let subject = Subject::default();
        let run = sample::run(&subject);
        let told = |block, ticket, gaps: &[&str], problems: &[&str]| {
            let problem = |code: &&str| sample::undecided(if *code == "a" { "a" } else { "b" }, "x");
            let synthetics: Vec<_> = gaps.iter().map(|c| Synthetic { rule_id: "relgate/failed-run", problem: problem(c) }).collect();
            let problems: Vec<_> = problems.iter().map(problem).collect();
            verdict(&Counts { block, ticket, ..Counts::default() }, &[], &synthetics, &problems, &run, false).reason
        };
        assert_eq!(told(0, 0, &[], &[]), "no finding blocks or gets a ticket, and the evidence is complete");
        assert_eq!(told(2, 11, &[], &[]), "2 findings block, 11 findings get a ticket");
        assert_eq!(told(1, 1, &["a"], &["a"]), "1 finding blocks, 1 finding gets a ticket, the evidence has 1 gap");
        assert_eq!(told(0, 0, &["a"], &["a", "b"]), "the evidence has 2 gaps");
    }

    #[test]
    fn every_result_is_counted_as_a_finding_or_as_merged() {
        let mut evidence = Evidence::default();
        if let Some(scan) = sample::scan(&mut evidence, "a.sarif", "semgrep", Category::Sast) {
            (scan.sightings, scan.suppressed) = (5, 1);
        }
        sample::finding(&mut evidence, Category::Sast, Some(Severity::High), 1);
        sample::finding(&mut evidence, Category::Secret, None, 2);
        let first = evidence.findings.get(0).and_then(|f| evidence.sightings.get(f.sightings).first().copied());
        let four: Vec<Sighting> = first.into_iter().flat_map(|s| [s; 4]).collect();
        let four = evidence.sightings.add(four);
        evidence.findings.get_mut(0).into_iter().for_each(|f| f.sightings = four);
        evidence.findings.get_mut(1).into_iter().for_each(|f| f.state = State::Pass);
        let decision = |action| Decision { action, ..Decision::default() };
        let counts = counts(&evidence, &[Action::Block, Action::Pass].map(decision).into_iter().collect(), &[]);
        assert_eq!((counts.sightings, counts.merged, counts.findings), (5, 3, 2));
        assert_eq!((counts.suppressed, counts.passed, counts.excepted), (1, 1, 1));
        assert_eq!((counts.block, counts.ticket, counts.pass), (1, 0, 1));
        assert_eq!((counts.by_severity, counts.by_category), ([0, 1, 0, 0, 0, 1], [1, 0, 1, 0, 0, 0, 0, 0, 0]));
    }

    /// What budgets, and how they are spent, come to beside these counts.
    fn with_budgets(counts: Counts, budgets: &[(&str, Action, u64, bool)], configuration_only: bool) -> (Outcome, u8, String) {
        let budgets: Vec<(Budget, Spent)> = budgets
            .iter()
            .map(|&(id, action, count, exceeded)| {
                let place = crate::model::policy::sample::place(1);
                let budget = Budget { id: id.to_owned(), place, counts: Counted::ActiveExceptions, max: 20, action };
                (budget, Spent { count, exceeded, first: Vec::new() })
            })
            .collect();
        let budgets: Vec<(&Budget, &Spent)> = budgets.iter().map(|(budget, spent)| (budget, spent)).collect();
        let subject = Subject::default();
        let run = Run { ticket_exit_code: 3, ..sample::run(&subject) };
        let verdict = verdict(&counts, &budgets, &[], &[], &run, configuration_only);
        (verdict.outcome, verdict.exit_code, verdict.reason)
    }

    #[test]
    fn a_budget_that_is_exceeded_does_what_it_says() {
        let of = |budgets: &[(&str, Action, u64, bool)]| with_budgets(Counts::default(), budgets, false);
        let nothing = "no finding blocks or gets a ticket, and the evidence is complete".to_owned();
        let debt = |action, exceeded| ("debt", action, 23, exceeded);
        assert_eq!(of(&[debt(Action::Block, false)]), (Outcome::Pass, 0, nothing));
        let told = "the budget debt is exceeded (23 of 20)";
        assert_eq!(of(&[debt(Action::Block, true)]), (Outcome::Block, 1, told.to_owned()));
        assert_eq!(of(&[debt(Action::Ticket, true)]), (Outcome::Ticket, 3, told.to_owned()));
        // The strictest is named, and of those the first by its id.
        let several = [
            ("a", Action::Ticket, 21, true),
            ("c", Action::Block, 22, true),
            ("b", Action::Block, 23, true),
            ("0", Action::Block, 9, false),
        ];
        assert_eq!(of(&several), (Outcome::Block, 1, "the budget b is exceeded (23 of 20), and 2 more".to_owned()));
        let ticket = Counts { ticket: 1, ..Counts::default() };
        assert_eq!(with_budgets(ticket, &[debt(Action::Block, true)], false).0, Outcome::Block);
        let block = Counts { block: 1, ..Counts::default() };
        let both = format!("1 finding blocks, {told}");
        assert_eq!(with_budgets(block, &[debt(Action::Ticket, true)], false), (Outcome::Block, 1, both));
        // A change that ships no code but texts of the gate is not blocked by it, and still not passed.
        assert_eq!(with_budgets(Counts::default(), &[debt(Action::Block, true)], true).0, Outcome::Ticket);
    }

    #[test]
    fn an_emergency_that_nobody_reviewed_blocks_and_is_no_gap() {
        let review = || Synthetic { rule_id: Synthetic::MISSING_REVIEW, problem: sample::undecided("missing-review", "e.yaml") };
        let gap = || Synthetic { rule_id: "relgate/failed-run", problem: sample::undecided("failed", "a.sarif") };
        let subject = Subject::default();
        let told = |synthetics: &[Synthetic], configuration_only| {
            let verdict = verdict(&Counts::default(), &[], synthetics, &[], &sample::run(&subject), configuration_only);
            (verdict.outcome, verdict.exit_code, verdict.reason)
        };
        assert_eq!(told(&[review()], false), (Outcome::Block, 1, "1 emergency was not reviewed".to_owned()));
        assert_eq!(told(&[review(), review()], false), (Outcome::Block, 1, "2 emergencies were not reviewed".to_owned()));
        let both = "1 emergency was not reviewed, the evidence has 1 gap".to_owned();
        assert_eq!(told(&[review(), gap()], false), (Outcome::Block, 1, both));
        assert_eq!(told(&[review()], true).0, Outcome::Ticket);
    }

    #[test]
    fn a_policy_that_only_observes_stops_nothing_but_where_there_is_a_gap() {
        let subject = Subject::default();
        let run = Run { observed: true, ticket_exit_code: 3, ..sample::run(&subject) };
        let told = |block, ticket, problems: &[Problem]| {
            let verdict = verdict(&Counts { block, ticket, ..Counts::default() }, &[], &[], problems, &run, false);
            assert!(!verdict.enforced);
            (verdict.outcome, verdict.exit_code)
        };
        assert_eq!(told(1, 1, &[]), (Outcome::Block, 0));
        assert_eq!(told(0, 1, &[]), (Outcome::Ticket, 0));
        assert_eq!(told(0, 0, &[]), (Outcome::Pass, 0));
        assert_eq!(told(0, 1, &[sample::undecided("bad", "policy")]), (Outcome::Undecided, 2));
        assert_eq!(told(1, 1, &[sample::undecided("bad", "a.sarif")]), (Outcome::Block, 2));
    }

    #[test]
    fn what_is_lowered_is_counted_by_who_lowered_it() {
        let mut evidence = Evidence::default();
        sample::scan(&mut evidence, "a.sarif", "semgrep", Category::Sast);
        for digest in 1..=4 {
            sample::finding(&mut evidence, Category::Sast, Some(Severity::High), digest);
        }
        let lowered = |noted| Decision { action: Action::Ticket, noted, ..Decision::default() };
        let noted = [Noted { by_vex: true, ..Noted::default() }, Noted::default()];
        let kept = Decision { action: Action::Block, noted: Some(1), owners: Some(Owners::NOBODY), ..Decision::default() };
        let passed =
            Decision { action: Action::Pass, without_exceptions: Action::Pass, owners: Some(Owners::NOBODY), ..Decision::default() };
        let counts = counts(&evidence, &[lowered(Some(0)), lowered(Some(1)), kept, passed].into_iter().collect(), &noted);
        assert_eq!((counts.vex, counts.excepted, counts.unowned, counts.passed), (1, 1, 1, 0));
        assert_eq!((counts.block, counts.ticket, counts.pass), (1, 2, 1));
        assert_eq!((counts.by_severity, counts.by_category), ([0, 4, 0, 0, 0, 0], [4, 0, 0, 0, 0, 0, 0, 0, 0]));
    }
}

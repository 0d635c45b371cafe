use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;
use crate::decide::exceptions::laws;
use crate::decide::exceptions::sample::{self as records, Row, day, globs};
use crate::decide::sample;
use crate::model::decision::Decision;
use crate::model::exception::{Exception, Exceptions, Match, Status, Versions};
use crate::model::explanation::{ExceptionOutcome, RuleOutcome, Tried};
use crate::model::finding::State;
use crate::model::identity::Category;
use crate::model::policy::{Action, Budget, Condition, Counted, Override, Rule};
use crate::model::raw::Suppression;
use crate::model::severity::Severity;
use crate::model::truth::Truth;

/// Conditions about what the findings of the laws have, and about what nobody tells.
fn condition() -> impl Strategy<Value = Condition> {
    let words = |from: &'static [&'static str]| {
        subsequence(from.to_vec(), 1..=from.len().min(2)).prop_map(|list| list.into_iter().map(str::to_owned).collect())
    };
    let leaf = prop_oneof![
        Just(Condition::Category(vec![Category::Sca])),
        subsequence(Severity::ALL.to_vec(), 1..4).prop_map(Condition::Severity),
        any::<bool>().prop_map(Condition::Kev),
        any::<bool>().prop_map(Condition::FixAvailable),
        any::<bool>().prop_map(Condition::InChange),
        any::<bool>().prop_map(Condition::Overdue),
        words(&["CVE-1", "CVE-2", "GHSA-1"]).prop_map(Condition::Vulnerability),
        words(&["release", "dev"]).prop_map(Condition::Stage),
        words(&["semgrep"]).prop_map(Condition::Tool),
        Just(Condition::Suppressed(vec![Suppression::None])),
        subsequence(vec!["src/**", "**/a.py", "lib/*"], 1..=2).prop_map(|list| Condition::Path(globs(&list))),
        Just(Condition::Package(globs(&["pkg:npm/a"]))),
        Just(Condition::RuleId(globs(&["sqli", "x*"]))),
    ];
    leaf.prop_recursive(3, 12, 3, |part| {
        prop_oneof![
            vec(part.clone(), 0..3).prop_map(Condition::All),
            vec(part.clone(), 0..3).prop_map(Condition::Any),
            part.prop_map(|part| Condition::Not(Box::new(part))),
        ]
    })
}

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    let one = (
        condition(),
        any::<bool>(),
        select(Action::ALL.to_vec()),
        proptest::option::weighted(0.2, select(vec!["2026-07-01", "2026-09-01"])),
    );
    vec(one, 0..6).prop_map(|rules| {
        let rule = |(number, (when, fires_on_unknown, action, from)): (usize, (Condition, bool, Action, Option<&str>))| Rule {
            fires_on_unknown,
            effective_on: from.map(day),
            ..sample::rule(&format!("r{number}"), when, action)
        };
        rules.into_iter().enumerate().map(rule).collect()
    })
}

fn overrides() -> impl Strategy<Value = Vec<Override>> {
    let one = (condition(), select(Severity::ALL.to_vec()), any::<bool>());
    vec(one, 0..3).prop_filter_map("people have addresses", |entries| {
        let entry = |(when, severity, only_raises)| {
            let (place, owner) = (crate::model::policy::sample::place(1), records::person("dana")?);
            Some(Override { place, when, severity, reason: String::new(), owner, only_raises })
        };
        entries.into_iter().map(entry).collect()
    })
}

/// Whether each value is what its parts come to.
fn is_kleene(tried: &Tried<'_>) -> bool {
    let parts = || tried.parts.iter().map(|part| part.truth);
    let holds = if let Condition::All(_) = tried.condition {
        tried.truth == Truth::all(parts())
    } else if let Condition::Any(_) = tried.condition {
        tried.truth == Truth::any(parts())
    } else if let Condition::Not(_) = tried.condition {
        parts().collect::<Vec<_>>() == [!tried.truth]
    } else {
        tried.parts.is_empty() && tried.fact.is_some()
    };
    holds && tried.parts.iter().all(is_kleene)
}

/// What is explained, against what was decided.
fn check(report: &Report) -> Result<(), TestCaseError> {
    for (place, (finding, decision)) in (0..).zip(report.evidence.findings.iter().zip(report.decisions.iter())) {
        let Some(explanation) = explain(report, place) else { return Err(TestCaseError::fail("nothing is explained")) };
        let with = |wanted: &dyn Fn(RuleOutcome) -> bool| {
            let mut ids: Vec<&str> =
                explanation.rules.iter().filter(|tried| wanted(tried.outcome)).map(|tried| tried.rule.id.as_str()).collect();
            ids.sort_unstable();
            ids
        };
        let decided = |places| {
            let rules = report.fired.get(places).iter().filter_map(|&rule| report.policy.as_ref()?.rules.get(usize::from(rule)));
            let mut ids: Vec<&str> = rules.map(|rule| rule.id.as_str()).collect();
            ids.sort_unstable();
            ids
        };
        prop_assert_eq!(with(&RuleOutcome::fires), decided(decision.fired));
        prop_assert_eq!(with(&|outcome| matches!(outcome, RuleOutcome::Later(_))), decided(decision.later));
        prop_assert!(explanation.rules.iter().all(|tried| is_kleene(&tried.when)));
        prop_assert!(explanation.overrides.iter().all(|tried| is_kleene(&tried.when)));
        prop_assert!(explanation.budgets.iter().all(|tried| is_kleene(&tried.when)));
        let applied: Vec<usize> = (0..).zip(&explanation.overrides).filter(|(_, tried)| tried.applied).map(|(place, _)| place).collect();
        prop_assert_eq!(applied, decision.overridden.map(usize::from).into_iter().collect::<Vec<_>>());
        let strictest = explanation.rules.iter().filter(|tried| tried.outcome.fires()).map(|tried| tried.rule.action).max();
        let action = if explanation.default.counted { Some(explanation.default.action) } else { strictest };
        prop_assert_eq!(action, Some(explanation.without_exceptions));

        let noted = report.noted(decision).cloned().unwrap_or_default();
        for tried in &explanation.considered {
            let Some(record) = report.exceptions.records.get(tried.exception as usize) else { continue };
            let matched = crate::decide::exceptions::is_met(&report.evidence, finding, record);
            let missed = noted.missed.iter().find(|miss| miss.exception == tried.exception).map(|miss| miss.why.as_str());
            match &tried.outcome {
                ExceptionOutcome::Applied => prop_assert!(noted.applied.contains(&tried.exception) && missed.is_none()),
                ExceptionOutcome::NearMiss(why) => {
                    prop_assert!(matched && !noted.applied.contains(&tried.exception));
                    prop_assert!(missed.is_none_or(|missed| missed == why));
                }
                ExceptionOutcome::Nearest(why) => prop_assert!(!matched && !why.is_empty()),
            }
        }
        let told: Vec<u32> = explanation.considered.iter().map(|tried| tried.exception).collect();
        prop_assert!(noted.applied.iter().chain(noted.missed.iter().map(|miss| &miss.exception)).all(|place| told.contains(place)));
    }
    Ok(())
}

proptest! {
    #[test]
    fn what_is_explained_is_what_was_decided(
        rows in laws::rows(),
        rules in rules(),
        overrides in overrides(),
        layered in any::<bool>(),
        default_action in select(Action::ALL.to_vec()),
        stage in proptest::option::of(Just("release")),
    ) {
        let policy = sample::policy(rules, Vec::new());
        let default_over = if layered { policy.rules.len() / 2 } else { policy.rules.len() };
        let policy = Policy { overrides, default_action, default_over, ..policy };
        check(&sample::report(records::evidence(&rows), policy, Exceptions::default(), stage))?;
    }

    #[test]
    fn the_exceptions_that_are_told_are_those_that_were_noted(rows in laws::rows(), all in laws::records()) {
        let exceptions = Exceptions { files: Vec::new(), records: all };
        check(&sample::report(records::evidence(&rows), laws::policy(), exceptions, Some("release")))?;
    }
}

fn row(package: &str) -> Row {
    Row {
        ids: vec!["CVE-1".to_owned(), "GHSA-1".to_owned()],
        package: Some(package.to_owned()),
        versions: vec!["1".to_owned()],
        paths: vec!["src/a.py".to_owned()],
        rule: String::new(),
        severity: Severity::High,
        known: None,
        is_secret: false,
    }
}

/// What the explanation says of exceptions that match so.
fn told(all: Vec<(&str, Match)>) -> Vec<(String, &'static str, String)> {
    let record = |(id, matches): (&str, Match)| Some(Exception { matches, ..records::record(id)? });
    let exceptions = Exceptions { files: Vec::new(), records: all.into_iter().filter_map(record).collect() };
    let report = sample::report(records::evidence(&[row("pkg:npm/a")]), records::policy(), exceptions, None);
    let considered = explain(&report, 0).map(|explanation| explanation.considered).unwrap_or_default();
    let one = |tried: crate::model::explanation::ExceptionTried| {
        let id = report.exceptions.records.get(tried.exception as usize).map(|record| record.id.clone());
        (id.unwrap_or_default(), tried.outcome.word(), tried.outcome.why().unwrap_or_default().to_owned())
    };
    considered.into_iter().map(one).collect()
}

#[test]
fn the_nearest_exception_shares_most_and_says_what_differs_first() {
    let about = |vulnerability: &str, package: Option<&str>, paths: &[&str]| Match {
        vulnerability: Some(vulnerability.to_owned()),
        fingerprint: None,
        rule_id: None,
        package: package.map(str::to_owned),
        versions: Versions::Any,
        paths: globs(paths),
    };
    let other_component = ("EXC-1", about("GHSA-1", Some("pkg:npm/b"), &[]));
    let other_vulnerability = ("EXC-2", about("CVE-9", Some("pkg:npm/a"), &["lib/**"]));
    let other_file = ("EXC-3", about("CVE-1", Some("pkg:npm/a"), &["lib/**"]));
    let nothing = ("EXC-4", about("CVE-9", Some("pkg:npm/b"), &[]));
    let holds = ("EXC-5", about("CVE-1", None, &[]));
    let text = |id: &str, word, why: &str| (id.to_owned(), word, why.to_owned());
    assert_eq!(told(vec![nothing.clone()]), []);
    assert_eq!(
        told(vec![nothing.clone(), other_vulnerability.clone(), other_component.clone()]),
        [text("EXC-1", "nearest", "it is about pkg:npm/b, and the finding is in pkg:npm/a")]
    );
    assert_eq!(told(vec![other_vulnerability.clone()]), [text("EXC-2", "nearest", "it is about CVE-9, and the finding is CVE-1, GHSA-1")]);
    // One that names no files differs in none.
    let elsewhere = ("EXC-1", about("CVE-1", Some("pkg:npm/b"), &["lib/**"]));
    let anywhere = ("EXC-2", about("GHSA-1", Some("pkg:npm/b"), &[]));
    assert_eq!(told(vec![elsewhere, anywhere]), [text("EXC-2", "nearest", "it is about pkg:npm/b, and the finding is in pkg:npm/a")]);
    assert_eq!(
        told(vec![other_vulnerability, other_component, other_file, holds]),
        [text("EXC-5", "applied", ""), text("EXC-3", "nearest", "it is about lib/**, and the finding is in src/a.py")]
    );
}

/// What is changed of a record.
type Change<'c> = &'c dyn Fn(&mut Exception);

/// What the explanation says of changed records about one finding.
fn outcomes(row: Row, state: State, changes: &[(&str, Change<'_>)]) -> Vec<String> {
    let records = changes.iter().filter_map(|(id, change)| {
        let mut record = records::of_vulnerability(id, "CVE-1")?;
        change(&mut record);
        Some(record)
    });
    let exceptions = Exceptions { files: Vec::new(), records: records.collect() };
    let mut evidence = records::evidence(&[row]);
    evidence.findings.get_mut(0).into_iter().for_each(|finding| finding.state = state);
    let report = sample::report(evidence, records::policy(), exceptions, None);
    let considered = explain(&report, 0).map(|explanation| explanation.considered).unwrap_or_default();
    let id = |place: u32| report.exceptions.records.get(place as usize).map_or("", |record| record.id.as_str());
    considered
        .iter()
        .map(|tried| format!("{} {} {}", id(tried.exception), tried.outcome.word(), tried.outcome.why().unwrap_or_default()))
        .collect()
}

#[test]
fn a_record_that_is_about_a_finding_and_does_not_hold_says_why() {
    let high = || row("pkg:npm/a");
    let one = |change: Change<'_>| outcomes(high(), State::Open, &[("EXC-1", change)]);
    assert_eq!(one(&|_| {}), ["EXC-1 applied "]);
    assert_eq!(one(&|record| record.status = Status::Proposed), ["EXC-1 near_miss it is proposed"]);
    assert_eq!(one(&|record| record.status = Status::Revoked), ["EXC-1 near_miss it is revoked"]);
    let other_version = |record: &mut Exception| record.matches.versions = Versions::These(vec!["2".to_owned()]);
    assert_eq!(one(&other_version), ["EXC-1 near_miss another version: 1"]);
    let expired = |record: &mut Exception| record.expires = day("2026-07-31");
    assert_eq!(one(&expired), ["EXC-1 near_miss expired 1 day ago"]);
    // Those that hold come first. The same match once more would be a renewal: this one is about more paths.
    let elsewhere = |record: &mut Exception| (record.expires, record.matches.paths) = (day("2026-07-31"), globs(&["src/a.py", "b"]));
    let both = outcomes(high(), State::Open, &[("A", &elsewhere), ("B", &|_| {})]);
    assert_eq!(both, ["B applied ", "A near_miss expired 1 day ago"]);
    // Where nothing is to be lowered, that is why, whatever else is the matter with the record.
    let low = Row { severity: Severity::Low, ..high() };
    assert_eq!(
        outcomes(low, State::Open, &[("EXC-1", &|_| {})]),
        ["EXC-1 near_miss nothing is to be lowered: the finding passes without it"]
    );
    assert_eq!(outcomes(high(), State::Pass, &[("EXC-1", &expired)]), ["EXC-1 near_miss the tool says that there is nothing to fix"]);
}

#[test]
fn of_more_near_misses_than_are_noted_each_says_why() {
    let ids = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"];
    let expired = |record: &mut Exception| record.expires = day("2026-07-31");
    let all: Vec<(&str, Change<'_>)> = ids.iter().map(|id| (*id, &expired as Change<'_>)).collect();
    let wanted = ids.map(|id| format!("{id} near_miss expired 1 day ago"));
    assert_eq!(outcomes(row("pkg:npm/a"), State::Open, &all), wanted);
}

#[test]
fn what_there_is_nothing_to_fix_about_and_what_an_exception_lets_pass_is_in_no_budget() {
    let told = |severity, state, action| {
        let (id, place, counts) = ("b".to_owned(), crate::model::policy::sample::place(6), Counted::Findings(Condition::All(Vec::new())));
        let budgets = vec![Budget { id, place, counts, max: 0, action: Action::Block }];
        let mut evidence = records::evidence(&[Row { severity, ..row("pkg:npm/a") }]);
        evidence.findings.get_mut(0).into_iter().for_each(|finding| finding.state = state);
        let mut report = sample::report(evidence, Policy { budgets, ..records::policy() }, Exceptions::default(), None);
        report.decisions = report.decisions.iter().map(|decision| Decision { action, ..*decision }).collect();
        let told = explain(&report, 0);
        told.map(|told| (told.rules.len(), told.default.counted, told.budgets.iter().map(|tried| tried.counted).collect::<Vec<_>>()))
    };
    assert_eq!(told(Severity::High, State::Open, Action::Block), Some((2, false, vec![true])));
    assert_eq!(told(Severity::High, State::Open, Action::Pass), Some((2, false, vec![false])), "an exception lets it pass");
    assert_eq!(told(Severity::Low, State::Open, Action::Pass), Some((2, true, vec![true])), "it passes anyway");
    assert_eq!(told(Severity::Low, State::Pass, Action::Pass), Some((0, false, vec![false])));
}

use crate::decide::due::Grace;
use crate::decide::exceptions::sample::day;
use crate::decide::facts::*;
use crate::decide::sample;
use crate::model::due::{Clock, Days, Due};
use crate::model::finding::Detail;
use crate::model::policy::Condition;
use crate::model::policy::sample::place;
use crate::model::raw::DetailId;
use crate::model::report::Subject as Judged;

/// A finding that was first seen on this day.
fn seen(first_seen: Option<&str>) -> Evidence {
    let mut evidence = Evidence::default();
    sample::finding(&mut evidence, Category::Sast, Some(Severity::High), 1);
    evidence.details.push(Detail { first_seen: first_seen.map(day), ..Detail::default() });
    evidence.findings.iter_mut().for_each(|finding| finding.detail = Some(DetailId::at(0)));
    evidence
}

#[test]
fn a_finding_is_older_than_each_age_that_is_over() {
    // The run is on 2026-08-01.
    let ages = [Condition::Age(72), Condition::Age(24), Condition::Age(48), Condition::Age(24)];
    let (yes, no) = (Truth::True, Truth::False);
    for (first_seen, over) in [
        (Some("2026-08-01"), [no, no, no, no]),
        (Some("2026-07-31"), [no, no, no, no]),
        (Some("2026-07-30"), [no, yes, no, yes]),
        (Some("2026-07-29"), [no, yes, yes, yes]),
        (Some("2026-07-28"), [yes; 4]),
        (None, [Truth::Unknown; 4]),
    ] {
        let (evidence, policy, subject) = (seen(first_seen), sample::policy(Vec::new(), Vec::new()), Judged::default());
        let run = sample::run(&subject);
        let mut facted = Facted::new(&evidence, &policy, &run);
        let tests: Vec<Test<'_>> = ages.iter().map(|age| facted.test(age)).collect();
        facted.finish();
        let facts = facted.of(0, evidence.findings.get(0).unwrap());
        let told: Vec<Truth> = tests.iter().map(|test| facted.holds(test, &facts, facts.severity, Meets::One)).collect();
        assert_eq!(told, over, "{first_seen:?}");
    }
}

#[test]
fn whether_it_is_overdue_depends_on_its_severity_and_on_what_exceptions_put_off() {
    // Ten days of what is critical, forty of what is high, none of the rest; the finding is a month old.
    let hours = [Some(240), Some(960), None, None, None];
    let own = Days { clock: Clock::FirstSeen, kev_hours: None, hours };
    let policy = Policy { due: Some(Due { place: place(1), own, presets: Vec::new() }), ..sample::policy(Vec::new(), Vec::new()) };
    let (evidence, subject) = (seen(Some("2026-07-01")), Judged::default());
    let run = sample::run(&subject);
    let overdue = |graces: &HashMap<u32, Grace>| {
        let mut facted = Facted::new(&evidence, &policy, &run).with(graces);
        let condition = Condition::Overdue(true);
        let test = facted.test(&condition);
        facted.finish();
        let facts = facted.of(0, evidence.findings.get(0).unwrap());
        Severity::ALL.map(|severity| facted.holds(&test, &facts, severity, Meets::One))
    };
    let grace = |place| HashMap::from([(place, Grace { exception: 0, until: day("2026-08-09") })]);
    let late = [Truth::True, Truth::False, Truth::False, Truth::False, Truth::False];
    assert_eq!(overdue(&HashMap::new()), late);
    assert_eq!(overdue(&grace(0)), [Truth::False; 5]);
    assert_eq!(overdue(&grace(1)), late, "it is another finding that is put off");
}

use super::*;
use crate::base::fault::Position;
use crate::decide::exceptions::sample::day;
use crate::decide::sample;
use crate::model::due::{Adopted, Days, Preset};
use crate::model::intel::Ssvc;
use crate::model::policy::sample::place;
use crate::model::raw::DetailId;
use crate::model::report::Subject;

const NO_DAYS: Days = Days { clock: Clock::FirstSeen, kev_hours: None, hours: [None; 5] };
const WORST: Risk = Risk { kev: true, exposed: true, automatable: true, technical_impact: TechnicalImpact::Total };

/// A schedule of the policy, and that of one preset.
fn due(own: Days, days: Days, table: Vec<DueRow>) -> Due {
    let preset = Preset { id: "p".to_owned(), title: String::new(), source: String::new(), days, table };
    Due { place: place(1), own, presets: vec![Adopted { place: place(2), preset }] }
}

fn known(dates: [Option<&str>; 3]) -> Known {
    Known { dates: dates.map(|date| date.map(day)), kev: Truth::False, risk: None, grace: None }
}

#[test]
fn what_sets_the_day_is_told_with_its_schedule_and_the_date_it_counts_from() {
    let of = |hours| Days { hours: [Some(hours); 5], ..NO_DAYS };
    let told = |due: &Due, known: Known| {
        let deadline = deadline(due, &known, Severity::High, day("2026-08-01"));
        deadline.by.map(|by| (by.schedule, by.why, by.from, deadline.due.map(|due| due.to_string()), deadline.overdue))
    };
    let seen = known([Some("2026-07-01"), None, None]);
    let by_severity = DueWhy::Severity(Severity::High);
    let at = |day: &str| Some(day.to_owned());
    let first_seen = Some(Clock::FirstSeen);
    assert_eq!(told(&due(of(24 * 10), of(24 * 20), Vec::new()), seen), Some((0, by_severity, first_seen, at("2026-07-11"), Some(true))));
    assert_eq!(told(&due(of(24 * 30), of(24 * 20), Vec::new()), seen), Some((1, by_severity, first_seen, at("2026-07-21"), Some(true))));
    assert_eq!(told(&due(of(24 * 31), of(24 * 40), Vec::new()), seen), Some((0, by_severity, first_seen, at("2026-08-01"), Some(false))));
    // Without any date it may be late already.
    assert_eq!(told(&due(of(24), of(48), Vec::new()), known([None; 3])), Some((0, by_severity, None, None, None)));
    // A clock that is not known gives way to the earliest date that is.
    let published = Days { clock: Clock::Published, ..of(24) };
    let other = known([Some("2026-07-09"), Some("2026-07-05"), None]);
    assert_eq!(
        told(&due(published, NO_DAYS, Vec::new()), other).map(|told| (told.2, told.3)),
        Some((Some(Clock::FixReleased), at("2026-07-06")))
    );
    let exploited = Known { kev: Truth::True, ..seen };
    let soon = Days { kev_hours: Some(48), ..of(24 * 10) };
    assert_eq!(told(&due(soon, NO_DAYS, Vec::new()), exploited), Some((0, DueWhy::Kev, first_seen, at("2026-07-03"), Some(true))));
    assert_eq!(told(&due(NO_DAYS, NO_DAYS, Vec::new()), seen), None);
}

#[test]
fn a_table_sets_days_by_what_is_known_or_waits_for_the_next_upgrade() {
    let row = |risk, hours, forensics| DueRow { risk, hours, forensics };
    let mild = Risk { kev: false, ..WORST };
    let table = || due(NO_DAYS, NO_DAYS, vec![row(mild, None, false), row(WORST, Some(72), true)]);
    let of = |risk| deadline(&table(), &Known { risk, ..known([Some("2026-07-31"), None, None]) }, Severity::Low, day("2026-08-01"));
    let told = |risk| (of(risk).due, of(risk).by.map(|by| (by.schedule, by.why)), of(risk).forensics);
    assert_eq!(told(Some(WORST)), (Some(day("2026-08-03")), Some((1, DueWhy::Risk(WORST))), true));
    assert_eq!(told(Some(mild)), (None, Some((1, DueWhy::Risk(mild))), false));
    assert_eq!(told(Some(Risk { exposed: false, ..WORST })), (None, None, false));
    assert_eq!(told(None), (None, None, false));
    // Traces are looked for where any preset asks for it.
    let mut two = table();
    two.presets
        .push(Adopted { place: place(3), preset: Preset { table: vec![row(WORST, Some(24), false)], ..two.presets[0].preset.clone() } });
    assert!(deadline(&two, &Known { risk: Some(WORST), ..known([None; 3]) }, Severity::Low, day("2026-08-01")).forensics);
}

#[test]
fn an_exception_that_puts_the_day_off_is_told() {
    let ten = due(Days { hours: [Some(240); 5], ..NO_DAYS }, NO_DAYS, Vec::new());
    let of = |dates, due: &Due, until: &str| {
        let grace = Some(Grace { exception: 7, until: day(until) });
        let deadline = deadline(due, &Known { grace, ..known(dates) }, Severity::High, day("2026-08-01"));
        (deadline.due, deadline.overdue, deadline.put_off_by)
    };
    let seen = [Some("2026-07-25"), None, None];
    assert_eq!(of(seen, &ten, "2026-08-09"), (Some(day("2026-08-09")), Some(false), Some(7)));
    assert_eq!(of(seen, &ten, "2026-08-04"), (Some(day("2026-08-04")), Some(false), None), "it is due on that day anyway");
    assert_eq!(of(seen, &ten, "2026-08-02"), (Some(day("2026-08-04")), Some(false), None));
    assert_eq!(of([None; 3], &ten, "2026-08-09"), (Some(day("2026-08-09")), Some(false), Some(7)));
    // Were it exploited, it would be late without the exception.
    let exploited = due(Days { kev_hours: Some(48), hours: [Some(24 * 30); 5], ..NO_DAYS }, NO_DAYS, Vec::new());
    let unsure = |grace| {
        let known = Known { kev: Truth::Unknown, grace, ..known(seen) };
        deadline(&exploited, &known, Severity::High, day("2026-08-01")).overdue
    };
    let grace = Grace { exception: 7, until: day("2026-08-09") };
    assert_eq!((unsure(None), unsure(Some(grace))), (None, Some(false)), "it is put off in any case");
    let nothing = due(NO_DAYS, NO_DAYS, Vec::new());
    assert_eq!(of(seen, &nothing, "2026-08-09"), (None, Some(false), None), "there is nothing to put off");
}

#[test]
fn what_is_not_known_of_a_vulnerability_takes_the_worse_value() {
    let of = |category, ids: &[&str], detail: Detail, exposure, kev| {
        let mut evidence = Evidence::default();
        let ids: Vec<_> = ids.iter().map(|id| evidence.texts.intern(id)).collect();
        let ids = evidence.words.add(ids);
        evidence.details.push(detail);
        let finding = Finding { ids, detail: Some(DetailId::at(0)), ..crate::model::finding::sample::finding(category, 1) };
        let mut policy = sample::policy(Vec::new(), Vec::new());
        policy.context.exposure = exposure;
        Known::of(&evidence, &policy, &finding, kev, None).risk
    };
    let ssvc = |exploitation| Detail {
        ssvc: Some(Ssvc { exploitation: Some(exploitation), automatable: Some(false), technical_impact: Some(TechnicalImpact::Partial) }),
        ..Detail::default()
    };
    let nothing = Detail::default;
    assert_eq!(of(Category::Sca, &["CVE-1"], nothing(), None, Truth::Unknown), Some(WORST));
    assert_eq!(of(Category::Sca, &["CVE-1"], nothing(), None, Truth::False), Some(WORST), "SSVC may say that it is exploited");
    assert_eq!(of(Category::Sca, &["GHSA-1"], nothing(), None, Truth::False), Some(Risk { kev: false, ..WORST }), "it has no CVE");
    let told = Risk { kev: false, exposed: false, automatable: false, technical_impact: TechnicalImpact::Partial };
    assert_eq!(of(Category::Sca, &["CVE-1"], ssvc(Exploitation::None), Some(Exposure::Internal), Truth::False), Some(told));
    assert_eq!(
        of(Category::Sca, &["CVE-1"], ssvc(Exploitation::Active), Some(Exposure::Internal), Truth::False),
        Some(Risk { kev: true, ..told })
    );
    assert_eq!(
        of(Category::Sca, &["CVE-1"], ssvc(Exploitation::None), Some(Exposure::Public), Truth::True),
        Some(Risk { kev: true, exposed: true, ..told })
    );
    // Which findings are about a vulnerability.
    assert!(of(Category::Sca, &[], nothing(), None, Truth::False).is_some());
    assert!(of(Category::Malware, &[], nothing(), None, Truth::False).is_some());
    assert!(of(Category::Sast, &["CVE-1"], nothing(), None, Truth::False).is_some());
    assert_eq!(of(Category::Sast, &[], nothing(), None, Truth::False), None);
}

#[test]
fn its_age_counts_from_when_it_was_first_seen_or_else_from_the_earliest_date() {
    assert_eq!(known([Some("2026-07-09"), Some("2026-07-05"), None]).since(), Some(day("2026-07-09")));
    assert_eq!(known([None, Some("2026-07-05"), Some("2026-07-03")]).since(), Some(day("2026-07-03")));
    assert_eq!(known([None; 3]).since(), None);
}

#[test]
fn what_is_yet_to_come_is_not_known_and_is_told_once_for_each_report() {
    let mut evidence = Evidence::default();
    let rows = [
        ("a.sarif", [Some("2026-08-01"), Some("2026-08-02"), Some("2026-08-03")]),
        ("a.sarif", [Some("2026-08-02"), None, Some("2026-07-01")]),
        ("b.sarif", [None, None, Some("2026-08-02")]),
        ("c.sarif", [Some("2026-08-01"), Some("2026-08-01"), Some("2026-08-01")]),
    ];
    for (number, (path, [first_seen, fix_released, published])) in rows.into_iter().enumerate() {
        if evidence.inputs.last().is_none_or(|input| input.path != path) {
            sample::scan(&mut evidence, path, "t", Category::Sca);
        }
        let date = |date: Option<&str>| date.map(day);
        let (first_seen, fix_released, published) = (date(first_seen), date(fix_released), date(published));
        evidence.details.push(Detail { published, fix_released, first_seen, ..Detail::default() });
        let finding = sample::finding(&mut evidence, Category::Sca, None, 1);
        finding.unwrap().detail = Some(DetailId::at(number));
    }
    let subject = Subject::default();
    let problems = without_future(&mut evidence, &sample::run(&subject));
    let told: Vec<_> = problems.iter().map(|problem| (problem.file.as_deref(), problem.more, problem.message.as_str())).collect();
    let message = |clock: &str| format!("`{clock}` of F-010101010101 is 2026-08-02, which is yet to come: it is not known then");
    assert_eq!(told, [(Some("a.sarif"), 1, message("fix_released").as_str()), (Some("b.sarif"), 0, message("published").as_str())]);
    assert!(problems.iter().all(|problem| problem.weight == Weight::Note && problem.position == Position::Whole));
    let left: Vec<_> = evidence
        .details
        .iter()
        .map(|detail| [detail.first_seen, detail.fix_released, detail.published].map(|date| date.is_some()))
        .collect();
    assert_eq!(left, [[true, false, false], [false, false, true], [false, false, false], [true, true, true]]);
}

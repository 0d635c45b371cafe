use super::sample::{self, Row, day, globs, limit, of_vulnerability, person, record};
use super::*;
use crate::base::address::Address;
use crate::decide::{Excepted, judge};
use crate::model::exception::{Accountable, ExceptionType, Match, Renewal, Review, Until, Versions};
use crate::model::policy::{ConfigFile, Limit, Unused, Waivable};
use crate::model::report::{Fact, Subject};
use crate::model::severity::Severity;
use crate::model::standing::Fate;

/// The first of August, at the stage release of the service pay.
fn subject() -> Subject {
    let fact = |value: &str| Some(Fact { value: value.to_owned(), source: "flag".into() });
    let repository = fact("https://github.com/acme/pay.git");
    Subject { service: fact("pay"), stage: fact("release"), branch: fact("release/2"), repository, ..Subject::default() }
}

fn run(rows: &[Row], policy: &Policy, records: Vec<Exception>) -> (Judged, Excepted) {
    let evidence = sample::evidence(rows);
    let files = vec![ConfigFile { path: "e.yaml".to_owned(), name: "e.yaml".to_owned(), sha256: String::new(), commit: None }];
    let subject = subject();
    let run = crate::decide::sample::run(&subject);
    let exceptions = Exceptions { files, records };
    let matched = matched(&evidence, policy, &exceptions, &run);
    let mut judged = judge(&evidence, policy, &run, &matched);
    let excepted = except(&evidence, policy, &exceptions, &run, &matched, &mut judged);
    (judged, excepted)
}

/// The action that is left for the first finding, or why the first record does not hold for it.
fn told(row: Row, policy: &Policy, records: Vec<Exception>) -> String {
    let (judged, excepted) = run(&[row], policy, records);
    let note = judged.decisions.get(0).and_then(|decision| excepted.noted.get(decision.noted? as usize)).cloned().unwrap_or_default();
    match (note.missed.first(), judged.decisions.get(0)) {
        (Some(miss), _) => miss.why.clone(),
        (None, Some(decision)) => decision.action.word().to_owned(),
        (None, None) => String::new(),
    }
}

fn sqli() -> Row {
    Row::code("sqli", "src/a.py")
}

/// What comes of one record, changed, for a critical finding.
fn one(change: impl FnMut(&mut Exception)) -> String {
    let mut one = record("EXC-1");
    one.iter_mut().for_each(change);
    told(sqli(), &sample::policy(), one.into_iter().collect())
}

fn renewal(approved: &str, expires: &str, by: &str) -> Option<Renewal> {
    Some(Renewal { approved: day(approved), expires: day(expires), by: person(by)?, reason: "late".to_owned() })
}

#[test]
fn a_record_holds_on_its_days() {
    assert_eq!(one(|_| {}), "ticket");
    assert_eq!(one(|record| record.expires = day("2026-08-01")), "ticket");
    assert_eq!(one(|record| record.expires = day("2026-07-31")), "expired 1 day ago");
    assert_eq!(one(|record| record.expires = day("2026-07-29")), "expired 3 days ago");
    for status in [Status::Proposed, Status::Revoked] {
        assert_eq!(one(|record| record.status = status), "block");
    }
}

#[test]
fn a_lifetime_counts_from_the_last_approval() {
    assert_eq!(one(|record| record.expires = day("2026-08-19")), "ticket");
    assert_eq!(one(|record| record.expires = day("2026-08-20")), "no limits row admits it: 31 days, 30 at most");
    let renewed = |record: &mut Exception| {
        record.expires = day("2026-08-20");
        record.renewals = renewal("2026-07-30", "2026-08-20", "dana").into_iter().collect();
    };
    assert_eq!(one(renewed), "ticket");
}

#[test]
fn renewals_are_counted_and_have_people() {
    let by = |name: &'static str, times: usize| {
        move |record: &mut Exception| {
            record.renewals = vec![renewal("2026-07-30", "2026-08-09", name); times].into_iter().flatten().collect();
        }
    };
    assert_eq!(one(by("dana", 1)), "ticket");
    assert_eq!(one(by("kim", 1)), "ticket");
    assert_eq!(one(by("dana", 2)), "no limits row admits it: approved again 2 times, 1 at most");
    assert_eq!(one(by("ivan", 1)), "ivan@acme.example, who renewed it, does not hold a role that may approve it");
}

#[test]
fn the_same_match_under_another_id_is_a_renewal() {
    let earlier = |id: &str, approved: &str, status| {
        record(id).map(|record| Exception { approved: Some(day(approved)), expires: day("2026-07-10"), status, ..record })
    };
    let with = |others: Vec<Option<Exception>>| {
        let records = others.into_iter().chain([record("EXC-9")]).flatten().collect();
        let (judged, _) = run(&[sqli()], &sample::policy(), records);
        judged.decisions.get(0).map(|decision| decision.action.word())
    };
    let (one, two) = (|status| earlier("EXC-1", "2026-06-20", status), || earlier("EXC-2", "2026-06-25", Status::Approved));
    assert_eq!(with(vec![one(Status::Approved)]), Some("ticket"));
    assert_eq!(with(vec![one(Status::Approved), two()]), Some("block"));
    assert_eq!(with(vec![one(Status::Revoked), two()]), Some("block"), "what was taken back had been approved");
    assert_eq!(with(vec![one(Status::Proposed), two()]), Some("ticket"));
    let elsewhere = two().map(|record| Exception { matches: Match { paths: globs(&["src/*.py"]), ..record.matches.clone() }, ..record });
    assert_eq!(with(vec![one(Status::Approved), elsewhere]), Some("ticket"));
    let twice = one(Status::Approved)
        .map(|record| Exception { renewals: renewal("2026-06-22", "2026-07-10", "dana").into_iter().collect(), ..record });
    assert_eq!(with(vec![twice]), Some("block"));
}

#[test]
fn a_scope_holds_only_where_it_is_known_to() {
    let scoped = |change: fn(&mut crate::model::exception::Scope)| one(|record| change(&mut record.scope));
    assert_eq!(scoped(|scope| scope.services = vec!["pay".to_owned(), "shop".to_owned()]), "ticket");
    assert_eq!(scoped(|scope| scope.services = vec!["Pay".to_owned()]), "out of scope: service is pay");
    assert_eq!(scoped(|scope| scope.stages = vec!["nightly".to_owned()]), "out of scope: stage is release");
    assert_eq!(scoped(|scope| scope.branches = globs(&["main", "release/*"])), "ticket");
    assert_eq!(scoped(|scope| scope.branches = globs(&["main"])), "out of scope: branch is release/2");
    assert_eq!(scoped(|scope| scope.releases = globs(&["**"])), "out of scope: release is not known");
    assert_eq!(scoped(|scope| scope.repositories = vec!["https://github.com/acme/pay".to_owned()]), "ticket");
    assert_eq!(
        scoped(|scope| scope.repositories = vec!["https://github.com.evil.example/acme/pay".to_owned()]),
        "out of scope: repository is https://github.com/acme/pay.git"
    );
    let both = |record: &mut Exception| (record.scope.services, record.scope.stages) = (vec!["pay".to_owned()], vec!["dev".to_owned()]);
    assert_eq!(one(both), "out of scope: stage is release");
}

#[test]
fn people_hold_their_roles_under_any_spelling() {
    let by = |address: &str, role: &str| {
        one(|record| record.accountable = Address::parse(address).map(|email| Accountable { email, role: role.to_owned() }))
    };
    assert_eq!(by("Dana+sec@ACME.example", "security-lead"), "ticket");
    assert_eq!(by("kim@acme.example", "ciso"), "ticket");
    assert_eq!(by("dana@sub.acme.example", "security-lead"), "dana@sub.acme.example does not hold the role security-lead");
    assert_eq!(by("dana@acme.example", "ciso"), "dana@acme.example does not hold the role ciso");
    assert_eq!(
        by("ivan@acme.example", "commander"),
        "the role commander may not approve it for critical findings, but ciso or security-lead"
    );
}

#[test]
fn of_a_finding_that_passes_nothing_is_lowered_and_nothing_noted() {
    let passing = || Row { severity: Severity::Low, ..sqli() };
    let of = |change: fn(&mut Exception)| {
        let mut one = record("EXC-1");
        one.iter_mut().for_each(change);
        let (judged, excepted) = run(&[passing()], &sample::policy(), one.into_iter().collect());
        let decided = judged.decisions.get(0).map(|decision| (decision.action, decision.noted));
        (decided, excepted.standings.first().map(|standing| standing.fate))
    };
    assert_eq!(of(|_| {}), (Some((Action::Pass, None)), Some(Fate::Applied)));
    assert_eq!(of(|record| record.scope.stages = vec!["dev".to_owned()]), (Some((Action::Pass, None)), Some(Fate::NearMiss)));
}

#[test]
fn a_record_that_asks_for_no_less_than_the_finding_has_holds() {
    let medium = Row { severity: Severity::Medium, ..sqli() };
    let effect = |effect| {
        told(medium.clone(), &sample::policy(), record("EXC-1").map(|record| Exception { effect, ..record }).into_iter().collect())
    };
    assert_eq!(effect(Action::Ticket), "ticket");
    assert_eq!(effect(Action::Pass), "no exception lowers medium findings below ticket");
}

#[test]
fn only_a_secret_is_rotated() {
    let rotated = |is_secret| {
        let record = record("EXC-1").map(|record| Exception { kind: ExceptionType::Rotated, ..record });
        told(Row { is_secret, ..sqli() }, &sample::policy(), record.into_iter().collect())
    };
    assert_eq!(rotated(true), "ticket");
    assert_eq!(rotated(false), "rotated is said of no sast finding");
}

#[test]
fn the_floor_is_the_lowest_of_a_layer_and_the_strictest_of_all() {
    let pass = |limits: Vec<Vec<Limit>>| {
        let policy = sample::policy();
        let policy = Policy { exceptions: crate::model::policy::ExceptionRules { limits, ..policy.exceptions }, ..policy };
        let record = record("EXC-1").map(|record| Exception { effect: Action::Pass, ..record });
        told(sqli(), &policy, record.into_iter().collect())
    };
    let floor = |floor| Limit { floor, ..limit() };
    assert_eq!(pass(vec![vec![floor(Action::Pass)]]), "pass");
    assert_eq!(pass(vec![vec![floor(Action::Ticket), floor(Action::Pass), floor(Action::Block)]]), "pass");
    assert_eq!(pass(vec![vec![floor(Action::Pass)], vec![floor(Action::Ticket)]]), "ticket");
    assert_eq!(pass(vec![vec![floor(Action::Block)]]), "no exception lowers critical findings below block");
    let short = Limit { max_lifetime_hours: 24, ..floor(Action::Pass) };
    assert_eq!(pass(vec![vec![short.clone(), floor(Action::Ticket)]]), "ticket", "a row that does not admit it has no floor for it");
    assert_eq!(pass(vec![vec![floor(Action::Pass)], vec![short]]), "no limits row admits it: 20 days, 1 at most");
    let typed = Limit { types: vec![ExceptionType::Rotated], ..floor(Action::Pass) };
    assert_eq!(pass(vec![vec![typed]]), "no limits row admits risk_acceptance of critical findings");
    let medium = Limit { severities: vec![Severity::Medium], ..floor(Action::Pass) };
    assert_eq!(pass(vec![vec![medium]]), "no limits row admits risk_acceptance of critical findings");
}

#[test]
fn a_residual_severity_is_judged_by_the_rules_but_not_by_the_limits() {
    let policy = |waivable: Waivable| {
        let mut policy = sample::policy();
        policy.rules.iter_mut().take(1).for_each(|rule| rule.waivable = waivable.clone());
        policy.exceptions.limits = vec![vec![Limit { floor: Action::Pass, ..limit() }]];
        policy
    };
    let as_severity = |severity, effect, policy: &Policy| {
        let kind = ExceptionType::RiskAdjustment;
        let record = record("EXC-1").map(|record| Exception { kind, residual_severity: Some(severity), effect, ..record });
        told(sqli(), policy, record.into_iter().collect())
    };
    assert_eq!(as_severity(Severity::Medium, Action::Ticket, &policy(Waivable::Any)), "ticket");
    assert_eq!(as_severity(Severity::High, Action::Ticket, &policy(Waivable::Any)), "ticket", "still a block, capped");
    assert_eq!(as_severity(Severity::Low, Action::Ticket, &policy(Waivable::Any)), "pass");
    assert_eq!(
        as_severity(Severity::Low, Action::Pass, &policy(Waivable::Only { types: vec![ExceptionType::FalsePositive], vex: true })),
        "rule grave may not be lowered by risk_adjustment"
    );
    assert_eq!(as_severity(Severity::Low, Action::Pass, &policy(Waivable::Never)), "rule grave may not be lowered by risk_adjustment");
    let low = Limit { severities: vec![Severity::Low], ..limit() };
    let mut strict = policy(Waivable::Any);
    strict.exceptions.limits = vec![vec![low]];
    assert_eq!(as_severity(Severity::Low, Action::Pass, &strict), "no limits row admits risk_adjustment of critical findings");
}

#[test]
fn versions_paths_and_until_decide_with_the_finding() {
    let of = |row: Row, change: fn(&mut Exception)| {
        let mut one = of_vulnerability("EXC-1", "CVE-2020-8203");
        one.iter_mut().for_each(change);
        told(row, &sample::policy(), one.into_iter().collect())
    };
    let lodash = || Row::component(&["CVE-2020-8203", "GHSA-p6mc-m468-83gw"], "4.17.21");
    assert_eq!(of(lodash(), |_| {}), "ticket");
    assert_eq!(of(lodash(), |record| record.matches.vulnerability = Some("GHSA-p6mc-m468-83gw".to_owned())), "ticket");
    assert_eq!(of(lodash(), |record| record.matches.vulnerability = Some("CVE-2020".to_owned())), "block");
    assert_eq!(of(lodash(), |record| record.matches.package = Some("pkg:npm/lodash".to_owned())), "ticket");
    assert_eq!(of(lodash(), |record| record.matches.package = Some("pkg:npm/lod".to_owned())), "block");
    let listed = |record: &mut Exception| record.matches.versions = Versions::These(vec!["4.17.15".to_owned()]);
    assert_eq!(of(lodash(), listed), "another version: 4.17.21");
    assert_eq!(of(Row { versions: vec!["4.17.15".to_owned(), "4.17.2".to_owned()], ..lodash() }, listed), "another version: 4.17.2");
    assert_eq!(of(Row { versions: Vec::new(), ..lodash() }, listed), "the version is not known");
    assert_eq!(of(Row { versions: vec!["4.17.15".to_owned()], ..lodash() }, listed), "ticket");
    let two = Row { paths: vec!["pay/package-lock.json".to_owned(), "shop/package-lock.json".to_owned()], ..lodash() };
    assert_eq!(of(two.clone(), |record| record.matches.paths = globs(&["pay/*"])), "the finding is also in shop/package-lock.json");
    assert_eq!(of(two.clone(), |record| record.matches.paths = globs(&["pay/*", "shop/**"])), "ticket");
    assert_eq!(of(two, |record| record.matches.paths = globs(&["other/*"])), "block");
    let known = |known| Row { known: Some(known), ..lodash() };
    assert_eq!(of(lodash(), |record| record.until = Until::ALL.to_vec()), "ticket", "nobody tells");
    assert_eq!(of(known(false), |record| record.until = Until::ALL.to_vec()), "ticket");
    assert_eq!(of(known(true), |record| record.until = vec![Until::Kev]), "it held until the vulnerability was exploited, and it is");
    assert_eq!(of(known(true), |record| record.until = vec![Until::FixAvailable]), "it held until there was a fix, and there is one");
    assert_eq!(
        of(known(true), |record| record.until = vec![Until::Reachable]),
        "it held until the vulnerable code could be reached, and it can"
    );
}

#[test]
fn each_vulnerability_of_a_finding_is_covered() {
    let both = || Row::component(&["CVE-1", "CVE-2", "GHSA-1"], "1");
    let with = |records: Vec<Option<Exception>>| told(both(), &sample::policy(), records.into_iter().flatten().collect());
    let of = |id: &str, vulnerability: &str, effect| of_vulnerability(id, vulnerability).map(|record| Exception { effect, ..record });
    assert_eq!(with(vec![of("EXC-1", "CVE-1", Action::Ticket)]), "no exception covers CVE-2");
    assert_eq!(with(vec![of("EXC-1", "GHSA-1", Action::Ticket)]), "no exception covers CVE-1, CVE-2");
    assert_eq!(with(vec![of("EXC-1", "CVE-1", Action::Ticket), of("EXC-2", "CVE-2", Action::Ticket)]), "ticket");
    let mut policy = sample::policy();
    policy.exceptions.limits = vec![vec![Limit { floor: Action::Pass, ..limit() }]];
    let records = vec![of("EXC-1", "CVE-1", Action::Pass), of("EXC-2", "CVE-2", Action::Ticket)];
    let (judged, excepted) = run(&[both()], &policy, records.into_iter().flatten().collect());
    assert_eq!(judged.decisions.get(0).map(|decision| decision.action), Some(Action::Ticket), "as strict as the strictest");
    assert_eq!(excepted.noted.first().map(|noted| noted.applied.clone()), Some(vec![1, 0]));
}

#[test]
fn a_check_that_is_named_as_a_vulnerability_is_about_that_one() {
    let with = |rule: &'static str, wanted: &'static str| {
        let row = Row { rule: rule.to_owned(), ..Row::component(&["CVE-1", "CVE-2"], "1") };
        let by_rule = record("EXC-1")
            .map(|record| Exception { matches: Match { rule_id: Some(wanted.to_owned()), ..record.matches.clone() }, ..record });
        told(row, &sample::policy(), [by_rule, of_vulnerability("EXC-2", "CVE-2")].into_iter().flatten().collect())
    };
    assert_eq!(with("CVE-1", "CVE-1"), "ticket");
    assert_eq!(with("CVE-1", "semgrep:CVE-1"), "ticket");
    for (rule, wanted) in [("sqli", "sqli"), ("sqli", "semgrep:sqli"), ("CVE-2", "CVE-2"), ("CVE-2", "semgrep:CVE-2")] {
        assert_eq!(with(rule, wanted), "no exception covers CVE-1", "{wanted}");
    }
}

#[test]
fn the_most_permissive_decides_then_the_earliest_end_then_the_smallest_id() {
    let mut policy = sample::policy();
    policy.exceptions.limits = vec![vec![Limit { floor: Action::Pass, ..limit() }]];
    let of = |id: &str, effect, expires: &str| record(id).map(|record| Exception { effect, expires: day(expires), ..record });
    let first = |records: Vec<Option<Exception>>| {
        let ids: Vec<String> = records.iter().flatten().map(|record| record.id.clone()).collect();
        let (_, excepted) = run(&[sqli()], &policy, records.into_iter().flatten().collect());
        let applied = excepted.noted.first().map(|noted| noted.applied.clone()).unwrap_or_default();
        applied.iter().filter_map(|place| ids.get(*place as usize).cloned()).collect::<Vec<_>>()
    };
    // The same match would be a renewal: these are about other lists of paths.
    let elsewhere = |record: Option<Exception>, path: &str| {
        record.map(|record| Exception { matches: Match { paths: globs(&["src/a.py", path]), ..record.matches.clone() }, ..record })
    };
    let (a, b) = (of("A", Action::Ticket, "2026-08-05"), elsewhere(of("B", Action::Pass, "2026-08-09"), "b"));
    let (c, d) = (elsewhere(of("C", Action::Pass, "2026-08-08"), "c"), elsewhere(of("D", Action::Pass, "2026-08-08"), "d"));
    assert_eq!(first(vec![a, b, d, c]), ["C", "D", "B", "A"]);
}

#[test]
fn what_is_too_much_for_a_record_stays_uncovered() {
    let rows: Vec<Row> = (0..5)
        .map(|n| Row { severity: if n == 4 { Severity::Critical } else { Severity::High }, ..Row::code("sqli", "src/a.py") })
        .collect();
    let most = |most| record("EXC-1").map(|record| Exception { max_findings: most, ..record });
    let (judged, excepted) = run(&rows, &sample::policy(), most(2).into_iter().collect());
    let actions: Vec<_> = judged.decisions.iter().map(|decision| decision.action.word()).collect();
    assert_eq!(actions, ["ticket", "block", "block", "block", "ticket"], "the gravest first");
    let problems: Vec<_> = excepted.problems.iter().map(ToString::to_string).collect();
    let problem =
        "e.yaml:3:1: the exception `EXC-1` is about 5 findings and covers 2; narrow `match`, or have more approved with `max_findings`";
    assert!(problems.contains(&problem.to_owned()), "{problems:?}");
    let missed: Vec<_> = excepted.noted.iter().flat_map(|noted| &noted.missed).map(|miss| miss.why.as_str()).collect();
    assert_eq!(missed, ["it covers 2 other findings, as many as it may"; 3]);
    let (judged, _) = run(&rows, &sample::policy(), most(5).into_iter().collect());
    assert!(judged.decisions.iter().all(|decision| decision.action == Action::Ticket));
}

/// An emergency of July 30 to August 2.
fn emergency(change: impl FnMut(&mut Exception)) -> Vec<Exception> {
    let mut one = record("EXC-E");
    if let Some(record) = &mut one {
        record.kind = ExceptionType::Emergency;
        record.accountable = person("ivan").map(|email| Accountable { email, role: "commander".to_owned() });
        (record.approved, record.expires) = (Some(day("2026-07-30")), day("2026-08-02"));
    }
    one.iter_mut().for_each(change);
    one.into_iter().collect()
}

#[test]
fn an_emergency_has_its_own_roles_and_a_ceiling() {
    let high = || Row { severity: Severity::High, ..sqli() };
    assert_eq!(told(high(), &sample::policy(), emergency(|_| {})), "ticket");
    assert_eq!(told(high(), &sample::policy(), emergency(|record| record.effect = Action::Pass)), "ticket", "the floor of its severity");
    assert_eq!(told(sqli(), &sample::policy(), emergency(|_| {})), "an emergency covers high findings at most");
    let mut policy = sample::policy();
    policy.exceptions.limits = vec![vec![Limit { floor: Action::Block, ..limit() }]];
    assert_eq!(told(high(), &policy, emergency(|_| {})), "no exception lowers high findings below block");
    let lead =
        |record: &mut Exception| record.accountable = person("dana").map(|email| Accountable { email, role: "commander".to_owned() });
    assert_eq!(told(high(), &sample::policy(), emergency(lead)), "dana@acme.example does not hold the role commander");
}

#[test]
fn an_emergency_is_reviewed_or_blocks() {
    let ended = |expires: &'static str, review: Option<&'static str>, status| {
        let records = emergency(|record| {
            (record.approved, record.expires, record.status) = (Some(day("2026-07-20")), day(expires), status);
            record.review = review.zip(person("dana")).map(|(date, by)| Review { by, date: day(date), outcome: "fixed".to_owned() });
        });
        let (_, excepted) = run(&[], &sample::policy(), records);
        let told = excepted
            .synthetics
            .iter()
            .map(|synthetic| (synthetic.rule_id, &synthetic.problem))
            .chain(excepted.problems.iter().map(|problem| (problem.code, problem)));
        told.map(|(code, problem)| format!("{code} {}", problem.message)).collect::<Vec<_>>()
    };
    let nothing: [&str; 0] = [];
    assert_eq!(ended("2026-07-25", None, Status::Approved), nothing, "due today");
    let missing = ["relgate/missing-review the emergency `EXC-E` ended on 2026-07-24, and nobody reviewed it by 2026-07-31"];
    assert_eq!(ended("2026-07-24", None, Status::Approved), missing);
    assert_eq!(ended("2026-07-24", None, Status::Revoked), missing, "it let something through all the same");
    assert_eq!(ended("2026-07-24", None, Status::Proposed), nothing);
    assert_eq!(ended("2026-07-24", Some("2026-07-31"), Status::Approved), nothing);
    let late = ["exception-review-late the emergency `EXC-E` was reviewed 1 day late"];
    assert_eq!(ended("2026-07-24", Some("2026-08-01"), Status::Approved), late);
}

#[test]
fn each_record_comes_to_something() {
    let fate = |change: fn(&mut Exception)| {
        let mut one = record("EXC-1");
        one.iter_mut().for_each(change);
        let (_, excepted) = run(&[sqli(), sqli()], &sample::policy(), one.into_iter().collect());
        excepted.standings.first().map(|standing| (standing.fate, standing.findings, standing.expiring))
    };
    assert_eq!(fate(|_| {}), Some((Fate::Applied, 2, true)));
    assert_eq!(
        fate(|record| (record.approved, record.expires) = (Some(day("2026-07-25")), day("2026-08-15"))),
        Some((Fate::Applied, 2, true))
    );
    assert_eq!(
        fate(|record| (record.approved, record.expires) = (Some(day("2026-07-25")), day("2026-08-16"))),
        Some((Fate::Applied, 2, false))
    );
    assert_eq!(fate(|record| record.scope.stages = vec!["dev".to_owned()]), Some((Fate::NearMiss, 2, true)));
    assert_eq!(fate(|record| record.matches.rule_id = Some("xss".to_owned())), Some((Fate::Unused, 0, true)));
    assert_eq!(fate(|record| record.matches.rule_id = Some("semgrep:sqli".to_owned())), Some((Fate::Applied, 2, true)));
    assert_eq!(fate(|record| record.matches.rule_id = Some("bandit:sqli".to_owned())), Some((Fate::Unused, 0, true)));
    assert_eq!(fate(|record| record.expires = day("2026-08-01")), Some((Fate::Applied, 2, true)), "its last day");
    assert_eq!(fate(|record| record.expires = day("2026-07-31")), Some((Fate::Expired, 2, false)));
    assert_eq!(fate(|record| record.status = Status::Proposed), Some((Fate::Proposed, 2, false)));
    assert_eq!(fate(|record| record.status = Status::Revoked), Some((Fate::Revoked, 2, false)));
}

#[test]
fn what_matches_nothing_does_what_the_policy_says() {
    let with = |unused| {
        let mut policy = sample::policy();
        policy.exceptions.unused = unused;
        let records = record("EXC-1").map(|record| Exception { expires: day("2026-08-19"), ..record });
        let (_, excepted) = run(&[Row::code("xss", "a")], &policy, records.into_iter().collect());
        excepted.problems.iter().map(|problem| (problem.weight, problem.code)).collect::<Vec<_>>()
    };
    assert_eq!(with(Unused::Undecided), [(Weight::Undecided, "exception-unused")]);
    assert_eq!(with(Unused::Warn), [(Weight::Warning, "exception-unused")]);
    assert_eq!(with(Unused::Ignore), []);
}

#[test]
fn what_is_in_use_and_ends_soon_is_told_with_what_to_do() {
    let told = |records: Vec<Exception>| {
        let high = Row { severity: Severity::High, ..sqli() };
        let (_, excepted) = run(&[high], &sample::policy(), records);
        excepted.problems.iter().map(|problem| format!("{}; {}", problem.message, problem.help)).collect::<Vec<_>>()
    };
    let one = |expires: &str, rule: &str| {
        let mut one = record("EXC-1");
        if let Some(record) = &mut one {
            (record.expires, record.matches.rule_id) = (day(expires), Some(rule.to_owned()));
        }
        told(one.into_iter().collect())
    };
    let renew = "fix what it is about, or have it renewed";
    assert_eq!(one("2026-08-09", "sqli"), [format!("the exception `EXC-1` ends in 8 days; {renew}")]);
    assert_eq!(one("2026-08-02", "sqli"), [format!("the exception `EXC-1` ends in 1 day; {renew}")]);
    assert_eq!(one("2026-08-01", "sqli"), [format!("the exception `EXC-1` ends today; {renew}")]);
    assert_eq!(one("2026-08-19", "sqli"), [""; 0], "not soon");
    assert_eq!(one("2026-08-09", "xss"), [""; 0], "not in use");
    let help = "fix what it is about, and have it reviewed: an emergency is not renewed";
    assert_eq!(told(emergency(|_| {})), [format!("the exception `EXC-E` ends in 1 day; {help}")]);
}

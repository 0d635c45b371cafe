//! How the time of judging grows with rules and findings: `cargo test --release --locked --lib matching::bench -- --ignored --nocapture`.

use std::time::{Duration, Instant};

use jiff::ToSpan;
use jiff::civil::Date;

use super::*;
use crate::base::pattern::Glob;
use crate::decide::sample;
use crate::model::due::{Clock, Days, Due};
use crate::model::finding::{Detail, Rule as Check, RuleId};
use crate::model::location::Location;
use crate::model::policy::Condition;
use crate::model::policy::sample::{place, rule};
use crate::model::raw::DetailId;
use crate::model::report::Subject;

/// So many folders, checks and vulnerabilities share the findings.
const KINDS: u32 = 1000;

fn globs(texts: &[String]) -> Vec<Glob> {
    texts.iter().filter_map(|text| Glob::parse(text).ok()).collect()
}

/// Rules by path, check, vulnerability, age and due date, each with one of several severities.
fn policy(rules: u32) -> Policy {
    let when = |n: u32| match n % 5 {
        0 => Condition::Path(globs(&[format!("src/m{}/**", n % KINDS), format!("lib/{n}/*.py")])),
        1 => Condition::RuleId(globs(&[format!("check-{}", n % KINDS), format!("other-{n}.*")])),
        2 => Condition::Vulnerability(vec![format!("CVE-{}", n % KINDS)]),
        3 => Condition::Age(24 * (n % 365)),
        _ => Condition::Overdue(true),
    };
    let one = |n: u32| {
        let severity = Severity::ALL.into_iter().cycle().nth(n as usize % 5).into_iter().collect();
        rule(&format!("r{n}"), Condition::All(vec![when(n), Condition::Severity(severity)]), Action::Ticket)
    };
    let own = Days { clock: Clock::FirstSeen, kev_hours: Some(7 * 24), hours: [Some(15 * 24), Some(30 * 24), Some(90 * 24), None, None] };
    Policy { due: Some(Due { place: place(1), own, presets: Vec::new() }), ..sample::policy((0..rules).map(one).collect(), Vec::new()) }
}

fn findings(count: u32) -> Evidence {
    let mut evidence = Evidence::default();
    sample::scan(&mut evidence, "a.json", "semgrep", Category::Sast);
    let tool = evidence.texts.intern("semgrep");
    for n in 0..KINDS {
        let rule_id = Some(evidence.texts.intern(&format!("check-{n}")));
        evidence.rules.push(Check { tool, rule_id, title: None });
    }
    let today = sample::run(&Subject::default()).now;
    let day = |ago: u32| Some(date_of(today).saturating_sub(i64::from(ago).days()));
    for n in 0..count {
        let kind = n.wrapping_mul(7919) % KINDS;
        let (category, severity) =
            (if n % 2 == 0 { Category::Sca } else { Category::Sast }, Severity::ALL.into_iter().cycle().nth(n as usize % 5));
        sample::finding(&mut evidence, category, severity, u8::try_from(n % 256).unwrap_or_default());
        let path = Some(evidence.texts.intern(&format!("src/m{kind}/f{}.py", n % (10 * KINDS))));
        let locations = evidence.locations.add([Location { path, ..Location::default() }]);
        let id = evidence.texts.intern(&format!("CVE-{kind}"));
        let ids = if n % 2 == 0 { evidence.words.add([id]) } else { evidence.words.add([]) };
        let first_seen: Option<Date> = day(n.wrapping_mul(31) % 400);
        evidence.details.push(Detail { first_seen, ..Detail::default() });
        if let Some(finding) = evidence.findings.get_mut(n as usize) {
            (finding.rule, finding.locations, finding.ids) = (RuleId(kind), locations, ids);
            finding.detail = Some(DetailId::at(n as usize));
        }
    }
    evidence
}

#[expect(clippy::disallowed_methods, reason = "a measurement")]
/// The time for so many findings and a thousandth of them in rules, the best of three.
fn time(count: u32) -> Duration {
    let (evidence, policy, subject) = (findings(count), policy(count / 1000), Subject::default());
    let run = sample::run(&subject);
    let one = || {
        let began = Instant::now();
        let judged = judge(&evidence, &policy, &run, &Matched::default());
        let took = began.elapsed();
        assert!(judged.decisions.iter().any(|decision| decision.action == Action::Ticket));
        took
    };
    let best = (0..3).map(|_| one()).min().unwrap_or_default();
    eprintln!("{} rules x {count} findings: {best:?}", policy.rules.len());
    best
}

/// Ten times the rules and ten times the findings are ten times the sum, and a hundred times the product.
fn grows_like_the_sum(most: u32, at_most: f64) {
    let times = [most / 100, most / 10, most].map(|count| (count, time(count)));
    let (first, last) = (times.first().copied().unwrap_or_default(), times.last().copied().unwrap_or_default());
    let ratio = last.1.as_secs_f64() / first.1.as_secs_f64();
    let exponent = ratio.log10() / f64::from(last.0 / first.0).log10();
    eprintln!("x{} rules and findings: x{ratio:.1} time, exponent {exponent:.2}", last.0 / first.0);
    assert!(exponent <= at_most, "{exponent}");
}

#[test]
#[ignore = "a measurement"]
fn a_hundred_thousand_findings() {
    // The small ones fit into the caches of the processor, and other work on the machine counts more.
    grows_like_the_sum(100_000, 1.4);
}

#[test]
#[ignore = "a measurement of minutes"]
fn a_million_findings() {
    grows_like_the_sum(1_000_000, 1.2);
}

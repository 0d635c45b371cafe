//! How the time of matching grows with the number of exceptions: `cargo test --release --locked --lib exceptions::bench -- --ignored --nocapture`.

use std::time::{Duration, Instant};

use super::sample::{self, Row, globs, of_vulnerability, record};
use super::*;
use crate::decide::judge;
use crate::model::exception::{Match, Versions};
use crate::model::policy::Condition;
use crate::model::report::Subject;
use crate::model::severity::Severity;

const FINDINGS: u32 = 100_000;
const RULES: u32 = 1000;

/// A tenth each: a rule with a file, with a folder, with a glob; a vulnerability with a component and versions; by fingerprint. All
/// rules but a few are shared by thousands.
fn exceptions(count: u32) -> Exceptions {
    let one = |n: u32| {
        let id = format!("EXC-{n:06}");
        let by_rule = |paths: &str| {
            record(&id).map(|record| Exception {
                matches: Match { rule_id: Some(format!("rule-{}", n % 10)), paths: globs(&[paths]), ..record.matches },
                ..record
            })
        };
        match n % 10 {
            0..3 => by_rule(&format!("src/m{}/f{}.py", n % 1000, n)),
            3 | 4 => by_rule(&format!("src/m{n}/**")),
            5 => by_rule(&format!("**/f{n}.py")),
            6 | 7 => of_vulnerability(&id, &format!("CVE-{n}")).map(|record| {
                let versions = Versions::These(vec!["4.17.15".to_owned()]);
                let matches = Match { package: Some("pkg:npm/lodash".to_owned()), versions, ..record.matches };
                Exception { matches, ..record }
            }),
            _ => record(&id).map(|record| {
                let matches = Match { rule_id: None, fingerprint: Some(sample::key(n)), ..record.matches };
                Exception { matches, ..record }
            }),
        }
    };
    Exceptions { files: Vec::new(), records: (0..count).filter_map(one).collect() }
}

fn findings() -> Evidence {
    let row = |n: u32| match n % 2 {
        0 => Row { severity: Severity::High, ..Row::component(&[&format!("CVE-{n}"), &format!("GHSA-{n}")], "4.17.15") },
        _ => Row { severity: Severity::High, ..Row::code(&format!("rule-{}", n % 10), &format!("src/m{}/f{n}.py", n % 1000)) },
    };
    sample::evidence(&(0..FINDINGS).map(row).collect::<Vec<_>>())
}

fn policy() -> Policy {
    let mut policy = sample::policy();
    let rule = |n: u32| {
        let when = Condition::Path(globs(&[&format!("src/m{n}/**"), &format!("lib/{n}/*.py")]));
        crate::model::policy::sample::rule(&format!("r{n}"), when, Action::Ticket)
    };
    policy.rules.extend((0..RULES).map(rule));
    policy
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a measurement")]
#[ignore = "a measurement"]
fn matching_grows_slower_than_the_exceptions() {
    let (evidence, policy, subject) = (findings(), policy(), Subject::default());
    let run = crate::decide::sample::run(&subject);
    let began = Instant::now();
    let decided = judge(&evidence, &policy, &run, &Matched::default()).decisions.len();
    eprintln!("{RULES} rules over {decided} findings: {:?}", began.elapsed());
    let mut times: Vec<(u32, Duration)> = Vec::new();
    for count in [100, 1000, 10_000, 100_000] {
        let exceptions = exceptions(count);
        let best = (0..3).map(|_| {
            let mut judged = judge(&evidence, &policy, &run, &Matched::default());
            let began = Instant::now();
            let matched = matched(&evidence, &policy, &exceptions, &run);
            let excepted = except(&evidence, &policy, &exceptions, &run, &matched, &mut judged);
            let took = began.elapsed();
            let covered = judged.decisions.iter().filter(|decision| decision.action < decision.without_exceptions).count();
            assert!(covered > 0 && excepted.standings.len() == count as usize, "{covered}");
            (took, covered)
        });
        let (took, covered) = best.min().unwrap_or_default();
        eprintln!("{count} exceptions over {FINDINGS} findings: {took:?}, {covered} covered");
        times.push((count, took));
    }
    let (first, last) = (times.first().copied().unwrap_or_default(), times.last().copied().unwrap_or_default());
    let ratio = last.1.as_secs_f64() / first.1.as_secs_f64();
    eprintln!("x{} exceptions: x{ratio:.1} time, exponent {:.2}", last.0 / first.0, ratio.log10() / f64::from(last.0 / first.0).log10());
    assert!(ratio <= 30.0, "{ratio}");
}

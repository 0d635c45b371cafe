//! How the time of grouping grows with the findings of one file: `cargo test --release --locked --lib groups::bench -- --ignored --nocapture`.

use std::time::Instant;

use super::group;
use super::laws::{Thing, evidence, weak};

/// Everything in one file, most of it in few groups: the worst for a comparison of all with all.
#[test]
#[ignore = "a measurement"]
#[expect(clippy::disallowed_methods, reason = "measures time")]
fn a_hundred_times_the_findings() {
    let time = |count: u32| {
        let things: Vec<Thing> = (0..count).map(|n| weak(n, n % 2, 1 + n / 3, 1 + n / 3 + n % 5, 1 + n % 3)).collect();
        let mut evidence = evidence(&things);
        let started = Instant::now();
        group(&mut evidence);
        let took = started.elapsed();
        eprintln!("{count} findings: {took:?}");
        took.as_secs_f64()
    };
    let exponent = (time(1_000_000) / time(10_000)).ln() / 100_f64.ln();
    eprintln!("exponent {exponent:.2}");
    assert!(exponent <= 1.2, "{exponent}");
}

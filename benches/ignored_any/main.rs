//! What `benches/run` measures against: one thread that skips a document's bytes in memory with `serde_json`.
//!
//! `ignored_any FILE [PASSES]` reads the file, then deserializes it `PASSES` times (default 5) into `IgnoredAny`, which keeps
//! nothing, and prints one line: the bytes, then the CPU seconds of the fastest and of the median pass. Where the system does not
//! tell a process its CPU time (it is Linux's `/proc/self/schedstat`), they are seconds of the clock.
#![expect(clippy::disallowed_methods, reason = "a measurement reads a file and a clock")]
#![expect(clippy::print_stdout, reason = "the figures are its output")]

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::de::IgnoredAny;

/// Bytes that take long enough to be timed.
const ENOUGH: usize = 100_000_000;

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let file = args.next().context("usage: ignored_any FILE [PASSES]")?;
    let passes: usize = args.next().map_or(Ok(5), |n| n.parse()).context("PASSES is a number")?;
    let bytes = std::fs::read(&file).with_context(|| format!("cannot read {file}"))?;
    let mut times = (0..passes.max(1)).map(|_| pass(&bytes)).collect::<Result<Vec<_>>>()?;
    times.sort_unstable();
    let second = |i: usize| times.get(i).map_or(0.0, Duration::as_secs_f64);
    println!("{} {:.6} {:.6}", bytes.len(), second(0), second(times.len() / 2));
    Ok(())
}

/// What one pass takes: of small documents the mean of many, since the clock of a process may tick in milliseconds.
fn pass(bytes: &[u8]) -> Result<Duration> {
    let times = u32::try_from(ENOUGH / bytes.len().max(1))?.max(1);
    let (clock, cpu) = (Instant::now(), cpu_time());
    for _ in 0..times {
        let IgnoredAny = std::hint::black_box(serde_json::from_slice(std::hint::black_box(bytes))?);
    }
    Ok(cpu_time().zip(cpu).map_or(clock.elapsed(), |(end, start)| end.saturating_sub(start)) / times)
}

/// The CPU time of this process: the first field of `schedstat`, in nanoseconds.
fn cpu_time() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    told.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

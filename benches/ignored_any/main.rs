//! What `benches/run` measures against: one thread that skips a document's bytes in memory with `serde_json`.
//!
//! `ignored_any FILE [PASSES]` reads the file, then deserializes it `PASSES` times (default 5) into `IgnoredAny`, which keeps
//! nothing, and prints one line: the bytes, then the CPU seconds of the fastest and of the median pass, and those of a median pass that
//! only reads the file, 128 KiB at a time, as relgate does. Where the system does not tell a process its CPU time (it is Linux's
//! `/proc/self/schedstat`), they are seconds of the clock.
#![expect(clippy::disallowed_methods, reason = "a measurement reads a file and a clock")]
#![expect(clippy::print_stdout, reason = "the figures are its output")]

use std::fs::File;
use std::io::Read;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::de::IgnoredAny;

/// Bytes that take long enough to be timed.
const ENOUGH: usize = 100_000_000;

/// How much of a file is read at once.
const STEP: usize = 128 * 1024;

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let file = args.next().context("usage: ignored_any FILE [PASSES]")?;
    let passes: usize = args.next().map_or(Ok(5), |n| n.parse()).context("PASSES is a number")?;
    let bytes = std::fs::read(&file).with_context(|| format!("cannot read {file}"))?;
    let skipping = timed(passes, bytes.len(), || {
        let IgnoredAny = std::hint::black_box(serde_json::from_slice(std::hint::black_box(&bytes))?);
        Ok(())
    })?;
    let reading = timed(passes, bytes.len(), || {
        let (mut file, mut step) = (File::open(&file)?, vec![0; STEP]);
        while file.read(std::hint::black_box(&mut step))? > 0 {}
        Ok(())
    })?;
    let second = |times: &[Duration], i: usize| times.get(i).map_or(0.0, Duration::as_secs_f64);
    let half = passes.max(1) / 2;
    println!("{} {:.6} {:.6} {:.6}", bytes.len(), second(&skipping, 0), second(&skipping, half), second(&reading, half));
    Ok(())
}

/// What passes take, sorted: of small documents each the mean of many, since the clock of a process may tick in milliseconds.
fn timed(passes: usize, bytes: usize, pass: impl Fn() -> Result<()>) -> Result<Vec<Duration>> {
    let times = u32::try_from(ENOUGH / bytes.max(1))?.max(1);
    let one = || {
        let (clock, cpu) = (Instant::now(), cpu_time());
        (0..times).try_for_each(|_| pass())?;
        Ok(cpu_time().zip(cpu).map_or(clock.elapsed(), |(end, start)| end.saturating_sub(start)) / times)
    };
    let mut taken = (0..passes.max(1)).map(|_| one()).collect::<Result<Vec<_>>>()?;
    taken.sort_unstable();
    Ok(taken)
}

/// The CPU time of this process: the first field of `schedstat`, in nanoseconds.
fn cpu_time() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    told.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

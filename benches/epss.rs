//! What reading a whole EPSS feed takes: `cargo test --release --locked --lib epss::bench -- --ignored --nocapture`.

use std::fs;
use std::io::{self, Write as _};
use std::time::Instant;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;
use crate::base::text::Texts;
use crate::model::intel::OnStale;
use crate::model::policy::Place;

const ROWS: u32 = 240_000;

/// A thousandth of the rows is wanted.
const EVERY: u32 = 1000;

/// The most that this process has held, in kB, where the system tells.
#[expect(clippy::disallowed_methods, reason = "a measurement")]
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().strip_suffix(" kB")?.parse().ok()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a measurement")]
#[ignore = "a measurement"]
fn a_whole_feed_is_read_at_once() -> io::Result<()> {
    let room = tempfile::tempdir()?;
    let path = room.path().join("epss.csv.gz");
    let mut packed = GzEncoder::new(fs::File::create(&path)?, Compression::default());
    writeln!(packed, "#model_version:v2025.03.14,score_date:2026-11-22T00:00:00+0000\ncve,epss,percentile")?;
    for n in 0..ROWS {
        let score = f64::from(n.wrapping_mul(2_654_435_761) % 100_000) / 1e5;
        writeln!(packed, "CVE-{}-{:04},{score:.5},{:.5}", 1999 + n / 10_000, n % 10_000, f64::from(n) / f64::from(ROWS))?;
    }
    packed.finish()?.sync_all()?;
    let ids: Vec<String> = (0..ROWS).step_by(EVERY as usize).map(|n| format!("CVE-{}-{:04}", 1999 + n / 10_000, n % 10_000)).collect();
    let mut texts = Texts::default();
    let wanted: Wanted<'_> = ids.iter().map(|id| (id.as_str(), texts.intern(id))).collect();
    let source = FeedSource {
        place: Place { file: 0, line: 1, column: 1 },
        path: path.to_string_lossy().into_owned(),
        max_age_hours: 24,
        on_stale: OnStale::Undecided,
    };
    let before = peak();
    let best = (0..5).map(|_| {
        let began = Instant::now();
        let read = read(&source, Within::default(), &wanted).ok();
        let took = began.elapsed();
        let counts = read.map(|(content, told)| (content.entries, told.len()));
        assert_eq!(counts, Some((u64::from(ROWS), ids.len())));
        took
    });
    let best = best.min().unwrap_or_default();
    let more = before.zip(peak()).map_or_else(|| "not told".to_owned(), |(before, after)| format!("{} kB", after.saturating_sub(before)));
    eprintln!("{ROWS} rows, {} bytes packed, {} wanted: {best:?}, memory: {more}", fs::metadata(&path)?.len(), ids.len());
    assert!(best.as_millis() < 150, "{best:?}");
    Ok(())
}

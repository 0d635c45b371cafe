//! The run's one instant.

use anyhow::{Result, anyhow, ensure};
use jiff::{SignedDuration, Timestamp};

use crate::base::date;

/// How far a given instant may lie from the clock in a run that counts.
const SLACK: SignedDuration = SignedDuration::from_hours(24);

/// `--now`, else `SOURCE_DATE_EPOCH`, else the clock.
pub(super) fn now(flag: Option<&str>, dry_run: bool) -> Result<Timestamp> {
    let clock = Timestamp::now();
    let variable = std::env::var_os("SOURCE_DATE_EPOCH");
    let (given, source) = match (flag, variable) {
        (Some(flag), _) => (instant(flag)?, "--now"),
        (None, Some(epoch)) => {
            let seconds = epoch.to_str().and_then(|text| text.parse().ok()).and_then(|seconds| Timestamp::from_second(seconds).ok());
            let seconds =
                seconds.ok_or_else(|| anyhow!("SOURCE_DATE_EPOCH: not a number of seconds since 1970; unset it, or give --now"))?;
            (seconds, "SOURCE_DATE_EPOCH")
        }
        (None, None) => return Ok(clock),
    };
    let far = given.duration_since(clock).abs() > SLACK;
    ensure!(!far || dry_run, "{source} is more than 24 h from the clock; a run at another time only rehearses: add --dry-run");
    Ok(given)
}

fn instant(text: &str) -> Result<Timestamp> {
    date::parse_instant(text).ok_or_else(|| anyhow!("--now {text}: not an instant; write it as 2026-11-23T00:00:00Z"))
}

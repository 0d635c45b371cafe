//! The feeds of a policy: which, of when, and how much was read.

use std::io;

use jiff::Timestamp;

use crate::base::date::{age, format_instant};
use crate::model::intel::{Feed, FeedKind};
use crate::report::json::feed::FeedView;
use crate::report::pen::{Pen, TERMINAL};
use crate::report::{grid, words};

/// Writes the feeds as lines, or that there are none.
pub fn table(feeds: &[Feed], now: Timestamp, out: &mut dyn io::Write) -> io::Result<()> {
    if feeds.is_empty() {
        return writeln!(out, "the policy names no feed");
    }
    let rows = feeds.iter().map(|feed| {
        let [state, id, path, of, entries] = cells(TERMINAL, feed, now);
        let digest = feed.content.as_ref().map_or_else(|_| String::new(), |content| format!("sha256:{}", content.sha256));
        let allowed = format!("max_age {}, else {}", words::duration(feed.source.max_age_hours), feed.source.on_stale.word());
        [state, id, path, of, allowed, entries, digest]
    });
    grid::lines(rows).iter().try_for_each(|line| writeln!(out, "{line}"))
}

/// Writes the feeds as JSON, as they stand in the report.
pub fn json(feeds: &[Feed], now: Timestamp, out: &mut dyn io::Write) -> io::Result<()> {
    let views: Vec<FeedView<'_>> = feeds.iter().map(|feed| FeedView::of(feed, now)).collect();
    serde_json::to_writer_pretty(&mut *out, &views)?;
    writeln!(out)
}

/// `fresh`, `kev`, its path, of when it is, how much was read.
pub(super) fn cells(pen: Pen, feed: &Feed, now: Timestamp) -> [String; 5] {
    let (state, of, entries) = match &feed.content {
        Err(problem) => ("REFUSED", pen.prose(&problem.message, 80), String::new()),
        Ok(content) => {
            let noun = if feed.kind == FeedKind::Ssvc { "record" } else { "CVE" };
            let entries = format!("{}, {} of findings", words::count(content.entries, noun), content.used);
            let state = if feed.is_stale(now) { "STALE" } else { "fresh" };
            (state, format!("of {}, {} old", format_instant(content.date), age(content.date, now)), entries)
        }
    };
    [state.to_owned(), feed.kind.word().to_owned(), pen.code(&feed.source.path, 60), of, entries]
}

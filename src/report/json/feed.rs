//! A feed as JSON.

use jiff::Timestamp;
use serde::Serialize;

use super::problem::ProblemView;
use super::value::Shown;
use crate::model::intel::Feed;
use crate::report::words;

/// What a feed is and how old; what only its content tells is null where it could not be read.
#[derive(Serialize)]
pub(in crate::report) struct FeedView<'a> {
    id: &'static str,
    path: &'a str,
    sha256: Option<&'a str>,
    date: Option<Shown<Timestamp>>,
    age_hours: Option<i64>,
    max_age: String,
    on_stale: &'static str,
    stale: Option<bool>,
    entries: Option<u64>,
    used: Option<u64>,
    problem: Option<ProblemView<'a>>,
}

impl<'a> FeedView<'a> {
    pub(in crate::report) fn of(feed: &'a Feed, now: Timestamp) -> Self {
        let content = feed.content.as_ref().ok();
        Self {
            id: feed.kind.word(),
            path: &feed.source.path,
            sha256: content.map(|content| content.sha256.as_str()),
            date: content.map(|content| Shown(content.date)),
            age_hours: content.map(|content| content.age_hours(now)),
            max_age: words::duration(feed.source.max_age_hours),
            on_stale: feed.source.on_stale.word(),
            stale: content.map(|_| feed.is_stale(now)),
            entries: content.map(|content| content.entries),
            used: content.map(|content| content.used),
            problem: feed.content.as_ref().err().map(ProblemView::of),
        }
    }
}

//! Feeds that are older than the policy allows.

use crate::base::date::age;
use crate::base::fault::Fault;
use crate::decide::Run;
use crate::model::decision::Synthetic;
use crate::model::finding::Evidence;
use crate::model::intel::{Feed, OnStale};
use crate::model::policy::Policy;
use crate::model::problem::{Problem, Weight};

/// The feeds that are too old, where the policy lets that leave the run undecided.
pub fn too_old(evidence: &Evidence, policy: &Policy, run: &Run) -> impl Iterator<Item = Synthetic> {
    stale(evidence, policy, run, OnStale::Undecided).map(|problem| Synthetic { rule_id: "relgate/stale-feed", problem })
}

/// The feeds that are too old, where the policy only wants to be told.
#[must_use]
pub fn aged(evidence: &Evidence, policy: &Policy, run: &Run) -> Vec<Problem> {
    stale(evidence, policy, run, OnStale::Warn).collect()
}

fn stale(evidence: &Evidence, policy: &Policy, run: &Run, on_stale: OnStale) -> impl Iterator<Item = Problem> {
    let feeds = evidence.feeds.iter().filter(move |feed| feed.source.on_stale == on_stale && feed.is_stale(run.now));
    feeds.filter_map(|feed| problem(feed, policy, run))
}

fn problem(feed: &Feed, policy: &Policy, run: &Run) -> Option<Problem> {
    let content = feed.content.as_ref().ok()?;
    let weight = match feed.source.on_stale {
        OnStale::Undecided => Weight::Undecided,
        OnStale::Warn => Weight::Warning,
    };
    let by = policy.file(feed.source.place).map_or("the policy", |file| file.name.as_str());
    let message =
        format!("the feed `{}` is {} old, more than {by}:{} allows", feed.kind.word(), age(content.date, run.now), feed.source.place.line);
    let (file, position) = content.dated_at.clone();
    let fault = Fault { code: "stale-feed", position, message, help: "mirror the feed again".to_owned() };
    Some(Problem::of_fault(weight, Some(file), fault))
}

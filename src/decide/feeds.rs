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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fault::Position;
    use crate::decide::sample;
    use crate::model::intel::{FeedContent, FeedKind, FeedSource};
    use crate::model::policy::sample::place;
    use crate::model::report::Subject;

    /// What is told of a feed of that day which may be a day old: as a gap, and as a warning.
    fn told(on_stale: OnStale, date: &str) -> anyhow::Result<(Vec<String>, Vec<String>)> {
        let dated_at = ("kev.json".to_owned(), Position::Pointer("/dateReleased".to_owned()));
        let content = FeedContent { sha256: String::new(), date: date.parse()?, dated_at, entries: 1, used: 0 };
        let source = FeedSource { place: place(9), path: "kev.json".to_owned(), max_age_hours: 24, on_stale };
        let evidence = Evidence { feeds: vec![Feed { kind: FeedKind::Kev, source, content: Ok(content) }], ..Evidence::default() };
        let (policy, subject) = (sample::policy(Vec::new(), Vec::new()), Subject::default());
        let run = sample::run(&subject);
        let shown = |problem: &Problem| format!("{} {}: {problem}", problem.weight.word(), problem.code);
        let gaps = too_old(&evidence, &policy, &run).map(|gap| format!("{} {}", gap.rule_id, shown(&gap.problem))).collect();
        Ok((gaps, aged(&evidence, &policy, &run).iter().map(shown).collect()))
    }

    #[test]
    fn a_feed_that_is_too_old_does_what_the_policy_says() -> anyhow::Result<()> {
        let nothing = || (Vec::new(), Vec::new());
        let old = "stale-feed: kev.json: /dateReleased: the feed `kev` is 25 h old, more than p.yaml:9 allows; mirror the feed again";
        for on_stale in [OnStale::Undecided, OnStale::Warn] {
            assert_eq!(told(on_stale, "2026-07-31T00:00:00Z")?, nothing(), "as old as it may be");
        }
        let late = "2026-07-30T23:00:00Z";
        assert_eq!(told(OnStale::Undecided, late)?, (vec![format!("relgate/stale-feed undecided {old}")], Vec::new()));
        assert_eq!(told(OnStale::Warn, late)?, (Vec::new(), vec![format!("warning {old}")]));
        Ok(())
    }
}

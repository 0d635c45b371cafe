//! `feeds`: where facts about vulnerabilities are taken from.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::yaml::Node;
use crate::model::intel::{FeedKind, FeedSource, OnStale};
use crate::model::policy::{Condition, Counted, Place};
use crate::policy::draft::{Draft, FeedDraft};
use crate::policy::reader::{Keys, Reader, at};

const FEEDS: Keys = Keys { of: "`feeds`", required: &[], optional: &["kev", "epss", "ssvc"] };

const FEED: Keys = Keys { of: "a feed", required: &[], optional: &["path", "max_age", "on_stale"] };

/// Reads `feeds`. `folder` is what paths are relative to; it ends with `/` or is empty.
pub(super) fn read(reader: &mut Reader, node: &Node, folder: &str) -> Option<BTreeMap<FeedKind, FeedDraft>> {
    let fields = reader.map(node, &FEEDS)?;
    let one = |kind: FeedKind| Some((kind, fields.read(kind.word(), |n| feed(reader, n, folder))?));
    Some(FeedKind::ALL.into_iter().filter_map(one).collect())
}

fn feed(reader: &mut Reader, node: &Node, folder: &str) -> Option<FeedDraft> {
    let fields = reader.map(node, &FEED)?;
    let max_age = at(reader, fields, "max_age", |reader, n| reader.duration(n, "max_age"));
    let on_stale = at(reader, fields, "on_stale", |reader, n| reader.word(n, "on_stale", &OnStale::ALL, OnStale::word));
    let path = at(reader, fields, "path", |reader, n| reader.file(n, "path", folder));
    Some(FeedDraft { place: reader.place(node), path, max_age, on_stale })
}

/// What no single file can get wrong, each with its place, code, message and help: a feed without its path or age, a rule that asks
/// for one that is not there.
pub(super) fn check(draft: &Draft, wrong: &mut impl FnMut(Place, &'static str, String, &str)) {
    for (kind, feed) in &draft.feeds {
        let lacks = [("path", feed.path.is_none()), ("max_age", feed.max_age.is_none())];
        for (key, _) in lacks.into_iter().filter(|(_, lacks)| *lacks) {
            let help = if key == "path" { "name its file, which lies below this folder" } else { "say how old it may be: `max_age: 7d`" };
            wrong(feed.place, "config-missing-key", format!("the feed `{}` lacks `{key}`", kind.word()), help);
        }
    }
    check_budgets(draft, wrong);
    for rule in draft.rules.iter().filter(|rule| rule.fires_on_unknown) {
        for kind in unfed(&rule.when, &draft.feeds) {
            let (id, feed) = (&rule.id, kind.word());
            let message = format!("the rule `{id}` asks for `{feed}`, and there is no such feed: it is known only where a report tells it");
            let help = format!("name it, `feeds: {{{feed}: {{path: …, max_age: 7d}}}}`, or say `on_unknown: skip` in the rule");
            wrong(rule.place, "policy-no-feed", message, &help);
        }
    }
}

/// Tells each feed that a budget asks for and that is not there: what is not known counts.
fn check_budgets(draft: &Draft, wrong: &mut impl FnMut(Place, &'static str, String, &str)) {
    for budget in &draft.budgets {
        let Counted::Findings(when) = &budget.counts else { continue };
        for kind in unfed(when, &draft.feeds) {
            let (id, feed) = (&budget.id, kind.word());
            let message =
                format!("the budget `{id}` asks for `{feed}`, and there is no such feed: it is known only where a report tells it");
            wrong(budget.place, "policy-no-feed", message, &format!("name it, `feeds: {{{feed}: {{path: …, max_age: 7d}}}}`"));
        }
    }
}

/// The feeds that a condition asks, and that are not there.
pub(super) fn unfed(condition: &Condition, feeds: &BTreeMap<FeedKind, FeedDraft>) -> BTreeSet<FeedKind> {
    let mut asked = BTreeSet::new();
    condition.visit(&mut |part| asked.extend(feed_of(part)));
    asked.retain(|kind| !feeds.contains_key(kind));
    asked
}

/// The feed that a predicate asks.
const fn feed_of(condition: &Condition) -> Option<FeedKind> {
    if let Condition::Kev(_) = condition {
        Some(FeedKind::Kev)
    } else if let Condition::Epss(_) = condition {
        Some(FeedKind::Epss)
    } else if let Condition::Ssvc(_) = condition {
        Some(FeedKind::Ssvc)
    } else {
        None
    }
}

/// The feeds, with the defaults. One that lacks something was told.
pub(super) fn settled(told: BTreeMap<FeedKind, FeedDraft>) -> BTreeMap<FeedKind, FeedSource> {
    let one = |feed: FeedDraft| {
        let on_stale = feed.on_stale.map_or(OnStale::Undecided, |word| word.value);
        Some(FeedSource { place: feed.place, path: feed.path?.value, max_age_hours: feed.max_age?.value, on_stale })
    };
    told.into_iter().filter_map(|(kind, feed)| Some((kind, one(feed)?))).collect()
}

//! What feeds say of a finding's CVEs: the worst of several.

use jiff::Timestamp;
use serde_json::Value;

use super::facts::Facts;
use super::{Run, hours, list};
use crate::decider::world::RELEASED;

/// The words of each decision point, from the mildest to the worst.
const POINTS: [(&str, &[&str]); 3] =
    [("exploitation", &["none", "poc", "active"]), ("automatable", &["no", "yes"]), ("technical_impact", &["partial", "total"])];

impl Run<'_> {
    /// What a feed has, if the policy names it.
    fn feed(&self, name: &str) -> Option<&Value> {
        self.policy.says(&format!("/feeds/{name}")).map(|_| &self.feeds[name])
    }

    /// Whether a finding is known to be exploited; `None` where no feed says.
    pub(super) fn kev(&self, finding: &Facts<'_>) -> Option<bool> {
        let cves = finding.listable();
        if cves.is_empty() {
            return Some(false);
        }
        self.feed("kev").map(|listed| cves.iter().any(|cve| list(listed).iter().any(|known| known == cve)))
    }

    /// Whether it is exploited so probably.
    pub(super) fn epss(&self, finding: &Facts<'_>, least: f64) -> Option<bool> {
        let cves = finding.listable();
        let scores: Vec<Option<f64>> = cves.iter().map(|cve| self.feed("epss")?[*cve].as_f64()).collect();
        if scores.iter().flatten().any(|score| *score >= least) {
            return Some(true);
        }
        scores.iter().all(Option::is_some).then_some(false)
    }

    /// Whether each decision point that is named is one of the words.
    pub(super) fn ssvc(&self, finding: &Facts<'_>, wanted: &Value) -> Option<bool> {
        let cves = finding.listable();
        if cves.is_empty() {
            return Some(false);
        }
        let points = POINTS.iter().filter_map(|(point, words)| Some((point, words, wanted.get(*point)?)));
        let answers: Vec<Option<bool>> = points
            .map(|(point, words, wanted)| {
                let rank = |cve: &&str| words.iter().position(|word| self.feed("ssvc").is_some_and(|feed| feed[*cve][*point] == *word));
                let ranks: Vec<Option<usize>> = cves.iter().map(rank).collect();
                let worst = ranks.iter().flatten().max().copied()?;
                let is_known = worst + 1 == words.len() || ranks.iter().all(Option::is_some);
                let word = words[worst];
                is_known.then(|| list(wanted).iter().any(|one| one == word) || wanted.as_bool().is_some_and(|yes| yes == (word == "yes")))
            })
            .collect();
        if answers.contains(&Some(false)) { Some(false) } else { answers.iter().all(Option::is_some).then_some(true) }
    }

    /// Whether a feed is older than it may be, and the policy will not have that.
    pub(super) fn is_stale(&self) -> bool {
        let now: Timestamp = self.facts["now"].as_str().unwrap().parse().unwrap();
        let age = now.duration_since(RELEASED.parse().unwrap());
        ["kev", "epss", "ssvc"].iter().any(|name| {
            let most = self.policy.each(&format!("/feeds/{name}/max_age")).map(|(_, age)| hours(age)).min();
            let is_strict = self.policy.says(&format!("/feeds/{name}/on_stale")).is_none_or(|word| word == "undecided");
            is_strict && most.is_some_and(|most| age.as_secs() > most * 3600)
        })
    }
}

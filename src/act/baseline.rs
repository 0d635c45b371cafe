//! The baseline that comes after a run: which entries it has.
//!
//! What was recalled keeps its name, its standing and its first day, and gets the keys and the place that it has now. What is adopted
//! is decided once, and after that entries only go: so a nightly run can be let write the file.

use std::collections::BTreeSet;

use hashbrown::{HashMap, HashSet};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::base::date::date_of;
use crate::base::pool::Pool;
use crate::model::baseline::{Adoption, Baseline, Entry, Proof, Standing};
use crate::model::due::Clock;
use crate::model::finding::{Evidence, Finding, State};
use crate::model::identity::{FindingId, Fingerprint, Scheme, TicketKey};

/// What is done to a baseline.
pub enum Change {
    /// Everything that is there is adopted.
    Adopt(Adoption),
    /// What is not there is added as seen; what is adopted and gone goes.
    Write {
        /// Whether what was only seen goes too when it is gone.
        prune: bool,
    },
}

/// A baseline to write, and what makes it another one than the last.
pub struct Next {
    /// The baseline.
    pub baseline: Baseline,
    /// How many entries are not of the last one.
    pub added: u64,
    /// How many of the last one's are not there any more.
    pub removed: u64,
    /// How many findings could not be adopted: nothing but their place is known of them.
    pub placeless: u64,
}

/// What else is known of a run.
pub struct Known<'a> {
    /// The entries that a complete scan of their tool did not find.
    pub gone: &'a BTreeSet<usize>,
    /// The tickets that findings want.
    pub tickets: &'a HashMap<FindingId, TicketKey>,
}

/// The baseline after a run, for a file.
#[must_use]
pub fn next(evidence: &Evidence, path: &str, now: Timestamp, change: &Change, run: &Known<'_>) -> Next {
    let today = date_of(now);
    let last = evidence.baseline.as_ref();
    let mut keys = Pool::default();
    let (mut entries, mut tickets) = (Vec::new(), HashMap::new());
    let (mut added, mut placeless) = (0, 0);
    let mut lists: HashSet<&[Fingerprint]> = HashSet::new();
    for finding in evidence.findings.iter().filter(|finding| finding.state == State::Open) {
        let own = evidence.fingerprints.get(finding.fingerprints);
        let known = evidence.entry(finding);
        let has_only_place = !own.iter().any(|key| key.scheme.identifies());
        let standing = match change {
            Change::Adopt(_) if !has_only_place => Standing::Adopted,
            Change::Adopt(_) => Standing::Seen,
            Change::Write { .. } => known.map_or(Standing::Seen, |entry| entry.standing),
        };
        // What was adopted by its code and has only its place now can be known no more.
        let standing = if has_only_place { Standing::Seen } else { standing };
        placeless += u64::from(matches!(change, Change::Adopt(_)) && has_only_place);
        added += u64::from(known.is_none());
        lists.insert(own);
        tickets.extend(run.tickets.get(&finding.id).map(|ticket| (finding.id, *ticket)));
        entries.extend(entry(evidence, finding, standing, today, &mut keys));
    }
    let mut removed = 0;
    for (place, entry) in last.iter().flat_map(|last| &last.entries).enumerate() {
        let own = last.map_or(&[][..], |last| last.keys.get(entry.keys));
        let stays = match (entry.recalled, entry.standing, change) {
            (Some(recalled), ..) if recalled.by == Proof::Joined => false,
            (Some(_), ..) => continue,
            (None, Standing::Adopted, Change::Write { .. }) | (None, Standing::Seen, Change::Write { prune: true }) => {
                !run.gone.contains(&place)
            }
            (None, Standing::Seen, Change::Write { prune: false }) | (None, _, Change::Adopt(_)) => true,
        };
        // One with the keys of a finding that another entry knows is the same.
        if stays && !lists.contains(own) {
            tickets.extend(last.and_then(|last| last.tickets.get(&entry.id)).map(|ticket| (entry.id, *ticket)));
            entries.push(Entry { keys: keys.add(own.iter().copied()), ..*entry });
        } else {
            removed += 1;
        }
    }
    entries.sort_by(|a, b| a.standing.cmp(&b.standing).then(a.id.cmp(&b.id)).then_with(|| keys.get(a.keys).cmp(keys.get(b.keys))));
    let adoption = match change {
        Change::Adopt(adoption) => Some(adoption.clone()),
        Change::Write { .. } => last.and_then(|last| last.adoption.clone()),
    };
    let baseline = Baseline { path: path.to_owned(), sha256: None, created: now, adoption, entries, keys, tickets };
    Next { baseline, added, removed, placeless }
}

/// A finding as an entry.
fn entry(evidence: &Evidence, finding: &Finding, standing: Standing, today: Date, keys: &mut Pool<Fingerprint>) -> Option<Entry> {
    let rule = evidence.rule(finding)?;
    let at = evidence.location(finding).unwrap_or_default();
    let own = evidence.fingerprints.get(finding.fingerprints);
    let is_component = own.first().is_some_and(|key| key.scheme == Scheme::Sca);
    let detail = evidence.detail(finding);
    Some(Entry {
        standing,
        id: finding.id,
        keys: keys.add(own.iter().copied()),
        tool: rule.tool,
        rule_id: rule.rule_id.filter(|_| !is_component),
        path: at.path,
        start_line: at.start_line.filter(|_| !is_component),
        vulnerability: evidence.words.get(finding.ids).first().copied().filter(|_| is_component),
        package: detail.and_then(|detail| detail.package).map(|package| package.component).filter(|_| is_component),
        first_seen: evidence.date(finding, Clock::FirstSeen).map_or(today, |first| first.min(today)),
        recalled: None,
    })
}

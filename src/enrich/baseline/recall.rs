//! Which findings of the run are entries of the baseline, one to one.
//!
//! 1. **By key**, strongest first: of those that share a key all findings are known, unless there are more of them than entries: then
//!    any of them could be the new one. The tool's own fingerprint may be the same in another file only where the old one is gone.
//! 2. **By line** ([`lines`]): what is left of one check of one tool in one file, at most 30 lines away, or 10 where the code of both is
//!    known and differs. Not of a secret, nor of what has a key by its resource: another one on the next line is another one.
//! 3. **By name**: where a file is gone from the run, its code in another file, and its vulnerabilities of the same components.
//!
//! With each key what was adopted comes before what was only seen, and all by line and name that was adopted before that which was seen;
//! what has a key of an entry that was only seen is not adopted by anything weaker. So an entry more never makes a finding new that was
//! known, and a finding more makes no other known (the laws below hold this down): who cannot tell which finding is the new one calls
//! none of them known.
//!
//! Everything is done by sorting: a million findings against a million entries is a few passes over both.

use hashbrown::{HashMap, HashSet};

use super::lines;
use crate::base::text::Text;
use crate::model::baseline::{Baseline, Entry, EntryId, Proof, Recalled, Standing};
use crate::model::finding::{Evidence, Finding, State};
use crate::model::identity::{Category, FindingId, Fingerprint, Scheme};

/// How many lines apart an entry and its finding may be.
const NEAR: u32 = 30;

/// The same where the code of each is known, and differs: the line was edited, or is another one.
const BESIDE: u32 = 10;

/// The keys by which the code of a finding may be known; that of some is not.
const CODE: [Option<Scheme>; 4] = [Some(Scheme::Tool), Some(Scheme::Line), Some(Scheme::Ctx), None];

/// The keys that say which finding it is, strongest first.
const SCHEMES: [Scheme; 6] = [Scheme::Tool, Scheme::Line, Scheme::Ctx, Scheme::Sca, Scheme::Secret, Scheme::Iac];

/// Recalls what can be: tells each finding its entry, and each entry what became of it. A finding keeps the id that it had.
pub(super) fn recall(evidence: &mut Evidence, baseline: &mut Baseline) {
    let mut matching = Matching::new(evidence, baseline);
    for (scheme, standing) in SCHEMES.into_iter().flat_map(|scheme| Standing::ALL.map(|standing| (scheme, standing))) {
        matching.by_key(scheme, standing);
    }
    for standing in Standing::ALL {
        matching.by_line(standing);
        matching.by_name(standing);
    }
    let joined = matching.joined();
    let Matching { of_entry, .. } = matching;
    let mut carried = Vec::with_capacity(of_entry.len());
    for (place, found) in of_entry.iter().enumerate() {
        let (Some((number, by)), Some(entry)) = (found, baseline.entries.get_mut(place)) else { continue };
        let Some(finding) = evidence.findings.get(*number as usize) else { continue };
        let (path, line) = at(evidence, finding);
        // Of a component its manifest is the place, whatever line a report gives it.
        let has_line = !entry.is_component(&baseline.keys);
        let moved = path != entry.path || (has_line && line != entry.start_line.map_or(0, std::num::NonZero::get));
        entry.recalled = Some(Recalled { by: *by, moved });
        carried.push((*number, entry.id));
        evidence.findings.get_mut(*number as usize).into_iter().for_each(|finding| finding.entry = Some(EntryId::at(place)));
    }
    for (place, of) in joined {
        let Some(first_seen) = baseline.entries.get_mut(place as usize).map(|entry| {
            entry.recalled = Some(Recalled { by: Proof::Joined, moved: false });
            entry.first_seen
        }) else {
            continue;
        };
        baseline.entries.get_mut(of as usize).into_iter().for_each(|entry| entry.first_seen = entry.first_seen.min(first_seen));
    }
    carry(evidence, &carried);
}

/// The file and line of a finding; 0 where there is none.
pub(super) fn at(evidence: &Evidence, finding: &Finding) -> (Option<Text>, u32) {
    let place = evidence.location(finding).unwrap_or_default();
    (place.path, place.start_line.map_or(0, std::num::NonZero::get))
}

/// Gives findings the ids that their entries had. Another finding that has one of these by its key gets another.
fn carry(evidence: &mut Evidence, carried: &[(u32, FindingId)]) {
    let is_another = |(number, id): &&(u32, FindingId)| evidence.findings.get(*number as usize).is_some_and(|finding| finding.id != *id);
    let mut owners: HashMap<FindingId, u32> = HashMap::new();
    for (number, id) in carried.iter().filter(is_another) {
        owners.entry(*id).or_insert(*number);
    }
    if owners.is_empty() {
        return;
    }
    for (id, number) in &owners {
        evidence.findings.get_mut(*number as usize).into_iter().for_each(|finding| finding.id = *id);
    }
    let is_other = |number: usize, finding: &Finding| owners.get(&finding.id).is_some_and(|owner| *owner as usize != number);
    let others: Vec<usize> =
        evidence.findings.iter().enumerate().filter(|(at, finding)| is_other(*at, finding)).map(|(at, _)| at).collect();
    if others.is_empty() {
        return;
    }
    let mut used: HashSet<FindingId> = evidence.findings.iter().map(|finding| finding.id).collect();
    for number in others {
        let Some(finding) = evidence.findings.get(number) else { continue };
        let Some(key) = evidence.fingerprints.get(finding.fingerprints).first() else { continue };
        let free = (1..=u32::MAX).map(|ordinal| FindingId::from(key.nth(ordinal))).find(|id| used.insert(*id));
        if let (Some(id), Some(finding)) = (free, evidence.findings.get_mut(number)) {
            finding.id = id;
        }
    }
}

/// Entries and findings, and which are one so far.
struct Matching<'a> {
    evidence: &'a Evidence,
    baseline: &'a Baseline,
    /// Of each finding, whether it is an entry's, or none that could be one.
    taken: Vec<bool>,
    of_entry: Vec<Option<(u32, Proof)>>,
    /// The schemes of the keys that entries of each standing have.
    schemes: [u16; 2],
    /// The files that findings of the run are in.
    files: HashSet<Text>,
    /// The keys of entries that were only seen, where others are adopted; what tells but a place is weaker than all that ask.
    seen: HashSet<Fingerprint>,
    /// Room for the marks of entries and findings, which is asked for once.
    marks: [Vec<(u128, u32)>; 2],
}

impl<'a> Matching<'a> {
    fn new(evidence: &'a Evidence, baseline: &'a Baseline) -> Self {
        let marks = [Vec::with_capacity(baseline.entries.len()), Vec::with_capacity(evidence.findings.len())];
        let mut schemes = [0; 2];
        for entry in &baseline.entries {
            let all = baseline.keys.get(entry.keys).iter().fold(0, |all, key| all | 1 << key.scheme as u16);
            schemes.get_mut(entry.standing as usize).into_iter().for_each(|schemes| *schemes |= all);
        }
        let seen = baseline.of(Standing::Seen);
        let places = evidence.findings.iter().flat_map(|finding| evidence.locations.get(finding.locations));
        Self {
            evidence,
            baseline,
            taken: evidence.findings.iter().map(|finding| finding.state != State::Open).collect(),
            marks,
            of_entry: vec![None; baseline.entries.len()],
            schemes,
            files: places.filter_map(|place| place.path).collect(),
            seen: if schemes.first() == Some(&0) {
                HashSet::new()
            } else {
                seen.flat_map(|entry| baseline.keys.get(entry.keys)).filter(|key| key.scheme < Scheme::Loc).copied().collect()
            },
        }
    }

    fn keys(&self, finding: &Finding) -> &'a [Fingerprint] {
        self.evidence.fingerprints.get(finding.fingerprints)
    }

    fn finding(&self, number: u32) -> Option<&'a Finding> {
        self.evidence.findings.get(number as usize)
    }

    fn entry(&self, place: u32) -> Option<&'a Entry> {
        self.baseline.entries.get(place as usize)
    }

    fn is_free(&self, number: u32) -> bool {
        self.taken.get(number as usize) == Some(&false)
    }

    fn is_lost(&self, place: u32) -> bool {
        self.of_entry.get(place as usize) == Some(&None)
    }

    /// The entries of a standing that are not recalled yet.
    fn lost(&self, standing: Standing) -> impl Iterator<Item = (u32, &'a Entry)> {
        let entries = (0_u32..).zip(&self.baseline.entries).zip(&self.of_entry);
        entries.filter(move |((_, entry), found)| entry.standing == standing && found.is_none()).map(|(entry, _)| entry)
    }

    /// The findings that are none of the entries yet.
    fn free(&self) -> impl Iterator<Item = (u32, &'a Finding)> {
        (0_u32..).zip(self.evidence.findings.iter()).zip(&self.taken).filter(|(_, taken)| !**taken).map(|(finding, _)| finding)
    }

    /// Those of them that may be entries of a standing by something weaker than a scheme. What shares a stronger key with an entry
    /// that was only seen is not adopted, whichever finding that entry is.
    fn free_for(&self, standing: Standing, weaker: Scheme) -> impl Iterator<Item = (u32, &'a Finding)> {
        let is_seen = move |key: &Fingerprint| key.scheme < weaker && self.seen.contains(key);
        let may_be_seen = standing == Standing::Adopted && !self.seen.is_empty();
        self.free().filter(move |(_, finding)| !may_be_seen || !self.keys(finding).iter().any(is_seen))
    }

    fn has(&self, scheme: Scheme, standing: Standing) -> bool {
        self.schemes.get(standing as usize).is_some_and(|schemes| schemes & 1 << scheme as u16 != 0)
    }

    fn tie(&mut self, place: u32, number: u32, by: Proof) {
        self.of_entry.get_mut(place as usize).into_iter().for_each(|found| *found = Some((number, by)));
        self.taken.get_mut(number as usize).into_iter().for_each(|taken| *taken = true);
    }

    /// Where a finding is among those that share something with it: its file, its line, and what tells apart those on one line.
    fn order_of_finding(&self, number: u32) -> (Option<&'a str>, u32, Option<Fingerprint>) {
        let Some(finding) = self.finding(number) else { return (None, 0, None) };
        let (path, line) = at(self.evidence, finding);
        (path.map(|path| self.evidence.text(path).as_data()), line, self.keys(finding).first().copied())
    }

    fn order_of_entry(&self, place: u32) -> (Option<&'a str>, u32, Option<Fingerprint>) {
        let Some(entry) = self.entry(place) else { return (None, 0, None) };
        let path = entry.path.map(|path| self.evidence.text(path).as_data());
        (path, entry.start_line.map_or(0, std::num::NonZero::get), self.baseline.keys.get(entry.keys).first().copied())
    }

    /// Ties what shares a mark: all findings, in their order, if there are no more of them than entries.
    fn join<K: Ord + Copy>(&mut self, entries: &mut [(K, u32)], findings: &mut [(K, u32)], by: Proof) {
        entries.sort_unstable();
        findings.sort_unstable();
        let mut rest = &*findings;
        for known in entries.chunk_by(|a, b| a.0 == b.0) {
            let Some(&(mark, first)) = known.first() else { continue };
            // Both are sorted, so that each is walked once.
            rest = rest.get(rest.iter().take_while(|finding| finding.0 < mark).count()..).unwrap_or_default();
            let (alike, behind) = rest.split_at(rest.iter().take_while(|finding| finding.0 == mark).count());
            rest = behind;
            if let ([_], &[(_, number)]) = (known, alike) {
                if self.is_lost(first) && self.is_free(number) {
                    self.tie(first, number, by);
                }
                continue;
            }
            // One may have another key that it was tied by meanwhile.
            let mut places: Vec<u32> = known.iter().map(|known| known.1).filter(|place| self.is_lost(*place)).collect();
            let mut numbers: Vec<u32> = alike.iter().map(|alike| alike.1).filter(|number| self.is_free(*number)).collect();
            places.dedup();
            numbers.dedup();
            if numbers.len() > places.len() {
                continue;
            }
            places.sort_by(|a, b| self.order_of_entry(*a).cmp(&self.order_of_entry(*b)));
            numbers.sort_by(|a, b| self.order_of_finding(*a).cmp(&self.order_of_finding(*b)));
            places.into_iter().zip(numbers).for_each(|(place, number)| self.tie(place, number, by));
        }
    }

    /// Ties what shares a key of a scheme.
    fn by_key(&mut self, scheme: Scheme, standing: Standing) {
        if !self.has(scheme, standing) {
            return;
        }
        let is_of = |key: &&Fingerprint| key.scheme == scheme;
        let marked = |keys: &'a [Fingerprint], number: u32| keys.iter().filter(is_of).map(move |key| (number_of(key), number));
        let [mut entries, mut findings] = std::mem::take(&mut self.marks);
        entries.clear();
        for (place, entry) in self.lost(standing) {
            entries.extend(marked(self.baseline.keys.get(entry.keys), place));
        }
        findings.clear();
        for (number, finding) in self.free_for(standing, scheme) {
            findings.extend(marked(self.keys(finding), number));
        }
        if scheme == Scheme::Tool {
            self.by_print(&entries, &findings);
        } else {
            self.join(&mut entries, &mut findings, Proof::Key(scheme));
        }
        self.marks = [entries, findings];
    }

    /// Ties what shares a tool's own fingerprint: in one file; then across files, where the old one is gone. A tool that writes the
    /// same for everything must not make one finding of another.
    fn by_print(&mut self, entries: &[(u128, u32)], findings: &[(u128, u32)]) {
        let mut files: HashMap<Option<Text>, u32> = HashMap::new();
        let mut file = |path: Option<Text>| {
            let next = u32::try_from(files.len()).unwrap_or(u32::MAX);
            *files.entry(path).or_insert(next)
        };
        let of_entry = |place: u32| self.entry(place).and_then(|entry| entry.path);
        let of_finding = |number: u32| self.finding(number).and_then(|finding| at(self.evidence, finding).0);
        let mut here: Vec<_> = entries.iter().map(|&(digest, place)| ((digest, file(of_entry(place))), place)).collect();
        let mut there: Vec<_> = findings.iter().map(|&(digest, number)| ((digest, file(of_finding(number))), number)).collect();
        self.join(&mut here, &mut there, Proof::Key(Scheme::Tool));
        let mut entries: Vec<_> = entries.iter().filter(|(_, place)| self.is_lost(*place) && self.is_gone(*place)).copied().collect();
        let mut findings: Vec<_> = findings.iter().filter(|(_, number)| self.is_free(*number)).copied().collect();
        self.join(&mut entries, &mut findings, Proof::Key(Scheme::Tool));
    }

    /// Whether the file of an entry has no findings any more.
    fn is_gone(&self, place: u32) -> bool {
        self.entry(place).and_then(|entry| entry.path).is_some_and(|path| !self.files.contains(&path))
    }

    /// Ties what is of one check in one file, and near: first what is known in the same way, then what is now known in another, as after
    /// the upgrade of a tool.
    fn by_line(&mut self, standing: Standing) {
        let mut groups: HashMap<(Text, Option<Text>, Text, bool), u32> = HashMap::new();
        let mut entries: [Vec<Spot>; CODE.len()] = Default::default();
        for (place, entry) in self.lost(standing) {
            let keys = self.baseline.keys.get(entry.keys);
            let Some(path) = entry.path.filter(|_| keys.iter().all(may_move)) else { continue };
            let next = u32::try_from(groups.len()).unwrap_or(u32::MAX);
            let line = entry.start_line.map_or(0, std::num::NonZero::get);
            let group = *groups.entry((entry.tool, entry.rule_id, path, line == 0)).or_insert(next);
            let spot = Spot { group, line, key: keys.first().copied(), number: place };
            entries.get_mut(code(keys)).into_iter().for_each(|entries| entries.push(spot));
        }
        if groups.is_empty() {
            return;
        }
        let mut findings: [Vec<Spot>; CODE.len()] = Default::default();
        for (number, finding) in self.free_for(standing, Scheme::Loc).filter(|(_, finding)| finding.category != Category::Secret) {
            let ((path, line), keys) = (at(self.evidence, finding), self.keys(finding));
            let (Some(path), Some(rule)) = (path.filter(|_| keys.iter().all(may_move)), self.evidence.rule(finding)) else { continue };
            if let Some(&group) = groups.get(&(rule.tool, rule.rule_id, path, line == 0)) {
                let spot = Spot { group, line, key: keys.first().copied(), number };
                findings.get_mut(code(keys)).into_iter().for_each(|findings| findings.push(spot));
            }
        }
        for (of_entry, of_finding) in (0..CODE.len()).map(|code| (code, code)).chain(other_ways()) {
            let (Some(known), Some(found)) = (entries.get(of_entry), findings.get(of_finding)) else { continue };
            let code_differs = of_entry == of_finding && CODE.get(of_entry).is_some_and(Option::is_some);
            self.pair(known, found, if code_differs { BESIDE } else { NEAR });
        }
    }

    /// Ties entries and findings that are at most `near` lines apart, as far as they are none others' yet.
    fn pair(&mut self, entries: &[Spot], findings: &[Spot], near: u32) {
        let mut entries: Vec<Spot> = entries.iter().filter(|spot| self.is_lost(spot.number)).copied().collect();
        let mut findings: Vec<Spot> = findings.iter().filter(|spot| self.is_free(spot.number)).copied().collect();
        entries.sort_unstable();
        findings.sort_unstable();
        let mut rest = entries.as_slice();
        for alike in findings.chunk_by(|a, b| a.group == b.group) {
            let Some(&Spot { group, .. }) = alike.first() else { continue };
            rest = rest.get(rest.iter().take_while(|entry| entry.group < group).count()..).unwrap_or_default();
            let known = rest.get(..rest.iter().take_while(|entry| entry.group == group).count()).unwrap_or_default();
            let lines = |all: &[Spot]| all.iter().map(|one| one.line).collect::<Vec<u32>>();
            for (finding, entry) in alike.iter().zip(lines::paired(&lines(known), &lines(alike), near)) {
                if let Some(entry) = entry.and_then(|entry| known.get(entry)) {
                    self.tie(entry.number, finding.number, Proof::Nearby);
                }
            }
        }
    }

    /// Ties what was in a file that is gone with the same in another.
    fn by_name(&mut self, standing: Standing) {
        let lost: Vec<(u32, &Entry)> = self.lost(standing).filter(|(place, _)| self.is_gone(*place)).collect();
        if lost.is_empty() {
            return;
        }
        let code = |keys: &'a [Fingerprint], number: u32| {
            keys.iter().filter(|key| key.scheme == Scheme::Text).map(move |key| (number_of(key), number))
        };
        let mut entries = Vec::new();
        let mut components: HashMap<(Text, Text), u32> = HashMap::new();
        let mut vulnerable = Vec::new();
        for (place, entry) in lost {
            entries.extend(code(self.baseline.keys.get(entry.keys), place));
            if let Some(both) = entry.vulnerability.zip(entry.package) {
                let next = u32::try_from(components.len()).unwrap_or(u32::MAX);
                vulnerable.push((*components.entry(both).or_insert(next), place));
            }
        }
        let (mut findings, mut afflicted) = (Vec::new(), Vec::new());
        for (number, finding) in self.free_for(standing, Scheme::Loc) {
            findings.extend(code(self.keys(finding), number));
            let both = vulnerability(self.evidence, finding);
            afflicted.extend(both.and_then(|both| components.get(&both)).map(|group| (*group, number)));
        }
        self.join(&mut entries, &mut findings, Proof::Renamed);
        self.join(&mut vulnerable, &mut afflicted, Proof::Renamed);
    }

    /// The entries of components that a finding has keys of which is another entry's, each with that one: names of one vulnerability
    /// that nobody knew to be one.
    fn joined(&self) -> Vec<(u32, u32)> {
        let lost = (0_u32..).zip(&self.baseline.entries).zip(&self.of_entry).filter(|(_, found)| found.is_none()).map(|(entry, _)| entry);
        let lost: Vec<(u32, &Entry)> = lost.filter(|(_, entry)| entry.is_component(&self.baseline.keys)).collect();
        if lost.is_empty() {
            return Vec::new();
        }
        let mut owners: HashMap<[u8; 16], u32> = HashMap::new();
        for (place, found) in (0_u32..).zip(&self.of_entry) {
            let Some(finding) = found.and_then(|(number, _)| self.finding(number)) else { continue };
            for key in self.keys(finding).iter().filter(|key| key.scheme == Scheme::Sca) {
                owners.entry(key.digest).or_insert(place);
            }
        }
        let owner = |entry: &Entry| self.baseline.keys.get(entry.keys).iter().find_map(|key| owners.get(&key.digest)).copied();
        lost.into_iter().filter_map(|(place, entry)| Some((place, owner(entry)?))).collect()
    }
}

/// The digest of a key as a number, of which two are compared at once.
const fn number_of(key: &Fingerprint) -> u128 {
    u128::from_be_bytes(key.digest)
}

/// By which of [`CODE`] the code is known.
fn code(keys: &[Fingerprint]) -> usize {
    let strongest = keys.first().map(|key| key.scheme).filter(|scheme| scheme.identifies());
    CODE.iter().position(|code| *code == strongest).unwrap_or(CODE.len() - 1)
}

/// The pairs of [`CODE`] of which one tells nothing of the other.
fn other_ways() -> impl Iterator<Item = (usize, usize)> {
    (0..CODE.len()).flat_map(|one| (0..CODE.len()).map(move |other| (one, other))).filter(|(one, other)| one != other)
}

/// Where an entry or a finding is among those of one check in one file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Spot {
    /// A number for the check and the file.
    group: u32,
    line: u32,
    key: Option<Fingerprint>,
    /// The place of the entry or the finding.
    number: u32,
}

/// Whether what has such a key may be on another line than it was, and still be the same.
const fn may_move(key: &Fingerprint) -> bool {
    !matches!(key.scheme, Scheme::Sca | Scheme::Secret | Scheme::Iac)
}

/// The vulnerability of a finding, as it is shown, and the component.
pub(super) fn vulnerability(evidence: &Evidence, finding: &Finding) -> Option<(Text, Text)> {
    let package = evidence.detail(finding)?.package?;
    evidence.words.get(finding.ids).first().map(|id| (*id, package.component))
}

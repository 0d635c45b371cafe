//! One finding out of several.
//!
//! What is graver counts: the finding speaks as the gravest of them, an open one before one that passed; it is suppressed only as
//! far as each of them is. Nothing that was told is lost: the lists of the gravest come first, then what only the others have, in
//! its own order. Of equally grave ones the first by content speaks, so that their order says nothing.

use std::cmp::Ordering;
use std::num::NonZeroU32;

use jiff::civil::Date;

use crate::base::pool::{Pool, Span};
use crate::base::text::{Text, Texts, Untrusted};
use crate::correlate::components;
use crate::model::finding::{Detail, Evidence, Finding, Package, Sighting, State};
use crate::model::identity::{Category, FindingId, Fingerprint, advisory_order};
use crate::model::location::Location;
use crate::model::raw::DetailId;
use crate::model::severity::{Assessment, Score, Severity, Source};

/// Puts the one finding of all the sightings in the place of the first; what becomes of the others is left to the caller. All have
/// the same strongest key, and the finding gets the n-th of each key.
pub(super) fn join(evidence: &mut Evidence, first: u32, others: &[u32], ordinal: u32) {
    if !others.is_empty() {
        let numbers = [&[first], others].concat();
        let mut findings: Vec<Finding> = numbers.iter().filter_map(|&number| evidence.findings.get(number as usize)).copied().collect();
        findings.sort_by(|a, b| by_gravity(evidence, a, b));
        let joined = joined(evidence, &findings);
        if let Some((finding, joined)) = evidence.findings.get_mut(first as usize).zip(joined) {
            *finding = joined;
        }
    }
    if ordinal > 0
        && let Some(finding) = evidence.findings.get(first as usize)
    {
        let keys: Vec<Fingerprint> = evidence.fingerprints.get(finding.fingerprints).iter().map(|key| key.nth(ordinal)).collect();
        set_keys(evidence, first, keys);
    }
}

/// Gives a finding other keys, and with them another id.
pub(super) fn set_keys(evidence: &mut Evidence, number: u32, keys: Vec<Fingerprint>) {
    let first = keys.first().copied();
    let keys = evidence.fingerprints.add(keys);
    if let Some((finding, key)) = evidence.findings.get_mut(number as usize).zip(first) {
        (finding.fingerprints, finding.id) = (keys, key.into());
    }
}

/// The finding of all of these, of which the first is the gravest.
fn joined(evidence: &mut Evidence, findings: &[Finding]) -> Option<Finding> {
    let gravest = findings.first()?;
    let sightings = sightings(evidence, findings);
    let detail = detail(evidence, findings);
    // Keys of components are all of one strength, and of their places that in the project comes before that on a machine.
    let is_component = components::is_component(evidence, gravest);
    let (head, places) = if is_component { (0, 0) } else { (1, usize::MAX) };
    // One thing is as grave as the gravest kind that anybody takes it for: a vulnerability is no remark, and malice no vulnerability.
    let is_one = |category| findings.iter().any(|finding| finding.category == category);
    let category = [Category::Malware, Category::Sca].into_iter().find(|&category| is_component && is_one(category));
    let Evidence { texts, assessments, words, cwes, locations, fingerprints, .. } = evidence;
    let keys = union(fingerprints, findings, |f| f.fingerprints, (head, usize::MAX), |&key| key);
    Some(Finding {
        id: fingerprints.get(keys).first().copied().map(FindingId::from)?,
        category: category.unwrap_or(gravest.category),
        suppressed: findings.iter().map(|finding| finding.suppressed).min()?,
        // The place of the one that decided stays what it is, and one that is not there stays away.
        assessments: union(assessments, findings, |f| f.assessments, (usize::MAX, usize::from(u8::MAX)), |a| told(texts, a)),
        ids: union(words, findings, |f| f.ids, (0, usize::MAX), |&id| advisory_order(texts.get(id).as_data())),
        tags: union(words, findings, |f| f.tags, (0, usize::MAX), |&tag| texts.get(tag)),
        cwes: union(cwes, findings, |f| f.cwes, (0, usize::MAX), |&cwe| cwe),
        locations: union(
            locations,
            findings,
            |f| f.locations,
            (places, usize::MAX),
            |at| (is_component && is_absolute(texts, at), place(texts, at)),
        ),
        fingerprints: keys,
        detail,
        sightings: evidence.sightings.add(sightings),
        ..*gravest
    })
}

/// All sightings, by input and place in it.
fn sightings(evidence: &Evidence, findings: &[Finding]) -> Vec<Sighting> {
    let mut all: Vec<Sighting> = findings.iter().flat_map(|finding| evidence.sightings.get(finding.sightings)).copied().collect();
    let source = |sighting: &Sighting| {
        let input = evidence.scan(sighting).and_then(|scan| evidence.input(scan)).map(|input| input.path.as_str());
        (input, sighting.scan, sighting.pointer.index)
    };
    all.sort_by(|a, b| source(a).cmp(&source(b)));
    all
}

/// The items of some findings' lists, each once: the first `head` of the first list as they are, then the others sorted, and no more
/// than `most` in all.
fn union<T: Copy + PartialEq, K: Ord>(
    pool: &mut Pool<T>,
    findings: &[Finding],
    list: impl Fn(&Finding) -> Span<T>,
    (head, most): (usize, usize),
    key: impl Fn(&T) -> K,
) -> Span<T> {
    let Some(first) = findings.first().map(&list) else { return Span::default() };
    if findings.iter().all(|finding| pool.get(list(finding)) == pool.get(first)) {
        return first;
    }
    let (items, tail) = pool.get(first).split_at(head.min(first.len()));
    let mut known = items.to_vec();
    known.sort_unstable_by_key(&key);
    let others = findings.iter().skip(1).flat_map(|finding| pool.get(list(finding)));
    let is_new = |item: &&T| known.binary_search_by_key(&key(item), &key).is_err();
    let mut new: Vec<T> = tail.iter().chain(others).filter(is_new).copied().collect();
    new.sort_unstable_by_key(&key);
    new.dedup_by_key(|item| key(item));
    let all: Vec<T> = items.iter().chain(&new).take(most).copied().collect();
    if all == pool.get(first) { first } else { pool.add(all) }
}

/// Gravest first. What is equal in it and not the same is ordered by what it says.
fn by_gravity(evidence: &Evidence, a: &Finding, b: &Finding) -> Ordering {
    let texts = &evidence.texts;
    let gravity = |f: &Finding| (f.state == State::Open, f.severity);
    let rule = |f: &Finding| {
        let rule = evidence.rule(f)?;
        Some((texts.get(rule.tool), rule.rule_id.map(|id| texts.get(id)), rule.title.map(|title| texts.get(title))))
    };
    let nature = |f: &Finding| (f.category, rule(f), f.message.map(|message| texts.get(message)), named(evidence, f), f.chosen);
    let assessments = |f: &Finding| evidence.assessments.get(f.assessments).iter().map(|a| told(texts, a));
    let locations = |f: &Finding| evidence.locations.get(f.locations).iter().map(|at| place(texts, at));
    gravity(b)
        .cmp(&gravity(a))
        .then_with(|| nature(a).cmp(&nature(b)))
        .then_with(|| assessments(a).cmp(assessments(b)))
        .then_with(|| locations(a).cmp(locations(b)))
}

/// What the details say of a finding that is like another.
fn named<'e>(evidence: &'e Evidence, finding: &Finding) -> Option<[Option<Untrusted<'e>>; 4]> {
    let Detail { title, package, versions, target, .. } = evidence.detail(finding)?;
    let version = evidence.words.get(*versions).first().copied();
    let purl = package.and_then(|package| package.purl.or(Some(package.name)));
    Some([*title, purl, version, *target].map(|text| text.map(|text| evidence.text(text))))
}

/// What all details say together: of a fact that counts against the finding (it can be reached, it is exploited) one who says so is
/// enough, of one that counts for it (it is for development only) one who denies it; who says nothing is not asked.
fn detail(evidence: &mut Evidence, findings: &[Finding]) -> Option<DetailId> {
    let details: Vec<Detail> = findings.iter().filter_map(|finding| evidence.detail(finding)).copied().collect();
    let first = details.first()?;
    let any = |fact: fn(&Detail) -> Option<bool>| details.iter().filter_map(fact).max();
    let all = |fact: fn(&Detail) -> Option<bool>| details.iter().filter_map(fact).min();
    let earliest = |date: fn(&Detail) -> Option<Date>| details.iter().filter_map(date).min();
    let mut list = |of: fn(&Detail) -> Span<Text>| {
        let mut items: Vec<Text> = details.iter().flat_map(|detail| evidence.words.get(of(detail))).copied().collect();
        items.sort_unstable_by_key(|&item| evidence.texts.get(item));
        items.dedup();
        evidence.words.add(items)
    };
    let (versions, fixed_versions) = (list(|detail| detail.versions), list(|detail| detail.fixed_versions));
    let named = |detail: &Detail| detail.package.and_then(|package| package.purl.filter(|&purl| purl != package.component));
    let mut purls: Vec<Text> = details.iter().flat_map(|d| evidence.words.get(d.purls).iter().copied().chain(named(d))).collect();
    purls.sort_unstable_by_key(|&purl| evidence.texts.get(purl));
    purls.dedup();
    let package = first.package.map(|package| Package {
        // A purl with a version names one of several.
        purl: package.purl.map(|purl| if versions.len() > 1 { package.component } else { purl }),
        ..package
    });
    let detail = Detail {
        title: details.iter().find_map(|detail| detail.title),
        package,
        versions,
        purls: if versions.len() > 1 { evidence.words.add(purls) } else { Span::default() },
        fixed_versions,
        fix_available: any(|detail| detail.fix_available),
        target: first.target,
        reachable: any(|detail| detail.reachable),
        dev: all(|detail| detail.dev),
        direct: any(|detail| detail.direct),
        verified: any(|detail| detail.verified),
        kev: any(|detail| detail.kev),
        epss: details.iter().filter_map(|detail| detail.epss).max(),
        // Found out after the merge, from the feeds.
        epss_is_least: false,
        ssvc: None,
        published: earliest(|detail| detail.published),
        fix_released: earliest(|detail| detail.fix_released),
        first_seen: earliest(|detail| detail.first_seen),
        bundle: first.bundle,
    };
    evidence.details.push(detail);
    Some(DetailId::at(evidence.details.len() - 1))
}

type Told<'t> = (Untrusted<'t>, &'static str, Option<Score>, Option<Severity>, Option<Untrusted<'t>>, Option<Untrusted<'t>>);

fn told<'t>(texts: &'t Texts, assessment: &Assessment) -> Told<'t> {
    let Assessment { source, kind, score, severity, told, vector } = *assessment;
    let text = |text| texts.get(text);
    let by = if let Source::By(who) = source { text(who) } else { Untrusted::new(source.word()) };
    (by, kind.word(), score, severity, told.map(text), vector.map(text))
}

fn is_absolute(texts: &Texts, at: &Location) -> bool {
    at.path.is_some_and(|path| texts.get(path).as_data().starts_with('/'))
}

fn place<'t>(texts: &'t Texts, at: &Location) -> (Option<Untrusted<'t>>, Option<NonZeroU32>, Option<NonZeroU32>) {
    let path = |path: Text| texts.get(path);
    (at.path.map(path), at.start_line, at.end_line)
}

#[cfg(test)]
mod tests;

//! Turns what a report says into findings: the only place where a [`Finding`] is made.
//!
//! Severity is rated ([`severity`]), paths are cleaned ([`path`]), the tool is named ([`tool`]), CWE and advisory ids are picked
//! out of tags ([`taxa`]), what the tool tells in its own way is taken from where its profile says ([`facts`]), and the keys are
//! made by which a finding is known again. Rows of one rule share most of this, so it is worked out once for each combination that
//! occurs.

mod advisory;
mod alike;
mod cvss;
mod detail;
mod facts;
mod keys;
mod package;
mod path;
mod profiled;
mod severity;
mod taxa;
mod tool;

use std::iter;
use std::rc::Rc;

use hashbrown::HashMap;

use crate::base::pages::Pages;
use crate::base::pool::{Distinct, Pool, Span};
use crate::base::text::{Text, TextMap, TextTable};
use crate::model::finding::{Evidence, Finding, RuleId, Sighting};
use crate::model::identity::{Category, FindingId};
use crate::model::location::{Location, Pointer};
use crate::model::problem::{Problem, Problems, Weight};
use crate::model::profile::{Profile, Profiles};
use crate::model::raw::{Claim, Claimed, Property, RawDetail, RawFinding, RawLocation, RawReport, RawRule, RawScan, Suppression};
use crate::model::scan::{ERROR_NOTIFICATION, Scan, ScanId, TOOL_ERROR};
use crate::model::severity::Assessment;
use alike::{KindOfRow, OfKind, OfRule};
use detail::{Component, Judged, KnownNames, Rating};
use facts::{Facts, NONE, Room};
use package::BadPurl;
pub use package::named;
use profiled::{Explained, LastIds};
use severity::Scored;

/// Adds the scans and findings of a report to the evidence; `input` is the report's place in its inputs. `root` is the folder that
/// absolute paths in reports are relative to, if it is known.
pub fn normalize(evidence: &mut Evidence, input: u32, report: RawReport, profiles: &Profiles, root: Option<&str>) {
    let RawReport { texts, scans, rules, claims, locations, words, properties, details, problems } = report;
    let map = evidence.texts.absorb(texts);
    let file = evidence.inputs.get(input as usize).map(|input| input.path.clone()).unwrap_or_default();
    let shared = Shared { rules, claims, locations, words, properties, details, map, profiles, root };
    let mut found = problems;
    for scan in scans {
        Normalizer::new(evidence, &shared, input, &scan, &file).run(scan, &mut found);
    }
    let found: Vec<Problem> = found.of_file(&file).collect();
    if let Some(input) = evidence.inputs.get_mut(input as usize) {
        input.problems.extend(found);
    }
}

/// What the scans of a report share.
struct Shared<'a> {
    rules: Vec<RawRule>,
    claims: Distinct<Claim>,
    locations: Pool<RawLocation>,
    words: Pool<Text>,
    properties: Pool<Property>,
    details: Pages<RawDetail>,
    map: TextMap,
    profiles: &'a Profiles,
    root: Option<&'a str>,
}

/// A component, and what is wrong with its purl.
type Known = (Option<Component>, Option<BadPurl>);

struct Normalizer<'a> {
    evidence: &'a mut Evidence,
    shared: &'a Shared<'a>,
    scan: ScanId,
    tool: Text,
    category: Category,
    /// Whether what the tool says may quote a secret.
    finds_secrets: bool,
    profile: Option<&'a Profile>,
    /// Whether the profile finds something in results, not only in rules.
    looks_at_rows: bool,
    /// What rows say in their own way, and whether they are secrets.
    words: Vec<(Vec<Claim>, bool)>,
    /// The last number that was given to what only one row says.
    unshared: u32,
    /// What rules tell in their own way.
    facts: Vec<Rc<Facts>>,
    /// Room for what the profile finds in a row.
    found: Option<Box<Facts>>,
    room: Room,
    /// Room for tags of a rule, and for claims.
    tags: Vec<Text>,
    claims: Vec<Claim>,
    /// Whether nothing is found in a name or in a tag of a rule.
    dull: [TextTable<bool>; 2],
    /// By the place of a rule.
    last_ids: HashMap<usize, LastIds>,
    /// By the name of a base: the URI it stands for.
    bases: TextTable<Text>,
    rules: Vec<OfRule>,
    /// The first rule of each id, which is mostly the only one; the others are in `by_rule`.
    first_rules: TextTable<u32>,
    by_rule: HashMap<(Option<Text>, Option<u32>), usize>,
    kinds: Vec<(KindOfRow, OfKind)>,
    by_kind: HashMap<KindOfRow, u32>,
    /// The last of the kinds of each rule id: most tools rate all results of a rule alike.
    recent: TextTable<u32>,
    /// What CVSS vectors come to.
    vectors: TextTable<Scored>,
    /// Of the row before.
    last_names: Option<KnownNames>,
    ratings: HashMap<Judged, Rating>,
    /// What the claims of a row come to that says more in its own way, unless they may hide a secret.
    own_ratings: HashMap<Vec<Claim>, Rating>,
    /// Components as told, and as they are known.
    components: HashMap<[Option<Text>; 4], Known>,
    /// By URI: the base it was named with, and the clean path.
    paths: TextTable<(Option<Text>, Option<Text>)>,
}

impl<'a> Normalizer<'a> {
    /// Adds the scan to the evidence.
    fn new(evidence: &'a mut Evidence, shared: &'a Shared<'a>, input: u32, raw: &RawScan, file: &str) -> Self {
        let named = tool::of_driver(evidence.texts.get(shared.map.apply(raw.tool)), shared.profiles);
        let tool = evidence.texts.intern(&named.id);
        let known = named.categories();
        let told = raw.category.map(|told| iter::once(told).chain(raw.more_categories.iter().copied()).collect());
        let categories: Vec<Category> = told.unwrap_or_else(|| known.clone());
        let category = categories.first().copied().unwrap_or(Category::Other);
        let scan = ScanId(u32::try_from(evidence.scans.len()).unwrap_or(u32::MAX));
        // Whatever the report says: the tool is known for it, or the report says so.
        let finds_secrets = known.first() == Some(&Category::Secret) || category == Category::Secret;
        // What a tool that finds secrets says in its own words may quote one.
        let is_mute = |problem: &Problem| finds_secrets && problem.code == ERROR_NOTIFICATION;
        let of_file = |problem: &Problem| {
            let message = if is_mute(problem) { TOOL_ERROR.to_owned() } else { problem.message.clone() };
            Problem { file: Some(file.to_owned()), message, ..problem.clone() }
        };
        let mut plain = |told: Option<Text>, is_plain: fn(&str) -> bool| {
            let told = shared.map.apply(told?);
            let keeps = !finds_secrets || is_plain(evidence.texts.get(told).as_data());
            Some(if keeps { told } else { evidence.texts.intern("(not shown)") })
        };
        let (tool_version, commit) = (plain(raw.tool_version, is_version), plain(raw.commit, is_commit));
        evidence.scans.push(Scan {
            input,
            pointer: raw.pointer.clone(),
            tool,
            tool_is_plain: named.is_plain,
            tool_version,
            categories,
            incomplete_because: raw.incomplete_because.iter().map(of_file).collect(),
            sightings: raw.results.len() as u64,
            suppressed: 0,
            claimed: raw.claimed,
            commit,
            repository: raw.repository.map(|text| shared.map.apply(text)),
            ended: raw.ended,
        });
        let mut bases = TextTable::default();
        for &(name, uri) in &raw.bases {
            if let Some(uri) = uri {
                bases.set(name, uri);
            }
        }
        Self {
            evidence,
            shared,
            scan,
            tool,
            category,
            finds_secrets,
            profile: named.profile,
            looks_at_rows: named.profile.is_some_and(|profile| profile.facts.iter().any(|fact| !fact.from.is_of_rule())),
            words: Vec::new(),
            unshared: u32::MAX,
            facts: Vec::new(),
            found: None,
            room: Room::default(),
            tags: Vec::new(),
            claims: Vec::new(),
            dull: Default::default(),
            last_ids: HashMap::new(),
            bases,
            rules: Vec::new(),
            first_rules: TextTable::default(),
            by_rule: HashMap::new(),
            kinds: Vec::new(),
            by_kind: HashMap::new(),
            recent: TextTable::default(),
            vectors: TextTable::default(),
            last_names: None,
            ratings: HashMap::new(),
            own_ratings: HashMap::new(),
            components: HashMap::new(),
            paths: TextTable::default(),
        }
    }

    fn run(&mut self, raw: RawScan, problems: &mut Problems) {
        let RawScan { results, prints, properties, .. } = raw;
        let mut properties = properties.into_iter().peekable();
        let mut suppressed = 0;
        // The rows go page by page as the findings come.
        for (number, row) in (0_u32..).zip(results) {
            let properties = properties.next_if(|(of, _)| *of == number).map(|(_, list)| list).unwrap_or_default();
            let detail = row.detail.and_then(|id| self.shared.details.get(id.index()));
            let finding = match detail {
                Some(detail) => self.detailed(&row, detail, problems),
                None => self.finding(&row, properties, &prints, problems),
            };
            suppressed += u64::from(finding.suppressed != Suppression::None);
            self.evidence.findings.push(finding);
        }
        if let Some(scan) = self.evidence.scans.get_mut(self.scan.0 as usize) {
            scan.suppressed = suppressed;
        }
    }

    fn finding(&mut self, row: &RawFinding, properties: Span<Property>, prints: &Pool<u8>, problems: &mut Problems) -> Finding {
        let found = self.facts_of_row(row, properties);
        let own = found.as_deref().unwrap_or(&NONE);
        let OfKind { rule: number, rated, assessments } = self.kind(row, own);
        let pointer = Pointer { list: self.shared.map.apply(row.pointer.list), index: row.pointer.index };
        if let Some(problem) = rated.problem {
            let list = self.evidence.texts.get(pointer.list).as_data();
            problems.add(Weight::Note, problem.code(), || format!("{list}/{}", pointer.index), problem.message(), "");
        }
        let told = rated.told;
        let RawFinding { suppressed, baseline_state, .. } = *row;
        let sighting = Sighting { scan: self.scan, pointer, severity_as_told: told, suppressed, baseline_state, claim: Claimed::Open };
        let locations = self.locations(row.locations, pointer, true, problems);
        let of_rule = self.rules.get(number);
        let (mut ids, mut cwes, mut is_secret) = of_rule.map(|of_rule| (of_rule.ids, of_rule.cwes, of_rule.is_secret)).unwrap_or_default();
        let rule = of_rule.map_or(RuleId(0), |of_rule| of_rule.rule);
        let facts = of_rule.map(|of_rule| Rc::clone(&of_rule.facts)).unwrap_or_default();
        let category = own.category.or(facts.category).unwrap_or(self.category);
        let mut tags = of_rule.map(|of_rule| of_rule.tags).unwrap_or_default();
        if !row.tags.is_empty() {
            (ids, cwes, is_secret) = self.with_tags(row);
            tags = self.tags_of_row(row);
        }
        is_secret |= category == Category::Secret;
        let explained = Explained { own, rule: &facts };
        // What a tool says of a secret is not taken apart.
        let explained =
            (explained.has_detail() && category != Category::Secret).then(|| self.explain(number, row, explained, ids, locations));
        let keys = explained.and_then(|explained| explained.keys);
        let fingerprints = keys.unwrap_or_else(|| self.fingerprints(number, row, locations, prints, is_secret));
        let is_malware = category == Category::Sca && explained.is_some_and(|explained| explained.is_malware);
        self.found = found;
        Finding {
            id: self.evidence.fingerprints.get(fingerprints).first().copied().map(FindingId::from).unwrap_or_default(),
            category: if is_malware { Category::Malware } else { category },
            state: rated.state,
            suppressed: row.suppressed,
            severity: rated.severity,
            chosen: rated.chosen,
            assessments,
            rule,
            ids: explained.map_or(ids, |explained| explained.ids),
            cwes,
            tags: if is_secret { Span::default() } else { tags },
            message: row.message.filter(|_| !is_secret).map(|text| self.shared.map.apply(text)),
            locations,
            fingerprints,
            sightings: self.evidence.sightings.add([sighting]),
            detail: explained.map(|explained| explained.detail),
            entry: None,
            group: None,
        }
    }

    /// The clean places; `are_uris` tells URI references from plain paths.
    fn locations(&mut self, raw: Span<RawLocation>, at: Pointer, are_uris: bool, problems: &mut Problems) -> Span<Location> {
        let shared = self.shared;
        let Self { evidence, bases, paths, .. } = self;
        let texts = &mut evidence.texts;
        let locations = shared.locations.get(raw).iter().map(|raw| {
            let path = raw.uri.and_then(|uri| {
                if let Some((base, path)) = paths.get(uri)
                    && *base == raw.base
                {
                    return *path;
                }
                let base = raw.base.and_then(|name| bases.get(name).copied());
                let base = base.map(|base| texts.get(shared.map.apply(base)).as_data());
                let told = texts.get(shared.map.apply(uri)).as_data();
                let clean = if are_uris { path::of_uri(told, base, shared.root) } else { path::of_path(told, shared.root) };
                if clean.as_deref().is_some_and(path::climbs) {
                    let list = texts.get(at.list).as_data();
                    problems.add(Weight::Note, "climbing-path", || format!("{list}/{}", at.index), path::CLIMBS, "");
                }
                let clean = clean.map(|clean| texts.intern(&clean));
                paths.set(uri, (raw.base, clean));
                clean
            });
            Location { path, start_line: raw.start_line, end_line: raw.end_line }
        });
        evidence.locations.add(locations)
    }
}

/// Whether a text is a version number, and nothing that could be a secret.
fn is_version(told: &str) -> bool {
    let is_part = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'+' | b'_');
    told.len() <= 40 && told.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit()) && told.bytes().all(is_part)
}

/// Whether a text is a commit's hash, whole or cut.
fn is_commit(told: &str) -> bool {
    (7..=64).contains(&told.len()) && told.bytes().all(|b| b.is_ascii_hexdigit())
}

/// What may be shown of an assessment. A word that is no severity could be anything, a secret too.
fn muted(assessment: Assessment, is_secret: bool) -> Assessment {
    let told = assessment.told.filter(|_| !is_secret || assessment.severity.is_some());
    Assessment { told, vector: assessment.vector.filter(|_| !is_secret), ..assessment }
}

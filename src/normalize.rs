//! Turns what a report says into findings: the only place where a [`Finding`] is made.
//!
//! Severity is rated ([`severity`]), paths are cleaned ([`path`]), the tool is named and its category known ([`tool`]), CWE and
//! advisory ids are picked out of tags ([`taxa`]), and the keys are made by which a finding is known again. Rows of one rule share
//! most of this, so it is worked out once for each combination that occurs.

mod advisory;
mod cvss;
mod detail;
mod package;
mod path;
mod severity;
mod taxa;
mod tool;

use std::mem;
use std::num::NonZero;

use hashbrown::HashMap;

use crate::base::pages::Pages;
use crate::base::pool::{Distinct, Pool, Span};
use crate::base::text::{Text, TextMap, TextTable};
use crate::model::finding::{Evidence, Finding, Rule, RuleId, Sighting};
use crate::model::identity::{Begun, Category, FindingId, Fingerprint, Keys};
use crate::model::location::{Location, Pointer};
use crate::model::problem::{Problem, Problems, Weight};
use crate::model::raw::{Claim, Claimed, RawDetail, RawFinding, RawLocation, RawReport, RawRule, RawScan, Suppression};
use crate::model::scan::{Scan, ScanId};
use crate::model::severity::{Assessment, Source};
use detail::{Component, Judged, KnownNames, Rating};
use package::BadPurl;
use severity::{Rated, Scored};
use taxa::Taxa;

/// Adds the scans and findings of a report to the evidence; `input` is the report's place in its inputs. `root` is the folder that
/// absolute paths in reports are relative to, if it is known.
pub fn normalize(evidence: &mut Evidence, input: u32, report: RawReport, root: Option<&str>) {
    let RawReport { texts, scans, rules, claims, locations, words, details, problems } = report;
    let map = evidence.texts.absorb(texts);
    let file = evidence.inputs.get(input as usize).map(|input| input.path.clone()).unwrap_or_default();
    let shared = Shared { rules, claims, locations, words, details, map, root };
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
    details: Pages<RawDetail>,
    map: TextMap,
    root: Option<&'a str>,
}

/// What the rows of one rule share.
struct OfRule {
    rule: RuleId,
    ids: Span<Text>,
    cwes: Span<u32>,
    /// Whether what the tool says may quote a secret: it is dropped here, before anybody could print it.
    is_secret: bool,
    begun: Begun,
}

/// What rows share that name one rule and say the same about severity.
#[derive(Clone, Copy)]
struct OfKind {
    /// A place in [`Normalizer::rules`].
    rule: usize,
    rated: Rated,
    assessments: Span<Assessment>,
}

/// A component, and what is wrong with its purl.
type Known = (Option<Component>, Option<BadPurl>);

/// What a row says that [`OfKind`] depends on.
type KindOfRow = (Option<Text>, Option<u32>, Span<Claim>);

struct Normalizer<'a> {
    evidence: &'a mut Evidence,
    shared: &'a Shared<'a>,
    scan: ScanId,
    tool: Text,
    category: Category,
    /// Whether what the tool says may quote a secret.
    finds_secrets: bool,
    zero_is_unrated: bool,
    /// By the name of a base: the URI it stands for.
    bases: TextTable<Text>,
    rules: Vec<OfRule>,
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
    /// Components as told, and as they are known.
    components: HashMap<[Option<Text>; 4], Known>,
    /// By URI: the base it was named with, and the clean path.
    paths: TextTable<(Option<Text>, Option<Text>)>,
}

impl<'a> Normalizer<'a> {
    /// Adds the scan to the evidence.
    fn new(evidence: &'a mut Evidence, shared: &'a Shared<'a>, input: u32, raw: &RawScan, file: &str) -> Self {
        let named = tool::of_driver(evidence.texts.get(shared.map.apply(raw.tool)));
        let tool = evidence.texts.intern(&named.id);
        let category = raw.category.unwrap_or(named.category);
        let scan = ScanId(u32::try_from(evidence.scans.len()).unwrap_or(u32::MAX));
        // Whatever the report says: the tool is known for it, or the report says so.
        let finds_secrets = named.category == Category::Secret || category == Category::Secret;
        // What a tool that finds secrets says in its own words may quote one.
        let is_mute = |problem: &Problem| finds_secrets && problem.code == "error-notification";
        let of_file = |problem: &Problem| {
            let message = if is_mute(problem) { "the tool reports an error".to_owned() } else { problem.message.clone() };
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
            category,
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
            zero_is_unrated: named.zero_is_unrated,
            bases,
            rules: Vec::new(),
            by_rule: HashMap::new(),
            kinds: Vec::new(),
            by_kind: HashMap::new(),
            recent: TextTable::default(),
            vectors: TextTable::default(),
            last_names: None,
            ratings: HashMap::new(),
            components: HashMap::new(),
            paths: TextTable::default(),
        }
    }

    fn run(&mut self, raw: RawScan, problems: &mut Problems) {
        let RawScan { results, prints, .. } = raw;
        let mut suppressed = 0;
        // The rows go page by page as the findings come.
        for row in results {
            let detail = row.detail.and_then(|id| self.shared.details.get(id.index()));
            let finding = match detail {
                Some(detail) => self.detailed(&row, detail, problems),
                None => self.finding(&row, &prints, problems),
            };
            suppressed += u64::from(finding.suppressed != Suppression::None);
            self.evidence.findings.push(finding);
        }
        if let Some(scan) = self.evidence.scans.get_mut(self.scan.0 as usize) {
            scan.suppressed = suppressed;
        }
    }

    fn finding(&mut self, row: &RawFinding, prints: &Pool<u8>, problems: &mut Problems) -> Finding {
        let OfKind { rule: number, rated, assessments } = self.kind(row);
        let pointer = Pointer { list: self.shared.map.apply(row.pointer.list), index: row.pointer.index };
        if let Some(problem) = rated.problem {
            let list = self.evidence.texts.get(pointer.list).as_data();
            problems.add(Weight::Note, problem.code(), || format!("{list}/{}", pointer.index), problem.message(), "");
        }
        let told = rated.told.map(|text| self.shared.map.apply(text));
        let sighting = Sighting { scan: self.scan, pointer, severity_as_told: told, suppressed: row.suppressed, claim: Claimed::Open };
        let locations = self.locations(row.locations, pointer, true, problems);
        let of_rule = self.rules.get(number);
        let (mut ids, mut cwes, mut is_secret) = of_rule.map(|of_rule| (of_rule.ids, of_rule.cwes, of_rule.is_secret)).unwrap_or_default();
        let rule = of_rule.map_or(RuleId(0), |of_rule| of_rule.rule);
        if !row.tags.is_empty() {
            (ids, cwes, is_secret) = self.with_tags(row);
        }
        let fingerprints = self.fingerprints(number, row, locations, prints, is_secret);
        Finding {
            id: self.evidence.fingerprints.get(fingerprints).first().copied().map(FindingId::from).unwrap_or_default(),
            category: self.category,
            state: rated.state,
            suppressed: row.suppressed,
            severity: rated.severity,
            chosen: rated.chosen,
            assessments,
            rule,
            ids,
            cwes,
            message: row.message.filter(|_| !is_secret).map(|text| self.shared.map.apply(text)),
            locations,
            fingerprints,
            sightings: self.evidence.sightings.add([sighting]),
            detail: None,
        }
    }

    /// What a row shares with others of its rule and claims.
    fn kind(&mut self, row: &RawFinding) -> OfKind {
        let key = (row.rule_id, row.rule, row.claims);
        let recent = row.rule_id.and_then(|id| self.recent.get(id)).and_then(|&number| self.kinds.get(number as usize));
        if let Some((_, kind)) = recent.filter(|(known, _)| *known == key) {
            return *kind;
        }
        let known = self.by_kind.get(&key).and_then(|&number| Some((number, self.kinds.get(number as usize)?.1)));
        let (number, kind) = known.unwrap_or_else(|| {
            let kind = self.new_kind(row);
            let number = u32::try_from(self.kinds.len()).unwrap_or(u32::MAX);
            self.kinds.push((key, kind));
            self.by_kind.insert(key, number);
            (number, kind)
        });
        if let Some(id) = row.rule_id {
            self.recent.set(id, number);
        }
        kind
    }

    fn new_kind(&mut self, row: &RawFinding) -> OfKind {
        let rule = self.rule_of(row);
        let of_rule = row.rule.and_then(|rule| self.shared.rules.get(rule as usize)).map_or(Span::default(), |rule| rule.claims);
        let is_secret = self.rules.get(rule).is_some_and(|rule| rule.is_secret);
        let (mut rated, assessments) = self.rated(Judged { claims: row.claims, of_rule, os: None, is_secret });
        rated.told = rated.told.filter(|_| !is_secret || rated.severity.is_some());
        OfKind { rule, rated, assessments }
    }

    /// The place in `rules` of the rule that a row names.
    fn rule_of(&mut self, row: &RawFinding) -> usize {
        match self.by_rule.get(&(row.rule_id, row.rule)) {
            Some(&number) => number,
            None => self.new_rule(row),
        }
    }

    /// An assessment in the words of the evidence. A word that is no severity could be anything, a secret too.
    fn renamed(&self, assessment: Assessment, is_secret: bool) -> Assessment {
        let apply = |text: Option<Text>| text.map(|text| self.shared.map.apply(text));
        let told = assessment.told.filter(|_| !is_secret || assessment.severity.is_some());
        let source = if let Source::By(who) = assessment.source { Source::By(self.shared.map.apply(who)) } else { assessment.source };
        Assessment { source, told: apply(told), vector: apply(assessment.vector.filter(|_| !is_secret)), ..assessment }
    }

    fn new_rule(&mut self, row: &RawFinding) -> usize {
        let raw = row.rule.and_then(|rule| self.shared.rules.get(rule as usize));
        let rule_id = row.rule_id.map(|text| self.shared.map.apply(text));
        let taxa = self.taxa(row);
        let rule = RuleId(u32::try_from(self.evidence.rules.len()).unwrap_or(u32::MAX));
        let (ids, cwes, is_secret) = self.keep(taxa);
        let title = raw.and_then(|raw| raw.title).filter(|_| !is_secret).map(|text| self.shared.map.apply(text));
        self.evidence.rules.push(Rule { tool: self.tool, rule_id, title });
        self.by_rule.insert((row.rule_id, row.rule), self.rules.len());
        self.rules.push(OfRule { rule, ids, cwes, is_secret, begun: Begun::default() });
        self.rules.len() - 1
    }

    /// The ids and CWE numbers of a rule: of its id and its tags.
    fn taxa(&self, row: &RawFinding) -> Taxa {
        let mut taxa = Taxa::default();
        let text = |text| self.evidence.texts.get(self.shared.map.apply(text)).as_data();
        row.rule_id.iter().for_each(|&id| taxa.add_rule_id(text(id)));
        let raw = row.rule.and_then(|rule| self.shared.rules.get(rule as usize));
        raw.into_iter().flat_map(|raw| self.shared.words.get(raw.tags)).for_each(|&tag| taxa.add_tag(text(tag)));
        taxa
    }

    fn with_tags(&mut self, row: &RawFinding) -> (Span<Text>, Span<u32>, bool) {
        let mut taxa = self.taxa(row);
        for &tag in self.shared.words.get(row.tags) {
            taxa.add_tag(self.evidence.texts.get(self.shared.map.apply(tag)).as_data());
        }
        self.keep(taxa)
    }

    fn keep(&mut self, taxa: Taxa) -> (Span<Text>, Span<u32>, bool) {
        let is_secret = taxa.is_secret() || self.finds_secrets;
        let (ids, cwes) = taxa.sorted();
        let ids: Vec<Text> = ids.iter().map(|id| self.evidence.texts.intern(id)).collect();
        (self.evidence.words.add(ids), self.evidence.cwes.add(cwes), is_secret)
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

    /// The keys of a result, strongest first. A key by its code or place alone is made only where there is no stronger one, and none
    /// is made of a secret.
    fn fingerprints(
        &mut self,
        rule: usize,
        row: &RawFinding,
        locations: Span<Location>,
        prints: &Pool<u8>,
        is_secret: bool,
    ) -> Span<Fingerprint> {
        let Some(OfRule { begun, .. }) = self.rules.get_mut(rule) else { return Span::default() };
        let texts = &self.evidence.texts;
        let rule_id = row.rule_id.map_or("", |id| texts.get(self.shared.map.apply(id)).as_data());
        let mut keys = Keys { tool: texts.get(self.tool).as_data(), rule_id, begun: mem::take(begun) };
        let place = self.evidence.locations.get(locations).first().copied().unwrap_or_default();
        let path = || place.path.map_or("", |text| texts.get(text).as_data());
        let by_tool = Some(prints.get(row.tool_print)).filter(|pairs| !pairs.is_empty());
        let by_line = Some(prints.get(row.line_print)).filter(|hash| !hash.is_empty());
        let is_weak = by_tool.is_none() && by_line.is_none();
        let by_code = Some(prints.get(row.code_print)).filter(|code| is_weak && !is_secret && !code.is_empty());
        let found = [
            by_tool.map(|pairs| keys.by_tool(pairs)),
            by_line.map(|hash| keys.by_line(path(), hash)),
            by_code.map(|code| keys.by_code(path(), code)),
            (is_weak && by_code.is_none()).then(|| keys.by_location(path(), place.start_line.map_or(0, NonZero::get))),
        ];
        *begun = keys.begun;
        self.evidence.fingerprints.add(found.into_iter().flatten())
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

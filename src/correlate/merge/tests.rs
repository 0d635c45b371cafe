//! The laws of merging, over random results of few rules, places, keys and messages.

use std::num::NonZeroU32;

use hashbrown::HashSet;
use proptest::prelude::*;

use super::*;
use crate::base::pool::Span;
use crate::model::finding::{Rule, RuleId, Sighting, State};
use crate::model::identity::Category;
use crate::model::location::{Location, Pointer};
use crate::model::raw::{BaselineState, Claimed, Suppression};
use crate::model::scan::{Ended, Input, Scan, ScanId};
use crate::model::severity::{Assessment, Kind, Score, Severity, Source};

/// One result, in few words.
#[derive(Clone, Debug)]
struct Row {
    /// What its sighting is recognized by.
    name: usize,
    rule: &'static str,
    title: &'static str,
    path: Option<&'static str>,
    line: u32,
    end: u32,
    /// A second place.
    other: Option<&'static str>,
    tool_print: Option<&'static str>,
    line_print: Option<&'static str>,
    message: Option<&'static str>,
    severity: Option<Severity>,
    score: u8,
    state: State,
    suppressed: Suppression,
    category: Category,
    id: Option<&'static str>,
    cwe: Option<u32>,
}

const ROW: Row = Row {
    name: 0,
    rule: "R",
    title: "",
    path: Some("f"),
    line: 1,
    end: 1,
    other: None,
    tool_print: None,
    line_print: None,
    message: Some("m"),
    severity: Some(Severity::High),
    score: 80,
    state: State::Open,
    suppressed: Suppression::None,
    category: Category::Sast,
    id: None,
    cwe: None,
};

impl Row {
    fn keys(&self) -> Vec<Fingerprint> {
        let mut keys = Keys::of("t", self.rule);
        let path = self.path.unwrap_or_default();
        let found = [
            self.tool_print.map(|print| keys.by_tool(print.as_bytes())),
            self.line_print.map(|print| keys.by_line(path, print.as_bytes())),
            (self.tool_print.or(self.line_print).is_none()).then(|| keys.by_location(path, self.line)),
        ];
        found.into_iter().flatten().collect()
    }

    /// Adds it to the evidence as a result of the last scan.
    fn add(&self, evidence: &mut Evidence, index: usize) {
        let Evidence { texts, rules, findings, assessments, words, cwes, locations, fingerprints, sightings, scans, .. } = evidence;
        let rule = RuleId(u32::try_from(rules.len()).unwrap());
        rules.push(Rule { tool: texts.intern("t"), rule_id: Some(texts.intern(self.rule)), title: Some(texts.intern(self.title)) });
        let told = texts.intern(&format!("{}", self.score));
        let score = Score::from_tenths(self.score);
        let pointer = Pointer { list: texts.intern("/runs/0/results"), index: u32::try_from(index).unwrap() };
        let sighting = Sighting {
            scan: ScanId(u32::try_from(scans.len()).unwrap() - 1),
            pointer,
            severity_as_told: Some(texts.intern(&self.name.to_string())),
            suppressed: self.suppressed,
            baseline_state: BaselineState::NotTold,
            claim: Claimed::Open,
        };
        let at = |path: Option<Text>| Location { path, start_line: NonZeroU32::new(self.line), end_line: NonZeroU32::new(self.end) };
        let places = [Some(self.path), self.other.map(Some)].into_iter().flatten();
        let places: Vec<Location> = places.map(|path| at(path.map(|path| texts.intern(path)))).collect();
        let assessment =
            Assessment { source: Source::Result, kind: Kind::Number, score, severity: self.severity, told: Some(told), vector: None };
        let keys = self.keys();
        findings.push(Finding {
            id: keys[0].into(),
            category: self.category,
            state: self.state,
            suppressed: self.suppressed,
            severity: self.severity,
            chosen: 0,
            assessments: assessments.add([assessment]),
            rule,
            ids: words.add(self.id.map(|id| texts.intern(id))),
            cwes: cwes.add(self.cwe),
            tags: Span::default(),
            message: self.message.map(|message| texts.intern(message)),
            locations: locations.add(places),
            fingerprints: fingerprints.add(keys),
            sightings: sightings.add([sighting]),
            detail: None,
            entry: None,
            group: None,
        });
    }
}

/// Evidence of some reports, each with the results of one scan.
fn evidence(reports: &[&[Row]]) -> Evidence {
    let mut evidence = Evidence::default();
    for (input, rows) in (0_u32..).zip(reports) {
        let sightings = rows.len() as u64;
        evidence.inputs.push(Input { complete: true, sightings, ..Input::unread(format!("{input}.sarif")) });
        evidence.scans.push(Scan {
            input,
            pointer: "/runs/0".to_owned(),
            tool: evidence.texts.intern("t"),
            tool_is_plain: true,
            tool_version: None,
            categories: vec![Category::Sast],
            incomplete_because: Vec::new(),
            sightings,
            suppressed: 0,
            claimed: None,
            commit: None,
            repository: None,
            ended: Ended::NotTold,
        });
        rows.iter().enumerate().for_each(|(index, row)| row.add(&mut evidence, index));
    }
    evidence
}

/// The findings of some reports, merged; and that nothing was lost, that ids are unique, and that merging again changes nothing.
fn merged(reports: &[&[Row]]) -> Evidence {
    let mut evidence = evidence(reports);
    let before = evidence.findings.len();
    let count = merge(&mut evidence);
    let after = evidence.findings.len();
    assert_eq!(after as u64 + count, before as u64);
    let sightings: usize = evidence.findings.iter().map(|f| evidence.sightings.get(f.sightings).len()).sum();
    assert_eq!(sightings, before);
    assert!(evidence.findings.iter().all(|f| !f.sightings.is_empty() && strongest(&evidence, f).map(Into::into) == Some(f.id)));
    let ids: HashSet<_> = evidence.findings.iter().map(|f| f.id).collect();
    assert_eq!(ids.len(), after);
    let once = told(&evidence);
    assert_eq!(merge(&mut evidence), 0);
    assert_eq!(told(&evidence), once);
    evidence
}

/// A finding: the names of its sightings, and everything else that does not say where it was read.
type Told = (String, Vec<usize>);

fn told(evidence: &Evidence) -> Vec<Told> {
    evidence.findings.iter().map(|finding| tell(evidence, finding)).collect()
}

/// As [`told`], in an order that no input has.
fn sorted_told(evidence: &Evidence) -> Vec<Told> {
    let mut told = told(evidence);
    told.sort();
    told
}

fn tell(evidence: &Evidence, finding: &Finding) -> Told {
    let text = |text: Text| evidence.text(text).as_data();
    let rule = evidence.rule(finding).map(|rule| (text(rule.tool), rule.rule_id.map(text), rule.title.map(text)));
    let assessment = |a: &Assessment| (a.score, a.severity, a.told.map(text));
    let assessments: Vec<_> = evidence.assessments.get(finding.assessments).iter().map(assessment).collect();
    let locations = evidence.locations.get(finding.locations).iter().map(|at| (at.path.map(text), at.start_line, at.end_line));
    let ids: Vec<_> = evidence.words.get(finding.ids).iter().map(|&id| text(id)).collect();
    let what = (finding.id.to_string(), finding.category, finding.state, finding.suppressed, finding.severity, finding.message.map(text));
    let lists = (assessments, evidence.chosen(finding).map(assessment), locations.collect::<Vec<_>>(), ids);
    let keys = (evidence.fingerprints.get(finding.fingerprints), evidence.cwes.get(finding.cwes));
    (format!("{what:?} {rule:?} {lists:?} {keys:?}"), names(evidence, finding))
}

fn names(evidence: &Evidence, finding: &Finding) -> Vec<usize> {
    let name = |sighting: &Sighting| evidence.text(sighting.severity_as_told.unwrap()).as_data().parse().unwrap();
    let mut names: Vec<usize> = evidence.sightings.get(finding.sightings).iter().map(name).collect();
    names.sort_unstable();
    names
}

fn rows(most: usize) -> impl Strategy<Value = Vec<Row>> {
    let of = |words: &'static [&'static str]| prop::option::of(prop::sample::select(words));
    let severity = prop::option::of(prop::sample::select(&Severity::ALL[..]));
    let state = prop_oneof![4 => Just(State::Open), 1 => Just(State::Pass)];
    let suppressed = prop::sample::select(&[Suppression::None, Suppression::InSource, Suppression::External][..]);
    let place = (prop::bool::weighted(0.8), of(&["f", "g"]), 0..3_u32, 1..3_u32, of(&["x", "y"]));
    let prints = (of(&["T", "X"]), of(&["H", "I"]), of(&["m", "n"]));
    let rated = (severity, 0..2_u8, state, suppressed, any::<bool>());
    let rest = (prop::sample::select(&["R", "S"][..]), prop::sample::select(&["", "title"][..]), of(&["CVE-1", "CVE-2"]), 0..3_u32);
    let row = (place, prints, rated, rest).prop_map(|(place, prints, rated, rest)| {
        let (usual, path, line, end, other) = place;
        let (tool_print, line_print, message) = prints;
        let (severity, score, state, suppressed, is_sast) = rated;
        let (rule, title, id, cwe) = rest;
        Row {
            name: 0,
            rule,
            title,
            path: if usual { Some("f") } else { path },
            line,
            end,
            other,
            tool_print,
            line_print,
            message,
            severity,
            score,
            state,
            suppressed,
            category: if is_sast { Category::Sast } else { Category::Quality },
            id,
            cwe: Some(cwe).filter(|&cwe| cwe > 0),
        }
    });
    let named = |rows: Vec<Row>| rows.into_iter().enumerate().map(|(name, row)| Row { name, ..row }).collect();
    prop::collection::vec(row, 0..most).prop_map(named)
}

fn with_shuffled(rows: Vec<Row>) -> impl Strategy<Value = (Vec<Row>, Vec<Row>)> {
    (Just(rows.clone()), Just(rows).prop_shuffle())
}

proptest! {
    #[test]
    fn neither_order_nor_reports_matter((rows, shuffled) in rows(14).prop_flat_map(with_shuffled), cut in 0..14_usize) {
        let (first, second) = shuffled.split_at(cut.min(shuffled.len()));
        prop_assert_eq!(sorted_told(&merged(&[&rows])), sorted_told(&merged(&[first, second])));
    }

    #[test]
    fn reports_given_twice_say_the_same_twice(rows in rows(14)) {
        let twice = |(what, names): Told| (what, names.into_iter().flat_map(|name| [name; 2]).collect());
        let expected: Vec<Told> = told(&merged(&[&rows])).into_iter().map(twice).collect();
        prop_assert_eq!(told(&merged(&[&rows, &rows])), expected);
    }

    #[test]
    fn one_finding_is_one_rule_place_and_message_and_as_grave_as_its_gravest(rows in rows(20)) {
        let evidence = merged(&[&rows]);
        let text = |text: Text| evidence.text(text).as_data();
        for finding in evidence.findings.iter() {
            let (path, line) = place(&evidence, finding);
            for row in names(&evidence, finding).iter().map(|&name| &rows[name]) {
                prop_assert_eq!((row.path, row.line), (path.map(text), line.map_or(0, NonZero::get)));
                prop_assert_eq!(row.message, finding.message.map(text));
                prop_assert_eq!(Some(row.rule), evidence.rule_id(finding).map(Untrusted::as_data));
                prop_assert_eq!(row.severity.is_none(), finding.severity.is_none());
                prop_assert!(row.state == State::Pass || (finding.state == State::Open && finding.severity >= row.severity));
                prop_assert!(finding.suppressed <= row.suppressed);
                prop_assert_eq!(evidence.chosen(finding).and_then(|chosen| chosen.severity), finding.severity);
                let told = |a: &Assessment| (a.severity, a.score.map(Score::tenths)) == (row.severity, Some(row.score));
                prop_assert!(evidence.assessments.get(finding.assessments).iter().any(told));
            }
        }
    }

    #[test]
    fn results_with_the_same_keys_place_message_and_rating_are_one_finding(rows in rows(20)) {
        let evidence = merged(&[&rows]);
        let what = |row: &Row| (row.keys(), row.path, row.line, row.message, row.severity.is_none());
        let all: Vec<Vec<usize>> = evidence.findings.iter().map(|finding| names(&evidence, finding)).collect();
        let of = |name: usize| all.iter().position(|names| names.contains(&name));
        for (a, b) in rows.iter().flat_map(|a| rows.iter().map(move |b| (a, b))).filter(|(a, b)| what(a) == what(b)) {
            prop_assert_eq!(of(a.name), of(b.name));
        }
    }
}

/// The names of the sightings of each finding, and its keys.
fn grouped(rows: &[Row]) -> Vec<(Vec<usize>, Vec<Fingerprint>)> {
    let rows: Vec<Row> = rows.iter().cloned().enumerate().map(|(name, row)| Row { name, ..row }).collect();
    let evidence = merged(&[&rows]);
    evidence.findings.iter().map(|f| (names(&evidence, f), evidence.fingerprints.get(f.fingerprints).to_vec())).collect()
}

#[test]
fn keys_that_stand_at_several_places_prove_nothing() {
    let keyed = |tool_print, line_print, line| Row { tool_print, line_print, line, end: line, ..ROW };
    let loc = |line| vec![Keys::of("t", "R").by_location("f", line)];
    let by_line = Keys::of("t", "R").by_line("f", b"H");
    let found = grouped(&[
        keyed(Some("T"), None, 1),
        keyed(Some("T"), None, 2),
        keyed(Some("X"), Some("H"), 1),
        keyed(Some("X"), Some("H"), 2),
        keyed(None, None, 1),
    ]);
    assert_eq!(found, [(vec![0, 2, 4], loc(1)), (vec![1, 3], loc(2))]);
    let found = grouped(&[keyed(Some("X"), Some("H"), 1), keyed(Some("X"), Some("I"), 2), keyed(None, Some("H"), 1)]);
    assert_eq!(found, [(vec![0, 2], vec![by_line]), (vec![1], vec![Keys::of("t", "R").by_line("f", b"I")])]);
}

#[test]
fn a_finding_without_any_key_gets_that_of_its_place() {
    let mut evidence = evidence(&[&[ROW]]);
    evidence.findings.iter_mut().for_each(|f| f.fingerprints = Span::default());
    assert_eq!(merge(&mut evidence), 0);
    let finding = evidence.findings.get(0).unwrap();
    assert_eq!(evidence.fingerprints.get(finding.fingerprints), ROW.keys());
}

#[test]
fn what_shares_a_key_is_told_apart_by_its_message_and_whether_it_is_rated() {
    let printed = Row { tool_print: Some("T"), line_print: Some("H"), ..ROW };
    let keys = |ordinal| printed.keys().into_iter().map(|key| key.nth(ordinal)).collect::<Vec<_>>();
    let said = |message| Row { message: Some(message), ..printed.clone() };
    let unrated = Row { severity: None, ..said("a") };
    let found = grouped(&[said("b"), unrated, said("a"), said("b")]);
    assert_eq!(found, [(vec![0, 3], keys(2)), (vec![1], keys(1)), (vec![2], keys(0))]);
}

#[test]
fn the_gravest_open_one_speaks_and_nothing_told_is_lost() {
    let passed = Row { severity: Some(Severity::Critical), score: 95, state: State::Pass, category: Category::Quality, ..ROW };
    let low = Row { severity: Some(Severity::Low), score: 20, suppressed: Suppression::External, id: Some("CVE-2"), ..ROW };
    let medium = Row { severity: Some(Severity::Medium), score: 50, suppressed: Suppression::InSource, cwe: Some(7), end: 9, ..ROW };
    let other = Row { id: Some("CVE-1"), cwe: Some(5), other: Some("x"), ..low.clone() };
    let evidence = merged(&[&[passed, low], &[medium, other]]);
    let finding = evidence.findings.get(0).unwrap();
    assert_eq!((evidence.findings.len(), finding.severity, finding.state), (1, Some(Severity::Medium), State::Open));
    assert_eq!((finding.category, finding.suppressed), (Category::Sast, Suppression::None));
    let scores: Vec<_> = evidence.assessments.get(finding.assessments).iter().filter_map(|a| a.score).map(Score::tenths).collect();
    assert_eq!((scores, finding.chosen), (vec![50, 20, 95], 0));
    assert_eq!(evidence.words.get(finding.ids).iter().map(|&id| evidence.text(id).as_data()).collect::<Vec<_>>(), ["CVE-1", "CVE-2"]);
    assert_eq!(evidence.cwes.get(finding.cwes), [5, 7]);
    let places: Vec<_> = evidence.locations.get(finding.locations).iter().map(|at| at.end_line.map_or(0, NonZero::get)).collect();
    assert_eq!(places, [9, 1, 1]);
    let scans: Vec<_> = evidence.sightings.get(finding.sightings).iter().map(|s| (s.scan.0, s.pointer.index)).collect();
    assert_eq!(scans, [(0, 0), (0, 1), (1, 0), (1, 1)]);
}

#[test]
fn keys_that_begin_alike_are_not_the_same() {
    let rows: Vec<Row> = (0..6).map(|name| Row { name, ..ROW }).collect();
    let mut evidence = evidence(&[&rows]);
    for number in 0..6_u8 {
        let digest = [7, 7, 7, 7, number % 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        set_keys(&mut evidence, number.into(), vec![Fingerprint { scheme: Scheme::Loc, digest }]);
    }
    assert_eq!(merge(&mut evidence), 4);
    let found: Vec<_> = evidence.findings.iter().map(|finding| names(&evidence, finding)).collect();
    assert_eq!(found, [[0, 2, 4], [1, 3, 5]]);
}

#[test]
fn which_of_two_comes_first_says_nothing() {
    let printed = Row { tool_print: Some("T"), line_print: Some("H"), ..ROW };
    let changes: [fn(&mut Row); 8] = [
        |row| row.line_print = Some("I"),
        |row| row.title = "title",
        |row| row.end = 2,
        |row| row.other = Some("x"),
        |row| row.score = 81,
        |row| row.category = Category::Quality,
        |row| row.id = Some("CVE-1"),
        |row| row.cwe = Some(7),
    ];
    for change in changes {
        let mut other = Row { name: 1, ..printed.clone() };
        change(&mut other);
        let told = told(&merged(&[&[printed.clone(), other.clone()]]));
        assert_eq!(told, self::told(&merged(&[&[other, printed.clone()]])));
        assert_eq!(told.len(), 1);
    }
}

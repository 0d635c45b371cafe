//! The laws of merging components, over random sightings of few ids, components and places.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::base::pool::Span;
use crate::base::text::Text;
use crate::correlate::merge;
use crate::model::finding::{Detail, Evidence, Finding, Package, Rule, RuleId, Sighting, State};
use crate::model::identity::{Category, by_component};
use crate::model::location::{Location, Pointer};
use crate::model::raw::{BaselineState, Claimed, DetailId, Suppression};
use crate::model::scan::{Ended, Input, Scan, ScanId};
use crate::model::severity::Severity;

/// One sighting.
#[derive(Clone, Debug)]
struct Row {
    ids: Vec<&'static str>,
    component: &'static str,
    version: &'static str,
    path: Option<&'static str>,
    artifact: Option<&'static str>,
    severity: Option<Severity>,
    bundle: bool,
}

fn row(ids: &[&'static str], path: Option<&'static str>) -> Row {
    Row { ids: ids.to_vec(), component: "pkg:npm/a", version: "1", path, artifact: None, severity: None, bundle: false }
}

/// Evidence of one report for each list; a sighting's pointer index is its number among all rows.
fn evidence(reports: &[Vec<(usize, Row)>]) -> Evidence {
    let mut evidence = Evidence::default();
    for (number, rows) in (0_u32..).zip(reports) {
        let tool = evidence.texts.intern("t");
        evidence.inputs.push(Input { complete: true, ..Input::unread(format!("{number}.json")) });
        evidence.scans.push(Scan {
            input: number,
            pointer: String::new(),
            tool,
            tool_is_plain: true,
            tool_version: None,
            categories: vec![Category::Sca],
            incomplete_because: Vec::new(),
            sightings: 0,
            suppressed: 0,
            claimed: None,
            commit: None,
            repository: None,
            ended: Ended::NotTold,
        });
        evidence.rules.push(Rule { tool, rule_id: None, title: None });
        for (name, row) in rows {
            add(&mut evidence, number, *name, row);
        }
    }
    evidence
}

fn add(evidence: &mut Evidence, scan: u32, name: usize, row: &Row) {
    let Evidence { texts, details, words, locations, sightings, fingerprints, findings, .. } = evidence;
    let list = texts.intern("/list");
    let ids: Vec<Text> = row.ids.iter().map(|id| texts.intern(id)).collect();
    let component = texts.intern(row.component);
    let package = Some(Package { purl: Some(component), component, ecosystem: None, name: texts.intern("a"), is_os: false });
    let bundle = ids.first().copied().filter(|_| row.bundle);
    let target = row.artifact.map(|artifact| texts.intern(artifact));
    let version = texts.intern(row.version);
    details.push(Detail { package, versions: words.add([version]), bundle, target, ..Detail::default() });
    let names = if row.bundle { row.ids.get(..1).unwrap_or_default() } else { &row.ids };
    let key = |id: &&str| by_component(id, row.component, row.artifact.unwrap_or(""), row.path.unwrap_or(""));
    let mut keys: Vec<_> = names.iter().map(key).collect();
    keys.sort_unstable();
    let path = row.path.map(|path| texts.intern(path));
    let pointer = Pointer { list, index: u32::try_from(name).unwrap() };
    let sighting = Sighting {
        scan: ScanId(scan),
        pointer,
        severity_as_told: None,
        suppressed: Suppression::None,
        baseline_state: BaselineState::NotTold,
        claim: Claimed::Open,
    };
    findings.push(Finding {
        id: keys.first().copied().unwrap().into(),
        category: Category::Sca,
        state: State::Open,
        suppressed: Suppression::None,
        severity: row.severity,
        chosen: u8::MAX,
        assessments: Span::default(),
        rule: RuleId(scan),
        ids: words.add(ids),
        cwes: Span::default(),
        tags: Span::default(),
        message: None,
        locations: locations.add(path.map(|path| Location { path: Some(path), ..Location::default() })),
        fingerprints: fingerprints.add(keys),
        sightings: sightings.add([sighting]),
        detail: Some(DetailId::at(details.len() - 1)),
        entry: None,
        group: None,
    });
}

/// What each finding says: its id, ids, versions and severity, and the rows in it.
type Told = (String, Vec<String>, Vec<String>, Option<Severity>, BTreeSet<usize>);

fn merged(reports: &[Vec<(usize, Row)>]) -> BTreeSet<Told> {
    let mut evidence = evidence(reports);
    let before = evidence.findings.len() as u64;
    let gone = merge(&mut evidence);
    assert_eq!(before, gone + evidence.findings.len() as u64);
    let words = |list: Span<Text>| evidence.words.get(list).iter().map(|&word| evidence.text(word).as_data().to_owned()).collect();
    let told = |finding: &Finding| {
        let versions = evidence.detail(finding).map(|detail| detail.versions).unwrap();
        let rows = evidence.sightings.get(finding.sightings).iter().map(|sighting| sighting.pointer.index as usize).collect();
        (finding.id.to_string(), words(finding.ids), words(versions), finding.severity, rows)
    };
    evidence.findings.iter().map(told).collect()
}

/// The rows that became one, of one report.
fn grouped(rows: &[Row]) -> BTreeSet<Vec<usize>> {
    let named = rows.iter().cloned().enumerate().collect();
    merged(&[named]).into_iter().map(|(_, _, _, _, rows)| rows.into_iter().collect()).collect()
}

fn of(groups: &[&[usize]]) -> BTreeSet<Vec<usize>> {
    groups.iter().map(|group| group.to_vec()).collect()
}

#[test]
fn aliases_of_any_report_make_one_vulnerability() {
    let rows = [
        row(&["GO-1"], None),
        row(&["CVE-1"], None),
        row(&["GHSA-1", "GO-1"], None),
        row(&["CVE-1", "GHSA-1"], None),
        row(&["CVE-2"], None),
    ];
    assert_eq!(grouped(&rows), of(&[&[0, 1, 2, 3], &[4]]));
    let told = merged(&[rows.iter().cloned().enumerate().collect()]);
    assert!(told.iter().any(|(_, ids, ..)| ids == &["CVE-1", "GHSA-1", "GO-1"]), "{told:?}");
}

#[test]
fn an_advisory_for_several_vulnerabilities_makes_them_no_one() {
    let bundle = Row { bundle: true, ..row(&["RHSA-1", "CVE-1", "CVE-2"], None) };
    let rows = [bundle.clone(), row(&["CVE-1"], None), row(&["CVE-2"], None), bundle];
    assert_eq!(grouped(&rows), of(&[&[0, 3], &[1], &[2]]));
}

#[test]
fn versions_are_a_set_and_other_components_are_others() {
    let one = row(&["CVE-1"], Some("go.mod"));
    let rows = [one.clone(), Row { version: "2", ..one.clone() }, Row { component: "pkg:npm/b", ..one.clone() }];
    assert_eq!(grouped(&rows), of(&[&[0, 1], &[2]]));
    let told = merged(&[rows.iter().cloned().enumerate().collect()]);
    assert!(told.iter().any(|(_, _, versions, ..)| versions == &["1", "2"]), "{told:?}");
}

#[test]
fn an_absolute_path_is_the_relative_one_that_it_ends_with() {
    let at = |path| row(&["CVE-1"], Some(path));
    assert_eq!(grouped(&[at("go.mod"), at("/home/me/shop/go.mod")]), of(&[&[0, 1]]));
    assert_eq!(grouped(&[at("go.mod"), at("a/go.mod"), at("/x/a/go.mod")]), of(&[&[0], &[1, 2]]));
    assert_eq!(grouped(&[at("go.mod"), at("/x/a/go.mod"), at("/x/b/go.mod")]), of(&[&[0], &[1], &[2]]));
    assert_eq!(grouped(&[at("o.mod"), at("/x/go.mod")]), of(&[&[0], &[1]]));
    let image = |artifact| Row { artifact: Some(artifact), ..at("usr/lib/a") };
    assert_eq!(grouped(&[image("one"), image("two"), image("one")]), of(&[&[0, 2], &[1]]));
}

#[test]
fn what_has_no_place_is_at_the_only_one() {
    let at = |path| row(&["CVE-1"], path);
    assert_eq!(grouped(&[at(None), at(Some("a")), at(None)]), of(&[&[0, 1, 2]]));
    assert_eq!(grouped(&[at(None), at(Some("a")), at(Some("b"))]), of(&[&[0], &[1], &[2]]));
}

#[test]
fn a_rating_counts_for_what_others_leave_unrated() {
    let rated = Row { severity: Some(Severity::Low), ..row(&["CVE-1"], None) };
    let told = merged(&[vec![(0, row(&["CVE-1"], None))], vec![(1, rated)]]);
    assert_eq!(told.into_iter().map(|(_, _, _, severity, _)| severity).collect::<Vec<_>>(), [Some(Severity::Low)]);
}

fn rows() -> impl Strategy<Value = Vec<(usize, Row)>> {
    let ids = prop::collection::vec(prop::sample::select(&["CVE-1", "CVE-2", "GHSA-1", "GHSA-2", "GO-1"][..]), 1..3);
    let paths = prop::sample::select(&[None, Some("go.mod"), Some("a/go.mod"), Some("/x/a/go.mod"), Some("/y/go.mod")][..]);
    let severity = prop::sample::select(&[None, Some(Severity::Low), Some(Severity::Critical)][..]);
    let component = prop::sample::select(&["pkg:npm/a", "pkg:npm/b"][..]);
    let artifact = prop::sample::select(&[None, None, Some("image")][..]);
    let row = (ids, paths, severity, component, artifact, 0..8_u8).prop_map(|(mut ids, path, severity, component, artifact, dice)| {
        ids.sort_unstable();
        ids.dedup();
        let version = if dice % 2 == 0 { "1" } else { "2" };
        Row { ids, component, version, path, artifact, severity, bundle: dice == 7 }
    });
    prop::collection::vec(row, 0..12).prop_map(|rows| rows.into_iter().enumerate().collect())
}

proptest! {
    #[test]
    fn neither_order_nor_reports_matter((rows, shuffled) in rows().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())), cut in 0..12_usize) {
        let (first, second) = shuffled.split_at(cut.min(shuffled.len()));
        prop_assert_eq!(merged(&[rows]), merged(&[first.to_vec(), second.to_vec()]));
    }

    #[test]
    fn a_report_given_twice_says_the_same(rows in rows()) {
        prop_assert_eq!(merged(std::slice::from_ref(&rows)), merged(&[rows.clone(), rows]));
    }

    #[test]
    fn what_is_one_has_one_component_and_its_gravest_severity(rows in rows()) {
        for (_, ids, _, severity, names) in merged(std::slice::from_ref(&rows)) {
            let of: Vec<&Row> = rows.iter().filter(|(name, _)| names.contains(name)).map(|(_, row)| row).collect();
            prop_assert!(of.iter().all(|row| row.component == of[0].component && row.artifact == of[0].artifact));
            prop_assert!(of.iter().all(|row| row.ids.iter().all(|id| ids.iter().any(|other| other == id))));
            prop_assert_eq!(severity, of.iter().filter_map(|row| row.severity).max());
        }
    }
}

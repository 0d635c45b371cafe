//! Laws of what is stated, over random findings and statements, and a second reading of them that is as plain as it can be.

use proptest::prelude::*;

use super::*;
use crate::decide::exceptions::sample::{Row, evidence, policy};
use crate::decide::judge;
use crate::model::decision::Decision;
use crate::model::report::Subject;
use crate::model::vex::{Justification, VexDocument, VexRules};

const IDS: [&str; 3] = ["CVE-2026-0001", "CVE-2026-0002", "GHSA-aaaa-bbbb-cccc"];
const VERSIONS: [&str; 2] = ["1.0.0", "2.0.0"];
const AUTHORS: [&str; 2] = ["appsec@acme.example", "psirt@vendor.example"];

/// A statement by one of two authors, on one of a few days.
#[derive(Clone, Debug)]
struct Said {
    author: usize,
    id: usize,
    component: &'static str,
    version: Option<usize>,
    status: VexStatus,
    justification: Option<Justification>,
    day: i8,
}

fn said() -> impl Strategy<Value = Said> {
    let status = prop::sample::select(VexStatus::ALL.to_vec());
    let justification = prop::option::of(prop::sample::select(Justification::ALL.to_vec()));
    let component = prop_oneof![6 => Just("pkg:npm/lodash"), 1 => Just("pkg:npm/other")];
    (0..2_usize, 0..3_usize, component, prop::option::of(0..2_usize), status, justification, 1..4_i8).prop_map(
        |(author, id, component, version, status, justification, day)| Said { author, id, component, version, status, justification, day },
    )
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let ids = prop::sample::subsequence(IDS.to_vec(), 1..=3);
    let versions = prop::sample::subsequence(VERSIONS.to_vec(), 0..=2);
    let row = (ids, versions).prop_map(|(ids, versions)| {
        let versions = versions.into_iter().map(str::to_owned).collect();
        Row { versions, ..Row::component(&ids, "") }
    });
    prop::collection::vec(row, 1..4)
}

fn stated(all: &[Said]) -> Vex {
    let documents = AUTHORS.iter().map(|author| VexDocument {
        path: format!("{author}.json"),
        sha256: None,
        format: "openvex",
        author: (*author).to_owned(),
        statements: 0,
    });
    let statements = all.iter().map(|said| {
        let version = said.version.and_then(|version| VERSIONS.get(version)).map(|version| (*version).to_owned());
        let named = Named { component: said.component.to_owned(), version, is_narrower: false };
        Statement {
            document: u32::try_from(said.author).unwrap_or_default(),
            pointer: String::new(),
            ids: IDS.get(said.id).map(|id| (*id).to_owned()).into_iter().collect(),
            products: vec![Product { purl: said.component.to_owned(), named, subcomponents: None }],
            status: said.status,
            is_outdated: false,
            justification: said.justification,
            timestamp: format!("2026-11-0{}T00:00:00Z", said.day).parse().unwrap_or_default(),
        }
    });
    Vex { documents: documents.collect(), statements: statements.collect() }
}

fn rules(allow_versionless: bool) -> Policy {
    Policy { vex: VexRules { sources: Vec::new(), accepted: Justification::ACCEPTED.to_vec(), allow_versionless }, ..policy() }
}

/// The action of each finding.
fn actions(rows: &[Row], all: &[Said], allow_versionless: bool) -> Vec<Action> {
    let (evidence, policy) = (evidence(rows), rules(allow_versionless));
    let subject = Subject::default();
    let now = "2026-11-23T12:00:00Z".parse().unwrap_or_default();
    let run = Run { now, subject: &subject, dry_run: true, observed: false, ticket_exit_code: 0 };
    let mut judged = judge(&evidence, &policy, &run, &crate::decide::Matched::default());
    vex(&evidence, &policy, &stated(all), &run, &mut judged, &mut Vec::new());
    judged.decisions.iter().map(|decision: &Decision| decision.action).collect()
}

/// Whether a finding is excused, as docs/vex.md says it.
fn is_excused(row: &Row, all: &[Said], allow_versionless: bool) -> bool {
    let cves: Vec<&String> = row.ids.iter().filter(|id| id.starts_with("CVE-")).collect();
    let asked: Vec<Vec<&String>> =
        if cves.len() > 1 { cves.into_iter().map(|cve| vec![cve]).collect() } else { vec![row.ids.iter().collect()] };
    let versions: Vec<Option<&String>> = if row.versions.is_empty() { vec![None] } else { row.versions.iter().map(Some).collect() };
    let told = |said: &&Said, ids: &[&String], version: Option<&String>| {
        // What is held against it is read widely.
        let is_bad = said.status > VexStatus::Fixed;
        let names = IDS
            .get(said.id)
            .is_some_and(|id| if is_bad { row.ids.iter().any(|own| own == id) } else { ids.iter().any(|asked| asked == id) });
        let is_version = match said.version.and_then(|version| VERSIONS.get(version)) {
            Some(told) => version.map_or(is_bad, |version| version == told),
            None => is_bad || allow_versionless,
        };
        names && said.component == "pkg:npm/lodash" && is_version
    };
    let excuses = |said: &Said| {
        let accepted = said.justification.is_some_and(|why| Justification::ACCEPTED.contains(&why));
        said.status == VexStatus::Fixed || (said.status == VexStatus::NotAffected && accepted)
    };
    asked.iter().all(|ids| {
        versions.iter().all(|version| {
            let of: Vec<&Said> = all.iter().filter(|said| told(said, ids, *version)).collect();
            let is_newest = |said: &&&Said| of.iter().all(|other| other.author != said.author || other.day <= said.day);
            let newest: Vec<&&Said> = of.iter().filter(is_newest).collect();
            newest.iter().all(|said| said.status <= VexStatus::Fixed) && newest.iter().any(|said| excuses(said))
        })
    })
}

proptest! {
    #[test]
    fn a_plain_reading_agrees(rows in rows(), all in prop::collection::vec(said(), 0..8), allow in any::<bool>()) {
        for (row, action) in rows.iter().zip(actions(&rows, &all, allow)) {
            let wanted = if is_excused(row, &all, allow) { Action::Pass } else { Action::Block };
            prop_assert_eq!(action, wanted, "{:?} {:?}", row, all);
        }
    }

    #[test]
    fn the_order_of_statements_says_nothing(
        rows in rows(),
        (all, turned) in prop::collection::vec(said(), 0..8).prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
    ) {
        prop_assert_eq!(actions(&rows, &all, true), actions(&rows, &turned, true));
    }

    #[test]
    fn what_is_worse_lowers_nothing(rows in rows(), all in prop::collection::vec(said(), 0..8), more in said()) {
        let worse = Said { status: VexStatus::Affected, day: 3, ..more };
        let with: Vec<Said> = all.iter().cloned().chain([worse]).collect();
        let both = actions(&rows, &all, true).into_iter().zip(actions(&rows, &with, true));
        prop_assert!(both.into_iter().all(|(before, after)| after >= before));
    }

    #[test]
    fn what_is_about_something_else_changes_nothing(rows in rows(), all in prop::collection::vec(said(), 0..8), more in said()) {
        let other = Said { component: "pkg:npm/other", ..more };
        let with: Vec<Said> = all.iter().cloned().chain([other]).collect();
        prop_assert_eq!(actions(&rows, &all, true), actions(&rows, &with, true));
    }
}

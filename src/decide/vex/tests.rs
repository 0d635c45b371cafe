use super::*;
use crate::decide::exceptions::sample::{Row, evidence, policy};
use crate::decide::judge;
use crate::model::report::{Fact, Subject};
use crate::model::severity::Severity;
use crate::model::vex::{Justification, VexDocument, VexRules};

const TEAM: &str = "appsec@acme.example";
const VENDOR: &str = "psirt@vendor.example";
const NOT_IN_USE: &str = "it is not about what is in use: the version, all CVEs of the finding, or nothing more than the component";

/// A statement about `pkg:npm/lodash` 1 by the team, which gives a reason that counts.
fn said(id: &str, status: VexStatus) -> Statement {
    Statement {
        document: 0,
        pointer: String::new(),
        ids: vec![id.to_owned()],
        products: vec![product("pkg:npm/lodash", Some("1"))],
        status,
        is_outdated: false,
        justification: Some(Justification::ComponentNotPresent),
        timestamp: "2026-07-01T00:00:00Z".parse().unwrap_or_default(),
    }
}

fn named(component: &str, version: Option<&str>) -> Named {
    Named { component: component.to_owned(), version: version.map(str::to_owned), is_narrower: false }
}

fn product(component: &str, version: Option<&str>) -> Product {
    Product { purl: component.to_owned(), named: named(component, version), subcomponents: None }
}

fn changed(statement: Statement, change: impl FnOnce(&mut Statement)) -> Statement {
    let mut changed = statement;
    change(&mut changed);
    changed
}

/// What is decided of a finding and noted of it.
#[derive(Debug, PartialEq, Eq)]
struct Result {
    action: Action,
    vex: Vec<u32>,
    missed: Vec<(u32, String)>,
    by_vex: bool,
}

/// A finding in version 1 with some ids.
fn row(ids: &[&str]) -> Row {
    Row::component(ids, "1")
}

struct Case {
    row: Row,
    policy: Policy,
    artifact: Option<&'static str>,
    /// What an exception left before.
    action: Option<Action>,
}

impl Case {
    fn of(row: Row) -> Self {
        let vex = VexRules { sources: Vec::new(), accepted: Justification::ACCEPTED.to_vec(), allow_versionless: false };
        Self { row, policy: Policy { vex, ..policy() }, artifact: None, action: None }
    }

    fn told(&self, statements: Vec<Statement>) -> Result {
        let evidence = evidence(std::slice::from_ref(&self.row));
        let artifact = self.artifact.map(|artifact| Fact { value: artifact.to_owned(), source: "flag".into() });
        let subject = Subject { artifact, ..Subject::default() };
        let run = crate::decide::sample::run(&subject);
        let mut judged = judge(&evidence, &self.policy, &run, &crate::decide::Matched::default());
        let acted = |decision: &Decision| Decision { action: self.action.unwrap_or(decision.action), ..*decision };
        judged.decisions = judged.decisions.iter().map(acted).collect();
        let document = |author: &str| VexDocument {
            path: author.to_owned(),
            sha256: None,
            format: "openvex",
            author: author.to_owned(),
            statements: 0,
        };
        let (mut noted, all) = (Vec::new(), Vex { documents: vec![document(TEAM), document(VENDOR)], statements });
        vex(&evidence, &self.policy, &all, &run, &mut judged, &mut noted);
        let decision = judged.decisions.get(0).copied().unwrap_or_default();
        let note = decision.noted.and_then(|place| noted.get(place as usize)).cloned().unwrap_or_default();
        let missed = note.vex_missed.into_iter().map(|miss| (miss.statement, miss.why)).collect();
        Result { action: decision.action, vex: note.vex, missed, by_vex: note.by_vex }
    }
}

/// What comes of statements about a critical finding of one vulnerability.
fn one(statements: Vec<Statement>) -> Result {
    Case::of(row(&["CVE-1", "GHSA-1"])).told(statements)
}

fn excused(vex: &[u32]) -> Result {
    Result { action: Action::Pass, vex: vex.to_vec(), missed: Vec::new(), by_vex: true }
}

fn blocked(missed: &[(u32, &str)]) -> Result {
    let missed = missed.iter().map(|(place, why)| (*place, (*why).to_owned())).collect();
    Result { action: Action::Block, vex: Vec::new(), missed, by_vex: false }
}

use VexStatus::{Affected, Fixed, NotAffected, UnderInvestigation};

#[test]
fn what_excuses_has_a_reason_that_counts() {
    assert_eq!(one(vec![said("CVE-1", NotAffected)]), excused(&[0]));
    assert_eq!(one(vec![said("GHSA-1", NotAffected)]), excused(&[0]));
    assert_eq!(one(vec![changed(said("CVE-1", Fixed), |one| one.justification = None)]), excused(&[0]));
    let why = |why| one(vec![changed(said("CVE-1", NotAffected), |one| one.justification = why)]);
    assert_eq!(why(None), blocked(&[(0, "it gives no justification")]));
    let mitigated = Some(Justification::InlineMitigationsAlreadyExist);
    assert_eq!(why(mitigated), blocked(&[(0, "the policy does not accept inline_mitigations_already_exist")]));
    assert_eq!(one(vec![said("CVE-1", UnderInvestigation)]), blocked(&[(0, "under_investigation excuses nothing")]));
    assert_eq!(one(vec![said("CVE-1", Affected)]), blocked(&[(0, "affected excuses nothing")]));
    assert_eq!(one(vec![said("CVE-2", NotAffected)]), blocked(&[]));
    assert_eq!(one(vec![]), blocked(&[]));
}

#[test]
fn of_one_author_the_newest_counts_and_of_several_the_worst() {
    let late = |statement| changed(statement, |one: &mut Statement| one.timestamp = "2026-07-02T00:00:00Z".parse().unwrap_or_default());
    let vendor = |statement| changed(statement, |one: &mut Statement| one.document = 1);
    let newer = "appsec@acme.example has stated something newer";
    assert_eq!(one(vec![said("CVE-1", Affected), late(said("CVE-1", Fixed))]), excused(&[1]));
    assert_eq!(one(vec![said("CVE-1", Fixed), late(said("CVE-1", Affected))]), blocked(&[(0, newer), (1, "affected excuses nothing")]));
    let (also, nothing) = ("it is also stated to be affected", "affected excuses nothing");
    assert_eq!(one(vec![said("CVE-1", Fixed), said("CVE-1", Affected)]), blocked(&[(0, also), (1, nothing)]));
    assert_eq!(one(vec![late(said("CVE-1", Fixed)), vendor(said("CVE-1", Affected))]), blocked(&[(0, also), (1, nothing)]));
    assert_eq!(one(vec![said("CVE-1", Fixed), vendor(said("CVE-1", NotAffected))]), excused(&[0, 1]));
    // One that gives no reason does not take away what another excuses.
    let silent = changed(said("CVE-1", NotAffected), |one| one.justification = None);
    assert_eq!(one(vec![said("CVE-1", Fixed), vendor(silent)]).action, Action::Pass);
}

#[test]
fn what_is_held_against_a_finding_is_read_widely() {
    let beside = |held: Statement| one(vec![said("CVE-1", NotAffected), changed(held, |one| one.document = 1)]).action;
    assert_eq!(beside(said("CVE-1", Affected)), Action::Block);
    for id in ["cve-1", "https://nvd.example/vuln/CVE-1", "https://nvd.example/vuln/cve-1"] {
        assert_eq!(beside(said(id, Affected)), Action::Block, "{id}");
        assert_eq!(one(vec![said(id, NotAffected)]), blocked(&[]), "{id} excuses nothing");
    }
    let versions = |version: Option<&'static str>| move |one: &mut Statement| one.products = vec![product("pkg:npm/lodash", version)];
    assert_eq!(beside(changed(said("CVE-1", Affected), versions(None))), Action::Block);
    assert_eq!(beside(changed(said("CVE-1", Affected), versions(Some("2")))), Action::Pass, "another version");
    let narrower = |one: &mut Statement| one.products.iter_mut().for_each(|product| product.named.is_narrower = true);
    assert_eq!(beside(changed(said("CVE-1", Affected), narrower)), Action::Block);
    assert_eq!(one(vec![changed(said("CVE-1", NotAffected), narrower)]), blocked(&[(0, NOT_IN_USE)]));
    assert_eq!(beside(said("CVE-9", Affected)), Action::Pass, "another vulnerability");
    // In whatever product the component is.
    let part = |one: &mut Statement| {
        one.products = vec![Product { subcomponents: Some(vec![named("pkg:npm/lodash", Some("1"))]), ..product("pkg:npm/app", Some("7")) }];
    };
    assert_eq!(beside(changed(said("CVE-1", Affected), part)), Action::Block);
    assert_eq!(one(vec![changed(said("CVE-1", NotAffected), part)]), blocked(&[]), "it excuses the part of that product alone");
}

#[test]
fn a_version_is_excused_that_is_named() {
    let versioned =
        |version: Option<&str>| changed(said("CVE-1", NotAffected), |one| one.products = vec![product("pkg:npm/lodash", version)]);
    assert_eq!(one(vec![versioned(Some("2"))]), blocked(&[(0, NOT_IN_USE)]));
    assert_eq!(one(vec![versioned(None)]), blocked(&[(0, NOT_IN_USE)]));
    let mut lenient = Case::of(row(&["CVE-1"]));
    lenient.policy.vex.allow_versionless = true;
    assert_eq!(lenient.told(vec![versioned(None)]), excused(&[0]));
    // Of a component without a version nobody knows whether it is the one that is named.
    let unknown = Case::of(Row { versions: Vec::new(), ..row(&["CVE-1"]) });
    assert_eq!(unknown.told(vec![versioned(Some("1"))]), blocked(&[(0, NOT_IN_USE)]));
    assert_eq!(unknown.told(vec![said("CVE-1", Affected)]), blocked(&[(0, "affected excuses nothing")]));
    // Each version in use is excused on its own.
    let two = Case::of(Row { versions: vec!["1".to_owned(), "2".to_owned()], ..row(&["CVE-1"]) });
    assert_eq!(two.told(vec![versioned(Some("1"))]), blocked(&[(0, "another CVE or version of the finding is not excused")]));
    assert_eq!(two.told(vec![versioned(Some("1")), versioned(Some("2"))]), excused(&[0, 1]));
}

#[test]
fn each_vulnerability_is_excused_on_its_own() {
    let both = Case::of(row(&["CVE-1", "CVE-2", "GHSA-1"]));
    let other = "another CVE or version of the finding is not excused";
    assert_eq!(both.told(vec![said("CVE-1", NotAffected)]), blocked(&[(0, other)]));
    assert_eq!(both.told(vec![said("CVE-1", NotAffected), said("CVE-2", Fixed)]), excused(&[0, 1]));
    assert_eq!(both.told(vec![said("GHSA-1", NotAffected)]), blocked(&[(0, NOT_IN_USE)]), "that may be either");
    let silent = changed(said("CVE-2", NotAffected), |one| one.justification = None);
    assert_eq!(both.told(vec![said("CVE-1", NotAffected), silent]), blocked(&[(0, other), (1, "it gives no justification")]));
    // What is held against any of them is held against each.
    let told = both.told(vec![said("CVE-1", NotAffected), said("CVE-2", Fixed), said("GHSA-1", Affected)]);
    assert_eq!(told.action, Action::Block);
}

#[test]
fn a_part_of_what_is_judged_is_excused_for_that_part() {
    let image = "pkg:oci/app@sha256%3Aabc";
    let of = |purl: &str, parts: Option<Vec<Named>>| {
        changed(said("CVE-1", NotAffected), |one| {
            one.products = vec![Product { purl: purl.to_owned(), named: named("pkg:oci/app", None), subcomponents: parts }];
        })
    };
    let mut case = Case::of(row(&["CVE-1"]));
    assert_eq!(case.told(vec![of(image, None)]), blocked(&[]), "nobody says that this is what is judged");
    case.artifact = Some(image);
    assert_eq!(case.told(vec![of(image, None)]), excused(&[0]));
    assert_eq!(case.told(vec![of("pkg:oci/app@sha256%3Aabd", None)]), blocked(&[]));
    assert_eq!(case.told(vec![of(image, Some(vec![named("pkg:npm/lodash", Some("1"))]))]), excused(&[0]));
    assert_eq!(case.told(vec![of(image, Some(vec![named("pkg:npm/lodash", Some("2"))]))]), blocked(&[(0, NOT_IN_USE)]));
    assert_eq!(case.told(vec![of(image, Some(vec![named("pkg:npm/other", Some("1"))]))]), blocked(&[]));
    assert_eq!(case.told(vec![of(image, Some(Vec::new()))]), blocked(&[]));
    // A component that is excused for a part of itself is not excused as a whole.
    let within = |part: Named| {
        let whole = product("pkg:npm/lodash", Some("1"));
        changed(said("CVE-1", NotAffected), |one| one.products = vec![Product { subcomponents: Some(vec![part]), ..whole }])
    };
    assert_eq!(case.told(vec![within(named("pkg:npm/other", Some("1")))]), blocked(&[]));
    assert_eq!(case.told(vec![within(named("pkg:npm/lodash", Some("1")))]), excused(&[0]));
}

#[test]
fn an_earlier_version_of_a_document_excuses_nothing_and_is_held_against_the_finding() {
    let old = |status| changed(said("CVE-1", status), |one| one.is_outdated = true);
    assert_eq!(one(vec![old(NotAffected)]), blocked(&[(0, "there is a later version of its document")]));
    assert_eq!(one(vec![old(Affected)]), blocked(&[(0, "affected excuses nothing")]));
    let told = one(vec![old(Affected), changed(said("CVE-1", Fixed), |one| one.document = 1)]);
    assert_eq!(told.action, Action::Block);
}

#[test]
fn a_rule_that_vex_may_not_lower_keeps_its_action() {
    let with = |waivable: Waivable, action: Action| {
        let mut case = Case::of(row(&["CVE-1"]));
        let kept = crate::model::policy::sample::rule("kept", crate::model::policy::Condition::All(Vec::new()), action);
        case.policy.rules.push(crate::model::policy::Rule { waivable, ..kept });
        case.told(vec![said("CVE-1", NotAffected)])
    };
    let only = |vex| Waivable::Only { types: Vec::new(), vex };
    assert_eq!(with(Waivable::Any, Action::Block), excused(&[0]));
    assert_eq!(with(only(true), Action::Block), excused(&[0]));
    for waivable in [Waivable::Never, only(false)] {
        assert_eq!(with(waivable.clone(), Action::Block), blocked(&[(0, "rule kept may not be lowered by VEX")]));
        assert_eq!(with(waivable, Action::Ticket), Result { action: Action::Ticket, ..excused(&[0]) });
    }
}

#[test]
fn what_an_exception_lowered_already_is_not_lowered_by_vex() {
    let after = |action| Case { action: Some(action), ..Case::of(row(&["CVE-1"])) }.told(vec![said("CVE-1", NotAffected)]);
    assert_eq!(after(Action::Ticket), excused(&[0]));
    assert_eq!(after(Action::Pass), Result { by_vex: false, ..excused(&[0]) });
}

#[test]
fn of_what_passes_and_of_what_is_no_component_nothing_is_noted() {
    let low = Case::of(Row { severity: Severity::Low, ..row(&["CVE-1"]) });
    assert_eq!(low.told(vec![said("CVE-1", NotAffected)]), Result { action: Action::Pass, ..blocked(&[]) });
    let code = Case::of(Row { ids: vec!["CVE-1".to_owned()], ..Row::code("sqli", "src/a.py") });
    assert_eq!(code.told(vec![said("CVE-1", NotAffected)]), blocked(&[]));
}

#[test]
fn what_is_noted_already_is_kept_and_each_finding_has_its_own_note() {
    let evidence = evidence(&[row(&["CVE-9"]), row(&["CVE-1"]), row(&["CVE-1"])]);
    let (policy, subject) = (Case::of(row(&[])).policy, Subject::default());
    let run = crate::decide::sample::run(&subject);
    let mut judged = judge(&evidence, &policy, &run, &crate::decide::Matched::default());
    let second = judged.decisions.get(1).copied().unwrap_or_default();
    judged.decisions.set(1, Decision { noted: Some(0), ..second });
    let mut noted = vec![Noted { applied: vec![7], ..Noted::default() }];
    let document = VexDocument { path: String::new(), sha256: None, format: "openvex", author: TEAM.to_owned(), statements: 1 };
    let all = Vex { documents: vec![document], statements: vec![said("CVE-1", NotAffected)] };
    vex(&evidence, &policy, &all, &run, &mut judged, &mut noted);
    assert_eq!(judged.decisions.iter().map(|decision| decision.noted).collect::<Vec<_>>(), [None, Some(0), Some(1)]);
    let told: Vec<_> = noted.iter().map(|noted| (noted.applied.clone(), noted.vex.clone())).collect();
    assert_eq!(told, [(vec![7], vec![0]), (vec![], vec![0])]);
}

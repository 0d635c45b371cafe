#![expect(clippy::disallowed_methods, reason = "tests write documents to be read")]

use std::fs;

use serde_json::{Value, json};

use super::*;
use crate::model::policy::{ConfigFile, sample};
use crate::model::vex::VexSource;

const TEAM: &str = "appsec@acme.example";
const VENDOR: &str = "psirt@vendor.example";
const DAY: &str = "2026-11-10T00:00:00Z";

/// What a purl of the tests names: `pkg:TYPE/NAME@VERSION`, narrower behind a `?`.
fn named(purl: &str, version: Option<&str>) -> Option<Named> {
    let (plain, more) = purl.split_once('?').map_or((purl, None), |(plain, more)| (plain, Some(more)));
    let (component, own) = plain.split_once('@').map_or((plain, None), |(component, own)| (component, Some(own)));
    let version = version.or(own).map(str::to_owned);
    component.starts_with("pkg:").then(|| Named { component: component.to_owned(), version, is_narrower: more.is_some() })
}

/// `pkg:npm/a@1`, and `*` for every version.
fn shown(named: &Named) -> String {
    format!("{}@{}", named.component.trim_start_matches("pkg:npm/"), named.version.as_deref().unwrap_or("*"))
}

/// A statement as `CVE-1 fixed a@1, b@2 {c@3}`, with its justification.
fn line(stated: &Stated) -> String {
    let product = |product: &Product| {
        let parts = product.subcomponents.as_ref();
        let parts = parts.map(|parts| format!(" {{{}}}", parts.iter().map(shown).collect::<Vec<_>>().join(", ")));
        format!("{}{}", shown(&product.named), parts.unwrap_or_default())
    };
    let products: Vec<String> = stated.products.iter().map(product).collect();
    let why = stated.justification.map_or(String::new(), |why| format!(" ({})", why.word()));
    format!("{} {}{why} {}", stated.ids.join("/"), stated.status.word(), products.join(", "))
}

fn document(told: &Value) -> Result<Document, Fault> {
    read(told.to_string().as_bytes(), &named).map_err(Halt::into_fault)
}

/// What a document states.
fn lines(told: &Value) -> Vec<String> {
    document(told).map_or_else(|fault| vec![fault.message], |read| read.statements.iter().map(line).collect())
}

/// What is remarked of it.
fn remarks(told: &Value) -> Vec<(String, String)> {
    document(told).map(|read| read.remarks).unwrap_or_default()
}

/// Why it is refused.
fn refused(told: &Value) -> String {
    document(told).err().map(|fault| fault.message).unwrap_or_default()
}

fn openvex(statements: &Value) -> Value {
    json!({"@context": "https://openvex.dev/ns/v0.2.0", "@id": "V-1", "author": TEAM, "timestamp": DAY, "version": 1, "statements": statements})
}

/// A statement with other members in place of its own.
fn statement(with: &Value) -> Value {
    let mut one = json!({"vulnerability": {"name": "CVE-1"}, "products": [{"@id": "pkg:npm/a@1"}], "status": "not_affected",
        "justification": "component_not_present"});
    with.as_object().into_iter().flatten().for_each(|(key, value)| one[key] = value.clone());
    one
}

/// What one statement of `OpenVEX` comes to, in a document that is otherwise in order.
fn one(with: &Value) -> Vec<String> {
    lines(&openvex(&json!([statement(with)])))
}

fn csaf(status: &Value, more: &Value) -> Value {
    let product = |id: &str, purl: &str| json!({"product_id": id, "product_identification_helper": {"purl": purl}});
    let mut told = json!({"document": {"category": "csaf_vex", "csaf_version": "2.0", "publisher": {"name": VENDOR},
            "tracking": {"id": "V-1", "status": "final", "version": "1.2", "current_release_date": DAY}},
        "product_tree": {
            "full_product_names": [product("A", "pkg:npm/a@1"), {"product_id": "N", "product_identification_helper": {"cpe": "cpe:/a:n"}}],
            "branches": [{"branches": [{"product": product("B", "pkg:npm/b@2")}]}],
            "product_groups": [{"group_id": "G", "product_ids": ["B"]}],
            "relationships": [{"product_reference": "A", "relates_to_product_reference": "B", "full_product_name": {"product_id": "A-in-B"}}]},
        "vulnerabilities": [{"cve": "CVE-1", "ids": [{"text": "GHSA-1"}], "product_status": status}]});
    more.as_object().into_iter().flatten().for_each(|(key, value)| told["vulnerabilities"][0][key] = value.clone());
    told
}

fn cyclonedx(analysis: &Value, affects: &Value) -> Value {
    json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": "urn:1", "version": 3,
        "metadata": {"timestamp": DAY, "supplier": {"name": VENDOR}, "manufacturer": {"name": "maker"}, "authors": [{"name": "somebody"}],
            "component": {"bom-ref": "top", "purl": "pkg:npm/top@9"}},
        "components": [{"bom-ref": "a", "purl": "pkg:npm/a@1", "components": [{"bom-ref": "b", "purl": "pkg:npm/b@2"}]}, {"bom-ref": "n"}],
        "vulnerabilities": [{"id": "CVE-1", "analysis": analysis, "affects": affects}]})
}

#[test]
fn openvex_says_what_of_which_product() {
    assert_eq!(one(&json!({})), ["CVE-1 not_affected (component_not_present) a@1"]);
    for (with, wanted) in [
        (json!({"status": "fixed", "justification": null}), "CVE-1 fixed a@1"),
        (json!({"status": "affected", "justification": ""}), "CVE-1 affected a@1"),
        (json!({"status": "under_investigation", "justification": null}), "CVE-1 under_investigation a@1"),
        (json!({"vulnerability": "CVE-2"}), "CVE-2 not_affected (component_not_present) a@1"),
        (
            json!({"vulnerability": {"@id": "https://x/CVE-2", "name": "CVE-2", "aliases": ["CVE-9"]}}),
            "https://x/CVE-2/CVE-2 not_affected (component_not_present) a@1",
        ),
        (json!({"products": null}), "CVE-1 not_affected (component_not_present) "),
        (
            json!({"products": ["pkg:npm/a@2", {"identifiers": {"purl": "pkg:npm/b"}}]}),
            "CVE-1 not_affected (component_not_present) a@2, b@*",
        ),
        (
            json!({"products": [{"@id": "pkg:npm/a@1", "subcomponents": [{"@id": "pkg:npm/b@2"}, {"@id": "no purl"}]}]}),
            "CVE-1 not_affected (component_not_present) a@1 {b@2}",
        ),
        (json!({"subcomponents": ["pkg:npm/b@2"]}), "CVE-1 not_affected (component_not_present) a@1 {b@2}"),
        (
            json!({"subcomponents": ["pkg:npm/c@3"], "products": [{"@id": "pkg:npm/a@1", "subcomponents": ["pkg:npm/b@2"]}]}),
            "CVE-1 not_affected (component_not_present) a@1 {b@2}",
        ),
        // A list without parts excuses no part, and takes nothing of what is held against the whole.
        (json!({"subcomponents": []}), "CVE-1 not_affected (component_not_present) a@1 {}"),
        (json!({"subcomponents": [], "status": "affected", "justification": null}), "CVE-1 affected a@1"),
        (json!({"subcomponents": ["pkg:npm/b@2"], "status": "affected", "justification": null}), "CVE-1 affected a@1 {b@2}"),
    ] {
        assert_eq!(one(&with), [wanted], "{with}");
    }
}

#[test]
fn openvex_that_is_half_understood_is_refused() {
    for (with, why) in [
        (json!({"status": null}), "the statement has no `status`"),
        (json!({"status": "Fixed"}), "this is no status of OpenVEX"),
        (json!({"justification": "because"}), "this is no justification of OpenVEX"),
        (json!({"vulnerability": ["CVE-1"]}), "this is no vulnerability"),
        (json!({"vulnerability": {"name": 1}}), "this is no text"),
        (json!({"timestamp": "yesterday"}), "this is no instant of RFC 3339"),
    ] {
        assert_eq!(one(&with), [why], "{with}");
    }
    let with = |key: &str, value: Value| {
        let mut told = openvex(&json!([statement(&json!({}))]));
        told[key] = value;
        refused(&told)
    };
    assert_eq!(with("@context", json!("https://openvex.dev/ns/v9")), "this is no version of OpenVEX that is known");
    assert_eq!(with("@context", json!("https://openvex.dev/ns")), "");
    assert_eq!(with("document", json!({})), refused(&json!({})), "of two formats it is neither");
    let bare = json!({"@context": "https://openvex.dev/ns", "author": TEAM});
    assert_eq!(refused(&bare), "the document has no `statements`");
}

#[test]
fn a_statement_is_of_its_own_day_or_of_its_documents() {
    let (early, late) = ("2026-10-01T00:00:00Z", "2026-11-12T00:00:00Z");
    let at = |with: &Value, updated: Value| {
        let mut told = openvex(&json!([statement(with)]));
        told["last_updated"] = updated;
        document(&told).ok().and_then(|read| read.statements.first()?.timestamp).map(|instant| instant.to_string())
    };
    assert_eq!(at(&json!({}), Value::Null).as_deref(), Some(DAY));
    assert_eq!(at(&json!({}), json!(late)).as_deref(), Some(late));
    assert_eq!(at(&json!({"timestamp": early}), json!(late)).as_deref(), Some(early));
    assert_eq!(at(&json!({"timestamp": early, "last_updated": late}), Value::Null).as_deref(), Some(late));
}

#[test]
fn what_openvex_cannot_be_taken_at_is_remarked() {
    let of = |with: &Value| remarks(&openvex(&json!([statement(with)])));
    let at = |message: &str| vec![("/statements/0".to_owned(), message.to_owned())];
    assert_eq!(of(&json!({})), []);
    assert_eq!(of(&json!({"vulnerability": null})), at("the statement names no vulnerability: it is ignored"));
    let no_purl = at("the statement names a product by something else than a package URL: it is not about that");
    assert_eq!(of(&json!({"products": ["a"]})), no_purl);
    assert_eq!(of(&json!({"products": ["pkg:npm/a@1", "a"]})), no_purl);
    assert_eq!(of(&json!({"products": ["pkg:npm/a@1", {"@id": "a", "identifiers": {"purl": "pkg:npm/a@2"}}]})), []);
}

#[test]
fn each_format_tells_who_it_is_and_which_version() {
    let head = |told: &Value| {
        let read = document(told).ok()?;
        Some((read.format, read.author?, read.author_at, read.id?, read.version))
    };
    let team = |version| Some(("openvex", TEAM.to_owned(), "/author", "V-1".to_owned(), version));
    let numbered = |number: Value| {
        let mut told = openvex(&json!([]));
        told["version"] = number;
        head(&told)
    };
    assert_eq!(numbered(json!(3)), team(vec![3]));
    assert_eq!(numbered(json!("1.2.0")), team(vec![1, 2, 0]));
    assert_eq!(numbered(json!("1.x")), team(vec![]), "no version that can be compared");
    let vendor = |format, at, id: &str, version| Some((format, VENDOR.to_owned(), at, id.to_owned(), version));
    assert_eq!(head(&csaf(&json!({}), &json!({}))), vendor("csaf", "/document/publisher/name", "V-1", vec![1, 2]));
    let mut bom = cyclonedx(&json!({}), &json!([]));
    assert_eq!(head(&bom), vendor("cyclonedx", "/metadata/supplier/name", "urn:1", vec![3]));
    bom["metadata"]["supplier"] = json!({});
    assert_eq!(head(&bom).map(|head| (head.1, head.2)), Some(("maker".to_owned(), "/metadata/manufacturer/name")));
    bom["metadata"]["manufacturer"] = json!({});
    bom["metadata"]["authors"] = json!([{"email": "first@x.example"}, {"name": "second"}]);
    assert_eq!(head(&bom).map(|head| (head.1, head.2)), Some(("first@x.example".to_owned(), "/metadata/authors/0")));
}

#[test]
fn csaf_says_what_of_which_product() {
    let of = |status: Value, more: Value| lines(&csaf(&status, &more));
    assert_eq!(of(json!({"fixed": ["A", "B"]}), json!({})), ["CVE-1/GHSA-1 fixed a@1", "CVE-1/GHSA-1 fixed b@2"]);
    for (list, status) in [
        ("known_not_affected", "not_affected"),
        ("fixed", "fixed"),
        ("first_fixed", "fixed"),
        ("under_investigation", "under_investigation"),
        ("known_affected", "affected"),
        ("first_affected", "affected"),
        ("last_affected", "affected"),
    ] {
        assert_eq!(of(json!({list: ["A"], "recommended": ["A"]}), json!({})), [format!("CVE-1/GHSA-1 {status} a@1")]);
    }
    assert_eq!(of(json!({"fixed": ["A"], "known_affected": ["A"]}), json!({})), ["CVE-1/GHSA-1 affected a@1"], "the worst counts");
    assert_eq!(of(json!({"fixed": ["N", "unknown"]}), json!({})), Vec::<String>::new(), "without a purl it is about nothing");
    assert_eq!(of(json!({"fixed": null}), json!({})), Vec::<String>::new());
    // A part excuses its whole for that part alone, and is held against whatever it is in.
    assert_eq!(of(json!({"fixed": ["A-in-B"]}), json!({})), ["CVE-1/GHSA-1 fixed b@2 {a@1}"]);
    assert_eq!(of(json!({"known_affected": ["A-in-B"]}), json!({})), ["CVE-1/GHSA-1 affected a@1"]);
}

#[test]
fn csaf_says_why_by_flags_of_products_and_groups() {
    let why = |flags: Value| lines(&csaf(&json!({"known_not_affected": ["A", "B"]}), &json!({"flags": flags}))).join("; ");
    let (absent, never_run) = ("component_not_present", "vulnerable_code_not_in_execute_path");
    let none = "CVE-1/GHSA-1 not_affected a@1; CVE-1/GHSA-1 not_affected b@2";
    assert_eq!(why(json!([])), none);
    assert_eq!(
        why(json!([{"label": absent, "product_ids": ["A"]}, {"label": never_run, "group_ids": ["G"]}])),
        "CVE-1/GHSA-1 not_affected (component_not_present) a@1; CVE-1/GHSA-1 not_affected (vulnerable_code_not_in_execute_path) b@2"
    );
    assert_eq!(
        why(json!([{"label": absent, "product_ids": ["A"]}, {"label": absent, "product_ids": ["A"]}])),
        "CVE-1/GHSA-1 not_affected (component_not_present) a@1; CVE-1/GHSA-1 not_affected b@2"
    );
    let two = json!([{"label": absent, "product_ids": ["A"]}, {"label": never_run, "product_ids": ["A"]}]);
    assert_eq!(why(two), none, "two reasons that may not both be accepted are none");
}

#[test]
fn what_csaf_cannot_be_taken_at_is_remarked() {
    let of = |status: Value| remarks(&csaf(&status, &json!({})));
    assert_eq!(of(json!({"fixed": ["A"], "first_fixed": ["A"]})), [], "both lists say the same");
    let several = "a product is in several lists: it counts as affected".to_owned();
    assert_eq!(of(json!({"fixed": ["A"], "known_affected": ["A"]})), [("/vulnerabilities/0/product_status".to_owned(), several)]);
    let no_purl = "a product has no package URL: the statement is not about it".to_owned();
    assert_eq!(of(json!({"fixed": ["A", "N", "unknown"]})), [("/vulnerabilities/0".to_owned(), no_purl)]);
}

#[test]
fn csaf_that_is_half_understood_is_refused_and_a_draft_does_not_count() {
    let plain = csaf(&json!({"fixed": ["A"]}), &json!({}));
    let with = |pointer: &str, value: Value| {
        let mut told = plain.clone();
        told.pointer_mut(pointer).into_iter().for_each(|place| *place = value.clone());
        refused(&told)
    };
    assert_eq!(with("/document/csaf_version", json!("2.1")), "");
    assert_eq!(with("/document/csaf_version", json!("3.0")), "this is no version of CSAF that is known");
    assert_eq!(with("/document/category", json!("csaf_base")), "this is no VEX document of CSAF, whose category is `csaf_vex`");
    assert_eq!(with("/document/tracking/status", json!(null)), "the document has no status");
    assert_eq!(with("/document/tracking/status", json!("done")), "this is no status of a CSAF document");
    assert_eq!(with("/product_tree/branches/0/branches/0/product/product_id", json!("A")), "the id of a product stands there twice");
    let ignored = |status: &str| {
        let mut told = plain.clone();
        told["document"]["tracking"]["status"] = json!(status);
        document(&told).map(|read| read.ignored.map(|(at, _)| at)).map_err(|fault| fault.message)
    };
    assert_eq!(ignored("draft"), Ok(Some("/document/tracking/status")));
    assert_eq!((ignored("interim"), ignored("final")), (Ok(None), Ok(None)));
}

#[test]
fn cyclonedx_says_what_of_which_component() {
    let of = |analysis: Value, affects: Value| lines(&cyclonedx(&analysis, &affects)).join("; ");
    let unaffected = || json!({"state": "not_affected", "justification": "code_not_reachable"});
    let why = "CVE-1 not_affected (vulnerable_code_not_in_execute_path)";
    assert_eq!(of(unaffected(), json!([{"ref": "a"}, {"ref": "b"}, {"ref": "top"}])), format!("{why} a@1, b@2, top@9"));
    assert_eq!(of(unaffected(), json!([{"ref": "pkg:npm/c@3"}])), format!("{why} c@3"), "a purl refers to itself");
    assert_eq!(of(unaffected(), json!([{"ref": "n"}])), format!("{why} "));
    assert_eq!(of(unaffected(), Value::Null), format!("{why} "));
    for (state, status) in [
        ("resolved", "fixed"),
        ("resolved_with_pedigree", "fixed"),
        ("exploitable", "affected"),
        ("in_triage", "under_investigation"),
        ("false_positive", "not_affected"),
        ("not_affected", "not_affected"),
    ] {
        assert_eq!(of(json!({"state": state}), json!([{"ref": "a"}])), format!("CVE-1 {status} a@1"));
    }
    assert_eq!(of(json!({}), json!([{"ref": "a"}])), "", "without a state nothing is stated");
}

#[test]
fn of_listed_versions_cyclonedx_excuses_those_that_are_unaffected() {
    let of =
        |state: &str, versions: Value| lines(&cyclonedx(&json!({"state": state}), &json!([{"ref": "a", "versions": versions}]))).join("; ");
    let versions = json!([{"version": "1", "status": "unaffected"}, {"version": "2"}, {"range": "vers:npm/<9", "status": "unaffected"},
        {"version": "3", "range": "vers:npm/<9", "status": "unaffected"}]);
    assert_eq!(of("not_affected", versions.clone()), "CVE-1 not_affected a@1");
    assert_eq!(of("not_affected", json!([])), "CVE-1 not_affected ", "of a list without versions none is excused");
    assert_eq!(of("exploitable", versions), "CVE-1 affected a@1, a@2, a@*, a@*", "a range may be any version");
    assert_eq!(of("exploitable", json!([])), "CVE-1 affected a@1", "an empty list takes nothing away");
}

#[test]
fn cyclonedx_that_is_half_understood_is_refused_or_remarked() {
    let plain = cyclonedx(&json!({"state": "exploitable"}), &json!([{"ref": "a"}]));
    let with = |pointer: &str, value: Value| {
        let mut told = plain.clone();
        told.pointer_mut(pointer).into_iter().for_each(|place| *place = value.clone());
        refused(&told)
    };
    assert_eq!(with("/specVersion", json!("1.4")), "");
    assert_eq!(with("/specVersion", json!("1.3")), "this is no version of CycloneDX that has an analysis and is known");
    assert_eq!(with("/bomFormat", json!("SPDX")), "this is no bill of materials of CycloneDX");
    assert_eq!(with("/components/0/components/0/bom-ref", json!("a")), "two components have one `bom-ref`");
    assert_eq!(with("/vulnerabilities/0/analysis/state", json!("fine")), "this is no state of an analysis");
    let no_purl = "a component has no package URL: the statement is not about it".to_owned();
    let at = "/vulnerabilities/0/analysis".to_owned();
    assert_eq!(remarks(&plain), []);
    assert_eq!(remarks(&cyclonedx(&json!({"state": "resolved"}), &json!([{"ref": "n"}]))), [(at, no_purl)]);
}

/// A folder with documents, and with a policy that listens to what lies in `vex/`.
struct Room(tempfile::TempDir);

impl Room {
    fn new(files: &[(&str, &Value)]) -> anyhow::Result<Self> {
        let room = Self(tempfile::tempdir()?);
        for folder in ["vex", "more"] {
            fs::create_dir(room.0.path().join(folder))?;
        }
        for (name, told) in files {
            fs::write(room.0.path().join(name), told.to_string())?;
        }
        Ok(room)
    }

    /// Reads what a policy listens to, source by source with the authors, and files that are named beside it. What is stated, as the
    /// file and the statement, and what is wrong.
    fn told(&self, sources: &[(&str, &[&str])], beside: &[&str]) -> anyhow::Result<(Vec<String>, Vec<String>)> {
        let path = |name: &str| format!("{}/{name}", self.0.path().display());
        let mut policy = sample::policy(Vec::new());
        policy.files = vec![ConfigFile { path: path("p.yaml"), name: "p.yaml".to_owned(), sha256: String::new(), commit: None }];
        let owned = |authors: &[&str]| authors.iter().map(|author| (*author).to_owned()).collect();
        let source = |(name, authors): &(&str, &[&str])| VexSource { place: sample::place(9), path: path(name), authors: owned(authors) };
        policy.vex.sources = sources.iter().map(source).collect();
        let beside: Vec<String> = beside.iter().map(|name| path(name)).collect();
        let (vex, problems) = vex(&policy, &VexPlaces { named: &beside, commit: None }, &named, "2026-11-23T00:00:00Z".parse()?);
        let file = |path: &str| path.replace(&format!("{}/", self.0.path().display()), "");
        let documents: Vec<String> = vex.documents.iter().map(|document| file(&document.path)).collect();
        assert!(documents.is_sorted(), "{documents:?}");
        let stated = vex.statements.iter().map(|one| {
            let old = if one.is_outdated { " (old)" } else { "" };
            let path = vex.document(one).map(|document| file(&document.path)).unwrap_or_default();
            format!("{path} {} {}{old}", one.ids.join("/"), one.status.word())
        });
        let wrong = problems.iter().map(|problem| {
            let at = if let Position::Pointer(at) = &problem.position { at.as_str() } else { "" };
            format!(
                "{} {} {at}: {}; {}",
                problem.weight.word(),
                file(problem.file.as_deref().unwrap_or_default()),
                problem.message,
                problem.help
            )
        });
        Ok((stated.collect(), wrong.map(|wrong| file(&wrong)).collect()))
    }
}

const NOBODY: &str = "its author is not among those that the policy listens to: nothing in it counts; add the author to `authors` in \
                      `vex.sources`, exactly as it stands there";

#[test]
fn only_those_are_heard_whom_the_policy_listens_to() -> anyhow::Result<()> {
    let (team, vendor) = (openvex(&json!([statement(&json!({}))])), csaf(&json!({"fixed": ["A"]}), &json!({})));
    let room = Room::new(&[("vex/b.json", &team), ("vex/a.json", &vendor), ("more/a.json", &team)])?;
    let both = ["vex/a.json CVE-1/GHSA-1 fixed", "vex/b.json CVE-1 not_affected"];
    assert_eq!(room.told(&[("vex/*.json", &[TEAM, VENDOR])], &[])?, (both.map(str::to_owned).to_vec(), Vec::new()));
    let (stated, wrong) = room.told(&[("vex/*.json", &[TEAM])], &[])?;
    assert_eq!(stated, ["vex/b.json CVE-1 not_affected"]);
    assert_eq!(wrong, [format!("warning vex/a.json /document/publisher/name: {NOBODY}")]);
    // A file that two sources name is heard by one of them, and once.
    let (stated, wrong) = room.told(&[("vex/b.json", &[TEAM]), ("vex/b.json", &[VENDOR]), ("vex/b.json", &[TEAM])], &["vex/b.json"])?;
    assert_eq!((stated, wrong), (vec!["vex/b.json CVE-1 not_affected".to_owned()], Vec::new()));
    // A file that is named beside the policy may speak for whom it listens to anywhere.
    let (stated, _) = room.told(&[("vex/b.json", &[TEAM])], &["more/a.json"])?;
    assert_eq!(stated, ["more/a.json CVE-1 not_affected", "vex/b.json CVE-1 not_affected"]);
    let (stated, wrong) = room.told(&[("vex/a.json", &[VENDOR])], &["more/a.json"])?;
    assert_eq!(stated, ["vex/a.json CVE-1/GHSA-1 fixed"]);
    assert_eq!(wrong, [format!("warning more/a.json /author: {NOBODY}")]);
    Ok(())
}

#[test]
fn with_a_mistake_in_any_document_nothing_is_stated() -> anyhow::Result<()> {
    let room = Room::new(&[("vex/a.json", &openvex(&json!([statement(&json!({}))]))), ("more/bad.json", &json!({}))])?;
    let (stated, wrong) = room.told(&[("vex/a.json", &[TEAM])], &["more/bad.json"])?;
    let no_format = "this is no OpenVEX (`@context`), CSAF (`document`) or CycloneDX (`bomFormat`) document";
    let help = "get the document again, or take it out of `vex.sources`";
    assert_eq!((stated, wrong), (Vec::new(), vec![format!("undecided more/bad.json : {no_format}; {help}")]));
    let (stated, wrong) = room.told(&[("vex/a.json", &[TEAM])], &["more/none.json"])?;
    assert_eq!((stated, wrong.len()), (Vec::new(), 1));
    assert!(wrong.iter().all(|wrong| wrong.starts_with("undecided more/none.json") && wrong.contains("; check the path")), "{wrong:?}");
    Ok(())
}

#[test]
fn what_does_not_count_is_told() -> anyhow::Result<()> {
    let told = |document: &Value| Room::new(&[("vex/a.json", document)])?.told(&[("vex/a.json", &[TEAM, VENDOR])], &[]);
    let at = |when: Value| openvex(&json!([statement(&json!({"timestamp": when}))]));
    let stated = vec!["vex/a.json CVE-1 not_affected".to_owned()];
    assert_eq!(told(&at(json!("2026-11-23T00:00:00Z")))?, (stated.clone(), Vec::new()), "of this very instant");
    let late = "warning vex/a.json /statements/0: the statement is of 2026-11-23T00:00:01Z, which is yet to come: it is ignored; ";
    assert_eq!(told(&at(json!("2026-11-23T00:00:01Z")))?, (Vec::new(), vec![late.to_owned()]));
    let mut undated = openvex(&json!([statement(&json!({}))]));
    undated["timestamp"] = Value::Null;
    let no_date = "warning vex/a.json /statements/0: the statement has no date: it is ignored; ";
    assert_eq!(told(&undated)?, (Vec::new(), vec![no_date.to_owned()]));
    let aimless = |number: usize| openvex(&json!(vec![statement(&json!({"products": null})); number]));
    let about = |many: &str| format!("warning vex/a.json /statements/0: {many} about no product that can be compared, and ignored; ");
    assert_eq!(told(&aimless(1))?, (Vec::new(), vec![about("a statement is")]));
    assert_eq!(told(&aimless(2))?, (Vec::new(), vec![about("2 statements are")]));
    let mut draft = csaf(&json!({"fixed": ["A"]}), &json!({}));
    draft["document"]["tracking"]["status"] = json!("draft");
    let ignored = "warning vex/a.json /document/tracking/status: the document is a draft: nothing in it counts; ";
    assert_eq!(told(&draft)?, (Vec::new(), vec![ignored.to_owned()]));
    // Of many remarks the first are made.
    let (stated, wrong) = told(&openvex(&json!(vec![statement(&json!({"vulnerability": null})); 11])))?;
    assert_eq!((stated.len(), wrong.len()), (11, 9));
    assert_eq!(wrong.last().map(String::as_str), Some("warning vex/a.json /statements/8: 3 more such statements are ignored; "));
    Ok(())
}

#[test]
fn of_several_versions_of_a_document_the_last_excuses() -> anyhow::Result<()> {
    let of = |id: &str, version: Value| {
        let mut told = openvex(&json!([statement(&json!({}))]));
        (told["@id"], told["version"]) = (json!(id), version);
        told
    };
    let told = |first: &Value, second: &Value| {
        let room = Room::new(&[("vex/a.json", first), ("vex/b.json", second)])?;
        let (stated, wrong) = room.told(&[("vex/*.json", &[TEAM])], &[])?;
        let old: Vec<String> =
            stated.into_iter().filter_map(|stated| Some(stated.split_once(" CVE-1 not_affected (old)")?.0.to_owned())).collect();
        anyhow::Ok((old, wrong))
    };
    let later =
        |file: &str| vec![format!("warning {file} : there is a later version of this document: this one excuses nothing; remove it")];
    let a = |wrong| (vec!["vex/a.json".to_owned()], wrong);
    assert_eq!(told(&of("V-1", json!(1)), &of("V-1", json!(2)))?, a(later("vex/a.json")));
    assert_eq!(told(&of("V-1", json!("1.9")), &of("V-1", json!("1.10")))?, a(later("vex/a.json")), "versions are numbers");
    assert_eq!(told(&of("V-1", json!(2)), &of("V-1", json!(1)))?, (vec!["vex/b.json".to_owned()], later("vex/b.json")));
    for (first, second) in [
        (of("V-1", json!(1)), of("V-1", json!(1))),
        (of("V-1", json!(1)), of("V-2", json!(2))),
        (of("", json!(1)), of("", json!(2))),
        (of("V-1", json!(null)), of("V-1", json!(2))),
    ] {
        assert_eq!(told(&first, &second)?, (Vec::new(), Vec::new()), "{first} {second}");
    }
    Ok(())
}

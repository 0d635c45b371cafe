//! What a bill of materials says in any order, and what is read of one that is wrong.

use crate::ingest::{Refusal, read};
use crate::model::raw::{Claimed, RawPackage, RawReport};

/// Reads a bill of materials, told by its members; of one that is refused the code and the place.
fn bom(members: &str) -> Result<RawReport, String> {
    let text = format!(r#"{{"bomFormat": "CycloneDX", {members}}}"#);
    match read(&mut text.as_bytes(), None, &[]) {
        Ok((_, report)) => Ok(report),
        Err(Refusal::Broken(_, fault) | Refusal::Unclaimed(fault) | Refusal::ReadAgain(_, fault)) => {
            Err(format!("{} {}", fault.code, fault.message))
        }
    }
}

/// The purl and version of each row's component, `-` for none.
fn packages(members: &str) -> Vec<String> {
    let Ok(report) = bom(&format!(r#""specVersion": "1.6", {members}"#)) else { return vec!["refused".to_owned()] };
    let text = |text| report.texts.get(text).as_data();
    let package = |package: RawPackage| {
        let parts = [package.purl, package.name, package.version].into_iter().flatten().map(text);
        parts.collect::<Vec<_>>().join(" ")
    };
    report.details.iter().map(|detail| package(detail.package)).collect()
}

const COMPONENTS: &str = r#""components": [{"type": "library", "bom-ref": "a", "name": "one", "components": [
    {"components": [], "version": "2", "name": "two", "group": "g", "bom-ref": "b c"}]}]"#;

const VULNERABILITIES: &str =
    r#""vulnerabilities": [{"affects": [{"ref": "a"}, {"versions": [{"version": "9"}], "ref": "b c"}], "id": "CVE-1"}, {"id": "CVE-2"}]"#;

#[test]
fn the_order_of_members_does_not_matter() {
    let expected = ["one", "g/two 2", ""];
    assert_eq!(packages(&format!("{COMPONENTS}, {VULNERABILITIES}")), expected);
    assert_eq!(packages(&format!("{VULNERABILITIES}, {COMPONENTS}")), expected);
    let late = bom(&format!(r#"{VULNERABILITIES}, "specVersion": "1.6""#));
    assert!(late.is_ok_and(|report| report.scans.iter().all(|scan| scan.results.len() == 3)));
}

#[test]
fn references_are_names_purls_and_links() {
    let of = |reference: &str| packages(&format!(r#""vulnerabilities": [{{"affects": [{{"ref": "{reference}"}}]}}], {COMPONENTS}"#));
    for (reference, package) in [
        ("a", "one"),
        ("urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#a", "one"),
        ("urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#b%20c", "g/two 2"),
        ("urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#pkg%3Anpm%2F%2540x%2Fy%401", "pkg:npm/%40x/y@1"),
        ("pkg:npm/y@1", "pkg:npm/y@1"),
        ("b%20c", ""),
        ("urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#%ff%", ""),
        ("nowhere", ""),
    ] {
        assert_eq!(of(reference), [package], "{reference}");
    }
}

#[test]
fn each_affected_component_is_a_row_and_none_is_one_too() {
    for (affects, claims) in [
        ("[]", &[Claimed::Open][..]),
        ("null", &[Claimed::Open]),
        (r#""a""#, &[Claimed::Open]),
        (r#"[{"ref": "a"}, {}, {"ref": 1}]"#, &[Claimed::Open; 3]),
        (r#"[{"ref": "a", "versions": [{"version": "1", "status": "unaffected"}]}]"#, &[Claimed::Open]),
        (r#"[{"ref": "a", "versions": [{"status": "unaffected"}, {"version": "2"}]}]"#, &[Claimed::Open]),
        (r#"[{"ref": "a", "versions": [{"status": "unaffected"}, "2"]}]"#, &[Claimed::Open]),
        (r#"[{"ref": "a", "versions": [{"status": "unknown"}]}]"#, &[Claimed::Open]),
    ] {
        let report = bom(&format!(r#""specVersion": "1.6", "vulnerabilities": [{{"id": "CVE-1", "affects": {affects}}}]"#));
        let told = report.map(|report| report.details.iter().map(|detail| detail.claim).collect::<Vec<_>>());
        assert_eq!(told.as_deref(), Ok(claims), "{affects}");
    }
}

#[test]
fn what_is_no_list_of_vulnerabilities_is_refused() {
    for members in [
        r#""vulnerabilities": null"#,
        r#""vulnerabilities": {}"#,
        r#""vulnerabilities": "x""#,
        r#""vulnerabilities": [null]"#,
        r#""vulnerabilities": ["CVE-1"]"#,
        r#""vulnerabilities": [{"affects": ["a"]}]"#,
        r#""vulnerabilities": [{"affects": [null]}]"#,
    ] {
        let refused = bom(&format!(r#""specVersion": "1.6", {members}"#)).err().unwrap_or_default();
        assert!(refused.starts_with("wrong-type "), "{members}: {refused}");
    }
    let twice = bom(r#""specVersion": "1.6", "vulnerabilities": [{"id": "CVE-1"}], "vulnerabilities": []"#).err();
    assert!(twice.is_some_and(|refused| refused.starts_with("repeated-key ")));
    for version in [r#""1.8""#, r#""2.0""#, "1.6", "null", r#""""#] {
        let refused = bom(&format!(r#""vulnerabilities": [], "specVersion": {version}"#)).err();
        assert!(refused.is_some_and(|refused| refused.starts_with("version ")), "{version}");
    }
}

#[test]
fn an_inventory_is_no_scan_and_neither_is_one_of_trivy_with_an_empty_list() {
    let tools = |name: &str| format!(r#""metadata": {{"tools": {{"components": [{{"name": "{name}"}}]}}}}"#);
    for (members, is_scan) in [
        (r#""components": []"#.to_owned(), false),
        (r#""vulnerabilities": []"#.to_owned(), true),
        (format!(r#"{}, "vulnerabilities": []"#, tools("grype")), true),
        (format!(r#"{}, "vulnerabilities": []"#, tools("trivy")), false),
        (format!(r#""vulnerabilities": [], {}"#, tools("Trivy")), false),
        (format!(r#""vulnerabilities": [{{"id": "CVE-1"}}], {}"#, tools("trivy")), true),
    ] {
        let report = bom(&format!(r#""specVersion": "1.6", {members}"#));
        let complete = report.map(|report| report.scans.iter().all(|scan| scan.incomplete_because.is_empty()));
        assert_eq!(complete, Ok(is_scan), "{members}");
    }
}

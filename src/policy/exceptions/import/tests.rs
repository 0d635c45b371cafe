use super::*;

/// The entries of a file: `line id: match` or `line id! why`, then the reason, the end and what ends it beside.
fn told(format: &str, folder: &str, text: &str) -> Vec<String> {
    let format = FORMATS.iter().find(|known| known.id == format).unwrap();
    let entries = (format.read)(text, folder).unwrap();
    let show = |entry: &Entry| {
        let of = |matches: &DraftMatch| {
            let DraftMatch { vulnerability, rule_id, package, versions, any_version, paths, .. } = matches;
            let parts = [vulnerability, rule_id, package].into_iter().flatten().chain(versions).chain(paths).cloned();
            parts.chain(any_version.then(|| "any".to_owned())).collect::<Vec<_>>().join(" ")
        };
        let matches = entry.matches.as_ref().map_or_else(|why| format!("! {why}"), |matches| format!(": {}", of(matches)));
        let ends = entry.ends.map_or_else(String::new, |ends| format!(" until {ends}"));
        let reason = entry.reason.as_ref().map_or_else(String::new, |reason| format!(" ({})", reason.trim()));
        format!("{} {}{matches}{ends}{reason}{}", entry.line, entry.what, entry.until.concat())
    };
    entries.iter().map(show).collect()
}

#[test]
fn trivyignore_is_read_line_by_line() {
    let text = "# Accept the risk\nCVE-2018-14618\n\n# Until the image is rebuilt\n# with the new base\nCVE-2019-14697 exp:2027-01-01\nCVE-2019-1543  # not used by us\nAVD-DS-0002\n# for tests alone\nDS026\naws-access-key-id\nGPL-3.0\nCVE-2020-*\nCVE-2020-1 exp:soon\n";
    assert_eq!(
        told("trivyignore", "", text),
        [
            "2 CVE-2018-14618: CVE-2018-14618 any (Accept the risk)",
            "6 CVE-2019-14697: CVE-2019-14697 any until 2026-12-31 (Until the image is rebuilt with the new base)",
            "7 CVE-2019-1543: CVE-2019-1543 any (not used by us)",
            "8 AVD-DS-0002: trivy:AVD-DS-0002 (Until the image is rebuilt with the new base)",
            "10 DS026: trivy:DS026 (for tests alone)",
            "11 aws-access-key-id: trivy:aws-access-key-id (for tests alone)",
            "12 GPL-3.0! it may be an advisory, a check or a license; say which in a .trivyignore.yaml (for tests alone)",
            "13 CVE-2020-*! a wildcard stands for more than one finding (for tests alone)",
            "14 CVE-2020-1! `soon` is no day on which it could end (for tests alone)",
        ]
    );
}

#[test]
fn trivyignore_yaml_names_kinds_paths_and_packages() {
    let text = "vulnerabilities:\n  - id: CVE-2022-40897\n    paths: [\"usr/local/lib/*.egg-info\"]\n    statement: Accept the risk\n  - id: CVE-2023-2650\n    purls: [\"pkg:deb/debian/libssl1.1@1.1\", \"pkg:npm/%40a/b\", \"pkg:apk/x?arch=amd64\"]\n    expired_at: 2027-02-01\n  - {id: CVE-1, scope: x}\nmisconfigurations:\n  - {id: AVD-DS-0001, paths: [docs/Dockerfile]}\nsecrets:\n  - id: aws-access-key-id\nlicenses:\n  - id: GPL-3.0\n";
    assert_eq!(
        told("trivyignore-yaml", "", text),
        [
            "2 CVE-2022-40897: CVE-2022-40897 usr/local/lib/*.egg-info any (Accept the risk)",
            "5 CVE-2023-2650: CVE-2023-2650 pkg:deb/debian/libssl1.1 1.1 until 2027-01-31",
            "5 CVE-2023-2650: CVE-2023-2650 pkg:npm/%40a/b any until 2027-01-31",
            "5 CVE-2023-2650! pkg:apk/x?arch=amd64 names more than a package and its version until 2027-01-31",
            "8 CVE-1! it depends on `scope`, which is not known here",
            "10 AVD-DS-0001: trivy:AVD-DS-0001 docs/Dockerfile",
            "12 aws-access-key-id: trivy:aws-access-key-id",
            "14 GPL-3.0! it ignores a license, wherever that is",
        ]
    );
}

#[test]
fn grype_rules_are_taken_where_they_are_exact() {
    let text = "fail-on-severity: high\nignore:\n  - vulnerability: CVE-2008-4318\n    reason: not exploitable here\n  - vulnerability: CVE-1\n    fix-state: unknown\n  - fix-state: wont-fix\n  - package: {type: gem}\n  - vulnerability: GHSA-x\n    package: {name: \"@a/b\", version: \"1.0\", type: npm}\n  - {vulnerability: CVE-2, package: {name: libcurl}}\n  - {vulnerability: CVE-3, package: {name: 'linux.*', type: rust-crate}}\n  - {vulnerability: CVE-4, package: {name: x, type: deb}}\n  - {vulnerability: CVE-5, package: {version: 1.2.3}}\n  - {vulnerability: CVE-6, package: {location: /app/**}}\n  - {vulnerability: CVE-7, package: {version: 2}}\n  - {vulnerability: CVE-8, package: {name: My_Lib, type: python}}\n";
    assert_eq!(
        told("grype", "", text),
        [
            "3 CVE-2008-4318: CVE-2008-4318 any (not exploitable here)",
            "5 CVE-1! it depends on `fix-state`, of which a record says nothing",
            "7 fix-state! it depends on `fix-state`, of which a record says nothing",
            "8 package! it names no vulnerability, so that it ignores every one",
            "9 GHSA-x: GHSA-x pkg:npm/%40a/b 1.0",
            "11 CVE-2! it names no `type` of the package libcurl, so that it may be one of any ecosystem",
            "12 CVE-3! the package's name `linux.*` may be a pattern",
            "13 CVE-4! a package of type deb has no one package URL",
            "14 CVE-5: CVE-5 1.2.3",
            "15 CVE-6! it depends on the package's `location`, of which a record says nothing",
            "16 CVE-7! `version` is a number, not text",
            "17 CVE-8: CVE-8 pkg:pypi/my-lib any",
        ]
    );
}

#[test]
fn only_npm_has_scopes() {
    let package = |name: &str, kind: &str| {
        told("grype", "", &format!("ignore: [{{vulnerability: CVE-1, package: {{name: \"{name}\", type: {kind}}}}}]")).concat()
    };
    assert_eq!(package("@a/b", "npm"), "1 CVE-1: CVE-1 pkg:npm/%40a/b any");
    for (name, kind) in [("@a/b", "gem"), ("@a./b", "npm"), ("@/b", "npm"), ("@a/", "npm"), ("@a", "npm"), ("", "npm")] {
        assert_eq!(package(name, kind), format!("1 CVE-1! the package's name `{name}` may be a pattern"));
    }
}

#[test]
fn osv_scanner_is_about_its_folder() {
    let text = "[[IgnoredVulns]]\nid = \"GO-2022-0968\"\n# ignoreUntil = 2022-11-09\nreason = \"No ssh servers\"\n\n[[IgnoredVulns]]\nid = \"GHSA-c\"\nignoreUntil = 2027-01-01T00:00:00Z\n\n[[IgnoredVulns]]\nid = \"CVE-1\"\nignoreUntil = 2027-01-01\n\n[[IgnoredVulns]]\nid = \"x\"\n\n[[PackageOverrides]]\nname = \"lib\"\nignore = true\n";
    assert_eq!(
        told("osv-scanner", "web/app", text),
        [
            "2 GO-2022-0968: GO-2022-0968 web/app/* any (No ssh servers)",
            "7 GHSA-c: GHSA-c web/app/* any until 2026-12-31",
            "11 CVE-1: CVE-1 web/app/* any until 2026-12-31",
            "15 x! this is no advisory that is known here",
            "17 lib! an override of a package ignores whatever it has, or says its license",
        ]
    );
    assert!(told("osv-scanner", "", text)[0].contains(" * any"));
    assert!(told("osv-scanner", "../x", text)[0].contains("root of the repository"));
}

#[test]
fn snyk_is_taken_where_it_is_about_every_path() {
    let text = "version: v1.25.0\nignore:\n  SNYK-JS-TMP-11501554:\n    - '*':\n        reason: no file is written\n        expires: 2027-01-06T14:18:34.225Z\n        created: 2025-08-08T14:18:34.225Z\n  'npm:ms:20170412':\n    - debug > ms:\n        reason: None given\n    - '*':\n        disregardIfFixable: true\n  snyk:lic:npm:x:GPL:\n    - '*': {reason: ours}\npatch: {}\nexclude:\n  global:\n    - tests\n";
    assert_eq!(
        told("snyk", "", text),
        [
            "4 SNYK-JS-TMP-11501554: SNYK-JS-TMP-11501554 any until 2027-01-05 (no file is written)",
            "9 npm:ms:20170412! it is only about the path `debug > ms` through the dependencies, of which a record says nothing (None given)",
            "11 npm:ms:20170412: npm:ms:20170412 anyfix_available",
            "14 snyk:lic:npm:x:GPL! it ignores a license (ours)",
            "17 exclude: global! it keeps files from being scanned",
        ]
    );
}

#[test]
fn cargo_deny_names_advisories_and_crates() {
    let text = "[graph]\ntargets = []\n[advisories]\nversion = 2\nignore = [\n    \"RUSTSEC-2020-0168\", # mach\n    { id = \"RUSTSEC-2024-0436\", reason = \"Used by ratatui alone.\" },\n    \"crate@0.1\",\n    { crate = \"yanked\", reason = \"x\" },\n    \"nothing\",\n]\n";
    assert_eq!(
        told("cargo-deny", "", text),
        [
            "6 RUSTSEC-2020-0168: RUSTSEC-2020-0168 any",
            "7 RUSTSEC-2024-0436: RUSTSEC-2024-0436 any (Used by ratatui alone.)",
            "8 crate@0.1! a crate that was yanked is no vulnerability",
            "9 yanked! a crate that was yanked is no vulnerability",
            "10 nothing! this is no advisory that is known here",
        ]
    );
    assert!(told("cargo-deny", "", "[bans]\n").is_empty());
}

#[test]
fn what_is_of_another_kind_is_never_read_as_if_nothing_were_said() {
    for (format, text, wanted) in [
        ("trivyignore-yaml", "vulnerabilities: [{id: CVE-1, paths: [123]}]", "`paths` is a number, not text"),
        ("trivyignore-yaml", "vulnerabilities: [{id: CVE-1, paths: foo}]", "`paths` is text, not a list"),
        ("trivyignore-yaml", "vulnerabilities: [{id: CVE-1, paths: [null, a]}]", "`paths` is nothing, not text"),
        ("trivyignore-yaml", "vulnerabilities: [{id: CVE-1, purls: \"pkg:npm/x@1\"}]", "`purls` is text, not a list"),
        ("trivyignore-yaml", "vulnerabilities: [{id: CVE-1, purls: [1]}]", "`purls` is a number, not text"),
        ("trivyignore-yaml", "vulnerabilities: [{id: CVE-1, expired_at: 20200101}]", "`expired_at` is a number, not text"),
        ("trivyignore-yaml", "vulnerabilities: CVE-1", "`vulnerabilities` is text, not a list"),
        ("grype", "ignore: CVE-1", "`ignore` is text, not a list"),
        ("grype", "ignore: [{vulnerability: CVE-1, package: {name: 1}}]", "`name` is a number, not text"),
        ("grype", "ignore: [{vulnerability: CVE-1, package: foo}]", "`package` is text, not a map"),
        ("grype", "ignore: [{vulnerability: CVE-1, package: [{name: x}]}]", "`package` is a list, not a map"),
        ("snyk", "ignore: {S: [{'*': {disregardIfFixable: \"true\"}}]}", "`disregardIfFixable` is text, not true or false"),
        ("snyk", "ignore: {S: [{'*': {expires: 2020}}]}", "`expires` is a number, not text"),
        ("snyk", "ignore: {S: {'*': {reason: ours}}}", "`S` is a map, not a list"),
        ("snyk", "ignore: {S: ['*']}", "`a path` is text, not a map"),
        ("snyk", "ignore: [S]", "`ignore` is a list, not a map"),
        ("cargo-deny", "[advisories]\nignore = [{id = \"RUSTSEC-1\", until = 1}]", "depends on `until`"),
    ] {
        let told = told(format, "", text);
        assert!(told.len() == 1 && told[0].contains("! ") && told[0].contains(wanted), "{text}: {told:?}");
    }
}

#[test]
fn what_cannot_be_read_has_a_place() {
    let fault = |format: &str, text: &str| {
        let format = FORMATS.iter().find(|known| known.id == format).unwrap();
        (format.read)(text, "").err().map(|fault| (fault.code, fault.position))
    };
    assert_eq!(fault("cargo-deny", "[advisories]\nignore = [\n"), Some(("import-format", Position::Line(2, 1))));
    assert_eq!(fault("osv-scanner", "[[IgnoredVulns]]\nreason = \"x\"\n").map(|(code, _)| code), Some("import-format"));
    for text in ["[[ignoredvulns]]\nid = \"CVE-1\"\n", "[[IgnoredVulns]]\nid = \"CVE-1\"\nignoreuntil = 2020-01-01\n"] {
        assert_eq!(fault("osv-scanner", text).map(|(code, _)| code), Some("import-format"), "{text}");
    }
    assert_eq!(fault("snyk", "a: &x 1\n"), Some(("yaml-not-allowed", Position::Line(1, 7))));
}

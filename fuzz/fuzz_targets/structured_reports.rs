//! Trees of SARIF and Trivy with odd values in them, written as JSON: every result of a tree that is read becomes a row and a sighting,
//! and a tree whose results cannot be counted is refused.
#![no_main]

use std::sync::LazyLock;

use arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use relgate::correlate::merge;
use relgate::ingest::{Refusal, find, read_with};
use relgate::model::finding::Evidence;
use relgate::model::mapping::Mappings;
use relgate::model::profile::Profiles;
use relgate::model::scan::Input;
use relgate::normalize::normalize;
use relgate::policy::embedded_profiles;
use relgate_fuzz::lies_in;
use serde_json::{Map, Value, json};

static PROFILES: LazyLock<Profiles> = LazyLock::new(embedded_profiles);

/// What a value mostly is.
enum Shape {
    /// One of these words, or any.
    Word(&'static [&'static str]),
    Number,
    Flag,
    /// A member that is there half the time.
    Object(&'static [(&'static str, Shape)]),
    /// A member of any name.
    Named(&'static Shape),
    List(&'static Shape),
    /// Arrays in arrays, now and then more than are let in.
    Deep,
}

use Shape::{Deep, Flag, List, Named, Number, Object, Word};

const IDS: Shape = Word(&["sqli", "xss", "CVE-2024-0001", "CVE-2024-0002", "GHSA-aaaa-bbbb-cccc", "DS002", ""]);
const PROSE: Shape = Word(&["Something is wrong", "{0} is {1}", "a [link](1)", ""]);
const LEVEL: Shape = Word(&["error", "warning", "note", "none", "fatal", "Error"]);
const TEXT: Shape = Object(&[("text", PROSE), ("id", Word(&["default", "other"])), ("markdown", PROSE), ("arguments", List(&PROSE))]);
const URI: Shape = Word(&["src/a.js", "src/a.js", "package-lock.json", "../a", "file:///w/a", "/w/a", "a%20b", "C:\\a", ""]);
const ARTIFACT: Shape = Object(&[("uri", URI), ("uriBaseId", Word(&["ROOT", "LOOP"])), ("index", Number)]);
const REGION: Shape =
    Object(&[("startLine", Number), ("endLine", Number), ("snippet", Object(&[("text", Word(&["eval(a)", "eval( a )"]))]))]);
const PHYSICAL: Shape = Object(&[("artifactLocation", ARTIFACT), ("region", REGION)]);
const SCORES: Shape = Object(&[
    ("security-severity", Word(&["9.8", "7.0", "0.0", "-1", "11", "high"])),
    ("tags", List(&Word(&["external/cwe/cwe-089", "CVE-2024-0001", "security"]))),
    ("deep", Deep),
]);
const REFERENCE: Shape = Object(&[("id", IDS), ("index", Number), ("toolComponent", Object(&[("index", Number), ("name", TOOL)]))]);
const TOOL: Shape = Word(&["Semgrep OSS", "CodeQL", "Trivy", "acme", "gitleaks", ""]);
const RULE: Shape = Object(&[
    ("id", IDS),
    ("name", IDS),
    ("shortDescription", TEXT),
    ("messageStrings", Named(&TEXT)),
    ("defaultConfiguration", Object(&[("level", LEVEL), ("enabled", Flag)])),
    ("properties", SCORES),
    ("relationships", List(&Object(&[("target", REFERENCE)]))),
]);
const COMPONENT: Shape = Object(&[
    ("name", TOOL),
    ("version", Word(&["1.2.3"])),
    ("semanticVersion", Word(&["1.2.3"])),
    ("rules", List(&RULE)),
    ("taxa", List(&RULE)),
]);
const RESULT: Shape = Object(&[
    ("message", TEXT),
    ("ruleId", IDS),
    ("ruleIndex", Number),
    ("rule", REFERENCE),
    ("level", LEVEL),
    ("kind", Word(&["fail", "pass", "open", "review", "informational", "notApplicable"])),
    ("locations", List(&Object(&[("physicalLocation", PHYSICAL)]))),
    (
        "suppressions",
        List(&Object(&[("kind", Word(&["inSource", "external"])), ("status", Word(&["accepted", "rejected", "underReview"]))])),
    ),
    ("baselineState", Word(&["new", "unchanged", "updated", "absent"])),
    ("fingerprints", Named(&Word(&["a", "b", "requires login"]))),
    ("partialFingerprints", Object(&[("primaryLocationLineHash", Word(&["39fa2ee980eb94b0:1", "39fa2ee980eb94b0:2"]))])),
    ("taxa", List(&REFERENCE)),
    ("properties", SCORES),
    ("provenance", Object(&[("invocationIndex", Number)])),
]);
const NOTIFICATION: Shape = Object(&[
    ("level", LEVEL),
    ("message", TEXT),
    ("descriptor", REFERENCE),
    ("associatedRule", REFERENCE),
    ("exception", Object(&[("message", PROSE)])),
]);
const OVERRIDE: Shape = Object(&[("descriptor", REFERENCE), ("configuration", Object(&[("level", LEVEL), ("enabled", Flag)]))]);
const RUN: Shape = Object(&[
    ("tool", Object(&[("driver", COMPONENT), ("extensions", List(&COMPONENT))])),
    ("results", List(&RESULT)),
    (
        "invocations",
        List(&Object(&[
            ("executionSuccessful", Flag),
            ("exitCode", Number),
            ("endTimeUtc", Word(&["2026-11-01T00:00:00Z", "2026-11-01"])),
            ("toolExecutionNotifications", List(&NOTIFICATION)),
            ("toolConfigurationNotifications", List(&NOTIFICATION)),
            ("ruleConfigurationOverrides", List(&OVERRIDE)),
        ])),
    ),
    ("artifacts", List(&Object(&[("location", ARTIFACT)]))),
    ("originalUriBaseIds", Named(&ARTIFACT)),
    ("versionControlProvenance", List(&Object(&[("revisionId", Word(&["4f2c1ab"])), ("repositoryUri", URI)]))),
    ("automationDetails", Object(&[("guid", Word(&["00000000-0000-0000-0000-000000000001"]))])),
    ("externalPropertyFileReferences", Named(&ARTIFACT)),
]);
const SARIF: Shape = List(&RUN);

const SEVERITY: Shape = Word(&["CRITICAL", "HIGH", "MEDIUM", "LOW", "UNKNOWN", "high"]);
const SCORE: Shape = Object(&[
    ("V3Score", Number),
    ("V2Score", Number),
    ("V3Vector", Word(&["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS:3.1/AV:N"])),
    ("V40Score", Number),
]);
const LINES: Shape = Object(&[("StartLine", Number), ("EndLine", Number), ("Resource", Word(&["aws_s3_bucket.a"]))]);
const ROW: Shape = Object(&[
    ("VulnerabilityID", IDS),
    ("VendorIDs", List(&IDS)),
    ("PkgName", Word(&["lodash", "openssl"])),
    ("InstalledVersion", Word(&["4.17.20", "1.1.1"])),
    ("FixedVersion", Word(&["4.17.21", "1.1.2, 1.2.0", ""])),
    ("PkgIdentifier", Object(&[("PURL", Word(&["pkg:npm/lodash@4.17.20", "pkg:deb/debian/openssl@1.1.1?arch=amd64", "pkg:"]))])),
    ("PkgPath", URI),
    ("Status", Word(&["affected", "fixed", "not_affected", "will_not_fix", "PASS", "FAIL", "EXCEPTION"])),
    ("Severity", SEVERITY),
    ("SeveritySource", Word(&["nvd", "ghsa"])),
    ("VendorSeverity", Named(&Number)),
    ("CVSS", Named(&SCORE)),
    ("CweIDs", List(&Word(&["CWE-79", "CWE-x"]))),
    ("PublishedDate", Word(&["2024-01-01T00:00:00Z", "never"])),
    ("Title", PROSE),
    ("Description", PROSE),
    ("Message", PROSE),
    ("ID", IDS),
    ("AVDID", IDS),
    ("RuleID", IDS),
    ("Name", Word(&["GPL-3.0-only", "MIT"])),
    ("FilePath", URI),
    ("StartLine", Number),
    ("EndLine", Number),
    ("CauseMetadata", LINES),
    ("Layer", Deep),
]);
const MODIFIED: Shape = Object(&[
    ("Type", Word(&["vulnerability", "misconfiguration", "secret", "license"])),
    ("Status", Word(&["not_affected", "fixed", "ignored"])),
    ("Finding", ROW),
]);
const TARGET: Shape = Object(&[
    ("Target", Word(&["package-lock.json", "redis:6 (debian 10.4)", "."])),
    ("Class", Word(&["os-pkgs", "lang-pkgs", "config", "secret"])),
    ("Type", Word(&["npm", "debian", "gomod"])),
    ("Vulnerabilities", List(&ROW)),
    ("Misconfigurations", List(&ROW)),
    ("Secrets", List(&ROW)),
    ("Licenses", List(&ROW)),
    ("ExperimentalModifiedFindings", List(&MODIFIED)),
    ("ModifiedFindings", List(&MODIFIED)),
    ("Packages", Deep),
]);
const TRIVY: Shape = List(&TARGET);
/// The lists of a target of Trivy whose items are results.
const LISTS: [&str; 6] =
    ["Vulnerabilities", "Misconfigurations", "Secrets", "Licenses", "ExperimentalModifiedFindings", "ModifiedFindings"];

/// A value of a shape, now and then of another one.
fn value(u: &mut Unstructured<'_>, shape: &Shape) -> Result<Value> {
    if u.is_empty() {
        return Ok(Value::Null);
    }
    let odd: u8 = u.arbitrary()?;
    Ok(match odd {
        250 => Value::Null,
        251 => json!(u.arbitrary::<&str>()?),
        252 => json!(u.arbitrary::<i64>()?),
        253 => json!([u.arbitrary::<bool>()?]),
        254 => json!({"a": {}}),
        255 => json!(u.arbitrary::<f64>()?),
        _ => match shape {
            Word(words) => json!(*words.get(usize::from(odd) % (words.len() + 1)).unwrap_or(&u.arbitrary::<&str>()?)),
            Number => json!(i16::from(u.arbitrary::<u8>()? % 16) - 2),
            Flag => json!(odd % 2 == 0),
            Object(members) => {
                let there: u32 = u.arbitrary()?;
                let there = members.iter().enumerate().filter(|(at, _)| there >> at & 1 == 0);
                Value::Object(there.map(|(_, (key, shape))| Ok(((*key).to_owned(), value(u, shape)?))).collect::<Result<_>>()?)
            }
            Named(shape) => {
                let mut members = Map::new();
                for key in ["ROOT", "LOOP", "default", "nvd"].iter().take(usize::from(odd % 5)) {
                    members.insert((*key).to_owned(), value(u, shape)?);
                }
                Value::Object(members)
            }
            List(shape) => (0..odd % 5).map(|_| value(u, shape)).collect::<Result<_>>()?,
            Deep => (0..odd.saturating_sub(90)).fold(json!([]), |inner, _| Value::Array(vec![inner])),
        },
    })
}

/// How many results a list of them has; `None` where nobody can tell.
fn count(list: Option<&Value>) -> Option<usize> {
    match list {
        None | Some(Value::Null) => Some(0),
        Some(Value::Array(items)) if items.iter().all(Value::is_object) => Some(items.len()),
        Some(_) => None,
    }
}

/// How many results are in all of the parts of a document.
fn count_all(parts: &Value, lists: &[&str]) -> Option<usize> {
    let parts = parts.as_array()?.iter();
    parts.map(|part| part.as_object()).map(|part| lists.iter().map(|list| count(part?.get(*list))).sum::<Option<usize>>()).sum()
}

/// An object of these members. `json!` would copy each.
fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Object(members.map(|(key, value)| (key.to_owned(), value)).into_iter().collect())
}

fn document(u: &mut Unstructured<'_>) -> Result<(&'static str, Value, Option<usize>)> {
    let is_odd: u8 = u.arbitrary()?;
    if u.arbitrary()? {
        let runs = value(u, &SARIF)?;
        let version = if is_odd == 255 { value(u, &PROSE)? } else { json!("2.1.0") };
        let results = count_all(&runs, &["results"]).filter(|_| version == "2.1.0");
        Ok(("sarif", object([("version", version), ("runs", runs)]), results))
    } else {
        let targets = value(u, &TRIVY)?;
        let version = if is_odd == 255 { value(u, &Number)? } else { json!(2) };
        let results = if targets.is_null() { Some(0) } else { count_all(&targets, &LISTS) }.filter(|_| version == 2);
        let kind = value(u, &Word(&["container_image", "filesystem"]))?;
        Ok(("trivy", object([("SchemaVersion", version), ("ArtifactType", kind), ("Results", targets)]), results))
    }
}

/// What is counted on the way from the rows to findings.
fn check_counts(report: relgate::model::raw::RawReport, rows: usize) {
    let mut evidence = Evidence { inputs: vec![Input::unread("report".to_owned())], ..Evidence::default() };
    normalize(&mut evidence, 0, report, &PROFILES, None);
    let sightings: u64 = evidence.scans.iter().map(|scan| scan.sightings).sum();
    assert_eq!((evidence.findings.len(), sightings), (rows, rows as u64), "findings and sightings, of so many rows");
    let merged = merge(&mut evidence);
    let kept: usize = evidence.findings.iter().map(|finding| evidence.sightings.get(finding.sightings).len()).sum();
    assert_eq!((evidence.findings.len() as u64 + merged, kept), (rows as u64, rows), "findings that are left, and what they were seen as");
}

fuzz_target!(|bytes: &[u8]| {
    let mut u = Unstructured::new(bytes);
    let Ok((format, document, expected)) = document(&mut u) else { return };
    let text = document.to_string();
    let form = find(format).unwrap().into();
    match read_with(&mut text.as_bytes(), Some(&form), PROFILES.properties(), &Mappings::default()) {
        Ok((_, report)) => {
            let rows = report.scans.iter().map(|scan| scan.results.len()).sum();
            assert_eq!(Some(rows), expected, "rows of {document:#}");
            check_counts(report, rows);
        }
        Err(Refusal::Broken(_, fault)) => {
            assert!(!fault.message.is_empty() && lies_in(&fault.position, &text), "{fault:?}");
        }
        Err(Refusal::Unclaimed(_) | Refusal::ReadAgain(..)) => panic!("named, and not known: {document:#}"),
    }
    // A member that is read and comes twice says two things.
    let key = ["runs", "results", "Results", "Vulnerabilities", "Severity"][bytes.len() % 5];
    let twice = text.replacen(&format!("\"{key}\":"), &format!("\"{key}\":null,\"{key}\":"), 1);
    if twice != text {
        let read = read_with(&mut twice.as_bytes(), Some(&form), &[], &Mappings::default());
        assert!(read.is_err(), "`{key}` is there twice: {twice}");
    }
});

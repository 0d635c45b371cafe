//! What relgate is built of: `deny.toml` holds without `cargo deny`, and each dependency has its reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::support::in_repository;

/// The packages that a release may be built of.
const AT_MOST: usize = 110;

/// What is built here: only of that everything is at hand without a network.
fn metadata() -> Value {
    let told = Command::new("rustc").arg("-vV").output().unwrap().stdout;
    let told = String::from_utf8(told).unwrap();
    let host = told.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host]).current_dir(in_repository(""));
    let out = cargo.output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

fn deny() -> toml::Table {
    fs::read_to_string(in_repository("deny.toml")).unwrap().parse().unwrap()
}

/// The members of a list of `deny.toml`, which are names or tables with a name.
fn listed(deny: &toml::Table, section: &str, list: &str) -> BTreeSet<String> {
    let items = deny[section][list].as_array().unwrap();
    items.iter().map(|item| item.as_str().unwrap_or_else(|| item["name"].as_str().unwrap()).to_owned()).collect()
}

fn packages(metadata: &Value) -> &[Value] {
    metadata["packages"].as_array().unwrap()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

#[test]
fn licenses_bans_and_sources_are_as_deny_toml_wants_them() {
    let (deny, metadata) = (deny(), metadata());
    let (allowed, banned, twice) = (listed(&deny, "licenses", "allow"), listed(&deny, "bans", "deny"), listed(&deny, "bans", "skip"));
    let mut versions: BTreeMap<&str, usize> = BTreeMap::new();
    for package in packages(&metadata) {
        let (name, told) = (text(package, "name"), text(package, "license"));
        let license = spdx::Expression::parse_mode(told, spdx::ParseMode::LAX).unwrap_or_else(|_| panic!("{name} is under `{told}`"));
        assert!(license.evaluate(|one| allowed.contains(&one.to_string())), "{name} is under `{told}`");
        assert!(!banned.contains(name), "{name} is banned");
        assert!(name == "relgate" || text(package, "source").starts_with("registry+"), "{name} is of no registry");
        *versions.entry(name).or_default() += 1;
    }
    let doubled: BTreeSet<String> = versions.into_iter().filter(|(_, count)| *count > 1).map(|(name, _)| name.to_owned()).collect();
    assert_eq!(doubled, twice, "of which there are several versions, and which `skip` lists");
}

#[test]
fn what_is_asked_about_is_what_is_built() {
    let workflow = fs::read_to_string(in_repository(".github/workflows/release.yml")).unwrap();
    let built = workflow.lines().filter_map(|line| line.trim().strip_prefix("- {target: ")?.split([',', '}']).next());
    let deny = deny();
    let asked = deny["graph"]["targets"].as_array().unwrap().iter().map(|target| target.as_str().unwrap());
    assert_eq!(built.collect::<Vec<_>>(), asked.collect::<Vec<_>>());
}

#[test]
fn a_release_is_built_of_few_packages() {
    let metadata = metadata();
    let nodes: BTreeMap<&str, &Value> =
        metadata["resolve"]["nodes"].as_array().unwrap().iter().map(|node| (text(node, "id"), node)).collect();
    let mut found = BTreeSet::new();
    let mut open = vec![text(&metadata["resolve"], "root")];
    while let Some(id) = open.pop() {
        if found.insert(id) {
            let needs = nodes[id]["deps"].as_array().unwrap().iter();
            let is_built = |dep: &&Value| dep["dep_kinds"].as_array().unwrap().iter().any(|kind| kind["kind"] != "dev");
            open.extend(needs.filter(is_built).map(|dep| text(dep, "pkg")));
        }
    }
    assert!((2..=AT_MOST).contains(&found.len()), "{} packages, {AT_MOST} are allowed", found.len());
}

#[test]
fn each_dependency_has_its_reason() {
    let manifest = fs::read_to_string(in_repository("Cargo.toml")).unwrap();
    let mut section = "";
    let mut before = "";
    let mut seen = 0;
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
        } else if section.ends_with("dependencies]") && !line.is_empty() && !line.starts_with('#') {
            assert!(before.starts_with("# ") || before.contains('='), "Cargo.toml: no reason above `{line}`");
            seen += 1;
        }
        before = line;
    }
    assert!(seen > 20, "{seen} dependencies");
}

//! VEX as people use it: whose statements count, for what, and what is said where they do not.

use serde_json::{Value, json};

use crate::support::{Done, NOW, Room};

const AUTHOR: &str = "appsec@acme.example";
const VENDOR: &str = "psirt@vendor.example";

/// A room with a policy that listens to the team in `vex/` and to a vendor in `vendor/`, and a report of one vulnerable component.
struct Project(Room);

impl Project {
    fn new() -> Self {
        let room = Room::new();
        let project = Self(room);
        project.policy("");
        project.report(&[finding(&["CVE-2020-8203", "GHSA-p6mc-m468-83gw"], "4.17.15")]);
        project
    }

    /// The policy with more in `vex`.
    fn policy(&self, more: &str) {
        let sources = format!("[{{path: \"vex/*.json\", authors: [{AUTHOR}]}}, {{path: \"vendor/*.json\", authors: [{VENDOR}]}}]");
        let head = "schema: relgate.policy/v1\nname: p\nowner: a@acme.example\nextends: [\"builtin:standard\"]\ninputs: {require: []}\n";
        self.0.write(".relgate/policy.yaml", format!("{head}vex:\n  sources: {sources}\n{more}"));
    }

    fn report(&self, findings: &[Value]) {
        let report =
            json!({"schema": "relgate.findings/v1", "tool": "acme-sca", "category": "sca", "complete": true, "findings": findings});
        self.0.write("reports/sca.json", report.to_string());
    }

    fn state(&self, file: &str, document: &Value) {
        self.0.write(&format!(".relgate/{file}"), document.to_string());
    }

    fn check(&self, more: &[&str]) -> Done {
        self.0.relgate(&[&["check", "reports", "--now", NOW, "--dry-run", "--output", "json=-"], more].concat()).run()
    }

    /// The action of the only finding, and what is stated of it.
    fn judged(&self) -> (String, Vec<(bool, String)>) {
        let report = self.check(&[]).json();
        let decision = &report["findings"][0]["decision"];
        let about = decision["vex"].as_array().unwrap().iter();
        let about = about.map(|one| (one["applied"].as_bool().unwrap(), one["why"].as_str().unwrap_or_default().to_owned()));
        (decision["action"].as_str().unwrap().to_owned(), about.collect())
    }
}

fn finding(ids: &[&str], version: &str) -> Value {
    json!({"ids": ids, "severity": "high", "path": "package-lock.json", "package": {"purl": format!("pkg:npm/lodash@{version}")},
        "fixed_versions": ["4.17.21"]})
}

fn openvex(author: &str, id: &str, statements: &[Value]) -> Value {
    json!({"@context": "https://openvex.dev/ns/v0.2.0", "@id": id, "author": author, "timestamp": "2026-11-10T00:00:00Z", "version": 1,
        "statements": statements})
}

/// A statement about lodash 4.17.15, with other members in place of its own; a null takes one out.
fn statement(with: Value) -> Value {
    let mut one = json!({"vulnerability": {"name": "CVE-2020-8203"}, "products": [{"@id": "pkg:npm/lodash@4.17.15"}],
        "status": "not_affected", "justification": "vulnerable_code_not_in_execute_path"});
    let Value::Object(with) = with else { panic!("members are asked for") };
    for (key, value) in with {
        if value.is_null() {
            one.as_object_mut().unwrap().remove(&key);
        } else {
            one[key] = value;
        }
    }
    one
}

#[test]
fn a_statement_that_counts_lets_a_finding_pass_and_is_told_everywhere() {
    let project = Project::new();
    assert_eq!(project.judged().0, "block");
    project.state("vex/a.json", &openvex(AUTHOR, "https://acme.example/1", &[statement(json!({}))]));
    let report = project.check(&[]).exits(0).json();
    assert_eq!((&report["counts"]["vex"], &report["counts"]["excepted"]), (&json!(1), &json!(0)));
    let document = &report["vex"][0];
    assert_eq!((&document["format"], &document["author"], &document["statements"]), (&json!("openvex"), &json!(AUTHOR), &json!(1)));
    let decision = &report["findings"][0]["decision"];
    assert_eq!((&decision["cause"], &decision["without_exceptions"]), (&json!("vex"), &json!("block")));
    let told = json!([{"file": ".relgate/vex/a.json", "pointer": "/statements/0", "author": AUTHOR, "status": "not_affected",
        "justification": "vulnerable_code_not_in_execute_path", "timestamp": "2026-11-10T00:00:00Z", "applied": true, "why": null}]);
    assert_eq!(decision["vex"], told);
    let by = "pass, not block, by VEX: not_affected, vulnerable_code_not_in_execute_path, by appsec@acme.example on 2026-11-10;";
    let text = project.0.relgate(&["check", "reports", "--now", NOW, "--dry-run"]).run().exits(0).stdout;
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains(by) && flat.contains("1 excused by VEX"), "{text}");
    let explained = project.0.relgate(&["explain", "CVE-2020-8203", "reports", "--now", NOW]).run().exits(0).stdout;
    assert!(explained.contains("VEX"), "{explained}");
    // Where the only rule may not be lowered by VEX nothing is.
    project.policy("rules: [{id: mine, when: {category: [sca]}, action: block, waivable: [false_positive]}]\n");
    let (action, about) = project.judged();
    assert_eq!((action.as_str(), about), ("block", vec![(false, "rule mine may not be lowered by VEX".to_owned())]));
}

#[test]
fn of_one_author_the_newest_counts_and_of_several_the_worst() {
    let affected = |with: Value| {
        let mut one = statement(json!({"status": "affected", "justification": null}));
        with.as_object().unwrap().iter().for_each(|(key, value)| one[key] = value.clone());
        one
    };
    let old = json!({"timestamp": "2026-10-01T00:00:00Z"});
    let table: [(&[Value], Option<Value>, &str); 10] = [
        (&[affected(old.clone()), statement(json!({}))], None, "pass"),
        (&[statement(old.clone()), affected(json!({}))], None, "block"),
        (&[statement(json!({})), affected(json!({}))], None, "block"),
        (&[statement(json!({}))], Some(affected(old.clone())), "block"),
        (&[statement(json!({}))], Some(statement(json!({"status": "under_investigation", "justification": null}))), "block"),
        (&[statement(json!({}))], Some(statement(json!({"status": "fixed", "justification": null}))), "pass"),
        (&[statement(json!({"status": "fixed", "justification": null}))], None, "pass"),
        // By the alias that the finding has, and not by one that only the statement claims.
        (&[statement(json!({"vulnerability": {"name": "GHSA-p6mc-m468-83gw"}}))], None, "pass"),
        (&[statement(json!({"vulnerability": {"name": "CVE-1999-0001", "aliases": ["CVE-2020-8203"]}}))], None, "block"),
        (
            &[statement(json!({"last_updated": "2026-11-12T00:00:00Z"})), affected(json!({"timestamp": "2026-11-11T00:00:00Z"}))],
            None,
            "pass",
        ),
    ];
    for (statements, vendor, wanted) in table {
        let project = Project::new();
        project.state("vex/a.json", &openvex(AUTHOR, "https://acme.example/1", statements));
        if let Some(one) = &vendor {
            project.state("vendor/v.json", &openvex(VENDOR, "https://vendor.example/1", std::slice::from_ref(one)));
        }
        assert_eq!(project.judged().0, wanted, "{statements:#?} {vendor:?}");
    }
}

#[test]
fn what_does_not_count_says_why() {
    let vex = |with: Value| openvex(AUTHOR, "https://acme.example/1", &[statement(with)]);
    let product = |purl: &str| vex(json!({"products": [{"@id": purl}]}));
    for (document, pointer, said) in [
        (openvex("mallory@acme.example", "x", &[statement(json!({}))]), "/author", "its author is not among those"),
        (vex(json!({"timestamp": "2027-01-01T00:00:00Z"})), "/statements/0", "yet to come"),
        (
            openvex(AUTHOR, "x", &[statement(json!({"products": [{"@id": "lodash"}]}))]),
            "/statements/0",
            "something else than a package URL",
        ),
        (openvex(AUTHOR, "x", &[statement(json!({"products": null}))]), "/statements/0", "about no product"),
    ] {
        let project = Project::new();
        project.state("vex/a.json", &document);
        project.check(&[]).exits(1).says(&format!("warning: .relgate/vex/a.json: {pointer}: "), said);
    }
    let mut undated = vex(json!({}));
    undated.as_object_mut().unwrap().remove("timestamp");
    let project = Project::new();
    project.state("vex/a.json", &undated);
    project.check(&[]).exits(1).says("warning: .relgate/vex/a.json: /statements/0: ", "has no date");
    // Beside the finding.
    for (document, why) in [
        (vex(json!({"justification": "inline_mitigations_already_exist"})), "the policy does not accept inline_mitigations_already_exist"),
        (vex(json!({"justification": null, "impact_statement": "we never call it"})), "it gives no justification"),
        (vex(json!({"status": "under_investigation", "justification": null})), "under_investigation excuses nothing"),
        (
            product("pkg:npm/lodash@4.17.14"),
            "it is not about what is in use: the version, all CVEs of the finding, or nothing more than the component",
        ),
        (
            product("pkg:npm/lodash"),
            "it is not about what is in use: the version, all CVEs of the finding, or nothing more than the component",
        ),
        (
            product("pkg:npm/lodash@4.17.15?arch=x86"),
            "it is not about what is in use: the version, all CVEs of the finding, or nothing more than the component",
        ),
    ] {
        let project = Project::new();
        project.state("vex/a.json", &document);
        let (action, about) = project.judged();
        assert_eq!((action.as_str(), about), ("block", vec![(false, why.to_owned())]), "{document:#}");
    }
    // About another product or another part of it nothing is said.
    let other = json!({"products": [{"@id": "pkg:npm/lodash@4.17.15", "subcomponents": [{"@id": "pkg:npm/other@1.0.0"}]}]});
    for document in [product("pkg:pypi/lodash@4.17.15"), vex(other)] {
        let project = Project::new();
        project.state("vex/a.json", &document);
        assert_eq!(project.judged(), ("block".to_owned(), Vec::new()));
    }
}

#[test]
fn each_vulnerability_and_each_version_of_a_finding_is_excused_on_its_own() {
    let project = Project::new();
    let of = |id: &str| statement(json!({"vulnerability": {"name": id}}));
    project.report(&[finding(&["CVE-2020-8203", "CVE-2021-23337"], "4.17.15")]);
    project.state("vex/a.json", &openvex(AUTHOR, "x", &[of("CVE-2020-8203")]));
    assert_eq!(project.judged().0, "block");
    project.state("vex/a.json", &openvex(AUTHOR, "x", &[of("CVE-2020-8203"), of("CVE-2021-23337")]));
    assert_eq!(project.judged().0, "pass");
    project.report(&[finding(&["CVE-2020-8203"], "4.17.15"), finding(&["CVE-2020-8203"], "4.17.14")]);
    assert_eq!(project.judged().0, "block");
    let both = statement(json!({"products": [{"@id": "pkg:npm/lodash@4.17.15"}, {"@id": "pkg:npm/lodash@4.17.14"}]}));
    project.state("vex/a.json", &openvex(AUTHOR, "x", &[both]));
    assert_eq!(project.judged().0, "pass");
    // One product is the image that is judged, and the component a part of it.
    let image = "pkg:oci/app@sha256%3Aabc";
    let part =
        json!({"products": [{"@id": image, "subcomponents": [{"@id": "pkg:npm/lodash@4.17.15"}, {"@id": "pkg:npm/lodash@4.17.14"}]}]});
    project.state("vex/a.json", &openvex(AUTHOR, "x", &[statement(part)]));
    assert_eq!(project.judged().0, "block");
    assert_eq!(project.check(&["--artifact", image]).exits(0).json()["findings"][0]["decision"]["cause"], "vex");
    project.check(&["--artifact", "pkg:oci/app@sha256%3Aabd"]).exits(1);
}

#[test]
fn a_later_version_of_a_document_takes_the_place_of_an_earlier_one() {
    let project = Project::new();
    let mut second = openvex(AUTHOR, "https://acme.example/1", &[statement(json!({"status": "affected", "justification": null}))]);
    second["version"] = json!(2);
    second["timestamp"] = json!("2026-11-01T00:00:00Z");
    project.state("vex/a.json", &openvex(AUTHOR, "https://acme.example/1", &[statement(json!({}))]));
    project.check(&[]).exits(0);
    project.state("vex/b.json", &second);
    project.check(&[]).exits(1).says("warning: .relgate/vex/a.json:", "a later version");
}

#[test]
fn csaf_and_cyclonedx_say_the_same_in_their_words() {
    let csaf = json!({"document": {"category": "csaf_vex", "csaf_version": "2.0", "publisher": {"name": VENDOR},
            "tracking": {"id": "V-1", "status": "final", "version": "1", "current_release_date": "2026-11-10T00:00:00Z"}},
        "product_tree": {"branches": [{"branches": [{"product": {"product_id": "P1",
            "product_identification_helper": {"purl": "pkg:npm/lodash@4.17.15"}}}]}], "product_groups": [{"group_id": "G", "product_ids": ["P1"]}]},
        "vulnerabilities": [{"cve": "CVE-2020-8203", "product_status": {"known_not_affected": ["P1"]},
            "flags": [{"label": "component_not_present", "group_ids": ["G"]}]}]});
    let cyclonedx = json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {"timestamp": "2026-11-10T00:00:00Z", "supplier": {"name": VENDOR}, "authors": [{"name": "somebody"}]},
        "components": [{"bom-ref": "a", "purl": "pkg:npm/a@1", "components": [{"bom-ref": "b", "purl": "pkg:npm/lodash@4.17.15"}]}],
        "vulnerabilities": [{"id": "CVE-2020-8203", "analysis": {"state": "not_affected", "justification": "code_not_reachable"}, "affects": [{"ref": "b"}]}]});
    for document in [&csaf, &cyclonedx] {
        let project = Project::new();
        project.state("vendor/v.json", document);
        assert_eq!(project.judged(), ("pass".to_owned(), vec![(true, String::new())]), "{document:#}");
    }
    let project = Project::new();
    let mut twofold = csaf.clone();
    twofold["vulnerabilities"][0]["product_status"]["known_affected"] = json!(["P1"]);
    project.state("vendor/v.json", &twofold);
    project.check(&[]).exits(1).says("warning: .relgate/vendor/v.json: /vulnerabilities/0/product_status: ", "in several lists");
    let mut draft = csaf.clone();
    draft["document"]["tracking"]["status"] = json!("draft");
    project.state("vendor/v.json", &draft);
    project.check(&[]).exits(1).says("warning: .relgate/vendor/v.json: /document/tracking/status: ", "draft");
    for broken in [
        json!({}),
        json!({"document": {"category": "csaf_vex", "csaf_version": "3.0"}}),
        json!({"bomFormat": "CycloneDX", "specVersion": "1.3"}),
    ] {
        project.state("vendor/v.json", &broken);
        let done = project.check(&[]).exits(2);
        done.says("undecided: .relgate/vendor/v.json: ", "");
    }
}

#[test]
fn a_file_that_is_named_may_speak_for_whom_the_policy_listens_to() {
    let project = Project::new();
    project.0.write("mine.json", openvex(AUTHOR, "x", &[statement(json!({}))]).to_string());
    project.0.write("theirs.json", openvex("mallory@acme.example", "x", &[statement(json!({}))]).to_string());
    assert_eq!(project.check(&["--vex", "mine.json"]).exits(0).json()["vex"][0]["path"], "mine.json");
    project.check(&["--vex", "theirs.json"]).exits(1).says("warning: theirs.json: /author: ", "not among those");
    project.check(&["--vex", "none.json"]).exits(2);
}

#[test]
fn a_layer_may_only_listen_to_fewer() {
    let room = Room::new();
    let base = "schema: relgate.policy/v1\nname: b\nowner: a@acme.example\nextends: [\"builtin:standard\"]\ninputs: {require: []}\nvex:\n  sources: [{path: \"v/*.json\", authors: [a@acme.example, b@acme.example]}]\n";
    room.write("base.yaml", base);
    let told = |vex: &str| {
        room.write("layer.yaml", format!("schema: relgate.policy/v1\nname: l\nowner: a@acme.example\nextends: [base.yaml]\nvex: {vex}\n"));
        room.relgate(&["policy", "check", "--policy", "layer.yaml"]).run()
    };
    for fewer in [
        "{sources: [{path: \"v/*.json\", authors: [a@acme.example]}]}",
        "{accept_justifications: [component_not_present]}",
        "{allow_versionless: false}",
    ] {
        told(fewer).exits(0);
    }
    for (more, said) in [
        ("{sources: [{path: \"v/*.json\", authors: [c@acme.example]}]}", "`sources` has another one"),
        ("{sources: [{path: \"w/*.json\", authors: [a@acme.example]}]}", "`sources` has another one"),
        ("{accept_justifications: [inline_mitigations_already_exist]}", "one more: inline_mitigations_already_exist"),
        ("{allow_versionless: true}", "`allow_versionless` is looser"),
        ("{sources: [{path: \"v/*.json\", authors: [\"*\"]}]}", "a pattern is nobody"),
    ] {
        let done = told(more).exits(2);
        assert!(done.stdout.contains(said), "{said}: {done}");
    }
    let shown = room.relgate(&["policy", "show", "--policy", "base.yaml"]).run().exits(0).stdout;
    assert!(
        shown.contains("vex:\n  sources:\n    - {path: \"v/*.json\", authors: [\"a@acme.example\", \"b@acme.example\"]}  # base.yaml:7"),
        "{shown}"
    );
}

#[test]
fn what_exceptions_call_false_positives_is_stated_for_others_and_read_again() {
    let project = Project::new();
    let policy = project.0.read(".relgate/policy.yaml");
    project.0.write(".relgate/policy.yaml", format!("{policy}exceptions: {{roles: {{approver: [dana@acme.example]}}}}\n"));
    let record = json!({"id": "EXC-1", "type": "false_positive", "status": "approved", "match": {"vulnerability": "GHSA-p6mc-m468-83gw",
        "package": "pkg:npm/lodash", "versions": ["4.17.15"]}, "effect": "pass", "justification": "vulnerable_code_not_present",
        "reason": "The function is not in our build of it.", "requester": "ola@acme.example",
        "accountable": {"email": "dana@acme.example", "role": "approver"}, "ticket": "PAY-1", "approved": "2026-11-20", "expires": "2026-12-20"});
    let records = json!({"schema": "relgate.exceptions/v1", "exceptions": [record]});
    project.0.write(".relgate/exceptions/e.yaml", records.to_string());
    let written = || project.0.relgate(&["check", "reports", "--now", NOW, "--dry-run", "--output", "openvex=-"]).run();
    let stated = written().exits(0).json();
    let wanted = json!([{"vulnerability": {"name": "CVE-2020-8203", "aliases": ["GHSA-p6mc-m468-83gw"]}, "timestamp": "2026-11-20T00:00:00Z",
        "products": [{"@id": "pkg:npm/lodash@4.17.15", "identifiers": {"purl": "pkg:npm/lodash@4.17.15"}}], "status": "not_affected",
        "justification": "vulnerable_code_not_present", "status_notes": "The function is not in our build of it."}]);
    assert_eq!((&stated["statements"], &stated["author"], &stated["version"]), (&wanted, &json!("a@acme.example"), &json!(1)));
    assert_eq!(written().json(), stated);
    std::fs::remove_file(project.0.path(".relgate/exceptions/e.yaml")).unwrap();
    assert_eq!(written().exits(1).json()["statements"], json!([]));
    project.0.write(".relgate/policy.yaml", policy.replace(AUTHOR, "a@acme.example"));
    project.state("vex/own.json", &stated);
    assert_eq!(project.judged().0, "pass");
}

#[test]
fn what_a_change_states_of_itself_does_not_count_and_must_be_in_order() {
    let project = Project(Room::with_repository());
    project.policy("");
    project.0.write(".gitignore", "reports/\n");
    project.report(&[finding(&["CVE-2020-8203"], "4.17.15")]);
    let base = project.0.commit();
    project.state("vex/a.json", &openvex(AUTHOR, "x", &[statement(json!({}))]));
    let head = project.0.commit();
    let of = |config: &str, head: &str| project.check(&["--config-ref", config, "--commit", head, "--stage", "release"]);
    assert_eq!(of(&base, &head).exits(1).json()["vex"], json!([]));
    assert_eq!(of(&head, &head).exits(0).json()["counts"]["vex"], json!(1));
    project.0.write(".relgate/vex/a.json", "{\"@context\":");
    let broken = project.0.commit();
    of(&base, &broken).exits(1).says("undecided: .relgate/vex/a.json:", "as the change would have it");
}

/// A BOM of the vendor that analyzes CVE-2020-8203 in lodash.
fn analysis(analysis: &Value, versions: &Value) -> Value {
    json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {"timestamp": "2026-11-20T00:00:00Z", "supplier": {"name": VENDOR}},
        "components": [{"bom-ref": "b", "purl": "pkg:npm/lodash@4.17.15"}],
        "vulnerabilities": [{"id": "CVE-2020-8203", "analysis": analysis, "affects": [{"ref": "b", "versions": versions}]}]})
}

#[test]
fn of_listed_versions_only_what_is_said_not_to_be_affected_is_excused() {
    let listed = |version: &str, status: &str| json!({"version": version, "status": status});
    let resolved = json!({"state": "resolved"});
    for (versions, wanted) in [
        (json!([listed("4.17.15", "affected"), listed("4.17.21", "unaffected")]), "block"),
        (json!([listed("4.17.15", "unknown")]), "block"),
        (json!([{"version": "4.17.15"}]), "block"),
        (json!([{"version": "4.17.15", "range": "vers:npm/<5", "status": "unaffected"}]), "block"),
        (json!([listed("4.17.15", "unaffected")]), "pass"),
    ] {
        let project = Project::new();
        project.state("vendor/v.json", &analysis(&resolved, &versions));
        assert_eq!(project.judged().0, wanted, "{versions}");
    }
}

#[test]
fn what_is_held_against_a_finding_is_read_widely() {
    let excused = openvex(AUTHOR, "x", &[statement(json!({}))]);
    let affected = |with: Value| {
        let mut one = statement(json!({"status": "affected", "justification": null, "timestamp": "2026-11-20T00:00:00Z"}));
        with.as_object().unwrap().iter().for_each(|(key, value)| one[key] = value.clone());
        openvex(VENDOR, "y", &[one])
    };
    let product = |product: Value| affected(json!({"products": [product]}));
    let csaf = |purls: Value| {
        json!({"document": {"category": "csaf_vex", "csaf_version": "2.0", "publisher": {"name": VENDOR},
                "tracking": {"id": "V-1", "status": "final", "version": "1", "current_release_date": "2026-11-20T00:00:00Z"}},
            "product_tree": {"full_product_names": [{"product_id": "P1", "product_identification_helper": {"purls": purls}}]},
            "vulnerabilities": [{"cve": "CVE-2020-8203", "product_status": {"known_affected": ["P1"]}}]})
    };
    for document in [
        product(json!({"@id": "pkg:npm/lodash"})),
        product(json!({"@id": "pkg:npm/lodash@4.17.15?arch=x"})),
        product(json!({"@id": "pkg:npm/foo@1", "identifiers": {"purl": "pkg:npm/lodash@4.17.15"}})),
        product(json!({"@id": "pkg:npm/lodash@4.17.15", "subcomponents": []})),
        product(json!({"@id": "pkg:oci/other@1", "subcomponents": [{"@id": "pkg:npm/lodash@4.17.15"}]})),
        affected(json!({"vulnerability": {"name": "cve-2020-8203"}})),
        affected(json!({"vulnerability": {"@id": "https://nvd.example/vuln/detail/CVE-2020-8203"}})),
        affected(json!({"vulnerability": {"name": "GHSA-p6mc-m468-83gw"}})),
        csaf(json!(["pkg:npm/foo@1", "pkg:npm/lodash@4.17.15"])),
        analysis(&json!({"state": "exploitable"}), &json!([{"range": "vers:npm/<5"}])),
        analysis(&json!({"state": "in_triage"}), &json!([])),
    ] {
        let project = Project::new();
        project.state("vex/a.json", &excused);
        assert_eq!(project.judged().0, "pass");
        project.state("vendor/v.json", &document);
        assert_eq!(project.judged().0, "block", "{document:#}");
    }
    // About another version nothing is held against it.
    let project = Project::new();
    project.state("vex/a.json", &excused);
    project.state("vendor/v.json", &product(json!({"@id": "pkg:npm/lodash@4.17.14"})));
    assert_eq!(project.judged().0, "pass");
}

#[test]
fn what_is_narrower_than_the_component_excuses_nothing() {
    for more in ["#lib/sub", "?arch=%FF", "?a%62=x", "?arch", "?arch="] {
        let project = Project::new();
        let product = format!("pkg:npm/lodash@4.17.15{more}");
        project.state("vex/a.json", &openvex(AUTHOR, "x", &[statement(json!({"products": [{"@id": product}]}))]));
        assert_eq!(project.judged().0, "block", "{more}");
    }
    // A component of another product, whatever purl the two have together.
    let project = Project::new();
    let csaf = json!({"document": {"category": "csaf_vex", "csaf_version": "2.0", "publisher": {"name": VENDOR},
            "tracking": {"id": "V-1", "status": "final", "version": "1", "current_release_date": "2026-11-20T00:00:00Z"}},
        "product_tree": {"full_product_names": [
                {"product_id": "L", "product_identification_helper": {"purl": "pkg:npm/lodash@4.17.15"}},
                {"product_id": "Q", "product_identification_helper": {"purl": "pkg:oci/other@1"}}],
            "relationships": [{"category": "default_component_of", "product_reference": "L", "relates_to_product_reference": "Q",
                "full_product_name": {"product_id": "LQ", "product_identification_helper": {"purl": "pkg:npm/lodash@4.17.15"}}}]},
        "vulnerabilities": [{"cve": "CVE-2020-8203", "product_status": {"known_not_affected": ["LQ"]},
            "flags": [{"label": "component_not_present", "product_ids": ["LQ"]}]}]});
    project.state("vendor/v.json", &csaf);
    assert_eq!(project.judged().0, "block");
    project.check(&["--artifact", "pkg:oci/mine@1"]).exits(1);
    project.check(&["--artifact", "pkg:oci/other@1"]).exits(0);
    let mut twice = csaf;
    twice["product_tree"]["full_product_names"][1]["product_id"] = json!("L");
    project.state("vendor/v.json", &twice);
    project.check(&[]).exits(2).says("undecided: .relgate/vendor/v.json: ", "stands there twice");
}

#[test]
fn a_document_that_states_nothing_takes_nothing_away() {
    let project = Project::new();
    let affected = |version: u32, of: &str| {
        let mut one = openvex(AUTHOR, "y", &[statement(json!({"status": "affected", "justification": null}))]);
        (one["version"], one["timestamp"]) = (json!(version), json!(of));
        one
    };
    project.state("vex/a.json", &openvex(AUTHOR, "x", &[statement(json!({}))]));
    project.state("vex/b.json", &affected(1, "2026-11-20T00:00:00Z"));
    assert_eq!(project.judged().0, "block");
    project.state("vex/c.json", &affected(2, "2026-12-20T00:00:00Z"));
    assert_eq!(project.judged().0, "block");
    // Nor does a higher number of an earlier day.
    let mut higher = openvex(AUTHOR, "y", &[statement(json!({}))]);
    higher["version"] = json!(9);
    project.state("vex/c.json", &higher);
    assert_eq!(project.judged().0, "block");
}

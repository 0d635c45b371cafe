//! The policy that judges a change is not in the change: with `--config-ref` the configuration is that of a commit, whatever somebody did
//! to the clone. Each attack ends with the policy of that commit or undecided, never with the attacker's.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::{Done, NOW, Room};

/// A policy that blocks everything, under a name.
fn policy(name: &str, action: &str) -> String {
    format!(
        "schema: relgate.policy/v1\nname: {name}\nowner: appsec@acme.example\ninputs: {{require: []}}\n\
         rules: [{{id: all, when: {{severity: {{at_least: info}}}}, action: {action}}}]\ndefault_action: {action}\n\
         exceptions: {{files: [\"exceptions/*.yaml\"], roles: {{lead: [dana@acme.example]}}, limits: [{{severity: {{at_least: info}}, \
         max_lifetime: 365d, max_renewals: 3, approver_roles: [lead], floor: pass}}]}}\n"
    )
}

/// An exception for the finding of the report.
fn exception() -> String {
    let record = json!({
        "id": "EXC-1", "type": "risk_acceptance", "status": "approved", "match": {"rule_id": "r0"}, "effect": "pass",
        "reason": "the input is validated upstream", "requester": "ola@acme.example",
        "accountable": {"email": "dana@acme.example", "role": "lead"}, "ticket": "PAY-1", "approved": "2026-11-01", "expires": "2026-12-01",
    });
    json!({"schema": "relgate.exceptions/v1", "exceptions": [record]}).to_string()
}

const REPORT: &str = r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "semgrep"}}, "results": [{"ruleId": "r0", "level": "error",
  "message": {"text": "found"}, "locations": [{"physicalLocation": {"artifactLocation": {"uri": "a.py"}, "region": {"startLine": 1}}}]}]}]}"#;

/// A repository whose protected branch blocks, and a change on it that lets everything pass; both commits.
fn changed() -> (Room, String, String) {
    let room = Room::with_repository();
    room.write(".gitignore", "/a.sarif\n");
    room.write("a.py", "x");
    room.write(".relgate/policy.yaml", policy("base", "block"));
    let base = room.commit();
    room.git(&["branch", "protected"]);
    room.write(".relgate/policy.yaml", policy("attacker", "pass"));
    room.write(".relgate/exceptions/a.yaml", exception());
    let head = room.commit();
    room.write("a.sarif", REPORT);
    (room, base, head)
}

fn check(room: &Room, more: &[&str]) -> Done {
    room.relgate(&[&["check", "a.sarif", "--dry-run", "--now", NOW, "--output", "json=-"], more].concat()).run()
}

/// Asserts that the policy of the protected branch judged.
#[track_caller]
fn blocks_by_base(done: Done) -> Value {
    let report = done.exits(1).json();
    assert_eq!(report["policy"]["name"], "base", "{report:#}");
    assert_eq!(report["exceptions"]["applied"], json!([]));
    report
}

/// The file of a loose object.
fn loose(room: &Room, name: &str) -> PathBuf {
    let id = room.git(&["rev-parse", name]);
    let (folder, file) = id.split_at(2);
    room.path(&format!(".git/objects/{folder}/{file}"))
}

/// Puts a file in the place of another one that nobody may write.
fn replace(file: &PathBuf, by: &PathBuf) {
    let bytes = fs::read(by).unwrap();
    fs::remove_file(file).unwrap();
    fs::write(file, bytes).unwrap();
}

#[test]
fn the_configuration_is_that_of_the_commit() {
    let (room, base, head) = changed();
    // Without the flag it is that of the work tree.
    assert_eq!(check(&room, &[]).exits(0).json()["policy"]["name"], "attacker");
    let report = blocks_by_base(check(&room, &["--config-ref", &base, "--commit", &head]));
    assert_eq!(report["policy"]["files"][0]["path"], ".relgate/policy.yaml");
    assert_eq!(report["policy"]["files"][0]["commit"], json!(base));
    let text = room.relgate(&["check", "a.sarif", "--dry-run", "--now", NOW, "--config-ref", &base]).run().exits(1).stdout;
    assert!(text.contains(&format!("Policy base, appsec@acme.example, of commit {}", base.split_at(7).0)), "{text}");
    // Whatever it is called by, and from wherever.
    fs::create_dir(room.path("sub")).unwrap();
    let absolute = room.path(".relgate/policy.yaml").to_str().unwrap().to_owned();
    for name in [".relgate/policy.yaml", "./.relgate/../.relgate/policy.yaml", &absolute] {
        blocks_by_base(check(&room, &["--config-ref", &base, "--policy", name]));
    }
    let args = ["check", "../a.sarif", "--dry-run", "--now", NOW, "--output", "json=-", "--config-ref", &base];
    blocks_by_base(room.relgate(&args).cwd(&room.path("sub")).run());
    // Exceptions that are named are those of the commit, too, and it has none.
    let done = check(&room, &["--config-ref", &base, "--exceptions", ".relgate/exceptions/a.yaml"]);
    done.exits(2).says("undecided: .relgate/exceptions/a.yaml:", "has no such file");
    // What lies outside of the repository is read where it is.
    let outside = tempfile::NamedTempFile::new().unwrap();
    fs::write(&outside, policy("organization", "block")).unwrap();
    let report = check(&room, &["--config-ref", &base, "--policy", outside.path().to_str().unwrap()]).exits(1).json();
    assert_eq!((&report["policy"]["name"], &report["policy"]["files"][0]["commit"]), (&json!("organization"), &Value::Null));
    // A work tree without any configuration changes nothing.
    fs::remove_dir_all(room.path(".relgate")).unwrap();
    blocks_by_base(check(&room, &["--config-ref", &base, "--commit", &head]));
}

#[test]
fn exceptions_profiles_mappings_and_owners_are_those_of_the_commit() {
    let room = Room::with_repository();
    room.write("a.py", "x");
    room.write("a.sarif", REPORT);
    room.write(".relgate/policy.yaml", policy("base", "block") + "use_codeowners: true\n");
    room.write(".relgate/exceptions/a.yaml", exception());
    room.write(".relgate/exceptions/notes.txt", "no exceptions");
    room.write(".github/CODEOWNERS", "* @base\n");
    let base = room.commit();
    let told = check(&room, &["--config-ref", &base]).exits(0).json();
    let before = (&told["findings"][0]["owner"], &told["findings"][0]["decision"]["cause"]);
    assert_eq!(before, (&json!("@base"), &json!("exception")), "{told:#}");
    // The work tree says otherwise of everything, or what is wrong.
    room.write(".github/CODEOWNERS", "* @attacker\n");
    fs::remove_file(room.path(".relgate/exceptions/a.yaml")).unwrap();
    room.write(".relgate/profiles/a.yaml", "wrong");
    room.write(".relgate/mappings/a.yaml", "wrong");
    assert_eq!(check(&room, &[]).exits(1).json()["findings"][0]["owner"], "@attacker");
    let again = check(&room, &["--config-ref", &base]).exits(0).json();
    assert_eq!((&again["findings"], &again["policy"]), (&told["findings"], &told["policy"]));
    // And what is wrong in the commit is told with its files.
    room.commit();
    let wrong = room.git(&["rev-parse", "HEAD"]);
    fs::remove_dir_all(room.path(".relgate")).unwrap();
    let done = check(&room, &["--config-ref", &wrong]).exits(1).says("undecided: .relgate/profiles/a.yaml:", "");
    done.says("undecided: .relgate/mappings/a.yaml:", "");
}

#[test]
fn what_the_change_edits_is_listed_and_must_be_valid() {
    let (room, base, head) = changed();
    let report = blocks_by_base(check(&room, &["--config-ref", &base, "--commit", &head]));
    let edited = |report: &Value| -> Vec<Value> {
        let problems = report["problems"].as_array().unwrap().iter();
        problems.filter(|problem| problem["code"] == "config-edited").map(|problem| problem["file"].clone()).collect()
    };
    assert_eq!(edited(&report), [json!(".relgate/exceptions/a.yaml"), json!(".relgate/policy.yaml")]);
    // What it would come to is told, and what loosens.
    let preview: Vec<&str> = report["problems"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|problem| problem["code"] == "config-preview")
        .map(|problem| problem["message"].as_str().unwrap())
        .collect();
    let id = report["findings"][0]["id"].as_str().unwrap();
    assert_eq!(
        preview,
        [
            "once the change is merged, the same is PASS, 0 block, 0 tickets; now it is BLOCK, 1 block, 0 tickets".to_owned(),
            "the change edits what the policy comes to, also where none of these findings shows it: compare `relgate policy show` of both"
                .to_owned(),
            format!("the change loosens 1 finding from block to pass, without rule all policy.yaml:5: {id}"),
        ]
    );
    // One bad record would stop everyone once it is merged.
    room.write("a.sarif", REPORT.replace("\"results\": [{", "\"results\": [], \"was\": [{"));
    check(&room, &["--config-ref", &base, "--commit", &head]).exits(0);
    room.write(".relgate/exceptions/a.yaml", exception().replace("PAY-1", ""));
    let head = room.commit();
    let done = check(&room, &["--config-ref", &base, "--commit", &head]).exits(2);
    done.says("undecided: .relgate/exceptions/a.yaml:1:", "as the change would have it");
    room.write(".relgate/exceptions/a.yaml", exception());
    room.write(".relgate/policy.yaml", "schema: relgate.policy/v1\n");
    let head = room.commit();
    let done = check(&room, &["--config-ref", &base, "--commit", &head]).exits(2);
    done.says("undecided: .relgate/policy.yaml:1:", "as the change would have it");
    // What was wrong before, and is left as it is, is no edit.
    let done = check(&room, &["--config-ref", &head, "--commit", &head]).exits(2);
    assert_eq!(edited(&done.json()), [Value::Null; 0]);
    assert!(!done.stderr.contains("as the change would have it"), "{done}");
}

#[test]
fn feeds_are_those_of_the_commit_where_it_has_them() {
    let feed = |cves: &[&str]| {
        let list: Vec<Value> = cves.iter().map(|cve| json!({"cveID": cve, "dateAdded": "2024-06-01"})).collect();
        json!({"dateReleased": "2026-11-22T00:00:00Z", "count": list.len(), "vulnerabilities": list}).to_string()
    };
    let finding = json!({"rule_id": "r", "ids": ["CVE-2021-1234"], "severity": "low", "path": "a.lock",
        "package": {"ecosystem": "npm", "name": "a", "version": "1"}, "message": "m"});
    let document = json!({"schema": "relgate.findings/v1", "tool": "acme", "category": "sca", "complete": true, "findings": [finding]});
    let room = Room::with_repository();
    room.write("a.sarif", document.to_string());
    let exploited = policy("base", "ticket").replace(
        "severity: {at_least: info}}, action: ticket}]",
        "kev: true}, action: block}]\nfeeds: {kev: {path: feeds/kev.json, max_age: 7d}}",
    );
    room.write(".relgate/policy.yaml", exploited);
    room.write(".gitignore", "/mirrored");
    let without = room.commit();
    room.write(".relgate/feeds/kev.json", feed(&["CVE-2021-1234", "CVE-2021-44228"]));
    let base = room.commit();
    room.write(".relgate/feeds/kev.json", feed(&["CVE-2021-44228"]));
    check(&room, &[]).exits(0);
    check(&room, &["--config-ref", &base]).exits(1);
    // What a pipeline mirrors is in no commit.
    check(&room, &["--config-ref", &without]).exits(0);
}

#[test]
fn attack_01_a_replaced_object() {
    let (room, base, head) = changed();
    room.git(&["replace", &base, &head]);
    blocks_by_base(check(&room, &["--config-ref", &base]));
    let (policy, other) = (format!("{base}:.relgate/policy.yaml"), format!("{head}:.relgate/policy.yaml"));
    let (policy, other) = (room.git(&["rev-parse", &policy]), room.git(&["rev-parse", &other]));
    room.git(&["replace", &policy, &other]);
    blocks_by_base(check(&room, &["--config-ref", &base]));
}

#[test]
fn attack_02_a_moved_ref() {
    let (room, base, head) = changed();
    for name in ["refs/heads/protected", "refs/remotes/origin/protected", "refs/heads/main"] {
        room.git(&["update-ref", name, &head]);
    }
    blocks_by_base(check(&room, &["--config-ref", &base]));
}

#[test]
fn attack_03_refs_named_like_the_commit() {
    let (room, base, head) = changed();
    // A branch and a tag by the name of the hash.
    for folder in ["heads", "tags"] {
        room.write(&format!(".git/refs/{folder}/{base}"), format!("{head}\n"));
    }
    room.write(&format!(".git/{base}"), format!("{head}\n"));
    blocks_by_base(check(&room, &["--config-ref", &base]));
}

#[test]
fn attack_04_a_tag_named_like_the_branch() {
    let (room, _, head) = changed();
    room.git(&["tag", "protected", &head]);
    blocks_by_base(check(&room, &["--config-ref", "protected"]));
    // In CI no branch is taken at all.
    room.relgate(&["check", "a.sarif", "--config-ref", "protected"]).env("CI", "true").run().exits(2).says("undecided:", "not a full hash");
}

#[test]
fn attack_05_an_overwritten_loose_object() {
    for (own, other) in
        [("protected", "HEAD"), ("protected^{tree}", "HEAD^{tree}"), ("protected:.relgate/policy.yaml", "HEAD:.relgate/policy.yaml")]
    {
        let (room, base, _) = changed();
        replace(&loose(&room, own), &loose(&room, other));
        let done = check(&room, &["--config-ref", &base]).exits(2);
        assert_ne!(done.json()["policy"]["name"], "attacker", "{own}");
    }
}

#[test]
fn attack_06_alternates() {
    let (room, base, _) = changed();
    // The objects are gone, and others by their names lie in a store that the clone is told of.
    let (own, other) = (loose(&room, "protected:.relgate/policy.yaml"), loose(&room, "HEAD:.relgate/policy.yaml"));
    let below = own.strip_prefix(room.path(".git/objects")).unwrap().to_str().unwrap().to_owned();
    let store = room.write(&format!("store/{below}"), fs::read(other).unwrap());
    fs::remove_file(&own).unwrap();
    let store = store.parent().unwrap().parent().unwrap().to_str().unwrap().to_owned();
    room.write(".git/objects/info/alternates", format!("{store}\n"));
    check(&room, &["--config-ref", &base]).exits(2).says("undecided:", "policy.yaml");
}

#[test]
fn attack_07_variables() {
    let (room, base, _) = changed();
    let (other, _, _) = changed();
    let folder = other.path(".git").to_str().unwrap().to_owned();
    for (name, value) in [
        ("GIT_DIR", folder.as_str()),
        ("GIT_WORK_TREE", "/"),
        ("GIT_OBJECT_DIRECTORY", "/nonexistent"),
        ("GIT_ALTERNATE_OBJECT_DIRECTORIES", &folder),
        ("GIT_REPLACE_REF_BASE", "refs/heads/"),
        ("GIT_CONFIG_PARAMETERS", "'alias.cat-file'='!true'"),
        ("GIT_CEILING_DIRECTORIES", "/"),
        ("GIT_GRAFT_FILE", "a.py"),
    ] {
        let args = ["check", "a.sarif", "--dry-run", "--now", NOW, "--output", "json=-", "--config-ref", &base];
        blocks_by_base(room.relgate(&args).env(name, value).run());
    }
}

#[test]
fn attack_08_a_shallow_clone_without_the_commit() {
    let (room, base, _) = changed();
    let from = format!("file://{}", room.path("").display());
    room.git(&["clone", "-q", "--depth=1", &from, "shallow"]);
    room.write("shallow/a.sarif", REPORT);
    let args = ["check", "a.sarif", "--dry-run", "--now", NOW, "--output", "json=-", "--config-ref", &base];
    let done = room.relgate(&args).cwd(&room.path("shallow")).run().exits(2);
    done.says("undecided: --config-ref:", &format!("fetch it: git fetch --depth=1 origin {base}"));
    // What it says to do mends it.
    room.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    room.git(&["-C", "shallow", "fetch", "-q", "--depth=1", "origin", &base]);
    blocks_by_base(room.relgate(&args).cwd(&room.path("shallow")).run());
}

#[test]
fn attack_09_a_commit_that_is_not_there_or_is_none() {
    let (room, _, _) = changed();
    let tree = room.git(&["rev-parse", "protected^{tree}"]);
    room.git(&["tag", "-a", "v1", "-m", "x", "protected"]);
    let tag = room.git(&["rev-parse", "v1"]);
    for (hash, why) in [("1".repeat(40), "not in this clone"), ("1".repeat(64), ""), (tree, "is a tree"), (tag, "is a tag")] {
        let done = check(&room, &["--config-ref", &hash]).exits(2).says("undecided: --config-ref:", why);
        assert_eq!(done.json()["policy"], Value::Null);
    }
}

#[cfg(unix)]
#[test]
fn attack_10_symlinks_in_the_tree() {
    // Of the folder, of the file, of a folder in it, each to where the change has something of its own.
    for (link, target) in
        [(".relgate", "own"), (".relgate/policy.yaml", "../own/policy.yaml"), (".relgate/exceptions", "../own/exceptions")]
    {
        let (room, _, _) = changed();
        if link == ".relgate/policy.yaml" || link == ".relgate" {
            fs::remove_dir_all(room.path(".relgate")).unwrap();
        } else {
            room.write(".relgate/policy.yaml", policy("base", "block"));
            fs::remove_dir_all(room.path(".relgate/exceptions")).unwrap();
        }
        fs::create_dir_all(room.path(link).parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(target, room.path(link)).unwrap();
        let base = room.commit();
        room.write("own/policy.yaml", policy("attacker", "pass"));
        room.write("own/exceptions/a.yaml", exception());
        let done = check(&room, &["--config-ref", &base]).exits(2);
        assert_ne!(done.json()["policy"]["name"], "attacker", "{link}");
        done.says("undecided:", "symlink");
    }
}

#[test]
fn attack_11_a_submodule_in_the_tree() {
    let (room, _, _) = changed();
    room.git(&["rm", "-rq", ".relgate"]);
    room.git(&["update-index", "--add", "--cacheinfo", "160000,1111111111111111111111111111111111111111,.relgate"]);
    room.git(&["commit", "-q", "-m", "x"]);
    let base = room.git(&["rev-parse", "HEAD"]);
    room.write(".relgate/policy.yaml", policy("attacker", "pass"));
    check(&room, &["--config-ref", &base]).exits(2).says("undecided:", "submodule");
}

#[test]
fn attack_12_names_that_differ_in_case() {
    let (room, _, _) = changed();
    room.write(".relgate/policy.yaml", policy("base", "block"));
    fs::remove_dir_all(room.path(".relgate/exceptions")).unwrap();
    for path in [".Relgate/policy.yaml", ".relgate/Policy.yaml", ".RELGATE/exceptions/a.yaml", ".relgate/Exceptions/a.yaml"] {
        let text = if path.contains("ceptions") { exception() } else { policy("attacker", "pass") };
        let id = room.write("text", text);
        let id = room.git(&["hash-object", "-w", id.to_str().unwrap()]);
        room.git(&["update-index", "--add", "--cacheinfo", &format!("100644,{id},{path}")]);
    }
    room.git(&["add", ".relgate"]);
    room.git(&["commit", "-q", "-m", "x"]);
    let base = room.git(&["rev-parse", "HEAD"]);
    blocks_by_base(check(&room, &["--config-ref", &base]));
}

#[test]
fn attack_13_trees_that_git_would_not_write() {
    // A second entry of the name, one out of order, and one that leads out.
    for path in [&["policy.yaml", "policy.yaml"][..], &["policy.yaml", "a"], &["..", "policy.yaml"]] {
        let (room, _, _) = changed();
        let blobs = ["protected", "HEAD"].map(|name| room.git(&["rev-parse", &format!("{name}:.relgate/policy.yaml")]));
        let bytes = |hex: &str| -> Vec<u8> {
            let digit = |at: usize| u8::from_str_radix(hex.get(at..at + 2).unwrap(), 16).unwrap();
            (0..20).map(|n| digit(2 * n)).collect()
        };
        let entry = |(name, blob): (&&str, &String)| [format!("100644 {name}\0").as_bytes(), &bytes(blob)].concat();
        let tree: Vec<u8> = path.iter().zip(&blobs).flat_map(entry).collect();
        let file = room.write("tree", tree);
        let tree = room.git(&["hash-object", "-w", "--literally", "-t", "tree", file.to_str().unwrap()]);
        let top = room.write("top", [b"40000 .relgate\0".as_slice(), &bytes(&tree)].concat());
        let top = room.git(&["hash-object", "-w", "--literally", "-t", "tree", top.to_str().unwrap()]);
        let base = room.git(&["commit-tree", "-m", "x", &top]);
        let done = check(&room, &["--config-ref", &base]).exits(2).says("undecided:", "is not as git writes it");
        assert_ne!(done.json()["policy"]["name"], "attacker", "{path:?}");
    }
}

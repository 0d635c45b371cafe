//! Who owns what, as `docs/ownership.md` shows it.

use serde_json::{Value, json};

use crate::docs::{marked, read};
use crate::support::Room;

const POLICY: &str = "schema: relgate.policy/v1\nname: p\nowner: a@acme.example\nextends: [\"builtin:observe\"]\ninputs: {require: []}\nuse_codeowners: true\n";

/// The rows of the table behind a marker: a file and its owners.
fn table(text: &str, marker: &str) -> Vec<(String, Vec<String>)> {
    let (_, after) = text.split_once(&format!("<!-- {marker} -->\n")).unwrap();
    let rows = after.lines().skip(2).take_while(|line| line.starts_with('|'));
    let quoted = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').collect();
        (quoted(cells[1]).remove(0), quoted(cells[2]))
    })
    .collect()
}

/// A report with a finding in each file.
fn report<'a>(files: impl Iterator<Item = &'a str>) -> String {
    let result = |file| json!({"ruleId": file, "level": "error", "message": {"text": "m"}, "locations": [{"physicalLocation": {"artifactLocation": {"uri": file}, "region": {"startLine": 1}}}]});
    let results: Vec<Value> = files.map(result).collect();
    json!({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "semgrep"}}, "results": results}]}).to_string()
}

#[test]
fn the_examples_of_codeowners_own_what_their_tables_say() {
    let text = read("docs/ownership.md");
    for (kind, folder) in [("", ".github"), (" gitlab", ".gitlab"), (" gitlab", "docs")] {
        let room = Room::new();
        let rows = table(&text, &format!("owners{kind}"));
        room.write(&format!("{folder}/CODEOWNERS"), marked(&text, &format!("CODEOWNERS{kind}")));
        room.write(".relgate/policy.yaml", POLICY);
        room.write("a.sarif", report(rows.iter().map(|(file, _)| file.as_str())));
        let done = room.relgate(&["check", "a.sarif", "--output", "json=-"]).run().exits(0);
        let told: Value = serde_json::from_str(&done.stdout).unwrap();
        let findings = told["findings"].as_array().unwrap();
        assert_eq!(findings.len(), rows.len());
        for (file, owners) in &rows {
            let finding = findings.iter().find(|finding| finding["rule_id"] == json!(file)).unwrap();
            assert_eq!((&finding["owners"], &finding["owner"]), (&json!(owners), &json!(owners.first())), "{file}");
        }
        let unowned = rows.iter().filter(|(_, owners)| owners.is_empty()).count();
        assert_eq!(told["counts"]["unowned"], json!(unowned));
        let file = told["policy"]["files"].as_array().unwrap().last().unwrap();
        assert_eq!((&file["path"], &file["source"]), (&json!(format!("{folder}/CODEOWNERS")), &json!("codeowners")));
    }
}

/// Each word in it is text that somebody may have written to deceive: it is shown, and forges nothing.
#[test]
fn names_of_owners_forge_nothing() {
    let room = Room::new();
    room.write("CODEOWNERS", "* @a <img/src=x>\n/::error::x @b @c|d\n*.c @**bold** ##vso[task.complete]\n");
    room.write(".relgate/policy.yaml", POLICY.replace("use_codeowners", "ownership:\n  - {match: {path: [a.c]}, owner: \"::error::<b>|`x`@all\", accountable: a@acme.example, contact: \"##vso[x] | <!--\"}\nuse_codeowners"));
    room.write("a.sarif", report(["a.c", "b.c"].into_iter()));
    let done = room.relgate(&["check", "a.sarif", "--output", "text=-", "--output", "markdown=r.md"]).run().exits(0);
    for text in [&done.stdout, &done.stderr] {
        assert!(!text.contains("##vso[") && !text.lines().any(|line| line.starts_with("::")), "{text}");
    }
    let page = std::fs::read_to_string(room.path("r.md")).unwrap();
    // In code nothing is markup.
    let outside: String = page.split('`').step_by(2).collect();
    assert!(!outside.contains("<img") && !outside.contains("<b>"), "{page}");
    let row = page.lines().find(|line| line.starts_with("| 1 |")).unwrap();
    assert_eq!(row.replace("\\|", "").matches('|').count(), 7, "{row}");
}

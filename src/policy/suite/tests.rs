use super::*;

fn read(text: &str) -> Result<Suite, Vec<String>> {
    let read = read_file(text, "x/p.test.yaml", |reader, root| suite(reader, root, "x/p.test.yaml"));
    read.map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

const HEAD: &str = "schema: relgate.policy-test/v1\npolicy: p.yaml\nnow: 2026-11-23T12:00:00Z\nsubject: {stage: release}\n";

#[test]
fn a_test_says_what_is_given_and_what_must_come() {
    let text = format!(
        "{HEAD}tests:\n  - name: one\n    findings:\n      - {{tool: semgrep, rule_id: a, score: 7.5}}\n      - rule_id: b\n        path: src/b.py\n    subject: {{branch: main}}\n    expect: {{action: block, actions: {{a: ticket}}, causes: [], verdict: undecided}}\n  - name: two\n    now: 2026-11-24T12:00:00Z\n    reports: [reports/*.sarif]\n    exceptions: [e.yaml]\n    expect: {{causes: [r-1]}}\n"
    );
    let suite = read(&text).unwrap_or_else(|told| unreachable!("{told:?}"));
    assert_eq!((suite.policy.as_str(), suite.place.line, suite.tests.len()), ("x/p.yaml", 2, 2));
    let facts = |test: &Test| [&test.subject.stage, &test.subject.branch].map(|fact| fact.as_ref().map(|fact| fact.value.clone()));
    let of = |at: usize| suite.tests.get(at).map(|test| (facts(test), test.now.to_string(), test.exceptions.clone()));
    let (release, main) = (Some("release".to_owned()), Some("main".to_owned()));
    assert_eq!(of(0), Some(([release.clone(), main], "2026-11-23T12:00:00Z".to_owned(), vec![])));
    assert_eq!(of(1), Some(([release, None], "2026-11-24T12:00:00Z".to_owned(), vec!["x/e.yaml".to_owned()])));
    let Some(Given::Findings(documents)) = suite.tests.first().map(|test| &test.given) else { unreachable!("{suite:?}") };
    let lines = |at: usize| documents.get(at).map(|document| document.lines.iter().map(|place| place.line).collect::<Vec<_>>());
    assert_eq!((documents.len(), lines(0), lines(1)), (2, Some(vec![8, 8, 8, 8, 8, 8, 8]), Some(vec![9, 9, 9, 10, 9, 8])));
    let text = documents.first().map_or("", |document| document.text.as_str());
    assert!(text.contains("\"tool\":\"semgrep\"") && text.contains(",\"score\":7.5\n"), "{text}");
}

#[test]
fn what_is_wrong_is_told_all_at_once_with_its_place() {
    let told = |tests: &str| read(&format!("{HEAD}tests:\n{tests}")).err().unwrap_or_default();
    let wrong = told(
        "  - {name: a, finding: [], expect: {actoin: block}}\n  - {name: b, findings: [{rule_id: x}], reports: [a], expect: {action: blok}}\n  - {findings: [{rule_id: null}], expect: {}}\n",
    );
    let expected = [
        "x/p.test.yaml:6:15: a test has no key `finding`; did you mean `findings`?",
        "x/p.test.yaml:6:5: a test judges nothing; add `findings` or `reports`",
        "x/p.test.yaml:6:37: `expect` has no key `actoin`; did you mean `action`?",
        "x/p.test.yaml:7:50: a test has either `findings` or `reports`; keep one of them, or write two tests",
        "x/p.test.yaml:7:72: `action` cannot be `blok`; did you mean `block`?",
        "x/p.test.yaml:8:5: a test lacks `name`; add it",
        "x/p.test.yaml:8:27: `rule_id` has no value; write a value, or leave the key out",
        "x/p.test.yaml:8:43: `expect` is empty; say something, or remove it",
    ];
    for line in expected {
        assert!(wrong.iter().any(|told| told == line), "{line}\n{wrong:#?}");
    }
    assert!(told("  []\n").concat().contains("`tests` is an empty list"));
    assert!(read("schema: relgate.policy-test/v1\npolicy: p.yaml\nnow: today\ntests: [{}]\n").is_err());
}

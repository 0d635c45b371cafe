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

/// The one test of a file, which finds nothing.
fn test(rest: &str) -> Result<Test, Vec<String>> {
    read(&format!("{HEAD}tests:\n  - {{name: a, {rest}}}\n"))?.tests.into_iter().next().ok_or_else(Vec::new)
}

#[test]
fn what_must_come_is_read_word_by_word() {
    let expect = |told: &str| test(&format!("findings: [], expect: {{{told}}}")).map(|test| test.expect);
    for (due, wanted) in
        [("never", DueDay::Never), ("unknown", DueDay::Unknown), ("2026-12-01", DueDay::On(parse_date("2026-12-01").unwrap()))]
    {
        assert_eq!(expect(&format!("due: {due}")).map(|expect| expect.due.map(|(due, place)| (due, place.column))), Ok(Some((wanted, 43))));
    }
    assert_eq!(expect("due: soon").err().unwrap_or_default().len(), 1);
    for verdict in VERDICTS {
        let told = expect(&format!("verdict: {}", verdict.word()));
        assert_eq!(told.map(|expect| expect.verdict.map(|(told, _)| told)), Ok(Some(verdict)));
    }
    let told = expect("action: pass, actions: {a: ticket, b: block}, causes: [r]").unwrap();
    assert_eq!(told.action.map(|(action, _)| action), Some(Action::Pass));
    assert_eq!(
        told.actions.iter().map(|(name, action, _)| (name.as_str(), *action)).collect::<Vec<_>>(),
        [("a", Action::Ticket), ("b", Action::Block)]
    );
    assert_eq!(told.causes.map(|(causes, _)| causes), Some(vec!["r".to_owned()]));
    let told = expect("causes: []").unwrap();
    assert_eq!((told.causes.map(|(causes, _)| causes.len()), told.action.is_none(), told.due.is_none()), (Some(0), true, true));
    for wrong in ["action: blok", "actions: {}", "actions: {a: blok}", "causes: [a b]", "verdict: blok"] {
        assert_eq!(expect(wrong).err().unwrap_or_default().len(), 1, "{wrong}");
    }
}

#[test]
fn a_test_tells_what_is_known_of_its_run() {
    let all = "repository: a, commit: b, branch: c, release: d, stage: e, service: f, artifact: g";
    let run =
        test(&format!("findings: [], adopted: [x, y], exceptions: [e/*.yaml], subject: {{{all}}}, expect: {{action: pass}}")).unwrap();
    let Subject { repository, commit, branch, release, stage, service, artifact, .. } = run.subject;
    let told = [repository, commit, branch, release, stage, service, artifact].map(|fact| fact.map_or_else(String::new, |fact| fact.value));
    assert_eq!(told.concat(), "abcdefg");
    assert_eq!(run.adopted.iter().map(|(name, place)| (name.as_str(), place.line)).collect::<Vec<_>>(), [("x", 6), ("y", 6)]);
    assert_eq!(run.exceptions, ["x/e/*.yaml"]);
    let Given::Findings(documents) = run.given else { unreachable!("none") };
    let texts: Vec<&str> = documents.iter().map(|document| document.text.as_str()).collect();
    assert_eq!(texts, ["{\"schema\":\"relgate.findings/v1\",\"tool\":\"test\",\"complete\":true,\"findings\":[\n]}\n"]);
    assert_eq!(
        test("reports: [a], expect: {action: pass}").map(|test| matches!(test.given, Given::Reports(paths) if paths == ["x/a"])),
        Ok(true)
    );
    let builtin = read(&format!("{HEAD}tests: [{{name: a, findings: [], expect: {{action: pass}}}}]").replace("p.yaml", "builtin:strict"));
    assert_eq!(builtin.map(|suite| suite.policy), Ok("builtin:strict".to_owned()));
}

#[test]
fn a_finding_is_written_as_it_is_told() {
    let document = |finding: &str| {
        let test = test(&format!("findings: [{finding}], expect: {{action: pass}}")).unwrap();
        let Given::Findings(documents) = test.given else { unreachable!("none") };
        documents.first().map_or_else(String::new, |document| document.text.lines().skip(1).collect::<Vec<_>>().concat())
    };
    let written = "{\"rule_id\":\"a\",\"dev\":true,\"line\":7,\"cwes\":[79,\"CWE-89\"],\"package\":{\"name\":\"b\",\"version\":\"1.0\"}}]}";
    assert_eq!(document("{rule_id: a, dev: true, line: 7, cwes: [79, CWE-89], package: {name: b, version: 1.0}}"), written);
    // Only what is a decimal number is one.
    for (told, written) in [
        ("7.5", "7.5"),
        ("7", "7"),
        ("\"7.\"", "\"7.\""),
        ("\".5\"", "\".5\""),
        ("\"-1.5\"", "\"-1.5\""),
        ("inf", "\"inf\""),
        ("1e999", "\"1e999\""),
        ("high", "\"high\""),
    ] {
        assert_eq!(document(&format!("{{score: {told}}}")), format!("{{\"score\":{written}}}]}}"), "{told}");
        assert_eq!(document(&format!("{{epss: {told}}}")), format!("{{\"epss\":{written}}}]}}"), "{told}");
    }
    assert_eq!(document("{title: 7.5}"), "{\"title\":\"7.5\"}]}");
    let two = document("{rule_id: a}, {rule_id: b}");
    assert_eq!(two, "{\"rule_id\":\"a\"},{\"rule_id\":\"b\"}]}");
    let wrong = test("findings: [a, {tool: A}], expect: {action: pass}").err().unwrap_or_default();
    assert_eq!(wrong.len(), 2, "{wrong:?}");
}

#[test]
fn a_line_of_a_document_is_that_of_the_key() {
    let suite =
        read(&format!("{HEAD}tests:\n  - name: a\n    findings:\n      - rule_id:\n          a\n    expect: {{action: pass}}\n")).unwrap();
    let Given::Findings(documents) = &suite.tests[0].given else { unreachable!("none") };
    let places: Vec<_> = documents[0].lines.iter().map(|place| (place.line, place.column)).collect();
    assert_eq!(places, [(8, 9), (8, 9), (8, 9), (8, 9), (8, 7)]);
}

#[test]
fn each_embedded_policy_has_tests_of_its_own() {
    for builtin in builtin::ALL {
        let name = format!("{BUILTIN}{}", builtin.name);
        assert_eq!(load_suite(&name).map(|suite| (suite.policy, suite.tests.is_empty())), Ok((name.clone(), false)), "{name}");
    }
    let told = |name: &str| load_suite(name).err().unwrap_or_default().iter().map(ToString::to_string).collect::<Vec<_>>();
    let near = "there is no embedded policy `strikt`; did you mean `strict`?";
    assert_eq!(told("builtin:strikt"), [format!("builtin:strikt: {near}")]);
    let none = "no/such.test.yaml: byte 0: there is no such file; check the path";
    assert_eq!(told("no/such.test.yaml"), [none]);
}

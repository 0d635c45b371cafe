use super::*;
use crate::base::json::Halt;
use crate::ingest::{Form, Refusal, read_with};
use crate::model::mapping::{Count, Field, From, Mapping, Mappings, Meant, Part, Sign, Source, State, Step, Tool};
use crate::model::raw::RawReport;
use crate::model::severity::{Kind, Meaning, Severity};

fn way(text: &str) -> Way {
    let step = |step: &str| if step == "*" { Step::Any } else { Step::Key(step.replace("~1", "/")) };
    Way(text.split('/').skip(1).map(step).collect())
}

fn told(field: Field, text: &str) -> Source {
    let inner = text.trim_start_matches('^');
    let part = if inner == "#" { Part::Key } else { Part::Value(way(inner)) };
    Source { field, from: From::Told { out: text.len() - inner.len(), part }, words: Vec::new() }
}

fn label(lines: bool, recognize: Vec<Sign>) -> Label {
    Label { id: "acme".to_owned(), recognize, lines }
}

/// A mapping whose results are named by `/id`.
fn mapping(results: &str, more: Vec<Source>) -> Mapping {
    let mut sources = vec![told(Field::RuleId, "/id")];
    sources.extend(more);
    let tool = Some(Tool::Id("acme".to_owned()));
    Mapping { label: label(false, Vec::new()), tool, results: vec![way(results)], sources, ..Mapping::default() }
}

fn read(mapping: &Mapping, text: &str) -> Result<RawReport> {
    let mappings = Mappings::new(vec![mapping.clone().into()]);
    let form = Form::named("acme", &mappings);
    let read = read_with(&mut text.as_bytes(), form.as_ref(), &[], &mappings);
    read.map(|(_, report)| report).map_err(|refusal| match refusal {
        Refusal::Broken(_, fault) | Refusal::ReadAgain(_, fault) | Refusal::Unclaimed(fault) => Halt::of(fault),
    })
}

/// The codes of a refusal, or of why the scan is not whole.
fn codes(mapping: &Mapping, text: &str) -> Vec<&'static str> {
    match read(mapping, text) {
        Err(halt) => vec![halt.into_fault().code],
        Ok(report) => report.scans.iter().flat_map(|scan| &scan.incomplete_because).map(|reason| reason.code).collect(),
    }
}

/// Pointer, rule and path of each result.
fn rows(mapping: &Mapping, text: &str) -> Vec<String> {
    let Ok(report) = read(mapping, text) else { return vec!["refused".to_owned()] };
    let text = |text| report.texts.get(text).as_data().to_owned();
    let of_scan = report.scans.iter().flat_map(|scan| scan.results.iter());
    let shown = of_scan.map(|row| {
        let path = report.locations.get(row.locations).first().and_then(|place| place.uri).map(text).unwrap_or_default();
        format!("{}/{} {} {path}", text(row.pointer.list), row.pointer.index, row.rule_id.map(text).unwrap_or_default())
    });
    shown.collect()
}

#[test]
fn results_stand_in_lists_in_objects_and_in_lines() {
    let path = |text| vec![told(Field::Path, text)];
    let lines = |results| Mapping { label: label(true, Vec::new()), ..mapping(results, Vec::new()) };
    for (mapping, text, expected) in [
        (mapping("/r/*", path("/p")), r#"{"r": [{"id": "a", "p": "x"}, {"id": 7}]}"#, &["/r/0 a x", "/r/1 7 "][..]),
        (mapping("/*", Vec::new()), r#"[{"id": "a"}]"#, &["/0 a "]),
        (
            mapping("/f/*/i/*", path("^/p")),
            r#"{"f": [{"i": [{"id": "a"}], "p": "x"}, {"p": "y", "i": [{"id": "b"}]}]}"#,
            &["/f/0/i/0 a x", "/f/1/i/0 b y"],
        ),
        (mapping("/*/*", path("^#")), r#"{"s/a.py": [{"id": "a"}, {"id": "b"}]}"#, &["/s~1a.py/0 a s/a.py", "/s~1a.py/1 b s/a.py"]),
        (mapping("/*", path("#")), r#"{"x": {"id": "a"}, "y": {"id": "b"}}"#, &["/0 a x", "/1 b y"]),
        (mapping("/f/*/i/*", path("^^/root")), r#"{"f": [{"i": [{"id": "a"}]}, {"i": []}], "root": "z"}"#, &["/f/0/i/0 a z"]),
        (lines("/*"), "{\"id\": \"a\"}\n{\"id\": \"b\"}\n", &["/0 a ", "/1 b "]),
        (lines("/*/i/*"), "{\"i\": [{\"id\": \"a\"}]}\n", &["/0/i/0 a "]),
        (lines("/*"), r#"[{"id": "a"}]"#, &["/0 a "]),
        (mapping("/d/0/r/*", Vec::new()), r#"{"d": [{"r": [{"id": "a"}]}, {"r": [{"id": "b"}]}]}"#, &["/d/0/r/0 a "]),
    ] {
        assert_eq!(rows(&mapping, text), expected, "{text}");
    }
}

#[test]
fn what_holds_results_must_be_there() {
    let of = |results: &str| mapping(results, Vec::new());
    let tolerant = Mapping { may_be_null: vec![way("/r")], may_be_empty: vec![way("/f")], ..of("/r/*") };
    let outer = Mapping { may_be_empty: vec![way("/f")], ..of("/f/*/i/*") };
    let absent = Mapping { may_be_absent: vec![way("/f/*/i")], ..of("/f/*/i/*") };
    let failing = Mapping { errors: vec![way("/f/*/error")], ..of("/f/*/i/*") };
    let required = Mapping { required: vec![way("/a/b"), way("/r/*/p")], ..of("/r/*") };
    for (mapping, text, expected) in [
        (of("/r/*"), r#"{"r": []}"#, &[][..]),
        (of("/r/*"), r#"{"x": []}"#, &["missing-member"]),
        (of("/r/*"), r#"{"r": null}"#, &["wrong-type"]),
        (of("/r/*"), r#"{"r": "none"}"#, &["wrong-type"]),
        (of("/r/*"), r#"{"r": [1]}"#, &["wrong-type"]),
        (of("/r/*"), r#"{"r": [[]]}"#, &["wrong-type"]),
        (of("/r/*"), r#"{"r": [{"id": "a"}], "r": []}"#, &["repeated-key"]),
        (of("/r/*"), r#"{"r": [{"name": "a"}]}"#, &["missing-member"]),
        (of("/r/*"), r#"{"r": [{"id": ""}]}"#, &["missing-member"]),
        (of("/*"), "7", &["wrong-type"]),
        (tolerant.clone(), r#"{"r": null}"#, &[]),
        (tolerant, "{}", &["missing-member"]),
        (of("/f/*/i/*"), r#"{"f": []}"#, &["nothing-scanned"]),
        (of("/f/*/i/*"), r#"{"f": [{}]}"#, &["missing-member"]),
        (of("/f/*/i/*"), r#"{"f": [{"i": []}, null]}"#, &["wrong-type"]),
        (outer, r#"{"f": []}"#, &[]),
        (absent, r#"{"f": [{}]}"#, &[]),
        (failing.clone(), r#"{"f": [{"error": "cannot parse"}]}"#, &["error-notification"]),
        (failing.clone(), r#"{"f": [{"error": "cannot parse"}, {}]}"#, &["missing-member"]),
        (failing, r#"{"f": [{"error": ""}]}"#, &["missing-member"]),
        (required.clone(), r#"{"a": {"b": null}, "r": [{"id": "a", "p": 1}]}"#, &[]),
        (required.clone(), r#"{"a": {}, "r": []}"#, &["missing-member"]),
        (required.clone(), r#"{"r": []}"#, &["missing-member"]),
        (required, r#"{"a": {"b": 1}, "r": [{"id": "a"}]}"#, &["missing-member"]),
    ] {
        assert_eq!(codes(&mapping, text), expected, "{text}");
    }
}

#[test]
fn what_tells_of_the_scan_leaves_it_incomplete() {
    let of = || mapping("/r/*", Vec::new());
    let errors = Mapping { errors: vec![way("/e")], ..of() };
    let claimed = Mapping { claimed: vec![Count { at: way("/n"), counts: None }], ..of() };
    let counts = Mapping { claimed: vec![Count { at: way("/n"), counts: Some(way("/f/*")) }], ..of() };
    let complete = Mapping { complete: Some(Sign { at: way("/s"), is: vec!["ok".to_owned(), "true".to_owned()] }), ..of() };
    let anywhere = Mapping { complete: Some(Sign { at: way("/r/*/s"), is: vec!["ok".to_owned()] }), ..of() };
    for (mapping, members, expected) in [
        (&errors, "", &[][..]),
        (&errors, r#", "e": []"#, &[]),
        (&errors, r#", "e": {}"#, &[]),
        (&errors, r#", "e": " ""#, &[]),
        (&errors, r#", "e": 0"#, &[]),
        (&errors, r#", "e": false"#, &[]),
        (&errors, r#", "e": ["x", null, {"code": 1}]"#, &["error-notification"; 3]),
        (&errors, r#", "e": {"code": 1}"#, &["error-notification"]),
        (&errors, r#", "e": "x""#, &["error-notification"]),
        (&errors, r#", "e": 2"#, &["error-notification"]),
        (&errors, r#", "e": true"#, &["error-notification"]),
        (&claimed, r#", "n": 1"#, &[]),
        (&claimed, r#", "n": "1""#, &[]),
        (&claimed, r#", "n": 2"#, &["count-mismatch"]),
        (&claimed, "", &["count-missing"]),
        (&claimed, r#", "n": [1]"#, &["health-unreadable", "count-missing"]),
        (&counts, r#", "n": 2, "f": [{}, 1]"#, &[]),
        (&counts, r#", "n": 2, "f": [{}]"#, &["count-mismatch"]),
        (&complete, r#", "s": "ok""#, &[]),
        (&complete, r#", "s": true"#, &[]),
        (&complete, r#", "s": "OK""#, &["scan-failed"]),
        (&complete, r#", "s": ["ok"]"#, &["scan-failed"]),
        (&complete, r#", "s": null"#, &["scan-failed"]),
        (&complete, "", &["scan-failed"]),
        (&anywhere, "", &["scan-failed"]),
    ] {
        assert_eq!(codes(mapping, &format!(r#"{{"r": [{{"id": "a"}}]{members}}}"#)), expected, "{members}");
    }
    let last =
        Mapping { label: label(true, Vec::new()), results: vec![way("/*/issues/*")], may_be_absent: vec![way("/*/issues")], ..anywhere };
    let last = Mapping { complete: Some(Sign { at: way("/*/s"), is: vec!["ok".to_owned()] }), ..last };
    assert_eq!(codes(&last, "{\"issues\": []}\n{\"s\": \"ok\"}"), [""; 0]);
    assert_eq!(codes(&last, "{\"issues\": []}\n"), ["scan-failed"]);
}

#[test]
fn an_empty_file_is_a_report_only_of_a_tool_that_writes_it() {
    let lines = Mapping { label: label(true, Vec::new()), ..mapping("/*", Vec::new()) };
    assert_eq!(codes(&lines, " \n"), ["empty"]);
    assert_eq!(codes(&Mapping { blank: true, ..lines }, " \n"), [""; 0]);
}

#[test]
fn a_value_of_another_type_is_told_and_says_nothing() {
    let fields = [Field::Title, Field::Path, Field::StartLine, Field::Dev, Field::Version, Field::Cwes, Field::Score];
    for field in fields {
        let mapping = mapping("/r/*", vec![told(field, "/v")]);
        let problems = |value: &str| {
            let report = read(&mapping, &format!(r#"{{"r": [{{"id": "a", "v": {value}}}]}}"#));
            report.map(|report| report.problems.into_list().len()).ok()
        };
        assert_eq!((problems(r#"{"x": 1}"#), problems("null")), (Some(1), Some(0)), "{field:?}");
        assert_eq!(problems(r#"["79"]"#), Some(usize::from(field != Field::Cwes)), "{field:?}");
    }
}

#[test]
fn words_are_translated_and_what_no_table_knows_is_no_word() {
    let words = |words: &[(&str, Meant)]| words.iter().map(|&(word, meant)| (word.to_owned(), meant)).collect::<Vec<_>>();
    let severity = words(&[("Grave", Meant::Severity(Meaning::Is(Severity::Critical))), ("3", Meant::Severity(Meaning::Unrated))]);
    let state =
        words(&[("done", Meant::State(State::Fixed)), ("muted", Meant::State(State::Suppressed)), ("true", Meant::State(State::Pass))]);
    let dev = words(&[("test", Meant::Flag(true))]);
    let with = |field, text, words: &Vec<_>| Source { words: words.clone(), ..told(field, text) };
    let sources = vec![with(Field::Severity, "/s", &severity), with(Field::State, "/t", &state), with(Field::Dev, "/d", &dev)];
    let mapping = mapping("/r/*", sources);
    let kind = |members: &str| {
        let report = read(&mapping, &format!(r#"{{"r": [{{"id": "a", {members}}}]}}"#)).ok()?;
        let row = report.scans.first()?.results.iter().next()?;
        let detail = report.details.get(row.detail?.index())?;
        let claims: Vec<Kind> = report.claims.get(row.claims).iter().map(|claim| claim.kind).collect();
        Some((claims, detail.claim as u8, row.suppressed.word(), detail.dev))
    };
    let word = |meaning| vec![Kind::Word(meaning)];
    for (members, expected) in [
        (r#""s": "GRAVE""#, (word(Meaning::Is(Severity::Critical)), 0, "none", None)),
        (r#""s": 3"#, (word(Meaning::Unrated), 0, "none", None)),
        (r#""s": "high", "d": "test""#, (vec![Kind::Label], 0, "none", Some(true))),
        (r#""s": {}, "d": "prod""#, (vec![Kind::Label], 0, "none", None)),
        (r#""t": "done""#, (vec![], 2, "none", None)),
        (r#""t": "muted""#, (vec![], 0, "external", None)),
        (r#""t": "Muted!""#, (vec![], 0, "none", None)),
        (r#""t": ["done"]"#, (vec![], 0, "none", None)),
        (r#""s": "high", "t": true"#, (vec![Kind::ResultKind], 0, "none", None)),
    ] {
        assert_eq!(kind(members), Some(expected), "{members}");
    }
}

#[test]
fn the_first_that_is_told_counts_and_of_lists_all() {
    let given = Source { field: Field::Title, from: From::Given("issue".to_owned()), words: Vec::new() };
    let sources = vec![told(Field::Title, "/t"), told(Field::Title, "/u"), given, told(Field::Ids, "/cve"), told(Field::Ids, "/more")];
    let mapping = mapping("/r/*", sources);
    let said = |members: &str| {
        let report = read(&mapping, &format!(r#"{{"r": [{{"id": "a"{members}}}]}}"#)).ok()?;
        let row = report.scans.first()?.results.iter().next()?;
        let detail = report.details.get(row.detail?.index())?;
        let text = |text| report.texts.get(text).as_data().to_owned();
        let ids = report.words.get(detail.ids).iter().map(|&id| text(id)).collect::<Vec<_>>().join(" ");
        Some(format!("{}: {ids}", text(detail.title?)))
    };
    assert_eq!(said(r#", "u": "second", "t": """#).as_deref(), Some("second: "));
    assert_eq!(said(r#", "more": ["B", "C", ""], "cve": "A""#).as_deref(), Some("issue: A B C"));
}

#[test]
fn the_row_itself_is_no_mapping() {
    let refusal = read_with(&mut "{}".as_bytes(), Some(&Form::from(&FORMAT)), &[], &Mappings::default()).err();
    assert!(matches!(refusal, Some(Refusal::Broken(_, fault)) if fault.code == "which-mapping"));
}

#[test]
fn what_is_not_named_is_checked_and_passed_over() {
    let mapping = mapping("/r/*", Vec::new());
    assert_eq!(rows(&mapping, r#"{"x": {"deep": [{"er": 1}], "deep": 2}, "r": [{"y": [1], "id": "a"}]}"#), ["/r/0 a "]);
    assert_eq!(codes(&mapping, r#"{"x": [1, 2, "r": []}"#), ["bad-json"]);
}

#[test]
fn a_document_is_claimed_by_all_of_its_signs() {
    let sign = |at: &str, is: &[&str]| Sign { at: way(at), is: is.iter().map(|&word| word.to_owned()).collect() };
    let recognizing = |recognize| label(false, recognize);
    let probe = |text: &str| Probe::of(text);
    let by_word = recognizing(vec![sign("/tool/name", &["Acme", "Acme 2"]), sign("/r", &[])]);
    assert!(claims(&by_word, &probe(r#"{"tool": {"name": "Acme"}, "r": []}"#)));
    assert!(!claims(&by_word, &probe(r#"{"tool": {"name": "acme"}, "r": []}"#)));
    assert!(!claims(&by_word, &probe(r#"{"tool": {"name": "Acme"}}"#)));
    let any = recognizing(vec![sign("/*/a~1b", &[])]);
    assert!(claims(&any, &probe(r#"{"x": {"a/b": 1}}"#)) && claims(&any, &probe(r#"[{}, {"a/b": 1}]"#)));
    assert!(!claims(&any, &probe(r#"{"x": {"a": {"b": 1}}}"#)));
    let lines = label(true, vec![sign("/*/a", &[])]);
    assert!(claims(&lines, &probe("{\"a\": 1}\n{\"b\": 1}")) && claims(&lines, &probe(r#"[{"a": 1}]"#)));
}

#[test]
fn what_no_result_has_is_told_and_what_leads_nowhere_names_the_mapping() {
    let said = |sources, text: &str| {
        let report = read(&mapping("/r/*", sources), text);
        let problems = report.map(|report| report.problems.into_list()).unwrap_or_default();
        problems.into_iter().map(|problem| (problem.weight.word(), problem.message)).collect::<Vec<_>>()
    };
    let sources = || vec![told(Field::Severity, "/s"), told(Field::Path, "/p"), told(Field::Cwes, "/c"), told(Field::Target, "^/t")];
    let all = r#"{"t": "x", "r": [{"id": "a", "s": "high"}, {"id": "b", "p": null, "c": []}]}"#;
    assert_eq!(said(sources(), all), []);
    assert_eq!(said(sources(), r#"{"r": []}"#), []);
    let some = said(sources(), r#"{"r": [{"id": "a", "s": null}]}"#);
    assert_eq!(
        some,
        [("note", "no result has what the mapping `acme` reads as `path` at `/p`, `cwes` at `/c`, `target` at `^/t`".to_owned())]
    );
    let unrated = said(vec![told(Field::Severity, "/s"), told(Field::Score, "/n")], r#"{"r": [{"id": "a"}]}"#);
    assert_eq!(unrated, [("warning", "no result has what the mapping `acme` reads as `severity` at `/s`, `score` at `/n`".to_owned())]);
    for (results, text) in [
        ("/*/i/*", r#"{"f": {"i": [{"id": "a"}]}, "g": {}}"#),
        ("/*/i/*", r#"{"f": {"i": [{"id": "a"}]}, "g": 1}"#),
        ("/f/*", r#"{"f": "a"}"#),
        ("/f/*", r#"{"f": [7]}"#),
        ("/f/*", r#"{"f": [{"ident": "a"}]}"#),
    ] {
        let fault = read(&mapping(results, Vec::new()), text).err().map(Halt::into_fault);
        assert!(fault.is_some_and(|fault| fault.message.contains("the mapping `acme`") && fault.help.contains("mapping")), "{text}");
    }
}

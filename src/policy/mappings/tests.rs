use super::*;
use crate::model::mapping::{Part, State};
use crate::model::severity::{Meaning, Severity};

fn told(text: &str) -> Vec<String> {
    let load = load(&[("m.yaml".to_owned(), text.to_owned())], &["sarif"]);
    load.err().unwrap_or_default().iter().map(|problem| problem.to_string().replace("m.yaml:", "")).collect()
}

/// The file of a mapping of which some keys are other ones; those without a value are left out.
fn file(changes: &[(&str, &str)]) -> String {
    let mut keys = vec![
        ("id", "acme"),
        ("title", "Acme"),
        ("tool", "acme"),
        ("category", "sast"),
        ("recognize", "/acme"),
        ("results", "/issues/*"),
        ("fields", "{rule_id: /rule}"),
    ];
    keys.retain(|(key, _)| changes.iter().all(|(changed, _)| changed != key));
    keys.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
    let keys: Vec<String> = keys.iter().map(|(key, value)| format!("    {key}: {value}\n")).collect();
    format!("schema: relgate.mapping/v1\nmappings:\n  -\n{}", keys.concat())
}

/// What is told of it.
fn with(changes: &[(&str, &str)]) -> Vec<String> {
    told(&file(changes))
}

/// That one mistake is told, which says something.
fn says(changes: &[(&str, &str)], what: &str) {
    let told = with(changes);
    assert!(told.len() == 1 && told.iter().all(|line| line.contains(what)), "{changes:?}: {told:#?}");
}

#[test]
fn every_embedded_mapping_is_read_and_named_as_its_file_and_its_tool() {
    let profiles = crate::policy::profiles::embedded();
    for file in embedded::ALL {
        let read = parse(file.text, file.name, None);
        let wrong: Vec<String> = read.as_ref().err().into_iter().flatten().map(ToString::to_string).collect();
        assert_eq!(wrong, [""; 0], "{}", file.name);
        let labels: Vec<_> = read.iter().flatten().map(|mapping| mapping.label.clone()).collect();
        assert_eq!(labels, Vec::from_iter(embedded::label(file.text)), "{}: picked out of the text", file.name);
        for mapping in read.unwrap_or_default() {
            assert_eq!(file.name, format!("policies/mappings/{}.yaml", mapping.label.id));
            let Some(Tool::Id(tool)) = &mapping.tool else { continue };
            let profile = profiles.find(tool).cloned().unwrap_or_default();
            assert_eq!(&profile.id, tool, "{}", mapping.label.id);
            assert!(mapping.categories.iter().all(|category| profile.categories.contains(category)), "{}", mapping.label.id);
        }
    }
    assert_eq!(embedded().iter().count(), embedded::ALL.len());
    for text in ["", "- id: a\n", "- id: a\n  recognize: [/a, b]\n", "  recognize: [/a]\n"] {
        assert_eq!(embedded::label(text), None, "{text}");
    }
}

#[test]
fn every_file_of_the_folder_is_embedded() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = crate::base::source::read_configs(&root.join("policies/mappings"));
    let embedded = embedded::ALL.iter().map(|file| (root.join(file.name).to_string_lossy().into_owned(), Ok(file.text.to_owned())));
    assert_eq!(files, embedded.collect::<Vec<_>>());
}

#[test]
fn a_users_mapping_is_read_whole() {
    let more = [
        ("source", "https://acme.example"),
        ("tool", "{pointer: /scanner/name}"),
        ("category", "[{pointer: /kind, words: {LEAK: secret}}, sast]"),
        ("recognize", "[/acme, {pointer: /scanner/name, is: [Acme, 2, true]}]"),
        ("results", "[/files/*/issues/*, /other/*/*]"),
        ("required", "/scanner"),
        ("tolerate", "{absent: /files/*/issues, null: [/files/*/issues, /other], empty: /files}"),
        ("unread", "/notes"),
        ("claimed", "[/count, {pointer: /file_count, counts: /files/*}]"),
        ("errors", "[/errors, /files/*/error]"),
        ("complete", "{pointer: /status, is: success}"),
        ("version", "/scanner/version"),
        ("ended", "/ended"),
        ("commit", "/commit"),
        (
            "fields",
            "{rule_id: [/rule, /check], ids: /ids, title: /t, message: {pointer: /m}, severity: [{pointer: /s, words: {BLOCKER: critical, \"3\": high, none: unrated}}, {value: high}], score: /cvss, vector: /v, path: [^/path, ^#], start_line: /l, end_line: /e, package: {purl: /p, ecosystem: {value: npm}, name: /n, version: /v}, fixed_versions: /f, cwes: /c, fingerprint: /fp, target: ^^/image, dev: {pointer: /scope, words: {test: true}}, direct: /d, reachable: /r, verified: /ok, state: {pointer: /st, words: {done: fixed}}, suppressed: /sup}",
        ),
    ];
    assert_eq!(with(&more), [""; 0]);
    assert_eq!(with(&[("lines", "true"), ("blank", "true"), ("results", "/*"), ("recognize", "/*/acme")]), [""; 0]);
}

#[test]
fn all_mistakes_are_told_with_their_places() {
    let text = "schema: relgate.mapping/v1\nmappings:\n  - id: Acme\n    title: Acme\n    tool: acme\n    categry: sast\n    recognize: acme\n    results: /issues\n    fields: {rule: /rule, severity: {pointer: /s, words: {BLOCKER: worst}}, state: /state}\n";
    let expected = [
        "3:5: a mapping lacks `category`",
        "3:9: `id` cannot be `Acme`; write it in lower case",
        "6:5: a mapping has no key `categry`; did you mean `category`?",
        "7:16: `recognize` cannot be `acme`: that is no pointer; did you mean the pointer `/acme`",
        "8:14: `results` cannot be `/issues`: it must lead to each result; write `/issues/*`",
        "9:14: `fields` has no key `rule`",
        "9:68: `BLOCKER` cannot be `worst`",
        "9:84: `state` needs `words`",
        "9:13: `fields` lacks `rule_id` or `ids`",
    ];
    let told = told(text);
    for line in expected {
        assert!(told.iter().any(|told| told.starts_with(line)), "{line}: {told:#?}");
    }
    assert_eq!(told.len(), expected.len(), "{told:#?}");
}

#[test]
fn what_cannot_be_gone_by_is_a_mistake() {
    says(&[("id", "sarif")], "the id `sarif` is taken by a format or mapping of relgate");
    says(&[("id", "mend")], "the id `mend` is taken");
    says(&[("recognize", "^/x")], "it is looked for in the document");
    says(&[("results", "[/a/*, /a/*]")], "could lead to the same value");
    says(&[("results", "[/a/*, /*/b/*]")], "could lead to the same value");
    says(&[("fields", "{rule_id: rule.id}")], "did you mean the pointer `/rule/id`, or for all results `{value: rule.id}`?");
    says(&[("fields", "{rule_id: /a, path: ^^/p}")], "`path` looks further out than the document");
    says(&[("fields", "{rule_id: /a, path: ^#}")], "`path` looks further out than the document");
    says(&[("fields", "{rule_id: /a, severity: {value: low}}")], "`severity` cannot be `low`; use `critical` or `high`");
    says(&[("fields", "{rule_id: /a, dev: {value: true}}")], "`dev` cannot be the same for all results");
    says(&[("fields", "{rule_id: /a, state: {value: fixed}}")], "`state` cannot be the same for all results");
    says(&[("fields", "{rule_id: /a, title: {pointer: /b, value: c}}")], "`title` has neither one pointer nor one value");
    says(&[("fields", "{rule_id: /a, title: {pointer: /b, words: {c: d}}}")], "`title` has no table");
    says(&[("fields", "{rule_id: /a, state: {pointer: /b, words: {c: closed}}}")], "`c` cannot be `closed`");
    says(&[("category", "{pointer: /k, words: {a: sast}}")], "`category` does not say what a result is where no table does");
    says(&[("category", "[sast, {pointer: /k, words: {a: sast}}]")], "`category` does not say what a result is");
    says(&[("category", "sats")], "`category` cannot be `sats`; did you mean `sast`?");
    says(&[("complete", "/status")], "`complete` does not say what stands there when all went well");
    says(&[("tolerate", "{null: /other}")], "`/other` is no list on the way to the results");
    says(&[("tolerate", "{empty: /issues}")], "`/issues` is no list around lists of results");
    says(&[("tolerate", "{absent: /issues}")], "a list that may be absent reads as empty when it is renamed");
    says(&[("lines", "true")], "with `lines` results stand in lines");
    says(&[("blank", "true")], "only a stream of lines can be empty");
    says(&[("source", "acme docs")], "`source` cannot be `acme docs`");
    let two = "schema: relgate.mapping/v1\nmappings:\n".to_owned()
        + &"  - {id: a, title: A, tool: a, category: sast, recognize: /a, results: /a/*, fields: {ids: /a}}\n".repeat(2);
    assert_eq!(told(&two).len(), 1, "{:?}", told(&two));
}

/// The mapping of which some keys are other ones.
fn mapping(changes: &[(&str, &str)]) -> Mapping {
    let read = load(&[("m.yaml".to_owned(), file(changes))], &[]).unwrap();
    Mapping::clone(read.find("acme").unwrap())
}

fn shown(ways: &[Way]) -> Vec<String> {
    ways.iter().map(ToString::to_string).collect()
}

#[test]
fn each_key_says_what_it_is_for() {
    let read = mapping(&[]);
    assert_eq!(
        (read.title.as_str(), &read.tool, read.categories.as_slice()),
        ("Acme", &Some(Tool::Id("acme".to_owned())), &[Category::Sast][..])
    );
    assert_eq!(
        (read.label.lines, read.blank, read.claimed.len(), read.complete.is_none(), read.version.is_none()),
        (false, false, 0, true, true)
    );
    let read = mapping(&[
        ("tool", "{pointer: /scanner/name}"),
        ("category", "[{pointer: /kind, words: {LEAK: secret, DUPLICATE: sast}}, sast]"),
        ("recognize", "[/acme, {pointer: /scanner/name, is: [Acme, 2, true]}]"),
        ("results", "[/files/*/issues/*, /other/*/*]"),
        ("required", "/scanner"),
        ("tolerate", "{absent: /files/*/issues, null: [/files/*/issues, /other], empty: /files}"),
        ("unread", "[/notes, /files/*/notes]"),
        ("claimed", "[/count, {pointer: /file_count, counts: /files/*}]"),
        ("errors", "/errors"),
        ("complete", "{pointer: /status, is: success}"),
        ("version", "/scanner/version"),
        ("ended", "/ended"),
        ("commit", "/commit"),
    ]);
    let way = |text: &str| way::ways(&mut Reader::new("", 0), &crate::base::yaml::read(text).unwrap(), "v").unwrap().remove(0);
    assert_eq!(read.tool, Some(Tool::Told(way("/scanner/name"))));
    assert_eq!(read.categories, [Category::Sast, Category::Secret], "what they are without more comes first");
    let signs: Vec<_> = read.label.recognize.iter().map(|sign| (sign.at.to_string(), sign.is.join(" "))).collect();
    assert_eq!(signs, [("/acme".to_owned(), String::new()), ("/scanner/name".to_owned(), "Acme 2 true".to_owned())]);
    assert_eq!(shown(&read.results), ["/files/*/issues/*", "/other/*/*"]);
    assert_eq!((shown(&read.required), shown(&read.errors)), (vec!["/scanner".to_owned()], vec!["/errors".to_owned()]));
    assert_eq!(shown(&read.unread), ["/notes", "/files/*/notes"]);
    assert_eq!(shown(&read.may_be_absent), ["/files/*/issues"]);
    assert_eq!(shown(&read.may_be_null), ["/files/*/issues", "/other"]);
    assert_eq!(shown(&read.may_be_empty), ["/files"]);
    let counts = [Count { at: way("/count"), counts: None }, Count { at: way("/file_count"), counts: Some(way("/files/*")) }];
    assert_eq!(read.claimed, counts);
    assert_eq!(read.complete.map(|sign| (sign.at.to_string(), sign.is)), Some(("/status".to_owned(), vec!["success".to_owned()])));
    let told = [read.version, read.ended, read.commit].map(|way| way.map(|way| way.to_string()).unwrap_or_default());
    assert_eq!(told, ["/scanner/version", "/ended", "/commit"]);
    let stream = mapping(&[("lines", "true"), ("blank", "true"), ("results", "/*"), ("recognize", "/*/acme")]);
    assert!(stream.label.lines && stream.blank);
}

#[test]
fn each_field_is_read_from_where_it_is_told() {
    let sources = |field: &str| {
        let read = mapping(&[("fields", &format!("{{rule_id: /rule, {field}}}")), ("results", "/files/*/issues/*")]);
        read.sources.into_iter().filter(|source| ![Field::RuleId, Field::Category].contains(&source.field)).collect::<Vec<_>>()
    };
    let told = |field: &str| {
        let all = sources(field);
        all.into_iter().map(|source| (source.field.word(), source.from.to_string(), source.words)).collect::<Vec<_>>()
    };
    let words = |list: &[(&str, Meant)]| list.iter().map(|(word, meant)| ((*word).to_owned(), *meant)).collect::<Vec<_>>();
    assert_eq!(
        told("severity: [{pointer: /s, words: {A: critical, B: unrated}}, {value: high}]"),
        [
            (
                "severity",
                "/s".to_owned(),
                words(&[("A", Meant::Severity(Meaning::Is(Severity::Critical))), ("B", Meant::Severity(Meaning::Unrated))])
            ),
            ("severity", From::Given("high".to_owned()).to_string(), Vec::new()),
        ]
    );
    assert_eq!(told("dev: {pointer: /scope, words: {test: true}}"), [("dev", "/scope".to_owned(), words(&[("test", Meant::Flag(true))]))]);
    let fixed = words(&[("done", Meant::State(State::Fixed))]);
    assert_eq!(told("state: {pointer: /st, words: {done: fixed}}"), [("state", "/st".to_owned(), fixed)]);
    assert_eq!(told("path: [^/path, ^#, ^^/root]").into_iter().map(|(_, from, _)| from).collect::<Vec<_>>(), ["^/path", "^#", "^^/root"]);
    let out = sources("path: [^^/root]").into_iter().map(|source| source.from).collect::<Vec<_>>();
    assert!(matches!(out.as_slice(), [From::Told { out: 2, part: Part::Value(_) }]), "{out:?}");
    // As far out as the document, and no key there.
    says(&[("fields", "{rule_id: /a, path: ^^^/p}"), ("results", "/files/*/issues/*")], "`path` looks further out than the document");
    says(&[("fields", "{rule_id: /a, path: ^^#}"), ("results", "/files/*/issues/*")], "`path` looks further out than the document");
    says(&[("fields", "{rule_id: /a, path: ^^/p}"), ("results", "[/files/*/issues/*, /more/*]")], "with 1 the document is `^/…`");
}

#[test]
fn what_looks_like_a_pointer_is_told_as_one() {
    let wanted = "write a JSON pointer, such as `/report/issues`; `*` stands for any item or key";
    for (told, help) in [
        ("acme", "did you mean the pointer `/acme`?"),
        ("a.b/c", "did you mean the pointer `/a/b/c`?"),
        ("/a/", "did you mean the pointer `/a`?"),
        ("a b", wanted),
        ("\"\"", wanted),
        ("/", wanted),
        ("a~2", wanted),
    ] {
        let told = with(&[("required", told)]);
        assert_eq!(told.len(), 1);
        assert!(told.concat().ends_with(help), "{told:?}");
    }
    for outward in ["^/a", "\"#\""] {
        says(&[("required", outward)], "it is looked for in the document, not around a result");
    }
    says(&[("required", "7")], "`required` cannot be 7; write a JSON pointer");
    says(&[("recognize", "{pointer: /a, is: [null]}")], "`is` has no value; write a value, such as `success`");
    says(&[("results", "[/a/*/b/*, /a/*]")], "could lead to the same value");
    assert_eq!(with(&[("results", "[/a/*, /b/*]")]), [""; 0]);
    assert_eq!(with(&[("blank", "false")]), [""; 0]);
    assert_eq!(with(&[("lines", "true"), ("results", "/*/a/*")]), [""; 0]);
    assert_eq!(with(&[("tolerate", "{absent: /issues}"), ("claimed", "/count")]), [""; 0]);
    says(&[("tolerate", "{absent: /issues}"), ("claimed", "{pointer: /n, counts: /a/*}")], "a list that may be absent reads as empty");
    says(&[("tolerate", "{null: /issues/*}")], "`/issues/*` is no list on the way to the results");
}

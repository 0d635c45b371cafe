use super::*;

fn told(text: &str) -> Vec<String> {
    let load = load(&[("m.yaml".to_owned(), text.to_owned())], &["sarif"]);
    load.err().unwrap_or_default().iter().map(|problem| problem.to_string().replace("m.yaml:", "")).collect()
}

/// What is told of a mapping of which some keys are other ones.
fn with(changes: &[(&str, &str)]) -> Vec<String> {
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
    told(&format!("schema: relgate.mapping/v1\nmappings:\n  -\n{}", keys.concat()))
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
        assert_eq!(labels, [embedded::label(file.text)], "{}: picked out of the text", file.name);
        for mapping in read.unwrap_or_default() {
            assert_eq!(file.name, format!("policies/mappings/{}.yaml", mapping.label.id));
            let Some(Tool::Id(tool)) = &mapping.tool else { continue };
            let profile = profiles.find(tool).cloned().unwrap_or_default();
            assert_eq!(&profile.id, tool, "{}", mapping.label.id);
            assert!(mapping.categories.iter().all(|category| profile.categories.contains(category)), "{}", mapping.label.id);
        }
    }
    assert_eq!(embedded().iter().count(), embedded::ALL.len());
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

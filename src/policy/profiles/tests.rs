use super::*;
use crate::model::profile::{From, Reach};
use crate::model::severity::Meaning;

fn told(text: &str) -> Vec<String> {
    load(&[("p.yaml".to_owned(), text.to_owned())]).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

/// What is told about one profile, on line 3.
fn profile(rest: &str) -> Vec<String> {
    told(&format!("schema: relgate.profile/v1\nprofiles:\n  - {{id: acme, title: Acme, {rest}}}\n"))
}

fn facts(row: &str) -> Vec<String> {
    profile(&format!("drivers: [acme], categories: [sast], severity: {{words: {{high: high}}}}, facts: [{{{row}}}]"))
}

#[test]
fn every_embedded_profile_is_read_and_none_takes_what_another_has() {
    let mut all: Vec<Profile> = Vec::new();
    for file in embedded::ALL {
        let profiles = parse(file.text, file.name, None);
        let wrong: Vec<String> = profiles.as_ref().err().into_iter().flatten().map(ToString::to_string).collect();
        assert_eq!(wrong, [""; 0], "{}", file.name);
        let profiles = profiles.unwrap_or_default();
        // What is picked out of the text without parsing it is what the parser finds.
        let drivers: Vec<_> = profiles.iter().flat_map(|profile| profile.drivers.clone()).collect();
        assert_eq!(embedded::drivers(file.text), drivers, "{}", file.name);
        let facts = profiles.iter().flat_map(|profile| &profile.facts).filter(|fact| fact.from.is_property());
        assert_eq!(embedded::keys(file.text), facts.map(|fact| fact.key.clone()).collect::<Vec<_>>(), "{}", file.name);
        all.extend(profiles);
    }
    for (place, one) in all.iter().enumerate() {
        let both = |other: &Profile| one.id == other.id || one.drivers.iter().any(|a| other.drivers.iter().any(|b| overlap(a, b)));
        assert!(!all.iter().skip(place + 1).any(both), "{}", one.id);
    }
    assert!(all.len() > 70 && embedded().properties().len() < PROPERTY_LIMIT / 2, "{} {:?}", all.len(), embedded());
}

#[test]
fn every_file_of_the_folder_is_embedded() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = crate::base::source::read_configs(&root.join("policies/profiles"));
    let embedded = embedded::ALL.iter().map(|file| (root.join(file.name).to_string_lossy().into_owned(), Ok(file.text.to_owned())));
    assert_eq!(files, embedded.collect::<Vec<_>>());
}

#[test]
fn tools_are_known_by_the_names_they_use() {
    let profiles = embedded();
    for (driver, id) in [
        ("Semgrep OSS", "semgrep"),
        ("LGTM.com", "codeql"),
        ("🐸 JFrog SAST", "jfrog-sast"),
        ("Trivy: Vulnerability Scanner for Containers", "trivy"),
        ("Checkmarx - SAST", "checkmarx"),
        // what readers of other formats hand over
        ("grype", "grype"),
        ("npm-audit", "npm-audit"),
        ("pip-audit", "pip-audit"),
        ("cyclonedx", "cyclonedx"),
    ] {
        assert_eq!(profiles.find(driver).map(|profile| profile.id.as_str()), Some(id), "{driver}");
    }
    for imitation in ["Semgrep\u{200b}", "chec\u{212a}ov", "markdownlint\u{200b}", "Acme"] {
        assert!(profiles.find(imitation).is_none(), "{imitation}");
    }
}

#[test]
fn a_users_profile_is_read_whole() -> Result<(), Vec<Problem>> {
    let text = "schema: relgate.profile/v1\nprofiles:\n  - id: acme\n    title: Acme Scan\n    drivers: [acme scan, \"acme pro*\"]\n    categories: [sast, secret]\n    severity: {level: severity, zero: level, scores: {\"9.9\": critical}, words: {Grave: critical, Unset: unrated}}\n    facts:\n      - {from: result.property, key: acme/grade}\n      - {from: rule.id, pattern: '^SEC-', category: secret}\n    fingerprints: {ignore: [acme/v0], line_hash: false}\n";
    let profiles = load(&[("p.yaml".to_owned(), text.to_owned())])?;
    assert!(profiles.properties().contains(&"acme/grade".to_owned()) && profiles.find("trivy").is_some());
    let profile = profiles.find("ACME Pro 2").cloned().unwrap_or_default();
    assert_eq!((profile.id.as_str(), profile.is_users), ("acme", true));
    assert_eq!(profile.categories, [Category::Sast, Category::Secret]);
    assert_eq!((profile.scale.level, profile.scale.zero_is_unrated), (Level::Severity, false));
    assert_eq!(
        profile.scale.scores.iter().map(|(score, severity)| (score.tenths(), *severity)).collect::<Vec<_>>(),
        [(99, Severity::Critical)]
    );
    assert_eq!(profile.scale.words, [("Grave".to_owned(), Meaning::Is(Severity::Critical)), ("Unset".to_owned(), Meaning::Unrated)]);
    assert_eq!(profile.facts.iter().map(|fact| fact.from).collect::<Vec<_>>(), [From::ResultProperty, From::RuleId]);
    assert_eq!((profile.ignored_prints, profile.ignores_line_hash), (vec!["acme/v0".to_owned()], true));
    Ok(())
}

#[test]
fn all_mistakes_are_told_with_their_places() {
    assert_eq!(
        told("schema: relgate.profile/v2\nprofiles:\n  - {id: Acme, title: A, driver: [a], categories: [sats]}\n"),
        [
            "p.yaml:1:9: `schema` cannot be `relgate.profile/v2`; did you mean `relgate.profile/v1`?",
            "p.yaml:3:26: a profile has no key `driver`; did you mean `drivers`?",
            "p.yaml:3:5: a profile lacks `drivers`; add it",
            "p.yaml:3:10: `id` cannot be `Acme`; write it in lower case",
            "p.yaml:3:52: `categories` cannot be `sats`; did you mean `sast`?",
        ]
    );
    let drivers = |list: &str| profile(&format!("drivers: [{list}], categories: [sast]"));
    for wrong in ["\"*\"", "\"a*b\"", "\"🐸 a*\""] {
        assert!(drivers(wrong).concat().contains("write a name, or how names begin and `*`"), "{wrong}");
    }
    assert!(drivers("Acme").concat().contains("write it in lower case: the case of names does not count"));
    let severity = |map: &str| profile(&format!("drivers: [acme], categories: [sast], severity: {{{map}}}"));
    assert!(severity("level: never").concat().contains("`level` cannot be `never`; use `severity`"));
    assert!(severity("words: {Grave: worst}").concat().contains("`Grave` cannot be `worst`"));
    assert!(severity("scores: {\"11.0\": critical}").concat().contains("`11.0` is no score; write a score with one decimal"));
}

#[test]
fn a_fact_says_where_and_what() {
    assert_eq!(facts("from: result.property, key: grade"), [""; 0]);
    assert_eq!(facts("from: rule.id, pattern: '^(?<id>CVE-.*)$'"), [""; 0]);
    for (row, what) in [
        ("from: rule.property", "a fact from a property lacks `key`; name the property"),
        ("from: rule.id, key: a, pattern: '^a', category: sast", "only a property has a `key`; remove it"),
        ("from: rule.id", "a fact lacks `pattern`; "),
        ("from: rule.id, pattern: '^a'", "a fact says nothing; "),
        ("from: rule.id, pattern: 'a(?<id>b)'", "`pattern` cannot be `a(?<id>b)`; write what the text begins with, behind `^`"),
        ("from: rule.id, pattern: '^(?<ids>b)'", "`pattern` has no use for a group `ids`; did you mean `id`?"),
        ("from: rule.id, pattern: '^(b'", "`pattern` cannot be read: unclosed group; "),
        ("from: rule.id, pattern: '^(?:\\w{1000}){1000}', category: sast", "`pattern` takes too much memory; "),
        ("from: rule.id, pattern: '^a', category: secret", "`category` cannot be `secret`"),
        ("from: rule.id, pattern: '^a', reachable: maybe", "`reachable` cannot be `maybe`; write `true`, `false` or `unknown`"),
        ("from: rules.id, pattern: '^a', reachable: true", "`from` cannot be `rules.id`; did you mean `rule.id`?"),
    ] {
        let told = facts(row);
        assert!(told.iter().any(|line| line.contains(what)), "{row}: {told:?}");
    }
    let without_words = profile("drivers: [acme], categories: [sast], facts: [{from: result.property, key: grade}]");
    assert!(without_words.concat().contains("a fact tells a severity, and the profile knows no words"), "{without_words:?}");
}

#[test]
fn a_user_redefines_no_tool() {
    let named = |id: &str, driver: &str| {
        told(&format!("schema: relgate.profile/v1\nprofiles:\n  - {{id: {id}, title: A, drivers: [{driver}], categories: [quality]}}\n"))
    };
    assert_eq!(named("acme", "acme"), [""; 0]);
    assert_eq!(named("trivy", "acme"), [format!("p.yaml:3:10: the id `trivy` is taken by a profile of relgate; {ADDS}")]);
    assert_eq!(
        named("acme", "\"tri*\""),
        [format!("p.yaml:3:36: the driver `tri*` is taken by `trivy` of the profile `trivy` of relgate; {ADDS}")]
    );
    for driver in ["trivy", "lgtm.com", "s*"] {
        let told = named("acme", &format!("\"{driver}\""));
        assert!(told.concat().contains(&format!("the driver `{driver}` is taken by ")), "{driver}: {told:?}");
    }
    let one = "schema: relgate.profile/v1\nprofiles:\n  - {id: a, title: A, drivers: [acme], categories: [sast]}\n";
    let twice = format!("{one}  - {{id: a, title: B, drivers: [\"ac*\"], categories: [sast]}}\n");
    assert_eq!(
        told(&twice),
        [
            format!("p.yaml:4:10: the id `a` is taken by a profile of p.yaml; {ADDS}"),
            format!("p.yaml:4:33: the driver `ac*` is taken by `acme` of the profile `a` of p.yaml; {ADDS}")
        ]
    );
    let files = [("p.yaml".to_owned(), one.to_owned()), ("q.yaml".to_owned(), one.to_owned())];
    let told: Vec<String> = load(&files).err().unwrap_or_default().iter().map(ToString::to_string).collect();
    assert!(told.concat().starts_with("q.yaml:3:10: the id `a` is taken by a profile of p.yaml; "), "{told:?}");
}

#[test]
fn a_user_lowers_nothing() {
    for (rest, what) in [
        ("level: unrated", "`level` cannot be `unrated`; use `severity`"),
        ("level: stated", "`level` cannot be `stated`; use `severity`"),
        ("zero: unrated", "`zero` cannot be `unrated`; use `level`"),
    ] {
        let told = profile(&format!("drivers: [acme], categories: [sast], severity: {{{rest}}}"));
        assert!(told.concat().contains(what), "{told:?}");
    }
}

#[test]
fn a_score_has_one_decimal() {
    let read = |told: &str| tenths(told).map(Score::tenths);
    assert_eq!([read("0.0"), read("9.5"), read("09.5"), read("10.0")], [Some(0), Some(95), Some(95), Some(100)]);
    for wrong in ["9", "9.", ".5", "9.55", "009.5", "10.1", "99.9", "9,5", "9.x", "x.5", "+9.5", "9.5.1", ""] {
        assert_eq!(read(wrong), None, "{wrong}");
    }
}

#[test]
fn a_driver_is_a_name_or_how_names_begin() {
    let drivers = |list: &str| profile(&format!("drivers: [{list}], categories: [sast]"));
    for good in ["acme", "\"acme*\"", "\"🐸 acme\"", "\"a b: c\""] {
        assert_eq!(drivers(good), [""; 0], "{good}");
    }
    for wrong in ["\"**\"", "\" *\"", "\"a*b*\"", "\"é*\""] {
        let told = drivers(wrong);
        assert_eq!(told.len(), 1, "{wrong}");
        assert!(told.concat().contains("write a name, or how names begin and `*`, in plain letters"), "{told:?}");
    }
    assert!(overlap("acme", "acme") && overlap("ac*", "acme") && overlap("acme", "ac*") && overlap("a*", "ac*") && overlap("ac*", "a*"));
    assert!(!overlap("acme", "acme pro") && !overlap("acme*", "ac") && !overlap("ab*", "ac*"));
}

#[test]
fn a_run_looks_at_so_many_properties_and_no_more() {
    let own = embedded().properties().len();
    let with = |more: usize| {
        let rows: Vec<String> = (0..more).map(|nth| format!("{{from: result.property, key: acme/{nth}}}")).collect();
        profile(&format!("drivers: [acme], categories: [sast], severity: {{words: {{high: high}}}}, facts: [{}]", rows.join(", ")))
    };
    assert_eq!(with(PROPERTY_LIMIT - own), [""; 0]);
    let more = format!("p.yaml:1:1: the profiles look at 61 different properties, more than {PROPERTY_LIMIT}; look at fewer");
    assert_eq!(with(PROPERTY_LIMIT - own + 1), [more]);
}

#[test]
fn only_what_is_part_of_the_program_names_its_documents() {
    let text = |source: &str| {
        format!(
            "schema: relgate.profile/v1\nprofiles:\n  - {{id: acme, title: Acme, {source}drivers: [acme], categories: [sast], severity: {{level: unrated, zero: unrated}}}}\n"
        )
    };
    let read = |source: &str| {
        let profiles = parse(&text(source), "p.yaml", None).map_err(|told| told.iter().map(ToString::to_string).collect::<Vec<_>>());
        profiles.map(|list| list.iter().map(|one| (one.is_users, one.scale.level, one.scale.zero_is_unrated)).collect::<Vec<_>>())
    };
    let all = Ok(vec![(false, Level::Unrated, true)]);
    assert_eq!(read("source: \"https://acme.example\", "), all);
    assert_eq!(read("source: fixtures/acme, "), all);
    assert_eq!(read(""), Err(vec!["p.yaml:3:5: a profile of relgate lacks `source`; say which document shows it".to_owned()]));
    assert_eq!(read("source: acme docs, ").map_err(|told| told.len()), Err(1));
    // A user's profile may leave it out, and says no less where it does not.
    let users = |source: &str| profile(&format!("{source}drivers: [acme], categories: [sast]"));
    assert_eq!((users("").len(), users("source: \"https://acme.example\", ").len(), users("source: acme docs, ").len()), (0, 0, 1));
}

#[test]
fn a_fact_is_read_whole() -> Result<(), Vec<Problem>> {
    let rows = "[{from: rule.id, pattern: '^a', category: sast, ecosystem: npm, reachable: true}, {from: rule.tag, pattern: '^b', reachable: false}, {from: rule.tag, pattern: '^c', reachable: unknown}]";
    let text = format!(
        "schema: relgate.profile/v1\nprofiles:\n  - {{id: acme, title: Acme, drivers: [acme], categories: [sast], facts: {rows}}}\n"
    );
    let profiles = load(&[("p.yaml".to_owned(), text)])?;
    let facts = profiles.find("acme").map(|profile| profile.facts.clone()).unwrap_or_default();
    let reach: Vec<_> = facts.iter().map(|fact| fact.reachable).collect();
    assert_eq!(reach, [Some(Reach::Yes), Some(Reach::No), Some(Reach::Unknown)]);
    let first = facts.first().map(|fact| (fact.category, fact.ecosystem.as_deref()));
    assert_eq!(first, Some((Some(Category::Sast), Some("npm"))));
    for (key, is_told) in [("security-severity", true), ("tags", true), ("tag", false)] {
        let told = facts_of(key);
        assert_eq!(told.iter().any(|told| told.contains("this property is read anyway")), is_told, "{key}: {told:?}");
    }
    // A group of its own takes a severity only where it is the group of one.
    assert_eq!(profile("drivers: [acme], categories: [sast], facts: [{from: rule.id, pattern: '^(?<id>a)'}]"), [""; 0]);
    let rates = profile("drivers: [acme], categories: [sast], facts: [{from: rule.id, pattern: '^(?<severity>a)'}]");
    assert!(rates.concat().contains("a fact tells a severity, and the profile knows no words"), "{rates:?}");
    // What is wrong with a pattern is told alone.
    assert_eq!(profile("drivers: [acme], categories: [sast], facts: [{from: result.property, key: a, pattern: '^(b'}]").len(), 1);
    Ok(())
}

fn facts_of(key: &str) -> Vec<String> {
    facts(&format!("from: rule.property, key: {key}"))
}

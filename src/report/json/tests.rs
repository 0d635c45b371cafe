use serde_json::Value;

use super::*;
use crate::report::sample;

fn rendered(report: &Report) -> io::Result<String> {
    let mut out = Vec::new();
    render(report, &mut out)?;
    String::from_utf8(out).map_err(io::Error::other)
}

/// The keys of an object, in order: `serde_json::Value` sorts them.
fn keys(json: &str, indent: &str) -> Vec<String> {
    let lines = json.lines().filter_map(|line| line.strip_prefix(indent)?.strip_prefix('"')?.split_once('"'));
    lines.map(|(key, _)| key.to_owned()).collect()
}

fn at<'a>(value: &'a Value, pointer: &str) -> Option<&'a Value> {
    value.pointer(pointer)
}

#[test]
fn top_level_keys_have_one_order_whatever_the_run() -> anyhow::Result<()> {
    let expected = [
        "schema",
        "verdict",
        "subject",
        "now",
        "engine",
        "policy",
        "inputs",
        "feeds",
        "vex",
        "baseline",
        "findings",
        "exceptions",
        "budgets",
        "problems",
        "counts",
    ];
    for report in [sample::block(), sample::undecided(), sample::hostile(1)] {
        assert_eq!(keys(&rendered(&report)?, "  "), expected);
    }
    Ok(())
}

#[test]
fn a_finding_is_one_line_with_everything_about_it() -> anyhow::Result<()> {
    let json = rendered(&sample::block())?;
    let lines: Vec<_> = json.lines().filter(|line| line.starts_with("    {\"id\"")).collect();
    assert_eq!(lines.len(), 5);
    let first = lines.first().copied().unwrap_or_default();
    let order = [
        "id",
        "fingerprints",
        "category",
        "rule_id",
        "ids",
        "cwes",
        "title",
        "message",
        "severity",
        "package",
        "locations",
        "group",
        "fix",
        "intel",
        "owner",
        "accountable",
        "state",
        "known",
        "in_change",
        "first_seen",
        "published",
        "fix_released",
        "due",
        "due_because",
        "due_note",
        "overdue",
        "sightings",
        "decision",
    ];
    let places: Vec<_> = order.iter().map(|key| first.find(&format!("\"{key}\":"))).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{first}");
    insta::assert_snapshot!(first);
    Ok(())
}

#[test]
fn decisions_severities_and_sightings_are_told_as_they_were_judged() -> anyhow::Result<()> {
    let json: Value = serde_json::from_str(&rendered(&sample::block())?)?;
    for (pointer, expected) in [
        ("/schema", Value::from(SCHEMA)),
        ("/verdict/action", "block".into()),
        ("/verdict/exit_code", 1.into()),
        ("/subject/commit", "4f2c1ab9d3e07c5a8812f00dcafe4f2c1ab9d3e0".into()),
        ("/subject/sources/commit", "flag".into()),
        ("/subject/artifact", Value::Null),
        ("/now", "1970-01-01T00:00:00Z".into()),
        ("/policy/files/0/source", "builtin".into()),
        ("/inputs/0/tool", Value::Null),
        ("/inputs/0/tool_version", "1.2.3".into()),
        ("/inputs/0/scans/1/complete", false.into()),
        ("/findings/0/id", "F-000000000000".into()),
        ("/findings/0/ids/0", "CVE-2021-44228".into()),
        ("/findings/0/state", "new".into()),
        ("/findings/0/sightings/2/tool", "trivy".into()),
        ("/findings/0/sightings/2/pointer", "/runs/0/results/2".into()),
        ("/findings/0/decision/rules/0/id", "new-code".into()),
        ("/findings/0/decision/rules/0/file", "builtin:standard".into()),
        ("/findings/0/decision/rules/0/line", 11.into()),
        ("/findings/0/decision/cause", "rule".into()),
        ("/findings/0/severity/assessments/0/score", 8.1.into()),
        ("/findings/1/sightings/0/suppressed", "in_source".into()),
        ("/findings/2/severity/effective", "high".into()),
        ("/findings/2/severity/assessments/0/severity", Value::Null),
        ("/findings/3/decision/cause", "default_action".into()),
        ("/findings/4/state", "pass".into()),
        ("/findings/4/decision/cause", "not_judged".into()),
        ("/problems/0/line", 3.into()),
        ("/problems/0/byte", Value::Null),
        ("/counts/by_action/block", 2.into()),
        ("/counts/by_severity/unrated", 2.into()),
        ("/counts/by_category/sast", 5.into()),
        ("/counts/by_state/pass", 1.into()),
    ] {
        assert_eq!(at(&json, pointer), Some(&expected), "{pointer}");
    }
    let because = at(&json, "/findings/2/severity/because").and_then(Value::as_str);
    assert!(because.is_some_and(|because| because.ends_with(", unrated, judged as high")), "{because:?}");
    Ok(())
}

#[test]
fn synthetic_findings_stand_before_the_other_problems() -> anyhow::Result<()> {
    let json: Value = serde_json::from_str(&rendered(&sample::undecided())?)?;
    assert_eq!(at(&json, "/problems/0/code"), Some(&"relgate/missing-scan".into()));
    assert_eq!(at(&json, "/problems/1/byte"), Some(&12.into()));
    assert_eq!(at(&json, "/findings"), Some(&Value::Array(Vec::new())));
    Ok(())
}

#[test]
fn hostile_words_are_the_same_after_parsing_and_harmless_before() -> anyhow::Result<()> {
    let text = rendered(&sample::hostile(1))?;
    assert!(!text.chars().any(|c| (c.is_control() && c != '\n') || matches!(c, '\u{200b}' | '\u{202e}' | '\u{2028}')));
    let json: Value = serde_json::from_str(&text)?;
    for pointer in ["/findings/0/message", "/findings/0/locations/0/path", "/inputs/0/path", "/subject/branch", "/problems/0/message"] {
        assert_eq!(at(&json, pointer), Some(&sample::HOSTILE.into()), "{pointer}");
    }
    Ok(())
}

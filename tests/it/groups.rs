//! What two real tools say of the same lines.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::support::{NOW, Room, repository};

/// The report on a state of the drifting project as two tools saw it, in a format.
fn report(state: &str, format: &str) -> String {
    let reports = ["semgrep.sarif", "bandit.json"].map(|tool| format!("fixtures/drift/reports/{state}/{tool}"));
    let output = format!("{format}=-");
    let args = ["check", &reports[0], &reports[1], "--output", &output, "--now", NOW, "--dry-run"];
    Room::new().relgate(&args).cwd(repository()).run().stdout
}

#[test]
fn findings_of_both_tools_on_a_line_are_one_group_where_they_name_one_weakness() {
    let told: Value = serde_json::from_str(&report("before", "json")).unwrap();
    let mut groups: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for finding in told["findings"].as_array().unwrap() {
        if let Some(group) = finding["group"].as_str() {
            groups.entry(group).or_default().push(finding);
        }
    }
    let mut places = BTreeSet::new();
    for (name, findings) in groups {
        let ids: BTreeSet<&str> = findings.iter().map(|finding| finding["id"].as_str().unwrap()).collect();
        assert_eq!(ids.first(), Some(&name));
        let tools: BTreeSet<&str> = findings.iter().map(|finding| finding["sightings"][0]["tool"].as_str().unwrap()).collect();
        assert_eq!(tools, BTreeSet::from(["bandit", "semgrep"]));
        let at: BTreeSet<String> = findings
            .iter()
            .map(|finding| &finding["locations"][0])
            .map(|place| format!("{}:{}", place["path"].as_str().unwrap(), place["start_line"]))
            .collect();
        assert_eq!((at.len(), findings.len()), (1, 2), "{at:?}");
        places.extend(at);
    }
    // Of `app/config.py:7` the one says CWE-502 and the other CWE-20, of `app/views.py` CWE-95 and CWE-78.
    let files = [("db", 11), ("db", 17), ("hashes", 6), ("hashes", 10), ("legacy", 12), ("mail", 6), ("run", 6), ("run", 10)];
    let wanted = files.into_iter().chain([("util", 7), ("util", 12)]).map(|(file, line)| format!("app/{file}.py:{line}"));
    assert_eq!(places, wanted.collect());
}

#[test]
fn who_reads_a_finding_is_told_what_the_other_tool_calls_it() {
    let (text, markdown) = (report("before", "text"), report("before", "markdown"));
    for (report, quote) in [(&text, ""), (&markdown, "`")] {
        for tool in ["semgrep", "bandit"] {
            let lead = format!("; also: {quote}{tool}{quote} {quote}F-");
            assert!(report.contains(&lead), "{lead}\n{report}");
        }
    }
    let alone = text.lines().find(|line| line.contains("app/views.py:5")).unwrap();
    assert!(!alone.contains("also:"), "{alone}");
}

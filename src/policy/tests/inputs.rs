//! `inputs`, `baseline` and `vex`: what is read, and what must be there.

use super::*;
use crate::model::baseline::{OnMissing, Origin};
use crate::model::vex::Justification;

/// A policy that says this on line 7, and `inputs` on line 4.
fn of(inputs: &str, rest: &str) -> Result<Policy, Vec<String>> {
    let head = HEAD.replace("inputs: {require: []}", &format!("inputs: {inputs}"));
    with(&[("p.yaml", &format!("{head}{LIMITS}{rest}\nrules: [{{id: r, when: {{in_change: true}}, action: block}}]\n"))])
}

fn wrong(inputs: &str, rest: &str) -> Vec<String> {
    of(inputs, rest).err().unwrap_or_default()
}

#[test]
fn a_required_scan_is_read_whole() -> Tested {
    let required = |row: &str| {
        let policy = of(&format!("{{require: [{{{row}}}]}}"), "").map_err(|told| told.join("\n"))?;
        policy.require.into_iter().next().ok_or_else(|| "none".to_owned())
    };
    let scan = required("id: a, category: sast")?;
    assert_eq!((scan.id.as_str(), scan.place.line, scan.category, scan.tools.len()), ("a", 4, Some(Category::Sast), 0));
    assert_eq!((scan.min, scan.max_age_hours, scan.allow_undated, scan.same_commit), (1, None, false, false));
    let scan = required("id: a, tools: [x, y], min: 2, max_age: 2d, allow_undated: true, same_commit: true")?;
    assert_eq!((scan.category, scan.tools.as_slice()), (None, &["x".to_owned(), "y".to_owned()][..]));
    assert_eq!((scan.min, scan.max_age_hours, scan.allow_undated, scan.same_commit), (2, Some(48), true, true));
    assert_eq!(
        wrong("{require: [{id: a, tools: [x]}, {id: A, tools: [y]}]}", ""),
        ["p.yaml:4:46: the id `A` is taken; rename one of them"]
    );
    Ok(())
}

#[test]
fn a_report_is_a_file_below_the_folder_with_its_format_in_front() {
    let reports = |path: &str| of(&format!("{{require: [], reports: [\"{path}\"]}}"), "").map(|policy| policy.reports);
    for path in ["out/*.sarif", "trivy:t.json", "trivy:out/**", "out.d/a:b.json", "out/a:b.json", "out*:a"] {
        assert_eq!(reports(path), Ok(vec![path.to_owned()]));
    }
    let leaves = |path: &str| Err(vec![format!("p.yaml:4:33: `reports` leaves the folder: `{path}`; name files below it, without `..`")]);
    for (path, told) in [("trivy:../a", "../a"), ("trivy:/a", "/a"), ("../a:b", "../a:b"), ("/a", "/a")] {
        assert_eq!(reports(path), leaves(told), "{path}");
    }
    for path in ["https://a.example/x", "trivy:https://a.example/x"] {
        let help = "write files below this folder: nothing is fetched";
        assert_eq!(reports(path), Err(vec![format!("p.yaml:4:33: `reports` cannot be `{path}`; {help}")]));
    }
}

#[test]
fn an_error_that_is_accepted_is_read_whole() -> Tested {
    let row = "tool: semgrep, notification: \"Syntax*\", reason: generated code only, accountable: a@a.example, expires: 2026-12-31";
    let policy = of(&format!("{{require: [], accept_partial: [{{{row}}}]}}"), "").map_err(|told| told.join("\n"))?;
    let error = policy.accept_partial.first().ok_or("none")?;
    assert_eq!((error.tool.as_str(), error.notification.as_str(), error.reason.as_str()), ("semgrep", "Syntax*", "generated code only"));
    assert_eq!(
        (error.accountable.to_string(), Some(error.expires)),
        ("a@a.example".to_owned(), crate::base::date::parse_date("2026-12-31"))
    );
    assert_eq!(error.place.line, 4);
    Ok(())
}

#[test]
fn a_baseline_is_a_file_or_what_tools_report() {
    let baseline = |told: &str| {
        let policy = of("{require: []}", &format!("baseline: {{{told}}}"));
        policy.map(|policy| policy.baseline.map(|told| (told.origin, told.on_missing, told.adopt.map(|adopt| adopt.reason))))
    };
    let adopt = "adopt: {accountable: a@a.example, approved: 2026-11-02, reason: the team has seen them}";
    let reason = Some("the team has seen them".to_owned());
    let file = || Origin::File("b.json".to_owned());
    let tools = || Origin::Tools(vec!["codeql".to_owned(), "semgrep".to_owned()]);
    assert_eq!(baseline("path: b.json"), Ok(Some((file(), OnMissing::AllNew, None))));
    assert_eq!(baseline("path: b.json, on_missing: undecided"), Ok(Some((file(), OnMissing::Undecided, None))));
    assert_eq!(baseline(&format!("path: b.json, {adopt}")), Ok(Some((file(), OnMissing::AllNew, reason.clone()))));
    assert_eq!(baseline(&format!("reported_by: [semgrep, codeql], {adopt}")), Ok(Some((tools(), OnMissing::AllNew, reason))));
    for (told, problem) in [
        (
            "reported_by: [codeql]".to_owned(),
            "7:25: nobody answers for what these tools say was there before; add `adopt: {accountable: …, approved: …, reason: …}`",
        ),
        (
            format!("reported_by: [codeql], on_missing: undecided, {adopt}"),
            "7:25: `on_missing` is of a file, and this baseline is none; leave `on_missing` out: what these tools do not know is new",
        ),
        (
            format!("reported_by: [codeql], path: b.json, {adopt}"),
            "7:25: a baseline is a file or what tools report, and not both; leave out `path` or `reported_by`",
        ),
        (
            adopt.to_owned(),
            "7:11: the baseline has no `path`; name its file, `path: baseline.json`, or the tools that know, `reported_by: [codeql]`",
        ),
    ] {
        assert_eq!(baseline(&told), Err(vec![format!("p.yaml:{problem}")]), "{told}");
    }
}

#[test]
fn statements_count_by_exact_authors_and_for_what_is_accepted() -> Tested {
    let vex = |told: &str| of("{require: []}", told).map(|policy| policy.vex);
    let silent = vex("").map_err(|told| told.join("\n"))?;
    assert_eq!((silent.sources.len(), silent.accepted.len(), silent.allow_versionless), (0, 0, false), "none are read");
    let told = "vex: {sources: [{path: \"v/*.json\", authors: [a, b c]}]}";
    let rules = vex(told).map_err(|told| told.join("\n"))?;
    let source = rules.sources.first().ok_or("none")?;
    assert_eq!((source.path.as_str(), source.authors.as_slice()), ("v/*.json", &["a".to_owned(), "b c".to_owned()][..]));
    assert_eq!((rules.accepted.as_slice(), rules.allow_versionless), (&Justification::ACCEPTED[..], false));
    let rules = vex("vex: {accept_justifications: [component_not_present], allow_versionless: true}").map_err(|told| told.join("\n"))?;
    assert_eq!((rules.accepted.as_slice(), rules.allow_versionless), (&[Justification::ComponentNotPresent][..], true));
    let nobody = "p.yaml:7:44: `authors` cannot be `*`; write an author as the documents name it: they are compared exactly, and a pattern is nobody";
    assert_eq!(vex("vex: {sources: [{path: \"v.json\", authors: [\"*\"]}]}").err().unwrap_or_default(), [nobody]);
    Ok(())
}

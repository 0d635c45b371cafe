use pulldown_cmark::{Event, Options, Parser, Tag};

use super::*;
use crate::base::fault::Position;
use crate::model::decision::Verdict;
use crate::model::problem::Weight;
use crate::model::report::Counts;
use crate::report::sample::{self, Voice};

/// What renderers would act on, beside what runners would.
const ACTIVE: &str = "[a](http://evil.example) ![b](//evil.example/b.png) <!-- relgate:report --> </details><h1>PASS</h1> @acme/sec \
    fixes #1 a|b ``c`` www.evil.example x@evil.example :+1: \\| &lt; **PASS**\n\n# PASS\n| a |\n|---|\n/approve\n```\n";

/// What a reader sees of a page, in which there is nothing but text, code, and frames that are ours.
fn parsed(page: &str) -> String {
    let mut text = String::new();
    let (mut cells, mut markers) = (0, 0);
    for event in Parser::new_ext(page, Options::all() - Options::ENABLE_SMART_PUNCTUATION) {
        if let Event::Html(html) = &event {
            let line = html.trim_end();
            markers += usize::from(line == MARKER);
            let summary = line.strip_prefix("<summary>").and_then(|line| line.strip_suffix("</summary>"));
            let ours = summary.is_some_and(|title| !title.contains(['<', '&'])) || [MARKER, "<details>", "</details>", ""].contains(&line);
            assert!(ours, "{html:?}");
        }
        if let Event::Start(tag) = &event {
            let block = matches!(tag, Tag::Paragraph | Tag::Heading { .. } | Tag::HtmlBlock | Tag::CodeBlock(_) | Tag::List(_) | Tag::Item);
            let table = matches!(tag, Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell);
            assert!(block || table || matches!(tag, Tag::Strong), "{event:?}");
            cells += usize::from(matches!(tag, Tag::TableCell));
        } else if let Event::Text(part) | Event::Code(part) = &event {
            text.push_str(part);
        } else {
            assert!(matches!(event, Event::End(_) | Event::Html(_)), "{event:?}");
        }
    }
    assert_eq!(markers, 1);
    assert_eq!(cells, rows(page).iter().sum::<usize>(), "cells that the parser cut or made up");
    text
}

/// The cells of each row, after checking that rows of one table have the same number of them.
fn rows(page: &str) -> Vec<usize> {
    let mut rows = Vec::new();
    let mut before = None;
    for line in page.lines() {
        let cells = line.starts_with('|').then(|| line.matches('|').count() - 1);
        assert!(before.flatten().is_none_or(|other| cells.is_none_or(|own| own == other)), "{line}");
        before = Some(cells);
        rows.extend(cells.filter(|_| !line.contains("---|")));
    }
    rows
}

/// The page, after checking what holds for every page.
fn checked(report: &Report, budget: usize) -> String {
    let page = page(report, budget);
    assert!(page.len() <= budget, "{} bytes", page.len());
    assert!(page.starts_with("<!-- relgate:report -->\n\n## "), "{page}");
    assert_eq!(page, super::page(report, budget), "the same again");
    let starts = ["|", "- ", "**", "<", "## ", "`", "10 ", "Undecided because", "Evidence", "relgate ", "Reproduce:"];
    for line in page.lines().filter(|line| !line.is_empty()) {
        let counted = line.starts_with(|c: char| c.is_ascii_digit());
        let reason = page.lines().nth(4) == Some(line);
        assert!(counted || reason || starts.iter().any(|start| line.starts_with(start)), "{line}");
    }
    assert!(!page.chars().any(|c| c.is_control() && c != '\n'), "{page}");
    parsed(&page);
    page
}

/// The place of the first line that holds these words.
fn line_of(page: &str, words: &str) -> Option<usize> {
    page.lines().position(|line| line.contains(words))
}

#[test]
fn a_block_shows_on_one_screen_what_blocks_and_the_way_through() {
    let page = checked(&sample::block(), SUMMARY);
    let places: Vec<_> = [
        "## 🛑 BLOCK: `payments-api` `@4f2c1ab`, `release`",
        "2 findings block. Policy `payments`, `appsec@acme.example`.",
        "| block | 1 | 1 | 0 | 0 | 0 | 2 |",
        "| 1 | **CRITICAL**, new | `CVE-2021-44228` (`python.sqli`): User input reaches",
        "| 2 | **HIGH**, new | SQL injection (`python.sqli`): User input reaches",
        "**To get through: fix 1 and 2.**",
        "<summary>Tickets: 1</summary>",
        "<summary>Evidence: 7 sightings in 5 findings; 1 suppressed by their scans; 1 with nothing to fix</summary>",
        "<summary>1 warning</summary>",
        "<summary>Why: the decision on 5 findings</summary>",
        "Reproduce:",
    ]
    .map(|words| line_of(&page, words))
    .into();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} {page}");
    assert!(places.get(5).is_some_and(|line| *line < Some(20)), "{page}");
    for words in [
        "`semgrep`, `trivy` x2 | rule `new-code` `standard.yaml`:11",
        "`semgrep`; suppressed in source |",
        "**block**, rule `new-code` `standard.yaml`:11, rule `rest` `standard.yaml`:17; CRITICAL: security-severity `8.1` of the rule",
        "HIGH: security-severity error (not a severity) of the rule, unrated, judged as high",
        "**pass**, not judged, as its tool",
        "| INCOMPLETE | `reports/semgrep.sarif` | sarif | `trivy` `1.2.3` | sast | 4 sightings | the text ends inside a string |",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let seen = parsed(&page);
    assert!(seen.contains("CVE-2021-44228 (python.sqli): User input reaches the query; bind the parameter. F-000000000000"), "{seen}");
    insta::assert_snapshot!(page);
}

#[test]
fn an_undecided_run_says_first_what_is_missing_and_what_to_do() {
    let page = checked(&sample::undecided(), SUMMARY);
    assert!(page.contains("\n## ❓ UNDECIDED: `payments-api`"), "{page}");
    let first = line_of(&page, "1. `relgate/missing-scan` no report of category sca; give the report of an sca scanner");
    assert_eq!(first, Some(8), "{page}");
    assert_eq!(line_of(&page, "2. `cut-text` `reports/semgrep.sarif`: byte 12: the text ends inside a string;"), Some(9), "{page}");
    insta::assert_snapshot!(page);
}

#[test]
fn a_block_with_gaps_tells_the_blockers_first() {
    let mut report = sample::block();
    report.problems.push(Voice(None).problem(Weight::Undecided, Position::Whole));
    let page = checked(&report, SUMMARY);
    let places = ["| 2 |", "Evidence is incomplete as well:", "**To get through: fix 1 and 2, and provide the evidence that is missing.**"];
    let places = places.map(|words| line_of(&page, words));
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{page}");
}

#[test]
fn a_pass_is_short_and_a_dry_run_says_so() {
    let report = sample::block();
    let verdict =
        Verdict { outcome: Outcome::Pass, reason: "nothing to do".to_owned(), configuration_only: false, enforced: true, exit_code: 0 };
    let report = Report { verdict, order: Vec::new(), problems: Vec::new(), counts: Counts::default(), policy: None, ..report };
    let page = checked(&report, SUMMARY);
    assert!(page.contains("\n## ✅ PASS: `payments-api`") && page.contains("nothing to do. No policy could be read.\n"), "{page}");
    assert!(page.contains("\n**Nothing to do.**\n") && !page.contains("Tickets") && !page.contains("| block |"), "{page}");
    assert!(checked(&Report { dry_run: true, ..report }, SUMMARY).contains("\n## ✅ dry run: would PASS: "));
}

#[test]
fn a_message_that_the_table_cuts_is_told_in_the_trace() {
    let mut report = sample::block();
    let long = report.evidence.texts.intern(&"word ".repeat(100));
    if let Some(finding) = report.evidence.findings.get_mut(0) {
        finding.message = Some(long);
    }
    let page = checked(&report, SUMMARY);
    assert_eq!(page.matches("; says: word ").count(), 1, "{page}");
    let cut = page.lines().find(|line| line.starts_with("| 1 |"));
    assert!(cut.is_some_and(|line| line.contains('…') && line.chars().count() < 500), "{page}");
}

/// A run in which everything is hostile, and too much.
fn hostile(words: &'static str) -> Report {
    let mut report = sample::spoken(words, 255);
    for weight in [Weight::Undecided, Weight::Warning, Weight::Note] {
        report.problems.extend((0..1000).map(|_| Voice(Some(words)).problem(weight, Position::Pointer(words.repeat(50)))));
    }
    let wide = "\u{1f4a9}|`".repeat(2000);
    report.evidence.inputs.iter_mut().for_each(|input| input.path.clone_from(&wide));
    let scans = report.evidence.scans.clone();
    (0..2000).for_each(|_| report.evidence.scans.extend(scans.iter().cloned()));
    report
}

#[test]
fn hostile_words_forge_nothing_and_every_section_is_there_in_either_budget() {
    for words in [sample::HOSTILE, ACTIVE] {
        let mut report = hostile(words);
        for (outcome, budget) in [(Outcome::Block, SUMMARY), (Outcome::Block, COMMENT), (Outcome::Undecided, COMMENT)] {
            report.verdict.outcome = outcome;
            let page = checked(&report, budget);
            assert!(page.len() > budget / 2, "{} bytes of {budget}", page.len());
            for noun in ["ticket", "scan", "problem", "decision"] {
                assert!(page.contains(&format!("more {noun}s in the JSON report")), "{noun}: {page}");
            }
            assert!(page.contains("\n**To get through: ") && page.contains("```sh\nrelgate check"), "{page}");
        }
    }
}

#[test]
fn a_million_findings_fit_and_none_is_forgotten() {
    let mut report = sample::block();
    let times = 200_000;
    report.order.sort_by_key(|&place| std::cmp::Reverse(report.decisions.get(place as usize).map(|decision| decision.action)));
    report.order = report.order.iter().flat_map(|&place| std::iter::repeat_n(place, times)).collect();
    let times = times as u64;
    report.counts = Counts { findings: 5 * times, block: 2 * times, ticket: times, pass: 2 * times, ..report.counts };
    for budget in [SUMMARY, COMMENT] {
        let page = checked(&report, budget);
        assert!(page.len() > budget - 2_000, "{} bytes of {budget}", page.len());
        assert!(page.contains("| block | 200000 | 200000 | 0 | 0 | 0 | 400000 |"), "{page}");
        let missing = |noun: &str| -> usize {
            let words = format!(" more {noun}s in the JSON report");
            page.lines().filter_map(|line| line.strip_suffix(&words)?.parse::<usize>().ok()).sum()
        };
        let numbered = |line: &&str| line.strip_prefix("| ").is_some_and(|row| row.starts_with(|c: char| c.is_ascii_digit()));
        let blockers = page.lines().filter(numbered).count();
        assert_eq!(blockers + missing("blocker"), 400_000);
        assert_eq!(page.lines().filter(|line| line.starts_with("- `F-")).count() + missing("decision"), 1_000_000);
        assert!(page.contains("**To get through: fix all 400000.**"), "{page}");
    }
}

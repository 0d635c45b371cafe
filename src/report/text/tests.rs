use super::*;
use crate::base::fault::Position;
use crate::model::decision::{Outcome, Verdict};
use crate::model::problem::Weight;
use crate::model::report::Counts;
use crate::report::sample::{self, Voice};

fn rendered(report: &Report) -> io::Result<String> {
    let mut out = Vec::new();
    render(report, &mut out)?;
    String::from_utf8(out).map_err(io::Error::other)
}

/// The place of the first line that holds these words.
fn line_of(text: &str, words: &str) -> Option<usize> {
    text.lines().position(|line| line.contains(words))
}

#[test]
fn a_block_names_each_blocker_and_the_way_through_in_the_first_ten_lines() -> anyhow::Result<()> {
    let text = rendered(&sample::block())?;
    let first = "BLOCK  payments-api @4f2c1ab, release: 2 block, 1 ticket. Policy payments, appsec@acme.example";
    assert_eq!(text.lines().next(), Some(first));
    let places: Vec<_> = [
        "1 x CRITICAL  CVE-2021-44228",
        "2 x HIGH  SQL injection",
        "To get through: fix 1 and 2",
        "- HIGH",
        "trivy 1.2.3",
        "warning: ",
        "Reproduce:",
    ]
    .map(|words| line_of(&text, words))
    .into();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{text}");
    assert!(places.get(2).is_some_and(|line| *line < Some(10)), "{text}");
    for words in [
        "semgrep, trivy x2",
        "rule new-code standard.yaml:11; security-severity 8.1 of the rule",
        "src/db/user.py:2",
        "by semgrep; suppressed in source; rule new-code",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    insta::assert_snapshot!(text);
    Ok(())
}

#[test]
fn an_undecided_run_says_at_once_what_is_missing_and_what_to_do() -> anyhow::Result<()> {
    let text = rendered(&sample::undecided())?;
    assert!(text.starts_with("UNDECIDED  payments-api"), "{text}");
    assert_eq!(line_of(&text, "1 ! relgate/missing-scan  no report of category sca; give the report of an sca scanner"), Some(3));
    assert_eq!(line_of(&text, "2 ! cut-text  reports/semgrep.sarif: byte 12: the text ends inside a string;"), Some(4));
    assert!(text.contains("INCOMPLETE  reports/semgrep.sarif"), "{text}");
    insta::assert_snapshot!(text);
    Ok(())
}

#[test]
fn a_dry_run_says_what_would_be() -> anyhow::Result<()> {
    for (outcome, start) in [
        (Outcome::Block, "dry run: would BLOCK  "),
        (Outcome::Ticket, "dry run: would TICKET  "),
        (Outcome::Pass, "dry run: would PASS  "),
        (Outcome::Undecided, "dry run: UNDECIDED  "),
    ] {
        let report = sample::block();
        let verdict = Verdict { outcome, ..report.verdict.clone() };
        let text = rendered(&Report { dry_run: true, verdict, ..report })?;
        assert!(text.starts_with(start), "{text}");
    }
    Ok(())
}

#[test]
fn a_pass_is_short_and_asks_for_nothing() -> anyhow::Result<()> {
    let report = sample::block();
    let verdict =
        Verdict { outcome: Outcome::Pass, reason: "nothing to do".to_owned(), configuration_only: false, enforced: true, exit_code: 0 };
    let report = Report { verdict, order: Vec::new(), problems: Vec::new(), counts: Counts::default(), policy: None, ..report };
    let text = rendered(&report)?;
    assert!(text.starts_with("PASS  payments-api @4f2c1ab, release: 0 block, 0 tickets. No policy could be read\n"), "{text}");
    assert!(text.contains("\nNothing to do\n") && !text.contains("Tickets"), "{text}");
    Ok(())
}

#[test]
fn hostile_words_forge_nothing_and_the_size_stays_bounded() -> anyhow::Result<()> {
    let mut report = sample::hostile(255);
    for weight in [Weight::Undecided, Weight::Warning] {
        report
            .problems
            .extend((0..1000).map(|_| Voice(Some(sample::HOSTILE)).problem(weight, Position::Pointer(sample::HOSTILE.repeat(50)))));
    }
    let wide = "\u{1f4a9}".repeat(2000);
    report.evidence.inputs.iter_mut().for_each(|input| input.path.clone_from(&wide));
    let scans = report.evidence.scans.clone();
    (0..200).for_each(|_| report.evidence.scans.extend(scans.iter().cloned()));
    let text = rendered(&report)?;
    assert!(text.len() < 100_000, "{}", text.len());
    assert!(!text.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'), "{text}");
    for line in text.lines() {
        assert!(!["::", "##", ": :", "# #"].iter().any(|start| line.trim_start().starts_with(start)), "{line}");
        assert!(!line.contains("##[") && !line.contains("##vso["), "{line}");
    }
    assert!(text.contains(" more blockers in the JSON report"), "{text}");
    Ok(())
}

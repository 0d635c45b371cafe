use std::collections::BTreeSet;

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::*;
use crate::model::policy::Action;
use crate::report::sample;

fn written(report: &Report) -> anyhow::Result<String> {
    let mut out = Vec::new();
    render(report, &mut out)?;
    Ok(String::from_utf8(out)?)
}

#[test]
fn every_finding_that_wants_a_ticket_stands_in_exactly_one() {
    for report in [sample::block(), sample::undecided()] {
        let tickets = plan::plan(&report);
        let planned: Vec<String> = tickets.iter().flat_map(|ticket| &ticket.findings).map(|(finding, _)| finding.id.to_string()).collect();
        let wanted = report.findings().filter(|(_, decision)| decision.action > Action::Pass).map(|(finding, _)| finding.id.to_string());
        assert_eq!(planned.iter().cloned().collect::<BTreeSet<_>>(), wanted.collect::<BTreeSet<_>>());
        assert_eq!(planned.len(), planned.iter().collect::<BTreeSet<_>>().len(), "one stands in two");
        let keys: BTreeSet<_> = tickets.iter().map(|ticket| ticket.key).collect();
        assert_eq!(keys.len(), tickets.len());
    }
}

#[test]
fn a_plan_of_what_is_not_complete_says_so() -> anyhow::Result<()> {
    assert!(written(&sample::undecided())?.contains("\"complete\":false"));
    assert!(written(&sample::block())?.contains("\"complete\":true"));
    Ok(())
}

#[test]
fn hostile_words_do_nothing_in_a_ticket() -> anyhow::Result<()> {
    const ACTIVE: &str =
        "[a](http://evil.example) ![b](//evil.example/b.png) <h1>x</h1> @acme/sec #1 `c` **PASS**\n\n# PASS\n/approve\n```\n- x";
    let report = sample::spoken(ACTIVE, 3);
    let plan: serde_json::Value = serde_json::from_str(&written(&report)?)?;
    let tickets = plan.get("tickets").and_then(|tickets| tickets.as_array()).map(Vec::as_slice).unwrap_or_default();
    assert!(!tickets.is_empty());
    for ticket in tickets {
        let text = |key: &str| ticket.get(key).and_then(|text| text.as_str()).unwrap_or_default();
        assert!(!text("title").is_empty() && !text("title").contains('\n'), "{}", text("title"));
        for event in Parser::new_ext(text("body"), Options::all()) {
            let is_ours = if let Event::Start(tag) = &event {
                matches!(tag, Tag::Paragraph | Tag::List(_) | Tag::Item | Tag::Strong)
            } else {
                matches!(event, Event::End(_) | Event::Text(_) | Event::Code(_))
            };
            assert!(is_ours, "{event:?} in {}", text("body"));
        }
    }
    Ok(())
}

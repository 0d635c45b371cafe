//! What the verdict rests on beside findings: budgets, gaps, exceptions, reports, feeds, the baseline, and what looks wrong.

use std::fmt::{self, Write as _};

use crate::base::date::format_instant;
use crate::model::problem::{Problem, Weight};
use crate::model::report::Report;
use crate::report::feeds::cells;
use crate::report::pen::MARKUP;
use crate::report::{lists, records, words};

/// More items of one list are not told.
const ITEMS: usize = 500;

/// A section with a list; nothing where the list is empty.
fn section(title: &str, items: impl Iterator<Item = String>) -> Result<String, fmt::Error> {
    let mut page = String::new();
    let mut items = items.peekable();
    if items.peek().is_none() {
        return Ok(page);
    }
    writeln!(page, "<section>\n<h2>{title}</h2>\n<ul>")?;
    for item in items.by_ref().take(ITEMS) {
        writeln!(page, "<li>{item}</li>")?;
    }
    writeln!(page, "</ul>")?;
    let missing = items.count() as u64;
    if missing > 0 {
        writeln!(page, "<p>{}</p>", words::more(missing, "item"))?;
    }
    writeln!(page, "</section>")?;
    Ok(page)
}

/// The budgets, what blocks beside findings, and what leaves the run undecided.
pub(super) fn beside(report: &Report) -> Result<String, fmt::Error> {
    let budgets = report.budgets().map(|(budget, spent)| {
        let counted = Some(words::counted(report, spent)).filter(|counted| spent.exceeded && !counted.is_empty());
        let counted = counted.map_or_else(String::new, |counted| format!(": {counted}"));
        let (id, place) = (MARKUP.code(&budget.id, 64), MARKUP.place_of(report, budget.place));
        format!("<strong>{id}</strong>: {}, {place}{counted}", words::budget(budget, spent))
    });
    let told = |(code, problem): (&str, &Problem)| item(code, problem);
    let head = words::gaps(report.verdict.outcome).trim_end_matches(':');
    let sections = [
        section("Budgets", budgets),
        section("Blocks as well", lists::blocking(report).map(told)),
        section(head, lists::gaps(report).map(told)),
    ];
    sections.into_iter().collect()
}

/// The exceptions in force, then the others.
pub(super) fn exceptions(report: &Report) -> Result<String, fmt::Error> {
    let in_force = lists::in_force(report).map(|(record, standing)| MARKUP.prose(&records::in_force(report, record, standing), 400));
    let others = lists::not_in_force(report).map(|(record, standing)| MARKUP.prose(&records::not_in_force(report, record, standing), 400));
    [section("Exceptions in force", in_force), section("Exceptions not in force", others)].into_iter().collect()
}

/// What was read: a row for each scan, the feeds, the baseline.
pub(super) fn inputs(report: &Report) -> Result<String, fmt::Error> {
    let evidence = &report.evidence;
    let mut page = String::new();
    writeln!(
        page,
        "<section>\n<h2>Evidence</h2>\n<p>{}.</p>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"reports\"><table>",
        words::evidence(report)
    )?;
    let names = ["state", "report", "format", "tool", "category", "read", "why"].map(|name| format!("<th scope=\"col\">{name}</th>"));
    writeln!(page, "<thead><tr>{}</tr></thead>\n<tbody>", names.concat())?;
    for input in lists::unread(report).take(ITEMS) {
        let (path, format) = (MARKUP.code(&input.path, 160), input.format.as_deref().unwrap_or("-"));
        let state = words::completeness_of(input);
        writeln!(
            page,
            "<tr><td>{state}</td><td>{path}</td><td>{format}</td><td></td><td></td><td>no scan</td><td>{}</td></tr>",
            why(&input.problems)
        )?;
    }
    for scan in evidence.scans.iter().take(ITEMS) {
        let cells = MARKUP.scan(evidence, scan).map(|cell| format!("<td>{cell}</td>")).concat();
        let read = words::count(scan.sightings, "sighting");
        writeln!(page, "<tr>{cells}<td>{read}</td><td>{}</td></tr>", why(&scan.incomplete_because))?;
    }
    writeln!(page, "</tbody>\n</table></div>")?;
    let missing = (lists::unread(report).count().saturating_sub(ITEMS) + evidence.scans.len().saturating_sub(ITEMS)) as u64;
    if missing > 0 {
        writeln!(page, "<p>{}</p>", words::more(missing, "scan"))?;
    }
    for feed in &evidence.feeds {
        writeln!(page, "<p>Feed: {}</p>", cells(MARKUP, feed, report.now).join(", "))?;
    }
    if let (Some(baseline), Some(known)) = (&evidence.baseline, words::known(report)) {
        let reason = baseline.adoption.as_ref().map_or_else(String::new, |adoption| format!(": {}", MARKUP.prose(&adoption.reason, 300)));
        let of = format!("{} of {}", MARKUP.code(&baseline.path, 160), format_instant(baseline.created));
        writeln!(page, "<p>Baseline: {}{reason}; {of}</p>", MARKUP.prose(&known, 300))?;
    }
    writeln!(page, "</section>")?;
    Ok(page)
}

/// What is legal but dangerous, and details that could not be read.
pub(super) fn problems(report: &Report) -> Result<String, fmt::Error> {
    let all = lists::of(report, Weight::Warning).chain(lists::of(report, Weight::Note));
    section("Warnings and notes", all.map(|problem| format!("{}: {}", problem.weight.word(), item(problem.code, problem))))
}

fn item(code: &str, problem: &Problem) -> String {
    format!("<code>{code}</code> {}", MARKUP.prose(&problem.to_string(), 600))
}

fn why(problems: &[Problem]) -> String {
    problems.first().map_or_else(String::new, |problem| MARKUP.prose(&problem.message, 300))
}

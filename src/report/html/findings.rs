//! The findings: what blocks in the open, what becomes a ticket folded, the rest in a table.

use std::fmt::{self, Write as _};
use std::io;

use crate::model::decision::Decision;
use crate::model::finding::{Finding, State};
use crate::model::policy::Action;
use crate::model::report::Report;
use crate::report::pen::MARKUP;
use crate::report::{grants, lists, records, words};

/// So many are told whole, of what blocks and of what becomes a ticket; and so many in the table of the others.
const WHOLE: usize = 2_000;
const ROWS: usize = 5_000;

/// Takes a part of the page.
type Part<'a> = &'a mut dyn FnMut(Result<String, fmt::Error>) -> io::Result<()>;

/// The findings that block, numbered as everywhere.
pub(super) fn blockers(report: &Report, part: Part<'_>) -> io::Result<()> {
    let total = report.counts.block;
    if total == 0 {
        return Ok(());
    }
    part(Ok(format!("<section>\n<h2>Blocks: {total}</h2>\n")))?;
    for ((finding, decision), number) in lists::with(report, Action::Block).zip(1..).take(WHOLE) {
        part(blocker(report, finding, decision, number))?;
    }
    part(Ok(end(total, WHOLE, "blocker")))
}

/// The findings to ticket.
pub(super) fn tickets(report: &Report, part: Part<'_>) -> io::Result<()> {
    let total = report.counts.ticket;
    if total == 0 {
        return Ok(());
    }
    part(Ok(format!("<section>\n<h2>Tickets: {total}</h2>\n")))?;
    for (finding, decision) in lists::with(report, Action::Ticket).take(WHOLE) {
        part(folded(report, finding, decision))?;
    }
    part(Ok(end(total, WHOLE, "ticket")))
}

/// What passes.
pub(super) fn others(report: &Report, part: Part<'_>) -> io::Result<()> {
    let total = report.counts.pass;
    if total == 0 {
        return Ok(());
    }
    part(Ok(format!(
        "<section>\n<h2>Passes: {total}</h2>\n<details><summary>Show {}</summary>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"what passes\"><table>\n<thead><tr><th>severity</th><th>finding</th><th>where</th><th>why</th></tr></thead>\n<tbody>\n",
        words::count(total, "finding")
    )))?;
    for (finding, decision) in lists::with(report, Action::Pass).take(ROWS) {
        part(Ok(row(report, finding, decision)))?;
    }
    part(Ok("</tbody>\n</table></div>\n</details>\n".to_owned()))?;
    part(Ok(end(total, ROWS, "finding")))
}

fn end(total: u64, shown: usize, noun: &str) -> String {
    let missing = total.saturating_sub(shown as u64);
    let more = if missing > 0 { format!("<p>{}</p>\n", words::more(missing, noun)) } else { String::new() };
    format!("{more}</section>\n")
}

fn title(report: &Report, finding: &Finding, decision: &Decision) -> String {
    let (severity, name) = (decision.severity.word(), MARKUP.name(&report.evidence, finding, 80));
    let place = MARKUP.place(&report.evidence, finding, 160);
    format!("<span class=\"word {severity}\">{}</span> {name} <code>{place}</code>", words::severity(decision))
}

fn blocker(report: &Report, finding: &Finding, decision: &Decision, number: u64) -> Result<String, fmt::Error> {
    let mut page = String::new();
    writeln!(page, "<article id=\"{}\">\n<h3>{number}. {}</h3>", finding.id, title(report, finding, decision))?;
    body(&mut page, report, finding, decision)?;
    writeln!(page, "</article>")?;
    Ok(page)
}

fn folded(report: &Report, finding: &Finding, decision: &Decision) -> Result<String, fmt::Error> {
    let mut page = String::new();
    let due = words::due(report, decision).map_or_else(String::new, |due| format!(" <span class=\"soft\">{due}</span>"));
    writeln!(page, "<details id=\"{}\"><summary>{}{due}</summary>", finding.id, title(report, finding, decision))?;
    body(&mut page, report, finding, decision)?;
    writeln!(page, "</details>")?;
    Ok(page)
}

/// What is known, what to do, and folded away why it is decided so.
fn body(page: &mut String, report: &Report, finding: &Finding, decision: &Decision) -> fmt::Result {
    let evidence = &report.evidence;
    if let Some(said) = MARKUP.message(evidence, finding, 1000) {
        writeln!(page, "<p>{said}</p>")?;
    }
    let told = |text: String| Some(text).filter(|text| !text.is_empty());
    let seen = format!(
        "{}{}{}{}",
        MARKUP.tools(evidence, finding),
        MARKUP.also(evidence, finding),
        words::suppressed(finding),
        words::exploited(evidence, finding)
    );
    let state = format!("{}{}", words::state(evidence, finding), words::in_change(evidence, finding));
    let due = words::due(report, decision).map(|due| {
        let then = MARKUP.once_overdue(report, decision).map_or_else(String::new, |then| format!("; {then}"));
        format!("{due}{then}")
    });
    let lowered = records::lowered_by(report, decision).map(|by| MARKUP.prose(&by, 400));
    let rows = [
        ("check", MARKUP.check(evidence, finding, 120)),
        ("fix", MARKUP.fix(evidence, finding)),
        ("decided by", told(MARKUP.decided_by(report, decision))),
        ("seen by", told(seen)),
        ("state", told(state)),
        ("due", due),
        ("owner", MARKUP.owners(report, decision)),
        ("lowered", lowered),
        (
            "exception",
            grants::grants(report, finding, decision).filter(|_| decision.action == Action::Block).map(|grant| MARKUP.prose(&grant, 400)),
        ),
        ("id", Some(finding.id.to_string())),
    ];
    writeln!(page, "<dl>")?;
    for (name, value) in rows.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        writeln!(page, "<dt>{name}</dt><dd>{value}</dd>")?;
    }
    writeln!(page, "</dl>")?;
    trace(page, report, finding, decision)
}

/// The rules that fired, what the severity rests on, the places, and the exceptions that nearly hold.
fn trace(page: &mut String, report: &Report, finding: &Finding, decision: &Decision) -> fmt::Result {
    let evidence = &report.evidence;
    writeln!(page, "<details><summary>Why, and where else</summary>\n<ul>")?;
    for rule in report.rules(decision) {
        writeln!(page, "<li>{}: {}</li>", MARKUP.rule(report, rule), rule.action.word())?;
    }
    if report.rules(decision).next().is_none() {
        writeln!(page, "<li>{}</li>", words::DEFAULT)?;
    }
    writeln!(page, "<li>{}: {}</li>", words::severity(decision), MARKUP.prose(&report.severity_because(finding, decision), 300))?;
    if let Some(because) = report.due_because(finding, decision) {
        writeln!(page, "<li>due: {}</li>", MARKUP.prose(&because, 300))?;
    }
    for missed in records::near_misses(report, decision) {
        writeln!(page, "<li>near miss: {}</li>", MARKUP.prose(&missed, 300))?;
    }
    let places = evidence.locations.get(finding.locations);
    for place in places.iter().skip(1).take(PLACES) {
        let path = place.path.map_or_else(String::new, |path| MARKUP.name_of(evidence, path, 160));
        let line = place.start_line.map_or_else(String::new, |line| format!(":{line}"));
        writeln!(page, "<li>also at <code>{path}{line}</code></li>")?;
    }
    for sighting in evidence.sightings.get(finding.sightings).iter().take(PLACES) {
        let scan = evidence.scan(sighting);
        let tool = scan.map_or_else(String::new, |scan| MARKUP.name_of(evidence, scan.tool, 40));
        let input = scan.and_then(|scan| evidence.input(scan)).map_or_else(String::new, |input| MARKUP.code(&input.path, 160));
        let list = MARKUP.name_of(evidence, sighting.pointer.list, 160);
        let said = sighting.severity_as_told.map_or_else(String::new, |said| format!(" as {}", MARKUP.name_of(evidence, said, 40)));
        writeln!(page, "<li>told by {tool}{said} in <code>{input} {list}/{}</code></li>", sighting.pointer.index)?;
    }
    writeln!(page, "</ul></details>")
}

/// More places and sightings of one finding are not told.
const PLACES: usize = 10;

fn row(report: &Report, finding: &Finding, decision: &Decision) -> String {
    let why = match finding.state {
        State::Pass => "nothing to fix, as its tool says".to_owned(),
        State::Open => {
            records::lowered_by(report, decision).map_or_else(|| MARKUP.decided_by(report, decision), |by| MARKUP.prose(&by, 300))
        }
    };
    format!(
        "<tr><td>{}</td><td>{} <span class=\"soft\">{}</span></td><td><code>{}</code></td><td>{why}</td></tr>\n",
        words::severity(decision),
        MARKUP.name(&report.evidence, finding, 80),
        finding.id,
        MARKUP.place(&report.evidence, finding, 120),
    )
}

//! How many of what: bars of the actions by severity, and the same as a table.

use std::fmt::{self, Write as _};

use crate::model::policy::Action;
use crate::model::report::Report;
use crate::model::severity::Severity;
use crate::report::lists::{Grid, grid};

/// Lengths of the picture.
const WIDTH: u64 = 300;
const LEFT: u64 = 60;
const BAR: u64 = 20;
const STEP: u64 = 30;

/// The section; nothing where nothing was found.
pub(super) fn section(report: &Report) -> Result<String, fmt::Error> {
    let mut page = String::new();
    if report.counts.findings == 0 {
        return Ok(page);
    }
    let cells = grid(report);
    writeln!(page, "<section>\n<h2>How many of what</h2>")?;
    picture(&mut page, &cells)?;
    table(&mut page, report, &cells)?;
    let counts = &report.counts;
    let told = [
        (counts.excepted, "excepted"),
        (counts.vex, "excused by VEX"),
        (counts.suppressed, "suppressed by their scans and judged all the same"),
    ];
    let told: Vec<String> = told.into_iter().filter(|(number, _)| *number > 0).map(|(number, word)| format!("{number} {word}")).collect();
    if !told.is_empty() {
        writeln!(page, "<p class=\"soft\">{}.</p>", told.join(", "))?;
    }
    writeln!(page, "</section>")?;
    Ok(page)
}

fn picture(page: &mut String, cells: &Grid) -> fmt::Result {
    let most = cells.iter().map(|row| row.iter().sum::<u64>()).max().unwrap_or(1).max(1);
    let height = STEP * Action::ALL.len() as u64;
    let label: Vec<String> =
        Action::ALL.iter().zip(cells).map(|(action, row)| format!("{} {}", row.iter().sum::<u64>(), action.word())).collect();
    writeln!(page, "<svg viewBox=\"0 0 {} {height}\" role=\"img\" aria-label=\"{}\">", LEFT + WIDTH + 70, label.join(", "))?;
    for (number, (action, row)) in (0_u64..).zip(Action::ALL.iter().zip(cells)) {
        let top = number * STEP;
        let middle = top + BAR / 2 + 5;
        writeln!(page, "<text x=\"0\" y=\"{middle}\">{}</text>", action.word())?;
        let mut done = 0;
        for (severity, count) in Severity::ALL.into_iter().zip(row).filter(|(_, count)| **count > 0) {
            let (start, end) = (done * WIDTH / most, (done + count) * WIDTH / most);
            let (word, width) = (severity.word(), (end - start).max(1));
            writeln!(
                page,
                "<rect class=\"{word}\" x=\"{}\" y=\"{top}\" width=\"{width}\" height=\"{BAR}\"><title>{count} {word}</title></rect>",
                LEFT + start
            )?;
            done += count;
        }
        writeln!(page, "<text x=\"{}\" y=\"{middle}\">{done}</text>", LEFT + done * WIDTH / most + 8)?;
    }
    writeln!(page, "</svg>")
}

fn table(page: &mut String, report: &Report, cells: &Grid) -> fmt::Result {
    let names = Severity::ALL.map(|severity| format!("<th class=\"number {0}\" scope=\"col\">{0}</th>", severity.word()));
    writeln!(
        page,
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"counts\"><table>\n<thead><tr><td></td>{}<th class=\"number\" scope=\"col\">all</th></tr></thead>\n<tbody>",
        names.concat()
    )?;
    for (action, row) in Action::ALL.into_iter().zip(cells) {
        let row = row.map(|count| format!("<td class=\"number\">{count}</td>")).concat();
        let (word, all) = (action.word(), report.counts.of(action));
        writeln!(page, "<tr><th scope=\"row\"><span class=\"word {word}\">{word}</span></th>{row}<td class=\"number\">{all}</td></tr>")?;
    }
    writeln!(page, "</tbody>\n</table></div>")
}

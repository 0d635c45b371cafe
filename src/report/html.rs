//! One page for people: opens from the disk, runs nothing, asks for nothing, in light and dark, on paper and on a telephone.
//!
//! The verdict first, then how to get through, how many of what, and what blocks, each with why it is decided so. Every text goes
//! through the encoder of XML, whose references are those of HTML. The style is the only one that the page lets in, by its hash.

use std::fmt::{self, Write as _};
use std::io::{self, BufWriter, Write};

mod chart;
mod evidence;
mod findings;

use crate::model::decision::Outcome;
use crate::model::report::Report;
use crate::report::pen::MARKUP;
use crate::report::{command, way, words};

const STYLE: &str = include_str!("html/style.css");

/// SHA-256 of [`STYLE`] in base64; a test tells the right one.
const STYLE_HASH: &str = "sha256-m7zCmi3bZYHNMPEGOe+P+w/2+NcIcjHWAKt+pD/vSXo=";

/// Writes the page.
pub(super) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    let mut part = |text: Result<String, fmt::Error>| out.write_all(text.map_err(io::Error::other)?.as_bytes());
    part(head(report))?;
    part(chart::section(report))?;
    findings::blockers(report, &mut part)?;
    part(evidence::beside(report))?;
    findings::tickets(report, &mut part)?;
    part(evidence::exceptions(report))?;
    part(evidence::inputs(report))?;
    part(evidence::problems(report))?;
    findings::others(report, &mut part)?;
    part(foot(report))?;
    out.flush()
}

/// The word of an outcome, as a class of the style.
const fn class(outcome: Outcome) -> &'static str {
    outcome.word()
}

fn head(report: &Report) -> Result<String, fmt::Error> {
    let mut page = String::new();
    let verdict = words::verdict(report);
    let subject = MARKUP.subject(report);
    let colon = if subject.is_empty() { "" } else { ": " };
    let outcome = class(report.verdict.outcome);
    writeln!(page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(
        page,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{STYLE_HASH}'; base-uri 'none'; form-action 'none'\">"
    )?;
    writeln!(
        page,
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">"
    )?;
    writeln!(page, "<title>{verdict}{colon}{subject}</title>\n<style>{STYLE}</style>\n</head>\n<body>")?;
    writeln!(page, "<a class=\"skip\" href=\"#main\">To the findings</a>\n<header>")?;
    writeln!(page, "<h1><span class=\"word {outcome}\">{verdict}</span> {subject}</h1>")?;
    writeln!(page, "<p>{}. {}.</p>", MARKUP.prose(&report.verdict.reason, 400), MARKUP.policy(report))?;
    writeln!(
        page,
        "</header>\n<main id=\"main\">\n<div class=\"through {outcome}\"><p><strong>{}.</strong></p>",
        way::through(report, MARKUP)
    )?;
    if let Some(escalation) = MARKUP.escalation(report) {
        writeln!(page, "<p>{escalation}</p>")?;
    }
    writeln!(page, "</div>")?;
    Ok(page)
}

fn foot(report: &Report) -> Result<String, fmt::Error> {
    let mut page = String::new();
    let command = MARKUP.code(&command::reproduce(report), usize::MAX);
    writeln!(page, "<section>\n<h2>Reproduce</h2>\n<pre><code>{command}</code></pre>\n</section>\n</main>")?;
    let now = crate::base::date::format_instant(report.now);
    writeln!(page, "<footer><p>relgate {}, judged at {now}, engine {}.</p></footer>", env!("CARGO_PKG_VERSION"), *report.engine_digest)?;
    writeln!(page, "</body>\n</html>")?;
    Ok(page)
}

#[cfg(test)]
mod tests;

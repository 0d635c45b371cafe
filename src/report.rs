//! What people and programs see of a run: one file a format, and [`FORMATS`] lists them.
//!
//! A format adds nothing and judges nothing: it writes what the [`Report`] says, and every text of a scanner goes through
//! the encoder of its sink.

use std::io;

use crate::model::report::Report;

mod annotations;
pub mod baseline;
mod codequality;
mod command;
pub mod comparison;
mod csv;
pub mod explain;
pub mod feeds;
mod grants;
mod grid;
mod html;
pub mod inspect;
mod json;
mod junit;
mod lists;
mod markdown;
pub mod mistakes;
mod openvex;
mod pen;
pub mod policy;
pub mod raci;
mod records;
pub mod register;
#[cfg(test)]
mod sample;
mod sarif;
pub mod scalars;
pub mod suite;
mod text;
pub mod tickets;
mod way;
mod words;

/// One report format: a row of [`FORMATS`].
pub struct Format {
    /// The word of `--output FORMAT=PATH`.
    pub id: &'static str,
    /// What it is for, in a few words.
    pub title: &'static str,
    /// Its file among those of `--out-dir`; `None` of what few want.
    pub file: Option<&'static str>,
    /// Writes the whole report.
    pub render: fn(&Report, &mut dyn io::Write) -> io::Result<()>,
}

/// Every format, in the order of help texts.
pub static FORMATS: &[Format] = &[
    Format { id: "text", title: "for a terminal or a log: the verdict, then what blocks", file: Some("report.txt"), render: text::render },
    Format {
        id: "markdown",
        title: "for the summary of a CI job: the same in Markdown, in at most 900 kB",
        file: Some("summary.md"),
        render: markdown::render,
    },
    Format {
        id: "markdown-comment",
        title: "for a comment on a pull or merge request: the same in at most 60 kB",
        file: Some("comment.md"),
        render: markdown::render_comment,
    },
    Format {
        id: "html",
        title: "one page for people, which opens from the disk and asks for nothing",
        file: Some("report.html"),
        render: html::render,
    },
    Format { id: "json", title: "everything, for programs: relgate.report/v1", file: Some("report.json"), render: json::render },
    Format {
        id: "sarif",
        title: "SARIF 2.1.0, for what shows alerts: at most 5,000 results",
        file: Some("report.sarif"),
        render: sarif::render,
    },
    Format { id: "junit", title: "JUnit XML, for the test views of CI systems", file: Some("junit.xml"), render: junit::render },
    Format {
        id: "gitlab-codequality",
        title: "GitLab's Code Quality report, for the lines of a merge request",
        file: Some("gl-code-quality-report.json"),
        render: codequality::render,
    },
    Format {
        id: "github-annotations",
        title: "workflow commands of GitHub, for the lines of a pull request: ten errors and ten warnings",
        file: None,
        render: annotations::render,
    },
    Format { id: "csv", title: "a line for each finding, for a spreadsheet", file: Some("findings.csv"), render: csv::render },
    Format {
        id: "openvex",
        title: "what exceptions call false positives, as VEX for others: OpenVEX 0.2.0",
        file: None,
        render: openvex::render,
    },
    Format {
        id: "tickets",
        title: "one ticket for each thing to do, for what files them: relgate.tickets/v1",
        file: Some("tickets.json"),
        render: tickets::render,
    },
    Format {
        id: "dotenv",
        title: "the verdict and the counts as variables, for later jobs",
        file: Some("relgate.env"),
        render: scalars::dotenv,
    },
];

/// The format with this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_found_by_their_ids_which_differ() {
        for format in FORMATS {
            assert_eq!(find(format.id).map(|f| f.title), Some(format.title));
        }
        assert!(find("Text").is_none());
    }
}

//! What people and programs see of a run: one file a format, and [`FORMATS`] lists them.
//!
//! A format adds nothing and judges nothing: it writes what the [`Report`] says, and every text of a scanner goes through
//! the encoder of its sink.

use std::io;

use crate::model::report::Report;

pub mod baseline;
mod command;
pub mod comparison;
pub mod explain;
pub mod feeds;
mod grants;
mod grid;
pub mod inspect;
mod json;
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
pub mod suite;
mod text;
pub mod tickets;
mod words;

/// One report format: a row of [`FORMATS`].
pub struct Format {
    /// The word of `--output FORMAT=PATH`.
    pub id: &'static str,
    /// What it is for, in a few words.
    pub title: &'static str,
    /// Writes the whole report.
    pub render: fn(&Report, &mut dyn io::Write) -> io::Result<()>,
}

/// Every format, in the order of help texts.
pub static FORMATS: &[Format] = &[
    Format { id: "text", title: "for a terminal or a log: the verdict, then what blocks", render: text::render },
    Format { id: "markdown", title: "for the summary of a CI job: the same in Markdown, in at most 900 kB", render: markdown::render },
    Format {
        id: "markdown-comment",
        title: "for a comment on a pull or merge request: the same in at most 60 kB",
        render: markdown::render_comment,
    },
    Format { id: "json", title: "everything, for programs: relgate.report/v1", render: json::render },
    Format { id: "openvex", title: "what exceptions call false positives, as VEX for others: OpenVEX 0.2.0", render: openvex::render },
    Format { id: "tickets", title: "one ticket for each thing to do, for what files them: relgate.tickets/v1", render: tickets::render },
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

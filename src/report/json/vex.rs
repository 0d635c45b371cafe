//! VEX as JSON: the documents that were read, and beside each finding what is stated of it.

use serde::Serialize;

use super::value::Shown;
use crate::model::decision::Decision;
use crate::model::report::Report;
use crate::model::vex::{Statement, VexDocument};

/// A document.
#[derive(Serialize)]
pub(super) struct DocumentView<'a> {
    path: &'a str,
    sha256: Option<&'a str>,
    format: &'static str,
    author: &'a str,
    statements: u64,
}

impl<'a> DocumentView<'a> {
    pub(super) fn of(document: &'a VexDocument) -> Self {
        let VexDocument { path, sha256, format, author, statements } = document;
        Self { path, sha256: sha256.as_deref(), format, author, statements: *statements }
    }
}

/// The statements about a finding: those that excuse it, then those that do not, each with why.
pub(super) fn about<'a>(report: &'a Report, decision: &Decision) -> impl Iterator<Item = impl Serialize + 'a> {
    let noted = report.noted(decision);
    let applied = noted.into_iter().flat_map(|noted| &noted.vex).map(|&place| (place, None));
    let missed = noted.into_iter().flat_map(|noted| &noted.vex_missed).map(|miss| (miss.statement, Some(miss.why.as_str())));
    applied.chain(missed).filter_map(|(place, why)| {
        let (statement, document) = report.statement(place)?;
        Some(StatementView::of(statement, document, why))
    })
}

#[derive(Serialize)]
struct StatementView<'a> {
    file: &'a str,
    pointer: &'a str,
    author: &'a str,
    status: &'static str,
    justification: Option<&'static str>,
    timestamp: Shown<jiff::Timestamp>,
    applied: bool,
    why: Option<&'a str>,
}

impl<'a> StatementView<'a> {
    fn of(statement: &'a Statement, document: &'a VexDocument, why: Option<&'a str>) -> Self {
        Self {
            file: &document.path,
            pointer: &statement.pointer,
            author: &document.author,
            status: statement.status.word(),
            justification: statement.justification.map(crate::model::vex::Justification::word),
            timestamp: Shown(statement.timestamp),
            applied: why.is_none(),
            why,
        }
    }
}

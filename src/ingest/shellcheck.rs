//! `ShellCheck`: `-f json` and `-f json1` (`ShellCheck.Formatter.JSON` and `JSON1` of its source), remarks like those of Hadolint.

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::ingest::hadolint::{is_remark, remarks};
use crate::ingest::health::lacks;
use crate::ingest::{Ends, Format, Probe, Sink};
use crate::model::identity::Category;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "shellcheck",
    title: "ShellCheck JSON",
    recognized: "items, or items in `comments`, with `code` (a number), `level`, `line` and `column`",
    reads: "Each remark; the rule is its `code` with `SC` in front. `[]` and `{\"comments\":[]}` say that there is none, and are read where the format is named",
    severity: "`level`",
    incomplete: "a remark is `SC1072` or `SC1073`: the script could not be parsed, and was not checked",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    ["/0", "/comments/0"].into_iter().any(|at| is_remark(probe, at, ValueKind::Number))
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    if r.kind()? == ValueKind::Array {
        return remarks(r, sink, "shellcheck", Category::Quality, "");
    }
    let mut listed = false;
    members!(r, { "comments" => {
        listed = true;
        remarks(r, sink, "shellcheck", Category::Quality, "/comments")?;
    }});
    if listed { Ok(()) } else { Err(lacks(r, "the report", "comments")) }
}

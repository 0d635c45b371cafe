//! Hadolint: `-f json` (`Hadolint.Formatter.Json` of its source), a list of remarks like that of `ShellCheck`, which it runs on the
//! commands in a Dockerfile.

use crate::base::json::{Reader, Result, Scalar, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::severity::Source;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "hadolint",
    title: "Hadolint JSON",
    recognized: "items with `code` (a text), `level`, `line` and `column`",
    reads: "Each remark, under its `code`. `[]` says that there is none, and is read where the format is named",
    severity: "`level`",
    incomplete: "a remark is `DL1000`, `SC1072` or `SC1073`: what it is about could not be parsed, and was not checked",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

/// What says that a Dockerfile or a script could not be parsed: "Fix to allow more checks", "Fix any mentioned problems and try again".
const NOT_PARSED: [&str; 3] = ["DL1000", "SC1072", "SC1073"];

fn sniff(probe: &Probe) -> bool {
    is_remark(probe, "/0", ValueKind::Text)
}

/// Whether a remark stands here whose code is told in a way.
pub(super) fn is_remark(probe: &Probe, at: &str, code: ValueKind) -> bool {
    let has = |key: &str| probe.has(&format!("{at}/{key}"));
    probe.kind(&format!("{at}/code")) == Some(code) && ["level", "line", "column", "file"].into_iter().all(has)
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    remarks(r, sink, "hadolint", Category::Iac, "")
}

/// Reads a list of remarks as the one scan of a tool.
pub(super) fn remarks(r: &mut Reader<'_>, sink: &mut Sink, tool: &str, category: Category, at: &str) -> Result<()> {
    let (mut scan, mut reasons) = (sink.scan(tool), Reasons::default());
    sink.rows(r, &mut scan, at, |r, sink, item, at| {
        item.is_of(category);
        remark(r, sink, item, at)?;
        let code = item.rule_id.map_or("", |code| sink.report.texts.get(code).as_data());
        if NOT_PARSED.contains(&code) {
            reasons.add("not-scanned", at, "a file or a part of it could not be parsed, and was not checked");
        }
        Ok(())
    })?;
    sink.finish(scan, reasons);
    Ok(())
}

fn remark(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let (mut path, mut first, mut last) = (None, None, None);
    members!(r, {
        "code" => item.rule_id = code(r, sink)?,
        "level" => { let told = sink.told(r)?; item.label(Source::Tool, Some(told)); },
        "message" => item.message = sink.prose(r, || format!("{}/message", at()))?,
        "file" => path = sink.name(r, || format!("{}/file", at()))?,
        "line" => first = sink.line_or_zero(r, || format!("{}/line", at()))?,
        "endLine" => last = sink.line_or_zero(r, || format!("{}/endLine", at()))?,
    });
    if item.rule_id.is_none() {
        return Err(lacks(r, "a remark", "code"));
    }
    item.lines(path, (first, last));
    Ok(())
}

/// The name of a rule. `ShellCheck` tells its number alone: 2086 is `SC2086`.
fn code(r: &mut Reader<'_>, sink: &mut Sink) -> Result<Option<Text>> {
    let name = match r.scalar()? {
        Scalar::Text(name) => name.to_owned(),
        Scalar::Number(number) => format!("SC{number}"),
        Scalar::Bool(_) | Scalar::Null | Scalar::Array | Scalar::Object => String::new(),
    };
    Ok((!name.is_empty()).then(|| sink.intern(&name)))
}

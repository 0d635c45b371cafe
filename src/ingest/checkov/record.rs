//! One check of Checkov, and the vulnerable package or the license that it may be about (`common/output/record.py` and
//! `common/sca/output.py` of its source).
//!
//! Of a secret only rule and place are read: its `resource` is its SHA-1, and `code_block` the line it stands in.

use std::num::NonZeroU32;

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::lacks;
use crate::ingest::{Item, Sink};
use crate::model::identity::Category;
use crate::model::raw::Suppression;
use crate::model::severity::Source;

/// The list that a check stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Passed,
    Failed,
    Skipped,
}

/// What Checkov writes where no version is known to be fixed.
const UNFIXABLE: &str = "N/A";

/// Reads one check.
pub(super) fn read(
    r: &mut Reader<'_>,
    sink: &mut Sink,
    item: &mut Item,
    of: Category,
    state: State,
    at: &dyn Fn() -> String,
) -> Result<()> {
    let is_secret = of == Category::Secret;
    let (mut result, mut severity, mut short, mut path, mut lines) = (None, None, None, None, (None, None));
    let mut about = None;
    item.is_of(of);
    members!(r, {
        "check_id" => item.rule_id = sink.name(r, || format!("{}/check_id", at()))?,
        "check_name" => item.detail.title = sink.prose(r, at)?,
        "short_description" => short = if is_secret { r.skip().map(|()| None)? } else { sink.prose(r, at)? },
        "description" => item.message = if is_secret { r.skip().map(|()| None)? } else { sink.prose(r, at)? },
        "check_result" => if sink.object(r, || format!("{}/check_result", at()))? {
            members!(r, { "result" => result = sink.name(r, at)? });
        },
        "severity" => severity = sink.name(r, || format!("{}/severity", at()))?,
        "file_path" => path = relative(r, sink, at)?,
        "file_line_range" => lines = range(r, sink, &|| format!("{}/file_line_range", at()))?,
        "resource" => item.detail.mark = if is_secret { r.skip().map(|()| None)? } else { sink.name(r, at)? },
        "validation_status" => item.detail.verified = r.text()?.map(verified).map_or_else(|| r.skip().map(|()| None), Ok)?,
        "vulnerability_details" => if sink.object(r, || format!("{}/vulnerability_details", at()))? {
            about = Some(About::read(r, sink, item, at)?);
        },
    });
    if item.rule_id.is_none() {
        return Err(lacks(r, "a check", "check_id"));
    }
    item.label(Source::Tool, severity.or(about.as_ref().and_then(|about| about.severity)));
    item.lines(path, lines);
    let is = |word: &str| result.is_some_and(|result| sink.report.texts.get(result).as_data() == word);
    match state {
        State::Skipped if is("SKIPPED") => {
            // Packages are skipped by options, everything else by a comment.
            item.suppressed = if about.is_some() { Suppression::External } else { Suppression::InSource };
        }
        State::Passed if is("PASSED") => item.passes(sink),
        State::Passed | State::Failed | State::Skipped => {}
    }
    if let Some(about) = about {
        item.detail.title = short.or(item.detail.title);
        about.tell(r, sink, item)?;
    }
    Ok(())
}

/// Whether a secret works, where that was tried (`ValidationStatus`).
fn verified(status: &str) -> Option<bool> {
    match status {
        "Valid" => Some(true),
        "Invalid" => Some(false),
        _ => None,
    }
}

/// A path below what was scanned, in front of which Checkov writes a `/`.
fn relative(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<Option<Text>> {
    let told = sink.name(r, || format!("{}/file_path", at()))?;
    let path = told.and_then(|told| sink.report.texts.get(told).as_data().strip_prefix('/').map(str::to_owned));
    Ok(path.map(|path| sink.intern(&path)).or(told))
}

/// The first line and the last, where 0 stands for none.
fn range(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<(Option<NonZeroU32>, Option<NonZeroU32>)> {
    let mut lines = (None, None);
    if sink.expect(r, ValueKind::Array, at)? {
        r.array(|r, index| {
            let line = sink.line_or_zero(r, || format!("{}/{index}", at()))?;
            if index == 0 {
                lines.0 = line;
            } else {
                lines.1 = line;
            }
            Ok(())
        })?;
    }
    Ok(lines)
}

/// What a check of a package is about: a vulnerability, or else a license.
#[derive(Default)]
struct About {
    id: Option<Text>,
    license: Option<Text>,
    severity: Option<Text>,
    score: Option<Text>,
    vector: Option<Text>,
}

impl About {
    fn read(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<Self> {
        let mut about = Self::default();
        let package = &mut item.detail.package;
        let (mut fixed, mut lowest) = (Vec::new(), None);
        members!(r, {
            "id" => about.id = sink.name(r, at)?,
            "license" => about.license = sink.name(r, at)?,
            "severity" => about.severity = sink.name(r, at)?,
            "cvss" => about.score = sink.score(r, at)?,
            "vector" => about.vector = sink.name(r, at)?,
            "package_name" => package.name = sink.name(r, at)?,
            "package_version" => package.version = sink.name(r, at)?,
            "package_type" => package.ecosystem = sink.name(r, at)?,
            "fixed_versions" => sink.texts(r, &mut fixed, at)?,
            "lowest_fixed_version" => lowest = sink.name(r, at)?,
        });
        if lowest.is_some_and(|lowest| sink.report.texts.get(lowest).as_data() == UNFIXABLE) {
            (item.detail.fix_available, lowest) = (Some(false), None);
        }
        item.fixed_versions = if fixed.is_empty() { lowest.into_iter().collect() } else { fixed };
        Ok(about)
    }

    /// Says what the check is about.
    fn tell(self, r: &Reader<'_>, sink: &Sink, item: &mut Item) -> Result<()> {
        if item.detail.package.name.is_none() {
            return Err(lacks(r, "a vulnerable package", "package_name"));
        }
        // The name of the package with the path of its file in front tells no more than these.
        item.detail.mark = None;
        item.vector(sink, Source::Tool, self.score, self.vector);
        if let Some(id) = self.id {
            item.is_of(Category::Sca);
            (item.rule_id, item.ids) = (None, vec![id]);
        } else if let Some(license) = self.license {
            item.is_of(Category::License);
            item.rule_id = Some(license);
        } else {
            return Err(lacks(r, "a vulnerable package", "id"));
        }
        Ok(())
    }
}

//! cargo-deny: `--format json check`, a JSON object a line on standard error (`diag/grapher.rs`, `stats.rs` and the `diags.rs` of
//! each check of its source).
//!
//! The severity of a diagnostic is what the project's own configuration makes of it: `note` and `help` are what it allows. Of an
//! advisory it says nothing of how bad it is; what a license, a ban or a source is worth, nobody else says.

use crate::base::json::{Reader, Result, members};
use crate::base::text::Text;
use crate::ingest::cargo_audit::{advisory, category, package};
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::{RawPackage, RawScan, Suppression};
use crate::model::severity::Source;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "cargo-deny",
    title: "cargo-deny JSON",
    recognized: "objects with `fields` and a `type` of `diagnostic`, `log` or `summary`",
    reads: "Each diagnostic. `vulnerability` and `unsound` are category sca; `unmaintained`, `yanked` and `notice` are quality; the license check is category license, and bans and sources are other. An advisory that the configuration allows is suppressed, and what else it allows passed",
    severity: "the CVSS vector of the advisory, where it has one; of licenses, bans and sources the level of the lint",
    incomplete: "no `summary` ends it, or it counts other errors than are listed; a log line is of level `ERROR`; the index could not be read; a record is of an unknown type",
    ends: Ends::Record,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

/// What `summary` counts: the checks that ran.
const CHECKS: [&str; 4] = ["advisories", "bans", "licenses", "sources"];

fn sniff(probe: &Probe) -> bool {
    probe.has("/fields") && matches!(probe.text("/type"), Some("diagnostic" | "log" | "summary"))
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let mut check = Check { scan: sink.scan("cargo-deny"), reasons: Reasons::default(), list: sink.intern(""), errors: 0, is_ended: false };
    r.stream(|r, index| check.record(r, sink, index))?;
    let Check { scan, mut reasons, is_ended, .. } = check;
    if !is_ended {
        reasons.cut_off("summary");
    }
    sink.finish(scan, reasons);
    Ok(())
}

struct Check {
    scan: RawScan,
    reasons: Reasons,
    list: Text,
    /// Diagnostics of the severity `error` since the last summary.
    errors: u64,
    /// Whether a summary came last.
    is_ended: bool,
}

/// What a record says; its type stands behind it.
#[derive(Default)]
struct Fields {
    item: Item,
    code: Option<String>,
    severity: Option<String>,
    /// Of a log line.
    level: Option<String>,
    message: Option<String>,
    has_advisory: bool,
    /// How many errors each of [`CHECKS`] counts that ran.
    errors: [Option<u64>; 4],
}

impl Check {
    fn record(&mut self, r: &mut Reader<'_>, sink: &mut Sink, index: u32) -> Result<()> {
        let (mut kind, mut fields) = (None, None);
        members!(r, {
            "type" => kind = r.scalar()?.text().map(str::to_owned),
            "fields" => fields = Some(self.fields(r, sink, &format!("/{index}/fields"))?),
        });
        let Some(fields) = fields else { return Err(lacks(r, "a record", "fields")) };
        match kind.as_deref() {
            Some("diagnostic") => return self.diagnostic(r, sink, index, fields),
            Some("summary") => return self.summary(r, index, fields.errors),
            Some("log") if matches!(fields.level.as_deref(), Some("WARN" | "INFO" | "DEBUG" | "TRACE")) => {}
            Some("log") => self.reasons.error(|| format!("/{index}"), fields.message.as_deref()),
            Some(_) => self.reasons.unknown_record(|| format!("/{index}")),
            None => return Err(lacks(r, "a record", "type")),
        }
        Ok(())
    }

    fn fields(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<Fields> {
        let mut fields = Fields::default();
        let place = &|| at.to_owned();
        r.entries(|r, key| {
            match key {
                "advisory" => fields.has_advisory = advisory(r, sink, place, &mut fields.item)?,
                "code" => fields.code = r.scalar()?.text().map(str::to_owned),
                "graphs" => fields.item.detail.package = first_crate(r, sink, place)?,
                "level" => fields.level = r.scalar()?.text().map(str::to_owned),
                "message" => fields.message = r.scalar()?.text().map(str::to_owned),
                "severity" => fields.severity = r.scalar()?.text().map(str::to_owned),
                check => match fields.errors.iter_mut().zip(CHECKS).find(|(_, known)| *known == check) {
                    Some((errors, _)) => {
                        members!(r, { "errors" => *errors = self.reasons.count(r, || format!("{at}/{check}/errors"))? });
                        if errors.is_none() {
                            return Err(lacks(r, "the summary of a check", "errors"));
                        }
                    }
                    None => r.skip()?,
                },
            }
            Ok(())
        })?;
        Ok(fields)
    }

    fn diagnostic(&mut self, r: &Reader<'_>, sink: &mut Sink, index: u32, fields: Fields) -> Result<()> {
        let Fields { mut item, code, severity, message, has_advisory, .. } = fields;
        let severity = severity.as_deref().unwrap_or_default();
        let is_allowed = matches!(severity, "note" | "help");
        self.is_ended = false;
        self.errors += u64::from(severity == "error");
        let code = code.as_deref().unwrap_or_default();
        if code.is_empty() && has_advisory {
            return Err(lacks(r, "a diagnostic", "code"));
        }
        // A mistake in the configuration has no code and is about no crate; without the index nothing can be called yanked.
        let is_mistake = code.is_empty() && item.detail.package.name.is_none();
        if is_mistake || matches!(code, "index-failure" | "index-cache-load-failure") {
            if !is_allowed {
                self.reasons.error(|| format!("/{index}"), message.as_deref());
            }
            return Ok(());
        }
        let is_finding = has_advisory || matches!(code, "vulnerability" | "unsound" | "unmaintained" | "yanked" | "notice");
        if is_finding && item.detail.package.name.is_none() {
            return Err(lacks(r, "a diagnostic of an advisory", "graphs"));
        }
        let title = message.map(|message| sink.intern_prose(&message));
        item.detail.title = item.detail.title.or(title);
        item.is_of(if is_finding { category(code) } else { category_of(code) });
        item.rule_id = (!matches!(code, "" | "vulnerability")).then(|| sink.intern(code));
        match (is_finding, is_allowed) {
            (true, true) => item.suppressed = Suppression::External,
            (false, true) => item.passes(sink),
            (false, false) => item.label(Source::Tool, Some(sink.intern(severity))),
            (true, false) => {}
        }
        item.keep(sink, &mut self.scan, self.list, index);
        Ok(())
    }

    fn summary(&mut self, r: &Reader<'_>, index: u32, errors: [Option<u64>; 4]) -> Result<()> {
        let [advisories, bans, licenses, sources] = errors;
        // The tool can report more kinds of things than it was asked for.
        self.scan.category = match (advisories, licenses, bans.or(sources)) {
            (Some(_), Some(_), _) => None,
            (Some(_), None, _) => Some(Category::Sca),
            (None, Some(_), _) => Some(Category::License),
            (None, None, Some(_)) => Some(Category::Other),
            (None, None, None) => return Err(lacks(r, "`summary`", "advisories")),
        };
        let counted = errors.into_iter().flatten().fold(0, u64::saturating_add);
        self.reasons.counted("errors", Some(counted), self.errors, || format!("/{index}/fields"));
        self.errors = 0;
        self.is_ended = true;
        Ok(())
    }
}

/// What a diagnostic without an advisory is about.
fn category_of(code: &str) -> Category {
    let is_license =
        code.contains("license") || matches!(code, "accepted" | "rejected" | "skipped-private-workspace-crate" | "gather-failure");
    if is_license { Category::License } else { Category::Other }
}

/// The crate that the first graph of dependents starts with. A graph may start with a feature, which is none.
fn first_crate(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<RawPackage> {
    let mut found = None;
    r.array(|r, _| {
        let mut root = None;
        members!(r, { "Krate" => root = Some(package(r, sink, at)?) });
        found = found.or(root);
        Ok(())
    })?;
    Ok(found.unwrap_or_default())
}

//! Semgrep: `--json` (`semgrep_output_v1.atd` of its interfaces).
//!
//! The lines of code and what metavariables matched are not read: they may hold a secret.

mod supply;

use crate::base::json::{Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::problem::Weight;
use crate::model::raw::Suppression;
use crate::model::severity::Source;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "semgrep",
    title: "Semgrep JSON",
    recognized: "`results` and `errors`, with `version` and `paths`, or a result with `check_id` and `extra`",
    reads: "Each result, under its `check_id`, with its fingerprint unless that is a placeholder. A row of Supply Chain is one of its component, with whether it is reachable; one of Semgrep Secrets is a secret, with whether it was verified. What `nosemgrep` silences and the report lists is suppressed",
    severity: "`extra.severity`, and `sca-severity` of a component; the confidence is no severity",
    incomplete: "an entry of `errors` is not of level `warn` or `info`; a project's dependencies were not resolved, and it was not left out on purpose; a file of `paths.skipped` could not be opened or analyzed, or was skipped for a reason that is not known; nothing was found, and no file scanned",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    let has_all = |keys: &[&str]| keys.iter().all(|key| probe.has(key));
    has_all(&["/results", "/errors"]) && (has_all(&["/version", "/paths"]) || has_all(&["/results/0/check_id", "/results/0/extra"]))
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let (mut scan, mut reasons) = (sink.scan("semgrep"), Reasons::default());
    let [mut has_results, mut has_errors, mut has_looked, mut told_paths] = [false; 4];
    r.entries(|r, key| {
        match key {
            "version" => scan.tool_version = sink.name(r, || "/version".to_owned())?,
            "results" => {
                has_results = true;
                sink.rows(r, &mut scan, "/results", result)?;
            }
            "errors" => {
                has_errors = true;
                r.array(|r, index| error(r, sink, &mut reasons, &|| format!("/errors/{index}")))?;
            }
            "paths" => {
                told_paths = true;
                if reasons.item(r, ValueKind::Object, || "/paths".to_owned())? {
                    has_looked |= paths(r, &mut reasons)? != Some(0);
                }
            }
            "subprojects" => has_looked |= supply::subprojects(r, &mut reasons)?,
            "explanations" | "interfile_languages_used" | "profiling_results" | "rules_by_engine" | "skipped_rules" => r.skip()?,
            _ => sink.unknown(r, key, &String::new)?,
        }
        Ok(())
    })?;
    if let Some((member, _)) = [("results", has_results), ("errors", has_errors)].into_iter().find(|(_, told)| !told) {
        return Err(lacks(r, "the report", member));
    }
    if told_paths && !has_looked && scan.results.is_empty() {
        reasons.nothing_scanned("/paths/scanned", "Semgrep scanned no file");
    }
    sink.finish(scan, reasons);
    Ok(())
}

/// One of the errors. What Semgrep itself calls a warning or an information is a note.
fn error(r: &mut Reader<'_>, sink: &mut Sink, reasons: &mut Reasons, at: &dyn Fn() -> String) -> Result<()> {
    if !reasons.item(r, ValueKind::Object, at)? {
        return Ok(());
    }
    let [mut level, mut message, mut long, mut kind] = [const { None::<String> }; 4];
    members!(r, {
        "level" => level = r.scalar()?.text().map(str::to_owned),
        "message" => message = r.scalar()?.text().map(str::to_owned),
        "long_msg" => long = r.scalar()?.text().map(str::to_owned),
        "type" => kind = r.scalar()?.text().map(str::to_owned),
    });
    let what = message.or(long).or(kind);
    match level.as_deref() {
        Some("warn" | "info") => {
            sink.problem(Weight::Note, "tool-warning", at, "the tool warns of something that it could not do in full", "");
        }
        Some(_) | None => reasons.error(at, what.as_deref()),
    }
    Ok(())
}

/// Why Semgrep skips a file that it was not to look at (`skip_reason` of its interfaces).
const LEFT_OUT: [&str; 14] = [
    "always_skipped",
    "binary",
    "cli_exclude_flags_match",
    "cli_include_flags_do_not_match",
    "dotfile",
    "exceeded_size_limit",
    "excluded_by_config",
    "gitignore_patterns_match",
    "irrelevant_rule",
    "minified",
    "nonexistent_file",
    "semgrepignore_patterns_match",
    "too_big",
    "wrong_language",
];

/// How many files were scanned, if that is told. Of those that were skipped, Semgrep failed on some; the others it was told to skip.
fn paths(r: &mut Reader<'_>, reasons: &mut Reasons) -> Result<Option<u64>> {
    let mut scanned = None;
    members!(r, {
        "scanned" => {
            let mut files = 0;
            if reasons.item(r, ValueKind::Array, || "/paths/scanned".to_owned())? {
                r.array(|r, _| {
                    files += 1;
                    r.skip()
                })?;
            }
            scanned = Some(files);
        },
        "skipped" => if reasons.item(r, ValueKind::Array, || "/paths/skipped".to_owned())? {
            r.array(|r, index| {
                let at = || format!("/paths/skipped/{index}");
                if reasons.item(r, ValueKind::Object, at)? {
                    let mut reason = None;
                    members!(r, { "reason" => reason = r.scalar()?.text().map(str::to_ascii_lowercase) });
                    match reason.as_deref() {
                        Some("analysis_failed_parser_or_internal_error") => reasons.error(at, Some("a file could not be analyzed")),
                        Some("insufficient_permissions") => reasons.error(at, Some("a file could not be opened")),
                        Some("too_many_matches") => reasons.error(at, Some("a file has too many matches, which are not listed")),
                        Some(reason) if LEFT_OUT.contains(&reason) => {}
                        Some(_) | None => reasons.error(at, Some("a file was skipped for a reason that is not known")),
                    }
                }
                Ok(())
            })?;
        },
    });
    Ok(scanned)
}

fn result(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let (mut path, mut first, mut last, mut has_extra) = (None, None, None, false);
    members!(r, {
        "check_id" => item.rule_id = sink.name(r, at)?,
        "path" => path = sink.name(r, at)?,
        "start" => if sink.object(r, || format!("{}/start", at()))? {
            members!(r, { "line" => first = sink.line_or_zero(r, || format!("{}/start/line", at()))? });
        },
        "end" => if sink.object(r, || format!("{}/end", at()))? {
            members!(r, { "line" => last = sink.line_or_zero(r, || format!("{}/end/line", at()))? });
        },
        "extra" => { has_extra = true; extra(r, sink, item, &|| format!("{}/extra", at()))? },
    });
    if let Some((member, _)) = [("check_id", item.rule_id.is_some()), ("extra", has_extra)].into_iter().find(|(_, told)| !told) {
        return Err(lacks(r, "a result", member));
    }
    if item.detail.category == Some(Category::Sca) && !item.ids.is_empty() {
        item.rule_id = None;
    }
    item.lines(path, (first, last));
    Ok(())
}

/// What the metadata of a rule tells; rules may write anything there.
#[derive(Default)]
struct Metadata {
    is_of_secrets: bool,
    /// The advisory of Supply Chain.
    id: Option<Text>,
    cve: Option<Text>,
    ghsa: Option<Text>,
    severity: Option<Text>,
    /// The versions that have the advisory no more, by package.
    fixed: Vec<(Text, Text)>,
}

fn extra(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let (mut metadata, mut is_component, mut print) = (Metadata::default(), false, None);
    members!(r, {
        "message" => item.message = sink.prose(r, at)?,
        "severity" => { let told = sink.told(r)?; item.label(Source::Tool, Some(told)); },
        "is_ignored" => if sink.flag(r, || format!("{}/is_ignored", at()))? == Some(true) { item.suppressed = Suppression::InSource },
        "fingerprint" => print = sink.name(r, at)?,
        "metadata" => if r.kind()? == ValueKind::Object { of_rule(r, sink, item, &mut metadata, at)? } else { r.skip()? },
        "validation_state" => match r.scalar()?.text() {
            Some("CONFIRMED_VALID") => item.detail.verified = Some(true),
            Some("CONFIRMED_INVALID") => item.detail.verified = Some(false),
            _ => {}
        },
        "sca_info" => if sink.object(r, || format!("{}/sca_info", at()))? { is_component = true; supply::component(r, sink, item, at)? },
    });
    if is_component {
        item.is_of(Category::Sca);
        item.ids.extend([metadata.id, metadata.cve, metadata.ghsa].into_iter().flatten());
        item.label(Source::Tool, metadata.severity);
        let package = item.detail.package.name;
        item.fixed_versions.extend(metadata.fixed.into_iter().filter(|(of, _)| Some(*of) == package).map(|(_, version)| version));
    } else if metadata.is_of_secrets || item.detail.verified.is_some() {
        // The fingerprint is made of what was matched.
        item.is_of(Category::Secret);
    } else {
        item.is_of(Category::Sast);
    }
    let is_print = |print: &Text| sink.report.texts.get(*print).as_data() != "requires login";
    item.detail.mark = print.filter(is_print).filter(|_| item.detail.category != Some(Category::Secret));
    Ok(())
}

fn of_rule(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, metadata: &mut Metadata, at: &dyn Fn() -> String) -> Result<()> {
    members!(r, {
        "cwe" => if r.kind()? == ValueKind::Number { item.cwe(r, sink, at)? } else { sink.texts(r, &mut item.tags, at)? },
        "product" => metadata.is_of_secrets |= r.scalar()?.text() == Some("secrets"),
        "category" => metadata.is_of_secrets |= r.scalar()?.text() == Some("secrets"),
        "sca-vuln-database-identifier" => metadata.id = sink.name(r, at)?,
        "cve" => metadata.cve = sink.name(r, at)?,
        "ghsa" => metadata.ghsa = sink.name(r, at)?,
        "sca-severity" => metadata.severity = sink.name(r, at)?,
        "sca-fix-versions" => supply::fixed_versions(r, sink, &mut metadata.fixed, at)?,
    });
    Ok(())
}

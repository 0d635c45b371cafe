//! gosec: `-fmt=json` (`report.go`, `issue/issue.go` and `cmd/gosec/main.go` of its source).
//!
//! Results that were suppressed are listed only with `-track-suppressions` or `-show-ignored`, and `Stats.found` does not count them.

use crate::base::json::{Reader, Result, ValueKind, members, pointer};
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::Suppression;
use crate::model::severity::Source;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "gosec",
    title: "gosec JSON",
    recognized: "`Issues` and `Stats`",
    reads: "Each issue, under its `rule_id`. One with `suppressions` or `nosec` is suppressed. What a `nosec` comment silences without being listed is only counted, in a note; the code is not read",
    severity: "`severity`; the confidence is no severity",
    incomplete: "`Golang errors` is not empty; `Stats` counts no file or no line, or another number of issues than is listed. A report with `GosecVersion` and without `Golang errors` is refused",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    probe.has("/Issues") && probe.has("/Stats")
}

/// What gosec counted.
#[derive(Default)]
struct Stats {
    files: Option<u64>,
    lines: Option<u64>,
    nosec: Option<u64>,
    found: Option<u64>,
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let (mut scan, mut reasons) = (sink.scan("gosec"), Reasons::default());
    let (mut listed, mut stats) = (None, Stats::default());
    let [mut told_errors, mut told_version] = [false; 2];
    let [mut suppressed, mut in_source] = [0_u64; 2];
    r.entries(|r, key| match key {
        "Golang errors" => {
            told_errors = true;
            errors(r, &mut reasons)
        }
        // A list without items, as Go may write it: `found` must say so too.
        "Issues" if r.kind()? == ValueKind::Null => {
            listed = Some(0);
            r.skip()
        }
        "Issues" => {
            listed = Some(sink.rows(r, &mut scan, "/Issues", |r, sink, item, at| {
                issue(r, sink, item, at)?;
                suppressed += u64::from(item.suppressed != Suppression::None);
                in_source += u64::from(item.suppressed == Suppression::InSource);
                Ok(())
            })?);
            Ok(())
        }
        "Stats" => {
            stats = counts(r, &mut reasons)?;
            Ok(())
        }
        "GosecVersion" => {
            told_version = true;
            scan.tool_version = sink.name(r, || "/GosecVersion".to_owned())?;
            Ok(())
        }
        _ => sink.unknown(r, key, &String::new),
    })?;
    let Some(listed) = listed else { return Err(lacks(r, "the report", "Issues")) };
    // The versions that write the one write the other too.
    if told_version && !told_errors {
        return Err(lacks(r, "the report", "Golang errors"));
    }
    for (member, told, what) in [("Stats/files", stats.files, "file"), ("Stats/lines", stats.lines, "line")] {
        match told {
            None => return Err(lacks(r, "the report", member)),
            Some(0) => reasons.nothing_scanned(&format!("/{member}"), &format!("gosec looked at no {what}")),
            Some(_) => {}
        }
    }
    if stats.found.is_none() {
        return Err(lacks(r, "the report", "Stats/found"));
    }
    // Old versions count what is suppressed too.
    if stats.found != Some(listed) {
        reasons.counted("issues that are not suppressed", stats.found, listed.saturating_sub(suppressed), || "/Stats/found".to_owned());
    }
    scan.claimed = stats.found;
    sink.silenced("gosec", stats.nosec.map(|silenced| silenced.saturating_sub(in_source)), || "/Stats/nosec".to_owned());
    sink.finish(scan, reasons);
    Ok(())
}

/// The errors of each file that could not be parsed; a file is not there without one.
fn errors(r: &mut Reader<'_>, reasons: &mut Reasons) -> Result<()> {
    if !reasons.item(r, ValueKind::Object, || "/Golang errors".to_owned())? {
        return Ok(());
    }
    r.entries(|r, file| {
        let at = pointer(["Golang errors", file].into_iter());
        let mut of_file = Reasons::default();
        of_file.errors(r, &at, &["error"])?;
        if of_file.is_empty() {
            of_file.error(|| at, None);
        }
        reasons.absorb(of_file);
        Ok(())
    })
}

fn counts(r: &mut Reader<'_>, reasons: &mut Reasons) -> Result<Stats> {
    let mut stats = Stats::default();
    members!(r, {
        "files" => stats.files = reasons.count(r, || "/Stats/files".to_owned())?,
        "lines" => stats.lines = reasons.count(r, || "/Stats/lines".to_owned())?,
        "nosec" => stats.nosec = reasons.count(r, || "/Stats/nosec".to_owned())?,
        "found" => stats.found = reasons.count(r, || "/Stats/found".to_owned())?,
    });
    Ok(stats)
}

fn issue(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let (mut path, mut lines, mut is_silenced) = (None, (None, None), false);
    item.is_of(Category::Sast);
    members!(r, {
        "rule_id" => item.rule_id = sink.name(r, at)?,
        "details" => item.message = sink.prose(r, at)?,
        "severity" => { let told = sink.told(r)?; item.label(Source::Tool, Some(told)); },
        "cwe" => if sink.object(r, || format!("{}/cwe", at()))? {
            members!(r, { "id" => item.cwe(r, sink, at)? });
        },
        "file" => path = sink.name(r, at)?,
        "line" => lines = sink.lines(r, || format!("{}/line", at()))?,
        "nosec" => is_silenced = sink.flag(r, || format!("{}/nosec", at()))? == Some(true),
        "suppressions" => if sink.expect(r, ValueKind::Array, || format!("{}/suppressions", at()))? {
            r.array(|r, index| {
                let kind = suppression(r, sink, &|| format!("{}/suppressions/{index}", at()))?;
                item.suppressed = item.suppressed.max(kind);
                Ok(())
            })?;
        },
    });
    if item.rule_id.is_none() {
        return Err(lacks(r, "an issue", "rule_id"));
    }
    if is_silenced && item.suppressed == Suppression::None {
        item.suppressed = Suppression::InSource;
    }
    item.lines(path, lines);
    Ok(())
}

/// Where one suppression stands: in a comment, or in what gosec was told to leave out. One that is neither suppresses nothing.
fn suppression(r: &mut Reader<'_>, sink: &mut Sink, at: &dyn Fn() -> String) -> Result<Suppression> {
    let mut kind = Suppression::None;
    if sink.object(r, at)? {
        members!(r, {
            "kind" => match r.scalar()?.text() {
                Some("inSource") => kind = Suppression::InSource,
                Some("external") => kind = Suppression::External,
                _ => sink.odd("bad-suppression", "`inSource` or `external`", "another", || format!("{}/kind", at())),
            },
        });
    }
    Ok(kind)
}

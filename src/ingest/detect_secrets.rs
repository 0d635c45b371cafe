//! detect-secrets: the baseline that `scan` writes and `audit` completes (`core/baseline.py` and `core/potential_secret.py` of its
//! source).
//!
//! It writes no secret, but the SHA-1 of each, which tells a weak one: that is not read.

use crate::base::json::{self, Reader, Result, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::{Reasons, lacks};
use crate::ingest::{Ends, Format, Item, Probe, Sink};
use crate::model::identity::Category;
use crate::model::raw::Suppression;

/// The row of this format.
pub(super) const FORMAT: Format = Format {
    id: "detect-secrets",
    title: "detect-secrets baseline",
    recognized: "`plugins_used` and `results`",
    reads: "Each potential secret of each file, under its type. One that was audited as false is suppressed; its hash is not read",
    severity: "none is told",
    incomplete: "no plugin was used, or `results` is empty and the format is not named: detect-secrets writes the same where it scanned no file, as outside of a git repository",
    ends: Ends::Bracket,
    blank: false,
    endings: &[],
    sniff,
    parse,
};

fn sniff(probe: &Probe) -> bool {
    probe.kind("/plugins_used") == Some(ValueKind::Array) && probe.kind("/results") == Some(ValueKind::Object)
}

fn parse(r: &mut Reader<'_>, sink: &mut Sink) -> Result<()> {
    let (mut scan, mut reasons) = (sink.scan("detect-secrets"), Reasons::default());
    let (mut plugins, mut listed) = (None, None);
    members!(r, {
        "version" => scan.tool_version = sink.name(r, || "/version".to_owned())?,
        "generated_at" => scan.ended = sink.instant_in_utc(r)?,
        "plugins_used" => {
            let mut used = 0_u64;
            r.array(|r, _| {
                used += 1;
                r.skip()
            })?;
            plugins = Some(used);
        },
        "results" => {
            let mut rows = 0;
            r.entries(|r, file| {
                let (list, path) = (json::pointer(["results", file].into_iter()), sink.intern(file));
                rows += sink.rows(r, &mut scan, &list, |r, sink, item, at| secret(r, sink, item, path, at))?;
                Ok(())
            })?;
            listed = Some(rows);
        },
    });
    let Some(plugins) = plugins else { return Err(lacks(r, "the report", "plugins_used")) };
    let Some(listed) = listed else { return Err(lacks(r, "the report", "results")) };
    if plugins == 0 {
        reasons.nothing_scanned("/plugins_used", "detect-secrets looked for nothing: it used no plugin");
    }
    if listed == 0 && !sink.is_named {
        let what = "`results` is empty: detect-secrets writes the same where it scanned no file, as outside of a git repository without `--all-files`; name the format, `detect-secrets:PATH`, if it did scan";
        reasons.nothing_scanned("/results", what);
    }
    sink.finish(scan, reasons);
    Ok(())
}

fn secret(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, path: Text, at: &dyn Fn() -> String) -> Result<()> {
    let mut line = None;
    item.is_of(Category::Secret);
    members!(r, {
        "type" => item.rule_id = sink.name(r, at)?,
        "line_number" => line = sink.line_or_zero(r, || format!("{}/line_number", at()))?,
        // False stands for not tried as well.
        "is_verified" => item.detail.verified = sink.flag(r, || format!("{}/is_verified", at()))?.filter(|&verified| verified),
        "is_secret" => if sink.flag(r, || format!("{}/is_secret", at()))? == Some(false) {
            item.suppressed = Suppression::External;
        },
    });
    if item.rule_id.is_none() {
        return Err(lacks(r, "a potential secret", "type"));
    }
    item.lines(Some(path), (line, None));
    Ok(())
}

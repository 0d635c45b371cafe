//! What Semgrep Supply Chain tells of components.

use crate::base::json::{Reader, Result, Scalar, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::health::Reasons;
use crate::ingest::{Item, Sink};

/// The projects whose dependencies were looked for: one that was not resolved was not looked at. Those that Semgrep was told to leave
/// out, or does not support, are no failure (`unresolved_reason` of its interfaces). Whether any was looked at.
pub(super) fn subprojects(r: &mut Reader<'_>, reasons: &mut Reasons) -> Result<bool> {
    let mut has_looked = false;
    if !reasons.item(r, ValueKind::Array, || "/subprojects".to_owned())? {
        return Ok(false);
    }
    r.array(|r, index| {
        let at = || format!("/subprojects/{index}");
        if reasons.item(r, ValueKind::Object, at)? {
            let (mut is_resolved, mut is_left_out) = (false, None);
            members!(r, {
                "resolved" => is_resolved = matches!(r.scalar()?, Scalar::Bool(true)),
                "unresolved_reason" => {
                    let reason = r.scalar()?;
                    is_left_out = (!reason.is_null()).then(|| matches!(reason.text(), Some("skipped" | "unsupported" | "disabled")));
                },
            });
            has_looked |= is_resolved;
            if !is_left_out.unwrap_or(is_resolved) {
                reasons.error(at, Some("the dependencies of a project could not be resolved"));
            }
        }
        Ok(())
    })?;
    Ok(has_looked)
}

/// Reads `sca_info`: the component, and whether what is vulnerable in it is used.
pub(super) fn component(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    let [mut is_looked_for, mut is_reachable] = [None; 2];
    let mut is_undetermined = false;
    members!(r, {
        "reachability_rule" => is_looked_for = sink.flag(r, || format!("{}/reachability_rule", at()))?,
        "reachable" => is_reachable = sink.flag(r, || format!("{}/reachable", at()))?,
        // Where a kind is told, only these two say that nothing is used.
        "kind" => is_undetermined = variant(r)?.is_some_and(|kind| kind != "DirectUnreachable" && kind != "TransitiveUnreachable"),
        "dependency_match" => if sink.object(r, || format!("{}/dependency_match", at()))? {
            members!(r, {
                "found_dependency" => if sink.object(r, || format!("{}/dependency_match/found_dependency", at()))? {
                    found(r, sink, item, at)?;
                },
            });
        },
    });
    // A rule that only looks at the lock file cannot say that nothing is used.
    item.detail.reachable = is_reachable.filter(|&reachable| reachable || is_looked_for == Some(true) && !is_undetermined);
    Ok(())
}

/// The name of a variant: a text, or the first item of a list.
fn variant(r: &mut Reader<'_>) -> Result<Option<String>> {
    if r.kind()? != ValueKind::Array {
        let told = r.scalar()?;
        return Ok((!told.is_null()).then(|| told.text().unwrap_or_default().to_owned()));
    }
    let mut name = None;
    r.array(|r, index| {
        let told = r.scalar()?.text().unwrap_or_default().to_owned();
        if index == 0 {
            name = Some(told);
        }
        Ok(())
    })?;
    Ok(name.or_else(|| Some(String::new())))
}

fn found(r: &mut Reader<'_>, sink: &mut Sink, item: &mut Item, at: &dyn Fn() -> String) -> Result<()> {
    members!(r, {
        "package" => item.detail.package.name = sink.name(r, at)?,
        "version" => item.detail.package.version = sink.name(r, at)?,
        "ecosystem" => item.detail.package.ecosystem = sink.name(r, at)?,
        "transitivity" => item.detail.direct = match r.scalar()?.text() {
            Some("direct") => Some(true),
            Some("transitive") => Some(false),
            _ => None,
        },
    });
    Ok(())
}

/// Reads the list of what to update to: objects with a version by package.
pub(super) fn fixed_versions(r: &mut Reader<'_>, sink: &mut Sink, fixed: &mut Vec<(Text, Text)>, at: &dyn Fn() -> String) -> Result<()> {
    if !sink.expect(r, ValueKind::Array, at)? {
        return Ok(());
    }
    r.array(|r, _| {
        if r.kind()? != ValueKind::Object {
            return r.skip();
        }
        r.entries(|r, package| {
            let package = sink.intern(package);
            fixed.extend(sink.name(r, at)?.map(|version| (package, version)));
            Ok(())
        })
    })
}

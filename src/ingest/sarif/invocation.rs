//! How the tool ran (§3.20): whether its results can be taken as whole, and what it was configured to.
//!
//! SARIF's Appendix I names the signs of an incomplete scan: `executionSuccessful` that is not true, a notification of level
//! `error`, and results that are absent. To these come the signs of a process that was killed.

use crate::base::json::{Reader, Result, Scalar, ValueKind, members};
use crate::ingest::Sink;
use crate::ingest::health::Reasons;
use crate::ingest::sarif::overrides::Override;
use crate::model::scan::Ended;

/// What is read of an invocation.
#[derive(Default)]
pub(super) struct Invocation {
    pub(super) started: Ended,
    pub(super) ended: Ended,
    pub(super) overrides: Vec<Override>,
}

impl Invocation {
    /// The `invocations` of a run: what they tell against the scan goes to `reasons`.
    pub(super) fn read_all(r: &mut Reader<'_>, sink: &mut Sink, reasons: &mut Reasons, at: &str) -> Result<Vec<Self>> {
        let mut invocations = Vec::new();
        if reasons.expect(r, ValueKind::Array, || at.to_owned())? {
            r.array(|r, index| {
                invocations.push(Self::read(r, sink, reasons, &format!("{at}/{index}"))?);
                Ok(())
            })?;
        }
        Ok(invocations)
    }

    fn read(r: &mut Reader<'_>, sink: &mut Sink, reasons: &mut Reasons, at: &str) -> Result<Self> {
        let mut invocation = Self::default();
        let mut successful = None;
        if !reasons.item(r, ValueKind::Object, || at.to_owned())? {
            return Ok(invocation);
        }
        members!(r, {
            "executionSuccessful" => successful = Some(boolean(r)?),
            "exitCode" => exit_code(r, reasons, at)?,
            "exitSignalName" => if !r.scalar()?.is_null() {
                reasons.add("killed", || format!("{at}/exitSignalName"), "the tool was killed by a signal");
            },
            "exitSignalNumber" => if !r.scalar()?.is_null() {
                reasons.add("killed", || format!("{at}/exitSignalNumber"), "the tool was killed by a signal");
            },
            "processStartFailureMessage" => if !r.scalar()?.is_null() {
                reasons.add("not-started", || format!("{at}/processStartFailureMessage"), "the tool could not be started");
            },
            "startTimeUtc" => invocation.started = sink.instant(r)?,
            "endTimeUtc" => invocation.ended = sink.instant(r)?,
            "toolExecutionNotifications" => notifications(r, reasons, &format!("{at}/toolExecutionNotifications"))?,
            "toolConfigurationNotifications" => notifications(r, reasons, &format!("{at}/toolConfigurationNotifications"))?,
            "ruleConfigurationOverrides" => invocation.overrides = Override::read_all(r, sink, &format!("{at}/ruleConfigurationOverrides"))?,
        });
        let failed = match successful {
            Some(Ok(true)) => None,
            Some(Ok(false)) => Some("the tool says that it failed: executionSuccessful is false".to_owned()),
            Some(Err(found)) => Some(format!("executionSuccessful is {found}, not true")),
            None => Some("the tool does not say that it succeeded: executionSuccessful is missing".to_owned()),
        };
        if let Some(what) = failed {
            reasons.add("scan-failed", || format!("{at}/executionSuccessful"), what);
        }
        Ok(invocation)
    }
}

/// When the last of the invocations ended; not known if one tells it in a way that cannot be read. Where none tells an end, the
/// last start stands for it: a scan ends after it began, and has seen nothing that is newer than its end, so that one which began
/// too long ago is at most counted as older than it is.
pub(super) fn ended(invocations: &[Invocation]) -> Ended {
    let last = |instant: fn(&Invocation) -> Ended| {
        let told = || invocations.iter().map(instant);
        if told().any(|instant| instant == Ended::Unreadable) {
            return Ended::Unreadable;
        }
        told().filter_map(Ended::at).max().map_or(Ended::NotTold, Ended::At)
    };
    match last(|invocation| invocation.ended) {
        Ended::NotTold => last(|invocation| invocation.started),
        told @ (Ended::Unreadable | Ended::At(_)) => told,
    }
}

/// An exit code that tells of a tool that was killed: 128 + n is signal n as shells and container runtimes report it, -n as
/// Python does. What is no whole number tells nothing that can be relied on.
fn exit_code(r: &mut Reader<'_>, reasons: &mut Reasons, at: &str) -> Result<()> {
    let at = || format!("{at}/exitCode");
    let value = r.scalar()?;
    let code = value.number().and_then(|number| number.parse::<i64>().ok());
    match code {
        Some(code) if code < 0 || (129..=159).contains(&code) => {
            reasons.add("killed", at, format!("exit code {code}: the tool was killed"));
        }
        Some(_) => {}
        None if value.is_null() => {}
        None => reasons.unreadable("a whole number", value.kind().word(), at),
    }
    Ok(())
}

fn notifications(r: &mut Reader<'_>, reasons: &mut Reasons, at: &str) -> Result<()> {
    if !reasons.expect(r, ValueKind::Array, || at.to_owned())? {
        return Ok(());
    }
    r.array(|r, index| {
        let at = || format!("{at}/{index}");
        if !reasons.item(r, ValueKind::Object, at)? {
            return Ok(());
        }
        let (mut error, mut text) = (false, None);
        members!(r, {
            // The default is `warning` (§3.58.6); what is no level is not taken as harmless.
            "level" => error = !matches!(r.scalar()?, Scalar::Null | Scalar::Text("none" | "note" | "warning")),
            "message" => if r.kind()? == ValueKind::Object {
                members!(r, { "text" => text = r.scalar()?.text().map(str::to_owned) });
            } else {
                // It says what went wrong, not whether something did.
                r.skip()?;
            },
        });
        if error {
            reasons.error(at, text.as_deref());
        }
        Ok(())
    })
}

/// A boolean, or the kind of value that stands where it belongs.
fn boolean(r: &mut Reader<'_>) -> Result<std::result::Result<bool, &'static str>> {
    let value = r.scalar()?;
    Ok(if let Scalar::Bool(value) = value { Ok(value) } else { Err(value.kind().word()) })
}

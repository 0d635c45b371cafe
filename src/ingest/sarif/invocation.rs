//! How the tool ran (§3.20): whether its results can be taken as whole, and what it was configured to.
//!
//! SARIF's Appendix I names the signs of an incomplete scan: `executionSuccessful` that is not true, a notification of level
//! `error`, and results that are absent. To these come the signs of a process that was killed.

use crate::base::date;
use crate::base::fault::Position;
use crate::base::json::{Reader, Result, Scalar, ValueKind, members};
use crate::base::text::Text;
use crate::ingest::Sink;
use crate::ingest::sarif::tool::configured_level;
use crate::model::problem::{Problem, Weight};
use crate::model::scan::Ended;

/// What is read of an invocation.
#[derive(Default)]
pub(super) struct Invocation {
    /// Why the scan is not whole.
    pub(super) incomplete_because: Vec<Problem>,
    pub(super) ended: Ended,
    pub(super) overrides: Vec<Override>,
}

/// One of `ruleConfigurationOverrides`.
pub(super) struct Override {
    pub(super) rule: Option<Text>,
    pub(super) index: Option<u32>,
    pub(super) level: Text,
}

impl Invocation {
    pub(super) fn read(r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<Self> {
        let mut invocation = Self::default();
        let mut successful = None;
        if !sink.expect(r, ValueKind::Object, || at.to_owned())? {
            return Ok(invocation);
        }
        members!(r, {
            "executionSuccessful" => successful = Some(boolean(r)?),
            "exitCode" => if let Scalar::Number(code) = r.scalar()? {
                // 128 + n: ended by signal n, as shells and container runtimes report it.
                if code.parse().is_ok_and(|code: i64| (129..=159).contains(&code)) {
                    let what = format!("exit code {code}: the tool was killed");
                    invocation.incomplete("killed", format!("{at}/exitCode"), what);
                }
            },
            "exitSignalName" => if let Scalar::Text(_) = r.scalar()? {
                invocation.incomplete("killed", format!("{at}/exitSignalName"), "the tool was killed by a signal");
            },
            "exitSignalNumber" => if let Scalar::Number(_) = r.scalar()? {
                invocation.incomplete("killed", format!("{at}/exitSignalNumber"), "the tool was killed by a signal");
            },
            "processStartFailureMessage" => if !r.scalar()?.is_null() {
                invocation.incomplete("not-started", format!("{at}/processStartFailureMessage"), "the tool could not be started");
            },
            "endTimeUtc" => {
                let value = r.scalar()?;
                invocation.ended = match value.text().and_then(date::parse_instant) {
                    Some(instant) => Ended::At(instant),
                    None if value.is_null() => Ended::NotTold,
                    None => Ended::Unreadable,
                };
            },
            "toolExecutionNotifications" => invocation.notifications(r, sink, &format!("{at}/toolExecutionNotifications"))?,
            "toolConfigurationNotifications" => invocation.notifications(r, sink, &format!("{at}/toolConfigurationNotifications"))?,
            "ruleConfigurationOverrides" => if sink.expect(r, ValueKind::Array, || format!("{at}/ruleConfigurationOverrides"))? {
                r.array(|r, index| {
                    invocation.overrides.extend(Override::read(r, sink, &format!("{at}/ruleConfigurationOverrides/{index}"))?);
                    Ok(())
                })?;
            },
        });
        let failed = match successful {
            Some(Ok(true)) => None,
            Some(Ok(false)) => Some("the tool says that it failed: executionSuccessful is false".to_owned()),
            Some(Err(found)) => Some(format!("executionSuccessful is {found}, not true")),
            None => Some("the tool does not say that it succeeded: executionSuccessful is missing".to_owned()),
        };
        if let Some(what) = failed {
            invocation.incomplete("scan-failed", format!("{at}/executionSuccessful"), what);
        }
        Ok(invocation)
    }

    fn notifications(&mut self, r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<()> {
        if !sink.expect(r, ValueKind::Array, || at.to_owned())? {
            return Ok(());
        }
        r.array(|r, index| {
            let at = format!("{at}/{index}");
            let (mut error, mut text) = (false, None);
            if sink.expect(r, ValueKind::Object, || at.clone())? {
                members!(r, {
                    // The default is `warning` (§3.58.6); what is no level is not taken as harmless.
                    "level" => error = !matches!(r.scalar()?, Scalar::Null | Scalar::Text("none" | "note" | "warning")),
                    "message" => if sink.expect(r, ValueKind::Object, || format!("{at}/message"))? {
                        members!(r, { "text" => text = r.scalar()?.text().map(|text| text.chars().take(200).collect::<String>()) });
                    },
                });
            }
            if error {
                let what = text.map_or_else(|| "the tool reports an error".to_owned(), |text| format!("the tool reports an error: {text}"));
                self.incomplete("error-notification", at, what);
            }
            Ok(())
        })
    }

    fn incomplete(&mut self, code: &'static str, pointer: String, message: impl Into<String>) {
        self.incomplete_because.push(incomplete(code, pointer, message));
    }
}

/// A boolean, or the kind of value that stands where it belongs.
fn boolean(r: &mut Reader<'_>) -> Result<std::result::Result<bool, &'static str>> {
    let value = r.scalar()?;
    Ok(if let Scalar::Bool(value) = value { Ok(value) } else { Err(value.kind().word()) })
}

/// A reason why a scan cannot be relied on to be whole.
pub(super) fn incomplete(code: &'static str, pointer: String, message: impl Into<String>) -> Problem {
    Problem {
        weight: Weight::Undecided,
        code,
        file: None,
        position: Position::Pointer(pointer),
        message: message.into(),
        help: "look into the scanner's log, mend it and scan again".to_owned(),
        more: 0,
    }
}

impl Override {
    fn read(r: &mut Reader<'_>, sink: &mut Sink, at: &str) -> Result<Option<Self>> {
        let (mut rule, mut index, mut level) = (None, None, None);
        if sink.expect(r, ValueKind::Object, || at.to_owned())? {
            members!(r, {
                "descriptor" => if sink.expect(r, ValueKind::Object, || format!("{at}/descriptor"))? {
                    members!(r, {
                        "id" => rule = sink.text(r, || format!("{at}/descriptor/id"))?,
                        "index" => index = sink.index(r, || format!("{at}/descriptor/index"))?,
                    });
                },
                "configuration" => level = configured_level(r, sink, &format!("{at}/configuration"))?,
            });
        }
        Ok(level.map(|level| Self { rule, index, level }))
    }
}

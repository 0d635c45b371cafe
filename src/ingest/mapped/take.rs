//! What the values of a document say, by what they are wanted for.

use crate::base::json::{Scalar, ValueKind};
use crate::ingest::mapped::row::Value;
use crate::ingest::mapped::tree::{Id, Want};
use crate::ingest::mapped::walk::Walk;
use crate::model::problem::Weight;

impl Walk<'_, '_> {
    /// Takes what a value says that has no parts.
    pub(super) fn take(&mut self, want: Want, value: Scalar<'_>) {
        let at = || self.path.clone();
        match want {
            Want::Source(source, level) => {
                let Some(told) = self.mapping.sources.get(source) else { return };
                self.reached.add(source);
                if let Some(value) = Value::of(told, value, self.sink, at)
                    && let Some(frame) = self.frames.iter_mut().rfind(|frame| frame.node == level)
                {
                    frame.values.push((source, value));
                }
            }
            Want::Error | Want::ErrorItem => {
                let is_told = want == Want::ErrorItem || is_error(value);
                if is_told {
                    self.health.error(value.text(), at);
                    self.fail();
                }
            }
            Want::Claim(_) | Want::Counted(_) | Want::Complete | Want::Unread | Want::Tool | Want::Version | Want::Ended | Want::Commit => {
                self.health.take(want, value, self.sink, self.mapping, at);
            }
        }
    }

    /// Takes what a list or an object says by being there.
    pub(super) fn take_whole(&mut self, active: &[Id], kind: ValueKind, items: u64) {
        let plan = self.plan;
        let whole = if kind == ValueKind::Array { Scalar::Array } else { Scalar::Object };
        for want in active.iter().flat_map(|&id| &plan.get(id).wants) {
            let is_list = kind == ValueKind::Array;
            let is_read_by_item = match *want {
                Want::Source(source, _) => {
                    self.reached.add(source);
                    is_list && self.mapping.sources.get(source).is_some_and(|source| source.field.is_list())
                }
                Want::Error => is_list || items == 0,
                Want::Unread => {
                    if items > 0 {
                        let what = "a list of results that the mapping does not read";
                        self.sink.problem(Weight::Warning, "unread-list", || self.path.clone(), what, "look into the report itself");
                    }
                    true
                }
                Want::Claim(_)
                | Want::Counted(_)
                | Want::ErrorItem
                | Want::Complete
                | Want::Tool
                | Want::Version
                | Want::Ended
                | Want::Commit => false,
            };
            if !is_read_by_item {
                self.take(*want, whole);
            }
        }
    }

    /// Notes that the innermost level tells an error.
    fn fail(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.has_failed = true;
        }
    }
}

/// Whether a value says that something went wrong: nothing, false, nought and blank do not.
fn is_error(value: Scalar<'_>) -> bool {
    match value {
        Scalar::Text(text) => !text.trim().is_empty(),
        Scalar::Number(number) => number.parse() != Ok(0.0),
        Scalar::Bool(flag) => flag,
        Scalar::Null => false,
        Scalar::Array | Scalar::Object => true,
    }
}

//! A finding made by hand, for the tests of several stages.

use super::{Finding, RuleId, State};
use crate::base::pool::Span;
use crate::model::identity::{Category, Fingerprint, Scheme};
use crate::model::raw::Suppression;

/// An open finding with this first byte of its fingerprint, of which nothing else is known.
pub(crate) fn finding(category: Category, digest: u8) -> Finding {
    Finding {
        id: Fingerprint { scheme: Scheme::Loc, digest: [digest; 16] }.into(),
        category,
        state: State::Open,
        suppressed: Suppression::None,
        severity: None,
        chosen: 0,
        assessments: Span::default(),
        rule: RuleId(0),
        ids: Span::default(),
        cwes: Span::default(),
        tags: Span::default(),
        message: None,
        locations: Span::default(),
        fingerprints: Span::default(),
        sightings: Span::default(),
        detail: None,
        entry: None,
        group: None,
    }
}

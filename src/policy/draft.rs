//! What one file says, or several in layers: every key where it stands, absent ones as absent.

use std::collections::BTreeMap;

use crate::base::address::Address;
use crate::model::baseline::{Adoption, OnMissing};
use crate::model::due::{Adopted, Clock};
use crate::model::intel::{FeedKind, OnStale};
use crate::model::policy::{AcceptedError, Action, Budget, Exposure, Limit, Override, Ownership, Place, Requirement, Rule, Unused};
use crate::model::severity::Severity;
use crate::model::vex::{Justification, VexSource};

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) place: Place,
}

/// A policy in the making.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    pub(super) name: Option<At<String>>,
    pub(super) owner: Option<At<String>>,
    pub(super) enforced: Option<At<bool>>,
    pub(super) service: Option<At<String>>,
    pub(super) repository: Option<At<String>>,
    pub(super) exposure: Option<At<Exposure>>,
    pub(super) escalation: Vec<At<Address>>,
    pub(super) reports: Vec<At<String>>,
    /// `None` where no file has the key.
    pub(super) require: Option<At<Vec<Requirement>>>,
    pub(super) accept_partial: Vec<AcceptedError>,
    pub(super) unrated_as: Option<At<Severity>>,
    pub(super) overrides: Vec<Override>,
    pub(super) rules: Vec<Rule>,
    pub(super) default_action: Option<At<Action>>,
    /// See [`crate::model::policy::Policy::default_over`].
    pub(super) default_over: usize,
    pub(super) feeds: BTreeMap<FeedKind, FeedDraft>,
    pub(super) vex: Option<VexDraft>,
    pub(super) baseline: Option<BaselineDraft>,
    pub(super) due: Option<At<DueDraft>>,
    pub(super) budgets: Vec<Budget>,
    /// `None` where no file has the key.
    pub(super) exception_files: Option<Vec<At<String>>>,
    pub(super) roles: BTreeMap<String, At<Vec<Address>>>,
    /// The rows of each layer that has any.
    pub(super) limits: Vec<Vec<Limit>>,
    pub(super) separation_of_duties: Option<At<bool>>,
    pub(super) warn_before_expiry: Option<At<u32>>,
    pub(super) unused: Option<At<Unused>>,
    pub(super) emergency: Option<At<EmergencyDraft>>,
    pub(super) ownership: Vec<Ownership>,
    pub(super) use_codeowners: Option<At<bool>>,
}

/// A row of `feeds`, of which a layer may name a part.
#[derive(Clone, Debug)]
pub(super) struct FeedDraft {
    pub(super) place: Place,
    pub(super) path: Option<At<String>>,
    pub(super) max_age: Option<At<u32>>,
    pub(super) on_stale: Option<At<OnStale>>,
}

/// `vex`, of which a layer may name a part.
#[derive(Clone, Debug, Default)]
pub(super) struct VexDraft {
    pub(super) sources: Option<At<Vec<VexSource>>>,
    pub(super) accepted: Option<At<Vec<Justification>>>,
    pub(super) allow_versionless: Option<At<bool>>,
}

/// `baseline`, of which a layer may name a part.
#[derive(Clone, Debug)]
pub(super) struct BaselineDraft {
    pub(super) place: Place,
    pub(super) path: Option<At<String>>,
    pub(super) reported_by: Option<At<Vec<String>>>,
    pub(super) on_missing: Option<At<OnMissing>>,
    pub(super) adopt: Option<At<Adoption>>,
}

/// `due`: the days for each severity and for what is known to be exploited, in hours; and the presets beside them.
#[derive(Clone, Debug, Default)]
pub(super) struct DueDraft {
    pub(super) clock: Option<At<Clock>>,
    pub(super) hours: BTreeMap<&'static str, At<u32>>,
    pub(super) presets: Vec<Adopted>,
}

/// `exceptions.emergency`, of which a layer may name a part.
#[derive(Clone, Debug, Default)]
pub(super) struct EmergencyDraft {
    pub(super) roles: Option<At<Vec<String>>>,
    pub(super) max_days: Option<At<u32>>,
    pub(super) severity_at_most: Option<At<Severity>>,
    pub(super) review_within: Option<At<u32>>,
}

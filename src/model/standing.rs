//! What exceptions came to in a run.

/// What a record came to in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// It holds for findings.
    Applied,
    /// It matches findings and holds for none of them, each of which says why.
    NearMiss,
    /// It matches nothing.
    Unused,
    /// Its last day is past.
    Expired,
    /// Nobody has approved it yet.
    Proposed,
    /// It was taken back.
    Revoked,
}

impl Fate {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 6] = [Self::Applied, Self::NearMiss, Self::Unused, Self::Expired, Self::Proposed, Self::Revoked];

    /// The word in reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::NearMiss => "near_miss",
            Self::Unused => "unused",
            Self::Expired => "expired",
            Self::Proposed => "proposed",
            Self::Revoked => "revoked",
        }
    }
}

impl Fate {
    /// Whether the record is approved and has not ended.
    #[must_use]
    pub const fn is_live(self) -> bool {
        match self {
            Self::Applied | Self::NearMiss | Self::Unused => true,
            Self::Expired | Self::Proposed | Self::Revoked => false,
        }
    }
}

/// What a record came to, and with how many findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What.
    pub fate: Fate,
    /// The findings that it holds for; where it holds for none, those that it matches.
    pub findings: u32,
    /// Whether it ends soon.
    pub expiring: bool,
}

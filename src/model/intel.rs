//! What is known of a vulnerability beyond its advisory.

/// How far exploitation has come, as CISA's SSVC decision points say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exploitation {
    /// Nobody knows of any.
    None,
    /// There is a public proof of concept, or a known way.
    Poc,
    /// It is exploited.
    Active,
}

impl Exploitation {
    /// All of them, worst first.
    pub const ALL: [Self; 3] = [Self::Active, Self::Poc, Self::None];

    /// The word in policies, reports and CISA's records.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Poc => "poc",
            Self::Active => "active",
        }
    }
}

/// How much of the component an attacker gets control of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TechnicalImpact {
    /// Limited.
    Partial,
    /// All of it.
    Total,
}

impl TechnicalImpact {
    /// All of them, worst first.
    pub const ALL: [Self; 2] = [Self::Total, Self::Partial];

    /// The word in policies, reports and CISA's records.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Partial => "partial",
            Self::Total => "total",
        }
    }
}

/// The decision points of SSVC that CISA publishes for a CVE (its ADP container, `CISA Coordinator`). What is not told is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ssvc {
    /// How far exploitation has come.
    pub exploitation: Option<Exploitation>,
    /// Whether an attack can be made by a machine alone, step for step.
    pub automatable: Option<bool>,
    /// How much an attacker gets.
    pub technical_impact: Option<TechnicalImpact>,
}
